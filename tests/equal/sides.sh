# Sourced by run.sh and cost.sh: functions for the programs of both sides and for zmock.

# old_programs OLD: set old_bin to the programs of a commit, which are built
# once in $ZT_BUILD/equal-COMMIT, or to a directory of built programs.
old_programs() {
	local commit tree
	if [ -d "$1" ]; then
		old_bin=$(cd "$1" && pwd) && [ -x "$old_bin/zload" ] ||
		    { echo "$0: $1: no zload in this directory: give one of built programs" >&2; return 1; }
		return
	fi
	commit=$(git -C "$root" rev-parse --verify -q "$1^{commit}") ||
	    { echo "$0: $1: neither a directory nor a commit of this history" >&2; return 1; }
	tree=$ZT_BUILD/equal-${commit:0:12}
	mkdir -p "$tree"
	# use the default compiler and flags of the present programs
	( flock 9
	[ -e "$tree/built" ] || {
		git -C "$root" archive "$commit" | tar -x -C "$tree" &&
		make -s -j2 -C "$tree" SAN= WERROR= all && touch "$tree/built"
	} ) >"$tree/log" 2>&1 9>"$tree/lock" ||
	    { tail -n 20 "$tree/log" >&2; echo "$0: $1 cannot be built, see $tree/log" >&2; return 1; }
	old_bin=$tree/bin
}

# serve DIRECTORY PORT OPTION...: start zmock in a directory; sets mock and the variables
# of the APIs.  PORT 0 chooses a free one.
serve() {
	local dir=$1 word
	rm -f "$dir/listens"
	mkfifo "$dir/listens"
	"$mock_program" --port "$2" --project-key DEMO --seed 1 "${@:3}" \
	    >"$dir/listens" 2>"$dir/zmock.log" &
	mock=$!
	exec 8<"$dir/listens"
	read -rt 20 word port <&8 && [ "$word" = port ] ||
	    { cat "$dir/zmock.log" >&2; return 1; }
	site=http://127.0.0.1:$port
	export ZEPHYR_BASE_URL=$site/v2 ZEPHYR_API_TOKEN=zmock.zephyr.token
	export QTEST_BASE_URL=$site QTEST_API_TOKEN=zmock-qtest-token
	export ZEPHYR_PROJECT_KEY=DEMO QTEST_PROJECT_ID=1
}
serve_end() {
	[ -n "$mock" ] || return 0
	kill "$mock"
	wait "$mock" 2>/dev/null
	mock=
}
