#!/bin/sh
# Checks for and installs what the build and the tests need from the system.
#	deps.sh missing [build|all|contract]	print the missing packages; status 1 if any
#	deps.sh install [all|contract]	install them (Debian, as root or with sudo)
set -u
PATH=$PATH:/usr/sbin:/sbin
export PATH

# Columns: kind of probe (see have), what it looks for, Debian package, and what needs it:
# the build, the tests, or make contract
table='
cmd	cc			gcc			build
cmd	ar			binutils		build
cmd	make			make			build
hdr	stdio.h			libc6-dev		build
hdr	curl/curl.h		libcurl4-openssl-dev	build
hdr	jv.h			libjq-dev		build
hdr	sqlite3.h		libsqlite3-dev		build
hdr	libpq-fe.h		libpq-dev		build
hdr	openssl/evp.h		libssl-dev		build
hdr	microhttpd.h		libmicrohttpd-dev	build
cmd	jq			jq			test
cmd	bats			bats			test
cmd	mandoc			mandoc			test
cmd	strace			strace			test
cmd	curl			curl			test
cmd	xxd			xxd			test
cmd	ps			procps			test
cmd	time			time			test
cmd	xargs			findutils		test
cmd	runuser			util-linux		test
pg	initdb			postgresql		test
cmd	sqlite3			sqlite3			test
cmd	openssl			openssl			test
cmd	clang-format		clang-format		test
cmd	node			nodejs			contract
cmd	npm			npm			contract
'

# have KIND WHAT: succeeds if the command, header or PostgreSQL program exists
have() {
	case $1 in
	cmd)	command -v "$2" >/dev/null 2>&1 ;;
	hdr)	command -v cc >/dev/null 2>&1 &&
		    printf '#include <%s>\n' "$2" | cc -E \
		    -I"$(pg_config --includedir 2>/dev/null ||
		    echo /usr/include/postgresql)" - >/dev/null 2>&1 ;;
	pg)	for d in /usr/lib/postgresql/*/bin; do
			[ -x "$d/$2" ] && return 0
		done
		command -v "$2" >/dev/null 2>&1 ;;
	esac
}

# missing build|all|contract: prints the missing packages, one per line; all leaves out
# those for contract
missing() {
	printf '%s' "$table" | while read -r probe what package use; do
		[ -n "$probe" ] || continue
		[ "$1" = build ] && [ "$use" != build ] && continue
		[ "$1" != contract ] && [ "$use" = contract ] && continue
		have "$probe" "$what" || printf '%s\n' "$package"
	done | sort -u
}

# as_root COMMAND...: runs it as root, with sudo if necessary
as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	elif command -v sudo >/dev/null 2>&1; then
		sudo env DEBIAN_FRONTEND=noninteractive "$@"
	else
		echo "deps: this needs root, and sudo is missing; run as root: $*" >&2
		return 1
	fi
}

# install_them all|contract: installs what is missing, and checks that nothing is then
install_them() {
	list=$(missing "$1")
	[ -n "$list" ] || return 0
	if ! command -v apt-get >/dev/null 2>&1; then
		echo "deps: apt-get is missing; install what corresponds to these packages:" $list >&2
		return 1
	fi
	echo "deps: installing" $list >&2
	DEBIAN_FRONTEND=noninteractive
	export DEBIAN_FRONTEND
	log=$(mktemp) || return 1
	{ as_root apt-get -qq update &&
	    as_root apt-get -qq -y --no-install-recommends install $list; } \
	    >"$log" 2>&1 </dev/null
	rc=$?
	[ "$rc" -eq 0 ] || cat "$log" >&2
	rm -f "$log"
	[ "$rc" -eq 0 ] || return "$rc"
	list=$(missing "$1")
	[ -z "$list" ] || { echo "deps: still missing:" $list >&2; return 1; }
}

case ${1-} in
missing)
	list=$(missing "${2-all}")
	[ -n "$list" ] || exit 0
	echo "missing:" $list >&2
	echo "run: make deps   (installs them with apt-get, using sudo if necessary)" >&2
	exit 1 ;;
install)
	install_them "${2-all}" ;;
*)
	echo "usage: deps.sh missing|install [build|all|contract]" >&2
	exit 64 ;;
esac
