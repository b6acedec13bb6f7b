# The answers of zmock and the requests of the product are compared with the tables of
# members, types and required flags in tests/contract.  make contract makes new tables
# from the vendors' descriptions and names their directory in CONTRACT_TABLES.
load helper

CONTRACT=$ROOT/tests/contract TABLES=${CONTRACT_TABLES:-$ROOT/tests/contract}

# differences_to_tables FILE: print the differences between the requests and answers in
# FILE and the tables, except those that tests/contract/deviations explains
differences_to_tables() {
	cat "$TABLES"/{qtest,zephyr}.tsv "$CONTRACT/later.tsv" >table
	jq -nr --rawfile table table -f "$CONTRACT/hold.jq" "$1" >differences
	awk -f "$CONTRACT/gaps.awk" "$CONTRACT/deviations" differences 2>met | sort | uniq -c
}
# run_all_programs: migrate a project with every kind of object by every program
run_all_programs() {
	local key
	mock --full --cases 24 --cycles 4 --plans 3 --executions 30 --folders 8 \
	    --attachments 40 --answers "$T/answers"
	zextract -q --attachments steps --versions >source 2>log
	ztransform -q <source | zload -q 2>>log || cat log
	zvalidate --reconcile >>log 2>&1 || cat log
	mock_post 'edit?what=case&do=change&key=DEMO-T1&name=other' >/dev/null
	mock_post 'edit?what=execution&do=change&key=DEMO-E1&status=Fail' >/dev/null
	zextract -q --refresh | ztransform -q | zload -q
	fresh_db second
	ztransform -q <source | QTEST_API_TOKEN='' QTEST_USERNAME=migrator@zmock.test \
	    QTEST_PASSWORD=secret QTEST_PROJECT_ID=2 zload -q 2>>log
	call_rest_of_qtest
}

# call_rest_of_qtest: send the calls that a migration of this size does not need
call_rest_of_qtest() {
	local p=/api/v3/projects/1 run case step up field req path log method
	run=$(id_of runs) case=$(id_of cases)
	step=$(q GET "$p/test-cases/$case/test-steps" | jq '.[0].id')
	field=$(q GET $p/settings/test-runs/fields | jq '.[0].id')
	up=$(q GET "$p/releases" | jq '.[0].id')
	req=$(q POST $p/requirements '{"name":"R","properties":[]}' | jq .id)
	for path in re-evaluation admin-profiles/current users/search users/201 projects \
	    projects/1/{user-profiles/current,users,modules,builds,test-suites,requirements} \
	    "projects/1/modules/$(q GET $p/modules | jq '.[0].id')" \
	    "projects/1/test-cases/$case"{,/versions,"/test-steps/$step",/comments,/attachments} \
	    "projects/1/test-cases/$case/test-steps?expand=calledteststep&showParamIdentifier=true" \
	    "projects/1/test-runs/$run"{,'?expand=testcase.teststep',/test-logs/last-run} \
	    "projects/1/releases/$up" "projects/1/settings/test-runs/fields/$field"{,/allowed-values} \
	    "projects/1/requirements/$req" \
	    "projects/1/linked-artifacts?type=requirements&ids=$req&ids=$case" \
	    "projects/1/attachments?type=test-cases&ids=$case&page=1&pageSize=100"; do
		q GET "/api/v3/$path"
	done
	q POST "$p/builds" "{\"name\":\"B\",\"properties\":[],\"release\":{\"id\":$up,\"properties\":[]}}"
	q POST "$p/test-suites?parentId=$up&parentType=release" '{"name":"S","properties":[]}'
	q POST "$p/requirements/$req/link?type=test-cases" "[$case]"
	q POST "$p/test-cases/$case/comments" '{"content":"text"}'
	q POST "$p/test-cases/$case/test-steps" '{"description":"one more"}'
	q POST $p/search '{"object_type":"test-cases","fields":["*"],"query":"'"'name' ~ 'a'"'"}'
	log=$(jq -s 'map(select(.pattern // "" | endswith("/test-logs")) | .answer.id // empty)[0]' answers)
	for method in POST DELETE; do
		q $method "$p/test-logs/$log/defects" '["DF-1"]'
	done
	q DELETE "$p/test-runs/$run"
	q DELETE "$p/test-cases/$case/test-steps/$step"
	q DELETE "$p/test-cycles/$(q GET "$p/test-cycles" | jq '.[0].id')?force=true"
	q DELETE "$p/releases/$up"
} >/dev/null
id_of() {
	case $1 in
	cases) q GET '/api/v3/projects/1/test-cases?page=1&size=1' | jq '.[0].id' ;;
	runs) q GET '/api/v3/projects/1/test-runs?parentId=0&parentType=root&expand=descendants' |
		jq '.items[0].id' ;;
	esac
}
# q METHOD PATH [BODY]: send a request to qTest
q() {
	curl -sS --noproxy '*' -X "$1" -H "Authorization: Bearer $ZT_QTEST" \
	    -H 'Content-Type: application/json' ${3+--data-binary "$3"} "$MOCK$2"
}

@test "every answer of zmock and every request of the product conforms to the tables" {
	run_all_programs
	mock_stop
	mock --seed 3 --cases 60 --cycles 9 --plans 5 --executions 60 --answers "$T/sparse"
	fresh_db third
	zextract -q >source
	cat sparse >>answers
	[ "$(jq -rs 'map("\(.method) \(.pattern)") | unique | length' answers)" -ge 45 ]
	differences_to_tables answers >unexplained
	cut -c1-300 unexplained | head -150
	[ ! -s unexplained ]
	cat met
	run ! grep '^ *0 times' met
}

@test "a misplaced, unknown or missing member, a null and a wrong type are found" {
	local change n=0
	cat <<-'LINE' >answers
	{"api":"zephyr","method":"GET","pattern":"/v2/testexecutions/{}/teststeps","path":"/v2/testexecutions/A-E1/teststeps","status":200,"request":null,"answer":{"maxResults":10,"startAt":0,"values":[{"inline":{"status":{"id":3},"actualResult":"yes"}}]}}
	LINE
	differences_to_tables answers >unexplained
	[ ! -s unexplained ]
	while read -r change; do
		n=$((n + 1))
		jq -c "$change" answers >changed
		differences_to_tables changed >unexplained
		[ -s unexplained ] || { echo "not found: $change"; return 1; }
	done <<-'CHANGES'
	.answer.values[0] |= (.status = .inline.status | del(.inline.status))
	.answer.values[0].inline.result = "x"
	del(.answer.startAt)
	.answer.isLast = null
	.answer.values = {}
	.answer.values[0].inline.status.id = "3"
	.path = "/v2/testexecutions/A-E1/steps"
	.status = 201
	.request = {}
	CHANGES
	[ "$n" -eq 9 ]
}
