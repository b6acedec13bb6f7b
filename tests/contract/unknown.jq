# Of the requests that the mock received, those with a parameter that the
# description does not know, which validators let pass: "METHOD path: what".
# $spec: the description; $base: what stands before its paths.
def fits($path): (. / "/") as $t | ($path / "/") as $p
    | ($t | length) == ($p | length) and
    all(range($t | length); ($t[.] | startswith("{")) or $t[.] == $p[.]);
# What the operation takes: its own parameters and those of its path.
def known($method): (.parameters // []) + (.[$method].parameters // [])
    | map(select(.in == "query") | .name);

. as {$method, $path, $query}
| select($query != "")
| ($path | ltrimstr($base)) as $path
| [$spec[0].paths | to_entries[] | select(.key | fits($path))]
| select(. != [])
| min_by(.key / "{" | length).value
| [$query / "&" | .[] / "=" | .[0]] - known($method | ascii_downcase)
| .[]
| "\($method) \($path): the parameter \(.) is not in the description"
