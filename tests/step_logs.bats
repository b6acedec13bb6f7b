# Each step result is on the step log of its step, or a text in the note.
# databases: either
load helper
load target

# Three cases: X-C calls X-B by its step 2, X-B calls X-A by its step 2.
def='
def marker($key): "<p>[zephyr \($key)]</p>";
def ref($kind; $key): {"$ref": "\($kind)/\($key)"};
def step($n; $text): {order: $n, description: "<p>\($text)</p>", expected: "<p>seen</p>"};
def calls($n; $key): {order: $n, description: "", expected: "", called_test_case_id: ref("case"; $key)};
def record($stream; $key; $effects): {stream: $stream, record: {key: $key, effects: $effects}};
def kase($key; $needs; $steps): record("test_cases"; $key; [{kind: "case", key: $key, lane: null,
    parent: null, needs: ["module/folder:1", $needs[]],
    body: {name: $key, parent_id: ref("module"; "folder:1"), description: "", precondition: "",
	properties: [{"$field": "Zephyr Key", value: $key}], test_steps: $steps}}]);
def folder($kind; $id): record("folders"; "\($id)"; [{kind: $kind, key: "folder:\($id)",
    lane: "\($kind):root", needs: [], parent: null,
    body: {name: "\($kind) \($id)", description: marker("folder:\($id)")}}]);
def log($case; $results): record("test_executions"; "7"; [
    {kind: "run", key: "\($case)|R|0", lane: null, parent: ref("cycle"; "folder:2"),
     needs: ["case/\($case)", "cycle/folder:2"],
     body: {name: "run", properties: [{"$field": "Zephyr Key", value: "\($case)|R|0"}],
	test_case: {id: ref("case"; $case)}, test_case_version_id: {"$version": $case}}},
    {kind: "log", key: "E:7", lane: "run:\($case)|R|0", parent: ref("run"; "\($case)|R|0"),
     needs: ["run/\($case)|R|0", "case/\($case)"],
     body: {status: {"$status": "Passed"}, test_case_version_id: {"$version": $case},
	exe_start_date: "2024-05-10T09:30:00+00:00", exe_end_date: "2024-05-10T09:31:00+00:00",
	note: "<p>well</p>\(marker("E:7"))",
	test_step_logs: [$results | to_entries[] | .value + {order: (.key + 1)}]}}]);
def own($case; $n; $status; $actual): {status: {"$status": $status}, actual_result: $actual,
    test_step_id: {"$step": {case: $case, n: $n}}};
def called($by; $n; $call; $m; $status; $actual): own($by; $n; $status; $actual)
    + {called_test_case_id: ref("case"; $call), parent_test_step_id: {"$step": {case: $by, n: $n}}}
    | .test_step_id["$step"] += {call: $call, m: $m};
def plain($texts): kase("X-A"; []; [$texts | to_entries[] | step(.key + 1; .value)]);
'
# records JQ: print a sealed stream
records() { jq -ncS "$def folder(\"module\"; 1), folder(\"cycle\"; 2), $1" | seal; }
DEEP='kase("X-A"; []; [step(1; "a1"), step(2; "a2")]),
    kase("X-B"; ["case/X-A"]; [step(1; "b1"), calls(2; "X-A")]),
    kase("X-C"; ["case/X-B"]; [step(1; "c1"), calls(2; "X-B"), step(3; "c3")])'
DEEP_LOG='log("X-C"; [own("X-C"; 1; "Passed"; "<p>one</p>"), called("X-C"; 2; "X-B"; 1; "Failed"; "<p>two</p>"),
    called("X-B"; 2; "X-A"; 2; "Blocked"; "<p>four</p>")])'

# step_logs: print text, status and actual result of each step log in qTest
step_logs() {
	mock_state | jq -r '[.. | .logs? // empty | .[]][0].steps[]
	    | "\(.description | gsub("<[^>]*>"; "")) \(.status) \(.actual | gsub("<[^>]*>"; ""))"'
}
note() { mock_state | jq -r '[.. | .logs? // empty | .[]][0].note'; }
# edit_log: load another record of the same log, a second later
edit_log() {
	next_second
	mock_forget
	"${@:2}" 0 zload < <(records "$1")
}

@test "a log has a step log for every step of the version, including called ones at every depth" {
	local shape
	for shape in nested flat; do
		fresh_db "$shape"
		mock --called "$shape"
		z 0 zload < <(records "$DEEP, $DEEP_LOG")
		diff <(step_logs) - <<-'END'
		c1 Passed one
		b1 Failed two
		a1 Unexecuted 
		a2 Blocked four
		c3 Unexecuted 
		END
		[ "$(mock_count 'POST .* 4..')" -eq 0 ]
		mock_forget
		z 0 zload < <(records "$DEEP, $DEEP_LOG")
		[ "$(mock_writes)" -eq 0 ]
		mock_stop
	done
}

