# Print the complete report as text.
def pad($n): tostring | . + (" " * ([$n - length, 0] | max));
def num($n): (. // 0 | tostring) | (" " * ([$n - length, 0] | max)) + .;
def clean: tostring | explode | map(if . < 32 or (. > 126 and . < 160) then 63 else . end) | implode;
def short($n): clean | if length > $n then .[:$n - 1] + "…" else . end;
def title($t): "", $t, ("-" * ($t | length));
def status_name: {"0": "done", "1": "differences", "3": "done with rejects", "64": "usage",
	"65": "invalid input", "66": "input missing", "69": "server unreachable", "70": "internal error",
	"74": "disk or database", "75": "stopped, run again", "76": "unexpected answer of a server",
	"77": "sign-in or permission", "78": "configuration"}
	as $n | if . == null then "running or killed" else "\(.) \($n[tostring] // "")" | rtrimstr(" ") end;
# Return the lines on the ledger: by target and kind, in the order of loading.
def pivot:
	group_by(.target)[] | . as $t | "in \($t[0].target)",
	(reduce $t[] as $r ({order: [], rows: {}};
	    (if .rows[$r.kind] == null then .order += [$r.kind] else . end) | .rows[$r.kind] += [$r])
	 | .order[] as $k | "  \($k | pad(10))" + ([.rows[$k][] | "\(.n | num(8)) \(.state)"] | add));

def project:
	"Migration of \(.project): \(.verdict)",
	(.reasons[] | "  INCOMPLETE: \(clean)"),
	(.remarks[] | "  note: \(clean)"),
	title("Source (last sealed pass)"),
	"\("stream" | pad(16)) \("source" | num(8)) \("effects" | num(8)) \("done" | num(8)) \("open" | num(8)) \("set aside" | num(10)) \("changes" | num(8))",
	(.streams[] | "\(.stream | pad(16)) \(.source | num(8)) \(.target | num(8)) \(.done | num(8)) \(.open | num(8)) \(.rejected | num(10)) \(.losses | num(8))"),
	title("Effects in qTest"),
	(if .ledger == [] then "none" else .ledger | pivot end),
	(if .unfinished == [] then empty else
	 title("Not done"), (.unfinished[:50][]
	 | "\(.state) \(.kind) \(.key | short(60)): \(.error // "not sent yet" | short(160))"),
	 (.unfinished | length - 50 | select(. > 0) | "… and \(.) more (see --format json)") end),
	title("Reconciliation"),
	(if .reconcile == [] then "never run" else .reconcile[] |
	 "\(.at) \(.target), pass \(.pass): \(.differences) difference\(if .differences == 1 then "" else "s" end)"
	  + (.result.accepted // 0 | if . > 0 then ", \(.) accepted" else "" end),
	 (.result.kinds // {} | to_entries[] | select(.value.compared + .value.missing + .value.unexpected > 0)
	  | "  \(.key | pad(10))\(.value.compared | num(8)) compared \(.value.equal | num(8)) equal \(.value.different | num(6)) different \(.value.missing | num(6)) missing \(.value.duplicate | num(6)) duplicate") end),
	(.differences[:50][] | "difference: \(.stream) \(.key | short(60)): \(.rule | short(60)): \(.what | short(200))"
	 + (if .accepted == null then "" else " (accepted by \(.owner // "?"): \(.accepted | short(80)))" end)),
	(.differences | length - 50 | select(. > 0) | "… and \(.) more (see --format json)"),
	title("Set aside"),
	(if .rejects == [] then "nothing" else
	 (.rejects[:50][] | "\(.stream) \(.key | short(60)): \(.rule): \(.reason | short(160))"
	  + (if .accepted == null then "" else " (accepted by \(.owner // "?"): \(.accepted | short(80)))" end)),
	 (.rejects | length - 50 | select(. > 0) | "… and \(.) more (see --format json)") end),
	title("Changed on the way to qTest"),
	(if .losses == [] then "nothing" else
	 .losses[] | "\(.n | num(8)) \(.change | pad(10)) \(.stream) \(.field | short(40)): \(.reason | short(120)) (e.g. \(.example | short(40)))" end),
	(if .unmapped == [] then empty else title("Values missing in the map"),
	 (.unmapped[] | "\(.n | num(8)) \(.stream) \(.field | short(40)): \(.reason | short(140))") end),
	(if .findings == [] then empty else title("Findings"),
	 (.findings[] | "\(.n | num(8)) \(.level | pad(8)) \(.side) \(.stream) \(.rule): \(.what | short(120)) (e.g. \(.example | short(40)))") end),
	title("Passes"),
	(if .passes == [] then "none" else .passes[]
	 | "\(.pass | num(8)) \(.state | pad(9)) \(.opened)\(if .sealed then " to \(.sealed), \(.seconds) s" else "" end)" end),
	title("Runs, latest first"),
	(.runs[:40][] | "\(.started) \(.tool | pad(11)) \(.seconds // "?" | tostring | num(6)) s  \(.status | status_name)"
	 + (if .error then ": \(.error | short(160))" else "" end)),
	"";

"ztoq report, written \(.written) from \(.database | clean)", "",
(if .projects == [] then "INCOMPLETE: the database contains no project" else .projects[] | project end),
(.requests[] | "\(.api): \(.requests) request\(if .requests == 1 then "" else "s" end)"
 + (if .left_month then ", \(.left_month) left this month" else "" end)
 + (if .waiting_until then ", waiting until \(.waiting_until): \(.why // "" | clean)" else "" end))
