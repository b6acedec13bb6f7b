def dated: type == "string"
	and test("^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?(Z|[+-]\\d\\d:?\\d\\d)$");

(if .id == null then stop("required"; "no id") else empty end),
(if .testCase.key | missing then stop("required"; "no test case") else empty end),
custom_rule, attachment_rules,
named_rule("status"; .testExecutionStatus), named_rule("environment"; .environment),
(if .testCase.stub then note("case_reference";
	"\(.testCase.key) is not in Zephyr's list of cases (see the finding on it)") else empty end),
(if .testCycle != null and .testCycle.key == null then warn("cycle_reference";
	"cycle \(.testCycle.id) does not exist in the project") else empty end),
(if .actualEndDate == null then
	if .executed then warn("undated"; "a result (\(.testExecutionStatus.name)) without an end date")
	else empty end
 elif .actualEndDate | dated | not then
	warn("date"; "invalid end date \(.actualEndDate | tojson)")
 else empty end),
(if .executionTime == null or ((.executionTime | type) == "number" and .executionTime >= 0)
    then empty else warn("execution_time"; "invalid execution time \(.executionTime | tojson)") end),
(if .executed and .testExecutionStatus == null then
	warn("status"; "no status; qTest gets the map's default") else empty end),
(if .executed then [.steps // [] | .[] | select(.status == null) | .n] | select(. != [])
	| warn("step_status"; "step results without a status: \(list)") else empty end),
([.steps // [] | .[] | select(.step == null) | .n] | select(. != [])
    | note("step_match"; "step results without a step in the current script: \(list)")),
([.steps // [] | .[] | select(.status == null) | .n] | select(. != [])
    | warn("step_status"; "step results without a status: \(list)")),
image_rule(.comment, (.steps // [] | .[].inline.actualResult))
