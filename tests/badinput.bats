# Each wrong input ends with the documented status and a clear error line, and nothing
# is lost.
# databases: either
load helper

SMALL=(--seed 3 --cases 12 --executions 20 --folders 6 --cycles 3 --plans 1)

# error_says WORDS: an error line on stderr contains the words
error_says() { grep -Eq ": error: .*($1)" <<<"$stderr"; }

@test "a refused token ends with 77, on both sides" {
	mock "${SMALL[@]}"
	ZEPHYR_API_TOKEN=wrong zw 77 zextract -q
	error_says 401
	z 0 ztoq migrate -q --until transform
	QTEST_API_TOKEN=wrong zw 77 zload -q --from-db
	error_says '401|token'
	QTEST_API_TOKEN=wrong zw 77 ztoq migrate -q
	QTEST_API_TOKEN=wrong zw 77 zvalidate -q --reconcile
	z 0 ztoq migrate -q
}

@test "a missing token ends with 78 and names the variable" {
	mock "${SMALL[@]}"
	unset ZEPHYR_API_TOKEN
	zw 78 zextract
	error_says ZEPHYR_API_TOKEN
	unset QTEST_API_TOKEN
	zw 78 zload -q --unsealed </dev/null
	error_says QTEST_API_TOKEN
}

@test "an unreachable host ends with 69" {
	mock "${SMALL[@]}"
	ZEPHYR_BASE_URL=http://127.0.0.1:1/v2 ZTOQ_DEADLINE=20s zw 69 timeout 60 zextract -q
	error_says 127.0.0.1
	z 0 ztoq migrate -q --until transform
	QTEST_BASE_URL=http://127.0.0.1:1 ZTOQ_DEADLINE=20s zw 69 timeout 60 zload -q --from-db
	error_says 127.0.0.1
}

@test "HTML instead of JSON ends with 76" {
	echo 'match GET /v2/testcases* do html200' >html
	mock "${SMALL[@]}" --scenario html
	zw 76 timeout 60 zextract -q
	error_says 'HTML|JSON|html'
	mock_stop
	echo 'match GET /api/v3/projects/* do html200' >html
	mock "${SMALL[@]}" --scenario html
	zw 76 timeout 60 ztoq migrate -q
	error_says 'HTML|JSON|html'
}

@test "an unknown project ends with 78" {
	mock "${SMALL[@]}"
	zw 78 zextract -q -p NOPE
	error_says NOPE
	QTEST_PROJECT_ID=99 zw 78 ztoq migrate -q
	error_says 99
}

@test "an unknown option ends every program with 64" {
	local p
	for p in zextract zvalidate ztransform zload zreport zrollback zdb; do
		zw 64 $p --wrong </dev/null
		error_says wrong
	done
	zw 64 zload operand </dev/null
	zw 64 zextract --in-flight many
}

@test "a password on the command line ends with 64 and is not repeated" {
	zw 64 zdb stats --db postgresql://ztoq:geheim@127.0.0.1/ztoq
	error_says ZTOQ_DB
	[[ $stderr != *geheim* ]]
}

@test "a missing settings file ends with 66, a malformed one with 78" {
	zw 66 zextract --config missing.env
	echo 'what is this' >bad.env
	zw 78 zextract --config bad.env
	error_says 'bad.env.*line 1'
	zw 66 ztoq config --config missing.env
}

@test "a settings file is enough, and the environment takes precedence over it" {
	mock "${SMALL[@]}"
	env | grep -E '^(ZEPHYR|QTEST|ZTOQ)_' >all.env
	chmod 600 all.env
	for v in $(cut -d= -f1 all.env); do unset "$v"; done
	z 0 ztoq migrate -q --config all.env
	z 0 ztoq validate --reconcile -q --config all.env
	ZEPHYR_API_TOKEN=wrong zw 77 zextract -q --refresh --config all.env
	z 0 ztoq config --config all.env
	[[ $output == *"ZTOQ_ATTACHMENTS_OF "* && $output != *ZTOQ_ATTACHMENTS_STORE* && $output != *ZTOQ_FILL* ]]
	[[ $output == *all.env* && $output != *"$ZT_ZEPHYR"* ]]
}

@test "a database with a newer schema ends with 78 and is not changed" {
	z 0 zdb init
	sql "INSERT INTO schema_version (version, name, applied_at)
	    VALUES (9999, 'tomorrow', 0)"
	mock "${SMALL[@]}"
	zw 78 zextract -q
	error_says 'newer'
	zw 78 zdb migrate
	[ "$(sql 'SELECT max(version) FROM schema_version')" -eq 9999 ]
}

@test "an unreachable database server ends with 74" {
	mock "${SMALL[@]}"
	ZTOQ_DB=postgresql://ztoq@127.0.0.1:1/ztoq zw 74 timeout 60 zextract -q
	error_says 127.0.0.1
}

@test "standard output on a full device ends with 74" {
	mock "${SMALL[@]}"
	zw 74 bash -c 'zextract -q >/dev/full'
	zw 0 ztoq migrate -q
	zw 74 bash -c 'zreport >/dev/full'
	zw 74 bash -c 'zextract -h >/dev/full'
}

@test "input that is not the expected stream ends with 65" {
	mock "${SMALL[@]}"
	zw 65 zload -q </dev/null
	zw 65 ztransform -q </dev/null
	zextract -q >source
	zw 65 zload -q <source
	error_says 'source|target|ztransform'
	zextract -q | ztransform -q >target
	zw 65 ztransform -q <target
}

@test "control bytes received from a server never reach the terminal" {
	mock "${SMALL[@]}" --hostile
	run --separate-stderr ztoq migrate -v
	echo "$stderr" | tail -n 20 >&2
	run -1 env LC_ALL=C grep -q $'[\x01-\x08\x0b-\x1f\x7f]' <<<"$stderr"
}
