# A database and a qTest project of the previous version: the next run writes the known
# corrections, and the one after it writes nothing.  The programs of that version are
# built from the history.
# databases: both
load helper
NO_TABLES=1		# the programs create the tables

OLD=5d5778f
SMALL=(--seed 11 --cases 40 --executions 120 --folders 10 --cycles 6 --plans 3)

# build once: the file runs on both databases at the same time
setup_file() {
	ROOT=$(cd "$BATS_TEST_DIRNAME/.." && pwd)
	OLD_TREE=${ZT_BUILD:-$ROOT/build}/old-$OLD
	export OLD_TREE
	git -C "$ROOT" cat-file -e "$OLD^{commit}" 2>/dev/null || return 0
	mkdir -p "$OLD_TREE"
	flock "$OLD_TREE/lock" sh -ec '
		cd "$OLD_TREE"
		[ ! -e built ] || exit 0
		git -C "$1" archive "$2" | tar x
		make -s -j2 CC=cc CFLAGS=-O0 WERROR= SAN= bin/zextract bin/ztransform \
		    bin/zload bin/zmock
		touch built' sh "$ROOT" "$OLD" >"$BATS_FILE_TMPDIR/build.log" 2>&1 3>&- ||
	    { cat "$BATS_FILE_TMPDIR/build.log" >&2; return 1; }
}
prepare() {
	[ -e "$OLD_TREE/built" ] ||
	    skip "the history here does not hold $OLD: a shallow clone or a tarball"
	export ZTOQ_SETTLE=1s
}

# old PROGRAM ARG...: run a program of the previous version
old() { local p=$1; shift; "$OLD_TREE/bin/$p" "$@"; }
old_load() {
	old zextract -q | old ztransform -q | old zload -q 2>old.err ||
	    [ $? -eq "${1-0}" ] || { cat old.err >&2; return 1; }
}
# writes: print the writes since mock_forget: method, pattern, status and count
writes() {
	mock_get counts | jq -r 'to_entries[] | select(.key | test("^(POST|PUT|DELETE) "))
	    | "\(.key) \(.value)"' | sort
}

# only ERE: all writes since mock_forget match and succeeded
only() { writes >&2; [ -z "$(writes | grep -vE "^($1) 20[0-9] [0-9]+\$")" ]; }

# The corrections of this version, listed in CHANGELOG.md: results of steps, notes and
# order of step logs in logs; planned runs; the type of web links.  No object is created
# again, and no description is rewritten for its marker alone.
LOGS='PUT /api/v3/projects/\{\}/test-runs/\{\}/test-logs/\{\}'
RUNS='PUT /api/v3/projects/\{\}/test-runs/\{\}'
WEB='PUT /api/v3/projects/\{\}/(test-cases/\{\}|test-cases/\{\}/approve|test-cycles/\{\}|releases/\{\})'

# a case, cycle or plan is written again only if it has a web link, or names a test object
web_links() {
	local path stream kind
	while read -r path stream kind; do
		[ "$(mock_count "PUT .*/$path/[^/]* 200")" -eq "$(sql "SELECT (SELECT count(DISTINCT key)
		    FROM link WHERE stream = '$stream' AND kind = 'web') + (SELECT count(*) FROM ledger
		    WHERE kind = 'relink' AND verb = 'update' AND ekey LIKE '$kind/%')")" ] || return 1
	done <<-'END'
	test-cases test_cases case
	test-cycles test_cycles cycle
	releases test_plans release
	END
}

# codes: print each loss with its code
codes() { sql "SELECT code, stream, key, field, change, reason FROM loss" | sort; }

