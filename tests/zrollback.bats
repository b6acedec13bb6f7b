# Rollback: qTest is as it was before the load, except for what others made or edited.
# databases: either
load helper
load target

# The effects of 4 cases, 2 logs each; a mock with a load of them is the start of each test.
setup_file() {
	scrub
	target 4 2 | seal >"$BATS_FILE_TMPDIR/small.ndjson"
	mock
	mock_state >"$BATS_FILE_TMPDIR/before"
	ZTOQ_RUN=first zload -q <"$BATS_FILE_TMPDIR/small.ndjson"
	mock_state >"$BATS_FILE_TMPDIR/loaded"
	share
}
prepare() {
	SMALL=$BATS_FILE_TMPDIR/small.ndjson BEFORE=$BATS_FILE_TMPDIR/before
	export ZTOQ_SETTLE=200ms
	shared
	mock_forget
}
same_state() { mock_state >state && same_json "$1" state; }
# id KIND KEY: print the id of an effect
id() { sql "SELECT id FROM ledger WHERE kind = '$1' AND ekey = '$2'"; }
api() {
	curl -sSf --noproxy '*' -H "Authorization: bearer $ZT_QTEST" -H 'Content-Type: application/json' \
	    -X "$1" "$MOCK/api/v3/projects/1/$2" ${3:+--data-binary "$3"}
}
# edit KIND KEY FIELD [VALUE]: change a text of an object as a user of qTest does
edit() {
	curl -sSf --noproxy '*' -G -X POST "$MOCK/__mock/break" -d project=1 -d do=set -d kind="$1" \
	    -d key="$2" -d field="$3" -d value="${4-mine}" >/dev/null
}
deletes() { mock_count 'DELETE .*'; }
# verbs VERB: print kind and key of the lines of the plan in $output with this verb
verbs() { jq -r --arg v "$1" 'select(.verb == $v) | "\(.kind) \(.key)"' <<<"$output" | sort; }
# reason KIND KEY: print the reason of a line of the plan in $output
reason() { jq -r --arg k "$1" --arg e "$2" 'select(.kind == $k and .key == $e).reason' <<<"$output"; }
states() { sql "SELECT DISTINCT state FROM ledger ORDER BY state" | tr '\n' ' '; }

@test "a rollback leaves qTest as before the load, with a request for each root, and a second one does nothing" {
	z 0 zrollback --all --apply
	same_state "$BEFORE"
	[ "$(states)" = "rolled_back " ]
	# the root cycle, the release, the root module and three fields
	[ "$(mock_count 'DELETE .*/test-cycles/{} 200')" -eq 1 ]
	[ "$(mock_count 'DELETE .*/modules/{} 200')" -eq 1 ]
	[ "$(deletes)" -eq 6 ]
	[[ $stderr == *"to delete: 3 fields, 2 modules, 4 cases, 1 release, 3 cycles, 4 runs, 8 logs; 6 requests"* ]]
	# the project, four lists of fields, modules, requirements of two, cases of all three,
	# releases, builds, cycles at the root (an empty page ends them) and of the release, suites and
	# runs at both, and the logs of each run
	[ "$(mock_requests)" -eq $((6 + 1 + 4 + 1 + 2 + 3 + 1 + 1 + 3 + 2 + 2 + 4)) ]
	mock_forget
	z 0 zrollback --all --apply
	[ "$(mock_requests)" -eq 0 ]
	[[ $stderr == *"nothing to roll back"* ]]
}

@test "a plan deletes nothing, and names each effect in the order of deletion" {
	z 0 zrollback --all
	[ "$(mock_writes)" -eq 0 ]
	same_state "$BATS_FILE_TMPDIR/loaded"
	[ "$(jq -r .kind <<<"$output" | uniq | tr '\n' ' ')" = \
	    "log run cycle release case module field " ]
	[ "$(verbs keep)" = "" ]
	[ "$(reason run 'X-T1|X-R2|0')" = "goes with cycle folder:10" ]
	[[ $stderr == *"nothing was deleted; --apply deletes"* ]]
	[ "$(states)" = "done " ]
}

