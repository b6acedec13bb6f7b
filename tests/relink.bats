# Mentions of test objects in texts become links to the objects in qTest.
# databases: either
load helper
load target
load qtest

SMALL=(--seed 5 --cases 6 --executions 6 --folders 2 --cycles 2 --plans 1)
JIRA=https://jira.example/secure/Tests.jspa

# edit WHAT KEY TEXT: change the text of the first step of a case, or the comment of an
# execution, in Zephyr
edit() {
	local member=text
	[ "$1" = case ] || member=comment
	mock_post "edit?what=$1&do=change&key=$2&step=1&$member=$(jq -rn --arg t "$3" '$t | @uri')" >/dev/null
}
setup_file() {
	scrub
	mock "${SMALL[@]}"
	edit case DEMO-T1 'first DEMO-T3'
	edit case DEMO-T5 'as DEMO-T2, DEMO-E1 and DEMO-T5'
	edit execution DEMO-E2 'like DEMO-T4 and DEMO-E1'
	zextract -q | ztransform -q >/dev/null
	share
}
prepare() {
	shared
	export ZTOQ_SETTLE=200ms ZTOQ_IN_FLIGHT=1
}
# again: restore qTest and the database
again() {
	rm -f ztoq.db*
	shared
}
# load_it [OPTION...]: load the effects in the database
load_it() { zw 0 zload -q --from-db -p DEMO "$@"; }
# link KEY: print the link to a case, as the state of zmock names it
link() {
	printf '<a href="/portal/project#tab=testdesign&amp;object=1&amp;id=%s">%s</a>' "$1" "$1"
}
# texts: print all texts in qTest
texts() { mock_state | jq -r '.. | objects | .description, .note, .expected | strings'; }
# first_put: print the number of the first PUT of a case among those that scenarios match
first_put() {
	mock_record | jq -r 'select(.method == "PUT" and (.path | test("/test-cases/"))).path' |
	    grep -n 'test-cases/[0-9]*$' | head -n 1 | cut -d: -f1
}
puts() { mock_count 'PUT .*/(test-cases|test-logs|test-runs|test-cycles|releases)/{} 200'; }

@test "keys and addresses of test objects in texts become links to the migrated objects" {
	local base='/portal/project#tab=' t
	zextract -q | jq -c --arg jira "$JIRA" '
	    def objective($key; $text):
		if .record.key? == $key then .record.objective = $text else . end;
	    objective("DEMO-T1"; "<p>(DEMO-T3), DEMO-R1/DEMO-P1; see \($jira)#/testCase/DEMO-T2.</p>")
	    | objective("DEMO-T2"; "<p>XDEMO-T3 DEMO-T3.png DEMO-T3-4 DEMO-T99 DEMO-T2 <code>DEMO-T3</code>"
		+ "<a href=\"https://x.example/DEMO-T3\">DEMO-T3</a> https://x.example/DEMO-T3</p>")
	    | objective("DEMO-T4"; "<p>as <a href=\"\($jira)#/testCase/DEMO-T1\">the first</a></p>")
	    | objective("DEMO-P1"; "<p>&lt;DEMO-T5&gt;</p>")
	    | if .record.key? == "DEMO-R1" then .record.description = "<p>DEMO-R2</p>" else . end' |
	    ztransform -q --unsealed | zload -q --unsealed
	texts >texts
	t="<p>($(link DEMO-T3)), <a href=\"${base}testexecution&amp;object=4&amp;id="
	grep -F "$t" texts
	# the state leaves site, project and ids out of the addresses
	q GET "releases/$(sql "SELECT id FROM ledger WHERE kind = 'release'")"
	[[ $body == *"$MOCK/p/1/portal/project#tab=testdesign&amp;object=1&amp;id=$(sql "SELECT id FROM
	    ledger WHERE kind = 'case' AND ekey = 'DEMO-T5'")"* ]]
	grep -F "\">DEMO-R1</a>/<a href=\"${base}testplan&amp;object=8&amp;id=DEMO-P1\">DEMO-P1</a>; see" texts
	grep -F "object=1&amp;id=DEMO-T2\">$JIRA#/testCase/DEMO-T2</a>.</p>" texts
	grep -F 'XDEMO-T3 DEMO-T3.png DEMO-T3-4 DEMO-T99 DEMO-T2 <code>DEMO-T3</code><a href="https://x.example/DEMO-T3">DEMO-T3</a> https://x.example/DEMO-T3</p>' texts
	grep -F "object=1&amp;id=DEMO-T1\" title=\"$JIRA#/testCase/DEMO-T1\">the first</a>" texts
	grep -F "<p>&lt;$(link DEMO-T5)&gt;</p>" texts
	grep -F 'object=4&amp;id=' texts | grep -F '">DEMO-R2</a>'
	grep -F '[zephyr DEMO DEMO-R1]' texts
}

