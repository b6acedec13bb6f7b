# Complete migrations to servers that list steps of called cases in different places.
# databases: either
load helper

@test "results of called cases are migrated, wherever the server lists their steps" {
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
		[ "$shape" = flat ] || check_status_in_note
		mock_stop
	done
}

# break_note ID TEXT: replace the note of the log of an execution
break_note() {
	curl -sSf --noproxy '*' -G -X POST "$MOCK/__mock/break" -d kind=log -d "key=E:$1" -d do=set \
	    -d field=note --data-urlencode "value=$2" >/dev/null
}

# check_status_in_note: reconciliation finds a changed status of a result in a note
check_status_in_note() {
	local key note
	z 0 zvalidate --reconcile
	key=$(sql "SELECT min(key) FROM issue WHERE rule = 'step-results'")
	note=$(mock_state | jq -r --arg k "E:$key]" '[.. | .logs? // empty | .[].note | select(contains($k))][0]')
	[[ $note == *'Step results that qTest has no step for'*Passed* ]]
	# the table is found by its place, not by its heading
	break_note "$key" "${note/Step results that qTest has no step for/Results}"
	z 0 zvalidate --reconcile
	break_note "$key" "${note//Passed/Wrongly}"
	run zvalidate --reconcile
	echo "$output"
	[ "$status" -ne 0 ]
	grep "log E:$key: step result .*: expected \"a result on step" <<<"$output"
}

# zephyr PATH FILTER: print an answer of Zephyr, changed by a jq filter
zephyr() { curl -sSf --noproxy '*' -H "Authorization: Bearer $ZEPHYR_API_TOKEN" "$ZEPHYR_BASE_URL$1?maxResults=100&startAt=0" | jq -c "$2"; }

@test "reconciliation distinguishes two calls of one case by the calling step" {
	local log=300000000
	mock --seed 3 --cases 24 --executions 4 --folders 4 --cycles 1 --plans 0
	zephyr /testcases/DEMO-T3/teststeps '(.values |= .[0:1] + [.[0] | .id += 900] + .[1:]) | .total += 1' >calls
	zephyr /testexecutions/$log/teststeps '(.values |= .[0:6] + (.[0:6] | map(.inline.actualResult = "of the second call")) + .[6:])
	    | .total += 6' >results
	mock_post scenario "match GET /v2/testcases/DEMO-T3/teststeps do status 200 body $T/calls
match GET /v2/testexecutions/$log/teststeps do status 200 body $T/results" >/dev/null
	zw 0 ztoq migrate -q
	z 0 zvalidate --reconcile
	sql "SELECT body FROM target WHERE ekey = 'E:$log'" |
	    jq -c '.body.test_step_logs |= map((.parent_test_step_id["$step"].n | values) |= 3 - .)' >swapped
	[ "$(jq '[.body.test_step_logs[].parent_test_step_id["$step"].n | values] | unique | length' swapped)" -eq 2 ]
	sql "UPDATE target SET body = '$(sed "s/'/''/g" swapped)' WHERE ekey = 'E:$log'"
	run zvalidate --reconcile
	echo "$output"
	[ "$(grep -c "log E:$log: step result .* actual result: .*of the second call" <<<"$output")" -ge 2 ]
}
