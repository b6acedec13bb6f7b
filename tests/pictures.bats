# Images in texts become attachments of the object with the text, each once.
# databases: either
load helper

SMALL=(--seed 5 --cases 6 --executions 10 --folders 2 --cycles 2 --plans 1 --attachments 6)
PNG=iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==

zephyr() { curl -sSf --noproxy '*' -H "Authorization: Bearer $ZEPHYR_API_TOKEN" "$ZEPHYR_BASE_URL$1"; }
# rows LIST: print a list of Zephyr
rows() { zephyr "/$1/nextgen?projectKey=DEMO&limit=1000&startAtId=0"; }
# answer PATH: let Zephyr answer requests for a path with standard input
answer() {
	local name=answer.$RANDOM$RANDOM
	cat >"$name"
	echo "match GET $1 do status 200 body $T/$name" >>faults
}
# pictured: let texts of all kinds have images
pictured() {
	local key
	: >faults
	key=$(rows testcases | jq -r '[.values[] | .key | select(test("T[123]$"))][0]')
	rows testcases | jq -c --arg png "$PNG" --arg url "$MOCK/files/own.png?type=png&amp;size=78" '
	    .values[0].objective = "one <img src=\"data:image/png;base64,\($png)\"> two <IMG alt=x src='"'\\(\$url)'"'>"
	    | .values[1].precondition = "<img src=\"data:image/png;base64,???\"><img src=\"data:text/plain,hello\">"
	    | .values[2].objective = "again <img src=\"data:image/png;base64,\($png)\"><img src=\"data:image/png;base64,\($png | .[:-2])\">"' |
	    answer /v2/testcases/nextgen
	rows testexecutions | jq -c --arg png "$PNG" '
	    ([.values[] | .actualEndDate != null] | index(true)) as $n
	    | .values[$n].comment = "<img src=\"data:image/svg+xml,%3Csvg%20id=%22a%22/%3E\">"' |
	    answer /v2/testexecutions/nextgen
	rows testplans | jq -c --arg png "$PNG" '.values[0].objective = "<img src=\"data:;base64,\($png)\">"' |
	    answer /v2/testplans/nextgen
	rows testcycles | jq -c --arg png "$PNG" '.values[].description = "<img src=\"data:image/gif;base64,\($png)\">"' |
	    answer /v2/testcycles/nextgen
	mock_post scenario "$(cat faults)" >/dev/null
}
prepare() {
	mock "${SMALL[@]}"
	pictured
}
# pictures: print the pictures that are attached in qTest: name and hash
pictures() {
	mock_state | jq -r '.. | objects | .attachments? // empty | .[] | select(.name | test("picture-"))
	    | "\(.name) \(.sha256) \(.size)"' | sort
}
expected() { sql "SELECT count(*) FROM target WHERE kind = 'blob' AND ekey LIKE '%/picture-%'"; }
issues() { sql "SELECT key, what FROM issue WHERE side = 'extract' AND rule = 'inline-image' ORDER BY key"; }

@test "images in texts are attached to the object with the text, once, and a second run writes nothing" {
	local sha
	zw 0 ztoq migrate -q
	sha=$(base64 -d <<<"$PNG" | sha256sum | cut -d' ' -f1)
	pictures >have
	cat have >&2
	# two cases, the plan, both cycles
	[ "$(grep -c "picture-${sha:0:8}.* $sha" have)" -eq 5 ]
	[ "$(grep -c "^picture-${sha:0:8}.png $sha" have)" -ge 2 ]
	# an address, and a URI without base64
	[ "$(grep -c ' 78$' have)" -eq 1 ]
	grep -q "\.svg $(printf '<svg id="a"/>' | sha256sum | cut -d' ' -f1) 13\$" have
	[ "$(wc -l <have)" -eq 7 ]
	[ "$(expected)" -eq 7 ]
	[ "$(mock_count 'GET /files/.*')" -eq 1 ]
	# the body of an effect names the attribute that shows the image
	[ "$(sql "SELECT body FROM target WHERE kind = 'blob' AND ekey LIKE '%/picture-%'" |
	    jq -r '.body.src[]' | grep -c "^data:sha256:[0-9a-f]*\$\|^$MOCK/files/own.png?type=png&size=78\$")" -eq 8 ]
	# data that is not an image stays in the text, and is reported
	[ "$(issues | wc -l)" -eq 1 ]
	[[ $(issues) == *'precondition: a data URI (is not an image, or cannot be decoded); precondition: a data URI'* ]]
	mock_state | grep -q 'base64,???'
	zw 0 ztoq validate --reconcile
	mock_forget
	zw 0 ztoq migrate -q
	[ "$(mock_writes)" -eq 0 ]
	[ "$(mock_count 'GET /files/.*')" -eq 0 ]
	z 0 zreport
	[[ $output != *"except "*file* ]]
	# a target whose database is lost
	fresh_db other
	zextract -q >source
	ztransform -q <source >target
	mock_forget
	zw 0 zload -q --adopt <target
	[ "$(mock_writes)" -eq 0 ]
}

