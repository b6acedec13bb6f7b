# The attachments of step results: each is in qTest once, at the step log of its result.
# databases: either
load helper

PROJECT=(--seed 7 --cases 4 --executions 6 --cycles 1 --plans 0 --folders 2 --statuses Passed,Failed,Incomplete,Blocked,Unexecuted)

# keep the database with bytes of files, the effects with files, and as earlier versions made them
setup_file() {
	scrub
	mock "${PROJECT[@]}" --attachments 8
	zextract -q --attachments steps | ztransform -q >target
	file=$(jq -c 'select(.record).record.effects[] | select(.kind == "blob" and .body.size > 0).body | {sha256, size}' target | head -n 1)
	jq -c --argjson file "$file" "$FILES" target >first
	jq -c 'if .record then .record.effects |= map(if .kind == "blob" then del(.parent.n) else . end) else . end' first >earlier
	sql "DELETE FROM target"
	export SHARED_DB=$ZTOQ_DB SHARED_PGDBS=${PGDBS-}
	PGDBS=
	end_processes
}
# each step result gets further text and two files, and each log one, with bytes of the project
FILES='if .record then .record.effects |= (map(select(.kind != "blob") | if .kind == "log" then
	.body.test_step_logs |= [to_entries[] | .key as $i | .value | .actual_result += "<p>result-\($i + 1)</p>"] else . end)
	| . + [.[] | select(.kind == "log") | .key as $key | (.body.test_step_logs | length) as $results
	    | range($results + 1) as $n | range(if $n == 0 then 1 else 2 end) as $i
	    | {kind: "blob", lane: null, needs: ["log/\($key)"],
	       key: ("test_executions/\($key[2:])/" + (if $n > 0 then "1\($n)/" else "" end) + "7\($n)\($i)"),
	       parent: ({"$ref": "log/\($key)"} + if $n > 0 then {n: $n} else {} end),
	       body: ({name: "\($n)\($i) \($key[2:]).txt", content_type: "text/plain"} + $file)}])
    else . end'

prepare() { export ZTOQ_SETTLE=300ms; }
# site [OPTION...]: start a qTest of this shape, and a database without a load
site() {
	mock "${PROJECT[@]}" "$@"
	shared_db
	cp "$BATS_FILE_TMPDIR"/{first,earlier} .
}
load() { zw "$1" zload -q --unsealed --in-flight 4 "${@:3}" <"$2"; }
# in_qtest: print the log, the actual result and the name of the files
in_qtest() {
	mock_state | jq -r '.. | .logs? // empty | .[] | (.note | capture("zephyr ([^ ]+ )?(?<e>E:[0-9]+)").e) as $e
	    | (.attachments[] | "\($e) log \(.name)"),
	      (.steps[] | "\($e) \([.actual | scan("result-[0-9]+")][0]) \(.attachments[].name)")' | sort
}
# expected FILE: print the same as the effects name them
expected() {
	jq -r 'select(.stream == "test_executions" and .record).record.effects | map(select(.kind == "log"))[0] as $log
	    | .[] | select(.kind == "blob")
	    | "\($log.key) \(if .parent.n == null then "log" else "result-\(.parent.n)" end) \(.body.name)"' "$1" | sort
}
complete() { in_qtest | diff <(expected "$1") - >&2; }
second_is_empty() {
	mock_forget
	load 0 "$@"
	[ "$(mock_writes)" -eq 0 ]
}
uploads() { mock_count 'POST .*/blob-handles 201'; }
no_differences() { z 0 zvalidate --reconcile --verify-attachments; [[ $output == *"0 differences"* ]]; }

@test "files of step results are at their step logs, sent with the log or after it" {
	local limit logs
	for limit in 256k 0; do
		export ZTOQ_INLINE_LIMIT=$limit
		site
		mock_forget
		load 0 first
		complete first
		logs=$(sql "SELECT count(*) FROM ledger WHERE kind = 'log'")
		if [ $limit = 0 ]; then
			# one listing of each log tells the ids of its step logs
			[ "$(uploads)" -eq "$(expected first | wc -l)" ]
			[ "$(mock_count 'GET .*/test-runs/{}/test-logs/{} 200')" -eq "$logs" ]
		else
			[ "$(uploads)" -eq 0 ]
			[ "$(mock_count 'GET .*/test-runs/{}/test-logs/{} 200')" -eq 0 ]
		fi
		[ "$(sql "SELECT count(*) FROM ledger WHERE kind = 'blob' AND id > 0 AND path LIKE '/test-step-logs/%'")" -eq \
		    "$(expected first | grep -c result-)" ]
		no_differences
		second_is_empty first
		# an update of the logs leaves their files
		jq -c 'if .record then .record.effects |= map(if .kind == "log" then .body.note |= "<p>new</p>\(.)" else . end)
		    else . end' first >second
		load 0 second
		[ "$(mock_count 'PUT .*/test-logs/{} 200')" -eq "$logs" ]
		complete first
		no_differences
		second_is_empty second
		mock_stop
	done
}

