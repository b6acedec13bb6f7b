# A project of 500,000 cases (make soak; a hundredth of it in make check): the cost of
# a request does not depend on the number of rows already read.
load helper
load zextract
load measure

@test "zextract reads each page of a large project once, in constant memory and at a constant cost" {
	local n=5000 tries=1 try script='^GET /v2/testcases/.*/test(steps|script)' pages ratio
	[ -z "${ZT_SOAK-}" ] || n=500000 tries=3
	start --seed 3 --cases "$n" --executions 0 --cycles 0 --plans 0
	for ((try = 0; try < tries; try++)); do
		forget_requests
		fresh_db "large$try"
		loop_tenths "$n" "$script" zextract -q >>tenths
		pages=$(count_requests '^GET /v2/testcases/nextgen ')
		# the last page is known to be the last one; a probe may request one row
		[ "$pages" -ge $(((n + 999) / 1000)) ]
		[ "$pages" -le $(((n + 999) / 1000 + 2)) ]
		[ "$(sql "SELECT count(*) FROM test_case WHERE script_pass = 1")" -ge "$n" ]
		[ "$(sql "SELECT state FROM pass")" = sealed ]
		rm -f "large$try.db"*
	done
	sed 's/^/# CPU ms for 1000 requests, first and last tenth; kB there: /' tenths >&3
	# memory is not compared in a sanitized build
	[ -n "${ZT_SAN-}" ] || awk '$4 > 65536 { print "RSS " $4 " kB"; bad = 1 } END { exit bad }' tenths
	# a tenth of 5,000 cases takes too little time for a comparison
	[ -n "${ZT_SOAK-}" ] || return 0
	awk '{ print $4 / $3 }' tenths | median | awk '{ print "# RSS, last tenth to first: " $1; exit !($1 <= 1.2) }' >&3
	ratio=$(awk '{ print $2 / $1 }' tenths | median)
	echo "# CPU, last tenth to first, median of $tries: $ratio" >&3
	awk -v r="$ratio" 'BEGIN { exit !(r <= 1.2) }'
}
