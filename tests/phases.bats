# The phases of a migration as separate commands, into an empty qTest project.
# databases: either
load helper

SMALL=(--seed 11 --cases 30 --executions 70 --folders 10 --cycles 5 --plans 2)

# migrate_by_pipe: store the state of qTest after a migration by one pipe
migrate_by_pipe() {
	local db=$ZTOQ_DB
	fresh_db whole
	QTEST_PROJECT_ID=2 z 0 ztoq migrate -q
	ZTOQ_DB=$db
	mock_state 2 | sed 's|"project":2||' >whole
	[ "$(wc -c <whole)" -gt 10000 ]
	mock_forget
}
same_as_pipe() {
	mock_state 1 | sed 's|"project":1||' >phases
	cmp whole phases
}

@test "a workflow of separate phases ends like a migration by one pipe" {
	mock "${SMALL[@]}"
	z 0 ztoq workflow run --phases extract
	z 0 ztoq workflow run --phases transform
	[ "$(mock_writes)" -eq 0 ]
	z 0 ztoq workflow run --phases load
	z 0 ztoq workflow run --phases validate
	migrate_by_pipe
	same_as_pipe
	z 0 ztoq workflow run --phases validate load
	z 0 ztoq workflow run --phases transform load
	[ "$(mock_writes)" -eq 0 ]
}

@test "stored effects are loaded into an empty project" {
	mock "${SMALL[@]}"
	ztoq extract -q >source.ndjson
	ztoq transform -q <source.ndjson >/dev/null
	z 0 ztoq load -q --plan --format text --from-db
	grep -q '^case: [1-9][0-9]* to create' <<<"$output"
	planned=$(sed -n 's/^case: \([0-9]*\) to create.*/\1/p' <<<"$output")
	z 0 ztoq load -q --from-db
	[ "$(mock_count 'POST .*/test-cases 200')" -eq "$planned" ]
	z 0 ztoq validate -q --reconcile
	[[ $output == *"0 differences" ]]
	migrate_by_pipe
	same_as_pipe
}

@test "effects without stored fields are not loaded, and the error names the remedy" {
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

@test "a migration prints its database and the number of objects that it knows in qTest" {
	mock "${SMALL[@]}"
	local name=${ZTOQ_DB##*/}
	z 0 ztoq migrate
	[[ $stderr == *"zload: info: database "*"/$name: its ledger holds 0 effects in "*"/1"* ]]
	z 0 ztoq migrate
	n=$(sql 'SELECT count(*) FROM ledger')
	[[ $stderr == *"/$name: its ledger holds $n effects in "* ]]
	[ "$ZT_DB" != sqlite ] || [[ $stderr == *"database sqlite:$(realpath "$T/$name"):"* ]]
}

@test "of two maps used for one pass the last one is loaded" {
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
