# Transform a test cycle into a cycle, or into a suite if the map says so.  Values that
# have no field are in the description, or in the property of a suite that the map makes
# from "@text".

def known: ["id", "key", "name", "project", "description", "status", "folder", "owner", "labels",
	"jiraProjectVersion", "plannedStartDate", "plannedEndDate", "customFields", "links",
	"attachments", "pictures"];
def rows($more):
	(.status | shown | row("Status")),
	(.owner | person_shown | row("Owner")),
	(.plannedStartDate | shown | row("Planned start")),
	(.plannedEndDate | shown | row("Planned end")),
	(.jiraProjectVersion | shown | row("Jira version")),
	(.labels | shown | row("Labels")),
	(.customFields | field_rows),
	($more | map([.key // "plan \(.testPlanId) (not in the project)", .name // empty]
	    | join(": ") | shown) | join("<br>") | row("Further test plans")),
	(.links | link_rows),
	file_row,
	other_rows([]; known);

. as $r | .key as $key
| if ($key | blank) then reject("required"; "a test cycle without a key") else
(.name | line(500; "\($map.names.unnamed) test cycle \($key)")) as [$name, $renamed]
| ([.links.testPlans // [] | .[] | select(.key != null)][0].key) as $plan
| [.links.testPlans // [] | .[] | select(.key == null or .key != $plan)] as $more
| (if .folder.id != null and .folder.name != null then "folder:\(.folder.id)" else null end) as $up
| (if $up != null then ref("cycle"; $up) else top("cycle") end) as $parent
| properties("test-suites") as $p
| (without($p.used) | table(rows($more))) as $table
| (.description | html | above($table + if $map.kind == "cycle" then marker($key) else "" end))
	as $text
| {key: $key,
   effects: [
    (if $up == null then top_node("cycle") else empty end),
    {kind: $map.kind, key: $key, lane: "\($map.kind):\($up // top_key)", parent: $parent,
     needs: ([$parent | values | .["$ref"]]
	+ if $plan == null then [] else ["release/\($plan)"] end),
     body: ({name: $name}
	+ (if $plan == null then {} else {target_release_id: ref("release"; $plan)} end)
	+ if $map.kind == "cycle" then {description: $text}
	  else {properties: [$p.p[], ($map.fields["test-suites"][] | select(.from == "@text")
		| {"$field": .label, value: $text} | select($text != ""))]} end)},
    file_effects("test_cycles"; $key;
	if $plan == null then {"$first_log": $key} else ref("release"; $plan) end; []; true)],
   changes: ($renamed + $p.changes
    + [closures("description"; .description | html | select($map.kind == "cycle" or $table != "");
	    empty),
	closures("customFields"; empty; field_markup)]
    + [$more[] | change("DETACHED"; if .key == null then "plan-missing" else "plan-further" end;
	"links.testPlans"; if .key == null
	then "plan \(.testPlanId) is not in the project"
	else "a cycle has one release: \(.key) is listed in the text" end)]
    + (if .folder.id != null and $up == null then
	[change("DETACHED"; "folder-missing"; "folder";
	"folder \(.folder.id) is not in the project")] else [] end)
    + (if $map.kind == "suite" and $text != ""
	and all($map.fields["test-suites"][]; .from != "@text") then
	[change("DROPPED"; "suite-text"; "description";
	"a suite has no description and the map no field for @text: \($text)")] else [] end)
    + [files_unstored])}
end
