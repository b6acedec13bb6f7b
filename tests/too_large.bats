# Texts that are too large for a proxy of qTest, pictures pasted into texts, and numbers
# that a double cannot represent.
# databases: either
load helper

SMALL=(--seed 5 --cases 12 --executions 20 --folders 6 --cycles 3 --plans 2)

zephyr() { curl -sSf --noproxy '*' -H "Authorization: Bearer $ZEPHYR_API_TOKEN" "$ZEPHYR_BASE_URL$1"; }
cases() { zephyr "/testcases/nextgen?projectKey=DEMO&limit=1000&startAtId=0"; }
# cases_are [FAULT]: let Zephyr answer the list of cases with standard input, and play
# another fault
cases_are() {
	cat >"$T/cases"
	mock_post scenario "match GET /v2/testcases/nextgen do status 200 body $T/cases
${1-}" >/dev/null
}

@test "a case that is too large for qTest fails with its size, and objects that do not need it are loaded" {
	local key
	mock "${SMALL[@]}"
	key=$(cases | jq -r '.values[0].key')
	printf '<html><body>Request Entity Too Large</body></html>' >413
	# the first POST of a case is for the first case
	cases | cases_are "match POST */test-cases nth 1 do status 413 body $T/413"
	zw 3 ztoq migrate -q -r rejects
	[[ $stderr == *"case $key: qTest 413"*"Request Entity Too Large (the request has "*" bytes)"* ]]
	jq -se --arg k "$key" 'length == 1 and .[0].rule == "qtest-413" and (.[0].reason | test("has [0-9]+ bytes"))
	    and (.[0].record | tostring | contains("\"\($k)\""))' rejects
	[ "$(mock_count 'POST .*/test-cases 200')" -eq $(($(cases | jq '.values | length') - 1)) ]
	[ "$(mock_count 'POST .*/test-logs 201')" -gt 0 ]
	zw 1 ztoq validate --reconcile
	# the next run tries it again
	zw 0 ztoq migrate -q
	zw 0 ztoq validate --reconcile
}

@test "a large picture pasted into a text as a data URI becomes an attachment" {
	mock "${SMALL[@]}"
	head -c 1500000 /dev/zero | tr '\0' A >picture
	cases | jq -c --rawfile p picture '.values[0].objective = "before <img src=\"data:image/png;base64,\($p)\"> after"' | cases_are
	zw 0 ztoq migrate -q
	[ "$(mock_state | grep -c 'base64,A')" -eq 0 ]
	mock_state | jq -e '[.. | .attachments? // [] | .[] | select(.name | test("^picture-.*[.]png$")) | .size] == [1125000]'
	[ "$(sql "SELECT count(*) FROM issue WHERE rule = 'text_length'")" -eq 1 ]
	zw 0 ztoq validate --reconcile
}

@test "a number that a double cannot represent keeps its digits everywhere" {
	local n=12345678901234567890.5
	mock "${SMALL[@]}"
	cases | jq -c '.values[0].customFields.Sum = "@N" | .values[1].labels = ["@N"] | .values[2].estimatedTime = "@N"
	    | .values[3].name = "@N" | .values[4].zz = "@N" | .values[5].customFields.Sums = [{a: "@N"}]' |
	    sed "s/\"@N\"/$n/g" | cases_are
	zw 0 ztoq migrate -q
	zextract -q | jq -c "select(.stream == \"test_cases\") | .record | select(tostring | contains(\"$n\")) | .key" >keys
	[ "$(wc -l <keys)" -eq 6 ]
	mock_state >state
	[ "$(grep -o "$n" state | wc -l)" -ge 6 ]
	run grep -c '1234567890123456[0-9]*\(e\|000\)' state
	[ "$output" -eq 0 ]
	zw 0 ztoq validate --reconcile
}
