# Jira issues in qTest: each is linked once with the object that has it, or stays text.
# databases: either
load helper

SMALL=(--seed 7 --cases 12 --executions 24 --cycles 4 --plans 2 --folders 3 --attachments 0)

# keep the state after the records are read from Zephyr and before anything is loaded
setup_file() {
	scrub
	fresh_db first
	small && zload -q <target && state >clean || { end_processes; return 1; }
	mock_count 'POST .*/defects 201' >posts
	end_processes
	fresh_db
	small && share
}
# small [OPTION...]: start zmock, whose qTest knows all issues, and make the effects
small() {
	mock "${SMALL[@]}" --integration DEMO,MOVED "$@" && effects
}
effects() {
	export JIRA_BASE_URL=$MOCK JIRA_USER=jira@zmock.test JIRA_API_TOKEN=zmock.jira.token
	zextract -q --attachments none >source && ztransform -q <source >target
}
prepare() {
	export ZTOQ_SETTLE=400ms
	shared
	cp "$BATS_FILE_TMPDIR/source" "$BATS_FILE_TMPDIR/target" .
}

load() { zw "$1" zload --in-flight "${2:-2}" <target; }
scenario() { mock_post scenario "$1" >/dev/null; }
# state: print the state of qTest without its port
state() { mock_state | sed 's,127.0.0.1:[0-9]*,HOST,g'; }
complete() { state | diff "$BATS_FILE_TMPDIR/clean" - >&2; }
nothing_left() {
	mock_forget
	load 0
	[ "$(mock_writes)" -eq 0 ]
}
# without_links: write the stream without links to the file without
without_links() {
	jq -c 'if .record then .record.effects |= map(select(.kind != "link")) else . end' <target >without
}
# wanted TYPE: print source and key of the links of this type, one per line
wanted() {
	jq -r 'select(.record).record.effects[] | select(.kind == "link" and .body.type == "'"$1"'").key' target | sort
}
# posts: count the requests that link defects
posts() { mock_count 'POST .*/test-logs/{}/defects .*'; }
links() { sql "SELECT count(*) FROM ledger WHERE kind = 'link' AND state = '$1'"; }
# linked: print the keys of the ledger whose defect is in qTest
linked() {
	local auth="Authorization: bearer $ZT_QTEST" api="$MOCK/api/v3/projects/1"
	sql "SELECT 'url = \"$api/linked-artifacts?type=test-logs&ids=' || id || '\"' FROM ledger
	    WHERE kind = 'log' ORDER BY id" | curl -sSf --noproxy '*' -H "$auth" -K - >lists
	sql "SELECT id || ' ' || ekey FROM ledger WHERE kind = 'log' ORDER BY id" >logs
	jq -r --rawfile logs logs '($logs / "\n" | map(select(. != "") / " " | {key: .[0], value: .[1]}) | from_entries) as $of
	    | .[] | .id as $id | .objects[] | "test-logs/\($of["\($id)"])/defects/\(.pid)"' lists | sort
}

@test "each issue of an execution is a defect of its log, by one request per log, and a second load writes nothing" {
	wanted defects >want
	[ "$(wc -l <want)" -gt 8 ]
	load 0
	linked | cmp want -
	[ "$(links done)" -eq "$(wc -l <want)" ]
	# one request for all issues of a log; the project tells its connections
	[ "$(posts)" -eq "$(sed 's,/[^/]*$,,' want | uniq | wc -l)" ]
	[ "$(mock_count '.*connections .*')" -eq 0 ]
	[ "$(mock_count '.*linked-artifacts.* .*')" -eq "$(jq -s length lists)" ]
	nothing_left
	[ "$(mock_count '.*(connections|linked-artifacts).*')" -eq 0 ]
}

