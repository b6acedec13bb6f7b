# Run once a start: map.json in, {"map", "fields"} out.  map is what the other
# programs read as $map: checked, and laid out for look-ups.  fields is what a
# target stream's META says about the qTest fields in use.

def no($why): error("map.json: " + $why);
def need($ok; $why): if $ok then . else no($why) end;
def one_of($words): . as $w | any($words[]; . == $w);
def object($where):
	if type == "object" then . else no("\($where) is no object") end;
def known($words; $where):
	need((keys - $words) == []; "\($where): unknown name \((keys - $words)[0] | tojson)");

def artifacts: ["test-cases", "test-runs", "releases", "test-suites"];
def types: ["text", "rich", "area", "number", "date", "combo", "multi", "user", "url"];

# A run stands for all executions of one case, cycle and environment, so only
# what these have in common may become its property.
def shared: ["@note", "key", "environment.name", "testCase.key", "testCase.name", "testCycle.key"];

def title: split(" ") | map(.[0:1] as $h | ($h | ascii_upcase) + .[1:]) | join(" ");
def spellings:
	with_entries(.key |= ascii_downcase)
	| . as $low
	| reduce keys[] as $k ({}; .[$k] = $low[$k] | .[$k | ascii_upcase] = $low[$k]
	    | .[$k | title] = $low[$k] | .[($k[0:1] | ascii_upcase) + $k[1:]] = $low[$k]);

def table($where):
	object($where) | known(["equal", "nearest", "default"]; $where)
	| need(has("default"); "\($where): no default (null keeps the text only)")
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
	    "field \(.label): values.\(.values) is not there")
	# an object with a name is known by it
	| (if (.from | startswith("customFields.")) or .artifact == "test-runs" then .
	    else .from |= rtrimstr(".name") end)
	| .path = (if .from | startswith("customFields.") then ["customFields", .from[13:]]
	    else .from / "." end)
	| .table = (if .values == null then null else $values[.values] end);

def checked:
	object("the file")
	| known(["root", "test_cycles", "undated", "fields", "users", "values", "names", "texts"];
	    "the file")
	| need(.test_cycles | one_of(["cycle", "suite"]); "test_cycles is cycle or suite")
	| need(.undated | one_of(["note", "reject"]); "undated is note or reject")
	| need(.root == null or ((.root | type) == "string" and .root != "");
	    "root is null or a name")
	| need(.users | type == "object"; "users is no object")
	| need(all([.users[]][]; type == "string"); "users: a login is a text")
	| need([.names["unfiled", "archived", "adhoc", "unnamed"] | strings] | length == 4;
	    "names: unfiled, archived, adhoc and unnamed are needed")
	| need([.texts["fields", "test_data", "results", "call", "stub"] | strings] | length == 5;
	    "texts: fields, test_data, results, call and stub are needed")
	| need(.values.execution_status.default | type == "string";
	    "values.execution_status needs a default");

checked
| .test_cycles as $cycles
| (.values | with_entries(.key as $k | .value |= table("values.\($k)"))) as $values
| [.fields[] | field($values) | select(.artifact != "test-suites" or $cycles == "suite")]
	as $fields
| {map: {
	root, users, names, texts,
	kind: $cycles,
	reject_undated: (.undated == "reject"),
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
