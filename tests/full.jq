# Print the values of a source of zmock --full that are not in qTest, a line each:
# "KEY: PATH: TEXT", then "N values", their number.  Arguments: $lists (pages of
# testcases, testcycles, testplans, testexecutions), $names (statuses, priorities,
# environments, folders), $steps and $results ({key: page}), $state (zmock's).

def text: [.. | scalars | tostring] | join("\n");
def escaped: if test("</?p>") then . else @html | gsub("\n"; "<br>") end;
def time_span: (. / 1000) as $s
	| "\($s / 3600 | floor):\("0\($s / 60 % 60 | floor)"[-2:]):\("0\($s % 60)"[-2:])";
def cell($name; $value): "<th>\($name)</th><td>\($value)</td>";
def name_of($id): $names[] | select(.id == $id) | .name | @html;

# Return [path, text] of every value of a row.
def links:
	(.issues // [] | .[] | (["issueId", "issue \(.issueId)"], ["target", .target], ["type", .type])),
	(.webLinks // [] | .[] | (["url", .url], ["description", .description], ["type", .type])
	    | .[1] |= @html);
def fields:
	to_entries[] | ["customFields." + .key, (.key as $k | .value
	    | if type == "array" then join(", ") elif type == "string" then escaped
	    elif . == 12.5 then "12.50" else tostring end	# decimals keep their text
	    | cell($k; .))];
def shared:
	["status", (.status // .testExecutionStatus | .id | name_of(.) | cell("Status"; .))],
	(.customFields | fields), (.links | links),
	(.labels // [] | if . == [] then empty else ["labels", cell("Labels"; join(", "))] end),
	(.owner | values | ["owner", cell("Owner"; .accountId)]),
	(.jiraProjectVersion | values | ["jiraProjectVersion", cell("Jira version"; .id)]),
	(.component | values | ["component", cell("Component"; .id)]),
	(.priority | values | ["priority", cell("Priority"; name_of(.id))]),
	(.name, .objective, .precondition, .description, .comment | values | ["text", .]),
	(.estimatedTime | values | ["estimatedTime", cell("Estimated time"; time_span)]),
	(.createdOn | values | ["createdOn", cell("Created"; .)]),
	(.plannedStartDate | values | ["plannedStartDate", cell("Planned start"; .)]),
	(.plannedEndDate | values | ["plannedEndDate", cell("Planned end"; .)]);
def execution:
	["executedById", cell("Executed by"; .executedById)],
	["assignedToId", cell("Assigned to"; .assignedToId)],
	["environment", cell("Environment"; name_of(.environment.id))],
	["automated", cell("Automated"; true)], ["key", cell("Execution"; .key)],
	["testCase.self", cell("Test case version"; .testCase.self / "/" | last)];
# Start, end and status of a log are not properties.
def dated:
	["actualEndDate", .actualEndDate[:19] + "+00:00"],
	["executionTime", (.actualEndDate | fromdateiso8601) as $last
	    | $last - .executionTime / 1000 | todate[:19] + "+00:00"];
def step_values:
	.inline | values | (.description, .testData, .expectedResult, .reflectRef | values
	    | ["step", .]), (.customFields | fields);
def call_values:
	.testCase | values | .parameters[] | (.name, .value, .type) | ["parameters", @html];

[$state | .. | objects] as $all
| ($all | map(select(.properties? | objects | has("Zephyr Key"))
    | {key: .properties["Zephyr Key"], value: .}) | from_entries) as $keyed
| def marked($key): first($all[] | (.description?, .note? | strings) as $t
	| select($t | test("\\[zephyr ([A-Z]+ )?\($key)\\]</p>$")));
def case_object: .key as $k | first($all[] | select(.precondition? != null
	and .properties["Zephyr Key"] == $k)) | text;
def run_key:
	"\(.testCase.self | capture("testcases/(?<k>[^/]+)").k)|\(.testCycle.id as $id
	    | if $id == null then "@adhoc" else $lists[1].values[] | select(.id == $id) | .key end
	    )|\(.environment.id)";
def want($object; wanted):
	.key as $key | $object as $text | [wanted] | unique | .[] | . as [$path, $value]
	| {key: $key, path: $path, text: $value, there: ($text | contains($value))};
[
 ($lists[0].values[] | . as $r | case_object as $o
    | want($o; shared, ($steps[$r.key].values // [] | .[] | step_values),
	(($steps[$r.key].values // [] | .[] | select(.testCase != null)) | call_values))),
 ($lists[1].values[] | .key as $k | want(marked($k) | text; shared)),
 ($lists[2].values[] | .key as $k | want(marked($k) | text; shared,
    ["folder", (.folder.id | name_of(.))])),
 ($lists[3].values[] | . as $r
    | (if .actualEndDate != null then marked("E:\(.id)") else $keyed[run_key] end | text) as $o
    | want($o;
	(shared | select($r.actualEndDate == null or .[0] != "status")), execution,
	(if $r.actualEndDate != null then dated
	 else ["executionTime", cell("Execution time"; $r.executionTime | time_span)] end),
	($results[$r.key].values // [] | .[] | .inline | .actualResult | values
	    | select(. != "") | ["actualResult", .])))
] | (.[] | select(.there | not) | "\(.key): \(.path): \(.text)"), "\(length) values"