@test "after a rollback the same records are loaded again" {
	z 0 zrollback --all --apply
	z 0 zload <"$SMALL"
	same_state "$BATS_FILE_TMPDIR/loaded"
	[ "$(sql "SELECT count(*) FROM issue")" -eq 0 ]
	[ "$(states)" = "done " ]
	z 0 zrollback --all --apply
	same_state "$BEFORE"
}

@test "objects that users edited or made stand with all that they need, and are named" {
	local module cycle case
	next_second
	module=$(id module folder:1) cycle=$(id cycle X-R2) case=$(id case X-T1)
	edit case X-T2 precondition
	api POST "modules?parentId=$module" '{"name":"Foreign"}' >/dev/null
	api POST "test-runs?parentId=$cycle&parentType=test-cycle" \
	    '{"name":"Foreign run","test_case":{"id":'"$case"'}}' >/dev/null
	z 0 zrollback --all
	[ "$(verbs keep | tr '\n' ' ')" = "case X-T1 case X-T2 cycle X-R2 cycle folder:10 field test-cases/Zephyr Key module folder:1 module folder:2 " ]
	[[ $(reason case X-T2) == "edited in qTest since it was loaded (2"* ]]
	[ "$(reason module folder:2)" = "needed by case X-T1" ]
	[ "$(reason cycle X-R2)" = "needed by run TR-5, which zload did not create" ]
	z 0 zrollback --all --apply
	[ "$(mock_state | jq -c '[.. | .name? // empty | select(test("Case|Below|Top|Cycle|Foreign"))] | unique')" = \
	    '["Below","Case 1","Case 2","Cycle X-R2","Cycles","Foreign","Foreign run","Top"]' ]
	[ "$(sql "SELECT count(*) FROM ledger WHERE state = 'done' AND kind <> 'approve'")" -eq 7 ]
	mock_forget
	z 0 zrollback --all --apply
	[ "$(mock_writes)" -eq 0 ]
	# the edited case goes, too, once it is asked for
	z 0 zrollback --all --apply --overwrite-edits
	[ "$(deletes)" -eq 1 ]
	[ "$(mock_count 'DELETE .*/test-cases/{} 200')" -eq 1 ]
}

@test "a log that a user wrote keeps its run, and an edited log, too" {
	local run
	run=$(id run 'X-T1|X-R2|0')
	api POST "test-runs/$run/test-logs" '{"status":{"id":602},"exe_start_date":"2026-01-01T00:00:00Z",
	    "exe_end_date":"2026-01-01T00:01:00Z","note":"mine"}' >/dev/null
	edit log E:202 note
	z 0 zrollback --phase runs --apply
	[ "$(verbs keep | tr '\n' ' ')" = \
	    "log E:101 log E:102 log E:201 log E:202 run X-T1|X-R2|0 run X-T2|X-R1|0 " ]
	[ "$(reason log E:101)" = "qTest deletes a log only with its run" ]
	[[ $(reason log E:202) == "edited in qTest"* ]]
	[ "$(mock_state | jq '[.. | objects | select(has("logs"))] | length')" -eq 2 ]
}

@test "a requirement or a build inside keeps its module or release" {
	api POST "requirements?parentId=$(id module folder:2)" '{"name":"Need","properties":[]}' >/dev/null
	api POST builds '{"name":"B1","release":{"id":'"$(id release X-P1)"'},"properties":[]}' >/dev/null
	z 0 zrollback --all --apply
	[ "$(verbs keep | tr '\n' ' ')" = "module folder:1 module folder:2 release X-P1 " ] ||
	    [ "$(verbs keep | tr '\n' ' ')" = \
	    "field releases/Zephyr Key module folder:1 module folder:2 release X-P1 " ]
	[ "$(reason module folder:1)" = "needed by module folder:2" ]
	[[ $(reason module folder:2) == "needed by requirement "*", which zload did not create" ]]
	[[ $(reason release X-P1) == "needed by build "* ]]
}

