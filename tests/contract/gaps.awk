# Print the violations that no gap explains, then the gaps that explain nothing.
#	awk -f gaps.awk GAPS VIOLATIONS
BEGIN { FS = "\t" }
/^(#|$)/ && FNR == NR { next }
FNR == NR { gap[++n] = $1; next }
{
	for (i = 1; i <= n; i++)
		if ($0 ~ "^(" gap[i] ")$") {
			met[i]++
			next
		}
	print
	bad = 1
}
END {
	for (i = 1; i <= n; i++)
		printf "%6d times: %s\n", met[i], gap[i] >"/dev/stderr"
	exit bad
}
