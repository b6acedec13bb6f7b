# Loaded by files that need a user for whom the modes of files hold.
# make_open_directory: create $OPEN, a directory with the programs that another user can enter
make_open_directory() {
	OPEN=$(mktemp -d /tmp/ztoq-disk.XXXXXX)
	mkdir "$OPEN/bin" "$OPEN/db"
	cp -L "$ZT_BIN"/z* "$OPEN/bin"
	chmod -R a+rX "$OPEN"
}
teardown() {
	if [ -n "${OPEN-}" ]; then
		chmod -R u+w "$OPEN"
		rm -rf "$OPEN"
	fi
	end_processes
}

# as_limited_user COMMAND...: run a command as a user for whom the modes of files hold, not as root
as_limited_user() {
	if [ "$(id -u)" -eq 0 ]; then
		set -- setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
	fi
	PATH=$OPEN/bin:$PATH TMPDIR=/tmp HOME=/ "$@"
}

