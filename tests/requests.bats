# zextract sends exactly the requests that zephyr-api.md 6 derives: each term is computed
# from the objects of zmock and compared with its record.
# databases: either
load helper
load zextract

# terms PASS FILES [ABSENT]: print the terms; fail if one differs
terms() {
	local what want got bad=0
	mock_get source >"$T/source"
	mock_get record?api=zephyr >"$T/record"
	jq -n -r --slurpfile source "$T/source" --slurpfile record "$T/record" \
	    --argjson absent "[${3-}]" --arg pass "$1" --arg files "$2" \
	    -f "$ROOT/tests/requests.jq" >"$T/terms" || return 1
	while IFS=$'\t' read -r what want got; do
		printf '# %6d  %s (formula: %s)\n' "$got" "$what" "$want" >&3
		[ "$got" -eq "$want" ] || { echo "$what: $got requests, formula $want" >&2; bad=1; }
	done <"$T/terms"
	[[ $(wc -l <"$T/terms") -eq 14 && $bad -eq 0 ]]
}
# refused: count the refused requests, except those for cases that do not exist
refused() { echo $(($(count_requests ' (3|4|5)[0-9][0-9]$') - $(count_requests '^GET /v2/testcases/[^/ ]* 404$'))); }
cases_of() { jq -c "select(.kind == \"case\") | select($1)" "$T/source" | wc -l; }

@test "a project of one case costs the derived requests" {
	start --cases 1 --cycles 0 --plans 0 --executions 0 --folders 1
	extract 0
	terms first none
	[ "$(refused)" -eq 0 ]
	[ "$(ends "$T/out" | grep -c COMPLETE)" -eq 5 ]
}

@test "60 cases cost the derived requests, in a clean run and in a second one" {
	echo "# 60 cases, 110 executions, files of all owners" >&3
	start --cases 60 --cycles 5 --plans 2 --executions 110 --folders 8 --attachments 30
	export ZTOQ_ATTACHMENTS_OF=entities
	extract 0
	terms first entities
	[ "$(refused)" -eq "$(count_requests 'attachments 404$')" ]
	echo "# the same command again" >&3
	mock_forget
	extract 0
	terms next entities
	[ "$(refused)" -eq 0 ]
}

@test "600 cases cost the derived requests, with long scripts and a list without keyset pages" {
	echo "# 600 cases, 1,400 executions, no keyset list of executions" >&3
	start --cases 600 --cycles 20 --plans 5 --executions 1400 --folders 40
	scenario 'match GET /v2/testexecutions/nextgen do status 404'
	extract 0
	terms first none '"testexecutions"'
	[ "$(refused)" -eq 1 ]
	[ "$(cases_of '.steps == 250')" -ge 3 ]
	[ "$(cases_of '.script == "none" and .steps == 0')" -ge 3 ]
	[ "$(cases_of '.script == "plain"')" -ge 3 ]
	# two pages more, in the second sweep of an offset list
	[ "$(count_requests '^GET /v2/testexecutions 200$')" -eq 4 ]
	[ "$(ends "$T/out" | grep -c COMPLETE)" -eq 5 ]
	echo "# the same command again" >&3
	mock_forget
	extract 0
	terms next none '"testexecutions"'
	[ "$(refused)" -eq 0 ]
}

@test "3,000 cases cost the derived requests, with lists of several pages" {
	echo "# 3,000 cases, 2,100 executions, 1,300 folders, no keyset list of cases" >&3
	start --cases 3000 --cycles 60 --plans 10 --executions 2100 --folders 1300
	scenario 'match GET /v2/testcases/nextgen do status 403'
	extract 0
	terms first none '"testcases"'
	[ "$(refused)" -eq 1 ]
	[ "$(cases_of '.steps == 250')" -ge 15 ]
	[ "$(count_requests '^GET /v2/testcases 200$')" -eq 6 ]
	[ "$(count_records "$T/out" folders)" -ge 1300 ]
	echo "# the same command again" >&3
	mock_forget
	extract 0
	terms next none '"testcases"'
	[ "$(refused)" -eq 0 ]
}
