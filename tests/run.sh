#!/usr/bin/env bash
# Run the tests, and sum up.  Tests wait for disks and clocks more than for
# processors: three files at a time for each of these.
#	run.sh check|soak [WORD]	only the files whose name contains WORD
# make tells by ZT_BIN and ZT_BUILD what to test.  ZT_SEED (printed) steers
# what is random; check runs a tenth of the long random tests, and some files on
# one of the two databases, soak all.  make contract and make fuzz are apart.
# The last line is "N passed, N failed", whoever reads it.
# Where a sanitized build lies beside the plain one ($ZT_BUILD/asan), its unit
# programs run, and one migration through its programs; check then runs only those plain
# unit programs that test more than the sanitized ones, soak all.
set -u
cd "$(dirname "$0")/.." || exit 70
mode=${1:-check} word=${2-}
: "${ZT_BIN:=$PWD/bin}" "${ZT_BUILD:=$PWD/build}" "${ZT_JOBS:=$(($(nproc) * 3))}" "${ZT_SAN:=}"
: "${ZT_SEED:=$(od -An -N3 -tu4 /dev/urandom | tr -d ' ')}"
# A real project, where it lies beside the tree; tests that want it say so.
: "${CORPUS:=$PWD/../shared/corpus/mattermost}"
export CORPUS ZT_BIN ZT_BUILD ZT_SEED ZT_SAN LC_ALL=C.UTF-8
case $mode in
check)	export ZT_SOAK= ;;
soak)	export ZT_SOAK=1 ;;
one)	;;
*)	echo "usage: run.sh check|soak [WORD]" >&2; exit 64 ;;
esac

