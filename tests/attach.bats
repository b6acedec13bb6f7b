# Files of cases, executions, cycles, plans and steps; images inside texts.
# databases: either
load helper
load zextract

teardown() {
	umount "$T/small" 2>/dev/null || :
	end_processes
}

SMALL=(--cases 60 --executions 80 --cycles 8 --plans 4 --folders 6 --attachments 40)
begin() {
	start "${SMALL[@]}" "$@"
	unset ZTOQ_ATTACHMENTS_OF
}
lists() { count_requests 'GET .*/attachments (200|404)'; }
files() { count_requests 'GET .*/attachments/[{][}] 200'; }
finding() { sql "SELECT count(*) FROM issue WHERE side = 'extract' AND rule = '$1'"; }
# ended: count the executions whose files qTest has a place for
ended() { sql 'SELECT count(*) FROM test_execution WHERE end_ms <> 0'; }
held() { sql "SELECT count(*) FROM attachment WHERE state = 'held'"; }
members() { jq -c 'select(.record) | .record | [.key // .id, .attachments] | select(.[1] | length > 0)' "$1"; }
# sums: compute the sha256 of the bytes of each stored file
sums() {
	local sha
	for sha in $(sql "SELECT sha256 FROM attachment_blob ORDER BY sha256"); do
		bytes "$sha" | sha256sum | cut -d' ' -f1
	done
}
bytes() {
	case $ZTOQ_DB in
	sqlite:*) sql "SELECT hex(bytes) FROM attachment_chunk WHERE sha256 = '$1' ORDER BY n" ;;
	*)	sql "SELECT encode(bytes, 'hex') FROM attachment_chunk WHERE sha256 = '$1' ORDER BY n" ;;
	esac | tr a-f A-F | basenc -d --base16
}

@test "a pass requests the list of each owner and each file once, and the next pass requests none" {
	begin
	extract 0
	[ "$(ended)" -lt 80 ]
	[ "$(lists)" -eq $((60 + $(ended) + 8 + 4)) ]
	[ "$(files)" -gt 20 ]
	[ "$(files)" -eq "$(held)" ]
	[ "$(count_requests teststeps/.*attachments)" -eq 0 ]
	[ "$(finding attachments-unasked)" -eq 1 ]
	[[ $(sql "SELECT what FROM issue WHERE rule = 'attachments-no-log'") == "Attachments of $((80 - $(ended))) executions "* ]]
	[[ $stderr == *"Attachments on test steps are not read"* ]]
	sums >got
	sql "SELECT sha256 FROM attachment_blob ORDER BY sha256" >want
	[ -s want ]
	cmp want got
	[ "$(members "$T/out" | jq -s 'map(.[1] | length) | add')" -eq "$(held)" ]
	[ "$(members "$T/out" | jq -c '.[1][] | select(.sha256 == null or .size == null or .type == null)' | wc -l)" -eq 0 ]
	records "$T/out" >"$T/want"
	forget_requests
	extract 0
	[ "$(lists)" -eq 0 ]
	[ "$(files)" -eq 0 ]
	records "$T/out" | cmp "$T/want" -
	# a row that changed, and the list of its files
	edit "what=case&do=change&key=DEMO-T1&name=another" >/dev/null
	forget_requests
	extract 0
	[ "$(lists)" -eq 1 ]
	[ "$(files)" -eq 0 ]
	forget_requests
	extract 0 --deep
	[ "$(lists)" -eq $((60 + $(ended) + 8 + 4)) ]
	[ "$(files)" -eq 0 ]
	[ "$(finding attachments-no-log)" -eq 1 ]
}

