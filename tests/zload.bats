# databases: either
load helper
load target

# make a sealed stream of 9 cases with 2 logs each, once for the file
setup_file() {
	export ROOT=$(cd "$BATS_TEST_DIRNAME/.." && pwd)
	target 9 2 | seal >"$BATS_FILE_TMPDIR/small.ndjson"
	target 9 2 new | seal >"$BATS_FILE_TMPDIR/edited.ndjson"
}
prepare() {
	SMALL=$BATS_FILE_TMPDIR/small.ndjson EDITED=$BATS_FILE_TMPDIR/edited.ndjson
	export ZTOQ_SETTLE=1s
}
# clean_state: print the state of qTest after an undisturbed load of the small stream
clean_state() {
	local clean=$BATS_FILE_TMPDIR/clean-$ZT_DB.json
	if [ ! -e "$clean" ]; then
		fresh_db clean
		mock
		zload <"$SMALL" 2>/dev/null && mock_state >"$clean.new" || return 1
		mv "$clean.new" "$clean"
		mock_stop
	fi
	cat "$clean"
}
# mock_with FAULT...: start zmock with faults
mock_with() {
	printf '%s\n' "$1" >"$T/scenario"
	mock --scenario "$T/scenario"
}
same_as_clean() {
	cat <<<"$1" >clean.state
	mock_state >state && same_json clean.state state
}
states() { sql 'SELECT state, count(*) FROM ledger GROUP BY 1 ORDER BY 1' | tr '|' ' '; }
writes() { mock_record | jq -r 'select(.method != "GET") | "\(.method) \(.path)"'; }

@test "zload loads a project without a superfluous request, and a second run writes nothing" {
	mock
	z 0 zload <"$SMALL"
	[ "$(states)" = "done 54" ]
	[ "$(mock_count 'POST .*/test-cases 200')" -eq 9 ]
	[ "$(mock_count 'PUT .*/approve 200')" -eq 9 ]
	[ "$(mock_count 'POST .*/test-runs 201')" -eq 9 ]
	[ "$(mock_count 'POST .*/test-logs 201')" -eq 18 ]
	[ "$(mock_count 'GET .*/test-steps 200')" -eq 9 ]
	[ "$(mock_count '.* 4..')" -eq 0 ]
	# token and project, three lists of fields, statuses, and a search for adopted objects
	[ "$(mock_count 'GET .*')" -eq $((9 + 5 + 3)) ]
	mock_forget
	z 0 zload <"$SMALL"
	[ "$(mock_writes)" -eq 0 ]
	[ "$(mock_count 'GET .*')" -eq 1 ]
	[[ $stderr == *"case: 0 created, 0 updated, 9 unchanged"* ]]
}

@test "called cases are sent before callers, parents before children, logs oldest first" {
	mock
	z 0 zload <"$SMALL"
	mock_state | jq -e '.. | .logs? // empty | [.[].end] | . == sort'
	mock_state | jq -e '[.. | .steps? // empty | .[]? | select(.called == "X-T1")] | length > 5'
	# the order of the requests by the ledger
	sql "SELECT count(*) FROM ledger a JOIN ledger b ON b.kind = 'case' AND b.ekey = 'X-T1'
	    WHERE a.kind = 'case' AND a.ekey IN ('X-T3', 'X-T6', 'X-T9') AND a.id < b.id" | grep -qx 0
}

