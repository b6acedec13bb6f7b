# Servers with certificates of a private CA: --ca-file.
load helper

SMALL=(--cases 12 --steps 2 --cycles 2 --plans 1 --executions 20 --folders 4 --attachments 4)

# start zmock with TLS; ca.pem is the CA of its certificate
prepare() {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 \
	    -subj '/CN=a CA of the house' -keyout ca.key -out ca.pem 2>/dev/null
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
	    -subj /CN=zmock -keyout key.pem -out request.pem 2>/dev/null
	echo 'subjectAltName=DNS:localhost,IP:127.0.0.1' >names
	openssl x509 -req -in request.pem -CA ca.pem -CAkey ca.key -CAcreateserial \
	    -days 2 -extfile names -out cert.pem 2>/dev/null
	cat key.pem cert.pem >both.pem
	mock --tls both.pem "${SMALL[@]}"
	MOCK=https${MOCK#http}
	export ZEPHYR_BASE_URL=$MOCK/v2 QTEST_BASE_URL=$MOCK
	export JIRA_BASE_URL=$MOCK JIRA_USER=jira@zmock.test JIRA_API_TOKEN=zmock.jira.token
	export CURL_CA_BUNDLE=$T/ca.pem		# curl reads this, the programs do not
}

@test "zmock serves HTTPS" {
	z 0 curl -sSf --noproxy '*' "$MOCK/__mock/size"
	[[ $output == *'"requests"'* ]]
	zw 60 env -u CURL_CA_BUNDLE curl -sS --noproxy '*' "$MOCK/__mock/size"
}

@test "without a CA file the programs end with 69 and name the certificate" {
	unset JIRA_BASE_URL JIRA_USER JIRA_API_TOKEN
	for p in zextract zload "zvalidate --reconcile"; do
		# --reconcile needs a pass to compare with
		[ "$p" != "zvalidate --reconcile" ] || z 0 ztoq migrate -q --ca-file ca.pem
		SECONDS=0
		zw 69 $p </dev/null
		[[ $stderr == *": error: "*certificate*"--ca-file"* ]]
		[ "$SECONDS" -lt 5 ]		# a wrong certificate is not tried again
	done
}

@test "with the CA file Zephyr, Jira, file downloads and qTest work" {
	z 0 ztoq migrate -q --ca-file ca.pem
	[ "$(sql "SELECT count(*) FROM attachment WHERE state = 'held'")" -gt 0 ]
	[ "$(sql "SELECT count(*) FROM jira_name WHERE state = 'named'")" -gt 0 ]
	[ "$(sql "SELECT count(*) FROM ledger WHERE kind = 'case' AND state = 'done'")" -eq 12 ]
	ZTOQ_CA_FILE=ca.pem z 0 zvalidate --reconcile
	z 0 zvalidate --reconcile --ca-file ca.pem
	echo "ZTOQ_CA_FILE=$T/ca.pem" >conf
	z 0 ztoq config --config conf
	[[ $output == *"ZTOQ_CA_FILE "*"$T/ca.pem "*conf* ]]
	[ "$(grep -c ' ok$' <<<"$output")" -eq 4 ]
	unset QTEST_API_TOKEN
	QTEST_USERNAME=migrator@zmock.test QTEST_PASSWORD=secret \
	    z 0 zload --plan --from-db --ca-file ca.pem
}

@test "a missing CA file ends with 66, one without a certificate with 78" {
	z 0 ztoq migrate -q --ca-file ca.pem
	echo hello >none.pem
	for p in zextract "zload --from-db" "zvalidate --reconcile"; do
		zw 66 $p --ca-file nowhere.pem
		[[ $stderr == *"error: --ca-file: nowhere.pem: No such file"* ]]
		ZTOQ_CA_FILE=none.pem zw 78 $p
		[[ $stderr == *"error: --ca-file: none.pem contains no PEM certificate"* ]]
		zw 78 $p --ca-file key.pem
		zw 66 $p --ca-file .
	done
}
