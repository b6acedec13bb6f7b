# The second pass: its requests, and changes that lists do not show.
# databases: either
load helper
load zextract

SMALL=(--cases 60 --executions 80)

# urls: print the requests; probes and sweeps count those with updatedAfter: of a far
# future, and since a time
urls() { mock_get "record?path=/v2/*" | jq -r '"\(.path)?\(.query)"'; }
probes() { urls | grep -c 'updatedAfter=2999'; }
sweeps() { urls | grep 'updatedAfter=' | grep -vc 'updatedAfter=2999'; }
refused() { count_requests 'nextgen 4[0-9][0-9]'; }
# cases_with_steps: print the keys of the cases with steps; nth_case_with_steps N: the N-th
cases_with_steps() {
	jq -r 'select(.stream == "test_cases" and .record.testScript.type == "steps") | .record
	    | select(.testScript.steps[0].inline) | .key' "$T/out"
}
nth_case_with_steps() { cases_with_steps | sed -n "$1p"; }

@test "at most four probes find out, once, whether the server knows updatedAfter" {
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
		forget_requests
		extract 0
		records "$T/out" | cmp "$T/want" -
		echo "$mode, the next pass: $(count_requests .)"
		[ $(($(probes) + $(refused))) -eq 0 ]
		[ "$(sweeps)" -eq "$([ $mode = known ] && echo 4 || echo 0)" ]
		[ "$(count_requests 'teststeps|testscript')" -eq 0 ]
		case $mode in
		known)	[ "$(count_requests .)" -eq 20 ] ;;
		absent)	[ "$(count_requests .)" -eq 12 ] ;;
		*)	[ "$(count_requests .)" -eq 16 ] ;;
		esac
		[ $mode = absent ] || [ "$(sql "SELECT count(*) FROM checkpoint
		    WHERE pass = 0 AND scope LIKE 'updated:%' AND state = '$mode'")" -eq 4 ]
		mock_stop
	done
}

@test "updatedAfter is probed for each list, and for an empty one once it has rows" {
	start --cases 20 --executions 30 --plans 0 \
	    --updated-after testcycles=ignored --updated-after testexecutions=refused
	extract 0
	[ "$(probes)" -eq 3 ]
	[ "$(sql "SELECT scope, state FROM checkpoint WHERE scope LIKE 'updated:%' ORDER BY scope" | tr '\n' ' ')" = \
	    'updated:test_cases|known updated:test_cycles|ignored updated:test_executions|refused ' ]
	edit 'what=plan&do=add' >/dev/null
	forget_requests
	extract 0
	[ "$(probes)" -eq 1 ]
	[ "$(sweeps)" -eq 2 ]
	[ "$(sql "SELECT state FROM checkpoint WHERE scope = 'updated:test_plans'")" = known ]
	forget_requests
	extract 0
	[ "$(probes)" -eq 0 ]
}