@test "only objects that zload created go" {
	fresh_db other
	zw 0 zload -q --adopt <"$SMALL"
	z 0 zrollback --all --apply
	[ "$(verbs delete)" = "" ]
	[ "$(reason case X-T1)" = "not created by zload: it was in qTest before" ]
	[ "$(mock_writes)" -eq 0 ]
}

@test "a run, a phase or a kind is rolled back alone, and what others need stays" {
	target 5 2 | seal >more.ndjson
	ZTOQ_RUN=second z 0 zload -q <more.ndjson
	z 0 zrollback --run second --apply
	[ "$(verbs delete | tr '\n' ' ')" = "case X-T5 log E:501 log E:502 run X-T5|X-R2|0 " ]
	same_state "$BATS_FILE_TMPDIR/loaded"
	z 0 zrollback --kind case
	[ "$(verbs delete)" = "" ]
	[ "$(reason case X-T1)" = "needed by case X-T3" ]
	mock_forget
	z 0 zrollback --phase runs --apply
	[ "$(deletes)" -eq 4 ]
	z 0 zrollback --kind case --apply
	[ "$(verbs delete | wc -l)" -eq 4 ]
	[ "$(sql "SELECT count(*) FROM ledger WHERE state = 'done'")" -eq $((3 + 2 + 1 + 3)) ]
}

@test "a rollback after a killed load finds the requests whose outcome is unknown" {
	local what pid
	for what in 'POST */modules nth 2' 'POST */test-cases nth 3' 'POST */releases nth 1' \
	    'POST */test-cycles nth 3' 'POST */test-runs nth 2' 'POST */test-logs nth 3' \
	    'POST */fields nth 2' 'PUT */approve nth 2'; do
		echo "$what" >&2
		fresh_db "t$RANDOM"
		mock
		mkfifo go
		sh -c 'read -r _ <go; exec zload -q' <"$SMALL" 3>&- &
		pid=$!
		kill_at_end "$pid"
		mock_post scenario "match $what do kill $pid" >/dev/null
		echo >go
		wait "$pid" || :
		rm go
		[ "$(sql "SELECT count(*) FROM ledger WHERE state = 'intent'")" -gt 0 ]
		z 0 zrollback --all --apply
		same_state "$BEFORE"
		[ "$(sql "SELECT count(*) FROM ledger WHERE state IN ('done', 'intent')")" -eq 0 ]
		mock_stop
	done
}

# started OPTION...: start a rollback that waits for a line in the pipe go; sets $pid
started() {
	rm -f go
	mkfifo go
	sh -c 'read -r _ <go; exec zrollback "$@"' sh "$@" >plan 2>err 3>&- &
	pid=$!
	kill_at_end "$pid"
}

# foreign_run: a run of a user, which keeps its case and the cycle, so that other runs are
# deleted one by one
foreign_run() {
	api POST "test-runs?parentId=$(id cycle X-R1)&parentType=test-cycle" \
	    '{"name":"Foreign","test_case":{"id":'"$(id case X-T1)"'}}' >/dev/null
}
# killed PATH N arrived|lost: kill a rollback at its Nth deletion below the path, which
# takes effect or not
killed() {
	local pid
	if [ "$3" = arrived ]; then
		started --all --apply --in-flight 1
		mock_post scenario "match DELETE */$1/* nth $2 do kill $pid" >/dev/null
		echo >go
	else
		ZTOQ_SETTLE=1h started --all --apply --in-flight 1
		mock_post scenario "match DELETE */$1/* nth $2 do reset-before" >/dev/null
		echo >go
		until grep -q 'waiting until' err; do kill -0 "$pid"; done
		kill -9 "$pid"
	fi
	wait "$pid" || :
	mock_post scenario '' >/dev/null
	[ "$(sql "SELECT count(*) FROM ledger WHERE state = 'intent' AND verb = 'delete'")" -gt 0 ]
}

