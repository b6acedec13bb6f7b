# zmock answers as both API descriptions say, plays faults, and prints record and state.

bats_require_minimum_version 1.5.0
load send
load trace

setup() { trace_errors; }

setup_file() {
	trace_errors
	export ZMOCK="${ZT_BIN:-$BATS_TEST_DIRNAME/../bin}/zmock"
	export T="$BATS_FILE_TMPDIR"
	start_mock main --cases 300 --attachments 40 --qtest-projects 1,2 \
	    --require test-suites/Team
}

teardown_file() {
	for f in "$T"/*.pid; do
		kill "$(cat "$f")" 2>/dev/null || true
	done
}

# start_mock NAME OPTION...: start a zmock; its URL is in $T/NAME.url, its pid in $T/NAME.pid
start_mock() {
	local name=$1
	shift
	rm -f "$T/$name.port"
	"$ZMOCK" --port-file "$T/$name.port" "$@" >"$T/$name.out" 2>&1 3>&- &
	echo $! >"$T/$name.pid"
	until [ -s "$T/$name.port" ]; do
		kill -0 "$(cat "$T/$name.pid")" || { cat "$T/$name.out"; return 1; }
		read -r -t 0.02 <> <(:) || true
	done
	echo "http://127.0.0.1:$(cat "$T/$name.port")" >"$T/$name.url"
}

stop_mock() {
	kill -TERM "$(cat "$T/$1.pid")"
	while kill -0 "$(cat "$T/$1.pid")" 2>/dev/null; do
		read -r -t 0.02 <> <(:) || true
	done
	rm -f "$T/$1.pid"
}

base() { cat "$T/${M:-main}.url"; }

# z PATH: send a request to Zephyr; sets $body and $code
z() {
	local MOCK
	read -r MOCK <"$T/${M:-main}.url"
	mock_answer GET "/v2/$1" '' "${AUTH-Authorization: Bearer zmock.zephyr.token}"
}

# q METHOD PATH [BODY]: send a request to project 1 of qTest; sets $body and $code
q() {
	local MOCK path=$2
	read -r MOCK <"$T/${M:-main}.url"
	case $path in /*) ;; *) path=/api/v3/projects/${PROJECT:-1}/$path ;; esac
	mock_answer "$1" "$path" "${3-}" \
	    "${3+Content-Type: application/json$'\r\n'}Authorization: bearer zmock-qtest-token"
}

mock() { curl -s "$@" ; }

field_id() {
	q GET settings/test-cases/fields
	j ".[]|select(.label==\"$1\").id"
}

# new_case NAME [STEPS]: create an approved case; sets $id and $version
new_case() {
	q POST test-cases "{\"name\":\"$1\",\"properties\":[],\"test_steps\":${2:-[{\"description\":\"do\",\"expected\":\"\"\}]}}"
	[ "$code" = 200 ]
	id=$(j .id)
	q PUT "test-cases/$id/approve"
	version=$(j .test_case_version_id)
}

new_cycle() {
	q POST 'test-cycles?parentId=0&parentType=root' "{\"name\":\"$1\"}"
	[ "$code" = 201 ]
	cycle=$(j .id)
}

@test "zephyr: a wrong token is 401 in two forms, a wrong path 403, an unknown project 404" {
	AUTH='X-None: 1' z 'testcases?projectKey=DEMO'
	[ "$code" = 401 ]
	[ "$(j 'keys|join(",")')" = error ]
	AUTH='Authorization: Bearer a.b.c' z 'testcases?projectKey=DEMO'
	[ "$code" = 401 ]
	[ "$(j .errorCode)" = 401 ]
	z testcasez
	[ "$code" = 403 ]
	z 'testcases?projectKey=NOPE'
	[ "$code" = 404 ]
	[ "$(j .errorCode)" = 404 ]
	z 'testcases?projectKey=OFF'
	[ "$code" = 404 ]
	z 'testcases?projectKey=EMPTY'
	[ "$code" = 200 ]
	[ "$(j .total)" = 0 ]
	[ "$(j .isLast)" = true ]
	z 'testcases?projectKey=no-key'
	[ "$code" = 400 ]
}

@test "zephyr: a page has 10 rows by default, 1000 at most, and starts at a multiple of its size" {
	z 'testcases?projectKey=DEMO'
	[ "$(j '.values|length')" = 10 ]
	[ "$(j .isLast)" = false ]
	z 'testcases?projectKey=DEMO&maxResults=3000'
	[ "$(j .maxResults)" = 1000 ]
	[ "$(j .total)" = 300 ]
	z 'testcases?projectKey=DEMO&maxResults=7&startAt=10'
	[ "$(j .startAt)" = 7 ]
	for bad in startAt=-1 startAt=x maxResults=0 maxResults=x startAt=1000001; do
		z "testcases?projectKey=DEMO&$bad"
		[ "$code" = 400 ]
	done
}

@test "zephyr: keyset pages include startAtId, end with null and contain every row once" {
	z 'testcases/nextgen?projectKey=DEMO&limit=100'
	next=$(j .nextStartAtId)
	j '.values[].key' >"$T/keys"
	z "testcases/nextgen?projectKey=DEMO&limit=100&startAtId=$next"
	[ "$(j '.values[0].id')" = "$next" ]
	j '.values[].key' >>"$T/keys"
	z "testcases/nextgen?projectKey=DEMO&limit=1000&startAtId=$(j .nextStartAtId)"
	[ "$(j .nextStartAtId)" = null ]
	j '.values[].key' >>"$T/keys"
	[ "$(sort -u "$T/keys" | wc -l)" = 300 ]
	z 'testcases/nextgen?projectKey=DEMO&limit=100&updatedAfter=2999-01-01T00:00:00Z'
	[ "$(j '.values|length')" = 0 ]
	for bad in updatedAfter=yesterday limit=0 limit=x limit=1001 startAtId=-1; do
		z "testcases/nextgen?projectKey=DEMO&$bad"
		[ "$code" = 400 ]
	done
}

@test "zephyr: the same seed generates the same bytes, another seed others" {
	start_mock same --cases 300 --attachments 40
	start_mock other --cases 300 --attachments 40 --seed 2
	fetch() { z 'testcases?projectKey=DEMO&maxResults=1000'; sed "s#$(base)##g" <<<"$body" | sha256sum; }
	a=$(fetch)
	b=$(M=same fetch)
	c=$(M=other fetch)
	stop_mock same
	stop_mock other
	[ "$a" = "$b" ]
	[ "$a" != "$c" ]
}

@test "zephyr: a script is at the address of its kind, and the other one answers 422" {
	z 'testcases?projectKey=DEMO&maxResults=1000'
	all=$body
	key=$(jq -r 'first(.values[]|select(.testScript.self//""|endswith("/testscript")).key)' <<<"$all")
	z "testcases/$key/testscript"
	[ "$code" = 200 ]
	[[ "$(j .type)" = @(plain|bdd) ]]
	z "testcases/$key/teststeps"
	[ "$code" = 422 ]
	z testcases/DEMO-T1/testscript
	[ "$code" = 422 ]
}

@test "zephyr: pages of steps have 100 rows, and a long case has 250 steps" {
	z 'testcases?projectKey=DEMO&maxResults=1000'
	key=$(j '.values[77].key')
	z "testcases/$key/teststeps?maxResults=1000"
	[ "$(j .maxResults)" = 100 ]
	[ "$(j .total)" = 250 ]
	[ "$(j '.values|length')" = 100 ]
}

@test "zephyr: calls are chains of three, a cycle, and calls of missing cases" {
	z 'testcases?projectKey=DEMO&maxResults=1000'
	keys=$body
	call() {
		z "testcases/$(jq -r ".values[$1].key" <<<"$keys")/teststeps"
		j '.values[0].testCase.testCaseKey'
	}
	at() { jq -r ".values[$1].key" <<<"$keys"; }
	[ "$(call 4)" = "$(at 13)" ]
	[ "$(call 13)" = "$(at 22)" ]
	[ "$(call 22)" = "$(at 23)" ]
	[ "$(call 2)" = "$(at 3)" ]
	[ "$(call 3)" = "$(at 2)" ]
	z "testcases/$(call 6)"
	[ "$code" = 404 ]
	z "testcases/$(at 4)/teststeps"
	[ "$(j '.values[0].inline')" = null ]
}

@test "zephyr: executions name a version of a case and may lack cycle, key and case" {
	z 'testexecutions?projectKey=DEMO&maxResults=1000'
	all=$body
	z 'testcases?projectKey=DEMO&maxResults=1000'
	jq -r '.values[]|"\(.key) \(.id)"' <<<"$body" | sort >"$T/ids"
	jq -r '.values[].testCase|"\(.self|split("/")|.[-3]) \(.id)"' <<<"$all" | sort -u >"$T/refs"
	[ "$(comm -13 "$T/ids" "$T/refs" | wc -l)" -gt 20 ]
	[ "$(jq '[.values[]|select(.testCycle==null)]|length' <<<"$all")" -gt 10 ]
	[ "$(jq '[.values[]|select(.environment==null)]|length' <<<"$all")" -gt 10 ]
	[ "$(jq '[.values[]|select(has("key")|not)]|length' <<<"$all")" -gt 10 ]
	gone=$(jq -r '.values[].testCase.self|split("/")[-3]' <<<"$all" | sort -u | comm -23 - <(cut -d' ' -f1 "$T/ids" | sort) | head -1)
	[ -n "$gone" ]
	z "testcases/$gone"
	[ "$code" = 404 ]
	# case and cycle may be named by "self" alone
	[ "$(jq '[.values[].testCase|select(.id==null and .self!=null)]|length' <<<"$all")" -gt 10 ]
	[ "$(jq '[.values[].testCycle|select(.!=null and .id==null and .self!=null)]|length' <<<"$all")" -gt 10 ]
	[ "$(jq '[.values[].testCase.self|select(.==null)]|length' <<<"$all")" = 0 ]
	z testexecutions/DEMO-E999999/links
	[ "$code" = 400 ]
}

@test "zephyr: the list of executions has filters" {
	z 'testexecutions?projectKey=DEMO&maxResults=1000&onlyLastExecutions=true'
	last=$(j .total)
	[ "$last" -gt 100 ]
	[ "$last" -lt 1000 ]
	z 'testexecutions?projectKey=DEMO&maxResults=1000&testCycle=DEMO-R3'
	[ "$(j .total)" -gt 0 ]
	[ "$(j '[.values[].testCycle.self]|unique|length')" = 1 ]
	z 'testexecutions?projectKey=DEMO&maxResults=1000&actualEndDateAfter=2999-01-01T00:00:00Z'
	[ "$(j .total)" = 0 ]
}

@test "zephyr: links of plans and cycles are shown by both or by one of them" {
	z 'testplans?projectKey=DEMO&maxResults=100'
	jq -r '.values[]|.id as $p|.links.testCycles[]|"\($p) \(.testCycleId)"' <<<"$body" | sort >"$T/by-plan"
	z 'testcycles?projectKey=DEMO&maxResults=100'
	jq -r '.values[]|.id as $c|.links.testPlans[]|"\(.testPlanId) \($c)"' <<<"$body" | sort >"$T/by-cycle"
	[ "$(comm -12 "$T/by-plan" "$T/by-cycle" | wc -l)" -gt 0 ]
	[ "$(comm -3 "$T/by-plan" "$T/by-cycle" | wc -l)" -gt 0 ]
}

@test "zephyr: an object without files is 404, and a file is answered as bytes" {
	z testcases/DEMO-T2/attachments
	[ "$code" = 404 ]
	z testcases/DEMO-T1/attachments
	file=$(j '.attachments[0].id')
	[ "$(curl -s -o /dev/null -w '%{http_code} %{content_type}' -H 'Authorization: Bearer zmock.zephyr.token' \
	    "$(base)/v2/testcases/DEMO-T1/attachments/$file")" = '200 application/octet-stream' ]
}

@test "zephyr: --no-nextgen removes keyset lists, --page-cap limits pages" {
	start_mock cap --no-nextgen --page-cap 50
	M=cap z 'testcases/nextgen?projectKey=DEMO'
	[ "$code" = 404 ]
	M=cap z 'testcases?projectKey=DEMO&maxResults=1000'
	[ "$(j .maxResults)" = 50 ]
	stop_mock cap
}

@test "zephyr: --sparse leaves out members that a page may lack" {
	start_mock bare --sparse total --sparse isLast --sparse next --sparse values
	export M=bare
	z 'testcases?projectKey=DEMO'
	[ "$(j 'keys|join(",")')" = maxResults,startAt,values ]
	z 'testcases?projectKey=DEMO&startAt=300'
	[ "$(j 'keys|join(",")')" = maxResults,startAt ]
	z 'statuses?projectKey=EMPTY'
	[ "$(j 'keys|join(",")')" = maxResults,startAt ]
	z 'testcycles/nextgen?projectKey=DEMO'
	[ "$(j 'keys|join(",")')" = limit,nextStartAtId,values ]
	z 'testcycles/nextgen?projectKey=EMPTY'
	[ "$(j 'keys|join(",")')" = limit,nextStartAtId ]
	unset M
	stop_mock bare
	start_mock bare --sparse total
	M=bare z 'testcases?projectKey=EMPTY'
	[ "$(j 'keys|join(",")')" = isLast,maxResults,next,startAt,values ]
	stop_mock bare
	start_mock bare --sparse self
	M=bare z 'testexecutions?projectKey=DEMO&maxResults=1000'
	[ "$(j '[.values[].testCase|select(.self==null)|.id!=null]|group_by(.)|map(length>10)|join(",")')" = true,true ]
	stop_mock bare
	run "$ZMOCK" --sparse startAt
	[ "$status" = 64 ]
	[[ $output == *'--sparse: startAt: '* ]]
}

@test "zephyr: edits change the rows" {
	start_mock edit
	M=edit mock -X POST "$(M=edit base)/__mock/edit?what=case&do=change&key=DEMO-T4&name=New" >/dev/null
	M=edit z testcases/DEMO-T4
	[ "$(j .name)" = New ]
	M=edit z 'testcases/nextgen?projectKey=DEMO&updatedAfter=2026-01-01T00:00:00Z'
	[ "$(j '[.values[].key]|join(",")')" = DEMO-T4 ]
	mock -X POST "$(M=edit base)/__mock/edit?what=case&do=delete&key=DEMO-T9" >/dev/null
	M=edit z testcases/DEMO-T9
	[ "$code" = 404 ]
	mock -X POST "$(M=edit base)/__mock/edit?what=case&do=add" >/dev/null
	mock -X POST "$(M=edit base)/__mock/edit?what=execution&do=add" >/dev/null
	M=edit z 'testcases?projectKey=DEMO&maxResults=1000'
	[ "$(j .total)" = 300 ]
	[ "$(j '[.values[].key]|unique|length')" = 300 ]
	M=edit z 'testexecutions?projectKey=DEMO&maxResults=1'
	[ "$(j .total)" = 1001 ]
	stop_mock edit
}

@test "zephyr: an edit of a step does not change its row, and --updated-after changes how lists filter" {
	local u
	start_mock touch --updated-after testplans=refused --updated-after testcycles=ignored
	u="$(M=touch base)/__mock/edit?what=case&do=change"
	M=touch z testcases/DEMO-T2
	jq -cS . <<<"$body" >"$BATS_TEST_TMPDIR/row"
	mock -X POST "$u&key=DEMO-T2&step=1&text=New&ago=600" >/dev/null
	M=touch z testcases/DEMO-T2
	jq -cS . <<<"$body" | cmp "$BATS_TEST_TMPDIR/row" -
	M=touch z testcases/DEMO-T2/teststeps
	[ "$(j '.values[0].inline.description')" = New ]
	M=touch z "testcases/nextgen?projectKey=DEMO&updatedAfter=$(date -u -d '-9 minutes' +%FT%TZ)"
	[ "$(j '.values|length')" = 0 ]
	M=touch z "testcases/nextgen?projectKey=DEMO&updatedAfter=$(date -u -d '-11 minutes' +%FT%TZ)"
	[ "$(j '[.values[].key]|join(",")')" = DEMO-T2 ]
	M=touch z 'testplans/nextgen?projectKey=DEMO&updatedAfter=2999-01-01T00:00:00Z'
	[ "$code" = 400 ]
	M=touch z 'testcycles/nextgen?projectKey=DEMO&updatedAfter=2999-01-01T00:00:00Z'
	[ "$(j '.values|length')" = 10 ]
	stop_mock touch
}

@test "qtest: a login returns a token, which expires when not used and can be refreshed" {
	start_mock ttl --ttl 2s
	u=$(M=ttl base)
	r=$(curl -s -u 'site:' -d 'grant_type=password&username=migrator%40zmock.test&password=secret' "$u/oauth/token")
	t=$(jq -r .access_token <<<"$r")
	ok() { curl -s -o /dev/null -w '%{http_code}' -H "Authorization: Bearer $1" "$u/api/v3/projects"; }
	[ "$(ok "$t")" = 200 ]
	[ "$(curl -s -o /dev/null -w '%{http_code}' -u 'site:x' -d 'grant_type=password&username=a&password=b' "$u/oauth/token")" = 401 ]
	until [ "$(ok nobody)" = 401 ] && ! read -r -t 2.2 <> <(:); do :; done
	[ "$(ok "$t")" = 401 ]
	t=$(curl -s -u 'qtest-api:' -d "grant_type=refresh_token&refresh_token=$(jq -r .refresh_token <<<"$r")" "$u/oauth/token" | jq -r .access_token)
	[ "$(ok "$t")" = 200 ]
	stop_mock ttl
}

@test "qtest: creation answers 200 or 201 as described, and lists have four styles" {
	q POST modules '{"name":"M"}'
	[ "$code" = 201 ]
	q POST "modules?parentId=7" '{"name":"M"}'
	[ "$code" = 404 ]
	new_case plain
	new_cycle C
	q POST "test-suites?parentId=$cycle&parentType=test-cycle" '{"name":"S","properties":[]}'
	[ "$code" = 400 ]
	[[ $(j .message) == *Team* ]]
	q GET settings/test-suites/fields
	team=$(j '.[]|select(.label=="Team").id')
	q POST "test-suites?parentId=$cycle&parentType=test-cycle" "{\"name\":\"S\",\"properties\":[{\"field_id\":$team,\"field_value\":\"x\"}]}"
	[ "$code" = 200 ]
	q POST "test-runs?parentId=$cycle&parentType=test-cycle" "{\"name\":\"r\",\"test_case\":{\"id\":$id}}"
	[ "$code" = 201 ]
	q GET "test-runs?parentId=0&parentType=root&expand=descendants"
	[ "$(j '.items|length')" = "$(j .total)" ]
	[ "$(j .page_size)" = 100 ]
	q GET modules
	[ "$(j type)" = array ]
	q GET "test-cycles/$cycle?expand=descendants"
	[ "$(j '."test-suites"[0].name')" = S ]
	q GET nonsense
	[ "$code" = 404 ]
	[[ $body == *html* ]]
}

@test "qtest: versions are 0.1, 1.0, 1.1, 2.0, and steps get new ids" {
	q POST test-cases '{"name":"v","properties":[],"test_steps":[{"description":"a","expected":"b"}]}'
	[ "$(j .version)" = 0.1 ]
	[ "$(j .test_steps)" = null ]
	id=$(j .id)
	q GET "test-cases/$id/test-steps"
	first=$(j '.[0].id')
	q PUT "test-cases/$id/approve"
	[ "$(j .version)" = 1.0 ]
	q GET "test-cases/$id/test-steps"
	[ "$(j '.[0].id')" != "$first" ]
	q PUT "test-cases/$id" '{"name":"w","properties":[]}'
	[ "$(j .version)" = 1.1 ]
	q GET "test-cases/$id/test-steps"
	[ "$(j length)" = 1 ]
	q PUT "test-cases/$id" '{"name":"w","properties":[],"test_steps":[]}'
	[ "$(j .version)" = 1.2 ]
	q PUT "test-cases/$id/approve"
	q GET "test-cases/$id/versions"
	[ "$(j '[.[].version]|join(",")')" = 1.0,2.0 ]
}

@test "qtest: a body must be JSON of that type" {
	local t
	status_of() {
		curl -s -o "$BATS_TEST_TMPDIR/said" -w '%{http_code}' -H 'Authorization: bearer zmock-qtest-token' \
		    "$@" "$(base)/api/v3/projects/1/modules"
	}
	for t in application/x-www-form-urlencoded text/plain application/jsonp ''; do
		[ "$(status_of -H "Content-Type: $t" -d '{"name":"typeless"}')" = 415 ]
	done
	grep -q '<html>' "$BATS_TEST_TMPDIR/said"
	[ "$(status_of -X PUT -d '[1]')" = 404 ]
	q GET modules
	[[ $body != *typeless* ]]
	for t in application/json 'Application/JSON;charset=UTF-8'; do
		[ "$(status_of -H "Content-Type: $t" -d '{"name":"typed"}')" = 201 ]
	done
}

@test "an empty segment of a path is part of it" {
	local p
	for p in /api//v3/projects /api/v3//projects //api/v3/projects /api/v3/projects/ /api/v3/projects//1/modules; do
		q GET "$p"
		[ "$code" = 404 ]
	done
	q GET /api/v3/projects
	[ "$code" = 200 ]
	for p in /testcases testcases/ testcases//nextgen; do
		z "$p?projectKey=DEMO"
		[ "$code" = 403 ]
	done
}

@test "qtest: labels in place of ids, unknown ids and malformed bodies are refused" {
	f=$(field_id Status)
	[ "$f" -lt 0 ]
	q POST test-cases "{\"name\":\"n\",\"properties\":[{\"field_id\":$f,\"field_value\":\"Approved\"}]}"
	[ "$code" = 400 ]
	q GET settings/test-cases/fields
	v=$(j ".[]|select(.id==$f).allowed_values[]|select(.label==\"Approved\").value")
	q POST test-cases "{\"name\":\"n\",\"properties\":[{\"field_id\":$f,\"field_value\":$v}]}"
	[ "$code" = 400 ]
	q POST test-cases "{\"name\":\"n\",\"properties\":[{\"field_id\":$f,\"field_value\":\"$v\"}]}"
	[ "$code" = 200 ]
	[ "$(j ".properties[]|select(.field_id==$f).field_value_name")" = Approved ]
	q POST test-cases '{"name":"","properties":[]}'
	[ "$code" = 400 ]
	q POST test-cases '{"name":"n","properties":[],"test_steps":[{"description":"x"}]}'
	[ "$code" = 400 ]
	q POST test-cases '{"name":"n","properties":[],"parent_id":12345}'
	[ "$code" = 404 ]
	q POST test-cases '[1,2'
	[ "$code" = 400 ]
	q POST test-cases '{"name":"n","properties":[]}'
	m=$(j .parent_id)
	q GET "modules/$m"
	[ "$(j .name)" = 'Created via API' ]
}

@test "qtest: an inactive value is listed before an active one of the same name, and is refused" {
	local f v
	f=$(field_id Priority)
	q GET settings/test-cases/fields
	v=$(j ".[]|select(.id==$f).allowed_values|map(select(.label==\"High\"))|map(.is_active|tostring)|join(\",\")")
	[ "$v" = false,true ]
	for v in $(j ".[]|select(.id==$f).allowed_values[]|select(.label==\"High\").value"); do
		q POST test-cases "{\"name\":\"p\",\"properties\":[{\"field_id\":$f,\"field_value\":\"$v\"}]}"
		echo "$code" >>"$BATS_TEST_TMPDIR/codes"
	done
	[ "$(paste -sd' ' "$BATS_TEST_TMPDIR/codes")" = '400 200' ]
}

@test "qtest: [~x] in a step creates a parameter" {
	new_case param '[{"description":"say [~who]","expected":""}]'
	q GET "test-cases/$id/test-steps"
	[[ $(j '.[0].description') =~ ^say\ \[~[0-9]+\]$ ]]
	q GET "test-cases/$id/test-steps?showParamIdentifier=true"
	[ "$(j '.[0].description')" = 'say [~who]' ]
}

@test "qtest: a log needs the id of a status, whole seconds and steps of its version" {
	new_case log '[{"description":"a","expected":"b"}]'
	new_cycle logs
	q GET "test-cases/$id/versions/$version/test-steps"
	step=$(j '.[0].id')
	q POST "test-runs?parentId=$cycle&parentType=test-cycle" "{\"name\":\"r\",\"test_case\":{\"id\":$id}}"
	run=$(j .id)
	d='"exe_start_date":"2020-05-17T09:30:00+00:00","exe_end_date":"2020-05-17T09:31:00+00:00"'
	q POST "test-runs/$run/test-logs" "{\"status\":\"Passed\",$d}"
	[ "$code" = 400 ]
	q POST "test-runs/$run/test-logs" '{"status":{"id":601},"exe_start_date":"2020-05-17T09:30:00.123456Z","exe_end_date":"2020-05-17T09:30:00Z"}'
	[ "$code" = 400 ]
	q POST "test-runs/$run/test-logs" '{"status":{"id":601},"exe_start_date":"2020-05-17T09:30:00.123Z","exe_end_date":"2020-05-17T09:30:00+0000"}'
	[ "$code" = 201 ]
	q POST "test-runs/$run/test-logs" "{\"status\":{\"id\":602},$d,\"test_step_logs\":[{\"test_step_id\":$step,\"order\":1,\"status\":{\"id\":602}}]}"
	[ "$code" = 201 ]
	[ "$(j .exe_start_date)" = 2020-05-17T09:30:00+00:00 ]
	q PUT "test-cases/$id" '{"name":"log","properties":[],"test_steps":[{"description":"new","expected":""}]}'
	q PUT "test-cases/$id/approve"
	q POST "test-runs/$run/test-logs" "{\"status\":{\"id\":602},$d,\"test_step_logs\":[{\"test_step_id\":$step,\"order\":1,\"status\":{\"id\":602}}]}"
	[ "$code" = 400 ]
	q GET "test-runs/$run/test-logs"
	[ "$(j .total)" = 2 ]
	q GET "test-runs/$run/test-logs/last-run"
	[ "$(j .status.name)" = Failed ]
	q DELETE "test-runs/$run/test-logs/$(j .id)"
	[ "$code" = 404 ]
}

@test "qtest: a step of a called case names the case and the calling step" {
	new_case callee '[{"description":"in","expected":""}]'
	callee=$id
	new_case caller "[{\"called_test_case_id\":$callee}]"
	q GET "test-cases/$id/versions/$version/test-steps?expand=calledteststep"
	by=$(j '.[0].id')
	in=$(j '.[0].called_test_case.test_steps[0].id')
	new_cycle calls
	q POST "test-runs?parentId=$cycle&parentType=test-cycle" "{\"name\":\"r\",\"test_case\":{\"id\":$id}}"
	run=$(j .id)
	d='"status":{"id":601},"exe_start_date":"2020-05-17T09:30:00+00:00","exe_end_date":"2020-05-17T09:31:00+00:00"'
	q POST "test-runs/$run/test-logs" "{$d,\"test_step_logs\":[{\"test_step_id\":$in,\"status\":{\"id\":601}}]}"
	[ "$code" = 400 ]
	q POST "test-runs/$run/test-logs" "{$d,\"test_step_logs\":[{\"test_step_id\":$in,\"status\":{\"id\":601},\"called_test_case_id\":$callee,\"parent_test_step_id\":$by}]}"
	[ "$code" = 201 ]
}

@test "qtest: an unapproved case has no version for a run" {
	q POST test-cases '{"name":"raw","properties":[]}'
	id=$(j .id)
	new_cycle raw
	q POST "test-runs?parentId=$cycle&parentType=test-cycle" "{\"name\":\"r\",\"test_case\":{\"id\":$id}}"
	[ "$code" = 400 ]
}

@test "qtest: deletion is refused or includes dependent objects as described" {
	q POST modules '{"name":"del"}'
	m=$(j .id)
	q POST test-cases "{\"name\":\"x\",\"properties\":[],\"parent_id\":$m}"
	q DELETE "modules/$m"
	[ "$code" = 400 ]
	q DELETE "modules/$m?force=true"
	[ "$code" = 200 ]
	q GET "modules/$m"
	[ "$code" = 404 ]
	q DELETE defects/1
	[ "$code" = 404 ]
}

@test "qtest: two projects are separate" {
	q POST modules '{"name":"one"}'
	m=$(j .id)
	PROJECT=2 q GET "modules/$m"
	[ "$code" = 404 ]
	PROJECT=3 q GET modules
	[ "$code" = 404 ]
}

@test "qtest: the search index is late, lists are not" {
	start_mock lag --lag 60s
	M=lag q POST test-cases '{"name":"late","properties":[]}'
	M=lag q POST search '{"object_type":"test-cases","fields":["*"],"query":"Name = '"'late'"'"}'
	[ "$(j .total)" = 0 ]
	M=lag q GET test-cases
	[ "$(j length)" = 1 ]
	stop_mock lag
	q POST test-cases '{"name":"found","properties":[]}'
	q POST search '{"object_type":"test-cases","fields":["*"],"query":"Name = '"'found'"'"}'
	[ "$(j .total)" = 1 ]
}

@test "qtest: a page has 999 rows at most, and 20 or 100 by default" {
	start_mock pages
	for i in $(seq 25); do
		M=pages q POST test-cases "{\"name\":\"c$i\",\"properties\":[]}"
	done
	M=pages q GET test-cases
	[ "$(j length)" = 20 ]
	M=pages q GET 'test-cases?size=5000&page=1'
	[ "$(j length)" = 25 ]
	M=pages q GET 'test-runs?parentId=0&parentType=root&pageSize=5000'
	[ "$(j .page_size)" = 999 ]
	# each list accepts only its own name of the size
	M=pages q GET 'test-cases?pageSize=7'
	[ "$(j length)" = 20 ]
	M=pages q GET 'test-runs?parentId=0&parentType=root&size=7'
	[ "$(j .page_size)" = 100 ]
	stop_mock pages
	start_mock pages --page-size ignored --qtest-cap 2
	for i in 1 2 3; do
		M=pages q POST 'test-cycles?parentId=0&parentType=root' "{\"name\":\"c$i\"}"
	done
	M=pages q GET 'test-cycles?parentType=root&pageSize=-1'
	[ "$(j length)" = 2 ]
	stop_mock pages
	start_mock pages --page-size ignored
	M=pages q GET 'test-runs?parentId=0&parentType=root&pageSize=7'
	[ "$(j .page_size)" = 100 ]
	stop_mock pages
}

@test "qtest: cycles of a release are in the list of the root only with --release-cycles root" {
	local id how
	for how in apart root; do
		start_mock below --release-cycles $how
		M=below q POST releases '{"name":"R","properties":[]}'
		id=$(j .id)
		M=below q POST "test-cycles?parentId=$id&parentType=release" '{"name":"below"}'
		M=below q POST 'test-cycles?parentId=0&parentType=root' '{"name":"top"}'
		M=below q GET 'test-cycles?parentId=0&parentType=root&expand=descendants'
		[ "$(j '[.[].name] | join(" ")')" = "top$([ $how = apart ] || echo ' below')" ]
		M=below q GET "test-cycles?parentId=$id&parentType=release"
		[ "$(j '[.[].name] | join(" ")')" = below ]
		stop_mock below
	done
}

@test "rate: both windows answer 429 with Retry-After, and the month has a limit" {
	for w in fixed sliding; do
		start_mock rate --rate 3 --window $w --minute 1h
		for i in 1 2 3; do
			M=rate q GET /api/v3/projects
			[ "$code" = 200 ]
		done
		h=$(curl -s -D - -o /dev/null -H 'Authorization: bearer zmock-qtest-token' "$(M=rate base)/api/v3/projects")
		grep -q ' 429' <<<"$h"
		grep -qi '^retry-after: [1-9]' <<<"$h"
		M=rate z 'projects'
		[ "$code" = 200 ]
		stop_mock rate
	done
	start_mock rate --month 1 --retry-after 0
	h=$(curl -s -D - -o /dev/null -H 'Authorization: bearer zmock-qtest-token' "$(M=rate base)/api/v3/projects")
	grep -q ' 200' <<<"$h"
	run ! grep -qi '^x-ratelimit' <<<"$h"
	stop_mock rate
	start_mock rate --month 1 --retry-after 0 --limit-headers
	M=rate q GET /api/v3/projects
	h=$(curl -s -D - -o /dev/null -H 'Authorization: bearer zmock-qtest-token' "$(M=rate base)/api/v3/projects")
	grep -q ' 429' <<<"$h"
	grep -qi '^retry-after: 0' <<<"$h"
	grep -qi '^x-ratelimit-remaining-month: 0' <<<"$h"
	stop_mock rate
}

scenario() { curl -s -X POST --data-binary "$1" "$(base)/__mock/scenario"; }

@test "faults: status, HTML, redirect, truncation and wrong totals are played" {
	scenario 'match GET /v2/projects nth 2 do status 503 retry-after 7 html
match GET /v2/priorities do html200
match GET /v2/environments do redirect http://localhost:1/*
match GET /v2/folders do truncate 20
match GET /v2/testplans do lie-total 5'
	z projects
	[ "$code" = 200 ]
	h=$(curl -s -i -H 'Authorization: Bearer zmock.zephyr.token' "$(base)/v2/projects")
	grep -q ' 503' <<<"$h"
	grep -qi 'retry-after: 7' <<<"$h"
	grep -q '<html>' <<<"$h"
	z projects
	[ "$code" = 200 ]
	z priorities
	[ "$code" = 200 ]
	[[ $body == *html* ]]
	h=$(curl -s -i -H 'Authorization: Bearer zmock.zephyr.token' "$(base)/v2/environments?x=1")
	grep -q 'Location: http://localhost:1//v2/environments?x=1' <<<"$h"
	run curl -s -H 'Authorization: Bearer zmock.zephyr.token' "$(base)/v2/folders"
	[ "$status" = 18 ]
	[ "${#output}" = 20 ]
	z testplans
	[ "$(j .total)" = 10 ]
	scenario ''
}

@test "faults: a reset before leaves nothing, a reset after leaves the effect" {
	scenario 'match POST /api/v3/projects/1/releases nth 1 do reset-before
match POST /api/v3/projects/1/releases nth 2 do reset-after'
	curl -s -X POST "$(base)/__mock/reset"
	post() { curl -s -H 'Authorization: bearer zmock-qtest-token' -H 'Content-Type: application/json' -d "{\"name\":\"$1\",\"properties\":[]}" "$(base)/api/v3/projects/1/releases"; }
	run post before
	[ "$status" != 0 ]
	run post after
	[ "$status" != 0 ]
	scenario ''
	q GET releases
	[ "$(j '[.[].name]|join(",")')" = after ]
	[ "$(curl -s "$(base)/__mock/record?path=*/releases&method=POST" | jq -c '[.status,.acted,.fault]')" = \
	    '[0,false,"reset-before"]
[0,true,"reset-after"]' ]
}

