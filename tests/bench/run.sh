#!/usr/bin/env bash
# What a migration costs, as a table; each row with the command that made it.
#	tests/bench/run.sh [SMALL LARGE]	cases; 2000 and 20000
# Figures of one run on one machine: only their ratios mean anything elsewhere.
set -u
cd "$(dirname "$0")/../.." || exit 70
: "${ZT_BIN:=$PWD/bin}" "${ZT_BUILD:=$PWD/build}"
small=${1:-2000} large=${2:-20000}
PATH=$ZT_BIN:$PATH
. tests/measure.bash
. tests/scrub.bash
scrub_settings
work=$(mktemp -d "${TMPDIR:-/tmp}/ztoq-bench.XXXXXX") || exit 74
mock=
trap '[ -z "$mock" ] || kill "$mock"; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
export LC_ALL=C.UTF-8 ZEPHYR_API_TOKEN=zmock.zephyr.token QTEST_API_TOKEN=zmock-qtest-token
export ZEPHYR_PROJECT_KEY=DEMO QTEST_PROJECT_ID=1
# Asking for files is one request an owner, by choice; not part of the minimum.
export ZTOQ_ATTACHMENTS_OF=none
out=$work/table
bad=0

# row WHAT FIGURE BOUND COMMAND
row() { printf '%-46s %14s  %-14s %s\n' "$1" "$2" "$3" "$4" | tee -a "$out"; }
# within FIGURE BOUND: noted when it is not
within() { awk -v a="$1" -v b="$2" 'BEGIN { exit !(a <= b) }' || bad=1; }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", b ? a / b : 0 }'; }

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
asked() { curl -sS "$QTEST_BASE_URL/__mock/counts" | jq 'to_entries | map(select(.key | test($re)) | .value) | add // 0' --arg re "$1"; }

# timed NAME PROGRAM ARG...: RSS in kB and CPU in s to $work/NAME.use
timed() {
	local name=$1
	shift
	env time -f '%M %U %S %e' -o "$work/$name.use" "$@"
}
rss() { cut -d' ' -f1 "$work/$1.use"; }
cpu() { awk '{ print $2 + $3 }' "$work/$1.use"; }
wall() { cut -d' ' -f4 "$work/$1.use"; }

# stages N: every stage alone, on a project of N cases; *.N.use
stages() {
	export ZTOQ_DB=sqlite:$work/db.$1
	serve --cases "$1"
	timed "zextract.$1" zextract -q >"$work/source"
	timed "zvalidate.$1" zvalidate -q <"$work/source" >/dev/null
	timed "ztransform.$1" ztransform -q <"$work/source" >"$work/target"
	timed "zload.$1" zload -q <"$work/target"
	rm -f "$work/source"
}

# filter_tenths PROGRAM INPUT N: CPU of the first and of the last tenth of N
# records that come out, per byte: callers come last, and are longer
filter_tenths() {
	local fifo=$work/out pid
	rm -f "$fifo"
	mkfifo "$fifo"
	"$1" -q <"$2" >"$fifo" &
	pid=$!
	awk -v n="$3" -v stat="/proc/$pid/stat" '
	function cpu(   s, f) {
		getline s <stat; close(stat)
		sub(/^.*\) /, "", s); split(s, f, " ")
		return f[12] + f[13]
	}
	!/"stream":"test_cases","record"/ { next }
	{ at++ }
	at <= n / 10 { p += length($0) }
	at > n - n / 10 && at <= n - 20 { q += length($0) }
	at == 1 { a = cpu() }
	at == int(n / 10) { b = cpu() }
	at == n - int(n / 10) { c = cpu() }
	at == n - 20 { d = cpu() }
	END { print (b - a) * 1e6 / p, (d - c) * 1e6 / q }' "$fifo"
	wait "$pid"
}

echo "ztoq bench: $(uname -sm), $(nproc) cores, $(date -u +%Y-%m-%d)"
row 'what' 'figure' 'bound' 'command'

