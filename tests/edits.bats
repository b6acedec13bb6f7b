#!/usr/bin/env bats
# databases: either
# A tester edits the project in Zephyr: after each kind of edit a migration leaves no
# difference, and every actual result stays at its step.
load helper

setup_file() {
	scrub
	mock --cases 36 --executions 100 --folders 4 --plans 2 --cycles 5 --seed 3
	zw 0 ztoq migrate -q
	share
}
prepare() { shared; }

edit() {	# WHAT HOW [NAME=VALUE ...]: change a row in Zephyr
	local arg args=(--data-urlencode "what=$1" --data-urlencode "do=$2")
	for arg in "${@:3}"; do args+=(--data-urlencode "$arg"); done
	curl -sSf --noproxy '*' -G -X POST "$MOCK/__mock/edit" "${args[@]}"
}
edit_case() { edit case "$@" >/dev/null; }
# cases_with_steps N: print the keys of cases that have at least N steps
cases_with_steps() {
	mock_get source | jq -r --argjson n "$1" 'select(.script == "steps" and .steps >= $n) | .key'
}

# results: print the mark and the words of the step of each actual result in Zephyr
results() {
	mock_get source | jq -r --arg u "$ZEPHYR_BASE_URL" 'select(.id != null and .executed)
	    | "url = \"\($u)/testexecutions/\(.id)/teststeps?maxResults=1000\""' >urls
	curl -sSf --noproxy '*' -H "Authorization: Bearer $ZEPHYR_API_TOKEN" -K urls |
	    jq -c "$WORDS"' .values[].inline | select((.actualResult // "") != "")
	    | {mark: (.actualResult | capture("\\((?<m>E[0-9]+-[0-9]+)\\)").m),
	       step: (.description | words), expected: (.expectedResult | words)}'
}
# words: reduce a text to its letters and digits, without parameters
WORDS='def words: (. // "") | gsub("&#126;"; "~") | gsub("\\[~[^]]*\\]"; "") | gsub("&lt;"; "<") | gsub("&gt;"; ">") | gsub("<[^>]*>"; "") | gsub("&#?[a-z0-9]+;"; "") | gsub("[^[:alnum:]]"; "");'