@test "--attachments selects the owners whose lists are requested, and a deeper pass requests no list twice" {
	begin
	extract 0 --attachments none
	[ "$(count_requests attachments)" -eq 0 ]
	[[ $stderr == *"Attachments are not read"* ]]
	[ "$(sql "SELECT level FROM issue WHERE rule = 'attachments-unasked'")" = warning ]
	[ "$(members "$T/out" | wc -l)" -eq 0 ]
	extract 0 --attachments cases
	[ "$(lists)" -eq 60 ]
	forget_requests
	extract 0 --attachments entities
	[ "$(lists)" -eq $(($(ended) + 8 + 4)) ]
	forget_requests
	extract 0 --attachments steps
	[ "$(count_requests '[{][}]/attachments (200|404)')" -eq "$(count_requests teststeps/.*attachments' (200|404)')" ]
	[ "$(lists)" -gt 100 ]
	[ "$(members "$T/out" | jq '.[1][] | .step // empty' | wc -l)" -gt 0 ]
	[ "$(finding attachments-unasked)" -eq 0 ]
	[ "$(finding attachments-no-log)" -eq 1 ]
	forget_requests
	extract 0 --attachments all
	[ "$(count_requests '/v2/[{][}]/[{][}]/attachments ')" -eq $((80 - $(ended))) ]
	[ "$(finding attachments-no-log)" -eq 0 ]
	# files that are stored stay in the records of a pass that requests none
	records "$T/out" >"$T/want"
	extract 0 --attachments none
	records "$T/out" | cmp "$T/want" -
}

@test "the store in a directory names each file by its hash, never by its name" {
	begin
	extract 0 --attachments-store "dir:$T/files"
	[ "$(members "$T/out" | grep -c '\.\./\.\./etc/passwd')" -gt 0 ]
	[ "$(sql 'SELECT count(*) FROM attachment_chunk')" -eq 0 ]
	(cd files && find . -type f | sed 's,.*/,,' | sort) >got
	sql "SELECT sha256 FROM attachment_blob ORDER BY sha256" >want
	[ -s want ]
	cmp want got
	(cd files && find . -type f -exec sha256sum {} + | sed 's,  .*/, ,' |
	    awk '$1 != $2') >bad
	[ ! -s bad ]
	[ -z "$(find . -name passwd -o -name '.part-*')" ]
	[ "$(sql 'SELECT count(DISTINCT place) FROM attachment_blob')" -eq 1 ]
	# a file stored in the directory is not downloaded into the database
	forget_requests
	extract 0 --deep --attachments-store db
	[ "$(files)" -eq 0 ]
	zw 64 zextract --attachments-store somewhere
	zw 74 zextract --attachments-store "dir:$T/no/where"
}

