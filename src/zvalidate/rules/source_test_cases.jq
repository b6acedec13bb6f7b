def bad_steps(f): [.[] | select(.inline != null and .testCase == null) | select(f) | .n] | select(. != []);

key_rule("T"), name_rule, label_rule, custom_rule, folder_rule, attachment_rules,
named_rule("status"; .status), named_rule("priority"; .priority),
(.testScript as $s
| if .stub then note("stub"; .why // "archived or deleted; only executions refer to it")
  elif $s == null or $s.type == "none" then note("steps"; "no steps")
  elif $s.type == "steps" then $s.steps
	| (bad_steps(.inline.description | missing)
	    | warn("step_description"; "no description in step \(list)")),
	  (bad_steps(.inline.expectedResult | missing)
	    | note("step_expected"; "no expected result in step \(list)")),
	  ([.[] | select(.testCase != null and .testCase.state != "ok")
	    | "\(.testCase.testCaseKey) (\(.testCase.state))"]
	    | select(. != []) | warn("call"; "cannot call: \(list)"))
  elif $s.type != "plain" and $s.type != "bdd" then
	warn("script"; "unknown script type \($s.type | tojson)")
  elif $s.text | missing then note("steps"; "an empty script")
  else empty end),
image_rule(.objective, .precondition, .testScript.text, (.testScript.steps // [] | .[].inline
    | select(. != null) | .description, .testData, .expectedResult))
