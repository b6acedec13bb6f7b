#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "io/json/json_out.h"

#include "server/rand.h"
#include "server/text.h"
#include "zephyr/api.h"
#include "zephyr/full.h"
#include "zephyr/script.h"

enum { KIND = 40, LONG_CASE = 250, STEP_CAP = 100 };

/* Return the case that a case calls, or -1.  It is nine places further, so that
   chains are three calls deep. */
static int64_t
step_callee(const struct zephyr *z, int64_t pos)
{
	int64_t to = pos % 27 == 22 ? pos + 1 : pos + 9;

	if (pos % 9 != 4 || to >= z->n0[ZK_CASE] || pos >= z->n0[ZK_CASE])
		return -1;
	return to;
}

/* Set the called case of a step.  Cases 2 and 3 call each other, 6 calls one that
   does not exist, 7 an archived one, 8 one of another project. */
static int
step_calls(const struct zephyr *z, int64_t pos, struct zstep *s)
{
	int64_t to = step_callee(z, pos);

	if (to >= 0)
		snprintf(s->call, sizeof(s->call), "%s-T%ld", z->key,
		    (long)zcase_num(z, to));
	else if ((pos == 2 || pos == 3) && z->n0[ZK_CASE] > 8)
		snprintf(s->call, sizeof(s->call), "%s-T%ld", z->key,
		    (long)zcase_num(z, 5 - pos));
	else if (pos == 6)
		snprintf(s->call, sizeof(s->call), "%s-T999999", z->key);
	else if (pos == 7)
		snprintf(s->call, sizeof(s->call), "%s-T50", z->key);
	else if (pos == 8)
		snprintf(s->call, sizeof(s->call), "OTHER-T1");
	s->params = z->set->full ? 2 : (int)(pos / 9 % 3);
	return s->call[0] != '\0';
}

enum zscript
zcase_script(const struct zephyr *z, int64_t pos)
{
	struct zstep s = { 0 };
	uint64_t r;

	pos = zcase_source(z, pos);
	if (z->corpus != NULL && pos < corpus_cases(z->corpus))
		return ZS_STEPS;
	if (pos % 151 == 77 || step_calls(z, pos, &s))
		return ZS_STEPS;
	r = z_rand(z, KIND, pos, 0) % 100;
	if (z->set->full && r >= 90)
		return ZS_STEPS;	/* every case has a script */
	return r < 70 ? ZS_STEPS : r < 80 ? ZS_PLAIN : r < 90 ? ZS_BDD :
	    r < 94 ? ZS_NONE : ZS_BLANK;
}

static int64_t
step_count(const struct zephyr *z, int64_t pos)
{
	int64_t n, mean = z->set->steps < 1 ? 1 : z->set->steps;

	if (z->corpus != NULL && pos < corpus_cases(z->corpus)) {
		corpus_steps(z->corpus, pos, &n);
		return n;
	}
	switch (zcase_script(z, pos)) {
	case ZS_STEPS:
		if (pos % 151 == 77)
			return LONG_CASE;
		/* A case with a step that calls has another step. */
		return 1 + (pos < 9 || pos % 9 == 4) +
		    rand_below(z_rand(z, KIND, pos, 1), 2 * mean - 1);
	case ZS_BLANK:
		return 1;
	default:
		return 0;
	}
}

static void
step_from_corpus(const struct zephyr *z, int64_t pos, int64_t j, struct zstep *s)
{
	const struct corpus_step *c;
	int64_t n;

	c = &corpus_steps(z->corpus, pos, &n)[j];
	s->id = c->id;
	if (c->call != NULL)
		snprintf(s->call, sizeof(s->call), "%s", c->call);
	if (c->desc != NULL)
		buf_puts(&s->desc, c->desc);
	if (c->data != NULL)
		buf_puts(&s->data, c->data);
	if (c->expect != NULL)
		buf_puts(&s->expect, c->expect);
}

