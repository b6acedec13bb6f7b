# Wrong settings are refused by name, unsafe ones cause a warning, and no file is
# created.
# databases: either
load helper
NO_TABLES=1		# the programs create the tables

prepare() {
	umask 022
	export ZEPHYR_API_TOKEN=zephyr-token
}
# files: list the files of the directory, except those of bats
files() { find . -mindepth 1 ! -name 'separate*' ! -name '.*' -printf '%P ' | sort; }
# refused STATUS COMMAND...: a command ends with one error line; sets $said
refused() {
	zw "$@"
	said=$stderr
	[ "$(grep -c ': error: ' <<<"$said")" -eq 1 ]
}

@test "a malformed database URL is refused with 64, and no file is created" {
	local url
	for url in nonsense:foo mysql://h/x 'host=h password=hushhush dbname=x' \
	    sqlite: sqlite::memory: sqlite://x.db 'a=b' ''; do
		[ -n "$url" ] || continue
		refused 64 zdb init --db "$url"
		[[ $said != *hushhush* ]]
		ZTOQ_DB=$url refused 64 zextract -p P
		ZTOQ_DB=$url refused 64 zreport -p P
	done
	[[ $said == *"use sqlite:PATH or postgresql://"* ]]
	[ -z "$(files)" ]
}

@test "a database of another program is refused with 78 and is not changed" {
	local url before
	if [ "$ZT_DB" = sqlite ]; then
		sql 'CREATE TABLE project (a); INSERT INTO project VALUES (1)'
		before=$(sha256sum ztoq.db)
	else
		sql 'CREATE TABLE project (a int)'
	fi
	refused 78 zdb init
	[[ $said == *"belongs to another program"*"ZTOQ_DB"* ]]
	refused 78 zdb stats
	refused 78 zreport -p P
	refused 78 zextract -p P
	if [ "$ZT_DB" = sqlite ]; then
		[ "$(sha256sum ztoq.db)" = "$before" ]
		[ "$(files)" = "ztoq.db " ]
		rm ztoq.db
		sql 'CREATE TABLE schema_version (version_rank INT, version TEXT)'
	else
		sql 'DROP TABLE project; CREATE TABLE schema_version (version_rank INT, version TEXT)'
	fi
	refused 78 zdb migrate
	[[ $said == *"belongs to another program"* ]]
}

@test "other tables in a PostgreSQL database do no harm" {
	[ "$ZT_DB" = postgres ] || skip "PostgreSQL only"
	sql 'CREATE TABLE theirs (a int)'
	z 0 zdb init
}

@test "a database file can be read by its owner alone, and so can its log" {
	[ "$ZT_DB" = sqlite ] || skip "SQLite only"
	z 0 zdb init
	[ "$(stat -c %a ztoq.db)" = 600 ]
	sqlite3 ztoq.db "BEGIN IMMEDIATE; DELETE FROM run;" ".shell stat -c %a ztoq.db-wal ztoq.db-shm >modes"
	[ "$(sort -u modes)" = 600 ]
}

@test "a database that lost its WAL mode gets it again" {
	[ "$ZT_DB" = sqlite ] || skip "SQLite only"
	z 0 zdb init
	[ "$(sql 'PRAGMA journal_mode = delete')" = delete ]
	z 0 zdb stats
	[ "$(sql 'PRAGMA journal_mode')" = wal ]
}

@test "an unknown key of a settings file is refused with its line and the most similar key" {
	printf 'ZEPHYR_PROJECT_KEY=P\nZEPHYR_TOKEN=hushhush\n' >conf
	for p in zextract zvalidate ztransform zload zreport zrollback zdb; do
		refused 78 $p --config conf
		[[ $said == *"conf: line 2: unknown setting ZEPHYR_TOKEN (do you mean ZEPHYR_API_TOKEN?)"* ]]
		[[ $said != *hushhush* ]]
	done
	echo 'WHATEVER=1' >conf
	ZTOQ_CONFIG=conf refused 78 zdb stats
	[[ $said == *"unknown setting WHATEVER; \`ztoq config\` lists all settings"* ]]
	printf 'ZEPHYR_PROJECT_KEY=P\n\nhushhush\n' >conf
	refused 78 zdb stats --config conf
	[[ $said == *"conf: line 3: expected KEY=value"* && $said != *hushhush* ]]
	printf "ZEPHYR_PROJECT_KEY='P\n" >conf
	refused 78 zdb stats --config conf
	refused 66 zdb stats --config gone
	[ "$(files)" = "conf " ]
}