# one KIND FILE DB LOG: run a job, its output into LOG.tap, tell it in a line
one() {
	local kind=$1 file=$2 db=$3 log=$4.tap name=$2 start=$SECONDS rc road=
	[ "$db" = - ] || name="$name ($db)"
	case $kind in san-*)
		export ZT_BIN=$ZT_BUILD/asan/bin ZT_BUILD=$ZT_BUILD/asan ZT_SAN=1
		name="$name, sanitized" road='asks for each thing once' ;;
	esac
	case $kind in
	*unit)	ASAN_OPTIONS=exitcode=99 timeout 570 "$ZT_BUILD/unit/$file" ;;
	*bats)	ZT_DB=$db timeout 3500 bats --tap ${road:+-f "$road"} "tests/$file" ;;
	esac </dev/null >"$log" 2>&1
	rc=$?
	times >"$4.times"
	tell "$rc" "$((SECONDS - start))s, $(tail -n 1 "$4.times" | tr 'ms' '  ' |
	    awk '{ printf "%d", $1 * 60 + $2 + $3 * 60 + $4 }')s of CPU" "$name" "$log" >"$4.say"
	cat "$4.say"
}
# tell STATUS TIME NAME LOG: the line, details of what failed, and LOG.sum
tell() {
	local ok bad skip
	skip=$(grep -Ec '^ok .*# skip' "$4")
	ok=$(($(grep -c '^ok ' "$4") - skip))
	bad=$(grep -c '^not ok ' "$4")
	# A file that dies without a failed test has failed all the same.
	[ "$1" -eq 0 ] || [ "$bad" -gt 0 ] || bad=1
	[ $((ok + bad + skip)) -gt 0 ] || bad=1
	echo "$ok $bad $skip" >"${4%.tap}.sum"
	printf '%-42s %4d passed' "$3" "$ok"
	[ "$bad" -eq 0 ] || printf ', %d FAILED' "$bad"
	[ "$skip" -eq 0 ] || printf ', %d skipped' "$skip"
	printf '  %s\n' "$2"
	grep '^ok .*# skip' "$4" | sed 's/^ok [0-9]* /    skipped: /'
	[ "$bad" -gt 0 ] || return 0
	echo "    status $1, all of it: $4"
	if grep -q '^not ok' "$4"; then
		grep -A 60 '^not ok' "$4" | head -n 150
	else
		tail -n 40 "$4"
	fi | cut -c1-400 | sed 's/^/    /'
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

# databases FILE: print what a file runs on: SQLite, both, or either, which is one of
# them in check (by the seed, PostgreSQL for a third of the files) and both in soak.
databases() {
	case $(sed -n 's/^# databases: //p' "$1"),$mode in
	both,*|either,soak) echo sqlite postgres ;;
	either,*) [ $(((ZT_SEED + $(cksum <"$1" | cut -d' ' -f1)) % 3)) -gt 0 ] &&
		echo sqlite || echo postgres ;;
	*)	echo sqlite ;;
	esac
}
# The long ones first, as they were measured, so that all lanes end together.
jobs() {
	local f n db
	[ ! -d "$ZT_BUILD/asan/bin" ] ||
		echo "san-bats pipeline.bats sqlite $out/san-pipeline"
	for f in tests/{kill,pipeline,corpus,unread,choice,reconcile,zload,jira,lint,edits}.bats \
	    tests/{ztransform,passes,manuals,demo,odd,target,misconfig,odd_answer,badinput}.bats \
	    tests/{zextract,zextract_api,requests,zload_update,disk,deep,attach,zmock,resume}.bats \
	    tests/{weather,step_logs,upgrade,zreport,lists,shape}.bats tests/*.bats; do
		[ -e "$f" ] || continue
		n=${f#tests/}
		for db in $(databases "$f"); do
			echo "bats $n $db $out/${n%.bats}-$db"
		done
	done | awk '!seen[$0]++'
	for f in "$ZT_BUILD"/unit/*_test "$ZT_BUILD"/asan/unit/*_test; do
		n=${f##*/}
		[ -x "$f" ] && [ -e "tests/unit/$n.c" ] || continue
		if [ "$mode" = check ] && [ "$f" = "$ZT_BUILD/unit/$n" ] &&
		    [ -x "$ZT_BUILD/asan/unit/$n" ] &&
		    ! grep -q __SANITIZE_ADDRESS__ "tests/unit/$n.c"; then
			continue
		fi
		case $f in
		"$ZT_BUILD"/asan/*) echo "san-unit $n - $out/san-$n" ;;
		*)	echo "unit $n - $out/unit-$n" ;;
		esac
	done
}

stop_pg() {
	[ -n "${ZT_PG-}" ] || return 0
	sh tests/pg.sh stop "$ZT_PG" >/dev/null 2>&1
	rm -rf "$ZT_PG"
}
if grep -Eq "^# databases: (both|either)" tests/*.bats; then
	ZT_PG=$(sh tests/pg.sh new) || exit 1
	export ZT_PG
	trap stop_pg EXIT
	trap 'exit 130' INT TERM
	sh tests/pg.sh start "$ZT_PG" >"$out/pg.log" 2>&1 </dev/null || {
		cat "$out/pg.log" >&2
		echo "0 passed, 1 failed"
		exit 1
	}
fi

list=$(jobs | grep -F -- "$word")
[ -n "$list" ] || {
	echo "no test file has \"$word\" in its name" >&2
	echo "0 passed, 1 failed"
	exit 1
}
printf '%s\n' "$list" | xargs -P "$ZT_JOBS" -L 1 bash tests/run.sh one

# A file that never came to its end has failed.
printf '%s\n' "$list" | while read -r _ file _ log; do
	cat "$log.sum" 2>/dev/null || { echo "$file: no result" >&2; echo 0 1 0; }
done | awk -v took="$SECONDS" '
	{ ok += $1; bad += $2; skip += $3 }
	END {
		if (ok + bad + skip == 0) bad = 1
		printf "%d skipped, in %d:%02d\n", skip, took / 60, took % 60
		printf "%d passed, %d failed\n", ok, bad
		exit bad != 0
	}'
