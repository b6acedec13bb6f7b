# Transform a folder of cases into a module, one of cycles into a cycle.  Releases have
# no folders; the path of a plan is in the description of its release.

def tree($kind):
	. as $r | "folder:\(.id)" as $key
	| (if .parentId == null or .orphan then null else "folder:\(.parentId)" end) as $up
	| (.name | line(500; $map.names.unnamed)) as [$name, $changes]
	| {key: "\(.id)",
	   effects: [
	    (if $up == null then top_node($kind) else empty end),
	    {kind: $kind, key: $key, order: ((.position // .index // 0) + 1),
	     lane: "\($kind):\($up // top_key)",
	     parent: (if $up == null then top($kind) else ref($kind; $up) end),
	     needs: (if $up != null then ["\($kind)/\($up)"]
		elif $map.root == null then [] else ["\($kind)/@root"] end),
	     body: {name: $name, order: ((.position // .index // 0) + 1),
		description: (table(
		    (.customFields | field_rows),
		    other_rows(["depth", "folderType", "id", "index", "name", "parentId", "path",
			"position", "project"]; ["id", "name", "index", "position", "depth", "path", "parentId",
			"folderType", "project", "orphan", "customFields"])) + marker($key))}}],
	   changes: ($changes + if .orphan then
	    [change("DETACHED"; "parent-missing"; "parentId";
	    "folder \(.parentId) is not in the project, or is of another type:"
		+ " put at the root")] else [] end)};

if .id == null then reject("required"; "a folder without an id")
elif .folderType == "TEST_CASE" then tree("module")
elif .folderType == "TEST_CYCLE" then tree("cycle")
elif .folderType == "TEST_PLAN" then
	{key: "\(.id)", effects: [], changes: [change("REMAPPED"; "plan-folder"; "folder";
	    "releases have no folders: the path stands in each release")]}
else reject("folder_type"; "a folder of type \(.folderType | tojson)") end
