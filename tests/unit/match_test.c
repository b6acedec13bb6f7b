#include "test.h"

#include "both.h"
#include "domain/schema.h"
#include "domain/store/store_case.h"

#include "../../src/zextract/read/text_fingerprint.c"
#include "../../src/zextract/read/result_text.c"
#include "../../src/zextract/read/match.c"

TEST("texts are compared by their words, without markup and blanks")
{
	uint64_t h = text_fingerprint("<p>Open the&nbsp;door</p>", "it opens");

	CHECK(text_fingerprint("Open  the\xc2\xa0" "door", "<b>it opens</b>") == h);
	CHECK(text_fingerprint("Open the door\xe2\x81\xa0", " it\nopens ") == h);
	CHECK(text_fingerprint("Open the doors", "it opens") != h);
	CHECK(text_fingerprint("Open the door it", "opens") != h);
	CHECK(text_fingerprint(NULL, NULL) == text_fingerprint("", "<br />"));
	CHECK(text_fingerprint("a < b", NULL) != text_fingerprint("a", NULL));
}

static struct store
store(struct db *db)
{
	static const struct {
		const char	*key, *called, *text;
		int64_t		 n;
	} steps[] = {
		{ "D-T1", NULL, "first", 1 }, { "D-T1", "D-T2", NULL, 2 },
		{ "D-T1", NULL, "last", 3 }, { "D-T2", NULL, "inner", 1 },
		{ "D-T2", "D-T3", NULL, 2 }, { "D-T4", "D-T4", NULL, 1 },
	};
	static const char plain[] = "{\"text\":\"<p>all</p>\",\"type\":\"plain\"}";
	struct store st = { db, "D", 1 };
	struct store_row r = { .name = "n", .head = "{}", .len = 2 };
	struct err e = { 0 };
	char key[8];
	size_t i;
	int rc = schema_ready(db, &e);

	for (i = 1; i <= 4 && rc != -1; i++) {
		snprintf(key, sizeof(key), "D-T%d", (int)i);
		r.key = key;
		r.id = (int64_t)i;
		if ((rc = store_case(&st, &r, "", &e)) != -1)
			rc = i == 3 ? store_script(&st, key, "plain", plain,
			    sizeof(plain) - 1, 0, &e) :
			    store_script(&st, key, "steps", "{}", 2, 0, &e);
	}
	for (i = 0; i < sizeof(steps) / sizeof(*steps) && rc != -1; i++) {
		struct store_step s = { .n = steps[i].n,
		    .called = steps[i].called, .description = steps[i].text };

		rc = store_steps(&st, steps[i].key, &s, 1, &e);
	}
	if (rc == -1) {
		printf("# %s\n", e.msg);
		abort();
	}
	return st;
}

static int first_number = 1;	/* of the step slots */

/* Return the stored results of a text, without their steps. */
static const char *
filled(const struct match *m, const char *const *text, int n)
{
	static struct buf out;
	struct buf script = { 0 }, marks = { 0 };
	int i;

	buf_puts(&script, "[");
	for (i = 0; i < n; i++) {
		buf_puts(&script, i ? "," : "");
		buf_printf(&marks, "%d -1 %d %016" PRIx64 "\n", first_number + i,
		    i + 1, text_fingerprint(text[i], NULL));
		buf_puts(&script, "{\"step\":null}");
	}
	buf_puts(&script, "]");
	buf_reset(&out);
	match_put(m, script.s, script.len, buf_str(&marks), &out);
	buf_free(&script);
	buf_free(&marks);
	return buf_str(&out);
}

BOTH(places, "a result belongs to the step at its place with the same words")
{
	static const char *const run[] = { "first", "inner", "<p>all</p>",
	    "last", "more" };
	static const char *const moved[] = { "first", "last" };
	struct store st = store(db);
	struct match m = { 0 };
	struct err e = { 0 };

	CHECK_INT(match_load(&m, &st, "D-T1", &e), 0);
	CHECK_STR(filled(&m, run, 5), "[{\"step\":{\"n\":1}},"
	    "{\"step\":{\"call\":\"D-T2\",\"m\":1,\"n\":2}},"
	    "{\"step\":{\"call\":\"D-T3\",\"m\":1,\"n\":2,"
	    "\"via\":{\"case\":\"D-T2\",\"n\":2}}},{\"step\":{\"n\":3}},"
	    "{\"step\":null}]");
	CHECK_STR(filled(&m, moved, 2), "[{\"step\":{\"n\":1}},{\"step\":null}]");
	first_number = 5000;	/* an offset, as older versions stored it */
	CHECK_STR(filled(&m, moved, 2), "[{\"step\":{\"n\":1}},{\"step\":null}]");
	first_number = 1;
	CHECK_INT(match_load(&m, &st, "D-T9", &e), 0);
	CHECK_STR(filled(&m, run, 1), "[{\"step\":null}]");
	match_free(&m);
}

BOTH(cycle, "a case that calls itself ends")
{
	struct store st = store(db);
	struct match m = { 0 };
	struct err e = { 0 };

	CHECK_INT(match_load(&m, &st, "D-T4", &e), 0);
	CHECK_INT(m.n, 0);
	match_free(&m);
}
