#include "test.h"

#include "io/hash.h"

TEST("known texts have their SHA-256") {
	char h[HASH_HEX];

	hash_text("abc", 3, h);
	CHECK_STR(h, "ba7816bf8f01cfea414140de5dae2223"
	    "b00361a396177a9cb410ff61f20015ad");
	hash_text(NULL, 0, h);
	CHECK_STR(h, "e3b0c44298fc1c149afbf4c8996fb924"
	    "27ae41e4649b934ca495991b7852b855");
}

TEST("a text hashed in pieces has the same hash, also several at once") {
	struct hash *a = hash_open(), *b = hash_open();
	char ha[HASH_HEX], hb[HASH_HEX], h[HASH_HEX];

	hash_add(a, "a", 1);
	hash_add(b, "xyz", 3);
	hash_text("in between", 10, h);
	hash_add(a, "", 0);
	hash_add(a, "bc", 2);
	hash_close(a, ha);
	hash_close(b, hb);
	hash_text("abc", 3, h);
	CHECK_STR(ha, h);
	hash_text("xyz", 3, h);
	CHECK_STR(hb, h);
	hash_close(hash_open(), NULL);
	hash_close(NULL, NULL);
}

TEST("the head is the first eight bytes") {
	CHECK(hash_head("ba7816bf8f01cfea414140") == 0xba7816bf8f01cfeaULL);
	CHECK(hash_head("FFffFFffFFffFFff") == UINT64_MAX);
	CHECK(hash_head("12") == 0x12);
}

TEST("random texts have the requested length and differ") {
	char a[101], b[101];

	hash_random(50, a);
	hash_random(50, b);
	CHECK_INT(strlen(a), 100);
	CHECK_INT(strspn(a, "0123456789abcdef"), 100);
	CHECK(strcmp(a, b) != 0);
	hash_random(0, a);
	CHECK_STR(a, "");
}
