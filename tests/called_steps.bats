# Steps of called cases where a server may list them: the whole way.
# databases: either
load helper

@test "steps of called cases inside the call, beside it, or not listed: all is there" {
	local shape
	for shape in flat ignored; do
		fresh_db "$shape"
		mock --called "$shape" --seed 3 --cases 24 --executions 50 --folders 4 --cycles 4 --plans 1
		zw 0 ztoq migrate -q
		[ "$(mock_count 'POST .*/test-logs 400')" -eq 0 ]
		[ "$(sql "SELECT count(*) FROM ledger WHERE kind = 'log' AND state <> 'done'")" -eq 0 ]
		[ "$shape" = flat ] || [ "$(sql "SELECT count(*) FROM issue WHERE rule = 'step-results'")" -ge 1 ]
		mock_forget
		zw 0 ztoq migrate -q
		[ "$(mock_writes)" -eq 0 ]
		mock_stop
	done
}
