# The phases of a migration one by one, each a command of its own, into a qTest
# project that holds nothing yet.
# databases: either
load helper

SMALL=(--seed 11 --cases 30 --executions 70 --folders 10 --cycles 5 --plans 2)

# whole: what a migration by one pipe makes, in a database of its own
whole() {
	local db=$ZTOQ_DB
	fresh_db whole
	QTEST_PROJECT_ID=2 z 0 ztoq migrate -q
	ZTOQ_DB=$db
	mock_state 2 | sed 's|"project":2||' >whole
	[ "$(wc -c <whole)" -gt 10000 ]
	mock_forget
}
same_as_whole() {
	mock_state 1 | sed 's|"project":1||' >phases
	cmp whole phases
}

@test "a workflow of one phase after the other ends as a migration by one pipe" {
	mock "${SMALL[@]}"
	z 0 ztoq workflow run --phases extract
	z 0 ztoq workflow run --phases transform
	[ "$(mock_writes)" -eq 0 ]
	z 0 ztoq workflow run --phases load
	z 0 ztoq workflow run --phases validate
	whole
	same_as_whole
	z 0 ztoq workflow run --phases validate load
	z 0 ztoq workflow run --phases transform load
	[ "$(mock_writes)" -eq 0 ]
}

@test "stored effects are loaded into a project that no pipe ever loaded" {
	mock "${SMALL[@]}"
	ztoq extract -q >source.ndjson
	ztoq transform -q <source.ndjson >/dev/null
	z 0 ztoq load -q --plan --from-db
	grep -q '^case: [1-9][0-9]* to create' <<<"$output"
	planned=$(sed -n 's/^case: \([0-9]*\) to create.*/\1/p' <<<"$output")
	z 0 ztoq load -q --from-db
	[ "$(mock_count 'POST .*/test-cases 200')" -eq "$planned" ]
	z 0 ztoq validate -q --reconcile
	[[ $output == *"0 differences" ]]
	whole
	same_as_whole
}

@test "effects whose fields nobody kept are not loaded, and the remedy is named" {
	mock "${SMALL[@]}"
	ztoq extract -q >source.ndjson
	ztoq transform -q <source.ndjson >/dev/null
	sql "DELETE FROM checkpoint WHERE scope LIKE 'fields:%'"
	zw 66 ztoq load -q --from-db
	[[ $stderr == *'run `ztoq transform` again'* ]]
	[ "$(mock_writes)" -eq 0 ]
	ztoq transform -q <source.ndjson >/dev/null
	z 0 ztoq load -q --from-db
}

@test "a migration names its database, and what that knows of the target" {
	mock "${SMALL[@]}"
	local name=${ZTOQ_DB##*/}
	z 0 ztoq migrate
	[[ $stderr == *"zload: info: database "*"/$name: its ledger holds 0 effects in "*"/1"* ]]
	z 0 ztoq migrate
	n=$(sql 'SELECT count(*) FROM ledger')
	[[ $stderr == *"/$name: its ledger holds $n effects in "* ]]
	[ "$ZT_DB" != sqlite ] || [[ $stderr == *"database sqlite:$(realpath "$T/$name"):"* ]]
}

@test "of two maps for one pass the one that was used last is loaded" {
	mock "${SMALL[@]}"
	ztoq extract -q >source.ndjson
	for name in Aside Other; do
		jq --arg n "$name" '.root = $n' "$ROOT/src/ztransform/map/map.json" >"$name.json"
		ztoq transform -q -m "$name.json" <source.ndjson >/dev/null
	done
	[ "$(sql 'SELECT count(DISTINCT map) FROM target')" -eq 2 ]
	z 0 ztoq load -q --from-db
	mock_state | grep -q '"name":"Other"'
	[ "$(mock_state | grep -c '"name":"Aside"')" -eq 0 ]
}
