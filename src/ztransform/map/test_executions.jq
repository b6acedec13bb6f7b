# Transform an execution into a log in the run of its case, cycle and environment.  Each
# execution of a run comes with all that the run's effect is made from, so that all give
# the same effect.

# Return the status of a result in qTest as [status, how]; how as in lookup.
def status: if . == null then [$map.status.default, "default"]
	else lookup($map.status; .name // "\(.id)") end;

def step_place: .step | if .via != null then tojson else .n * 1000000 + (.m // 0) end;
# Return the results that get a step log: one for each step of the current script, that of
# the first data row.  unplaced_results are the others, which become a table.
def placed_results:
	map(.step.n) as $n
	| if $n == [] or ($n[0] != null and ($n | unique) == $n) then . else
	(if map(.testDataRowNumber // 0) | max == 0 then .
	    else sort_by(.testDataRowNumber // 0, .n) end)
	| [.[] | select(.step != null)]
	| map(step_place) as $places
	| if ($places | unique) == $places then . else unique_by(step_place) | sort_by(.n) end
	end;
# Return the id and the number in test_step_logs of the results that get a step log.
def numbered_results:
	placed_results | [range(length) as $i | {id: .[$i].id, n: ($i + 1)}];
def unplaced_results($placed):
	if length == ($placed | length) then []
	else ($placed | map({key: "\(.n)", value: true}) | from_entries) as $taken
	| [.[] | select($taken["\(.n)"] | not)] end;
# Return the label in qTest of each result.
def status_labels: map($map.status.equal[.status.name // ""] // (.status | status[0]));
# Return the results whose status the map does not give as equal, with their label.
def changed_statuses($labels):
	[range(length) as $i | .[$i]
	    | select(.status != null and $map.status.equal[.status.name // ""] == null and (.status | status[1] != "equal"))
	    | {n, status, is: $labels[$i]}];
# Return what a result has besides the members that its log, or the table, has.
def further_members($usual):
	if keys == $usual then empty else . as $v | (keys - $usual)[] as $k
	| $v[$k] | shown | select(. != "") | "\($k | plain): \(.)" end;
def further_text:
	[further_members(["id", "inline", "n", "status", "step", "testDataRowNumber"]),
	 (.inline // {} | further_members(["actualResult", "description", "expectedResult", "testData"]))]
	| join("; ");
def further_lines($rowed):
	[.[] | [(if $rowed and .testDataRowNumber != null then "data row \(.testDataRowNumber)"
		else empty end), (further_text | select(. != ""))]
	    as $all | select($all != []) | "\(.n): \($all | join("; "))"];
# Return a row with the data row of the results that have a log, if it is the same for
# all, and one with what each result has further.
def further_rows($placed; $unplaced):
	($placed | map(.testDataRowNumber) | unique) as $rows
	| (if ($rows | length) == 1 then $rows[0] | shown | row("Data row of the steps") else empty end),
	  (($placed | further_lines(($rows | length) > 1)) + ($unplaced | further_lines(false))
	    | join("<br>") | row("More of the step results"));
# Return the references of a result on a step of a called case: the step that calls is
# one of this case, or that in via if the call is inside another call.
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
	"executed", "attachments", "pictures", "sole", "stepsUnread", "undated"];
def rows($status; $changed; $placed; $unplaced):
	(.key | shown | row("Execution")),
	(if $status[1] == "equal" then empty else .testExecutionStatus | shown | row("Status") end),
	([($changed[] | "\(.n): \(.status | shown)"),
	    ($placed[] | select(.status == null) | "\(.n): none")] | join("<br>")
	    | row("Status of steps")),
	further_rows($placed; $unplaced),
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

# The changes of an execution that makes no log: one for each value.
def no_log_reason: "a run without a log has no place for it: ";
def no_log_change($field; $value):
	if $value == null or $value == "" or $value == [] or $value == {} then empty
	else change("DROPPED"; "no-log"; $field; no_log_reason
	    + ($value | if type == "string" then . else tojson end)) end;
def person_text: if . == null then null else "\(.displayName) (\(.accountId))" end;
def no_log_changes:
	. as $e |
	no_log_change("automated"; .automated | select(. == true)),
	no_log_change("comment"; .comment),
	no_log_change("executedById"; .executedBy | person_text // $e.executedById),
	no_log_change("assignedToId"; .assignedTo | person_text // $e.assignedToId),
	no_log_change("executionTime"; .executionTime),
	no_log_change("estimatedTime"; .estimatedTime),
	no_log_change("jiraProjectVersion"; .jiraProjectVersion | .name // .id),
	no_log_change("customFields"; .customFields // {}
	    | if type == "object" then with_entries(select(.value | shown != "")) else . end),
	no_log_change("links.issues"; [.links.issues // [] | .[]
	    | (.target // .issueId) as $to | if .key == null then $to else "\(.key) \($to)" end]),
	no_log_change("attachments"; [.attachments // [] | .[] | file_text]),
	no_log_change("pictures"; [.pictures // [] | .[].name]),
	no_log_change("steps"; [.steps // [] | .[]
	    | select((.inline.actualResult | blank | not) or (.status | status[0]) != "Unexecuted"
		or further_text != "")
	    | "\(.n): \(.status.name // .status.id) \(.inline.actualResult // "")"
		+ (further_text | if . == "" then . else " (\(.))" end)]),
	(. as $r | keys_unsorted - known | .[] | . as $k | no_log_change($k; $r[$k]));

# An execution that makes no log is in the run itself, in the property that the map makes
# from "@note".  For it, each execution of a run comes with all undated ones of the run,
# or with sole if it is the only one.
def no_log: (.executed | not) or ([.actualEndDate | moment] == []);
# Return the changes of an execution that makes no log; unlogged_record_changes those that its
# record has, which depend on the note of the run.
def unlogged_changes:
	(if .executed then change("DROPPED"; "undated"; "actualEndDate";
	    "a result without an end date"
	    + (if .actualEndDate == null then "" else " (\(.actualEndDate))" end)
	    + " makes no log; it was \(.testExecutionStatus.name // .testExecutionStatus.id)")
	 else empty end),
	no_log_changes;
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
	    | select(no_log and (.executed and $map.reject_undated | not) and [unlogged_changes] != [])]
	| if . == [] or $name == null then empty
	  elif length == 1 then {"$field": $name, value: (.[0] | section)}
	  else {"$field": $name, value: (map("<h3>Execution \(.key // .id | shown)</h3>" + section)
	    | add)} end;
def unlogged_record_changes:
	.id as $id | note_field as $name
	| (.sole == true or any(.undated // [] | .[]; .id == $id)) as $kept
	| [unlogged_changes | if $kept and $name != null then
		.change = (if .field == "attachments" or .field == "pictures" then "DETACHED" else "REMAPPED" end)
		| if .code != "no-log" then . else .code = "run-note"
		    | .reason = "a run without a log holds it in \($name): "
			+ .reason[no_log_reason | length:] end
	    else . end],
	  [closures("comment"; .comment | html; field_markup),
	   closures("steps"; empty; .steps // [] | .[] | result_cells | html)];

def log_of($case; $run; $when):
	(.testExecutionStatus | status) as $status
	| $when[0] as $till
	| (.steps // []) as $steps
	| ($steps | placed_results) as $placed
	| ($steps | unplaced_results($placed)) as $unplaced
	| ($placed | status_labels) as $labels
	| ($placed | changed_statuses($labels)) as $changed
	| (.executionTime | type == "number" and . >= 0 and ($till - (. / 1000 | round) | writable))
	    as $timed
	| (($unplaced | result_table) + table(rows($status; $changed; $placed; $unplaced),
	    (.executionTime | select(($timed | not) and type == "number" and . >= 0
		and . % 1000 == 0) | time_span | row("Execution time")))
	    + marker("E:\(.id)")) as $below
	| {effect: {
	    kind: "log", key: "E:\(.id)", lane: "run:\($run)", parent: ref("run"; $run),
	    needs: (["run/\($run)", "case/\($case)"]
		+ ([$placed[].step | select(.call != null) | .call, .via.case | values | "case/\(.)"]
		    | unique)),
	    body: {
		status: {"$status": $status[0]},
		exe_start_date: (if $timed then $till - (.executionTime / 1000 | round) else $till end
		    | qtest_date),
		exe_end_date: ($till | qtest_date),
		test_case_version_id: {"$version": $case},
		test_step_logs: ($placed | step_logs($case; $labels)),
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
	    (if $changed == [] then empty else change("REMAPPED"; "step-status"; "steps.status";
		[$changed[] | "\(.n): \(.status.name // .status.id) is \(.is)"]
		| join(", ") | .[:500]) end),
	    ([$placed[] | select(.status == null) | .n | tostring] | if . == [] then empty
		else change("DEFAULTED"; "step-status-missing"; "steps.status";
		("Zephyr has no status for step results"
		    + " \(join(", "))")[:400] + ": they are \($map.status.default)") end),
	    (if $unplaced == [] then empty else change("DETACHED"; "results-table"; "steps";
		"\($unplaced | length) of \($steps | length) results stand as a table in the note")
		end),
	    (if all($steps[]; further_text == "") and all($placed[]; .testDataRowNumber == null) then empty
		else change("DETACHED"; "result-more"; "steps.more";
		"what a step log has no place for (data"
		+ " row, further members of a result) stands in the note") end),
	    closures("comment"; .comment | html; field_markup),
	    closures("steps"; empty; $unplaced[] | result_cells | html),
	    files_unstored]};

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
| (if .executed | not then {how: "never", changes: ([unlogged_record_changes] | add)}
   elif $when == null then {how: "undated", changes: ([unlogged_record_changes] | add)}
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
    ($log.effect // empty),
    (if $log.effect == null then empty
     else file_effects("test_executions"; $id; ref("log"; "E:\($id)");
	    $e.steps // [] | numbered_results; false),
	(if .links.issues == null or .links.issues == [] then empty
	 else link_effects("log"; "E:\($id)"; "defects") end) end)],
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
