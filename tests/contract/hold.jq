# Compare requests and answers (lines of zmock --answers) with the tables of calls and
# objects in $table; table.jq describes their form.  Prints a line for each difference:
# "api METHOD pattern part: Object.member difference".  Members that are not in the
# table and required ones that are absent are differences.
def rows: $table / "\n" | map(select(. != "" and (startswith("#") | not)) / "\t");
rows as $rows
| (reduce ($rows[] | select(.[0] | contains(" /"))) as $r ({};
    .[$r[0]][$r[1]] = $r[2])) as $calls
| (reduce ($rows[] | select(.[0] | contains(" /") | not)) as $r ({};
    .[$r[0]][$r[1]] = { type: $r[2], required: ($r[3] // "" | contains("required")),
        null: ($r[3] // "" | contains("null")) })) as $objects
| ([$calls | keys[] | (. / " ") as $k | { call: ., method: $k[0], seg: ($k[1] / "/") }]
    | group_by(.method + " \(.seg | length)")
    | map({ key: "\(.[0].method) \(.[0].seg | length)", value: . }) | from_entries) as $by
| def call: .method as $m | (.path / "/") as $seg
    | [($by["\($m) \($seg | length)"] // [])[]
        | select(all(range($seg | length) as $i | .seg[$i] == "{}" or .seg[$i] == $seg[$i]; .))]
    | min_by(.seg | map(select(. == "{}")) | length).call;
  def held($want; $at): . as $v
    | if $want == "any" or ($v == null and $want == "nothing") then empty
    elif $want == "nothing" then "\($at) is not empty"
    elif $v == null then "\($at) is null"
    elif $want | startswith("[") then
        if $v | type == "array" then .[] | held($want[1:-1]; "\($at)[]")
        else "\($at) is no array but \($v | type)" end
    elif $want | startswith("{") then
        if $v | type == "object" then .[] | held($want[1:-1]; "\($at){}")
        else "\($at) is no object but \($v | type)" end
    elif $objects[$want] then $objects[$want] as $o
        | if $v | type != "object" then "\($at) is no object but \($v | type)"
        else (keys[] | select($o[.] == null) | "\($want).\(.) is unknown"),
            ($o | to_entries[] | select(.value.required) | .key as $k
                | select($v | has($k) | not) | "\($want).\($k) is missing"),
            (to_entries[] | select($o[.key]) | .key as $k | .value
                | select(. != null or ($o[$k].null | not)) | held($o[$k].type; "\($want).\($k)"))
        end
    elif $want == "integer" and ($v | type) == "number" and ($v | floor) == $v then empty
    elif $want == ($v | type) then empty
    elif $want == "object" then empty
    else "\($at) is no \($want) but \($v | type)" end;
  def part($c): if .status >= 400 then $calls[$c].default
    else $calls[$c]["\(.status)"] as $t
        | if $t == "nothing" then [$calls[$c] | to_entries[] | select(.key | startswith("2"))
            | .value | select(. != "nothing")][0] // $t
        else $t // $calls[$c].default end
    end;
  inputs | . as $a | call as $c
| "\(.api) \(.method) \(.pattern // .path)" as $name
| if $c == null then select(.status < 400) | "\($name): is not in the table"
  else (select(.request != null and .status < 400) | .request
        | held($calls[$c].body // "nothing"; "it") | "\($name) body: \(.)"),
    (part($c) as $t
        | if $t then .answer | held($t; "it") | "\($name) \($a.status): \(.)"
        elif .status < 400 then "\($name) \(.status): is not in the table" else empty end)
  end
