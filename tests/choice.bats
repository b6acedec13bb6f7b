# Migration of a part of a project: streams as operands, --folder, --select, --limit.
# databases: either
load helper
load zextract

SIZE=(--cases 120 --cycles 12 --plans 4 --executions 200 --folders 30)

stream_ends() { ends "$1" | paste -sd' '; }
# steps_cost, results_cost: compute the requests that the records of a stream need
steps_cost() {
	jq -s '[.[] | select(.record and .stream == "test_cases").record | select(.stub | not)
	    | (.testScript.steps // []) | length
	    | if . == 0 then 1 else (. + 99) / 100 | floor end] | add // 0' "$1"
}
results_cost() {
	jq -s '[.[] | select(.record and .stream == "test_executions").record | select(.executed)
	    | .steps | length | if . == 0 then 1 else (. + 99) / 100 | floor end] | add // 0' "$1"
}
# read_whole_project: read all into another database; sets $cost, want and stored
read_whole_project() {
	fresh_db whole
	extract 0
	mv "$T/out" "$T/all"
	records "$T/all" >"$T/want"
	stored >"$T/stored"
	cost=$(count_requests .)
	forget_requests
	fresh_db part
}
# check_references STREAM: each record that a record refers to is in the stream, if the
# project has it, and equals that of the whole project
check_references() {
	jq -s 'map(select(.type == "RECORD"))
	    | [.[] | "\(.stream) \(if .stream | IN("folders", "test_executions")
		then .record.id else .record.key end)"]' "$T/all" >"$T/keys"
	jq_finds_nothing -s --slurpfile all "$T/keys" 'map(select(.type == "RECORD"))
	    | (reduce $all[0][] as $k ({}; .[$k] = 1)) as $all
	    | (reduce .[] as $m ({}; .["\($m.stream) \(if $m.stream
		| IN("folders", "test_executions") then $m.record.id
		else $m.record.key end)"] = 1)) as $here
	    | .[] | .stream as $s | .record
	    | (select($s == "folders") | .parentId | values | "folders \(.)"),
	      (.folder.id? | values | "folders \(.)"),
	      (.testScript.steps // [] | .[].testCase.testCaseKey | values | "test_cases \(.)"),
	      (.testCase.key? | values | "test_cases \(.)"),
	      (.testCycle.key? | values | "test_cycles \(.)"),
	      (select($s == "test_cycles") | .links.testPlans[].key | values | "test_plans \(.)")
	    | select($all[.] and ($here[.] | not))' "$1"
	# the records equal those of the whole project
	records "$1" | LC_ALL=C sort >"$T/.part"
	LC_ALL=C sort "$T/want" | LC_ALL=C comm -13 - "$T/.part" >"$T/.other"
	[ ! -s "$T/.other" ] || { head -c 2000 "$T/.other" >&2; return 1; }
}
# read_rest [loaded]: a run without a selection completes the pass: it repeats no
# request, and (unless loaded) stores the same rows as a run of the whole project
read_rest() {
	[ "$(sql "SELECT state FROM pass ORDER BY n DESC LIMIT 1")" = open ]
	[ "$(sql "SELECT count(*) FROM chosen")" -eq 0 ]
	[ "$(sql "SELECT count(*) FROM issue WHERE rule = 'gone'")" -eq 0 ]
	extract 0
	[ "$(count_requests .)" -eq "$cost" ]
	[ "$(count_repeated)" -eq 0 ]
	[ "$(ends "$T/out" | grep -c COMPLETE)" -eq 5 ]
	records "$T/out" | cmp - "$T/want"
	[ -n "${1-}" ] || stored | cmp - "$T/stored"
}
# check_only_listed_cases: the stream contains the listed cases and no stub
check_only_listed_cases() {
	cmp <(records "$T/out" | sort) <(jq -c 'select(.[0] == "test_cases" and (.[1].stub | not))
	    | (.[1].testScript.steps[]?.testCase | objects | select(.state == "stub"))
		+= {name: null, state: "missing"}' "$T/want" | sort)
}
# deepest_folder TYPE: print the path of the folder that has most folders above it
deepest_folder() {
	jq -rs --arg type "$1" 'map(select(.type == "RECORD" and .stream == "folders")
	    | .record | select(.folderType == $type)) | max_by(.depth).path
	    | map(gsub("(?<c>[/\\\\])"; "\\\(.c)")) | join("/")' "$T/all"
}

@test "streams as operands are written, and only requests that they need are sent" {
	local lists all
	start "${SIZE[@]}"
	read_whole_project
	lists() { count_requests 'GET /v2/[a-z]* 200|nextgen 200'; }
	extract 0 folders
	[ "$(count_requests .)" -eq 2 ]
	[ "$(stream_ends "$T/out")" = "folders COMPLETE" ]
	forget_requests
	fresh_db cases
	extract 0 test_cases
	# folders, priorities, one of four statuses; cases, their total, updatedAfter
	[ "$(lists)" -eq 6 ]
	[ "$(count_requests 'testexecutions|testcycles|testplans|environments')" -eq 0 ]
	[ "$(count_requests 'testcases/[{]')" -eq "$(steps_cost "$T/all")" ]
	[ "$(stream_ends "$T/out")" = "test_cases COMPLETE" ]
	[ "$(jq -r '.stream // empty' "$T/out" | sort -u)" = test_cases ]
	check_only_listed_cases
	forget_requests
	fresh_db plans
	extract 0 test_plans
	[ "$(count_requests 'teststeps|testscript|testexecutions|testcases')" -eq 0 ]
	cmp <(records "$T/out") <(grep '^\["test_plans"' "$T/want")
	forget_requests
	fresh_db runs
	extract 0 test_executions
	cmp <(records "$T/out") <(grep '^\["test_executions"' "$T/want")
	# scripts of cases that were executed, and of those that they call
	[ "$(count_requests 'testcases/[{]')" -lt "$(steps_cost "$T/all")" ]
	[ "$(count_requests 'folders|testplans')" -eq 0 ]
	[ "$(stream_ends "$T/out")" = "test_executions COMPLETE" ]
	read_rest
}

@test "a pass without some of the streams stays open and is not complete in the report" {
	start "${SIZE[@]}"
	read_whole_project
	extract 0 folders test_cases
	zw 65 sh -c 'ztransform <"$T/out" >"$T/target"'
	[[ $stderr == *"no END of test_plans"* ]]
	zw 0 sh -c 'ztransform --unsealed <"$T/out" >"$T/target"'
	zw 0 sh -c 'zload --unsealed <"$T/target"'
	[ "$(sql "SELECT count(*) FROM ledger WHERE state <> 'done'")" -eq 0 ]
	zreport --format json >"$T/report"
	[ "$(jq -r .complete "$T/report")" != true ]
	read_rest loaded
}

@test "unknown streams, options after operands and impossible selections end with 64" {
	start "${SIZE[@]}"
	extract 64 cases
	extract 64 test_cases --limit 5
	[[ $stderr == *"options come first"* ]]
	extract 64 --folder 'a\b'
	extract 64 --folder /
	extract 64 --folder TEST_PLAN:x test_cases
	extract 64 --select '.name | nothing'
	[[ $stderr == *"nothing/0 is not defined"* ]]
	ZTOQ_SELECT='(' extract 64
	extract 64 --plan --folder a
	extract 64 --plan --select true
	extract 64 --fill "$T" --select true
	extract 64 --fill "$T" folders
	[ "$(count_requests .)" -eq 0 ]
	z 0 zextract --plan test_plans
	[ "$(count_requests .)" -eq 4 ]
	[[ $output != *test_cases* ]]
}

@test "--folder selects the records of a folder and those below it, and reads no others" {
	local path
	start "${SIZE[@]}"
	read_whole_project
	path=$(deepest_folder TEST_CASE)
	path=${path%/*}
	extract 75 --folder "$path"
	check_references "$T/out"
	jq -c --arg path "$path" 'select(.type == "RECORD") | .record
	    | select(.testScript and .folder.path != null
		and ((.folder.path | join("/")) + "/" | startswith($path + "/"))) | .key' "$T/all" >"$T/in"
	[ -s "$T/in" ]
	# all cases of the folder, and of others only called ones
	jq_finds_nothing --slurpfile in "$T/in" -s 'map(select(.stream == "test_cases" and .record).record)
	    | [.[].key] as $got | [.[].testScript.steps // [] | .[].testCase.testCaseKey | values] as $called
	    | ($in - $got)[], ($got - $in - $called)[]' "$T/out"
	# all of their executions
	jq_finds_nothing --slurpfile in "$T/in" -s 'map(select(.stream == "test_executions" and .record).record.testCase.key)
	    | unique[] | select(IN($in[]) | not)' "$T/out"
	[ "$(count_records "$T/out" test_executions)" -eq "$(jq -c --slurpfile in "$T/in" \
	    'select(.stream == "test_executions" and .record and (.record.testCase.key | IN($in[])))' "$T/all" | wc -l)" ]
	# one script for each case, and results of those that have run
	[ "$(count_requests 'testcases/[{]')" -eq "$(steps_cost "$T/out")" ]
	[ "$(count_requests 'testexecutions/[{]')" -eq "$(results_cost "$T/out")" ]
	[ "$(ends "$T/out" | grep -c 'test_cases PARTIAL')" -eq 1 ]
	[ "$(ends "$T/out" | grep -c 'test_executions PARTIAL')" -eq 1 ]
	# the same command sends no request again
	cp "$T/out" "$T/first"
	ZTOQ_FOLDER=/$path/ extract 75
	records "$T/first" | cmp - <(records "$T/out")
	[ "$(count_repeated)" -eq 0 ]
	read_rest
}

@test "--folder of cycles or plans selects the executions in them" {
	local path kind
	start "${SIZE[@]}"
	read_whole_project
	for kind in CYCLE PLAN; do
		fresh_db "$kind"
		forget_requests
		path=$(deepest_folder "TEST_$kind")
		path=${path%%/*}
		extract 75 --folder "TEST_$kind:$path"
		check_references "$T/out"
		[ "$(count_records "$T/out" test_cycles)" -gt 0 ]
		[ "$(count_records "$T/out" test_executions)" -gt 0 ]
		# the executions of the cycles in the folder, or of the cycles of its plans
		jq_finds_nothing -s --arg kind "$kind" --arg path "$path" --slurpfile all "$T/all" '
		    def of($stream): select(.record and .stream == $stream).record;
		    def here: select((.folder.path // [])[0] == $path);
		    (if $kind == "CYCLE" then [$all[] | of("test_cycles") | here.key]
			else [$all[] | of("test_plans") | here.links.testCycles[].key] end) as $in
		    | [$all[] | of("test_executions") | select(.testCycle.key | IN($in[])).id] as $want
		    | [.[] | of("test_executions").id] as $got
		    | ($want - $got)[], ($got - $want)[]' "$T/out"
		[ "$(count_requests 'testexecutions/[{]')" -eq "$(results_cost "$T/out")" ]
		read_rest
	done
}

@test "an unknown folder ends with 78 and the nearest path before any row is read" {
	local path
	start "${SIZE[@]}"
	read_whole_project
	path=$(deepest_folder TEST_CASE)
	extract 78 --folder "${path}s"
	[[ $stderr == *"the nearest is $path"* ]]
	[ "$(count_requests 'testcases|testcycles|testplans|testexecutions')" -eq 0 ]
	extract 78 --folder "$path/more"
	extract 78 --folder "TEST_PLAN:$path"
	read_rest
}

@test "a backslash escapes a slash or a backslash in a folder's name" {
	local d=$T/corpus
	mkdir "$d"
	echo '{"id":1,"jiraProjectId":2,"key":"DEMO","enabled":true}' >"$d/project.json"
	cat >"$d/folders.ndjson" <<-'END'
	{"id":11,"parentId":null,"name":"A/B","index":0,"folderType":"TEST_CASE"}
	{"id":12,"parentId":11,"name":"C\\D","index":0,"folderType":"TEST_CASE"}
	{"id":13,"parentId":null,"name":"A","index":1,"folderType":"TEST_CASE"}
	{"id":14,"parentId":13,"name":"B","index":0,"folderType":"TEST_CASE"}
	{"id":15,"parentId":null,"name":"TEST_PLAN:x","index":2,"folderType":"TEST_CASE"}
	END
	: >"$d/statuses.ndjson"
	: >"$d/priorities.ndjson"
	: >"$d/environments.ndjson"
	for n in 11 12 13 14 15; do
		echo "{\"id\":$n,\"key\":\"DEMO-T$n\",\"name\":\"case $n\",\"folder\":{\"id\":$n}}"
	done | gzip >"$d/testcases.ndjson.gz"
	gzip </dev/null >"$d/teststeps.ndjson.gz"
	start --corpus "$d" --executions 0 --cycles 0 --plans 0
	while IFS='|' read -r path want; do
		fresh_db "f$RANDOM"
		extract 75 --folder "$path"
		echo "$path: $(jq -r 'select(.stream == "test_cases" and .record).record.key' "$T/out" | paste -sd' ')"
		[ "$(jq -r 'select(.stream == "test_cases" and .record).record.key' "$T/out" | paste -sd' ')" = "$want" ]
	done <<-'END'
	A\/B|DEMO-T11 DEMO-T12
	A\/B/C\\D|DEMO-T12
	A|DEMO-T13 DEMO-T14
	/A/B/|DEMO-T14
	TEST_CASE:TEST_PLAN:x|DEMO-T15
	END
	extract 78 --folder 'A\/B/C\\'
	[[ $stderr == *'the nearest is A\/B/C\\D'* ]]
}

@test "--select selects the records for which a jq program is true, and those that they refer to" {
	start "${SIZE[@]}"
	read_whole_project
	extract 75 --select '$stream == "test_executions" and .testExecutionStatus.name == "Fail"'
	[ "$(count_requests .)" -eq "$cost" ]
	check_references "$T/out"
	cmp <(records "$T/out" | grep '^\["test_executions"') \
	    <(jq -c 'select(.[0] == "test_executions" and .[1].testExecutionStatus.name == "Fail")' "$T/want")
	[ "$(count_records "$T/out" test_executions)" -gt 0 ]
	[ "$(count_records "$T/out" test_cases)" -lt "$(count_records "$T/all" test_cases)" ]
	# all rows are read, so the pass is sealed
	[ "$(sql "SELECT state FROM pass")" = sealed ]
	[ "$(sql "SELECT count(*) FROM chosen")" -eq 0 ]
	stored | cmp - "$T/stored"
	# an object is true; null, false and no result are not
	ZTOQ_SELECT='true, error' extract 78
	extract 0 --select '{}'
	records "$T/out" | cmp - "$T/want"
	extract 75 --select 'null, false, empty'
	[ "$(grep -c '"type":"RECORD"' "$T/out")" -eq 0 ]
	extract 75 --select '.key == "DEMO-T7"' test_cases
	[ "$(jq -r 'select(.record).record.key' "$T/out" | grep -cx DEMO-T7)" -eq 1 ]
}

@test "a --select program that fails or does not end is reported with stream and key" {
	start --cases 5 --executions 5
	extract 78 --select 'if .key == "DEMO-T3" then error("oh no") else true end' test_cases
	[[ $stderr == *"--select: test_cases DEMO-T3: oh no"* ]]
	[ "$(ends "$T/out" | wc -l)" -eq 0 ]
	extract 78 --select 'if .key == "DEMO-T3" then def f: f; f else true end' test_cases
	[[ $stderr == *"--select"*"test_cases DEMO-T3"* ]]
}

@test "--limit selects this number of records of each stream, and those that they refer to" {
	start "${SIZE[@]}"
	read_whole_project
	extract 75 --limit 3 --versions
	[ "$(count_requests 'testcases/[{][}]/versions 200')" -eq "$(jq -c 'select(.stream == "test_cases" and .record
	    and (.record.stub | not))' "$T/out" | wc -l)" ]
	fresh_db plain
	forget_requests
	extract 75 --limit 3
	check_references "$T/out"
	for s in folders test_cases test_plans test_cycles test_executions; do
		[ "$(count_records "$T/out" $s)" -ge 3 ]
		[ "$(count_records "$T/out" $s)" -lt "$(count_records "$T/all" $s)" ] || [ $s = test_plans ]
	done
	[ "$(count_records "$T/out" test_executions)" -eq 3 ]
	[ "$(count_requests 'testcases/[{]')" -eq "$(steps_cost "$T/out")" ]
	[ "$(count_requests 'testexecutions/[{]')" -eq "$(results_cost "$T/out")" ]
	read_rest
}

@test "a limit above the number of records ends like a run without one" {
	start --cases 20 --executions 30
	read_whole_project
	extract 0 --limit 5000
	[ "$(ends "$T/out" | grep -c COMPLETE)" -eq 5 ]
	records "$T/out" | cmp - "$T/want"
	stored | cmp - "$T/stored"
	[ "$(sql "SELECT state FROM pass")" = sealed ]
	edit "what=case&do=add" >/dev/null
	extract 0 --limit 5000
	[ "$(count_records "$T/out" test_cases)" -eq $(($(count_records "$T/all" test_cases) + 1)) ]
}

@test "several selections are combined" {
	local path
	start "${SIZE[@]}"
	read_whole_project
	path=$(deepest_folder TEST_CASE)
	path=${path%%/*}
	extract 75 --folder "$path" --limit 2
	check_references "$T/out"
	[ "$(count_records "$T/out" test_executions)" -le 2 ]
	[ "$(count_requests 'testcases/[{]')" -eq "$(steps_cost "$T/out")" ]
	extract 75 --folder "$path" --select '$stream == "test_cases"' --limit 2 folders test_cases
	jq_finds_nothing -s --arg path "$path" 'map(select(.record).record)
	    | [.[].testScript.steps // [] | .[].testCase.testCaseKey | values] as $called
	    | map(select(.testScript and (.key | IN($called[]) | not)))
	    | select(length > 2 or any(.folder.path[0] != $path))' "$T/out"
	[ "$(stream_ends "$T/out")" = "folders PARTIAL test_cases PARTIAL" ]
	read_rest
}

@test "after kill -9 of a run with a selection the same command ends like an uninterrupted one" {
	local at pid path turn=0 clean choice lost=0
	start "${SIZE[@]}" --latency 5ms
	read_whole_project
	path=$(deepest_folder TEST_CASE)
	RANDOM=$ZT_SEED
	for choice in "--folder=${path%%/*}" "--limit=25" '--select=$stream == "test_cycles"'; do
		fresh_db "clean$((++turn))"
		forget_requests
		extract 75 "$choice"
		records "$T/out" >"$T/clean"
		clean=$(count_requests .)
		fresh_db "kill$turn"
		forget_requests
		for at in $((RANDOM % (clean / 2) + 1)) $((clean / 2 + RANDOM % (clean / 3))); do
			zextract "$choice" >"$T/part" 2>>"$T/log" 3>&- &
			pid=$!
			kill_at "$at" "$pid"
			wait "$pid" || lost=$((lost + 1))
		done
		extract 75 "$choice"
		records "$T/out" | cmp "$T/clean" -
		echo "seed $ZT_SEED: $choice: $(count_requests .) requests, clean $clean, $lost killed"
		[ "$(count_requests .)" -le $((clean + 16)) ]
		extract 0
		records "$T/out" | cmp "$T/want" -
	done
	[ "$lost" -eq 6 ]
}

@test "a selected part is loaded on its own, and a later run loads the rest" {
	local path n
	start "${SIZE[@]}"
	read_whole_project
	path=$(deepest_folder TEST_CASE)
	for choice in "--limit=4" "--folder=${path%%/*}"; do
		zw 75 ztoq migrate "$choice"
		[[ $stderr == *"--folder or --select was used"* ]]
		[ "$(sql "SELECT count(*) FROM ledger WHERE state <> 'done'")" -eq 0 ]
		[ "$(sql "SELECT count(*) FROM ledger WHERE kind = 'case'")" -gt 0 ]
		# reconciliation finds the records that were left out, and nothing else
		zw 1 zvalidate --reconcile
		n=$(grep -c 'not represented' <<<"$output")
		[ "$n" -gt 0 ]
		[ "$(grep '^difference' <<<"$output" | grep -vc 'not represented')" -eq 1 ]
		[[ $output == *"a sealed pass"* ]]
		[ "$(sql "SELECT count(*) FROM issue WHERE side = 'reconcile' AND rule = 'not represented'")" -eq "$n" ]
	done
	# ZTOQ_LIMIT limits zextract only
	ZTOQ_LIMIT=4 zw 75 ztoq migrate
	[ "$(sql "SELECT count(*) FROM ledger WHERE state <> 'done'")" -eq 0 ]
	zw 0 ztoq migrate
	# siblings are in the order in which they were loaded
	run zvalidate --reconcile
	tail -n 30 <<<"$output" >&2
	[ "$(grep '^difference' <<<"$output" | grep -vc ': order: ')" -eq 0 ]
	[[ $output == *" 0 missing "*" differences"* ]]
	[ "$(sql "SELECT count(*) FROM target t WHERE NOT EXISTS (SELECT 1 FROM ledger l WHERE l.kind = t.kind AND l.ekey = t.ekey AND l.hash = t.hash)")" -eq 0 ]
	[ "$(sql "SELECT count(*) FROM issue WHERE rule = 'gone'")" -eq 0 ]
}

@test "files are requested for selected records only" {
	export ZTOQ_ATTACHMENTS_OF=steps
	start --cases 40 --executions 40 --attachments 60
	export ZTOQ_ATTACHMENTS_OF=steps
	read_whole_project
	extract 75 --limit 3
	[ "$(count_requests '/v2/[{][}]/[{][}]/attachments ')" -eq "$(jq -c 'select(.record and .stream != "folders"
	    and (.record.stub | not))' "$T/out" | wc -l)" ]
	[ "$(count_requests '/attachments/[{][}] 200')" -le "$(jq '.record.attachments[]?.id' "$T/out" | wc -l)" ]
	read_rest
	fresh_db cases
	forget_requests
	extract 0 test_cases
	[ "$(count_requests '/v2/test(executions|cycles|plans)')" -eq 0 ]
	[ "$(count_requests '/v2/[{][}]/[{][}]/attachments ')" -eq 40 ]
	check_only_listed_cases
}
