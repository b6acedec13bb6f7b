# The second pass: what it costs, and that it sees what lists do not show.
# databases: both
load helper
load zextract

SMALL=(--cases 60 --executions 80)

# Questions with updatedAfter: probes (a far future), and sweeps since a time.
urls() { ask_mock "$MOCK/__mock/record?path=/v2/*" | jq -r '"\(.path)?\(.query)"'; }
probes() { urls | grep -c 'updatedAfter=2999'; }
sweeps() { urls | grep 'updatedAfter=' | grep -vc 'updatedAfter=2999'; }
refused() { asked 'nextgen 4[0-9][0-9]'; }
# The key of the Nth listed case that has steps of its own.
stepped() {
	jq -r 'select(.stream == "test_cases" and .record.testScript.type == "steps") | .record
	    | select(.testScript.steps[0].inline) | .key' "$T/out" | sed -n "$1p"
}

@test "what a server knows is found out by four questions at most, once" {
	local mode how lists
	for mode in known ignored refused absent; do
		case $mode in
		known)	how=() ;;
		absent)	how=(--no-nextgen) ;;
		*)	how=()
			for lists in testcases testcycles testplans testexecutions; do
				how+=(--updated-after "$lists=$mode")
			done ;;
		esac
		fresh_db "$mode"
		start "${SMALL[@]}" "${how[@]}"
		extract 0
		records "$T/out" >"$T/want"
		echo "$mode: $(probes) probes, $(refused) refused, $(sweeps) sweeps"
		[ $(($(probes) + $([ $mode = absent ] && refused || echo 0))) -eq 4 ]
		[ "$(sweeps)" -eq 0 ]
		forget
		extract 0
		records "$T/out" | cmp "$T/want" -
		echo "$mode, the next pass: $(asked .)"
		[ $(($(probes) + $(refused))) -eq 0 ]
		[ "$(sweeps)" -eq "$([ $mode = known ] && echo 4 || echo 0)" ]
		[ "$(asked 'teststeps|testscript')" -eq 0 ]
		case $mode in
		known)	[ "$(asked .)" -eq 20 ] ;;
		absent)	[ "$(asked .)" -eq 12 ] ;;
		*)	[ "$(asked .)" -eq 16 ] ;;
		esac
		[ $mode = absent ] || [ "$(sql "SELECT count(*) FROM checkpoint
		    WHERE pass = 0 AND scope LIKE 'updated:%' AND state = '$mode'")" -eq 4 ]
		mock_stop
	done
}

@test "each list is asked for itself, and an empty one not before it has rows" {
	start --cases 20 --executions 30 --plans 0 \
	    --updated-after testcycles=ignored --updated-after testexecutions=refused
	extract 0
	[ "$(probes)" -eq 3 ]
	[ "$(sql "SELECT scope, state FROM checkpoint WHERE scope LIKE 'updated:%' ORDER BY scope" | tr '\n' ' ')" = \
	    'updated:test_cases|known updated:test_cycles|ignored updated:test_executions|refused ' ]
	edit 'what=plan&do=add' >/dev/null
	forget
	extract 0
	[ "$(probes)" -eq 1 ]
	[ "$(sweeps)" -eq 2 ]
	[ "$(sql "SELECT state FROM checkpoint WHERE scope = 'updated:test_plans'")" = known ]
	forget
	extract 0
	[ "$(probes)" -eq 0 ]
}