@test "a killed rollback is completed by the same command, whether its last request arrived or not" {
	local path n foreign how
	while read -r path n foreign how; do
		echo "$path $n $how" >&2
		shared
		[ "$foreign" = - ] || foreign_run
		killed "$path" "$n" "$how"
		zw 78 zload <"$SMALL"
		[[ $stderr == *"a rollback of "*" did not finish: run the same zrollback --apply again"* ]]
		z 0 zrollback --all --apply
		[ "$(sql "SELECT count(*) FROM ledger WHERE state = 'intent'")" -eq 0 ]
		if [ "$foreign" = - ]; then
			same_state "$BEFORE"
		else
			mock_state >end
			[ -e first ] || cp end first
			cmp first end
		fi
	done <<-'END'
	test-runs 1 foreign arrived
	test-runs 2 foreign lost
	test-cycles 1 foreign arrived
	test-cases 2 foreign lost
	test-cases 3 foreign arrived
	test-cycles 1 - lost
	releases 1 - arrived
	modules 1 - arrived
	fields 3 - lost
	END
}

@test "a deletion whose answer is lost, late or an error is read back and not assumed" {
	local how
	for how in reset-before reset-after 'status 500' 'truncate 3'; do
		echo "$how" >&2
		mock_post scenario "match DELETE */test-cycles/* nth 1 do $how
match DELETE */modules/* nth 1 do $how" >/dev/null
		z 0 zrollback --all --apply
		same_state "$BEFORE"
		[ "$(states)" = "rolled_back " ]
		mock_post scenario '' >/dev/null
		z 0 zload -q <"$SMALL"
	done
}

@test "a rejected deletion is named, and what it needs stays" {
	mock_post scenario 'match DELETE */test-cycles/* do status 400' >/dev/null
	zw 3 zrollback --all --apply
	[[ $stderr == *"cycle folder:10 was not deleted: "*"qTest refused 1 deletion; "* ]]
	[ "$(deletes)" -eq 1 ]
	[ "$(states)" = "done " ]
	mock_post scenario '' >/dev/null
	z 0 zrollback --all --apply
	same_state "$BEFORE"
}

@test "after a rejected deletion all go that the object does not need" {
	mock_post scenario 'match DELETE */releases/* do status 400' >/dev/null
	zw 3 zrollback --all --apply
	[[ $stderr == *"release X-P1 was not deleted: "*"qTest refused 1 deletion;"* ]]
	# the root cycle, the refused release, the root module, and the two fields that the
	# release does not need
	[ "$(deletes)" -eq 5 ]
	[ "$(sql "SELECT kind, ekey FROM ledger WHERE state = 'done' ORDER BY kind" | tr '|\n' '  ')" = \
	    "field releases/Zephyr Key release X-P1 " ]
	mock_post scenario '' >/dev/null
	mock_forget
	z 0 zrollback --all --apply
	[ "$(deletes)" -eq 2 ]
	same_state "$BEFORE"
}

@test "a case whose run qTest does not delete stays with its module, and the other cases go" {
	local run
	foreign_run
	run=$(id run 'X-T4|X-R1|0')
	mock_post scenario "match DELETE */test-runs/$run do status 400" >/dev/null
	zw 3 zrollback --all --apply
	[ "$(sql "SELECT ekey FROM ledger WHERE state = 'done' AND kind IN ('case', 'run', 'module')
	    ORDER BY kind, ekey" | tr '\n' ' ')" = "X-T1 X-T4 folder:1 folder:2 X-T4|X-R1|0 " ]
	[[ $stderr == *"qTest refused 1 deletion;"* ]]
}

@test "a plan that was applied in part goes on, though the dates of its containers have changed" {
	zw 0 zrollback --all
	echo "$output" >plan
	zw 75 zrollback --apply --in-flight 1 --max-requests 26 <plan
	[ "$(deletes)" -gt 0 ]
	next_second
	edit module folder:1 name Top
	z 0 zrollback --apply <plan
	same_state "$BEFORE"
}

