# Attachments in qTest: each file once, with its bytes, on the object that has it.
# databases: either
load helper

SMALL=(--seed 7 --cases 16 --executions 24 --cycles 4 --plans 2 --folders 4 --attachments 30 --file-names percent)

# keep the state after the files are read from Zephyr and before anything is loaded
setup_file() {
	scrub
	fresh_db first
	mock "${SMALL[@]}" && read_files && zload -q <target && in_qtest >clean || { end_processes; return 1; }
	end_processes
	fresh_db
	mock "${SMALL[@]}" && read_files && share
}
read_files() { zextract -q --attachments steps >source && ztransform -q <source >target; }
prepare() {
	export ZTOQ_SETTLE=400ms ZTOQ_INLINE_LIMIT=0
	shared
	cp "$BATS_FILE_TMPDIR/source" "$BATS_FILE_TMPDIR/target" .
}

# in_qtest: print owner, name and sha256 of each file of the objects that the ledger names,
# and of each step and step log: an approval changes the ids of steps
in_qtest() {
	local auth="Authorization: bearer $ZT_QTEST" api="$MOCK/api/v3/projects/1"
	sql "SELECT min(ekey), replace(path, '/blob-handles', '/attachments') FROM ledger
	    WHERE kind = 'blob' AND path NOT LIKE '/test-step%' GROUP BY path ORDER BY 2" >owners
	sed "s,.*|\(.*\),url = \"$api\1\"," owners | curl -sSf --noproxy '*' -H "$auth" -K - >lists
	mock_state >in_steps
	jq -nr --rawfile owners owners --slurpfile state in_steps '[inputs] as $lists
	    | ([$owners / "\n" | .[] | select(. != "") / "|"] | to_entries[] | . as $o | $lists[$o.key][]
		| "\(.id) \($o.value[1]) \($o.value[0] | .[:rindex("/")]) \(.name)"),
	      ($state[] | .. | objects | .steps? // empty | .[].attachments[]? | "step \(.name) \(.sha256)")' \
	    <lists >listed
	sed '/^step /d' listed >files
	rm -rf bytes
	mkdir bytes
	awk -v api="$api" '{ printf "url = \"%s%s/%s\"\noutput = bytes/%d\n", api, $2, $1, 1e6 + NR }' files |
	    curl -sSf --noproxy '*' -H "$auth" -K -
	{
		paste -d ' ' <(cut -d' ' -f3- files) <(sha256sum bytes/* | cut -d' ' -f1)
		sed -n '/^step /p' listed
	} | sort
}
# expected: print the sha256 of the files of the records that have a place in qTest
expected() {
	jq -r 'select(.record).record.effects[] | select(.kind == "blob") | .body.sha256' target | sort
}
# uploads: print how many files of the records are not sent with their object
uploads() {
	jq -n '[inputs | select(.record).record.effects | map(select(.kind == "blob"))
	    | reduce .[] as $f ({left: 262144, n: 0};
		if $f.body.size > 0 and $f.body.size <= .left and ($f.parent["$ref"] // "" | test("^(case|log)/"))
		then .left -= $f.body.size else .n += 1 end) | .n] | add' target
}
load() { zw "$1" zload --in-flight 2 <target; }
blobs() { mock_count "POST .*/blob-handles $1"; }
scenario() { mock_post scenario "$1" >/dev/null; }
complete() { in_qtest | diff "$BATS_FILE_TMPDIR/clean" - >&2; }

@test "each file is in qTest once with its bytes, and a second load writes nothing" {
	load 0
	in_qtest >have
	expected >want
	[ "$(wc -l <want)" -gt 20 ]
	sed 's/.* //' have | sort | cmp want -
	[ "$(blobs 201)" -eq "$(wc -l <want)" ]
	# of every owner kind: a case, a step, a log, the release of a plan and of a cycle
	grep -q '^step ' have
	for what in test-cases test-steps test-logs releases; do
		[ "$(sql "SELECT count(*) FROM ledger WHERE kind = 'blob' AND path LIKE '/$what/%'")" -gt 0 ]
	done
	# names are those of Zephyr, without directories; equal names on one object get the id
	[ "$(cut -d' ' -f2- have | grep -c '/passwd\|\.\.')" -eq 0 ]
	[ -z "$(sed 's/ [^ ]*$//' have | uniq -d)" ]
	mock_forget
	load 0
	[ "$(mock_writes)" -eq 0 ]
}

@test "after an upload that ends the run the next run completes it" {
	local fault
	while read -r status fault; do
		echo "fault: $fault" >&2
		shared
		scenario "match POST */blob-handles nth 2 do $fault"
		load "$status"
		scenario '# none'
		load 0
		complete
	done <<-'END'
	76 html200
	77 status 401
	END
}

@test "after kill -9 before or after the upload of any file each is in qTest once" {
	local n of pid st step=14 mode
	[ -z "$ZT_SOAK" ] || step=1
	of=$(expected | wc -l)
	for ((n = 1; n <= of; n += step)); do
		for mode in 1 8; do
			shared
			rm -f go
			mkfifo go
			sh -c 'read -r _ <go; exec zload -q --in-flight "$1" <target' sh "$mode" 3>&- &
			pid=$!
			scenario "match POST */blob-handles nth $n do kill $pid"
			echo >go
			st=0
			wait "$pid" || st=$?
			[ "$st" -eq 137 ] || [ "$st" -eq 0 ]
			scenario '# none'
			load 0
			complete
		done
	done
}

@test "a file that qTest refuses is reported and counted, its object is loaded, and a later load repeats it" {
	local left
	scenario 'match POST */blob-handles nth 2 do status 413'
	load 0
	[[ $stderr == *"1 file is not in qTest"* ]]
	[ "$(sql "SELECT count(*) FROM ledger WHERE state = 'failed'")" -eq 1 ]
	[ "$(sql "SELECT count(*) FROM issue WHERE side = 'load' AND rule = 'file-not-loaded'")" -eq 1 ]
	[ "$(sql 'SELECT count(*) FROM reject')" -eq 0 ]
	[ "$(in_qtest | wc -l)" -eq $(($(wc -l <"$BATS_FILE_TMPDIR/clean") - 1)) ]
	load 0
	complete
	[ "$(sql "SELECT count(*) FROM issue WHERE side = 'load' AND rule = 'file-not-loaded'")" -eq 0 ]
}

@test "a file whose bytes are no longer stored is reported, and all others are loaded" {
	sql "DELETE FROM attachment_blob WHERE sha256 = '$(expected | sed -n 3p)'"
	load 0
	[[ $stderr == *"is not in qTest"* ]]
	[[ $stderr == *"its bytes are not stored"* ]]
	[ "$(blobs 201)" -gt 10 ]
}

@test "small files go in the request that creates their object, at no further request" {
	unset ZTOQ_INLINE_LIMIT
	zw 0 sh -c 'exec zload --plan <target'
	planned=$(jq 'select(.summary).summary.requests' <<<"$output")
	load 0
	# and the objects that mention others, which were created later
	[ "$(mock_writes)" -eq $((planned + $(sql "SELECT count(*) FROM ledger
	    WHERE kind = 'relink' AND verb = 'update'"))) ]
	complete
	# the others: empty ones, those of releases, and those beyond 256k of one request
	[ "$(blobs 201)" -eq "$(uploads)" ]
	[ "$(blobs 201)" -lt "$(expected | wc -l)" ]
	[ "$(sql "SELECT count(*) FROM ledger WHERE kind = 'blob' AND state <> 'done'")" -eq 0 ]
	mock_forget
	load 0
	[ "$(mock_writes)" -eq 0 ]
}

@test "a lost answer to a create with files, a refusal or a kill leaves each file in qTest once" {
	local fault kind n pid st
	unset ZTOQ_INLINE_LIMIT
	n=$(jq -r 'select(.stream == "test_cases" and .record).record.effects[].kind' target | awk '
	    $1 == "case" { n++ } $1 == "blob" && !at { at = n } END { print at }')
	while read -r kind n fault; do
		echo "fault: $kind $n $fault" >&2
		shared
		rm -f go
		mkfifo go
		sh -c 'read -r _ <go; exec zload -q --in-flight 1 <target' 3>&- &
		pid=$!
		scenario "match POST */$kind nth $n do ${fault//PID/$pid}"
		echo >go
		st=0
		wait "$pid" || st=$?
		[ "$st" -eq 137 ] || [ "$st" -eq 0 ]
		[ "$(mock_played)" -eq 1 ]
		load 0
		complete
		mock_forget
		load 0
		[ "$(mock_writes)" -eq 0 ]
	done <<-END
	test-cases $n reset-before
	test-cases $n reset-after
	test-cases $n status 413
	test-cases $n status 400
	test-cases $n truncate 9
	test-cases $n kill PID
	test-logs 1 reset-after
	test-logs 1 kill PID
	END
}

@test "--adopt finds the files that are in qTest and uploads none again" {
	load 0
	fresh_db other
	zextract -q --attachments steps >source
	ztransform -q <source >target
	mock_forget
	zw 0 zload -q --adopt <target
	[ "$(mock_writes)" -eq 0 ]
	complete
	mock_forget
	load 0
	[ "$(mock_writes)" -eq 0 ]
}

@test "a database that an earlier version loaded gets its files by uploads alone" {
	zvalidate -q <target | jq -c 'if .record then .record.effects |= map(select(.kind != "blob")) else . end' >without
	zw 0 zload -q --unsealed <without
	mock_forget
	load 0
	[ "$(mock_writes)" -eq "$(blobs 201)" ]
	[ "$(blobs 201)" -eq "$(expected | wc -l)" ]
	complete
}

@test "the files of a cycle without a plan go to its first log" {
	jq -c 'if .record then .record.effects |= map(if (.key | startswith("test_cycles/")) and .kind == "blob"
	    then .parent = {"$first_log": (.key / "/")[1]} | .needs = [] else . end) else . end' target >first
	zw 0 zload -q --unsealed <first
	[ "$(sql "SELECT count(*) FROM ledger WHERE kind = 'blob' AND ekey LIKE 'test_cycles/%' AND state = 'done'
	    AND path LIKE '/test-logs/%'")" -gt 0 ]
	[ "$(sql "SELECT count(*) FROM ledger WHERE kind = 'blob' AND ekey LIKE 'test_cycles/%' AND state = 'done'
	    AND path NOT LIKE '/test-logs/%'")" -eq 0 ]
	mock_forget
	zw 0 zload -q --unsealed <first
	[ "$(mock_writes)" -eq 0 ]
}

@test "a large file is uploaded and verified in constant memory, from the database and from a directory" {
	local size=50 place rss
	for place in db "dir:$T/store"; do
		fresh_db "${place%%:*}"
		mock --cases 4 --executions 0 --cycles 0 --plans 0 --folders 1 --attachments 2 \
		    --file-size $((size * 1024 * 1024))
		zextract -q --attachments-store "$place" >source
		ztransform -q <source >target
		zw 0 sh -c 'exec /usr/bin/env time -f "rss %M" zload <target' || skip "no time(1)"
		rss=$(grep -o 'rss [0-9]*' <<<"$stderr" | cut -d' ' -f2)
		echo "$place: $size MiB: RSS $rss KiB"
		[ -n "$ZT_SAN" ] || [ "$rss" -lt 65536 ]
		in_qtest | sed 's/.* //' | cmp <(expected) -
		zw 0 sh -c 'exec /usr/bin/env time -f "rss %M" zvalidate --reconcile --verify-attachments'
		rss=$(grep -o 'rss [0-9]*' <<<"$stderr" | cut -d' ' -f2)
		echo "$place: downloads: RSS $rss KiB"
		[ -n "$ZT_SAN" ] || [ "$rss" -lt 65536 ]
		mock_stop
	done
}

# bulk_names: print kind of owner, name and sha256 of each file of the load
bulk_names() {
	jq -r 'select(.record).record.effects[] | select(.kind == "blob") |
	    "\(if .parent.n then "step" else .parent["$ref"] // "log/" | .[:index("/")] end) \(.body.name) \(.body.sha256)"' target | sort
}
# bulk_state: print the same of the objects of qTest
bulk_state() {
	mock_state | jq -r 'def files($kind): .attachments // [] | .[] | "\($kind) \(.name) \(.sha256)";
	    .. | objects
	    | if has("note") and has("steps") then files("log") elif has("precondition") then files("case")
	      elif has("note") then files("release") elif has("attachments") then files("step") else empty end' | sort
}

# 500 files in soak.  The sizes are at the limits of slices, chunks and requests.
@test "many files of all sizes are in qTest once with their bytes, in constant memory and by the computed requests" {
	local n=60 sizes=0,1,131071,131072,131073,262144,262145,1048575,1048576,1048577,3000000 rss cases relinks again
	unset ZTOQ_INLINE_LIMIT
	fresh_db bulk
	[ -z "$ZT_SOAK" ] || n=520 sizes=$sizes,209715200,52428800,1073741824,209715200,0,100000000,196608,104857600
	mock --seed 3 --cases "$n" --executions "$n" --cycles "$((n / 6))" --plans "$((n / 10))" --folders 4 \
	    --attachments "$n" --file-sizes "$sizes" --file-limit 2000000000 --file-names percent
	zextract -q --attachments steps >source
	ztransform -q <source >target
	mock_forget
	zw 0 sh -c 'exec /usr/bin/env time -f "rss %M" zload <target' || skip "no time(1)"
	rss=$(grep -o 'rss [0-9]*' <<<"$stderr" | cut -d' ' -f2)
	echo "# $(bulk_names | wc -l) files: RSS $rss KiB" >&3
	[ -n "$ZT_SAN" ] || [ "$rss" -lt 65536 ]
	bulk_names >want
	bulk_state | diff want - >&2
	[ "$(cut -d' ' -f1 want | uniq | xargs)" = "case log release step" ]
	# the objects, the approvals of the cases, the fields, the files that do not go with an
	# object, and the objects whose texts mention later ones
	cases=$(mock_count 'POST .*/test-cases 200')
	relinks=$(sql "SELECT count(*) FROM ledger WHERE kind = 'relink' AND verb = 'update'")
	again=$(($(mock_count 'PUT .*/approve 200') - cases))
	[ "$again" -ge 0 ]
	[ "$again" -le "$relinks" ]
	[ "$(mock_writes)" -eq "$(($(jq -n '[inputs | select(.record).record.effects[]
	    | select(.kind | . != "blob" and . != "relink" and . != "link") | [.kind, .key]] | unique | length' target) + cases +
	    again + relinks + $(mock_count 'POST .*/fields 201') + $(uploads)))" ]
	# the start, the updates, and the ids of the steps of cases with results or files of steps
	[ "$(mock_count 'GET .*')" -eq $((8 + relinks + $(mock_count 'GET .*/test-steps 200'))) ]
	[ "$(mock_count 'GET .*/test-steps 200')" -le $((cases + again)) ]
	mock_forget
	load 0
	[ "$(mock_writes)" -eq 0 ]
}
