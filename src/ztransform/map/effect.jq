# Effects and what they are made of: ztoq-stream(5) has the shapes.

def ref($kind; $key): {"$ref": "\($kind)/\($key)"};
def change($what; $field; $reason): {change: $what, field: $field, reason: $reason};
def marker($key): "<p>[zephyr \($key)]</p>";
def reject($rule; $reason): {reject: {rule: $rule, reason: $reason}};
# The number in a key: ATLAS-T12 is 12.
def number: . / "-" | last | .[1:] | tonumber? // 0;

# Where a tree starts: qTest's root, or what the map calls root.
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

# A value through one of the map's tables: [value, how], how being equal,
# nearest, default or none.
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

# Properties by the map's fields of one artifact: {p, used, changes}.  A value
# that finds no property stays in used's absence, which leaves it to the text.
def bare:				# any value as plain text
	if . == null then ""
	elif type == "string" then .
	elif type == "array" then map(bare | select(. != "")) | join(", ")
	elif type == "object" then
		(.name // .value // .displayName // .accountId // .id) as $v
		| if $v == null then (if all(.[]; blank) then "" else tojson end) else $v | tostring end
	else tojson end;
def labelled($f):			# one value as [label, how]
	bare as $v | if $v == "" then empty elif $f.table == null then [$v, "equal"]
	else lookup($f.table; $v) | select(.[0] != null) end;
def day:
	if type == "string" and test("^\\d{4}-\\d\\d-\\d\\d($|T)") then
		if length == 10 then . + "T00:00:00+00:00"
		elif .[19:] == "Z" then .[:19] + "+00:00" else . end
	else empty end;
def property($f):			# [property, how], or nothing
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
def properties($artifact):
	. as $r
	| [$map.fields[$artifact][] as $f
	    | getpath($f.path) | property($f)
	    | {p: (.[0] + {"$field": $f.label}), from: $f.from, how: .[1]}]
	| if all(.[]; .how == "equal") then {p: map(.p), used: map(.from), changes: []}
	  else {p: map(.p), used: [.[] | select(.how == "equal") | .from],
	   changes: [.[] | select(.how != "equal")
	    | change("REMAPPED"; .from; "\(.p["$field"]): by the map's \(.how) value, kept as text")]}
	  end;
# The record without what became properties.
def rest($used):
	if $used == [] or $used == ["key"] then . else
		delpaths([$used[] | select(startswith("@") | not)
		    | if startswith("customFields.") then ["customFields", .[13:]] else . / "." end]) end;
