#!/usr/bin/env bash
# Run every test there is, two files at a time, and sum up.
#	run.sh check|soak [WORD]	only the files whose name contains WORD
# make tells by ZT_BIN and ZT_BUILD what to test.  ZT_SEED (printed) steers
# what is random; check runs a tenth of the long random tests, soak all.
set -u
cd "$(dirname "$0")/.." || exit 70
mode=${1:-check} word=${2-}
: "${ZT_BIN:=$PWD/bin}" "${ZT_BUILD:=$PWD/build}" "${ZT_JOBS:=2}"
: "${ZT_SEED:=$(od -An -N3 -tu4 /dev/urandom | tr -d ' ')}" "${ZT_SAN:=}"
export ZT_BIN ZT_BUILD ZT_SEED ZT_SAN LC_ALL=C.UTF-8
case $mode in
check)	export ZT_SOAK= ;;
soak)	export ZT_SOAK=1 ;;
one)	;;
*)	echo "usage: run.sh check|soak [WORD]" >&2; exit 64 ;;
esac

# one KIND FILE DB LOG: run a job, its output into LOG.tap, then one line
one() {
	local log=$4.tap name start=$SECONDS ok not skip rc
	case $1 in
	unit)	ASAN_OPTIONS=exitcode=99 timeout 570 "$ZT_BUILD/unit/$2" \
		    </dev/null >"$log" 2>&1 ;;
	bats)	ZT_DB=$3 timeout 3500 bats --tap "tests/$2" \
		    </dev/null >"$log" 2>&1 ;;
	esac
	rc=$?
	skip=$(grep -Ec '^ok .*# skip' "$log")
	ok=$(($(grep -c '^ok ' "$log") - skip))
	not=$(grep -c '^not ok ' "$log")
	# A file that dies without a failed test has failed all the same.
	[ "$rc" -eq 0 ] || [ "$not" -gt 0 ] || not=1
	[ $((ok + not + skip)) -gt 0 ] || not=1
	{
		[ "$3" = - ] && name=$2 || name="$2 ($3)"
		printf '%-34s %4d passed' "$name" "$ok"
		[ "$not" -eq 0 ] || printf ', %d FAILED' "$not"
		[ "$skip" -eq 0 ] || printf ', %d skipped' "$skip"
		printf '  %ds\n' $((SECONDS - start))
		grep '^ok .*# skip' "$log" | sed 's/^ok [0-9]* /    skipped: /'
		if [ "$not" -gt 0 ]; then
			echo "    status $rc, all of it: $log"
			grep -A 60 '^not ok' "$log" | head -n 150 | sed 's/^/    /'
			[ "$(grep -c '^not ok' "$log")" -gt 0 ] ||
			    tail -n 40 "$log" | sed 's/^/    /'
		fi
	} >"$4.say"
	cat "$4.say"
	echo "$ok $not $skip" >"$4.sum"
}
if [ "$mode" = one ]; then
	shift
	one "$@"
	exit 0
fi

out=$ZT_BUILD/check
rm -rf "$out"
mkdir -p "$out"
echo "seed: ZT_SEED=$ZT_SEED   logs: $out"

# The long ones first, so that the two lanes end together.
jobs() {
	local f n db
	for f in tests/kill.bats tests/corpus.bats tests/pipeline.bats tests/*.bats; do
		[ -e "$f" ] || continue
		n=${f#tests/}
		if grep -q '^# databases: both' "$f"; then
			for db in sqlite postgres; do
				echo "bats $n $db $out/${n%.bats}-$db"
			done
		else
			echo "bats $n sqlite $out/${n%.bats}"
		fi
	done | awk '!seen[$0]++'
	for f in "$ZT_BUILD"/unit/*_test; do
		[ -x "$f" ] || continue
		n=${f##*/}
		[ -e "tests/unit/$n.c" ] || continue
		echo "unit $n - $out/unit-$n"
	done
}

stop_pg() {
	[ -z "${ZT_PG-}" ] || sh tests/pg.sh stop "$ZT_PG" >/dev/null 2>&1
	[ -z "${ZT_PG-}" ] || rm -rf "$ZT_PG"
}
if grep -q "^# databases: both" tests/*.bats; then
	# In /tmp, where the user that the server runs as may go.
	ZT_PG=$(mktemp -d /tmp/ztoq-pg.XXXXXX) && chmod 755 "$ZT_PG"
	export ZT_PG
	trap stop_pg EXIT
	trap 'exit 130' INT TERM
	sh tests/pg.sh start "$ZT_PG" >"$out/pg.log" 2>&1 </dev/null || {
		cat "$out/pg.log" >&2
		echo "0 passed, 1 failed"
		exit 1
	}
fi

jobs | grep -F -- "$word" |
    xargs -P "$ZT_JOBS" -L 1 bash tests/run.sh one

cat "$out"/*.sum 2>/dev/null | awk '
	{ ok += $1; bad += $2; skip += $3; n++ }
	END {
		if (n == 0) bad = 1
		printf "%d passed, %d failed", ok, bad
		if (skip) printf ", %d skipped", skip
		printf "\n"
		exit bad != 0
	}'