@test "with --attachments none images stay unread, and the next pass with attachments attaches them" {
	ZTOQ_ATTACHMENTS_OF=none zw 0 ztoq migrate -q
	[ -z "$(pictures)" ]
	[ -z "$(issues | grep 'data URI')" ]
	zw 0 ztoq migrate -q
	[ "$(pictures | wc -l)" -eq 7 ]
	[ "$(issues | wc -l)" -eq 1 ]
}

@test "after kill -9 while images are stored or attached each is in qTest once" {
	local at pid st
	zw 0 ztoq migrate -q
	pictures >want
	for at in '/files/* nth 1' 'POST */blob-handles nth 1' 'POST */blob-handles nth 3' 'POST */test-cases nth 1'; do
		mock_stop
		fresh_db "kill${at//[^a-z0-9]/}"
		mock "${SMALL[@]}"
		pictured
		rm -f go
		mkfifo go
		sh -c 'read -r _ <go; if [ "$1" = zextract ]; then exec zextract -q >source
		    else zextract -q | ztransform -q >target; exec zload -q <target; fi' sh \
		    "$(case $at in /*) echo zextract ;; *) echo zload ;; esac)" 3>&- &
		pid=$!
		[[ $at == POST* ]] || at="GET $at"
		{ cat faults; echo "match $at do kill $pid"; } >both
		mock_post scenario "$(cat both)" >/dev/null
		echo >go
		st=0
		wait "$pid" || st=$?
		[ "$st" -eq 137 ]
		mock_post scenario "$(cat faults)" >/dev/null
		zw 0 env ZTOQ_SETTLE=400ms ztoq migrate -q
		pictures | diff want - >&2
	done
}

@test "a database whose texts an earlier version searched gets the images of data URIs in the next pass" {
	zw 0 ztoq migrate -q
	sql "DELETE FROM inline_place WHERE host = 'data:'; DELETE FROM inline_url WHERE host = 'data:';
	    UPDATE test_case SET images = 0 WHERE head NOT LIKE '%own.png%'; UPDATE test_execution SET images = 0;
	    DELETE FROM target WHERE ekey LIKE '%/picture-%'; DELETE FROM ledger WHERE ekey LIKE '%/picture-%'"
	zextract -q >source
	[ "$(jq -c 'select(.record.pictures) | .record.pictures[]' source | wc -l)" -eq 1 ]
	sql " $(cat "$ROOT"/lib/domain/schema/*_picture.sql)"
	mock_forget
	zextract -q --refresh >source
	[ "$(jq -c 'select(.record.pictures) | .record.pictures[]' source | wc -l)" -eq 7 ]
	# lists alone are read again
	[ "$(mock_count 'GET /v2/.*/attachments.*|GET .*/teststeps.*|GET /files/.*')" -eq 0 ]
}

