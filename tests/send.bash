# Loaded by helper.bash and zmock.bats: requests that bash sends itself, because curl takes
# seven times as long.

# mock_send METHOD PATH BODY [HEADERS]: send a request to $MOCK; sets $to, from which the
# caller reads the answer
mock_send() {
	local LC_ALL=C host=${MOCK#http://}
	exec {to}<>"/dev/tcp/${host%:*}/${host#*:}" || return 7
	printf '%s %s HTTP/1.0\r\nHost: %s\r\nContent-Length: %s\r\n%s\r\n%s' \
	    "$1" "$2" "$host" "${#3}" "${4+$4$'\r\n'}" "$3" >&"$to"
}
# mock_answer METHOD PATH BODY HEADERS: send a request; sets $code (000 without an answer)
# and $body
mock_answer() {
	local to answer
	mock_send "$@"
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
