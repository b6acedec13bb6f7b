# zmock's test logs: what a real qTest refuses, and what it shows.
load helper

# q METHOD PATH [BODY]: a qTest answer below project 1; $code, $body
q() {
	body=$(curl -s --noproxy '*' -o - -w '\n%{http_code}' -X "$1" -H "Authorization: bearer $ZT_QTEST" \
	    ${3+-H 'Content-Type: application/json' --data-binary "$3"} "$MOCK/api/v3/projects/1/$2")
	code=${body##*$'\n'}
	body=${body%$'\n'*}
}
j() { jq -r "$1" <<<"$body"; }

# new_case STEPS: $id, its approved $version
new_case() {
	q POST test-cases "{\"name\":\"c\",\"properties\":[],\"test_steps\":$1}"
	id=$(j .id)
	q PUT "test-cases/$id/approve"
	version=$(j .test_case_version_id)
}
# new_run [PROPERTIES]: of that case, below a cycle; $run
new_run() {
	q POST 'test-cycles?parentId=0&parentType=root' '{"name":"y"}'
	q POST "test-runs?parentId=$(j .id)&parentType=test-cycle" \
	    "{\"name\":\"r\",\"test_case\":{\"id\":$id},\"properties\":${1:-[]}}"
	run=$(j .id)
}
# new_log STEP_LOGS: of that run
new_log() {
	q POST "test-runs/$run/test-logs" '{"status":{"id":601},"exe_start_date":"2020-05-17T09:30:00Z",
	    "exe_end_date":"2020-05-17T09:31:00Z"'"${1+,\"test_step_logs\":$1}}"
}

@test "a log shows the fields of its run as they were when it was written" {
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
