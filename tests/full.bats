# Migration of a source in which every member of every record is set (zmock --full).
# databases: either
load helper

FULL=(--full --cases 14 --executions 32 --folders 6 --cycles 4 --plans 2)

# zephyr PATH: print an answer of Zephyr
zephyr() {
	curl -sSf --noproxy '*' -H "Authorization: Bearer $ZEPHYR_API_TOKEN" "$ZEPHYR_BASE_URL/$1"
}

@test "zmock --full sets every member except dates of executions without one, and no two texts are equal" {
	local list
	mock "${FULL[@]}"
	for list in testcases testcycles testplans testexecutions; do
		zephyr "$list?projectKey=DEMO&maxResults=100&includeStepLinks=true" >"$list"
		[ -z "$(jq -r '.values[] | paths(. == null or . == "" or . == [] or . == {})
		    | map(tostring) | join(".") | select(. != "actualEndDate" and . != "testCycle")
		    | select(startswith("links.testPlans") or startswith("links.testCycles") | not)' \
		    "$list")" ]
		jq -r '.values[].key' "$list"
	done >keys
	[ "$(wc -l <keys)" -eq $((14 + 4 + 2 + 32)) ]
	jq -r '.values[].key | "testcases/\(.)/teststeps"' testcases |
	    while read -r path; do zephyr "$path" 2>/dev/null || :; done >steps
	[ "$(jq -s "map(.values | length) | add" steps)" -gt 20 ]
	cat testcases testcycles testplans testexecutions steps | grep -o 'zv-[A-Za-z0-9-]*' | sort >texts
	[ "$(wc -l <texts)" -gt 500 ]
	[ -z "$(uniq -d texts)" ]
}

@test "every value of every record is in qTest, on the object that it belongs to" {
	local k
	mock "${FULL[@]}"
	z 0 ztoq migrate -q
	for k in testcases testcycles testplans testexecutions; do
		zephyr "$k?projectKey=DEMO&maxResults=100&includeStepLinks=true" | jq -c .
	done >lists
	for k in statuses priorities environments folders; do
		zephyr "$k?projectKey=DEMO&maxResults=100" | jq -c '.values[]'
	done >names
	pages() {
		while read -r k; do
			zephyr "$1/$k/teststeps?maxResults=100" 2>/dev/null >page || continue
			jq -c --arg k "$k" '{key: $k, value: .}' page
		done | jq -s from_entries
	}
	sed -n 1p lists | jq -r '.values[].key' | pages testcases >steps
	sed -n 4p lists | jq -r '.values[].key' | pages testexecutions >results
	mock_get 'state?project=1' >state
	jq -nr --slurpfile lists lists --slurpfile names names --slurpfile state state \
	    --argfile steps steps --argfile results results -f "$ROOT/tests/full.jq" >out
	cat out >&2
	[ "$(wc -l <out)" -eq 1 ]
	[ "$(cut -d' ' -f1 out)" -gt 1400 ]
	# changes are reported, and none of them is a loss
	[ -z "$(sql "SELECT field FROM loss WHERE change = 'DROPPED'")" ]
	[ "$(sql "SELECT count(*) FROM loss WHERE field = 'comment'")" -eq 24 ]
	z 0 zvalidate --reconcile
	mock_forget
	z 0 ztoq migrate -q
	[ "$(mock_writes)" -eq 0 ]
}
