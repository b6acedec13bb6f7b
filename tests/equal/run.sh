#!/usr/bin/env bash
# Show that the programs behave like older ones: the same requests in the same order, the
# same streams, the same state of qTest, the same database.
#	tests/equal/run.sh [-afs] [-d sqlite|postgres] [-k DIR] OLD
# OLD	a commit (built once, below build/), or a directory of built programs
# -a	projects without attachments, which programs of early versions do not load
# -s	only a small project on SQLite, which takes some seconds
# -f	only the first migration
# -d	only one database
# -k	keep all files in DIR: the compared ones, before and after normalisation
# Variables: ZT_BIN, the directory of the new programs; MOCK=old uses the zmock of OLD for
# both sides (it must know --clock), else that of ZT_BIN.
#
# Each side has its database and its qTest project.  It migrates (first), migrates after
# edits in Zephyr and qTest (edited), and again without changes (again).  Then the new
# programs continue on both sides: without changes (upgraded), and after more edits
# (onward).  Each comparison prints a line "equal" or "differs", with the first
# difference; the status is 1 if there is a difference, 2 if a side failed.
#
# The stages are connected by files, and one request is in flight at a time, so that the
# order of requests is fixed.  zmock has its own clock (--clock) and the same port for
# both sides, so dates and addresses are equal.  normal() normalises streams, and the
# files ignored and renamed list the columns of the database that differ.
set -uo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd) || exit 70
: "${ZT_BIN:=$root/bin}" "${ZT_BUILD:=$root/build}" "${MOCK:=new}"
here=$root/tests/equal
. "$root/tests/scrub.bash"
. "$here/sides.sh"
usage() { sed -n 's/^#\ttests/usage: tests/p' "$here/run.sh" >&2; exit 64; }

small= no_files= databases='sqlite postgres' keep= rounds='first edited again upgraded onward'
while getopts afsd:k: o; do
	case $o in
	a)	no_files='--attachments 0' ;;
	f)	rounds=first ;;
	s)	small=1 databases=sqlite ;;
	d)	databases=$OPTARG ;;
	k)	mkdir -p "$OPTARG" && keep=$(cd "$OPTARG" && pwd) || exit 74 ;;
	*)	usage ;;
	esac
done
shift $((OPTIND - 1))
[ $# -eq 1 ] && [ -n "$1" ] || usage
case $databases in sqlite|postgres|'sqlite postgres') ;; *) usage ;; esac

