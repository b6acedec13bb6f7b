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
	    --attachments 40 --integration DEMO --answers "$T/answers"
	zextract -q --attachments steps --versions >source 2>log
	ztransform -q <source | zload -q 2>>log || cat log
	zvalidate --reconcile >>log 2>&1 || cat log
	mock_post 'edit?what=case&do=change&key=DEMO-T1&name=other' >/dev/null
	mock_post 'edit?what=execution&do=change&key=DEMO-E1&status=Fail' >/dev/null
	zextract -q --refresh | ztransform -q | zload -q
	fresh_db second
	ztransform -q <source | QTEST_API_TOKEN='' QTEST_USERNAME=migrator@zmock.test \
	    QTEST_PASSWORD=secret QTEST_PROJECT_ID=2 zload -q 2>>log
	QTEST_PROJECT_ID=2 zrollback -q --all --apply >plan 2>>log || cat log
	[ "$(jq -r 'select(.method == "DELETE" and .status == 200).pattern' answers | sort -u | wc -l)" -ge 3 ]
	call_rest_of_qtest
	call_files_and_links
	call_changes
	call_deletes
}

# upload OWNER: add a file to TYPE/ID; print its id
upload() {
	curl -sS --noproxy '*' -H "Authorization: bearer $ZT_QTEST" -H 'File-Name: a.json' \
	    -H 'Content-Type: application/json' --data-binary '{"a":1}' \
	    "$MOCK/api/v3/projects/1/$1/blob-handles" | jq .id
}
# call_files_and_links: send the calls for files, links, defects and comments
call_files_and_links() {
	local p=/api/v3/projects/1 case step step_log log run release build req defect owner file kind
	local inline='"attachments":[{"name":"i","content_type":"text/plain","data":"aQ=="}]'
	case=$(q POST $p/test-cases "{\"name\":\"c\",\"properties\":[],$inline,\"test_steps\":[{\"description\":\"\",\"expected\":\"\",$inline}]}" | jq .id)
	q PUT "$p/test-cases/$case/approve"
	step=$(q GET "$p/test-cases/$case/test-steps" | jq '.[0].id')
	run=$(q POST "$p/test-runs?parentId=0&parentType=root" "{\"name\":\"r\",\"properties\":[],\"test_case\":{\"id\":$case,\"properties\":[]}}" | jq .id)
	q POST "$p/test-runs/$run/test-logs" '{"status":{"id":601},"exe_start_date":"2020-05-17T09:30:00Z",
	    "exe_end_date":"2020-05-17T09:31:00Z","defects":[{"external_defect_id":"DEMO-1"}],'"$inline"',"test_step_logs":[
	    {"test_step_id":'"$step"',"order":1,"status":{"id":602},"defects":[{"pid":"DEMO-2"}],'"$inline}]}" >created
	log=$(jq .id created) step_log=$(jq '.test_step_logs[0].test_step_log_id' created)
	release=$(q POST $p/releases '{"name":"R","properties":[]}' | jq .id)
	build=$(q POST $p/builds "{\"name\":\"B\",\"properties\":[],\"release\":{\"id\":$release,\"properties\":[]}}" | jq .id)
	req=$(q POST $p/requirements '{"name":"R","properties":[]}' | jq .id)
	defect=$(q POST $p/defects "{\"properties\":[],$inline}" | jq .id)
	for owner in "releases/$release" "builds/$build" "requirements/$req" "test-cases/$case" \
	    "test-steps/$step" "test-logs/$log" "test-step-logs/$step_log" "defects/$defect"; do
		file=$(upload "$owner")
		for path in attachments "attachments/$file"; do
			q GET "$p/$owner/$path"
		done
		[ "${owner%/*}" = test-step-logs ] || q GET "$p/attachments?type=${owner%/*}&ids=${owner#*/}"
		q DELETE "$p/$owner/blob-handles/$file"
		q DELETE "$p/$owner/blob-handles/$file"
	done
	q POST "$p/requirements/$req/link?type=test-cases" "[$case]"
	q POST "$p/requirements/$req/link?type=releases" "[$release]"
	for owner in "test-logs/$log" "test-steps/$step" "test-steps/$step_log"; do
		q POST "$p/$owner/defects" '["DEMO-3","DF-1"]'
	done
	for kind in "requirements $req" "test-cases $case" "test-logs $log" "test-steps $step" "defects $defect"; do
		q GET "$p/linked-artifacts?type=${kind% *}&ids=${kind#* }"
	done
	q GET "$p/linked-artifacts?type=defects&pids=DEMO-3"
	q GET "$p/test-runs/$run/test-logs/$log"
	q DELETE "$p/test-logs/$log/defects" '["DEMO-3"]'
	q DELETE "$p/requirements/$req/link?type=test-cases" "[$case]"
	for owner in "requirements/$req" "test-cases/$case" "test-runs/$run" "defects/$defect"; do
		q POST "$p/$owner/comments" '{"content":"text"}' >created
		q DELETE "$p/$owner/comments/$(jq .id created)"
	done
	q GET "$p/defects/$defect"
	q PUT "$p/defects/$defect" '{"properties":[]}'
	q GET "$p/settings/integration/connections"
} >/dev/null
# call_changes: change an object of each kind, and read it by every call
call_changes() {
	local p=/api/v3/projects/1 kind id version step field run log body='{"name":"m","properties":[]}'
	for kind in modules releases requirements test-cycles test-suites; do
		[[ $kind != modules && $kind != test-cycles ]] || body='{"name":"m"}'
		id=$(q POST $p/$kind "$body" | jq .id)
		q GET "$p/$kind/$id"
		q PUT "$p/$kind/$id" "$body"
		body='{"name":"m","properties":[]}'
	done
	id=$(q GET $p/releases | jq '.[-1].id')
	kind=$(q POST $p/builds "{\"name\":\"B\",\"properties\":[],\"release\":{\"id\":$id,\"properties\":[]}}" | jq .id)
	q GET "$p/builds?releaseId=$id"
	q GET "$p/builds/$kind"
	q PUT "$p/builds/$kind" "$body"
	id=$(q POST $p/test-cases '{"name":"c","properties":[],"test_steps":[{"description":"","expected":""}]}' | jq .id)
	version=$(q PUT "$p/test-cases/$id/approve" | jq .test_case_version_id)
	q GET "$p/test-cases/$id/versions/$version"
	for kind in '' "/versions/$version"; do
		q GET "/api/v4/projects/1/test-cases/$id$kind/test-steps"
	done
	run=$(q POST "$p/test-runs?parentId=0&parentType=root" "{\"name\":\"r\",\"properties\":[],\"test_case\":{\"id\":$id,\"properties\":[]}}" | jq .id)
	body='{"status":{"id":601},"exe_start_date":"2020-05-17T09:30:00Z","exe_end_date":"2020-05-17T09:31:00Z"}'
	log=$(q POST "$p/test-runs/$run/test-logs" "$body" | jq .id)
	q PUT "$p/test-runs/$run/test-logs/$log" "$body"
	q GET "$p/test-runs/$run/test-logs/last-run"
	step=$(q GET "$p/test-cases/$id/test-steps" | jq '.[0].id')
	q PUT "$p/test-cases/$id/test-steps/$step" '{"description":"x","expected":""}'
	for kind in "test-cases/$id" "test-runs/$run" "requirements/$(q GET $p/requirements | jq '.[0].id')" defects/DF-1; do
		q GET "$p/$kind/comments"
	done
	field=$(q POST $p/settings/test-runs/fields '{"label":"Choice","data_type":3,"allowed_values":[{"label":"a"}]}' | jq .id)
	q POST "$p/settings/test-runs/fields/$field/allowed-values" '[{"label":"b"}]'
	id=$(q GET "$p/settings/test-runs/fields/$field/allowed-values" | jq '.[0].value')
	q PUT "$p/settings/test-runs/fields/$field/allowed-values/$id" '{"label":"c"}'
	q PUT "$p/settings/test-runs/fields/$field" "{\"label\":\"Choice\",\"allowed_values\":[{\"value\":$id,\"label\":\"c\"}]}"
	q GET /oauth/status
} >/dev/null
# call_deletes: create an object of each kind and delete it twice
call_deletes() {
	local p=/api/v3/projects/1 path kind id field
	for kind in modules test-cases releases requirements test-cycles test-suites; do
		id=$(q POST $p/$kind '{"name":"n"'"$([[ $kind == modules || $kind == test-cycles ]] || echo ',"properties":[]')}" | jq .id)
		q DELETE "$p/$kind/$id"
		q DELETE "$p/$kind/$id"
	done
	id=$(q GET $p/releases | jq '.[-1].id')
	id=$(q POST $p/builds "{\"name\":\"B\",\"properties\":[],\"release\":{\"id\":$id,\"properties\":[]}}" | jq .id)
	q DELETE "$p/builds/$id"
	field=$(q POST $p/settings/test-cases/fields '{"label":"Pick","data_type":3,"allowed_values":[{"label":"a"}]}' | jq .id)
	id=$(q GET "$p/settings/test-cases/fields/$field/allowed-values" | jq '.[0].value')
	q DELETE "$p/settings/test-cases/fields/$field/allowed-values/$id"
	q DELETE "$p/settings/test-cases/fields/$field"
} >/dev/null

# call_rest_of_qtest: send the calls that a migration of this size does not need
call_rest_of_qtest() {
	local p=/api/v3/projects/1 run case step up field req path log method
	run=$(id_of runs) case=$(id_of cases)
	step=$(q GET "$p/test-cases/$case/test-steps" | jq '.[0].id')
	field=$(q GET $p/settings/test-runs/fields | jq '.[0].id')
	up=$(q GET "$p/releases" | jq '.[0].id')
	req=$(q POST $p/requirements '{"name":"R","properties":[]}' | jq .id)
	for path in re-evaluation admin-profiles/current users/search users/201 projects \
	    projects/1/{user-profiles/current,users,modules,test-suites,requirements} \
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
	step=$(q POST "$p/test-cases/$case/test-steps" '{"description":"one more","expected":""}' | jq .id)
	q POST $p/search '{"object_type":"test-cases","fields":["*"],"query":"'"'name' ~ 'a'"'"}'
	log=$(jq -s 'map(select(.pattern // "" | endswith("/test-logs")) | .answer.id // empty)[0]' answers)
	for method in POST DELETE; do
		q $method "$p/test-logs/$log/defects" '["DEMO-1"]'
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
	jq -nr --rawfile table "$TABLES/qtest.tsv" -f "$CONTRACT/uncalled.jq" answers >uncalled
	cat uncalled
	[ ! -s uncalled ]
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
