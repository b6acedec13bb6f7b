# The driver with scripts in place of the stages: how it connects them, passes options
# and computes its exit status.
load helper

prepare() {
	local p
	mkdir bin
	sed 's/@VERSION@/9.9/' "$ROOT/pipelines/ztoq" >bin/ztoq
	chmod 755 bin/ztoq
	PATH=$T/bin:/usr/bin:/bin
	for p in zextract ztransform zload; do stage $p 'cat'; done
	stage zvalidate 'cat'
	stage zextract 'echo line'
}

# stage NAME SCRIPT: create a stage that writes its arguments to NAME.args and runs SCRIPT
stage() {
	cat >"bin/$1" <<END
#!/bin/sh
[ "\$1" = --options ] && { tr ' ' '\t' <<'H'
h help - -
p project-key KEY ZEPHYR_PROJECT_KEY
v verbose - ZTOQ_VERBOSE
- settle T ZTOQ_SETTLE
- limit N ZTOQ_LIMIT
- only-$1 - ZTOQ_ONLY
H
exit; }
[ "\$1" = --check ] && { echo "$1" >>"$T/checked"; exit; }
for a; do printf '<%s>' "\$a"; done >>"$T/$1.args"; echo >>"$T/$1.args"
echo "\${ZTOQ_RUN-none}" >>"$T/runs"
$2
END
	chmod 755 "bin/$1"
}

@test "migrate connects the stages and prints the output of the last one" {
	z 0 ztoq migrate
	[ "$output" = line ]
	[ "$(wc -l <zvalidate.args)" -eq 2 ]
}

@test "migrate gives all stages one run id, that of ZTOQ_RUN if it is set" {
	z 0 ztoq migrate
	[ "$(sort -u runs | wc -l)" -eq 1 ]
	[ "$(head -c 4 runs)" != none ]
	rm runs
	ZTOQ_RUN=mine z 0 ztoq migrate
	[ "$(sort -u runs)" = mine ]
}

@test "migrate passes an option unchanged to the stages that know it" {
	z 0 ztoq migrate -vvp "it's  a" --settle=5 --only-zload
	[ "$(cat zextract.args)" = "<--refresh><-v><-v><-p><it's  a><--settle=5>" ]
	[ "$(cat zload.args)" = "<-v><-v><-p><it's  a><--settle=5><--only-zload>" ]
}

@test "--limit and ZTOQ_LIMIT are passed to zextract only" {
	z 0 ztoq migrate --limit 3
	[ "$(cat zextract.args)" = "<--refresh><--limit><3>" ]
	ZTOQ_LIMIT=4 z 0 ztoq migrate
	[ "$(tail -n 1 zextract.args)" = "<--refresh><--limit=4>" ]
	[ "$(cat z[tvl]*.args | sort -u)" = "" ]
	stage zload 'cat; [ -z "${ZTOQ_LIMIT-}" ]'
	ZTOQ_LIMIT=4 z 0 ztoq migrate
}

@test "migrate refuses an unknown option or operand and runs no stage" {
	z 64 ztoq migrate --wrong
	[[ $stderr == "ztoq: error: migrate: unknown option --wrong"* ]]
	z 64 ztoq migrate -x
	z 64 ztoq migrate -p
	z 64 ztoq migrate --only-zload=5
	z 64 ztoq migrate operand
	z 64 ztoq migrate --until lunch
	[ ! -e zextract.args ]
}

@test "--until and --no-validate leave out stages" {
	z 0 ztoq migrate --until transform --no-validate
	[[ -e ztransform.args && ! -e zload.args && ! -e zvalidate.args ]]
}

@test "migrate ends with the status of the stage that failed first" {
	stage ztransform 'exit 78'
	stage zload 'cat >/dev/null; exit 65'
	z 78 ztoq migrate
	stage ztransform 'exec cat'
	stage zload 'exit 69'
	stage zextract 'exec yes'
	stage zvalidate 'exec cat'
	z 69 ztoq migrate
}