@test "a step that changed without its row is read, and nothing else" {
	local key run
	start "${SMALL[@]}"
	extract 0
	key=$(nth_case_with_steps 3)
	run=$(jq 'select(.stream == "test_executions" and .record.executed) | .record.id' "$T/out" | sed -n 2p)
	jq -cS 'select(.type == "RECORD") | [.stream, .record]' "$T/out" >"$T/before"
	edit "what=case&do=change&key=$key&step=1&text=unseen" >/dev/null
	edit "what=execution&do=change&key=$run" >/dev/null
	edit "what=cycle&do=change&key=DEMO-R1" >/dev/null
	forget_requests
	extract 0
	[ "$(count_requests 'testcases/[{]')" -eq 1 ]
	[ "$(count_requests 'testexecutions/[{]')" -eq 1 ]
	[ "$(count_requests .)" -eq 22 ]
	urls | grep -q "/testcases/$key/teststeps"
	urls | grep -q "/testexecutions/$run/teststeps"
	jq -cS 'select(.type == "RECORD") | [.stream, .record]' "$T/out" >"$T/after"
	[ "$(diff "$T/before" "$T/after" | grep -c '^>')" -eq 1 ]
	[ "$(jq -r "select(.record.key == \"$key\") | .record.testScript.steps[0].inline.description" "$T/out")" = unseen ]
	[ "$(sql "SELECT pass_changed FROM test_case WHERE key = '$key'")" -eq 2 ]
	[ "$(sql "SELECT count(*) FROM test_case WHERE pass_changed = 2")" -eq 1 ]
}

@test "a row that changed before the overlap is not read again; one that changed in the overlap is" {
	local key
	start "${SMALL[@]}"
	extract 0
	key=$(nth_case_with_steps 2)
	edit "what=case&do=change&key=$key&step=1&text=old&ago=360" >/dev/null
	edit "what=case&do=change&key=$(nth_case_with_steps 1)&step=1&text=young&ago=240" >/dev/null
	forget_requests
	extract 0
	[ "$(count_requests 'testcases/[{]')" -eq 1 ]
	# the previous pass began later than the overlap
	sql "UPDATE pass SET since = '$(date -u -d '1 minute' +%FT%TZ)'"
	edit "what=case&do=change&key=$(nth_case_with_steps 1)&step=1&text=young&ago=250" >/dev/null
	forget_requests
	extract 0
	[ "$(count_requests .)" -eq 20 ]
}

@test "updatedAfter uses the server's time of the first answer, and a resumed pass keeps it" {
	local first
	start "${SMALL[@]}"
	extract 75 --max-requests 20
	first=$(sql "SELECT since FROM pass")
	[ $(($(date +%s) - $(date -d "$first" +%s))) -lt 60 ]
	sql "UPDATE pass SET since = '2024-05-17T09:30:00Z'"
	sql "DELETE FROM checkpoint WHERE scope = 'project'"	# it is requested again
	extract 0
	[ "$(sql "SELECT since FROM pass")" = 2024-05-17T09:30:00Z ]
	forget_requests
	extract 0
	urls | grep -q 'testcases/nextgen.*updatedAfter=2024-05-17T09%3A25%3A00Z'
	# without a time of the server that of the previous pass is used
	sql "UPDATE pass SET since = NULL WHERE n = 2"
	forget_requests
	extract 0
	urls | grep -q 'testcases/nextgen.*updatedAfter=2024-05-17T09%3A25%3A00Z'
	sql "UPDATE pass SET since = NULL"
	forget_requests
	extract 0
	[ "$(sweeps)" -eq 0 ]
}

@test "a list that no longer accepts updatedAfter is read without it" {
	start "${SMALL[@]}"
	extract 0
	mock_stop
	start "${SMALL[@]}" --updated-after testcases=refused
	extract 0
	[[ $stderr == *"test_cases: Zephyr ignores updatedAfter here"*"--deep"* ]]
	[ "$(sweeps)" -eq 4 ]
	forget_requests
	extract 0
	[ "$(sweeps)" -eq 3 ]
	[ "$(refused)" -eq 0 ]
}

@test "all pages of updated rows are read" {
	local i
	start "${SMALL[@]}" --page-cap 4
	extract 0
	for i in 1 2 3 4 5 6 7 8 9 10; do
		edit "what=case&do=change&key=$(nth_case_with_steps $i)&step=1&text=unseen$i" >/dev/null
	done
	forget_requests
	scenario 'match GET /v2/testplans/nextgen nth 3 times 2 do status 502 html'
	extract 0
	[ "$(urls | grep -c 'testcases/nextgen.*updatedAfter')" -eq 3 ]
	[ "$(count_requests 'testcases/[{]')" -eq "$(jq -s '[.[] | select(.record.testScript.steps[0].inline.description // "" | startswith("unseen")) | .record.testScript.steps | length | (. + 3) / 4 | floor] | add' "$T/out")" ]
	[ "$(jq -c 'select(.record.testScript.steps[0].inline.description // "" | startswith("unseen"))' "$T/out" | wc -l)" -eq 10 ]
}

@test "the files of an updated row are requested again" {
	start "${SMALL[@]}" --attachments 40
	export ZTOQ_ATTACHMENTS_OF=entities
	extract 0
	edit 'what=plan&do=change&key=DEMO-P2' >/dev/null
	edit "what=case&do=change&key=$(nth_case_with_steps 1)&step=1&text=unseen" >/dev/null
	forget_requests
	extract 0
	[ "$(count_requests 'attachments (200|404)')" -eq 2 ]
	urls | grep -q "/testcases/$(nth_case_with_steps 1)/attachments"
	urls | grep -q '/testplans/DEMO-P2/attachments'
}

@test "deleted rows and --deep work as without updatedAfter" {
	local key
	start "${SMALL[@]}"
	extract 0
	key=$(nth_case_with_steps 4)
	edit "what=case&do=delete&key=$key" >/dev/null
	edit "what=case&do=change&key=$(nth_case_with_steps 1)&step=1&text=unseen" >/dev/null
	forget_requests
	extract 0 --deep
	[ "$(sql "SELECT state FROM test_case WHERE key = '$key'")" = gone ]
	[ "$(sql "SELECT count(*) FROM issue WHERE rule = 'gone' AND key = '$key'")" -eq 1 ]
	[ "$(count_requests 'testcases/[{]')" -eq "$(sql "SELECT count(*) FROM test_case WHERE state = 'listed'")" ]
	[ "$(count_requests 'testexecutions/[{]')" -eq "$(sql "SELECT count(*) FROM test_execution WHERE step_slots IS NOT NULL")" ]
	[ "$(count_requests .)" -eq $((20 + $(count_requests 'testcases/[{]') + $(count_requests 'testexecutions/[{]'))) ]
}

# clone NAME: continue with a copy of the database
clone() {
	local from=$ZTOQ_DB
	fresh_db "$1"
	case $from in
	sqlite:*) cp "${from#sqlite:}" "${ZTOQ_DB#sqlite:}" ;;
	*)	psql -q -d "$PG_ADMIN" -c "DROP DATABASE ${ZTOQ_DB##*/}" \
		    -c "CREATE DATABASE ${ZTOQ_DB##*/} TEMPLATE ${from##*/}" ;;
	esac
}
# make_unlisted_changes: make changes that lists do not show
make_unlisted_changes() {
	local key
	while read -r key; do
		edit "what=case&do=change&key=$key&step=1&text=unseen" >/dev/null
	done < <(cases_with_steps | sed -n '1~3p')
	edit 'what=case&do=add' >/dev/null
}

