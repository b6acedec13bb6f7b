# A real project of 5,059 cases; CORPUS names the directory with its rows
# (project.json, folders.ndjson, testcases.ndjson.gz ...).
# databases: either
load helper

prepare() {
	[ -e "${CORPUS-}/project.json" ] || skip "no corpus in ${CORPUS:-CORPUS}"
}

@test "the corpus is migrated completely with 0 differences, and a second run writes nothing" {
	mock --corpus "$CORPUS" --project-key MM
	export ZEPHYR_PROJECT_KEY=MM ZTOQ_IN_FLIGHT=32
	zw 0 ztoq migrate -q
	[ "$(mock_count 'POST .*/test-cases 200')" -ge 5059 ]
	# Objects without attachments answer 404 (zephyr-api.md 4.2), and cases that do not exist.
	[ "$(mock_count '.* [45][0-9][0-9]')" -eq "$(mock_count 'GET /v2/(.*/attachments|testcases/[^/]*) 404')" ]
	[ "$(mock_count 'GET /v2/testcases/[^/]* 404')" -eq "$(sql "SELECT count(*) FROM test_case WHERE state = 'stub'")" ]
	z 0 ztoq validate -q --reconcile
	mock_forget
	zw 0 ztoq migrate -q
	[ "$(mock_writes)" -eq 0 ]
}
