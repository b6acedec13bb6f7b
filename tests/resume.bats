# After kill -9 at any point of reading the same command stores and prints the same as an
# uninterrupted run, and repeats only requests that were in flight.
# databases: either
load helper
load zextract

# a project with several pages of lists, scripts and step results, and with files
SMALL=(--cases 45 --executions 60 --cycles 6 --plans 3 --folders 9
    --attachments 40 --page-cap 20 --step-cap 3)
IN_FLIGHT=8

# begin: start zmock and store the results of an uninterrupted run in $T/want.*
begin() {
	start "${SMALL[@]}" "$@"
	export ZTOQ_ATTACHMENTS_OF=entities
	fresh_db clean
	extract 0
	clean=$(count_requests .)
	sweeps=$(count_repeated)
	records "$T/out" >"$T/want"
	stored >"$T/want.db"
	for t in test_case test_step test_execution attachment_list attachment_blob checkpoint; do
		grep -A1 "^$t (" "$T/want.db" | grep -q '|'
	done
}

# complete KILLS: run the same command again and compare its results
complete() {
	extract 0
	records "$T/out" | cmp "$T/want" -
	[ "$(ends "$T/out" | grep -c COMPLETE)" -eq 5 ]
	stored >"$T/got.db"
	diff "$T/want.db" "$T/got.db" >&2
	echo "$(count_requests .) requests, clean $clean, $(count_repeated) repeated" >&2
	[ "$(count_repeated)" -le $((sweeps + $1 * IN_FLIGHT)) ]
	[ "$(count_requests .)" -le $((clean + $1 * IN_FLIGHT)) ]
}

@test "after kill -9 at random requests the same command completes the pass" {
	local turn turns=3 at
	[ -z "$ZT_SOAK" ] || turns=30
	begin
	[ "$sweeps" -eq 0 ]
	RANDOM=$((ZT_SEED % 32768))
	for ((turn = 0; turn < turns; turn++)); do
		fresh_db "seed$turn"
		mock_forget
		at=$((RANDOM * RANDOM % clean + 1))
		echo "point $turn: request $at of $clean (ZT_SEED=$ZT_SEED)" >&2
		run_killed_at "* nth $at"
		if ((turn % 2)); then
			# kill again at one of the remaining requests
			run_killed_at "* nth $((RANDOM % (clean - at + 1) + 1))"
			complete 2
		else
			complete 1
		fi
	done
}

@test "after kill -9 between two pages of a list, script or result, or among files, the same command completes the pass" {
	local key id at
	begin
	key=$(sql "SELECT case_key FROM test_step GROUP BY case_key HAVING count(*) > 6 ORDER BY 1 LIMIT 1")
	id=$(sql "SELECT id FROM test_execution WHERE length(step_slots) > 160 ORDER BY 1 LIMIT 1")
	for at in '/v2/testcases/nextgen nth 2' '/v2/testexecutions/nextgen nth 3' \
	    '/v2/testcases nth 1' "/v2/testcases/$key/teststeps nth 3" \
	    "/v2/testexecutions/$id/teststeps nth 2" \
	    '/v2/testcases/*/attachments nth 30' '/v2/testplans/*/attachments nth 2' \
	    '/v2/*/attachments/* nth 9' '/v2/*/attachments/* nth 35'; do
		fresh_db "at$RANDOM"
		mock_forget
		run_killed_at "$at"
		complete 1
	done
}

@test "after kill -9 between two pages of offset lists, which are read twice, the same command completes the pass" {
	local at
	begin --no-nextgen
	for at in '/v2/testcases nth 2' '/v2/testcases nth 5' '/v2/testexecutions nth 4'; do
		fresh_db "at$RANDOM"
		mock_forget
		run_killed_at "$at"
		complete 1
	done
}

