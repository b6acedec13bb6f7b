#!/usr/bin/env bats
# databases: either
# zload --restore-missing creates what was deleted in qTest, with all that depends on it.
load helper

SMALL=(--seed 7 --cases 8 --executions 12 --cycles 3 --plans 2 --folders 4 --attachments 12 --file-names percent)

setup_file() {
	scrub
	fresh_db
	mock "${SMALL[@]}" && zextract -q --attachments steps >source && ztransform -q <source >target &&
	    zload -q <target || { end_processes; return 1; }
	mock_state >"$BATS_FILE_TMPDIR/clean"
	share
}
prepare() {
	export ZTOQ_SETTLE=400ms
	shared
}
in_qtest() {	# KIND ACTION KEY
	curl -sSf --noproxy '*' -G -X POST "$MOCK/__mock/break" -d project=1 -d "kind=$1" -d "do=$2" \
	    --data-urlencode "key=$3" >/dev/null
}
# delete PATH KIND KEY: delete an object with all in it
delete() {
	curl -sSf --noproxy '*' -H "Authorization: bearer $QTEST_API_TOKEN" -X DELETE -o /dev/null \
	    "$MOCK/api/v3/projects/1/$1/$(id "$2" "$3")?force=true"
}
id() { sql "SELECT id FROM ledger WHERE kind = '$1' AND ekey = '$2'"; }
marked() { sql "SELECT count(*) FROM ledger WHERE deleted_at IS NOT NULL"; }
load() { zw "$1" zload --from-db -p DEMO "${@:2}"; }
# as_before: qTest is as after the first load, all is done, and another load writes nothing
as_before() {
	mock_state >state
	same_json "$BATS_FILE_TMPDIR/clean" state || return 1
	[ "$(sql "SELECT count(*) FROM ledger WHERE state <> 'done' OR deleted_at IS NOT NULL")" -eq 0 ] || return 1
	mock_forget
	load 0 --restore-missing && [ "$(mock_writes)" -eq 0 ]
}
# a case that has runs with logs
a_case() {
	sql "SELECT min(t.ekey) FROM ledger t WHERE t.kind = 'case' AND EXISTS (SELECT 1 FROM ledger r
	    JOIN ledger l ON l.kind = 'log' AND l.lane = 'run:' || r.ekey
	    WHERE r.kind = 'run' AND r.ekey LIKE t.ekey || '|%')"
}

@test "a deleted case is created again with its approval, runs, logs and files, once reconciliation named it" {
	case=$(a_case)
	in_qtest case delete "$case"
	mock_forget
	load 0			# nothing changed in Zephyr: nothing is asked
	z 1 zvalidate --reconcile
	[[ $output == *"difference: case $case: missing: "*'deleted in qTest'* ]]
	[ "$(marked)" -ge 5 ]
	load 0
	[ "$(mock_count 'POST .*/test-cases 200')" -eq 0 ]
	mock_forget
	load 0 --restore-missing
	[ "$(mock_count 'POST .*/test-cases 200')" -eq 1 ]
	as_before
	z 0 zvalidate --reconcile
}

@test "a plan has one conflict for what was deleted together, and its choice restores all of it" {
	case=$(a_case)
	in_qtest case delete "$case"
	z 1 zvalidate --reconcile
	[ "$(marked)" -ge 5 ]
	zw 0 zload --from-db -p DEMO --plan
	jq -c 'if .verb == "conflict" then .on_conflict = "restore" else . end' <<<"$output" >plan
	[ "$(jq -r 'select(.verb == "conflict") | .kind + .key' plan)" = "case$case" ]
	mock_forget
	zw 0 zload --apply <plan
	[ "$(mock_count 'POST .*/test-cases 200')" -eq 1 ]
	load 0			# links in texts to the new objects
	as_before
	z 0 zvalidate --reconcile
}

@test "a deleted module comes back with all in it, and a release with its cycles" {
	module=$(sql "SELECT min(ekey) FROM ledger WHERE kind = 'module' AND needs = '[]'")
	delete modules module "$module"
	delete releases release "$(sql "SELECT min(ekey) FROM ledger WHERE kind = 'release'")"
	z 1 zvalidate --reconcile
	load 0 --restore-missing
	as_before
	z 0 zvalidate --reconcile
}

