# make equal reports equal programs as equal and finds differences.
load helper

# old_with PROGRAM SCRIPT: make a directory of the present programs, of which PROGRAM is
# a script
old_with() {
	mkdir old
	ln -s "$ZT_BIN"/* old
	rm "old/$1"
	printf '#!/bin/sh\n%s\n' "$2" >"old/$1"
	chmod 755 "old/$1"
}
equal() { bash "$ROOT/tests/equal/run.sh" -fs "$@"; }

@test "programs that map one name differently differ in requests, qTest and database, not in the source stream" {
	jq '.root = "Old"' "$ROOT/src/ztransform/map/map.json" >map.json
	old_with ztransform "exec '$ZT_BIN/ztransform' --map '$T/map.json' \"\$@\""
	zw 1 equal old
	for what in 'exit statuses' 'first: stream extracted' 'first: stream source'; do
		grep -q "^equal: sqlite, small.* $what " <<<"$output"
	done
	for what in requests 'bodies of requests' 'state of qTest' 'stream transformed' database; do
		grep -q "^differs: sqlite, small, first: $what\$" <<<"$output"
	done
	grep -q 'POST /api/v3/projects/{}/modules' <<<"$output"
	[[ ${lines[-1]} == "differs: see above"* ]]
}

@test "the same programs are equal in everything" {
	zw 0 equal "$ZT_BIN"
	[ "$(grep -c '^equal: ' <<<"$output")" -eq 9 ]
	run ! grep -v '^equal: ' <<<"$output"
}

@test "a side that fails and an unknown older version are never reported as equal" {
	old_with zload 'echo broken >&2; exit 70'
	zw 2 equal old
	[[ $stderr == *"zload ended with 70"*broken* ]]
	[ -z "$output" ]
	zw 2 equal nothing
	[[ $stderr == *"nothing: neither a directory nor a commit"* ]]
}
