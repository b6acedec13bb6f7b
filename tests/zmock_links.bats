# zmock links objects and defects as a real qTest does.
load helper
load qtest

# make_log [MEMBERS [STEP_LOG_MEMBERS]]: create a log of a new approved case; sets $case, $step, $run, $log, $step_log
make_log() {
	make test-cases '' ',"test_steps":[{"description":"d","expected":""}]'
	case=$id
	q PUT "test-cases/$case/approve"
	q GET "test-cases/$case/test-steps"
	step=$(j '.[0].id')
	make test-runs '?parentId=0&parentType=root' ",\"test_case\":{\"id\":$case}"
	run=$id
	q POST "test-runs/$run/test-logs" '{"status":{"id":601},"exe_start_date":"2020-05-17T09:30:00Z",
	    "exe_end_date":"2020-05-17T09:31:00Z","test_step_logs":[{"test_step_id":'"$step"',"order":1,
	    "status":{"id":601}'"${2-}}]${1-}}"
	[ "$code" = 201 ]
	log=$(j .id) step_log=$(j '.test_step_logs[0].test_step_log_id')
}
# linked TYPE QUERY: print the pids that are linked, - for steps
linked() {
	q GET "linked-artifacts?type=$1&$2"
	j '[.[].objects[] | .pid // "-"] | join(" ")'
}

@test "links are written from a requirement, shown from both ends, and ids that cannot be linked are ignored" {
	local req case other
	mock
	make requirements; req=$id
	make test-cases; case=$id
	make test-cases; other=$id
	make releases
	q POST "requirements/$req/link?type=test-cases" "[$case,$other,$case,1,$id]"
	[ "$code" = 200 ]
	[ "$(j '.[0] | [.id, .pid, (.objects[] | .pid, .link_type)] | join(" ")')" = \
	    "$req RQ-1 TC-1 is_covered_by TC-2 is_covered_by" ]
	q POST "requirements/$req/link?type=releases" "[$id]"
	q POST "requirements/$req/link?type=test-runs" "[1]"
	[ "$code/$(j '.[0].objects | length')" = 200/0 ]
	[ "$(linked requirements "ids=$req")" = 'TC-1 TC-2 RL-1' ]
	[ "$(linked test-cases "ids=1&ids=$case&ids=$other")" = 'RQ-1 RQ-1' ]
	q GET "linked-artifacts?type=test-cases&ids=$case"
	[ "$(j '.[0].objects[0] | .link_type, (.self | test("object=5&id='"$req"'$"))' | xargs)" = 'covers true' ]
	[ "$(mock_state | jq -c '[.[0].requirements[].links, .[0].modules[].cases[].links, .[0].releases[].links]')" = \
	    '[["Created via API / n","Created via API / n","n"],["n"],["n"],["n"]]' ]
	q DELETE "requirements/$req/link?type=test-cases" "[$case,1]"
	[ "$code$body" = '200{}' ]
	[ "$(linked requirements "ids=$req")" = 'TC-2 RL-1' ]
	q DELETE "test-cases/$other"
	[ "$(linked requirements "ids=$req")" = RL-1 ]
	for path in "test-cases/$case/link?type=requirements" "test-runs/1/link?type=requirements" \
	    "requirements/$req/link" "requirements/$req/link?type=modules" "requirements/RQ-1/link?type=test-cases"; do
		q POST "$path" "[1]"
		[ "$code" = 400 ]
	done
	q POST "requirements/$req/link?type=test-cases" '["TC-2"]'
	[ "$code" = 400 ]
	q POST requirements/1/link?type=test-cases '[1]'
	[ "$code" = 404 ]
	for query in type=requirements\&ids=1,2 type=test-cases\&pids=TC-1 type=modules\&ids=1; do
		q GET "linked-artifacts?$query"
		[ "$code" = 400 ]
	done
	mock_stop
	mock --link-status 201
	make requirements
	q POST "requirements/$id/link?type=test-cases" '[]'
	[ "$code" = 201 ]
}

@test "without an integration only defects of the project are linked, with it issues of its projects, too" {
	local path
	mock
	make_log
	q POST "test-logs/$log/defects" '["DEMO-1"]'
	[ "$code" = 404 ]
	[ "$(j .message)" = 'Link defect unsuccessfully' ]
	q GET settings/integration/connections
	[ "$body" = '{}' ]
	q POST defects '{"properties":[]}'
	q POST "test-logs/$log/defects" '["DF-1","DEMO-1","DF-2"]'
	[ "$code" = 201 ]
	[ "$(j '.[0].objects[].pid')" = DF-1 ]
	mock_stop
	mock --integration OPS,DEMO
	q GET ''
	q GET settings/integration/connections
	[ "$(j '[.id, .external_system, .active] | join(" ")')" = '1 JIRA true' ]
	make_log
	for path in "test-logs/$log" "test-steps/$step" "test-steps/$step_log"; do
		q POST "$path/defects" '["DEMO-7","OPS-1","DEM-1","DEMO-0","DEMO","DEMO-7"]'
		[ "$code" = 201 ]
		[ "$(j '.[0] | [.id, (.objects[] | .pid, .external_project_id)] | join(" ")')" = \
		    "${path#*/} DEMO-7 DEMO OPS-1 OPS" ]
	done
	[ "$(linked defects 'pids=DEMO-7&pids=NO-1')" = 'TL-1 - -' ]
	q GET 'linked-artifacts?type=defects&pids=DEMO-7'
	[ "$(j '[.[0].pid, (.[0].objects | length)] | join(" ")')" = 'DEMO-7 3' ]
	[ "$(linked test-logs "ids=$log")" = 'DEMO-7 OPS-1' ]
	[ "$(linked test-steps "ids=$step")" = 'DEMO-7 OPS-1' ]
	q GET "test-runs/$run/test-logs/$log"
	[ "$(j '[.defects[].external_defect_id, .test_step_logs[0].defects[].pid] | join(" ")')" = 'DEMO-7 OPS-1 DEMO-7 OPS-1' ]
	q DELETE "test-logs/$log/defects" '["DEMO-7","NO-1"]'
	[ "$code$body" = '200["DEMO-7"]' ]
	q DELETE "test-logs/$log/defects" '["DEMO-7"]'
	[ "$code" = 404 ]
	[ "$(linked test-logs "ids=$log")" = OPS-1 ]
	q DELETE "test-runs/$run"
	q POST "test-logs/$log/defects" '["DEMO-7"]'
	[ "$code" = 404 ]
	mock_stop
	mock --integration DEMO --connections list
	q GET settings/integration/connections
	[ "$(j length)" = 1 ]
}

@test "defects in the body of a log and its step logs are linked, and unknown ones left out" {
	mock --integration DEMO
	make_log ',"defects":[{"external_defect_id":"DEMO-1"},{"external_defect_id":"X-1"}]' ',"defects":[{"pid":"DEMO-2"}]'
	q GET "test-runs/$run/test-logs/$log"
	[ "$(j '[.defects[].pid, .test_step_logs[0].defects[].pid] | join(" ")')" = 'DEMO-1 DEMO-2' ]
	make_log
	q GET "test-runs/$run/test-logs/$log"
	[ "$(j 'has("defects")')" = false ]
}

@test "a user locks runs, adds and removes files and links, and restores what was deleted" {
	local before
	change() { mock_post "break?$1" >/dev/null; }
	mock --integration DEMO
	make_log
	make requirements
	change "kind=run&key=$run&do=lock"
	for method in POST DELETE; do
		q $method "test-logs/$log/defects" '["DEMO-7"]'
		[ "$code/$(j .message)" = '400/Test run was locked' ]
	done
	change "kind=run&key=$run&do=unlock"
	q POST "test-logs/$log/defects" '["DEMO-7"]'
	[ "$code" = 201 ]
	before=$(mock_state)
	change "kind=case&key=$case&do=attach&field=x.txt&value=text&quiet=1"
	q GET "test-cases/$case/attachments"
	[ "$(j '.[0].name')" = x.txt ]
	change "kind=case&key=$case&do=replace&field=x.txt&value=other&quiet=1"
	q GET "test-cases/$case/attachments/$(j '.[0].id')"
	[ "$body" = other ]
	change "kind=case&key=$case&do=detach&field=x.txt&quiet=1"
	change "kind=requirement&key=RQ-1&do=link&field=test-cases&value=$case"
	[ "$(linked test-cases "ids=$case")" = RQ-1 ]
	change "kind=requirement&key=RQ-1&do=unlink&field=test-cases&value=$case"
	change "kind=log&key=$log&do=unlink&field=defects&value=DEMO-7"
	[ "$(linked test-logs "ids=$log")" = '' ]
	change "kind=log&key=$log&do=link&field=defects&value=DEMO-7"
	[ "$(mock_state)" = "$before" ]
	q DELETE "test-runs/$run"
	[ "$(mock_state)" != "$before" ]
	[ "$(mock_get 'state?normal=1&project=1&deleted=1' | jq -c '.[0].deleted | map([.kind, .name])')" = '[["run","n"],["log",null]]' ]
	change "kind=run&key=$run&do=restore"
	[ "$(mock_state)" = "$before" ]
	[ "$(mock_get 'state?normal=1&project=1&deleted=1' | jq -c '.[0].deleted')" = '[]' ]
	run ! change "kind=run&key=$run&do=restore"
	run ! change "kind=case&key=$case&do=detach&field=x.txt"
}

@test "a requirement that Jira owns shows its issue and is found by it" {
	mock
	make requirements
	make requirements
	mock_post "break?kind=requirement&key=RQ-2&do=set&field=external&value=DEMO-9" >/dev/null
	q GET requirements
	[ "$(j '[.[] | .external_properties.id // "-"] | join(" ")')" = '- DEMO-9' ]
	q POST search "{\"object_type\":\"requirements\",\"fields\":[\"*\"],\"query\":\"'External Id' = 'DEMO-9'\"}"
	[ "$(j '[.items[].pid] | join(" ")')" = RQ-2 ]
}
