#pragma once

#include <stddef.h>

/*
 * Log lines on stderr, each by one write(2):
 *	program: level: where: message
 * or, as LOG_JSON, an object with time, program, level, where, msg and run.  A longer
 * message is cut and ends with "...".  Control characters become '?', registered
 * secrets (base/secret.h) become "[secret]".
 */
enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG, LOG_TRACE };
enum log_format { LOG_TEXT, LOG_JSON };
enum { LOG_MAX = 1024 };	/* bytes of a line, LF included */

/* Set the program's name (borrowed), the least important level shown and the format. */
void	 log_open(const char *program, enum log_level level, enum log_format format);
/* Set the run id of JSON lines (copied). */
void	 log_run(const char *run);
/*
 * Log the message fmt, which has no line break at its end.  where names the thing that
 * it is about (an object, a host, a file), or is NULL.  errno is kept.
 */
void	 log_error(const char *where, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void	 log_warn(const char *where, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void	 log_info(const char *where, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void	 log_debug(const char *where, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* Return 1 if lines of that level are shown, else 0. */
int	 log_is_shown(enum log_level level);
/*
 * Write a line to out for a later log_write, which a signal handler may call.  Returns
 * its length, LF included.
 */
size_t	 log_line(char out[LOG_MAX], enum log_level level, const char *where,
	    const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* Write len bytes to stderr; async-signal-safe. */
void	 log_write(const char *line, size_t len);
