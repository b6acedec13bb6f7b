#include <stdlib.h>
#include <string.h>

#include <jq.h>

#include "base/log.h"
#include "base/mem.h"
#include "io/jqbound.h"
#include "io/jqprog.h"

enum { JQPROG_DEPTH = 200 };	/* most levels of a result, as in json_parse */

extern char	**environ;

struct jqprog {
	jq_state	*jq;
	char		*name;
	char		*first;		/* first message of the compiler, or NULL */
	int		 running;	/* has an input and may have results */
	int64_t		 left_us;	/* time left for this input */
};

/* Keep the first message, "jq: error: syntax error, ... at <top-level>, line 3:\n...",
   without the words before the colons. */
static void
on_message(void *arg, jv m)
{
	struct jqprog *p = arg;
	const char *s;
	size_t n;

	if (p->first == NULL && jv_get_kind(m) == JV_KIND_STRING) {
		s = jv_string_value(m);
		if (strncmp(s, "jq: ", 4) == 0)
			s += 4;
		if (strncmp(s, "error: ", 7) == 0)
			s += 7;
		for (n = strlen(s); n > 0 && (unsigned char)s[n - 1] <= ' '; )
			n--;
		p->first = mem_dupn(s, n);
	}
	jv_free(m);
}

/* Log the argument of "debug" in a program. */
static void
on_debug(void *arg, jv m)
{
	const struct jqprog *p = arg;
	jv text = jv_dump_string(m, 0);

	log_debug(p->name, "%s", jv_string_value(text));
	jv_free(text);
}

/* Let "input" find nothing; libjq 1.6 sets no default. */
static jv
on_input(jq_state *jq, void *arg)
{
	(void)jq;
	(void)arg;
	return jv_invalid();
}

/* Empty the environment, which a program could read, and return it. */
static char **
jqprog_hide_environ(void)
{
	static char *none[1];
	char **saved = environ;

	environ = none;
	return saved;
}

int
jqprog_open(struct jqprog **out, const char *name, const char *text,
    const struct json *args, struct err *e)
{
	struct jqprog *p = mem_zalloc(sizeof(*p));
	jv named = args != NULL && args->set ? jv_copy(args->v) : jv_object();
	char **env;
	int ok;

	*out = NULL;
	p->name = mem_dup(name);
	if ((p->jq = jq_init()) == NULL) {
		jv_free(named);
		jqprog_close(p);
		return err_set(e, ZX_BUG, "program %s: cannot initialise jq",
		    name);
	}
	jq_set_error_cb(p->jq, on_message, p);
	jq_set_debug_cb(p->jq, on_debug, p);
	jq_set_input_cb(p->jq, on_input, NULL);
	jq_set_nomem_handler(p->jq, jqbound_nomem, NULL);
	/* without it libjq 1.6 aborts on "import" */
	jq_set_attr(p->jq, jv_string("JQ_LIBRARY_PATH"), jv_array());
	env = jqprog_hide_environ();
	ok = jq_compile_args(p->jq, text, named);
	environ = env;
	if (!ok) {
		err_set(e, ZX_CONFIG, "program %s: %s", name,
		    p->first != NULL ? p->first : "does not compile");
		jqprog_close(p);
		return -1;
	}
	*out = p;
	return 0;
}

void
jqprog_close(struct jqprog *p)
{
	if (p == NULL)
		return;
	if (p->jq != NULL)
		jq_teardown(&p->jq);
	free(p->name);
	free(p->first);
	free(p);
}

void
jqprog_name(struct jqprog *p, const char *name)
{
	if (strcmp(p->name, name) == 0)
		return;
	free(p->name);
	p->name = mem_dup(name);
}

void
jqprog_feed(struct jqprog *p, const struct json *in)
{
	p->running = 1;
	p->left_us = jqbound_begin(p->name);
	jq_start(p->jq, in->set ? jv_copy(in->v) : jv_null(), 0);
}

/* End the run with the error msg, which is freed. */
static enum jq_next
jqprog_fail(struct jqprog *p, jv msg, struct err *e)
{
	jv text = jv_get_kind(msg) == JV_KIND_STRING ? msg :
	    jv_dump_string(msg, 0);

	p->running = 0;
	err_set(e, ZX_DATA, "%s", jv_string_value(text));
	jv_free(text);
	return JQ_FAILED;
}

/* End the run; last, which is freed, is the invalid value that ended it. */
static enum jq_next
jqprog_end(struct jqprog *p, jv last, struct err *e)
{
	if (jv_invalid_has_msg(jv_copy(last)))
		return jqprog_fail(p, jv_invalid_get_msg(last), e);
	jv_free(last);
	p->running = 0;
	if (!jq_halted(p->jq))
		return JQ_END;
	last = jq_get_error_message(p->jq);
	if (jv_get_kind(last) != JV_KIND_INVALID)
		return jqprog_fail(p, last, e);
	jv_free(last);
	return jqprog_fail(p, jv_string("halted"), e);
}

/* Return 1 if the string s, which is freed, contains a NUL. */
static int
jqprog_has_nul(jv s)
{
	int nul = memchr(jv_string_value(s), '\0',
	    (size_t)jv_string_length_bytes(jv_copy(s))) != NULL;

	jv_free(s);
	return nul;
}

/* Return why json_parse would refuse or change the text of v, which is freed, or NULL.
   depth is the number of levels allowed. */
static const char *
jqprog_unfit(jv v, int depth)
{
	const char *why = NULL;
	jv_kind kind = jv_get_kind(v);
	int i, n, it;

	if (kind == JV_KIND_STRING)
		return jqprog_has_nul(v) ? "a result contains NUL in a string" : NULL;
	if (depth == 0 && (kind == JV_KIND_ARRAY || kind == JV_KIND_OBJECT))
		why = "a result is nested deeper than 200 levels";
	else if (kind == JV_KIND_ARRAY) {
		n = jv_array_length(jv_copy(v));
		for (i = 0; i < n && why == NULL; i++)
			why = jqprog_unfit(jv_array_get(jv_copy(v), i),
			    depth - 1);
	} else if (kind == JV_KIND_OBJECT) {
		for (it = jv_object_iter(v); jv_object_iter_valid(v, it) &&
		    why == NULL; it = jv_object_iter_next(v, it)) {
			why = jqprog_unfit(jv_object_iter_key(v, it), 0);
			if (why == NULL)
				why = jqprog_unfit(jv_object_iter_value(v, it),
				    depth - 1);
		}
	}
	jv_free(v);
	return why;
}

enum jq_next
jqprog_next(struct jqprog *p, struct json *out, struct err *e)
{
	const char *why;
	char **env;
	jv v;

	memset(out, 0, sizeof(*out));
	if (!p->running)
		return JQ_END;
	env = jqprog_hide_environ();
	jqbound_enter(p->left_us);
	v = jq_next(p->jq);
	p->left_us = jqbound_leave();
	environ = env;
	if (!jv_is_valid(v))
		return jqprog_end(p, v, e);
	if ((why = jqprog_unfit(jv_copy(v), JQPROG_DEPTH)) != NULL) {
		jv_free(v);
		return jqprog_fail(p, jv_string(why), e);
	}
	out->v = v;
	out->set = 1;
	return JQ_RESULT;
}
