#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stddef.h>

/*
 * Lines for people on stderr, one write(2) each, at most 1 KB:
 *	program: level: where: what
 * or, with log_format LOG_JSON, {"time","program","level","where","msg",
 * "run"}.  Control bytes become '?', registered secrets become "[secret]".
 */
enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG, LOG_TRACE };
enum log_format { LOG_TEXT, LOG_JSON };
enum { LOG_MAX = 1024 };

void	 log_open(const char *program, enum log_level, enum log_format);
void	 log_run(const char *run);		/* the run id for JSON lines */
/*
 * From here on these bytes never leave in a log line, nor as JSON or a URL
 * would write them.  Copied.
 */
void	 log_secret(const char *);
/* Replace registered secrets inside s, in place ("[secret]", or as many '*'
   when it would not fit); for errors and rows. */
void	 log_redact(char *s);
/* where may be NULL; the format has no newline of its own. */
void	 log_error(const char *where, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void	 log_warn(const char *where, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void	 log_info(const char *where, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void	 log_debug(const char *where, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
int	 log_at(enum log_level);		/* would such a line be shown? */
/*
 * Make a line without writing it, for those who may not format later (signal
 * handlers); returns its length, LF included.
 */
size_t	 log_line(char out[LOG_MAX], enum log_level, const char *where,
	    const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* Write such a line; async-signal-safe. */
void	 log_write(const char *line, size_t len);

#endif