@test "an object that a user restored meanwhile is found, and nothing is created" {
	run=$(sql "SELECT min(r.ekey) FROM ledger r JOIN ledger l ON l.kind = 'log'
	    AND l.lane = 'run:' || r.ekey WHERE r.kind = 'run'")
	id=$(id run "$run")
	in_qtest run delete "$run"
	z 1 zvalidate --reconcile
	in_qtest run restore "$id"
	mock_forget
	load 0 --restore-missing
	[ "$(mock_writes)" -eq 0 ]
	[ "$(id run "$run")" -eq "$id" ]
	as_before
}

@test "a deleted object that an update meets is listed, and restored only when asked" {
	case=$(a_case)
	in_qtest case delete "$case"
	curl -sSf --noproxy '*' -G -X POST "$MOCK/__mock/edit" -d what=case -d do=change -d "key=$case" \
	    -d name=Renamed >/dev/null
	zextract -q --refresh | ztransform -q >target
	zw 3 zload <target
	[[ $stderr == *"case $case: case "*' was deleted in qTest; it is created again only with --restore-missing'* ]]
	[ "$(marked)" -eq 1 ]
	mock_forget
	zw 0 zload --restore-missing <target
	[ "$(mock_count 'POST .*/test-cases 200')" -eq 1 ]
	[ "$(mock_count 'POST .*/test-runs 201')" -ge 1 ]
	[ "$(mock_count 'POST .*/test-logs 201')" -ge 1 ]
	z 0 zvalidate --reconcile
	[ "$(sql "SELECT count(*) FROM reject")" -eq 0 ]
}

@test "a log whose run and case are missing is written after both are created again" {
	case=$(a_case)
	log=$(sql "SELECT min(ekey) FROM ledger WHERE kind = 'log' AND lane LIKE 'run:$case|%'")
	in_qtest case delete "$case"
	sql "UPDATE ledger SET state = 'pending', hash = NULL WHERE kind = 'log' AND ekey = '$log'"
	zw 3 zload --from-db -p DEMO
	zw 0 zload --from-db -p DEMO --restore-missing
	as_before
}

@test "a restoration that is killed, or whose requests fail, ends the same by the same command" {
	local n=0 at pid case
	case=$(a_case)
	in_qtest case delete "$case"
	delete releases release "$(sql "SELECT min(ekey) FROM ledger WHERE kind = 'release'")"
	z 1 zvalidate --reconcile
	mock_post scenario 'match POST */test-cases* nth 1 do reset-after
match PUT */approve* nth 1 do status-after 500
match POST */test-runs* nth 1 do late 100
match POST */test-logs* nth 1 do reset-after
match GET */test-runs* nth 2 do status 503
match POST */releases* nth 1 do reset-before' >/dev/null
	RANDOM=$ZT_SEED
	while [ "$n" -lt "${KILLS:-6}" ]; do
		n=$((n + 1)) at=$(($(mock_requests) + 1 + RANDOM % 8))
		zload --from-db -p DEMO --restore-missing --in-flight 2 2>>err &
		pid=$!
		while kill -0 "$pid" 2>/dev/null && [ "$(mock_requests)" -lt "$at" ]; do :; done
		kill -9 "$pid" 2>/dev/null || :
		wait "$pid" 2>/dev/null || :
	done
	zw 0 zload --from-db -p DEMO --restore-missing
	as_before
	z 0 zvalidate --reconcile
}

@test "a case that others call is created again, its callers are updated, and their logs are not written" {
	. "$ROOT/tests/target.bash"
	mock
	fresh_db called
	target 3 2 | seal >stream
	z 0 zload -q <stream
	in_qtest case delete X-T1
	sql "UPDATE ledger SET deleted_at = 1 WHERE kind = 'case' AND ekey = 'X-T1'"	# as reconciliation does
	mock_forget
	z 0 zload --restore-missing <stream
	for what in 'POST .*/test-cases 200: 1' 'PUT .*/test-cases/{} 200: 1' 'PUT .*/approve 200: 2' \
	    'POST .*/test-runs 201: 1' 'POST .*/test-logs 201: 2' 'PUT .*/test-logs/{} .*: 0'; do
		echo "$what" >&2
		[ "$(mock_count "${what%: *}")" -eq "${what##*: }" ]
	done
	mock_forget
	z 0 zload <stream
	[ "$(mock_writes)" -eq 0 ]
}
