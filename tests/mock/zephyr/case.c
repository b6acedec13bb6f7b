#include <stdio.h>
#include <string.h>

#include "base/quote.h"
#include "base/time.h"
#include "io/json/json_out.h"

#include "server/rand.h"
#include "server/text.h"
#include "zephyr/api.h"
#include "zephyr/full.h"

/*
 * Every 50th number of a key is that of an archived or deleted case, which only
 * executions refer to; some adjacent ones are swapped, so that keys are not in the
 * order of ids.
 */
enum { HOLE = 50, SWAP = 97 };
static const int64_t ID0 = 190000000, OLD_ID0 = 1900000000;

static int64_t
case_unswap(const struct zephyr *z, int64_t pos)
{
	if (pos % SWAP == 5 && pos + 1 < z->n0[ZK_CASE])
		return pos + 1;
	return pos % SWAP == 6 && pos < z->n0[ZK_CASE] ? pos - 1 : pos;
}

int64_t
zcase_source(const struct zephyr *z, int64_t pos)
{
	int i;

	for (i = z->nnewer - 1; i >= 0; i--)
		if (z->newer[i].pos == pos)
			pos = z->newer[i].from;
	return pos;
}

/* Return the position at which lists show a case. */
static int64_t
case_newest(const struct zephyr *z, int64_t pos)
{
	int i;

	for (i = 0; i < z->nnewer; i++)
		if (z->newer[i].from == pos)
			pos = z->newer[i].pos;
	return pos;
}

int64_t
zcase_num(const struct zephyr *z, int64_t pos)
{
	pos = zcase_source(z, pos);
	if (z->corpus != NULL && pos < corpus_cases(z->corpus))
		return corpus_num(z->corpus, pos);
	if (z->corpus != NULL)
		return 1000000 + pos;
	pos = case_unswap(z, pos);
	return pos + pos / (HOLE - 1) + 1;
}

int64_t
zcase_id(const struct zephyr *z, int64_t pos)
{
	if (z->corpus != NULL && pos < corpus_cases(z->corpus))
		return corpus_id(z->corpus, pos);
	return ID0 + pos * 3;
}

int64_t
zcase_named(const struct zephyr *z, const char *key)
{
	int64_t n = z_number(z, key, 'T'), pos;

	if (n <= 0)
		return -1;
	if (z->corpus != NULL)
		pos = n >= 1000000 ? n - 1000000 : corpus_pos(z->corpus, n);
	else if (n % HOLE == 0)
		return -1;
	else
		pos = case_unswap(z, n - 1 - n / HOLE);
	return pos < 0 || pos >= z->n[ZK_CASE] ? -1 : pos;
}

int64_t
zcase_pos(const struct zephyr *z, const char *key)
{
	int64_t pos = case_newest(z, zcase_named(z, key));

	return pos < 0 || z_gone(z, ZK_CASE, pos) ? -1 : pos;
}

int
zcase_versions(const struct zephyr *z, int64_t pos)
{
	uint64_t r = z_rand(z, ZK_CASE, zcase_source(z, pos), 1);
	int n = r % 6 == 0 ? 2 + (int)rand_below(r, 2) : 1;

	return n + (zcase_source(z, pos) != pos);
}

/* Return the id of a version, which is a row of its own; the case shows the last. */
int64_t
zcase_version_id(const struct zephyr *z, int64_t pos, int version)
{
	int64_t from = zcase_source(z, pos);

	if (version == zcase_versions(z, pos))
		return zcase_id(z, pos);
	if (version == zcase_versions(z, from))
		return zcase_id(z, from);
	return OLD_ID0 + from * 8 + version;
}

static void
case_choice(struct buf *b, const char *name, uint64_t r)
{
	static const char *const v[] = { "P1 - Smoke", "false", "Yes & no",
	    "\xc3\x9c" "berblick" };

	json_out_str(b, name, r % 4 == 0 ? NULL : v[rand_below(r, 4)]);
}