@test "faults: an effect takes place after its connection was closed" {
	scenario 'match POST /api/v3/projects/1/test-cycles nth 1 do late 3600000
match POST /api/v3/projects/1/test-cycles nth 2 do late 1'
	for name in later ghost; do
		run curl -s -H 'Authorization: bearer zmock-qtest-token' -H 'Content-Type: application/json' -d "{\"name\":\"$name\"}" "$(base)/api/v3/projects/1/test-cycles"
		[ "$status" != 0 ]
	done
	scenario ''
	for i in $(seq 500); do
		q GET 'test-cycles?parentId=0&parentType=root'
		[[ $body == *ghost* ]] && break
		read -r -t 0.02 <> <(:) || true
	done
	[ "$(j '[.[].name | select(IN("later", "ghost"))] | join(",")')" = ghost ]
}

@test "faults: endless answers, delays, expired tokens and shifted rows are played" {
	scenario 'match GET /v2/statuses do endless
match GET /v2/priorities do delay 300
match GET /api/v3/projects nth 2 do expire-token
match GET /v2/testcases nth 2 do shift remove'
	run curl -s -m 1 -o "$T/endless" -H 'Authorization: Bearer zmock.zephyr.token' "$(base)/v2/statuses"
	[ "$status" = 28 ]
	[ "$(wc -c <"$T/endless")" -gt 100000 ]
	t=$(curl -s -o /dev/null -w '%{time_total}' -H 'Authorization: Bearer zmock.zephyr.token' "$(base)/v2/priorities")
	awk "BEGIN{exit !($t >= 0.3)}"
	r=$(curl -s -u 'site:' -d 'grant_type=password&username=migrator%40zmock.test&password=secret' "$(base)/oauth/token" | jq -r .access_token)
	ok() { curl -s -o /dev/null -w '%{http_code}' -H "Authorization: Bearer $r" "$(base)/api/v3/projects"; }
	[ "$(ok) $(ok) $(ok)" = '200 401 401' ]
	z 'testcases?projectKey=DEMO&maxResults=10'
	a=$(j '.values[-1].key')
	z 'testcases?projectKey=DEMO&maxResults=10&startAt=10'
	[ "$(j .total)" = 299 ]
	scenario ''
}

