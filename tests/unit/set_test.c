#include "test.h"

#include "base/set.h"

TEST("a set contains each added key once, however many there are") {
	struct set s = { 0 };
	uint64_t i;

	for (i = 1; i <= 1000; i++)
		CHECK_INT(set_add(&s, i * 64), 1);
	for (i = 1; i <= 1000; i++)
		CHECK_INT(set_add(&s, i * 64), 0);
	CHECK_INT(set_add(&s, 1), 1);
	CHECK_INT(s.n, 1001);
	set_free(&s);
	CHECK_INT(set_add(&s, 64), 1);
	set_free(&s);
	CHECK(text_hash("a") != text_hash("b") && text_hash("") != 0);
}
