# Servers whose certificates a CA of the house has signed: --ca-file.
load helper

SMALL=(--cases 12 --steps 2 --cycles 2 --plans 1 --executions 20 --folders 4 --attachments 4)

# zmock behind TLS; ca.pem holds who has signed its certificate
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
	export CURL_CA_BUNDLE=$T/ca.pem		# curl reads it, we do not
}

@test "zmock serves HTTPS" {
	z 0 mock_get size
	[[ $output == *'"requests"'* ]]
	zw 60 env -u CURL_CA_BUNDLE curl -sS --noproxy '*' "$MOCK/__mock/size"
}
