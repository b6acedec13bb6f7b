#!/usr/bin/env bats
# databases: either
# zreport prints the contents of the database, and INCOMPLETE if the migration is.
load helper

setup_file() {
	scrub
	mock --cases 30 --executions 80 --folders 8 --plans 3 --cycles 5 --seed 3
	z 0 ztoq migrate -q
	share
}
# verdict: print the first word of the verdict; another test checks the rest
verdict() { zreport --format json -p DEMO | jq -r '.projects[0].verdict | split(" ")[0]'; }
whole_verdict() { zreport --format json -p DEMO | jq -r '.projects[0].verdict'; }
remarks() { zreport --format json -p DEMO | jq -r '.projects[0].remarks[]'; }
reasons() { zreport --format json -p DEMO | jq -r '.projects[0].reasons[]'; }

@test "a missing database is not created" {
	z 66 zreport --db sqlite:nothing.db
	[ ! -e nothing.db ]
}

@test "an empty database is incomplete" {
	z 0 zdb init
	z 0 zreport
	[[ $output == *'INCOMPLETE: the database contains no project'* ]]
	z 0 zreport status
	[[ $output == *'INCOMPLETE: the database contains no project'* ]]
	z 78 zreport -p NOPE
}

@test "a migration is complete only after a reconciliation that follows the last write" {
	shared
	[ "$(verdict)" = INCOMPLETE ]
	[[ $(reasons) == *'was never reconciled (run `ztoq validate --reconcile`)' ]]
	z 0 zvalidate --reconcile
	[ "$(verdict)" = COMPLETE ]
	[ -z "$(reasons)" ]
	z 0 zreport
	[[ $output == *'Migration of DEMO: COMPLETE'* ]]
	[[ $output != *INCOMPLETE* ]]
	sql "UPDATE ledger SET done_at = done_at + 86400000 WHERE ekey = 'DEMO-T1'"
	[[ $(reasons) == *'was not reconciled since the last load (run `ztoq validate --reconcile`)' ]]
}

@test "an open pass, an open or failed effect and a difference make a migration incomplete" {
	shared
	z 0 zvalidate --reconcile
	sql "INSERT INTO pass (project, n, opened_at, state) VALUES ('DEMO', 2, 0, 'open')"
	[ "$(verdict)" = COMPLETE ]
	sql "UPDATE test_case SET pass_changed = 2 WHERE key = 'DEMO-T1'"
	[[ $(reasons) == 'reading from Zephyr is not finished (pass 2); so far it found 1 new or changed object' ]]
	sql "UPDATE test_case SET pass_changed = 1 WHERE key = 'DEMO-T1'"
	sql "UPDATE pass SET state = 'unproven' WHERE n = 1"
	[[ $(reasons) == 'reading from Zephyr is not finished (pass 2 is open)' ]]
	sql "DELETE FROM pass WHERE n = 2"
	[[ $(reasons) == 'reading from Zephyr is not finished (pass 1 is unproven)' ]]
	sql "UPDATE pass SET state = 'open', sealed_at = NULL"
	[[ $(reasons) == 'reading from Zephyr is not finished (pass 1 is open)' ]]
	sql "UPDATE pass SET state = 'sealed'"
	for state in pending intent failed skipped; do
		sql "UPDATE ledger SET state = '$state' WHERE kind = 'case' AND ekey = 'DEMO-T1'"
		[[ $(reasons) == "1 effect not done in "*" (state $state)" ]]
	done
	sql "UPDATE ledger SET state = 'gone' WHERE kind = 'case' AND ekey = 'DEMO-T1'"
	[[ $(reasons) != *'state gone'* ]]
	sql "DELETE FROM ledger WHERE kind = 'case' AND ekey = 'DEMO-T1'"
	sql "UPDATE target SET hash = 'another' WHERE kind = 'case' AND ekey = 'DEMO-T2'"
	sql "UPDATE target SET hash = 'another', grade = 'rejected' WHERE kind = 'case' AND ekey = 'DEMO-T3'"
	[[ $(reasons) == '2 new or changed effects not yet loaded into '* ]]
	# of a stream that a later pass has transformed, effects of older passes do not count
	sql "UPDATE checkpoint SET pass = 2 WHERE stage = 'ztransform' AND scope LIKE 'end:%'"
	[[ $(reasons) != *'new or changed'* ]]
	sql "UPDATE checkpoint SET state = 'partial' WHERE stage = 'ztransform' AND scope LIKE 'end:%'"
	[[ $(reasons) == *'2 new or changed effects'* ]]
	sql "UPDATE target SET hash = 'another' WHERE kind = 'case' AND ekey = 'DEMO-T4'"
	sql "UPDATE ledger SET state = 'pending' WHERE kind = 'case' AND ekey = 'DEMO-T4'"
	[[ $(reasons) == *'1 effect not done'*'2 new or changed effects'* ]]
	# a case without effects that still exists and is not set aside
	sql "DELETE FROM target WHERE kind = 'case' AND ekey = 'DEMO-T1'"
	[[ $(reasons) == *'1 test case not transformed'* ]]
	sql "UPDATE test_case SET state = 'gone' WHERE key = 'DEMO-T1'"
	[[ $(reasons) != *'not transformed'* ]]
	sql "UPDATE checkpoint SET total = 1 WHERE stage = 'zvalidate'"
	[[ $(reasons) == *'reconciliation found 1 difference in '* ]]
}

