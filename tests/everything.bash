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
# everything [edit]: print a stream with objects of each kind; edit changes all but the files
everything() {
	jq -ncS --argjson n 6 --argjson logs 2 --arg edit "" -f "$ROOT/tests/zload.jq" |
	    jq -cS --arg edit "${1-}" --argjson files "$(files)" '
	    def suite: {kind: "suite", key: "X-S1", lane: null, needs: ["cycle/folder:10"],
		parent: {"$ref": "cycle/folder:10"}, body: {name: "Suite",
		properties: [{"$field": "Zephyr Key", value: "X-S1"}]}};
	    def blob($stream): (.owner / "/") as [$kind, $key] | {kind: "blob", key: "\($stream)/\($key)/\(.n)", lane: null,
		needs: (if $kind == "first_log" then [] else [.owner] end),
		parent: ((if $kind == "first_log" then {"$first_log": $key} else {"$ref": .owner} end)
		    + if .step > 0 then {n: .step} else {} end),
		body: {name: "file \(.n).txt", content_type: "text/plain", sha256, size}};
	    (if .record.key == "X-R2" then .record.effects += [suite] else . end)
	    | .stream as $stream | .record.key as $key
	    | .record.effects += [$files[] | select(.owner | . / "/" | .[1] | ltrimstr("E:") == $key) | blob($stream)]
	    | if $edit == "" then . else .record.effects |= map(
		if .kind == "log" then .body.note |= "<p>new</p>\(.)" | .body.test_step_logs[0].actual_result = "<p>new</p>"
		elif .kind == "blob" then .
		else .body.name += " new" end) end' |
	    SPEC=$(jq -nc '[("test-cases", "test-runs", "releases", "test-suites")
		| {artifact: ., create: true, label: "Zephyr Key", required: true, type: "text"}]') seal
}
