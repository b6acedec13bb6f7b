# Print C with each statement on one line, without the preprocessor, with single blanks
# and the indentation.  (strip.awk has removed comments and the insides of strings.)  Two
# texts that differ here differ in style, not in the place of line breaks.
function put(   label) {
	sub(/^[ \t]+/, "", held); gsub(/[ \t]+/, " ", held); sub(/ $/, "", held)
	gsub(/\( /, "(", held); gsub(/ \)/, ")", held); gsub(/ \[/, "[", held)
	gsub(/\{ /, "{", held); gsub(/ \}/, "}", held)
	while (match(held, /^(case [^:]*|default): /)) {
		print indent substr(held, 1, RLENGTH - 1)
		held = substr(held, RLENGTH + 1)
		if (held !~ /^(case|default)/) indent = indent "\t"
	}
	if (held != "") print indent held
	held = ""
}
function ends(s,   opened, closed) {
	if (s ~ /= \{/ && s !~ /;[ \t]*$/) return 0
	opened = gsub(/\(/, "(", s); closed = gsub(/\)/, ")", s)
	if (opened != closed) return 0
	return s ~ /[;{}][ \t]*$/ || s ~ /^[ \t]*(case .*|default|[a-z_]+):[ \t]*$/ ||
	    s ~ /^[A-Za-z_][A-Za-z0-9_ *]*[ \t]*$/
}
{
	sub(/^[^:]*:[0-9]*:/, "")
	if (macro || /^#/) { macro = /\\$/; next }
	if (/^[ \t]*$/) next
	if (held == "") {
		indent = $0; sub(/[^\t].*/, "", indent)
		held = $0
	} else
		held = held " " $0
	if (ends(held)) put()
}
END { put() }