scrub_settings
export LC_ALL=C.UTF-8 TZ=UTC ZTOQ_SETTLE=1s
old_programs "$1" || exit 2
case $MOCK in
new)	mock_program=$ZT_BIN/zmock ;;
old)	mock_program=$old_bin/zmock ;;
*)	usage ;;
esac
work=${keep:-$(mktemp -d "${TMPDIR:-/tmp}/ztoq-equal.XXXXXX")} || exit 74
pg=
mock=
finish() {
	[ -z "$pg" ] || { sh "$root/tests/pg.sh" stop "$pg" >/dev/null 2>&1; rm -rf "$pg"; }
	[ -n "$keep" ] || rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM

# The projects.  full has every member, every option and hostile names.
declare -A project=(
	[large]='--cases 500 --executions 2000 --cycles 40 --plans 8 --folders 60 --attachments 60'
	[full]='--full --cases 40 --executions 80 --cycles 6 --plans 3 --folders 8 --attachments 20'
	[small]='--cases 30 --executions 60 --cycles 5 --plans 3 --folders 6 --attachments 8'
)
declare -A extract=(
	[large]='' [small]=''
	[full]='--attachments steps --versions'
)
projects='large full'
[ -z "$small" ] || projects=small

# Edits, a line each: a page of zmock and its arguments.  Cases that are edited in qTest
# are edited in Zephyr, too.
edits() {
	cat <<-END
	edit what=case&do=change&key=DEMO-T2&name=Other+name
	edit what=case&do=change&key=DEMO-T3&step=1&text=Other+step
	edit what=case&do=insert&key=DEMO-T5&step=1&text=New+step
	edit what=case&do=version&key=DEMO-T6
	edit what=case&do=delete&key=DEMO-T9
	edit what=case&do=add
	edit what=case&do=change&key=DEMO-T7&name=Edited+twice
	break kind=case&key=DEMO-T7&do=set&field=description&value=mine
	edit what=cycle&do=change&key=DEMO-R2&name=Other+cycle
	edit what=cycle&do=add
	edit what=plan&do=change&key=DEMO-P2&name=Other+plan
	edit what=execution&do=change&key=DEMO-E4&status=Fail&comment=Other+comment
	edit what=execution&do=change&key=DEMO-E5
	edit what=execution&do=delete&key=DEMO-E6
	edit what=execution&do=add
	END
}
more_edits() {
	cat <<-END
	edit what=case&do=change&key=DEMO-T2&name=Third+name
	edit what=case&do=change&key=DEMO-T10&step=1&text=Third+step
	edit what=case&do=remove&key=DEMO-T5&step=1
	edit what=case&do=add
	edit what=cycle&do=change&key=DEMO-R2&name=Third+cycle
	edit what=plan&do=change&key=DEMO-P1&name=Third+plan
	edit what=execution&do=change&key=DEMO-E4&status=Pass
	edit what=execution&do=add
	END
}
edit() {
	local page args
	while read -r page args; do
		curl -sSf --noproxy '*' -X POST "$site/__mock/$page?$args" >>"$out/edits" ||
		    { echo "$0: zmock refuses: $page?$args" >&2; return 1; }
	done
}

# stage PROGRAM ARG...: run a program of $bin; status 3, some records rejected, is success
stage() {
	local rc
	"$bin/$1" -q "${@:2}" 2>"$out/err"
	rc=$?
	echo "$round $1 $rc" >>"$out/status"
	case $rc in 0|3) return 0 ;; esac
	{ echo "$0: $side, $database, $name, $round: $1 ended with $rc:"; cat "$out/err"; } >&2
	return 1
}
# migrate ROUND BIN OPTION...: migrate, and keep the messages, the requests and the state
# of qTest
migrate() {
	local round=$1 bin=$2 at
	shift 2
	at=$out/$round
	stage zextract --in-flight 1 ${extract[$name]} "$@" >"$at.extracted" &&
	stage zvalidate <"$at.extracted" >"$at.source" &&
	stage ztransform <"$at.source" >"$at.transformed" &&
	sed -n 's/^{"type":"META".*"map":"\([0-9a-f]*\)".*/\1/p' "$at.transformed" >>"$out/maps" &&
	stage zvalidate <"$at.transformed" >"$at.target" &&
	stage zload --in-flight 1 <"$at.target" || return 1
	curl -sSf --noproxy '*' "$site/__mock/record" >"$at.record" &&
	curl -sSf --noproxy '*' "$site/__mock/state" >"$at.state" &&
	curl -sSf --noproxy '*' -X POST "$site/__mock/reset" >/dev/null || return 1
	tail -c "+$((${answers:-0} + 1))" "$out/answers" >"$at.answers"
	answers=$(stat -c %s "$out/answers")
	kill -0 "$mock"
}

# side old|new DATABASE PROJECT: run all rounds of a side, in its own process
side() {
	local side=$1 database=$2 name=$3 out=$work/$2/$3/$1 theirs port=0
	rm -rf "$out"
	mkdir -p "$out"
	export HOME=$out
	cd "$out" || return 1
	case $side in old) theirs=$old_bin ;; new) theirs=$ZT_BIN ;; esac
	case $database in
	sqlite)	export ZTOQ_DB=sqlite:$out/db ;;
	*)	psql -qX -d "$(pg_url postgres)" -c "CREATE DATABASE ${name}_$side" || return 1
		ZTOQ_DB=$(pg_url "${name}_$side") ;;
	esac
	export ZTOQ_DB
	[ "$side" = old ] || port=$(cat ../port)
	trap serve_end EXIT
	serve "$out" "$port" --clock 2026-01-01T00:00:00Z --qtest-projects 1 \
	    --answers "$out/answers" ${project[$name]} $no_files || return 1
	echo "$port" >../port
	if [ "$name" = full ]; then
		export JIRA_BASE_URL=$site JIRA_USER=jira@zmock.test JIRA_API_TOKEN=zmock.jira.token
	fi
	migrate first "$theirs" || return 1
	[ "$rounds" != first ] || { rows >first.rows; return; }
	edit < <(edits) &&
	migrate edited "$theirs" --refresh &&
	migrate again "$theirs" --refresh &&
	rows >again.rows &&
	"$ZT_BIN/zdb" migrate >/dev/null &&
	migrate upgraded "$ZT_BIN" --refresh &&
	edit < <(more_edits) &&
	migrate onward "$ZT_BIN" --refresh &&
	rows >onward.rows
}
pg_url() {
	local url=$(sh "$root/tests/pg.sh" url "$pg")
	echo "${url%/*}/$1"
}

