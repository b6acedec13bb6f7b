# make lint finds no violation in the tree, and finds each planted one.
load helper

@test "the tree has no violation" {
	z 0 bash "$ROOT/tests/lint/run.sh"
	[ -z "$output$stderr" ]
}

prepare() {
	cp "$ROOT/.clang-format" .
	mkdir -p lib/base lib/io lib/domain src/zone man pipelines
	printf '#include "base/one.h"\nint one_do(void);\n' >lib/base/one.c
}

# finds ERE...: lint of the small tree fails with a line that matches each of these
finds() {
	local one
	ZT_BIN=$T/bin zw 1 bash "$ROOT/tests/lint/run.sh" "$T" || return 1
	for one; do grep -Eq -- "$one" <<<"$stderr" || return 1; done
}

@test "a tree without violations is accepted" {
	ZT_BIN=$T/bin z 0 bash "$ROOT/tests/lint/run.sh" "$T"
}

@test "an include that goes upward or into another program is found" {
	echo '#include "io/json.h"' >lib/base/two.c
	finds 'lib/base/two.c:1: may not include io/json.h'
	echo '#include "domain/job.h"' >lib/base/two.c
	finds domain/job.h
	echo '#include "zload/load.h"' >lib/base/two.c
	cp lib/base/two.c src/zone/two.c
	finds 'src/zone/two.c:1: may not include zload/load.h'
}

@test "a use of a foreign library outside of its wrapper module is found" {
	echo '#include <sqlite3.h>' >lib/domain/two.c
	finds 'lib/domain/two.c:1: SQLite may be used by its wrapper'
	echo 'void f(void) { curl_easy_init(); }' >lib/domain/two.c
	finds libcurl
	echo 'void f(void) { jv_free(x); }' >lib/domain/two.c
	finds libjq
	echo 'void f(void) { PQexec(c, s); }' >lib/domain/two.c
	finds libpq
	echo '#include <openssl/evp.h>' >lib/domain/two.c
	finds OpenSSL
}

@test "a write outside of the qTest dialect and a request outside of the client are found" {
	mkdir -p lib/domain/api
	echo 'void f(void) { api_send_write(a, r, p, u, m, b, 0); }' >lib/domain/api/zephyr_two.c
	finds 'lib/domain/api/zephyr_two.c:1: a write may be sent by the qTest dialect alone'
	echo '#include "domain/api/api_write.h"' >lib/domain/api/zephyr_two.c
	finds 'lib/domain/api/zephyr_two.c:1: may not include "domain/api/api_write.h"'
	echo 'void f(void) { http_send(h, r, d, 0, e); }' >lib/domain/api/zephyr_two.c
	finds 'lib/domain/api/zephyr_two.c:1: a request may be sent by the API client alone'
	echo '#include "domain/api/api.h"' >lib/domain/api/zephyr_two.c
	ZT_BIN=$T/bin z 0 bash "$ROOT/tests/lint/run.sh" "$T"
	cp lib/domain/api/zephyr_two.c src/zone/two.c
	finds 'src/zone/two.c:1: may not include "domain/api/api.h"'
}

@test "forbidden calls and printing in lib are found" {
	printf 'void\nf(void)\n{\n\tstrcpy(a, b);\n}\n' >src/zone/two.c
	finds 'src/zone/two.c:4: strcpy: may not be called'
	printf 'void\nf(void)\n{\n\tprintf(a);\n}\n' >lib/io/two.c
	finds 'lib/io/two.c:4: printf'
	printf '/* printf("x"); */\nconst char *s = "exit(1)";\n' >lib/io/two.c
	rm src/zone/two.c
	ZT_BIN=$T/bin z 0 bash "$ROOT/tests/lint/run.sh" "$T"
}

@test "a table that two files write is found" {
	printf 'const char *s = "INSERT INTO row (a) VALUES (1)";\n' >src/zone/two.c
	printf 'const char *t = "UPDATE row SET a = 2";\n' >>src/zone/two.c
	ZT_BIN=$T/bin z 0 bash "$ROOT/tests/lint/run.sh" "$T"
	printf '\nconst char *u = "DELETE FROM row";\n' >lib/domain/three.c
	finds 'src/zone/two.c:1: table row is written by lib/domain/three.c, too'
}

