#!/bin/sh
# run.sh DIR NAME SECONDS: let DIR/NAME_fuzz search for inputs that cause a fault.  New
# inputs are kept in DIR/corpus/NAME; one that causes a fault is reported and belongs in
# tests/fuzz/corpus/NAME once the fault is corrected.
set -u
dir=$1 name=$2 seconds=$3
log=$dir/$name.log
mkdir -p "$dir/corpus/$name"
echo "fuzz: $name, ${seconds} s, log: $log"
"$dir/${name}_fuzz" -max_total_time="$seconds" -timeout=25 -rss_limit_mb=2000 \
    -dict=tests/fuzz/json.dict -artifact_prefix="$dir/$name-" \
    "$dir/corpus/$name" "tests/fuzz/corpus/$name" >"$log" 2>&1
rc=$?
if [ "$rc" -eq 0 ]; then
	echo "fuzz: $name: $(tail -n 1 "$log"), $(grep -a 'cov: ' "$log" |
	    tail -n 1 | sed 's/.*\(cov: [0-9]*\).*/\1/')"
else
	tail -n 60 "$log" >&2
	echo "fuzz: $name: status $rc" >&2
fi
exit "$rc"