@test "without an integration the issues stay text, no request is sent for them, and nothing is left behind" {
	mock "${SMALL[@]}"
	zw 0 zload <target
	[[ $stderr != *": warn: "* ]]
	[[ $stderr == *"qTest has no integration with Jira: $(wanted defects | wc -l) issues of executions stay text"* ]]
	[ "$(posts)" -eq 0 ]
	[ "$(mock_count '.*(connections|linked-artifacts).*')" -eq 0 ]
	[ "$(links done)" -eq "$(wanted defects | wc -l)" ]
	[ "$(sql "SELECT count(*) FROM issue WHERE rule = 'link-not-loaded'")" -eq 0 ]
	nothing_left
}

@test "after a request of links that ends the run the next run completes it" {
	local fault
	while read -r status fault; do
		echo "fault: $fault" >&2
		shared
		scenario "match POST */test-logs/*/defects nth 2 do $fault"
		load "$status"
		scenario '# none'
		load 0
		complete
	done <<-'END'
	76 html200
	77 status 401
	END
}

@test "after kill -9 before or after the request of any links each is in qTest once" {
	local n of pid st step=3 mode
	[ -z "$ZT_SOAK" ] || step=1
	of=$(cat "$BATS_FILE_TMPDIR/posts")
	for ((n = 1; n <= of; n += step)); do
		for mode in 1 8; do
			shared
			rm -f go
			mkfifo go
			sh -c 'read -r _ <go; exec zload -q --in-flight "$1" <target' sh "$mode" 3>&- &
			pid=$!
			scenario "match POST */test-logs/*/defects nth $n do kill $pid"
			echo >go
			st=0
			wait "$pid" || st=$?
			[ "$st" -eq 137 ]
			scenario '# none'
			load 0
			complete
			[ "$(posts)" -eq "$of" ]
		done
	done
}

@test "issues that qTest does not know are reported and counted, all others are linked, and a later load tries again" {
	local unknown
	mock "${SMALL[@]}" --integration DEMO
	unknown=$(wanted defects | grep -c 'MOVED-[0-9]*$')
	[ "$unknown" -gt 0 ]
	zw 0 zload <target
	[[ $stderr == *"$unknown link"*" not in qTest; see "* ]]
	linked | cmp - <(wanted defects | grep -v 'MOVED-[0-9]*$')
	[ "$(links failed)" -eq "$unknown" ]
	[ "$(sql "SELECT count(*) FROM issue WHERE side = 'load' AND rule = 'link-not-loaded' AND level = 'warning'")" -gt 0 ]
	[ "$(sql 'SELECT count(*) FROM reject')" -eq 0 ]
	zw 0 zvalidate -q --reconcile
	zw 0 zreport
	[[ $output == *"COMPLETE except "*"$unknown links"* ]]
	load 0
	linked | cmp - <(wanted defects | grep -v 'MOVED-[0-9]*$')
	[ "$(links failed)" -eq "$unknown" ]
}

@test "--adopt finds the links that are in qTest and makes none again" {
	load 0
	fresh_db other
	effects
	mock_forget
	zw 0 zload -q --adopt <target
	[ "$(mock_writes)" -eq 0 ]
	complete
	[ "$(links done)" -eq "$(wanted defects | wc -l)" ]
	nothing_left
}

@test "a database that an earlier version loaded gets its links by the requests of links alone" {
	without_links
	zw 0 zload -q --unsealed <without
	mock_forget
	load 0
	[ "$(mock_writes)" -eq "$(posts)" ]
	[ "$(posts)" -eq "$(cat "$BATS_FILE_TMPDIR/posts")" ]
	complete
}

# requests STREAM: print the number of requests that the plan of a stream counts
requests() {
	zload -q --plan --format text --unsealed <"$1" 2>/dev/null | sed -n 's/^requests: \([0-9]*\).*/\1/p'
}

@test "a plan counts one request for all links of a log" {
	zw 0 sh -c 'exec zload --plan --format text <target'
	[[ $output == *"link: $(wanted defects | wc -l) to create"* ]]
	without_links
	[ "$(requests target)" -eq $(($(requests without) + $(cat "$BATS_FILE_TMPDIR/posts"))) ]
}

