# Print target records for the tests of zload: $n cases in two nested modules, every
# third of which calls X-T1; a release, two cycles, and $logs logs of each case.  Each
# record is on a line: {"stream", "record"}.
def ref($kind; $key): {"$ref": "\($kind)/\($key)"};
def marker($key): "<p>[zephyr \($key)]</p>";
def record($stream; $key; $effects): {stream: $stream, record: {key: $key, effects: $effects}};
def folder($kind; $id; $name; $up):
	record("folders"; "\($id)"; [{kind: $kind, key: "folder:\($id)",
	    lane: "\($kind):\($up // "root")", needs: [],
	    parent: (if $up == null then null else ref($kind; $up) end),
	    body: {name: $name, description: marker("folder:\($id)")}}]);
def step($n; $text): {order: $n, description: "<p>\($text)</p>", expected: "<p>seen</p>"};
def kase($i):
	"X-T\($i)" as $key
	| ($i > 1 and $i % 3 == 0) as $calls
	| record("test_cases"; $key; [{kind: "case", key: $key, lane: null, parent: null,
	    needs: (["module/folder:2"] + if $calls then ["case/X-T1"] else [] end),
	    body: {name: "Case \($i)", parent_id: ref("module"; "folder:2"),
		description: "<p>about \($i) \($edit)</p>", precondition: "",
		properties: [{"$field": "Zephyr Key", value: $key},
		    {"$field": "Priority", label: "High"}],
		test_steps: ([step(1; "do \($i)")]
		    + if $calls then [{order: 2, description: "", expected: "",
			called_test_case_id: ref("case"; "X-T1")}] else [step(2; "look")] end)}}]);
def cycle($key; $up; $plan):
	record("test_cycles"; $key; [{kind: "cycle", key: $key, lane: "cycle:\($up)",
	    needs: (["cycle/\($up)"] + if $plan == null then [] else ["release/\($plan)"] end),
	    parent: ref("cycle"; $up),
	    body: ({name: "Cycle \($key)", description: "<p>c</p>\(marker($key))"}
		+ if $plan == null then {} else {target_release_id: ref("release"; $plan)} end)}]);
def step_log($case; $i):
	{order: 1, status: {"$status": "Passed"}, actual_result: "<p>ok</p>",
	 test_step_id: {"$step": {case: $case, n: 1}}},
	if $i > 1 and $i % 3 == 0 then
	    {order: 2, status: {"$status": "Failed"}, actual_result: "",
	     test_step_id: {"$step": {case: $case, n: 2, call: "X-T1", m: 2}},
	     called_test_case_id: ref("case"; "X-T1"),
	     parent_test_step_id: {"$step": {case: $case, n: 2}}}
	else empty end;
def run($i; $log):
	"X-T\($i)" as $case | "X-R\(1 + $i % 2)" as $cycle | "\($case)|\($cycle)|0" as $run
	| ($i * 100 + $log) as $id
	| record("test_executions"; "\($id)"; [
	    {kind: "run", key: $run, lane: null, parent: ref("cycle"; $cycle),
	     needs: ["case/\($case)", "cycle/\($cycle)"],
	     body: {name: "Case \($i)", properties: [{"$field": "Zephyr Key", value: $run}],
		test_case: {id: ref("case"; $case)},
		test_case_version_id: {"$version": $case}}},
	    {kind: "log", key: "E:\($id)", lane: "run:\($run)", parent: ref("run"; $run),
	     needs: ["run/\($run)", "case/\($case)"],
	     body: {status: {"$status": "Passed"}, test_case_version_id: {"$version": $case},
		exe_start_date: "2024-05-\(10 + $log)T09:30:00+00:00",
		exe_end_date: "2024-05-\(10 + $log)T09:31:00+00:00",
		note: "<p>well</p>\(marker("E:\($id)"))",
		test_step_logs: [step_log($case; $i)]}}]);

folder("module"; 1; "Top"; null), folder("module"; 2; "Below"; "folder:1"),
folder("cycle"; 10; "Cycles"; null),
(range(1; $n + 1) | kase(.)),
record("test_plans"; "X-P1"; [{kind: "release", key: "X-P1", lane: "release:root", needs: [],
    parent: null, body: {name: "Plan", description: marker("X-P1"),
    properties: [{"$field": "Zephyr Key", value: "X-P1"}]}}]),
cycle("X-R1"; "folder:10"; "X-P1"), cycle("X-R2"; "folder:10"; null),
(range(1; $n + 1) as $i | range(1; $logs + 1) as $log | run($i; $log))
