# Faults at every kind of write: nothing is missing, nothing exists twice, and no request is
# sent without a reason.
# databases: either
load helper
load target
load everything

setup_file() {
	export ROOT=$(cd "$BATS_TEST_DIRNAME/.." && pwd)
	everything >"$BATS_FILE_TMPDIR/first.ndjson"
	setup
	store_files
	stored clean
	mock --integration DEMO
	zload -q --in-flight 1 <"$BATS_FILE_TMPDIR/first.ndjson" && everything_state >"$BATS_FILE_TMPDIR/first.json" &&
	    requests >"$BATS_FILE_TMPDIR/requests" || { end_processes; return 1; }
	end_processes
}
prepare() { export ZTOQ_SETTLE=800ms ZTOQ_INLINE_LIMIT=100; }

# exact [JQ]: qTest must be as after a load without faults, and another load must write
# nothing; JQ is applied to both states
exact() {
	everything_state >state
	same_json "$BATS_FILE_TMPDIR/first.json" state "${1-.}"
	mock_forget
	mock_post scenario '# none' >/dev/null
	zw 0 zload -q <"$BATS_FILE_TMPDIR/first.ndjson"
	[ "$(mock_writes)" -eq 0 ]
}

# A kind of write on each line: its requests, of which the first one meets the fault; how many
# pages its read-back has if the object is absent, and if it is in qTest: a list of cases or
# cycles that is not empty ends with a page without new ones, and a PUT follows a GET.
KINDS='field	POST */fields	1	1
module	POST */modules	1	1
case	POST */test-cases	1	2
approve	PUT */approve	1	1
release	POST */releases	1	1
cycle	POST */test-cycles	1	2
suite	POST */test-suites	1	1
run	POST */test-runs	1	1
log	POST */test-logs	1	1
file of a case	POST */test-cases/*/blob-handles	1	1
file of a step	POST */test-steps/*/blob-handles	1	1
file of a log	POST */test-logs/*/blob-handles	1	1
file of a release	POST */releases/*/blob-handles	1	1
links of a log	POST */test-logs/*/defects	1	1
relink of a case	PUT */test-cases/?????	2	1'

# A fault on each line; the status of a run that meets it; if it is known after the answer that
# the request took no effect (again), or a read-back finds that (absent), or its effect (found)
FAULTS='status 429	0	again
status 429 retry-after 0	0	again
status 429 retry-after 1	0	again
expire-token	0	again
status 503 html	0	absent
status 500	0	absent
status-after 500	0	found
status-after 504 html	0	found
reset-before	0	absent
reset-after	0	found
late 150	0	found
truncate 9	0	found
delay 4000	0	found
cut 9	76	found
html200	76	absent
status 401	77	again
status 413	3	again'

# meet FAULT STATUS KINDS: load with a fault at the first write of each kind, until it succeeds;
# adds the runs after the first one to $reruns
meet() {
	local st=1 limit=
	[ "${1% *}" != delay ] || limit=3s
	cut -f2 <<<"$3" | sed "s/.*/match & nth 1 do $1/" >lines
	mock_post scenario "$(cat lines)" >/dev/null
	for ((reruns = -1; st != 0; )); do
		reruns=$((reruns + 1)) st=0
		[ "$reruns" -le 14 ] || return 1
		zload -q --in-flight 1 ${limit:+--timeout "$limit"} <"$BATS_FILE_TMPDIR/first.ndjson" 2>err || st=$?
		[ "$st" -eq 0 ] || [ "$st" -eq "$2" ] || { echo "status $st"; cat err; return 1; } >&2
		# a file that is refused does not change the status
		[ "$st" -ne 0 ] || [ "$(sql "SELECT count(*) FROM ledger WHERE state <> 'done'")" -eq 0 ] || st=3
	done
	# each kind met it
	[ "$(mock_played)" -eq "$(wc -l <<<"$3")" ]
}
# requests: print the numbers of writes and of GETs, and of searches for an earlier load
requests() {
	mock_get 'record?path=/api/v3/*' | awk '
	{ if (/"method":"GET"/) gets++; else writes++ }
	/modules.*expand=descendants/ { searches++ }
	END { print writes + 0, gets + 0, searches + 0 }'
}

