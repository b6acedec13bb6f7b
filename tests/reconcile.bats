#!/usr/bin/env bats
# databases: either
# zvalidate --reconcile reads the objects of qTest back and compares their content: it
# finds and reports a single changed value.
load helper

setup_file() {
	scrub
	mock --cases 40 --executions 120 --folders 10 --plans 3 --cycles 6 --seed 3
	z 0 ztoq migrate -q
	share
}
prepare() { shared; }
reconcile() { z "$1" zvalidate --reconcile "${@:2}"; }
break_one() {	# NAME=VALUE ...: the object in qTest, and the change
	local arg args=()
	for arg; do args+=(--data-urlencode "$arg"); done
	curl -sSf --noproxy '*' -G -X POST "$MOCK/__mock/break" "${args[@]}" >/dev/null
}
# only WORDS: the only difference is reported in a line with the words
only() {
	[ "$(grep -c '^difference: ' <<<"$output")" -eq 1 ]
	[[ $output == *"difference: $1"* ]]
	[[ $output == *$'\n1 difference'* ]]
}
one() { sql "$1 LIMIT 1"; }
a_case() {
	one "SELECT case_key FROM test_step WHERE n = 2 AND called_key IS NULL
	    AND description <> '' ORDER BY case_key"
}
a_log() {
	one "SELECT ekey FROM target WHERE kind = 'log' AND body LIKE '%\"status\":{\"\$status\":\"Passed\"}%'
	    AND body LIKE '%\"test_step_logs\":[{%' ORDER BY ekey"
}

@test "every migrated object is found, once and equal" {
	mock_forget
	reconcile 0
	[[ $output == *$'\n0 differences' ]]
	for kind in module case step release cycle run log step-log source; do
		[[ $output == *"$kind "* ]]
	done
	[[ $output != *' 0 compared'* ]]
	[ "$(mock_writes)" -eq 0 ]
	# one request for each list: trees, modules twice, runs, logs
	modules=$(sql "SELECT count(*) FROM target WHERE kind = 'module'")
	runs=$(sql "SELECT count(*) FROM target WHERE kind = 'run'")
	[ "$(mock_count 'GET .*')" -le $((modules * 2 + runs + 20)) ]
}

@test "rewritten HTML, short pages and names with their pid are no differences" {
	fresh_db hostile
	mock --cases 60 --executions 150 --folders 30 --plans 3 --cycles 12 --seed 9 --hostile \
	    --rewrite-html --qtest-cap 7 --pid-prefix
	zw 0 ztoq migrate -q
	reconcile 0
	[[ $output == *$'\n0 differences' ]]
}

@test "reconciliation finds edits, and none after the next migration" {
	edit() { curl -sSf --noproxy '*' -G -X POST "$MOCK/__mock/edit" "$@" >/dev/null; }
	edit -d what=case -d do=change -d key=DEMO-T5 -d name=Renamed
	edit -d what=case -d do=add
	edit -d what=execution -d do=add
	edit -d what=case -d do=delete -d key=DEMO-T8
	reconcile 0		# edits that were not read are no differences
	zextract --refresh -q >records
	ztransform -q <records >/dev/null
	reconcile 1
	[[ $output == *'difference: case DEMO-T5: name: expected "Renamed"'* ]]
	[[ $output == *'difference: case DEMO-T41: missing: '* ]]
	z 0 ztoq migrate -q
	reconcile 0
}

@test "the counts are those of the source" {
	reconcile 0 --format json
	kinds=$(tail -n 1 <<<"$output")
	[ "$(jq .differences <<<"$kinds")" -eq 0 ]
	[ "$(jq .kinds.case.equal <<<"$kinds")" -eq "$(sql 'SELECT count(*) FROM test_case')" ]
	[ "$(jq .kinds.release.equal <<<"$kinds")" -eq "$(sql 'SELECT count(*) FROM test_plan')" ]
	[ "$(jq .kinds.log.equal <<<"$kinds")" -eq \
	    "$(sql "SELECT count(*) FROM target WHERE kind = 'log'")" ]
	[ "$(jq .kinds.step.equal <<<"$kinds")" -ge "$(sql 'SELECT count(*) FROM test_step')" ]
}

