# Loaded by the tests of zextract.

# start [OPTION...]: start zmock with the project DEMO
start() {
	mock --token-zephyr zmock.zephyr.token "$@" || return 1
	export ZEPHYR_API_TOKEN=zmock.zephyr.token ZEPHYR_PROJECT_KEY=DEMO
	# only attach.bats requests attachments, which cost one request for each owner
	export ZTOQ_ATTACHMENTS_OF=none
}
curl_mock() { curl -sS --noproxy '*' "$@"; }
# count_requests ERE: count the requests to Zephyr whose "METHOD pattern status" matches
count_requests() {
	mock_get 'counts?api=zephyr' | count_fitting "$1"
}
forget_requests() { mock_forget; }
edit() { mock_post "edit?$1"; }
scenario() { mock_post scenario "$1" >/dev/null; }

# The functions below read a stream with awk, sed and grep, because jq takes 25 ms to start;
# a line of an unknown form is printed as it is.
# records FILE: print the records, which must be equal in runs of one project
records() {
	LC_ALL=C awk '/^[{]"type":"(META|SCHEMA|STATE|END)"/ { next }
	    match($0, /^[{]"type":"RECORD","stream":"[a-z_]+","record":/) &&
	    (at = match($0, /,"time_extracted":"[^"]*","z":/)) {
		stream = substr($0, 27, index($0, ",\"record\":") - 26)
		n = length(stream) + 36
		$0 = "[" stream substr($0, n, at - n) "]"
	    }
	    { print }' "$1"
}
ends() { sed -nE 's/^\{"type":"END","stream":"([a-z_]+)",.*"status":"([A-Z]+)"\}\}$/\1 \2/p' "$1"; }
# count_records FILE STREAM: count the records of a stream
count_records() { grep -c "^{\"type\":\"RECORD\",\"stream\":\"$2\"," "$1" || :; }

# extract STATUS [OPTION...]: continue the open pass or read the next one; writes the
# stream to $T/out
extract() {
	local want=$1
	shift
	zw "$want" sh -c 'exec zextract --refresh "$@" >"$T/out"' sh "$@"
}
# stored: print all rows that were read, without the tables of runs and the columns of
# times and runs
stored() {
	sql "$(columns | while read -r table cols; do
		echo "SELECT '$table ($cols)'; SELECT $cols FROM $table ORDER BY $cols;"
	done)"
}
columns() {
	case $ZTOQ_DB in
	sqlite:*) sql "SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c
		    WHERE m.type = 'table' ORDER BY m.name, c.cid" ;;
	*)	sql "SELECT table_name, column_name FROM information_schema.columns
		    WHERE table_schema = 'public' AND table_name IN (SELECT table_name
		    FROM information_schema.tables WHERE table_type = 'BASE TABLE')
		    ORDER BY table_name, ordinal_position" ;;
	esac | awk -F'|' '
		$1 ~ /^(run|event|claim|budget|commit_mark|schema_version)$/ || $2 ~ /(^|_)at$|^(run|since)$/ { next }
		{ cols[$1] = cols[$1] (cols[$1] ? "," : "") $2 }
		END { for (t in cols) print t, cols[t] }' | sort
}
# count_repeated: count the requests that were sent before
count_repeated() {
	mock_get 'record?api=zephyr' |
	    jq -r '.path + "?" + .query' | sort | uniq -c | awk '{ n += $1 - 1 } END { print n + 0 }'
}
# kill_at N PID: wait until zmock has received N requests, then kill -9 the process
kill_at() {
	local n=$1 pid=$2
	until [ "$(mock_requests)" -ge "$n" ]; do
		kill -0 "$pid" 2>/dev/null || return 0
	done
	kill -9 "$pid" 2>/dev/null || :
}
# run_killed_at PATH-LIMITS: start a run that zmock kills with -9 at this request
run_killed_at() {
	local pid rc=0
	# the process stops until zmock knows its pid
	sh -c 'kill -STOP $$; exec zextract --refresh -q' >"$T/part" 2>>"$T/log" 3>&- &
	pid=$!
	kill_at_end "$pid"
	until [ "$(cut -d' ' -f3 "/proc/$pid/stat")" = T ]; do :; done
	scenario "match GET $1 do kill $pid"
	kill -CONT "$pid"
	wait "$pid" || rc=$?
	echo "kill at $1: status $rc" >&2
	[ "$rc" -eq 137 ]
	scenario ''
}
# jq_finds_nothing ARG...: succeed if jq runs without an error and prints nothing
jq_finds_nothing() {
	local found
	found=$(jq -c "$@") || return 1
	[ -z "$found" ] || { head -c 2000 <<<"$found" >&2; return 1; }
}