# twins: print the environment variables of all options, and those that the code reads
twins() {
	for p in zextract zvalidate ztransform zload zreport zrollback zdb; do
		$p --options | cut -f 4 | grep -vx -e -
	done
	grep -ohE '(opt_value|job_secret|conf_number)\("[A-Z_]+"' -r "$ROOT/src" "$ROOT/lib" |
	    sed 's/.*("//; s/"//' | sort -u
}

@test "the list of settings contains exactly the variables of the programs' options" {
	twins | sort -u >options
	[ "$(wc -l <options)" -gt 40 ]
	sed -n 's/^\t"//p' "$ROOT/lib/domain/setting.c" | tr -d '" ' | tr ',' '\n' |
	    grep . | sort -u >known
	# files with secrets and variables of libpq are not options
	diff options <(grep -vE '^(.*(TOKEN|PASSWORD)_FILE|PGPASS(WORD|FILE))$' known) >&2
}

@test "no variable and no settings file lifts a guard" {
	for p in zextract zvalidate ztransform zload zreport zrollback zdb; do
		$p --options | cut -f 2,4
	done >options
	[ "$(grep -cE '^(adopt|apply|yes|ledger|overwrite-edits|restore-missing|accept-[a-z]+)\s' options)" -ge 9 ]
	[ "$(grep -E '^(adopt|apply|yes|ledger|overwrite-edits|restore-missing|accept-[a-z]+)\s' options | grep -v -- '-$')" = "" ]
	echo ZTOQ_ADOPT=1 >conf
	chmod 600 conf
	z 78 zload --config conf </dev/null
}

@test "--options lists the options of -h, with their environment variables" {
	for p in zextract zvalidate ztransform zload zreport zrollback zdb zmock; do
		z 0 $p --options
		[ "$(awk -F '\t' 'NF != 4 || /\t\t|\t$| /' <<<"$output")" = "" ]
		cut -f 2 <<<"$output" >listed
		grep -qx config listed || [ $p = zmock ]
		z 0 $p -h
		diff <(sed -nE 's/^  (-.,|   ) --([a-z0-9-]*) .*/\2/p' <<<"$output") listed >&2
		[[ $output != *--options* ]]
	done
	z 0 zload --options
	[[ $output == *$'p\tproject-key\tKEY\tZEPHYR_PROJECT_KEY\n'* ]]
	# regardless of the environment and the settings file
	ZTOQ_CONFIG=gone ZTOQ_IN_FLIGHT=many z 0 zload --options
}

@test "zdb config prints each setting and its origin, and no secret" {
	cat >conf <<-'END'
	# a comment
	export ZEPHYR_API_TOKEN='hush "1'	# another
	QTEST_USERNAME="a b\"c"	# quoted
	QTEST_BASE_URL=http://me:hush2@h:1/x
	QTEST_PROJECT_ID=1
	QTEST_PROJECT_ID=2
	END
	chmod 600 conf
	unset ZEPHYR_API_TOKEN PGPASSWORD PGPASSFILE
	export ZTOQ_DB='postgresql://u@h/d?password=hush3&x=1' ZEPHYR_RATE=$'5\t6'
	z 0 zdb config --config conf -p ATLAS
	[ "$output" = "$(printf '%s\t%s\t%s\n' ZEPHYR_API_TOKEN conf set \
	    ZEPHYR_PROJECT_KEY 'command line' ATLAS ZEPHYR_RATE environment '5?6' \
	    QTEST_BASE_URL conf 'http://me:[secret]@h:1/x' QTEST_USERNAME conf 'a b"c' \
	    QTEST_PROJECT_ID conf 2 ZTOQ_DB environment 'postgresql://u@h/d?password=[secret]&x=1' \
	    ZTOQ_CONFIG 'command line' conf)" ]
	[ "$(files)" = "conf " ]
	z 64 zdb config more
}

@test "every setting of the example file is known" {
	sed 's/^#\([A-Z]\)/\1/' "$ROOT/pipelines/env.example" | grep -v '^ZTOQ_DB=postgres' |
	    sed 's|^ZTOQ_DB=.*|ZTOQ_DB=sqlite:x.db|' >conf
	unset ZTOQ_DB
	z 0 zdb init --config conf
	[ -e x.db ]
}

