# An execution becomes a log in the run of its case, cycle and environment.
# The run is the same for all of them: what enters it comes with each.

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
	    | select(.status != null and $map.status.equal[.status.name // ""] == null and (.status | status[1] != "equal"))
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
def result_cells: .inline // {} | .description, .testData, .expectedResult, .actualResult;
def result_table:
	if . == [] then "" else
	"<h3>\($map.texts.results | plain)</h3><table><tbody><tr><th>#</th><th>Data row</th>"
	+ "<th>Description</th><th>Test data</th><th>Expected</th><th>Actual</th><th>Status</th></tr>"
	+ ([.[] | "<tr>" + ("\(.n)" | cell) + (.testDataRowNumber | shown | cell)
	    + ([result_cells | html | celled | cell] | add)
	    + (.status | shown | cell) + "</tr>"] | add)
	+ "</tbody></table>" end;

def known: ["id", "key", "project", "testCase", "testCycle", "environment", "testExecutionStatus",
	"actualEndDate", "executionTime", "estimatedTime", "executedById", "assignedToId",
	"executedBy", "assignedTo", "comment", "automated", "jiraProjectVersion", "customFields",
	"links", "steps",
	"executed", "attachments", "sole", "stepsUnread", "undated"];
def rows($status; $near; $own; $others):
	(.key | shown | row("Execution")),
	(if $status[1] == "equal" then empty else .testExecutionStatus | shown | row("Status") end),
	([($near[] | "\(.n): \(.status | shown)"),
	    ($own[] | select(.status == null) | "\(.n): none")] | join("<br>")
	    | row("Status of steps")),
	more_rows($own; $others),
	(.executedBy // .executedById | shown | row("Executed by")),
	(.assignedTo // .assignedToId | shown | row("Assigned to")),
	(.environment | shown | row("Environment")),
	(.testCase.version | shown | row("Test case version")),
	(.jiraProjectVersion | shown | row("Jira version")),
	(.estimatedTime | time_span | row("Estimated time")),
	(.executionTime | if type == "number" and . >= 0 and . % 1000 == 0 then empty
	    else . end | if type == "number" then time_span else shown end | row("Execution time")),
	(.actualEndDate | if type == "string" and (contains(".") or [moment | .[1] // empty] != [])
	    then shown else "" end | row("End date")),
	(if .automated == true then "true" | row("Automated") else empty end),
	(if .testCycle != null and .testCycle.key == null
	    then "\(.testCycle.id) (not in the project)" | row("Test cycle") else empty end),
	(.customFields | field_rows),
	(.links | link_rows),
	file_row,
	other_rows([]; known);

# What has no log to stand in, as changes: name and value.
def no_place: "a run without a log has no place for it: ";
def told($field; $value):
	if $value == null or $value == "" or $value == [] or $value == {} then empty
	else change("DROPPED"; "no-log"; $field; no_place
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

# What makes no log stands in the run itself, in the property that the map makes
# from "@note": for it, each execution of a run brings all that are undated there
# (or says that it is alone, sole).
def no_log: (.executed | not) or ([.actualEndDate | moment] == []);
def silent:			# what one has to say that makes no log
	(if .executed then change("DROPPED"; "undated"; "actualEndDate";
	    "a result without an end date"
	    + (if .actualEndDate == null then "" else " (\(.actualEndDate))" end)
	    + " makes no log; it was \(.testExecutionStatus.name // .testExecutionStatus.id)")
	 else empty end),
	untold;
def note_field:
	[$map.fields["test-runs"][] | select(.from == "@note") | .label][0];
def section:
	(((.steps // []) | result_table)
	    + table(rows([null, "none"]; []; []; .steps // []),
		(.executionTime | select(type == "number" and . >= 0 and . % 1000 == 0)
		    | time_span | row("Execution time")),
		(.actualEndDate | if type == "string" and contains(".") then "" else shown end
		    | row("End date")))) as $below
	| .comment | html | above($below);
def note_property:
	note_field as $name
	| [(if .sole == true then . else .undated // [] | .[] end)
	    | select(no_log and (.executed and $map.reject_undated | not) and [silent] != [])]
	| if . == [] or $name == null then empty
	  elif length == 1 then {"$field": $name, value: (.[0] | section)}
	  else {"$field": $name, value: (map("<h3>Execution \(.key // .id | shown)</h3>" + section)
	    | add)} end;
def silent_changes:
	.id as $id | note_field as $name
	| (.sole == true or any(.undated // [] | .[]; .id == $id)) as $kept
	| [silent | if $kept and $name != null then
		.change = (if .field == "attachments" then "DETACHED" else "REMAPPED" end)
		| if .code != "no-log" then . else .code = "run-note"
		    | .reason = "a run without a log holds it in \($name): "
			+ .reason[no_place | length:] end
	    else . end],
	  [closures("comment"; .comment | html; field_markup),
	   closures("steps"; empty; .steps // [] | .[] | result_cells | html)];

def log_of($case; $run; $when):
	(.testExecutionStatus | status) as $status
	| $when[0] as $till
	| (.steps // []) as $steps
	| ($steps | own) as $own
	| ($steps | others($own)) as $others
	| ($own | labels) as $labels
	| ($own | near($labels)) as $near
	| (.executionTime | type == "number" and . >= 0 and ($till - (. / 1000 | round) | writable))
	    as $timed
	| (($others | result_table) + table(rows($status; $near; $own; $others),
	    (.executionTime | select(($timed | not) and type == "number" and . >= 0
		and . % 1000 == 0) | time_span | row("Execution time")))
	    + marker("E:\(.id)")) as $below
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
		note: (.comment | html | above($below))}},
	  changes: [
	    (if $when[1] == null then empty else change(
		(if $when[1] == "date-leap-second" then "REMAPPED" else "DEFAULTED" end);
		$when[1]; "exe_end_date"; "end date \(.actualEndDate) has "
		+ ({"date-no-time": "no time of day: midnight UTC",
		    "date-no-zone": "no time zone: UTC",
		    "date-leap-second": "a leap second: the second after it"}[$when[1]])
		+ ", the note keeps it") end),
	    (if $timed then empty
	     elif .executionTime | type == "number" and . >= 0 then
		change("DEFAULTED"; "start-unwritable"; "exe_start_date"; "no date is \(.executionTime | time_span) before the"
		+ " end: start is the end, the note keeps the execution time")
	     else change("DEFAULTED"; "start-unknown"; "exe_start_date";
		"no execution time: start is the end") end),
	    (if $status[1] == "equal" then empty
	     elif .testExecutionStatus == null then
		change("DEFAULTED"; "status-missing"; "testExecutionStatus";
		"Zephyr has no status: the log is \($status[0])")
	     else change("REMAPPED"; "map-" + $status[1]; "testExecutionStatus";
		"\(.testExecutionStatus.name // .testExecutionStatus.id | tojson) is \($status[0])"
		+ " by the map's \($status[1]) value, kept in the note") end),
	    (if $near == [] then empty else change("REMAPPED"; "step-status"; "steps.status";
		[$near[] | "\(.n): \(.status.name // .status.id) is \(.is)"]
		| join(", ") | .[:500]) end),
	    ([$own[] | select(.status == null) | .n | tostring] | if . == [] then empty
		else change("DEFAULTED"; "step-status-missing"; "steps.status";
		("Zephyr has no status for step results"
		    + " \(join(", "))")[:400] + ": they are \($map.status.default)") end),
	    (if $others == [] then empty else change("DETACHED"; "results-table"; "steps";
		"\($others | length) of \($steps | length) results stand as a table in the note")
		end),
	    (if all($steps[]; more == "") and all($own[]; .testDataRowNumber == null) then empty
		else change("DETACHED"; "result-more"; "steps.more";
		"what a step log has no place for (data"
		+ " row, further members of a result) stands in the note") end),
	    closures("comment"; .comment | html; field_markup),
	    closures("steps"; empty; $others[] | result_cells | html),
	    (if (.attachments // []) == [] then empty else
		change("DETACHED"; "attachments"; "attachments";
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
| [.actualEndDate | moment][0] as $when
| (if .executed | not then {how: "never", changes: ([silent_changes] | add)}
   elif $when == null then {how: "undated", changes: ([silent_changes] | add)}
   else log_of($case; $run; $when) + {how: "log"} end) as $log
| [note_property] as $note
| if $log.how == "undated" and $map.reject_undated then
	reject("undated"; "a result without an end date (\(.actualEndDate | tojson))")
else
{key: $id,
 effects: [
    (if $cycle == "@adhoc" then top_node("cycle"), node("cycle"; "@adhoc"; $map.names.adhoc)
     else empty end),
    {kind: "run", key: $run, order: ($case | number), lane: null, parent: $parent,
     needs: ["case/\($case)", $parent["$ref"]],
     body: {name: $name, order: ($case | number), properties: [$p.p[], $note[]],
	test_case: {id: ref("case"; $case)}, test_case_version_id: {"$version": $case}}},
    ($log.effect // empty)],
 changes: ([$renamed[] | select(.change != "DEFAULTED")] + $p.changes + ($log.changes // [])
    + (if .stepsUnread == null then [] else [change("DROPPED"; "results-unread"; "steps";
	"not read, and accepted: \(.stepsUnread)")] end)
    + (if .testCycle != null and .testCycle.key == null then
	[change("DETACHED"; "cycle-missing"; "testCycle";
	"cycle \(.testCycle.id) is not in the project: among the ad-hoc executions")] else [] end)
    + (if $env != "" and (($env | length) > 200 or ($long | units) + ($env | units) > 497) then
	[change("TRUNCATED"; "run-name"; "run";
	    "the run's name holds a part of the case's and of \($env)")] else [] end))}
end end
