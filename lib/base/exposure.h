#ifndef BASE_EXPOSURE_H
#define BASE_EXPOSURE_H

/*
 * Warnings about secrets that others can see: a file that they can read, a
 * connection that is not encrypted.  A driver that has checked the settings
 * sets ZTOQ_CHECKED, so that its stages do not repeat what it has said.
 */

/* Return 1 when group or others may read the open file fd. */
int	 exposure_of_file(int fd);
/* Warn that path, which holds what, can be read by other users. */
void	 exposure_warn_file(const char *path, const char *what);
/* Warn about anything else; where is as in log_warn. */
void	 exposure_warn(const char *where, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
