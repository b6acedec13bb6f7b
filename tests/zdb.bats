#!/usr/bin/env bats
# databases: both
load helper
NO_TABLES=1		# the programs create the tables

rows() { zdb stats --format json | jq -r --arg t "$1" '.tables[] | select(.name == $t) | .rows'; }

@test "init creates the schema, migrate finds nothing to do, and both report it" {
	z 0 zdb init
	[[ $output == *"schema "*", was 0" ]]
	z 0 zdb migrate
	[[ $output == *"nothing to do" ]]
	[ "$(sql 'SELECT count(*) FROM schema_version')" = "$(ls "$ROOT"/lib/domain/schema/*.sql | wc -l)" ]
}

@test "stats counts rows, passes and runs, as text and as JSON" {
	z 0 zdb init
	sql "INSERT INTO folder (project, id, kind, name, head, head_hash, pass_seen, pass_changed)
	    VALUES ('P', 1, 'TEST_CASE', 'a', '{}', '', 1, 1), ('P', 2, 'TEST_CASE', 'b', '{}', '', 1, 1)"
	sql "INSERT INTO pass (project, n, opened_at, sealed_at, state) VALUES ('P', 1, 1767225600000, 1767225601000, 'sealed')"
	sql "INSERT INTO run (id, job, tool, version, project, started_at, ended_at, status, error)
	    VALUES ('R1', 'x', 'zload', '0', 'P', 1767225600000, NULL, NULL, NULL)"
	z 0 zdb stats --format json
	[ "$(jq -r '.tables[] | select(.name == "folder") | .rows' <<<"$output")" = 2 ]
	[ "$(jq -c '.passes' <<<"$output")" = '[{"n":1,"opened":"2026-01-01T00:00:00Z","project":"P","sealed":"2026-01-01T00:00:01Z","state":"sealed"}]' ]
	[ "$(jq -r '.runs[0] | .id, .ended, .status' <<<"$output" | tr '\n' ' ')" = "R1 null null " ]
	[ "$(jq '.size > 1000 and .schema >= 4' <<<"$output")" = true ]
	z 0 zdb stats
	[[ $output == *"folder "*" 2"* && $output == *"sealed"* && $output == *"R1 "* ]]
}

@test "options can be before or after the command" {
	z 0 zdb --db "$ZTOQ_DB" init
	z 0 zdb stats --db "$ZTOQ_DB" --format json
	z 0 zdb --format json stats
	z 64 zdb stats more
	z 64 zdb nonsense
	z 64 zdb
	z 64 zdb stats --nonsense
}

@test "cleanup lists the rows that it would remove, and removes them with --yes" {
	z 0 zdb init
	sql "INSERT INTO project (key, id, source, line) VALUES ('P', 1, 'x', '{}'), ('Q', 2, 'x', '{}')"
	sql "INSERT INTO pass (project, n, opened_at, state) VALUES ('P', 1, 0, 'open'), ('Q', 1, 0, 'open')"
	sql "INSERT INTO ledger (target, kind, ekey, project, stream, skey, phase, ord, state, created_at)
	    VALUES ('q/1', 'case', 'P-T1', 'P', 'test_cases', 'P-T1', 1, 1, 'done', 0)"
	z 64 zdb cleanup
	z 64 zdb cleanup -p P
	[[ $output == *"pass "*" 1"* && $output == *"2 rows of project P would be removed"* ]]
	[[ $stderr == *"--yes"* ]]
	[ "$(rows pass)" = 2 ]
	z 0 zdb cleanup -p P --plan
	[ "$(rows pass)" = 2 ]
	z 0 zdb cleanup -p P --yes
	[[ $output == *"2 rows of project P removed"* && $output == *"a ledger of 1 effect is kept"* ]]
	[ "$(rows pass) $(rows project) $(rows ledger)" = "1 1 1" ]
	[ "$(sql "SELECT project FROM pass")" = Q ]
	z 64 zdb cleanup -p P --ledger
	[[ $output == *"q/1: a ledger of 1 effect would be forgotten"*"--adopt"* ]]
	z 0 zdb cleanup -p P --yes --ledger
	[[ $output == *"q/1: a ledger of 1 effect is forgotten"* ]]
	[ "$(rows ledger)" = 0 ]
}

