# Every fault that zextract can meet, at every kind of request: after a temporary fault
# the result is complete; a permanent one is reported with its status, and without it
# the same command ends like an undisturbed run.
load helper
load zextract

# A kind of request on each line.  Of files the fifth owner meets the fault, since the
# answer to the first one decides for the kind.
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

# Temporary faults; each occurs once at every kind of request.
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

# Permanent faults: PLACE (one-: a single object), ACTION, the status of the run, words
# of its message.
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
# reads: run zextract and store its records without the port of zmock
reads() {
	zw 0 timeout 200 sh -c 'exec zextract --refresh >"$T/out"' &&
	    records "$T/out" | sed "s|${MOCK#*//}|MOCK|g" >"$T/records"
}

temporary() {
	scenario "$(awk -v a="$1" 'NF { $1 = ""; print "match GET" $0 " times 1 do " a }' <<<"$PLACES")" &&
	    reads && cmp "$WANT" "$T/records" &&
	    # each fault was met
	    [ "$(mock_get scenario | jq -s 'map(select(.played > 0)) | length')" -eq 10 ]
}

# permanent PLACE ACTION STATUS WORDS: zextract reports the fault and completes without it
permanent() {
	local place verdict
	place=$(awk -v p="$1" '$1 == p { print $2 }' <<<"$PLACES$ONES")
	scenario "match GET $place do ${2//PORT/${MOCK##*:}}"
	zw "$3" timeout 200 sh -c 'exec zextract >"$T/out"' || return
	[[ $stderr == *"$4"* ]] || return
	# the pass is not sealed, or the verdict is incomplete
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

# choose_objects: set ONES, the places of single objects
choose_objects() {
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
# in_own_directory N FUNCTION ARG...: run a function with its own database and zmock
in_own_directory() {
	T=$T/$1
	PIDS=
	mkdir "$T" && cd "$T" && fresh_db && begin || return
	shift
	"$@" && : >"$T/ok"
	end_processes
}
# each FUNCTION TABLE ROWS: run a function for each row of a table, 16 at a time, since
# they mostly wait
each() {
	local n=0 bad=0 row
	begin
	reads
	WANT=$T/records
	choose_objects
	[ "$(grep -c . "$WANT")" -gt 50 ]
	while IFS=$'\t' read -ra row; do
		[ -n "${row-}" ] || continue
		[ "$n" -lt 16 ] || wait -n || :
		n=$((n + 1))
		in_own_directory "$n" "$1" "${row[@]}" >"$T/$n.log" 2>&1 3>&- &
		kill_at_end $!
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

@test "after a temporary fault of every kind, at every kind of request, the result is complete" { each temporary "$PASSING" "$(grep -c . <<<"$PASSING")"; }
# This fault is waited for during two minutes.
[ -z "${ZT_SOAK-}" ] || LASTING+='
list		status 429 retry-after 0	69	429'

@test "a permanent fault is reported with its status, and without it the same command completes" { each permanent "$LASTING" "$(grep -c . <<<"$LASTING")"; }
