# Ways to configure it wrongly: ztoq migrate stops before the first list page is
# read, in one error line with the remedy, and nothing is written anywhere.
# databases: either
load helper
load held

# One mock for a whole test; each way starts on an empty directory and target.
prepare() {
	umask 077
	mock --cases 3 --cycles 1 --plans 1 --executions 3 --folders 2
	ways=0
	unset ZTOQ_DB	# the default, in the directory of the way
	mkdir place
}

# way STATUS WORDS [NAME=VALUE ...] [-- OPTION ...]: in the empty directory
# place, ztoq migrate ends so, and says the words, and nothing is touched.
# With COMMAND set: that instead of ztoq migrate.
way() {
	local want=$1 words=$2 vars=()
	shift 2
	while [ $# -gt 0 ] && [ "$1" != -- ]; do
		vars+=("$1")
		shift
	done
	[ $# -eq 0 ] || shift
	ways=$((ways + 1))
	mock_forget
	cd "$T/place"
	zw "$want" timeout 60 env "${vars[@]}" ${COMMAND:-ztoq migrate} "$@"
	cd "$T"
	[ "$(grep -c ': error: ' <<<"$stderr")" -eq 1 ]
	[[ $stderr == *"$words"* ]]
	[ -z "$output" ]
	untouched
}
# No list page was read, qTest was not written to, and no file is left behind.
untouched() {
	[ "$(mock_count 'GET /v2/.*')" -eq "$(mock_count 'GET /v2/projects/.*')" ]
	[ "$(mock_writes)" -eq 0 ]
	[ -z "$(ls -A "$T/place")" ]
}

@test "nothing is wrong: the checks pass, and touch nothing either" {
	z 0 env -C place ztoq migrate --check
	[ -z "$output$stderr" ]
	untouched
	[ "$(mock_count 'GET /v2/.*')" -eq 1 ]
	z 0 env -C place ztoq migrate -q
	[ "$(mock_count 'POST .*/test-cases 200')" -ge 3 ]
}

@test "Zephyr: token, project, address" {
	way 77 'ZEPHYR_API_TOKEN' ZEPHYR_API_TOKEN=wrong-token
	way 78 'set ZEPHYR_API_TOKEN' -u ZEPHYR_API_TOKEN
	way 66 'gone.token' -u ZEPHYR_API_TOKEN ZEPHYR_API_TOKEN_FILE="$T/gone.token"
	: >empty.token
	way 78 'empty.token is empty' -u ZEPHYR_API_TOKEN ZEPHYR_API_TOKEN_FILE="$T/empty.token"
	way 78 'Zephyr has no project NOPE' ZEPHYR_PROJECT_KEY=NOPE
	way 78 'enable it in Jira' ZEPHYR_PROJECT_KEY=OFF
	way 64 'use -p KEY or set ZEPHYR_PROJECT_KEY' -u ZEPHYR_PROJECT_KEY
	way 78 'https:// or http://' ZEPHYR_BASE_URL=zephyr.example.com
	way 78 'not an address of Zephyr Scale' \
	    ZEPHYR_BASE_URL=https://api.zephyrscale.smartbear.com/v1
	way 78 'JIRA_USER is not set' JIRA_BASE_URL="$MOCK"
	way 77 'JIRA_API_TOKEN' JIRA_BASE_URL="$MOCK" JIRA_USER=a@b.example JIRA_API_TOKEN=wrong-token
	[ "$ways" -eq 11 ]
}

@test "qTest: token, project, address, certificate" {
	way 77 'QTEST_API_TOKEN' QTEST_API_TOKEN=wrong-token
	way 78 'set QTEST_API_TOKEN' -u QTEST_API_TOKEN
	way 77 'check QTEST_BASE_URL, QTEST_USERNAME and QTEST_PASSWORD' -u QTEST_API_TOKEN \
	    QTEST_USERNAME=migrator@zmock.test QTEST_PASSWORD=wrong-password
	way 78 'check QTEST_PROJECT_ID' QTEST_PROJECT_ID=99
	way 78 'QTEST_PROJECT_ID: not a number' QTEST_PROJECT_ID=ATLAS
	way 78 'set QTEST_PROJECT_ID' -u QTEST_PROJECT_ID
	way 78 'set QTEST_BASE_URL' -u QTEST_BASE_URL
	way 78 'QTEST_BASE_URL' QTEST_BASE_URL=ftp://qtest.example.com
	way 78 'QTEST_BASE_URL' QTEST_BASE_URL="$MOCK/manager"
	way 66 'gone.pem' ZTOQ_CA_FILE=gone.pem
	[ "$ways" -eq 10 ]
}

@test "the database" {
	sqlite3 foreign.db 'CREATE TABLE orders (id)'
	way 64 'use sqlite:PATH or postgresql://' -- --db nonsense:foo
	way 64 'a libpq connection string' -- --db 'host=db.example.com password=hushhush dbname=x'
	[[ $stderr != *hushhush* ]]
	way 64 'put the URL into ZTOQ_DB' -- --db postgresql://u:hushhush@127.0.0.1:1/x
	[[ $stderr != *hushhush* ]]
	way 64 'sqlite:PATH' ZTOQ_DB=sqlite::memory:
	way 74 'create it or choose another directory' ZTOQ_DB=sqlite:gone/ztoq.db
	way 74 'is a directory; give the path of a file' ZTOQ_DB="sqlite:$T"
	way 78 'belongs to another program' ZTOQ_DB="sqlite:$T/foreign.db"
	way 74 'refused' ZTOQ_DB=postgresql://127.0.0.1:1/x
	[ "$(sqlite3 foreign.db .tables)" = orders ]
	[ "$ways" -eq 8 ]
}

@test "options, files of settings, files to write" {
	printf 'ZEPHYR_TOKEN=x\n' >unknown.conf
	printf 'ZEPHYR_PROJECT_KEY=DEMO\nthis is no setting\n' >malformed.conf
	ln -s "$T" link
	way 64 'ztoq migrate -h lists them' -- --speed 9
	way 64 '--until takes extract, transform or load' -- --until lunch
	way 64 'examples: 20, 5k, 1M' -- --in-flight many
	way 78 'examples: 20, 5k, 1M' ZTOQ_IN_FLIGHT=many
	way 78 'examples: 90, 250ms, 5m, 2h' ZTOQ_SETTLE=soon
	way 64 'not one of create|skip|update|rename|fail' -- --on-conflict perhaps
	way 66 'gone.conf' -- --config gone.conf
	way 78 'do you mean ZEPHYR_API_TOKEN?' -- --config "$T/unknown.conf"
	way 78 'line 2: expected KEY=value' ZTOQ_CONFIG="$T/malformed.conf"
	way 74 'create it or choose another directory' -- -r gone/rejects.ndjson
	way 74 'is a directory; give the path of a file' -- -r "$T"
	way 78 'give the directory itself' ZTOQ_ATTACHMENTS="dir:$T/link"
	way 64 'db or dir:PATH' ZTOQ_ATTACHMENTS="$T/files"
	way 64 'syntax error' -- --select '.['
	[ "$ways" -eq 14 ]
}

@test "the map and the rules" {
	mkdir rules map
	echo 'def x: ' >rules/source_test_cases.jq
	echo '{"values": ' >broken.json
	jq '.values.execution_status.equal.pass = "Accepted"' "$ROOT/src/ztransform/map/map.json" >status.json
	jq '.fields += [{"from": "key", "artifact": "test-cases", "label": "Origin", "type": "text", "required": true}]' \
	    "$ROOT/src/ztransform/map/map.json" >field.json
	echo '.x |' >map/test_cases.jq
	way 66 'gone.json' -- --map gone.json
	way 78 'map.json' -- --map "$T/broken.json"
	way 78 'name these in values.execution_status of map.json' -- --map "$T/status.json"
	way 78 'create them in qTest (or set "create": true), or remove them from map.json' -- --map "$T/field.json"
	way 78 'test_cases' -- --map "$T/map"
	way 78 'test_cases' -- --rules "$T/rules"
	way 66 'gone.accept' -- --accept gone.accept
	[ "$ways" -eq 7 ]
}

@test "workflow: formats and places of reports" {
	COMMAND='ztoq workflow run'
	way 64 'text and json are built in' -- --report-format pdf
	way 74 'create it or choose another directory' -- --output-file gone/report.txt
	way 77 'QTEST_API_TOKEN' QTEST_API_TOKEN=wrong-token -- --output-dir reports
	way 64 'unknown phase' -- --phases lunch
	way 64 'unknown option' -- --speed 9
	way 64 'needs a positive number' -- --batch-size many
	[ "$ways" -eq 6 ]
}

@test "places that this user may only read" {
	local kind
	open_room
	chmod 755 "$OPEN/db"
	cd "$OPEN/db"
	for kind in DB=sqlite:ztoq.db ATTACHMENTS=dir:files REJECT=rejects.ndjson; do
		mock_forget
		export "ZTOQ_$kind"
		zw 74 held ztoq migrate
		unset "ZTOQ_${kind%%=*}"
		[ "$(grep -c ': error: ' <<<"$stderr")" -eq 1 ]
		[[ $stderr == *"cannot create a file in "*"Permission denied; change its permissions or choose another directory"* ]]
		untouched
		export ZTOQ_DB=sqlite:/tmp/none.db	# no fault from here on
	done
	zw 74 held ztoq workflow run --output-dir reports
	[[ $stderr == *"--output-dir reports: cannot write to .; choose another directory"* ]]
	untouched
	[ -z "$(ls -A)" ]
	[ ! -e /tmp/none.db ]
}

@test "a qTest site whose statuses are not those of the map" {
	mock_stop
	mock --cases 3 --cycles 1 --plans 1 --executions 3 --folders 2 \
	    --statuses PASS,Failed,Incomplete,-Blocked,Unexecuted
	way 78 'no active execution status Blocked, Passed; it has PASS, Failed, Incomplete, Unexecuted: name these'
	# They may be named in the map, and then it works.
	jq '(.values.execution_status | .equal, .nearest)[] |= (sub("^Passed$"; "PASS") | sub("^Blocked$"; "Failed"))' \
	    "$ROOT/src/ztransform/map/map.json" >map.json
	z 0 ztoq migrate -q --map map.json
	# A pipe made by hand is told before the first write, too.
	fresh_db other
	mock_forget
	zextract -q >source
	ztransform -q <source >effects
	zw 78 zload -q <effects
	[[ $stderr == *"no active execution status Blocked, Passed"* ]]
	[ "$(mock_writes)" -eq 0 ]
}

@test "a qTest user without the rights" {
	mock_stop
	mock --cases 3 --cycles 1 --plans 1 --executions 3 --folders 2 --deny test_case.approve \
	    --deny test_run.execute
	way 77 'may not approve test cases, execute test runs in project 1; grant these rights'
	mock_stop
	mock --cases 3 --cycles 1 --plans 1 --executions 3 --folders 2 --deny project_setting.manage
	way 77 'manage project settings'
	mock_stop
	mock --cases 3 --cycles 1 --plans 0 --executions 3 --folders 2 --deny release.create
	zw 0 ztoq migrate -q
	[[ $stderr == *"warn: this qTest user may not create releases"* ]]
	[ "$(grep -c warn <<<"$stderr")" -eq 1 ]
}

@test "a qTest user who may not read field settings, or no longer see the project" {
	mock_post scenario 'match GET /api/v3/projects/*/settings/* do status 403' >/dev/null
	way 77 'give the profile the right to see field settings'
	mock_post scenario 'match GET /api/v3/projects/1 do status 403' >/dev/null
	way 77 'this user cannot see project 1'
	# Rights that are not told stop nobody.
	mock_post scenario 'match GET *user-profiles* do status 403' >/dev/null
	z 0 ztoq migrate -q
}
