# Loaded by every bats file: load helper
#
#	z STATUS prog ...	run a program, which must end with STATUS
#	mock [options]		start zmock; sets MOCK and the APIs' variables
#	mock_count 'POST .*'	count its requests by "METHOD pattern status"
#	mock_state		print the state of its qTest in the normal form
#	sql 'SELECT ...'	query the database under test
#
# A test has a private directory ($T, also HOME and the working directory), an
# environment without the settings of the user, and its own database: SQLite, or
# PostgreSQL if ZT_DB=postgres.  make check runs a file with the line
# "# databases: both" once on each.

bats_require_minimum_version 1.5.0
load scrub
load send
load trace
ROOT=$(cd "$BATS_TEST_DIRNAME/.." && pwd)
: "${ZT_BIN:=$ROOT/bin}" "${ZT_BUILD:=$ROOT/build}" "${ZT_DB:=sqlite}" "${ZT_SEED:=1}"
# The tokens contain the id of the run, so that those of other runs are not taken for
# secrets of this one.
ZT_ZEPHYR=zephyr-token-${BATS_RUN_TMPDIR##*/} ZT_QTEST=qtest-token-${BATS_RUN_TMPDIR##*/}
export ROOT ZT_BIN ZT_BUILD ZT_DB ZT_SEED

setup() { trace_errors; scrub; if declare -F prepare >/dev/null; then prepare; fi; }
teardown() { end_processes; }

# scrub: unset the settings of the user; set $T and an empty database
scrub() {
	scrub_settings
	T=${BATS_TEST_TMPDIR:-$BATS_FILE_TMPDIR}
	export T HOME=$T TMPDIR=$T LC_ALL=C.UTF-8 TZ=UTC
	export PATH=$ZT_BIN:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin
	export ASAN_OPTIONS=exitcode=99 UBSAN_OPTIONS=halt_on_error=1
	cd "$T" || return 1
	PIDS=
	fresh_db
}

# fresh_db [NAME [COPY_OF]]: create a database without rows, or a copy; sets ZTOQ_DB.  Its
# tables are those of a database migrated once, whose copy costs less than their creation;
# with NO_TABLES=1 the program that opens it creates them.
fresh_db() {
	local name of=${2-} made=$BATS_RUN_TMPDIR/migrated.db
	if [ "$ZT_DB" = sqlite ]; then
		if [ -z "${NO_TABLES-}" ]; then
			[ -e "$made" ] || ZTOQ_DB=sqlite:$made zdb init -q 3>&- || return 1
			cp "$made" "$T/${1:-ztoq}.db" || return 1
		fi
		export ZTOQ_DB=sqlite:$T/${1:-ztoq}.db
		return
	fi
	pg_up
	[ -n "$of${NO_TABLES-}" ] || { pg_migrated && of=migrated; } || return 1
	name=t${BASHPID}_$RANDOM$RANDOM
	psql -q -d "$PG_ADMIN" -c "CREATE DATABASE $name
	    ${of:+TEMPLATE $of STRATEGY FILE_COPY}" >&2 || return 1
	PGDBS="${PGDBS-} $name"
	ZTOQ_DB=$(pg_url "$name")
	export ZTOQ_DB
}
# pg_migrated: create the database migrated once in the cluster
pg_migrated() {
	[ ! -e "$ZT_PG/migrated" ] || return 0
	ZTOQ_DB=$(pg_url migrated) flock "$ZT_PG/port" sh -ec '
		[ ! -e "$ZT_PG/migrated" ] || exit 0
		"$ZT_PG_BIN/psql" -q -d "$1" -c "CREATE DATABASE migrated"
		zdb init -q
		: >"$ZT_PG/migrated"' sh "$PG_ADMIN" >&2 3>&-
}

# pg_up: use the cluster of the whole suite (tests/run.sh starts it), or start one for
# this file if it is run alone.  ZT_PG is its directory.
pg_up() {
	local mine=$BATS_FILE_TMPDIR/pg.dir
	if [ -z "${ZT_PG-}" ]; then
		if [ ! -e "$mine" ]; then
			sh "$ROOT/tests/pg.sh" new >"$mine"
			sh "$ROOT/tests/pg.sh" start "$(cat "$mine")" >&2 3>&- || return 1
		fi
		ZT_PG=$(cat "$mine")
	fi
	: "${ZT_PG_BIN:=$(pg_config --bindir 2>/dev/null)}"
	[ -x "$ZT_PG_BIN/psql" ] || ZT_PG_BIN=/usr/bin
	export ZT_PG ZT_PG_BIN PGPASSFILE=$ZT_PG/pgpass
	PG_ADMIN=$(pg_url postgres)
}
teardown_file() {
	local mine=$BATS_FILE_TMPDIR/pg.dir
	PIDS=${SHARED_PID-} PGDBS=${SHARED_PGDBS-}
	[ -z "$PGDBS" ] || pg_up
	end_processes
	[ -e "$mine" ] || return 0
	sh "$ROOT/tests/pg.sh" stop "$(cat "$mine")" >&2 3>&- || :
	rm -rf "$(cat "$mine")"
}

# pg_url NAME: print the URL of a database of the cluster
pg_url() {
	local base
	base=$(sh "$ROOT/tests/pg.sh" url "$ZT_PG")
	printf '%s/%s\n' "${base%/*}" "$1"
}

# Debian's /usr/bin/psql is a Perl script, which is six times slower than psql itself.
psql() { "${ZT_PG_BIN:-/usr/bin}/psql" "$@"; }

sql() {
	case $ZTOQ_DB in
	sqlite:*) sqlite3 -batch -cmd '.timeout 60000' "${ZTOQ_DB#sqlite:}" "$1" ;;
	*)	psql -qAt -d "$ZTOQ_DB" -c "$1" ;;
	esac
}

