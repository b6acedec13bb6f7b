#!/usr/bin/env bats
# A sealed pass is printed again without a request; --refresh opens the next one; both
# leave a completed migration complete.
# databases: either
load helper
load zextract

SMALL=(--cases 12 --executions 20 --folders 4 --plans 2 --cycles 3)
verdict() { zreport --format json -p DEMO | jq -r '.projects[0].verdict | split(" ")[0]'; }
reasons() { zreport --format json -p DEMO | jq -r '.projects[0].reasons[]'; }
remarks() { zreport --format json -p DEMO | jq -r '.projects[0].remarks[]'; }
finished() {
	start "${SMALL[@]}" "$@"
	z 0 ztoq migrate -q
	z 0 zvalidate --reconcile
	[ "$(verdict)" = COMPLETE ]
	forget_requests
}
# reads STATUS [OPTION...]: run zextract without keeping its output
reads() { local want=$1; shift; zw "$want" sh -c 'exec zextract -q "$@" >/dev/null' sh "$@"; }

@test "a sealed pass is printed again with the same bytes, without requests and changes of rows" {
	local choice
	start "${SMALL[@]}" --attachments 6
	unset ZTOQ_ATTACHMENTS_OF
	zw 0 sh -c 'exec zextract >"$T/first"'
	stored >"$T/before"
	forget_requests
	edit 'what=case&do=add' >/dev/null
	zw 0 sh -c 'exec zextract >"$T/second"'
	[[ $stderr == *'pass 1 is sealed and is written again without requests; use --refresh'* ]]
	[ "$(count_requests .)" -eq 0 ]
	cmp <(sed 1d "$T/first") <(sed 1d "$T/second")
	[ "$(head -n 1 "$T/second" | jq .z.pass)" -eq 1 ]
	# selections of it are printed without requests, too
	for choice in --limit=3 '--select=.key == "DEMO-T2"' test_cycles --attachments=steps; do
		run sh -c 'exec zextract -q "$1" >/dev/null' sh "$choice"
		echo "$choice: $status" >&2
		case $choice in --limit*|--select*) [ "$status" -eq 75 ] ;; *) [ "$status" -eq 0 ] ;; esac
	done
	[ "$(count_requests .)" -eq 0 ]
	stored | cmp "$T/before" -
	[ "$(sql 'SELECT count(*) FROM pass')" -eq 1 ]
}

@test "--refresh and ZTOQ_REFRESH open the next pass and continue it" {
	start "${SMALL[@]}"
	reads 0
	edit 'what=case&do=add' >/dev/null
	forget_requests
	reads 75 --refresh --max-requests 4
	[ "$(sql "SELECT state FROM pass WHERE n = 2")" = open ]
	reads 0
	[ "$(sql "SELECT state FROM pass WHERE n = 2")" = sealed ]
	[ "$(count_repeated)" -eq 0 ]
	[ "$(sql "SELECT count(*) FROM test_case WHERE pass_changed = 2")" -eq 1 ]
	ZTOQ_REFRESH=1 reads 0
	[ "$(sql 'SELECT max(n) FROM pass')" -eq 3 ]
	reads 0 --deep
	[ "$(sql 'SELECT max(n) FROM pass')" -eq 4 ]
	z 0 sh -c 'ztoq extract -q >/dev/null'
	z 0 sh -c 'ztoq migrate -q --until extract >/dev/null'
	z 0 sh -c 'ztoq workflow run --phases extract 2>/dev/null'
	[ "$(sql 'SELECT max(n) FROM pass')" -eq 7 ]
}

@test "an option that only the next pass can honour is refused" {
	start "${SMALL[@]}"
	reads 0
	reads 0 --versions
	[[ $stderr == *'pass 1 did not read old versions; use --refresh to read them'* ]]
	reads 0 --accept-unread DEMO-T1
	[[ $stderr == *'--refresh'* ]]
	reads 0 --versions --refresh
	reads 0 --versions
}

@test "zextract after a completed migration leaves it complete" {
	finished
	z 0 bash -c 'zextract -q | head -n 1 >/dev/null; exit $((PIPESTATUS[0] == 0 ? 0 : PIPESTATUS[0] - 141))'
	[ "$(verdict)" = COMPLETE ]
	z 0 bash -c 'zextract -q | ztransform -q 2>/dev/null | head -n 1 >/dev/null'
	[ "$(verdict)" = COMPLETE ]
	[ "$(count_requests .)" -eq 0 ]
	# the same by single programs writes nothing to qTest
	z 0 bash -c 'set -o pipefail; zextract -q | ztransform -q | zload -q'
	[ "$(verdict)" = COMPLETE ]
	[ "$(mock_writes)" -eq 0 ]
}

@test "a refresh without changes, or one that is interrupted, leaves the migration complete" {
	finished
	reads 75 --refresh --max-requests 9
	[ "$(verdict)" = COMPLETE ]
	[[ $(remarks) == *'reading from Zephyr is not finished (pass 2); this report covers pass 1'* ]]
	reads 0
	[ "$(verdict)" = COMPLETE ]
	[[ $(remarks) == *'pass 2 found nothing new; pass 1 was transformed'* ]]
	# a change that it finds makes the migration incomplete at once
	edit 'what=case&do=change&key=DEMO-T2&name=another' >/dev/null
	reads 75 --refresh --max-requests 11
	[ "$(verdict)" = INCOMPLETE ]
	[[ $(reasons) == 'reading from Zephyr is not finished (pass 3); so far it found 1 new or changed object' ]]
	reads 0
	[[ $(reasons) == 'pass 3 was read but not transformed; the last pass transformed is 1' ]]
	z 0 ztoq migrate -q
	z 0 zvalidate --reconcile
	[ "$(verdict)" = COMPLETE ]
}

@test "a deleted or a new object makes the migration incomplete" {
	finished
	edit 'what=execution&do=delete&key='"$(sql 'SELECT max(id) FROM test_execution')" >/dev/null
	reads 0 --refresh
	[[ $(reasons) == 'pass 2 was read but not transformed; the last pass transformed is 1' ]]
	z 0 ztoq migrate -q
	z 0 zvalidate --reconcile
	[ "$(verdict)" = COMPLETE ]
	edit 'what=cycle&do=add' >/dev/null
	reads 0 --refresh
	[ "$(verdict)" = INCOMPLETE ]
}

@test "after kill -9 of a refresh the same command ends like an uninterrupted one" {
	local at clean
	start "${SMALL[@]}"
	reads 0
	edit 'what=case&do=change&key=DEMO-T2&name=another' >/dev/null
	edit 'what=case&do=add' >/dev/null
	[ "$ZT_DB" = sqlite ] || skip 'the file of SQLite is copied'
	cp ztoq.db clean.db
	forget_requests
	ZTOQ_DB=sqlite:$T/clean.db reads 0 --refresh
	ZTOQ_DB=sqlite:$T/clean.db stored >"$T/want"
	clean=$(count_requests .)
	# kill at the first request, at lists, at scripts and files, and at the last one
	for at in 1 7 12 $((clean - 3)) $((clean - 1)) "$clean"; do
		cp ztoq.db "kill$at.db"
		export ZTOQ_DB=sqlite:$T/kill$at.db
		forget_requests
		run_killed_at "* nth $at"
		[ "$(sql 'SELECT max(n) FROM pass')" -eq 2 ]
		[ "$(sql 'SELECT count(*) FROM pass WHERE sealed_at IS NULL')" -eq 1 ]
		reads 0
		stored | diff "$T/want" - >&2
		export ZTOQ_DB=sqlite:$T/ztoq.db
	done
}
