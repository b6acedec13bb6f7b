# A source in which every member of every record is set (zmock --full).
# databases: either
load helper

FULL=(--full --cases 14 --executions 32 --folders 6 --cycles 4 --plans 2)

# source PATH: what Zephyr answers there
source() {
	curl -sSf --noproxy '*' -H "Authorization: Bearer $ZEPHYR_API_TOKEN" "$ZEPHYR_BASE_URL/$1"
}

@test "zmock --full leaves no member empty but dates of what has none, and no text stands twice" {
	local list
	mock "${FULL[@]}"
	for list in testcases testcycles testplans testexecutions; do
		source "$list?projectKey=DEMO&maxResults=100&includeStepLinks=true" >"$list"
		[ -z "$(jq -r '.values[] | paths(. == null or . == "" or . == [] or . == {})
		    | map(tostring) | join(".") | select(. != "actualEndDate" and . != "testCycle")
		    | select(startswith("links.testPlans") or startswith("links.testCycles") | not)' \
		    "$list")" ]
		jq -r '.values[].key' "$list"
	done >keys
	[ "$(wc -l <keys)" -eq $((14 + 4 + 2 + 32)) ]
	jq -r '.values[].key | "testcases/\(.)/teststeps"' testcases |
	    while read -r path; do source "$path" 2>/dev/null || :; done >steps
	[ "$(jq -s "map(.values | length) | add" steps)" -gt 20 ]
	cat testcases testcycles testplans testexecutions steps | grep -o 'zv-[A-Za-z0-9-]*' | sort >texts
	[ "$(wc -l <texts)" -gt 500 ]
	[ -z "$(uniq -d texts)" ]
}