@test "after kill -9 in a later pass the same command completes it and reads nothing twice" {
	local turn clean twice turns=4 n first
	[ -z "$ZT_SOAK" ] || turns=30
	RANDOM=$((ZT_SEED % 32768))
	start --cases 90 --executions 60 --page-cap 20 --step-cap 3
	extract 0
	first=$ZTOQ_DB
	make_unlisted_changes
	clone clean
	forget_requests
	extract 0
	clean=$(count_requests .) twice=$(count_repeated)
	[ "$(count_requests 'testcases/[{]')" -ge 20 ]
	records "$T/out" >"$T/want"
	stored >"$T/want.db"
	for ((turn = 0; turn < turns; turn++)); do
		ZTOQ_DB=$first
		clone "turn$turn"
		forget_requests
		n=$((RANDOM % clean + 1))
		run_killed_at "* nth $n"
		extract 0
		echo "seed $ZT_SEED: killed at $n of $clean, $(count_requests .) together" >&2
		records "$T/out" | cmp "$T/want" -
		stored | diff "$T/want.db" - >&2
		[ "$(count_requests .)" -le $((clean + 8)) ]
		[ "$(count_repeated)" -le $((twice + 8)) ]
		[ "$(probes)" -eq 0 ]
		[ "$(sql "SELECT max(n) FROM pass WHERE state = 'sealed'")" -eq 2 ]
	done
}

version_lists() { count_requests '/versions (200|404)'; }
version_rows() { count_requests '/versions/[{][}] (200|404)'; }
# older: count the older versions in zmock, of all cases or of those that match
older() {
	mock_get source | jq -s "[.[] | select(.kind == \"case\") | select(${1-true}) | .versions - 1] | add // 0"
}
several() { mock_get source | jq -r 'select(.kind == "case" and .versions > 1) | .key' | sed -n "$1p"; }
api() { curl_mock -H "Authorization: Bearer $ZEPHYR_API_TOKEN" "$ZEPHYR_BASE_URL/$1"; }
# versions of a record as in the API: without the names that zextract adds, and with the
# number that JSON cannot keep
bare='map(del(.project.key, .priority.name, .status.name, .folder.name?, .folder.path?)
    | if .customFields["Risk %"] == "12.50" then .customFields["Risk %"] = 12.5 else . end)'