@test "a step that changed without its row is read, and nothing else" {
	local key run
	start "${SMALL[@]}"
	extract 0
	key=$(stepped 3)
	run=$(jq 'select(.stream == "test_executions" and .record.executed) | .record.id' "$T/out" | sed -n 2p)
	jq -cS 'select(.type == "RECORD") | [.stream, .record]' "$T/out" >"$T/before"
	edit "what=case&do=change&key=$key&step=1&text=unseen" >/dev/null
	edit "what=execution&do=change&key=$run" >/dev/null
	edit "what=cycle&do=change&key=DEMO-R1" >/dev/null
	forget
	extract 0
	[ "$(asked 'testcases/[{]')" -eq 1 ]
	[ "$(asked 'testexecutions/[{]')" -eq 1 ]
	[ "$(asked .)" -eq 22 ]
	urls | grep -q "/testcases/$key/teststeps"
	urls | grep -q "/testexecutions/$run/teststeps"
	jq -cS 'select(.type == "RECORD") | [.stream, .record]' "$T/out" >"$T/after"
	[ "$(diff "$T/before" "$T/after" | grep -c '^>')" -eq 1 ]
	[ "$(jq -r "select(.record.key == \"$key\") | .record.testScript.steps[0].inline.description" "$T/out")" = unseen ]
	[ "$(sql "SELECT pass_changed FROM test_case WHERE key = '$key'")" -eq 2 ]
	[ "$(sql "SELECT count(*) FROM test_case WHERE pass_changed = 2")" -eq 1 ]
}

@test "what changed before the overlap is not read again, what changed inside is, while it lies there" {
	local key
	start "${SMALL[@]}"
	extract 0
	key=$(stepped 2)
	edit "what=case&do=change&key=$key&step=1&text=old&ago=360" >/dev/null
	edit "what=case&do=change&key=$(stepped 1)&step=1&text=young&ago=240" >/dev/null
	forget
	extract 0
	[ "$(asked 'testcases/[{]')" -eq 1 ]
	# the pass before began later: by now this is long past
	sql "UPDATE pass SET since = '$(date -u -d '1 minute' +%FT%TZ)'"
	edit "what=case&do=change&key=$(stepped 1)&step=1&text=young&ago=250" >/dev/null
	forget
	extract 0
	[ "$(asked .)" -eq 20 ]
}

@test "the time is the server's, of the first answer, and stays with a pass that is resumed" {
	local first
	start "${SMALL[@]}"
	extract 75 --max-requests 20
	first=$(sql "SELECT since FROM pass")
	[ $(($(date +%s) - $(date -d "$first" +%s))) -lt 60 ]
	sql "UPDATE pass SET since = '2024-05-17T09:30:00Z'"
	extract 0
	[ "$(sql "SELECT since FROM pass")" = 2024-05-17T09:30:00Z ]
	forget
	extract 0
	urls | grep -q 'testcases/nextgen.*updatedAfter=2024-05-17T09%3A25%3A00Z'
	# a pass that no server told a time for: the one before it counts
	sql "UPDATE pass SET since = NULL WHERE n = 2"
	forget
	extract 0
	urls | grep -q 'testcases/nextgen.*updatedAfter=2024-05-17T09%3A25%3A00Z'
	sql "UPDATE pass SET since = NULL"
	forget
	extract 0
	[ "$(sweeps)" -eq 0 ]
}

@test "a list that no longer knows the parameter is read without it" {
	start "${SMALL[@]}"
	extract 0
	mock_stop
	start "${SMALL[@]}" --updated-after testcases=refused
	extract 0
	[[ $stderr == *"test_cases: Zephyr does not know updatedAfter here"*"--deep"* ]]
	[ "$(sweeps)" -eq 4 ]
	forget
	extract 0
	[ "$(sweeps)" -eq 3 ]
	[ "$(refused)" -eq 0 ]
}

@test "pages of what was updated are read to the last" {
	local i
	start "${SMALL[@]}" --page-cap 4
	extract 0
	for i in 1 2 3 4 5 6 7 8 9 10; do
		edit "what=case&do=change&key=$(stepped $i)&step=1&text=unseen$i" >/dev/null
	done
	forget
	scenario 'match GET /v2/testplans/nextgen nth 3 times 2 do status 502 html'
	extract 0
	[ "$(urls | grep -c 'testcases/nextgen.*updatedAfter')" -eq 3 ]
	[ "$(asked 'testcases/[{]')" -eq "$(jq -s '[.[] | select(.record.testScript.steps[0].inline.description // "" | startswith("unseen")) | .record.testScript.steps | length | (. + 3) / 4 | floor] | add' "$T/out")" ]
	[ "$(jq -c 'select(.record.testScript.steps[0].inline.description // "" | startswith("unseen"))' "$T/out" | wc -l)" -eq 10 ]
}

@test "files of a row that was updated are asked for again" {
	start "${SMALL[@]}" --attachments 40
	export ZTOQ_ATTACHMENTS_OF=entities
	extract 0
	edit 'what=plan&do=change&key=DEMO-P2' >/dev/null
	edit "what=case&do=change&key=$(stepped 1)&step=1&text=unseen" >/dev/null
	forget
	extract 0
	[ "$(asked 'attachments (200|404)')" -eq 2 ]
	urls | grep -q "/testcases/$(stepped 1)/attachments"
	urls | grep -q '/testplans/DEMO-P2/attachments'
}

@test "gone, and --deep, as without updatedAfter" {
	local key
	start "${SMALL[@]}"
	extract 0
	key=$(stepped 4)
	edit "what=case&do=delete&key=$key" >/dev/null
	edit "what=case&do=change&key=$(stepped 1)&step=1&text=unseen" >/dev/null
	forget
	extract 0 --deep
	[ "$(sql "SELECT state FROM test_case WHERE key = '$key'")" = gone ]
	[ "$(sql "SELECT count(*) FROM issue WHERE rule = 'gone' AND key = '$key'")" -eq 1 ]
	[ "$(asked 'testcases/[{]')" -eq "$(sql "SELECT count(*) FROM test_case WHERE state = 'listed'")" ]
	[ "$(asked 'testexecutions/[{]')" -eq "$(sql "SELECT count(*) FROM test_execution WHERE marks IS NOT NULL")" ]
	[ "$(asked .)" -eq $((20 + $(asked 'testcases/[{]') + $(asked 'testexecutions/[{]'))) ]
}

# clone NAME: go on with a copy of the database
clone() {
	local from=$ZTOQ_DB
	fresh_db "$1"
	case $from in
	sqlite:*) cp "${from#sqlite:}" "${ZTOQ_DB#sqlite:}" ;;
	*)	psql -q -d "$PG_ADMIN" -c "DROP DATABASE ${ZTOQ_DB##*/}" \
		    -c "CREATE DATABASE ${ZTOQ_DB##*/} TEMPLATE ${from##*/}" ;;
	esac
}
# edited: much changes that lists do not show
edited() {
	local i
	for i in $(seq 1 3 60); do
		edit "what=case&do=change&key=$(stepped "$i")&step=1&text=unseen$i" >/dev/null
	done
	edit 'what=case&do=add' >/dev/null
}

