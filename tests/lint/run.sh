#!/usr/bin/env bash
# Silent when the tree is in order; else a line per breach, and status 1.
#	run.sh [TREE]
# ZT_BIN tells where the programs are whose -h is compared with the manual.
set -u
here=$(cd "$(dirname "$0")" && pwd)
cd "${1:-$here/../..}" || exit 70
: "${ZT_BIN:=$PWD/bin}"
export LC_ALL=C.UTF-8
shopt -s nullglob globstar
bad=$(mktemp) && code=$(mktemp) && prose=$(mktemp) || exit 74
trap 'rm -f "$bad" "$code" "$prose"' EXIT

sources=(lib/**/*.[ch] src/**/*.[ch])
mock=(tests/mock/**/*.[ch])
units=(tests/unit/*.[ch])
all=("${sources[@]}" "${mock[@]}" "${units[@]}")
if [ ${#all[@]} -gt 0 ]; then
	awk -f "$here/strip.awk" "${all[@]}" >"$code"
fi

say() { sed "s/\$/   [$1]/" >>"$bad"; }

# Includes go downward: src -> domain -> io -> base.  A path begins below lib, or
# below the program's own directory; no program reaches into another.
layers() {
	grep -Hn '^[[:space:]]*#[[:space:]]*include[[:space:]]*"' "${sources[@]}" \
	    /dev/null | awk '
	BEGIN { may["base"] = "base"; may["io"] = "base io"
		may["domain"] = may["src"] = "base io domain" }
	{
		split($0, at, ":"); file = at[1]; to = $0
		sub(/^[^"]*"/, "", to); sub(/".*/, "", to)
		room = file; sub(/^lib\//, "", room); sub(/\/.*/, "", room)
		n = split(to, part, "/")
		ok = 0; m = split(may[room], list, " ")
		for (i = 1; i <= m; i++) if (part[1] == list[i] && n > 1) ok = 1
		if (!ok && room == "src" && part[1] != "..") {
			split(file, of, "/"); own = "src/" of[2] "/" to
			ok = (getline line < own) >= 0; close(own)
		}
		if (!ok)
			print file ":" at[2] ": may not include " to
	}' | say layers
}

# door 'file pattern' 'code pattern' what: only these files use that library
door() {
	grep -E ":([^:]*[^A-Za-z0-9_])?($2)" "$code" | grep '^\(lib\|src\)/' |
	    grep -Ev "^($1):" | sed "s/:[^:]*\$/: $3 has another door/" | say doors
}
doors() {
	# Includes of system headers survive the stripping.
	door 'lib/io/http/http[a-z_]*\.[ch]' 'curl_[a-z]|CURL[A-Zmce]|<curl/' libcurl
	door 'lib/io/(json/json|jqprog)[a-z_]*\.[ch]' 'jv_[a-z]+ *\(|jq_[a-z]+ *\(|<j[vq]\.h' libjq
	door 'lib/io/db/db_sqlite[a-z_]*\.[ch]' 'sqlite3_|<sqlite3' SQLite
	door 'lib/io/db/db_pg[a-z_]*\.[ch]' 'PQ[a-z][A-Za-z]* *\(|PG(conn|result)|<libpq' libpq
	door 'lib/io/hash\.c' 'EVP_|SHA256|RAND_bytes|<openssl/' OpenSSL
}

# Requests to the APIs leave through the client in lib/domain/api.  Only its qTest
# dialect writes: the clients of Zephyr and Jira can send nothing but a GET.
clients() {
	door 'lib/(io/http/http[a-z_]*\.[ch]|domain/api/(api|qtest[a-z_]*)\.c)' \
	    'http_(send|once) *\(' 'a request'
	door 'lib/domain/api/(api[a-z_]*|qtest[a-z_]*)\.[ch]' \
	    'api_(send_)?write' 'a write'
	grep -HnE '^[[:space:]]*#[[:space:]]*include[[:space:]]*"domain/api/(api|api_write|[a-z]+_impl)\.h"' \
	    "${sources[@]}" "${units[@]}" /dev/null | grep -v '^lib/domain/api/' |
	    sed 's/:#.*include/: may not include/' | say clients
	grep -HnE 'include[[:space:]]*"domain/api/api_write\.h"' "${sources[@]}" /dev/null |
	    grep -Ev '^lib/domain/api/(api|qtest)[a-z_]*\.[ch]:' |
	    sed 's/:#.*include/: may not include/' | say clients
}

