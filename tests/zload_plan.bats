# zload --plan and --apply: a plan is data, and what is applied is the plan.
# databases: either
load helper
load target

# The effects of 4 cases with 2 logs each are stored, and in project 2 of qTest; the tests load
# them into project 1.
setup_file() {
	scrub
	target 4 2 | seal >"$BATS_FILE_TMPDIR/small"
	target 4 2 new | seal >"$BATS_FILE_TMPDIR/edited"
	mock
	QTEST_PROJECT_ID=2 zload -q <"$BATS_FILE_TMPDIR/small"
	mock_state 2 | normal >"$BATS_FILE_TMPDIR/loaded"
	share
}
prepare() {
	export ZTOQ_SETTLE=200ms ZEPHYR_PROJECT_KEY=DEMO
	shared
	mock_forget
}
normal() { jq -S 'walk(if type == "object" then del(.project, .id) else . end)'; }
loaded() { diff "$BATS_FILE_TMPDIR/loaded" <(mock_state | normal) >&2; }
plan() { z 0 zload --from-db --plan && echo "$output" >plan; }
# edit_source: store the edited cases as the source of the next load
edit_source() { QTEST_PROJECT_ID=2 zload -q <"$BATS_FILE_TMPDIR/edited" && mock_forget; }
# edit KIND KEY FIELD VALUE: change a text of an object as a user of qTest does
edit() {
	curl -sSf --noproxy '*' -G -X POST "$MOCK/__mock/break" -d project=1 -d do=set -d kind="$1" \
	    -d key="$2" -d field="$3" --data-urlencode value="$4" >/dev/null
}
# delete KIND KEY: delete an object as a user of qTest does
delete() {
	curl -sSf --noproxy '*' -G -X POST "$MOCK/__mock/break" -d project=1 -d do=delete -d kind="$1" \
	    -d key="$2" >/dev/null
}
# mark KIND KEY: record that an object was deleted, as reconciliation does
mark() { sql "UPDATE ledger SET deleted_at = 1 WHERE kind = '$1' AND ekey = '$2' AND target LIKE '%/1'"; }
scenario() { mock_post scenario "$1" >/dev/null; }
# refuse STATUS TEXT: apply the lines in the file edited, which are refused before any write
refuse() {
	mock_forget
	zw "$1" zload --apply <edited
	[[ $stderr == *"$2"* ]] || return 1
	[ "$(mock_writes)" -eq 0 ]
}
# of KIND KEY FILTER: print what the filter of jq gives for a line of the plan
of() { jq -c --arg k "$1" --arg e "$2" "select(.kind == \$k and .key == \$e) | $3" plan; }
# lines FILTER: print kind and key of the lines of the plan that the filter of jq selects
lines() { jq -r "select($1) | \"\(.kind) \(.key)\"" plan; }

@test "a plan has a line for each effect, and its sum is what the load sends" {
	local planned
	plan
	[ "$(mock_writes)" -eq 0 ]
	[ "$(sql "SELECT count(*) FROM ledger WHERE target LIKE '%/1'")" -eq 0 ]
	[ "$(lines '.verb == "create"' | cut -d' ' -f1 | uniq -c | tr -s ' \n' ' ')" = \
	    ' 3 field 2 module 1 cycle 4 case 1 release 2 cycle 1 run 2 log 1 run 2 log 1 run 2 log 1 run 2 log ' ]
	[ "$(lines '.verb == "approve"' | wc -l)" -eq 4 ]
	jq -se '.[-1].summary | .requests == 29 and .effects.case.create == 4 and .seconds >= 1' plan
	jq -se 'map(select(.verb)) | all(keys == ["changes", "choices", "conflict", "hash", "id", "key",
	    "kind", "map", "modified", "name", "needs", "on_conflict", "pid", "project", "reason",
	    "recommended", "target", "verb", "was"])' plan
	QTEST_RATE=60 z 0 zload --from-db --plan
	jq -e 'select(.summary).summary | .seconds == 29 and .rate == 60' <<<"$output"
	[[ $stderr == *"25 to create, 4 to approve; 0 unchanged; requests: 29, about 29 s at 60 a minute"* ]]
	planned=$(jq 'select(.summary).summary.requests' plan)
	z 0 zload --from-db
	[ "$(mock_writes)" -eq "$planned" ]
	plan
	[ "$(lines '.verb != "skip" and .verb')" = '' ]
	[ "$(jq -c 'select(.summary).summary | [.requests, .effects.log]' plan)" = '[0,{"skip":8}]' ]
	[[ $stderr == *"nothing to do; 26 unchanged"* ]]
}

