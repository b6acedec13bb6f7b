# Run once at the start: check map.json and return {"map", "statuses", "fields"}.  map is
# what the other programs read as $map, laid out for look-ups.  statuses and fields are
# what META of the target stream says about statuses and fields of qTest in use.

def no($why): error("map.json: " + $why);
def need($ok; $why): if $ok then . else no($why) end;
def one_of($words): . as $w | any($words[]; . == $w);
def object($where):
	if type == "object" then . else no("\($where) is not an object") end;
def known($words; $where):
	need((keys - $words) == []; "\($where): unknown name \((keys - $words)[0] | tojson)");

def artifacts: ["test-cases", "test-runs", "releases", "test-suites"];
def types: ["text", "rich", "area", "number", "date", "combo", "multi", "user", "url"];

# The members that may become a property of a run: those that all executions of a case,
# cycle and environment have in common.
def shared: ["@note", "key", "environment.name", "testCase.key", "testCase.name", "testCycle.key"];

def title: split(" ") | map(.[0:1] as $h | ($h | ascii_upcase) + .[1:]) | join(" ");
def spellings:
	with_entries(.key |= ascii_downcase)
	| . as $low
	| reduce keys[] as $k ({}; .[$k] = $low[$k] | .[$k | ascii_upcase] = $low[$k]
	    | .[$k | title] = $low[$k] | .[($k[0:1] | ascii_upcase) + $k[1:]] = $low[$k]);

def table($where):
	object($where) | known(["equal", "nearest", "default"]; $where)
	| need(has("default"); "\($where): default is missing (null keeps the text only)")
	| {equal: (.equal // {} | object($where) | spellings),
	   nearest: (.nearest // {} | object($where) | spellings), default};

def field($values):
	object("a field")
	| known(["from", "artifact", "label", "type", "create", "required", "values"]; "fields")
	| need((.from | type) == "string" and (.label | type) == "string" and .label != "";
	    "a field needs from and label: \(tojson)")
	| need(.artifact | one_of(artifacts); "field \(.label): artifact is one of \(artifacts)")
	| need(.type | one_of(types); "field \(.label): type is one of \(types)")
	| need(.artifact != "test-runs" or (.from | one_of(shared));
	    "field \(.label): \(.from) differs between the executions of one run")
	| need(.values == null or $values[.values] != null;
	    "field \(.label): values.\(.values) does not exist")
	# an object is shown by its name
	| (if (.from | startswith("customFields.")) or .artifact == "test-runs" then .
	    else .from |= rtrimstr(".name") end)
	| .path = (if .from | startswith("customFields.") then ["customFields", .from[13:]]
	    else .from / "." end)
	| .table = (if .values == null then null else $values[.values] end);

def checked:
	object("the file")
	| known(["root", "test_cycles", "undated", "requirements", "relink", "fields", "users", "values",
	    "names", "texts"]; "the file")
	| need(.test_cycles | one_of(["cycle", "suite"]); "test_cycles is cycle or suite")
	| need(.undated | one_of(["note", "reject"]); "undated is note or reject")
	| need(.requirements // "text" | one_of(["text", "link"]); "requirements is text or link")
	| need(.relink // "on" | one_of(["on", "off"]); "relink is on or off")
	| need(.root == null or ((.root | type) == "string" and .root != "");
	    "root is null or a name")
	| need(.users | type == "object"; "users is not an object")
	| need(all([.users[]][]; type == "string"); "users: a login is a text")
	| need([.names["unfiled", "archived", "adhoc", "unnamed"] | strings] | length == 4;
	    "names: unfiled, archived, adhoc and unnamed are required")
	| need([.texts["fields", "test_data", "results", "call", "stub"] | strings] | length == 5;
	    "texts: fields, test_data, results, call and stub are required")
	| need(.values.execution_status.default | type == "string";
	    "values.execution_status: default is missing");

checked
| .test_cycles as $cycles
| (.values | with_entries(.key as $k | .value |= table("values.\($k)"))) as $values
| [.fields[] | field($values) | select(.artifact != "test-suites" or $cycles == "suite")]
	as $fields
| {map: {
	root, users, names, texts,
	kind: $cycles,
	reject_undated: (.undated == "reject"),
	requirements: (.requirements == "link"),
	relink: (.relink != "off"),
	status: $values.execution_status,
	fields: (reduce artifacts[] as $a ({};
	    .[$a] = [$fields[] | select(.artifact == $a)
		| {from, "label": .label, type, path, table,
		    plain: (.type == "text" or .type == "area" or .type == "url")}]))
   },
   statuses: ([$values.execution_status | .equal[], .nearest[], .default | strings] | unique),
   fields: [$fields[] | {artifact, "label": .label, type, create: (.create // false),
	required: (.required // false)}
	+ (if .table == null then {} else
	    {values: ([.table.equal[], .table.nearest[], .table.default | strings] | unique)} end)]}
