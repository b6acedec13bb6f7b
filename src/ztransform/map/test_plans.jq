# Transform a test plan into a release.

def unwritten($field; $date):
	getpath([$field]) | select(. != null and . != "" and ([day] == []))
	| change("DEFAULTED"; "date-unwritable"; $date;
	    "\($field) \(tojson) is no date that can be written: the"
	    + " release has none, the description keeps the text");
def day_of($value): $value | if . == null then empty else day end;
def known: ["id", "key", "name", "project", "objective", "status", "folder", "owner", "labels",
	"customFields", "links", "plannedStartDate", "plannedEndDate", "attachments", "pictures"];
def rows:
	(.status | shown | row("Status")),
	(.folder // {} | .path // [.name // .id | values] | map(shown) | join(" / ")
	    | row("Folder")),
	(.owner | person_shown | row("Owner")),
	(.labels | shown | row("Labels")),
	(.plannedStartDate | shown | row("Planned start")),
	(.plannedEndDate | shown | row("Planned end")),
	(.customFields | field_rows),
	(.links // {} | .testCycles // [] | map(select(.key == null)
	    | "cycle \(.testCycleId) (not in the project)") | join(", ") | row("Test cycles")),
	(.links | link_rows),
	file_row,
	other_rows([]; known);

. as $r | .key as $key
| if ($key | blank) then reject("required"; "a test plan without a key") else
(.name | line(500; "\($map.names.unnamed) test plan \($key)")) as [$name, $renamed]
| properties("releases") as $p
| ((without($p.used) | table(rows)) + marker($key)) as $below
| ($key | number) as $number
| [day_of(.plannedStartDate)] as $from | [day_of(.plannedEndDate)] as $to
| {key: $key,
   effects: [
    {kind: "release", key: $key, order: $number, lane: "release:root", parent: null, needs: [],
     body: ({name: $name, order: $number, properties: $p.p,
	    description: (.objective | html | above($below))}
	+ (if $from == [] then {} else {start_date: $from[0]} end)
	+ (if $to == [] then {} else {end_date: $to[0]} end))},
    file_effects("test_plans"; $key; ref("release"; $key); []; false),
    requirement_effects("release"; $key; "releases")],
   changes: ($renamed + $p.changes
    + [closures("objective"; .objective | html; empty),
	closures("customFields"; empty; field_markup),
	unwritten("plannedStartDate"; "start_date"), unwritten("plannedEndDate"; "end_date")]
    + (if .folder.id != null then [change("REMAPPED"; "plan-folder"; "folder";
	"releases have no folders: the path is in the description")] else [] end)
    + [.links.testCycles // [] | .[] | select(.key == null)
	| change("DETACHED"; "cycle-missing"; "links.testCycles";
	    "cycle \(.testCycleId) is not in the project")]
    + [files_unstored])}
end
