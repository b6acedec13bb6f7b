#!/usr/bin/env bash
# Run the programs against validating proxies that are made from the vendors' API
# descriptions, which are beside the tree and not in it.
#	SPECS=DIR run.sh
# The tables in this directory contain the descriptions; tests/contract.bats compares
# zmock and the product with them.  A request that violates a description must be
# explained in ./gaps.  Answers that a proxy generates from a description must be
# processed or refused with a message, without a crash or an endless run.  Variables:
# ZT_BIN, the directory of the programs; CONTRACT_OUT, where the proxy is installed and
# logs are kept; CONTRACT_SEEDS, the seeds of the answers.
set -u
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.." || exit 70
: "${ZT_BIN:=$PWD/bin}" "${SPECS:=../shared/specs}" "${CONTRACT_SEEDS:=1 2 3 4 5}"
: "${CONTRACT_OUT:=$PWD/build/contract}"
zephyr=$(realpath "$SPECS")/zephyr-scale-cloud-v2.openapi.yaml
qtest=$(realpath "$SPECS")/qtest-manager-v3.swagger.yaml
if [ ! -e "$zephyr" ] || [ ! -e "$qtest" ]; then
	echo "contract: skipped: the vendors' descriptions are not in $SPECS (SPECS=DIR)"
	exit 0
fi

sh lib/io/deps.sh install contract || exit 74
mkdir -p "$CONTRACT_OUT" && cd "$CONTRACT_OUT" || exit 74
if ! cmp -s "$here/package-lock.json" package-lock.json || [ ! -e node_modules/.whole ]; then
	echo 'contract: installing the proxy'
	cp "$here"/package*.json . &&
	    timeout 500 npm ci --loglevel=error --no-audit --no-fund --no-update-notifier \
	    --ignore-scripts >npm.log 2>&1 && touch node_modules/.whole || {
		cat npm.log >&2
		exit 69
	}
fi

. "$here/../scrub.bash"
scrub_settings
export LC_ALL=C.UTF-8 NO_COLOR=1 PATH=$ZT_BIN:$PATH
export ASAN_OPTIONS=exitcode=99 UBSAN_OPTIONS=halt_on_error=1
export ZEPHYR_API_TOKEN=zmock.zephyr.token ZEPHYR_PROJECT_KEY=DEMO
export QTEST_API_TOKEN=zmock-qtest-token QTEST_PROJECT_ID=1
read_yaml='JSON.stringify(require("js-yaml").load(
    require("fs").readFileSync(process.argv[1], "utf8")))'
passed=0 failed=0 prism='' mock=''
trap 'kill $prism $mock 2>/dev/null' EXIT
trap 'exit 130' INT TERM

exec 3>&1	# the output of the programs goes elsewhere
ok() { passed=$((passed + 1)); echo "ok - $1" >&3; }
not_ok() { failed=$((failed + 1)); { echo "not ok - $1"; tail -n 20 "$2" | sed 's/^/    /'; } >&3; }

serve() {
	rm -f port
	mkfifo port
	zmock --seed 1 --cases 15 --cycles 3 --plans 2 --executions 25 --attachments 20 \
	    --qtest-projects 1,2 >port 2>zmock.log &
	mock=$!
	exec 9<port
	read -rt 60 _ port <&9 || exit 70
	MOCK=http://127.0.0.1:$port
}
ask() { curl -sS --noproxy '*' "$@"; }
# heard LOG ERE: wait until the log of the proxy has a line that matches
heard() { timeout 60 tail -n +1 -f "$1" | grep -Eqm1 "$2"; }
# start_proxy NAME ARG...: start a proxy; sets PROXY and log
start_proxy() {
	[ -z "$prism" ] || { kill "$prism"; wait "$prism" 2>/dev/null; }
	log=$CONTRACT_OUT/$1.log
	: >"$log"
	node_modules/.bin/prism "${@:2}" -h 127.0.0.1 -p 0 >"$log" 2>&1 &
	prism=$!
	heard "$log" 'listening on' || { cat "$log"; exit 70; }
	PROXY=$(sed -n 's/.*listening on \(http:[^ ]*\).*/\1/p' "$log")
}
# run NAME STATUSES COMMAND...: a command ends in time with one of the statuses
run() {
	local name=$1 want=$2 rc
	shift 2
	timeout -k 5 100 "$@" 2>err
	rc=$?
	case " $want " in
	*" $rc "*) ok "$name: status $rc" ;;
	*) not_ok "$name: status $rc, not of $want" err; return 1 ;;
	esac
}
# judge API SPEC BASE WRONG WHAT: check the log of the proxy; the request WRONG proves
# that it reports violations
judge() {
	local n
	ask -o /dev/null -H 'Authorization: Bearer none' "$PROXY$4"
	heard "$log" "Violation: request.*$5" || { not_ok "$1: a wrong request is seen" "$log"; return; }
	ok "$1: a wrong request is seen"
	ask "$MOCK/__mock/record?api=$1" >record
	n=$(grep -c '"method"' record)
	node -p "$read_yaml" "$2" >spec.json
	{
		sed -n '/listening on/,$p' "$log" | awk -f "$here/violations.awk" | grep -v "^GET $4: "
		jq -r --slurpfile spec spec.json --arg base "$3" -f "$here/unknown.jq" record
	} | sed "s/^/$1 /" >violations
	grep -E "^(#|$1 )" "$here/gaps" | awk -f "$here/gaps.awk" - violations >breaches
	if [ -s breaches ] || [ "$n" -lt 50 ]; then
		sort breaches | uniq -c >err
		not_ok "$1: $n requests, of which some violate the description" err
	else
		ok "$1: $n requests, none violates the description"
	fi
}
fresh() { rm -f contract.db*; export ZTOQ_DB=sqlite:$CONTRACT_OUT/contract.db; }

