#!/usr/bin/env bash
# Compare the cost of the stages with that of older ones over the same input: counts of
# instructions by callgrind, and their ratio.
#	tests/equal/cost.sh OLD [BOUND]
# OLD	a commit (built once, below build/), or a directory of built programs
# BOUND	maximum of the ratio of new to old, by default 1.03; the status is 1 above it
# Variables: ZT_BIN, the directory of the new programs.
#
# Each stage runs on SQLite with one request at a time, by the old and by the new programs,
# on the output of the stage before of the same programs (the hash of a map in it must be that
# of the rows in the database): once for a project that the database does not contain (first),
# and once more without changes (again).  The creation of the database is shown, but has no
# bound: it runs one schema update more for each that was added.
set -uo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd) || exit 70
: "${ZT_BIN:=$root/bin}" "${ZT_BUILD:=$root/build}"
here=$root/tests/equal
. "$root/tests/scrub.bash"
. "$here/sides.sh"
usage() { sed -n 's/^#\ttests/usage: tests/p' "$here/cost.sh" >&2; exit 64; }
[ $# -ge 1 ] && [ $# -le 2 ] && [ -n "$1" ] || usage
bound=${2:-1.03}
command -v valgrind >/dev/null ||
    { echo "$0: needs valgrind (apt-get install valgrind)" >&2; exit 2; }
scrub_settings
export LC_ALL=C.UTF-8 TZ=UTC
old_programs "$1" || exit 2
mock_program=$ZT_BIN/zmock
work=$(mktemp -d "${TMPDIR:-/tmp}/ztoq-cost.XXXXXX") || exit 74
mocks=
trap '[ -z "$mocks" ] || kill $mocks; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

# Each side has its zmock.
declare -A at=()
mkdir -p "$work/old" "$work/new"
for side in old new; do
	serve "$work/$side" 0 --clock 2026-01-01T00:00:00Z --cases 20 --executions 50 --cycles 4 \
	    --plans 2 --folders 5 --attachments 5 || exit 2
	at[$side]=$site
	mocks="$mocks $mock"
done

# count SIDE PROGRAM INPUT OUTPUT ARG...: write the number of instructions to
# $work/SIDE/count.  INPUT and OUTPUT are files of that side.
count() {
	local side=$1 out=$work/$1 bin=$ZT_BIN
	[ "$side" = new ] || bin=$old_bin
	# links in texts, one update each, are work that an older program may not know
	unset ZTOQ_MAP
	[ "$side" = old ] || export ZTOQ_MAP=$work/map.json
	export HOME=$out ZTOQ_DB=sqlite:$out/db QTEST_BASE_URL=${at[$side]}
	export ZEPHYR_BASE_URL=${at[$side]}/v2
	rm -f "$out"/callgrind*
	valgrind -q --tool=callgrind --callgrind-out-file="$out/callgrind" \
	    "$bin/$2" -q "${@:5}" <"$out/$3" >"$out/$4" 2>"$out/err"
	case $? in
	0|3)	;;
	*)	{ echo "$0: $side: $2 failed:"; cat "$out/err"; } >&2; return 1 ;;
	esac
	awk '/^(summary|totals):/ { n = $2 } END { print n }' "$out/callgrind" >"$out/count"
}
# stage ROUND PROGRAM INPUT OUTPUT ARG...: run both sides at once and print a line.
bad=0
stage() {
	local old new
	count old "${@:2}" & old=$!
	count new "${@:2}" & new=$!
	wait "$old" && wait "$new" || exit 2
	awk -v what="$2, $1" -v old="$(cat "$work/old/count")" -v new="$(cat "$work/new/count")" \
	    -v bound="$bound" 'BEGIN {
		r = old > 0 ? new / old : 99
		printf "%-20s %15.0f %15.0f %8.4f%s\n", what, old, new, r, (r > bound) ? " !" : ""
		exit (r > bound)
	}' || bad=1
}
printf '%-20s %15s %15s %8s  bound %s\n' instructions old new ratio "$bound"
jq '.relink = "off"' "$root/src/ztransform/map/map.json" >"$work/map.json" || exit 2
: >"$work/old/nothing" >"$work/new/nothing"
bound=99 stage new zdb nothing init init
for round in first again; do
	refresh=
	[ "$round" = first ] || refresh=--refresh
	stage $round zextract nothing source --in-flight 1 $refresh
	stage $round zvalidate source valid
	stage $round ztransform source target
	stage $round zload target loaded --in-flight 1
done
exit "$bad"