@test "losses of older versions get the code that the map gives to such a change" {
	z 0 zdb init
	# the column stream contains the expected code
	jq -rs --arg q "'" 'def quoted: $q + (gsub($q; $q + $q)) + $q;
	    [.[] | select(.type == "RECORD") | .z.changes[]] | unique | to_entries
	    | map("(" + ([.key | tostring] + (.value | [.code, .field, .change, .reason])
		| map(quoted) | join(", ")) + ", 1)")
	    | "INSERT INTO loss (project, key, stream, field, change, reason, at) VALUES "
		+ (map("(\($q)P\($q), " + .[1:]) | join(",\n"))' \
	    "$ROOT"/tests/golden/*.out.ndjson >fill.sql
	sql "$(cat fill.sql)"
	sql "$(sed -n '/^UPDATE loss/,/;/p' "$ROOT/lib/domain/schema/0015_code.sql")"
	[ "$(sql 'SELECT count(DISTINCT code) FROM loss')" -gt 25 ]
	sql 'SELECT stream, code, change, field, reason FROM loss WHERE code <> stream' >&2
	[ "$(sql 'SELECT count(*) FROM loss WHERE code <> stream')" -eq 0 ]
}

@test "a column with two meanings becomes two columns" {
	PATH=$OLD_TREE/bin:$PATH mock "${SMALL[@]}"
	old_load
	id=$(sql "SELECT max(id) FROM test_execution WHERE marks <> ''")
	sql "UPDATE test_execution SET script = '[]', marks = 'unread Zephyr answers 500 for it'
	    WHERE id = $id"
	sql "SELECT ekey, detail FROM ledger WHERE kind = 'run' AND detail IS NOT NULL" | sort >ends
	sql "SELECT ekey, detail FROM ledger WHERE kind = 'approve' AND detail IS NOT NULL" | sort >steps
	[ "$(wc -l <ends)" -gt 30 ]
	[ "$(wc -l <steps)" -gt 10 ]
	z 0 zdb migrate
	[ "$(sql "SELECT results, step_slots, results_unread FROM test_execution
	    WHERE results_unread IS NOT NULL")" = '[]||Zephyr answers 500 for it' ]
	sql "SELECT ekey, last_log_ms FROM ledger WHERE last_log_ms IS NOT NULL" | sort | diff ends - >&2
	sql "SELECT ekey, steps FROM ledger WHERE steps IS NOT NULL" | sort | diff steps - >&2
	zw 0 sh -c 'zextract -q >out'
	jq -se --argjson id "$id" '[.[] | select(.record.stepsUnread != null)]
	    | length == 1 and (.[0].record | .id == $id and .steps == []
		and .stepsUnread == "Zephyr answers 500 for it")' out
}

@test "a migration of the previous version continues: only its errors are corrected, once" {
	PATH=$OLD_TREE/bin:$PATH mock "${SMALL[@]}"
	old_load
	mock_get size >before
	[ "$(mock_count 'POST .*/test-logs 201')" -gt 50 ]
	mock_forget
	z 0 zdb migrate
	codes >migrated
	zw 0 ztoq migrate -q
	only "$LOGS|$RUNS|$WEB"
	web_links
	# the schema migration gave the code that the map gives to the same change
	codes >today
	awk -F '|' '{ of = substr($0, length($1) + 2) }
	NR == FNR { code[of] = $1; next }
	of in code { same++; if (code[of] != $1) { print "was " code[of] ": " $0; bad = 1 } }
	END { print same " of the same"; exit bad || same < 40 }' migrated today >&2
	[ "$(cut -d '|' -f 1 migrated | sort -u | wc -l)" -gt 10 ]
	[ -z "$(grep '^|' migrated)" ]
	mock_get size >after
	mock_forget
	z 0 ztoq migrate -q
	only ''
	z 0 ztoq validate --reconcile
	# no object is created
	diff <(jq -S 'del(.. | .requests?)' before) <(jq -S 'del(.. | .requests?)' after) >&2
}

@test "on a site with the vendor's shape of answers the next run corrects misread values, once" {
	mock "${SMALL[@]}"
	old_load 3
	refused=$(sql "SELECT count(*) FROM ledger WHERE kind = 'log' AND state = 'failed'")
	mock_forget
	z 0 zdb migrate
	zw 0 ztoq migrate -q
	only "$LOGS|$RUNS|$WEB|POST /api/v3/projects/\{\}/test-runs/\{\}/test-logs"
	[ "$(mock_count 'POST .*')" -eq "$refused" ]
	[ "$(mock_count "$LOGS 200")" -gt 50 ]
	web_links
	mock_forget
	z 0 ztoq migrate -q
	only ''
	z 0 ztoq validate --reconcile
}
