# Rules for effects: find values that qTest would reject or misread (qtest-api.md
# 1.5 and 2.3 to 2.8).

def kinds: ["module", "case", "release", "cycle", "suite", "run", "log", "blob", "link", "relink"];
# Return the length in UTF-16 units: two for each character beyond U+FFFF.
def units: explode | map(if . > 65535 then 2 else 1 end) | add;
def name_rule:
	if .body.name | blank then stop("name"; "\(.kind) without a name")
	elif (.body.name | length > 250 and units > 500) then
		stop("name_length"; "the name has \(.body.name | units) characters; qTest allows 500")
	else empty end;
def html_rule($field; $text):
	if ($text | type) != "string" then stop("text"; "\($field) is not a text")
	elif ($text | length) > 32000 then
		warn("text_length"; "\($field) has \($text | length) characters")
	else empty end;
def marker_rule($text):
	.key as $key
	| if "\($text)" | endswith("<p>[zephyr \($key)]</p>") then empty
	else stop("marker"; "[zephyr \($key)] is missing at the end") end;
def is($symbol; $what): type == "object" and (.[$symbol] | type) == $what;
def ref_rule($ref):
	if $ref == null then empty
	elif $ref | is("$ref"; "string") then
		.needs as $needs | $ref["$ref"] as $r
		| if any($needs[]; . == $r) then empty
		  else stop("needs"; "refers to \($r), which is not in needs") end
	else stop("reference"; "invalid reference: \($ref | tojson)") end;
def property_rule:
	if (.body.properties | type) != "array" then stop("properties"; "properties is not a list")
	elif all(.body.properties[]; (.["$field"] | type) == "string" and ((.value | type) == "string"
	    or (.label | type) == "string" or (.user | type) == "string"
	    or (.labels | type) == "array")) then empty
	else stop("properties"; "a property without field or value") end;
def date_rule($field; $d):
	if ($d | type) == "string"
	    and ($d | test("^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\+00:00$")) then empty
	else stop("date"; "\($field) \($d | tojson)") end;

def step_rules:
	if (.body.test_steps | type) != "array" then stop("steps"; "test_steps is not a list") else
	(if [.body.test_steps[].order] == [range(1; (.body.test_steps | length) + 1)] then empty
	    else stop("step_order"; "steps are not numbered 1, 2, 3") end),
	(if all(.body.test_steps[]; (.description | type) == "string"
	    and (.expected | type) == "string") then empty
	    else stop("step_text"; "a step without description or expected result") end),
	([.body.test_steps[] | select([.description, .expected | strings | contains("[~")] | any)
	    | .order] | select(. != []) | stop("parameter"; "step \(list) contains [~, which qTest reads as a parameter")),
	ref_rule(.body.test_steps[].called_test_case_id)
	end;
def case_rules:
	name_rule, property_rule, step_rules, ref_rule(.body.parent_id),
	html_rule("description"; .body.description), html_rule("precondition"; .body.precondition);
def run_rules:
	name_rule, property_rule, ref_rule(.parent), ref_rule(.body.test_case.id),
	(if .parent == null then stop("reference"; "a run without a cycle") else empty end);
def log_rules:
	ref_rule(.parent), marker_rule(.body.note), html_rule("note"; .body.note),
	date_rule("exe_start_date"; .body.exe_start_date),
	date_rule("exe_end_date"; .body.exe_end_date),
	(if .body.exe_start_date > .body.exe_end_date then
	    stop("dates"; "the start is after the end") else empty end),
	(if .body.status | is("$status"; "string") then empty else stop("status"; "no status") end),
	(if all(.body.test_step_logs // [] | .[]; (.test_step_id | is("$step"; "object"))
	    and (.status | is("$status"; "string"))) then empty
	    else stop("step_log"; "a step log without step or status") end);
def blob_rules:
	name_rule,
	(if .parent | is("$first_log"; "string") then empty
	    elif .parent == null then stop("reference"; "a file without an object")
	    else ref_rule(.parent) end),
	(if (.body.sha256 | type) == "string" and (.body.size | type) == "number"
	    and (.body.content_type | type) == "string" then empty
	    else stop("file"; "a file without sha256, size or content_type") end);
def link_rules:
	ref_rule(.parent),
	(if .parent == null then stop("reference"; "a link without an object") else empty end),
	(if (.body.issue | type) == "string" and (.body.type == "defects"
	    or .body.type == "test-cases" or .body.type == "releases") then empty
	    else stop("link"; "a link without issue or type") end);
def relink_rules:
	ref_rule(.body.owner),
	(if .body.owner == {"$ref": .key} then empty
	    else stop("relink"; "links of a text whose key does not name the object") end),
	(if (.body.keys | type) == "array" and all(.body.keys[]; type == "string") then empty
	    else stop("relink"; "links of a text without the keys of their objects") end);
def tree_rules:
	name_rule, marker_rule(.body.description), html_rule("description"; .body.description),
	ref_rule(.parent),
	(if .body.properties == null then empty
	    else stop("properties"; "a \(.kind) has no properties") end);

if (.key | missing) or (.effects | type) != "array" then stop("shape"; "no key or no effects")
else
	.effects[]
	| if (.key | missing) or (.body | type) != "object" or (.needs | type) != "array" then
		stop("shape"; "an effect without key, body or needs")
	  elif .kind == "case" then case_rules
	  elif .kind == "log" then log_rules
	  elif .kind == "run" then run_rules
	  elif .kind == "module" then tree_rules
	  elif .kind == "cycle" then tree_rules, ref_rule(.body.target_release_id)
	  elif .kind == "suite" then name_rule, property_rule, ref_rule(.parent),
		ref_rule(.body.target_release_id)
	  elif .kind == "release" then name_rule, property_rule, marker_rule(.body.description),
		html_rule("description"; .body.description)
	  elif .kind == "blob" then blob_rules
	  elif .kind == "link" then link_rules
	  elif .kind == "relink" then relink_rules
	  else stop("kind"; "an effect of kind \(.kind | tojson)") end
end