@test "the lines that jq selects are loaded, the next load adds the rest, and nothing is written twice" {
	local kind key
	plan
	jq -c 'select(.kind == "field" or .kind == "module" or .kind == "release" or .key == "X-T2")' plan >some
	z 0 zload --apply <some
	[ "$(mock_writes)" -eq "$(wc -l <some)" ]
	[ "$(mock_count 'POST .*/test-cases 200')" -eq 1 ]
	[ "$(mock_count 'POST .*/test-runs 201')" -eq 0 ]
	mock_forget
	z 0 zload --apply <some
	[ "$(mock_writes)" -eq 0 ]
	z 0 zload --from-db
	loaded
	mock_forget
	z 0 zload --from-db
	[ "$(mock_writes)" -eq 0 ]
	# by pipe, and a whole plan with its summary, whose lines are all done
	z 0 zload --apply <plan
	[ "$(mock_writes)" -eq 0 ]
}

@test "a whole plan that is applied by pipe does what a load does, and no plan at all is applied" {
	z 0 bash -o pipefail -c 'zload --from-db --plan | jq -cS . | zload --apply'
	[[ $stderr == *"25 to create, 4 to approve"* ]]
	loaded
	mock_forget
	z 0 zload --apply </dev/null
	[[ $stderr == *"nothing to apply"* ]]
	[ "$(mock_writes)" -eq 0 ]
}

@test "an effect whose needs are neither in the plan nor done is refused, and so is a line of no plan" {
	plan
	jq -c 'select(.kind == "case" or .kind == "module")' plan >edited
	refuse 65 'case X-T1 needs field test-cases/Zephyr Key, which is neither in the plan nor done'
	jq -c 'select(.kind == "field" or .key == "X-T3")' plan >edited
	refuse 65 'case X-T3 needs module folder:2, which'
	jq -c 'select(.verb) | select(.key != "X-T1" or .kind != "approve")' plan >edited
	refuse 65 'run X-T1|X-R2|0 needs approve X-T1, which'
	sed 's/"key":"X-T4"/"key":"X-T9"/' plan >edited
	refuse 65 'case X-T9 is not an effect of the map m1 in this database'
	sed 's/"project":"DEMO"/"project":"OTHER"/' plan >edited
	refuse 65 'line 1 is of project OTHER instead of DEMO'
	sed '5s/"map":"m1"/"map":"m2"/' plan >edited
	refuse 65 'line 5 is of another plan than line 1'
	sed 's/"target":"[^"]*"/"target":"other:1\/1"/' plan >edited
	refuse 78 'line 1 is of a plan for other:1/1'
	cat plan plan >edited
	refuse 65 "line $(($(wc -l <plan) + 1)): field test-cases/Zephyr Key is in the plan twice"
	sed 's/"verb":"create"/"verb":"delete"/' plan >edited
	refuse 65 'line 1 is not a line of a plan of zload'
	sed 's/"changes":\[\]/"changes":"x"/' plan >edited
	refuse 65 'line 1 is not a line of a plan of zload'
	sed '4s/"verb":"create"/"verb":"update"/' plan >edited
	refuse 78 'module folder:1 has changed since the plan: its verb was update and is create'
	sed '4s/"id":null/"id":7/' plan >edited
	refuse 78 'module folder:1 has changed since the plan: another load wrote it'
	printf '{"verb":"create"}\n' >edited
	refuse 65 'line 1 is not a line of a plan of zload'
	printf 'no JSON\n' >edited
	refuse 65 'stdin: line 1'
	head -c 200 plan >edited
	refuse 65 'stdin: line 1'
	zw 64 zload --apply --plan <plan
	[ "$(sql "SELECT count(*) FROM ledger WHERE target LIKE '%/1'")" -eq 0 ]
}

