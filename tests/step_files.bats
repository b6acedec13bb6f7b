# The attachments of steps when their case is updated: each is in qTest once, at its step.
# databases: either
load helper
load target

PROJECT=(--seed 7 --cases 4 --executions 6 --cycles 1 --plans 0 --folders 2 --attachments 8 --statuses Passed,Failed,Incomplete,Blocked,Unexecuted)

# keep the database with the files, the effects, and those of a later version of the steps
setup_file() {
	scrub
	mock "${PROJECT[@]}"
	zextract -q --attachments steps >source
	ztransform -q <source >target
	file=$(jq -c 'select(.record).record.effects[] | select(.kind == "blob" and .body.size > 0).body | {sha256, size}' target | head -n 1)
	jq -c --argjson file "$file" "$FILES" target >first
	jq -c "$EDIT" first >second
	sql "DELETE FROM target"
	export SHARED_DB=$ZTOQ_DB SHARED_PGDBS=${PGDBS-}
	PGDBS=
	end_processes
}
# each step that has a text gets two files, and each case one, with bytes of the project
FILES='def file($key; $n; $i): {kind: "blob", lane: null, needs: ["case/\($key)"],
	    key: ("test_cases/\($key)/" + (if $n > 0 then "\($n)0\($n)/" else "" end) + "7\($n)\($i)"),
	    parent: ({"$ref": "case/\($key)"} + if $n > 0 then {n: $n} else {} end),
	    body: ({name: "\($i) \($key).txt", content_type: "text/plain"} + $file)};
	if .stream == "test_cases" and .record then .record |= (.key as $key
	    | [.effects[] | select(.kind == "case").body.test_steps | to_entries[]
		| select(.value.called_test_case_id == null).key + 1] as $n
	    | .effects |= (map(select(.kind != "blob")) + [file($key; 0; 0), file($key; $n[]; 1, 2)]))
	else . end'
EDIT='if .stream == "test_cases" and .record then .record.effects |= map(if .kind != "case" then . else
	    .body.test_steps |= map(if .called_test_case_id == null then .description += "<p>later</p>" else . end) end) else . end'

prepare() { export ZTOQ_SETTLE=300ms; }
# site [OPTION...]: start a qTest of this shape, and a database without a load
site() {
	mock "${PROJECT[@]}" "$@"
	shared_db
	cp "$BATS_FILE_TMPDIR"/{first,second} .
}
load() { zw "$1" zload -q --unsealed --in-flight 4 "${@:3}" <"$2"; }
# in_qtest: print place and name of the files of the current versions
in_qtest() {
	mock_state | jq -r '.. | objects | select(has("precondition")) | .name as $c
	    | (.attachments[] | "\($c) 0 \(.name)"),
	      (.steps | to_entries[] | "\($c) \(.key + 1) \(.value.attachments[].name)")' | sort
}
# expected: print the same as the effects name them
expected() {
	jq -r 'select(.stream == "test_cases" and .record).record.effects
	    | map(select(.kind == "case"))[0].body.name as $c
	    | .[] | select(.kind == "blob") | "\($c) \(.parent.n // 0) \(.body.name)"' first | sort
}
complete() { in_qtest | diff <(expected) - >&2; }
second_is_empty() {
	mock_forget
	load 0 "$1"
	[ "$(mock_writes)" -eq 0 ]
}
uploads() { mock_count 'POST .*/blob-handles 201'; }
no_differences() { z 0 zvalidate --reconcile; [[ $output == *"0 differences"* ]]; }