@test "faults: a line that is not understood is refused with its words" {
	run scenario 'match GET /v2/* do explode'
	[[ $output == *explode* ]]
	echo 'match GET' >"$T/bad"
	run "$ZMOCK" --scenario "$T/bad"
	[ "$status" = 78 ]
	[[ $output == *'line 1'* ]]
	run "$ZMOCK" --no-such-option
	[ "$status" = 64 ]
	run "$ZMOCK" --corpus /nonexistent
	[ "$status" = 66 ]
}

@test "record: it has counts by pattern, hosts and bodies, and is dumped at the end" {
	start_mock rec --dump "$T"
	export M=rec
	q POST modules '{"name":"M"}'
	curl -s -o /dev/null -H 'Host: elsewhere.test' -H 'Authorization: bearer zmock-qtest-token' "$(base)/api/v3/projects"
	[ "$(curl -s "$(base)/__mock/counts?method=POST")" = '{"POST /api/v3/projects/{}/modules 201":1}' ]
	r=$(curl -s "$(base)/__mock/record?method=POST")
	[ "$(jq -r .body_sha256 <<<"$r")" = "$(printf '{"name":"M"}' | sha256sum | cut -d' ' -f1)" ]
	[ "$(curl -s "$(base)/__mock/record" | jq -c 'select(.authorization_host_ok|not).path')" = '"/api/v3/projects"' ]
	unset M
	stop_mock rec
	[ "$(jq -r '.[0].modules[0].name' "$T/state-normal.json")" = M ]
	[ "$(wc -l <"$T/record.ndjson")" = 2 ]
}