static void
step_generate(const struct zephyr *z, int64_t pos, int64_t j, struct zstep *s)
{
	uint64_t r = z_rand(z, KIND + 1, pos, (int)j);

	text_line(&s->desc, rand_next(&r));
	switch (rand_below(rand_next(&r), 4)) {
	case 0:
		text_line(&s->data, rand_next(&r));
		break;
	case 1:
		buf_puts(&s->data, "");
		break;
	default:
		break;
	}
	if (rand_next(&r) % 5 != 0)
		text_line(&s->expect, rand_next(&r));
	else if (r % 2 == 0)
		buf_puts(&s->expect, "");
	if (r % 60 == 1) {		/* only an expectation */
		buf_reset(&s->desc);
		buf_puts(&s->desc, "");
	}
}

static void
step_fill(const struct zephyr *z, int64_t pos, int64_t j, struct zstep *s)
{
	if (z->corpus != NULL && pos < corpus_cases(z->corpus)) {
		step_from_corpus(z, pos, j, s);
	} else {
		s->id = pos % 17 == 3 && !z->set->full ? 0 : zcase_id(z, pos) * 1000 + j + 1;
		if (zcase_script(z, pos) == ZS_BLANK)
			return;
		if (j != 0 || !step_calls(z, pos, s)) {
			if (z->set->full)
				zfull_step(z, pos, j, s);
			else
				step_generate(z, pos, j, s);
		}
	}
}

int64_t
zstep_count_of(const struct zephyr *z, int64_t pos, int64_t exec)
{
	int64_t at = zcase_source(z, pos), n = zscript_count(z, at, exec);

	return n >= 0 ? n : step_count(z, at);
}

int64_t
zstep_count(const struct zephyr *z, int64_t pos)
{
	return zstep_count_of(z, pos, INT64_MAX);
}

void
zstep_get_of(const struct zephyr *z, int64_t pos, int64_t j, int64_t exec,
    struct zstep *s)
{
	int64_t at = zcase_source(z, pos);
	const struct zscriptrow *r = zscript_row(z, at, exec, j);

	if (r == NULL || r->from >= 0)
		step_fill(z, at, r == NULL ? j : r->from, s);
	else {
		s->id = zcase_id(z, at) * 1000 + r->id;
		buf_puts(&s->expect, "");
	}
	if (r != NULL && r->text != NULL) {
		buf_reset(&s->desc);
		buf_puts(&s->desc, r->text);
	}
}

void
zstep_get(const struct zephyr *z, int64_t pos, int64_t j, struct zstep *s)
{
	zstep_get_of(z, pos, j, INT64_MAX, s);
}

void
zstep_free(struct zstep *s)
{
	buf_free(&s->desc);
	buf_free(&s->data);
	buf_free(&s->expect);
	memset(s, 0, sizeof(*s));
}

static void
step_call_json(const struct zephyr *z, const struct zstep *s, struct buf *b)
{
	json_out_null(b, "inline");
	json_out_open(b, "testCase", '{');
	json_out_str(b, "testCaseKey", s->call);
	json_out_fmt(b, "self", "%s/testcases/%s", z->base, s->call);
	if (s->params == 0)
		json_out_null(b, "parameters");
	else {
		json_out_open(b, "parameters", '[');
		if (s->params == 2) {
			static const char text[] =
			    "{\"name\":\"user\",\"type\":\"MANUAL_INPUT\","
			    "\"value\":\"ad<min>\"},{\"name\":\"lang\","
			    "\"type\":\"DEFAULT_VALUE\",\"value\":\"\"}";

			json_out_raw(b, NULL, text, sizeof(text) - 1);
		}
		json_out_close(b, ']');
	}
	json_out_close(b, '}');
}

static void
step_inline_json(const struct zephyr *z, const struct zstep *s, int64_t pos,
    int64_t j, struct buf *b)
{
	json_out_open(b, "inline", '{');
	z_text(z, b, "description", pos + j, s->desc.s);
	json_out_str(b, "testData", s->data.s);
	json_out_str(b, "expectedResult", s->expect.s);
	if (z->set->full)
		zfull_step_more(z, pos, j, b);
	else {
		json_out_open(b, "customFields", '{');
		if ((pos + j) % 12 == 0)
			json_out_str(b, "Step note", "see <b>wiki</b>");
		json_out_close(b, '}');
		json_out_null(b, "reflectRef");
	}
	json_out_close(b, '}');
	if (j % 2 == 0)			/* else the member is absent */
		json_out_null(b, "testCase");
}