@test "a plan is refused when source, map or qTest has changed since, and names the difference" {
	z 0 zload --from-db
	edit_source
	plan
	[ "$(lines '.verb == "update" or .verb == "approve"' | wc -l)" -eq 8 ]
	[ "$(of case X-T1 .changes)" = '[{"after":"<p>about 1 new</p>","before":"<p>about 1 </p>","field":"description"}]' ]
	cp plan edited
	# qTest
	next_second
	edit case X-T2 description '<p>theirs</p>'
	refuse 78 'case X-T2 has changed since the plan: description was "<p>about 2 </p>" in qTest and is "<p>theirs</p>"'
	edit case X-T2 description '<p>about 2 </p>'
	# the plan itself
	sed 's/about 3 new/about 3 newer/' plan >edited
	refuse 78 'case X-T3 has changed since the plan: description was to become "<p>about 3 newer</p>" and would become "<p>about 3 new</p>"'
	# the source
	cp plan edited
	QTEST_PROJECT_ID=2 zload -q <"$BATS_FILE_TMPDIR/small"
	refuse 78 'case X-T1 has changed since the plan: description is to be changed in the plan, but has the value already'
	edit_source
	# the map
	sed 's/"map":"m1","pass":1/"map":"m2","pass":2/' "$BATS_FILE_TMPDIR/small" >small2
	QTEST_PROJECT_ID=2 zload -q <small2
	refuse 78 'the map has changed since the plan (then m1, now m2)'
	sql "DELETE FROM target WHERE map = 'm2'"
	# what another load has done meanwhile is done
	z 0 zload --from-db
	mock_forget
	z 0 zload --apply <plan
	[ "$(mock_writes)" -eq 0 ]
}

@test "updates that are selected are written, each once, and the rest by the next load" {
	z 0 zload --from-db
	edit_source
	plan
	jq -c 'select(.key == "X-T2")' plan >some
	mock_forget
	z 0 zload --apply <some
	# one reading to check the plan, one before the write
	[ "$(mock_count 'GET .*/test-cases/{} 200')" -eq 2 ]
	[ "$(mock_count 'PUT .*/test-cases/{} 200')" -eq 1 ]
	[ "$(mock_count 'PUT .*/approve 200')" -eq 1 ]
	mock_forget
	z 0 zload --from-db
	[ "$(mock_count 'PUT .*/test-cases/{} 200')" -eq 3 ]
	mock_state 2 | normal >"$T/want"
	diff "$T/want" <(mock_state | normal)
}

@test "a conflict has a line with its choices, and only the choice to overwrite does so" {
	z 0 zload --from-db
	next_second
	edit case X-T2 description '<p>theirs</p>'
	edit_source
	zw 0 zload --from-db --plan
	echo "$output" >plan
	[ "$(of case X-T2 '[.verb, .conflict, .choices, .recommended, .on_conflict]')" = \
	    '["conflict","edited",["keep","overwrite"],"keep",null]' ]
	[ "$(of case X-T2 .changes)" = '[{"after":"<p>about 2 new</p>","before":"<p>theirs</p>","field":"description","last":"<p>about 2 </p>"}]' ]
	zw 0 zload --apply <plan
	[[ $stderr == *"1 conflict without a choice"* ]]
	[ "$(mock_count 'PUT .*/test-cases/{} 200')" -eq 3 ]
	[[ $(mock_state) == *theirs* ]]
	# a load that has kept the edit leaves it a conflict
	zw 0 zload --from-db
	zw 0 zload --from-db --plan
	echo "$output" >plan
	[ "$(lines '.verb == "conflict"')" = 'case X-T2' ]
	jq -c 'if .verb == "conflict" then .on_conflict = "no" else . end' plan >edited
	refuse 65 'on_conflict of case X-T2 is not one of its choices'
	jq -c 'if .verb == "conflict" then .on_conflict = "overwrite" else . end' plan >edited
	mock_forget
	z 0 zload --apply <edited
	[ "$(mock_count 'PUT .*/test-cases/{} 200')" -eq 1 ]
	[[ $(mock_state) != *theirs* ]]
}

