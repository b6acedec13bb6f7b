# Complete migrations of sites that leave members out, are below a path, have equal
# names, or were not read yet.
# databases: either
load helper

SMALL=(--seed 11 --cases 90 --executions 260 --folders 16 --cycles 9 --plans 3)

# Some tests start from a completed migration.
setup_file() {
	scrub
	mock "${SMALL[@]}"
	z 0 ztoq migrate -q
	share
}

@test "members that Zephyr leaves out cost no record, and an execution without a case is rejected" {
	local lost want
	mock "${SMALL[@]}" --page-cap 50 --sparse total --sparse isLast --sparse next --sparse values
	z 0 ztoq migrate -q
	z 0 ztoq validate --reconcile
	mock_stop
	fresh_db nameless
	mock "${SMALL[@]}" --sparse self
	zw 3 ztoq migrate -q
	zw 0 ztoq validate --reconcile
	# executions without self whose id is not in the list of cases
	want=$(sql "SELECT count(*) FROM test_execution WHERE case_key = '' AND (case_id IS NULL
	    OR case_id NOT IN (SELECT id FROM test_case WHERE id IS NOT NULL))")
	lost=$(sql "SELECT count(*) FROM issue WHERE rule = 'case-unknown'")
	[ "$lost" -eq "$want" ]
	[ "$lost" -ge $((260 / 40)) ]
	[ "$lost" -lt $((260 / 20)) ]
	[ "$(sql "SELECT count(*) FROM reject WHERE stream = 'test_executions'")" -eq "$lost" ]
}

@test "of two values with the same name the active one is used" {
	mock --seed 11 --cases 40 --executions 0 --folders 5 --cycles 2 --plans 1
	jq '.fields += [{"from": "priority.name", "artifact": "test-cases", "label": "Priority",
	    "type": "combo", "values": "priority"}]' "$ROOT/src/ztransform/map/map.json" >map.json
	z 0 sh -c 'zextract -q | ztransform -q -m map.json | zload -q'
	z 0 zvalidate --reconcile
	[ "$(sql "SELECT count(*) FROM target WHERE kind = 'case' AND body LIKE '%\"High\"%'")" -gt 0 ]
	[ "$(mock_count '.* 400')" -eq 0 ]
}

@test "qTest can be below a path of its host, with or without a slash at the end" {
	mock --context /qtest --cases 12 --executions 8 --folders 3 --cycles 2 --plans 1
	zw 78 ztoq migrate -q
	export QTEST_BASE_URL=$MOCK/qtest/
	z 0 ztoq migrate -q
	export QTEST_BASE_URL=$MOCK/qtest
	z 0 ztoq migrate -q
	z 0 ztoq validate --reconcile
}

@test "a project that was not read ends with 78, one that was not transformed with 66" {
	mock "${SMALL[@]}"
	zw 78 zextract -q -p NOPE
	# a failed attempt to read it does not create it
	for p in 'zload -q --from-db' 'zload -q --plan --from-db' 'zvalidate -q --reconcile' \
	    'zreport -q' 'ztoq migrate -q --plan'; do
		zw 78 $p -p NOPE
		[[ $stderr == *"error: "*"project NOPE"* ]]
	done
	zw 75 zextract -q --limit 3
	for p in 'zload -q --from-db' 'zload -q --plan --from-db' 'zvalidate -q --reconcile'; do
		zw 66 $p -p DEMO
	done
	z 0 zreport -q
}

@test "--plan before the first pass tests qTest, too" {
	mock "${SMALL[@]}"
	z 0 ztoq migrate --plan
	[[ $stderr == *"to see what qTest would get"* && $stderr != *error:* ]]
	QTEST_API_TOKEN=wrong zw 77 ztoq migrate --plan -p DEMO "--db=$ZTOQ_DB"
	QTEST_API_TOKEN=wrong zw 77 ztoq migrate --plan -qp DEMO
	z 0 ztoq migrate -q --until transform
	z 0 ztoq migrate --plan -pDEMO
	[[ $output == *"to create"* ]]
}

# step_log_statuses: count the step logs in qTest by status
step_log_statuses() {
	mock_state | jq -c '[.. | objects | .logs? // [] | .[].steps[]?.status] | group_by(.)
	    | map({(.[0]): length}) | add'
}
without_status() { sql "SELECT count(*) FROM test_execution WHERE results LIKE '%\"status\":null,\"step\":%'"; }

@test "the status and data row of a step result are read inside inline and beside it" {
	shared
	step_log_statuses >inside
	jq -e '.Passed > 0 and .Failed > 0 and .Unexecuted > 0' inside
	[ "$(without_status)" -eq 0 ]
	fresh_db beside
	mock "${SMALL[@]}" --step-outcome beside
	z 0 ztoq migrate -q
	step_log_statuses >beside
	cmp inside beside
}

@test "a step result without a status gets the default, a finding and a change" {
	local n
	mock "${SMALL[@]}" --step-outcome none
	zw 0 ztoq migrate -q
	n=$(without_status)
	[ "$n" -gt 0 ]
	[ "$(sql "SELECT count(*) FROM issue WHERE rule = 'step_status' AND level = 'warning'")" -eq "$n" ]
	[ "$(sql "SELECT count(*) FROM target WHERE changes LIKE '%DEFAULTED%steps.status%'")" -gt 0 ]
}

@test "only step results whose status an older version did not read are read again" {
	local id other
	shared
	id=$(sql "SELECT min(id) FROM test_execution WHERE step_slots <> ''")
	other=$(sql "SELECT max(id) FROM test_execution WHERE step_slots <> ''")
	sql "SELECT results FROM test_execution WHERE id = $id" >before
	# as an older version stored it: the status inside inline only
	sql "UPDATE test_execution SET results = '[{\"id\":1,\"inline\":{\"actualResult\":null,\"description\":\"x\",\"expectedResult\":null,\"status\":{\"id\":7},\"testData\":null},\"n\":1,\"status\":null,\"step\":null,\"testDataRowNumber\":null}]' WHERE id = $id"
	# a result without a status beside one that has a status is not read again
	sql "UPDATE test_execution SET results = '[{\"id\":1,\"inline\":{\"actualResult\":null,\"description\":\"x\",\"expectedResult\":null,\"testData\":null},\"n\":1,\"status\":{\"id\":7,\"name\":\"Pass\"},\"step\":null,\"testDataRowNumber\":null},{\"id\":2,\"inline\":{\"actualResult\":null,\"description\":\"y\",\"expectedResult\":\"}\",\"testData\":null},\"n\":2,\"status\":null,\"step\":null,\"testDataRowNumber\":null}]' WHERE id = $other"
	mock_forget
	zw 0 zextract -q --refresh
	[ "$(mock_count 'GET /v2/testexecutions/[{].*/teststeps .*')" -eq 1 ]
	sql "SELECT results FROM test_execution WHERE id = $id" | cmp - before
}