@test "a plan that was applied in part is rejected when a container was edited" {
	zw 0 zrollback --all
	echo "$output" >plan
	zw 75 zrollback --apply --in-flight 1 --max-requests 26 <plan
	next_second
	edit module folder:1 name
	mock_forget
	zw 78 zrollback --apply --overwrite-edits <plan
	[[ $stderr == *"module folder:1 has changed in qTest since the plan"* ]]
	[ "$(mock_writes)" -eq 0 ]
}

@test "a rollback stops at a limit of requests and continues" {
	zw 75 zrollback --all --apply --in-flight 1 --max-requests 26
	[ "$(deletes)" -gt 0 ]
	z 0 zrollback --all --apply
	same_state "$BEFORE"
}

@test "the lines of a plan that jq selected are applied, and no others" {
	z 0 zrollback --all
	echo "$output" | jq -c 'select(.key | test("X-T4|E:4"))' >four
	z 0 zrollback --apply <four
	[ "$(verbs delete | tr '\n' ' ')" = "case X-T4 log E:401 log E:402 run X-T4|X-R1|0 " ]
	[ "$(mock_state | jq -c '[.. | objects | select(has("steps") and has("precondition")) | .name] | sort')" = \
	    '["Case 1","Case 2","Case 3"]' ]
	mock_forget
	z 0 zrollback --apply <four
	[ "$(mock_writes)" -eq 0 ]
}

@test "a plan with a line that is stale, foreign or needed by others is rejected" {
	z 0 zrollback --all
	echo "$output" >plan
	refuse() {
		zw "$1" zrollback --apply <edited
		[[ $stderr == *"$2"* ]] || return 1
		[ "$(mock_writes)" -eq 0 ]
	}
	grep -v '"kind":"log"' plan | grep -v '"kind":"run"' >edited
	refuse 65 'cannot be deleted: needed by'
	sed 's/"key":"X-T4"/"key":"X-T9"/' plan >edited
	refuse 65 'case X-T9 is not in the ledger of this database'
	sed 's/"id":\(.*"key":"X-T4"\)/"id":1\1/' plan >edited
	refuse 65 'or has another id there'
	sed 's/"project":"DEMO"/"project":"OTHER"/' plan >edited
	refuse 65 'is of project OTHER instead of DEMO'
	echo '{"verb":"delete"}' >edited
	refuse 65 'line 1 is not a line of a plan'
	next_second
	edit case X-T4 precondition
	cp plan edited
	mock_forget
	refuse 78 'case X-T4 has changed in qTest since the plan'
	same_state "$BATS_FILE_TMPDIR/loaded" || [ "$(mock_writes)" -eq 0 ]
}

@test "a whole migration is rolled back by ztoq rollback" {
	fresh_db whole
	mock --seed 5 --cases 20 --executions 50 --folders 8 --cycles 5 --plans 2
	zw 0 ztoq migrate -q
	z 0 ztoq rollback --all --apply
	same_state "$BEFORE"
	zw 0 ztoq status
	[[ $output == *INCOMPLETE* ]]
}

@test "a rollback needs a selection, a project and a database" {
	zw 64 zrollback
	[[ $stderr == *"select with --all, --run, --phase, --kind or --duplicates"* ]]
	zw 64 zrollback --all --kind case
	zw 64 zrollback --all --duplicates
	ZEPHYR_PROJECT_KEY= zw 64 zrollback --all
	ZTOQ_DB=sqlite:missing.db zw 66 zrollback --all
}

