# zmock accepts, lists, refuses and deletes files as a real qTest does.
load helper
load qtest

# upload OWNER NAME FILE: add a file of $TYPE to TYPE/ID; sets $code and $body
upload() {
	body=$(curl -s --noproxy '*' -o - -w '\n%{http_code}' -H "Authorization: bearer $ZT_QTEST" \
	    -H "Content-Type:${TYPE- image/png}" -H "File-Name: $2" --data-binary "@$3" \
	    "$MOCK/api/v3/projects/1/$1/blob-handles")
	code=${body##*$'\n'}
	body=${body%$'\n'*}
}
# download OWNER FILE_ID [QUERY]: write the bytes to the file got; sets $code
download() {
	code=$(curl -s --noproxy '*' -o got -w '%{http_code}' -H "Authorization: bearer $ZT_QTEST" \
	    "$MOCK/api/v3/projects/1/$1/attachments/$2${3-}")
}
# new_case [MEMBERS]: create a case with one step; sets $case and $step
new_case() {
	q POST test-cases "{\"name\":\"c\",\"properties\":[],\"test_steps\":[{\"description\":\"d\",\"expected\":\"\"}]${1-}}"
	[ "$code" = 200 ]
	case=$(j .id)
	q GET "test-cases/$case/test-steps"
	step=$(j '.[0].id')
}
# new_log [MEMBERS [STEP_LOG_MEMBERS]]: create a log of a new approved case; sets $run, $log, $step_log
new_log() {
	new_case
	q PUT "test-cases/$case/approve"
	q GET "test-cases/$case/test-steps"
	step=$(j '.[0].id')
	q POST 'test-runs?parentId=0&parentType=root' "{\"name\":\"r\",\"properties\":[],\"test_case\":{\"id\":$case}}"
	run=$(j .id)
	q POST "test-runs/$run/test-logs" '{"status":{"id":601},"exe_start_date":"2020-05-17T09:30:00Z",
	    "exe_end_date":"2020-05-17T09:31:00Z","test_step_logs":[{"test_step_id":'"$step"',"order":1,
	    "status":{"id":601}'"${2-}}]${1-}}"
	[ "$code" = 201 ]
	log=$(j .id) step_log=$(j '.test_step_logs[0].test_step_log_id')
}
# names OWNER: print the names of the files of TYPE/ID
names() {
	q GET "$1/attachments"
	j '[.[].name] | join(" ")'
}
files_of_state() { mock_state | jq -c '[.. | .attachments? // empty | .[] | [.name, .size, .sha256]] | sort'; }

@test "each owner kind takes a blob, lists it without its size, answers its bytes and loses it once" {
	local owner file release
	mock
	printf 'a\0b\r\n' >data
	new_log
	q POST releases '{"name":"R","properties":[]}'
	release=$(j .id)
	q POST builds "{\"name\":\"B\",\"properties\":[],\"release\":{\"id\":$release}}"
	build=$(j .id)
	q POST requirements '{"name":"Q","properties":[]}'
	req=$(j .id)
	q POST defects '{"properties":[]}'
	for owner in "releases/$release" "builds/$build" "requirements/$req" "test-cases/$case" \
	    "test-steps/$step" "test-logs/$log" "test-step-logs/$step_log" "defects/$(j .id)"; do
		upload "$owner" x.png data
		[ "$code" = 201 ]
		[ "$(j '[.name, .content_type, .artifact_id] | join(" ")')" = "x.png image/png ${owner#*/}" ]
		file=$(j .id)
		q GET "$owner/attachments"
		[ "$(j '.[0].id')" = "$file" ]
		[ "$(j '.[0] | has("size")')" = false ]
		download "$owner" "$file"
		[ "$code" = 200 ]
		cmp data got
		[ "$(files_of_state)" = "[[\"x.png\",5,\"$(sha256sum <data | cut -d' ' -f1)\"]]" ]
		q DELETE "$owner/blob-handles/$file"
		[ "$code" = 200 ]
		[ "$(j 'keys | join(" ")')" = message ]
		for method in GET DELETE; do
			[ "$method" = GET ] && download "$owner" "$file" || q DELETE "$owner/blob-handles/$file"
			[ "$code" = 404 ]
		done
		[ "$(files_of_state)" = '[]' ]
	done
	for owner in "test-runs/$run" test-suites/1 test-cycles/1 modules/1 projects/1 test-cases/TC-1; do
		upload "$owner" x.png data
		[ "$code" = 400 ]
	done
	upload test-cases/1 x.png data
	[ "$code" = 404 ]
	# a step is that of the current version
	new_case
	q PUT "test-cases/$case/approve"
	upload "test-steps/$step" x.png data
	[ "$code" = 404 ]
}

@test "the headers of a blob are required, and --file-names says how its name is read" {
	local want
	mock
	new_case
	: >empty
	upload "test-cases/$case" '' empty
	[ "$code" = 400 ]
	TYPE='' upload "test-cases/$case" a.png empty
	[ "$code" = 400 ]
	for want in 'latin1 Ã¤.png %C3%A4.png' 'utf8 ä.png %C3%A4.png' 'percent ä.png ä.png'; do
		mock_stop
		mock --file-names "${want%% *}"
		new_case
		upload "test-cases/$case" 'ä.png' empty
		[ "$code" = 201 ]
		upload "test-cases/$case" '%C3%A4.png' empty
		[ "$code" = 201 ]
		[ "$(names "test-cases/$case")" = "${want#* }" ]
	done
}

@test "names with paths, names that collide, empty files and refused types are as the options say" {
	mock --refuse-file '*.exe' --refuse-file '*.bat'
	new_case
	echo x >data
	: >empty
	upload "test-cases/$case" '../a\b/c.png' data
	upload "test-cases/$case" c.png empty
	[ "$code" = 201 ]
	[ "$(names "test-cases/$case")" = 'c.png c.png' ]
	upload "test-cases/$case" 'dir/' data
	[ "$code" = 400 ]
	upload "test-cases/$case" run.exe data
	[ "$code" = 400 ]
	[[ $(j .message) == *'not allowed'* ]]
	q POST test-cases '{"name":"n","properties":[],"attachments":[{"name":"run.exe","content_type":"x","data":""}]}'
	[ "$code" = 400 ]
	mock_stop
	mock --file-paths kept --same-name renamed --empty-files refused
	new_case
	for name in a/b.txt a/b.txt a/b.txt none none; do
		upload "test-cases/$case" "$name" data
		[ "$code" = 201 ]
	done
	[ "$(names "test-cases/$case")" = 'a/b.txt a/b (1).txt a/b (2).txt none none (1)' ]
	upload "test-cases/$case" e.txt empty
	[ "$code" = 400 ]
	mock_stop
	mock --same-name refused
	new_case
	upload "test-cases/$case" a.txt data
	[ "$code" = 201 ]
	upload "test-cases/$case" a.txt data
	[ "$code" = 400 ]
}

@test "a file above the limit is a 413, and a large one is stored outside the memory of zmock" {
	local file
	mock --file-limit 1M --body-limit 3k
	new_case
	head -c 1000001 /dev/zero >data
	upload "test-cases/$case" a.png data
	[ "$code" = 413 ]
	q POST test-cases "{\"name\":\"$(printf '%4000s' x)\",\"properties\":[]}"
	[ "$code" = 413 ]
	[[ $body == *'<html>'* ]]
	[ "$(names "test-cases/$case")" = '' ]
	head -c 1000000 data >fits
	upload "test-cases/$case" a.png fits
	[ "$code" = 201 ]
	mock_stop
	mock --file-limit 200M --body-limit 3k
	new_case
	head -c 64000000 /dev/zero | openssl enc -aes-128-ctr -K 00 -iv 00 2>/dev/null >data
	upload "test-cases/$case" big data
	[ "$code" = 201 ]
	file=$(j .id)
	[ "$(files_of_state)" = "[[\"big\",64000000,\"$(sha256sum <data | cut -d' ' -f1)\"]]" ]
	download "test-cases/$case" "$file"
	cmp data got
	[ "$(mock_get 'record?method=POST&path=*blob-handles' | jq -r '[.bytes_in, .body_sha256] | join(" ")')" = \
	    "64000000 $(sha256sum <data | cut -d' ' -f1)" ]
	[ "$(awk '$1 == "VmHWM:" { print $2 }' "/proc/$MOCK_PID/status")" -lt 55000 ]
	# a step that is copied to the next version keeps its files
	upload "test-steps/$step" part fits
	[ "$code" = 201 ]
	q PUT "test-cases/$case/approve"
	q DELETE "test-cases/$case/blob-handles/$file"
	[ "$(files_of_state | jq -c 'map(.[0:2])')" = '[["part",1000000]]' ]
}

@test "files in the body of a case, a step, a log and a step log are stored; releases and requirements ignore them" {
	local files='"attachments":[{"name":"i.txt","content_type":"text/plain","data":"aGk="}]' bad
	mock
	q POST test-cases "{\"name\":\"c\",\"properties\":[],$files,\"test_steps\":[{\"description\":\"\",\"expected\":\"\",$files}]}"
	[ "$code" = 200 ]
	[ "$(j '.attachments | length')" = 1 ]
	new_log ",$files" ",$files"
	q POST defects "{\"properties\":[],$files}"
	[ "$(j '.attachments[0].name')" = i.txt ]
	[ "$(files_of_state | jq -c 'group_by(.) | map([length, .[0][0:2]])')" = '[[5,["i.txt",2]]]' ]
	for kind in releases requirements; do
		q POST $kind "{\"name\":\"r\",\"properties\":[],$files}"
		q GET "$kind/$(j .id)/attachments"
		[ "$body" = '[]' ]
	done
	for bad in '{"name":"x"}' '{"data":""}' '{"name":"x","data":"data:image/png;base64,aGk="}' '{"name":"","data":""}'; do
		q POST test-cases "{\"name\":\"c\",\"properties\":[],\"attachments\":[$bad]}"
		[ "$code" = 400 ]
	done
	mock_stop
	mock --file-limit 1
	q POST test-cases "{\"name\":\"c\",\"properties\":[],$files}"
	[ "$code" = 413 ]
	[ "$(mock_get size | jq .qtest.TC)" = 0 ]
}

@test "files are listed by the type of their owners, selected by repeated ids, author and date" {
	local one two
	mock --clock 2026-01-01T00:00:00Z
	echo x >data
	new_case
	one=$case
	upload "test-cases/$one" a data
	new_log
	two=$case
	upload "test-cases/$two" b data
	upload "test-cases/$two" c data
	upload "test-steps/$step" d data
	upload "test-step-logs/$step_log" e data
	q GET "attachments?type=test-cases"
	[ "$(j '[.total, .items[].name] | join(" ")')" = '3 a b c' ]
	q GET "attachments?type=test-cases&ids=$one&ids=$two&pageSize=2&page=2"
	[ "$(j '[.total, .page, .page_size, .items[].name] | join(" ")')" = '3 2 2 c' ]
	q GET "attachments?type=test-cases&ids=$one"
	[ "$(j '[.items[] | .name, .artifact_id] | join(" ")')" = "a $one" ]
	q GET "attachments?type=test-steps&ids=$step"
	[ "$(j '.items[].name')" = d ]
	q GET "attachments?type=test-cases&author=202"
	[ "$(j .total)" = 0 ]
	q GET "attachments?type=test-cases&createdDate=ge%202026-01-01T00:00:05Z"
	[ "$(j .total)" = 2 ]
	for bad in '' '?type=test-step-logs' '?type=test-runs' "?type=test-cases&ids=$one,$two" \
	    '?type=test-cases&createdDate=2026' '?type=test-cases&page=0'; do
		q GET "attachments$bad"
		[ "$code" = 400 ]
	done
}

@test "--unscanned needs forceDownload, and --file-version bumped makes a version of the case" {
	local file
	mock --unscanned --file-version bumped
	echo x >data
	new_case
	upload "test-cases/$case" a data
	file=$(j .id)
	download "test-cases/$case" "$file"
	[ "$code" = 403 ]
	download "test-cases/$case" "$file" '?forceDownload=true'
	[ "$code" = 200 ]
	cmp data got
	q GET "test-cases/$case"
	[ "$(j .version)" = 0.2 ]
	upload "test-steps/$step" b data
	[ "$code" = 404 ]
	q GET "test-cases/$case/test-steps"
	upload "test-steps/$(j '.[0].id')" b data
	[ "$code" = 201 ]
	q DELETE "test-cases/$case/blob-handles/$file"
	q GET "test-cases/$case"
	[ "$(j .version)" = 0.4 ]
	q POST requirements '{"name":"R","properties":[]}'
	q POST "requirements/$(j .id)/link?type=test-cases" "[$case]"
	q GET "test-cases/$case"
	[ "$(j .version)" = 0.5 ]
}

@test "--step-files kept gives the files of a step to the step of a PUT with its id" {
	local steps
	echo x >data
	for want in '' s.txt; do
		mock ${want:+--step-files kept}
		new_case
		upload "test-steps/$step" s.txt data
		steps="[{\"description\":\"new\",\"expected\":\"\"},{\"id\":$step,\"description\":\"d\",\"expected\":\"\"}]"
		q PUT "test-cases/$case" "{\"name\":\"c\",\"properties\":[],\"test_steps\":$steps}"
		[ "$code" = 200 ]
		q GET "test-cases/$case/test-steps"
		[ "$(j '[.[1].attachments[].name] | join(" ")')" = "$want" ]
		[ "$(j '.[0].attachments | length')" = 0 ]
		mock_stop
	done
}

@test "--step-files order gives the files of a step to the step of a PUT at the same place" {
	echo x >data
	mock --step-files order
	new_case
	upload "test-steps/$step" s.txt data
	q PUT "test-cases/$case" '{"name":"c","properties":[],"test_steps":[{"description":"new","expected":""},{"description":"d","expected":""}]}'
	[ "$code" = 200 ]
	q GET "test-cases/$case/test-steps"
	[ "$(j '[.[].attachments | length] | join(" ")')" = "1 0" ]
}

@test "--refuse-early answers before the body is sent, and a path of more than 8192 bytes is a 414" {
	mock --refuse-early --file-limit 1M --body-limit 1k
	head -c 3000000 /dev/zero >data
	new_case
	upload "test-cases/$case" a data
	[ "$code" = 413 ]
	[ "$(mock_get 'record?status=413' | jq -c '[.bytes_in, .acted]')" = '[0,false]' ]
	q POST modules "{\"name\":\"$(printf '%2000s' x)\"}"
	[ "$code" = 413 ]
	head -c 1000 data >fits
	upload "test-cases/$case" a fits
	[ "$code" = 201 ]
	q GET "attachments?type=test-cases$(printf '&ids=%.0s1' {1..1300})"
	[ "$code" = 200 ]
	q GET "attachments?type=test-cases$(printf '&ids=%.0s1234' {1..1000})"
	[ "$code" = 414 ]
}

@test "each fault meets uploads and downloads, and status-after answers so although it acted" {
	local file
	mock
	echo x >data
	new_case
	mock_post scenario >/dev/null 'match POST *blob-handles nth 1 do status 413
match POST *blob-handles nth 2 do status-after 500
match POST *blob-handles nth 3 do reset-after
match POST *blob-handles nth 4 do html200
match POST *blob-handles nth 5 do status 429 retry-after 0
match POST *blob-handles nth 6 do status-after 504 html
match POST *blob-handles nth 7 do cut 5
match POST *blob-handles nth 8 do expire-token'
	for want in 413 500 000 200 429 504 201 401; do
		upload "test-cases/$case" "n$want" data || :
		[ "$code" = "$want" ]
	done
	[ "$(names "test-cases/$case")" = 'n500 n000 n504 n201' ]
	q GET "test-cases/$case/attachments"
	file=$(j '.[0].id')
	mock_post scenario >/dev/null "match GET *attachments/$file nth 1 do truncate 1
match GET *attachments/$file nth 2 do cut 1"
	run ! download "test-cases/$case" "$file"
	run -0 download "test-cases/$case" "$file"
	[ "$(cat got)" = x ]
	[ "$(wc -c <got)" = 1 ]
}