@test "state: it is equal after loads in another order and different after each change" {
	start_mock st
	export M=st
	load() {
		q POST settings/test-cases/fields '{"label":"Zephyr Key","data_type":1}'
		f=$(j .id)
		for k in $1; do
			q POST test-cases "{\"name\":\"c\",\"properties\":[{\"field_id\":$f,\"field_value\":\"X-T$k\"}],\"test_steps\":[{\"description\":\"s$k\",\"expected\":\"\"}]}"
			q PUT "test-cases/$(j .id)/approve"
			v=$(j .test_case_version_id)
			q POST 'test-runs?parentId=0&parentType=root' "{\"name\":\"r$k\",\"test_case\":{\"id\":$(j .id)}}"
			q POST "test-runs/$(j .id)/test-logs" "{\"status\":{\"id\":601},\"exe_start_date\":\"2020-01-01T00:00:0${k}Z\",\"exe_end_date\":\"2020-01-01T00:00:09Z\",\"note\":\"[zephyr E:$k]\"}"
			[ "$code" = 201 ]
		done
	}
	state() { curl -s "$(base)/__mock/state?normal=1"; }
	load '1 2 3'
	a=$(state)
	[ "$(jq -Sc . <<<"$a")" = "$a" ]
	stop_mock st
	start_mock st
	load '3 1 2'
	[ "$(state)" = "$a" ]
	last=$a
	for b in 'kind=case&key=X-T1&do=step&n=1&field=description&value=zzz' 'kind=log&key=E:2&do=date&field=end&value=2021-01-01T00:00:00Z' \
	    'kind=log&key=E:2&do=status&value=Failed' 'kind=case&key=X-T3&do=set&field=name&value=other' \
	    'kind=run&key=r2&do=duplicate' 'kind=case&key=X-T3&do=delete'; do
		curl -s -X POST "$(base)/__mock/break?$b" | grep -q '"message"'
		now=$(state)
		[ "$now" != "$last" ]
		last=$now
	done
	[ "$(curl -s -X POST "$(base)/__mock/break?kind=case&key=nobody&do=delete" | jq -r .message)" = 'break: no such object' ]
	unset M
	stop_mock st
}