# Requests against the minimum: a project with everything in it.
serve --cases 500 --cycles 40 --plans 8 --executions 2000 --folders 60
export ZTOQ_DB=sqlite:$work/db.requests
timed migrate ztoq migrate -q
read -r zephyr qtest scripts <<END
$(asked '^GET /v2/') $(asked '/api/v3/') $(asked '^GET /v2/.*(teststeps|testscript)')
END
effects=$(sqlite3 "$work/db.requests" "SELECT count(*) FROM ledger WHERE state = 'done'
    AND verb = 'create'")
steps=$(asked 'GET .*/test-steps')
row 'qTest requests beyond one per effect' $((qtest - effects - steps)) '<= 10' 'ztoq migrate'
within $((qtest - effects - steps)) 10
row 'step-id listings (one a case with results)' "$steps" '' 'ztoq migrate'
row 'Zephyr requests beyond scripts and results' $((zephyr - scripts)) '<= 30' 'ztoq migrate'
within $((zephyr - scripts)) 30
records=$(sqlite3 "$work/db.requests" 'SELECT sum(n) FROM source_count')
row 'records/s, whole pipe' "$(awk -v n="$records" -v t="$(wall migrate)" 'BEGIN { printf "%.0f", n / t }')" '' 'ztoq migrate'

for n in $small $large; do stages "$n"; done
for p in zextract zvalidate ztransform zload; do
	row "$p: cases/s, $large cases" "$(awk -v n="$large" -v t="$(wall "$p.$large")" 'BEGIN { printf "%.0f", n / t }')" '' "$p"
	row "$p: CPU ms/case, $small cases" "$(awk -v n="$small" -v t="$(cpu "$p.$small")" 'BEGIN { printf "%.3f", 1000 * t / n }')" '' "$p"
	row "$p: CPU ms/case, $large cases" "$(awk -v n="$large" -v t="$(cpu "$p.$large")" 'BEGIN { printf "%.3f", 1000 * t / n }')" '' "$p"
	row "$p: RSS MB, $small cases" $(($(rss "$p.$small") / 1024)) '<= 64' "time $p"
	row "$p: RSS MB, $large cases" $(($(rss "$p.$large") / 1024)) '<= 64' "time $p"
	within "$(rss "$p.$large")" 65536
	r=$(ratio "$(rss "$p.$large")" "$(rss "$p.$small")")
	row "$p: RSS, $large to $small" "$r" '<= 1.20' "time $p"
	within "$r" 1.2
done

# What a script request costs, everything that zextract does in it: lists,
# rows, commits, the stream.  Beside it the same URLs asked, parsed and
# durably kept by a loop that knows nothing (bare.c).  The best of five each.
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
best() { sort -n "$1" | awk -v n="$n" 'NR == 1 { printf "%.0f", $1 * 1e6 / n }'; }
us=$(best "$work/cost") least=$(best "$work/least")
row 'zextract: CPU us/script request' "$us" '<= 160' 'zextract --in-flight 16'
within "$us" 160
row 'bare loop: CPU us/request' "$least" '' 'bare DB 16 <URLS'
row 'zextract to bare loop' "$(ratio "$us" "$least")" '' ''

# The last tenth against the first, three times.
for p in zextract zvalidate ztransform zload; do
	: >"$work/tenths"
	for try in 1 2 3; do
		export ZTOQ_DB=sqlite:$work/db.tenth
		rm -f "$work"/db.tenth*
		case $p in
		zextract)
			serve --cases "$large"
			loop_tenths "$large" '^GET /v2/testcases/.*/test(steps|script)' zextract -q ;;
		zvalidate|ztransform)
			[ -s "$work/source" ] || { serve --cases "$large"
			    ZTOQ_DB=sqlite:$work/db.$large zextract -q >"$work/source"; }
			filter_tenths "$p" "$work/source" "$large" ;;
		zload)	serve --cases "$large"
			loop_tenths "$large" '^POST .*/test-cases 200' sh -c "exec zload -q <$work/target" ;;
		esac >>"$work/tenths"
	done
	awk '{ printf "%.3f\n", $1 ? $2 / $1 : 99 }' "$work/tenths" | median >"$work/tenth"
	row "$p: CPU of last tenth to first, median of 3" "$(cat "$work/tenth")" '<= 1.20' "$p, $large cases"
	within "$(cat "$work/tenth")" 1.2
done
[ "$bad" -eq 0 ] || echo 'bench: a bound is not kept' >&2
exit "$bad"
