#!/bin/sh
# A private PostgreSQL cluster for tests: pg.sh start|stop|kill|restart|url|database DIR
# pg.sh new creates a directory for a cluster and prints it: in memory if there is room,
# where a database, which is a thousand files, costs half as much as on a disk.  start prints the URL without its password; PGPASSFILE=DIR/pgpass holds that.
# database creates another database and prints its URL; drop DIR URL removes it.
# initdb refuses root, so as root the cluster runs as another user.
set -eu

usage() { echo "usage: pg.sh new | start|stop|kill|restart|url|env|database DIR" >&2; exit 64; }
if [ "$*" = new ]; then
	free=$(df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 { print $4 }')
	[ "${free:-0}" -gt 3000000 ] && in=/dev/shm || in=/tmp
	dir=$(mktemp -d "$in/ztoq-pg.XXXXXX")
	chmod 755 "$dir"	# the user of the server may enter it
	echo "$dir"
	exit
fi
[ $# -eq 2 ] || [ "$*" = "drop ${2-} ${3-}" ] || usage
what=$1 dir=$2
bin=$(pg_config --bindir 2>/dev/null) && [ -x "$bin/initdb" ] ||
	bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
[ -x "$bin/initdb" ] || { echo "pg.sh: no PostgreSQL server" >&2; exit 69; }

as() {
	if [ "$(id -u)" -eq 0 ]; then
		setpriv --reuid=nobody --regid=nogroup --clear-groups "$@"
	else
		"$@"
	fi
}

url() { printf 'postgresql://ztoq@127.0.0.1:%s/ztoq\n' "$(cat "$dir/port")"; }

# admin COMMAND: run a command of SQL in the database postgres
admin() {
	PGPASSFILE=$dir/pgpass "$bin/psql" -qXw -d "$(url | sed 's/ztoq$/postgres/')" -c "$1"
}

# port: print a random port; start tries another one if it is in use.
port() {
	od -An -N2 -tu2 /dev/urandom | awk '{ print 20000 + $1 % 40000 }'
}

up() {
	# fsync is off unless PG_FSYNC is set: tests restart servers, not machines
	as "$bin/pg_ctl" -D "$dir/data" -s -w -t 60 -l "$dir/log" -o \
	    "-p $1 -c listen_addresses=127.0.0.1 -c unix_socket_directories=$dir/data \
	    -c max_connections=200 -c deadlock_timeout=100ms -c fsync=${PG_FSYNC:-off}" start >/dev/null 2>&1
}

start() {
	mkdir -p "$dir/data"
	[ "$(id -u)" -ne 0 ] || chown nobody:nogroup "$dir" "$dir/data"
	secret=$(od -An -N12 -tx1 /dev/urandom | tr -d ' \n')
	printf '127.0.0.1:*:*:ztoq:%s\n' "$secret" >"$dir/pgpass"
	chmod 600 "$dir/pgpass"
	printf '%s\n' "$secret" >"$dir/pw"
	chmod 644 "$dir/pw"
	as "$bin/initdb" -D "$dir/data" -U ztoq -A scram-sha-256 -E UTF8 \
	    --locale=C.UTF-8 -N --pwfile="$dir/pw" >"$dir/initdb.log" 2>&1 ||
	    { cat "$dir/initdb.log" >&2; exit 70; }
	rm -f "$dir/pw"
	n=0
	until p=$(port) && up "$p"; do
		n=$((n + 1))
		[ "$n" -lt 5 ] || { cat "$dir/log" >&2; exit 70; }
	done
	echo "$p" >"$dir/port"
	admin 'CREATE DATABASE ztoq'
	url
}

case $what in
start)	start ;;
url)	url ;;
env)	printf 'ZTOQ_DB=%s PGPASSFILE=%s\n' "$(url)" "$dir/pgpass" ;;
database)
	name=u$$_$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')
	admin "CREATE DATABASE $name"
	url | sed "s/ztoq\$/$name/" ;;
drop)	admin "DROP DATABASE ${3##*/} WITH (FORCE)" ;;
stop)	as "$bin/pg_ctl" -D "$dir/data" -s -w -m fast stop ;;
kill)	as "$bin/pg_ctl" -D "$dir/data" -s -w -m immediate stop ;;
restart)
	as "$bin/pg_ctl" -D "$dir/data" -s -w -m fast stop
	up "$(cat "$dir/port")" ;;
up)	up "$(cat "$dir/port")" ;;
*)	usage ;;
esac