@test "results of a step that is called twice are step logs if each call has one, else text" {
	local twice='kase("X-A"; []; [step(1; "a1")]),
	    kase("X-B"; ["case/X-A"]; [calls(1; "X-A"), calls(2; "X-A")]),
	    kase("X-C"; ["case/X-B"]; [calls(1; "X-B"), calls(2; "X-B")])'
	mock
	z 0 zload < <(records "$twice, log(\"X-C\"; [
	    called(\"X-B\"; 2; \"X-A\"; 1; \"Passed\"; \"u\"), called(\"X-B\"; 2; \"X-A\"; 1; \"Failed\"; \"v\")])")
	[ "$(step_logs | tr '\n' ,)" = 'a1 Unexecuted ,a1 Passed u,a1 Unexecuted ,a1 Failed v,' ]
	fresh_db other
	QTEST_PROJECT_ID=2 zw 0 zload < <(records "$twice, log(\"X-C\"; [
	    called(\"X-B\"; 2; \"X-A\"; 1; \"Failed\"; \"v\")])")
	mock_state 2 | jq -e '[.. | .logs? // empty | .[]][0]
	    | .steps == [] and (.note | test("<td>a1</td>|<td><p>a1</p></td>") and test("Failed"))'
}

@test "results of steps that qTest does not list are in the note and reported" {
	mock --called ignored
	zw 0 zload < <(records "$DEEP, $DEEP_LOG")
	[[ $stderr == *"warn: "*"step results are in a table in the note"* ]]
	[ -z "$(step_logs)" ]
	[[ $(note) == "<p>well</p><h3>"*"<td>2.1</td><td><p>b1</p></td><td><p>seen</p></td><td><p>two</p></td><td>Failed</td>"*"<p>[zephyr DEMO E:7]</p>" ]]
	[ "$(sql "SELECT rule, key FROM issue" | tr '|' ' ')" = "step-results 7" ]
	[ "$(sql "SELECT change, field, key FROM loss" | tr '|' ' ')" = "DETACHED test_step_logs 7" ]
	[ "$(mock_count 'POST .*/test-logs 201')" -eq 1 ]
	mock_forget
	z 0 zload < <(records "$DEEP, $DEEP_LOG")
	[ "$(mock_writes)" -eq 0 ]
	# a changed result is in the note, too
	edit_log "$DEEP, ${DEEP_LOG/two/second}" zw
	[[ $(note) == *"<p>second</p>"* ]]
	[ "$(mock_count 'PUT .*/test-logs/{} 200')" -eq 1 ]
}

@test "a log whose step logs qTest refuses is loaded without them" {
	echo 'match POST */test-logs nth 1 do status 400' >refuse
	mock --scenario refuse
	zw 0 zload < <(records "$DEEP, $DEEP_LOG")
	[ "$(mock_count 'POST .*/test-logs 201')" -eq 1 ]
	[ -z "$(step_logs)" ]
	[[ $(note) == *"<td><p>four</p></td><td>Blocked</td>"* ]]
	sql "SELECT what FROM issue" | grep -q 'qTest rejects the step logs'
}

@test "a log that is refused without step logs, too, fails with the first reason" {
	echo 'match POST */test-logs do status 400' >refuse
	mock --scenario refuse
	zw 3 zload < <(records "$DEEP, $DEEP_LOG")
	[ "$(mock_count 'POST .* 400')" -eq 2 ]
	[ "$(sql "SELECT state FROM ledger WHERE kind = 'log'")" = failed ]
}

@test "a result of an unknown status is a text, and the log is loaded" {
	mock
	zw 0 zload < <(records "plain([\"a\", \"b\"]), log(\"X-A\"; [own(\"X-A\"; 1; \"Passed\"; \"one\"),
	    own(\"X-A\"; 2; \"Odd\"; \"two\")])")
	[ "$(step_logs | tr '\n' ,)" = 'a Passed one,b Unexecuted ,' ]
	[[ $(note) == *"<td>two</td><td>Odd</td>"* ]]
}

@test "an update changes the step log of its step, by id or by order" {
	local how
	for how in id order; do
		fresh_db "$how"
		mock --step-logs "$how"
		z 0 zload < <(records "$DEEP, $DEEP_LOG")
		edit_log "$DEEP, ${DEEP_LOG/Blocked/Failed}" z
		[ "$(mock_count 'PUT .*/test-logs/{} 200')" -eq 1 ]
		diff <(step_logs) - <<-'END'
		c1 Passed one
		b1 Failed two
		a1 Unexecuted 
		a2 Failed four
		c3 Unexecuted 
		END
		# a result that was deleted in Zephyr
		edit_log "$DEEP, log(\"X-C\"; [own(\"X-C\"; 3; \"Passed\"; \"five\")])" z
		diff <(step_logs) - <<-'END'
		c1 Unexecuted 
		b1 Unexecuted 
		a1 Unexecuted 
		a2 Unexecuted 
		c3 Passed five
		END
		mock_stop
	done
}

@test "after a change of the script results stay at the steps that ran, and new ones are text" {
	local how both='own("X-A"; 1; "Passed"; "one"), own("X-A"; 2; "Failed"; "two")'
	for how in id order; do
		fresh_db "$how"
		mock --step-logs "$how"
		z 0 zload < <(records "plain([\"a\", \"b\"]), log(\"X-A\"; [$both])")
		# step a has changed: only the result of b has a step in the present script
		edit_log "plain([\"new\", \"b\"]), log(\"X-A\"; [own(\"X-A\"; 2; \"Blocked\"; \"second\")])" z
		[ "$(step_logs | tr '\n' ,)" = 'a Passed one,b Blocked second,' ]
		# the two steps have changed places
		edit_log "plain([\"b\", \"a\"]), log(\"X-A\"; [own(\"X-A\"; 1; \"Failed\"; \"bb\"),
		    own(\"X-A\"; 2; \"Passed\"; \"aa\")])" z
		[ "$(step_logs | tr '\n' ,)" = 'a Passed aa,b Failed bb,' ]
		# a result of a step that has not run
		edit_log "plain([\"b\", \"more\", \"a\"]), log(\"X-A\"; [own(\"X-A\"; 2; \"Failed\"; \"mm\"),
		    own(\"X-A\"; 3; \"Passed\"; \"a3\")])" zw
		[ "$(step_logs | tr '\n' ,)" = 'a Passed a3,b Failed bb,' ]
		[[ $(note) == *"<td><p>more</p></td><td><p>seen</p></td><td>mm</td><td>Failed</td>"* ]]
		mock_stop
	done
}

@test "without a ledger logs of an older version are adopted, and a different one is kept" {
	local second='plain(["new", "b"]), log("X-A"; [own("X-A"; 2; "Failed"; "two")])'
	mock
	z 0 zload < <(records 'plain(["a", "b"]), log("X-A"; [own("X-A"; 1; "Passed"; "one"),
	    own("X-A"; 2; "Failed"; "two")])')
	edit_log "$second" z
	fresh_db lost
	mock_forget
	z 0 zload --adopt < <(records "$second")
	[ "$(mock_writes)" -eq 0 ]
	[ "$(sql "SELECT count(*) FROM issue")" -eq 0 ]
	edit_log "${second/two/second}" z
	[ "$(step_logs | tr '\n' ,)" = 'a Passed one,b Failed second,' ]
	mock_post 'break?kind=log&key=E:7&do=step&n=2&field=actual&value=mine' >/dev/null
	fresh_db again
	mock_forget
	zw 0 zload --adopt < <(records "${second/two/second}")
	[ "$(mock_writes)" -eq 0 ]
	[[ $stderr == *"log E:7: differs in qTest"* ]]
}

@test "results of steps with equal texts are matched by number if all have results, else they are text" {
	mock
	z 0 zload < <(records 'plain(["a", "a", "c"]), log("X-A"; [own("X-A"; 1; "Passed"; "one"),
	    own("X-A"; 2; "Failed"; "two")])')
	edit_log 'plain(["a", "a", "other"]), log("X-A"; [own("X-A"; 1; "Blocked"; "1"),
	    own("X-A"; 2; "Passed"; "2")])' z
	[ "$(step_logs | tr '\n' ,)" = 'a Blocked 1,a Passed 2,c Unexecuted ,' ]
	edit_log 'plain(["a", "a", "another"]), log("X-A"; [own("X-A"; 2; "Failed"; "new")])' zw
	[ "$(step_logs | tr '\n' ,)" = 'a Blocked 1,a Passed 2,c Unexecuted ,' ]
	[[ $(note) == *"<td>2</td>"*"<td>new</td><td>Failed</td>"* ]]
}

@test "a result is not put on a step that was edited in qTest, unless its text is equal" {
	mock
	z 0 zload < <(records 'plain(["a", "b"])')
	next_second
	mock_post 'break?kind=case&key=X-A&do=set&field=description&value=mine' >/dev/null
	# the script changes in Zephyr, too, and the edited case in qTest is kept
	zw 0 zload < <(records 'plain(["new", "b"]), log("X-A"; [own("X-A"; 1; "Failed"; "one"),
	    own("X-A"; 2; "Passed"; "two")])')
	[ "$(mock_count 'PUT .*/test-cases/{} .*')" -eq 0 ]
	[ "$(step_logs | tr '\n' ,)" = 'a Unexecuted ,b Passed two,' ]
	[[ $(note) == *"<td>1</td><td><p>new</p></td><td><p>seen</p></td><td>one</td><td>Failed</td>"* ]]
	# an edited result is updated, and its earlier text is not repeated
	edit_log 'plain(["new", "b"]), log("X-A"; [own("X-A"; 1; "Failed"; "uno"),
	    own("X-A"; 2; "Blocked"; "due")])' zw
	[ "$(step_logs | tr '\n' ,)" = 'a Unexecuted ,b Blocked due,' ]
	[[ $(note) == *"<td>uno</td><td>Failed</td>"* ]]
	[[ $(note) != *"<td>one</td>"* ]]
}