@test "files go with their objects, and stay with those that stay" {
	local case
	fresh_db files
	mock --seed 7 --cases 16 --executions 24 --cycles 4 --plans 2 --folders 4 --attachments 30
	mock_state >empty
	zextract -q --attachments steps | ztransform -q >target.ndjson
	z 0 zload -q <target.ndjson
	[ "$(sql "SELECT count(*) FROM ledger WHERE kind = 'blob' AND state = 'done'")" -gt 20 ]
	case=$(sql "SELECT min(ekey) FROM ledger WHERE kind = 'blob' AND path LIKE '/test-cases/%'" | cut -d/ -f2)
	next_second
	edit case "$case" precondition
	z 0 zrollback --all --apply
	[ "$(jq -r 'select(.kind == "blob" and .verb == "keep").reason' <<<"$output" | uniq)" = \
	    "part of case $case, which stays" ]
	[ "$(sql "SELECT count(*) FROM ledger WHERE state = 'done' AND kind = 'blob'
	    AND ekey NOT LIKE 'test_cases/$case/%'")" -eq 0 ]
	z 0 zrollback --all --apply --overwrite-edits
	same_state empty
	[ "$(states)" = "rolled_back " ]
	z 0 zload -q <target.ndjson
	[ "$(sql "SELECT count(*) FROM ledger WHERE state <> 'done'")" -eq 0 ]
	# a file whose id is not known goes with its case only
	z 0 zrollback --kind blob
	jq -c 'select(.verb == "keep") | .verb = "delete"' <<<"$output" >blobs
	zw 65 zrollback --apply <blobs
	[[ $stderr == *"cannot be deleted: sent inside its object"* ]]
}

# twin KIND KEY: make a second object like that of an effect, as a late request of zload does
twin() {
	curl -sSf --noproxy '*' -G -X POST "$MOCK/__mock/break" -d project=1 -d do=duplicate \
	    -d kind="$1" -d key="$(id "$1" "$2")" >/dev/null
}
twins() {
	twin module folder:2
	twin case X-T2
	twin release X-P1
	twin cycle X-R2
	twin run 'X-T1|X-R2|0'
}

