#!/usr/bin/env bash
# Print the cost of a migration as a table; each row names its command.
#	tests/bench/run.sh [SMALL LARGE]	numbers of cases, by default 2000 and 20000
#	tests/bench/run.sh SECTION...	only these sections: requests cases executions scripts load
# The figures are those of one run on one machine; only their ratios can be compared with
# other machines.  A figure out of its bound is marked by ! and makes the status 1.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 70
: "${ZT_BIN:=$PWD/bin}" "${ZT_BUILD:=$PWD/build}"
small=2000 large=20000 sections='requests cases executions scripts load'
case ${1-} in
[0-9]*)	small=$1 large=$2 ;;
?*)	sections=$* ;;
esac
PATH=$ZT_BIN:$PATH
. tests/measure.bash
. tests/scrub.bash
scrub_settings
work=$(mktemp -d "${TMPDIR:-/tmp}/ztoq-bench.XXXXXX") || exit 74
mock=
trap '[ -z "$mock" ] || kill "$mock"; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
export LC_ALL=C.UTF-8 HOME=$work
export ZEPHYR_API_TOKEN=zmock.zephyr.token QTEST_API_TOKEN=zmock-qtest-token
export ZEPHYR_PROJECT_KEY=DEMO QTEST_PROJECT_ID=1
# Attachments cost one request for each owner and are not part of the minimum.
export ZTOQ_ATTACHMENTS_OF=none
bad=0

# The stages, each with the file that it reads behind the colon; and the file it writes.
stages=(zextract zvalidate:source ztransform:source zvalidate:target zload:target)
declare -A makes=([zextract]=source [ztransform:source]=target)
# The requests of a loop or records of a filter of which a tenth is measured.
declare -A counted=(
	[cases.zextract]='^GET /v2/testcases/.*/test(steps|script)'
	[cases.zload]='^POST .*/test-cases 200'
	[cases.filter]='"stream":"test_cases","record"'
	[executions.zextract]='^GET /v2/testexecutions/.*/teststeps'
	[executions.zload]='^POST .*/test-logs '
	[executions.filter]='"stream":"test_executions","record"'
)

# row NAME FIGURE BOUND COMMAND: print a figure and compare it with BOUND, which is one of
# < <= >= and a number, or empty
row() {
	local mark=
	awk -v a="$2" -v op="${3%% *}" -v b="${3#* }" 'BEGIN {
		ok[""] = 1
		ok["<"] = a + 0 < b + 0
		ok["<="] = a + 0 <= b + 0
		ok[">="] = a + 0 >= b + 0
		exit a == "" || !ok[op]
	}' || bad=1 mark=!
	line "$1" "$2" "$mark" "$3" "$4"
}
line() { printf '%-46s %10s %1s %-9s %s\n' "$@"; }
section() { printf '\n%s\n' "$1"; }
calc() { awk "BEGIN { printf \"$1\", $2 }"; }
failed() { echo "bench: $1: failed" >&2; bad=1; }

serve() {
	[ -z "$mock" ] || { kill "$mock"; wait "$mock" 2>/dev/null; }
	rm -f "$work/port"
	mkfifo "$work/port"
	zmock --seed 1 --executions 0 --cycles 0 --plans 0 "$@" >"$work/port" 2>"$work/zmock.log" &
	mock=$!
	exec 9<"$work/port"
	read -r _ port <&9
	export ZEPHYR_BASE_URL=http://127.0.0.1:$port/v2 QTEST_BASE_URL=http://127.0.0.1:$port
}
# serve_project NAME CASES: start zmock with a project of this size
serve_project() {
	case $1 in
	cases)	serve --cases "$2" ;;
	executions) serve --cases "$2" --executions $((2 * $2)) --cycles $(($2 / 50)) --plans $(($2 / 500)) ;;
	esac
}
count_requests() { curl -sS "$QTEST_BASE_URL/__mock/counts" | jq 'to_entries | map(select(.key | test($re)) | .value) | add // 0' --arg re "$1"; }

# timed NAME PROGRAM ARG...: run a program; write RSS in kB and CPU in s to $work/NAME.use
timed() {
	local name=$1
	shift
	env time -f '%M %U %S %e' -o "$work/$name.use" "$@" || failed "$*"
}
# use NAME: print these figures; env time prints a line before those of a failed program
use() { tail -n 1 "$work/$1.use"; }
rss() { use "$1" | cut -d' ' -f1; }
cpu() { use "$1" | awk '{ print $2 + $3 }'; }
wall() { use "$1" | cut -d' ' -f4; }

