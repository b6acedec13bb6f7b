# Print the progress of each project in a few lines.
def pad($n): tostring | . + (" " * ([$n - length, 0] | max));
def clean: tostring | explode | map(if . < 32 or (. > 126 and . < 160) then 63 else . end) | implode;
def by_state: group_by(.state) | map("\(map(.n) | add) \(.[0].state)") | join(", ");

(if .projects == [] then "INCOMPLETE: the database contains no project" else empty end),
(.projects[]
 | "\(.project): \(.verdict)",
   (.reasons[] | "  \(clean)"),
   (.remarks[] | "  note: \(clean)"),
   (.passes | last | select(. != null) | "  pass \(.pass): \(.state)"),
   (.streams[] | "  \(.stream | pad(16)) \(.source) in the source, \(.done) effect\(if .done == 1 then "" else "s" end) done, \(.open) open, \(.rejected) set aside"),
   (.ledger | group_by(.target)[] | "  \(.[0].target): \(by_state)"),
   (.reconcile[:1][] | "  reconciled \(.at): \(.differences) difference\(if .differences == 1 then "" else "s" end)"),
   (.runs[] | select(.ended == null) | "  \(.tool): running since \(.started), or killed before it finished")),
(.requests[] | select(.waiting_until != null)
 | "\(.api): waiting until \(.waiting_until): \(.why // "" | clean)")