@test "an apply that is killed resumes with the same plan" {
	local n pid
	plan
	jq -c 'select(.key // "" | test("^X-R1$|X-T2|^E:2|folder|Zephyr|X-P1"))' plan >some
	for n in 2 5 9 13; do
		shared
		mkfifo "go$n"
		sh -c "read -r _ <go$n; exec zload -q --in-flight 2 --apply <some" 3>&- &
		pid=$!
		scenario "match * /api/* nth $((n + 8)) do kill $pid"
		echo >"go$n"
		wait "$pid" || :
		[ "$(mock_played)" -eq 1 ]
		zw 0 zload --apply <some
		z 0 zload --from-db
		loaded
		mock_forget
		z 0 zload --apply <some
		[ "$(mock_writes)" -eq 0 ]
	done
}

@test "a refused effect of a plan ends with 3, and the same plan tries it again" {
	plan
	jq -c 'select(.kind == "module" or .kind == "field")' plan >some
	scenario 'match POST */modules nth 1 do status 400'
	zw 3 zload --apply <some
	zw 0 zload --apply <some
	z 0 zload --from-db
	loaded
}

@test "an object of the same name in qTest is a conflict, which its line or the option decides" {
	local how
	curl -sSf --noproxy '*' -H "Authorization: bearer $ZT_QTEST" -H 'Content-Type: application/json' \
	    -d '{"name":"Top"}' "$MOCK/api/v3/projects/1/modules" >/dev/null
	mock_forget
	zw 0 zload --from-db --plan
	[[ $stderr == *"1 object is in conflict"* ]]
	# the root is listed for modules, releases and cycles
	[ "$(mock_requests)" -eq "$((8 + 3))" ]
	echo "$output" >plan
	[ "$(lines '.verb == "conflict"')" = 'module folder:1' ]
	[ "$(of module folder:1 '[.conflict, .recommended, .on_conflict, .pid, .choices]')" = \
	    '["name","skip",null,"MD-1",["create","skip","update","rename"]]' ]
	cp plan edited
	refuse 65 'module folder:2 needs module folder:1, which is neither in the plan nor done'
	for how in skip rename; do
		shared_db
		jq -c --arg how $how 'if .verb == "conflict" then .on_conflict = $how else . end' plan >edited
		mock_forget
		zw 0 zload --apply <edited
		[ "$(mock_count 'POST .*/modules 20.')" -eq "$([ $how = skip ] && echo 1 || echo 2)" ]
		[ "$(sql "SELECT conflict FROM ledger WHERE conflict IS NOT NULL")" = $how ]
		mock_forget
		z 0 zload --from-db
		[ "$(mock_writes)" -eq 0 ]
		[ $how = rename ] || z 0 zrollback --all --apply
	done
}

# choose WORD: put the lines of the plan into the file edited, with this choice in its conflicts
choose() { jq -c --arg w "$1" 'if .verb == "conflict" then .on_conflict = $w else . end' plan >edited; }
# restored: case X-T2 was created again with all that depends on it, and nothing else
restored() {
	local what
	for what in 'POST .*/test-cases 200: 1' 'PUT .*/approve 200: 1' 'POST .*/test-runs 201: 1' \
	    'POST .*/test-logs 201: 2'; do
		[ "$(mock_count "${what%: *}")" -eq "${what##*: }" ] || { echo "$what" >&2; return 1; }
	done
	[ "$(mock_writes)" -eq 5 ]
	loaded
	mock_forget
	z 0 zload --apply <edited
	[ "$(mock_writes)" -eq 0 ]
	z 0 zload --from-db --restore-missing
	[ "$(mock_writes)" -eq 0 ]
}

