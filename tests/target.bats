# Ownership of the objects in a qTest project, and of the project in a database.
# databases: either
load helper

SMALL=(--seed 5 --cases 30 --executions 60 --folders 8 --cycles 4 --plans 2)

# Most tests start from a completed migration.
setup_file() {
	scrub
	mock "${SMALL[@]}"
	z 0 ztoq migrate -q
	mock_state >"$BATS_FILE_TMPDIR/once"
	share
}
# migrated: start from the completed migration; the state of qTest is in the file once
migrated() {
	shared
	cp "$BATS_FILE_TMPDIR/once" .
}

@test "a new database does not fill a qTest project again" {
	migrated
	fresh_db second
	mock_forget
	zw 78 ztoq migrate -q
	[[ $stderr == *"zload: error: "*"Zephyr project DEMO"*"create everything twice"*"--adopt"* ]]
	[ "$(mock_writes)" -eq 0 ]
	zw 78 zload -q --plan --from-db
	mock_state | cmp - once
	# nor does the same database without its ledger
	z 0 zdb cleanup -q --ledger --yes -p DEMO
	zw 78 ztoq migrate -q
	mock_state | cmp - once
}

@test "an empty database adopts all objects and writes nothing" {
	migrated
	fresh_db second
	mock_forget
	zw 0 ztoq migrate -q --adopt
	[ "$(mock_writes)" -eq 0 ]
	z 0 ztoq validate --reconcile
	[[ $output == *"0 differences"* ]]
	mock_forget
	z 0 ztoq migrate -q
	[ "$(mock_writes)" -eq 0 ]
	mock_state | cmp - once
}

@test "an interrupted adoption must be completed before an object is created" {
	migrated
	fresh_db second
	z 0 ztoq migrate -q --until transform
	zw 75 zload -q --from-db --adopt --max-requests 25
	mock_forget
	zw 78 zload -q --from-db
	[[ $stderr == *"--adopt of "*"did not finish"* ]]
	[ "$(mock_writes)" -eq 0 ]
	zw 0 zload -q --from-db --adopt
	[ "$(mock_writes)" -eq 0 ]
	z 0 zload -q --from-db
	[ "$(mock_writes)" -eq 0 ]
	mock_state | cmp - once
}

# old_markers: give modules and cycles the markers of versions before 0.2
old_markers() {
	local kind key value
	sql "SELECT kind, ekey FROM ledger WHERE kind IN ('module', 'cycle')" >containers
	[ -s containers ]
	while IFS='|' read -r kind key; do
		value=$(mock_get 'state?project=1' | jq -r --arg m "[zephyr DEMO $key]" --arg n "[zephyr $key]" \
		    'first(.. | objects | .description? // empty | select(contains($m)))
		    | sub("\\[zephyr DEMO "; "[zephyr ") | @uri')
		mock_post "break?kind=$kind&key=$(jq -rn --arg k "$key" '$k | @uri')&do=set&field=description&value=$value" >/dev/null
	done <containers
	mock_state | jq -e '[.. | .description? // empty | select(test("zephyr DEMO "))] == []'
}

@test "markers of an older version, without a project, are read and not changed" {
	migrated
	old_markers
	mock_forget
	z 0 ztoq migrate -q
	[ "$(mock_writes)" -eq 0 ]
	z 0 ztoq validate --reconcile
	fresh_db second
	zw 78 ztoq migrate -q
	zw 0 ztoq migrate -q --adopt
	[ "$(mock_writes)" -eq 0 ]
	z 0 ztoq validate --reconcile
}

@test "two Zephyr projects in one qTest project do not mix their objects" {
	local first
	migrated
	z 0 ztoq validate --reconcile
	mock_get 'state?project=1' >first.json
	first=$MOCK
	# the second source is another zmock, the target is that of the first
	mock "${SMALL[@]}" --seed 6 --project-key OTHER --project-id 4711
	export ZEPHYR_PROJECT_KEY=OTHER QTEST_BASE_URL=$first
	z 0 ztoq migrate -q
	z 0 ztoq validate --reconcile
	MOCK=$first
	mock_forget
	z 0 ztoq migrate -q
	[ "$(mock_writes)" -eq 0 ]
	[ "$(mock_state | jq '[.. | .modules? // empty | .[] | select(.name == "Archived in Zephyr")] | length')" -eq 2 ]
	[ "$(sql "SELECT count(DISTINCT project) FROM ledger WHERE ekey = '@archived'")" -eq 2 ]
	export ZEPHYR_PROJECT_KEY=DEMO ZEPHYR_BASE_URL=$first/v2
	mock_forget
	z 0 ztoq migrate -q
	[ "$(mock_writes)" -eq 0 ]
	z 0 ztoq validate --reconcile
}

@test "another Zephyr with the same project key is refused before a row is changed" {
	mock "${SMALL[@]}"
	z 0 ztoq migrate -q --until transform
	sql "SELECT key, line FROM project" >before
	sql "SELECT count(*), max(pass_seen) FROM test_case" >>before
	mock_stop
	mock "${SMALL[@]}" --seed 77 --project-id 99
	zw 78 zextract -q --refresh
	[[ $stderr == *"another Zephyr"*"another database"* ]]
	[ "$(mock_count 'GET .*/(testcases|folders|testcycles).*')" -eq 0 ]
	zw 78 env ZEPHYR_BASE_URL="${MOCK/127.0.0.1/localhost}/v2" zextract -q --refresh
	[ "$(mock_requests)" -le 2 ]
	sql "SELECT key, line FROM project" >after
	sql "SELECT count(*), max(pass_seen) FROM test_case" >>after
	cmp before after
}