@test "after an update of a case the files of its steps are there once, whether qTest lost or kept them" {
	local shape
	for shape in lost kept order; do
		site --step-files $shape
		load 0 first
		complete
		mock_forget
		load 0 second
		[ "$(mock_count 'PUT .*/test-cases/{} 200')" -gt 1 ]
		complete
		no_differences
		steps=$(expected | grep -vc ' 0 ')
		[ "$(uploads)" -eq "$([ $shape = order ] && echo 0 || echo "$steps")" ]
		# one listing shows the files of all steps
		[ "$(mock_count 'GET .*attachments 200')" -le "$(mock_count 'PUT .*/test-cases/{} 200')" ]
		second_is_empty second
		mock_stop
	done
}
@test "where each file changes the version of its case, the approved version has all files" {
	export ZTOQ_INLINE_LIMIT=0
	site --file-version bumped
	load 0 first
	complete
	no_differences
	# the runs, too, have the version with the files
	[ "$(mock_state | jq -c '[.. | objects | select(has("precondition")).version] | unique')" = '["1.0"]' ]
	second_is_empty first
	load 0 second
	complete
	no_differences
	second_is_empty second
}

@test "files of cases that are approved already are uploaded, and the cases are approved again if they need it" {
	local shape
	for shape in kept bumped; do
		site --file-version $shape
		jq -c 'if .record then .record.effects |= map(select(.kind != "blob")) else . end' first >without
		load 0 without
		mock_forget
		load 0 first
		complete
		no_differences
		approvals=$(mock_count 'PUT .*/test-cases/{}/approve 200')
		[ "$(mock_writes)" -eq $(($(uploads) + approvals + $(mock_count 'POST .*/blob-handles 404'))) ]
		if [ $shape = bumped ]; then
			[ "$approvals" -gt 1 ]
		else
			[ "$approvals" -eq 0 ]
		fi
		second_is_empty first
		mock_stop
	done
}

scenario() { mock_post scenario "$1" >/dev/null; }
# load_killed N FILE: load, and kill zload at the Nth request
load_killed() {
	local pid st=0
	rm -f go
	mkfifo go
	sh -c 'read -r _ <go; exec zload -q --unsealed --in-flight 3 <"$1"' sh "$2" 3>&- &
	pid=$!
	scenario "match * /api/* nth $1 do kill $pid"
	echo >go
	wait "$pid" || st=$?
	scenario '# none'
	[ "$st" -eq 137 ] || [ "$st" -eq 0 ]
}

@test "after kill -9 at any request of an update the files of steps are there once" {
	local n all step=6 shape=order
	[ -z "$ZT_SOAK" ] || step=1
	site --step-files order
	load 0 first
	mock_forget
	load 0 second
	all=$(mock_record | wc -l)
	mock_stop
	for ((n = 3 + ZT_SEED % step; n <= all + 4; n += step)); do
		[ $shape = order ] && shape=lost || shape=order
		echo "kill at $n of $all, $shape" >&2
		site --step-files $shape
		load 0 first
		load_killed "$n" second
		load 0 second
		complete
		second_is_empty second
		mock_stop
	done
}