@test "the choice to restore creates a deleted object again with all that depends on it" {
	z 0 zload --from-db
	delete case X-T2
	z 0 zload --from-db --plan
	[[ $stderr == *"nothing to do"* ]]	# nobody knows that it was deleted
	mark case X-T2
	zw 0 zload --from-db --plan
	echo "$output" >plan
	[ "$(lines '.verb and .verb != "skip"')" = 'case X-T2' ]
	[ "$(of case X-T2 '[.verb, .conflict, .choices, .recommended, .on_conflict]')" = \
	    '["conflict","deleted",["skip","restore"],"skip",null]' ]
	[[ $(of log E:201 .reason) != *'belongs'* ]]
	[[ $(of approve X-T2 .reason) == *'belongs to an object that was deleted'* ]]
	choose skip
	mock_forget
	z 0 zload --apply <edited
	[ "$(mock_writes)" -eq 0 ]
	choose restore
	zw 0 zload --apply <edited
	restored
}

@test "a choice to restore that is killed resumes with the same plan" {
	local n pid
	for n in 2 5 7; do
		shared
		z 0 zload --from-db
		delete case X-T2
		mark case X-T2
		zw 0 zload --from-db --plan
		echo "$output" >plan
		choose restore
		mkfifo "go$n"
		sh -c "read -r _ <go$n; exec zload -q --in-flight 2 --apply <edited" 3>&- &
		pid=$!
		scenario "match * /api/* nth $((n + 8)) do kill $pid"
		echo >"go$n"
		wait "$pid" || :
		[ "$(mock_played)" -eq 1 ]
		zw 0 zload --apply <edited
		loaded
		mock_forget
		z 0 zload --apply <edited
		z 0 zload --from-db --restore-missing
		[ "$(mock_writes)" -eq 0 ]
	done
}

@test "a deleted object that an update meets is restored by its line, and other lines are not" {
	z 0 zload --from-db
	delete case X-T2
	delete case X-T3
	edit_source
	zw 0 zload --from-db --plan
	echo "$output" >plan
	[ "$(lines '.verb == "conflict"')" = 'case X-T2
case X-T3' ]
	jq -c 'select(.key == "X-T2") | if .verb == "conflict" then .on_conflict = "restore" else . end' plan >edited
	mock_forget
	zw 0 zload --apply <edited
	[ "$(mock_count 'POST .*/test-cases 200')" -eq 1 ]
	[ "$(mock_count 'PUT .*/approve 200')" -eq 1 ]
	[ "$(mock_count 'POST .*/test-runs 201')" -eq 1 ]
	[ "$(mock_count 'POST .*/test-logs 201')" -eq 2 ]
	[ "$(mock_writes)" -eq 5 ]
	zw 0 zload --from-db --restore-missing
	# a case that was created again has one version
	mock_state 2 | normal | grep -v '"versions\?":' >"$T/want"
	diff "$T/want" <(mock_state | normal | grep -v '"versions\?":')
}

@test "--restore-missing decides about deleted objects in a plan, and in the plan that is applied" {
	z 0 zload --from-db
	delete case X-T2
	mark case X-T2
	mock_forget
	z 0 zload --from-db --plan --restore-missing
	[ "$(mock_writes)" -eq 0 ]
	echo "$output" >plan
	[ "$(lines '.verb and .verb != "skip"')" = 'case X-T2
approve X-T2
run X-T2|X-R1|0
log E:201
log E:202' ]
	cp plan edited
	refuse 78 'case X-T2 has changed since the plan: its verb was create and is conflict'
	mock_forget
	z 0 zload --apply --restore-missing <edited
	restored
}