# z STATUS COMMAND...: run a command, which must end with STATUS, without warnings if
# STATUS is 0; sets $output and $stderr
z() {
	zw "$@" || return 1
	[ "$1" -ne 0 ] || [[ $stderr != *": warn: "* ]]
}
# zw STATUS COMMAND...: the same; warnings are allowed
zw() {
	local want=$1 said
	shift
	run --separate-stderr "$@"
	printf -v said '%s\n' "+ $* (status $status, want $want)" "$output" "$stderr"
	[ "${#said}" -le 6000 ] || said=${said: -6000}
	printf %s "$said" >&2
	[ "$status" -eq "$want" ]
}

# kill_at_end PID: end this process with the test
kill_at_end() { PIDS="$PIDS $1"; }

end_processes() {
	local p d
	for p in $PIDS; do
		kill -9 "$p" 2>/dev/null || :
		wait "$p" 2>/dev/null || :
	done
	for d in ${PGDBS-}; do
		psql -q -d "$PG_ADMIN" -c "DROP DATABASE IF EXISTS $d WITH (FORCE)" \
		    2>/dev/null || :
	done
	PGDBS=
}

# idle_pipe: print the path of a pipe without a writer; read -t waits on it
idle_pipe() {
	[ -p "$T/.spare" ] || mkfifo "$T/.spare"
	echo "$T/.spare"
}

