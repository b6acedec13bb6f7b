# Rules for records, tested by the real program.
# databases: either
load helper

src() { echo "$ROOT/tests/golden/$1.in.ndjson"; }
found() {	# SIDE: print key, rule and level of every finding
	sql "SELECT key, rule, level FROM issue WHERE side = '$1' ORDER BY key, rule, level" |
	    tr '|' ' '
}

@test "records that break no rule are printed unchanged" {
	zvalidate -q --unsealed <"$(src test_cycles)" | sed 's/UNPROVEN/COMPLETE/' >sealed
	z 0 sh -c 'zvalidate <sealed >out'
	cmp sealed out
	# spacing is kept
	sed 's/,"name":"Cycle 2"/ ,  "name" : "Cycle 2"/' sealed >spaced
	z 0 sh -c 'zvalidate <spaced >out'
	cmp spaced out
}

@test "source cases with errors are rejected, warnings and notes are listed" {
	zw 3 sh -c "zvalidate --unsealed -r rejects <$(src test_cases) >out"
	[ "$(grep -c '"RECORD"' out)" -eq 11 ]
	[ "$(jq -r .rule rejects)" = required ]
	diff -u - <(found source) <<'X'
- required error
- steps info
PX-T1 call warning
PX-T1 custom_field info
PX-T1 step_description warning
PX-T1 step_expected info
PX-T10 steps info
PX-T11 steps info
PX-T5 steps info
PX-T6 stub info
PX-T7 folder_reference warning
PX-T7 name warning
PX-T7 steps info
PX-T8 reference warning
PX-T8 steps info
PX-T9 name_length warning
PX-T9 steps info
X
}

@test "the rules for source folders, plans, cycles and executions find their violations" {
	zw 3 sh -c "zvalidate --unsealed -r rejects <$(src folders) >out"
	zw 3 sh -c "zvalidate --unsealed -r rejects <$(src test_plans) >out"
	z 0 sh -c "zvalidate --unsealed -r rejects <$(src test_cycles) >out"
	zw 3 sh -c "zvalidate --unsealed -r rejects <$(src test_executions) >out"
	[ "$(jq -r '.stream + " " + .rule' rejects | tr '\n' ,)" = \
	    "folders folder_type,test_plans required,test_executions required," ]
	sql "SELECT stream, key, rule FROM issue WHERE level = 'warning'
	    ORDER BY stream, key, rule" | tr '|' ' ' | diff -u - <(cat <<'X'
folders 12 folder_reference
folders 12 name
folders 16 name_length
test_cycles PX-R2 plan_reference
test_cycles PX-R3 folder_reference
test_executions 404 cycle_reference
test_executions 404 reference
test_executions 407 undated
test_executions 409 execution_time
test_plans PX-P1 cycle_reference
test_plans PX-P2 name
X
	)
}

@test "effects of the default map break no rule of the target side" {
	local g
	for g in folders test_cases test_plans test_cycles suites test_executions fields; do
		zw 0 sh -c "{ head -n 1 $(src $g) | sed 's/\"source\"/\"target\"/';
		    cat $ROOT/tests/golden/$g.out.ndjson; } | grep -v REJECT >t;
		    zvalidate -q --unsealed -r rejects <t >out"
	done
	[ ! -e rejects ]
	[ "$(sql "SELECT count(*) FROM issue WHERE side = 'target' AND level = 'error'")" -eq 0 ]
}

@test "target effects that qTest refuses or misreads are rejected" {
	head -n 1 "$(src test_cases)" | sed 's/"source"/"target"/' >meta
	grep -h '"key":"PX-T1"}' "$ROOT/tests/golden/test_cases.out.ndjson" | head -n 1 >case
	cp case relink
	grep -h '"key":"401"' "$ROOT/tests/golden/test_executions.out.ndjson" >log
	local change
	while IFS='|' read -r file change rule; do
		rm -f rejects
		{ cat meta; jq -c --arg kind "$file" "(.record.effects[] | select(.kind == \$kind)) |= ($change)" "$file"; } >bad
		zw 3 sh -c 'zvalidate -q --unsealed -r rejects <bad >out'
		[ "$(jq -r .rule rejects)" = "$rule" ] || { cat rejects; false; }
		[ "$(grep -c '"RECORD"' out)" -eq 0 ]
	done <<'X'
case|.body.name = " "|name
case|.body.name = "x" * 501|name_length
case|.body.test_steps[1].order = 7|step_order
case|.body.test_steps[0].description += "[~p]"|parameter
case|.body.test_steps[0].expected = null|step_text
case|.needs = []|needs
case|.body.properties[0] = {"$field": "x"}|properties
case|.body.parent_id = 5|reference
case|.kind = "thing"|kind
case|del(.body)|shape
relink|.key = "case/PX-T9"|relink
relink|.body.keys = [5]|relink
log|.body.exe_end_date = "2024-05-17T09:31:00.000Z"|date
log|.body.exe_start_date = "2025-05-17T09:31:00+00:00"|dates
log|.body.note = "no marker"|marker
log|.body.status = "Passed"|status
log|.body.test_step_logs[0].test_step_id = 5|step_log
X
}

@test "END has new counts and a new hash if records are rejected" {
	zvalidate -q --unsealed -r /dev/null --rules "$ROOT/tests" <"$(src test_plans)" >some ||:
	sed '/"END"/d' "$(src test_plans)" >in
	zw 3 sh -c 'zvalidate --unsealed -r rejects <in >out'
	[ "$(jq -r 'select(.type == "END" and .stream == "test_plans") | .z.records, .z.rejected' out |
	    tr '\n' ' ')" = "2 1 " ]
}

