# Every fault that reading can meet, at every kind of request: what passes
# leaves the complete result, what stays is named with its status, and once it
# is gone the same command ends like a clean run.
load helper
load zextract

# One kind of request a line.  What the first of its owners is told speaks for
# files of all: the others' is met here.
PLACES='
project		/v2/projects/DEMO
names		/v2/priorities
list		/v2/testcases/nextgen
long-list	/v2/testexecutions/nextgen
total		/v2/testcases
steps		/v2/testcases/*/teststeps
text		/v2/testcases/*/testscript
results		/v2/testexecutions/*/teststeps
files		/v2/testcases/*/attachments nth 5
file		/v2/testcases/*/attachments/*'

# What passes: it is met once at every place.
PASSING='
status 429
status 429 retry-after 0
status 429 retry-after 1
status 408
status 500
status 502 html
status 503
status 503 retry-after 1
status 504 html
reset-before
reset-after
late 40
delay 300
truncate 0
truncate 20
truncate 1000000'

# What stays: PLACE (one-: a single record), ACTION, the status of the run, a
# word it says.
LASTING='
project		html200				76	web page
project		status 403			77	403
names		html200				76	web page
names		status 400			76	/priorities
names		endless				76	/priorities
names		status 401			77	ZEPHYR_API_TOKEN
names		redirect http://localhost:PORT/v2/statuses*	77	another host
list		html200				76	web page
list		status 500			69	500
list		truncate 20			69	/testcases/nextgen
list		reset-before			69	/testcases/nextgen
list		redirect http://localhost:1/*	69	/testcases/nextgen
total		lie-total 3			76	--accept-total test_cases
total		lie-total -2			76	--accept-total test_cases
long-list	html200				76	web page
long-list	endless				76	/testexecutions/nextgen
one-steps	html200				76	--accept-unread
one-steps	status 502 html			69	--accept-unread
one-steps	reset-after			69	--accept-unread
one-steps	endless				69	--accept-unread
one-text	html200				76	--accept-unread
one-text	truncate 5			69	--accept-unread
one-results	html200				76	--accept-unread
one-results	status 500			69	--accept-unread
one-results	endless				69	--accept-unread
files		status 403			0	unavailable for cases
files		html200				0	something other than a list
one-files	status 500			69	--accept-unread
one-file	html200				0	a web page came instead
one-file	status 404			0	status 404
one-file	truncate 9			0	is missing
one-file	reset-before			69	/attachments/'

SMALL=(--cases 24 --executions 16 --cycles 4 --plans 3 --folders 6 --attachments 20)
begin() {
	start "${SMALL[@]}"
	unset ZTOQ_ATTACHMENTS_OF
}
# A run, and what it leaves, without zmock's port.
reads() {
	zw 0 timeout 200 sh -c 'exec zextract --refresh >"$T/out"' &&
	    records "$T/out" | sed "s|${MOCK#*//}|MOCK|g" >"$T/records"
}

passing() {
	scenario "$(awk -v a="$1" 'NF { $1 = ""; print "match GET" $0 " times 1 do " a }' <<<"$PLACES")" &&
	    reads && cmp "$WANT" "$T/records" &&
	    # all of them have been met
	    [ "$(mock_get scenario | jq -s 'map(select(.played > 0)) | length')" -eq 10 ]
}

# PLACE ACTION STATUS WORD
lasting() {
	local place verdict
	place=$(awk -v p="$1" '$1 == p { print $2 }' <<<"$PLACES$ONES")
	scenario "match GET $place do ${2//PORT/${MOCK##*:}}"
	zw "$3" timeout 200 sh -c 'exec zextract >"$T/out"' || return
	[[ $stderr == *"$4"* ]] || return
	# nothing is whole that is not
	if [ "$3" -ne 0 ]; then
		[ "$(sql "SELECT count(*) FROM pass WHERE sealed_at IS NOT NULL")" -eq 0 ] || return
		[ "$(ends "$T/out" | grep -c 'test_executions COMPLETE')" -eq 0 ] || return
	else
		verdict=$(zreport --format json | jq -r '.projects[0].verdict')
		[ "$verdict" = INCOMPLETE ] || return
	fi
	scenario ''
	reads && cmp "$WANT" "$T/records"
}

# Single records: one that has what is asked for.
ones() {
	local steps text
	steps=$(mock_get source | jq -r 'select(.kind == "case" and .script == "steps") | .key' | sed -n 3p)
	text=$(mock_get source | jq -r 'select(.kind == "case" and .script == "bdd") | .key' | sed -n 1p)
	ONES="
one-steps	/v2/testcases/$steps/teststeps
one-text	/v2/testcases/$text/testscript
one-results	/v2/testexecutions/$(mock_get source | jq -r 'select(.kind == "execution" and .executed) | .id' | sed -n 2p)/teststeps
one-files	/v2/testcases/$steps/attachments
one-file	$(mock_get 'record?path=/v2/testcases/*/attachments/*' | jq -r .path | sort | sed -n 1p)"
}
# alone N FUNCTION ARGS: in a directory, a database and with a zmock of its own
alone() {
	T=$T/$1
	PIDS=
	mkdir "$T" && cd "$T" && fresh_db && begin || return
	shift
	"$@" && : >"$T/ok"
	sweep
}
# Rows of a table, each alone, some at a time: they wait, mostly.
each() {
	local n=0 bad=0 row
	begin
	reads
	WANT=$T/records
	ones
	[ "$(grep -c . "$WANT")" -gt 50 ]
	while IFS=$'\t' read -ra row; do
		[ -n "${row-}" ] || continue
		[ "$n" -lt 16 ] || wait -n || :
		n=$((n + 1))
		alone "$n" "$1" "${row[@]}" >"$T/$n.log" 2>&1 3>&- &
		keep $!
	done < <(tr -s '\t' <<<"$2")
	wait $(jobs -p | grep -vx "$MOCK_PID") || :
	for ((row = 1; row <= n; row++)); do
		[ ! -e "$T/$row/ok" ] || continue
		bad=1
		echo "-- row $row"
		tail -n 40 "$T/$row.log"
	done >&2
	echo "$n rows" >&2
	[[ $n -eq $3 && $bad -eq 0 ]]
}

@test "what passes leaves the complete result, wherever it is met" { each passing "$PASSING" "$(grep -c . <<<"$PASSING")"; }
# It is waited for longer than for anything else: two minutes.
[ -z "${ZT_SOAK-}" ] || LASTING+='
list		status 429 retry-after 0	69	429'

@test "what stays is named, with its status; once it is gone the same command ends clean" { each lasting "$LASTING" "$(grep -c . <<<"$LASTING")"; }
