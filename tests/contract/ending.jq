# Change a description so that lists end and are consistent and "nextgen" is not an id;
# zextract gets beyond the totals of answers that are generated from it.
walk(if type != "object" or (.properties | type) != "object" then .
    else reduce ("isLast", "enabled") as $p (.; if .properties[$p]
        then .properties[$p] = { type: "boolean", enum: [true] } else . end)
    | reduce ("total", "nextStartAtId") as $p (.; del(.properties[$p])
        | if .required then .required -= [$p] else . end)
    end)
| .paths |= with_entries(select(.key
    | test("^/test(plans|cycles|executions)/[^/]*$") | not))
