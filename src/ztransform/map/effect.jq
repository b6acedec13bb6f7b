# Build effects; ztoq-stream(5) describes them.

def ref($kind; $key): {"$ref": "\($kind)/\($key)"};
# Return a change or loss of a value; ztoq-stream(5) lists the codes.
def change($what; $code; $field; $reason):
	{change: $what, code: $code, field: $field, reason: $reason};
def marker($key): "<p>[zephyr \($key)]</p>";
def reject($rule; $reason): {reject: {rule: $rule, reason: $reason}};
# Return the name of a file in qTest: the last part of a path, without control characters.
def file_name:
	(.name // "" | . / "/" | last // "" | . / "\\" | last // ""
	    | explode | map(select(. > 31 and (. < 127 or . > 159))) | implode) as $name
	| if $name == "" or $name == "." or $name == ".." then "file \(.id)"
	  else $name | cut(250) end;
# Return an effect for each image in the texts of the record, also in those of its steps: an
# update of the steps cannot lose the files of the object.
def picture_effects($stream; $owner; $parent; $shared):
	.pictures // [] | .[]
	| {kind: "blob", key: "\($stream)/\($owner)/\(.id)", lane: null,
	   needs: ($parent | [.["$ref"] // empty]), parent: $parent,
	   body: {name: (if $shared then "\($owner)-\(.name)" else .name end),
		content_type: .type, sha256, size, src}};
# Return an effect for each file of the record that is stored, of the object $parent, and for
# each image in its texts.  A file of a step, or step result, that steps numbers is of this one.
# Names are unique in one object, and in a log with its step logs; with $shared the object has
# files of other records, too.
def file_effects($stream; $owner; $parent; steps; $shared):
	([.attachments // [] | .[] | select(.sha256 != null)]
	| if . == [] then empty else
	(steps | map({key: "\(.id)", value: .n}) | from_entries) as $n
	| map({id, sha256, size, type, step, name: file_name, n: $n["\(.step // "")"]})
	| group_by([(if $stream == "test_executions" then null else .n end), .name])[] | ($shared or length > 1) as $more | .[]
	| {kind: "blob",
	   key: ([$stream, $owner, .step // empty, .id] | map(tostring) | join("/")),
	   lane: null, needs: ($parent | [.["$ref"] // empty]),
	   parent: (.n as $n | if $n == null then $parent else $parent + {n: $n} end),
	   body: {name: (if $more then "\(.id)-\(.name)" else .name end),
		content_type: (if .type | blank then "application/octet-stream" else .type end),
		sha256, size}}
	end),
	picture_effects($stream; $owner; $parent; $shared);
# Return an effect for each Jira issue of the record that has a key, which links it with the
# object $kind/$key: as a defect of a log, else the requirement of the issue with the object.
def link_effects($kind; $key; $type):
	[.links.issues // [] | .[].key | strings | select(. != "" and (contains("/") | not))]
	| unique | .[]
	| {kind: "link",
	   key: (if $type == "defects" then "test-logs/\($key)/defects/\(.)"
	    else "requirements/\(.)/\($type)/\($key)" end),
	   lane: null, needs: ["\($kind)/\($key)"], parent: ref($kind; $key),
	   body: {type: $type, issue: .}};
# Return these links of a record whose type is covered by requirements, if the map has them.
def requirement_effects($kind; $key; $type):
	if $map.requirements and .links.issues != null and .links.issues != []
	then link_effects($kind; $key; $type) else empty end;
# Return a change that names how many files of the record are not stored.
def files_unstored:
	[.attachments // [] | .[] | select(.sha256 == null)]
	| if . == [] then empty else change("DETACHED"; "attachments"; "attachments";
	    "listed by name, not loaded: \(length)") end;
# Return the number in a key: 12 for ATLAS-T12.
def number: . / "-" | last | .[1:] | tonumber? // 0;

# Return the parent of objects at the top: null for qTest's root, or a reference to the
# object that the map names root.
def top($kind): if $map.root == null then null else ref($kind; "@root") end;
def top_key: if $map.root == null then "root" else "@root" end;
def node($kind; $key; $name):
	{kind: $kind, key: $key, lane: "\($kind):\(top_key)", parent: top($kind),
	 needs: (if $map.root == null then [] else ["\($kind)/@root"] end),
	 body: {name: $name, description: marker($key)}};
def top_node($kind):
	if $map.root == null then empty
	else {kind: $kind, key: "@root", lane: "\($kind):root", parent: null, needs: [],
	    body: {name: $map.root, description: marker("@root")}} end;

# Look a name up in a table of the map: [value, how], where how is equal, nearest,
# default or none.
def lookup($table; $name):
	($table.equal[$name] // null) as $v
	| if $v != null then [$v, "equal"]
	elif $table.nearest[$name] != null then [$table.nearest[$name], "nearest"]
	else ($name | ascii_downcase / "_" | join(" ") | rtrimstr(" ") | ltrimstr(" ")) as $low
	| if $table.equal[$low] != null then [$table.equal[$low], "equal"]
	  elif $table.nearest[$low] != null then [$table.nearest[$low], "nearest"]
	  elif $table.default != null then [$table.default, "default"]
	  else [null, "none"] end
	end;

# Return any value as plain text.
def bare:
	if . == null then ""
	elif type == "string" then .
	elif type == "array" then map(bare | select(. != "")) | join(", ")
	elif type == "object" then
		(.name // .value // .displayName // .accountId // .id) as $v
		| if $v == null then (if all([.[]][]; blank) then "" else tojson end) else $v | tostring end
	else tojson end;
# Return one value as [label, how].
def labelled($f):
	bare as $v | if $v == "" then empty elif $f.table == null then [$v, "equal"]
	else lookup($f.table; $v) | select(.[0] != null) end;
def pad($n): tostring | "0" * ($n - length) + .;
def day_number($y; $m; $d):
	(if $m <= 2 then $y - 1 else $y end) as $y
	| ($y / 400 | floor) as $era | ($y - $era * 400) as $of_era
	| ((153 * (if $m > 2 then $m - 3 else $m + 9 end) + 2) / 5 | floor) as $of_year
	| $era * 146097 + $of_era * 365 + ($of_era / 4 | floor) - ($of_era / 100 | floor)
	    + $of_year + $d - 719469;
def qtest_date:
	(. / 86400 | floor) as $days | (. - $days * 86400) as $s
	| ($days + 719468) as $z | ($z / 146097 | floor) as $era | ($z - $era * 146097) as $doe
	| (($doe - ($doe / 1460 | floor) + ($doe / 36524 | floor) - ($doe / 146096 | floor)) / 365
	    | floor) as $yoe
	| ($doe - (365 * $yoe + ($yoe / 4 | floor) - ($yoe / 100 | floor))) as $doy
	| ((5 * $doy + 2) / 153 | floor) as $mp
	| (if $mp < 10 then $mp + 3 else $mp - 9 end) as $m
	| ($yoe + $era * 400 + (if $m <= 2 then 1 else 0 end)) as $y
	| "\($y | pad(4))-\($m | pad(2))-\($doy - ((153 * $mp + 2) / 5 | floor) + 1 | pad(2))T"
	    + "\($s / 3600 | floor | pad(2)):\($s / 60 % 60 | pad(2)):\($s % 60 | pad(2))+00:00";
# True for seconds since 1970 in the years 1 to 9999, which qTest can store.
def writable: . >= -62135596800 and . < 253402300800;
# Return a date as [seconds since 1970, code of what it lacks or null]; empty for a text
# that is not a date, or not writable.
def moment:
	if type != "string" then empty
	else
	(if length == 20 then fromdateiso8601? // 0 else 0 end) as $usual
	| if $usual > 0 and ($usual | todate) == . then [$usual, null] else
	([match("^(\\d{4})-(\\d\\d)-(\\d\\d)([Tt ](\\d\\d):(\\d\\d):(\\d\\d)([.,]\\d+)?([Zz]|[+-]\\d\\d:?\\d\\d)?)?$")
	    | .captures[].string][0:9]) as $c
	| select($c != [])
	| ($c[0:3] + $c[4:7] | map(if . == null then 0 else tonumber end)) as [$y, $m, $d, $h, $min, $s]
	| ($c[8] // "Z" | if test("^[Zz]$") then 0
	    else (.[1:3] | tonumber * 3600) + (.[-2:] | tonumber * 60)
	    | if . > 86340 then nan else . end end) as $off
	| (if $c[8] // "Z" | startswith("-") then - $off else $off end) as $zone
	| select($m >= 1 and $m <= 12 and $d >= 1 and $h <= 23 and $min <= 59 and $s <= 60)
	| day_number($y; $m; $d) as $day
	| select(($day * 86400 | qtest_date[8:10]) == $c[2])
	| ($day * 86400 + $h * 3600 + $min * 60 + $s - $zone)
	| select(writable)
	| [., (if $c[3] == null then "date-no-time"
	    elif $s == 60 then "date-leap-second"
	    elif $c[8] == null then "date-no-zone" else null end)]
	end end;
# Return a date as qTest has it, with a day alone at midnight; empty as moment.
def day:
	if type == "string" and test("^\\d{4}-\\d\\d-\\d\\d($|T)") and ([moment] != []) then
		if length == 10 then . + "T00:00:00+00:00"
		elif .[17:19] == "60" then (moment | .[0] | qtest_date)
		elif .[19:] == "Z" then .[:19] + "+00:00" else . end
	else empty end;
# Return a value as [property, how] of a field; empty if it does not fit.
def property($f):
	if . == null or . == "" or . == [] then empty
	elif $f.plain then [{value: bare}, "equal"]
	elif $f.type == "rich" then [{value: shown}, "equal"]
	elif $f.type == "number" then (tonumber? | tojson) as $n | [{value: $n}, "equal"]
	elif $f.type == "date" then day as $d | [{value: $d}, "equal"]
	elif $f.type == "combo" then labelled($f) | [{label: .[0]}, .[1]]
	elif $f.type == "multi" then
		[(if type == "array" then .[] else . end) | labelled($f)]
		| select(. != [])
		| [{labels: (map(.[0]) | unique)},
		   (map(.[1]) - ["equal"] | if . == [] then "equal" else .[0] end)]
	else (person | $map.users[.] // empty) as $login | [{user: $login}, "equal"] end;
# Return the properties of an artifact that the map has fields for: {p, used, changes}.
# used has the members whose value is in a property unchanged; the others stay in the
# text.
def properties($artifact):
	. as $r
	| [$map.fields[$artifact][] as $f
	    | getpath($f.path) | property($f)
	    | {p: (.[0] + {"$field": $f.label}), from: $f.from, how: .[1]}]
	| if all(.[]; .how == "equal") then {p: map(.p), used: map(.from), changes: []}
	  else {p: map(.p), used: [.[] | select(.how == "equal") | .from],
	   changes: [.[] | select(.how != "equal")
	    | change("REMAPPED"; "map-" + .how; .from;
		"\(.p["$field"]): by the map's \(.how) value, kept as text")]}
	  end;
# Return the record without the members in $used (properties).
def without($used):
	if $used == [] or $used == ["key"] then . else
		delpaths([$used[] | select(startswith("@") | not)
		    | if startswith("customFields.") then ["customFields", .[13:]] else . / "." end]) end;
# The name that maps of earlier versions use.
def rest($used): without($used);
