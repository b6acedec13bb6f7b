# Loaded by files that need a user whom the mode of a file holds.
# open_room: $OPEN, with the programs, where another user may go
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

# held COMMAND...: by somebody whom a file's mode holds; root it does not
held() {
	if [ "$(id -u)" -eq 0 ]; then
		set -- setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
	fi
	PATH=$OPEN/bin:$PATH TMPDIR=/tmp HOME=/ "$@"
}