@test "twins go, the objects of the ledger stay, and a second run does nothing" {
	twins
	z 0 zrollback --duplicates
	[ "$(mock_writes)" -eq 0 ]
	[ "$(jq -c '[.verb, .kind, .twin_of.id]' <<<"$output" | tr '\n' ' ')" = \
	    "$(for of in "run X-T1|X-R2|0" "cycle X-R2" "release X-P1" "case X-T2" "module folder:2"; do
		printf '["delete","%s",%d] ' "${of%% *}" "$(id "${of%% *}" "${of#* }")"
	    done)" ]
	[ "$(jq -r 'select(.kind == "case") | .twin_of.pid' <<<"$output")" = \
	    "$(sql "SELECT pid FROM ledger WHERE kind = 'case' AND ekey = 'X-T2'")" ]
	z 0 zrollback --duplicates --apply
	[ "$(deletes)" -eq 5 ]
	same_state "$BATS_FILE_TMPDIR/loaded"
	[ "$(sql "SELECT DISTINCT state FROM ledger WHERE origin = 'twin'")" = rolled_back ]
	[ "$(sql "SELECT count(*) FROM ledger WHERE origin = 'twin'")" -eq 5 ]
	# a twin that went leaves nothing to load
	zw 0 ztoq status
	[[ $output != *"not done"* ]]
	mock_forget
	z 0 zrollback --duplicates --apply
	[[ $stderr == *"nothing to roll back"* ]]
	z 0 zload <"$SMALL"
	[ "$(mock_writes)" -eq 0 ]
	z 0 zrollback --all --apply
	same_state "$BEFORE"
}

@test "a twin stays that a user edited, that holds other objects or that lacks an object in the ledger" {
	local edited holder
	twins
	twin case X-T4
	z 0 zrollback --duplicates
	edited=$(jq 'select(.kind == "case" and (.key | startswith("X-T2 "))).id' <<<"$output")
	holder=$(jq 'select(.kind == "module").id' <<<"$output")
	next_second
	edit case "$edited" precondition
	api POST "modules?parentId=$holder" '{"name":"Foreign"}' >/dev/null
	api POST modules '{"name":"Other","description":"<p>[zephyr OTHER folder:2]</p>"}' >/dev/null
	api DELETE "test-cases/$(id case X-T4)" >/dev/null
	z 0 zrollback --duplicates --apply
	[ "$(jq -r 'select(.verb == "keep") | "\(.key | sub(" .*"; "")) \(.reason | sub(" MD.*"; ""))"' <<<"$output" | sort)" = \
	    "$(printf '%s\n' 'X-T2 edited in qTest since it was created' \
		'X-T4 the object of the ledger is not in qTest' 'folder:2 needed by module')" ]
	[ "$(deletes)" -eq 4 ]
	mock_forget
	z 0 zrollback --duplicates --apply --overwrite-edits
	[ "$(deletes)" -eq 1 ]
	[ "$(mock_count 'DELETE .*/test-cases/{} 200')" -eq 1 ]
}

@test "a twin stays that holds a log of a user, or a twin of a log that a user edited" {
	local first second log
	twin run 'X-T1|X-R2|0'
	twin run 'X-T2|X-R1|0'
	z 0 zrollback --duplicates
	[ "$(verbs delete | wc -l)" -eq 2 ]
	first=$(jq 'select(.key | startswith("X-T1")).id' <<<"$output")
	second=$(jq 'select(.key | startswith("X-T2")).id' <<<"$output")
	log='{"status":{"id":602},"exe_start_date":"2026-01-01T00:00:00Z","exe_end_date":"2026-01-01T00:01:00Z","note":'
	api POST "test-runs/$first/test-logs" "$log"'"mine"}' >/dev/null
	api POST "test-runs/$second/test-logs" "$log"'"<p>[zephyr DEMO E:201]</p>"}' >/dev/null
	z 0 zrollback --duplicates --apply
	[[ $(jq -r 'select(.id == '"$first"').reason' <<<"$output") == "needed by log "* ]]
	[ "$(verbs keep | sed 's/ (.*//' | tr '\n' ' ')" = "log E:201 run X-T1|X-R2|0 run X-T2|X-R1|0 " ]
	[ "$(deletes)" -eq 0 ]
	# the second log with the marker differs from that of the ledger
	z 0 zrollback --duplicates --apply --overwrite-edits
	[ "$(verbs delete | sed 's/ (.*//' | tr '\n' ' ')" = "log E:201 run X-T2|X-R1|0 " ]
	[ "$(deletes)" -eq 1 ]
}

@test "a plan of twins is applied by jq, and a killed deletion of twins goes on" {
	local pid
	twins
	z 0 zrollback --duplicates
	jq -c 'select(.kind == "case" or .kind == "run")' <<<"$output" >plan
	sed 's/"id":\([0-9]*,"key"\)/"id":1\1/' plan >edited
	zw 65 zrollback --apply <edited
	z 0 zrollback --apply <plan
	[ "$(deletes)" -eq 2 ]
	mock_forget
	z 0 zrollback --apply <plan
	[ "$(mock_writes)" -eq 0 ]
	started --duplicates --apply --in-flight 1
	mock_post scenario "match DELETE */releases/* nth 1 do kill $pid" >/dev/null
	echo >go
	wait "$pid" || :
	mock_post scenario '' >/dev/null
	zw 78 zload <"$SMALL"
	z 0 zrollback --duplicates --apply
	[ "$(sql "SELECT DISTINCT state FROM ledger WHERE origin = 'twin'")" = rolled_back ]
	same_state "$BATS_FILE_TMPDIR/loaded"
}

# with_files: the start of a test with files on all kinds of objects
with_files() {
	fresh_db "f$RANDOM"
	mock --seed 7 --cases 16 --executions 24 --cycles 4 --plans 2 --folders 4 --attachments 30 \
	    --file-names percent
}
with_files_read() { zextract -q --deep --attachments steps | ztransform -q >target.ndjson; }
# file_state: print the state of qTest with the files of each object in the order of their names
file_state() {
	mock_state | jq 'walk(if type == "object" and has("attachments")
	    then .attachments |= sort_by(.name, .sha256) else . end)'
}
# files STATE: count the files with an id in this state
files() { sql "SELECT count(*) FROM ledger WHERE kind = 'blob' AND id > 0 AND state = '$1'"; }

