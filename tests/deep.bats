# Values and folders that are nested very deep do not stop a run: values are kept as
# text and reported, folders become modules.
# databases: either
load helper

SMALL=(--seed 5 --cases 30 --executions 12 --folders 6 --cycles 3 --plans 2)

zephyr() { curl -sSf --noproxy '*' -H "Authorization: Bearer $ZEPHYR_API_TOKEN" "$ZEPHYR_BASE_URL$1"; }
list() { echo "/$1/nextgen?projectKey=DEMO&limit=1000&startAtId=0"; }
# answer PATH: let Zephyr answer this path with standard input, in which each "@DEEP"
# is replaced by a value nested 400 levels deep
answer() {
	local body
	body=$(mktemp "$T/answer.XXXXXX")
	perl -pe 's/"\@DEEP"/("[" x 400) . "\"zz-inmost\",1.10" . ("]" x 400)/ge' >"$body"
	printf 'match GET %s do status 200 body %s\n' "$1" "$body" >>"$T/answers"
	mock_post scenario "$(cat "$T/answers")" >/dev/null
}
shapes() { sql "SELECT rule || ' ' || key || ' ' || what FROM issue WHERE rule LIKE '%shape%' AND level = 'warning' ORDER BY rule, key"; }

@test "a value nested 400 levels deep in a row, step, result or script is kept as text and reported" {
	local run key plain
	mock "${SMALL[@]}"
	run=$(zephyr "$(list testexecutions)" | jq '[.values[] | select(.actualEndDate != null)][0].id')
	key=$(mock_get source | jq -r 'select(.kind == "case" and .script == "steps") | .key' | head -1)
	plain=$(mock_get source | jq -r 'select(.kind == "case" and .script == "plain") | .key' | head -1)
	for l in testcases testplans testcycles testexecutions; do
		zephyr "$(list $l)" | jq -c '.values[0].customFields.Deep = "@DEEP" | .values[1].zz = {a: "@DEEP"}' |
		    answer "/v2/$l/nextgen"
	done
	zephyr "/folders?projectKey=DEMO&maxResults=1000&startAt=0" | jq -c '.values[0].zz = "@DEEP"' | answer /v2/folders
	zephyr "/priorities?projectKey=DEMO&maxResults=1000&startAt=0" | jq -c '.values[0].zz = "@DEEP"' | answer /v2/priorities
	zephyr "/testcases/$key/teststeps?maxResults=100&startAt=0" |
	    jq -c '.values[0].inline.customFields = {Deep: "@DEEP"} | .values[0].inline.testData = "@DEEP"' | answer "/v2/testcases/$key/teststeps"
	zephyr "/testcases/$plain/testscript" | jq -c '.zz = "@DEEP"' | answer "/v2/testcases/$plain/testscript"
	zephyr "/testexecutions/$run/teststeps?maxResults=100&startAt=0" |
	    jq -c '.values[0].inline.actualResult = "@DEEP" | .values[0].status = null' | answer "/v2/testexecutions/$run/teststeps"
	zw 0 ztoq migrate -q
	shapes >named
	[ "$(grep -c 'row-shape .*customFields.Deep is nested too deep' named)" -eq 4 ]
	[ "$(grep -c 'row-shape .*zz.a is nested too deep' named)" -eq 4 ]
	[ "$(grep -c 'row-shape .* zz is nested too deep' named)" -eq 1 ]
	grep -q "script-shape $key .*nested too deep" named
	grep -q "script-shape $plain zz is nested too deep" named
	grep -q "results-shape $run .*nested too deep" named
	# no value is lost, in the records and in qTest
	zextract -q >out
	[ "$(grep -o 'zz-inmost' out | wc -l)" -eq 13 ]
	[ "$(mock_state | grep -o 'zz-inmost' | wc -l)" -ge 8 ]
	zw 0 ztoq validate --reconcile
	mock_forget
	zw 0 ztoq migrate -q
	[ "$(mock_writes)" -eq 0 ]
}

@test "a deep value in every object of every answer of Zephyr, Jira and qTest does not stop a migration" {
	mock "${SMALL[@]}" --attachments 4
	export JIRA_BASE_URL=$MOCK JIRA_USER=jira@zmock.test JIRA_API_TOKEN=zmock.jira.token
	export ZTOQ_ATTACHMENTS_OF=steps ZTOQ_VERSIONS=yes
	mock_post scenario 'match * * do deepen 500' >/dev/null
	zw 0 ztoq migrate -q
	mock_get record | jq -se 'map(select(.fault == "deepen") | .api) | group_by(.) | map({(.[0]): length}) | add | .zephyr > 30 and .jira > 2 and .qtest > 60'
	[ "$(sql "SELECT count(*) FROM issue WHERE level = 'error'")" -eq 0 ]
	# each row is reported once
	sql "SELECT count(*) FROM issue WHERE rule = 'row-shape' AND what LIKE '%nested too deep%' GROUP BY stream" >named
	sql "SELECT count(*) FROM folder UNION ALL SELECT count(*) FROM test_case WHERE state = 'listed' UNION ALL
	    SELECT count(*) FROM test_plan UNION ALL SELECT count(*) FROM test_cycle UNION ALL SELECT count(*) FROM test_execution" >rows
	cmp <(sort named) <(sort rows)
	zw 0 ztoq validate --reconcile
	mock_forget
	zw 0 ztoq migrate -q
	[ "$(mock_writes)" -eq 0 ]
	z 0 ztoq status
}

@test "folders 300 levels deep become modules 300 levels deep, and are adopted at any depth" {
	local made
	mock "${SMALL[@]}"
	jq -nc '{startAt: 0, maxResults: 1000, total: 900, isLast: true, values: [("TEST_CASE", "TEST_CYCLE", "TEST_PLAN")
	    as $type | ({TEST_CASE: 9000, TEST_CYCLE: 19000, TEST_PLAN: 29000}[$type]) as $from | range(300)
	    | {id: ($from + .), name: "Level \(.)", index: 0, folderType: $type,
	       parentId: (if . == 0 then null else $from + . - 1 end)}]}' | answer /v2/folders
	zephyr "$(list testcases)" | jq -c '.values[].folder = {id: 9299}' | answer /v2/testcases/nextgen
	zephyr "$(list testcycles)" | jq -c '.values[].folder = {id: 19299}' | answer /v2/testcycles/nextgen
	zephyr "$(list testplans)" | jq -c '.values[].folder = {id: 29299}' | answer /v2/testplans/nextgen
	zw 0 ztoq migrate -q
	[ "$(mock_state | grep -o '"Level [0-9]*"' | sort -u | wc -l)" -eq 300 ]
	zw 0 ztoq validate --reconcile
	mock_forget
	zw 0 ztoq migrate -q
	[ "$(mock_writes)" -eq 0 ]
	# objects at any depth stop a migration from another database
	made=$(sql "SELECT count(*) FROM ledger WHERE kind IN ('module', 'release', 'cycle') AND id IS NOT NULL")
	[ "$made" -gt 300 ]
	fresh_db other
	zw 78 ztoq migrate -q
	[[ $stderr == *" holds $made objects of Zephyr project DEMO "* ]]
	zw 0 ztoq migrate -q --adopt
	[ "$(mock_writes)" -eq 0 ]
	zw 0 ztoq validate --reconcile
}
