# The commands of README, run unchanged.
load helper

# block N: print the N-th shell block
block() {
	awk -v n="$1" '/^```sh$/ { at++; on = 1; next } /^```$/ { on = 0 }
	    on && at == n' "$ROOT/README.md"
}

prepare() {
	mock --cases 30 --executions 50 --folders 8 --cycles 4 --plans 2
	mkdir -p pipelines
	cp "$ROOT/pipelines/env.example" pipelines
	ln -s "$ZT_BIN" bin
	printf '%s\n' "$ZEPHYR_API_TOKEN" >zephyr.token
	printf '%s\n' "$QTEST_API_TOKEN" >qtest.token
	chmod 600 zephyr.token qtest.token
	# an editor that fills in the example
	cat >editor <<-END
	#!/bin/sh
	sed -i "s|^ZEPHYR_BASE_URL=.*|ZEPHYR_BASE_URL=$ZEPHYR_BASE_URL|
	    s|^ZEPHYR_PROJECT_KEY=.*|ZEPHYR_PROJECT_KEY=DEMO|
	    s|^QTEST_BASE_URL=.*|QTEST_BASE_URL=$QTEST_BASE_URL|
	    s|^QTEST_PROJECT_ID=.*|QTEST_PROJECT_ID=1|
	    s|/etc/ztoq/|$T/|
	    s|^ZTOQ_DB=.*|ZTOQ_DB=sqlite:$T/atlas.db|" "\$1"
	END
	chmod 755 editor
	export EDITOR=$T/editor
	for v in $(compgen -e | grep -E '^(ZEPHYR|QTEST|ZTOQ)_'); do unset "$v"; done
}

@test "the commands of the first real migration work" {
	block 1 >first.sh
	[ "$(grep -c ztoq first.sh)" -ge 5 ]
	z 0 sh -ec ". ./first.sh"
	[ "$(stat -c %a atlas.env)" = 600 ]
	[ "$(mock_count 'POST .*/test-cases 200')" -ge 30 ]
	[[ $output == *' 0 differences'* ]] || [[ $output == *'0 different'* ]]
}

@test "the commands that run the stages as filters work" {
	{ block 1 | head -n 2; block 2; } >both.sh
	z 0 sh -ec ". ./both.sh"
	[ "$(head -n 1 <<<"$output")" -ge 30 ]
	[ "$(mock_writes)" -eq 0 ]
}

@test "the make targets and files that README names exist" {
	local w targets=0 files=0
	for w in $(grep -o 'make [a-z][a-z]*' "$ROOT/README.md" | cut -d' ' -f2 | sort -u); do
		case $w in and|alone|examples) continue ;; esac
		grep -Eq "^[a-z -]*\b$w\b.*:" "$ROOT/Makefile" || { echo "make $w" >&2; false; }
		targets=$((targets + 1))
	done
	for w in $(grep -o '`\(man\|pipelines\|lib\|src\|tests\)/[a-z0-9./-]*`' "$ROOT/README.md" | tr -d '`'); do
		[ -e "$ROOT/$w" ] || { echo "$w" >&2; false; }
		files=$((files + 1))
	done
	[[ $targets -ge 3 && $files -ge 1 ]]
}

@test "the makefile that writes a file after every stage works" {
	EDITOR=$T/editor
	cp pipelines/env.example atlas.env
	"$EDITOR" atlas.env
	z 0 make -sf "$ROOT/pipelines/migrate.mk" CONFIG=atlas.env report
	[[ -s source.ndjson && -s target.ndjson && -e loaded ]]
}

@test "the installed programs run below another root" {
	z 0 make -s -C "$ROOT" install B="$ZT_BUILD" BIN="$ZT_BIN" \
	    DESTDIR="$T/root" PREFIX=/usr ${ZT_SAN:+SAN=1}
	[ -e root/usr/share/man/man7/ztoq.7 ]
	z 0 env -i HOME="$T" PATH="$T/root/usr/bin:/usr/bin:/bin" ztoq demo "$T/demo"
	[ -s demo/report.txt ]
}
