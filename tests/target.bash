# Target streams for the tests of zload.

# target CASES LOGS [EDIT]: print the records of tests/zload.jq
target() {
	jq -ncS --argjson n "$1" --argjson logs "$2" --arg edit "${3-}" \
	    -f "$ROOT/tests/zload.jq"
}

# seal [STATUS]: print the records of standard input as a sealed stream; the sums wrap
# at 2^64
seal() {
	local status=${1:-COMPLETE} spec
	spec='[{"artifact":"test-cases","create":true,"label":"Zephyr Key","required":true,"type":"text"},{"artifact":"test-runs","create":true,"label":"Zephyr Key","required":true,"type":"text"},{"artifact":"releases","create":true,"label":"Zephyr Key","required":true,"type":"text"}]'
	printf '{"type":"META","z":{"fields":%s,"map":"m1","pass":1,"project":"DEMO","protocol":"ztoq/1","run":"t","side":"target","source":"test","tool":"test 0"}}\n' "${SPEC-$spec}"
	local stream rec hash seq=0 last= n=0 sum=0
	declare -A done=()
	end() {
		printf '{"type":"END","stream":"%s","z":{"hash":"%016x","records":%d,"rejected":0,"status":"%s"}}\n' \
		    "$1" "$2" "$3" "$status"
	}
	while IFS=$'\t' read -r stream rec; do
		if [ "$stream" != "$last" ]; then
			[ -z "$last" ] || end "$last" "$sum" "$n"
			last=$stream n=0 sum=0
		fi
		done[$stream]=1
		hash=$(printf %s "$rec" | sha256sum)
		hash=${hash%% *}
		n=$((n + 1)) sum=$((sum + 16#${hash:0:16}))
		printf '{"type":"RECORD","stream":"%s","record":%s,"time_extracted":"2026-01-01T00:00:00Z","z":{"changes":[],"hash":"%s","seq":%d}}\n' \
		    "$stream" "$rec" "$hash" "$n"
	done < <(jq -r '[.stream, (.record | tojson)] | join("\t")')
	[ -z "$last" ] || end "$last" "$sum" "$n"
	for stream in folders test_cases test_plans test_cycles test_executions; do
		[ -n "${done[$stream]-}" ] || end "$stream" 0 0
	done
}

# next_second: wait for the next second, since dates of qTest are whole seconds
next_second() {
	local now=$EPOCHSECONDS left
	while [ "$EPOCHSECONDS" -eq "$now" ]; do
		printf -v left '0.%06d' $((1000000 - 10#${EPOCHREALTIME#*.}))
		read -rt "$left" <>"$(idle_pipe)" || :
	done
}