@test "attachments of a kind that are unavailable are reported once, and requested again by the next pass only" {
	begin
	scenario 'match GET /v2/testexecutions/*/attachments do status 503
match GET /v2/testplans/*/attachments do status 403'
	extract 0
	[ "$(mock_get record?status=503 | wc -l)" -eq 2 ]
	[ "$(mock_get record?status=403 | wc -l)" -eq 1 ]
	[ "$(lists)" -eq $((60 + 8)) ]
	[ "$(grep -c 'unavailable for' <<<"$stderr")" -eq 2 ]
	[ "$(finding attachments-unavailable)" -eq 2 ]
	[ "$(ends "$T/out" | grep -c COMPLETE)" -eq 5 ]
	records "$T/out" >"$T/want"
	# without the faults the same pass does not request them, the next one does
	scenario '# nothing'
	sql "UPDATE pass SET state = 'open', sealed_at = NULL"
	forget_requests
	extract 0
	[ "$(lists)" -eq 0 ]
	records "$T/out" | cmp "$T/want" -
	forget_requests
	extract 0
	[ "$(lists)" -eq $(($(ended) + 4)) ]
	[ "$(finding attachments-unavailable)" -eq 0 ]
}

@test "a file that cannot be downloaded is reported, the others are stored, and the next pass tries again" {
	local id
	begin
	id=$(curl_mock -H "Authorization: Bearer $ZEPHYR_API_TOKEN" "$MOCK/v2/testcases/DEMO-T1/attachments" | jq '.attachments[0].id')
	forget_requests
	scenario "match GET /v2/testcases/DEMO-T1/attachments/$id times 3 do html200"
	extract 0
	[[ $stderr == *"a web page came instead"* ]]
	[ "$(finding attachment-missing)" -eq 1 ]
	[ "$(members "$T/out" | jq -c '.[1][] | select(.sha256 == null)' | wc -l)" -eq 1 ]
	[ "$(sql "SELECT count(*) FROM attachment WHERE state = 'unavailable'")" -eq 1 ]
	forget_requests
	extract 0
	[ "$(files)" -eq 1 ]
	[ "$(lists)" -eq 0 ]
	[ "$(finding attachment-missing)" -eq 0 ]
	[ "$(sql "SELECT count(*) FROM attachment WHERE state <> 'held'")" -eq 0 ]
}

@test "files whose download breaks off or fails with 500 are stored complete" {
	begin
	scenario 'match GET /v2/*/attachments/* every 3 times 3 do truncate 5
match GET /v2/*/attachments/* every 7 times 2 do status 500
match GET /v2/*/attachments/* every 5 times 2 do reset-after'
	extract 0
	[ "$(sql "SELECT count(*) FROM attachment WHERE state <> 'held'")" -eq 0 ]
	sums >got
	sql "SELECT sha256 FROM attachment_blob ORDER BY sha256" >want
	[ -s want ]
	cmp want got
}

@test "a redirect to another host gets no token" {
	local elsewhere
	mock
	elsewhere=$MOCK
	begin
	scenario "match GET /v2/testcases/*/attachments/* do redirect $elsewhere/files/a?size=100
match GET /v2/testplans/*/attachments/* do redirect /files/b?size=70"
	extract 0
	curl_mock "$elsewhere/__mock/record" >there
	[ "$(wc -l <there)" -gt 5 ]
	[ "$(jq -c 'select(.authorization)' there | wc -l)" -eq 0 ]
	# all owners share one stored file
	[ "$(sql "SELECT count(*) FROM attachment_blob WHERE size = 100")" -eq 1 ]
	[ "$(sql "SELECT count(*) FROM attachment WHERE size = 100 AND stream = 'test_cases'")" -eq "$(wc -l <there)" ]
}

@test "after kill -9 among files the same command completes the pass and repeats only requests in flight" {
	local pid clean at turn=0 good=0
	begin --latency 5ms
	extract 0
	clean=$(count_requests .)
	members "$T/out" >want
	RANDOM=$ZT_SEED
	while [ "$good" -lt 3 ]; do
		turn=$((turn + 1))
		[ "$turn" -le 12 ]
		fresh_db "kill$turn"
		rm -rf files
		forget_requests
		for at in 60 92 98; do
			zextract --attachments-store "dir:$T/files" >part 2>>log 3>&- &
			pid=$!
			kill_at $((clean * at / 100 - RANDOM % 4)) "$pid"
			# too late: the pass is complete
			if wait "$pid"; then continue 2; fi
		done
		good=$((good + 1))
		extract 0 --attachments-store "dir:$T/files"
		members "$T/out" | cmp want -
		echo "seed $ZT_SEED: $(count_requests .) requests, clean $clean" >&2
		# for each kill 8 requests in flight, 4 answers not committed, and the project
		[ "$(count_requests .)" -le $((clean + 3 * (8 + 4 + 1))) ]
		[ -z "$(find files -name '.part-*')" ]
	done
}

@test "after kill -9 during a download no part of a file counts as stored, and the same command completes it" {
	local pid where
	start --cases 4 --executions 0 --cycles 0 --plans 0 --folders 1 \
	    --attachments 2 --file-size 64M
	unset ZTOQ_ATTACHMENTS_OF
	for where in "dir:$T/files" db; do
		fresh_db "big${where%%:*}"
		zextract --attachments-store "$where" >part 2>>log 3>&- &
		pid=$!
		until [ -n "$(find files -name '.part-*' -size +1M 2>/dev/null)" ] ||
		    [ "$(sql 'SELECT count(*) FROM attachment_chunk' 2>/dev/null || echo 0)" -gt 0 ]; do
			kill -0 "$pid"
		done
		kill -9 "$pid"
		wait "$pid" || :
		[ "$(held)" -eq 0 ]
		extract 0 --attachments-store "$where"
		[ "$(held)" -eq 1 ]
		if [ "$where" = db ]; then
			sums >got
		else
			[ -z "$(find files -name '.part-*')" ]
			find files -type f -exec sha256sum {} + | cut -d' ' -f1 >got
		fi
		sql "SELECT sha256 FROM attachment_blob" | cmp got -
	done
}

@test "a full disk ends zextract with 74, and with room the same command continues" {
	begin --file-size 300k
	mkdir small
	mount -t tmpfs -o size=2m zt small 2>/dev/null || skip "may not mount"
	zw 74 sh -c 'exec zextract --attachments-store "dir:$T/small" >out'
	[[ $stderr == *"No space left"* ]]
	mount -o remount,size=64m small
	extract 0 --attachments-store "dir:$T/small"
	[ "$(sql "SELECT count(*) FROM attachment WHERE state <> 'held'")" -eq 0 ]
	umount small
}

@test "big files are stored in constant memory" {
	local size=64 one rss
	[ -z "$ZT_SOAK" ] || size=1024
	start --cases 4 --executions 0 --cycles 0 --plans 0 --folders 1 \
	    --attachments 2 --file-size 1000
	unset ZTOQ_ATTACHMENTS_OF
	extract 0
	mock_stop
	fresh_db big
	start --cases 4 --executions 0 --cycles 0 --plans 0 --folders 1 \
	    --attachments 2 --file-size $((size * 1024 * 1024))
	unset ZTOQ_ATTACHMENTS_OF
	zw 0 sh -c 'exec /usr/bin/env time -f "rss %M" zextract >out' || skip "no time(1)"
	rss=$(grep -o 'rss [0-9]*' <<<"$stderr" | cut -d' ' -f2)
	one=$(sql "SELECT sha256 FROM attachment_blob LIMIT 1")
	echo "$size MiB: RSS $rss KiB"
	[ "$(sql "SELECT count(*) FROM attachment_chunk WHERE sha256 = '$one'")" -eq "$size" ]
	[ "$(sql "SELECT max(length(bytes)) FROM attachment_chunk")" -eq 1048576 ]
	[ -n "$ZT_SAN" ] || [ "$rss" -lt 65536 ]
}

@test "images in texts are downloaded without the token, once, or filled in by --fill" {
	local elsewhere url
	mock
	elsewhere=$MOCK
	begin
	url=$elsewhere/files/c0ffee-1700000000000-shot%20one.png
	edit_text DEMO-T1 "see <img src=\"$url?type=png&amp;size=77\"> and <IMG alt='x' src='$MOCK/files/own.png?type=png&size=78'>"
	edit_text DEMO-T2 "<p><img src=\"$elsewhere/files/no.txt?size=10\"><img src=\"data:image/png;base64,AAAA\"><img src='../x/rel.png'><img src=\"http://10.0.0.1/meta\"></p>"
	edit_text DEMO-T3 "<img src=\"https://other.invalid/tenant/embedded-abc-1700000000001-plan.png\">"
	extract 0
	curl_mock "$elsewhere/__mock/record" >there
	[ "$(jq -c 'select(.authorization)' there | wc -l)" -eq 0 ]
	[ "$(sql "SELECT count(*) FROM inline_url WHERE host <> 'data:'")" -eq 6 ]
	[ "$(sql "SELECT count(*) FROM inline_url WHERE state = 'held' AND size IN (77, 78)")" -ge 1 ]
	[ "$(finding inline-image)" -eq 2 ]
	sql "SELECT what FROM issue WHERE rule = 'inline-image' AND key = 'DEMO-T3'" >what
	grep -q 'plan.png (cannot be downloaded' what
	# an unavailable image is requested again by --deep only
	sql "INSERT INTO checkpoint (stage, project, pass, scope, cursor, state, at)
	    SELECT 'extract', 'DEMO', 0, 'images:' || host, '', 'refused', 1 FROM inline_url WHERE size = 77"
	sql "UPDATE inline_url SET state = 'unavailable' WHERE size = 77"
	extract 0
	[ "$(sql "SELECT state FROM inline_url WHERE size = 77")" = unavailable ]
	extract 0 --deep
	[ "$(sql "SELECT state FROM inline_url WHERE size = 77")" = held ]
	mkdir saved
	printf 'by hand' >saved/plan.png
	printf 'x' >saved/rel.png
	ln -s /etc/passwd saved/meta
	zw 0 env -u ZEPHYR_API_TOKEN zextract --fill saved
	[[ $stderr == *"2 images and 0 attachments filled in"* ]]
	[ "$(sql "SELECT size FROM inline_url WHERE name LIKE '%plan.png'")" -eq 7 ]
	[ "$(sql "SELECT count(*) FROM issue WHERE rule = 'inline-image' AND key = 'DEMO-T3'")" -eq 0 ]
	zw 66 zextract --fill nowhere
}
# edit_text KEY NAME: rename a case as a tester does
edit_text() {
	curl_mock -G -X POST "$MOCK/__mock/edit" --data-urlencode what=case \
	    --data-urlencode do=change --data-urlencode "key=$1" \
	    --data-urlencode "name=$2" >/dev/null
}
