# Complete migrations by the real programs, from the Zephyr to the qTest of zmock.
# databases: either
load helper

SMALL=(--seed 11 --cases 90 --executions 260 --folders 16 --cycles 9 --plans 3)

# Most tests start from a completed migration.
setup_file() {
	scrub
	mock "${SMALL[@]}"
	z 0 ztoq migrate -q
	share
}

# query_source JQ: query the stream of an extraction
query_source() { jq -rs "$1" "$T/source.ndjson"; }

@test "a clean run asks for each thing once and creates each object once" {
	shared
	# an object without attachments is a 404, as is a case that does not exist
	[ "$(mock_count '.* [45][0-9][0-9]')" -eq "$(mock_count 'GET /v2/(.*/attachments|testcases/[^/]*) 404')" ]
	[ "$(mock_count 'GET /v2/testcases/[^/]* 404')" -eq "$(sql "SELECT count(*) FROM test_case WHERE state = 'stub'")" ]
	# each script, each page of steps and each list of results is requested once
	[ -z "$(mock_record | jq -r 'select(.api == "zephyr" and
	    (.pattern | test("teststeps|testscript"))) | .path + "?" + .query' |
	    sort | uniq -d)" ]
	[ "$(mock_record | jq -r 'select(.pattern |
	    test("^/v2/testcases/.*(teststeps|testscript)")) | .path' |
	    cut -d/ -f4 | sort -u | wc -l)" -eq 90 ]
	cases=$(mock_count 'POST .*/test-cases 200')
	[ "$cases" -ge 90 ]
	[ "$(mock_count 'PUT .*/test-cases/[^/]*/approve 200')" -eq "$cases" ]
	# a case that mentions a later one is updated once
	[ "$(mock_count 'PUT .*')" -eq $((cases + $(sql "SELECT count(*) FROM ledger
	    WHERE kind = 'relink' AND verb = 'update'"))) ]
	[ "$(mock_count 'PUT .*/test-cases/[0-9{}]* 200')" -eq 1 ]

	zextract -q >source.ndjson
	[ "$cases" -eq "$(query_source 'map(select(.type == "RECORD" and
	    .stream == "test_cases")) | length')" ]
	[ "$(mock_count 'POST .*/test-runs 201')" -eq "$(query_source '
	    map(select(.type == "RECORD" and .stream == "test_executions") | .record |
	    [.testCase.key, .testCycle.key, .environment.id]) | unique | length')" ]
	logs=$(query_source 'map(select(.type == "RECORD" and
	    .stream == "test_executions" and .record.executed and
	    .record.actualEndDate != null)) | length')
	[ "$logs" -gt 100 ]
	[ "$(mock_count 'POST .*/test-logs 201')" -eq "$logs" ]
}

@test "reconciliation finds no difference, and the report says so" {
	shared
	z 0 ztoq validate --reconcile
	z 0 ztoq report
	[ -n "$output" ]
	z 0 ztoq report --format json
	jq -e . <<<"$output" >/dev/null
	z 0 ztoq status
}

@test "a second run writes nothing, and neither does one that reads everything again" {
	shared
	mock_forget
	z 0 ztoq migrate -q
	[ "$(mock_writes)" -eq 0 ]
	[ "$(mock_count 'GET /v2/.*(teststeps|testscript) .*')" -eq 0 ]
	z 0 ztoq migrate -q --deep
	[ "$(mock_writes)" -eq 0 ]
	[ "$(mock_count 'GET /v2/.*(teststeps|testscript) .*')" -ge 90 ]
}

@test "one database can migrate to two qTest projects" {
	shared
	QTEST_PROJECT_ID=2 z 0 ztoq migrate -q
	mock_state 1 | sed "s|\"project\":1||" >one
	mock_state 2 | sed "s|\"project\":2||" >two
	[ "$(wc -c <one)" -gt 10000 ]
	cmp one two
	QTEST_PROJECT_ID=2 z 0 ztoq validate --reconcile
	z 0 ztoq validate --reconcile
}

@test "the stream contains every case, before and after a migration" {
	mock "${SMALL[@]}"
	# the documented command, then without stubs
	count() {
		zextract -p DEMO | jq -c 'select(.type=="RECORD" and .stream=="test_cases") | .record.key' | wc -l
	}
	listed() {
		zextract -q | jq -c 'select(.type=="RECORD" and .stream=="test_cases"
		    and (.record.stub | not)) | .record.key' | wc -l
	}
	[ "$(count)" -eq "$(sql 'SELECT count(*) FROM test_case')" ]
	[ "$(listed)" -eq 90 ]
	[ "$(sql "SELECT count(*) FROM test_case WHERE state = 'stub'")" -gt 0 ]
	z 0 ztoq migrate -q
	[ "$(count)" -eq "$(sql 'SELECT count(*) FROM test_case')" ]
	[ "$(listed)" -eq 90 ]
	# the command of the manual
	said=$(mandoc -T utf8 "$ROOT/man/ztoq-stream.5" | col -b | awk '
	    sub(/^[ \t]*\$ zextract -p ATLAS /, "zextract -p DEMO ") { line = $0; next }
	    line != "" { sub(/^[ \t]*/, " "); line = line $0 }
	    line ~ /wc -l$/ { print line; line = "" }')
	[ "$(wc -l <<<"$said")" -eq 2 ]
	[ "$(eval "$(sed -n 1p <<<"$said")")" -eq "$(count)" ]
	[ "$(eval "$(sed -n 2p <<<"$said")")" -eq 90 ]
}

@test "a reader that closes the pipe ends zextract by SIGPIPE without a message" {
	mock "${SMALL[@]}"
	z 0 bash -c 'zextract -q | head -n 1 >/dev/null; exit $((PIPESTATUS[0] - 141))'
	[ -z "$stderr" ]
}

@test "zextract finishes reading while its output is not read" {
	mock "${SMALL[@]}"
	mkfifo out
	exec 7<>out
	zextract -q >out 7>&- 3>&- &
	pid=$!
	kill_at_end $pid
	for ((i = 0; i < 400; i++)); do
		[ "$(sql 'SELECT state FROM pass' 2>/dev/null)" != sealed ] || break
		read -rt 0.05 <>"$(idle_pipe)" || :
	done
	[ "$(sql 'SELECT state FROM pass')" = sealed ]
	kill -0 $pid			# it has more lines to write
	cat <out 7>&- >all &
	cat=$!
	exec 7>&-
	wait $pid
	wait $cat
	[ "$(jq -c 'select(.type == "END")' all | wc -l)" -eq 5 ]
}

@test "a cut stream is loaded and never counts as complete" {
	mock "${SMALL[@]}"
	zextract -q | ztransform -q >target.ndjson
	head -n -3 target.ndjson >short
	zw 65 zload -q <short
	head -c -20 target.ndjson >torn
	zw 65 zload -q <torn
	z 0 zload -q <target.ndjson
}

@test "a stage that fails is one error line; the other stages report no errors" {
	mock "${SMALL[@]}"
	mock_post scenario 'match GET /v2/testcases/* do status 401' >/dev/null
	zw 77 ztoq migrate
	[ "$(grep -c ': error: ' <<<"$stderr")" -eq 1 ]
	[[ $stderr == *"zextract: error: "*"zload: info: stdin: no END of "* ]]
}

@test "a malformed line is rejected with its number, and the rest is processed" {
	mock "${SMALL[@]}"
	zextract -q | ztransform -q >target.ndjson
	sed '30i this is no JSON' target.ndjson >bad
	zw 3 zload -q -r rejects <bad
	[[ $stderr == *:30:* ]]
	jq -es 'any(.line == 30 and .text == "this is no JSON")' rejects
	[ "$(mock_count 'POST .*/test-cases 200')" -ge 90 ]
	zextract -q | sed '20i {"type":' >bad
	zw 3 zvalidate -q <bad
	[[ $stderr == *'line 20:'* ]]
}

@test "--plan writes nothing" {
	mock "${SMALL[@]}"
	z 0 ztoq migrate --plan
	[ "$(mock_writes)" -eq 0 ]
	z 0 ztoq migrate -q --until transform
	z 0 ztoq migrate --plan
	[[ $output == *"to create"* ]]
	[ "$(mock_writes)" -eq 0 ]
}

@test "the long options of ztoq workflow do the same" {
	mock "${SMALL[@]}"
	z 0 ztoq workflow run --project-key DEMO --zephyr-base-url "$ZEPHYR_BASE_URL" \
	    --qtest-base-url "$QTEST_BASE_URL/api/v3" --qtest-project-id 1 \
	    --batch-size 5 --max-workers 3 --output-dir out --report-format json \
	    --phases extract transform load validate
	jq -e . out/report.json >/dev/null
	z 0 ztoq workflow status --project-key DEMO
	z 0 ztoq workflow validate --project-key DEMO
	z 0 ztoq workflow report --project-key DEMO --output-file r.txt
	[ -s r.txt ]
	mock_forget
	z 0 ztoq workflow resume --project-key DEMO
	[ "$(mock_writes)" -eq 0 ]
	z 64 ztoq workflow cleanup --project-key DEMO
	[ "$(sql 'SELECT count(*) FROM test_case')" -ge 90 ]
	z 64 ztoq workflow run --project-key DEMO --ledger
	z 64 ztoq workflow status --project-key DEMO --yes
	z 0 ztoq workflow cleanup --project-key DEMO --yes
	[ "$(sql 'SELECT count(*) FROM test_case')" -eq 0 ]
	[[ $output == *"effects is kept, "* ]]
	z 0 ztoq workflow resume --project-key DEMO
	[ "$(mock_writes)" -eq 0 ]
	z 0 ztoq workflow cleanup --project-key DEMO --yes --ledger
	[[ $output == *"effects is forgotten"*"--adopt"* ]]
	[ "$(sql 'SELECT count(*) FROM ledger')" -eq 0 ]
	z 64 ztoq workflow run --wrong
	z 64 ztoq workflow run --phases lunch
}

@test "reconciliation reports each value that is changed in qTest" {
	local case log run what key before=0 now
	shared
	case=$(sql "SELECT case_key FROM test_step WHERE n = 2 AND called_key IS NULL
	    ORDER BY case_key LIMIT 1")
	log=$(sql "SELECT skey FROM ledger WHERE kind = 'log' ORDER BY skey LIMIT 1")
	run=$(sql "SELECT ekey FROM ledger WHERE kind = 'run' ORDER BY ekey DESC LIMIT 1")
	while read -r key what; do
		mock_post "break?key=$key&$what" >/dev/null ||
		    { echo "cannot break $key $what" >&2; return 1; }
		zw 1 ztoq validate --reconcile
		now=$(grep -c . <<<"$output")
		[ "$now" -gt "$before" ]
		before=$now
		grep -qF -- "${key#E:}" <<<"$output"
	done <<-END
	$case kind=case&do=step&n=2&field=description&value=broken
	$case kind=case&do=set&field=name&value=broken
	E:$log kind=log&do=date&field=end&value=2001-01-01T00:00:00%2B00:00
	E:$log kind=log&do=status&value=Blocked
	DEMO-T2 kind=case&do=delete
	DEMO-T3 kind=case&do=duplicate
	DEMO-P1 kind=release&do=duplicate
	END
}
