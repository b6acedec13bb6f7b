# Print the requests with a parameter that the description does not contain, which
# validators ignore, as "METHOD path: parameter".  $spec is the description, $base the
# prefix of its paths.
def fits($path): (. / "/") as $t | ($path / "/") as $p
    | ($t | length) == ($p | length) and
    all(range($t | length); ($t[.] | startswith("{")) or $t[.] == $p[.]);
# Return the parameters of an operation: its own and those of its path.
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