# look PROJECT STAGE: set program, from, to, re, and loop if requests are counted
look() {
	program=${2%:*} from=/dev/null to=/dev/null loop=1
	[ "$2" = "$program" ] || from=$work/${2#*:}
	[ -z "${makes[$2]-}" ] || to=$work/${makes[$2]}
	re=${counted[$1.$program]-}
	[ -n "$re" ] || loop= re=${counted[$1.filter]}
}
# run_stages PROJECT N: run every stage alone on N cases; writes STAGE.N.use, and to
# STAGE.count the number of requests or records
run_stages() {
	local s program from to re loop
	export ZTOQ_DB=sqlite:$work/db.stages
	serve_project "$1" "$2"
	for s in "${stages[@]}"; do
		look "$1" "$s"
		timed "$s.$2" "$program" -q <"$from" >"$to"
		if [ -n "$loop" ]; then count_requests "$re"; else grep -Ec "$re" "$from"; fi >"$work/$s.count"
		[ "$program" != zextract ] || grep -c '^{"type":"RECORD"' "$to" >"$work/records.$2"
	done
	rm -f "$work"/db.stages*
}
# longer RE FILE: print the ratio of the lengths of the records in the last and in the
# first tenth, or 1 if there are none
longer() {
	awk -v re="$1" '$0 ~ re { len[++n] = length($0) }
	END {
		for (i = 1; i <= n / 10; i++) { p += len[i]; q += len[n + 1 - i] }
		print p ? q / p : 1
	}' "$2"
}
# tenths PROJECT STAGE: print the CPU time of the first and of the last tenth, divided by
# the bytes, since cases that call others are last and longer
tenths() {
	local program from to re loop count=$(cat "$work/$2.count")
	look "$1" "$2"
	export ZTOQ_DB=sqlite:$work/db.tenth
	rm -f "$work"/db.tenth*
	if [ -z "$loop" ]; then
		filter_tenths "$count" "$re" "$program" "$from"
		return
	fi
	serve_project "$1" "$large"
	loop_tenths "$count" "$re" sh -c 'exec "$0" -q <"$1"' "$program" "$from" |
	    awk -v by="$(longer "${counted[$1.filter]}" "$from")" '{ print $1, $2 / by }' ||
	    failed "$program <$from"
}

# filter_tenths N RE PROGRAM INPUT: print the CPU time per byte of the first and of the
# last tenth of N records of the output that match
filter_tenths() {
	local fifo=$work/out pid
	rm -f "$fifo"
	mkfifo "$fifo"
	"$3" -q <"$4" >"$fifo" &
	pid=$!
	awk -v n="$1" -v re="$2" -v stat="/proc/$pid/stat" '
	function cpu(   s, f) {
		getline s <stat; close(stat)
		sub(/^.*\) /, "", s); split(s, f, " ")
		return f[12] + f[13]
	}
	$0 !~ re { next }
	{ at++ }
	at <= n / 10 { p += length($0) }
	at > n - n / 10 && at <= n - 20 { q += length($0) }
	at == 1 { a = cpu() }
	at == int(n / 10) { b = cpu() }
	at == n - int(n / 10) { c = cpu() }
	at == n - 20 { d = cpu() }
	END { print (b - a) * 1e6 / p, (d - c) * 1e6 / q }' "$fifo"
	wait "$pid" || failed "$3 <$4"
}

