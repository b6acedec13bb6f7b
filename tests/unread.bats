# An object that Zephyr persistently fails to return is reported, all others are read,
# and --accept-unread continues without it.
# databases: either
load helper
load zextract

# case_key N, run_id N: print the N-th case with steps, the N-th execution that has run
case_key() { mock_get source | jq -r 'select(.kind == "case" and .script == "steps") | .key' | sed -n "$1p"; }
run_id() { mock_get source | jq -r 'select(.kind == "execution" and .executed) | .id' | sed -n "$1p"; }
issue() { sql "SELECT stream, key, level FROM issue WHERE rule = '$1' ORDER BY stream, key"; }
script_of() { jq -c "select(.stream == \"test_cases\" and .record.key == \"$1\") | .record.testScript" "$T/out"; }
# faults STATUS PATH: count the requests that a fault answered
faults() { mock_get "record?status=$1&path=$2" | wc -l; }
sealed() { sql "SELECT count(*) FROM pass WHERE sealed_at IS NOT NULL"; }
verdict() { zreport --format json >doc; jq -r "$1" doc; }

@test "a script that cannot be read ends with 69, the rest is read, and --accept-unread continues" {
	local key other
	start --cases 30 --executions 20
	key=$(case_key 3) other=$(case_key 5)
	scenario "match GET /v2/testcases/$key/test* do status 500"
	extract 69
	[[ $stderr == *"cannot read the steps of case $key: "*500*"--accept-unread $key"* ]]
	# all other objects were read and are not requested again
	[ "$(sql "SELECT count(*) FROM test_case WHERE script_pass IS NULL AND state = 'listed'")" -eq 1 ]
	[ "$(sql "SELECT count(*) FROM test_execution WHERE script_pass IS NULL")" -eq 0 ]
	[ "$(sealed)" -eq 0 ]
	[ "$(issue script-unread)" = "test_cases|$key|error" ]
	[ "$(ends "$T/out" | grep -v ^folders | tr '\n' ' ')" = "test_cases UNPROVEN test_plans UNPROVEN test_cycles UNPROVEN test_executions UNPROVEN " ]
	[ "$(count_records "$T/out" test_cases)" -eq 0 ]
	forget_requests
	extract 69 --accept-unread "$other"
	[ "$(count_requests .)" -eq "$(faults 500 "*/$key/*")" ]
	[ "$(count_requests .)" -eq 5 ]
	forget_requests
	extract 0 --accept-unread "$key"
	[ "$(count_requests .)" -eq 5 ]
	[ "$(ends "$T/out" | grep -c COMPLETE)" -eq 5 ]
	[ "$(script_of "$key")" = '{"type":"none","unread":"Zephyr answers 500 for it"}' ]
	[ "$(issue script-unread)" = "test_cases|$key|warning" ]
	[ "$(sealed)" -eq 1 ]
	# it is in the report and among the losses
	z 0 sh -c 'zvalidate -q <"$T/out" | ztransform -q >target'
	[ "$(sql "SELECT key, field, change FROM loss WHERE field = 'testScript'")" = "$key|testScript|DROPPED" ]
	[[ "$(verdict '.projects[0].remarks[]')" == *"$key"* ]]
	# the next pass does not request it; --deep or a change of its row do
	forget_requests
	extract 0
	[ "$(count_requests 'teststeps|testscript')" -eq 0 ]
	[ "$(issue script-unread)" = "test_cases|$key|warning" ]
	edit "what=case&do=change&key=$key&name=another" >/dev/null
	extract 69
	[ "$(issue script-unread)" = "test_cases|$key|error" ]
	scenario ''
	extract 0
	[ "$(issue script-unread)" = "" ]
	[ "$(script_of "$key" | jq -r .type)" = steps ]
}

@test "each fault of an answer is reported with the script" {
	local k
	start --cases 30 --executions 6 --step-cap 2
	k=($(case_key 2) $(case_key 3) $(case_key 4) $(case_key 6))
	echo '{"values":[{"id":1}],"total":9,"isLast":true}' >"$T/short"
	scenario "match GET /v2/testcases/${k[0]}/test* do html200
match GET /v2/testcases/${k[1]}/test* do status 422
match GET /v2/testcases/${k[2]}/teststeps do status 200 body $T/short
match GET /v2/testcases/${k[3]}/teststeps do truncate 9"
	extract 76
	[ "$(issue script-unread | wc -l)" -eq 4 ]
	[ "$(sql "SELECT count(*) FROM test_case WHERE script_pass IS NULL AND state = 'listed'")" -eq 4 ]
	[[ $stderr == *"${k[0]}: "*"web page"* && $stderr == *"${k[1]}: "*422* ]]
	[[ $stderr == *"${k[2]}: "*"three times"* && $stderr == *"and 3 more like this"* ]]
	extract 69 --accept-unread "${k[0]}" --accept-unread "${k[1]}" --accept-unread "${k[2]}"
	[[ $stderr == *"of case ${k[3]}: "* ]]
	extract 0 --accept-unread "${k[3]}" --accept-unread "${k[0]}" --accept-unread "${k[1]}" --accept-unread "${k[2]}"
	[ "$(ends "$T/out" | grep -c COMPLETE)" -eq 5 ]
	[ "$(sql "SELECT count(*) FROM test_step WHERE case_key IN ('${k[0]}', '${k[1]}', '${k[2]}', '${k[3]}')")" -eq 0 ]
	[ "$(sql "SELECT count(*) FROM checkpoint WHERE scope LIKE 'steps:%'")" -eq 0 ]
}

@test "step results that cannot be read are reported and accepted" {
	local id
	start --cases 12 --executions 20
	id=$(run_id 4)
	scenario "match GET /v2/testexecutions/$id/teststeps do status 502 html"
	extract 69
	[[ $stderr == *"cannot read the step results of execution $id: "*502*"--accept-unread $id"* ]]
	[ "$(sql "SELECT count(*) FROM test_execution WHERE script_pass IS NULL")" -eq 1 ]
	[ "$(issue results-unread)" = "test_executions|$id|error" ]
	extract 0 --accept-unread "$id"
	[ "$(issue results-unread)" = "test_executions|$id|warning" ]
	[ "$(jq -c "select(.stream == \"test_executions\" and .record.id == $id) | [.record.steps, .record.stepsUnread]" "$T/out")" = '[[],"Zephyr answers 502 for it"]' ]
	z 0 sh -c 'zvalidate -q <"$T/out" | ztransform -q >target'
	[ "$(sql "SELECT key, change FROM loss WHERE field = 'steps' AND key = '$id'")" = "$id|DROPPED" ]
	scenario ''
	extract 0 --deep
	[ "$(issue results-unread)" = "" ]
	[ "$(jq -c "select(.stream == \"test_executions\" and .record.id == $id) | .record.steps | length > 0" "$T/out")" = true ]
}

@test "a fault of all objects stops the run before each of them is requested" {
	start --cases 200 --executions 5
	scenario 'match GET /v2/testcases/*/test* do html200'
	extract 76
	# a malformed answer is requested again, so scripts are counted, not requests
	[ "$(mock_get "record?status=200&path=/v2/testcases/*/test*" | jq -r .path | sort -u | wc -l)" -le 30 ]
	scenario ''
	extract 0
	[ "$(issue script-unread)" = "" ]
}

@test "a selection with an object that cannot be read reports it" {
	start --cases 30 --executions 20
	scenario 'match GET /v2/testcases/DEMO-T1/test* do html200'
	zw 76 timeout 60 sh -c 'exec zextract --limit 3 >"$T/out"'
	[[ $stderr == *"--accept-unread DEMO-T1"* ]]
	zw 76 timeout 60 sh -c 'exec zextract --select "true" >"$T/out"'
	zw 75 timeout 60 sh -c 'exec zextract --limit 3 --accept-unread DEMO-T1 >"$T/out"'
	[ "$(issue script-unread)" = "test_cases|DEMO-T1|warning" ]
}

@test "steps read before a fault leave no rows" {
	local key
	start --cases 30 --executions 0 --step-cap 2
	key=$(mock_get source | jq -r 'select(.kind == "case" and .script == "steps" and .steps > 4) | .key' | head -n 1)
	echo '{"type":"plain","text":""}' >"$T/empty"
	scenario "match GET /v2/testcases/$key/teststeps nth 2 do status 422
match GET /v2/testcases/$key/testscript do status 200 body $T/empty"
	extract 0
	[ "$(script_of "$key")" = '{"type":"none"}' ]
	[ "$(sql "SELECT count(*) FROM test_step WHERE case_key = '$key'")" -eq 0 ]
	[ "$(sql "SELECT count(*) FROM checkpoint WHERE scope LIKE 'steps:%'")" -eq 0 ]
}

@test "one owner whose files are refused does not make the kind unavailable" {
	local key=DEMO-T1
	start --cases 30 --executions 12 --cycles 3 --plans 2 --attachments 30
	export ZTOQ_ATTACHMENTS_OF=entities
	scenario "match GET /v2/testcases/$key/attachments do status 500"
	extract 69
	[[ $stderr == *"cannot read the attachments of case $key: "*500*"--accept-unread $key"* ]]
	[ "$(issue attachments-unread)" = "test_cases|$key|error" ]
	[ "$(issue attachments-unavailable)" = "" ]
	[ "$(sealed)" -eq 0 ]
	[ "$(count_requests '/attachments (200|404)')" -eq $((29 + $(sql "SELECT count(*) FROM test_execution WHERE end_ms <> 0") + 3 + 2)) ]
	forget_requests
	extract 0 --accept-unread $key
	[ "$(count_requests '/attachments (200|404)')" -eq 0 ]
	[ "$(issue attachments-unread)" = "test_cases|$key|warning" ]
	[[ "$(verdict '.projects[0].remarks[]')" == *"$key"* ]]
	# an owner that is refused after others were answered
	scenario "match GET /v2/testcases/DEMO-T5/attachments do status 403"
	extract 77 --deep
	[ "$(issue attachments-unread)" = "test_cases|DEMO-T5|error" ]
	scenario ''
	extract 0
	[ "$(issue attachments-unread)" = "" ]
}

@test "the same refusal for several owners, or 403 or 503 for the first, makes files of the kind unavailable" {
	start --cases 12 --executions 12 --cycles 3 --plans 2 --attachments 30
	export ZTOQ_ATTACHMENTS_OF=entities
	scenario 'match GET /v2/testcases/*/attachments do status 500
match GET /v2/testplans/*/attachments do status 403'
	extract 0
	[ "$(faults 500 '*/attachments')" -eq 6 ]
	[ "$(issue attachments-unread)" = "" ]
	[ "$(issue attachments-unavailable)" = "test_cases|*|error
test_plans|*|error" ]
	[ "$(verdict '.projects[0].reasons[]' | grep -c 'attachments of')" -eq 2 ]
	# it can be accepted
	extract 0 --accept-unread test_cases --accept-unread test_plans
	[ "$(verdict '.projects[0].reasons[]' | grep -c 'attachments of')" -eq 0 ]
	[ "$(verdict '.projects[0].remarks[]' | grep -c 'attachments of')" -ge 2 ]
	scenario ''
	extract 0
	[ "$(issue attachments-unavailable)" = "" ]
}

@test "a missing file makes the verdict incomplete until it is accepted" {
	local id
	start --cases 30 --executions 12 --cycles 3 --plans 2 --attachments 30
	export ZTOQ_ATTACHMENTS_OF=entities
	id=$(curl_mock -H "Authorization: Bearer $ZEPHYR_API_TOKEN" "$MOCK/v2/testcases/DEMO-T1/attachments" | jq '.attachments[0].id')
	scenario "match GET /v2/testcases/DEMO-T1/attachments/$id do status 404"
	extract 0
	[ "$(issue attachment-missing)" = "test_cases|DEMO-T1|error" ]
	[[ "$(verdict '.projects[0].reasons[]')" == *"attachments of 1"* ]]
	extract 0 --accept-unread DEMO-T1
	[ "$(issue attachment-missing)" = "test_cases|DEMO-T1|warning" ]
	[[ "$(verdict '.projects[0].reasons[]')" != *"attachments of 1"* ]]
	[[ "$(verdict '.projects[0].remarks[]')" == *"DEMO-T1"* ]]
}

@test "a file with a redirect loop, or on a host that needs a token, is reported" {
	local elsewhere
	mock --token-zephyr another
	elsewhere=$MOCK
	start --cases 30 --executions 12 --cycles 3 --plans 2 --attachments 30
	export ZTOQ_ATTACHMENTS_OF=entities
	scenario "match GET /v2/testcases/*/attachments/* do redirect *
match GET /v2/testexecutions/*/attachments/* do redirect $elsewhere*"
	extract 0
	[ "$(issue attachment-missing | grep -c test_cases)" -ge 1 ]
	[ "$(issue attachment-missing | grep -c test_executions)" -ge 1 ]
	[[ $stderr == *"is missing: status 307"* && $stderr == *"is missing: status 401"* ]]
	[ "$(MOCK=$elsewhere mock_record | jq -c 'select(.authorization)' | wc -l)" -eq 0 ]
}