@test "the whole state of a program, defined outside of main, run and loop, is found" {
	printf 'struct load {\n\tint x;\n};\n' >src/zone/run.h
	for one in run loop phase; do echo '#include "run.h"' >src/zone/$one.c; done
	ZT_BIN=$T/bin z 0 bash "$ROOT/tests/lint/run.sh" "$T"
	echo '#include "run.h"' >src/zone/two.c
	finds "src/zone/two.c:1: \"run.h\" shows the program's whole state"
	mv src/zone/run.h src/zone/two.h
	rm src/zone/*.c
	finds 'src/zone/two.h:1: struct load is defined in main, run or loop'
}

@test "JSON that is composed of literals is found" {
	printf 'void\nf(void)\n{\n\tbuf_puts(b, ",\\"id\\":");\n}\n' >src/zone/two.c
	finds 'src/zone/two.c:4: JSON is written with json_out'
}

@test "a name in two files, one without a word of its file and one of the C library are found" {
	# one NAME FILE: write a static function
	one() { printf 'static int\n%s(void)\n{\n\treturn 0;\n}\n' "$1" >"$2"; }
	one two_get src/zone/two.c
	ZT_BIN=$T/bin z 0 bash "$ROOT/tests/lint/run.sh" "$T"
	one two_get src/zone/two_more.c
	finds 'src/zone/two_more.c:2: two_get is in src/zone/two.c, too'
	printf 'int\ntwo_get(void)\n{\n\treturn 0;\n}\n' >src/zone/two_more.c
	finds 'src/zone/two_more.c:2: two_get is in src/zone/two.c, too'
	one on_answer src/zone/two_more.c
	one on_answer src/zone/two.c
	ZT_BIN=$T/bin z 0 bash "$ROOT/tests/lint/run.sh" "$T"
	one take src/zone/two.c
	finds 'src/zone/two.c:2: take contains no word of the name of its file: two_'
	one send src/zone/send.c
	finds 'src/zone/send.c:2: send is a function of the C library'
	printf 'int\nconnect(void)\n{\n\treturn 0;\n}\n' >src/zone/send.c
	finds 'src/zone/send.c:2: connect is a function'
	rm src/zone/*
	mkdir -p tests/mock/far
	one take tests/mock/far/two.c
	finds 'tests/mock/far/two.c:2: take contains no word of the name of its file: two_'
}

# body NAME N: print a function with N lines between its braces
body() {
	printf 'void\n%s(void)\n{\n' "$1"
	for ((l = 0; l < $2; l++)); do printf '\tx();\n'; done
	printf '}\n'
}

@test "a word of the list is found in comments, messages, manuals and names of tests" {
	printf '#include "base/one.h"\n/* Ask the neighbour. */\nint one_do(void);\n' >lib/base/one.c
	finds 'lib/base/one.c:2: Ask the neighbour.*write: the next stage'
	printf 'const char *one_text = "0 lines that are none";\n' >lib/base/one.c
	finds 'lib/base/one.c:1:0 lines that are none.*malformed'
	printf 'int neighbour;\n' >lib/base/one.c
	ZT_BIN=$T/bin z 0 bash "$ROOT/tests/lint/run.sh" "$T"
	printf '.Dd $Mdocdate$\nThe weather.\n' >man/a.1
	finds 'man/a.1:2:The weather'
	rm man/a.1
	mkdir tests
	printf '/* Ask the neighbour. */\nchar *s = "weather";\nTEST("untold")\n' >tests/a.c
	finds 'tests/a.c:1: Ask the neighbour' 'tests/a.c:3:TEST'
	[ "$(grep -c 'a.c:2' <<<"$stderr")" -eq 0 ]
	printf '# Untold losses.\n@test "faults of the weather" {\n}\n' >tests/a.bats
	finds 'tests/a.bats:1:# Untold losses' 'tests/a.bats:2:@test "faults of the weather"'
}

