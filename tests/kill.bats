# After kill -9 of any stage or of all at any point, the same command ends like an
# uninterrupted run.
# databases: both
load helper

SMALL=(--seed 5 --cases 40 --executions 110 --folders 10 --cycles 6 --plans 2)
FILES=(--seed 7 --cases 12 --executions 16 --cycles 3 --plans 2 --folders 4 --attachments 24 --file-names percent --integration DEMO,MOVED)
STAGES=(zextract zvalidate ztransform zload all)

# store the state of qTest after an uninterrupted run, and its number of requests
setup_file() {
	setup
	mock "${SMALL[@]}" && ztoq migrate -q || { end_processes; return 1; }
	mock_state >"$BATS_FILE_TMPDIR/clean"
	mock_requests >"$BATS_FILE_TMPDIR/requests"
	end_processes
	# and that of a load with files, some of which go in the requests of their objects, with
	# defects, and with texts that mention other objects
	export ZTOQ_INLINE_LIMIT=2000
	fresh_db first
	mock "${FILES[@]}" && read_files && mock_forget && zload -q <target || { end_processes; return 1; }
	files_state >"$BATS_FILE_TMPDIR/files"
	mock_requests >"$BATS_FILE_TMPDIR/load"
	end_processes
	fresh_db second
	mock "${FILES[@]}" && read_files && share
}
read_files() {
	mock_post 'edit?what=case&do=change&key=DEMO-T1&step=1&text=as+DEMO-T3' >/dev/null
	mock_post 'edit?what=execution&do=change&key=DEMO-E2&comment=like+DEMO-T4' >/dev/null
	JIRA_BASE_URL=$MOCK JIRA_USER=jira@zmock.test JIRA_API_TOKEN=zmock.jira.token zextract -q --attachments steps |
	    ztransform -q >target
}
# files_state: print the state of qTest without the port of zmock, which is in links
files_state() { mock_state | sed "s|$MOCK|MOCK|g"; }

# pids_of STAGE DRIVER: print the processes to kill
pids_of() {
	if [ "$1" = all ]; then
		echo "$2 $(pgrep -P "$2" | tr '\n' ' ')"
	else
		pgrep -P "$2" -x "$1" | tr '\n' ' '
	fi
}

# start: start a migration in the background; sets $driver
start() {
	ztoq migrate -q >"$T/driver.log" 2>&1 3>&- &
	driver=$!
	kill_at_end "$driver"
}

# kill_at STAGE N: start a migration and kill -9 the stage after N requests; return 1 if
# the migration ended before that, 2 if it failed
kill_at() {
	local p st=0 spare
	spare=$(idle_pipe)
	start
	until [ "$(mock_requests)" -ge "$2" ]; do
		kill -0 "$driver" 2>/dev/null || break
		read -rt 0.02 <>"$spare" || :
	done
	p=$(pids_of "$1" "$driver")
	# shellcheck disable=SC2086
	[ -z "$p" ] || kill -9 $p 2>/dev/null || :
	wait "$driver" 2>/dev/null || st=$?
	case $st in
	137)	return 0 ;;
	0)	return 1 ;;
	esac
	cat "$T/driver.log" >&2
	echo "a run of which $1 was killed ended with $st" >&2
	return 2
}

# same_end: run again without a kill; qTest must be as after an uninterrupted run
same_end() {
	zw 0 timeout 120 ztoq migrate -q || return 1
	mock_state >state
	cmp "$BATS_FILE_TMPDIR/clean" state || {
		diff <(jq . "$BATS_FILE_TMPDIR/clean") <(jq . state) | head -40 >&2
		return 1
	}
}