@test "a lost or refused answer of an update loses no file of a step, and makes none twice" {
	local fault
	while read -r fault; do
		echo "fault: $fault" >&2
		site
		load 0 first
		scenario "$fault"
		load 0 second
		[ "$(mock_played)" -ge 1 ]
		scenario '# none'
		load 0 second
		complete
		second_is_empty second
		mock_stop
	done <<-'END'
	match PUT */test-cases/* nth 1 do reset-after
	match PUT */test-cases/* nth 2 do reset-before
	match GET */projects/1/attachments do status 400
	match POST */test-steps/*/blob-handles nth 2 do reset-after
	END
}

# edit_case ID EDIT: edit the description of a case in qTest; EDIT is what remains of each step
edit_case() {
	local api="$MOCK/api/v3/projects/1/test-cases/$1"
	curl -sSf --noproxy '*' -H "Authorization: bearer $ZT_QTEST" "$api?expand=teststep" |
	    jq -c '{name, properties: [], description: "edited", test_steps: [.test_steps[] | '"$2"']}' |
	    curl -sSf --noproxy '*' -H "Authorization: bearer $ZT_QTEST" -H 'Content-Type: application/json' -X PUT \
	    --data-binary @- "$api" >/dev/null
}

@test "an edited case that --overwrite-edits updates keeps the files of its steps" {
	site
	load 0 first
	id=$(sql "SELECT id FROM ledger WHERE kind = 'case' AND ekey IN (SELECT skey FROM ledger WHERE kind = 'blob'
	    AND ekey LIKE '%/%/%/%') LIMIT 1")
	edit_case "$id" "{description, expected, order}"
	load 0 second
	zw 0 zload -q --unsealed --overwrite-edits <second
	complete
	no_differences
	mock_forget
	zw 0 zload -q --unsealed --overwrite-edits <second
	[ "$(mock_writes)" -eq 0 ]
}

# the description of the first case with files at its steps mentions a later case
MENTION='if .stream == "test_cases" and .record and (.record.key == $key) then .record.effects |= (map(
	if .kind == "case" then .body.description = "<p>see DEMO-T4</p>" + (.body.description // "") else . end) + [{kind: "relink", lane: null,
	key: "case/\($key)", needs: ["case/\($key)"], parent: null, body: {keys: ["DEMO-T4"], owner: {"$ref": "case/\($key)"}}}]) else . end'
# case_puts: print the number of each PUT of a case among the requests that scenarios match
case_puts() { mock_record | jq -r 'select(.method == "PUT" and (.path | test("/test-cases/"))).path' | grep -n 'test-cases/[0-9]*$' | cut -d: -f1; }
# mentioning: print the key of that case
mentioning() {
	jq -r 'select(.stream == "test_cases" and .record).record | select(any(.effects[]; .kind == "blob" and .parent.n)).key' "$BATS_FILE_TMPDIR/first" | head -n 1
}
# linked: write the effects with the mention to the file linked
linked() { jq -c --arg key "$(mentioning)" "$MENTION" first >linked; }

@test "a link to a later case keeps the files of steps, also when its update is in doubt" {
	local fault n key
	key=$(mentioning)
	for fault in none reset-after reset-before kill; do
		echo "fault: $fault" >&2
		site
		linked
		case $fault in
		none)	load 0 linked
			# one case is read and updated for its link, and each case approved once
			[ "$(mock_count 'GET .*/test-cases/{} 200')" -eq 1 ]
			[ "$(mock_count 'PUT .*/test-cases/{} 200')" -eq 1 ]
			[ "$(mock_count 'PUT .*/approve 200')" -eq "$(sql "SELECT count(*) FROM ledger WHERE kind = 'approve'")" ] ;;
		kill)	mkfifo go
			sh -c 'read -r _ <go; exec zload -q --unsealed --in-flight 4 <linked' 3>&- &
			scenario "match PUT */test-cases/* nth $n do kill $!"
			echo >go
			wait $! || [ $? -eq 137 ]
			rm go
			scenario '# none'
			load 0 linked ;;
		*)	scenario "match PUT */test-cases/* nth $n do $fault"
			load 0 linked
			scenario '# none' ;;
		esac
		[ "$fault" != none ] || { n=$(case_puts); [[ $n =~ ^[0-9]+$ ]]; uploads >uploads; mock_state >state; }
		complete
		[ "$(uploads)" -eq "$(cat uploads)" ]
		mock_state | diff <(jq . state) <(jq .) >&2
		no_differences
		second_is_empty linked
		mock_stop
	done
}

@test "a link in an edited case that --overwrite-edits updates does not keep the edits of its steps" {
	site
	linked
	load 0 linked
	mock_state >state
	mock_stop
	site
	linked
	jq -c 'if .record then .record.effects |= map(select(.kind != "relink")) else . end' linked >without
	load 0 without
	next_second
	edit_case "$(sql "SELECT id FROM ledger WHERE kind = 'case' AND ekey = '$(mentioning)'")" '{description: "edited", expected, order}'
	load 0 linked
	zw 0 zload -q --unsealed --overwrite-edits <linked
	complete
	mock_state | jq '[.. | objects | select(has("precondition")) | {name, description, steps: [.steps[] | del(.attachments)]}] | sort' >now
	jq '[.. | objects | select(has("precondition")) | {name, description, steps: [.steps[] | del(.attachments)]}] | sort' state | diff - now >&2
}