@test "every created object has a marker" {
	mock
	z 0 zload <"$SMALL"
	mock_state | jq -e '
	    ([.. | .note? // empty] | length == 18 and all(test("\\[zephyr DEMO E:")))
	    and ([.. | objects | select(has("logs")) | .properties["Zephyr Key"]] | length == 9 and all(test("^X-T")))'
}

@test "an intent is on disk before its request is sent" {
	[ "$ZT_DB" = sqlite ] || skip "PostgreSQL syncs in its own process"
	mock
	z 0 env ASAN_OPTIONS=detect_leaks=0 strace -f -y -s 40 -e trace=fdatasync,fsync,sendto,write,writev,sendmsg \
	    -o "$T/trace" zload --in-flight 1 <"$SMALL"
	# the database is synced before each POST or PUT
	awk '/(fdatasync|fsync)\(.*ztoq\.db/ { synced = 1 }
	    /"(POST|PUT) \/api/ { n++; if (!synced) bad++; synced = 0 }
	    END { print n + 0, bad + 0; exit !(n > 40 && bad == 0) }' "$T/trace" >&2
}

@test "after kill -9 the ledger contains every request in flight" {
	local pid what kind clean
	clean=$(clean_state)
	mkfifo "$T/in"
	while IFS=$'\t' read -r what kind; do
		fresh_db "$kind"
		mock
		zload --in-flight 1 <"$T/in" 2>"$T/err" &
		pid=$!
		exec 8>"$T/in"
		mock_post scenario "match $what nth 3 do kill $pid" >/dev/null
		cat "$SMALL" >&8 || :
		exec 8>&-
		status=0
		wait "$pid" || status=$?
		[ "$status" -eq 137 ]
		[ "$(sql "SELECT kind, count(*), min(length(sent)) > 40 FROM ledger
		    WHERE state = 'intent' GROUP BY 1" | tr '|ft' ' 01')" = "$kind 1 1" ]
		zw 0 zload <"$SMALL"
		same_as_clean "$clean"
		mock_stop
	done <<-'END'
	POST */test-cases	case
	POST */test-runs	run
	POST */test-logs	log
	END
}

@test "a request that was not sent when the run ended is not an intent" {
	mock_with 'match POST */test-cases do status 403'
	zw 77 zload --in-flight 1 <"$SMALL"
	[ "$(mock_count "POST .* 403")" -eq 5 ]
	[ "$(sql "SELECT count(*) FROM ledger WHERE state = 'intent'")" -eq 0 ]
}

@test "throttled, failed, cut and late requests lead to the same state of qTest" {
	local clean
	clean=$(clean_state)
	mock_with "$(cat <<'S'
match POST */modules nth 2 do reset-after
match POST */test-cases every 4 times 2 do status 429 retry-after 1
match POST */test-cases nth 5 do late 700
match POST */test-cases nth 8 do status 503
match PUT */approve nth 2 do reset-after
match PUT */approve nth 5 do reset-before
match POST */test-cycles nth 2 do reset-after
match POST */releases nth 1 do late 500
match POST */test-runs nth 3 do reset-after
match POST */test-runs nth 6 do truncate 20
match POST */test-logs nth 2 do late 600
match POST */test-logs nth 7 do reset-after
match POST */test-logs nth 11 do status 500
match GET */test-steps nth 3 do status 502
S
)"
	zw 0 zload <"$SMALL"
	same_as_clean "$clean"
	[ "$(states)" = "done 54" ]
	mock_forget
	z 0 zload <"$SMALL"
	[ "$(mock_writes)" -eq 0 ]
}

alive() { [ -e "/proc/$1" ] && [ "$(cut -d ' ' -f 3 "/proc/$1/stat")" != Z ]; }

@test "after kill -9 at any point the same command leads to the same state of qTest" {
	local clean n=0 pid at
	clean=$(clean_state)
	RANDOM=$ZT_SEED
	mock --latency 3ms
	while [ "$n" -lt "${KILLS:-10}" ]; do
		n=$((n + 1)) at=$(($(mock_requests) + 2 + RANDOM % 14))
		zload --in-flight 4 <"$SMALL" 2>>"$T/err" &
		pid=$!
		while alive "$pid" && [ "$(mock_requests)" -lt "$at" ]; do :; done
		kill -9 "$pid" 2>/dev/null || :
		wait "$pid" 2>/dev/null || :
	done
	zw 0 zload <"$SMALL"
	same_as_clean "$clean"
	[ "$(states)" = "done 54" ]
}

@test "a log with steps of a called case waits for the approval of that case" {
	local clean
	clean=$(clean_state)
	# the approval of X-T1, which other cases call, is in doubt
	mock_with 'match PUT */approve nth 1 do late 800'
	zw 0 zload --in-flight 1 <"$SMALL"
	same_as_clean "$clean"
	[ "$(states)" = "done 54" ]
}

@test "a request that takes effect after zload was killed is not repeated" {
	local clean pid
	clean=$(clean_state)
	mock_with 'match POST */test-cases nth 4 do late 800'
	zload --in-flight 1 <"$SMALL" 2>/dev/null &
	pid=$!
	until [ "$(mock_count 'POST .*/test-cases .*')" -ge 4 ]; do :; done
	kill -9 "$pid"
	wait "$pid" || :
	zw 0 zload --settle 2s <"$SMALL"
	same_as_clean "$clean"
}

@test "a refused case is reported, effects that need it are skipped, and the others are loaded" {
	mock_with 'match POST */test-cases nth 2 times 1 do status 400'
	zw 3 zload --in-flight 1 -r "$T/rejects" <"$SMALL"
	[[ $stderr == *"case X-T2: qTest 400"* ]]
	[[ $stderr == *"log E:201 skipped: needs run X-T2"* ]]
	[ "$(states)" = "done 49
failed 1
skipped 4" ]
	jq -e '.rule == "qtest-400" and .record.effects[0].key == "X-T2"' "$T/rejects"
	sql "SELECT count(*) FROM reject WHERE stage = 'zload' AND key = 'X-T2'" | grep -qx 1
	# corrected by hand and loaded again
	jq -c '.record.effects[0].body.name = "Mended"' "$T/rejects" >"$T/mended"
	z 0 zload -p DEMO --unsealed <"$T/mended"
	mock_state | jq -e '[.. | .name? // empty | select(. == "Mended")] | length > 0'
	# and the same command again
	z 0 zload <"$SMALL"
	[ "$(states)" = "done 54" ]
	sql "SELECT count(*) FROM reject" | grep -qx 0
	mock_forget
	z 0 zload <"$SMALL"
	[ "$(mock_writes)" -eq 0 ]
}

@test "only changed objects are updated and approved again, once" {
	mock
	z 0 zload <"$SMALL"
	mock_forget
	z 0 zload <"$EDITED"
	[ "$(mock_count 'PUT .*/test-cases/{} 200')" -eq 9 ]
	[ "$(mock_count 'PUT .*/approve 200')" -eq 9 ]
	[ "$(mock_writes)" -eq 18 ]
	[ "$(mock_count 'GET .*/test-cases/{} 200')" -eq 9 ]
	mock_forget
	z 0 zload <"$EDITED"
	[ "$(mock_writes)" -eq 0 ]
	mock_state | jq -e '[.. | .description? // empty | select(test("new</p>"))] | length == 9'
}

@test "an update in doubt is read back before it is repeated" {
	mock
	z 0 zload <"$SMALL"
	mock_post scenario 'match PUT */test-cases/* nth 1 do reset-after
match PUT */test-cases/* nth 4 do status 502' >/dev/null
	mock_forget
	zw 0 zload --in-flight 1 <"$EDITED"
	mock_state | jq -e '[.. | .description? // empty | select(test("new</p>"))] | length == 9'
	mock_forget
	z 0 zload <"$EDITED"
	[ "$(mock_writes)" -eq 0 ]
}

@test "an object edited in qTest is kept and listed, unless an option overwrites it" {
	mock
	z 0 zload <"$SMALL"
	next_second		# dates of qTest are whole seconds
	mock_post 'break?kind=case&key=X-T4&do=set&field=name&value=By+hand' >/dev/null
	mock_forget
	zw 0 zload --plan <"$EDITED"
	grep '"key":"X-T4","kind":"case"' <<<"$output" >line
	[ "$(jq -c '[.verb, .conflict, .recommended]' line)" = '["conflict","edited","keep"]' ]
	[ "$(jq -c '.changes[] | select(.field == "name")' line)" = \
	    '{"after":"Case 4","before":"By hand","field":"name","last":"Case 4"}' ]
	zw 0 zload <"$EDITED"
	[[ $stderr == *"case X-T4: edited in qTest"* ]]
	# each field: what zload wrote, what a user made of it, what zload would write
	[[ $stderr == *'): name: ours then "Case 4", in qTest "By hand", ours now "Case 4"; description: ours then "about 4", in qTest "about 4", ours now "about 4 new"; left unchanged'* ]]
	[ "$(mock_count 'PUT .*/test-cases/{} 200')" -eq 8 ]
	[ "$(mock_count 'PUT .*/approve 200')" -eq 8 ]
	sql "SELECT rule, what FROM issue WHERE key = 'X-T4'" | grep 'edited|.*ours then "Case 4", in qTest'
	mock_forget
	z 0 zload <"$EDITED"
	[ "$(mock_writes)" -eq 0 ]
	z 0 zload --overwrite-edits <"$EDITED"
	[ "$(mock_count 'PUT .*/test-cases/{} 200')" -eq 1 ]
	mock_state | jq -e '[.. | .name? // empty | select(. == "By hand")] == []'
}

@test "a log older than an existing one is written and reported" {
	mock
	grep -v '"E:101"' "$SMALL" >"$T/late.ndjson"
	zw 0 zload --unsealed <"$T/late.ndjson"
	z 0 zload <"$SMALL"
	sql "SELECT rule, key FROM issue" | tr '|' ' ' | grep -qx "history-order 101"
	[ "$(states)" = "done 54" ]
}

@test "a cut or wrong stream is loaded as far as it goes, and this is reported" {
	mock
	head -n 8 "$SMALL" >"$T/cut.ndjson"
	zw 65 zload <"$T/cut.ndjson"
	[[ $stderr == *"no END of folders"* || $stderr == *"no END of test_cases"* ]]
	[ "$(sql "SELECT count(*) FROM ledger WHERE state = 'done' AND kind = 'module'")" -eq 2 ]
	head -c 3000 "$SMALL" >"$T/torn.ndjson"
	zw 65 zload <"$T/torn.ndjson"
	zw 0 zload --unsealed <"$T/cut.ndjson"
	z 0 zload <"$SMALL"
	[ "$(states)" = "done 54" ]
}

@test "a partial stream is loaded and ends with 75" {
	mock
	target 2 1 | seal PARTIAL >"$T/partial.ndjson"
	zw 75 zload <"$T/partial.ndjson"
	[ "$(states)" = "done 17" ]
}

@test "a malformed line is rejected with its number, and the rest is loaded" {
	mock
	sed '7i this is no json' "$SMALL" >"$T/bad.ndjson"
	zw 3 zload -r "$T/rejects" <"$T/bad.ndjson"
	[[ $stderr == *"stdin:7: "* ]]
	jq -e '.line == 7' "$T/rejects"
	[ "$(states)" = "done 54" ]
}

@test "a source stream is refused" {
	mock
	zw 65 zload <<<'{"type":"META","z":{"pass":1,"project":"DEMO","protocol":"ztoq/1","run":"r","side":"source","source":"x","tool":"t"}}'
	[[ $stderr == *ztransform* ]]
}

@test "one database can load two projects of qTest" {
	mock
	z 0 zload <"$SMALL"
	QTEST_PROJECT_ID=2 z 0 zload <"$SMALL"
	diff <(mock_state 1 | jq -S 'walk(if type == "object" then del(.project, .id) else . end)') \
	    <(mock_state 2 | jq -S 'walk(if type == "object" then del(.project, .id) else . end)')
	mock_forget
	z 0 zload <"$SMALL"
	QTEST_PROJECT_ID=2 z 0 zload <"$SMALL"
	[ "$(mock_writes)" -eq 0 ]
}

@test "a token that expires during the run is renewed" {
	mock_with 'match POST */test-cases nth 4 do expire-token'
	unset QTEST_API_TOKEN
	export QTEST_USERNAME=migrator@zmock.test QTEST_PASSWORD=secret
	zw 0 zload <"$SMALL"
	[ "$(states)" = "done 54" ]
}

@test "a wrong token, project and address have their status" {
	mock
	QTEST_API_TOKEN=wrong zw 77 zload <"$SMALL"
	QTEST_PROJECT_ID=999 zw 78 zload <"$SMALL"
	QTEST_BASE_URL=http://127.0.0.1:9 zw 69 zload <"$SMALL"
	zw 64 zload --no-such-option
	[ "$(mock_writes)" -eq 0 ]
}

@test "a required field of the site that the map does not fill stops zload before any write" {
	mock --require test-cases/Team
	zw 78 zload <"$SMALL"
	[[ $stderr == *"Team of test-cases"* ]]
	[ "$(mock_writes)" -eq 0 ]
}

@test "a field that may not be created is named in an error" {
	mock_with 'match POST */settings/* do status 403'
	zw 77 zload <"$SMALL"
	[[ $stderr == *"Zephyr Key"* ]]
	[ "$(mock_count 'POST .*/(modules|test-cases) .*')" -eq 0 ]
}

@test "--plan prints the effects and writes nothing" {
	mock
	z 0 zload --plan --format text <"$SMALL"
	[[ $output == *"case: 9 to create, 0 to update, 0 unchanged"* ]]
	[ "$(mock_writes)" -eq 0 ]
	[ "$(sql 'SELECT count(*) FROM ledger')" -eq 0 ]
	z 0 zload <"$SMALL"
	z 0 zload --plan --format text <"$EDITED"
	[[ $output == *"case: 0 to create, 9 to update, 0 unchanged"* ]]
	[[ $output == *"module: 0 to create, 0 to update, 2 unchanged"* ]]
}

@test "effects stored by ztransform are loaded without a pipe" {
	local clean
	clean=$(clean_state)
	mock
	z 0 zload <"$SMALL"
	QTEST_PROJECT_ID=2 z 0 zload --from-db -p DEMO
	diff <(mock_state 1 | jq -S 'walk(if type == "object" then del(.project, .id) else . end)') \
	    <(mock_state 2 | jq -S 'walk(if type == "object" then del(.project, .id) else . end)')
}

@test "a second zload for the same target is refused" {
	mock --latency 20ms
	zload --in-flight 1 <"$SMALL" 2>/dev/null &
	local pid=$!
	kill_at_end "$pid"
	until [ "$(mock_count 'POST .*')" -ge 1 ]; do :; done
	zw 75 zload <"$SMALL"
	# longer than the maximum duration of a request
	[[ $stderr == *"is being loaded by"*" ("2[0-9][0-9]" s left of its lease"* ]]
	wait "$pid"
}

@test "after a signal requests in flight complete, and the next run does the rest" {
	local clean pid
	clean=$(clean_state)
	mock --latency 20ms
	zload <"$SMALL" 2>"$T/err" &
	pid=$!
	until [ "$(mock_count 'POST .*/test-cases .*')" -ge 2 ]; do :; done
	kill -TERM "$pid"
	wait "$pid" || :
	[ "$(sql "SELECT count(*) FROM ledger WHERE state = 'intent'")" -eq 0 ]
	z 0 zload <"$SMALL"
	same_as_clean "$clean"
}

@test "--max-requests stops zload" {
	mock
	zw 75 zload --max-requests 20 <"$SMALL"
	[ "$(mock_requests)" -eq 20 ]
	z 0 zload <"$SMALL"
	[ "$(states)" = "done 54" ]
}

@test "a lost ledger is rebuilt from the markers, and no object is created twice" {
	mock
	z 0 zload <"$SMALL"
	fresh_db second
	mock_forget
	z 0 zload --adopt <"$SMALL"
	[ "$(mock_writes)" -eq 0 ]
	[ "$(states)" = "done 51" ]	# the fields existed
	mock_forget
	z 0 zload <"$SMALL"
	[ "$(mock_writes)" -eq 0 ]
	# missing objects are created; different ones may be edits of a user
	mock_post 'break?kind=case&key=X-T5&do=set&field=description&value=other' >/dev/null
	mock_post 'break?kind=run&key=X-T2|X-R1|0&do=delete' >/dev/null
	fresh_db third
	mock_forget
	zw 0 zload --adopt <"$SMALL"
	[[ $stderr == *"case X-T5: differs in qTest"* ]]
	[ "$(mock_count 'POST .*/test-runs 201')" -eq 1 ]
	[ "$(mock_count 'POST .*/test-logs 201')" -eq 2 ]
	[ "$(mock_count 'PUT .*')" -eq 0 ]
	mock_forget
	z 0 zload --overwrite-edits <"$SMALL"
	[ "$(mock_count 'PUT .*/test-cases/{} 200')" -eq 1 ]
	[ "$(mock_count 'PUT .*/approve 200')" -eq 1 ]
	mock_forget
	z 0 zload <"$SMALL"
	[ "$(mock_writes)" -eq 0 ]
}

@test "a folder with another parent is moved, then updated" {
	mock
	z 0 zload <"$SMALL"
	jq -c 'if .record.key == "2" then .record.effects[0] |=
	    (.body.name = "Aside" | .parent = {"$ref": "module/folder:3"} | .needs = [])
	    else . end, (select(.record.key == "1") | .record |= (.key = "3" | .effects[0] |=
	    (.key = "folder:3" | .body = {name: "New", description: "<p>[zephyr folder:3]</p>"})) | .z.seq = 9)' \
	    "$SMALL" >"$T/moved.ndjson"
	mock_forget
	z 0 zload --unsealed <"$T/moved.ndjson"
	[ "$(mock_count 'PUT .*/modules/{} 200')" -eq 2 ]
	mock_state | jq -e '.. | .modules? // empty | .[] | select(.name == "New") | .modules[0].name == "Aside"'
	mock_forget
	z 0 zload --unsealed <"$T/moved.ndjson"
	[ "$(mock_writes)" -eq 0 ]
}

@test "an unknown value of a field rejects its object, an unknown user is left out" {
	mock
	jq -c 'if .record.key == "X-T4" then .record.effects[0].body.properties += [
		{"$field": "Assigned To", user: "nobody@example.org"}]
	    elif .record.key == "X-T5" then .record.effects[0].body.properties[1].label = "Cosmic"
	    else . end' "$SMALL" >"$T/odd.ndjson"
	zw 3 zload --unsealed <"$T/odd.ndjson"
	[[ $stderr == *"case X-T5: field Priority of test-cases has no value Cosmic"* ]]
	[ "$(sql "SELECT state FROM ledger WHERE kind = 'case' AND ekey = 'X-T5'")" = failed ]
	[ "$(sql "SELECT state FROM ledger WHERE kind = 'case' AND ekey = 'X-T4'")" = done ]
	sql "SELECT rule, key FROM issue" | tr '|' ' ' | grep -qx "user-unknown X-T4"
}

@test "a user without rights to write stops the run early" {
	mock_with 'match POST */test-cases do status 403'
	zw 77 zload <"$SMALL"
	[ "$(mock_count 'POST .*/test-cases .*')" -lt 9 ] || [ "$(mock_count 'POST .*/test-runs .*')" -eq 0 ]
	[[ $stderr == *"lacks a right"* ]]
}
