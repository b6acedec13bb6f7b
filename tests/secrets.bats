# Secrets are sent to the servers only: they are not in argv, in a log at any level, in
# the database or in a report.
# databases: either
load helper

SMALL=(--seed 3 --cases 30 --executions 60 --folders 6 --cycles 3 --plans 1)
SECRETS="$ZT_ZEPHYR|$ZT_QTEST"

dump() {
	case $ZTOQ_DB in
	sqlite:*) sqlite3 "${ZTOQ_DB#sqlite:}" .dump
		strings -a "${ZTOQ_DB#sqlite:}"* ;;
	*)	pg_dump -d "$ZTOQ_DB" ;;
	esac
}

@test "no secret is in ps, logs at any level, the database, reports or streams" {
	local driver
	mock "${SMALL[@]}"
	ztoq migrate -vv >out 2>log 3>&- &
	driver=$!
	kill_at_end $driver
	while kill -0 $driver 2>/dev/null; do
		ps -eo pid,args | grep -v zmock >>ps
	done
	wait $driver
	[ "$(grep -c 'z[e]xtract .*-v' ps)" -gt 0 ]
	ztoq migrate -vv --log-format json --deep >>out 2>>log
	zextract -vv >>out 2>>log
	zvalidate -vv --reconcile >>out 2>>log
	for format in text json; do zreport -vv --format $format >>out 2>>log; done
	zreport status >>out 2>>log
	zdb stats >>out 2>>log
	ztoq config >>out 2>>log
	dump >>out
	[ "$(wc -c <log)" -gt 10000 ]
	[ "$(wc -c <out)" -gt 100000 ]
	run -1 grep -E "$SECRETS" ps out log
}

@test "a token that a server sends back or refuses is in no log" {
	printf '%s\n' "{\"message\":\"bad token $ZT_QTEST\"}" >body
	echo "match POST */test-cases nth 3 do status 400 body $T/body" >echo
	mock "${SMALL[@]}" --scenario echo
	run --separate-stderr ztoq migrate -vv
	printf '%s\n' "$output" "$stderr" >log
	[ "$(mock_played)" -eq 1 ]
	zreport >>log 2>&1 || :
	ZEPHYR_API_TOKEN=x$ZT_ZEPHYR run --separate-stderr zextract -vv
	printf '%s\n' "$output" "$stderr" >>log
	dump >>log
	run -1 grep -E "$SECRETS" log
}

@test "a user's password and a token from a file are in no log" {
	mock "${SMALL[@]}"
	unset QTEST_API_TOKEN ZEPHYR_API_TOKEN
	printf '%s\n' "$ZT_ZEPHYR" >token
	chmod 600 token
	export ZEPHYR_API_TOKEN_FILE=$T/token
	export QTEST_USERNAME=migrator@zmock.test QTEST_PASSWORD=secret
	run --separate-stderr ztoq migrate -vv
	printf '%s\n' "$output" "$stderr" >log
	[ "$status" -eq 0 ]
	dump >>log
	run -1 grep -E "$SECRETS" log
	sed "s/\[secret\]//g" log >rest
	run -1 grep -w secret rest
}

@test "the tokens that a login returns are in no log" {
	export QTEST_USERNAME=migrator@zmock.test QTEST_PASSWORD=secret
	# a token that zmock accepts, so that the test knows it
	printf '{"access_token":"%s","refresh_token":"%s","expires_in":600}\n' \
	    "$ZT_QTEST" "again-${ZT_QTEST#*-}" >grant
	printf '{"message":"bad token %s"}\n' "$ZT_QTEST" >body
	{
		echo "match POST /oauth/token do status 200 body $T/grant"
		echo "match POST */modules nth 2 do status 400 body $T/body"
	} >login
	mock "${SMALL[@]}" --scenario login
	unset QTEST_API_TOKEN
	run --separate-stderr ztoq migrate -vv
	printf '%s\n' "$output" "$stderr" >log
	[ "$(mock_get scenario | jq -sc 'map(.played)')" = '[2,1]' ]	# the check signs in, too
	ztoq migrate -vv >>log 2>&1
	ztoq validate -vv --reconcile >>log 2>&1
	zreport --format json >>log
	dump >>log
	[ "$(mock_count 'POST .*/test-cases 200')" -ge 30 ]
	run -1 grep -E "$SECRETS|again-token" log
}

@test "a token on the command line of ztoq workflow is not passed on the command lines of the stages" {
	mock "${SMALL[@]}"
	unset ZEPHYR_API_TOKEN
	ztoq workflow run --zephyr-api-token "$ZT_ZEPHYR" --project-key DEMO \
	    >out 2>log 3>&- &
	driver=$!
	kill_at_end $driver
	while kill -0 $driver 2>/dev/null; do
		ps -eo pid,args | grep -v 'zmock\|workflow' >>ps
	done
	wait $driver
	grep -q 'warn.*ZEPHYR_API_TOKEN' log
	run -1 grep -E "$SECRETS" ps out log
}