@test "a file with a secret that other users can read causes one warning" {
	mock --cases 1 --cycles 0 --plans 0 --executions 0 --folders 1
	echo "$ZEPHYR_API_TOKEN" >token
	unset ZEPHYR_API_TOKEN
	ZEPHYR_API_TOKEN_FILE=token zw 0 zextract -q
	[[ $stderr == *": warn: token: contains a secret and other users can read it; run chmod 600"* ]]
	[ "$(grep -c warn <<<"$stderr")" -eq 1 ]
	chmod 600 token
	ZEPHYR_API_TOKEN_FILE=token z 0 zextract -q
	printf 'ZEPHYR_API_TOKEN=%s\n' "$(cat token)" >conf
	zw 0 zextract -q --config conf
	[[ $stderr == *": warn: conf: contains ZEPHYR_API_TOKEN and other users can read it"* ]]
	chmod 640 conf
	zw 0 zextract -q --config conf
	[[ $stderr == *": warn: conf: "* ]]
	chmod 600 conf
	z 0 zextract -q --config conf
	# a file without secrets may be readable by all
	echo 'ZEPHYR_API_TOKEN_FILE=token' >conf
	chmod 644 conf
	z 0 zextract -q --config conf
}

@test "plain http to another host causes a warning, to this host it does not" {
	ZEPHYR_BASE_URL=http://zephyr.invalid/v2 zw 69 timeout 60 zextract -q -p P --max-requests 1 \
	    --deadline 1s || [ "$status" -eq 75 ]
	[[ $stderr == *"warn: zephyr.invalid: is used over plain http"*"use https://"* ]]
	ZEPHYR_BASE_URL=http://127.0.0.1:1/v2 run --separate-stderr zextract -q -p P --max-requests 1 --deadline 1s
	[[ $stderr != *"plain http"* ]]
}

@test "the store of attachments follows no symbolic link" {
	local sub sha
	mkdir elsewhere real
	ln -s elsewhere link
	mock --seed 3 --cases 4 --cycles 0 --plans 0 --executions 0 --folders 1 --attachments 6
	export ZTOQ_ATTACHMENTS_OF=cases
	ZTOQ_ATTACHMENTS=dir:$T/link refused 78 zextract -q
	[[ $said == *"link: is a symbolic link"* ]]
	[ -z "$(ls elsewhere)" ]
	# nor does it follow links below it: each possible subdirectory is a link
	for sub in {0..9}{0..9} {0..9}{a..f} {a..f}{0..9} {a..f}{a..f}; do
		ln -s ../elsewhere "real/$sub"
	done
	ZTOQ_ATTACHMENTS=dir:$T/real zw 74 zextract -q
	[[ $stderr == *"is a symbolic link or a file"* ]]
	[ -z "$(ls elsewhere)" ]
	rm -r real
	ZTOQ_ATTACHMENTS=dir:$T/real z 0 zextract -q
	# zdb cleanup follows no link either
	sub=$(ls real | head -n 1)
	mv "real/$sub" moved
	ln -s "$T/moved" "real/$sub"
	z 0 zdb cleanup -p DEMO --yes
	[ -n "$(ls moved)" ]
}

@test "cleanup of an unknown project ends with 78 and names the existing ones" {
	z 0 zdb init
	refused 78 zdb cleanup -p NOPE --yes
	[[ $said == *"has no data of project NOPE; it has no project"* ]]
	mock --cases 1 --cycles 0 --plans 0 --executions 0 --folders 1
	z 0 zextract -q
	refused 78 zdb cleanup -p NOPE --yes
	[[ $said == *"its projects: DEMO"* ]]
}

@test "an option that a program does not have is neither listed nor accepted" {
	local p o
	while read -r p o; do
		for o in $o; do
			refused 64 "$p" "--$o" 1
			[[ $said == *"unknown option --$o"* ]]
			run -0 "$p" -h
			[[ $output != *"--$o"* ]]
		done
	done <<-'END'
	ztransform in-flight max-requests
	zreport deadline in-flight max-requests plan reject
	zdb deadline in-flight limit max-requests reject check
	zextract reject
	END
}