# endure FAULT STATUS EFFECT: load with the fault, count the requests and compare the ends
endure() {
	local fault=$1 kinds=$KINDS reruns writes gets searches clean clean_gets again pages=0 spare=2
	# nothing in the requests of two kinds can be too large; a relink that was refused follows
	# the approval, which makes another version
	[ "$2" -ne 3 ] || kinds=$(grep -v '^field\|^approve\|^relink' <<<"$KINDS")
	# a fault that ends the run: in check at some kinds only
	[ "$2" -le 3 ] || [ -n "$ZT_SOAK" ] || kinds=$(shuf -n 4 --random-source=<(yes "$ZT_SEED $1") <<<"$KINDS")
	echo "fault: $fault at $(cut -f1 <<<"$kinds" | paste -sd,)" >&2
	stored "${fault// /-}"
	mock --integration DEMO
	if [ "$fault" = expire-token ]; then
		QTEST_API_TOKEN= QTEST_USERNAME=migrator@zmock.test QTEST_PASSWORD=secret meet "$fault" "$2" "$kinds"
	else
		meet "$fault" "$2" "$kinds"
	fi
	read -r clean clean_gets searches <"$BATS_FILE_TMPDIR/requests"
	read -r writes gets searches < <(requests)
	again=$(wc -l <<<"$kinds")
	case $3 in
	absent)	pages=$(awk -F '\t' '{ n += $3 } END { print n }' <<<"$kinds") ;;
	found)	pages=$(awk -F '\t' '{ n += $4 } END { print n }' <<<"$kinds") again=0 ;;
	esac
	# the run after the one that ended reads the object of an update again
	[ "$2" -le 3 ] || [[ $3 != again || $kinds != *relink* ]] || pages=1
	# the two files in the request of the case that was refused follow it, and the two links
	# that were refused together are sent one by one; the refused file of a step is uploaded
	# after the approval, which lists the steps and the versions
	[ "$2" -ne 3 ] || again=$((again + 3)) pages=3
	# a run begins by 6 GETs, and by 3 that search for an earlier load if the ledger is empty
	gets=$((gets - clean_gets - pages - 6 * reruns - 3 * (searches - 1)))
	echo "$((reruns + 1)) runs, $((writes - clean)) further writes of $again, $gets GETs beyond the expected" >&2
	[ "$writes" -eq $((clean + again)) ]
	[ "$gets" -ge 0 ]
	# a list may contain the next object by then, or between two of its pages; a
	# read-back that is under way when the run ends is repeated
	[ "$3" != again ] || spare=0
	[ "$2" -eq 0 ] || spare=$((spare * (1 + reruns)))
	[ "$gets" -le "$spare" ]
	# an object that was refused is created after later ones
	if [ "$2" -eq 3 ]; then exact 'walk(arrays |= sort)'; else exact; fi
	mock_stop
}

@test "each fault at each kind of write costs the requests that explain it, and the end is exact" {
	local lane fault status effect bad=0 lanes=()
	for lane in 0 1 2 3; do
		(
			T=$T/$lane PIDS=
			mkdir "$T" && cd "$T"
			trap end_processes EXIT
			while IFS=$'\t' read -r fault status effect; do
				endure "$fault" "$status" "$effect"
			done < <(awk -v lane="$lane" 'NR % 4 == lane' <<<"$FAULTS")
		) >"$lane.log" 2>&1 3>&- &
		lanes+=($!)
		kill_at_end $!
	done
	for lane in 0 1 2 3; do
		wait "${lanes[lane]}" || { bad=1; cat "$lane.log" >&2; }
	done
	cat ./*.log >&2
	[ "$(cat ./*.log | grep -c '^fault: ')" -eq "$(wc -l <<<"$FAULTS")" ]
	[ "$bad" -eq 0 ]
}

@test "if 30 % of all answers fail nothing is missing and nothing exists twice" {
	local fault st=1 runs=0
	stored many
	mock --seed "$ZT_SEED" --integration DEMO
	for fault in 'status 429 retry-after 0' 'status 500' 'status-after 502 html' reset-before reset-after 'truncate 9'; do
		echo "match * /api/v3/* p 6 do $fault"
	done >lines
	mock_post scenario "$(cat lines)" >/dev/null
	while [ "$st" -ne 0 ]; do
		runs=$((runs + 1)) st=0
		[ "$runs" -le 20 ]
		zload -q <"$BATS_FILE_TMPDIR/first.ndjson" 2>err || st=$?
		# 69: a GET failed in all of its attempts
		[ "$st" -eq 0 ] || [ "$st" -eq 69 ] || { cat err >&2; return 1; }
	done
	mock_record | awk -v runs="$runs" '/"fault":/ { n++ } END { p = n * 100 / NR
		print "# " p " % of " NR " answers failed, in " runs " runs"; exit p < 15 }' >&3
	exact
}
