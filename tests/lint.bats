# make lint is silent here, and speaks when it should.
load helper

@test "the tree is in order" {
	z 0 bash "$ROOT/tests/lint/run.sh"
	[ -z "$output$stderr" ]
}

prepare() {
	cp "$ROOT/.clang-format" .
	mkdir -p lib/base lib/io lib/domain src/zone man pipelines
	printf '#include "base/one.h"\nint one_do(void);\n' >lib/base/one.c
}

# breach WORDS: lint of this little tree fails and says WORDS
breach() {
	ZT_BIN=$T/bin zw 1 bash "$ROOT/tests/lint/run.sh" "$T"
	grep -Eq -- "$1" <<<"$stderr"
}

@test "an orderly tree is passed" {
	ZT_BIN=$T/bin z 0 bash "$ROOT/tests/lint/run.sh" "$T"
}

@test "includes that go upward or into another program" {
	echo '#include "io/json.h"' >lib/base/two.c
	breach 'lib/base/two.c:1: may not include io/json.h'
	echo '#include "domain/job.h"' >lib/base/two.c
	breach domain/job.h
	echo '#include "zload/load.h"' >lib/base/two.c
	cp lib/base/two.c src/zone/two.c
	breach 'src/zone/two.c:1: may not include zload/load.h'
}

@test "a second door to a library" {
	echo '#include <sqlite3.h>' >lib/domain/two.c
	breach 'lib/domain/two.c:1: SQLite'
	echo 'void f(void) { curl_easy_init(); }' >lib/domain/two.c
	breach libcurl
	echo 'void f(void) { jv_free(x); }' >lib/domain/two.c
	breach libjq
	echo 'void f(void) { PQexec(c, s); }' >lib/domain/two.c
	breach libpq
	echo '#include <openssl/evp.h>' >lib/domain/two.c
	breach OpenSSL
}

@test "a write to an API outside of the qTest dialect, a request outside of the client" {
	mkdir -p lib/domain/api
	echo 'void f(void) { api_send_write(a, r, p, u, m, b, 0); }' >lib/domain/api/zephyr_two.c
	breach 'lib/domain/api/zephyr_two.c:1: a write has another door'
	echo '#include "domain/api/api_write.h"' >lib/domain/api/zephyr_two.c
	breach 'lib/domain/api/zephyr_two.c:1: may not include "domain/api/api_write.h"'
	echo 'void f(void) { http_send(h, r, d, 0, e); }' >lib/domain/api/zephyr_two.c
	breach 'lib/domain/api/zephyr_two.c:1: a request has another door'
	echo '#include "domain/api/api.h"' >lib/domain/api/zephyr_two.c
	ZT_BIN=$T/bin z 0 bash "$ROOT/tests/lint/run.sh" "$T"
	cp lib/domain/api/zephyr_two.c src/zone/two.c
	breach 'src/zone/two.c:1: may not include "domain/api/api.h"'
}

@test "banned calls, and printing below src" {
	printf 'void\nf(void)\n{\n\tstrcpy(a, b);\n}\n' >src/zone/two.c
	breach 'src/zone/two.c:4: strcpy: banned'
	printf 'void\nf(void)\n{\n\tprintf(a);\n}\n' >lib/io/two.c
	breach 'lib/io/two.c:4: printf'
	printf '/* printf("x"); */\nconst char *s = "exit(1)";\n' >lib/io/two.c
	rm src/zone/two.c
	ZT_BIN=$T/bin z 0 bash "$ROOT/tests/lint/run.sh" "$T"
}

@test "a table that two files write" {
	printf 'const char *s = "INSERT INTO row (a) VALUES (1)";\n' >src/zone/two.c
	printf 'const char *t = "UPDATE row SET a = 2";\n' >>src/zone/two.c
	ZT_BIN=$T/bin z 0 bash "$ROOT/tests/lint/run.sh" "$T"
	printf '\nconst char *u = "DELETE FROM row";\n' >lib/domain/three.c
	breach 'src/zone/two.c:1: table row is written by lib/domain/three.c, too'
}

@test "JSON in pieces" {
	printf 'void\nf(void)\n{\n\tbuf_puts(b, ",\\"id\\":");\n}\n' >src/zone/two.c
	breach 'src/zone/two.c:4: JSON is written with json_out'
}

