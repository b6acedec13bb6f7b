# Print C files without comments and the insides of strings, line by line:
#	FILE:LINE:text
FNR == 1 { deep = 0 }
{
	out = ""; n = length($0); i = 1
	while (i <= n) {
		c = substr($0, i, 1); two = substr($0, i, 2)
		if (deep) {
			if (two == "*/") { deep = 0; i += 2 } else i++
		} else if (two == "/*") {
			deep = 1; i += 2
		} else if (two == "//") {
			break
		} else if (c == "\"" || c == "'") {
			quote = c; out = out c
			for (i++; i <= n && substr($0, i, 1) != quote; i++)
				if (substr($0, i, 1) == "\\") i++
			out = out quote; i++
		} else {
			out = out c; i++
		}
	}
	print FILENAME ":" FNR ":" out
}
