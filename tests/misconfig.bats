# Wrong configurations: ztoq migrate stops before it reads the first page of a list,
# prints one error line with the remedy, and writes nothing.
# databases: either
load helper
load held

# Each check starts in an empty directory; a test uses one zmock.
prepare() {
	umask 077
	mock --cases 3 --cycles 1 --plans 1 --executions 3 --folders 2
	ways=0
	unset ZTOQ_DB	# use the default, in the present directory
	mkdir place
}

# stops STATUS WORDS [NAME=VALUE ...] [-- OPTION ...]: ztoq migrate (or COMMAND) in the
# empty directory place ends with STATUS, prints WORDS and writes nothing
stops() {
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
	check_nothing_written
}
# check_nothing_written: no list was read, qTest was not changed, no file was created
check_nothing_written() {
	[ "$(mock_count 'GET /v2/.*')" -eq "$(mock_count 'GET /v2/projects/.*')" ]
	[ "$(mock_writes)" -eq 0 ]
	[ -z "$(ls -A "$T/place")" ]
}

@test "with a right configuration --check succeeds and writes nothing" {
	z 0 env -C place ztoq migrate --check
	[ -z "$output$stderr" ]
	check_nothing_written
	[ "$(mock_count 'GET /v2/.*')" -eq 1 ]
	z 0 env -C place ztoq migrate -q
	[ "$(mock_count 'POST .*/test-cases 200')" -ge 3 ]
}

@test "a wrong token, project or address of Zephyr stops migrate" {
	stops 77 'ZEPHYR_API_TOKEN' ZEPHYR_API_TOKEN=wrong-token
	stops 78 'set ZEPHYR_API_TOKEN' -u ZEPHYR_API_TOKEN
	stops 66 'gone.token' -u ZEPHYR_API_TOKEN ZEPHYR_API_TOKEN_FILE="$T/gone.token"
	: >empty.token
	stops 78 'empty.token is empty' -u ZEPHYR_API_TOKEN ZEPHYR_API_TOKEN_FILE="$T/empty.token"
	stops 78 'Zephyr has no project NOPE' ZEPHYR_PROJECT_KEY=NOPE
	stops 78 'enable it in Jira' ZEPHYR_PROJECT_KEY=OFF
	stops 64 'use -p KEY or set ZEPHYR_PROJECT_KEY' -u ZEPHYR_PROJECT_KEY
	stops 78 'https:// or http://' ZEPHYR_BASE_URL=zephyr.example.com
	stops 78 'not an address of Zephyr Scale' \
	    ZEPHYR_BASE_URL=https://api.zephyrscale.smartbear.com/v1
	stops 78 'JIRA_USER is not set' JIRA_BASE_URL="$MOCK"
	stops 77 'JIRA_API_TOKEN' JIRA_BASE_URL="$MOCK" JIRA_USER=a@b.example JIRA_API_TOKEN=wrong-token
	[ "$ways" -eq 11 ]
}

@test "a wrong token, project, address or certificate of qTest stops migrate" {
	stops 77 'QTEST_API_TOKEN' QTEST_API_TOKEN=wrong-token
	stops 78 'set QTEST_API_TOKEN' -u QTEST_API_TOKEN
	stops 77 'check QTEST_BASE_URL, QTEST_USERNAME and QTEST_PASSWORD' -u QTEST_API_TOKEN \
	    QTEST_USERNAME=migrator@zmock.test QTEST_PASSWORD=wrong-password
	stops 78 'check QTEST_PROJECT_ID' QTEST_PROJECT_ID=99
	stops 78 'QTEST_PROJECT_ID: not a number' QTEST_PROJECT_ID=ATLAS
	stops 78 'set QTEST_PROJECT_ID' -u QTEST_PROJECT_ID
	stops 78 'set QTEST_BASE_URL' -u QTEST_BASE_URL
	stops 78 'QTEST_BASE_URL' QTEST_BASE_URL=ftp://qtest.example.com
	stops 78 'QTEST_BASE_URL' QTEST_BASE_URL="$MOCK/manager"
	stops 66 'gone.pem' ZTOQ_CA_FILE=gone.pem
	[ "$ways" -eq 10 ]
}