/* Print a custom field of every form that zephyr-api.md 3.12 names. */
static void
case_fields(const struct zephyr *z, int64_t pos, struct buf *b)
{
	uint64_t r = z_rand(z, ZK_CASE, pos, 2);
	struct buf t = { 0 };
	int n = (int)rand_below(rand_next(&r), 3);

	json_out_open(b, "customFields", '{');
	json_out_bool(b, "Automated", rand_next(&r) % 2 == 0);
	if (rand_next(&r) % 3 == 0)
		json_out_null(b, "Build Number");
	else
		json_out_int(b, "Build Number", rand_below(rand_next(&r), 500));
	json_out_raw(b, "Risk %", pos % 5 == 0 ? "12.50" : "0.1",
	    pos % 5 == 0 ? 5 : 3);
	json_out_str(b, "Release Date", pos % 3 == 0 ? "" : pos % 3 == 1 ?
	    "2020-01-31" : "2024-02-29T00:00:00Z");
	if (rand_next(&r) % 2 == 0)
		text_html(&t, rand_next(&r));
	json_out_str(b, "Pre-Condition(s)", buf_str(&t));
	json_out_open(b, "Category", '[');
	while (n-- > 0)
		json_out_str(b, NULL, n == 0 ? "Performance" : "Re, gression");
	json_out_close(b, ']');
	case_choice(b, "Critical Event", rand_next(&r));
	json_out_bool(b, "Vendor", 0);
	json_out_str(b, "Tester", rand_next(&r) % 3 == 0 ? NULL :
	    text_account(r));
	json_out_str(b, "Conditional Step?", "");
	json_out_close(b, '}');
	buf_free(&t);
}

static void
case_html_or_null(struct buf *b, const char *name, uint64_t r)
{
	struct buf t = { 0 };

	if (r % 3 == 0) {
		json_out_str(b, name, r % 2 == 0 ? NULL : "");
		return;
	}
	text_html(&t, r);
	json_out_strn(b, name, t.s, t.len);
	buf_free(&t);
}

static void
case_labels(struct buf *b, uint64_t r)
{
	struct buf t = { 0 };
	int64_t n = rand_below(r, 4);

	json_out_open(b, "labels", '[');
	while (n-- > 0) {
		buf_reset(&t);
		text_label(&t, rand_next(&r));
		json_out_strn(b, NULL, t.s, t.len);
	}
	json_out_close(b, ']');
	buf_free(&t);
}

static void
case_head(const struct zephyr *z, int64_t pos, const char *key, struct buf *b)
{
	const struct zedit *e = z_edit(z, ZK_CASE, pos);
	struct buf t = { 0 };

	json_out_int(b, "id", zcase_id(z, pos));
	json_out_str(b, "key", key);
	if (z->set->full) {
		zfull_name(z, ZK_CASE, pos, key, b);
		z_ref(z, b, "project", "/projects/", z->project);
		return;
	}
	text_name(&t, z_rand(z, ZK_CASE, pos, 3), "Case");
	z_text(z, b, "name", pos, e != NULL && e->name != NULL ? e->name :
	    buf_str(&t));
	z_ref(z, b, "project", "/projects/", z->project);
	z_date(b, "createdOn", pos % 71 == 70 ? 0 :
	    1546300800000 + pos * 3600000);
	buf_free(&t);
}