@test "cleanup removes the files that no other project has, and incomplete ones" {
	z 0 zdb init
	a=$(printf '%064d' 1) b=$(printf '%064d' 2) c=$(printf '%064d' 3) d=$(printf '%064d' 4)
	mkdir -p files/00
	for f in "$a" "$b" "$c"; do echo x >"files/00/$f"; done
	sql "INSERT INTO attachment_blob (sha256, size, place, at) VALUES ('$a', 2, 'dir:$T/files', 1),
	    ('$b', 2, 'dir:$T/files', 1), ('$c', 2, 'dir:$T/files', 1), ('$d', 2, 'db', 1)"
	sql "INSERT INTO attachment_chunk (sha256, n, bytes) VALUES ('$d', 0, 'x'), ('torn', 0, 'x'),
	    ('torn', 1, 'x')"
	sql "INSERT INTO attachment (project, stream, owner_key, id, name, sha256, state, pass_seen)
	    VALUES ('P', 'test_cases', 'P-T1', 1, 'f', '$a', 'held', 1),
	    ('P', 'test_cases', 'P-T1', 2, 'f', '$b', 'held', 1),
	    ('Q', 'test_cases', 'Q-T1', 1, 'f', '$b', 'held', 1)"
	sql "INSERT INTO inline_url (project, host, url_hash, url, name, sha256, state)
	    VALUES ('Q', 'h', 'u', 'u', 'n', '$c', 'held')"
	z 0 zdb cleanup -p P --plan
	[[ $output == *"files "*" 2 (4 bytes)"*"incomplete files "*" 1"* ]]
	[ "$(rows attachment_blob) $(rows attachment_chunk)" = "4 3" ]
	z 0 zdb cleanup -p P --yes
	[ "$(sql "SELECT sha256 FROM attachment_blob ORDER BY 1" | tr '\n' ' ')" = "$b $c " ]
	[ "$(rows attachment_chunk)" = 0 ]
	[ "$(ls files/00 | tr '\n' ' ')" = "$b $c " ]
	z 0 zdb cleanup -p Q --yes
	[ "$(rows attachment_blob)" = 0 ]
	[ -z "$(ls files/00)" ]
}

@test "cleanup is refused while a run is active" {
	z 0 zdb init
	sql "INSERT INTO claim (kind, key, lease, until) VALUES ('zload', 'q/1', 'x', 99999999999999)"
	z 78 zdb cleanup -p P --yes
	[[ $stderr == *"another run is using it"* ]]
}

@test "a database of a newer version is refused with 78" {
	z 0 zdb init
	sql "INSERT INTO schema_version (version, name, applied_at) VALUES (99, 'x', 0)"
	z 78 zdb migrate
	[[ $stderr == *"written by a newer ztoq (schema 99, this program knows "*"upgrade ztoq"* ]]
	z 78 zdb stats
}

@test "a malformed URL ends with 64, a database that cannot be opened with 74" {
	z 64 zdb init --db mysql://x/y
	z 64 zdb init --db sqlite:
	z 74 zdb init --db sqlite:/nowhere/x.db
	[[ $stderr == *"No such file or directory"* ]]
	echo "this is text, and more of it than a header has: no database" >text
	z 74 zdb init --db sqlite:text
	[[ $stderr == *"is not a database"* ]]
	z 74 zdb init --db postgresql://127.0.0.1:1/x
	[[ $stderr == *"refused"* ]]
}

@test "a password on the command line is refused and not repeated" {
	z 64 zdb init --db postgresql://u:hushhush@127.0.0.1:1/x
	[[ $stderr == *ZTOQ_DB* && $stderr == *PGPASSWORD* && $stderr == *PGPASSFILE* ]]
	[[ $stderr != *hushhush* ]]
	ZTOQ_DB=postgresql://u:hushhush@127.0.0.1:1/x z 74 zdb init
	[[ $stderr != *hushhush* ]]
}

