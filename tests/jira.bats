# Names of Jira's ids: they are requested in batches, once, and only if Jira is
# configured.
# databases: either
load helper
load zextract

SMALL=(--seed 3 --cases 60 --executions 200 --folders 6 --cycles 12 --plans 2)

# with_jira: set the credentials that zmock accepts
with_jira() {
	export JIRA_BASE_URL=$MOCK JIRA_USER=jira@zmock.test JIRA_API_TOKEN=zmock.jira.token
}
jira() { mock_get "counts?api=jira" | count_fitting "$1"; }
# ids KIND: count the ids of a kind in the records
ids() {
	local what
	case $1 in
	issue) what='.links.issues // [] | .[].issueId' ;;
	user)	what='.owner.accountId, .executedById, .assignedToId' ;;
	component) what='.component.id' ;;
	version) what='.jiraProjectVersion.id' ;;
	esac
	jq -r "select(.type == \"RECORD\") | .record | $what | values" "$T/out" | sort -u
}
# unnamed: print the records without names
unnamed() {
	jq -c 'def bare: del(.executedBy, .assignedTo)
	    | if .owner then .owner |= del(.displayName) else . end
	    | if .component then .component |= del(.name) else . end
	    | if .jiraProjectVersion then .jiraProjectVersion |= del(.name) else . end
	    | if .links.issues then .links.issues |= map(del(.key, .name)) else . end;
	    select(.type == "RECORD") | .record | bare
	    | if .undated then .undated |= map(bare) else . end' "$1"
}
issues() { sql "SELECT count(*) FROM issue WHERE stream = 'jira' AND rule = '$1'"; }
# all_named: every id in the records has its name
all_named() {
	jq_finds_nothing 'select(.type == "RECORD") | .record
	    | select((.owner.accountId and (.owner.displayName | not))
		or (.executedById and .executedBy.accountId != .executedById)
		or (.assignedToId and .assignedTo.accountId != .assignedToId)
		or ([.executedBy, .assignedTo | values] | any(.displayName | not))
		or (.component and (.component.name | not))
		or (.jiraProjectVersion and (.jiraProjectVersion.name | not))
		or any(.links.issues // [] | .[]; (.key and .name) | not))' "$T/out"
}

@test "without Jira ids remain ids, and this is reported once" {
	start "${SMALL[@]}"
	extract 0
	[ "$(grep -c 'no names for' <<<"$stderr")" -eq 1 ]
	[[ $stderr =~ "no names for $(ids issue | wc -l) issue id"s?", $(ids user | wc -l) user"s?", $(ids version | wc -l) version"s?", $(ids component | wc -l) component"s?": set JIRA_BASE_URL" ]]
	[ "$(sql "SELECT side, key, rule, level FROM issue WHERE stream = 'jira'")" = "extract|*|jira-ids|info" ]
	jq_finds_nothing 'select(.record.owner.displayName or .record.executedBy)' "$T/out"
	unnamed "$T/out" | cmp - <(jq -c 'select(.type == "RECORD") | .record' "$T/out")
	[ "$(jira .)" -eq 0 ]
}

@test "all names are requested once, in as few requests as there are batches" {
	start "${SMALL[@]}"
	extract 0
	unnamed "$T/out" >"$T/want"
	fresh_db other
	forget_requests
	with_jira
	extract 0
	all_named
	unnamed "$T/out" | cmp "$T/want" -
	[ "$(ids issue | wc -l)" -gt 50 ]
	[ "$(jira 'search/jql 200')" -eq $((($(ids issue | wc -l) + 99) / 100)) ]
	[ "$(jira 'user/bulk 200')" -eq 1 ]
	[ "$(jira 'project/{}/(components|versions) 200')" -eq 2 ]
	[ "$(jira 'myself 200')" -eq 1 ]
	[ "$(jira .)" -eq $(($(jira search) + 4)) ]
	[[ $stderr != *"no names for"* ]]
	[ "$(issues 'jira-ids')" -eq 0 ]
	[ "$(issues 'jira-unknown')" -eq 0 ]
	records "$T/out" >"$T/want"
	# without new ids no request is sent to Jira
	forget_requests
	extract 0
	[ "$(jira .)" -eq 0 ]
	records "$T/out" | cmp "$T/want" -
	# names remain when Jira is no longer configured
	extract 0 --jira-base-url none
	records "$T/out" | cmp "$T/want" -
	[ "$(jira .)" -eq 0 ]
	# but not when all is read again
	extract 0 --deep
	[ "$(jira 'search/jql 200')" -eq $((($(ids issue | wc -l) + 99) / 100)) ]
	records "$T/out" | cmp "$T/want" -
}

@test "the next pass adds names to a database that was filled without Jira" {
	local first
	start "${SMALL[@]}"
	extract 0
	first=$(ids issue | head -n 1)
	[ "$(issues 'jira-ids')" -eq 1 ]
	with_jira
	forget_requests
	extract 0
	all_named
	[ "$(issues 'jira-ids')" -eq 0 ]
	[ "$(count_requests 'teststeps|testscript')" -eq 0 ]
	[ "$(jq -r "select(.record) | .record.links.issues // [] | .[] | select(.issueId == $first) | .key" "$T/out" | sort -u)" = \
	    "$([ $((first % 7)) -eq 0 ] && echo MOVED || echo DEMO)-$((first - 9000))" ]
}

@test "ids of rows stored by an older version get their names, and no row is read again" {
	start "${SMALL[@]}"
	extract 0
	sql 'DELETE FROM jira_name'
	sql "$(grep '^UPDATE' "$ROOT"/lib/domain/schema/*_jira.sql -h)"
	with_jira
	forget_requests
	extract 0 --attachments none
	all_named
	[ "$(count_requests 'testcases/[{]|testexecutions/[{]')" -eq 0 ]
}

# hidden [OPTION...]: start zmock with three issues, a component, a version and a user
# that the Jira user cannot see
hidden() {
	local n
	start "${SMALL[@]}"
	extract 0
	unnamed "$T/out" >"$T/want"
	gone=("$(ids issue | sed -n 2p)" "$(ids issue | sed -n 9p)" "$(ids issue | tail -n 1)")
	component=$(ids component | head -n 1) version=$(ids version | head -n 1) user=$(ids user | head -n 1)
	mock_stop
	start "${SMALL[@]}" --jira-hide "${gone[0]}" --jira-hide "${gone[1]}" --jira-hide "${gone[2]}" \
	    --jira-hide "$component" --jira-hide "$version" --jira-hide "$user" "$@"
	fresh_db hidden
	with_jira
	extract 0
	unnamed "$T/out" | cmp "$T/want" -
	[[ $stderr == *"no names for 3 issue ids, 1 user, 1 version, 1 component: Jira does not know them or does not show them (see table issue)"* ]]
	[ "$(sql "SELECT key FROM issue WHERE rule = 'jira-unknown' AND level = 'warning' ORDER BY key")" = \
	    "$(printf '%s\n' "component $component" "issue ${gone[0]}" "issue ${gone[1]}" "issue ${gone[2]}" "user $user" "version $version" | LC_ALL=C sort)" ]
	n=$(ids issue | wc -l)
	[ "$(jq -r 'select(.record) | .record.links.issues // [] | .[] | select(.key == null) | .issueId' "$T/out" | sort -u | wc -l)" -eq 3 ]
	[ "$(jq -r 'select(.record) | .record.links.issues // [] | .[] | select(.key) | .issueId' "$T/out" | sort -u | wc -l)" -eq $((n - 3)) ]
}

@test "issues that a refusal names are left out, the others get their names" {
	hidden
	# the refusal names all three issues
	[ "$(jira 'search/jql 400')" -le 2 ]
	[ "$(jira 'search/jql 200')" -eq $((($(ids issue | wc -l) + 99) / 100)) ]
	# the next pass requests these only
	forget_requests
	extract 0
	[ "$(jira .)" -eq "$(jira 'search/jql (200|400)|myself|bulk|components|versions')" ]
	[ "$(jira 'search/jql')" -eq 1 ]
	mock_stop
	# the user can see the objects now
	start "${SMALL[@]}"
	export JIRA_BASE_URL=$MOCK
	extract 0
	all_named
	[ "$(issues 'jira-unknown')" -eq 0 ]
	[ "$(jira 'search/jql 200')" -eq 1 ]
}

@test "a batch that is refused without a name is halved" {
	hidden --jira-refusal vague
	[ "$(jira 'search/jql 400')" -gt 3 ]
	[ "$(jira 'search/jql')" -le 60 ]
}

@test "an issue that an answer leaves out silently is unknown, too" {
	hidden --jira-refusal silent
	[ "$(jira 'search/jql 400')" -eq 0 ]
	[ "$(jira 'search/jql')" -eq $((($(ids issue | wc -l) + 99) / 100)) ]
}

@test "pages shorter than requested lose no name" {
	local n
	start "${SMALL[@]}" --jira-cap 4
	with_jira
	extract 0
	all_named
	n=$(ids issue | wc -l)
	[ "$(jira 'user/bulk')" -eq $((($(ids user | wc -l) + 3) / 4)) ]
	[ "$(jira 'search/jql')" -le $(((n + 3) / 4 + 2)) ]
}

@test "an incomplete Jira configuration ends with 78 and names the missing setting" {
	start "${SMALL[@]}"
	with_jira
	unset JIRA_API_TOKEN
	extract 78
	[[ $stderr == *"JIRA_API_TOKEN (or JIRA_API_TOKEN_FILE) is not set"* ]]
	JIRA_API_TOKEN=x
	export JIRA_API_TOKEN
	unset JIRA_USER
	extract 78
	[[ $stderr == *"JIRA_USER is not set"* ]]
	unset JIRA_BASE_URL
	extract 78 --jira-user me
	[[ $stderr == *"JIRA_BASE_URL is not set"* ]]
	extract 78 --jira-user a:b --jira-base-url "$MOCK"
	[ "$(count_requests .)" -eq 0 ]
	extract 0 --jira-base-url none
	with_jira
	unset JIRA_API_TOKEN
	echo zmock.jira.token >token
	chmod 600 token
	JIRA_API_TOKEN_FILE=$T/token extract 0
	all_named
}

@test "a wrong token ends with 77 at once, although Jira answers anonymous searches" {
	start "${SMALL[@]}"
	with_jira
	JIRA_API_TOKEN=wrong extract 77
	[[ $stderr == *"Jira rejected JIRA_USER and its token (401 at /rest/api/3/myself"* ]]
	[ "$(count_requests 'testcases|testexecutions')" -eq 0 ]
	[ "$(jira .)" -eq 1 ]
	scenario 'match GET /rest/api/3/search/jql times 1 do status 403'
	extract 77
	[[ $stderr == *"Jira denied access (403 at /rest/api/3/search/jql"* ]]
	scenario 'match GET /rest/api/3/myself times 1 do status 404'
	extract 78
	[[ $stderr == *"no Jira found at JIRA_BASE_URL (404 at /rest/api/3/myself)"* ]]
	scenario ''
	JIRA_USER=another@zmock.test extract 77
	# later runs send only the requests that they need
	forget_requests
	extract 0
	all_named
	[ "$(jira 'components|versions|bulk')" -eq 0 ]
}

@test "an unreachable Jira ends with 69, a wrong answer with 76, and rows already read are kept" {
	start "${SMALL[@]}"
	with_jira
	JIRA_BASE_URL=http://127.0.0.1:1 extract 69
	[[ $stderr == *"cannot read Jira: "*"--jira-base-url none"* ]]
	scenario 'match GET /rest/api/3/user/bulk do html200'
	extract 76
	[[ $stderr == *"Jira sent a web page"* ]]
	printf '[]\n' >"$T/empty"
	scenario "match GET /rest/api/3/user/bulk times 1 do status 200 body $T/empty"
	extract 76
	[[ $stderr == *"Jira did not send a JSON object at /rest/api/3/user/bulk"* ]]
	forget_requests
	scenario ''
	extract 0
	all_named
	[ "$(count_requests "testcases/[{]|testexecutions/[{]")" -lt 200 ]
}

@test "requests to Jira are repeated after 429, 503, resets and cut answers" {
	start "${SMALL[@]}"
	with_jira
	scenario 'match GET /rest/api/3/search/jql nth 1 do status 429 retry-after 1
match GET /rest/api/3/user/bulk nth 1 do status 503
match GET /rest/api/3/project/* nth 1 do reset-before
match GET /rest/api/3/project/*/versions nth 1 do truncate 20'
	zw 0 sh -c 'exec zextract >"$T/out"'
	all_named
	[ "$(mock_played)" -eq 4 ]
}

@test "after kill -9 between requests the next run requests only the missing names" {
	local pid before issues
	start --cases 300 --executions 1000 --seed 5
	with_jira
	scenario 'match GET /rest/api/3/search/jql nth 2 times 9 do delay 60000'
	zextract >"$T/part" 2>>"$T/log" 3>&- &
	pid=$!
	kill_at_end $pid
	until [ "$(sql "SELECT count(*) FROM jira_name WHERE kind = 'issue' AND state = 'named'" 2>/dev/null)" = 100 ]; do
		kill -0 "$pid"
	done
	kill -9 "$pid"
	wait "$pid" || :
	before=$(sql "SELECT count(*) FROM jira_name WHERE kind = 'issue' AND state = 'wanted'")
	issues=$(sql "SELECT count(*) FROM jira_name WHERE kind = 'issue'")
	[ "$before" -eq $((issues - 100)) ]
	scenario ''
	forget_requests
	extract 0
	all_named
	[ "$(jira 'search/jql')" -eq $(((before + 99) / 100)) ]
	[ "$(jira 'bulk|components|versions')" -eq 0 ]
	stored >"$T/got"
	fresh_db clean
	extract 0
	stored | cmp "$T/got" -
}

@test "--max-requests stops between requests to Jira, and the next run continues" {
	local turns=0
	start "${SMALL[@]}" --jira-cap 20
	with_jira
	until zextract --max-requests 40 >"$T/out" 2>"$T/err"; do
		[ $((turns += 1)) -lt 20 ]
		grep -q 'stopped by' "$T/err"
	done
	[ "$turns" -gt 2 ]
	all_named
}

@test "hostile names are in records and in qTest unchanged" {
	mock "${SMALL[@]}" --hostile --token-jira "jira-$ZT_ZEPHYR"
	with_jira
	export JIRA_API_TOKEN=jira-$ZT_ZEPHYR
	zw 0 ztoq migrate
	zextract >"$T/out" 2>/dev/null
	all_named
	[ "$(jq -c 'select(.record) | [.record.links.issues // [] | .[].name] | .[] | select(test("\u001b|\ufffd|\u202e|etc/passwd"))' "$T/out" | wc -l)" -gt 3 ]
	z 0 zvalidate --reconcile
	[[ $output == *$'\n0 differences'* ]]
	mock_state >state
	key=$(jq -r 'select(.stream == "test_cases" and .record) | .record.links.issues[]?.key' "$T/out" | head -n 1)
	grep -q "($key Issue" state
	jq -r 'select(.stream == "test_cases" and .record) | .record.component.name // empty' "$T/out" |
	    grep -vP '[^\w ]' | sort -u | head -n 2 >names
	jq -r 'select(.record.executedBy) | .record.executedBy | .displayName' "$T/out" |
	    grep -vP '[^\w ]' | sort -u | head -n 2 >>names
	[ "$(wc -l <names)" -ge 2 ]
	while read -r name; do grep -qF "$name" state; done <names
}

@test "the token is not in ps, logs or the database, even if Jira sends it back" {
	local pid secret token
	secret=jira-$ZT_ZEPHYR
	token=$(printf 'jira@zmock.test:%s' "$secret" | base64 -w0)
	start "${SMALL[@]}" --token-jira "$secret" --latency 5ms
	with_jira
	export JIRA_API_TOKEN=$secret
	printf '{"errorMessages":["%s and %s"]}\n' "$secret" "$token" >"$T/echo"
	zextract -vv >"$T/out" 2>log 3>&- &
	pid=$!
	kill_at_end $pid
	while kill -0 "$pid" 2>/dev/null; do ps -eo pid,args | grep -v zmock >>ps; done
	wait "$pid"
	[ "$(jira 'myself 200')" -eq 1 ]
	scenario "match GET /rest/api/3/myself times 1 do status 400 body $T/echo"
	fresh_db again
	zw 76 zextract -vv
	printf '%s\n' "$stderr" >>log
	grep -q 'secret' log
	case $ZTOQ_DB in
	sqlite:*) strings -a "${ZTOQ_DB#sqlite:}"* >>log ;;
	*)	pg_dump -d "$ZTOQ_DB" >>log ;;
	esac
	run -1 grep -F -e "$secret" -e "$token" ps log out
}

@test "credentials are not sent to the target of a redirect" {
	local other
	start "${SMALL[@]}"
	other=$MOCK
	start "${SMALL[@]}"
	with_jira
	scenario "match GET /rest/api/3/myself do redirect $other*"
	extract 77
	[ "$(curl_mock "$other/__mock/record?api=jira" | jq -r '.authorization' | sort -u)" = false ]
}

@test "--plan reports whether Jira answers" {
	start "${SMALL[@]}"
	with_jira
	zw 0 zextract --plan
	[[ $output == *"jira"*"answers"* ]]
	JIRA_API_TOKEN=wrong zw 77 zextract --plan
}

@test "ztoq config shows the Jira settings and tests Jira if it is configured" {
	start "${SMALL[@]}"
	export QTEST_API_TOKEN=$ZT_QTEST
	z 0 ztoq config
	[[ $output != *"Jira "* ]]
	with_jira
	z 0 ztoq config
	grep -Eq '^JIRA_API_TOKEN +set ' <<<"$output"
	grep -Eq '^JIRA_USER +jira@zmock.test ' <<<"$output"
	grep -q '^Jira *ok' <<<"$output"
	[[ $output != *ZTOQ_JIRA* && $output != *zmock.jira.token* ]]
	JIRA_API_TOKEN=wrong zw 77 ztoq config
	grep -q '^Zephyr *ok' <<<"$output"
	grep -q '^Jira *failed (exit status 77;' <<<"$output"
	unset JIRA_API_TOKEN
	zw 78 ztoq config
	grep -q '^Jira *failed (exit status 78;' <<<"$output"
}