@test "corpus: rows keep their bytes except the host of self" {
	[ -n "${CORPUS:-}" ] && [ -r "$CORPUS/testcases.ndjson.gz" ] || skip 'no corpus (CORPUS=DIR)'
	start_mock corp --corpus "$CORPUS" --cycles 10 --executions 100
	export M=corp
	z 'testcases?projectKey=MM&maxResults=1000&startAt=5000'
	[ "$(j .total)" = 5059 ]
	s=$(zcat "$CORPUS/testcases.ndjson.gz" | tail -1 | sed "s#https://api.zephyrscale.smartbear.com#$(base)#g" | jq -c .)
	[ "$(jq -c '.values[-1]' <<<"$body")" = "$s" ]
	z testcases/MM-T3320/teststeps
	[ "$(j '.values[0].testCase.testCaseKey')" = MM-T3321 ]
	unset M
	stop_mock corp
}

@test "zephyr: --hostile names contain NUL, escapes and half a surrogate pair" {
	start_mock bad --hostile
	M=bad z 'testcases?projectKey=DEMO&maxResults=1000'
	for odd in '\u0000' '\u001b[31m' '\ud83d half' '\udc00' '../../../etc/passwd'; do
		grep -qF -- "$odd" <<<"$body"
	done
	M=bad z 'folders?projectKey=DEMO&maxResults=1000'
	[ "$(j '[.values[].parentId]|index(999999999)!=null')" = true ]
	z 'testcases?projectKey=DEMO&maxResults=1000'
	run ! grep -qF '\u0000' <<<"$body"
	stop_mock bad
}

