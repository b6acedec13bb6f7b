# Servers may answer in several shapes, for which zmock has options: in each of them a
# second migration writes nothing and reconciliation finds no difference.  A new option
# of zmock belongs in the first test.
load helper

# migrate_twice OPTION...: migrate a small project to a zmock with these options, and
# again after an edit
migrate_twice() {
	local key deep=()
	# without updatedAfter only --deep finds a changed step
	[[ $* != *--no-nextgen* ]] || deep=(--deep)
	mock --cases 12 --cycles 2 --plans 1 --executions 8 --folders 3 "$@"
	fresh_db "shape$RANDOM"
	migrate
	mock_forget
	migrate
	[ "$(mock_writes)" -eq 0 ]
	no_differences
	key=$(jq -r 'select(.stream == "test_executions") | .record.testCase.key' source | sort -u |
	    grep -xFf <(mock_get source | jq -r 'select(.kind == "case" and .script == "steps") | .key') |
	    head -n 1)
	mock_post "edit?what=case&do=change&key=$key&step=1&text=ask+%5B~accountid:5%5D+or+%5B~name%5D" >/dev/null
	migrate
	[ "$(mock_writes)" -gt 0 ]
	no_differences
	# texts of steps are compared, so parameters are requested by name
	mock_record | jq -r 'select(.query | test("teststep|expandSteps=true")) | .query' >reads
	[ -s reads ]
	run ! grep -v showParamIdentifier=true reads
	mock_forget
	migrate
	[ "$(mock_writes)" -eq 0 ]
	mock_stop
}
migrate() {
	zextract -q --refresh "${deep[@]}" >source
	ztransform -q <source >target
	zload -q <target
}
no_differences() {
	zvalidate --reconcile >report 2>&1 || { cat report; return 1; }
	grep -q '^0 differences' report
}

@test "in every shape of answers a second migration writes nothing and there is no difference" {
	local shape n=0
	while read -a shape; do
		n=$((n + 1))
		echo "shape: ${shape[*]}"
		migrate_twice "${shape[@]}"
	done <<-'SHAPES'
	--empty null --user-brackets --step-ids --rewrite-html --pid-prefix --page-size ignored --qtest-cap 1 --called flat --sparse total --sparse next --step-outcome beside --same-name refused --file-paths kept --step-files kept
	--empty text --zone +07:00 --limit-headers --release-cycles root --called ignored --no-nextgen --sparse isLast --same-name renamed --empty-files refused --step-files order
	--set-only --zone -03:30 --step-logs order --require-at log --require test-runs/Zephyr\ Key --updated-after testexecutions=ignored --file-version bumped
	SHAPES
	[ "$n" -eq 3 ]
}

@test "every shape that zmock has an option for is in a test of a complete migration" {
	local line option value missing=0
	# the first three are no shapes; no program sends a request that the others concern
	zmock -h | sed -nE 's/^ +--([a-z-]+) ([a-zA-Z]+(\|[a-zA-Z]+)+) .*/\1 \2/p' |
	    grep -vE '^(rate-of|window|jira-refusal|connections|used-value) ' >choices
	[ "$(wc -l <choices)" -ge 8 ]
	while read -r option line; do
		# the first value is the default, except for sparse
		[ "$option" = sparse ] || line=${line#*|}
		for value in ${line//|/ }; do
			grep -q -e "--$option $value" "$ROOT"/tests/{shapes,odd,zrollback,links}.bats || {
				echo "nothing runs with --$option $value"
				missing=1
			}
		done
	done <choices
	[ "$missing" -eq 0 ]
}

@test "a cycle that a user moved below a release is found and reported with its place" {
	local shape
	for shape in apart root; do
		mock --cases 4 --cycles 3 --plans 1 --executions 6 --folders 2 --release-cycles $shape
		fresh_db "below$shape"
		migrate
		no_differences
		q GET test-cycles?parentType=root >cycles
		# a release of this migration, or another one
		if [ $shape = root ]; then
			release=$(q GET releases | jq '.[0].id') name='release/DEMO-P'
		else
			release=$(q POST releases '{"name":"theirs","properties":[]}' | jq .id)
			name="release $release, not created by this migration"
		fi
		cycle=$(jq '[.[] | select(.description | test("DEMO-R"))][0].id' cycles)
		q PUT "test-cycles/$cycle?parentType=release&parentId=$release" '{}' >/dev/null
		run zvalidate --reconcile
		echo "$output"
		[ "$status" -ne 0 ]
		[[ $output == *"parent"*"$name"* ]]
		[[ $output == *$'\n1 difference'* ]]
		mock_stop
	done
}
# q METHOD PATH [BODY]: send a request to project 1 of qTest
q() {
	curl -sSf --noproxy '*' -X "$1" -H "Authorization: Bearer $ZT_QTEST" \
	    -H 'Content-Type: application/json' ${3+--data-binary "$3"} "$MOCK/api/v3/projects/1/$2"
}

@test "logs without a field that qTest requires fail, and are created once it is optional" {
	local field bare
	mock --cases 6 --cycles 2 --plans 0 --executions 20 --folders 2 --require test-runs/Team --require-at log
	jq '.fields += [{from: "environment.name", artifact: "test-runs", label: "Team", type: "text"}]' \
	    "$ROOT/src/ztransform/map/map.json" >map.json
	zextract -q >source
	ztransform -q -m map.json <source >target
	zw 3 zload -q <target
	bare=$(sql "SELECT count(*) FROM ledger WHERE kind = 'log' AND state = 'failed'
	    AND error LIKE '%Team%required%'")
	[ "$bare" -gt 0 ]
	[ "$(sql "SELECT count(*) FROM ledger WHERE state = 'failed'")" -eq "$bare" ]
	field=$(q GET settings/test-runs/fields | jq '.[] | select(.label == "Team").id')
	q PUT "settings/test-runs/fields/$field" '{"required":false}' >/dev/null
	mock_forget
	zw 0 zload -q <target
	[ "$(mock_count 'POST .*/test-logs .*')" -eq "$bare" ]
	[ "$(mock_writes)" -eq "$bare" ]
	no_differences
}
