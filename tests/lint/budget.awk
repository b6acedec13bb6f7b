# Check the maximum lengths: main() 80 lines, a function 60, a file 400, a line 100
# columns.  A comment with "long:" and the reason in the line above a function, or in the
# first five lines of a file, permits a greater length.
function columns(s,   i, n) {
	for (i = 1; i <= length(s); i++)
		n = substr(s, i, 1) == "\t" ? n + 8 - n % 8 : n + 1
	return n
}
function file_end() {
	if (lines > 400 && !excused)
		print file ":1: " lines " lines (400)"
}
FNR == 1 { if (file != "") file_end(); file = FILENAME; excused = start = 0 }
{
	lines = FNR
	if (FNR <= 5 && /long:/) excused = 1
	if (columns($0) > 100 && before !~ /long:/)
		print file ":" FNR ": " columns($0) " columns (100)"
	# in BSD style the name is at the left margin, below the line with the type
	if (/^[A-Za-z_][A-Za-z0-9_]*\(/ && !/;[ \t]*$/) {
		name = $0; sub(/\(.*/, "", name); why = before ~ /long:/ || above ~ /long:/
	}
	if (/^\{/) start = FNR
	if (/^\}/ && start) {
		n = FNR - start + 1; max = name == "main" ? 80 : 60
		if (n > max && !why)
			print file ":" start ": " name "() has " n " lines (" max ")"
		start = 0; why = 0; name = "?"
	}
	above = before; before = $0
}
END { if (file != "") file_end() }
