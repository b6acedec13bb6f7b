# A target stream with objects and files of each kind, and the bytes of the files.
# load target before it.

# A file on each line: owner, step, bytes.  At most 100 bytes of files go in the request
# that creates their object.
FILES='case/X-T1 0 40
case/X-T1 0 400
case/X-T1 1 50
case/X-T2 2 300
log/E:101 0 60
log/E:102 0 200
release/X-P1 0 30
first_log/X-R2 0 70'

# file_bytes N: print the bytes of the Nth file
file_bytes() { yes "file $1" | head -c "$(sed -n "${1}s/.* //p" <<<"$FILES")"; }
# files: print a JSON array of the files: n, owner, step, size, sha256
files() {
	local n=0 owner step size
	while read -r owner step size; do
		n=$((n + 1))
		printf '%s %d %d %d %s\n' "$owner" "$n" "$step" "$size" "$(file_bytes "$n" | sha256sum | cut -d' ' -f1)"
	done <<<"$FILES" | jq -Rnc '[inputs / " " | {owner: .[0], n: .[1] | tonumber, step: .[2] | tonumber,
	    size: .[3] | tonumber, sha256: .[4]}]'
}
# store_files: store the bytes in an empty database, as zextract does, and keep a copy
store_files() {
	local n sha size hex
	fresh_db stored
	zdb init -q
	for ((n = 1; n <= $(wc -l <<<"$FILES"); n++)); do
		hex=$(file_bytes "$n" | basenc --base16 -w0)
		sha=$(file_bytes "$n" | sha256sum | cut -d' ' -f1) size=$((${#hex} / 2))
		[ "$ZT_DB" = sqlite ] && hex="X'$hex'" || hex="decode('$hex', 'hex')"
		echo "INSERT INTO attachment_blob VALUES ('$sha', $size, 'db', 1);
		    INSERT INTO attachment_chunk VALUES ('$sha', 0, $hex);"
	done >"$T/store"
	sql "$(cat "$T/store")"
	export STORED_DB=$ZTOQ_DB SHARED_PGDBS=${PGDBS-}
	PGDBS=
}
# stored NAME: use a new database that contains the bytes
stored() {
	local file
	if [ "$ZT_DB" = postgres ]; then
		fresh_db "$1" "${STORED_DB##*/}"
		return
	fi
	fresh_db "$1"
	for file in "${STORED_DB#sqlite:}"*; do
		cp "$file" "$T/$1.db${file#"${STORED_DB#sqlite:}"}"
	done
}
# everything [edit]: print a stream with objects of each kind, for a qTest with --integration
# DEMO; edit changes all but the files and links
everything() {
	jq -ncS --argjson n 6 --argjson logs 2 --arg edit "" -f "$ROOT/tests/zload.jq" |
	    jq -cS --arg edit "${1-}" --argjson files "$(files)" '
	    def suite: {kind: "suite", key: "X-S1", lane: null, needs: ["cycle/folder:10"],
		parent: {"$ref": "cycle/folder:10"}, body: {name: "Suite",
		properties: [{"$field": "Zephyr Key", value: "X-S1"}]}};
	    def blob($stream): (.owner / "/") as [$kind, $key] | {kind: "blob", lane: null,
		key: ([$stream, $key, if .step > 0 then .step else empty end, .n] | map(tostring) | join("/")),
		needs: (if $kind == "first_log" then [] else [.owner] end),
		parent: ((if $kind == "first_log" then {"$first_log": $key} else {"$ref": .owner} end)
		    + if .step > 0 then {n: .step} else {} end),
		body: {name: "file \(.n).txt", content_type: "text/plain", sha256, size}};
	    def link($log; $issue): {kind: "link", key: "test-logs/\($log)/defects/\($issue)", lane: null,
		needs: ["log/\($log)"], parent: {"$ref": "log/\($log)"}, body: {type: "defects", issue: $issue}};
	    def relink($case; $keys): {kind: "relink", key: "case/\($case)", lane: null, needs: ["case/\($case)"],
		parent: null, body: {$keys, owner: {"$ref": "case/\($case)"}}};
	    (if .record.key == "X-R2" then .record.effects += [suite] else . end)
	    | (if .record.key == "101" then .record.effects += [link("E:101"; "X-7"), link("E:101"; "X-8")] else . end)
	    | (if .record.key == "X-T4" then .record.effects[0].body.description = "<p>as X-T6</p>"
		| .record.effects += [relink("X-T4"; ["X-T6"])] else . end)
	    | .stream as $stream | .record.key as $key
	    | .record.effects += [$files[] | select(.owner | . / "/" | .[1] | ltrimstr("E:") == $key) | blob($stream)]
	    | if $edit == "" then . else .record.effects |= map(
		if .kind == "log" then .body.note |= "<p>new</p>\(.)" | .body.test_step_logs[0].actual_result = "<p>new</p>"
		elif .kind == "blob" or .kind == "link" or .kind == "relink" then .
		else .body.name += " new" end) end' | sed 's/X-\([TRPS]*[0-9]\)/DEMO-\1/g' |
	    SPEC=$(jq -nc '[("test-cases", "test-runs", "releases", "test-suites")
		| {artifact: ., create: true, label: "Zephyr Key", required: true, type: "text"}]') seal
}
# everything_state: print the state of qTest without the port of zmock, which is in links
everything_state() { mock_state | sed "s|$MOCK|MOCK|g"; }
