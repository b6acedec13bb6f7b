#!/usr/bin/env bats
# zvalidate --reconcile compares the attachments in qTest with the files of the source.
# databases: either
load helper

setup_file() {
	scrub
	mock --seed 7 --cases 16 --executions 24 --cycles 4 --plans 2 --folders 4 --attachments 30 \
	    --file-names percent --unscanned
	zw 0 sh -c 'zextract -q --attachments steps | ztransform -q | zload -q'
	share
}
prepare() { shared; }
reconcile() { z "$1" zvalidate --reconcile "${@:2}"; }
# user DO KIND KEY NAME [TEXT]: change the files of an object as a user of qTest does
user() {
	local text=()
	[ $# -lt 5 ] || text=(--data-urlencode "value=$5")
	curl -sSf --noproxy '*' -G -X POST "$MOCK/__mock/break" -d quiet=1 -d "do=$1" -d "kind=$2" \
	    --data-urlencode "key=$3" --data-urlencode "field=$4" "${text[@]}" >/dev/null
}
api() { curl -sSf --noproxy '*' -H "Authorization: bearer $ZT_QTEST" -X "$1" "$MOCK/api/v3/projects/1/$2" "${@:3}"; }
# file_of KIND: set $key, $name, $size of a file of an object of this kind, not of its steps
file_of() {
	IFS='|' read -r key name size <<<"$(sql "SELECT body FROM target WHERE kind = 'blob'
	    AND body LIKE '%\"\$ref\":\"$1/%' AND body NOT LIKE '%\"n\":%' ORDER BY ekey" | jq -rs \
	    'map(select(.body.size > 0))[0] | "\(.parent["$ref"][(.parent["$ref"] | index("/")) + 1:])|\(.body.name)|\(.body.size)"')"
	[ -n "$name" ]
}
# only LINE: the only difference is this one
only() {
	[ "$(grep -c '^difference: ' <<<"$output")" -eq 1 ]
	[[ $output == *"difference: $1"* ]]
}
bulk() { mock_count 'GET .*/projects/[^/]*/attachments 200'; }

@test "after a load all files are equal, at one request more than without files" {
	mock_forget
	reconcile 0 --format json
	kinds=$(tail -n 1 <<<"$output")
	[ "$(jq .kinds.file.equal <<<"$kinds")" -eq "$(sql "SELECT count(*) FROM target WHERE kind = 'blob'")" ]
	[ "$(jq .kinds.file.equal <<<"$kinds")" -gt 20 ]
	# cases, steps and logs are listed with their files, releases are not
	[ "$(bulk)" -eq 1 ]
	[ "$(mock_count 'GET .*/attachments.*')" -eq "$(bulk)" ]
	sql "DELETE FROM target WHERE kind = 'blob' AND body LIKE '%\"release/%'"
	mock_forget
	reconcile 0
	[ "$(mock_count 'GET .*/attachments.*')" -eq 0 ]
}

@test "a missing file is reported with its object and name" {
	for kind in case log release; do
		shared
		file_of "$kind"
		user detach "$kind" "$key" "$name"
		reconcile 1
		only "$kind $key: file $name: expected \"an attachment\", found nothing"
		[[ $output == *" 1 missing"* ]]
	done
}

@test "a file that is missing on a step, or on another step, is reported with the step" {
	IFS='|' read -r key n name <<<"$(sql "SELECT body FROM target WHERE kind = 'blob'
	    AND body LIKE '%\"n\":%' ORDER BY ekey" | jq -rs '.[0] | "\(.parent["$ref"][5:])|\(.parent.n)|\(.body.name)"')"
	id=$(sql "SELECT id FROM ledger WHERE kind = 'case' AND ekey = '$key'")
	step=$(api GET "test-cases/$id/test-steps" | jq ".[$n - 1].id")
	file=$(api GET "test-steps/$step/attachments" | jq --arg name "$name" '.[] | select(.name == $name).id')
	api DELETE "test-steps/$step/blob-handles/$file" >/dev/null
	reconcile 1
	only "case $key: step $n file $name: expected \"an attachment\", found nothing"
	api POST "test-cases/$id/blob-handles" -H "File-Name: $name" -H 'Content-Type: text/plain' -d x >/dev/null
	reconcile 1
	[[ $output == *"difference: case $key: step $n file $name: expected "* ]]
	[[ $output == *"difference: case $key: unexpected file "*", found \"$name\""* ]]
}

@test "an attachment that is not in the source, and one that is there twice, are reported" {
	for kind in case log release; do
		shared
		file_of "$kind"
		user attach "$kind" "$key" "$name" other
		reconcile 1
		[ "$(grep -c '^difference: ' <<<"$output")" -eq 1 ]
		[[ $output == *"difference: $kind $key: duplicate file "*": expected nothing, found \"$name\""* ]]
		[[ $output == *" 1 duplicate"* ]]
		user attach "$kind" "$key" 'of a user.txt' mine
		reconcile 1
		[ "$(grep -c '^difference: ' <<<"$output")" -eq 2 ]
		[[ $output == *"difference: $kind $key: unexpected file "*": expected nothing, found \"of a user.txt\""* ]]
		[[ $output == *" 1 unexpected"* ]]
	done
}

@test "a file with another name is found by its id, and an accepted difference does not count" {
	file_of release
	sql "UPDATE target SET body = replace(body, '\"name\":\"$name\"', '\"name\":\"renamed\"')
	    WHERE kind = 'blob' AND body LIKE '%\"name\":\"$name\"%' AND body LIKE '%\"release/$key\"%'"
	reconcile 1
	only "release $key: file renamed name: expected \"renamed\", found \"$name\""
	echo '{"stream":"*","key":"*","rule":"file renamed name","reason":"r","owner":"o"}' |
	    jq -c --arg s "$(sql "SELECT stream FROM issue WHERE side = 'reconcile'")" '.stream = $s' >known
	reconcile 0 --accept known
}

@test "other bytes with the same name and size are found with --verify-attachments only" {
	for kind in case log release; do
		shared
		file_of "$kind"
		user replace "$kind" "$key" "$name" "$(printf "%${size}s" x)"
		reconcile 0
		reconcile 1 --verify-attachments
		only "$kind $key: file $name sha256: expected "
		[[ $output == *" 1 different"* ]]
	done
	user replace "$kind" "$key" "$name" short
	reconcile 1 --verify-attachments
	only "$kind $key: file $name size: expected \"$size\", found \"5\""
	[[ $stderr != *downloading* ]]
	sql "UPDATE target SET body = replace(body, '\"size\":$size', '\"size\":100000001')
	    WHERE kind = 'blob' AND body LIKE '%\"name\":\"$name\"%' AND body LIKE '%\"release/$key\"%'"
	reconcile 1 --verify-attachments
	only "$kind $key: file $name size: expected \"100000001\", found \"5\""
	[[ $stderr == *"downloading "*" files with 100"*" bytes from qTest to compare them"* ]]
}

@test "--verify-attachments downloads each file once and finds all equal" {
	mock_forget
	reconcile 0 --verify-attachments
	[ "$(mock_count 'GET .*/attachments/{} 200')" -eq "$(sql "SELECT count(*) FROM target WHERE kind = 'blob'")" ]
	mock_post scenario 'match GET */attachments/* nth 3 do truncate 9' >/dev/null
	reconcile 0 --verify-attachments
	[ "$(mock_played)" -eq 1 ]
	mock_post scenario 'match GET */attachments/* nth 3 do status 404' >/dev/null
	reconcile 1 --verify-attachments
	[[ $output == *"content: expected "*', found "qTest 404'* ]]
	[ "$(grep -c '^difference: ' <<<"$output")" -eq 1 ]
}

@test "attachments are listed by object if qTest refuses to list them for many" {
	file_of release
	mock_forget
	mock_post scenario 'match GET */projects/1/attachments do status 404' >/dev/null
	reconcile 0
	[ "$(bulk)" -eq 0 ]
	[[ $stderr == *"qTest refuses to list the attachments of many releases at once (404)"* ]]
	[ "$(mock_count 'GET .*/{}/{}/attachments 200')" -gt 0 ]
	user detach release "$key" "$name"
	reconcile 1
	only "release $key: file $name: "
}

@test "a file that could not be loaded is no difference" {
	fresh_db refused
	mock --seed 7 --cases 16 --executions 24 --cycles 4 --plans 2 --folders 4 --attachments 30
	mock_post scenario 'match POST */blob-handles nth 2 do status 413' >/dev/null
	zw 0 sh -c 'zextract -q --attachments steps | ztransform -q | zload -q --inline-limit 0'
	[ "$(sql "SELECT count(*) FROM issue WHERE rule = 'file-not-loaded'")" -eq 1 ]
	reconcile 0 --verify-attachments
	[[ $output == *$'\n0 differences' ]]
	sql "UPDATE ledger SET state = 'pending' WHERE kind = 'blob' AND state = 'failed'"
	reconcile 1
	[ "$(grep -c ': file .*: expected "an attachment", found nothing' <<<"$output")" -eq 1 ]
}