# check_results: every actual result is in the log of its execution in qTest, at a step
# with its words or in the note, and nowhere else.  The tables of the product are not read.
check_results() {
	results >wanted
	[ "$(wc -l <wanted)" -gt 60 ]
	[ "$(sort -u wanted | wc -l)" -eq "$(wc -l <wanted)" ]
	mock_get 'state?project=1' >state
	jq -c "$WORDS"'[.. | objects | select(has("note") and has("steps"))
	    | (.note | capture("(?<id>E:[0-9]+)\\]").id | ltrimstr("E:")) as $id
	    | (.note | scan("\\((E[0-9]+-[0-9]+)\\)")[0] | {id: $id, mark: .}),
	      (.steps[] | (.description | words) as $step | (.expected | words) as $expected
		| (.actual // "" | scan("\\((E[0-9]+-[0-9]+)\\)")[0] | {id: $id, mark: ., step: $step, expected: $expected}))]
	    | group_by(.mark) | map({key: .[0].mark, value: .}) | from_entries' state >have
	jq -c --slurpfile have have '.mark as $m | . + {have: $have[0][$m]}
	    | select(. as $r | (.have // []) == [] or any(.have[];
		.id != ($m | ltrimstr("E") | split("-")[0])
		or (.step != null and ((.step | startswith($r.step) | not)
		    or .expected != $r.expected))))' wanted >astray
	head -n 20 astray >&2
	[ ! -s astray ]
}
# migrate_and_compare [WRITES]: a migration sends at least that many writes and leaves no
# difference, and the next one sends none; sets DELETES, the number of DELETE requests
migrate_and_compare() {
	mock_forget
	zw 0 ztoq migrate -q
	[ "$(mock_writes)" -ge "${1-0}" ]
	DELETES=$(mock_count 'DELETE .*')
	zw 0 zvalidate --reconcile
	[[ $output == *$'\n0 differences' ]]
	check_results
	mock_forget
	zw 0 ztoq migrate -q
	[ "$(mock_writes)" -eq 0 ]
}

@test "after the first migration every actual result is at its step" {
	migrate_and_compare
}

@test "twenty renamed cases, some of them called, are updated" {
	for key in $(mock_get source | jq -r '.key | select(. != null)' | grep -- '-T' | sed -n '3,22p'); do
		edit_case change "key=$key" "name=Another name of $key"
	done
	migrate_and_compare 20
}

@test "twenty changed step texts, some of called cases, are updated" {
	for key in $(cases_with_steps 2 | head -n 20); do
		edit_case change "key=$key" step=2 "text=<p>Another step of $key</p>"
	done
	migrate_and_compare 1
}

@test "steps added first, in the middle and last are updated, and results stay at their steps" {
	for key in $(cases_with_steps 3 | head -n 9); do edit_case insert "key=$key" step=1 "text=At first $key"; done
	for key in $(cases_with_steps 3 | sed -n '5,14p'); do edit_case insert "key=$key" step=3 "text=Between $key"; done
	for key in $(mock_get source | jq -r 'select(.script == "steps" and .steps >= 2)
	    | "\(.key),\(.steps + 1)"' | sed -n '10,20p'); do
		edit_case insert "key=${key%,*}" "step=${key#*,}" "text=At last $key"
	done
	migrate_and_compare 1
}

@test "steps removed first, in the middle and last are updated, and results stay at their steps" {
	for key in $(cases_with_steps 4 | head -n 6); do edit_case remove "key=$key" step=1; done
	for key in $(cases_with_steps 4 | sed -n '7,12p'); do edit_case remove "key=$key" step=2; done
	for key in $(mock_get source | jq -r 'select(.script == "steps" and .steps >= 3)
	    | "\(.key),\(.steps)"' | tail -n 6); do
		edit_case remove "key=${key%,*}" "step=${key#*,}"
	done
	migrate_and_compare 1
}

@test "steps moved up and down and steps with equal words are updated, and results stay at their steps" {
	for key in $(cases_with_steps 3 | head -n 10); do edit_case move "key=$key" step=3 to=1; done
	for key in $(cases_with_steps 3 | sed -n '8,16p'); do edit_case move "key=$key" step=2 to=3; done
	for key in $(cases_with_steps 2 | tail -n 3); do
		edit_case change "key=$key" step=1 text=Same
		edit_case change "key=$key" step=2 text=Same
	done
	migrate_and_compare 1
}

@test "edited comments of executions are updated" {
	for n in $(seq 1 20); do
		edit execution change "key=DEMO-E$((n * 4))" "comment=<p>Seen again $n</p>" >/dev/null
	done
	migrate_and_compare 1
}

@test "added executions are migrated, each at the steps that it ran" {
	for n in $(seq 1 16); do
		edit execution add >added
		key=$(jq -r '.testCase.self | capture("testcases/(?<k>[^/]+)").k' added)
		edit_case change "key=$key" "name=Run $n" || :
		edit_case change "key=$key" step=1 "text=Changed before run $n" 2>/dev/null || :
		[ $((n % 5)) -ne 0 ] || { zw 0 ztoq migrate -q && zw 0 zvalidate --reconcile; }
	done
	migrate_and_compare 1
}

@test "cases deleted in Zephyr are never deleted in qTest" {
	for n in 5 14 23 8 27; do edit_case delete "key=DEMO-T$n"; done
	migrate_and_compare
	[ "$DELETES" -eq 0 ]
	for n in 5 14 23 8 27; do
		jq -e --arg key "DEMO-T$n" 'any(.. | strings; . == $key)' state
	done
}

@test "random edits over several passes are updated, and results stay at their steps" {
	RANDOM=$ZT_SEED
	rounds=2
	[ -z "${ZT_SOAK-}" ] || rounds=20
	for round in $(seq "$rounds"); do
		mapfile -t keys < <(cases_with_steps 3)
		for n in $(seq 1 12); do
			key=${keys[RANDOM % ${#keys[@]}]}
			case $((RANDOM % 6)) in
			0) edit_case change "key=$key" "name=Name $round.$n" ;;
			1) edit_case change "key=$key" step=$((1 + RANDOM % 3)) "text=Text $round.$n" ;;
			2) edit_case insert "key=$key" step=$((1 + RANDOM % 3)) "text=New $round.$n" ;;
			3) edit_case move "key=$key" step=$((1 + RANDOM % 3)) to=$((1 + RANDOM % 3)) ;;
			4) edit_case remove "key=$key" step=1 || : ;;
			5) edit execution add >/dev/null ;;
			esac
		done
		migrate_and_compare 1 || { echo "seed $ZT_SEED, round $round" >&2; false; }
	done
}