@test "after kill -9 of a stage or of all at random points the same command completes the migration" {
	local draw hits=0 n of rc stage points
	RANDOM=$((ZT_SEED % 32768))
	export ZTOQ_SETTLE=200ms
	of=$(cat "$BATS_FILE_TMPDIR/requests")
	points=10		# on each of two databases
	[ -z "$ZT_SOAK" ] || points=100
	# a stage may have ended before the kill; then another point is drawn
	for ((draw = 1; hits < points && draw <= 6 * points; draw++)); do
		stage=${STAGES[RANDOM % ${#STAGES[@]}]}
		n=$((RANDOM % of + 1))
		echo "draw $draw: $stage at request $n of $of (ZT_SEED=$ZT_SEED)" >&2
		rm -f ztoq.db*
		[ "$ZT_DB" = sqlite ] || fresh_db
		mock "${SMALL[@]}"
		rc=0
		kill_at "$stage" "$n" || rc=$?
		[ "$rc" -le 1 ]
		if [ "$rc" -eq 0 ]; then
			hits=$((hits + 1))
			same_end
		fi
		mock_stop
	done
	echo "# $hits kills of $((draw - 1)) draws" >&3
	[ "$hits" -eq "$points" ]
}

@test "a migration that is killed several times ends like an uninterrupted one" {
	local at hits=0 of rc
	RANDOM=$(((ZT_SEED + 7) % 32768))
	export ZTOQ_SETTLE=200ms
	of=$(cat "$BATS_FILE_TMPDIR/requests")
	mock "${SMALL[@]}"
	for ((at = 0; at < 4; at++)); do
		rc=0
		kill_at all $(($(mock_requests) + RANDOM % (of / 4) + 1)) || rc=$?
		[ "$rc" -le 1 ]
		[ "$rc" -ne 0 ] || hits=$((hits + 1))
	done
	echo "# $hits kills" >&3
	[ "$hits" -ge 2 ]
	same_end
}

# load_killed N: load with a kill -9 by the Nth request, which takes effect; return 1 if
# zload ended before it, 2 if it failed
load_killed() {
	local pid st=0
	rm -f go
	mkfifo go
	sh -c 'read -r _ <go; exec zload -q --in-flight "$1" <"$2"' sh "$width" "$BATS_FILE_TMPDIR/target" 2>err 3>&- &
	pid=$!
	mock_post scenario "match * /api/v3/* nth $1 do kill $pid" >/dev/null
	echo >go
	wait "$pid" || st=$?
	mock_post scenario '# none' >/dev/null
	case $st in
	137)	return 0 ;;
	0)	return 1 ;;
	esac
	cat err >&2
	return 2
}

@test "after kill -9 of zload at random requests of a load with files and links the same command completes it" {
	local hits=0 of n rc points=10 width=1
	RANDOM=$(((ZT_SEED + 3) % 32768))
	export ZTOQ_SETTLE=200ms ZTOQ_INLINE_LIMIT=2000
	of=$(cat "$BATS_FILE_TMPDIR/load")
	[ -z "$ZT_SOAK" ] || points=100
	while [ "$hits" -lt "$points" ]; do
		shared
		width=$((9 - width))		# 1 or 8 requests in flight
		# kill the same load up to three times
		for ((n = RANDOM % 3; n >= 0; n--)); do
			at=$((RANDOM % of + 1)) rc=0
			echo "kill at request $at of $of, $width in flight (ZT_SEED=$ZT_SEED)" >&2
			load_killed "$at" || rc=$?
			[ "$rc" -le 1 ]
			[ "$rc" -eq 0 ] || break
			hits=$((hits + 1)) of=$((of / 2))
		done
		of=$(cat "$BATS_FILE_TMPDIR/load")
		zw 0 zload -q <"$BATS_FILE_TMPDIR/target"
		files_state | cmp "$BATS_FILE_TMPDIR/files" - || {
			diff <(jq . "$BATS_FILE_TMPDIR/files") <(files_state | jq .) | head -40 >&2
			return 1
		}
	done
	mock_forget
	zw 0 zload -q <"$BATS_FILE_TMPDIR/target"
	[ "$(mock_writes)" -eq 0 ]
	echo "# $hits kills" >&3
}

@test "a create that takes effect after zload was killed is found and not repeated" {
	local what
	export ZTOQ_SETTLE=2s
	for what in '*/test-cases' '*/test-runs'; do
		rm -f ztoq.db*
		[ "$ZT_DB" = sqlite ] || fresh_db
		echo "match POST $what nth 5 do late 1200" >late
		mock "${SMALL[@]}" --scenario late
		start
		until [ "$(mock_get scenario | jq -s 'map(.played) | add')" -ge 1 ]; do
			kill -0 "$driver"
		done
		# shellcheck disable=SC2046
		kill -9 $(pids_of all "$driver") || :
		wait "$driver" || :
		same_end
		mock_stop
	done
}

@test "a request that took effect before a connection reset is not repeated" {
	export ZTOQ_SETTLE=200ms
	cat >resets <<-'END'
	match POST */test-cases nth 7 do reset-after
	match POST */modules nth 3 do reset-after
	match POST */test-cycles nth 2 do reset-after
	match POST */test-runs nth 11 do reset-after
	match POST */test-logs nth 13 do reset-after
	match PUT */approve nth 4 do reset-after
	match POST */releases nth 1 do reset-after
	END
	mock "${SMALL[@]}" --scenario resets
	same_end
	[ "$(mock_get scenario | jq -s 'map(.played) | add')" -eq 7 ]
}

@test "the database is synced between an intent and its request" {
	[ "$ZT_DB" = sqlite ] || skip "PostgreSQL syncs in its own process"
	[ -z "${ZT_SAN-}" ] || skip "no leak sanitizer under strace"
	mock "${SMALL[@]}"
	zextract -q | ztransform -q >target.ndjson
	strace -f -yy -s 24 -o trace -e trace=pwrite64,write,fsync,fdatasync,sendto,sendmsg,writev \
	    zload -q <target.ndjson
	awk '
	/ pwrite64\([0-9]+<[^>]*-wal>/	{ dirty = 1; wal++ }
	/ f(data)?sync\([0-9]+<[^>]*-wal>/	{ dirty = 0; synced++ }
	/ (sendto|sendmsg|write|writev)\([0-9]+<TCP.*"(POST|PUT)/ {
		sent++
		if (dirty) { print "sent before it was synced: " $0; bad = 1 }
	}
	END { print wal " writes, " synced " syncs, " sent " requests"
		exit bad || sent < 50 || synced < 5 }' trace >&2
}
