#!/usr/bin/env bats
# databases: either
# Objects of other users in qTest that have the names of objects to be loaded.
load helper
load target

setup_file() {
	export ROOT=$(cd "$BATS_TEST_DIRNAME/.." && pwd)
	target 3 2 | seal >"$BATS_FILE_TMPDIR/small.ndjson"
	target 3 2 new | sed 's/"description":"<p>\[zephyr X-P1\]/"description":"<p>more<\/p><p>[zephyr X-P1]/' |
	    seal >"$BATS_FILE_TMPDIR/edited.ndjson"
}
prepare() {
	SMALL=$BATS_FILE_TMPDIR/small.ndjson EDITED=$BATS_FILE_TMPDIR/edited.ndjson
	export ZTOQ_SETTLE=1s
}
# foreign PATH JSON [METHOD]: create an object as a user does; print its id
foreign() {
	local code body
	mock_answer "${3-POST}" "/api/v3/projects/1$1" "$2" \
	    "Authorization: bearer $QTEST_API_TOKEN"$'\r\n'"Content-Type: application/json"
	[[ $code == 2?? ]] || { echo "$code $body" >&2; return 1; }
	j .id
}
# foreign_objects: create one object of each kind that has the name of one of the records
foreign_objects() {
	local top below case cycles cycle
	top=$(foreign /modules '{"name":"Top"}')
	below=$(foreign "/modules?parentId=$top" '{"name":"Below"}')
	case=$(foreign /test-cases "{\"name\":\"Case 2\",\"parent_id\":$below,\"properties\":[],
	    \"test_steps\":[{\"description\":\"do 2\",\"expected\":\"seen\"}]}")
	foreign "/test-cases/$case/approve" '' PUT >/dev/null
	foreign /releases '{"name":"Plan"}' >/dev/null
	cycles=$(foreign '/test-cycles?parentId=0&parentType=root' '{"name":"Cycles"}')
	cycle=$(foreign "/test-cycles?parentId=$cycles&parentType=test-cycle" '{"name":"Cycle X-R1"}')
	foreign "/test-runs?parentId=$cycle&parentType=test-cycle" \
	    "{\"name\":\"Case 2\",\"test_case\":{\"id\":$case}}" >/dev/null
	foreign "/test-runs?parentId=$cycle&parentType=test-cycle" \
	    "{\"name\":\"Case 1\",\"test_case\":{\"id\":$case}}" >/dev/null
}
how() { sql "SELECT kind, ekey, conflict FROM ledger WHERE conflict IS NOT NULL ORDER BY 1, 2"; }
writes() { mock_record | jq -r 'select(.method != "GET") | "\(.method) \(.path)"'; }

USED='case|X-T2|skip
cycle|X-R1|skip
cycle|folder:10|skip
module|folder:1|skip
module|folder:2|skip
release|X-P1|skip
run|X-T2|X-R1|0|skip'

@test "objects of every kind that have the names are used as they are, now and later" {
	mock
	foreign_objects
	mock_forget
	zw 0 zload --on-conflict skip <"$SMALL"
	[ "$(how)" = "$USED" ]
	[ "$(grep -c 'used as it is (skip; recommended: ' <<<"$stderr")" -eq 7 ]
	[[ $stderr == *'run X-T2|X-R1|0: qTest has another run TR-'*'"Case 2"; used as it is (skip; recommended: rename)'* ]]
	[ "$(mock_count 'POST .*/(modules|releases) .*')" -eq 0 ]
	[ "$(mock_count 'POST .*/test-cases 200')" -eq 2 ]
	[ "$(mock_count 'PUT .*/approve 200')" -eq 2 ]
	[ "$(mock_count 'PUT .*')" -eq 2 ]
	[ "$(mock_count 'POST .*/test-runs 201')" -eq 2 ]
	[ "$(mock_count 'POST .*/test-logs 201')" -eq 6 ]
	# each container that was there is listed once for each kind in it
	[ "$(mock_count 'GET .*/modules 200')" -eq 3 ]		# one of them by the guard
	[ "$(mock_count 'GET .*/releases 200')" -eq 2 ]
	[ "$(mock_count 'GET .*/test-cycles 200')" -eq 6 ]	# two pages each
	[ "$(mock_count 'GET .*/test-cases 200')" -eq 2 ]
	[ "$(mock_count 'GET .*/test-runs 200')" -eq 1 ]
	mock_forget
	z 0 zload --on-conflict skip <"$SMALL"
	[ "$(mock_requests)" -eq 1 ]
	# a change in Zephyr does not reach them
	z 0 zload <"$EDITED"
	[ "$(mock_count 'PUT .*/test-cases/{} 200')" -eq 2 ]
	[ "$(mock_count 'PUT .*/releases.*')" -eq 0 ]
	[ "$(how)" = "$USED" ]
}

