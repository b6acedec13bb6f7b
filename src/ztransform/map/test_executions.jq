# An execution becomes a log in the run of its case, cycle and environment.
# The run is the same for all of them: nothing of one execution enters it.

def moment:			# seconds since 1970, or nothing
	if type != "string" then empty else
	(.[:19] + "Z") as $utc
	| ($utc | fromdateiso8601? // empty) as $s
	| select(($s | todate) == $utc)
	| .[19:]
	| if . == "Z" or . == "" then $s
	  elif test("^(\\.\\d+)?Z?$") then $s
	  elif test("^(\\.\\d+)?[+-]\\d\\d:?\\d\\d$") then
		(if .[-3:-2] == ":" then .[-6:] else .[-5:-2] + ":" + .[-2:] end)
		| (.[1:3] | tonumber * 3600) as $h | (.[4:6] | tonumber * 60) as $m
		| if .[0:1] == "-" then $s + $h + $m else $s - $h - $m end
	  else empty end
	end;
def qtest_date: todate | .[:19] + "+00:00";

def status: if . == null then [$map.status.default, "default"]
	else lookup($map.status; .name // "\(.id)") end;

# Results that belong to a step of today's script: one each, the first data
# row; the others become a table.
def place: .step | if .via != null then tojson else .n * 1000000 + (.m // 0) end;
def own:
	map(.step.n) as $n
	| if $n == [] or ($n[0] != null and ($n | unique) == $n) then . else
	(if map(.testDataRowNumber // 0) | max == 0 then .
	    else sort_by(.testDataRowNumber // 0, .n) end)
	| [.[] | select(.step != null)]
	| map(place) as $places
	| if ($places | unique) == $places then . else unique_by(place) | sort_by(.n) end
	end;
def others($own):
	if length == ($own | length) then []
	else ($own | map({key: "\(.n)", value: true}) | from_entries) as $taken
	| [.[] | select($taken["\(.n)"] | not)] end;
# Of each result its label; then, of those to which the map gives another
# meaning, what they were.
def labels: map($map.status.equal[.status.name // ""] // (.status | status[0]));
def near($labels):
	[range(length) as $i | .[$i]
	    | select($map.status.equal[.status.name // ""] == null and (.status | status[1] != "equal"))
	    | {n, status, is: $labels[$i]}];
# What a result has beside what its log, or the table, holds.
def besides($usual):
	if keys == $usual then empty else . as $v | (keys - $usual)[] as $k
	| $v[$k] | shown | select(. != "") | "\($k | plain): \(.)" end;
def more:
	[besides(["id", "inline", "n", "status", "step", "testDataRowNumber"]),
	 (.inline // {} | besides(["actualResult", "description", "expectedResult", "testData"]))]
	| join("; ");
def more_lines($rowed):
	[.[] | [(if $rowed and .testDataRowNumber != null then "data row \(.testDataRowNumber)"
		else empty end), (more | select(. != ""))]
	    as $all | select($all != []) | "\(.n): \($all | join("; "))"];
# The data row of those that have a log: one for all, or each its own.
def more_rows($own; $others):
	($own | map(.testDataRowNumber) | unique) as $rows
	| (if ($rows | length) == 1 then $rows[0] | shown | row("Data row of the steps") else empty end),
	  (($own | more_lines(($rows | length) > 1)) + ($others | more_lines(false))
	    | join("<br>") | row("More of the step results"));
# The step of a called case is named by the case whose step calls it: via, when
# the call stands inside another call.
def called_log($case):
	.step as $step
	| ($step.via // {case: $case, n: $step.n}) as $by
	| {called_test_case_id: ref("case"; $step.call),
	   parent_test_step_id: {"$step": {case: $by.case, n: $by.n}},
	   test_step_id: {"$step": {case: $by.case, n: $by.n, call: $step.call, m: $step.m}}};
def step_logs($case; $labels):
	[range(length) as $i | .[$i]
	    | {order: ($i + 1), status: {"$status": $labels[$i]},
	       actual_result: (.inline.actualResult | if . == null then "" else html end),
	       test_step_id: {"$step": {case: $case, n: .step.n}}}
	      + if .step.call == null then {} else called_log($case) end];
def cell: "<td>\(.)</td>";
def result_table:
	if . == [] then "" else
	"<h3>\($map.texts.results | plain)</h3><table><tbody><tr><th>#</th><th>Data row</th>"
	+ "<th>Description</th><th>Test data</th><th>Expected</th><th>Actual</th><th>Status</th></tr>"
	+ ([.[] | "<tr>" + ("\(.n)" | cell) + (.testDataRowNumber | shown | cell)
	    + (.inline.description | html | cell) + (.inline.testData | html | cell)
	    + (.inline.expectedResult | html | cell) + (.inline.actualResult | html | cell)
	    + (.status | shown | cell) + "</tr>"] | add)
	+ "</tbody></table>" end;

def known: ["id", "key", "project", "testCase", "testCycle", "environment", "testExecutionStatus",
	"actualEndDate", "executionTime", "estimatedTime", "executedById", "assignedToId",
	"executedBy", "assignedTo", "comment", "automated", "jiraProjectVersion", "customFields",
	"links", "steps",
	"executed", "attachments", "sole", "stepsUnread"];
def rows($status; $near; $own; $others):
	(.key | shown | row("Execution")),
	(if $status[1] == "equal" then empty else .testExecutionStatus | shown | row("Status") end),
	($near | map("\(.n): \(.status | shown)") | join("<br>") | row("Status of steps")),
	more_rows($own; $others),
	(.executedBy // .executedById | shown | row("Executed by")),
	(.assignedTo // .assignedToId | shown | row("Assigned to")),
	(.environment | shown | row("Environment")),
	(.testCase.version | shown | row("Test case version")),
	(.jiraProjectVersion | shown | row("Jira version")),
	(.estimatedTime | time_span | row("Estimated time")),
	(.executionTime | if type == "number" and . >= 0 and . % 1000 == 0 then empty
	    else . end | if type == "number" then time_span else shown end | row("Execution time")),
	(.actualEndDate | if type == "string" and contains(".") then shown else "" end
	    | row("End date")),
	(if .automated == true then "true" | row("Automated") else empty end),
	(if .testCycle != null and .testCycle.key == null
	    then "\(.testCycle.id) (not in the project)" | row("Test cycle") else empty end),
	(.customFields | field_rows),
	(.links | link_rows),
	file_row,
	other_rows([]; known);

# What has no log to stand in, as changes: name and value.
def told($field; $value):
	if $value == null or $value == "" or $value == [] or $value == {} then empty
	else change("DROPPED"; $field; "a run without a log has no place for it: "
	    + ($value | if type == "string" then . else tojson end)) end;
def who: if . == null then null else "\(.displayName) (\(.accountId))" end;
def untold:
	. as $e |
	told("automated"; .automated | select(. == true)),
	told("comment"; .comment),
	told("executedById"; .executedBy | who // $e.executedById),
	told("assignedToId"; .assignedTo | who // $e.assignedToId),
	told("executionTime"; .executionTime),
	told("estimatedTime"; .estimatedTime),
	told("jiraProjectVersion"; .jiraProjectVersion | .name // .id),
	told("customFields"; .customFields // {}
	    | if type == "object" then with_entries(select(.value | shown != "")) else . end),
	told("links.issues"; [.links.issues // [] | .[]
	    | (.target // .issueId) as $to | if .key == null then $to else "\(.key) \($to)" end]),
	told("attachments"; [.attachments // [] | .[] | file_text]),
	told("steps"; [.steps // [] | .[]
	    | select((.inline.actualResult | blank | not) or (.status | status[0]) != "Unexecuted"
		or more != "")
	    | "\(.n): \(.status.name // .status.id) \(.inline.actualResult // "")"
		+ (more | if . == "" then . else " (\(.))" end)]),
	(. as $r | keys_unsorted - known | .[] | . as $k | told($k; $r[$k]));

# An execution that is the only one of its run and makes no log stands in the
# run itself, in the property that the map makes from "@note".
def note_field:
	[$map.fields["test-runs"][] | select(.from == "@note") | .label][0];
def note_of($changes):
	note_field as $name
	| if .sole != true or $name == null or $changes == [] then {changes: $changes}
	else (.testExecutionStatus | status) as $status
	| {property: {"$field": $name,
	    value: ((.comment | html) + ((.steps // []) | result_table)
		+ table(rows([null, "none"]; []; []; .steps // []),
		    (.executionTime | select(type == "number" and . >= 0 and . % 1000 == 0)
			| time_span | row("Execution time")),
		    (.actualEndDate | if type == "string" and contains(".") then "" else shown end
			| row("End date"))))},
	  changes: [$changes[] | .change = (if .field == "attachments" then "DETACHED" else "REMAPPED" end)
	    | .reason |= sub("^a run without a log has no place for it";
		"a run without a log holds it in \($name)")]}
	end;

def log_of($case; $run; $till):
	(.testExecutionStatus | status) as $status
	| (.steps // []) as $steps
	| ($steps | own) as $own
	| ($steps | others($own)) as $others
	| ($own | labels) as $labels
	| ($own | near($labels)) as $near
	| (.executionTime | type == "number" and . >= 0) as $timed
	| {effect: {
	    kind: "log", key: "E:\(.id)", lane: "run:\($run)", parent: ref("run"; $run),
	    needs: (["run/\($run)", "case/\($case)"]
		+ ([$own[].step | select(.call != null) | .call, .via.case | values | "case/\(.)"]
		    | unique)),
	    body: {
		status: {"$status": $status[0]},
		exe_start_date: (if $timed then $till - (.executionTime / 1000 | round) else $till end
		    | qtest_date),
		exe_end_date: ($till | qtest_date),
		test_case_version_id: {"$version": $case},
		test_step_logs: ($own | step_logs($case; $labels)),
		note: ((.comment | html) + ($others | result_table) + table(rows($status; $near; $own; $others))
		    + marker("E:\(.id)"))}},
	  changes: [
	    (if $timed then empty else change("DEFAULTED"; "exe_start_date";
		"no execution time: start is the end") end),
	    (if $status[1] == "equal" then empty else change("REMAPPED"; "testExecutionStatus";
		"\(.testExecutionStatus.name // .testExecutionStatus.id | tojson) is \($status[0])"
		+ " by the map's \($status[1]) value, kept in the note") end),
	    ([$own[] | select(.status == null) | .n] | if . == [] then empty
		else change("DEFAULTED"; "steps.status"; ("Zephyr gave no status for the result of step "
		+ (map("\(.)") | join(", ")) + ": loaded as \($map.status.default)") | .[:500]) end),
	    ([$near[] | select(.status != null)] as $near
		| if $near == [] then empty else change("REMAPPED"; "steps.status";
		[$near[] | "\(.n): \(.status.name // .status.id) is \(.is)"]
		| join(", ") | .[:500]) end),
	    (if $others == [] then empty else change("DETACHED"; "steps";
		"\($others | length) of \($steps | length) results stand as a table in the note")
		end),
	    (if all($steps[]; more == "") and all($own[]; .testDataRowNumber == null) then empty
		else change("DETACHED"; "steps.more"; "what a step log has no place for (data"
		+ " row, further members of a result) stands in the note") end),
	    (if (.attachments // []) == [] then empty else change("DETACHED"; "attachments";
		"listed with size and sha256, not loaded: \(.attachments | length)") end)]};

. as $e | "\(.id)" as $id | .testCase.key as $case
| if .id == null then reject("required"; "an execution without an id")
elif ($case | blank) then reject("required"; "an execution without a test case")
else
(.testCycle.key // "@adhoc") as $cycle
| (.environment | if . == null then "" else .name // "environment \(.id)" end) as $env
| "\($case)|\($cycle)|\(.environment.id // 0)" as $run
| (if $cycle == "@adhoc" then ref("cycle"; "@adhoc") else ref($map.kind; $cycle) end) as $parent
| (.testCase.name | line(500; $case)) as [$long, $renamed]
| (if $env == "" then $long else " (\($env[:200]))" as $tail
    | ($long | cut(500 - ($tail | units))) + ($tail | line(500; "")[0]) end) as $name
| ({key: $run} + {environment, testCase, testCycle} | properties("test-runs")) as $p
| [.actualEndDate | moment] as $till
| (if .executed | not then {how: "never"} + note_of([untold])
   elif $till == [] then {how: "undated"}
	+ note_of([change("DROPPED"; "actualEndDate"; "a result without an end date"
	    + (if .actualEndDate == null then "" else " (\(.actualEndDate))" end)
	    + " makes no log; it was \(.testExecutionStatus.name // .testExecutionStatus.id)"),
	 untold])
   else log_of($case; $run; $till[0]) + {how: "log"} end) as $log
| if $log.how == "undated" and $map.reject_undated then
	reject("undated"; "a result without an end date (\(.actualEndDate | tojson))")
else
{key: $id,
 effects: [
    (if $cycle == "@adhoc" then top_node("cycle"), node("cycle"; "@adhoc"; $map.names.adhoc)
     else empty end),
    {kind: "run", key: $run, order: ($case | number), lane: null, parent: $parent,
     needs: ["case/\($case)", $parent["$ref"]],
     body: {name: $name, order: ($case | number), properties: [$p.p[], ($log.property // empty)],
	test_case: {id: ref("case"; $case)}, test_case_version_id: {"$version": $case}}},
    ($log.effect // empty)],
 changes: ([$renamed[] | select(.change != "DEFAULTED")] + $p.changes + ($log.changes // [])
    + (if .stepsUnread == null then [] else [change("DROPPED"; "steps";
	"not read, and accepted: \(.stepsUnread)")] end)
    + (if .testCycle != null and .testCycle.key == null then [change("DETACHED"; "testCycle";
	"cycle \(.testCycle.id) is not in the project: among the ad-hoc executions")] else [] end)
    + (if $env != "" and (($env | length) > 200 or ($long | units) + ($env | units) > 497) then [change("TRUNCATED";
	"run"; "the run's name holds a part of the case's and of \($env)")] else [] end))}
end end
