# databases: either
# A malformed answer (a web page, half a page or nothing) is requested again like one
# with 500, on both sides; if it persists the run ends with 76.
load helper
load zextract

SMALL=(--cases 6 --executions 8 --folders 3 --plans 1 --cycles 2)
ODD=('html200' 'cut 0' 'cut 40')

@test "one malformed answer to each kind of request to Zephyr does not stop zextract" {
	local odd want
	start "${SMALL[@]}"
	extract 0
	records "$T/out" >"$T/want"
	for odd in "${ODD[@]}"; do
		fresh_db "${odd// /}"
		forget_requests
		scenario "$(for p in projects/DEMO priorities testcases/nextgen testexecutions/nextgen \
		    testcases 'testcases/*/teststeps' 'testexecutions/*/teststeps' 'testcases/*/testscript'; do
			echo "match GET /v2/$p times 2 do $odd"
		done)"
		extract 0
		records "$T/out" | cmp "$T/want" -
		[ "$(mock_get scenario | jq -s 'map(select(.played == 2)) | length')" -ge 7 ]
		scenario ''
	done
}

@test "one malformed answer to each kind of request to qTest does not stop zload, and nothing exists twice" {
	local odd
	start "${SMALL[@]}"
	z 0 ztoq migrate -q
	mock_state >"$T/want"
	mock_stop
	for odd in "${ODD[@]}"; do
		fresh_db "q${odd// /}"
		start "${SMALL[@]}"
		scenario "$(for p in 'projects/1' 'projects/1/settings/*/fields' 'projects/1/modules*' \
		    'projects/1/test-runs/*/test-logs*' 'projects/1/test-cases/*'; do
			echo "match GET /api/v3/$p times 2 do $odd"
		done)"
		z 0 ztoq migrate -q
		[ "$(mock_get scenario | jq -s 'map(select(.played > 0)) | length')" -ge 2 ]
		mock_state | diff "$T/want" - >&2
		mock_stop
	done
}

@test "a malformed answer to a login does not stop zload; if it persists zload ends with 76" {
	start "${SMALL[@]}"
	unset QTEST_API_TOKEN
	export QTEST_USERNAME=zmock QTEST_PASSWORD=zmock
	scenario 'match POST /oauth/token times 2 do html200'
	ZEPHYR_API_TOKEN=$ZEPHYR_API_TOKEN run sh -c 'ztoq migrate -q --max-requests 20'
	[[ $output != *access_token* ]]
	scenario 'match POST /oauth/token do html200'
	run timeout 100 sh -c 'zload -q --from-db'
	[ "$status" -eq 76 ]
	[[ $output == *access_token* ]]
}

@test "a persistent malformed answer is reported, and the run ends with 76" {
	local odd
	start "${SMALL[@]}"
	z 0 sh -c 'ztoq extract -q | ztransform -q >"$T/target"'
	for odd in "${ODD[@]}"; do
		scenario "match GET /api/v3/projects/1/settings/test-cases/fields do $odd"
		zw 76 timeout 100 sh -c 'zload -q <"$T/target"'
		[[ $stderr == *'instead of JSON'* ]]
	done
	scenario 'match GET /v2/priorities do cut 30'
	fresh_db stays
	zw 76 timeout 100 zextract -q
	[[ $stderr == *'/priorities'* ]]
}