@test "--versions requests a list for each case and a row for each version, and records equal the API's" {
	local key n
	start "${SMALL[@]}" --page-cap 20
	extract 0
	records "$T/out" >"$T/without"
	[ "$(version_lists)" -eq 0 ]
	jq_finds_nothing 'select(.record.versions)' "$T/out"
	edit "what=case&do=version&key=$(several 2)" >/dev/null
	fresh_db with
	extract 0
	records "$T/out" >"$T/without"
	fresh_db versions
	forget_requests
	export ZTOQ_VERSIONS=1
	extract 0
	[ "$(version_lists)" -eq 60 ]
	[ "$(older)" -ge 8 ]
	[ "$(version_rows)" -eq "$(older)" ]
	[ "$(jq -s '[.[] | .record.versions? // [] | length] | add' "$T/out")" -eq "$(older)" ]
	[ "$(sql "SELECT count(*) FROM test_case_version WHERE line IS NOT NULL")" -eq "$(older)" ]
	jq -c 'select(.type == "RECORD") | [.stream, (.record | del(.versions))]' "$T/out" | cmp "$T/without" -
	jq_finds_nothing 'select(.stream == "test_cases" and .record and (.record.stub | not)) | select(.record.versions == null)' "$T/out"
	jq_finds_nothing '.record.versions? // [] | map(.version) | select(. != sort or . != unique)' "$T/out"
	jq_finds_nothing '.record.versions? // [] | .[] | .. | objects | select(has("self"))' "$T/out"
	jq_finds_nothing '.record | .id as $id | .versions? // [] | .[] | select(.id == $id)' "$T/out"
	jq_finds_nothing '.record.versions? // [] | .[] | select(.status.name == null or .priority.name == null
	    or (.folder != null and (.folder.path | type) != "array"))' "$T/out"
	compared=0
	for key in $(several 1) $(several 2) $(several 3); do
		for n in $(jq -r "select(.record.key == \"$key\") | .record.versions[].version" "$T/out"); do
			api "testcases/$key/versions/$n" | jq -cS "del(.. | .self?) | del(.testScript) | .version = $n
			    | .folder |= (if . == null then null else . end) | [.] | $bare" >"$T/api"
			jq -cS "select(.record.key == \"$key\") | .record.versions | map(select(.version == $n)) | $bare" "$T/out" | diff "$T/api" -
			compared=$((compared + 1))
		done
	done
	[ "$compared" -ge 3 ]
	# the number of versions of each case except the present one
	key=$(several 2)
	[ "$(jq -c "select(.record.key == \"$key\") | .record.versions | length" "$T/out")" -eq \
	    $(($(api "testcases/$key/versions?maxResults=20" | jq .total) - 1)) ]
}