@test "a password works from ZTOQ_DB, PGPASSWORD, PGPASSFILE and --config" {
	[ "$ZT_DB" = postgres ] || skip "PostgreSQL only"
	word=$(cut -d: -f5 "$PGPASSFILE")
	bare=$ZTOQ_DB
	unset PGPASSFILE ZTOQ_DB
	z 74 zdb init --db "$bare"
	ZTOQ_DB=${bare/ztoq@/ztoq:$word@} z 0 zdb init
	[[ $output$stderr != *"$word"* ]]
	PGPASSWORD=$word z 0 zdb stats --db "$bare"
	printf 'PGPASSWORD=%s\nZTOQ_DB=%s\n' "$word" "$bare" >env
	chmod 600 env
	z 0 zdb stats --config env -v
	[[ $output$stderr != *"$word"* ]]
	export PGPASSFILE=$ZT_PG/pgpass
}

@test "ztoq workflow encodes user, host and database in the URL" {
	[ "$ZT_DB" = postgres ] || skip "PostgreSQL only"
	local url=${ZTOQ_DB#*//} user='w@rk:er/%41 ü?' base="a b/c?d#${ZTOQ_DB##*/}"
	local port=${url#*:}
	port=${port%%/*}
	psql -q -d "$ZTOQ_DB" -c "CREATE ROLE \"$user\" LOGIN SUPERUSER PASSWORD 'sesame'" \
	    -c "CREATE DATABASE \"$base\""
	unset ZTOQ_DB
	export PGPASSWORD=sesame
	open() { ztoq workflow status --db-type postgresql --username "$user" --port "$port" "$@"; }
	zw 78 open --host 127.0.0.1 --database "$base" --project-key NONE
	[[ $stderr == *"no data of project NONE"* ]]
	zw 74 open --host /no/such/dir --database x
	[[ $stderr == *"/no/such/dir/.s.PGSQL.$port"* ]]
	zw 74 open --host ::2 --database x
	[[ $stderr == *"::2"* ]]
	z 64 open --port 54x
}

@test "ztoq workflow refuses a pattern as a phase" {
	touch extract
	z 64 ztoq workflow run --project-key P --phases 'extr?ct'
	[[ $stderr == *'unknown phase: extr?ct'* ]]
}

@test "a full disk is reported" {
	[ "$ZT_DB" = sqlite ] || skip "SQLite only"
	mkdir small
	mount -t tmpfs -o size=96k none small 2>/dev/null || skip "may not mount"
	run --separate-stderr zdb init --db sqlite:small/x.db
	umount small
	[ "$status" -eq 74 ]
	[[ $stderr == *"disk full"* ]]
}

@test "standard output that cannot be written ends with 74" {
	z 0 zdb init
	run --separate-stderr bash -c 'zdb stats >/dev/full'
	[ "$status" -eq 74 ]
	[[ $stderr == *"No space left"* ]]
}

@test "eight processes at once create one schema" {
	for i in 1 2 3 4 5 6 7 8; do zdb init >out$i 2>&1 3>&- & done
	for i in 1 2 3 4 5 6 7 8; do wait -n; done
	cat out*
	[ "$(grep -c 'was 0' out* | awk -F: '{ n += $2 } END { print n }')" = 1 ]
	[ "$(grep -lc 'schema ' out* | wc -l)" = 8 ]
}

@test "ztoq-db(5) describes every table and view, and no other" {
	z 0 zdb init
	case $ZTOQ_DB in
	sqlite:*) sql "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')
		    AND name NOT LIKE 'sqlite_%'" ;;
	*)	sql "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'" ;;
	esac | sort >there
	[ "$(wc -l <there)" -gt 30 ]
	sed -n 's/^\.It Li //p' "$ROOT/man/ztoq-db.5" | sed 's/ , /\n/g' | sort >told
	diff there told >&2
}
