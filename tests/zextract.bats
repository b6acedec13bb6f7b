# databases: either
load helper
load zextract

@test "a second pass reads the lists and prints the same records" {
	local n
	start
	extract 0
	records "$T/out" >"$T/want"
	forget_requests
	extract 0
	records "$T/out" | cmp "$T/want" -
	[ "$(count_requests .)" -eq 20 ]
	[ "$(count_requests 'teststeps|testscript')" -eq 0 ]
	[ "$(sql "SELECT count(*) FROM pass WHERE state = 'sealed'")" -eq 2 ]
}

@test "the next pass reads only new and changed rows, and finds deleted ones" {
	local key old
	start --cases 60 --executions 80
	extract 0
	old=$(jq -r 'select(.stream == "test_cases" and .record) | .record | select((.stub | not) and (.testScript.steps // [] | length > 1)) | .key' "$T/out" | head -1)
	key=$(jq -r 'select(.stream == "test_cases" and .record) | .record | select(.stub | not) | .key' "$T/out" | tail -1)
	edit "what=case&do=change&key=$old&name=another" >/dev/null
	edit "what=case&do=add" >/dev/null
	edit "what=case&do=delete&key=$key" >/dev/null
	forget_requests
	extract 0
	[ "$(count_requests 'testcases/[{]')" -eq 2 ]
	[ "$(count_requests 'testexecutions/[{]')" -eq 0 ]
	[ "$(jq -r "select(.record.key == \"$old\") | .record.name" "$T/out")" = another ]
	[ "$(sql "SELECT count(*) FROM test_case WHERE state = 'listed' AND pass_seen = 2")" -eq 60 ]
	[ "$(sql "SELECT state FROM test_case WHERE key = '$key'")" = gone ]
	[ "$(sql "SELECT stream, key FROM issue WHERE rule = 'gone'")" = "test_cases|$key" ]
	forget_requests
	extract 0 --deep
	[ "$(count_requests 'testcases/[{]')" -ge 60 ]
}

@test "without keyset lists offset lists are used, and this is remembered" {
	start --cases 120 --executions 150 --no-nextgen
	extract 0
	[ "$(count_requests 'nextgen (403|404|400)')" -eq 4 ]
	records "$T/out" >"$T/want"
	forget_requests
	extract 0
	[ "$(count_requests nextgen)" -eq 0 ]
	[ "$(count_requests .)" -eq 12 ]
	records "$T/out" | cmp "$T/want" -
}

@test "rows inserted or deleted while a list is read lose no record" {
	start --cases 300 --executions 0 --no-nextgen --page-cap 40
	scenario 'match GET /v2/testcases nth 3 times 1 do shift insert
match GET /v2/testcases nth 5 times 1 do shift remove'
	extract 0
	[ "$(jq -c 'select(.stream == "test_cases" and .record and (.record.stub | not))' "$T/out" | wc -l)" -eq 300 ]
	[ "$(count_requests '/v2/testcases 200')" -ge 24 ]
	[ "$(sql "SELECT count(*) FROM sweep")" -eq 0 ]
	[ "$(ends "$T/out" | grep -c COMPLETE)" -eq 5 ]
}

@test "a wrong total is found, and accepted only for a named stream" {
	start --cases 50 --executions 20
	scenario 'match GET /v2/testcases do lie-total 2'
	extract 76
	[[ $stderr == *"test_cases: read 50 rows but Zephyr announces 52"* ]]
	[[ $stderr == *"--accept-total test_cases=50"* ]]
	[ "$(ends "$T/out" | grep -c 'test_cases UNPROVEN')" -eq 1 ]
	[ "$(grep -c '"type":"RECORD"' "$T/out")" -eq 0 ]
	extract 64 --accept-total cases=50
	extract 76 --accept-total test_cases=49
	extract 0 --accept-total test_cases=50
	[ "$(ends "$T/out" | grep -c 'test_cases UNPROVEN')" -eq 1 ]
	[ "$(ends "$T/out" | grep -c COMPLETE)" -eq 4 ]
	[ "$(sql "SELECT state FROM pass")" = unproven ]
	scenario ''
	extract 0
	[ "$(ends "$T/out" | grep -c COMPLETE)" -eq 5 ]
}

@test "a wrong total in a list that other requests need is reported" {
	start --cases 10 --executions 5
	scenario 'match GET /v2/priorities do lie-total 2'
	zw 76 timeout 30 zextract
	[[ $stderr == *"priorities: "*"--accept-total priorities="* ]]
	[ "$(count_requests 'GET /v2/testcases.*')" -eq 0 ]
	zw 0 timeout 30 zextract --accept-total "$(grep -o 'priorities=[0-9]*' <<<"$stderr" | head -n 1)"
}

@test "zextract finishes reading while its output is not read" {
	local pid
	start
	mkfifo "$T/pipe"
	zextract >"$T/pipe" 2>"$T/err" 3>&- &
	pid=$!
	kill_at_end "$pid"
	exec 8<"$T/pipe"
	until grep -q 'pass 1 is sealed' "$T/err"; do
		kill -0 "$pid"
		read -rt 0.05 <>"$(idle_pipe)" || :
	done
	[ "$(sql "SELECT state FROM pass")" = sealed ]
	kill -0 "$pid"
	cat <&8 >"$T/out"
	exec 8<&-
	wait "$pid"
	[ "$(ends "$T/out" | grep -c COMPLETE)" -eq 5 ]
}

@test "--max-requests stops the run, and the next one continues" {
	local turns n
	start --cases 100 --executions 100
	extract 0
	records "$T/out" >"$T/want"
	n=$(count_requests .)
	fresh_db pieces
	forget_requests
	for ((turns = 0; turns < 20; turns++)); do
		run --separate-stderr sh -c 'exec zextract --max-requests 40 >"$T/out"'
		[ "$status" -ne 0 ] || break
		[ "$status" -eq 75 ]
		[[ $stderr == *"info: "*"stopped by --max-requests"* && $stderr != *"error:"* ]]
		[ "$(ends "$T/out" | grep -c PARTIAL)" -ge 1 ]
	done
	[ "$status" -eq 0 ]
	[ "$turns" -ge 3 ]
	[ "$(count_requests .)" -eq "$n" ]
	records "$T/out" | cmp "$T/want" -
}

@test "records have the values of the API" {
	local f=$T/rows line rec
	start --cases 150 --executions 150
	extract 0
	jq -c 'select(.type == "RECORD") | .record + {"@": .stream}' "$T/out" >"$f"
	# called cases are before callers, parents before children
	jq_finds_nothing -s 'map(select(."@" == "test_cases")) | [.[].key] as $o | .[]
	    | .key as $k | (.testScript.steps // [])[].testCase
	    | select(. and .state == "ok") | .testCaseKey as $c
	    | select(($o | index($c)) > ($o | index($k)))' "$f"
	jq_finds_nothing -s 'map(select(."@" == "folders")) | [.[].id] as $o | .[]
	    | select(.parentId and (.orphan | not)) | . as $f
	    | select(($o | index($f.parentId)) > ($o | index($f.id)))' "$f"
	# a cycle of calls is broken once; each called case is a record or marked as missing
	[ "$(jq -c '.testScript.steps // [] | .[].testCase | select(. and .state == "loop")' "$f" | wc -l)" -eq 1 ]
	jq_finds_nothing -s '[.[].key] as $o | .[].testScript.steps // [] | .[].testCase | values
	    | .testCaseKey as $c | select((.state == "missing") != ($o | index($c) == null))' "$f"
	# there are names beside ids, and no self
	jq_finds_nothing 'select([.. | objects | has("self")] | any)' "$f"
	jq_finds_nothing 'select(."@" == "test_cases" and (.stub | not))
	    | select((.status.name and .priority.name and (.folder | . == null or .path)) | not)' "$f"
	jq_finds_nothing 'select(."@" == "test_executions") | select((.testExecutionStatus.name
	    and .testCase.key and (.testCycle | . == null or .key)) | not)' "$f"
	# lines are canonical and hashes are right
	grep '"type":"RECORD"' "$T/out" | shuf -n 40 --random-source="$T/out" >"$T/some"
	[ "$(wc -l <"$T/some")" -eq 40 ]
	while IFS= read -r line; do
		rec=${line#*\"record\":}
		rec=${rec%,\"time_extracted\":*}
		[ "$(printf %s "$rec" | sha256sum | cut -c1-64)" = "$(jq -r .z.hash <<<"$line")" ]
		[ "$(jq -cS . <<<"$rec")" = "$(jq -c . <<<"$rec")" ]
	done <"$T/some"
	# step results are at the step with the same text, or at none
	[ "$(jq -c 'select(."@" == "test_executions") | .steps[].step | select(.)' "$f" | wc -l)" -gt 100 ]
	jq_finds_nothing -s '(map(select(.testScript) | {key: .key, value: .testScript.steps}) | from_entries) as $c
	    | def words: (. // "") | gsub("<[^>]*>|&nbsp;|[\\s\\u00a0\\u2060\\u200b]"; "");
	    .[] | select(.steps) | .testCase.key as $k | .steps[]
	    | select(.step and (.step.call | not)) | . as $r
	    | ($c[$k] // [])[] | select(.n == $r.step.n and .inline)
	    | select((.inline.description | words) != ($r.inline.description | words))' "$f"
}

@test "names with NUL, escapes and half surrogates are kept as text" {
	start --cases 120 --executions 100 --hostile
	extract 0
	[ "$(ends "$T/out" | grep -c COMPLETE)" -eq 5 ]
	jq -e . "$T/out" >/dev/null
	records "$T/out" >"$T/want"
	extract 0
	records "$T/out" | cmp "$T/want" -
}

@test "a second zextract of the same project is refused, and the first one completes" {
	local pid
	start --cases 150 --executions 150 --latency 5ms
	zextract >"$T/first" 2>"$T/err" 3>&- &
	pid=$!
	until [ "$(count_requests .)" -ge 20 ]; do kill -0 "$pid"; done
	extract 75
	[[ $stderr == *"project DEMO is being read by"* ]]
	[ ! -s "$T/out" ]
	wait "$pid"
	extract 0
	records "$T/out" | cmp - <(records "$T/first")
}