# ask QUERY: print rows of the database, with columns separated by tabs
ask() {
	case $ZTOQ_DB in
	sqlite:*) sqlite3 -batch -separator '	' "${ZTOQ_DB#sqlite:}" ;;
	*)	psql -qXAt -F '	' -v ON_ERROR_STOP=1 -d "$ZTOQ_DB" ;;
	esac
}
# columns: print table, column and type, a line each
columns() {
	case $ZTOQ_DB in
	sqlite:*) echo "SELECT m.name, p.name, p.type FROM sqlite_master m, pragma_table_info(m.name) p
		WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%';" ;;
	*)	echo "SELECT table_name, column_name, data_type FROM information_schema.columns
		JOIN information_schema.tables USING (table_schema, table_name)
		WHERE table_schema = 'public' AND table_type = 'BASE TABLE';" ;;
	esac | ask
}
# rows: print the database as sorted lines "TABLE COLUMN=VALUE ..." with the new names,
# without ignored columns.  Of target only the rows of the last map and pass are printed,
# since others remain when a program with another map continues.
rows() {
	columns | sort | awk -F '\t' -v sqlite="${ZTOQ_DB%%:*}" '
	/^#/ || NF == 0 { next }
	FILENAME ~ /ignored$/ { left[$1] = 1; next }
	FILENAME ~ /renamed$/ { name[$1] = $2; next }
	{
		t = $1 in name ? name[$1] : $1
		c = $1 "." $2 in name ? name[$1 "." $2] : $2
		sub(/.*\./, "", c)
		if (("*." c) in left || (t ".*") in left || (t "." c) in left) next
		print t "\t" c "\t" $1 "\t" $2 "\t" ($3 ~ /^(BYTEA|BLOB|bytea)$/)
	}' "$here/ignored" "$here/renamed" - | sort | awk -F '\t' -v sqlite="${ZTOQ_DB%%:*}" \
	    -v map="$(tail -n 1 maps)" '
	function end() {
		if (from) print "SELECT " row " FROM \"" from "\"" \
		    (from == "target" ? " WHERE map = \047" map \
		    "\047 AND pass = (SELECT max(pass) FROM target)" : "") ";"
	}
	$3 != from { end(); from = $3; row = "\047" $1 "\047" }
	{
		v = "\"" $4 "\""
		if ($5) v = sqlite == "sqlite" ? "hex(" v ")" : "encode(" v ", \047hex\047)"
		lf = sqlite == "sqlite" ? "char(10)" : "chr(10)"
		row = row " || \047\t" $2 "=\047 || replace(coalesce(CAST(" v " AS TEXT), \047NULL\047), " lf ", \047\\n\047)"
	}
	END { end() }' >select.sql
	ask <select.sql >rows.raw && normal rows.raw | sort -u
}

# normal FILE: print a stream without times, random ids and messages.
#   time_extracted	when a record was read
#   run			a random id
#   code, reason	of a change: a word that older versions do not have, and a
#			sentence
#	map		the hash of the map's files, which a comment in them changes
normal() {
	sed -E "$(cat old/maps new/maps maps 2>/dev/null | sort -u | sed 's|.*|s/&/MAP/g|')"'
	    s/"time_extracted":"[^"]*"/"time_extracted":"T"/
	    s/("type":"META".*"run":")[^"]*/\1R/
	    s/(\{"change":"[A-Z]+",)("code":"[^"]*",)?("field":"([^"\\]|\\.)*"),"reason":"([^"\\]|\\.)*"/\1\3/g' "$1"
}
# requests FILE: print the requests of a record in order, with their status; by API, since
# the order of zextract's requests to Zephyr and to Jira is not fixed
requests() {
	jq -r '["\(.method) \(.pattern)", .api, .path, .query, .body_sha256, .status,
	    .authorization] | map(tostring) | join("\t")' "$1" | sort -s -t '	' -k 2,2
}
bodies() { jq -c '[.api, .method, .path, .request]' "$1" | sort -s -t , -k 1,1; }