@test "a wrong database stops migrate" {
	sqlite3 foreign.db 'CREATE TABLE orders (id)'
	stops 64 'use sqlite:PATH or postgresql://' -- --db nonsense:foo
	stops 64 'a libpq connection string' -- --db 'host=db.example.com password=hushhush dbname=x'
	[[ $stderr != *hushhush* ]]
	stops 64 'put the URL into ZTOQ_DB' -- --db postgresql://u:hushhush@127.0.0.1:1/x
	[[ $stderr != *hushhush* ]]
	stops 64 'sqlite:PATH' ZTOQ_DB=sqlite::memory:
	stops 74 'create it or choose another directory' ZTOQ_DB=sqlite:gone/ztoq.db
	stops 74 'is a directory; give the path of a file' ZTOQ_DB="sqlite:$T"
	stops 78 'belongs to another program' ZTOQ_DB="sqlite:$T/foreign.db"
	stops 74 'refused' ZTOQ_DB=postgresql://127.0.0.1:1/x
	[ "$(sqlite3 foreign.db .tables)" = orders ]
	[ "$ways" -eq 8 ]
}

@test "wrong options, settings files and output files stop migrate" {
	printf 'ZEPHYR_TOKEN=x\n' >unknown.conf
	printf 'ZEPHYR_PROJECT_KEY=DEMO\nthis is no setting\n' >malformed.conf
	ln -s "$T" link
	stops 64 'ztoq migrate -h lists them' -- --speed 9
	stops 64 '--until takes extract, transform or load' -- --until lunch
	stops 64 'examples: 20, 5k, 1M' -- --in-flight many
	stops 78 'examples: 20, 5k, 1M' ZTOQ_IN_FLIGHT=many
	stops 78 'examples: 90, 250ms, 5m, 2h' ZTOQ_SETTLE=soon
	stops 64 'not one of create|skip|update|rename|fail' -- --on-conflict perhaps
	stops 66 'gone.conf' -- --config gone.conf
	stops 78 'do you mean ZEPHYR_API_TOKEN?' -- --config "$T/unknown.conf"
	stops 78 'line 2: expected KEY=value' ZTOQ_CONFIG="$T/malformed.conf"
	stops 74 'create it or choose another directory' -- -r gone/rejects.ndjson
	stops 74 'is a directory; give the path of a file' -- -r "$T"
	stops 78 'give the directory itself' ZTOQ_ATTACHMENTS="dir:$T/link"
	stops 64 'db or dir:PATH' ZTOQ_ATTACHMENTS="$T/files"
	stops 64 'syntax error' -- --select '.['
	[ "$ways" -eq 14 ]
}

@test "a wrong map or rule stops migrate" {
	mkdir rules map
	echo 'def x: ' >rules/source_test_cases.jq
	echo '{"values": ' >broken.json
	jq '.values.execution_status.equal.pass = "Accepted"' "$ROOT/src/ztransform/map/map.json" >status.json
	jq '.fields += [{"from": "key", "artifact": "test-cases", "label": "Origin", "type": "text", "required": true}]' \
	    "$ROOT/src/ztransform/map/map.json" >field.json
	echo '.x |' >map/test_cases.jq
	stops 66 'gone.json' -- --map gone.json
	stops 78 'map.json' -- --map "$T/broken.json"
	stops 78 'use one of these in values.execution_status of map.json' -- --map "$T/status.json"
	stops 78 'create them in qTest (or set "create": true), or remove them from map.json' -- --map "$T/field.json"
	stops 78 'test_cases' -- --map "$T/map"
	stops 78 'test_cases' -- --rules "$T/rules"
	stops 66 'gone.accept' -- --accept gone.accept
	[ "$ways" -eq 7 ]
}

