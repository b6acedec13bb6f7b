#!/usr/bin/env bats
# databases: both
load helper
unset ZT_PG		# the file starts its own cluster, since it restarts it

# begin: start a migration in the background; until_writes N: wait until it has sent N
# writes to qTest
begin_migration() {
	mock --cases 70 --executions 300 --cycles 8 --folders 12
	ztoq migrate -q >out 2>&1 3>&- &
	RUN=$!
	kill_at_end "$RUN"
}
until_writes() {
	local spare
	spare=$(idle_pipe)
	while kill -0 "$RUN" 2>/dev/null; do
		[ "$(mock_writes)" -lt "$1" ] || return 0
		read -rt 0.02 <>"$spare" || :
	done
	cat out
	return 1
}
# ends_well: the migration completes, and nothing is missing or created twice
ends_well() {
	local rc=0
	wait "$RUN" || rc=$?
	cat out
	[ "$rc" -eq 0 ]
	z 0 zvalidate --reconcile
	mock_forget
	z 0 ztoq migrate -q
	[ "$(mock_writes)" -eq 0 ]
}

@test "a migration survives restarts and a crash of the database server" {
	[ "$ZT_DB" = postgres ] || skip "PostgreSQL only"
	begin_migration
	until_writes 20
	sh "$ROOT/tests/pg.sh" restart "$ZT_PG"
	until_writes 150
	sh "$ROOT/tests/pg.sh" kill "$ZT_PG"
	sh "$ROOT/tests/pg.sh" up "$ZT_PG"
	until_writes 400
	sh "$ROOT/tests/pg.sh" restart "$ZT_PG"
	ends_well
}

@test "a database server that does not return ends the migration with 74, and a later run continues" {
	[ "$ZT_DB" = postgres ] || skip "PostgreSQL only"
	[ -n "${ZT_SOAK-}" ] || skip "it waits for a minute: make soak"
	begin_migration
	until_writes 100
	psql -q -d "$PG_ADMIN" -c "ALTER DATABASE ${ZTOQ_DB##*/} ALLOW_CONNECTIONS false" \
	    -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${ZTOQ_DB##*/}'"
	rc=0
	wait "$RUN" || rc=$?
	cat out
	[ "$rc" -eq 74 ]
	psql -q -d "$PG_ADMIN" -c "ALTER DATABASE ${ZTOQ_DB##*/} ALLOW_CONNECTIONS true"
	ZTOQ_SETTLE=1s ztoq migrate -q >out 2>&1 3>&- &
	RUN=$!
	ends_well
}

@test "a migration waits for another process that locks the database file for seconds" {
	[ "$ZT_DB" = sqlite ] || skip "SQLite only"
	begin_migration
	until_writes 50
	mkfifo hold held
	sqlite3 -batch -cmd '.timeout 60000' "${ZTOQ_DB#sqlite:}" <hold >held 3>&- &
	kill_at_end $!
	exec 9>hold 8<held
	echo "BEGIN IMMEDIATE; SELECT 'mine';" >&9
	read -rt 60 said <&8
	# another process that waits for three seconds gives up
	run sqlite3 -batch -cmd '.timeout 3000' "${ZTOQ_DB#sqlite:}" 'BEGIN IMMEDIATE'
	[[ $status -ne 0 && $output == *locked* ]]
	echo 'COMMIT;' >&9
	exec 9>&- 8<&-
	ends_well
}
