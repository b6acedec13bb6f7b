load helper
load zextract

# executions_page JQ: write all executions of the API as one page, changed by a filter,
# to $T/body
executions_page() {
	curl_mock -H "Authorization: Bearer $ZEPHYR_API_TOKEN" \
	    "$ZEPHYR_BASE_URL/testexecutions/nextgen?projectKey=DEMO&includeStepLinks=true&limit=1000&startAtId=0" |
	    jq -c ".nextStartAtId = null | $1" >"$T/body"
}

@test "scripts are read to their last page" {
	start --cases 400 --executions 0 --step-cap 100
	extract 0
	[ "$(mock_get "record?path=/v2/testcases/*" | grep -c startAt=100)" -gt 0 ]
	[ "$(jq -c 'select(.stream == "test_cases") | .record.testScript.steps // [] | length | select(. == 250)' "$T/out" | wc -l)" -gt 0 ]
	jq_finds_nothing 'select(.stream == "test_cases") | .record.testScript.steps // [] | [.[].n] | select(. != [range(1; length + 1)])' "$T/out"
	# with a maximum below the requested size
	records "$T/out" >"$T/want"
	mock_stop
	fresh_db capped
	start --cases 400 --executions 0 --step-cap 7 --page-cap 64
	extract 0
	records "$T/out" | cmp "$T/want" -
}

@test "a refused token, an unknown project, an unreachable host and a web page have their status" {
	start --cases 20 --executions 10
	ZEPHYR_API_TOKEN=aaa.bbb.ccc extract 77
	[[ $stderr == *"set ZEPHYR_API_TOKEN"* && $stderr != *aaa.bbb* ]]
	extract 78 -p NOBODY
	[[ $stderr == *"no project NOBODY"* ]]
	ZEPHYR_BASE_URL=https://us.api.zephyrscale.smartbear.com/v2 extract 78
	ZEPHYR_API_TOKEN= extract 78
	unset ZEPHYR_PROJECT_KEY
	extract 64
	export ZEPHYR_PROJECT_KEY=DEMO
	scenario 'match GET /v2/testplans/nextgen do html200'
	extract 76
	[[ $stderr == *"web page"*"/testplans/nextgen"* ]]
	fresh_db other
	scenario 'match GET /v2/priorities do truncate 30'
	extract 69
	scenario ''
	extract 0
}

@test "an unreachable host ends with 69 and keeps the stored rows" {
	export ZEPHYR_BASE_URL=http://127.0.0.1:1/v2 ZEPHYR_API_TOKEN=a.b.c
	extract 69 -p DEMO
	[ ! -s "$T/out" ]
}

@test "requests are repeated after 429, 503 and resets" {
	start --cases 60 --executions 60
	extract 0
	records "$T/out" >"$T/want"
	fresh_db weather
	scenario 'match GET * every 23 do status 429 retry-after 0
match GET * every 31 do status 503 html
match GET * every 37 do reset-before
match GET * every 41 do truncate 20'
	extract 0
	records "$T/out" | cmp "$T/want" -
}

@test "a page that is too large for the server is requested in halves" {
	start --cases 30 --executions 10
	scenario 'match GET /v2/testcases/nextgen times 2 do status 502 html'
	extract 0
	[ "$(mock_get "record?path=/v2/testcases/nextgen" | grep -c 'limit=500')" -eq 1 ]
	[ "$(count_records "$T/out" test_cases)" -ge 30 ]
}

@test "a closed pipe ends zextract with 141 and without a message" {
	start
	run --separate-stderr bash -c 'zextract -q 2>"$T/err" | head -1 >"$T/line"; echo "${PIPESTATUS[0]}"'
	[ "$output" = 141 ]
	[ ! -s "$T/err" ]
	[ "$(jq -r .type "$T/line")" = META ]
}

@test "SIGTERM ends zextract, and the next run continues" {
	local pid
	start --cases 100 --executions 200 --latency 5ms
	zextract >"$T/part" 2>"$T/err" 3>&- &
	pid=$!
	until [ "$(count_requests teststeps)" -ge 20 ]; do kill -0 "$pid"; done
	kill -TERM "$pid"
	status=0
	wait "$pid" || status=$?
	[ "$status" -eq 143 ]
	extract 0
	[[ $stderr == *"continuing pass 1"* ]]
}

@test "--plan prints the number of requests and reads nothing else" {
	start --cases 1500 --executions 10
	rm -f "$T/ztoq.db"
	z 0 zextract --plan
	[[ $output == *"test_cases             1500"* ]]
	[ "$(count_requests .)" -eq 6 ]
	[ ! -e "$T/ztoq.db" ]
}

@test "--protocol singer leaves out lines that Singer does not know" {
	start --cases 20 --executions 10
	extract 0 --protocol singer
	[ "$(jq -r .type "$T/out" | sort -u | tr '\n' ' ')" = "RECORD SCHEMA STATE " ]
	jq_finds_nothing 'select(.z)' "$T/out"
	[ "$(head -1 "$T/out" | jq -r .type)" = SCHEMA ]
}

@test "the token is in the requests only" {
	start --cases 30 --executions 20
	zw 0 sh -c 'exec zextract -vv >"$T/out"'
	run grep -c zmock.zephyr.token "$T/out"
	[ "$output" = 0 ]
	[[ $stderr != *zmock.zephyr.token* ]]
	if [ "$ZT_DB" = sqlite ]; then
		run grep -c zmock.zephyr.token "$T"/ztoq.db*
		[[ $output != *:[1-9]* ]]
	fi
}

@test "the requests of all processes are counted in one row, and all obey its pause" {
	local row now
	start --cases 30 --executions 20
	extract 0
	row="api = '${ZEPHYR_BASE_URL#*://}'"
	[ "$(sql "SELECT requests FROM budget WHERE $row")" -eq "$(count_requests .)" ]
	# other processes have used the requests of the next 3 s that --rate allows
	now=$(date +%s%3N)
	sql "UPDATE budget SET next_at = $now + 3000 WHERE $row"
	ZEPHYR_RATE=60000 extract 0
	[ $(($(date +%s%3N) - now)) -ge 3000 ]
	# a pause that another process received holds for this one, too
	now=$(date +%s%3N)
	sql "UPDATE budget SET gate_until = $now + 2000, gate_why = 'closed' WHERE $row"
	extract 0
	[ $(($(date +%s%3N) - now)) -ge 2000 ]
	[ "$(sql "SELECT requests FROM budget WHERE $row")" -eq "$(count_requests .)" ]
}

@test "an object that cannot be read is reported, the others are kept, and the next run continues" {
	local key before
	start --cases 12 --executions 8
	extract 0
	records "$T/out" >"$T/want"
	key=$(jq -r 'select(.stream == "test_cases" and .record.testScript.type == "steps") | .record.key' "$T/out" | sed -n 3p)
	fresh_db one
	scenario "match GET /v2/testcases/$key/teststeps do status 500"
	extract 69
	[[ $stderr == *"cannot read the steps of case $key: "*"500"*"run the same command again"* ]]
	[ "$(sql "SELECT count(*) FROM pass WHERE sealed_at IS NOT NULL")" -eq 0 ]
	[ "$(ends "$T/out" | grep -c COMPLETE)" -lt 5 ]
	scenario "match GET /v2/testcases/$key/* do status 422"
	extract 76
	[[ $stderr == *"of case $key: "*422*"run the same command again"* ]]
	scenario ''
	forget_requests
	before=$(sql "SELECT count(*) FROM test_case WHERE script_pass IS NULL")
	extract 0
	records "$T/out" | cmp "$T/want" -
	# rows already read are not requested again: 250 steps are three pages
	[ "$(mock_get "record?path=/v2/testcases/*/test*" | jq -r .path | sort -u | wc -l)" -eq "$before" ]
	[ "$(sql "SELECT count(*) FROM pass WHERE sealed_at IS NOT NULL")" -eq 1 ]
}