# mock [OPTION...]: start zmock on a free port and set the variables of the APIs
mock() {
	local word port
	[ -p "$T/.port" ] || mkfifo "$T/.port"
	zmock --project-key DEMO --qtest-projects 1,2 --token-zephyr "$ZT_ZEPHYR" \
	    --token-qtest "$ZT_QTEST" "$@" >"$T/.port" 2>"$T/zmock.log" 3>&- &
	MOCK_PID=$!
	kill_at_end "$MOCK_PID"
	exec {MOCK_OUT}<"$T/.port"
	read -rt 20 word port <&"$MOCK_OUT" && [ "$word" = port ] || {
		cat "$T/zmock.log" >&2
		return 1
	}
	mock_at "http://127.0.0.1:$port"
}
mock_at() {
	export MOCK=$1
	export ZEPHYR_BASE_URL=$MOCK/v2 ZEPHYR_API_TOKEN=$ZT_ZEPHYR
	export QTEST_BASE_URL=$MOCK QTEST_API_TOKEN=$ZT_QTEST
	export ZEPHYR_PROJECT_KEY=DEMO QTEST_PROJECT_ID=1
}
mock_stop() {
	kill "$MOCK_PID" 2>/dev/null
	wait "$MOCK_PID" 2>/dev/null || :
}
# share, shared: keep a state from which every test of a file starts.  setup_file makes
# it (setup, mock, migrate) and calls share; prepare calls shared, which restores the
# mock and copies the database.
share() {
	mock_turn mark || return 1
	export SHARED_MOCK=$MOCK SHARED_PID=$MOCK_PID SHARED_DB=$ZTOQ_DB SHARED_PGDBS=${PGDBS-}
	PIDS= PGDBS=
}
shared() {
	mock_at "$SHARED_MOCK"
	mock_turn back && shared_db
}
# shared_db: copy the database alone
shared_db() {
	local file
	if [ "$ZT_DB" = sqlite ]; then
		for file in "${SHARED_DB#sqlite:}"*; do
			cp "$file" "$T" || return 1
		done
		ZTOQ_DB=sqlite:$T/${SHARED_DB##*/}
	else
		fresh_db '' "${SHARED_DB##*/}"
	fi
}
# mock_turn mark|back: keep or restore the state; zmock closes the connection
mock_turn() {
	local st=0
	mock_ask POST "$1" || st=$?
	[ "$st" -eq 52 ]
}
mock_get() { mock_ask GET "$1"; }
mock_post() { mock_ask POST "$1" "${2-}"; }
# mock_ask METHOD PAGE [BODY]: print a page of zmock; the status is 22 if zmock refuses,
# and 52 if it sends no answer
mock_ask() {
	local LC_ALL=C status=none line to
	mock_send "$1" "/__mock/$2" "${3-}" || return
	read -r _ status _ <&"$to" || :
	while read -r line <&"$to" && [ "$line" != $'\r' ]; do :; done
	case $status in
	2??)	cat ;;
	*)	cat >&2 ;;
	esac <&"$to"
	exec {to}>&-
	case $status in
	2??)	return 0 ;;
	none|'') return 52 ;;
	esac
	echo "zmock: $1 $2: $status" >&2
	return 22
}
# mock_record: print the requests that zmock received as NDJSON; mock_forget removes them
mock_record() { mock_get record; }
mock_forget() { mock_post reset >/dev/null; }
# mock_count ERE: count the requests whose "METHOD pattern status" matches
mock_count() { mock_get counts | count_fitting "^($1)\$"; }
# count_fitting ERE: sum the numbers of a counts page whose names match the ERE, in
# which {} is literal.  jq takes ten times as long to start.
count_fitting() {
	re=${1//'{}'/'[{][}]'} awk '
	/^[{].*[}]$/ { pages++ }
	{
		n = split(substr($0, 2, length($0) - 2), entry, /,"/)
		for (i = 1; i <= n; i++) {
			at = match(entry[i], /":[0-9]+$/)
			name = substr(entry[i], 1, at - 1)
			sub(/^"/, "", name)
			if (name ~ ENVIRON["re"])
				sum += substr(entry[i], at + 2)
		}
	}
	END { if (pages != 1 || NR != 1) exit 1; print sum + 0 }'
}
# mock_requests: count all requests that zmock received
mock_requests() {
	local size
	size=$(mock_get size) && [[ $size =~ \"requests\":([0-9]+) ]] || return 1
	echo "${BASH_REMATCH[1]}"
}
# mock_played: print how many faults of the scenario were played
mock_played() {
	local states
	states=$(mock_get scenario) || return 1
	awk -F'"played":' '{ for (i = 2; i <= NF; i++) n += $i } END { print n + 0 }' <<<"$states"
}
mock_writes() { mock_count '(POST|PUT|DELETE) /api/v3/.*'; }
# same_json FILE FILE [JQ]: succeed if the values in both files, to which JQ is applied, are
# equal, else print the differences.  Files of equal bytes need no jq.
same_json() {
	local a b
	[ -s "$1" ] || return 1
	cmp -s "$1" "$2" && return
	a=$(jq -S "${3-.}" "$1") && b=$(jq -S "${3-.}" "$2") && diff <(echo "$a") <(echo "$b") >&2
}
# mock_state [PROJECT]: print the state of a qTest project without ids and times
mock_state() { mock_get "state?normal=1&project=${1:-1}"; }