@test "zephyr: an empty keyset page has a cursor that does not grow" {
	z 'testcases/nextgen?projectKey=EMPTY&limit=10'
	[ "$(j '.nextStartAtId')" = 0 ]
	[ "$(j '.values|length')" = 0 ]
}

@test "qtest: --qtest-cap silently lowers pages, --rewrite-html rewrites HTML" {
	start_mock spell --qtest-cap 2 --rewrite-html --pid-prefix --step-ids
	export M=spell
	for i in 1 2 3; do
		q POST test-cases '{"name":"c","properties":[],"description":"it'"'"'s<br>so","test_steps":[{"description":"a","expected":"b"}]}'
	done
	[ "$(j .description)" = 'it&#39;s<br />so' ]
	[ "$(j '.test_steps[0].id')" != null ]
	q GET 'test-cases?size=100'
	[ "$(j length)" = 2 ]
	q GET modules
	[[ $(j '.[0].name') == 'MD-1 '* ]]
	unset M
	stop_mock spell
}

@test "qtest: a malformed PUT changes nothing, and inactive users and wrong planned dates are refused" {
	new_case keep
	q PUT "test-cases/$id" '{"name":"lost","properties":[],"test_steps":[{"description":"no expected"}]}'
	[ "$code" = 400 ]
	q GET "test-cases/$id"
	[ "$(j '.name+.version')" = keep1.0 ]
	f=$(field_id 'Assigned To')
	for v in '204' '"204"' '"999"' '"[202]"'; do
		q PUT "test-cases/$id" "{\"name\":\"keep\",\"properties\":[{\"field_id\":$f,\"field_value\":$v}]}"
		[ "$code" = 400 ]
	done
	q PUT "test-cases/$id" "{\"name\":\"keep\",\"properties\":[{\"field_id\":$f,\"field_value\":\"202\"}]}"
	[ "$code" = 200 ]
	new_cycle plans
	q POST "test-runs?parentId=$cycle&parentType=test-cycle" "{\"name\":\"r\",\"test_case\":{\"id\":$id},\"properties\":[{\"field_id\":4303,\"field_value\":\"2024-02-02T00:00:00+00:00\"},{\"field_id\":4304,\"field_value\":\"2024-01-01T00:00:00+00:00\"}]}"
	[ "$code" = 400 ]
}