@test "an object is updated at most once for its links, and a second run writes nothing" {
	z 0 ztoq migrate -q
	texts | grep -cF "first $(link DEMO-T3)"
	texts | grep -F "as $(link DEMO-T2)," | grep -F 'object=3&amp;id='
	texts | grep -F "like $(link DEMO-T4) and <a "
	# DEMO-T1 names a later case, DEMO-T5 an execution; the log names objects that are known
	[ "$(puts)" -eq 2 ]
	[ "$(mock_count 'PUT .*/approve 200')" -eq 7 ]
	[ "$(mock_state | jq -c '[.. | objects | select(.properties?["Zephyr Key"] == "DEMO-T1") | .version, .versions]')" = '["1.0",1]' ]
	z 0 ztoq validate -q --reconcile
	mock_forget
	z 0 ztoq migrate -q
	[ "$(mock_writes)" -eq 0 ]
	[ "$(mock_count 'GET /api/v3/.*/test-cases.*')" -eq 0 ]
}

@test "a load that is killed or loses answers while it writes links ends as a clean one" {
	local fault pid
	load_it
	mock_state >clean
	for fault in 'GET */test-cases/* nth 1 do kill' 'PUT */test-cases/* nth 1 do kill' \
	    'PUT */approve nth 6 do kill' 'PUT */test-cases/* nth 1 do reset-after' \
	    'PUT */test-cases/* nth 2 do status-after 500' 'PUT */test-cases/* nth 1 do html200' \
	    "PUT */test-cases/* nth $(first_put) do status 400"$'\nmatch GET */test-cases/* nth 3 do kill'; do
		again
		mkfifo go
		bash -c 'read -r _ <go; exec zload -q --from-db -p DEMO' 2>err &
		pid=$!
		kill_at_end "$pid"
		mock_post scenario "match ${fault/%kill/kill $pid}" >/dev/null
		echo >go
		wait "$pid" || [[ $fault == *kill || $fault == *html200 ]]
		rm go
		load_it
		mock_state >state
		cmp clean state || { echo "$fault" >&2; diff <(jq . clean) <(jq . state) >&2; return 1; }
	done
}

@test "a relink that waits for an approval in doubt goes on when the approval was not executed" {
	local pid n
	fresh_db other
	for n in 1 2 3 5 6; do
		edit case DEMO-T$n 'as DEMO-T99'	# which each load looks for
	done
	zextract -q | ztransform -q >/dev/null
	mkfifo go
	bash -c 'read -r _ <go; exec zload -q --from-db -p DEMO' 2>err &
	pid=$!
	kill_at_end "$pid"
	printf '%s\n' 'match PUT */approve do reset-before' "match GET */versions nth 1 do kill $pid" >faults
	mock_post scenario "$(cat faults)" >/dev/null
	echo >go
	wait "$pid" || [ $? -eq 137 ]
	mock_post scenario '# none' >/dev/null
	[ "$(sql "SELECT count(*) FROM ledger WHERE kind = 'approve' AND state = 'intent'")" -ge 2 ]
	[ "$(sql "SELECT count(*) FROM ledger WHERE kind = 'relink' AND error <> ''")" -ge 2 ]
	load_it
	[ "$(sql "SELECT count(*) FROM ledger WHERE state <> 'done'")" -eq 0 ]
	z 0 ztoq validate -q --reconcile
	mock_forget
	load_it		# which finds no DEMO-T99 either
	[ "$(mock_requests)" -eq 1 ]
}

@test "an adoption finds the links that an earlier load wrote, and writes nothing" {
	load_it
	sql 'DELETE FROM ledger'
	mock_forget
	load_it --adopt
	[ "$(mock_writes)" -eq 0 ]
	[ "$(sql "SELECT count(*) FROM ledger WHERE kind = 'relink' AND state = 'done'")" -eq 3 ]
	load_it
	[ "$(mock_writes)" -eq 0 ]
}