@test "a project that does not show its connections is asked for them once in a load with links" {
	local shape
	for shape in one list; do
		fresh_db "$shape"
		mock "${SMALL[@]}" --trackers omitted --connections "$shape" --integration DEMO,MOVED
		effects
		load 0
		complete
		[ "$(mock_count 'GET .*/connections 200')" -eq 1 ]
		nothing_left
		[ "$(mock_count 'GET .*/connections 200')" -eq 0 ]
		mock_stop
	done
	fresh_db without
	mock "${SMALL[@]}" --trackers omitted
	effects
	load 0
	[ "$(mock_count 'GET .*/connections 200')" -eq 1 ]
	[ "$(posts)" -eq 0 ]
	nothing_left
	# qTest may be connected by now
	[ "$(mock_count 'GET .*/connections 200')" -eq 1 ]
}

@test "when qTest is connected to Jira later, the next load links the issues and writes nothing else" {
	load 0
	sql "SELECT path || ' ' || pid FROM ledger WHERE kind = 'link'" | while read -r path key; do
		curl -sSf --noproxy '*' -X DELETE -H "Authorization: bearer $ZT_QTEST" \
		    -H 'Content-Type: application/json' -d "[\"$key\"]" "$MOCK/api/v3/projects/1$path" >/dev/null
	done
	sql "UPDATE ledger SET verb = 'text', id = NULL, pid = NULL, path = NULL, sent = NULL WHERE kind = 'link'"
	mock_forget
	load 0
	complete
	[ "$(mock_writes)" -eq "$(posts)" ]
}

@test "reconciliation names a link that is missing and one that a user made" {
	local id key foreign
	load 0
	mock_forget
	z 0 zvalidate -q --reconcile --format json
	[ "$(tail -n 1 <<<"$output" | jq -c '[.differences, .kinds.link.equal]')" = "[0,$(wanted defects | wc -l)]" ]
	# logs show their defects
	[ "$(mock_count '.*linked-artifacts.*')" -eq 0 ]
	key=$(wanted defects | head -n 1)
	id=$(sql "SELECT replace(replace(path, '/test-logs/', ''), '/defects', '') FROM ledger WHERE ekey = '$key'")
	mock_post "break?kind=log&key=$id&do=unlink&field=defects&value=${key##*/}" >/dev/null
	zw 1 zvalidate -q --reconcile
	[ "$(grep -c ^difference <<<"$output")" -eq 1 ]
	[[ $output == *"link $key: missing: expected \"${key##*/}\""* ]]
	mock_post "break?kind=log&key=$id&do=link&field=defects&value=${key##*/}" >/dev/null
	foreign=$(sql "SELECT max(id) FROM ledger WHERE kind = 'log'")
	mock_post "break?kind=log&key=$foreign&do=link&field=defects&value=DEMO-99999" >/dev/null
	zw 1 zvalidate -q --reconcile
	[ "$(grep -c ^difference <<<"$output")" -eq 1 ]
	[[ $output == *"unexpected link"*"DEMO-99999"* ]]
}

@test "zrollback removes links alone or with their logs, also when an answer is lost, and a load makes them again" {
	local n
	n=$(wanted defects | wc -l)
	load 0
	zw 0 zrollback -q --kind link
	[ "$(jq -r 'select(.verb == "delete" and .kind == "link").key' <<<"$output" | sort)" = "$(wanted defects)" ]
	scenario $'match DELETE */test-logs/*/defects nth 2 do reset-after\nmatch DELETE */test-logs/*/defects nth 4 do reset-before'
	zw 0 zrollback -q --kind link --apply
	[ "$(mock_played)" -eq 2 ]
	[ -z "$(linked)" ]
	[ "$(links rolled_back)" -eq "$n" ]
	zw 0 zrollback -q --kind link --apply
	mock_forget
	load 0
	complete
	[ "$(mock_writes)" -eq "$(posts)" ]
	zw 0 zrollback -q --all --apply
	[ "$(links rolled_back)" -eq "$n" ]
	[ "$(mock_state | jq '[.. | objects | select(.logs?) | .logs[]] | length')" -eq 0 ]
	load 0
	complete
}
