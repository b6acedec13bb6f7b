if .id == null then stop("required"; "no id") else empty end,
(.folderType as $t | if any("TEST_CASE", "TEST_CYCLE", "TEST_PLAN"; . == $t) | not
    then stop("folder_type"; "folder type \($t | tojson)") else empty end),
name_rule,
(if .orphan then warn("folder_reference"; "parent folder \(.parentId) does not exist in the project or has another type")
    else empty end)
