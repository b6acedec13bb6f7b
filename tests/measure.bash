# Sourced by bench/run.sh and large.bats: CPU and memory of a process by the number of
# its requests.  The caller defines count_requests RE, which counts the requests that match.

# cpu_of PID: print its CPU time in ticks of 10 ms; rss_of PID: print its memory in kB
cpu_of() { awk '{ sub(/^.*\) /, ""); print $12 + $13 }' "/proc/$1/stat" 2>/dev/null; }
rss_of() { awk '/^VmRSS/ { print $2 }' "/proc/$1/status" 2>/dev/null; }
# has_read_input PID: succeed if a process has read all of its standard input, a file
has_read_input() { [ "$(awk '/^pos:/ { print $2 }' "/proc/$1/fdinfo/0")" -ge "$(stat -Lc %s "/proc/$1/fd/0")" ]; } 2>/dev/null

# loop_tenths N RE COMMAND...: run a command; print the cost of a request in the first
# and in the last tenth of N (ms of CPU for 1000), and kB of memory at the end of each.
# The process is polled, so each cost is divided by the number of requests counted.
# The first tenth begins when all input is read, since reading it is not their cost.
loop_tenths() {
	local n=$1 re=$2 pid at now first=0 last=0 a= b= c= d= na=0 nb=0 nc=0 nd=0 before
	shift 2
	before=$(count_requests "$re")
	"$@" >/dev/null 3>&- &
	pid=$!
	while kill -0 "$pid" 2>/dev/null; do
		at=$(($(count_requests "$re") - before))
		now=$(cpu_of "$pid") || break
		[ -n "$now" ] || break
		d=$now
		if [ -z "$a" ] && [ "$at" -ge 1 ] && has_read_input "$pid"; then a=$d na=$at; fi
		if [ -z "$b" ] && [ "$na" -gt 0 ] && [ "$at" -ge $((na + n / 10)) ]; then b=$d nb=$at first=$(rss_of "$pid"); fi
		if [ -z "$c" ] && [ "$at" -ge $((n * 9 / 10)) ]; then c=$d nc=$at; fi
		[ "$at" -lt $((n - n / 200)) ] || { nd=$at last=$(rss_of "$pid"); break; }
	done
	wait "$pid" || return
	awk -v x="$((b - a))" -v y="$((d - c))" -v p="$((nb - na))" -v q="$((nd - nc))" \
	    -v r="$first" -v s="$last" 'BEGIN { print (p ? x * 10000 / p : 0), (q ? y * 10000 / q : 0), r, s }'
}
# median: print the median of the numbers on stdin, one a line
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
