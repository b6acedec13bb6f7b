#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/exit.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/quote.h"
#include "base/secret.h"
#include "base/time.h"
#include "base/utf8.h"

static struct {
	const char	*program;
	enum log_level	 level;
	enum log_format	 format;
	char		*run;
} conf = { "ztoq", LOG_INFO, LOG_TEXT, NULL };

static const char *const level_names[] = {
	"error", "warn", "info", "debug", "trace"
};

void
log_open(const char *program, enum log_level level, enum log_format format)
{
	conf.program = program;
	conf.level = level;
	conf.format = format;
	exit_log(log_error);
}

void
log_run(const char *run)
{
	free(conf.run);
	conf.run = mem_dup(run);
}

int
log_is_shown(enum log_level level)
{
	return level <= conf.level;
}

/* Return 1 for C0, DEL, C1 and the characters that change the direction of writing. */
static int
log_is_control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c <= 0x9f) ||
	    (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

/* Append s to to without secrets, control characters and invalid UTF-8.  A later cut
   cannot leave a part of a secret. */
static void
log_clean(struct buf *to, const char *s, size_t len)
{
	struct buf b = { 0 };
	size_t i, n;

	secret_filter(&b, s, len);
	for (i = 0; i < b.len; i += n) {
		if (log_is_control(utf8_get(b.s + i, b.len - i, &n)) ||
		    utf8_len(b.s + i, b.len - i) == 0)
			buf_putc(to, '?');
		else
			buf_add(to, b.s + i, n);
	}
	buf_free(&b);
}

/* Shorten b to max bytes, the last three of them "...". */
static void
log_cut(struct buf *b, size_t max)
{
	if (b->len <= max)
		return;
	buf_cut(b, utf8_cut(b->s, max - 3));
	buf_puts(b, "...");
}

static void
log_member(struct buf *b, const char *name, const char *s)
{
	buf_putc(b, b->len == 0 ? '{' : ',');
	buf_quote(b, name, strlen(name));
	buf_putc(b, ':');
	buf_quote(b, s, strlen(s));
}

static void
log_json(struct buf *b, enum log_level level, struct buf *where,
    struct buf *msg)
{
	char now[TIME_MAX];
	size_t max = LOG_MAX;

	time_iso(time_wall_ms(), now);
	do {	/* shorten the message until the line fits: escapes lengthen it */
		max = max * 3 / 4;
		log_cut(msg, max);
		buf_reset(b);
		log_member(b, "time", now);
		log_member(b, "program", conf.program);
		log_member(b, "level", level_names[level]);
		if (where->len > 0)
			log_member(b, "where", where->s);
		log_member(b, "msg", buf_str(msg));
		if (conf.run != NULL)
			log_member(b, "run", conf.run);
		buf_putc(b, '}');
	} while (b->len >= LOG_MAX - 1 && max > 8);
}

/* Write the line to out and return its length. */
static size_t
log_make(char out[LOG_MAX], enum log_level level, const char *where,
    const char *fmt, va_list ap)
{
	struct buf raw = { 0 }, msg = { 0 }, w = { 0 }, b = { 0 };
	size_t len;

	buf_vprintf(&raw, fmt, ap);
	log_clean(&msg, raw.s, raw.len);
	if (where != NULL)
		log_clean(&w, where, strlen(where));
	log_cut(&w, 200);
	if (conf.format == LOG_JSON)
		log_json(&b, level, &w, &msg);
	else {
		buf_printf(&b, "%s: %s: ", conf.program, level_names[level]);
		if (w.len > 0)
			buf_printf(&b, "%s: ", w.s);
		buf_add(&b, msg.s, msg.len);
		log_cut(&b, LOG_MAX - 2);
	}
	len = b.len < LOG_MAX - 1 ? b.len : LOG_MAX - 2;
	memcpy(out, b.s, len);
	out[len++] = '\n';
	buf_free(&raw);
	buf_free(&msg);
	buf_free(&w);
	buf_free(&b);
	return len;
}

size_t
log_line(char out[LOG_MAX], enum log_level level, const char *where,
    const char *fmt, ...)
{
	va_list ap;
	size_t n;

	va_start(ap, fmt);
	n = log_make(out, level, where, fmt, ap);
	va_end(ap);
	return n;
}

void
log_write(const char *line, size_t len)
{
	struct pollfd p = { .fd = STDERR_FILENO, .events = POLLOUT };
	int saved = errno;

	while (write(STDERR_FILENO, line, len) == -1) {
		if (errno == EAGAIN)
			poll(&p, 1, 1000);
		else if (errno != EINTR)
			break;
	}
	errno = saved;
}

static void
log_vwrite(enum log_level level, const char *where, const char *fmt, va_list ap)
{
	char line[LOG_MAX];
	int saved = errno;

	if (log_is_shown(level))
		log_write(line, log_make(line, level, where, fmt, ap));
	errno = saved;
}

#define LOG_FN(fn, level)						\
void									\
fn(const char *where, const char *fmt, ...)				\
{									\
	va_list ap;							\
									\
	va_start(ap, fmt);						\
	log_vwrite(level, where, fmt, ap);				\
	va_end(ap);							\
}

LOG_FN(log_error, LOG_ERROR)
LOG_FN(log_warn, LOG_WARN)
LOG_FN(log_info, LOG_INFO)
LOG_FN(log_debug, LOG_DEBUG)