@test "a changed step text is reported" {
	key=$(a_case)
	break_one kind=case "key=$key" do=step n=2 field=description \
	    value='other words' quiet=1
	reconcile 1
	only "case $key: step 2 description: "
	[[ $output == *'found "other words"'* ]]
	[ "$(sql "SELECT rule FROM issue WHERE side = 'reconcile' AND key = '$key'")" = \
	    'step 2 description' ]
}

@test "a changed expected result is reported" {
	key=$(a_case)
	break_one kind=case "key=$key" do=step n=2 field=expected \
	    value='never so' quiet=1
	reconcile 1
	only "case $key: step 2 expected: "
}

@test "a changed date is reported" {
	key=$(a_log)
	break_one kind=log "key=$key" do=date field=end value=2019-02-03T04:05:06Z
	reconcile 1
	[[ $output == *"difference: log $key: exe_end_date: expected "*'found "2019-02-03T04:05:06+00:00"'* ]]
}

@test "a changed status is reported" {
	key=$(a_log)
	break_one kind=log "key=$key" do=status value=Blocked
	reconcile 1
	only "log $key: status: expected \"Passed\", found \"Blocked\""
}

@test "a changed step result is reported" {
	key=$(a_log)
	break_one kind=log "key=$key" do=step n=1 field=actual value=otherwise
	reconcile 1
	only "log $key: step result 1 actual result: "
	break_one kind=log "key=$key" do=step n=1 field=status value=Blocked
	reconcile 1
	[[ $output == *"log $key: step result 1 status: "*', found "Blocked"'* ]]
}