static void
step_row(const struct zephyr *z, const void *arg, int64_t j, struct buf *b)
{
	int64_t pos = *(const int64_t *)arg;
	struct zstep s = { 0 };

	zstep_get(z, pos, j, &s);
	json_out_open(b, NULL, '{');
	if (s.id != 0)
		json_out_int(b, "id", s.id);
	if (s.call[0] != '\0')
		step_call_json(z, &s, b);
	else
		step_inline_json(z, &s, pos, j, b);
	json_out_close(b, '}');
	zstep_free(&s);
}

static int64_t
step_wanted(const struct zephyr *z, const struct request *rq, struct reply *rp)
{
	int64_t pos = zcase_pos(z, rq->cap[0]);

	if (pos < 0)
		reply_zephyr(rp, 404, "The test case with key %s does not "
		    "exist or you do not have access to it", rq->cap[0]);
	return pos < 0 ? pos : zcase_source(z, pos);
}

static void
corpus_step(const struct zephyr *z, const void *arg, int64_t j, struct buf *b)
{
	int64_t pos = *(const int64_t *)arg;
	const struct zscriptrow *r = zscript_row(z, pos, INT64_MAX, j);
	const char *row;

	if (r != NULL && (r->text != NULL || r->from < 0)) {
		step_row(z, arg, j, b);
		return;
	}
	row = corpus_step_row(z->corpus, pos, r == NULL ? j : r->from);
	json_out_raw(b, NULL, row, strlen(row));
}

void
z_case_steps(struct mock *m, struct request *rq, struct reply *rp)
{
	const struct zephyr *z = m->zephyr;
	int64_t pos = step_wanted(z, rq, rp), cap = z->set->step_cap;
	enum zscript s;

	if (pos < 0)
		return;
	s = zcase_script(z, pos);
	if (s == ZS_PLAIN || s == ZS_BDD)
		reply_zephyr(rp, 422, "The test case does not have a "
		    "step-by-step test script");
	else
		zpage_rows(z, zstep_count(z, pos), cap > 0 ? cap : STEP_CAP,
		    z->corpus != NULL && pos < corpus_cases(z->corpus) ?
		    corpus_step : step_row, &pos, rq, rp);
}

void
zscript_text(const struct zephyr *z, int64_t pos, struct buf *b)
{
	uint64_t r = z_rand(z, KIND + 2, zcase_source(z, pos), 0);

	if (zcase_script(z, pos) == ZS_PLAIN) {
		text_html(b, r);
		return;
	}
	buf_puts(b, "Given the ");
	text_words(b, rand_next(&r), 5);
	buf_puts(b, "\nWhen \"");
	text_words(b, rand_next(&r), 3);
	buf_puts(b, "\" < 5 & <user>\n  And\ttab [~x]\nThen ");
	text_words(b, rand_next(&r), 6);
}

void
z_case_script(struct mock *m, struct request *rq, struct reply *rp)
{
	const struct zephyr *z = m->zephyr;
	int64_t pos = step_wanted(z, rq, rp);
	enum zscript s = pos < 0 ? ZS_NONE : zcase_script(z, pos);
	struct buf t = { 0 };

	if (pos < 0)
		return;
	if (s == ZS_STEPS || s == ZS_BLANK) {
		reply_zephyr(rp, 422, "The test case has a step-by-step "
		    "test script");
		return;
	}
	if (s == ZS_NONE) {
		reply_zephyr(rp, 404, "No test script exists for %s",
		    rq->cap[0]);
		return;
	}
	zscript_text(z, pos, &t);
	json_out_open(&rp->body, NULL, '{');
	json_out_str(&rp->body, "type", s == ZS_PLAIN ? "plain" : "bdd");
	json_out_strn(&rp->body, "text", t.s, t.len);
	if (pos % 3 == 0)
		json_out_null(&rp->body, "id");
	else
		json_out_int(&rp->body, "id", 610000 + pos);
	json_out_close(&rp->body, '}');
	buf_free(&t);
}
