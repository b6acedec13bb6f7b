# Print the comments and the insides of strings of C files, line by line:
#	FILE:LINE:text
# With -v comments=1 leave out the strings.
FNR == 1 { deep = 0 }
{
	out = ""; n = length($0); i = 1
	while (i <= n) {
		c = substr($0, i, 1); two = substr($0, i, 2)
		if (deep) {
			if (two == "*/") { deep = 0; out = out " "; i += 2 } else { out = out c; i++ }
		} else if (two == "/*") {
			deep = 1; i += 2
		} else if (two == "//") {
			out = out substr($0, i + 2); break
		} else if (c == "\"") {
			for (i++; i <= n && (c = substr($0, i, 1)) != "\""; i++) {
				if (!comments) out = out c
				if (c == "\\") { i++; if (!comments) out = out substr($0, i, 1) }
			}
			out = out " "; i++
		} else if (c == "'") {
			for (i++; i <= n && substr($0, i, 1) != "'"; i++)
				if (substr($0, i, 1) == "\\") i++
			i++
		} else i++
	}
	if (out ~ /[^ \t]/) print FILENAME ":" FNR ":" out
}
