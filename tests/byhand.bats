# Fields that a user creates in qTest before zload does.
# databases: either
load helper
load target

# Make a stream of three cases that need two fields, one of which is optional.
prepare() {
	target 3 0 | jq -c '.record.effects |= map(select(.kind | IN("case", "module")))
	    | select(.record.effects != [])' |
	    SPEC='[{"artifact":"test-cases","create":true,"label":"Zephyr Key","required":true,"type":"text"},{"artifact":"test-cases","create":true,"label":"Squad","required":false,"type":"text"}]' \
	    seal >cases.ndjson
}
# create_field LABEL TYPE [ACTIVE]: create a field of test cases as a user does
create_field() {
	curl -sSf --noproxy '*' -H "Authorization: Bearer $ZT_QTEST" \
	    -H 'Content-Type: application/json' --data-binary \
	    "{\"label\":\"$1\",\"data_type\":$2,\"required\":false,\"is_active\":${3-true}}" \
	    "$MOCK/api/v3/projects/1/settings/test-cases/fields" >/dev/null
}
count_field_posts() { mock_record | jq -rs '[.[] | select(.method == "POST" and (.path | test("/settings/")))] | length'; }

@test "a refused field ends with 77 for status 403 only, whatever the text of the answer" {
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

@test "a field that a user creates after a failure is used and not created again" {
	printf 'match POST */settings/* do status 400\n' >faults
	mock --scenario faults
	zw 78 zload -q <cases.ndjson
	[[ $stderr == *"Zephyr Key of test-cases could not be created"* ]]
	[ "$(count_field_posts)" -eq 2 ]

	mock_post scenario '' >/dev/null
	create_field 'Zephyr Key' 1
	mock_post scenario "$(cat faults)" >/dev/null
	mock_forget
	zw 3 zload -q <cases.ndjson			# one field is still refused
	[ "$(count_field_posts)" -eq 1 ]
	[ "$(mock_count 'POST .*/test-cases 200')" -eq 3 ]

	mock_post scenario '' >/dev/null
	create_field Squad 1
	mock_forget
	z 0 zload <cases.ndjson
	[ "$(mock_writes)" -eq 0 ]
	[ "$(sql "SELECT count(*) FROM ledger WHERE kind = 'field' AND state = 'done'
	    AND id > 0")" -eq 2 ]
	z 0 zload <cases.ndjson
	[ "$(mock_writes)" -eq 0 ]
}

@test "a field of the wrong type that a user created stops zload before any write" {
	mock
	create_field 'Zephyr Key' 3
	mock_forget
	zw 78 zload -q <cases.ndjson
	[[ $stderr == *"Zephyr Key of test-cases is not a text field"* ]]
	[ "$(mock_writes)" -eq 0 ]
}

@test "an inactive field that a user created is named in an error and not created again" {
	printf 'match POST */settings/* do status 400\n' >faults
	mock --scenario faults
	zw 78 zload -q <cases.ndjson
	mock_post scenario '' >/dev/null
	create_field 'Zephyr Key' 1
	create_field Squad 1 false
	mock_forget
	zw 3 zload -q <cases.ndjson
	[[ $stderr == *"inactive in qTest"* ]]
	[ "$(count_field_posts)" -eq 0 ]
}
