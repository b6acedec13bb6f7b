# Compare the requests that a pass must send with those that it sent, term by term.
#	jq -n -r --slurpfile source S --slurpfile record R --argjson absent '["testcases"]' \
#	    --arg pass first|next --arg files none|entities -f requests.jq
# Prints a line for each term: NAME EXPECTED ACTUAL, separated by tabs.  p = 100, list
# pages have 1,000 rows.
def pages($n; $p): [1, ($n + $p - 1) / $p | floor] | max;
def only($kind): $source[] | select(.kind == $kind);
def count(f): reduce f as $x (0; . + 1);
def sum(f): reduce f as $x (0; . + $x);
def parts: .path | ltrimstr("/v2/") | split("/");

{testcases: "case", testcycles: "cycle", testplans: "plan", testexecutions: "execution"} as $kinds
| ($pass == "first") as $first

# Return the term to which a request belongs.
| def term:
	parts as $p
	| if ($p[0] | IN("projects", "priorities", "statuses", "environments")) then "reference"
	elif $p[0] == "folders" then "folders"
	elif $kinds[$p[0]] == null then "other"
	elif $p[1] == "nextgen" then
		if .status != 200 or (.query | test("updatedAfter=2999")) then "probes"
		elif .query | test("updatedAfter=") then "updated" else "lists" end
	elif $p[1] == null then
		if .query | test("maxResults=1(&|$)") then "totals" else "lists" end
	elif $p[0] == "testcases" and $p[2] == null then "stubs"
	elif $p[2] == "attachments" then (if $p[3] then "files" else "owners" end)
	elif $p[0] == "testcases" and ($p[2] | IN("teststeps", "testscript")) and $p[3] == null then "scripts"
	elif $p[0] == "testexecutions" and $p[2] == "teststeps" and $p[3] == null then "results"
	else "other" end;

# A page that is requested again belongs to a second sweep.
(reduce $record[] as $r ({seen: {}, n: {}};
	($r.path + "?" + $r.query) as $url
	| ($r | term) as $t
	| (if ($t == "folders" or $t == "lists") and .seen[$url] then "again" else $t end) as $t
	| .seen[$url] = true | .n[$t] += 1) | .n) as $got

| [$kinds | to_entries[] | {name: .key, n: count(only(.value))}
    | .keyset = (.name as $l | $absent | index($l) == null)
    | .pages = pages(.n; 1000)] as $lists
| (only("folders") | pages(.n; 1000)) as $folders
| [
	["project, priorities, statuses (4), environments", 7, $got.reference],
	["ceil(F / 1000)", $folders, $got.folders],
	["lists", sum($lists[].pages), $got.lists],
	["totals", count($lists[] | select(.keyset)), $got.totals],
	["sum over cases max(1, ceil(steps / 100))",
	    (if $first then sum(only("case") | pages(.steps; 100)) else 0 end), $got.scripts],
	["sum over executed executions max(1, ceil(steps / 100))",
	    (if $first then sum(only("execution") | select(.executed) | pages(.steps; 100)) else 0 end),
	    $got.results],
	# a probe for updatedAfter, of a keyset list with rows or one that does not exist
	["probes", (if $first then count($lists[] | select((.keyset | not) or .n > 0)) else 0 end), $got.probes],
	["updated since the last pass", (if $first then 0 else count($lists[] | select(.keyset and .n > 0)) end),
	    $got.updated],
	["second sweeps", sum(($lists[] | select(.keyset | not) | .pages), $folders | select(. > 1)), $got.again],
	["lists of files, one an owner, of an execution with an end",
	    (if $first and $files != "none" then count($source[] | select(.kind != "folders" and .ended != false))
	    else 0 end), $got.owners],
	["files of these owners",
	    (if $first and $files != "none" then sum($source[] | select(.ended != false) | .files // 0)
	    else 0 end), $got.files],
	["cases that executions name and no list holds",
	    (if $first then ([only("execution").case] - [only("case").key] | unique | length) else 0 end),
	    $got.stubs],
	["anything else", 0, $got.other]
]
| map(.[2] //= 0)
| .[], ["all", sum(.[] | if .[1] | type == "number" then .[1] else .[2] end), ($record | length)]
| @tsv
