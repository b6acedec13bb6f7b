#!/usr/bin/env bash
# Check the structure and the words of the tree: print a line for each violation and
# exit with 1, or print nothing.
#	run.sh [TREE]
# ZT_BIN is the directory of the programs whose --options are compared with the manuals.
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

# report RULE: add the violations of standard input, without a process for each rule
report() {
	local line
	while IFS= read -r line; do printf '%s   [%s]\n' "$line" "$1"; done >>"$bad"
}

# Includes go downward: src -> domain -> io -> base.  A path begins below lib or below
# the directory of the program; no program includes a file of another one.
check_layers() {
	grep -Hn '^[[:space:]]*#[[:space:]]*include[[:space:]]*"' "${sources[@]}" \
	    /dev/null | awk '
	BEGIN { may["base"] = "base"; may["io"] = "base io"
		may["domain"] = may["src"] = "base io domain" }
	{
		split($0, at, ":"); file = at[1]; to = $0
		sub(/^[^"]*"/, "", to); sub(/".*/, "", to)
		layer = file; sub(/^lib\//, "", layer); sub(/\/.*/, "", layer)
		n = split(to, part, "/")
		ok = 0; m = split(may[layer], list, " ")
		for (i = 1; i <= m; i++) if (part[1] == list[i] && n > 1) ok = 1
		if (!ok && layer == "src" && part[1] != "..") {
			split(file, of, "/"); own = "src/" of[2] "/" to
			ok = (getline line < own) >= 0; close(own)
		}
		if (!ok)
			print file ":" at[2] ": may not include " to
	}' | report layers
}

# only_in 'file pattern' 'code pattern' MESSAGE: only these files contain that code
only_in() {
	grep -E ":([^:]*[^A-Za-z0-9_])?($2)" "$code" | grep '^\(lib\|src\)/' |
	    grep -Ev "^($1):" | sed "s/:[^:]*\$/: $3/" | report wrappers
}
# Each foreign library is used by its wrapper module alone.
check_wrappers() {
	# the code still contains the includes of system headers
	only_in 'lib/io/http/http[a-z_]*\.[ch]' 'curl_[a-z]|CURL[A-Zmce]|<curl/' \
	    'libcurl may be used by its wrapper module alone'
	only_in 'lib/io/(json/json|jqprog)[a-z_]*\.[ch]' 'jv_[a-z]+ *\(|jq_[a-z]+ *\(|<j[vq]\.h' \
	    'libjq may be used by its wrapper module alone'
	only_in 'lib/io/db/db_sqlite[a-z_]*\.[ch]' 'sqlite3_|<sqlite3' \
	    'SQLite may be used by its wrapper module alone'
	only_in 'lib/io/db/db_pg[a-z_]*\.[ch]' 'PQ[a-z][A-Za-z]* *\(|PG(conn|result)|<libpq' \
	    'libpq may be used by its wrapper module alone'
	only_in 'lib/io/hash\.c' 'EVP_|SHA256|RAND_bytes|<openssl/' \
	    'OpenSSL may be used by its wrapper module alone'
}

# Requests to the APIs are sent by the client in lib/domain/api.  Only its qTest dialect
# writes; the clients of Zephyr and Jira can send GET requests only.
check_clients() {
	only_in 'lib/(io/http/http[a-z_]*\.[ch]|domain/api/(api|qtest[a-z_]*)\.c)' \
	    'http_(send|once) *\(' 'a request may be sent by the API client alone'
	only_in 'lib/domain/api/(api[a-z_]*|qtest[a-z_]*)\.[ch]' \
	    'api_(send_)?write' 'a write may be sent by the qTest dialect alone'
	grep -HnE '^[[:space:]]*#[[:space:]]*include[[:space:]]*"domain/api/(api|api_write|[a-z]+_impl)\.h"' \
	    "${sources[@]}" "${units[@]}" /dev/null | grep -v '^lib/domain/api/' |
	    sed 's/:#.*include/: may not include/' | report clients
	grep -HnE 'include[[:space:]]*"domain/api/api_write\.h"' "${sources[@]}" /dev/null |
	    grep -Ev '^lib/domain/api/(api|qtest)[a-z_]*\.[ch]:' |
	    sed 's/:#.*include/: may not include/' | report clients
}

# forbid 'file pattern' 'functions' REASON ['exempt files']
forbid() {
	grep -E ":(.*[^A-Za-z0-9_])?($2) *\(" "$code" | grep -E "^$1" |
	    { if [ -n "${4-}" ]; then grep -Ev "^($4):"; else cat; fi; } |
	    sed -E "s/^([^:]*:[0-9]*):.*[^A-Za-z0-9_]?\b($2) *\(.*/\1: \2: $3/" | report calls
}
check_calls() {
	forbid '(lib|src|tests/mock)/' \
	    'sprintf|vsprintf|strcpy|strcat|stpcpy|atoi|atol|atoll|strtok|gmtime|localtime|system|gets|popen|mktemp|tmpnam' \
	    'may not be called'
	forbid 'lib/' 'printf|fprintf|vprintf|vfprintf|dprintf|puts|fputs|putchar|perror|exit|_exit|abort|err|errx|warnx' \
	    'only src prints and exits' 'lib/base/(exit|sig|opt|opt_help|log)\.c'
}

# JSON is written with json_out and not composed of literals.
check_json() {
	[ ${#sources[@]} -gt 0 ] || return 0
	grep -HnE '\bbuf_(puts|printf|add)\(.*\\"' "${sources[@]}" |
	    sed -E 's/^([^:]*:[0-9]*):.*/\1: JSON is written with json_out/' | report json
}

# INSERT, UPDATE and DELETE of a table are in one file.  zextract --plan writes a copy of
# its own, and zdb writes all tables.
check_writers() {
	[ ${#sources[@]} -gt 0 ] || return 0
	grep -HnoE '(INSERT INTO|UPDATE|DELETE FROM) [a-z_]+' "${sources[@]}" |
	    grep -Ev '^(src/zdb/|src/zextract/plan_next\.c|[^:]*\.h)' |
	    awk -F'[: ]' '{ table = $NF }
	!(table in of) { of[table] = $1 }
	of[table] != $1 { print $1 ":" $2 ": table " table " is written by " of[table] ", too" }' |
	    report writers
}

# The whole state of a program is defined where it is run; a header that shows it is
# run.h or loop.h, and no module but main, run, loop and phase includes it.
check_state() {
	grep -HnoE '^struct (extract|load|run|validate|recon|reconcile) \{' \
	    "${sources[@]}" /dev/null |
	    grep -Ev '^src/[a-z/]+/((main|run|loop|validate|reconcile)\.c|(run|loop)\.h):' |
	    sed 's/:struct \(.*\) {$/: struct \1 is defined in main, run or loop alone/' | report state
	grep -HnE '^#include "([a-z_/]+/)?(run|loop)\.h"' "${sources[@]}" /dev/null |
	    grep -Ev '^src/[a-z/]+/(main|run|loop|phase)\.[ch]:' |
	    sed "s/:#include \(.*\)/: \1 shows the program's whole state/" | report state
}

# list_functions FILE...: print "FILE LINE NAME static|public" for each definition
list_functions() {
	awk 'FNR == 1 { before = "" }
	/^[a-z_][a-z0-9_]*\(/ && before ~ /^[a-z].*[a-z0-9_*]$/ {
		name = $0; sub(/\(.*/, "", name)
		print FILENAME, FNR, name, before ~ /^static / ? "static" : "public"
	}
	{ before = $0 }' "$@"
}
# check_names FILE...: the name of a static function contains a word of its file's name,
# or begins with on_ (a callback); no two files have the same name, and no name is that
# of a function of the C library
check_names() {
	local found libc
	[ $# -gt 0 ] || return 0
	found=$(list_functions "$@")
	[ -n "$found" ] || return 0
	libc=$(${CC:-cc} -print-file-name=libc.so.6)
	nm -D --defined-only "$libc" | awk '{ sub(/@.*/, "", $3); print $3 }' |
	    awk 'NR == FNR { libc[$1] = 1; next } $3 in libc {
		print $1 ":" $2 ": " $3 " is a function of the C library" }' - <(echo "$found") | report names
	awk '$3 !~ /^on_/ && !seen[$3 " " $1]++ {
		if (at[$3] != "" && $3 != "main") print $1 ":" $2 ": " $3 " is in " at[$3] ", too"
		at[$3] = $1 }' <<<"$found" | report names
	awk '
	function stem(w) { sub(/s$/, "", w); return w }
	$4 == "static" && $3 !~ /^on_/ {
		n = split($1, dir, "/"); file = dir[n]; sub(/\.c$/, "", file)
		if (file == "main") file = dir[n - 1]
		if (file ~ /^db_pg/) file = "pg"	# named after their libraries
		if (file == "db_sqlite") file = "lite"
		ok = 0; k = split(file, noun, "_"); m = split($3, word, "_")
		for (i = 1; i <= k; i++) for (j = 1; j <= m; j++)
			if (stem(noun[i]) == stem(word[j])) ok = 1
		if (!ok) print $1 ":" $2 ": " $3 " contains no word of the name of its file: " file "_..."
	}' <<<"$found" | report names
}

# Comments, messages, documents and the names of tests contain no word of tests/lint/words.
check_words() {
	local word better any tests=(tests/**/*.[ch])
	{
		[ ${#sources[@]} -eq 0 ] || awk -f "$here/prose.awk" "${sources[@]}"
		[ ${#tests[@]} -eq 0 ] || awk -v comments=1 -f "$here/prose.awk" "${tests[@]}"
		grep -Hn . man/*.[157] README.md CONTRIBUTING.md Makefile pipelines/* lib/**/*.{sh,sql} \
		    src/*/{rules,templates}/* /dev/null 2>/dev/null
		grep -HnE '^[[:blank:]]*#|^@test|^(TEST|BOTH)\(' tests/*.bats tests/*.bash \
		    tests/**/*.{c,sh,awk,jq} /dev/null
	} >"$prose"
	# most trees have none of the words
	any=$(sed '/^#/d; /^$/d; s/\t.*//' "$here/words" | paste -sd'|')
	grep -qiE "^[^:]*:[0-9]+:.*\b($any)\b" "$prose" || return 0
	while IFS=$'\t' read -r word better; do
		case $word in '#'*|'') continue ;; esac
		grep -iE "^[^:]*:[0-9]+:.*\b($word)\b" "$prose" | cut -c1-120 |
		    sed "s|\$| (write: $better)|" | report words
	done <"$here/words"
}

check_lengths() {
	local dir
	for dir in lib/**/ src/**/ tests/mock/**/; do
		set -- "$dir"*.c
		[ $# -le 20 ] || echo "$dir has $# .c files: at most 20" | report budget
	done
	local every=("${sources[@]}" "${mock[@]}")
	[ ${#every[@]} -eq 0 ] || awk -f "$here/budget.awk" "${every[@]}" | report budget
	grep -EnH '\b(TODO|FIXME|XXX)\b' "${sources[@]}" pipelines/* man/* README.md \
	    /dev/null 2>/dev/null | cut -c1-120 | report unfinished
}

# Manuals are free of warnings and describe exactly the options of the programs.
check_manuals() {
	local main page prog
	command -v mandoc >/dev/null || { echo "mandoc is missing" | report man; return; }
	for page in man/*.[157]; do
		mandoc -Tlint -Wwarning "$page" 2>&1 |
		    grep -Ev 'referenced manual not found|outdated mandoc.db' | report man
	done
	for main in src/*/main.c tests/mock/main.c; do
		[ -e "$main" ] || continue
		case $main in
		src/*)	prog=${main#src/} prog=${prog%/main.c} ;;
		*)	prog=zmock ;;
		esac
		[ -e "man/$prog.1" ] || { echo "man/$prog.1: is missing" | report man; continue; }
		[ -x "$ZT_BIN/$prog" ] || { echo "$ZT_BIN/$prog: not built" | report man; continue; }
		diff <("$ZT_BIN/$prog" --options | cut -f 1-3 | tr '\t' ' ' | sort -u) \
		    <(manual_options "man/$prog.1" | sort -u) |
		    sed -n "s/^< /man\/$prog.1: does not have: /p; s/^> /$prog --options: does not have: /p" |
		    report 'help and manual'
	done
}
# manual_options FILE: print the options of a manual as --options does
manual_options() {
	sed -n 's/^\.It Fl \([A-Za-z]\) , Fl -\([a-z0-9-]*\) Ar \(.*\)$/\1 \2 \3/p; t
	    s/^\.It Fl \([A-Za-z]\) , Fl -\([a-z0-9-]*\)$/\1 \2 -/p; t
	    s/^\.It Fl -\([a-z0-9-]*\) Ar \(.*\)$/- \1 \2/p; t
	    s/^\.It Fl -\([a-z0-9-]*\)$/- \1 -/p' "$1" | sed 's/ | /|/g'
}

check_scripts() {
	local f
	for f in pipelines/ztoq pipelines/ztoq-* lib/io/deps.sh lib/base/embed.sh tests/pg.sh; do
		[ ! -e "$f" ] || sh -n "$f" 2>&1 | report sh
	done
	for f in tests/*.bash tests/run.sh tests/*/*.sh .ci/run; do
		[ ! -e "$f" ] || bash -n "$f" 2>&1 | report bash
	done
}

# Except at the end of a test bats ignores a failure of "! command" (use run -1 command)
# and of "[ a ] && [ b ]" if a is false (use [[ a && b ]]).
check_ignored_failures() {
	grep -nE '^[[:blank:]]*(! |\[.*\] && \[)' tests/*.bats /dev/null |
	    grep -v ' || ' | report 'ignored failure'
}

# mask FILE: replace words that clang-format takes for C++, and a struct on one line
mask() {
	sed -E 's/\b(or|not|and|template|new|class)\b/\1_/g
	    s/\bstruct \{ [^{}]* \}/struct one/' "$1"
}
joined() { awk -f "$here/strip.awk" - | awk -f "$here/joined.awk"; }
# The code is formatted as by clang-format, except for line breaks.
check_format() {
	[ -e .clang-format ] || return 0
	command -v clang-format >/dev/null || { echo "clang-format is missing" | report format; return; }
	local f
	for f in lib/**/*.c src/**/*.c tests/mock/**/*.c; do
		diff <(mask "$f" | joined) <(mask "$f" | clang-format | joined) |
		    sed -n "s|^>|$f: clang-format has it:|p" | cut -c1-160 | report format
	done
}

check_layers
check_wrappers
check_clients
check_calls
check_json
check_writers
check_state
check_names "${sources[@]}"
check_names "${mock[@]}"
check_words
check_lengths
check_manuals
check_scripts
check_ignored_failures
check_format
[ ! -s "$bad" ] || { cat "$bad" >&2; exit 1; }
