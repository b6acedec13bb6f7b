(if .key | missing then stop("required"; "no key")
 elif .key | test("^[A-Z][A-Z_0-9]+-[RC][0-9]+$") | not then
	warn("key_pattern"; "key \(.key) is not of the form PROJECT-R123")
 else empty end),
name_rule, custom_rule, folder_rule, planned_rule, attachment_rules,
named_rule("status"; .status),
([.links.testPlans // [] | .[] | select(.key == null) | .testPlanId]
    | select(. != []) | warn("plan_reference"; "plans that do not exist in the project: \(list)")),
([.links.testPlans // [] | .[] | select(.key != null) | .key] | select(length > 1)
    | note("plans"; "several plans, but qTest links one release: \(list)")),
image_rule(.description)