@test "qtest: files are stored inline and as blobs, requirements have links, and fields can be changed" {
	q POST requirements '{"name":"R","properties":[]}'
	[ "$code" = 200 ]
	req=$(j .id)
	new_case linked
	q POST "requirements/$req/link?type=test-cases" "[$id,$id]"
	[ "$code" = 200 ]
	[ "$(j '.[0].objects|length')" = 1 ]
	q POST "test-cases/$id/link?type=requirements" "[$req]"
	[ "$code" = 400 ]
	# objects that cannot be linked are ignored; ids is repeated
	q POST "requirements/$req/link?type=test-cases" "[$req]"
	[ "$code" = 200 ]
	[ "$(j '.[0].objects|length')" = 1 ]
	q GET "linked-artifacts?type=test-cases&ids=1&ids=$id"
	[ "$(j '.[0].objects[0].id')" = "$req" ]
	code=$(printf 'a\0b' | curl -s -o /dev/null -w '%{http_code}' -H 'Authorization: bearer zmock-qtest-token' -H 'File-Name: x.bin' \
	    -H 'Content-Type: application/octet-stream' --data-binary @- "$(base)/api/v3/projects/1/test-cases/$id/blob-handles")
	[ "$code" = 201 ]
	q GET "test-cases/$id/attachments"
	file=$(j '.[0].id')
	[ "$(curl -s -H 'Authorization: bearer zmock-qtest-token' "$(base)/api/v3/projects/1/test-cases/$id/attachments/$file" | od -An -c | tr -d ' ')" = 'a\0b' ]
	q GET "attachments?type=test-cases&ids=$id"
	[ "$(j .total)" = 1 ]
	q POST test-runs/1/blob-handles x
	[ "$code" = 400 ]
	q POST settings/test-cases/fields '{"label":"Pick","data_type":17}'
	[ "$code" = 400 ]
	q POST settings/test-cases/fields '{"label":"Pick","data_type":17,"multiple":true,"allowed_values":[{"label":"a"},{"label":"b"}]}'
	[ "$code" = 201 ]
	f=$(j .id)
	a=$(j '.allowed_values[0].value')
	for v in "$a" '[1]' '"a"'; do
		q POST test-cases "{\"name\":\"n\",\"properties\":[{\"field_id\":$f,\"field_value\":\"$v\"}]}"
		[ "$code" = 400 ]
	done
	q POST test-cases "{\"name\":\"n\",\"properties\":[{\"field_id\":$f,\"field_value\":\"[$a]\"}]}"
	[ "$code" = 200 ]
	q PUT "settings/test-cases/fields/$f" "{\"label\":\"Pick\",\"data_type\":17,\"multiple\":true,\"allowed_values\":[{\"value\":$a,\"label\":\"a\"}]}"
	[ "$(j '.allowed_values|length')" = 1 ]
}