@test "an execution without a case is reported and rejected by its number" {
	local id
	start --cases 8 --executions 6
	executions_page ".values[0].testCase = {id: 4}"
	id=$(jq '.values[0].id' "$T/body")
	scenario "match GET /v2/testexecutions/nextgen do status 200 body $T/body"
	extract 0
	[ "$(sql "SELECT side, rule, level FROM issue WHERE stream = 'test_executions' AND key = '$id'")" = "extract|case-unknown|error" ]
	[ "$(jq -c "select(.stream == \"test_executions\" and .record.id == $id) | .record.testCase" "$T/out")" = null ]
	zw 3 sh -c 'zvalidate -q -r "$T/rejects" <"$T/out" >"$T/good"'
	[ "$(jq -r '"\(.stream) \(.record.id)"' "$T/rejects")" = "test_executions $id" ]
	[[ "$(sql "SELECT key, reason FROM reject")" == "$id|"*"test case"* ]]
	# findings of zvalidate do not remove it
	zw 3 sh -c 'zvalidate -q <"$T/out" >"$T/good"'
	[ "$(sql "SELECT count(*) FROM issue WHERE rule = 'case-unknown'")" -eq 1 ]
	# when the row is complete the finding is removed
	scenario ''
	extract 0
	[ "$(sql "SELECT count(*) FROM issue WHERE rule = 'case-unknown'")" -eq 0 ]
}

@test "an execution that disappears is reported until it exists again" {
	local id
	start --cases 8 --executions 6
	extract 0
	executions_page '.'
	id=$(jq '.values[0].id' "$T/body")
	executions_page 'del(.values[0])'
	scenario "match GET /v2/testexecutions/nextgen do status 200 body $T/body
match GET /v2/testexecutions do lie-total -1"
	extract 0
	[ "$(sql "SELECT stream, key, level FROM issue WHERE rule = 'gone'")" = "test_executions|$id|info" ]
	scenario ''
	extract 0
	[ "$(sql "SELECT count(*) FROM issue WHERE rule = 'gone'")" -eq 0 ]
}

@test "a keyset list without a total is read until two sweeps are equal" {
	start --cases 8 --executions 6
	echo '{"values":[],"isLast":true}' >"$T/body"
	scenario "match GET /v2/testcycles do status 200 body $T/body"
	extract 0
	# and each list is probed once for updatedAfter
	[ "$(count_requests '^GET /v2/testcycles/nextgen ')" -eq $((2 + 1)) ]
	[ "$(count_requests '^GET /v2/testplans/nextgen ')" -eq $((1 + 1)) ]
}

@test "pages without total, isLast, next or values are read to the last one" {
	local w opt
	size=(--cases 300 --executions 260 --page-cap 50 --step-cap 5)
	start "${size[@]}"
	extract 0
	records "$T/out" >"$T/want"
	for w in isLast total,next,values total,isLast,next,values; do
		opt=(--sparse ${w//,/ --sparse })
		echo "$w" >&2
		mock_stop
		fresh_db "${w//,/}"
		start "${size[@]}" "${opt[@]}"
		extract 0
		records "$T/out" | cmp "$T/want" -
		# without a total a second sweep is read
		[ "$(count_requests '^GET /v2/testcases/nextgen ')" -eq $([ $w = isLast ] && echo 7 || echo 13) ]
	done
	# 300 rows of an offset list are six full pages, and an empty one
	for w in isLast total,isLast,next,values; do
		opt=(--sparse ${w//,/ --sparse })
		mock_stop
		fresh_db "o${w//,/}"
		start "${size[@]}" --no-nextgen "${opt[@]}"
		extract 0
		records "$T/out" | cmp "$T/want" -
		[ "$(count_requests '^GET /v2/testcases ')" -eq $([ $w = isLast ] && echo 12 || echo 14) ]
		[ "$(count_requests '^GET /v2/testexecutions ')" -eq $((2 * 6)) ]
	done
}
