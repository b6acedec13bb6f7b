# Print the rows of the corpus as a source stream: jq -nc -f corpus.jq with
# --slurpfile folders, statuses, priorities and --slurpfile cases, steps.
def bare: walk(if type == "object" then del(.self) else . end);
def by_id: reduce .[] as $r ({}; .[$r.id | tostring] = $r);
def paths($f): def up: $f[tostring] as $r
	| (if $r.parentId == null then [] else $r.parentId | up end) + [$r.name]; up;

($folders | by_id) as $f
| ($statuses + $priorities | by_id | map_values({id, name})) as $names
| ($cases | map({key: .key, value: .name}) | from_entries) as $case
| ($steps | map({key: .key, value: .values}) | from_entries) as $script
| def called($k): [$script[$k][] | .testCase.testCaseKey // empty];
  def level: called(.) | if . == [] then 0 else (map(level) | max) + 1 end;
{type: "META", z: {pass: 1, project: "MM", protocol: "ztoq/1", run: "corpus", side: "source",
	source: "corpus", tool: "jq"}},
($folders | map(.path = (.id | paths($f)) | .depth = (.path | length) - 1)
	| group_by(.parentId) | map(sort_by(.index, .id) | to_entries[] | .value.position = .key
	    | .value)
	| sort_by(.depth, .parentId, .position, .id)[] | bare
	| {type: "RECORD", stream: "folders", record: .}),
($cases | sort_by((.key | level), (.key[4:] | tonumber))[]
	| bare
	| .status = $names[.status.id | tostring] | .priority = $names[.priority.id | tostring]
	| .folder |= {id, name: $f[.id | tostring].name, path: (.id | paths($f))}
	| .testScript = ($script[.key] | to_entries | map({id: .value.id, n: (.key + 1)}
	    + if .value.testCase == null then {inline: .value.inline}
	    else {testCase: (.value.testCase | bare | .name = $case[.testCaseKey] | .state = "ok")}
	    end)
	    | if length == 1 and .[0].inline != null and ([.[0].inline[] | select(. != null
	    and . != "")] == []) then {type: "none"} else {type: "steps", steps: .} end)
	| {type: "RECORD", stream: "test_cases", record: .})
