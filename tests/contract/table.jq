# Print an API description (JSON) as a table: for each of $calls ("METHOD path") the
# types of body and answers, then each object that they contain with its members, types
# and flags.  $base is put before the description's paths.
#	call:    METHOD path, "body" or a status, type
#	object:  name, member, type, flags: required, null (may be null)
# A type is a JSON type, the name of an object, [type] for an array, {type} for a map.
def spec: $spec[0];
def target: ltrimstr("#/") / "/" | . as $p | spec | getpath($p);
# Return a schema with its references followed and its parts merged; .name is that of
# the object.
def resolved:
    if type != "object" then {}
    elif has("$ref") then (."$ref" / "/" | last) as $name
        | (."$ref" | target | resolved) | .name //= $name
    elif has("allOf") then . as $own
        | (reduce (.allOf[] | resolved) as $part ({}; . as $sum | $part
            | .properties = (($sum.properties // {}) + (.properties // {}))
            | .required = ($sum.required // []) + (.required // [])
            | del(.name)))
        | .required += ($own.required // []) | .type = "object"
        | if $own.nullable then .nullable = true else . end
    else . end;
def object: (.properties // {}) != {};
# Return the type of a schema as a word; $at names an object without a name.
def word($at): resolved as $s | $s
    | if object then .name // $at
    elif .type == "array" then "[" + (.items | word($at)) + "]"
    elif (.additionalProperties | type) == "object" then "{" + (.additionalProperties | word($at)) + "}"
    else .type // "any" end;
# Return the objects in a schema as {name, schema}.
def objects($at): resolved
    | if object then { name: (.name // $at), schema: . }
    elif .type == "array" then .items | objects($at)
    elif (.additionalProperties | type) == "object" then .additionalProperties | objects($at)
    else empty end;
def members: .name as $n | .schema
    | (.required // []) as $must
    | .properties | to_entries[] | .key as $k
    | [$n, $k, (.value | word("\($n).\($k)")),
        ([(if $must | index($k) then "required" else empty end),
          (if .value | resolved | .nullable then "null" else empty end)] | join(" "))];
def below: .name as $n | .schema.properties | to_entries[]
    | "\($n).\(.key)" as $at | .value | objects($at);
def reached: { todo: ., seen: {} }
    | until(.todo == []; .todo[0] as $o | .todo |= .[1:]
        | if .seen[$o.name] then . else .seen[$o.name] = $o.schema | .todo += [$o | below] end)
    | .seen | to_entries | map({ name: .key, schema: .value });

def body: if .requestBody then .requestBody.content."application/json".schema
    else (.parameters // [])[] | if has("$ref") then ."$ref" | target else . end
        | select(.in == "body") | .schema end;
def answer: if has("$ref") then ."$ref" | target else . end
    | .schema // .content."application/json".schema;
# Return {call, part, schema} of the calls in $calls.
def parts: [spec.paths | to_entries[] | (.key | gsub("{[^}]*}"; "{}")) as $path | .value
    | to_entries[] | select(.key | IN("get", "post", "put", "delete"))
    | "\(.key | ascii_upcase) \($base)\($path)" as $call
    | select($calls[0] | index($call)) | .value
    | ([body] | map({ $call, part: "body", schema: . }))[],
      (.responses | to_entries[] | select(.key | test("^2|default"))
        | { $call, part: .key, schema: (.value | answer) })];
parts as $parts
| ($parts | sort_by(.call, .part)[] | [.call, .part,
    (if .schema == null then "nothing" else .call as $c | .schema | word($c) end)] | @tsv),
  ([$parts[] | .call as $c | .schema // empty | objects($c)] | reached
    | sort_by(.name)[] | [members] | sort[] | @tsv)
