# zmock refuses and shows test logs as a real qTest does.
load helper
load qtest

# new_case STEPS: create an approved case; sets $id and $version
new_case() {
	q POST test-cases "{\"name\":\"c\",\"properties\":[],\"test_steps\":$1}"
	id=$(j .id)
	q PUT "test-cases/$id/approve"
	version=$(j .test_case_version_id)
}
# new_run [PROPERTIES]: create a run of that case in a cycle; sets $run
new_run() {
	q POST 'test-cycles?parentId=0&parentType=root' '{"name":"y"}'
	q POST "test-runs?parentId=$(j .id)&parentType=test-cycle" \
	    "{\"name\":\"r\",\"test_case\":{\"id\":$id},\"properties\":${1:-[]}}"
	run=$(j .id)
}
# new_log STEP_LOGS: create a log of that run
new_log() {
	q POST "test-runs/$run/test-logs" '{"status":{"id":601},"exe_start_date":"2020-05-17T09:30:00Z",
	    "exe_end_date":"2020-05-17T09:31:00Z"'"${1+,\"test_step_logs\":$1}}"
}

@test "a log shows the fields that its run had when the log was created" {
	local field
	mock
	q POST settings/test-runs/fields '{"label":"Zephyr Key","data_type":1}'
	field=$(j .id)
	new_case '[{"description":"a","expected":""}]'
	new_run "[{\"field_id\":$field,\"field_value\":\"X-T1|X-R1|0\"}]"
	new_log
	q PUT "test-runs/$run" "{\"name\":\"r\",\"properties\":[{\"field_id\":$field,\"field_value\":\"new\"}]}"
	q GET "test-runs/$run/test-logs"
	[ "$(j ".items[0].properties[] | select(.field_id == $field).field_value")" = 'X-T1|X-R1|0' ]
}

# step_log STEP ORDER [MEMBERS]: print a step log for a POST
step_log() { printf '{"test_step_id":%s,"order":%s,"status":{"id":601}%s}' "$1" "$2" "${3+,$3}"; }

@test "a log has a step log for each step of its version, in order, or none" {
	local a b
	mock
	new_case '[{"description":"a","expected":""},{"description":"b","expected":""}]'
	q GET "test-cases/$id/versions/$version/test-steps"
	a=$(j '.[0].id') b=$(j '.[1].id')
	new_run
	new_log "[$(step_log "$a" 1)]"
	[ "$code" = 400 ]
	new_log "[$(step_log "$b" 1),$(step_log "$a" 2)]"
	[ "$code" = 400 ]
	new_log "[$(step_log "$a" 1),$(step_log "$b" 2),$(step_log "$b" 3)]"
	[ "$code" = 400 ]
	new_log "[$(step_log "$a" 1),$(step_log "$b" 2)]"
	[ "$code" = 201 ]
	new_log '[]'
	[ "$code" = 201 ]
}

# put_log STEP_LOGS: change the log $log
put_log() {
	q PUT "test-runs/$run/test-logs/$log" '{"status":{"id":601},"exe_start_date":"2020-05-17T09:30:00Z",
	    "exe_end_date":"2020-05-17T09:31:00Z","test_step_logs":'"$1}"
}
two_logs() {
	new_case '[{"description":"a","expected":""},{"description":"b","expected":""}]'
	q GET "test-cases/$id/versions/$version/test-steps"
	a=$(j '.[0].id') b=$(j '.[1].id')
	new_run
	new_log "[$(step_log "$a" 1),$(step_log "$b" 2)]"
	log=$(j .id) a=$(j '.test_step_logs[0].test_step_log_id') b=$(j '.test_step_logs[1].test_step_log_id')
}

@test "a PUT finds step logs by id and keeps their order, or with --step-logs order by order" {
	local a b log
	mock
	two_logs
	put_log '[{"order":1,"status":{"id":602}},{"order":2,"status":{"id":602}}]'
	[ "$code" = 400 ]
	put_log "[{\"test_step_log_id\":$a,\"order\":2,\"status\":{\"id\":602}},{\"test_step_log_id\":$b,\"order\":1,\"status\":{\"id\":602}}]"
	[ "$code" = 400 ]
	put_log "[{\"test_step_log_id\":$b,\"order\":2,\"status\":{\"id\":602}}]"
	[ "$code" = 400 ]
	put_log "[{\"test_step_log_id\":$b,\"order\":2,\"status\":{\"id\":602}},{\"test_step_log_id\":$a,\"order\":1,\"status\":{\"id\":601}}]"
	[ "$code" = 200 ]
	[ "$(j '[.test_step_logs[].status.id] | @csv')" = 601,602 ]
	mock_stop
	mock --step-logs order
	two_logs
	put_log '[{"order":2,"status":{"id":602}},{"order":1,"status":{"id":603}}]'
	[ "$code" = 200 ]
	[ "$(j '[.test_step_logs[].status.id] | @csv')" = 603,602 ]
}

# caller: create a case that calls one that calls one; sets $id, $version, $mid, $leaf
caller() {
	new_case '[{"description":"leaf","expected":""}]'
	leaf=$id
	new_case "[{\"description\":\"mid\",\"expected\":\"\"},{\"called_test_case_id\":$leaf}]"
	mid=$id
	new_case "[{\"description\":\"top\",\"expected\":\"\"},{\"called_test_case_id\":$mid}]"
	q GET "test-cases/$id/versions/$version/test-steps?expand=calledteststep"
}

@test "the step of a called case names the innermost case and the calling step of the run's version" {
	local leaf mid top by in deep own
	mock
	caller
	top=$(j '.[0].id') by=$(j '.[1].id') in=$(j '.[1].called_test_case.test_steps[0].id')
	own=$(j '.[1].called_test_case.test_steps[1].id')
	deep=$(j '.[1].called_test_case.test_steps[1].called_test_case.test_steps[0].id')
	new_run
	called() { printf '"called_test_case_id":%s,"parent_test_step_id":%s' "$1" "$2"; }
	new_log "[$(step_log "$top" 1),$(step_log "$in" 2 "$(called "$mid" "$by")"),$(step_log "$deep" 3 "$(called "$leaf" "$own")")]"
	[ "$code" = 400 ]
	new_log "[$(step_log "$top" 1),$(step_log "$in" 2 "$(called "$mid" "$by")"),$(step_log "$deep" 3 "$(called "$mid" "$by")")]"
	[ "$code" = 400 ]
	new_log "[$(step_log "$top" 1),$(step_log "$in" 2 "$(called "$mid" "$by")"),$(step_log "$deep" 3 "$(called "$leaf" "$by")")]"
	[ "$code" = 201 ]
}

@test "--called flat lists called steps beside the call, ignored does not list them" {
	local leaf mid by
	mock --called flat
	caller
	by=$(j '.[1].id')
	[ "$(j '[.[].description] | join(" ")')" = 'top  mid leaf' ]
	[ "$(j "[.[] | select(.parent_test_step_id == $by).called_test_case_id] | @csv")" = "$mid,$leaf" ]
	mock_stop
	mock --called ignored
	caller
	[ "$(j 'length')" -eq 2 ]
	[ "$(j '.[1] | has("called_test_case")')" = false ]
}