# scale PROJECT: measure the stages on few cases and on many, and compare the last tenth
# with the first five times, since other processes may use half of the machine for a while
scale() {
	local s name n try
	for n in "$small" "$large"; do run_stages "$1" "$n"; done
	rm -f "$work"/*.tenths
	for try in 1 2 3 4 5; do
		for s in "${stages[@]}"; do tenths "$1" "$s" >>"$work/$s.tenths"; done
	done
	for s in "${stages[@]}"; do
		name=${s/:/ <}
		row "$name: records/s, $large cases" "$(calc %.0f "$(cat "$work/records.$large") / $(wall "$s.$large")")" '' "$name"
		for n in "$small" "$large"; do
			row "$name: CPU ms/record, $n cases" "$(calc %.3f "1000 * $(cpu "$s.$n") / $(cat "$work/records.$n")")" '' "$name"
		done
		row "$name: CPU per record, $large to $small" "$(calc %.2f "$(cpu "$s.$large") * $(cat "$work/records.$small") / $(cpu "$s.$small") / $(cat "$work/records.$large")")" \
		    '<= 1.20' "$name"
		for n in "$small" "$large"; do
			row "$name: RSS MB, $n cases" "$(calc %.1f "$(rss "$s.$n") / 1024")" '< 64' "time $name"
		done
		row "$name: RSS, $large to $small" "$(calc %.2f "$(rss "$s.$large") / $(rss "$s.$small")")" '<= 1.20' "time $name"
		row "$name: CPU, last tenth to first" "$(awk '{ printf "%.3f\n", ($1 > 0 && $2 > 0 ? $2 / $1 : 99) }' "$work/$s.tenths" | median)" \
		    '<= 1.20' "$name, $(cat "$work/$s.count") $1, median of 5"
	done
}

# Compare the requests with the minimum.  The check before the start asks qTest 6 times and
# zload 8 times (project, fields of 3 kinds, statuses, 3 listings that find older markers),
# whatever the size of the project.  A called case that no list shows is read by its key.
measure_requests() {
	section 'a project with everything in it, 500 cases'
	serve --cases 500 --cycles 40 --plans 8 --executions 2000 --folders 60
	export ZTOQ_DB=sqlite:$work/db.requests
	timed migrate ztoq migrate -q
	zephyr=$(count_requests '^GET /v2/') qtest=$(count_requests '/api/v3/')
	single=$(count_requests '^GET /v2/.*(teststeps|testscript|testcases/[{][}] )')
	effects=$(sqlite3 "$work/db.requests" "SELECT count(*) FROM ledger WHERE state = 'done'
	    AND verb = 'create'")
	steps=$(count_requests 'GET .*/test-steps')
	# a case that mentions a later one is created, read and updated; its row is an update
	links=$(sqlite3 "$work/db.requests" "SELECT 3 * count(*) FROM ledger
	    WHERE kind = 'relink' AND verb = 'update'")
	row 'qTest requests beyond one per effect' $((qtest - effects - steps - links)) '<= 14' 'ztoq migrate'
	row 'step-id listings (one a case with results)' "$steps" '' 'ztoq migrate'
	row 'Zephyr requests beyond reads of single objects' $((zephyr - single)) '<= 30' 'ztoq migrate'
	records=$(sqlite3 "$work/db.requests" 'SELECT sum(n) FROM source_count')
	row 'records/s, whole pipe' "$(calc %.0f "$records / $(wall migrate)")" '' 'ztoq migrate'
}

best() { sort -n "$1" | awk -v n="$2" 'NR == 1 { printf "%.0f", $1 * 1e6 / n }'; }
# Measure the cost of a request for a script with all the work of zextract: lists, rows,
# commits, the stream.  Compare it with a minimal program (bare.c) that requests, parses
# and stores the same URLs.  Of five runs the best one counts.
measure_scripts() {
	section 'requests, 10000 scripts of cases'
	serve --cases 10000
	export ZTOQ_DB=sqlite:$work/db.cost
	: >"$work/cost" >"$work/least"
	for try in 1 2 3 4 5; do
		rm -f "$work"/db.cost* "$work"/db.bare*
		timed cost zextract -q --in-flight 16 >/dev/null
		cpu cost >>"$work/cost"
		[ -s "$work/urls" ] || sqlite3 "$work/db.cost" "SELECT '$ZEPHYR_BASE_URL/testcases/' || key ||
		    iif(route = 'testscript', '/testscript', '/teststeps?maxResults=100&startAt=0')
		    FROM test_case ORDER BY num" >"$work/urls"
		timed bare "$ZT_BUILD/bench/bare" "$work/db.bare" 16 <"$work/urls"
		cpu bare >>"$work/least"
	done
	n=$(wc -l <"$work/urls")
	us=$(best "$work/cost" "$n") least=$(best "$work/least" "$n")
	row 'zextract: CPU us/script request' "$us" '' 'zextract --in-flight 16'
	row 'bare loop: CPU us/request' "$least" '' 'bare DB 16 <URLS'
	row 'zextract to bare loop' "$(calc %.2f "$us / $least")" '<= 4.50' ''

	# Measure the throughput of zmock on one core, which it has alone if there are others,
	# with bare.c, which ignores the answers.
	taskset -cp "$(taskset -cp $$ | sed 's/.*: //; s/[-,].*//')" "$mock" >/dev/null
	for try in 1 2 3 4 5 6 7 8 9 10; do cat "$work/urls"; done >"$work/flood"
	before=$(cpu_of "$mock")
	timed flood "$ZT_BUILD/bench/bare" - 16 <"$work/flood"
	ms=$((($(cpu_of "$mock") - before) * 10))
	n=$(wc -l <"$work/flood")
	row 'zmock: GETs/s' "$(calc %.0f "$n / $(wall flood)")" '' 'bare - 16 <URLS'
	row 'zmock: CPU us/GET' "$(calc %.0f "$ms * 1000 / $n")" '' 'bare - 16 <URLS'
	row 'zmock: GETs per s of CPU' "$(calc %.0f "$n * 1000 / $ms")" '>= 2000' 'bare - 16 <URLS'
}

# Measure the cost of a request to qTest with all that a migration does for it, and compare
# zload with the minimal program, which sends the same bodies of cases, runs and logs once
# more; of three runs of this program the best one counts.
measure_load() {
	local s name from to qtest posts all=0 try
	section '5000 cases, 25000 executions and 2000 files'
	serve --cases 5000 --executions 25000 --cycles 100 --plans 10 --attachments 2000 --answers "$work/answers"
	export ZTOQ_DB=sqlite:$work/db.load ZTOQ_ATTACHMENTS_OF=entities
	for s in "${stages[@]}"; do
		name=${s%:*} from=/dev/null to=/dev/null
		[ "$s" = "$name" ] || from=$work/${s#*:}
		[ -z "${makes[$s]-}" ] || to=$work/${makes[$s]}
		timed "load.$s" "$name" -q <"$from" >"$to"
		all=$(calc %.2f "$all + $(cpu "load.$s")")
	done
	ZTOQ_ATTACHMENTS_OF=none
	qtest=$(count_requests '/api/v3/')
	grep -E '"method":"POST","pattern":"[^"]*/(test-cases|test-runs|test-logs)"' "$work/answers" |
	    jq -r --arg b "$QTEST_BASE_URL" '"\($b)\(.path)\t\(.request | tojson)"' >"$work/posts"
	posts=$(wc -l <"$work/posts")
	: >"$work/least"
	for try in 1 2 3; do
		rm -f "$work"/db.bare*
		ZEPHYR_API_TOKEN=$QTEST_API_TOKEN timed bare "$ZT_BUILD/bench/bare" "$work/db.bare" 8 <"$work/posts"
		cpu bare >>"$work/least"
	done
	least=$(best "$work/least" "$posts")
	us=$(calc %.0f "$(cpu load.zload:target) * 1e6 / $qtest")
	row 'files in qTest' "$(sqlite3 "$work/db.load" "SELECT count(*) FROM ledger WHERE kind = 'blob' AND state = 'done'")" '>= 1500' 'zload <target'
	row 'requests to qTest' "$qtest" '' 'zload <target'
	row 'all stages: CPU us/request to qTest' "$(calc %.0f "$all * 1e6 / $qtest")" '' 'sum of all'
	row 'zload: CPU us/request' "$us" '' 'zload <target'
	row 'zload: RSS MB' "$(calc %.1f "$(rss load.zload:target) / 1024")" '< 64' 'zload <target'
	row 'bare loop: CPU us/POST of case, run, log' "$least" '' 'bare DB 8 <POSTS'
	row 'zload to bare loop' "$(calc %.2f "$us / $least")" '<= 4.00' ''
	row 'all stages to bare loop' "$(calc %.2f "$all * 1e6 / $qtest / $least")" '<= 13.00' ''
}

echo "ztoq bench: $(uname -sm), $(nproc) cores, $(date -u +%Y-%m-%d)"
line what figure '' bound command
for name in $sections; do
	case $name in
	cases)	section "cases alone, $small and $large of them"
		scale cases ;;
	executions)
		section "as many cases, each with two executions; cycles and plans"
		scale executions ;;
	requests|scripts|load) "measure_$name" ;;
	*)	failed "section $name" ;;
	esac
done
[ "$bad" -eq 0 ] || { echo; echo 'bench: a bound is not kept' >&2; }
exit "$bad"