@test "names: two files with one, none of the file's own words, one of the C library" {
	# one NAME FILE: a static function
	one() { printf 'static int\n%s(void)\n{\n\treturn 0;\n}\n' "$1" >"$2"; }
	one two_get src/zone/two.c
	ZT_BIN=$T/bin z 0 bash "$ROOT/tests/lint/run.sh" "$T"
	one two_get src/zone/two_more.c
	breach 'src/zone/two_more.c:2: two_get is in src/zone/two.c, too'
	one on_answer src/zone/two_more.c
	one on_answer src/zone/two.c
	ZT_BIN=$T/bin z 0 bash "$ROOT/tests/lint/run.sh" "$T"
	one take src/zone/two.c
	breach 'src/zone/two.c:2: take does not say whose it is: two_'
	one send src/zone/send.c
	breach 'src/zone/send.c:2: send is a function of the C library'
	printf 'int\nconnect(void)\n{\n\treturn 0;\n}\n' >src/zone/send.c
	breach 'src/zone/send.c:2: connect is a function'
	rm src/zone/*
	mkdir -p tests/mock/far
	one take tests/mock/far/two.c
	breach 'tests/mock/far/two.c:2: take does not say whose it is: two_'
}

# body N: a function of N lines between its braces
body() {
	printf 'void\n%s(void)\n{\n' "$1"
	for ((l = 0; l < $2; l++)); do printf '\tx();\n'; done
	printf '}\n'
}

@test "words that plain English does not use so, in comments, messages and manuals" {
	printf '#include "base/one.h"\n/* Ask the neighbour. */\nint one_do(void);\n' >lib/base/one.c
	breach 'lib/base/one.c:2: Ask the neighbour.*write: the next stage'
	printf 'const char *one_text = "0 lines that are none";\n' >lib/base/one.c
	breach 'lib/base/one.c:1:0 lines that are none.*malformed'
	printf 'int neighbour;\n' >lib/base/one.c
	ZT_BIN=$T/bin z 0 bash "$ROOT/tests/lint/run.sh" "$T"
	printf '.Dd $Mdocdate$\nThe weather.\n' >man/a.1
	breach 'man/a.1:2:The weather'
}

@test "budgets of lines, functions, files and main" {
	body f 59 >src/zone/two.c
	breach 'f\(\) has 61 lines'
	body f 58 >src/zone/two.c
	ZT_BIN=$T/bin z 0 bash "$ROOT/tests/lint/run.sh" "$T"
	body main 79 >src/zone/two.c
	breach 'main\(\) has 81'
	{ echo '/* long: a table of its own */'; body f 59; } >src/zone/two.c
	ZT_BIN=$T/bin z 0 bash "$ROOT/tests/lint/run.sh" "$T"
	printf 'int x;\n%.0s' {1..401} >src/zone/two.c
	breach '401 lines'
	printf '/* %0100d */\n' 1 >src/zone/two.c
	breach columns
	echo '/* TODO: later */' >src/zone/two.c
	breach TODO
	rm src/zone/two.c
	for l in {1..20}; do echo "int x$l;" >src/zone/$l.c; done
	ZT_BIN=$T/bin z 0 bash "$ROOT/tests/lint/run.sh" "$T"
	echo 'int x;' >src/zone/21.c
	breach 'src/zone/ has 21 .c files'
}

@test "style that clang-format would change" {
	printf 'void\nf(void)\n{\n\tif(x) {\n\t\ty();\n\t}\n}\n' >src/zone/two.c
	breach 'clang-format has it'
}

@test "a denial that bats does not hear" {
	mkdir tests
	printf '@test "x" {\n\tif ! false; then true; fi\n\trun ! true\n}\n' >tests/x.bats
	ZT_BIN=$T/bin z 0 bash "$ROOT/tests/lint/run.sh" "$T"
	printf '@test "y" {\n\t! true\n\ttrue\n}\n' >tests/y.bats
	breach 'tests/y.bats:2:'
	printf '@test "y" {\n\t[ -e x ] && [ -e y ]\n\ttrue\n}\n' >tests/y.bats
	breach 'tests/y.bats:2:'
}

@test "a manual that mandoc warns about, or that --options contradicts" {
	mkdir bin
	printf 'int\nmain(void)\n{\n\treturn 0;\n}\n' >src/zone/main.c
	breach 'man/zone.1: is missing'
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
	breach 'man/zone.1: does not have: - new a.b'
	breach 'zone --options: does not have: - old N'
	printf '.Sh NONSENSE\n.Xx\n' >>man/zone.1
	breach 'mandoc'
	# the mock's own is held to the same
	mkdir -p tests/mock
	printf 'int\nmain(void)\n{\n\treturn 0;\n}\n' >tests/mock/main.c
	breach 'man/zmock.1: is missing'
	sed 's/zone/zmock/; s/ZONE/ZMOCK/; /NONSENSE/,$d' man/zone.1 >man/zmock.1
	cp bin/zone bin/zmock
	breach 'man/zmock.1: does not have: - new a.b'
	breach 'zmock --options: does not have: - old N'
}

@test "the programs are built without what is below tests" {
	cp -r "$ROOT"/{Makefile,src,lib,pipelines} .
	CC=false z 0 make -n -j1 B=b BIN=bin all
	grep -q 'embed.sh' <<<"$output"
	[ "$(grep -c 'tests/' <<<"$output")" -eq 0 ]
}

@test "an environment twin whose name is its own stands in ztoq.7" {
	local n
	for n in $(grep -rhoE '\.env = "[A-Z_]+"' "$ROOT/lib" "$ROOT/src" | cut -d'"' -f2); do
		grep -Eq "^\.(It )?Ev (.* )?$n( |\$)" "$ROOT/man/ztoq.7" || { echo "$n" >&2; return 1; }
	done
}
