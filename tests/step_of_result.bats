# Step results name their step of the case, on whatever pages they are, with or without
# texts of their own.
# databases: either
load helper
load zextract

zephyr() { curl -sSf --noproxy '*' -H "Authorization: Bearer $ZEPHYR_API_TOKEN" "$ZEPHYR_BASE_URL$1"; }
# executed KIND: print the first executions that ran the present script of this kind
executed() {
	jq -rn --slurpfile s source --arg kind "$1" '[$s[] | select(.kind == "case" and .script == $kind
	    and .versions == 1) | .key] as $keys | $s[] | select(.kind == "execution" and .executed
	    and (.case as $c | $keys | index([$c])) != null) | .id'
}
steps_of() { jq -c "select(.stream == \"test_executions\" and .record.id == $1) | [.record.steps[].step]" "$T/out"; }

@test "results on several pages belong to the same steps as on one page, also those of data rows" {
	start --seed 7 --cases 40 --executions 140 --steps 6
	extract 0
	records "$T/out" >one
	# the third and later results of a case without calls are each at their step
	jq -se '[.[] | select(.[0] == "test_executions") | .[1].steps | select(length > 4)
	    | map(.step.n) | select(. == [range(1; length + 1)])] | length > 3' one
	jq -se '[.[] | select(.[0] == "test_executions") | .[1].steps[] | select(.testDataRowNumber > 0
	    and .step.n > 2)] | length > 0' one
	mock_stop
	fresh_db pages
	start --seed 7 --cases 40 --executions 140 --steps 6 --step-cap 2
	extract 0
	[ "$(count_requests 'GET /v2/testexecutions/.*/teststeps 200')" -gt 100 ]
	records "$T/out" | sed "s,$MOCK,,g" | cmp - one
}

@test "a result without texts belongs to a plain-text script, not to a step with a text" {
	local text step
	start --seed 7 --cases 40 --executions 60
	mock_get source >source
	text=$(executed plain | head -1)
	step=$(executed steps | head -1)
	for id in "$text" "$step"; do
		zephyr "/testexecutions/$id/teststeps?maxResults=100&startAt=0" |
		    jq -c '.values[].inline |= (.description = null | .expectedResult = null)' >"$id"
	done
	scenario "match GET /v2/testexecutions/$text/teststeps do status 200 body $T/$text
match GET /v2/testexecutions/$step/teststeps do status 200 body $T/$step"
	extract 0
	[ "$(steps_of "$text")" = '[{"n":1}]' ]
	steps_of "$step" | jq -e 'length > 0 and all(. == null)'
	scenario ''
	extract 0 --deep
	[ "$(steps_of "$text")" = '[{"n":1}]' ]
	steps_of "$step" | jq -e 'length > 0 and all(. != null)'
}
