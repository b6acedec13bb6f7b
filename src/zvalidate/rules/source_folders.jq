if .id == null then stop("required"; "no id") else empty end,
(.folderType as $t | if any("TEST_CASE", "TEST_CYCLE", "TEST_PLAN"; . == $t) | not
    then stop("folder_type"; "folder type \($t | tojson)") else empty end),
name_rule,
(if .orphan then warn("folder_reference"; "parent \(.parentId) is not in the project, or is of another type")
    else empty end)