/* Print the members of a case between its project and its script. */
static void
case_values(const struct zephyr *z, int64_t pos, struct buf *b)
{
	uint64_t r = z_rand(z, ZK_CASE, pos, 4);

	case_html_or_null(b, "objective", rand_next(&r));
	case_html_or_null(b, "precondition", rand_next(&r));
	if (rand_next(&r) % 2 == 0)
		json_out_null(b, "estimatedTime");
	else
		json_out_int(b, "estimatedTime", 1000 * rand_below(r, 7200));
	case_labels(b, rand_next(&r));
	z_jira_ref(b, "component", "component",
	    rand_next(&r) % 4 == 0 ? 14300 + (int64_t)(r % 9) : 0);
	z_ref(z, b, "priority", "/priorities/", zlook_id(z, ZL_PRIORITY,
	    rand_below(rand_next(&r), 30)));
	z_ref(z, b, "status", "/statuses/", zlook_id(z, ZL_CASE,
	    rand_below(rand_next(&r), 30)));
	z_ref(z, b, "folder", "/folders/", rand_next(&r) % 13 == 0 ? 0 :
	    zfolder_pick(z, 0, rand_next(&r)));
	z_owner(b, "owner", pos % 4 == 0 ? NULL : text_account(rand_next(&r)));
	case_fields(z, pos, b);
}

static void
case_generated(const struct zephyr *z, int64_t pos, struct buf *b)
{
	enum zscript s = zcase_script(z, pos);
	char key[48];

	snprintf(key, sizeof(key), "%s-T%ld", z->key, (long)zcase_num(z, pos));
	json_out_open(b, NULL, '{');
	case_head(z, pos, key, b);
	if (z->set->full)
		zfull_case(z, pos, key, b);
	else
		case_values(z, pos, b);
	if (s != ZS_NONE || pos % 2 == 0) {
		json_out_open(b, "testScript", '{');
		json_out_fmt(b, "self", "%s/testcases/%s/%s", z->base, key,
		    s == ZS_PLAIN || s == ZS_BDD ? "testscript" : "teststeps");
		json_out_close(b, '}');
	}
	if (pos % 23 == 0 && !z->set->full) {	/* members come without notice (3.13) */
		json_out_open(b, "newInAugust", '{');
		json_out_bool(b, "ai", 0);
		json_out_close(b, '}');
	}
	json_out_open(b, "links", '{');
	json_out_fmt(b, "self", "%s/testcases/%s/links", z->base, key);
	z_issues(z, b, z_rand(z, ZK_CASE, pos, 5));
	z_weblinks(z, b, z_rand(z, ZK_CASE, pos, 6));
	json_out_close(b, '}');
	json_out_close(b, '}');
}

/* Print the row of the corpus, with the name replaced if it was edited. */
static void
case_from_corpus(const struct zephyr *z, int64_t pos, struct buf *b)
{
	const struct zedit *e = z_edit(z, ZK_CASE, pos);
	const char *row = corpus_row(z->corpus, pos), *at, *end;

	at = e == NULL || e->name == NULL ? NULL : strstr(row, "\"name\":\"");
	if (at == NULL) {
		json_out_raw(b, NULL, row, strlen(row));
		return;
	}
	at += strlen("\"name\":");
	for (end = at + 1; *end != '"'; end++)
		if (*end == '\\')
			end++;
	json_out_raw(b, NULL, row, (size_t)(at - row));
	buf_quote(b, e->name, strlen(e->name));
	buf_puts(b, end + 1);
}

static void
case_plain_row(const struct zephyr *z, int64_t pos, struct buf *b)
{
	if (z->corpus != NULL && pos < corpus_cases(z->corpus))
		case_from_corpus(z, pos, b);
	else
		case_generated(z, pos, b);
}

void
zcase_row_as(const struct zephyr *z, int64_t pos, int64_t id, struct buf *b)
{
	struct buf t = { 0 };

	case_plain_row(z, pos, &t);
	json_out_open(b, NULL, '{');
	json_out_int(b, "id", id);
	buf_puts(b, strchr(t.s, ','));		/* after {"id":N */
	buf_free(&t);
}

void
zcase_row(const struct zephyr *z, int64_t pos, struct buf *b)
{
	int64_t from = zcase_source(z, pos);

	if (from == pos)
		case_plain_row(z, pos, b);
	else
		zcase_row_as(z, from, zcase_id(z, pos), b);
}
