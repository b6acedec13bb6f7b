# The commands of the manual pages, taken from the pages as mandoc shows them (which
# may lose quotes) and run unchanged.
load helper

prepare() {
	mkdir tools
	# an editor that fills in settings or corrects records
	cat >tools/vi <<-'END'
	#!/bin/sh
	case $1 in *.ndjson)
		jq -c '.record.name |= "Mended " + .' "$1" >mended && exec mv mended "$1" ;;
	esac
	sed -i "s|^ZEPHYR_BASE_URL=.*|ZEPHYR_BASE_URL=$MOCK/v2|
	    s|^QTEST_BASE_URL=.*|QTEST_BASE_URL=$MOCK|
	    s|^QTEST_PROJECT_ID=.*|QTEST_PROJECT_ID=1|
	    s|/etc/ztoq/|$T/|
	    s|^ZTOQ_DB=.*|ZTOQ_DB=sqlite:atlas.db|" "$1"
	END
	printf '#!/bin/sh\nexec cat\n' >tools/target-csv
	chmod 755 tools/*
	PATH=$T/tools:$PATH
}

# shown FORM PAGE: print a page as a terminal shows it
shown() { mandoc -T "$1" -O width=78 "$ROOT/man/$2" | sed $'s/.\b//g'; }

# typed FORM PAGE: print its commands as "BLOCK command", each with a NUL; a command
# continues on lines with the same indent
typed() {
	shown "$1" "$2" | awk '
	    function done() { if (cmd != "") printf "%d %s%c", block, cmd, 0; cmd = "" }
	    { match($0, /^ */); at = RLENGTH; text = substr($0, at + 1) }
	    at > 0 && text ~ /^(\$ |0 2 \* \* \* |zextract \| )/ {
		done(); if (!on) block++; on = 1; indent = at
		sub(/^(\$|0 2 \* \* \*) /, "", text); cmd = text; next }
	    on && text != "" && at >= indent { cmd = cmd "\n" text; next }
	    { done(); on = 0 }
	    END { done() }' indent=0
}

# fresh: start with an empty directory, database and target, and the settings that an
# example needs if it names none
fresh() {
	end_processes
	mkdir "$T/$1"
	cd "$T/$1"
	mock --project-key ATLAS --cases 12 --executions 14 --folders 8 --cycles 4 --plans 2
	export ZEPHYR_PROJECT_KEY=ATLAS
	unset ZTOQ_DB
	cp "$ROOT/pipelines/env.example" .
	printf '%s\n' "$ZEPHYR_API_TOKEN" >"$T/zephyr.token"
	printf '%s\n' "$QTEST_API_TOKEN" >"$T/qtest.token"
	chmod 600 "$T"/*.token
}
settings() {
	cp env.example atlas.env
	chmod 600 atlas.env
	vi atlas.env
}
# given: prepare the files that an example needs, by PAGE:BLOCK
given() {
	case $1 in
	zextract.1:2)	folder=$(zextract -q | jq -sr 'map(.record.folder.path? // empty |
			    select(length == 2))[0] | join("/")')
			rm ztoq.db ;;
	zextract.1:3)	zextract -q >first
			mock_post 'edit?what=case&do=change&key=ATLAS-T2&name=New+one' >edited ;;
	zload.1:[23])	zextract -q | ztransform -q >out ;;
	zvalidate.1:1|ztoq-db.5:1|zrollback.1:*)
			ztoq migrate -q ;;
	zreport.1:1)	ztoq migrate -q
			ztoq validate -q --reconcile ;;
	ztoq-db.5:2)	ztoq migrate -q
			sqlite3 ztoq.db "UPDATE ledger SET state = 'failed' WHERE kind = 'run'" ;;
	ztoq-stream.5:4)
			mkdir rules
			echo 'select(.key == "ATLAS-T1") | stop("mine"; "no")' >rules/source_test_cases.jq
			zextract -q | zvalidate -q --rules rules -r rejects.ndjson |
			    ztransform -q | zload -q || [ "$?" -eq 3 ]
			[ -s rejects.ndjson ] ;;
	ztransform.1:1)	mkdir atlas-map
			shown utf8 ztoq-map.5 | sed -n '/^EXAMPLES/,/}/{/^ *["{]/p;}' |
			    jq --slurpfile row /dev/stdin '.fields += $row' \
			    "$ROOT/src/ztransform/map/map.json" >atlas-map/map.json ;;
	ztoq.1:1|ztoq.1:2)
			settings ;;
	esac
	# an example with a settings file runs without variables
	case $1 in ztoq.1:*|ztoq.7:2)
		for v in $(compgen -e | grep -E '^(ZEPHYR|QTEST|ZTOQ)_'); do unset "$v"; done ;;
	esac
}

# held: check that the last command of a block did what the page describes
held() {
	case $1 in
	zdb.1:1)	jq -e . <<<"$output" ;;
	zextract.1:1|ztoq-stream.5:1|ztoq-stream.5:2)
			[ "$output" -eq 12 ] ;;
	zextract.1:2)	[ "$(mock_count 'POST .*/test-cases 200')" -eq 12 ] ;;
	zextract.1:3)	[ "$(grep -c '"RECORD"' again.ndjson)" -ge 30 ]
			grep -q '"name":"New one"' new.ndjson
			run -1 grep -q '"name":"New one"' again.ndjson ;;
	zextract.1:4)	[[ $output == *'"stream":"test_executions"'* ]] ;;
	zextract.1:5)	[[ $output == *'"type":"SCHEMA"'* && $output != *'"type":"META"'* ]] ;;
	zload.1:1|ztransform.1:2)
			[ "$(mock_writes)" -eq 0 ] ;;
	zload.1:[23]|ztransform.1:1|ztoq.1:*|ztoq.7:*)
			[ "$(mock_count 'POST .*/test-cases 200')" -eq 12 ] ;;
	zreport.1:1)	[ -s report.txt ] ;;
	ztoq-db.5:*)	[ -n "$output" ] ;;
	ztoq-stream.5:3) [ "$(mock_state | jq '[.. | .name? // empty |
			    select(startswith("Old: "))] | length')" -ge 12 ] ;;
	ztoq-stream.5:4) [[ $(mock_state) == *'"Mended '* ]] ;;
	zvalidate.1:1)	[[ $output == *' 0 differ'* ]] ;;
	zrollback.1:1)	[ "$(wc -l <plan)" -gt 30 ] ;;
	zrollback.1:2)	mock_state | jq -e '[.. | .runs? // empty | .[]] == []' ;;
	esac
}

