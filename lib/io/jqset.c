#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "io/jqset.h"

struct jqset {
	struct jqprog	*prog;		/* its input is [number of the part, input] */
	char		(*names)[80];	/* of the parts */
	int		*same;		/* for each part the first with its text */
};

/* Return the number of the first part with the text of part i. */
static int
jqset_first(const struct jqset_part *part, int i)
{
	int k = 0;

	while (part[k].text.len != part[i].text.len ||
	    memcmp(buf_str(&part[k].text), buf_str(&part[i].text), part[i].text.len) != 0)
		k++;
	return k;
}

/* Compile each part by itself.  Returns -1 with e set for the first that does not compile,
   0 if all do. */
static int
jqset_compile_each(const char *shared, const struct jqset_part *part, int n,
    const struct json *args, struct err *e)
{
	struct jqprog *p;
	int i, rc = 0;

	for (i = 0; i < n && rc == 0; i++) {
		struct buf b = { 0 };

		if (part[i].text.len == 0)
			continue;
		buf_puts(&b, shared);
		buf_add(&b, part[i].text.s, part[i].text.len);
		rc = jqprog_open(&p, part[i].name, buf_str(&b), args, e);
		if (rc == 0)
			jqprog_close(p);
		buf_free(&b);
	}
	return rc;
}

/* Append the text of all parts as one program. */
static void
jqset_text(struct buf *b, const char *shared, const struct jqset_part *part, int n)
{
	int i;

	buf_puts(b, shared);
	for (i = 0; i < n; i++) {
		if (part[i].text.len == 0 || jqset_first(part, i) != i)
			continue;
		buf_printf(b, "\ndef jqset_%d:\n", i);
		buf_add(b, part[i].text.s, part[i].text.len);
		buf_puts(b, "\n;\n");
	}
	buf_puts(b, ".[0] as $jqset | .[1] |");
	for (i = 0; i < n; i++)
		if (part[i].text.len > 0 && jqset_first(part, i) == i)
			buf_printf(b, " if $jqset == %d then jqset_%d else", i, i);
	buf_puts(b, " empty");
	for (i = 0; i < n; i++)
		if (part[i].text.len > 0 && jqset_first(part, i) == i)
			buf_puts(b, " end");
}

int
jqset_open(struct jqset **out, const char *shared, const struct jqset_part *part,
    int n, const struct json *args, struct err *e)
{
	struct jqset *set = mem_zalloc(sizeof(*set));
	struct err why = { 0 };
	struct buf b = { 0 };
	int i, rc;

	*out = NULL;
	jqset_text(&b, shared, part, n);
	rc = jqprog_open(&set->prog, "all programs", buf_str(&b), args, &why);
	buf_free(&b);
	if (rc == -1) {
		jqset_close(set);
		if (jqset_compile_each(shared, part, n, args, e) == 0)
			*e = why;
		return -1;
	}
	set->names = mem_zalloc((size_t)n * sizeof(*set->names));
	set->same = mem_zalloc((size_t)n * sizeof(*set->same));
	for (i = 0; i < n; i++) {
		memcpy(set->names[i], part[i].name, sizeof(set->names[i]));
		set->same[i] = jqset_first(part, i);
	}
	*out = set;
	return 0;
}

void
jqset_feed(struct jqset *set, int part, const struct json *in)
{
	struct json both = json_array();

	jqprog_name(set->prog, set->names[part]);
	json_push(&both, json_number(set->same[part]));
	json_push(&both, json_copy(in));
	jqprog_feed(set->prog, &both);
	json_free(&both);
}

enum jq_next
jqset_next(struct jqset *set, struct json *out, struct err *e)
{
	return jqprog_next(set->prog, out, e);
}

void
jqset_close(struct jqset *set)
{
	if (set == NULL)
		return;
	jqprog_close(set->prog);
	free(set->names);
	free(set->same);
	free(set);
}

void
jqset_parts_free(struct jqset_part *part, int n)
{
	while (n > 0)
		buf_free(&part[--n].text);
}
