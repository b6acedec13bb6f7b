# What zload would create and somebody made by hand meanwhile.
# databases: either
load helper
load target

# Three cases whose map wants two fields, one of which it can do without.
prepare() {
	target 3 0 | jq -c '.record.effects |= map(select(.kind | IN("case", "module")))
	    | select(.record.effects != [])' |
	    SPEC='[{"artifact":"test-cases","create":true,"label":"Zephyr Key","required":true,"type":"text"},{"artifact":"test-cases","create":true,"label":"Squad","required":false,"type":"text"}]' \
	    seal >cases.ndjson
}
# field_made LABEL TYPE [ACTIVE]: a person makes a field of test cases
field_made() {
	curl -sSf --noproxy '*' -H "Authorization: Bearer $ZT_QTEST" \
	    -H 'Content-Type: application/json' --data-binary \
	    "{\"label\":\"$1\",\"data_type\":$2,\"required\":false,\"is_active\":${3-true}}" \
	    "$MOCK/api/v3/projects/1/settings/test-cases/fields" >/dev/null
}
posts() { mock_record | jq -rs '[.[] | select(.method == "POST" and (.path | test("/settings/")))] | length'; }

@test "what a field's refusal says decides nothing: 77 is for its status, 403, alone" {
	echo '{"message":"code 403"}' >refusal
	printf 'match POST */settings/* do status 400 body refusal\n' >faults
	mock --scenario faults
	zw 78 zload -q <cases.ndjson
	[[ $stderr == *"could not be created"*"403"* ]]
	mock_post scenario 'match POST */settings/* do status 403' >/dev/null
	zw 77 zload -q <cases.ndjson
	[ "$(sql "SELECT min(http_status), max(http_status) FROM ledger WHERE kind = 'field'" |
	    tr '|\t' '  ')" = '403 403' ]
}

@test "a field that could not be created and was made by hand is used, not created again" {
	printf 'match POST */settings/* do status 400\n' >faults
	mock --scenario faults
	zw 78 zload -q <cases.ndjson
	[[ $stderr == *"Zephyr Key of test-cases could not be created"* ]]
	[ "$(posts)" -eq 2 ]

	mock_post scenario '' >/dev/null
	field_made 'Zephyr Key' 1
	mock_post scenario "$(cat faults)" >/dev/null
	mock_forget
	zw 3 zload -q <cases.ndjson			# one field is still refused
	[ "$(posts)" -eq 1 ]
	[ "$(mock_count 'POST .*/test-cases 200')" -eq 3 ]

	mock_post scenario '' >/dev/null
	field_made Squad 1
	mock_forget
	z 0 zload <cases.ndjson
	[ "$(mock_writes)" -eq 0 ]
	[ "$(sql "SELECT count(*) FROM ledger WHERE kind = 'field' AND state = 'done'
	    AND id > 0")" -eq 2 ]
	z 0 zload <cases.ndjson
	[ "$(mock_writes)" -eq 0 ]
}

@test "a field made by hand that cannot hold our text stops it before any write" {
	mock
	field_made 'Zephyr Key' 3
	mock_forget
	zw 78 zload -q <cases.ndjson
	[[ $stderr == *"Zephyr Key of test-cases is not a text field"* ]]
	[ "$(mock_writes)" -eq 0 ]
}

@test "a field made by hand and switched off is asked for, not created again" {
	printf 'match POST */settings/* do status 400\n' >faults
	mock --scenario faults
	zw 78 zload -q <cases.ndjson
	mock_post scenario '' >/dev/null
	field_made 'Zephyr Key' 1
	field_made Squad 1 false
	mock_forget
	zw 3 zload -q <cases.ndjson
	[[ $stderr == *"inactive in qTest"* ]]
	[ "$(posts)" -eq 0 ]
}