@test "a later pass with --versions requests those of new and changed rows only" {
	local key other
	start "${SMALL[@]}"
	extract 0 --versions
	records "$T/out" >"$T/want"
	forget_requests
	extract 0 --versions
	[ "$(count_requests .)" -eq 20 ]
	records "$T/out" | cmp "$T/want" -
	key=$(several 1) other=$(several 3)
	edit "what=case&do=version&key=$key" >/dev/null
	edit "what=case&do=change&key=$other" >/dev/null
	forget_requests
	extract 0 --versions
	[ "$(version_lists)" -eq 2 ]
	[ "$(version_rows)" -eq "$(older ".key == \"$key\" or .key == \"$other\"")" ]
	[ "$(jq -c "select(.record.key == \"$key\") | .record.versions | length" "$T/out")" -eq "$(older ".key == \"$key\"")" ]
	# scripts are requested for the same rows only
	[ "$(count_requests 'testcases/[{][}]/test')" -eq 2 ]
	forget_requests
	extract 0 --versions --deep
	[ "$(version_lists)" -eq 60 ]
}

@test "--versions in a later pass reads them then, and without it records do not contain them" {
	start "${SMALL[@]}"
	extract 0
	records "$T/out" >"$T/want"
	forget_requests
	extract 0 --versions
	[ "$(count_requests .)" -eq $((20 + 60 + $(older))) ]
	forget_requests
	extract 0
	[ "$(count_requests .)" -eq 20 ]
	records "$T/out" | cmp "$T/want" -
}

@test "all pages of versions are read, and a 404 is no version" {
	local key
	start --cases 40 --executions 10 --page-cap 1
	key=$(several 1)
	api "testcases/$(several 2)/versions?maxResults=10" | jq -c '.values |= map(del(.self)) | .isLast = true | .total = (.values | length)' >"$T/body"
	scenario "match GET /v2/testcases/$key/versions do status 404
match GET /v2/testcases/$(several 2)/versions do status 200 body $T/body
match GET /v2/testcases/$(several 3)/versions/1 do status 404"
	zw 0 sh -c 'exec zextract --versions >"$T/out"'
	[ "$(jq -c "select(.record.key == \"$key\") | .record.versions" "$T/out")" = '[]' ]
	[ "$(jq -s '[.[] | .record.versions? // [] | length] | add' "$T/out")" -eq \
	    $(($(older) - $(older ".key == \"$key\" or .key == \"$(several 2)\"") - 1)) ]
	[ "$(sql "SELECT key, rule FROM issue WHERE rule LIKE 'version%' ORDER BY rule DESC" | tr '\n' ' ')" = \
	    "$(several 2)|version-unnamed $(several 3)|version-missing " ]
	[ "$(count_requests '/versions 200')" -ge $((40 + $(older) - 6)) ]
	scenario ''
	extract 0 --versions --deep
	[ "$(sql "SELECT count(*) FROM issue WHERE rule LIKE 'version%'")" -eq 0 ]
	[ "$(sql "SELECT count(*) FROM test_case_version WHERE line IS NOT NULL")" -eq "$(older)" ]
}

@test "after kill -9 among versions the same command ends like an uninterrupted one" {
	local at clean twice three
	start --cases 90 --executions 20 --page-cap 2
	export ZTOQ_VERSIONS=1
	three=$(mock_get source | jq -r 'select(.versions == 3) | .key' | head -n 1)
	fresh_db clean
	extract 0
	clean=$(count_requests .) twice=$(count_repeated)
	records "$T/out" >"$T/want"
	stored >"$T/want.db"
	for at in '/v2/testcases/*/versions nth 50' '/v2/testcases/*/versions/* nth 3' \
	    "/v2/testcases/$three/versions nth 2" '/v2/testcases/*/versions/* nth 12'; do
		fresh_db "at$RANDOM"
		forget_requests
		run_killed_at "$at"
		extract 0
		records "$T/out" | cmp "$T/want" -
		stored | diff "$T/want.db" - >&2
		echo "$at: $(count_requests .), clean $clean, $(count_repeated) repeated, clean $twice" >&2
		[ "$(count_requests .)" -le $((clean + 8)) ]
		[ "$(count_repeated)" -le $((twice + 8)) ]
	done
}

@test "--plan counts old versions, and ztransform records them as a loss" {
	start "${SMALL[@]}"
	z 0 zextract --plan
	[[ $output != *versions* ]]
	local all
	all=$(awk '/in total/ { print $1 }' <<<"$output")
	z 0 zextract --plan --versions
	[[ $output == *"60  lists of versions (--versions), plus one per old version"* ]]
	[ "$(awk '/in total/ { print $1 }' <<<"$output")" -eq $((all + 60)) ]
	extract 0 --versions
	zw 0 sh -c 'zvalidate -q <"$T/out" | ztransform -q >"$T/target"'
	[ "$(sql "SELECT count(*) FROM loss WHERE field = 'versions' AND change = 'DROPPED'")" -eq \
	    "$(mock_get source | jq -s '[.[] | select(.kind == "case" and .versions > 1)] | length')" ]
	[[ "$(sql "SELECT reason FROM loss WHERE field = 'versions' AND key = '$(several 1)'")" == "older versions have no place in qTest: "[12]" (1"* ]]
	# no effect contains them
	extract 0
	zw 0 sh -c 'zvalidate -q <"$T/out" | ztransform -q >"$T/target.without"'
	jq -c 'select(.type == "RECORD") | .record' "$T/target" >"$T/a"
	jq -c 'select(.type == "RECORD") | .record' "$T/target.without" | cmp "$T/a" -
	[ "$(sql "SELECT count(*) FROM loss WHERE field = 'versions'")" -eq 0 ]
}

@test "old versions contain names from Jira, too" {
	start "${SMALL[@]}"
	export JIRA_BASE_URL=$MOCK JIRA_USER=jira@zmock.test JIRA_API_TOKEN=zmock.jira.token
	extract 0 --versions
	[ "$(jq -s '[.[] | .record.versions? // [] | .[] | select(.owner.displayName)] | length' "$T/out")" -ge 1 ]
	jq_finds_nothing '.record.versions? // [] | .[] | select((.owner.accountId and (.owner.displayName | not))
	    or (.component and (.component.name | not))
	    or any(.links.issues[]; (.key and .name) | not))' "$T/out"
}