@test "a wrong report format or directory stops ztoq workflow" {
	COMMAND='ztoq workflow run'
	stops 64 'text and json are built in' -- --report-format pdf
	stops 74 'create it or choose another directory' -- --output-file gone/report.txt
	stops 77 'QTEST_API_TOKEN' QTEST_API_TOKEN=wrong-token -- --output-dir reports
	stops 64 'unknown phase' -- --phases lunch
	stops 64 'unknown option' -- --speed 9
	stops 64 'needs a positive number' -- --batch-size many
	stops 64 'takes a number from 1 to 10000' -- --batch-size 10001
	[ "$ways" -eq 7 ]
}

@test "a directory that the user cannot write to stops migrate" {
	local kind
	make_open_directory
	chmod 755 "$OPEN/db"
	cd "$OPEN/db"
	for kind in DB=sqlite:ztoq.db ATTACHMENTS=dir:files REJECT=rejects.ndjson; do
		mock_forget
		export "ZTOQ_$kind"
		zw 74 as_limited_user ztoq migrate
		unset "ZTOQ_${kind%%=*}"
		[ "$(grep -c ': error: ' <<<"$stderr")" -eq 1 ]
		[[ $stderr == *"cannot create a file in "*"Permission denied; change its permissions or choose another directory"* ]]
		check_nothing_written
		export ZTOQ_DB=sqlite:/tmp/none.db	# the next settings are checked alone
	done
	zw 74 as_limited_user ztoq workflow run --output-dir reports
	[[ $stderr == *"--output-dir reports: cannot write to .; choose another directory"* ]]
	check_nothing_written
	[ -z "$(ls -A)" ]
	[ ! -e /tmp/none.db ]
}

@test "execution statuses that qTest does not have stop migrate, and the map can rename them" {
	mock_stop
	mock --cases 3 --cycles 1 --plans 1 --executions 3 --folders 2 \
	    --statuses PASS,Failed,Incomplete,-Blocked,Unexecuted
	stops 78 'no active execution status Blocked, Passed; it has PASS, Failed, Incomplete, Unexecuted; use one of these'
	# with their names in the map the migration succeeds
	jq '(.values.execution_status | .equal, .nearest)[] |= (sub("^Passed$"; "PASS") | sub("^Blocked$"; "Failed"))' \
	    "$ROOT/src/ztransform/map/map.json" >map.json
	z 0 ztoq migrate -q --map map.json
	# zload in a pipe stops before the first write, too
	fresh_db other
	mock_forget
	zextract -q >source
	ztransform -q <source >effects
	zw 78 zload -q <effects
	[[ $stderr == *"no active execution status Blocked, Passed"* ]]
	[ "$(mock_writes)" -eq 0 ]
}

@test "a qTest user without the necessary rights stops migrate" {
	mock_stop
	mock --cases 3 --cycles 1 --plans 1 --executions 3 --folders 2 --deny test_case.approve \
	    --deny test_run.execute
	stops 77 'may not approve test cases, execute test runs in project 1; grant these rights'
	mock_stop
	mock --cases 3 --cycles 1 --plans 1 --executions 3 --folders 2 --deny project_setting.manage
	stops 77 'manage project settings'
	mock_stop
	mock --cases 3 --cycles 1 --plans 0 --executions 3 --folders 2 --deny release.create
	zw 0 ztoq migrate -q
	[[ $stderr == *"warn: this qTest user may not create releases"* ]]
	[ "$(grep -c warn <<<"$stderr")" -eq 1 ]
}

@test "a qTest user who cannot see field settings or the project stops migrate" {
	mock_post scenario 'match GET /api/v3/projects/*/settings/* do status 403' >/dev/null
	stops 77 'give the profile the right to see field settings'
	mock_post scenario 'match GET /api/v3/projects/1 do status 403' >/dev/null
	stops 77 'this user cannot see project 1'
	# an answer without rights does not stop migrate
	mock_post scenario 'match GET *user-profiles* do status 403' >/dev/null
	z 0 ztoq migrate -q
}
