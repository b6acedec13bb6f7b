# A file of SQLite that cannot be read, or not be written: 74, whose file it is,
# and nothing lost.
load helper
load held

SMALL=(--seed 3 --cases 60 --executions 60 --folders 6 --cycles 3 --plans 1)

said() { grep -Eq ": error: .*($1)" <<<"$stderr"; }

@test "a database that is no database: 74" {
	mock "${SMALL[@]}"
	head -c 8192 /dev/urandom >ztoq.db
	zw 74 zextract -q
	said ztoq.db
}

@test "a directory that is not there: 74" {
	mock "${SMALL[@]}"
	ZTOQ_DB=sqlite:$T/no/ztoq.db zw 74 zextract -q
	said no/ztoq.db
	ZTOQ_DB=sqlite:$T/no/ztoq.db zw 74 ztoq migrate -q
}

@test "a directory that one may only read: 74, and no database is made" {
	open_room
	chmod a-w "$OPEN/db"
	mock "${SMALL[@]}"
	export ZTOQ_DB=sqlite:$OPEN/db/ztoq.db
	zw 74 held zextract -q
	said db/ztoq.db
	zw 74 held ztoq migrate -q
	[ -z "$(ls -A "$OPEN/db")" ]
	[ "$(mock_writes)" -eq 0 ]
}

@test "a database that one may only read: 74, and it is left as it is" {
	local where
	open_room
	mock "${SMALL[@]}"
	export ZTOQ_DB=sqlite:$OPEN/db/ztoq.db
	zw 0 ztoq migrate -q --until transform
	sql .dump >before
	# Once in a directory that may be written, once in one that may not.
	chmod a-w "$OPEN/db/ztoq.db"
	chmod a+w "$OPEN/db"
	for where in open shut; do
		[ $where = open ] || chmod a-w "$OPEN/db"
		zw 74 held zload -q --from-db
		said db/ztoq.db
		zw 74 held ztoq migrate -q
	done
	[ "$(mock_writes)" -eq 0 ]
	chmod -R u+w "$OPEN/db"
	sql .dump | cmp before
	zw 0 ztoq migrate -q
	zw 0 ztoq validate -q --reconcile
}

# within KB COMMAND...: no file grows beyond that; a write fails, nobody dies
within() (
	trap '' XFSZ
	ulimit -f "$1"
	shift
	exec "$@"
)

@test "no room for the file to grow: 74, and the same command goes on" {
	local full=0 kb wrote=0
	export ZTOQ_SETTLE=200ms
	mock "${SMALL[@]}"
	# A little more room each time, until it is enough.
	for ((kb = 250; kb <= 5000; kb += 250)); do
		run --separate-stderr within $kb ztoq migrate -q
		echo "$kb kB: $status, $(mock_writes) writes" >&2
		[ "$status" -ne 0 ] || break
		echo "$stderr" >&2
		[ "$status" -eq 74 ]
		said ztoq.db
		full=$((full + 1)) wrote=$(mock_writes)
	done
	[ "$status" -eq 0 ]
	[ "$full" -ge 3 ]
	[ "$wrote" -gt 0 ]	# and it was full in the middle of loading, too
	zw 0 ztoq validate -q --reconcile
	mock_forget
	zw 0 ztoq migrate -q
	[ "$(mock_writes)" -eq 0 ]
}

@test "a disk mounted read-only: 74" {
	mkdir ro
	mount -t tmpfs -o size=4m none ro 2>/dev/null || skip "needs the right to mount"
	mount -o remount,ro ro
	mock "${SMALL[@]}"
	ZTOQ_DB=sqlite:$T/ro/ztoq.db zw 74 zextract -q
	umount ro
	said 'ro/ztoq.db'
}

@test "a full file system: 74, and the same command goes on when there is room" {
	mkdir small
	mount -t tmpfs -o size=600k none small 2>/dev/null || skip "needs the right to mount"
	mock "${SMALL[@]}"
	export ZTOQ_DB=sqlite:$T/small/ztoq.db
	run --separate-stderr ztoq migrate -q
	full=$status said=$stderr
	mount -o remount,size=64m small
	zw 0 ztoq migrate -q
	zw 0 ztoq validate -q --reconcile
	umount small
	echo "$full: $said" >&2
	[ "$full" -eq 74 ]
	[ "$(mock_count 'POST .*/test-cases 200')" -ge 60 ]
}
