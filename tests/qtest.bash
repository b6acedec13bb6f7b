# Loaded by the tests that send requests to the qTest of zmock themselves.

# q METHOD PATH [BODY]: send a request to project 1 of qTest; sets $code (000 without an
# answer) and $body
q() {
	local to answer kind=
	[ $# -lt 3 ] || kind=$'Content-Type: application/json\r\n'
	mock_send "$1" "/api/v3/projects/1/$2" "${3-}" "${kind}Authorization: bearer $ZT_QTEST"
	answer=$(cat <&"$to")
	exec {to}>&-
	code=${answer:9:3}
	: "${code:=000}"
	body=${answer#*$'\r\n\r'}	# $() removes the newline before an empty body
	body=${body#$'\n'}
}
# j FILTER: print a value of the last answer
j() {
	if [ "$1" = .id ] && [[ $body =~ ^\{([^][{}]*,)?\"id\":([0-9]+)[,}] ]]; then
		echo "${BASH_REMATCH[2]}"	# jq takes 25 ms to start
	else
		jq -r "$1" <<<"$body"
	fi
}
# make KIND [QUERY [MEMBERS]]: create an object; sets $id
make() {
	q POST "$1${2-}" "{\"name\":\"n\",\"properties\":[]${3-}}"
	[[ $code == 20[01] ]]
	id=$(j .id)
}
