#include "fixture.h"
#include "read/match.h"
#include "read/result.h"
#include "read/script.h"
#include "reader.h"

/*
 * Scripts of cases and step results of executions, as zextract reads their pages and
 * prints them.  The first byte selects the case or the execution.
 */
static struct request *
question(struct extract *x, int which)
{
	struct err e = { 0 };
	struct request *a = NULL;
	int i;

	for (i = 0; i <= which % 4; i++) {
		request_free(a);
		FUZZ_CHECK(reader_next(&x->reading, i < 3 ? &script_reader : &result_reader,
		    &a, &e) == 0);
	}
	FUZZ_CHECK(a != NULL);
	return a;
}

/* Check the results as the record of the execution contains them, with their steps. */
static void
emitted(struct extract *x)
{
	struct match m = { 0 };
	struct buf b = { 0 };
	struct err e = { 0 };
	struct db_query q;

	FUZZ_CHECK(match_load(&m, &x->src.st, "X-T1", &e) == 0);
	db_query(&q, x->src.db, "SELECT results, step_slots FROM test_execution"
	    " WHERE id = 7 AND results IS NOT NULL", "");
	if (db_row(&q)) {
		match_put(&m, db_str(&q, 0), db_len(&q, 0),
		    db_null(&q, 1) ? "" : db_str(&q, 1), &b);
		fuzz_canonical(b.s, b.len);
	}
	FUZZ_CHECK(db_done(&q, &e) == 0);
	buf_free(&b);
	match_free(&m);
}

int
LLVMFuzzerTestOneInput(const uint8_t *s, size_t n)
{
	struct pages in = { s + 1, s + n, NULL, 0, 0 };
	struct extract *x;
	struct request *a;

	if (n == 0)
		return 0;
	x = fixture_open();
	a = question(x, *s);
	while (a != NULL && pages_next(&in)) {
		if (!fixture_answer(a, in.status, in.body, in.len))
			goto out;
		fixture_check_canonical(x, "SELECT script FROM test_script");
		fixture_check_canonical(x, "SELECT results FROM test_execution");
		a = fixture_next_request(x);
	}
	if (a == NULL)
		emitted(x);
	request_free(a);
out:
	fixture_close(x);
	return 0;
}