bad=0
# compare NAME OLD NEW: print a line, with the first difference
compare() {
	local n
	n=$(wc -l <"$2")
	if [ "$n" -gt 0 ] && cmp -s "$2" "$3"; then
		printf 'equal: %s (%d lines)\n' "$1" "$n"
		return
	fi
	bad=1
	printf 'differs: %s\n' "$1"
	diff -a "$2" "$3" | awk '
	/^[<>]/ {
		n[substr($0, 1, 1)]++
		split(substr($0, 3), part, "\t")
		key = length(part[1]) < 80 ? part[1] : "line"
		if (!(key in of)) order[++keys] = key
		of[key]++
	}
	/^</ && a == "" { a = substr($0, 3) }
	/^>/ && b == "" { b = substr($0, 3) }
	END {
		printf "    %d lines of the old side, %d of the new:", n["<"], n[">"]
		for (i = 1; i <= keys && i <= 6; i++) printf " %s %d;", order[i], of[order[i]]
		print ""
		for (i = 1; i <= length(a) && substr(a, i, 1) == substr(b, i, 1); i++) ;
		from = i > 100 ? i - 100 : 1
		print "    < " substr(a, from, 240)
		print "    > " substr(b, from, 240)
	}'
	return 1
}
# judge DATABASE PROJECT: compare both sides
judge() {
	local at=$work/$1/$2 what r f s
	cd "$at" || return
	for s in old new; do
		for f in "$s"/*.record; do requests "$f" >"${f%.record}.requests"; done
		for f in "$s"/*.extracted "$s"/*.source "$s"/*.transformed "$s"/*.target; do
			normal "$f" >"$f.n"
		done
	done
	compare "$1, $2: exit statuses" old/status new/status
	for r in $rounds; do
		what="$1, $2, $r"
		compare "$what: requests" old/$r.requests new/$r.requests || {
			bodies old/$r.answers >old/bodies
			bodies new/$r.answers >new/bodies
			cmp -s old/bodies new/bodies ||
			    compare "$what: bodies of requests" old/bodies new/bodies
		}
		compare "$what: state of qTest" old/$r.state new/$r.state
		for f in extracted source transformed target; do
			compare "$what: stream $f" old/$r.$f.n new/$r.$f.n
		done
		[ ! -e "old/$r.rows" ] || compare "$what: database" old/$r.rows new/$r.rows
	done
	[ "$rounds" != first ] || return 0
	for r in again upgraded; do
		for s in old new; do none "$1, $2, $r: $s side" $s/$r.requests; done
	done
	for s in old new; do
		[ "$(grep -cE '^(POST|PUT) ' $s/edited.requests)" -gt 5 ] ||
		    { bad=1; echo "differs: $1, $2, edited: $s side: hardly any write after edits"; }
	done
}
# none NAME REQUESTS: no request is a write
none() {
	local n
	n=$(grep -cE '^(POST|PUT|DELETE) ' "$2")
	if [ "$n" -eq 0 ]; then
		echo "equal: $1 writes nothing ($(wc -l <"$2") requests)"
		return
	fi
	bad=1
	echo "differs: $1 writes $n times"
	grep -E '^(POST|PUT|DELETE) ' "$2" | head -n 3 | sed 's/^/    /'
}

case $databases in *postgres*)
	pg=$(mktemp -d /tmp/ztoq-pg.XXXXXX) && chmod 755 "$pg"
	sh "$root/tests/pg.sh" start "$pg" >"$work/pg.log" 2>&1 ||
	    { cat "$work/pg.log" >&2; exit 2; }
	export PGPASSFILE=$pg/pgpass ;;
esac
start=$SECONDS failed=0
# The sides run one after the other, since they share a port; the databases in parallel.
for name in $projects; do
	for s in old new; do
		pids=
		for d in $databases; do
			( side $s "$d" "$name" ) &
			pids="$pids $!"
		done
		for p in $pids; do wait "$p" || failed=1; done
		[ "$failed" -eq 0 ] || exit 2
	done
	for d in $databases; do judge "$d" "$name"; done
done
if [ "$bad" -eq 0 ]; then
	echo "equal: everything, in $((SECONDS - start)) s"
else
	echo "differs: see above; $((SECONDS - start)) s"
fi
exit "$bad"
