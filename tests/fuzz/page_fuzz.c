#include "domain/store/store_case.h"

#include "fixture.h"
#include "list/list.h"
#include "list/names.h"
#include "read/call_depth.h"
#include "reader.h"

/*
 * Lists as zextract reads them: pages up to the proven last one, and rows stored in
 * the database.  The first byte selects the list and its kind of pages.
 */
static const char *const texts[] = {
	"SELECT line FROM lookup", "SELECT head FROM folder",
	"SELECT path FROM folder", "SELECT head FROM test_case",
	"SELECT head FROM test_plan", "SELECT head FROM test_cycle",
	"SELECT head FROM test_execution", "SELECT value FROM custom_field",
};

static void
again(struct list *l, int keyset)
{
	l->st = (struct list_state){ .mode = keyset ? 'k' : 'o', .phase = 's',
	    .size = LIST_PAGE, .sweep = 1, .n = -1, .total = -1,
	    .word = "open" };
}

/* Return the next request of the lists, or NULL. */
static struct request *
question(struct extract *x)
{
	struct request *a;
	struct err e = { 0 };

	FUZZ_CHECK(reader_next(&x->reading, &list_reader, &a, &e) == 0);
	return a;
}

/* Process the lists as zextract does after the last request. */
static void
after(struct extract *x)
{
	struct err e = { 0 };
	char ref[] = "{\"id\":1,\"key\":\"X\"}";

	FUZZ_CHECK(names_load(&x->names, &x->src.st, &e) == 0);
	FUZZ_CHECK(store_stubs(&x->src.st, ref, &e) == 0);
	FUZZ_CHECK(store_gone(&x->src.st, &e) >= 0);
	FUZZ_CHECK(call_depth_assign(&x->src.st, &e) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *s, size_t n)
{
	struct pages in = { s + 1, s + n, NULL, 0, 0 };
	struct extract *x;
	struct list *l;
	struct request *a;
	size_t i;
	int taken = 1;

	if (n == 0)
		return 0;
	x = fixture_open();
	l = &x->lists.v[*s % LIST_COUNT];
	again(l, l->kind->keyset && *s / LIST_COUNT % 2);
	while (taken && pages_next(&in) && (a = question(x)) != NULL)
		taken = fixture_answer(a, in.status, in.body, in.len);
	if (list_done(l))
		after(x);
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		fixture_check_canonical(x, texts[i]);
	fixture_close(x);
	return 0;
}
