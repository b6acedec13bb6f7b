#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "domain/schema.h"

#include "phase.h"
#include "fixture.h"

void
fuzz_canonical(const char *s, size_t len)
{
	struct json j;
	struct buf b = { 0 };
	struct err e;
	int repaired;

	if (json_parse(&j, s, len, &repaired, &e) == -1 || repaired > 0) {
		fprintf(stderr, "not canonical: %.*s\n", (int)len, s);
		abort();
	}
	json_dump(&j, &b);
	if (b.len != len || memcmp(b.s, s, len) != 0) {
		fprintf(stderr, "not canonical: %.*s\nbut this is: %s\n",
		    (int)len, s, b.s);
		abort();
	}
	json_free(&j);
	buf_free(&b);
}

static struct extract *fixture;

static void
fixture_must(int rc, const struct err *e)
{
	if (rc == -1) {
		fprintf(stderr, "fixture: %d %s\n", e->code, e->msg);
		abort();
	}
}

static void
fixture_add_row(enum list_id list, const char *text)
{
	struct err e = { 0 };
	struct buf key = { 0 };
	struct json j;

	fixture_must(json_parse(&j, text, strlen(text), NULL, &e), &e);
	fixture_must(fixture->lists.v[list].kind->row(&fixture->lists,
	    fixture->lists.v[list].kind, &j, &key, &e), &e);
	json_free(&j);
	buf_free(&key);
}

static int
fixture_seed_rows(struct db *db, void *arg, struct err *e)
{
	(void)db;
	(void)arg;
	(void)e;
	fixture_add_row(LIST_CASES, "{\"id\":1,\"key\":\"X-T1\",\"testScript\":{\"self\":"
	    "\"https://h/testcases/X-T1/teststeps\"}}");
	fixture_add_row(LIST_CASES, "{\"id\":2,\"key\":\"X-T2\",\"testScript\":{\"self\":"
	    "\"https://h/testcases/X-T2/testscript\"}}");
	fixture_add_row(LIST_CASES, "{\"id\":3,\"key\":\"X-T3\"}");
	fixture_add_row(LIST_EXECUTIONS, "{\"id\":7,\"actualEndDate\":"
	    "\"2026-01-02T03:04:05Z\",\"testCase\":{\"self\":"
	    "\"https://h/testcases/X-T1/versions/1\"}}");
	return 0;
}

static void
fixture_build(void)
{
	static struct job job = { .project = "X", .run = "run" };
	char *all[] = { NULL };
	struct err e = { 0 };
	struct db *db;
	int from, to;

	log_open("fuzz", LOG_ERROR, LOG_TEXT);
	fixture_must(db_open(&db, "sqlite::memory:", DB_URL_PUBLIC, &e), &e);
	fixture_must(schema_migrate(db, &from, &to, &e), &e);
	fixture = extract_new(&job);
	fixture_must(selection_open(&fixture->selection, all, &e), &e);
	fixture_must(phase_open_pass(fixture, db, PASS_LAST, &e), &e);
	fixture->src.ref = mem_dup("{\"id\":1,\"key\":\"X\"}");
	fixture_must(db_tx(db, fixture_seed_rows, NULL, &e), &e);
}

struct extract *
fixture_open(void)
{
	struct err e = { 0 };
	int i;

	if (fixture == NULL)
		fixture_build();
	phase_open(fixture);
	for (i = 0; i < LIST_COUNT; i++) {
		fixture->lists.v[i].asked = 0;
		snprintf(fixture->lists.v[i].st.word, sizeof(fixture->lists.v[i].st.word),
		    "done");
	}
	fixture_must(db_begin(fixture->src.db, &e), &e);
	return fixture;
}

struct request *
fixture_next_request(struct extract *x)
{
	return request_pop(&x->requests.ready);
}

void
fixture_close(struct extract *x)
{
	struct err e = { 0 };

	requests_free(&x->requests);
	names_free(&x->names);
	db_end(x->src.db, -1, &e);
}

/* Abort if an answer causes an error of the disk or of the program. */
int
fixture_answer(struct request *a, int status, const uint8_t *body, size_t len)
{
	struct err e = { 0 };
	int rc;

	a->status = status;
	buf_add(&a->body, body, len);
	rc = a->reader->store(a, &e);
	if (rc == 0)
		a->reader->committed(a);
	else if (e.code != ZX_PROTO && e.code != ZX_AUTH &&
	    e.code != ZX_REMOTE && e.code != ZX_DATA)
		fixture_must(rc, &e);
	request_free(a);
	return rc == 0;
}

int
pages_next(struct pages *p)
{
	const uint8_t *to;

	if (p->p == NULL || p->p > p->end)
		return 0;
	to = p->p < p->end ? memchr(p->p, 0x1e, (size_t)(p->end - p->p)) :
	    NULL;
	if (to == NULL)
		to = p->end;
	p->status = p->p == to ? 200 : *p->p == '!' ? 404 :
	    *p->p == '?' ? 500 : *p->p == '~' ? 422 : 200;
	p->body = p->p + (p->status != 200);
	p->len = (size_t)(to - p->body);
	p->p = to + 1;
	return 1;
}

void
fixture_check_canonical(struct extract *x, const char *sql)
{
	struct err e = { 0 };
	struct db_query q;

	db_query(&q, x->src.db, sql, "");
	while (db_row(&q))
		if (!db_null(&q, 0))
			fuzz_canonical(db_str(&q, 0), db_len(&q, 0));
	fixture_must(db_done(&q, &e), &e);
}
