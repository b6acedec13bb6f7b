# The shapes in which servers may answer, for each of which zmock has an option: whatever it
# is, a second migration writes nothing and reconciliation finds no difference.  A new
# shape of zmock is a line of the first test.
load helper

# migrate_twice OPTION...: a small project into a zmock with these options; then an edit.
migrate_twice() {
	local key
	mock --cases 12 --cycles 2 --plans 1 --executions 8 --folders 3 "$@"
	fresh_db "shape$RANDOM"
	migrate
	mock_forget
	migrate
	[ "$(mock_writes)" -eq 0 ]
	agree
	jq -r 'select(.stream == "test_executions") | .record.testCase.key' source | sort -u >ran
	key=$(mock_get source | jq -r 'select(.kind == "case" and .script == "steps") | .key' |
	    grep -vxFf ran | head -n 1)
	mock_post "edit?what=case&do=change&key=$key&step=1&text=ask+%5B~accountid:5%5D+or+%5B~name%5D" >/dev/null
	migrate
	[ "$(mock_writes)" -gt 0 ]
	agree
	# texts of steps are compared: parameters are asked for by name
	mock_record | jq -r 'select(.query | test("teststep|expandSteps=true")) | .query' >reads
	[ -s reads ]
	run ! grep -v showParamIdentifier=true reads
	mock_forget
	migrate
	[ "$(mock_writes)" -eq 0 ]
	mock_stop
}
migrate() {
	zextract -q --refresh >source
	ztransform -q <source >target
	zload -q <target
}
agree() {
	zvalidate --reconcile >report 2>&1 || { cat report; return 1; }
	grep -q '^0 differences' report
}

@test "in every shape a server may answer, a second migration writes nothing and all agrees" {
	local shape
	while read -r shape; do
		echo "shape: $shape"
		migrate_twice $shape
	done <<-SHAPES

	--empty null
	--empty text --zone +07:00
	--set-only --zone -03:30
	--user-brackets --step-ids --rewrite-html --pid-prefix
	SHAPES
}
