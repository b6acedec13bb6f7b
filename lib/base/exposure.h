#pragma once

/*
 * Warnings about secrets that other users can see: in a file that they can read, on a
 * connection that is not encrypted.  With ZTOQ_CHECKED in the environment nothing is
 * logged: the driver sets it for its stages after it has checked the settings itself.
 */

/* Return 1 in a stage that the driver has started (ZTOQ_CHECKED), else 0. */
int	 exposure_is_checked(void);
/* Return 1 if fd is a regular file that its group or all users may read, else 0. */
int	 exposure_of_file(int fd);
/* Warn that path, which contains what ("a token"), can be read by other users. */
void	 exposure_warn_file(const char *path, const char *what);
/* Warn with the message fmt; where is as in log_warn. */
void	 exposure_warn(const char *where, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