@test "a pass with changes that were only read makes a migration incomplete" {
	shared
	z 0 zvalidate --reconcile
	[ "$(verdict)" = COMPLETE ]
	mock_post 'edit?what=case&do=change&key=DEMO-T2&name=another' >/dev/null
	z 0 sh -c 'zextract --refresh -q >"$T/out"'
	[[ $(reasons) == 'pass 2 was read but not transformed; the last pass transformed is 1' ]]
}

@test "the counts are those of the tables" {
	shared
	doc=$(zreport --format json -p DEMO | jq -c '.projects[0]')
	for stream in folders:folder test_cases:test_case test_plans:test_plan \
	    test_cycles:test_cycle test_executions:test_execution; do
		[ "$(jq --arg s "${stream%:*}" '.streams[] | select(.stream == $s) | .source' <<<"$doc")" \
		    -eq "$(sql "SELECT count(*) FROM ${stream#*:}")" ]
	done
	[ "$(jq '[.ledger[] | select(.state == "done") | .n] | add' <<<"$doc")" -eq \
	    "$(sql "SELECT count(*) FROM ledger WHERE state = 'done'")" ]
	[ "$(jq '[.losses[].n] | add' <<<"$doc")" -eq "$(sql 'SELECT count(*) FROM loss')" ]
	[ "$(jq '[.findings[].n] | add' <<<"$doc")" -eq "$(sql 'SELECT count(*) FROM issue')" ]
	[ "$(jq -r '.runs[].tool' <<<"$doc" | sort -u | tr '\n' ' ')" = \
	    'zextract zload ztransform zvalidate ' ]
}

@test "values that the map does not contain are found by the code of a change, not by its text" {
	z 0 zdb init
	sql "INSERT INTO pass VALUES ('DEMO', 1, 1, 2, 'sealed', NULL)"
	sql "INSERT INTO loss (project, stream, key, field, change, code, reason, at) VALUES
	    ('DEMO', 'test_cases', 'DEMO-T1', 'status', 'REMAPPED', 'map-default', 'Odd is New', 5),
	    ('DEMO', 'test_cases', 'DEMO-T2', 'name', 'REMAPPED', 'name-control',
		'the default value is kept', 5)"
	z 0 zreport --format json
	[ "$(jq -r '.projects[0].unmapped[] | .field, .reason' <<<"$output")" = $'status\nOdd is New' ]
}

@test "rejects are in the report with their reason" {
	z 0 zdb init
	sql "INSERT INTO pass VALUES ('DEMO', 1, 1, 2, 'sealed', NULL)"
	sql "INSERT INTO reject (project, stream, key, stage, rule, reason, at)
	    VALUES ('DEMO', 'test_cases', 'DEMO-T7', 'zvalidate', 'required', 'no name at all', 5)"
	z 0 zreport
	[[ $output == *'test_cases DEMO-T7: required: no name at all'* ]]
	[[ $output == *'INCOMPLETE: 1 record set aside and not accepted'* ]]
	sql "UPDATE reject SET accepted = 'seen', owner = 'ann'"
	z 0 zreport
	[[ $output == *'(accepted by ann: seen)'* ]]
	[[ $output != *'set aside and not'* ]]
}

@test "control bytes of the source do not reach the terminal" {
	z 0 zdb init
	sql "INSERT INTO pass VALUES ('DEMO', 1, 1, 2, 'sealed', NULL)"
	esc=$(printf '\033')
	sql "INSERT INTO reject (project, stream, key, stage, rule, reason, at)
	    VALUES ('DEMO', 'test_cases', 'DEMO-T7', 'zvalidate', 'required', '${esc}[31mred', 5)"
	z 0 zreport
	[[ $output == *'?[31mred'* ]]
	[[ $output != *"$esc"* ]]
}

@test "--output writes a complete file or none" {
	z 0 zdb init
	z 0 zreport --output-file out.txt
	[ -z "$output" ]
	grep -q '^ztoq report' out.txt
	[ ! -e out.txt.part ]
	z 74 zreport --output-file no/such/dir/out.txt
	[ "$(zreport >/dev/full 2>/dev/null; echo $?)" -eq 74 ]
}

@test "a user's template is used by its name" {
	z 0 zdb init
	mkdir tpl
	echo '"made by \(.tool)"' >tpl/mine.jq
	z 0 zreport --templates tpl --format mine
	[[ $output == 'made by zreport '* ]]
	z 64 zreport --format mine
	echo '.nonsense[' >tpl/bad.jq
	z 78 zreport --templates tpl --format bad
	z 64 zreport nonsense
}

@test "no secret is in a report" {
	shared
	for f in text json status; do
		zreport --format $f >all.txt
		run -1 grep -q -e "$QTEST_API_TOKEN" -e "$ZEPHYR_API_TOKEN" all.txt
	done
}

@test "a pass that was transformed or loaded in part makes a migration incomplete" {
	shared
	z 0 zvalidate --reconcile
	mock_post 'edit?what=case&do=change&key=DEMO-T2&name=another' >/dev/null
	z 0 zextract -q --refresh
	printf '%s\n' "$output" >source
	cut=$(grep -n '"type":"END","stream":"test_cases"' source | cut -d: -f1)
	head -n $((cut + 1)) source >part
	zw 65 ztransform -q <part
	[[ $(reasons) == *"test_cycles of pass 2 are not completely transformed"* ]]
	[[ $(reasons) != *"test_cases of pass 2"* ]]
	z 0 ztransform -q <source
	printf '%s\n' "$output" >target
	[[ $(reasons) == "pass 2 was not loaded into "* ]]
	cut=$(grep -n '"type":"END","stream":"test_cases"' target | cut -d: -f1)
	head -n $((cut + 1)) target >part
	zw 65 zload -q <part
	[[ $(reasons) == "test_plans of pass 2 are not completely loaded into "* ]]
	z 0 zload -q <target
	z 0 zvalidate --reconcile
	[ "$(verdict)" = COMPLETE ]
	# a second run of a part changes nothing
	zw 65 zload -q <part
	zw 75 ztransform -q --limit 5 <source
	[ "$(verdict)" = COMPLETE ]
}

@test "missing files, pictures and values are counted in the verdict, which --check obeys" {
	local files change n
	mock --cases 12 --executions 0 --folders 4 --plans 1 --cycles 2 --attachments 30
	ZTOQ_ATTACHMENTS_OF=none z 0 ztoq migrate -q
	z 0 zvalidate --reconcile
	sql "DELETE FROM loss"
	[ "$(whole_verdict)" = 'COMPLETE except files that were not read (--attachments)' ]
	zw 1 ztoq status --check
	[[ $output == 'DEMO: COMPLETE except files that were not read (--attachments)'* ]]
	mock_post scenario 'match POST */blob-handles do status 413' >/dev/null
	zw 0 ztoq migrate -q
	z 0 zvalidate --reconcile
	sql "DELETE FROM loss"
	files=$(sql 'SELECT count(*) FROM attachment')
	[ "$files" -gt 5 ]
	[ "$(whole_verdict)" = "COMPLETE except $files files" ]
	zw 0 ztoq migrate
	[[ $stderr == *"ztoq: info: not migrated to qTest: DEMO: $files files; see \`ztoq report\`" ]]
	zw 0 ztoq migrate -q
	[[ $stderr != *"not migrated to qTest"* ]]
	sql "DELETE FROM loss"
	# a picture in two texts counts once, and one that is in no text any more does not count
	for n in 1 2; do
		sql "INSERT INTO inline_url (project, host, url_hash, url, name, state)
		    VALUES ('DEMO', 'h', 'u$n', 'u', 'u', 'held')"
		sql "INSERT INTO inline_place (project, stream, owner_key, n, field, host, url_hash)
		    VALUES ('DEMO', 'test_cases', 'DEMO-T1', $n, 'f', 'h', 'u1')"
	done
	files=$((files + 1))
	[ "$(whole_verdict)" = "COMPLETE except $files files" ]
	zw 1 zreport --check status
	# a value in another place or form is not missing; a dropped or cut one is
	for change in REMAPPED DETACHED DEFAULTED; do
		sql "INSERT INTO loss (project, stream, key, field, change, reason, at)
		    VALUES ('DEMO', 'test_cases', 'DEMO-T1', 'name', '$change', '', 0)"
	done
	[ "$(whole_verdict)" = "COMPLETE except $files files" ]
	sql "UPDATE loss SET change = 'TRUNCATED' WHERE change = 'DETACHED'"
	[ "$(whole_verdict)" = "COMPLETE except $files files, 1 loss" ]
	sql "UPDATE loss SET change = 'DROPPED' WHERE change = 'DEFAULTED'"
	zw 1 ztoq report --check
	[[ $output == *"Migration of DEMO: COMPLETE except $files files, 2 losses"* ]]
	zreport --format json | jq -e --argjson n "$files" '.projects[0].left
	    == {files: $n, links: 0, losses: 2, unasked: false, words: "\($n) files, 2 losses"}'
	sql "DELETE FROM loss"
	sql "DELETE FROM attachment"
	sql "DELETE FROM inline_place"
	[ "$(whole_verdict)" = COMPLETE ]
	z 0 ztoq status --check
	sql "UPDATE pass SET state = 'unproven'"
	zw 1 ztoq status --check
	[[ $output == 'DEMO: INCOMPLETE'* ]]
}

@test "--check fails if there is no project" {
	z 0 zdb init
	zw 1 ztoq status --check
	mock --cases 1
	zw 66 ztoq status --check --db "sqlite:$T/none.db"
}