@test "a result is found at its step and not by the text of the step, and stands for one of the source" {
	key=$(one "SELECT ekey FROM target WHERE kind = 'log'
	    AND body LIKE '%\"test_step_id\"%\"test_step_id\"%' ORDER BY ekey")
	break_one kind=log "key=$key" do=step n=1 field=step value=987654321
	reconcile 1
	only "log $key: step result 1: expected \"a result on step "
	# two step logs without a step, and one result of the source
	for n in 1 2; do
		break_one kind=log "key=$key" do=step n=$n field=step value=98765432$n
		break_one kind=log "key=$key" do=step n=$n field=actual value=
		break_one kind=log "key=$key" do=step n=$n field=status value=Passed
	done
	sql "UPDATE test_execution SET results = '[{\"status\":{\"name\":\"Pass\"},\"inline\":{}}]'
	    WHERE id = ${key#E:}"
	reconcile 1
	[ "$(grep -c "log $key: step result on step id .*, found \"Passed\"" <<<"$output")" -eq 1 ]
}

@test "a changed name and a key on another object are reported" {
	break_one kind=release key=DEMO-P1 do=set field=name value='Another plan'
	reconcile 1
	only 'release DEMO-P1: name: '
	key=$(one "SELECT ekey FROM target WHERE kind = 'cycle' AND ekey LIKE 'DEMO-R%' ORDER BY ekey")
	break_one kind=cycle "key=$key" do=set field=description value=gone
	reconcile 1
	[[ $output == *"difference: cycle $key: missing: "* ]]
}

@test "a deleted object is reported, with the objects that depend on it" {
	key=$(one "SELECT ekey FROM target WHERE kind = 'run' AND EXISTS (SELECT 1 FROM target t
	    WHERE t.kind = 'log' AND t.lane = 'run:' || target.ekey) ORDER BY ekey")
	break_one kind=run "key=$key" do=delete
	reconcile 1
	[[ $output == *"difference: run $key: missing: "* ]]
	[[ $output == *'difference: log E:'*': missing: '* ]]
	[[ $output == *' 1 missing'* ]]
}

@test "a duplicated object of every kind is reported" {
	for kind in module cycle release run log case; do
		key=$(one "SELECT ekey FROM target WHERE kind = '$kind' AND ekey NOT LIKE '@%'
		    AND ekey NOT IN (SELECT case_key FROM test_execution) ORDER BY ekey DESC")
		break_one kind=$kind "key=$key" do=duplicate
		reconcile 1
		[[ $output == *"difference: $kind $key: duplicate: expected \"one\", found \"2, "* ]]
	done
}

@test "a case that was changed after its approval is reported" {
	key=$(a_case)
	break_one kind=case "key=$key" do=set field=precondition value=x
	reconcile 1
	[[ $output == *"difference: case $key: precondition: "* ]]
	[[ $output == *"difference: case $key: version: expected \"an approved one\", found \"1.1\""* ]]
	[[ $output == *"difference: run $key|"*": test case version: expected "* ]]
}

@test "another place in the tree is reported" {
	key=$(one "SELECT ekey FROM target WHERE kind = 'module' AND lane <> 'module:root'
	    ORDER BY ekey")
	id=$(sql "SELECT id FROM ledger WHERE kind = 'module' AND ekey = '$key'")
	curl -sSf --noproxy '*' -X PUT -H "Authorization: bearer $QTEST_API_TOKEN" \
	    "$QTEST_BASE_URL/api/v3/projects/1/modules/$id?parentId=0" >/dev/null
	reconcile 1
	[[ $output == *"difference: module $key: parent: expected \"module/folder:"*', found nothing'* ]]
}

@test "another order among siblings is reported" {
	lane=$(one "SELECT lane FROM target WHERE kind = 'module' GROUP BY lane
	    HAVING count(*) > 1 ORDER BY count(*) DESC")
	key=$(one "SELECT ekey FROM target WHERE lane = '$lane' AND body LIKE '%\"order\":1}%'")
	sql "UPDATE target SET body = replace(body, '\"order\":1}', '\"order\":900}')
	    WHERE kind = 'module' AND ekey = '$key'"
	reconcile 1
	[[ $output == *'difference: module '*': order: expected "before '*"$key"* ]]
	sql "UPDATE target SET body = replace(body, '\"order\":900}', '\"order\":1}')"
	reconcile 0
	# zload reports a log that it wrote after younger ones
	lane=$(one "SELECT lane FROM target WHERE kind = 'log' GROUP BY lane
	    HAVING count(*) > 1 ORDER BY lane")
	sql "UPDATE target SET body = replace(body, '\"exe_end_date\":\"2', '\"exe_end_date\":\"3')
	    WHERE kind = 'log' AND lane = '$lane'
	    AND ord = (SELECT min(ord) FROM target WHERE kind = 'log' AND lane = '$lane')"
	reconcile 1
	late=$(sed -n 's/^difference: log E:\([0-9]*\): order: .*/\1/p' <<<"$output")
	[ -n "$late" ]
	for key in $late; do
		sql "INSERT INTO issue (project, side, stream, key, rule, level, what, at)
		    VALUES ('DEMO', 'load', 'test_executions', '$key', 'history-order', 'warning', '', 0)"
	done
	reconcile 1
	[[ $output != *": order: "* ]]
}

@test "a source object without an object in qTest is reported" {
	sql "DELETE FROM target WHERE kind = 'case' AND ekey = 'DEMO-T1'"
	reconcile 1
	[[ $output == *'difference: source DEMO-T1: not represented: '* ]]
	[[ $output == *'difference: case DEMO-T1: unexpected: '* ]]
}

@test "qTest is compared with the source, not with the effects of the map" {
	key=$(a_case)
	sql "UPDATE test_step SET expected = '<p>said in the source only</p>'
	    WHERE case_key = '$key' AND n = 2"
	reconcile 1
	only "case $key: source step 2 expected result: expected \"<p>said in the source only</p>\""
}

@test "a result at a wrong step of its version is reported, after a rename, too" {
	key=$(a_log)
	of=${key#E:}
	case=$(one "SELECT case_key FROM test_execution WHERE id = $of")
	curl -sSf --noproxy '*' -G -X POST "$MOCK/__mock/edit" -d what=case -d do=change \
	    -d "key=$case" -d name=Renamed >/dev/null
	z 0 ztoq migrate -q
	reconcile 0
	break_one kind=log "key=$key" do=step n=1 field=actual value=otherwise
	reconcile 1
	only "log $key: step result 1 actual result: "
	break_one kind=log "key=$key" do=step n=1 field=status value=Blocked
	reconcile 1
	[[ $output == *"log $key: step result 1 status: "*', found "Blocked"'* ]]
}

@test "a result of a step whose text has changed is compared with the source" {
	key=$(a_log)
	case=$(one "SELECT case_key FROM test_execution WHERE id = ${key#E:}")
	mock_post "edit?what=case&do=change&key=$case&step=1&text=other+words+today" >/dev/null
	zw 0 ztoq migrate -q
	reconcile 0
	break_one kind=log "key=$key" do=step n=1 field=status value=Blocked
	reconcile 1
	[[ $output == *"log $key: step result on step id "*', found "Blocked"'* ]]
}

@test "--accept accepts a difference, which is still reported with reason and owner" {
	key=$(a_log)
	case=$(a_case)
	break_one kind=log "key=$key" do=status value=Blocked
	break_one kind=case "key=$case" do=step n=2 field=description value='other words' quiet=1
	cat >known <<-END
	{"stream":"test_executions","key":"$key","rule":"status","reason":"was right by hand","owner":"ann"}
	{"stream":"test_cases","key":"$case","rule":"step 2 expected","reason":"no more","owner":"bob"}
	END
	reconcile 1 --accept known
	[[ $output == *"accepted: log $key: status: expected \"Passed\", found \"Blocked\" (ann: was right by hand)"* ]]
	[[ $output == *"difference: case $case: step 2 description: "* ]]
	[[ $output == *$'\n1 difference, 1 accepted' ]]
	[[ $stderr == *"test_cases $case: step 2 expected: accepted, but no longer different"* ]]
	echo "{\"stream\":\"test_cases\",\"key\":\"*\",\"rule\":\"step 2 description\",\"reason\":\"r\",\"owner\":\"bob\"}" >>known
	reconcile 0 --accept known --format json
	[ "$(jq -r 'select(.type == "difference") | .owner' <<<"$output" | sort | tr '\n' ' ')" = "ann bob " ]
	[ "$(jq -r 'select(.type == "summary") | "\(.differences) \(.accepted)"' <<<"$output")" = '0 2' ]
	[ "$(sql "SELECT owner FROM issue WHERE side = 'reconcile' AND rule = 'status'")" = ann ]
	zw 0 ztoq report
	[[ $output == *"0 differences, 2 accepted"* ]]
	[[ $output == *"(accepted by ann: was right by hand)"* ]]
	reconcile 66 --accept nowhere
	echo '{"stream":"test_cases"}' >known
	reconcile 78 --accept known
	reconcile 1		# without the file no difference is accepted
}

@test "an option without effect in a mode is refused" {
	for o in --batch-size=9 --limit=1 --plan --reject=x --rule-memory=1M --rule-time=1s --rules=. --side=target --unsealed; do
		reconcile 64 "$o"
		[[ $stderr == *"cannot be used with --reconcile"* ]]
	done
	for o in --ca-file=x --format=json --in-flight=2 --max-requests=3; do
		zw 64 zvalidate "$o" </dev/null
		[[ $stderr == *"cannot be used without --reconcile"* ]]
	done
	ZTOQ_LIMIT=1 ZTOQ_UNSEALED=1 reconcile 0
}

@test "a changed start is reported like a changed end" {
	key=$(a_log)
	break_one kind=log "key=$key" do=date field=start value=2019-02-03T04:05:06Z
	reconcile 1
	[[ $output == *"difference: log $key: exe_start_date: expected "*'found "2019-02-03T04:05:06+00:00"'* ]]
}

@test "another user in a user property is reported; brackets and an empty value are not" {
	fresh_db users
	zextract -q >records
	jq -s --slurpfile map "$ROOT/src/ztransform/map/map.json" '[.[] | .record.owner.accountId? // empty]
	    | unique as $all | $map[0] | .users = ($all | map({key: ., value: "ann@zmock.test"}) | from_entries)
	    | .fields += [{"from": "owner", "artifact": "test-cases", "label": "Assigned To", "type": "user"}]' \
	    records >map.json
	export QTEST_PROJECT_ID=2
	zw 0 sh -c 'ztransform -q -m map.json <records | zload -q'
	reconcile 0
	key=$(one "SELECT ekey FROM target WHERE kind = 'case' AND body LIKE '%\"user\":\"ann@zmock.test\"%' ORDER BY ekey")
	break_one project=2 kind=case "key=$key" do=property field='Assigned To' value='[202]' quiet=1
	reconcile 0
	break_one project=2 kind=case "key=$key" do=property field='Assigned To' value=202 quiet=1
	reconcile 0
	break_one project=2 kind=case "key=$key" do=property field='Assigned To' value=203 quiet=1
	reconcile 1
	only "case $key: property Assigned To: expected \"ann@zmock.test\", found \"203\""
}

@test "an execution without a date that has neither a log nor a rejection is reported" {
	id=$(one "SELECT e.id FROM test_execution e JOIN lookup k ON k.project = e.project AND k.kind = 'status'
	    AND k.id = e.status_id WHERE e.end_ms <= 0 AND k.is_default = 0 ORDER BY e.id")
	[ -n "$id" ]
	sql "DELETE FROM loss WHERE stream = 'test_executions' AND key = '$id'"
	reconcile 1
	only "source $id: not represented: "
	# an execution with a date and the status of one that has not run is reported, too
	id=$(one "SELECT min(id) FROM test_execution WHERE end_ms > 0")
	sql "UPDATE test_execution SET status_id = (SELECT min(id) FROM lookup
	    WHERE kind = 'status' AND is_default = 1) WHERE id = $id"
	sql "DELETE FROM target WHERE ekey = 'E:$id'"
	reconcile 1
	[[ $output == *"source $id: not represented: "* ]]
	sql "UPDATE test_execution SET end_ms = -5 WHERE id = $id"	# before 1970
	reconcile 1
	[[ $output == *"source $id: not represented: "* ]]
}

@test "--format json prints each difference as a line of JSON, then the totals" {
	key=$(a_log)
	break_one kind=log "key=$key" do=status value=Blocked
	reconcile 1 --format json
	[ "$(jq -r 'select(.type == "difference") | "\(.kind) \(.key) \(.what)"' <<<"$output")" = \
	    "log $key status" ]
	[ "$(jq -r 'select(.type == "summary") | .kinds.log.different' <<<"$output")" -eq 1 ]
}

@test "differences of an earlier reconciliation are removed" {
	key=$(a_log)
	break_one kind=log "key=$key" do=status value=Blocked
	reconcile 1
	break_one kind=log "key=$key" do=status value=Passed
	reconcile 0
	[ "$(sql "SELECT count(*) FROM issue WHERE side = 'reconcile'")" -eq 0 ]
}

@test "another value of a field is reported, although its label contains that of the right one" {
	fresh_db tags
	jq '.fields += [{"from": "labels", "artifact": "test-cases", "label": "Tags", "type": "multi",
	    "create": true, "required": true, "values": "tags"}]
	    | .values.tags = {"equal": {"x": "Very High"}, "default": "High"}' \
	    "$ROOT/src/ztransform/map/map.json" >map.json
	sh -c 'zextract -q | ztransform -q -m map.json | QTEST_PROJECT_ID=2 zload -q'
	export QTEST_PROJECT_ID=2
	reconcile 0
	key=$(one "SELECT ekey FROM target WHERE kind = 'case' AND body LIKE '%\"labels\":[\"High\"]%'")
	id=$(one "SELECT id FROM ledger WHERE kind = 'case' AND ekey = '$key'")
	api() { curl -sSf --noproxy '*' -H "Authorization: bearer $QTEST_API_TOKEN" \
	    -H 'Content-Type: application/json' "$@"; }
	at=$QTEST_BASE_URL/api/v3/projects/2
	tag=$(api "$at/settings/test-cases/fields" | jq -c '.[] | select(.label == "Tags")
	    | {field_id: .id, field_value: "[\(.allowed_values[] | select(.label == "Very High") | .value)]"}')
	api -X PUT -d "{\"properties\":[$tag]}" "$at/test-cases/$id" >/dev/null
	reconcile 1
	[[ $output == *"difference: case $key: property Tags: "*"High"*"Very High"* ]]
}

@test "wrong settings end --reconcile with 77, 78 or 75" {
	QTEST_API_TOKEN=wrong reconcile 77
	[[ $stderr != *wrong* ]]
	QTEST_PROJECT_ID=99 reconcile 78
	unset QTEST_PROJECT_ID
	reconcile 78
	export QTEST_PROJECT_ID=1
	reconcile 78 -p NOPE
	[[ $stderr == *"has no data of project NOPE"* ]]
	reconcile 75 --max-requests 5
	[ -z "$(ls "$T"/zvalidate.* 2>/dev/null)" ]
}
