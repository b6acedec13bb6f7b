# Complete migrations of executions that make no log.
# databases: either
load helper

# alone STREAM: print the keys of runs whose only execution makes no log but has values
alone() {
	jq -rs '[.[] | select(.type == "RECORD" and .stream == "test_executions") | .record]
	    | group_by([.testCase.key, .testCycle.id, .environment.id]) | .[]
	    | select(length == 1) | .[0]
	    | select((.executed | not) or .actualEndDate == null)
	    | select(.testCycle.key != null)
	    | select(.executed or .comment or .assignedToId or .executedById)
	    | [.testCase.key, .testCycle.key, (.environment.id // 0 | tostring)] | join("|")' \
	    "$1" | sort
}

@test "the values of an execution that makes no log are in its run" {
	export ZTOQ_SETTLE=1s
	mock --seed 5 --cases 40 --executions 120 --folders 6 --cycles 6 --plans 2
	z 0 ztoq migrate -q
	zextract -q >source.ndjson
	alone source.ndjson >want
	[ -s want ]
	sql "SELECT ekey FROM target WHERE kind = 'run' AND body LIKE '%Zephyr Note%'" | sort >got
	[ -z "$(comm -23 want got)" ]
	# those of executions that share their run are there, too
	[ "$(sql "SELECT count(*) FROM loss WHERE field = 'actualEndDate'")" -gt 0 ]
	[ "$(sql "SELECT count(*) FROM loss WHERE change = 'DROPPED'")" -eq 0 ]
	z 0 zvalidate --reconcile
	mock_forget
	z 0 ztoq migrate -q
	[ "$(mock_writes)" -eq 0 ]
}
