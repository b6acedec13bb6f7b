# ztoq demo: its project has every kind of object, its report is complete, and the
# settings of the caller do not affect it.
# databases: either
load helper
NO_TABLES=1		# the programs create the tables

@test "a demo migrates every kind of object without differences and ignores the caller's settings" {
	local got n what
	# an empty database, which on PostgreSQL has no tables
	[ "$ZT_DB" = postgres ] || z 0 zdb init
	# each of these would stop the demo or make it smaller
	export http_proxy=http://127.0.0.1:1 ALL_PROXY=http://127.0.0.1:1
	export ZTOQ_LIMIT=1 ZTOQ_SELECT='.key == "DEMO-T1"' ZTOQ_FOLDER=/nowhere
	export ZTOQ_MAP=/nowhere ZTOQ_MAX_REQUESTS=1 ZTOQ_DEADLINE=1ms
	export QTEST_USERNAME=nobody JIRA_BASE_URL=http://127.0.0.1:1
	z 0 timeout 180 ztoq demo "$T/demo"
	[[ $output == *$'\n0 differences\n'* ]]
	n=$(sql "SELECT count(*) FROM loss WHERE change IN ('DROPPED', 'TRUNCATED')")
	[ "$n" -eq 0 ]
	[ "$(grep -c '^Migration of DEMO: COMPLETE$' demo/report.txt)" -eq 1 ]
	jq -e '.projects | length == 1' demo/report.json
	jq -e '.projects[0] | .verdict == "COMPLETE" and .reasons == []' demo/report.json

	# the objects read, and the objects created in qTest
	while read -r n what; do
		got=$(sql "SELECT count(*) FROM $what")
		echo "$got (at least $n): $what" >&2
		[ "$got" -ge "$n" ]
	done <<-'END'
	300 test_case WHERE state = 'listed'
	1 test_case WHERE state = 'stub'
	1000 test_execution
	1 test_execution WHERE cycle_id = 0
	1 test_execution x JOIN test_case c ON c.key = x.case_key WHERE c.state = 'stub'
	1 folder WHERE kind = 'TEST_CASE' AND depth >= 3
	1 folder WHERE kind = 'TEST_PLAN'
	1 folder WHERE kind = 'TEST_CYCLE'
	1 test_plan
	1 test_cycle
	1 link WHERE kind = 'issue'
	1 link WHERE kind = 'web'
	1 link WHERE kind = 'plan'
	1 link WHERE kind = 'cycle'
	1 test_step WHERE called_key IS NOT NULL
	1 test_script WHERE kind = 'steps'
	1 test_script WHERE kind = 'plain'
	1 test_script WHERE kind = 'bdd'
	1 custom_field
	300 ledger WHERE kind = 'case' AND state = 'done'
	800 ledger WHERE kind = 'run' AND state = 'done'
	1 ledger WHERE kind = 'release' AND state = 'done'
	1 ledger WHERE kind = 'cycle' AND state = 'done'
	END
	[ "$(sql "SELECT count(*) FROM ledger WHERE state <> 'done'")" -eq 0 ]
	[ "$(sql 'SELECT count(*) FROM reject')" -eq 0 ]

	# a second demo refuses this database and does not change it
	n=$(sql 'SELECT count(*) FROM run')
	zw 78 timeout 90 ztoq demo "$T/second"
	[[ $stderr == *'contains a migration already'* ]]
	[ ! -e second ]
	[ "$(sql 'SELECT count(*) FROM run')" -eq "$n" ]
}

@test "a demo refuses a database with another migration, and reports one that cannot be opened" {
	z 0 zdb init
	sql "INSERT INTO project (key, id, source, line) VALUES ('REAL', 1, 'x', '{}')"
	zw 78 timeout 90 ztoq demo "$T/demo"
	[[ $stderr == *'contains a migration already'* ]]
	ZTOQ_DB=postgresql://ztoq@127.0.0.1:1/ztoq zw 74 timeout 90 ztoq demo "$T/demo"
	[[ $stderr == *127.0.0.1* ]]
	[ ! -e demo ]
}