@test "too long lines, functions, files and main, and too many files are found" {
	body f 59 >src/zone/two.c
	finds 'f\(\) has 61 lines'
	body f 58 >src/zone/two.c
	ZT_BIN=$T/bin z 0 bash "$ROOT/tests/lint/run.sh" "$T"
	body main 79 >src/zone/two.c
	finds 'main\(\) has 81'
	{ echo '/* long: a table of its own */'; body f 59; } >src/zone/two.c
	ZT_BIN=$T/bin z 0 bash "$ROOT/tests/lint/run.sh" "$T"
	printf 'int x;\n%.0s' {1..401} >src/zone/two.c
	finds '401 lines'
	printf '/* %0100d */\n' 1 >src/zone/two.c
	finds columns
	echo '/* TODO: later */' >src/zone/two.c
	finds TODO
	rm src/zone/two.c
	for l in {1..20}; do echo "int x$l;" >src/zone/$l.c; done
	ZT_BIN=$T/bin z 0 bash "$ROOT/tests/lint/run.sh" "$T"
	echo 'int x;' >src/zone/21.c
	finds 'src/zone/ has 21 .c files'
}

@test "code that clang-format changes is found" {
	printf 'void\nf(void)\n{\n\tif(x) {\n\t\ty();\n\t}\n}\n' >src/zone/two.c
	finds 'clang-format has it'
}

@test "a failure that bats ignores is found" {
	mkdir tests
	printf '@test "x" {\n\tif ! false; then true; fi\n\trun ! true\n}\n' >tests/x.bats
	ZT_BIN=$T/bin z 0 bash "$ROOT/tests/lint/run.sh" "$T"
	printf '@test "y" {\n\t! true\n\ttrue\n}\n' >tests/y.bats
	finds 'tests/y.bats:2:'
	printf '@test "y" {\n\t[ -e x ] && [ -e y ]\n\ttrue\n}\n' >tests/y.bats
	finds 'tests/y.bats:2:'
}

@test "a warning of mandoc and a difference from --options are found" {
	mkdir bin
	printf 'int\nmain(void)\n{\n\treturn 0;\n}\n' >src/zone/main.c
	finds 'man/zone.1: is missing'
	cat >man/zone.1 <<-'END'
	.Dd January 1, 2026
	.Dt ZONE 1
	.Os
	.Sh NAME
	.Nm zone
	.Nd stand in
	.Sh DESCRIPTION
	.Bl -tag -width Ds
	.It Fl h , Fl -help
	Help.
	.It Fl -old Ar N
	Gone.
	.El
	END
	cat >bin/zone <<-'END'
	#!/bin/sh
	printf 'h\thelp\t-\t-\n-\tnew\ta|b\t-\n'
	END
	chmod 755 bin/zone
	finds 'man/zone.1: does not have: - new a.b' 'zone --options: does not have: - old N'
	printf '.Sh NONSENSE\n.Xx\n' >>man/zone.1
	finds 'mandoc'
	# the manual of zmock is checked, too
	mkdir -p tests/mock
	printf 'int\nmain(void)\n{\n\treturn 0;\n}\n' >tests/mock/main.c
	finds 'man/zmock.1: is missing'
	sed 's/zone/zmock/; s/ZONE/ZMOCK/; /NONSENSE/,$d' man/zone.1 >man/zmock.1
	cp bin/zone bin/zmock
	finds 'man/zmock.1: does not have: - new a.b' 'zmock --options: does not have: - old N'
}

@test "the programs are built without the directory tests" {
	cp -r "$ROOT"/{Makefile,src,lib,pipelines} .
	CC=false z 0 make -n -j1 B=b BIN=bin all
	grep -q 'embed.sh' <<<"$output"
	[ "$(grep -c 'tests/' <<<"$output")" -eq 0 ]
}

@test "ztoq(7) describes every environment variable with its own name" {
	local n found=0
	for n in $(grep -rhoE '\.env = "[A-Z_]+"' "$ROOT/lib" "$ROOT/src" | cut -d'"' -f2); do
		grep -Eq "^\.(It )?Ev (.* )?$n( |\$)" "$ROOT/man/ztoq.7" || { echo "$n" >&2; return 1; }
		found=$((found + 1))
	done
	[ "$found" -ge 1 ]
}
