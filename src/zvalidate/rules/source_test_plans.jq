key_rule("P"), name_rule, label_rule, custom_rule, folder_rule, planned_rule, attachment_rules,
named_rule("status"; .status),
([.links.testCycles // [] | .[] | select(.key == null) | .testCycleId]
    | select(. != []) | warn("cycle_reference"; "cycles that do not exist in the project: \(list)")),
image_rule(.objective)
