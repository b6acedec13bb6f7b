# A SQLite file that cannot be read or written ends with 74 and its name, and nothing
# is lost.
load helper
load held

SMALL=(--seed 3 --cases 60 --executions 60 --folders 6 --cycles 3 --plans 1)

error_says() { grep -Eq ": error: .*($1)" <<<"$stderr"; }

@test "a file that is not a database ends with 74" {
	mock "${SMALL[@]}"
	head -c 8192 /dev/urandom >ztoq.db
	zw 74 zextract -q
	error_says ztoq.db
}

@test "a database in a directory that does not exist ends with 74" {
	mock "${SMALL[@]}"
	ZTOQ_DB=sqlite:$T/no/ztoq.db zw 74 zextract -q
	error_says no/ztoq.db
	ZTOQ_DB=sqlite:$T/no/ztoq.db zw 74 ztoq migrate -q
}

@test "a read-only directory ends with 74, and no database is created" {
	make_open_directory
	chmod a-w "$OPEN/db"
	mock "${SMALL[@]}"
	export ZTOQ_DB=sqlite:$OPEN/db/ztoq.db
	zw 74 as_limited_user zextract -q
	error_says db/ztoq.db
	zw 74 as_limited_user ztoq migrate -q
	[ -z "$(ls -A "$OPEN/db")" ]
	[ "$(mock_writes)" -eq 0 ]
}

@test "a read-only database ends with 74 and is not changed" {
	local where
	make_open_directory
	mock "${SMALL[@]}"
	export ZTOQ_DB=sqlite:$OPEN/db/ztoq.db
	zw 0 ztoq migrate -q --until transform
	sql .dump >before
	# in a writable directory and in a read-only one
	chmod a-w "$OPEN/db/ztoq.db"
	chmod a+w "$OPEN/db"
	for where in open shut; do
		[ $where = open ] || chmod a-w "$OPEN/db"
		zw 74 as_limited_user zload -q --from-db
		error_says db/ztoq.db
		zw 74 as_limited_user ztoq migrate -q
	done
	[ "$(mock_writes)" -eq 0 ]
	chmod -R u+w "$OPEN/db"
	sql .dump | cmp before
	zw 0 ztoq migrate -q
	zw 0 ztoq validate -q --reconcile
}

# within KB COMMAND...: run a command whose writes fail beyond that size of a file
within() (
	trap '' XFSZ
	ulimit -f "$1"
	shift
	exec "$@"
)

@test "a file that cannot grow ends with 74, and the same command continues" {
	local full=0 kb wrote=0
	export ZTOQ_SETTLE=200ms
	mock "${SMALL[@]}"
	# raise the limit until the migration completes
	for ((kb = 250; kb <= 5000; kb += 250)); do
		run --separate-stderr within $kb ztoq migrate -q
		echo "$kb kB: $status, $(mock_writes) writes" >&2
		[ "$status" -ne 0 ] || break
		echo "$stderr" >&2
		[ "$status" -eq 74 ]
		error_says ztoq.db
		full=$((full + 1)) wrote=$(mock_writes)
	done
	[ "$status" -eq 0 ]
	[ "$full" -ge 3 ]
	[ "$wrote" -gt 0 ]	# the limit was also met while loading
	zw 0 ztoq validate -q --reconcile
	mock_forget
	zw 0 ztoq migrate -q
	[ "$(mock_writes)" -eq 0 ]
}

@test "a file system mounted read-only ends with 74" {
	mkdir ro
	mount -t tmpfs -o size=4m none ro 2>/dev/null || skip "needs the right to mount"
	mount -o remount,ro ro
	mock "${SMALL[@]}"
	ZTOQ_DB=sqlite:$T/ro/ztoq.db zw 74 zextract -q
	umount ro
	error_says 'ro/ztoq.db'
}

@test "a full file system ends with 74, and with room the same command continues" {
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