@test "migrate names a stage that is killed" {
	stage ztransform 'kill -9 $$'
	stage zload 'cat >/dev/null; exit 65'
	z 137 ztoq migrate
	[[ $stderr == *"ztransform: killed by signal 9"* ]]
}

@test "rejects (3) do not hide a failure further down" {
	stage ztransform 'cat; exit 3'
	z 3 ztoq migrate
	stage zload 'cat >/dev/null; exit 74'
	z 74 ztoq migrate
}

@test "verdict finds the cause among five statuses" {
	eval "$(sed -n '/^verdict()/,/^}/p' "$ROOT/pipelines/ztoq")"
	while read -r a b c d e want; do
		echo "$a $b $c $d $e: $(verdict "$a" "$b" "$c" "$d" "$e")" >&2
		[ "$(verdict "$a" "$b" "$c" "$d" "$e")" = "$want" ]
	done <<-'END'
	0 0 0 0 0		0 0
	0 137 65 65 65		137 2
	141 137 65 65 65	137 2
	141 141 141 141 69	69 5
	141 141 141 141 65	65 5
	65 65 65 65 65		65 1
	75 75 75 75 75		75 1
	75 65 65 65 65		75 1
	75 0 0 0 69		69 5
	0 3 0 0 75		75 5
	0 3 0 0 69		69 5
	0 3 0 65 65		65 4
	0 65 0 0 69		65 2
	0 69 0 65 65		69 2
	0 65 65 65 65		65 2
	141 65 0 0 0		65 2
	0 0 78 0 69		78 3
	75 0 0 0 3		75 1
	3 1 0 0 0		3 1
	64 64 64 64 64		64 1
	141 141 78 65 77	78 3
	141 0 0 0 0		141 1
	0 1 0 0 0		1 2
	137 137 137 137 137	137 1
	END
}

@test "TERM and INT end every stage and the driver" {
	local s
	for s in TERM INT; do
		rm -f up ended
		mkfifo up
		for p in zextract zvalidate ztransform zload; do
			stage $p "trap 'echo $p >>$T/ended; exit 75' TERM; echo up >$T/up
			    while :; do sleep 0.05; done"
		done
		exec 7<>up
		env --default-signal=INT "$T/bin/ztoq" migrate 3>&- 7>&- &
		pid=$!
		kill_at_end $pid
		for p in 1 2 3 4 5; do read -rt 20 _ <&7; done
		kill -$s $pid
		status=0
		wait $pid || status=$?
		[ "$status" -eq $((128 + $(kill -l $s))) ]
		[ "$(sort ended | uniq -c | tr -s ' ' | tr '\n' ',')" = \
		    ' 1 zextract, 1 zload, 1 ztransform, 2 zvalidate,' ]
		rm -f up
	done
}

@test "migrate leaves no temporary files" {
	mkdir tmp
	TMPDIR=$T/tmp z 0 ztoq migrate
	[ -z "$(ls -A tmp)" ]
}

@test "a stage that dies before it reads leaves no stage waiting" {
	stage zextract 'exec yes'
	for p in zvalidate ztransform zload; do stage $p 'kill -9 $$'; done
	z 137 timeout 20 ztoq migrate
}

@test "config names each setting once" {
	z 0 "$ZT_BIN/ztoq" config --no-test
	[[ $output == *"ZTOQ_VERSIONS "*default* ]]
	[ -z "$(cut -d' ' -f1 <<<"$output" | sort | uniq -d)" ]
}

@test "ztoq lists its commands and refuses an unknown one" {
	z 0 ztoq -h
	[[ $output == *migrate* ]]
	z 0 ztoq -V
	[ "$output" = 'ztoq 9.9' ]
	z 64 ztoq
	z 64 ztoq fly
	z 0 ztoq migrate -h
	[[ $output == *--settle*all* && $output == *--only-zload*zload* ]]
}