@test "images in texts of steps are attached to the test case, which keeps them when its steps change" {
	local key file
	zw 0 ztoq migrate -q
	key=$(mock_get source | jq -r 'select(.script == "steps" and .steps > 0 and .steps < 100) | .key' | sed -n 1p)
	zephyr "/testcases/$key/teststeps?maxResults=100&startAt=0" | jq -c --arg png "$PNG" '
	    ([.values[].inline != null] | index(true)) as $i | .values[$i].inline.description = "new <img src=\"data:image/png;base64,\($png)\">"' | answer "/v2/testcases/$key/teststeps"
	mock_post scenario "$(cat faults)" >/dev/null
	mock_forget
	zw 0 sh -c 'zextract -q --deep | ztransform -q | zload -q'
	file=test_cases/$key/picture-$(base64 -d <<<"$PNG" | sha256sum | cut -c1-16)
	[[ $(sql "SELECT path FROM ledger WHERE kind = 'blob' AND ekey = '$file' AND state = 'done'") == /test-cases/* ]]
	zw 0 ztoq validate --reconcile
	mock_forget
	zw 0 ztoq migrate -q
	[ "$(mock_writes)" -eq 0 ]
}

@test "files filled in by hand are attached by the next run, once, and their findings are removed" {
	local id name
	id=$(sed -n 's/.*testcases.nextgen.*body //p' faults)
	jq -c '.values[3].objective = "<img src=\"https://other.invalid/t/embedded-ab-1700000000001-plan.png\">"' "$id" >new
	mv new "$id"
	echo "match GET /v2/testcases/*/attachments/* nth 1 do status 404" >>faults
	mock_post scenario "$(cat faults)" >/dev/null
	zw 0 ztoq migrate -q
	sql "SELECT owner_key, id, name FROM attachment WHERE state = 'unavailable'" >missing
	[ "$(wc -l <missing)" -eq 1 ]
	IFS='|' read -r _ id name <missing
	[[ $(issues) == *plan.png* ]]
	mkdir saved
	printf 'a plan' >saved/plan.png
	printf 'by hand' >"saved/$id-${name##*/}"
	zw 0 zextract --fill saved
	[[ $stderr == *"1 image and 1 attachment filled in, 0 still missing"* ]]
	[[ $(issues) != *plan.png* ]]
	[ "$(sql "SELECT count(*) FROM issue WHERE rule = 'attachment-missing'")" -eq 0 ]
	mock_forget
	zw 0 sh -c 'zextract -q | ztransform -q | zload -q'
	[ "$(mock_count 'POST .*/blob-handles 201')" -eq 2 ]
	pictures | grep -q "\.png $(printf 'a plan' | sha256sum | cut -d' ' -f1)"
	mock_state | grep -q "$(printf 'by hand' | sha256sum | cut -d' ' -f1)"
	mock_forget
	zw 0 sh -c 'zextract -q | ztransform -q | zload -q'
	[ "$(mock_writes)" -eq 0 ]
}

@test "texts show the attached images, and an adoption finds them" {
	local at="$MOCK/p/1/portal/attachment"
	zw 0 ztoq migrate -q
	[ "$(sql "SELECT count(*) FROM ledger WHERE kind = 'relink' AND verb = 'update'")" -ge 5 ]
	mock_state | jq -r '.. | objects | .description, .note, .precondition | strings' >texts
	grep -E "one <img src=\"$at/testcase/attachmentId/[0-9]+\"> two <IMG alt=x src='$at/testcase/attachmentId/[0-9]+'>" texts
	grep -E "<img src=\"$at/testlog/attachmentId/[0-9]+\">" texts
	grep -E "<img src=\"$at/release/attachmentId/[0-9]+\">" texts
	zw 0 ztoq validate -q --reconcile
	mock_forget
	zw 0 ztoq migrate -q
	[ "$(mock_writes)" -eq 0 ]
	sql 'DELETE FROM ledger'
	zw 0 zload -q --from-db -p DEMO --adopt
	[ "$(mock_writes)" -eq 0 ]
}

@test "an image whose id the reply did not name is looked up once, and the text shows it" {
	jq '.relink = "off"' "$ROOT/src/ztransform/map/map.json" >off.json
	zw 0 sh -c 'zextract -q | ztransform -q -m off.json | zload -q'
	pictures >want
	sql "UPDATE ledger SET id = 0 WHERE kind = 'blob' AND ekey LIKE 'test_cases/%/picture-%'"
	zextract -q | ztransform -q >target
	mock_forget
	zw 0 zload -q <target
	mock_state | jq -r '.. | objects | .description, .precondition | strings' |
	    grep -E "one <img src=\"$MOCK/p/1/portal/attachment/testcase/attachmentId/[0-9]+\"> two <IMG alt=x src='$MOCK/p/1/portal/attachment/testcase/attachmentId/[0-9]+'>"
	pictures | diff want - >&2
	[ "$(mock_count 'POST .*')" -eq 0 ]
	[ "$(mock_count 'GET .*attachments 200')" -eq 2 ]
	[ "$(sql "SELECT count(*) FROM ledger WHERE kind = 'blob' AND ekey LIKE '%/picture-%' AND id = 0")" -eq 0 ]
	zw 0 ztoq validate -q --reconcile
	mock_forget
	zw 0 zload -q <target
	[ "$(mock_writes)" -eq 0 ]
	[ "$(mock_count 'GET .*attachments.*')" -eq 0 ]
}