@test "kill -9 in a later pass, then the same command: the same end, nothing read twice" {
	local turn clean twice turns=4 n first
	[ -z "$ZT_SOAK" ] || turns=30
	RANDOM=$((ZT_SEED % 32768))
	start --cases 90 --executions 60 --page-cap 20 --step-cap 3
	extract 0
	first=$ZTOQ_DB
	edited
	clone clean
	forget
	extract 0
	clean=$(asked .) twice=$(repeated)
	[ "$(asked 'testcases/[{]')" -ge 20 ]
	records "$T/out" >"$T/want"
	stored >"$T/want.db"
	for ((turn = 0; turn < turns; turn++)); do
		ZTOQ_DB=$first
		clone "turn$turn"
		forget
		n=$((RANDOM % clean + 1))
		killed "* nth $n"
		extract 0
		echo "seed $ZT_SEED: killed at $n of $clean, $(asked .) together" >&2
		records "$T/out" | cmp "$T/want" -
		stored | diff "$T/want.db" - >&2
		[ "$(asked .)" -le $((clean + 8)) ]
		[ "$(repeated)" -le $((twice + 8)) ]
		[ "$(probes)" -eq 0 ]
		[ "$(sql "SELECT max(n) FROM pass WHERE state = 'sealed'")" -eq 2 ]
	done
}
