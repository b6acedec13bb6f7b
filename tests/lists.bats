# Objects that Zephyr's lists do not contain are requested once each.
# databases: either
load helper

SMALL=(--seed 5 --cases 12 --executions 30 --folders 6 --cycles 3 --plans 2)

zephyr() { curl -sSf --noproxy '*' -H "Authorization: Bearer $ZEPHYR_API_TOKEN" "$ZEPHYR_BASE_URL$1"; }
# answer PATH JSON: let Zephyr answer this path with JSON from now on
answer() {
	printf '%s\n' "$2" >"$T/answer.$((++ANSWERS))"
	printf 'match GET /v2%s do status 200 body %s\n' "$1" "$T/answer.$ANSWERS" >>"$T/answers"
	mock_post scenario "$(cat "$T/answers")" >/dev/null
}
# asked_for ERE: count the requests whose path below /v2 matches
asked_for() { mock_record | jq -r .path | grep -cE "^/v2/$1\$" || :; }
list() { echo "/$1/nextgen?projectKey=DEMO&limit=1000&startAtId=0"; }

@test "a status, priority or environment that no list contains is requested once for each id" {
	mock "${SMALL[@]}"
	id=$(zephyr "$(list testexecutions)" | jq '[.values[] | select(.actualEndDate != null)][0].id')
	answer /testcases/nextgen "$(zephyr "$(list testcases)" |
	    jq -c '.values[0,1].priority = {id: 777001} | .values[0].status = {id: 777002}')"
	answer /testexecutions/nextgen "$(zephyr "$(list testexecutions)" |
	    jq -c '.values[0,1].environment = {id: 777003} | .values[2].testExecutionStatus = {id: 777004}')"
	answer "/testexecutions/$id/teststeps" "$(zephyr "/testexecutions/$id/teststeps?maxResults=100&startAt=0" |
	    jq -c '.values[].inline.status = {id: 777005}')"
	answer /priorities/777001 '{"id":777001,"name":"zz-urgent"}'
	answer /statuses/777002 '{"id":777002,"name":"zz-old"}'
	answer /environments/777003 '{"id":777003,"name":"zz-place"}'
	answer /statuses/777005 '{"id":777005,"name":"zz-partly"}'
	mock_forget
	zw 0 ztoq migrate -q
	[ "$(asked_for '(priorities|statuses|environments)/[0-9]+')" -eq 5 ]
	zextract -q >out
	for w in urgent old place partly; do grep -q "\"name\":\"zz-$w\"" out; done
	[ "$(sql "SELECT key || ' ' || level FROM issue WHERE rule = 'name-unknown'")" = "status 777004 warning" ]
	mock_state >state
	for w in urgent old place partly; do grep -q "zz-$w" state; done
	mock_forget
	zw 0 ztoq migrate -q
	[ "$(asked_for '(priorities|statuses|environments)/[0-9]+')" -eq 0 ]
	[ "$(mock_writes)" -eq 0 ]
}

@test "after kill -9 the next run requests the names that are missing" {
	mock "${SMALL[@]}"
	answer /testexecutions/nextgen "$(zephyr "$(list testexecutions)" |
	    jq -c '.values[0].environment = {id: 777003}')"
	echo 'match GET /v2/environments/777003 nth 1 do status 401' >>answers
	answer /environments/777003 '{"id":777003,"name":"zz-place"}'
	zw 77 zextract -q
	z 0 sh -c 'exec zextract -q >out'
	grep -q '"environment":{"id":777003,"name":"zz-place"}' out
}

@test "a case that only executions refer to is requested once and becomes a stub" {
	mock "${SMALL[@]}"
	answer /testexecutions/nextgen "$(zephyr "$(list testexecutions)" |
	    jq -c --arg b "$ZEPHYR_BASE_URL" '.values[0,1].testCase = {id: 51, self: "\($b)/testcases/BLOCK-T5/versions/1"}
		| .values[2].testCase.self = "\($b)/testcases/DEMO-T777/versions/1"
		| .values[3].testCase.self = "\($b)/testcases/DEMO-T778/versions/1"')"
	answer /testcases/BLOCK-T5 '{"id":5,"key":"BLOCK-T5","name":"zz-living","project":{"id":99}}'
	answer /testcases/DEMO-T777 '{"id":6,"key":"DEMO-T777","name":"zz-archived","project":{"id":1}}'
	mock_forget
	zw 0 ztoq migrate -q
	[ "$(asked_for 'testcases/(BLOCK-T5|DEMO-T77[78])')" -eq 3 ]
	sql "SELECT key || ': ' || what FROM issue WHERE rule = 'stub'" >said
	grep -q 'BLOCK-T5: case of project BLOCK, not part of this migration' said
	grep -q 'DEMO-T777: archived in Zephyr' said
	grep -q 'DEMO-T778: archived or deleted' said
	[ "$(sql "SELECT count(*) FROM test_case WHERE state = 'stub' AND head LIKE '%\"why\"%'")" -eq 2 ]
	mock_state >state
	grep -q zz-living state
	grep -q 'case of project BLOCK' state
	zw 0 ztoq validate --reconcile
	mock_forget
	zw 0 ztoq migrate -q
	[ "$(asked_for 'testcases/(BLOCK-T5|DEMO-T77[78])')" -eq 0 ]
	[ "$(mock_writes)" -eq 0 ]
}

@test "an execution whose case has an id and no self is joined by the id" {
	mock "${SMALL[@]}"
	read -r cid key < <(zephyr "$(list testcases)" | jq -r '.values[3] | "\(.id) \(.key)"')
	answer /testexecutions/nextgen "$(zephyr "$(list testexecutions)" |
	    jq -c --argjson c "$cid" '.values[0].testCase = {id: $c} | .values[1].testCase = {id: 4}')"
	eid=$(zephyr /testexecutions/nextgen | jq '.values[0].id')
	zw 0 sh -c 'exec zextract -q >out'
	[ "$(jq -r "select(.stream == \"test_executions\" and .record.id == $eid).record.testCase.key" out)" = "$key" ]
	[ "$(sql "SELECT count(*) FROM issue WHERE rule = 'case-unknown'")" -eq 1 ]
}

@test "a folder with parent 0 or below a folder of another kind is at the root, with all folders below it" {
	mock "${SMALL[@]}"
	answer /folders "$(zephyr '/folders?projectKey=DEMO&maxResults=1000' |
	    jq -c '(.values[] | select(.folderType == "TEST_CYCLE")).id as $c
		| .values += [{id: 91, name: "zz-zero", folderType: "TEST_CASE", parentId: 0},
		    {id: 92, name: "zz-below", folderType: "TEST_CASE", parentId: 91},
		    {id: 93, name: "zz-other", folderType: "TEST_CASE", parentId: ([.values[]
			| select(.folderType == "TEST_CYCLE")][0].id)},
		    {id: 94, name: "zz-plans", folderType: "TEST_PLAN", parentId: null}] | .total += 4' | head -1)"
	zw 0 ztoq migrate -q
	mock_state >state
	for w in zero below other; do grep -q "zz-$w" state; done
	[[ $(sql "SELECT what FROM issue WHERE rule = 'row-shape' AND key = '91'") == *'parentId is a number'* ]]
	[ "$(sql "SELECT count(*) FROM issue WHERE rule = 'folder_reference' AND key = '93'")" -eq 1 ]
	[[ $(sql "SELECT what FROM issue WHERE rule = 'plan-folder-empty' AND key = '94'") == *zz-plans* ]]
}
