#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/time.h"
#include "io/json/json_out.h"

#include "server/rand.h"
#include "server/text.h"
#include "zephyr/script.h"
#include "zephyr/zephyr.h"

const char *const zkind_names[ZK_COUNT] = { "testcases", "testcycles",
    "testplans", "testexecutions" };
const char *const zfolder_types[3] = { "TEST_CASE", "TEST_CYCLE", "TEST_PLAN" };

static int
zephyr_sparse(const struct opt_list *words, int *out, struct err *e)
{
	static const char *const names[] = { "total", "isLast", "next",
	    "values", "self" };
	const int n = sizeof(names) / sizeof(*names);
	int i, k;

	for (i = 0; i < words->n; i++) {
		for (k = 0; k < n && strcmp(words->v[i], names[k]) != 0; k++)
			;
		if (k == n)
			return err_set(e, ZX_USAGE, "--sparse: %s: nothing "
			    "that may be absent", words->v[i]);
		*out |= 1 << k;
	}
	return 0;
}

struct zephyr *
zephyr_open(const struct settings *set, const char *base, struct err *e)
{
	struct zephyr *z = mem_zalloc(sizeof(*z));
	int i;

	z->set = set;
	z->seed = (uint64_t)set->seed;
	z->key = set->project_key;
	z->project = set->project_id;
	snprintf(z->base, sizeof(z->base), "%s/v2", base);
	z->n[ZK_CASE] = set->cases;
	z->n[ZK_CYCLE] = set->cycles;
	z->n[ZK_PLAN] = set->plans;
	z->n[ZK_EXEC] = set->executions;
	if (zephyr_sparse(&set->sparse, &z->sparse, e) == -1) {
		zephyr_free(z);
		return NULL;
	}
	if (set->corpus != NULL) {
		z->corpus = corpus_open(set->corpus, z, e);
		if (z->corpus == NULL) {
			zephyr_free(z);
			return NULL;
		}
		z->n[ZK_CASE] = corpus_cases(z->corpus);
	}
	zlook_open(z);
	zfolder_open(z);
	for (i = 0; i < ZK_COUNT; i++)
		z->n0[i] = z->n[i];
	return z;
}

void
zephyr_free(struct zephyr *z)
{
	int i;

	if (z == NULL)
		return;
	for (i = 0; i < z->nfolder; i++)
		free(z->folder[i].name);
	for (i = 0; i < z->nlook; i++) {
		free(z->look[i].name);
		free(z->look[i].row);
	}
	for (i = 0; i < z->nedit; i++) {
		free(z->edit[i].name);
		free(z->edit[i].text);
	}
	for (i = 0; i < ZK_COUNT; i++)
		free(z->gone[i]);
	free(z->folder);
	free(z->look);
	free(z->edit);
	free(z->newer);
	zscript_free(z);
	corpus_free(z->corpus);
	free(z);
}

/* Check the token; wrong ones have the two forms of 401 of zephyr-api.md 1.3. */
int
zephyr_auth(struct mock *m, struct request *rq, struct reply *rp)
{
	const char *s = rq->auth, *dot;

	if (s != NULL && strncasecmp(s, "Bearer ", 7) == 0 &&
	    strcmp(s + 7, m->set->token_zephyr) == 0)
		return 1;
	dot = s == NULL ? NULL : strchr(s, '.');
	if (s == NULL || dot == NULL || strchr(dot + 1, '.') == NULL) {
		rp->status = 401;
		json_out_open(&rp->body, NULL, '{');
		json_out_str(&rp->body, "error", s == NULL ?
		    "Authorization header is missing" :
		    "The JWT has not three parts");
		json_out_close(&rp->body, '}');
	} else
		reply_zephyr(rp, 401, "JWT signature does not match");
	return 0;
}

uint64_t
z_rand(const struct zephyr *z, int kind, int64_t pos, int salt)
{
	return rand_at(z->seed, kind, pos, salt);
}

void
z_ref(const struct zephyr *z, struct buf *b, const char *name,
    const char *path, int64_t id)
{
	if (id == 0) {
		json_out_null(b, name);
		return;
	}
	json_out_open(b, name, '{');
	json_out_int(b, "id", id);
	json_out_name(b, "self");
	buf_putc(b, '"');
	buf_puts(b, z->base);
	buf_puts(b, path);
	buf_int(b, id);
	buf_puts(b, "\"}");
}

void
z_jira_ref(struct buf *b, const char *name, const char *kind, int64_t id)
{
	if (id == 0) {
		json_out_null(b, name);
		return;
	}
	json_out_open(b, name, '{');
	json_out_int(b, "id", id);
	json_out_fmt(b, "self", "https://zmock.atlassian.net/rest/api/2/%s/%ld", kind, (long)id);
	json_out_close(b, '}');
}

void
z_text(const struct zephyr *z, struct buf *b, const char *name, int64_t pos,
    const char *text)
{
	static const char *const tails[] = { "\\u001b[31m red\\u0007",
	    "a\\u0000b", "\\ud83d half", "../../../etc/passwd", "\\udc00",
	    "\\u202e rtl", "\\u007f\\u0085" };

	json_out_str(b, name, text);
	if (!z->set->hostile || text == NULL || pos % 5 != 1)
		return;
	buf_cut(b, b->len - 1);
	buf_puts(b, tails[pos / 5 % 7]);
	buf_putc(b, '"');
}

