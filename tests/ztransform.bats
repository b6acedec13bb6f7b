# The map, tested by the real program.
# databases: either
load helper

# golden NAME STATUS: compare the output for NAME.in.ndjson without META, and the rejects,
# with NAME.out.ndjson
golden() {
	local in=$ROOT/tests/golden/$1
	local map=()
	if [ -e "$in.jq" ]; then
		jq -f "$in.jq" "$ROOT/src/ztransform/map/map.json" >map.json
		map=(-m map.json)
	fi
	rm -f rejects
	zw "$2" sh -c 'in=$1; shift; exec ztransform --unsealed -r rejects "$@" <"$in" >out' - \
	    "$in.in.ndjson" "${map[@]}"
	{ sed 1d out; cat rejects 2>/dev/null || :; } >got
	diff -u "$in.out.ndjson" got
}
# sealed NAME: print the records of a golden file as a sealed stream
sealed() {
	zvalidate -q --unsealed --db sqlite:scratch.db <"$ROOT/tests/golden/$1.in.ndjson" |
	    sed 's/UNPROVEN/COMPLETE/' >"$2"
}

@test "folders become modules and cycles, in their order" { golden folders 3; }
@test "cases keep every value as property, step or text" { golden test_cases 3; }
@test "plans become releases" { golden test_plans 3; }
@test "cycles become cycles" { golden test_cycles 0; }
@test "cycles become suites below a root, if the map says so" { golden suites 0; }
@test "executions become runs and logs, with results at the right steps and no invented dates" {
	golden test_executions 3
}
@test "the values of an execution that makes no log are in its run, if it is the only one" { golden notes 0; }
@test "the values of planned and undated executions are in their run, also of several" { golden runs 0; }
@test "dates before 1970, days and leap seconds become dates if they are valid, else text" { golden dates 0; }
@test "the first data row has the step logs with their files, and a result without a status is reported" {
	golden results 0
}
@test "HTML that is not closed does not hide the marker, and is reported" { golden open_html 0; }
@test "names from Jira take the place of ids" { golden jira 0; }
@test "fields of the map move values out of the text" { golden fields 0; }
@test "an execution without a date is rejected, if the map says so" { golden undated 3; }