# table NAME SPEC BASE: the table in the tree equals the one made from the description
mkdir -p tables
table() {
	node -p "$read_yaml" "$2" >spec.json
	sed -n '/^#/p' "$here/$1.tsv" >"tables/$1.tsv"
	grep '^[A-Z]* /' "$here/$1.tsv" | cut -f 1 | sort -u | jq -Rn '[inputs]' >calls.json
	jq -nr --slurpfile spec spec.json --slurpfile calls calls.json --arg base "$3" \
	    -f "$here/table.jq" >>"tables/$1.tsv"
	if diff "$here/$1.tsv" "tables/$1.tsv" >err; then
		ok "$1: $(wc -l <"tables/$1.tsv") lines of the table are what the description says"
	else
		not_ok "$1: the table is not what the description says" err
	fi
}
table zephyr "$zephyr" /v2
table qtest "$qtest" ''
if CONTRACT_TABLES=$PWD/tables bats --tap "$here/../contract.bats" >err 2>&1; then
	ok "zmock's answers and our requests hold to the descriptions, unknown members refused"
else
	not_ok "zmock's answers and our requests hold to the descriptions" err
fi

serve
start_proxy zephyr proxy "$zephyr" "$MOCK/v2"
export ZEPHYR_BASE_URL=$PROXY
fresh
one=(--in-flight 1)
run 'zextract --plan' 0 zextract "${one[@]}" --plan >/dev/null
run 'zextract, all files' 0 zextract "${one[@]}" --attachments steps >source
ask -X POST "$MOCK/__mock/edit?what=case&do=change&key=DEMO-T1&name=other" >/dev/null
run 'zextract, the next pass' 0 zextract "${one[@]}" --versions >source.next
ask --data-binary 'match GET /v2/*/nextgen do status 404' "$MOCK/__mock/scenario" >/dev/null
fresh
run 'zextract, no keyset lists' 0 zextract "${one[@]}" >/dev/null
judge zephyr "$zephyr" /v2 /folders/none 'folderid must be'

fresh
start_proxy qtest proxy "$qtest" "$MOCK"
export QTEST_BASE_URL=$PROXY
for s in source source.next; do
	zvalidate -q <$s | ztransform -q >"$s.target"
	run "zload of the $s" 0 zload "${one[@]}" <"$s.target"
done
fresh
ztransform -q <source.next >target
run 'zload --adopt' '0 3' zload "${one[@]}" --adopt <target
fresh
ztransform -q <source.next >target
run 'zload with a password' '0 3' env -u QTEST_API_TOKEN QTEST_PROJECT_ID=2 \
    QTEST_USERNAME=migrator@zmock.test QTEST_PASSWORD=secret zload "${one[@]}" <target
run 'zrollback of all that was loaded' 0 env QTEST_PROJECT_ID=2 zrollback "${one[@]}" --all --apply >/dev/null
judge qtest "$qtest" '' /api/v3/projects/none 'projectid must be'

# Answers that a description allows are not those of a server.  Totals are random, so
# each wrong one is accepted in the next run, which then reads the next list.  With
# "ending" lists have an end, so that rows are requested, too.
node -p "$read_yaml" "$zephyr" | tee as-is.json |
    jq -f "$here/ending.jq" >ending.json
for kind in as-is ending; do
	for seed in $CONTRACT_SEEDS; do
		start_proxy "$kind.$seed" mock "$kind.json" --dynamic --seed "$seed"
		export ZEPHYR_BASE_URL=$PROXY
		fresh
		accept=()
		while :; do
			run "zextract, answers $kind of seed $seed, $((${#accept[@]} / 2)) totals accepted" \
			    '0 69 75 76 77 78' zextract --max-requests 300 \
			    "${accept[@]}" >/dev/null || break
			total=$(sed -n 's/.*--accept-total \([a-z_]*=[0-9]*\).*/\1/p' err | tail -n 1)
			case " ${accept[*]} " in *" $total "*) break ;; esac
			[ -n "$total" ] && [ ${#accept[@]} -lt 24 ] || break
			accept+=(--accept-total "$total")
		done
		echo "    $(tail -n 1 err | cut -c 1-160)"
	done
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
