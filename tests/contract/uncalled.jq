# Print the calls of the table that none of the answers (lines of zmock --answers) below 400
# belongs to.
($table / "\n" | map(select(test("^[A-Z]+ /")) / "\t" | .[0]) | unique) as $calls
| [inputs | select(.status < 400) | { method, seg: (.path / "/") }] as $met
| $calls[] | . as $call | (. / " ") as [$method, $path] | ($path / "/") as $p
| select(any($met[]; .method == $method and (.seg | length) == ($p | length) and
    (.seg as $s | all(range($p | length); $p[.] == "{}" or $p[.] == $s[.]))) | not)
