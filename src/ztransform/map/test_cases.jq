# Transform a test case with its steps into one effect.

def call_rows:
	.n as $n | .testCase
	| (.parameters // [])
	| [.[] | "\(.name // "" | shown_name) = \(.value // "" | shown_name)"
	    + (if .type == null then "" else " (\(.type | shown_name))" end)]
	| join("<br>");
# True for a step that calls a case and that qTest can have as such.
def called:
	.testCase != null and (.testCase.state == "ok" or .testCase.state == "stub");
# Return why a call becomes text.
def call_lost:
	if .testCase.state == "missing" then "no such case in this project"
	elif .testCase.state == "loop" then "calling it would close a circle"
	else .testCase.state | tostring end;
def call_code:
	if .testCase.state == "missing" then "call-missing"
	elif .testCase.state == "loop" then "call-loop"
	else "call-other" end;
def columns: ["customFields", "description", "expectedResult", "reflectRef", "testData"];
# Return a table of what a step has besides its three columns.
def detail:
	if keys == columns and .customFields == null and .reflectRef == null then ""
	else table((.customFields | field_rows),
	    other_rows([]; columns - ["reflectRef"] + ["id"])) end;
# Return the text of a step that also calls a case.
def call_text:
	.inline // {} | (.description | html)
	+ (.testData | if blank then "" else
	    "<p><strong>\($map.texts.test_data | plain)</strong></p>" + html end)
	+ (if .expectedResult | blank then "" else "<p><strong>Expected result</strong></p>"
	    + (.expectedResult | html) end)
	+ (if .description == null then .description = null else . end
	    | if .testData == null then .testData = null else . end
	    | if .expectedResult == null then .expectedResult = null else . end | detail);
def step:
	. as $s
	| if .testCase == null then
		(.inline // {} | detail) as $detail
		| (.inline.description | html) as $text
		| (.inline.testData | if blank then "" else
		    "<p><strong>\($map.texts.test_data | plain)</strong></p>" + html end) as $data
		| {order: .n, expected: (.inline.expectedResult | html),
		   description: (if $detail != "" or $data != "" then
			$text | above($data | above($detail)) else $text end)}
		# .closed: HTML had to be closed
		| if .description == $text + $data + $detail then . else .closed = true end
	elif called then
		{order: .n, description: "", expected: "",
		 called_test_case_id: ref("case"; .testCase.testCaseKey)}
	else
		{order: .n, expected: "",
		 description: ("<p>\($map.texts.call | plain) \(.testCase.testCaseKey | shown)"
		    + (.testCase.name // "" | if . == "" or . == $s.testCase.testCaseKey then ""
			else ": " + plain end)
		    + " (\(call_lost))</p>"
		    + (call_rows | if . == "" then . else "<p>\(.)</p>" end)
		    + call_text)}
	end;
def script:
	if .type == "plain" and (.text | marked) then .text | html
	else "<pre>" + (.text | (if startswith("\n") then "\n" else "" end) + @html
	    | if contains("[~") then . / "[~" | join("[&#126;") else . end) + "</pre>" end;
def steps:
	if .type == "steps" then [.steps[] | step]
	elif (.type == "plain" or .type == "bdd") and (.text | blank | not) then
		[{order: 1, description: script, expected: ""}]
	else [] end;

def usual: ["component", "createdOn", "customFields", "estimatedTime", "folder", "id", "key",
	"labels", "links", "name", "objective", "owner", "precondition", "priority", "project",
	"status", "testScript"];
def known: ["id", "key", "name", "project", "objective", "precondition", "folder", "testScript",
	"status", "priority", "labels", "component", "owner", "estimatedTime", "createdOn",
	"customFields", "links", "attachments", "pictures", "stub", "versions", "why"];
def rows($script):
	(if .stub then .why // $map.texts.stub | plain | row("Test case") else empty end),
	($script.type | if . == "plain" then "Plain text" elif . == "bdd" then "BDD" else "" end
	    | row("Script type")),
	(.status | shown | row("Status")),
	(.priority | shown | row("Priority")),
	(.labels | shown | row("Labels")),
	(.component | shown | row("Component")),
	(.owner | person_shown | row("Owner")),
	(.estimatedTime | time_span | row("Estimated time")),
	(.createdOn | shown | row("Created")),
	(.customFields | field_rows),
	($script.steps // [] | .[] | select(.testCase != null and called) | . as $s | call_rows
	    | named_row("Call parameters, step \($s.n) (\($s.testCase.testCaseKey))")),
	($script.steps // [] | .[] | select(.testCase != null and called) | call_text as $text
	    | select($text != "") | .n as $n | $text
	    | named_row("Text beside the call, step \($n)")),
	(.links | link_rows),
	file_row,
	other_rows(usual; known);

. as $r | .key as $key | (.testScript // {type: "none"}) as $script
| if ($key | blank) then reject("required"; "a test case without a key") else
(.name | line(500; "\($map.names.unnamed) test case \($key)")) as [$name, $renamed]
| properties("test-cases") as $p
| ($script | steps) as $steps
| (if .stub then "@archived"
   elif .folder == null or .folder.id == null or .folder.name == null then "@unfiled"
   else "folder:\(.folder.id)" end) as $home
| [($script.steps // [])[] | select(.testCase != null)] as $calls
| (without($p.used) | table(rows($script))) as $table
| ($key | number) as $number
| {key: $key,
   effects: [
    (if $home == "@archived" then top_node("module"),
	    node("module"; $home; $map.names.archived)
     elif $home == "@unfiled" then top_node("module"),
	    node("module"; $home; $map.names.unfiled)
     else empty end),
    {kind: "case", key: $key, order: $number, lane: null, parent: null,
     needs: (["module/\($home)"]
	+ ([$calls[] | select(called) | "case/\(.testCase.testCaseKey)"] | unique)),
     body: {
	name: $name, order: $number, parent_id: ref("module"; $home),
	description: (.objective | html | above($table)),
	precondition: (.precondition | html),
	properties: $p.p, test_steps: ($steps | if any(.[]; .closed) then map(del(.closed)) else . end)}},
    file_effects("test_cases"; $key; ref("case"; $key); $script.steps // []; false),
    requirement_effects("case"; $key; "test-cases")],
   changes: ($renamed + $p.changes
    + [closures("objective"; .objective | html | select($table != ""); empty),
	closures("customFields"; empty; field_markup),
	closures(any($steps[]; .closed); "testScript"; empty;
	    $script.steps // [] | .[] | .inline | objects | field_markup)]
    + [$calls[] | select(called | not)
	| change("DETACHED"; call_code; "testScript.steps[\(.n)]";
	    "call to \(.testCase.testCaseKey) is text: \(call_lost)")]
    + [$calls[] | select(called and call_text != "")
	| change("DETACHED"; "call-text"; "testScript.steps[\(.n)]";
	    "a step that calls has no text in qTest: its text is in the description")]
    + (if $script.unread == null then [] else
	[change("DROPPED"; "script-unread"; "testScript";
	"not read: \($script.unread)")] end)
    + (if .stub then [change("DEFAULTED"; "stub"; "name";
	.why // "archived or deleted in Zephyr: only the key is known")] else [] end)
    + (if .folder.id != null and .folder.name == null then
	[change("DETACHED"; "folder-missing"; "folder";
	"folder \(.folder.id) is not in the project")] else [] end)
    + ([.versions // [] | .[].version | tostring] | if . == [] then [] else
	[change("DROPPED"; "versions"; "versions";
	"older versions have no place in qTest: \(length) (\(join(", ")))")] end)
    + [files_unstored])}
end