void
z_owner(struct buf *b, const char *name, const char *account)
{
	json_out_open(b, name, '{');
	json_out_str(b, "accountId", account);
	if (account == NULL)
		json_out_null(b, "self");
	else
		json_out_fmt(b, "self", "https://zmock.atlassian.net/rest/api/2/"
		    "user?accountId=%s", account);
	json_out_close(b, '}');
}

void
z_date(struct buf *b, const char *name, int64_t ms)
{
	char text[TIME_MAX];

	if (ms == 0) {
		json_out_null(b, name);
		return;
	}
	time_iso(ms, text);
	json_out_str(b, name, text);
}

static const char *const link_types[] = { "COVERAGE", "BLOCKS", "RELATED" };

void
z_issues(const struct zephyr *z, struct buf *b, uint64_t r)
{
	int64_t n = z->set->full ? 1 : r % 6 == 0 ? 1 + rand_below(r, 2) : 0, id;

	json_out_open(b, "issues", '[');
	while (n-- > 0) {
		id = 10000 + rand_below(rand_next(&r), 400);
		json_out_open(b, NULL, '{');
		json_out_int(b, "id", 70000 + rand_below(rand_next(&r), 900000));
		json_out_fmt(b, "self", "%s/links/%ld", z->base, (long)id);
		json_out_int(b, "issueId", id);
		json_out_fmt(b, "target", "https://zmock.atlassian.net/rest/api/2/"
		    "issue/%ld", (long)id);
		json_out_str(b, "type", link_types[rand_below(rand_next(&r), 3)]);
		json_out_close(b, '}');
	}
	json_out_close(b, ']');
}

void
z_weblinks(const struct zephyr *z, struct buf *b, uint64_t r)
{
	static const char *const urls[] = { "https://example.test/spec?a=1&b=2",
	    "http://wiki.example.test/x/<y>", "www.example.test no scheme",
	    "https://example.test/\xc3\xa9#frag" };
	int64_t id;

	json_out_open(b, "webLinks", '[');
	if (r % 8 == 0 || z->set->full) {
		id = 80000 + rand_below(rand_next(&r), 900000);
		json_out_open(b, NULL, '{');
		json_out_int(b, "id", id);
		json_out_fmt(b, "self", "%s/links/%ld", z->base, (long)id);
		json_out_str(b, "url", urls[rand_below(rand_next(&r), 4)]);
		json_out_str(b, "description", rand_next(&r) % 2 && !z->set->full ? NULL :
		    "A \"quoted\" link");
		json_out_str(b, "type", link_types[rand_below(rand_next(&r), 3)]);
		json_out_close(b, '}');
	}
	json_out_close(b, ']');
}

static int
zephyr_key_fits(const char *s)
{
	if (!isupper((unsigned char)*s) || s[1] == '\0')
		return 0;
	while (isupper((unsigned char)*s) || isdigit((unsigned char)*s) ||
	    *s == '_')
		s++;
	return *s == '\0';
}

int
z_project(const struct zephyr *z, const struct request *rq, struct reply *rp)
{
	const char *key = request_arg(rq, "projectKey");

	if (key == NULL || strcmp(key, z->key) == 0)
		return 1;
	if (!zephyr_key_fits(key)) {
		reply_zephyr(rp, 400, "projectKey: should match pattern "
		    "([A-Z][A-Z_0-9]+)");
		return 0;
	}
	if (strcmp(key, "EMPTY") == 0 || strncmp(key, "FILL", 4) == 0)
		return 2;
	reply_zephyr(rp, 404, "Project %s does not exist, is not enabled or "
	    "you have no access to it", key);
	return 0;
}

int64_t
z_wanted(int64_t pos, const char *kind, const struct request *rq, struct reply *rp)
{
	if (pos < 0)
		reply_zephyr(rp, 404, "Test %s %s does not exist", kind, rq->cap[0]);
	return pos;
}

int64_t
z_number(const struct zephyr *z, const char *key, char letter)
{
	size_t len = strlen(z->key);
	int64_t n;

	if (strncmp(key, z->key, len) != 0 || key[len] != '-' ||
	    key[len + 1] != letter || !isdigit((unsigned char)key[len + 2]))
		return -1;
	return request_int(key + len + 2, &n) ? n : -1;
}

const struct zedit *
z_edit(const struct zephyr *z, enum zkind kind, int64_t pos)
{
	int i;

	for (i = 0; i < z->nedit; i++)
		if (z->edit[i].kind == kind && z->edit[i].pos == pos)
			return &z->edit[i];
	return NULL;
}

int
z_gone(const struct zephyr *z, enum zkind kind, int64_t pos)
{
	int64_t i;

	for (i = 0; i < z->ngone[kind]; i++)
		if (z->gone[kind][i] == pos)
			return 1;
	return 0;
}

int64_t
z_updated(const struct zephyr *z, enum zkind kind, int64_t pos)
{
	const struct zedit *e = z_edit(z, kind, pos);

	return e != NULL ? e->at : 1600000000000 + pos * 60000;
}