@test "texts that were loaded without links get them by one update, which keeps edits of users" {
	jq '.relink = "off"' "$ROOT/src/ztransform/map/map.json" >off.json
	zextract -q | ztransform -q -m off.json | zload -q
	[ "$(texts | grep -c '/portal/project')" -eq 0 ]
	next_second
	mock_post "break?kind=case&key=DEMO-T5&do=set&field=description&value=mine" >/dev/null
	zextract -q | ztransform -q >/dev/null
	mock_forget
	load_it
	[ "$(puts)" -eq 2 ]
	[ "$(sql "SELECT key FROM issue WHERE rule = 'edited'")" = DEMO-T5 ]
	texts | grep -F "first $(link DEMO-T3)"
	mock_forget
	load_it
	[ "$(mock_writes)" -eq 0 ]
	load_it --overwrite-edits
	[ "$(puts)" -eq 1 ]
	texts | grep -F "as $(link DEMO-T2)"
}

@test "after a rollback the texts link to the new objects" {
	load_it
	mock_state >clean
	z 0 zrollback --all --apply
	[ "$(sql "SELECT count(*) FROM ledger WHERE state <> 'rolled_back'")" -eq 0 ]
	load_it
	mock_state >state
	cmp clean state
}

@test "a changed text is written once with its links, and an object that follows is linked then" {
	z 0 ztoq migrate -q
	edit case DEMO-T1 'then DEMO-T6 and DEMO-T7'
	mock_forget
	z 0 ztoq migrate -q
	[ "$(puts)" -eq 1 ]
	texts | grep -F "then $(link DEMO-T6) and DEMO-T7"
	mock_post 'edit?what=case&do=add' >/dev/null
	mock_forget
	z 0 ztoq migrate -q
	[ "$(puts)" -eq 1 ]
	texts | grep -F "then $(link DEMO-T6) and $(link DEMO-T7)"
	z 0 ztoq validate -q --reconcile
}

@test "a malformed list of links is rejected, and its object is loaded" {
	zextract -q | ztransform -q | jq -c '
	    def malformed($key; change):
		if .record.key? == $key then .record.effects[-1] |= (.kind = "relink" | change) else . end;
	    malformed("DEMO-T1"; .body.keys = [5]) | malformed("DEMO-T5"; .key = "DEMO-T5")' >bad
	zw 3 zload -q --unsealed -r rejects <bad
	[[ $stderr == *"relink case/DEMO-T1: a key of an object or image in its body is not a text"* ]]
	[[ $stderr == *"relink DEMO-T5: its key names no object"* ]]
	[ "$(jq -r .record.key rejects | sort | paste -sd' ')" = 'DEMO-T1 DEMO-T5' ]
	[ "$(mock_count 'POST .*/test-cases 200')" -eq 6 ]
}

@test "reconciliation names a link that a user removed" {
	load_it
	mock_post "break?kind=case&key=DEMO-T1&do=step&n=1&field=description&value=first%20DEMO-T3" >/dev/null
	zw 1 ztoq validate -q --reconcile
	sql "SELECT rule, what FROM issue WHERE key = 'DEMO-T1' AND rule LIKE '%link%'" | grep DEMO-T3
}

@test "a text that qTest refuses with links stays without them, which is recorded, until it changes" {
	local n
	load_it
	n=$(first_put)
	again
	printf '%s\n' "match PUT */test-cases/* nth $n do status 400" 'match POST */test-cases nth 5 do status 413' >faults
	mock_post scenario "$(cat faults)" >/dev/null
	load_it
	[ "$(mock_get scenario | jq .played | xargs)" = '1 1' ]
	mock_post scenario '# none' >/dev/null
	texts | grep -F 'first DEMO-T3'
	texts | grep -F 'as DEMO-T2, DEMO-E1 and DEMO-T5'
	texts | grep -F "like $(link DEMO-T4) and <a "
	# each refused request is sent once more at most
	[ "$(mock_record | jq -r 'select(.method == "POST").path' | grep -c '/test-cases$')" -eq 7 ]
	[ "$(puts)" -eq 0 ]
	[ "$(sql "SELECT key FROM issue WHERE rule = 'links-refused' ORDER BY key" | xargs)" = 'DEMO-T1 DEMO-T5' ]
	[ "$(sql "SELECT count(*) FROM ledger WHERE kind = 'relink' AND state = 'done' AND verb = 'text'")" -eq 2 ]
	z 0 ztoq validate -q --reconcile
	mock_forget
	load_it
	[ "$(mock_writes)" -eq 0 ]
	[ "$(mock_count 'GET /api/v3/.*/test-cases.*')" -eq 0 ]
	edit case DEMO-T1 'second DEMO-T3'
	z 0 ztoq migrate -q
	texts | grep -F "second $(link DEMO-T3)"
	[ "$(sql "SELECT key FROM issue WHERE rule = 'links-refused'")" = DEMO-T5 ]
	z 0 ztoq validate -q --reconcile
}
