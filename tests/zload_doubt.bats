# How zload recognises edits of users and effects that arrived, and how long it waits.
# databases: either
load helper
load target

setup_file() {
	export ROOT=$(cd "$BATS_TEST_DIRNAME/.." && pwd)
	target 4 1 | seal >"$BATS_FILE_TMPDIR/small.ndjson"
	# of X-T3 only the result of its own step, none of the called case
	target 4 1 | jq -cS '(.record.effects[] | select(.kind == "log") | .body.test_step_logs) |= .[:1]' |
	    seal >"$BATS_FILE_TMPDIR/own.ndjson"
	target 4 1 new | seal >"$BATS_FILE_TMPDIR/edited.ndjson"
}
prepare() {
	SMALL=$BATS_FILE_TMPDIR/small.ndjson EDITED=$BATS_FILE_TMPDIR/edited.ndjson
	export ZTOQ_SETTLE=1s
}
api() {
	curl -sSf --noproxy '*' -H "Authorization: bearer $ZT_QTEST" -H 'Content-Type: application/json' \
	    -X "$1" "$MOCK/api/v3/projects/1/$2" --data-binary "$3"
}

@test "a case to which a user added a step in qTest is kept" {
	local id
	mock
	z 0 zload <"$SMALL"
	next_second
	id=$(sql "SELECT id FROM ledger WHERE kind = 'case' AND ekey = 'X-T2'")
	api POST "test-cases/$id/test-steps" '{"description":"mine","expected":""}' >/dev/null
	mock_forget
	zw 0 zload <"$EDITED"
	[[ $stderr == *"case X-T2: edited in qTest"* ]]
	[ "$(mock_count 'PUT .*/test-cases/{} 200')" -eq 3 ]
	mock_state | jq -e '[.. | .steps? // empty | .[]? | select(.description == "mine")] | length == 1'
}

@test "a case without steps to which a user added a step in qTest is kept" {
	local id
	mock
	target 4 1 | jq -c '(.record.effects[]? | select(.key == "X-T2" and .kind == "case") | .body.test_steps) |= []' |
	    seal >bare
	target 4 1 new | jq -c '(.record.effects[]? | select(.key == "X-T2" and .kind == "case") | .body.test_steps) |= []' |
	    seal >bare.new
	zw 0 zload --unsealed <bare
	next_second
	id=$(sql "SELECT id FROM ledger WHERE kind = 'case' AND ekey = 'X-T2'")
	api POST "test-cases/$id/test-steps" '{"description":"mine","expected":""}' >/dev/null
	zw 0 zload --unsealed <bare.new
	[[ $stderr == *"case X-T2: edited in qTest"* ]]
	mock_state | jq -e '[.. | .steps? // empty | .[]? | select(.description == "mine")] | length == 1'
}

@test "a second approval that was lost is repeated, and not confused with the first" {
	mock
	z 0 zload <"$SMALL"
	mock_post scenario 'match PUT */approve nth 2 do reset-before' >/dev/null
	zw 0 zload --in-flight 1 <"$EDITED"
	[ "$(mock_played)" -eq 1 ]
	mock_state | jq -e '[.. | objects | select(has("steps") and has("precondition")) | .version]
	    | length == 4 and all(. == "2.0")'
}

@test "an effect that arrives after its connection was closed is waited for and not repeated" {
	echo 'match POST */test-cases nth 2 do late 900
	match POST */test-logs nth 1 do late 900' >late
	mock --scenario late
	zw 0 zload --settle 2s <"$SMALL"
	[ "$(mock_count 'POST .*/test-cases .*')" -eq 4 ]
	[ "$(mock_count 'POST .*/test-logs .*')" -eq 4 ]
}

@test "the step logs of a log wait for the approval of every called case" {
	local of
	# X-T3 calls X-T1, whose approval is in doubt when the logs are to be sent
	for of in small own; do
		fresh_db "$of"
		mock
		mock_post scenario 'match PUT */approve nth 1 do late 900' >/dev/null
		zw 0 zload --in-flight 1 --settle 2s <"$BATS_FILE_TMPDIR/$of.ndjson"
		[ "$(mock_count 'POST .* 400')" -eq 0 ]
		mock_state | jq -e '[.. | .logs? // empty | .[].steps | length] | sort == [2, 2, 2, 3]'
		mock_stop
	done
}
