#!/usr/bin/env bats
# --plan of a project that was read before counts the changes that the next pass would
# find and changes no row of the database.
# databases: either
load helper
load zextract

SMALL=(--cases 30 --executions 40 --folders 6 --plans 3 --cycles 5)

# line STREAM: print the counts of a stream: in Zephyr, new, changed, gone
line() { sed -n "s/^$1  *//p" <<<"$output" | tr -s ' '; }
plans() {
	stored >"$T/before"
	forget_requests
	zw 0 zextract --plan "$@"
	stored | cmp "$T/before" -
}

@test "--plan counts exactly the rows that the next pass reads" {
	local scripts results
	start "${SMALL[@]}"
	zw 0 sh -c 'exec zextract -q >/dev/null'
	plans
	[ "$(line test_cases)" = '30 0 0 0' ]
	[ "$(line test_executions)" = '40 0 0 0' ]
	[ "$(count_requests 'teststep|testscript|/links|attachments')" -eq 0 ]
	edit 'what=case&do=add' >/dev/null
	edit 'what=case&do=add' >/dev/null
	edit 'what=case&do=change&key=DEMO-T4&name=Other' >/dev/null
	edit 'what=case&do=change&key=DEMO-T5&step=1&text=Other' >/dev/null
	edit 'what=case&do=delete&key=DEMO-T6' >/dev/null
	edit 'what=cycle&do=add' >/dev/null
	edit 'what=plan&do=change&key=DEMO-P1&name=Other' >/dev/null
	edit 'what=execution&do=add' >/dev/null
	plans
	[ "$(line test_cases)" = '31 2 2 1' ]
	[ "$(line test_cycles)" = '6 1 0 0' ]
	[[ $(line test_plans) == '3 0 '[12]' 0' ]]
	[[ $(line folders) == *' 0 0 0' ]]
	[[ $(line test_executions) == '41 1 '* ]]
	scripts=$(sed -n 's/ *\([0-9]*\)  scripts.*/\1/p' <<<"$output")
	results=$(sed -n 's/ *\([0-9]*\)  step results.*/\1/p' <<<"$output")
	# the pass requests these rows only
	forget_requests
	zw 0 sh -c 'exec zextract -q --refresh >/dev/null'
	[ "$(count_requests '/testcases/[^ ]+/(teststeps|testscript)')" -eq "$scripts" ]
	[ "$(count_requests '/testexecutions/[^ ]+/teststeps')" -eq "$results" ]
	[ "$scripts" -eq 4 ]
	# a row that changed shortly before the last pass may have changed after it
	plans test_cases
	[[ $(line test_cases) == '31 0 '[0-4]' 0' ]]
	[[ $output != *test_cycles* ]]
}

@test "--plan counts the rows of an open pass as read" {
	start "${SMALL[@]}"
	zw 75 sh -c 'exec zextract -q --max-requests 30 >/dev/null'
	[ "$(sql "SELECT state FROM pass")" = open ]
	plans
	[ "$(line test_cases)" = '30 0 0 0' ]
	[ "$(sed -n 's/ *\([0-9]*\)  scripts.*/\1/p' <<<"$output")" -eq \
	    "$(sql "SELECT count(*) FROM test_case WHERE script_pass IS NULL AND state = 'listed'")" ]
}

@test "migrate --plan compares Zephyr with the stored rows and writes nothing" {
	start "${SMALL[@]}"
	z 0 ztoq migrate -q
	edit 'what=case&do=add' >/dev/null
	stored >"$T/before"
	forget_requests
	zw 0 ztoq migrate --plan
	stored | cmp "$T/before" -
	[ "$(mock_writes)" -eq 0 ]
	[ "$(line test_cases)" = '31 1 0 0' ]
	[[ $output == *'case: 0 to create, 0 to update'* ]]
	[[ $stderr == *'changes in Zephyr since then are not included'* ]]
}

@test "--plan stops at --max-requests and leaves no file" {
	start "${SMALL[@]}"
	zw 0 sh -c 'exec zextract -q >/dev/null'
	mkdir "$T/tmp"
	export TMPDIR=$T/tmp
	zw 75 zextract --plan --max-requests 3
	[[ $stderr == *'nothing was stored'* ]]
	plans
	[ -z "$(ls "$T/tmp")" ]
}