@test "a known reject is counted and not reported again" {
	zw 3 sh -c "zvalidate --unsealed -r rejects <$(src test_plans) >out"
	zw 3 sh -c "zvalidate --unsealed -r rejects <$(src test_plans) >out"
	[ "$(wc -l <rejects)" -eq 1 ]
	[ "$(sql 'SELECT count(*) FROM reject')" -eq 1 ]
}

@test "--accept accepts a record, and the finding stays with reason and owner" {
	echo '{"stream":"test_plans","key":"-","rule":"required","reason":"known","owner":"ann"}' >acc
	z 0 sh -c "zvalidate --unsealed --accept acc -r rejects <$(src test_plans) >out"
	[ "$(grep -c '"RECORD"' out)" -eq 3 ]
	[ ! -e rejects ]
	[ "$(sql 'SELECT accepted, owner FROM reject' | tr '|' ' ')" = "known ann" ]
	echo '{"stream":"test_plans","key":"-","rule":"required"}' >acc
	zw 78 sh -c "zvalidate --unsealed --accept acc <$(src test_plans) >out"
	[[ $stderr == *"acc:1: "* ]]
	zw 66 sh -c "zvalidate --unsealed --accept nowhere <$(src test_plans) >out"
}

@test "findings that no longer occur are removed" {
	zw 3 sh -c "zvalidate --unsealed -r rejects <$(src test_plans) >out"
	sed 's/"key":""/"key":"PX-P3"/; s/"name":""/"name":"now"/' "$(src test_plans)" >mended
	z 0 sh -c 'zvalidate --unsealed <mended >out'
	[ "$(sql "SELECT count(*) FROM issue WHERE key = 'PX-P2'")" -eq 0 ]
}

@test "a corrected record is validated in its corrected form" {
	zw 3 sh -c "zvalidate --unsealed -r rejects <$(src test_plans) >out"
	jq -c '.record.key = "PX-P3"' rejects >mended
	z 0 sh -c 'zvalidate --unsealed -p PX <mended >out'
	[ "$(jq -r .type out | head -n 1)" = REJECT ]
	z 0 sh -c 'ztransform --unsealed -p PX <out >out2'
	[ "$(jq -r 'select(.record) | .record.key' out2)" = PX-P3 ]
}

@test "a user's rules replace the built-in ones, and a wrong one ends with 78 and its name" {
	mkdir r
	echo '.name | select(startswith("Cycle 2")) | stop("mine"; "no twos")' >r/source_test_cycles.jq
	zw 3 sh -c "zvalidate --unsealed --rules r -r rejects <$(src test_cycles) >out"
	[ "$(jq -r '.rule + " " + .record.key' rejects)" = "mine PX-R2" ]
	echo 'stop(' >r/source_test_cycles.jq
	zw 78 sh -c "zvalidate --unsealed --rules r <$(src test_cycles) >out"
	[[ $stderr == *source_test_cycles.jq* ]]
	echo '{"rule":"x"}' >r/source_test_cycles.jq
	zw 78 sh -c "zvalidate --unsealed --rules r <$(src test_cycles) >out"
	echo 'def f: f; f' >r/source_test_cycles.jq
	zw 78 sh -c "zvalidate --unsealed --rule-time 300ms --rules r <$(src test_cycles) >out"
}

@test "a malformed line is rejected with its number" {
	sed '3i {"type":' "$(src test_cycles)" >odd
	zw 3 sh -c 'zvalidate --unsealed -r rejects <odd >out'
	[ "$(jq -r .line rejects)" -eq 3 ]
	[ "$(grep -c '"RECORD"' out)" -eq 3 ]
}

@test "lines of unknown types are printed, blank lines are not" {
	{ sed -n 1,2p "$(src test_cycles)"; echo; echo '{"type":"NOTE","x":1}'
	  echo '{"type":"STATE","value":{"a":1}}'; } >in
	z 0 sh -c 'zvalidate --unsealed <in | grep -v END >out'
	diff <(grep -v '^$' in) out
}

@test "both sides of the pipe remember their own rejects" {
	mkdir d r
	echo '{key: .key, effects: [{kind: "odd", key: .key, needs: [], parent: null, body: {}}]}' \
	    >d/test_cycles.jq
	local i
	for i in 1 2; do
		zw 3 bash -c "zvalidate -q --unsealed <$(src test_cycles) | ztransform -q -m d |
		    zvalidate -q -r rejects >out"
	done
	[ "$(wc -l <rejects)" -eq 3 ]
	[ "$(sql 'SELECT DISTINCT stage FROM reject')" = "zvalidate target" ]
}

@test "a step result or an execution without a status in Zephyr is a warning" {
	zw 0 sh -c 'zvalidate -q --unsealed <"$ROOT/tests/golden/results.in.ndjson" >out'
	[ "$(sql "SELECT key || ' ' || level FROM issue WHERE rule = 'step_status' ORDER BY key" | tr '\n' ' ')" = "802 warning 803 warning " ]
	[ "$(sql "SELECT key || ' ' || level FROM issue WHERE rule = 'status' ORDER BY key" | tr '\n' ' ')" = "802 warning 803 warning " ]
}