@test "objects of every kind that have the names are updated" {
	mock
	foreign_objects
	z 0 zload --on-conflict update <"$SMALL"
	[ "$(how)" = "${USED//skip/update}" ]
	[ "$(mock_count 'POST .*/test-cases 200')" -eq 3 ]	# one of them by the user
	[ "$(mock_count 'PUT .*/approve 200')" -eq 4 ]	# and here
	mock_state | jq -c '[.. | .modules? // empty | .[].name] | sort' >names
	[ "$(cat names)" = '["Below","Top"]' ]
	[ "$(mock_state | jq '[.. | .cases? // empty | .[]] | length')" -eq 3 ]
	mock_forget
	z 0 zload <"$SMALL"
	[ "$(mock_writes)" -eq 0 ]
	z 0 zload <"$EDITED"
	[ "$(mock_count 'PUT .*/test-cases/{} 200')" -eq 3 ]
}

@test "a renamed object keeps its name when it is updated, and its container is ours" {
	mock
	foreign_objects
	mock_forget
	z 0 zload --on-conflict rename <"$SMALL"
	[ "$(how)" = 'cycle|folder:10|rename
module|folder:1|rename
release|X-P1|rename' ]
	[ "$(mock_count 'GET .*/(test-cases|test-runs) 200')" -eq 0 ]
	z 0 zload <"$EDITED"
	[ "$(mock_count 'PUT .*/releases/{} 200')" -eq 1 ]
	mock_state | jq -r '[.. | .releases? // empty | .[].name] | sort | join(",")' >names
	[ "$(cat names)" = 'Plan,Plan (Zephyr)' ]
	mock_forget
	z 0 zload <"$EDITED"
	[ "$(mock_writes)" -eq 0 ]
}

@test "a conflict stops zload, which recommends an action" {
	mock
	foreign_objects
	mock_forget
	z 78 zload --on-conflict fail <"$SMALL"
	[[ $stderr == *'module folder:1: qTest has another module MD-'*' named "Top"'*'--on-conflict skip (recommended here)'* ]]
	[ "$(mock_writes)" -le 3 ]		# fields
}

@test "without --on-conflict nothing more is asked, and no conflict is looked for in our containers" {
	mock
	foreign_objects
	mock_forget
	z 0 zload <"$SMALL"
	mock_state | jq -r '[.. | .modules? // empty | .[].name] | sort | join(",")' >names
	[ "$(cat names)" = Below,Below,Top,Top ]
	asked=$(mock_count 'GET .*')
	mock_stop
	mock
	foreign_objects
	mock_forget
	fresh_db second
	z 0 zload --on-conflict rename <"$SMALL"
	# the roots of modules, releases and cycles, the latter in two pages
	[ "$(mock_count 'GET .*')" -eq $((asked + 4)) ]
}

@test "a load that uses existing objects ends the same after kill -9 and a failed listing" {
	local n=0 at pid
	mock
	foreign_objects
	zw 0 zload --on-conflict skip <"$SMALL"
	mock_state >clean
	mock_stop
	mock --latency 2ms
	foreign_objects
	fresh_db second
	mock_post scenario "match GET */modules* nth 2 do status 503
match GET */test-cases* nth 1 do truncate 10
match GET */test-runs* nth 1 do status 500
match POST */test-cases* nth 2 do reset-after" >/dev/null
	RANDOM=$ZT_SEED
	while [ "$n" -lt 6 ]; do
		n=$((n + 1)) at=$(($(mock_requests) + 2 + RANDOM % 14))
		zload --on-conflict skip --in-flight 4 <"$SMALL" 2>>err &
		pid=$!
		while kill -0 "$pid" 2>/dev/null && [ "$(mock_requests)" -lt "$at" ]; do :; done
		kill -9 "$pid" 2>/dev/null || :
		wait "$pid" 2>/dev/null || :
	done
	zw 0 zload --on-conflict skip <"$SMALL"
	[ "$(how)" = "$USED" ]
	mock_state >state
	same_json clean state
}

@test "reconciliation finds the objects that are used as they were" {
	mock --seed 7 --cases 6 --executions 6 --cycles 2 --plans 1 --folders 3
	zextract -q >source
	ztransform -q <source >target
	name=$(sql "SELECT min(name) FROM folder WHERE kind = 'TEST_CASE' AND parent_id IS NULL")
	foreign /modules "$(jq -nc --arg name "$name" '{name: $name, description: "of a user"}')" >/dev/null
	z 0 zload --on-conflict skip <target
	[ "$(sql "SELECT count(*) FROM ledger WHERE conflict = 'skip'")" -eq 1 ]
	z 0 zvalidate --reconcile
}