# page NAME COMMANDS: run all commands of a page, whose number must be COMMANDS
page() {
	local block last=0 cmd want ran=0
	while read -rd '' block cmd; do
		echo "# $1:$block: $cmd" >&2
		if [ "$block" != "$last" ]; then
			[ "$last" = 0 ] || held "$1:$last"
			fresh "$block"
			given "$1:$block"
			last=$block
		fi
		cmd=${cmd//\/etc\/ztoq\//} cmd=${cmd//Login\/SSO/\'$folder\'} want=0
		# a part of the project, as zextract(1) describes
		case $cmd in *--folder*|*--select*) want=75 ;; esac
		z "$want" bash -o pipefail -c "$cmd" 3>&-
		ran=$((ran + 1))
	done < <(typed utf8 "$1")
	[ "$last" = 0 ] || held "$1:$last"
	[ "$ran" -eq "$2" ]
}

@test "zextract(1)" { page zextract.1 7; }
@test "zvalidate(1)" { page zvalidate.1 2; }
@test "ztransform(1)" { page ztransform.1 2; }
@test "zload(1)" { page zload.1 6; }
@test "zreport(1)" { page zreport.1 5; }
@test "zrollback(1)" { page zrollback.1 4; }
@test "zdb(1)" { page zdb.1 2; }
@test "ztoq(1)" { page ztoq.1 3; }
@test "ztoq(7)" { page ztoq.7 10; }
@test "ztoq-db(5)" { page ztoq-db.5 2; }
@test "ztoq-map(5)" { page ztoq-map.5 0; }
@test "ztoq-glossary(7)" { page ztoq-glossary.7 0; }
@test "ztoq-stream(5)" { page ztoq-stream.5 5; }

# The example of zmock(1) is a script, which zmock.bats runs.
@test "every page is tested above, and every output format shows the same examples" {
	local p name
	for p in "$ROOT"/man/*.[1-9]; do
		name=${p##*/}
		[ "$name" = zmock.1 ] ||
		    grep -q "^@test .* { page $name [0-9]" "$BATS_TEST_FILENAME"
		typed utf8 "$name" >utf8
		typed ascii "$name" >ascii
		cmp utf8 ascii
		# a dollar or a literal display in the source is an example, too
		[ "$(tr -cd '\0' <utf8 | wc -c)" -eq \
		    "$(grep -Ec '^(\.Dl )?(\$ |0 2 \* |zextract \| )' "$p")" ]
	done
}