@test "a file of a result without a step log is at the log" {
	# the results name steps of another case
	jq -c 'if .record then .record.effects |= map(if .kind == "log" then
	    .body.test_step_logs |= map(.test_step_id["$step"].case = "DEMO-T999") else . end) else . end' \
	    "$BATS_FILE_TMPDIR/first" >astray
	local limit
	for limit in 256k 0; do
		export ZTOQ_INLINE_LIMIT=$limit
		site
		load 0 astray
		complete earlier
		no_differences
		second_is_empty astray
		mock_stop
	done
}

@test "files that an earlier version put on logs stay there, also when the database is lost" {
	export ZTOQ_INLINE_LIMIT=0
	site
	load 0 earlier
	complete earlier
	second_is_empty first
	no_differences
	sql "DELETE FROM ledger; DELETE FROM target"
	second_is_empty first --adopt
	complete earlier
	no_differences
	second_is_empty first
}

@test "--adopt finds files at step logs" {
	site
	load 0 first
	sql "DELETE FROM ledger; DELETE FROM target"
	second_is_empty first --adopt
	complete first
	no_differences
	second_is_empty first
}

scenario() { mock_post scenario "$1" >/dev/null; }

@test "after kill -9 at any request, and after lost answers, each file is at its step log once" {
	local n all step=17 limit=0 pid st fault
	[ -z "$ZT_SOAK" ] || step=1
	export ZTOQ_INLINE_LIMIT=0
	site
	mock_forget
	load 0 first
	all=$(mock_record | wc -l)
	mock_stop
	for ((n = 30 + ZT_SEED % step; n <= all; n += step)); do
		[ $limit = 0 ] && limit=3k || limit=0
		export ZTOQ_INLINE_LIMIT=$limit
		echo "kill at $n of $all, inline $limit" >&2
		site
		rm -f go
		mkfifo go
		st=0
		sh -c 'read -r _ <go; exec zload -q --unsealed --in-flight 3 <first' 3>&- &
		pid=$!
		scenario "match * /api/* nth $n do kill $pid"
		echo >go
		wait "$pid" || st=$?
		scenario '# none'
		[ "$st" -eq 137 ] || [ "$st" -eq 0 ]
		load 0 first
		complete first
		second_is_empty first
		mock_stop
	done
	while read -r limit fault; do
		echo "fault: $fault" >&2
		export ZTOQ_INLINE_LIMIT=$limit
		site
		scenario "$fault"
		load 0 first
		[ "$(mock_played)" -ge 1 ]
		scenario '# none'
		load 0 first
		complete first
		second_is_empty first
		mock_stop
	done <<-'END'
	0 match POST */test-step-logs/*/blob-handles nth 2 do reset-after
	0 match GET */test-logs/* nth 1 do reset-before
	3k match POST */test-logs nth 2 do reset-after
	3k match POST */test-logs nth 1 do status 413
	END
}

@test "a file that is missing at its step log is reported with the step result, and a file is rolled back alone" {
	site
	load 0 first
	IFS='|' read -r key id path <<<"$(sql "SELECT ekey, id, path FROM ledger WHERE kind = 'blob'
	    AND path LIKE '/test-step-logs/%' ORDER BY ekey LIMIT 1")"
	n=$(jq -r --arg key "$key" 'select(.record).record.effects[] | select(.key == $key).parent.n' first)
	curl -sSf --noproxy '*' -H "Authorization: bearer $ZT_QTEST" -X DELETE "$MOCK/api/v3/projects/1$path/$id" >/dev/null
	z 1 zvalidate --reconcile
	[ "$(grep -c '^difference: ' <<<"$output")" -eq 1 ]
	[[ $output == *"difference: log E:"*": step result $n file "*": expected \"an attachment\", found nothing"* ]]
	z 0 zrollback --kind blob --apply
	[ -z "$(in_qtest)" ]
	load 0 first
	complete first
	z 0 zrollback --all --apply
	[ "$(mock_state | jq '[.. | .attachments? // empty | length] | add // 0')" -eq 0 ]
	[ "$(sql "SELECT count(*) FROM ledger WHERE kind = 'blob' AND state = 'done'")" -eq 0 ]
}