@test "files are rolled back alone, though answers are lost, and the next load uploads them again" {
	local all
	with_files
	with_files_read
	z 0 zload -q <target.ndjson
	file_state >loaded
	all=$(files done)
	z 0 zrollback --kind blob
	[ "$(verbs delete | wc -l)" -eq "$all" ]
	[ "$(jq -r 'select(.verb == "keep").reason' <<<"$output" | sort -u)" = \
	    "sent inside its object, and qTest did not tell its id: it goes with its object only" ]
	[ "$(jq -r 'select(.name == null)' <<<"$output")" = "" ]
	mock_post scenario 'match DELETE */blob-handles/* nth 2 do reset-after
match DELETE */blob-handles/* nth 4 do reset-before' >/dev/null
	mock_forget
	z 0 zrollback --kind blob --apply
	[ "$(files rolled_back)" -eq "$all" ]
	[ "$(mock_count 'DELETE .*/blob-handles/{} 200')" -eq $((all - 1)) ]
	[ "$(deletes)" -eq $((all + 1)) ]
	[ "$(file_state | jq '[.. | .attachments? // empty | length] | add')" -eq \
	    "$(sql "SELECT count(*) FROM ledger WHERE kind = 'blob' AND state = 'done'")" ]
	mock_forget
	z 0 zrollback --kind blob --apply
	[ "$(mock_writes)" -eq 0 ]
	z 0 zload -q <target.ndjson
	file_state >again
	cmp loaded again
}

@test "a file of a step that has another id since an edit of its case is found, or stays and is named" {
	local key case
	with_files
	with_files_read
	z 0 zload -q --inline-limit 0 <target.ndjson
	key=$(sql "SELECT min(ekey) FROM ledger WHERE kind = 'blob' AND path LIKE '/test-steps/%'")
	case=${key#*/}
	edit case "${case%%/*}" precondition
	mock_post scenario "match GET */test-cases/$(sql "SELECT id FROM ledger WHERE kind = 'case' AND ekey = '${case%%/*}'")/test-steps do status 403" >/dev/null
	zw 3 zrollback --kind blob --apply
	[[ $stderr == *"blob $key was not deleted: its step has another id in qTest"* ]]
	[ "$(sql "SELECT ekey FROM ledger WHERE kind = 'blob' AND state = 'done'")" = "$key" ]
	[ "$(mock_state | jq '[.. | .attachments? // empty | length] | add')" -eq 1 ]
	# the steps of the case show which of them has the file
	mock_post scenario '# none' >/dev/null
	z 0 zrollback --kind blob --apply
	[ "$(mock_state | jq '[.. | .attachments? // empty | length] | add')" -eq 0 ]
	[ "$(sql "SELECT count(*) FROM ledger WHERE kind = 'blob' AND state = 'done'")" -eq 0 ]
}

@test "a run that only added files is rolled back, and a plan of files is applied" {
	with_files
	zextract -q --attachments none | ztransform -q | zload -q
	with_files_read
	ZTOQ_RUN=files zload -q <target.ndjson
	z 0 zrollback --run files
	[ "$(jq -r .kind <<<"$output" | uniq)" = blob ]
	jq -c 'select(.key | startswith("test_cases/"))' <<<"$output" >plan
	z 0 zrollback --apply <plan
	[ "$(files rolled_back)" -eq "$(wc -l <plan)" ]
	z 0 zrollback --run files --apply
	[ "$(files done)" -eq 0 ]
	[ "$(mock_state | jq '[.. | .attachments? // empty | length] | add')" -eq 0 ]
	[ "$(deletes)" -eq "$(mock_count 'DELETE .*/blob-handles/{} 200')" ]
}

@test "deleted objects that qTest still shows by id, and answers without a body, change nothing" {
	local how
	for how in reset-after 'status-after 504' reset-before; do
		echo "$how" >&2
		fresh_db "d$RANDOM"
		mock --deleted readable --delete-body none --not-empty gone
		z 0 zload -q <"$SMALL"
		mock_post scenario "match DELETE */test-cycles/* nth 1 do $how
match DELETE */releases/* nth 1 do $how
match DELETE */fields/* nth 2 do $how" >/dev/null
		z 0 zrollback --all --apply
		same_state "$BEFORE"
		[ "$(states)" = "rolled_back " ]
		mock_stop
	done
}
