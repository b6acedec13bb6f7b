#!/usr/bin/env bats
# Replay of the kept inputs of the fuzzers: inputs made by hand, and those that once
# found a fault.  make fuzz searches for new ones.

load helper

replay() {
	z 0 "$ZT_BUILD/fuzz/$1_replay" "$ROOT/tests/fuzz/corpus/$1"
	[ "$(printf '%s\n' "$output" | grep -c '^ok ')" -eq \
	    "$(find "$ROOT/tests/fuzz/corpus/$1" -type f | wc -l)" ]
}

@test "lines and streams, cut anywhere: kept inputs" { replay ndjson; }

@test "pages and rows of Zephyr's lists: kept inputs" { replay page; }

@test "scripts and step results: kept inputs" { replay steps; }

@test "a replay without inputs fails" {
	z 1 "$ZT_BUILD/fuzz/page_replay" "$T/none"
	mkdir empty
	z 1 "$ZT_BUILD/fuzz/page_replay" empty
}
