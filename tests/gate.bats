# databases: either
# An API that asks for a pause: it lasts an hour at most, and zdb open ends it; of two
# migrations that start together one completes.
load helper
load zextract

SMALL=(--cases 6 --executions 8 --folders 3 --plans 1 --cycles 2)
left_s() { sql "SELECT (gate_until - $(date +%s)000) / 1000 FROM budget WHERE api LIKE '%/v2'"; }

@test "a Retry-After of a month pauses for an hour, and zdb open ends the pause" {
	local left
	start "${SMALL[@]}"
	scenario 'match GET /v2/priorities times 1 do status 429 retry-after 2678400'
	zw 75 zextract -q --deadline 3s
	[[ $stderr == *'Retry-After 2678400 s, waiting one hour at most: waiting 3'*', until '*'zdb open` and start again'* ]]
	left=$(left_s)
	[ "$left" -gt 3000 ]
	[ "$left" -le 3600 ]
	# the next process waits, and reports that
	zw 75 zextract -q --deadline 2s
	[[ $stderr == *'reported by another process'*'zdb open` and start again'* ]]
	z 0 zdb open
	[[ $output == *'/v2: the wait until '*' is cancelled; the next run starts at once' ]]
	[ "$(left_s)" -lt 0 ]
	z 0 sh -c 'timeout 60 zextract -q >/dev/null'
	z 0 ztoq db open
	[ "$output" = 'no API is waiting' ]
}

@test "a pause of a month that an earlier version stored lasts an hour" {
	start "${SMALL[@]}"
	zw 75 zextract -q --max-requests 3
	sql "UPDATE budget SET gate_until = $(date +%s)000 + 2678400000, gate_why = 'status 429'"
	zw 75 zextract -q --deadline 2s
	[ "$(left_s)" -le 3600 ]
	[ "$(left_s)" -gt 3000 ]
}

@test "a zload without input does not hold the claim to load" {
	local loser rc=0
	start "${SMALL[@]}"
	z 0 zdb init
	mkfifo in
	zload -q <in 2>loser.log 3>&- &
	loser=$!
	kill_at_end "$loser"
	exec 9>in
	until [ "$(sql "SELECT count(*) FROM run WHERE tool = 'zload'")" -eq 1 ]; do
		kill -0 "$loser"
	done
	z 0 ztoq migrate -q 9>&-
	# zload with the empty pipe ends without input
	exec 9>&-
	wait "$loser" || rc=$?
	[ "$rc" -eq 65 ]
	grep -q 'stdin is empty' loser.log
	[ "$(sql 'SELECT count(*) FROM claim')" -eq 0 ]
	z 0 zvalidate --reconcile
}

@test "of two migrations that start together at least one completes" {
	local turn a b
	start "${SMALL[@]}"
	for turn in 1 2 3; do
		a=0 b=0
		ztoq migrate -q 2>a.log 3>&- &
		kill_at_end $!
		ztoq migrate -q 2>b.log || b=$?
		wait $! || a=$?
		echo "turn $turn: $a and $b" >&2
		case "$a $b" in '0 0'|'0 75'|'75 0') ;; *) cat a.log b.log >&2; false ;; esac
	done
	z 0 zvalidate --reconcile
}