@test "qtest: the dates of a release are in another zone" {
	q POST releases '{"name":"Z","properties":[],"start_date":"2024-05-17T20:00:00+00:00"}'
	[ "$code" = 201 ]
	[ "$(j .start_date)" = 2024-05-18T03:00:00+07:00 ]
}

@test "zephyr: a new version has the same key and a new id at the end of the list" {
	start_mock ver
	export M=ver
	z testcases/DEMO-T3
	old=$body
	z 'testcases/DEMO-T3/versions?maxResults=100'
	n=$(j .total)
	curl -s -X POST "$(base)/__mock/edit?what=case&do=version&key=DEMO-T3" >/dev/null
	z testcases/DEMO-T3
	[ "$(j .id)" -gt "$(jq .id <<<"$old")" ]
	[ "$(j 'del(.id)')" = "$(jq -r 'del(.id)' <<<"$old")" ]
	z 'testcases/nextgen?projectKey=DEMO&limit=1000'
	[ "$(j '.values[-1].key')" = DEMO-T3 ]
	[ "$(j '[.values[].key]|unique|length')" = 300 ]
	z 'testcases/DEMO-T3/versions?maxResults=100'
	[ "$(j .total)" = $((n + 1)) ]
	[ "$(j '.values[1].id')" = "$(jq .id <<<"$old")" ]
	z testcases/DEMO-T3/teststeps
	[ "$code" = 200 ]
	curl -s -X POST "$(base)/__mock/edit?what=case&do=change&key=DEMO-T3&name=Again" >/dev/null
	z testcases/DEMO-T3
	[ "$(j .name)" = Again ]
	z 'testcases/nextgen?projectKey=DEMO&limit=1000&updatedAfter=2026-01-01T00:00:00Z'
	[ "$(j '[.values[].key]|join(",")')" = DEMO-T3 ]
	unset M
	stop_mock ver
}

@test "qtest: with --context qTest is below that path only" {
	start_mock below --context /qtest/app
	export M=below
	q GET /qtest/app/api/v3/projects
	[ "$code" = 200 ]
	[ "$(curl -s -o /dev/null -w '%{http_code}' -u 'site:' -d 'grant_type=password&username=migrator%40zmock.test&password=secret' \
	    "$(base)/qtest/app/oauth/token")" = 200 ]
	for p in /api/v3/projects /oauth/token /qtest/api/v3/projects /qtest/app//api/v3/projects /qtest/apps/api/v3/projects /qtest/app/v2/projects; do
		q GET "$p"
		[ "$code" = 404 ]
	done
	z projects
	[ "$code" = 200 ]
	[ "$(curl -s "$(base)/__mock/counts?api=qtest" | jq -r 'keys|join(",")')" = 'GET /api/v3/projects 200,POST /oauth/token 200' ]
	unset M
	stop_mock below
	for bad in qtest /qtest/ ''; do
		run "$ZMOCK" --context "$bad"
		[ "$status" = 64 ]
	done
}

@test "qtest: siblings are listed by order" {
	for o in 3 1 2; do
		q POST "modules" "{\"name\":\"ordered $o\",\"order\":$((o + 100))}"
	done
	q GET modules
	[ "$(j '[.[].name|select(startswith("ordered"))]|join(",")')" = 'ordered 1,ordered 2,ordered 3' ]
}

@test "a kept state can be restored any number of times" {
	local at turn n
	start_mock mark --seed 4 --cases 20
	at=$(cat "$T/mark.url")
	objects() { curl -sf "$at/__mock/size" | jq -c '[.qtest.MD, .requests]'; }
	create() {
		M=mark q POST modules "{\"name\":\"$1\"}"
		[[ $code == 20* ]]
	}
	[ "$(curl -s -o /dev/null -w '%{http_code}' -X POST "$at/__mock/back")" = 400 ]
	create kept
	n=$(objects)
	run curl -s -X POST "$at/__mock/mark"
	[ "$status" -eq 52 ] || [ "$status" -eq 56 ]
	for turn in 1 2 3; do
		[ "$(objects)" = "$n" ]
		create "gone $turn"
		create "gone, too $turn"
		[ "$(objects)" != "$n" ]
		curl -sf "$at/__mock/state?project=1" | grep -q '"gone'
		run curl -s -X POST "$at/__mock/back"
		[ "$status" -eq 52 ] || [ "$status" -eq 56 ]
	done
	[ "$(objects)" = "$n" ]
	# a signal ends both processes, and the port is closed
	kill "$(cat "$T/mark.pid")"
	while kill -0 "$(cat "$T/mark.pid")" 2>/dev/null; do :; done
	for ((n = 0; n < 200; n++)); do
		curl -s -o /dev/null "$at/__mock/size" || break
	done
	[ "$n" -lt 200 ]
}

@test "--clock: dates depend on the number of requests only" {
	start_mock clock --clock 2026-01-01T00:00:00Z
	export M=clock
	z projects/DEMO
	q POST modules '{"name":"dated"}'
	[ "$(j .created_date)" = 2026-01-01T00:00:02+00:00 ]
	curl -s -X POST "$(base)/__mock/edit?what=case&do=change&key=DEMO-T3&name=Again" >/dev/null
	run curl -si -H 'Authorization: Bearer zmock.zephyr.token' \
	    "$(base)/v2/testcases/nextgen?projectKey=DEMO&updatedAfter=2026-01-01T00:00:01Z"
	[[ $output == *"Date: Thu, 01 Jan 2026 00:00:03 GMT"* ]]
	[ "$(tail -n 1 <<<"$output" | jq -r '.values[].key')" = DEMO-T3 ]
	z 'testcases/nextgen?projectKey=DEMO&updatedAfter=2026-01-01T00:00:03Z'
	[ "$(j '.values|length')" = 0 ]
	unset M
	stop_mock clock
	run "$ZMOCK" --clock yesterday
	[ "$status" = 64 ]
}

@test "the example of zmock(1) works as mandoc shows it" {
	local page="$BATS_TEST_DIRNAME/../man/zmock.1"
	cd "$BATS_TEST_TMPDIR"
	mandoc -T utf8 -O width=200 "$page" | sed $'s/.\b//g' |
	    sed -n '/^EXAMPLES/,$s/^ *\$ //p' >example
	[ "$(wc -l <example)" -ge 10 ]
	run --separate-stderr env -i HOME="$PWD" LC_ALL=C.UTF-8 \
	    PATH="$(dirname "$ZMOCK"):/usr/local/bin:/usr/bin:/bin" sh -e example 3>&-
	printf '%s\n' "$output" "$stderr" >&2
	[ "$status" = 0 ]
	[[ $output == *'"GET (none) 503": '* ]]
	[ "${lines[-1]}" = New ]
}
