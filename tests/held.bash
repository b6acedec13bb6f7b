# Loaded by files that need a user for whom the modes of files hold.
# open_room: create $OPEN, a directory with the programs that another user can enter
open_room() {
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
	sweep
}

# held COMMAND...: run a command as a user for whom the modes of files hold, not as root
held() {
	if [ "$(id -u)" -eq 0 ]; then
		set -- setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
	fi
	PATH=$OPEN/bin:$PATH TMPDIR=/tmp HOME=/ "$@"
}