# ban 'file pattern' 'functions' why
ban() {
	grep -E ":(.*[^A-Za-z0-9_])?($2) *\(" "$code" | grep -E "^$1" |
	    { if [ -n "${4-}" ]; then grep -Ev "^($4):"; else cat; fi; } |
	    sed -E "s/^([^:]*:[0-9]*):.*[^A-Za-z0-9_]?\b($2) *\(.*/\1: \2: $3/" | say calls
}
calls() {
	ban '(lib|src|tests/mock)/' \
	    'sprintf|vsprintf|strcpy|strcat|stpcpy|atoi|atol|atoll|strtok|gmtime|localtime|system|gets|popen|mktemp|tmpnam' \
	    'banned'
	ban 'lib/' 'printf|fprintf|vprintf|vfprintf|dprintf|puts|fputs|putchar|perror|exit|_exit|abort|err|errx|warnx' \
	    'only src prints and exits' 'lib/base/(exit|sig|opt|opt_help|log)\.c'
}

# JSON is not pieced together from literals.
pieces() {
	[ ${#sources[@]} -gt 0 ] || return 0
	grep -HnE '\bbuf_(puts|printf|add)\(.*\\"' "${sources[@]}" |
	    sed -E 's/^([^:]*:[0-9]*):.*/\1: JSON is written with json_out/' | say json
}

# INSERT, UPDATE and DELETE of a table stand in one file.  The tables named here still
# have several; zextract --plan writes a copy of its own, and zdb all tables.
several=' attachment attachment_list chosen folder'
several+=' inline_url jira_name lookup test_case test_cycle'
several+=' test_execution test_plan version_list '
writers() {
	[ ${#sources[@]} -gt 0 ] || return 0
	grep -HnoE '(INSERT INTO|UPDATE|DELETE FROM) [a-z_]+' "${sources[@]}" |
	    grep -Ev '^(src/zdb/|src/zextract/plan_next\.c|[^:]*\.h)' |
	    awk -F'[: ]' -v several="$several" '{ table = $NF }
	index(several, " " table " ") { next }
	!(table in of) { of[table] = $1 }
	of[table] != $1 { print $1 ":" $2 ": table " table " is written by " of[table] ", too" }' |
	    say writers
}

# "FILE LINE NAME static|public" for each function that is defined.
functions() {
	awk 'FNR == 1 { before = "" }
	/^[a-z_][a-z0-9_]*\(/ && before ~ /^[a-z].*[a-z0-9_*]$/ {
		name = $0; sub(/\(.*/, "", name)
		print FILENAME, FNR, name, before ~ /^static / ? "static" : "public"
	}
	{ before = $0 }' "$@"
}
# A static function is named after its file: no name stands in two files of a
# program (a callback is on_WHAT), none is one of the C library's.
names() {
	local found libc
	[ $# -gt 0 ] || return 0
	found=$(functions "$@")
	libc=$(${CC:-cc} -print-file-name=libc.so.6)
	nm -D --defined-only "$libc" | awk '{ sub(/@.*/, "", $3); print $3 }' |
	    awk 'NR == FNR { libc[$1] = 1; next } $3 in libc {
		print $1 ":" $2 ": " $3 " is a function of the C library" }' - <(echo "$found") | say names
	awk '$4 == "static" && $3 !~ /^on_/ && !seen[$3 " " $1]++ {
		if (at[$3] != "" && $3 != "main") print $1 ":" $2 ": " $3 " is in " at[$3] ", too"
		at[$3] = $1 }' <<<"$found" | say names
	awk '
	function stem(w) { sub(/s$/, "", w); return w }
	$4 == "static" && $3 !~ /^on_/ {
		n = split($1, dir, "/"); file = dir[n]; sub(/\.c$/, "", file)
		if (file == "main") file = dir[n - 1]
		if (file ~ /^db_pg/) file = "pg"	# their libraries
		if (file == "db_sqlite") file = "lite"
		ok = 0; k = split(file, noun, "_"); m = split($3, word, "_")
		for (i = 1; i <= k; i++) for (j = 1; j <= m; j++)
			if (stem(noun[i]) == stem(word[j])) ok = 1
		if (!ok) print $1 ":" $2 ": " $3 " does not say whose it is: " file "_..."
	}' <<<"$found" | say names
}

# Words that a reader of plain English would stop at (tests/lint/words), in
# comments, in strings and in manuals.
words() {
	local word better
	{
		[ ${#sources[@]} -eq 0 ] || awk -f "$here/prose.awk" "${sources[@]}"
		grep -Hn . man/*.[157] /dev/null
	} >"$prose"
	while IFS=$'\t' read -r word better; do
		case $word in '#'*|'') continue ;; esac
		grep -iE "^[^:]*:[0-9]+:.*\b($word)\b" "$prose" | cut -c1-120 |
		    sed "s|\$| (write: $better)|" | say words
	done <"$here/words"
}

budgets() {
	local dir
	for dir in lib/**/ src/**/ tests/mock/**/; do
		set -- "$dir"*.c
		[ $# -le 20 ] || echo "$dir has $# .c files: at most 20" | say budget
	done
	local every=("${sources[@]}" "${mock[@]}")
	[ ${#every[@]} -eq 0 ] || awk -f "$here/budget.awk" "${every[@]}" | say budget
	grep -EnH '\b(TODO|FIXME|XXX)\b' "${sources[@]}" pipelines/* man/* README.md \
	    /dev/null 2>/dev/null | cut -c1-120 | say unfinished
}

manuals() {
	local main page prog
	command -v mandoc >/dev/null || { echo "mandoc is missing" | say man; return; }
	for page in man/*.[157]; do
		mandoc -Tlint -Wwarning "$page" 2>&1 |
		    grep -Ev 'referenced manual not found|outdated mandoc.db' | say man
	done
	for main in src/*/main.c tests/mock/main.c; do
		[ -e "$main" ] || continue
		case $main in
		src/*)	prog=${main#src/} prog=${prog%/main.c} ;;
		*)	prog=zmock ;;
		esac
		[ -e "man/$prog.1" ] || { echo "man/$prog.1: is missing" | say man; continue; }
		[ -x "$ZT_BIN/$prog" ] || { echo "$ZT_BIN/$prog: not built" | say man; continue; }
		diff <("$ZT_BIN/$prog" --options | cut -f 1-3 | tr '\t' ' ' | sort -u) \
		    <(from_manual "man/$prog.1" | sort -u) |
		    sed -n "s/^< /man\/$prog.1: does not have: /p; s/^> /$prog --options: does not have: /p" |
		    say 'help and manual'
	done
}
# As --options: "letter long arg", - for none.
from_manual() {
	sed -n 's/^\.It Fl \([A-Za-z]\) , Fl -\([a-z0-9-]*\) Ar \(.*\)$/\1 \2 \3/p; t
	    s/^\.It Fl \([A-Za-z]\) , Fl -\([a-z0-9-]*\)$/\1 \2 -/p; t
	    s/^\.It Fl -\([a-z0-9-]*\) Ar \(.*\)$/- \1 \2/p; t
	    s/^\.It Fl -\([a-z0-9-]*\)$/- \1 -/p' "$1" | sed 's/ | /|/g'
}

scripts() {
	local f
	for f in pipelines/ztoq pipelines/ztoq-* lib/io/deps.sh lib/base/embed.sh tests/pg.sh; do
		[ ! -e "$f" ] || sh -n "$f" 2>&1 | say sh
	done
	for f in tests/*.bash tests/run.sh tests/*/*.sh .ci/run; do
		[ ! -e "$f" ] || bash -n "$f" 2>&1 | say bash
	done
}

# Elsewhere than at the end of a test, bats lets "! command" pass (run -1 command
# does not), and "[ a ] && [ b ]" when a is false ([[ a && b ]] does not).
unheard() {
	grep -nE '^[[:blank:]]*(! |\[.*\] && \[)' tests/*.bats /dev/null |
	    grep -v ' || ' | say unheard
}

# Words that clang-format takes for C++, and a struct on one line, are masked.
mask() {
	sed -E 's/\b(or|not|and|template|new|class)\b/\1_/g
	    s/\bstruct \{ [^{}]* \}/struct one/' "$1"
}
joined() { awk -f "$here/strip.awk" - | awk -f "$here/joined.awk"; }
# clang-format may break lines where it likes; all else is to be as it says.
format() {
	[ -e .clang-format ] || return 0
	command -v clang-format >/dev/null || { echo "clang-format is missing" | say format; return; }
	local f
	for f in lib/**/*.c src/**/*.c tests/mock/**/*.c; do
		diff <(mask "$f" | joined) <(mask "$f" | clang-format | joined) |
		    sed -n "s|^>|$f: clang-format has it:|p" | cut -c1-160 | say format
	done
}

layers
doors
clients
calls
pieces
writers
names "${sources[@]}"
names "${mock[@]}"
words
budgets
manuals
scripts
unheard
format
[ ! -s "$bad" ] || { cat "$bad" >&2; exit 1; }