@test "every change has a code, and ztoq-stream(5) lists all of them and no other" {
	sed -n '/^\.Sh CODES/,/^\.El/s/^\.It Li //p' "$ROOT/man/ztoq-stream.5" | sort >listed
	jq -r '.z.changes // [] | .[].code' "$ROOT"/tests/golden/*.out.ndjson | sort -u >made
	[ "$(wc -l <made)" -gt 25 ]
	[ -z "$(comm -13 listed made)" ]
	while read -r code; do
		word=$code
		case $code in map-*) word=map- ;; esac
		grep -qrF "\"$word\"" "$ROOT/src/ztransform/map"
	done <listed
	grep -ohE '"(code|DROPPED|DETACHED|REMAPPED|DEFAULTED|TRUNCATED)"; "[a-z-]+"' \
	    "$ROOT"/src/ztransform/map/*.jq | sed 's/.*; "//; s/"//; /^map-$/d' | sort -u >written
	[ -z "$(comm -13 listed written)" ]
}

@test "effects, losses and rejects are in the database before they are printed" {
	golden test_cases 3
	[ "$(sql "SELECT count(*) FROM target WHERE kind = 'case'")" -eq 11 ]
	[ "$(sql "SELECT count(*) FROM target WHERE kind = 'module'")" -eq 2 ]
	[ "$(sql "SELECT change, code FROM loss WHERE key = 'PX-T9'" | tr '|\t' '  ')" = \
	    'TRUNCATED name-length' ]
	[ "$(sql "SELECT grade FROM target WHERE ekey = 'PX-T9'")" = changed ]
	[ "$(sql "SELECT rule FROM reject WHERE stage = 'ztransform'")" = required ]
	body=$(sql "SELECT body FROM target WHERE ekey = 'PX-T2'")
	[ "$body" = "$(jq -cS 'select(.record.key == "PX-T2") | .record.effects[1]
	    | {body, parent}' out)" ]
	[ "$(sql "SELECT hash FROM target WHERE ekey = 'PX-T2'")" = \
	    "$(printf %s "$body" | sha256sum | cut -d' ' -f1)" ]
}

@test "the same input gives the same bytes and changes no row" {
	sealed test_cycles in
	z 0 sh -c 'ztransform --run one <in >a && ztransform --run one <in >b'
	cmp a b
	before=$(sql "SELECT kind, ekey, ord, hash FROM target ORDER BY 1, 2")
	[ "$before" = "$(sql "SELECT kind, ekey, ord, hash FROM target ORDER BY 1, 2")" ]
	[ "$(sql "SELECT count(*) FROM target WHERE kind <> 'relink'")" -eq 3 ]
	[ "$(sql 'SELECT count(*) FROM loss')" -eq 3 ]
}

@test "a change that no longer occurs is removed" {
	sealed test_cycles in
	z 0 sh -c 'ztransform <in >a'
	jq -c 'if .record then .record.links.testPlans = [] | .record.folder = null else . end' in >less
	z 0 sh -c 'ztransform --unsealed <less >b'
	[ "$(sql 'SELECT count(*) FROM loss')" -eq 0 ]
}

@test "the stream is sealed again, with its own hash" {
	sealed test_cases in
	z 0 sh -c 'ztransform <in >out'
	z 0 sh -c 'zvalidate <out >again'
	cmp out again
	[ "$(jq -r 'select(.type == "END" and .stream == "test_cases") | .z.records, .z.rejected,
	    .z.status' out | tr '\n' ' ')" = "11 1 COMPLETE " ]
}

@test "a cut, changed or unfinished stream ends with 65, and its records are processed" {
	sealed test_cycles in
	head -n 3 in >cut
	zw 65 sh -c 'ztransform <cut >out'
	[[ $stderr == *"no END of"* ]]
	[ "$(grep -c '"RECORD"' out)" -eq 2 ]
	[ "$(grep -c '"END"' out)" -eq 0 ]
	[ "$(sql "SELECT count(*) FROM target WHERE kind <> 'relink'")" -eq 2 ]
	sed 2d in >missing
	zw 65 sh -c 'ztransform <missing >out'
	[ "$(jq -c 'select(.type == "END" and .stream == "test_cycles")' out)" = "" ]
	head -c -1 in >torn
	zw 65 sh -c 'ztransform <torn >out'
	sed 's/"Cycle 1"/"Cycle 9"/' in >changed
	zw 65 sh -c 'ztransform <changed >out'
	z 0 sh -c 'ztransform --unsealed <changed >out'
	[ "$(jq -r 'select(.type == "END") | .z.status' out | sort -u)" = UNPROVEN ]
}

@test "a PARTIAL stream is processed and ends with 75" {
	sealed test_cycles in
	sed 's/COMPLETE/PARTIAL/' in >part
	zw 75 sh -c 'ztransform <part >out'
	[ "$(grep -c '"RECORD"' out)" -eq 3 ]
	[ "$(grep -c '"PARTIAL"' out)" -eq 5 ]
}

@test "a malformed line is rejected with its number, and the rest is processed" {
	sealed test_cycles in
	sed '3i not json' in >odd
	zw 3 sh -c 'ztransform -r rejects <odd >out'
	[ "$(jq -r .line rejects)" -eq 3 ]
	[ "$(jq -r .text rejects)" = "not json" ]
	[ "$(grep -c '"RECORD"' out)" -eq 3 ]
}

@test "a target stream and a stream of another project are refused" {
	sealed test_cycles in
	z 0 sh -c 'ztransform <in >out'
	zw 65 sh -c 'ztransform <out >again'
	[[ $stderr == *"already transformed"* ]]
	zw 65 sh -c 'ztransform -p OTHER <in >again'
	sed 1d in >headless
	zw 64 sh -c 'ztransform --unsealed <headless >again'
	z 0 sh -c 'ztransform --unsealed -p PX <headless >again'
}

@test "a corrected reject is kept and used by later runs until its source changes" {
	sealed undated in
	jq '.undated = "reject"' "$ROOT/src/ztransform/map/map.json" >map.json
	zw 3 sh -c 'ztransform -m map.json -r rejects <in >out'
	[[ $stderr == *"set aside"*undated* ]]
	[ "$(wc -l <rejects)" -eq 1 ]
	# a known reject is counted and not reported again
	zw 3 sh -c 'ztransform -m map.json -r rejects <in >out'
	[[ $stderr != *"set aside: "* ]]
	[ "$(wc -l <rejects)" -eq 1 ]
	[ "$(jq -r 'select(.type == "END" and .stream == "test_executions") | .z.rejected' out)" -eq 1 ]
	jq -c '.record.actualEndDate = "2024-01-01T00:00:00Z"' rejects >mended
	z 0 sh -c 'ztransform -m map.json --unsealed -p PX <mended >out'
	[ "$(grep -c '"kind":"log"' out)" -eq 1 ]
	[ "$(sql 'SELECT count(*) FROM override')" -eq 1 ]
	[ "$(sql 'SELECT count(*) FROM reject')" -eq 0 ]
	z 0 sh -c 'ztransform -m map.json <in >out'
	[ "$(grep -c '"kind":"log"' out)" -eq 2 ]
	sed 's/PX-E1/PX-E99/' in >changed
	zw 3 sh -c 'ztransform -m map.json --unsealed <changed >out'
}

@test "a wrong map ends with 78 and its name" {
	sealed test_cycles in
	local bad
	for bad in '.what = 1' '.undated = "never"' '.fields[0].type = "blob"' \
	    'del(.values.execution_status.default)' '.fields[1].from = "comment"' '[]'; do
		jq "$bad" "$ROOT/src/ztransform/map/map.json" >map.json
		zw 78 sh -c 'ztransform -m map.json <in >out'
		[[ $stderr == *"map.json: "* ]]
	done
	echo '{' >map.json
	zw 78 sh -c 'ztransform -m map.json <in >out'
	mkdir d && echo 'def broken' >d/test_cycles.jq
	zw 78 sh -c 'ztransform -m d <in >out'
	[[ $stderr == *test_cycles.jq* ]]
	mv d/test_cycles.jq d/testcycles.jq
	zw 78 sh -c 'ztransform -m d <in >out'
	[[ $stderr == *testcycles.jq* ]]
	zw 66 sh -c 'ztransform -m nowhere <in >out'
}

@test "a user's map file replaces the built-in one and changes the map hash" {
	sealed test_cycles in
	mkdir d
	echo '{key: .key, changes: [], effects: [{kind: "cycle", key: .key, lane: null, needs: [],
	    parent: null, body: {name: "mine"}}]}' >d/test_cycles.jq
	z 0 sh -c 'ztransform -m d <in >out; ztransform <in >ours'
	[ "$(jq -r 'select(.record) | .record.effects[].body.name' out | sort -u)" = mine ]
	[ "$(sql 'SELECT count(DISTINCT map) FROM target')" -eq 2 ]
	[ "$(sql "SELECT count(*) FROM target WHERE kind <> 'relink'")" -eq 6 ]
}

@test "a map that fails rejects the record, one that does not end is stopped with 78" {
	sealed test_cycles in
	mkdir d
	echo 'if .key == "PX-R2" then error("odd") else {key: .key, effects: []} end' >d/test_cycles.jq
	zw 3 sh -c 'ztransform -m d -r rejects <in >out'
	[ "$(jq -r '.rule + ": " + .reason' rejects)" = "map: odd" ]
	echo 'def f: f; f' >d/test_cycles.jq
	zw 78 sh -c 'ztransform --map-time 300ms -m d <in >out'
	[[ $stderr == *test_cycles*PX-R1* ]]
	echo '[range(1e9)] | {key: "x", effects: []}' >d/test_cycles.jq
	zw 78 sh -c 'ztransform --map-memory 64M -m d <in >out'
	[[ $stderr == *test_cycles*PX-R1* ]]
}

@test "--plan writes neither records nor rows" {
	sealed test_cycles in
	rm -f ztoq.db
	z 0 sh -c 'ztransform --plan <in >out'
	[ ! -s out ]
	[[ $stderr == *"3 records: 4 effects"* ]]
	if [ "$ZT_DB" = sqlite ]; then [ ! -e ztoq.db ]; fi
}

@test "--limit stops between records, ends PARTIAL and exits 75" {
	sealed test_cycles in
	zw 75 sh -c 'ztransform --limit 2 <in >out'
	[ "$(grep -c '"RECORD"' out)" -eq 2 ]
	[ "$(jq -r 'select(.type == "END") | .z.status' out | sort -u)" = PARTIAL ]
	zw 75 sh -c 'zvalidate <out >again'
}

@test "a closed pipe is not an error, a full disk is" {
	sealed test_cases in
	for i in $(seq 400); do sed -n 3p in; done >>many
	cat <(head -n 1 in) many >big
	zw 0 bash -c 'ztransform --unsealed -q <big 2>err | head -n 1 >/dev/null
	    echo "${PIPESTATUS[0]}"; cat err'
	[ "$output" = 141 ]
	[ -e /dev/full ] || skip "no /dev/full"
	zw 74 sh -c 'ztransform <in >/dev/full'
}

@test "records are processed while the input waits, and a signal ends ztransform" {
	sealed test_cycles in
	mkfifo in.fifo out.fifo
	ztransform --unsealed <in.fifo >out.fifo 2>err 3>&- &
	local pid=$! line n=0
	kill_at_end $pid
	exec 5>in.fifo 6<out.fifo
	head -n 3 in >&5
	while [ $n -lt 3 ] && IFS= read -rt 60 line <&6; do n=$((n + 1)); done
	[ $n -eq 3 ]
	[[ $line == *PX-R2* ]]
	[ "$(sql "SELECT count(*) FROM target WHERE kind <> 'relink'")" -eq 2 ]
	kill -TERM $pid
	local rc=0
	wait $pid || rc=$?
	exec 5>&- 6<&-
	[ $rc -eq 143 ]
}

@test "a real project of 5,059 cases has no reject, and every case is in its module" {
	local c=${CORPUS:-$ROOT/../shared/corpus/mattermost}
	[ -d "$c" ] || skip "no corpus at $c"
	gzip -dc "$c/testcases.ndjson.gz" >cases
	gzip -dc "$c/teststeps.ndjson.gz" >steps
	jq -nc -f "$ROOT/tests/corpus.jq" --slurpfile folders "$c/folders.ndjson" \
	    --slurpfile statuses "$c/statuses.ndjson" --slurpfile priorities "$c/priorities.ndjson" \
	    --slurpfile cases cases --slurpfile steps steps >in
	z 0 bash -c 'set -o pipefail
	    zvalidate -q --unsealed <in | ztransform -q | zvalidate -q >out'
	[ "$(sql "SELECT count(*) FROM target WHERE kind = 'case'")" -eq 5059 ]
	[ "$(sql "SELECT count(*) FROM target WHERE kind = 'module'")" -eq 386 ]
	[ "$(sql 'SELECT count(*) FROM loss')" -eq 0 ]
	[ "$(sql "SELECT count(*) FROM issue WHERE level = 'error'")" -eq 0 ]
	[ "$(jq -c 'select(.type == "RECORD") | .record.effects[] | .body.test_steps // [] | .[]' \
	    out | wc -l)" -eq 7370 ]
}

@test "a transaction has as many records as --batch-size says" {
	local p n
	[ -z "${ZT_SAN-}" ] || skip "no leak sanitizer under strace"
	mock --seed 5 --cases 9 --executions 8 --folders 2 --cycles 2 --plans 1
	zextract -q >in
	for p in zvalidate ztransform; do
		for n in 1 4 20; do
			strace -f -s 9999999 -o trace -e trace=write "$p" -q --batch-size "$n" <in >effects
			# a batch is written after its commit
			awk -v n="$n" '/ write\(1, / { k = gsub(/\\"type\\":\\"RECORD\\"/, ""); if (k > most) most = k }
			    END { exit n < 9 ? most != n : most < 9 }' trace
		done
	done
	zw 64 zload --batch-size 0 </dev/null
	[[ $stderr == *"--batch-size (ZTOQ_BATCH_SIZE) takes a number from 1 to 10000"* ]]
	ZTOQ_BATCH_SIZE=10001 zw 78 zload </dev/null
	[ "$ZT_DB" = sqlite ] || return 0
	for n in 1 20; do
		strace -f -yy -o trace.$n -e trace=pwrite64 zload -q --max-requests 1 --batch-size "$n" <effects || [ $? -eq 75 ]
		sql "DELETE FROM ledger"
	done
	[ "$(grep -c -e '-wal>' trace.1)" -gt "$(grep -c -e '-wal>' trace.20)" ]
}
