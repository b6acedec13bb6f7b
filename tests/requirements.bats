# Test cases and releases are linked with the requirements of their Jira issues, if the map says so.
# databases: either
load helper

SMALL=(--full --seed 7 --cases 12 --executions 2 --cycles 2 --plans 2 --folders 3 --attachments 0)

# keep the state with four issues, of which qTest has a requirement of all but the first
setup_file() {
	scrub
	mock "${SMALL[@]}" && effects && require && share
}
effects() {
	export JIRA_BASE_URL=$MOCK JIRA_USER=jira@zmock.test JIRA_API_TOKEN=zmock.jira.token
	jq '.requirements = "link"' "$ROOT/src/ztransform/map/map.json" >map.json
	zextract -q --attachments none >source || return 1
	sql "UPDATE jira_name SET key = 'DEMO-' || (CAST(id AS INTEGER) % 4 + 1) WHERE kind = 'issue'"
	zextract -q --attachments none >source && ztransform -q -m map.json <source >target
}
require() {
	local key n=0 auth=(-H "Authorization: bearer $ZT_QTEST" -H 'Content-Type: application/json')
	for key in DEMO-2 DEMO-3 DEMO-4; do
		n=$((n + 1))
		curl -sSf --noproxy '*' "${auth[@]}" -d '{"name":"r","properties":[]}' \
		    "$MOCK/api/v3/projects/1/requirements" >/dev/null
		mock_post "break?kind=requirement&key=RQ-$n&do=set&field=external&value=$key" >/dev/null
	done
	mock_forget
}
prepare() {
	export ZTOQ_SETTLE=400ms
	shared
	cp "$BATS_FILE_TMPDIR/"{source,target,map.json} .
}

load() { zw "$1" zload <target; }
# wanted: print the keys of all links of requirements
wanted() {
	jq -r 'select(.record).record.effects[] | select(.kind == "link").key | select(startswith("req"))' target | sort
}
# complete: qTest has each link of a known requirement, and no other
complete() {
	mock_state | jq -r '.[0].requirements[] | .links[]' | sort >have
	[ "$(wc -l <have)" -eq "$(wanted | grep -vc /DEMO-1/)" ]
	[ "$(sql "SELECT count(*) FROM ledger WHERE kind = 'link' AND ekey LIKE 'req%' AND state = 'done'")" -eq "$(wc -l <have)" ]
}
scenario() { mock_post scenario "$1" >/dev/null; }

@test "all test cases of an issue are linked with its requirement by one request, and so are releases" {
	[ "$(wanted | grep -c /test-cases/)" -gt 8 ]
	[ "$(wanted | grep -c /releases/)" -ge 2 ]
	[ "$(wanted | grep -c /DEMO-1/)" -gt 0 ]
	load 0
	[[ $stderr == *"qTest has no requirement of the Jira issue DEMO-1"* ]]
	complete
	[ "$(mock_count 'GET .*/requirements .*')" -le 2 ]
	[ "$(mock_count 'POST .*/{}/{}/link .*')" -eq "$(wanted | grep -v /DEMO-1/ | sed 's,/[^/]*$,,' | uniq | wc -l)" ]
	mock_forget
	load 0
	[ "$(mock_writes)" -eq 0 ]
}

@test "a lost request for a requirement is repeated only if qTest does not show the links" {
	local fault
	for fault in reset-after 'status-after 500' reset-before; do
		shared
		scenario "match POST */requirements/*/link* nth 2 do $fault"
		load 0
		[ "$(mock_played)" -eq 1 ]
		complete
	done
}

# linked: print the keys of the cases with links
linked() { wanted | grep -v /DEMO-1/ | sed -n 's,.*/test-cases/,,p' | sort -u; }
# approved: the cases are approved, and another load writes nothing
approved() {
	complete
	z 0 zvalidate --reconcile
	[[ $output == *"0 differences"* ]]
	mock_forget
	load 0
	[ "$(mock_writes)" -eq 0 ]
	[ "$(mock_count 'GET .*/test-cases/{} 200')" -eq 0 ]
}

@test "a case whose version a link changes is approved again, once" {
	load 0
	[ "$(mock_count 'PUT .*/approve 200')" -eq 12 ]
	approved
	mock "${SMALL[@]}" --file-version bumped
	fresh_db bumped
	effects && require
	load 0
	[ "$(mock_count 'PUT .*/approve 200')" -eq $((12 + $(linked | wc -l))) ]
	approved
}

@test "the approval of a case that a link changed survives kills and lost answers" {
	local fault pid n=0
	for fault in 'match POST */requirements/*/link* nth 2 do reset-after' \
	    'match POST */requirements/*/link* nth 2 do kill' 'match PUT */approve* nth 13 do kill'; do
		mock "${SMALL[@]}" --file-version bumped
		n=$((n + 1))
		fresh_db bumped$n
		effects && require
		rm -f go
		mkfifo go
		sh -c "read -r _ <go; exec zload -q --in-flight 2 <target" 3>&- &
		pid=$!
		scenario "${fault/do kill/do kill $pid}"
		echo >go
		wait "$pid" || :
		[ "$(mock_played)" -eq 1 ]
		zw 0 zload <target
		approved
	done
}

@test "--adopt finds the links of requirements and makes none again" {
	load 0
	fresh_db other
	effects
	mock_forget
	zw 0 zload -q --adopt <target
	[ "$(mock_writes)" -eq 0 ]
	complete
}

@test "by default no test case is linked" {
	ztransform -q <source >target
	[ -z "$(wanted)" ]
	load 0
	[ "$(mock_count '.*/requirements.*')" -eq 0 ]
}
