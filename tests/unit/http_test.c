#define _DEFAULT_SOURCE		/* MAP_ANONYMOUS */
#include "test.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/sig.h"
#include "base/time.h"
#include "io/hash.h"
#include "io/http/http.h"

/*
 * The server of the tests: it has two ports and a process for each connection, and
 * counts every request in shared memory.
 */
enum { SEEN_MAX = 64 };

static struct seen {
	int	 n;
	struct { char head[2000]; int port; } r[SEEN_MAX];
} *seen;

static int ports[2], socks[2];
static pid_t server;

static void
say(int fd, const char *s, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, s, len);

		if (n <= 0)
			_exit(0);
		s += n;
		len -= (size_t)n;
	}
}

static void
says(int fd, const char *s)
{
	say(fd, s, strlen(s));
}

static void
reset(int fd)
{
	struct linger l = { 1, 0 };

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &l, sizeof(l));
	close(fd);
	_exit(0);
}

static void
big(int fd, int64_t len)
{
	char piece[65536], head[100];

	memset(piece, 'x', sizeof(piece));
	snprintf(head, sizeof(head), "HTTP/1.1 200 OK\r\nContent-Length: %"
	    PRId64 "\r\n\r\n", len);
	says(fd, head);
	for (; len > 0; len -= (int64_t)sizeof(piece))
		say(fd, piece, len < (int64_t)sizeof(piece) ? (size_t)len :
		    sizeof(piece));
}

/* "hello, hello, hello" through gzip */
static const unsigned char gz[] = {
	0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xcb,
	0x48, 0xcd, 0xc9, 0xc9, 0xd7, 0x51, 0xc8, 0x40, 0xa2, 0x00, 0x9f,
	0xa1, 0xca, 0x09, 0x13, 0x00, 0x00, 0x00,
};

static const struct { const char *path, *answer; } plain[] = {
	{ "/ok", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n"
	    "Content-Type: application/json; charset=utf-8\r\n\r\n{}" },
	{ "/none", "HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\ngone" },
	{ "/once", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}" },
	{ "/half", "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"a\":" },
	{ "/chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
	    "5\r\n{\"a\":\r\n" },
	{ "/heads", "HTTP/1.1 429 Slow\r\nContent-Length: 0\r\nRetry-After: 0"
	    "\r\nDate: Thu, 01 Jan 2026 00:00:10 GMT\r\n"
	    "x-ratelimit-remaining-minute: 7\r\n"
	    "X-RateLimit-Remaining-Month: 70000\r\nContent-Disposition: "
	    "attachment; filename=\"x.txt\"; filename*=UTF-8''..%2Fa%20b.png"
	    "\r\n\r\n" },
	{ "/never", "HTTP/1.1 503 Never\r\nContent-Length: 0\r\nRetry-After: "
	    "9223372036854775807\r\n\r\n" },
	{ "/later", "HTTP/1.1 503 Later\r\nContent-Length: 0\r\nRetry-After: "
	    "Thu, 01 Jan 2026 00:01:00 GMT\r\n"
	    "Date: Thu, 01 Jan 2026 00:00:10 GMT\r\n\r\n" },
	{ "/loop", "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /loop"
	    "\r\n\r\n" },
	{ "/file", "HTTP/1.1 302 Found\r\nContent-Length: 0\r\n"
	    "Location: file:///etc/passwd\r\n\r\n" },
	{ "/near", "HTTP/1.1 302 Found\r\nContent-Length: 3\r\nLocation: /ok"
	    "\r\n\r\nbye" },
};

/* Return 0 if the connection is closed. */
static int
answer(int fd, const char *head, int nth)
{
	const char *path = strchr(head, ' ') + 1;
	char text[200];
	size_t i, len;

	if (strncmp(path, "http://", 7) == 0)	/* the server is used as a proxy */
		path += 7 + strcspn(path + 7, "/");
	len = strcspn(path, " ");

	for (i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
		if (strlen(plain[i].path) != len ||
		    strncmp(path, plain[i].path, len) != 0)
			continue;
		says(fd, plain[i].answer);
		return strcmp(plain[i].path, "/half") != 0 &&
		    strcmp(plain[i].path, "/chunk") != 0 &&
		    strcmp(plain[i].path, "/once") != 0;
	}
	if (strncmp(path, "/reset ", 7) == 0)
		reset(fd);
	if (strncmp(path, "/die ", 5) == 0) {	/* at the second request */
		if (nth > 1)
			reset(fd);
		says(fd, plain[0].answer);
	} else if (strncmp(path, "/far ", 5) == 0) {
		snprintf(text, sizeof(text), "HTTP/1.1 302 Found\r\n"
		    "Content-Length: 0\r\nLocation: http://127.0.0.1:%d/ok"
		    "\r\n\r\n", ports[1]);
		says(fd, text);
	} else if (strncmp(path, "/gz ", 4) == 0) {
		snprintf(text, sizeof(text), "HTTP/1.1 200 OK\r\n"
		    "Content-Encoding: gzip\r\nContent-Length: %zu\r\n\r\n",
		    sizeof(gz));
		says(fd, text);
		say(fd, (const char *)gz, sizeof(gz));
	} else if (strncmp(path, "/big/", 5) == 0) {
		big(fd, strtoll(path + 5, NULL, 10));
	} else if (strncmp(path, "/kill/", 6) == 0) {
		kill((pid_t)strtol(path + 6, NULL, 10), SIGTERM);
		pause();
	} else if (strncmp(path, "/stall ", 7) == 0) {
		says(fd, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{");
		pause();
	}
	return 1;
}

/* Read one complete request; return 0 if the client closed the connection. */
static int
request(int fd, char *head, size_t size)
{
	size_t len = 0;
	char *end, *cl;
	int64_t body = 0;
	char c;

	while (len + 1 < size && read(fd, head + len, 1) == 1) {
		head[++len] = '\0';
		if ((end = strstr(head, "\r\n\r\n")) == NULL)
			continue;
		if ((cl = strstr(head, "Content-Length: ")) != NULL)
			body = strtoll(cl + 16, NULL, 10);
		while (body-- > 0 && read(fd, &c, 1) == 1)
			if (len + 1 < size) {
				head[len++] = c;
				head[len] = '\0';
			}
		return 1;
	}
	return 0;
}

static void
serve(int fd, int port)
{
	char head[2000];
	int nth = 0, at;

	while (request(fd, head, sizeof(head))) {
		at = __atomic_fetch_add(&seen->n, 1, __ATOMIC_SEQ_CST);
		snprintf(seen->r[at % SEEN_MAX].head, sizeof(head), "%s", head);
		seen->r[at % SEEN_MAX].port = port;
		if (!answer(fd, head, ++nth))
			break;
	}
	_exit(0);
}

static void
server_run(void)
{
	struct pollfd p[2] = { { socks[0], POLLIN, 0 }, { socks[1], POLLIN, 0 } };
	int i, fd;

	setpgid(0, 0);
	signal(SIGCHLD, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	for (;;) {
		if (poll(p, 2, -1) == -1)
			continue;
		for (i = 0; i < 2; i++) {
			if (!(p[i].revents & POLLIN))
				continue;
			fd = accept(socks[i], NULL, NULL);
			if (fd != -1 && fork() == 0)
				serve(fd, ports[i]);
			close(fd);
		}
	}
}

static void
server_stop(void)
{
	if (server > 0)
		kill(-server, SIGKILL);
}

static int
listen_any(int *port)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	socklen_t len = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd == -1 || bind(fd, (struct sockaddr *)&a, len) == -1 ||
	    listen(fd, 64) == -1 ||
	    getsockname(fd, (struct sockaddr *)&a, &len) == -1)
		abort();
	*port = ntohs(a.sin_port);
	return fd;
}

static const char *
at(const char *path)
{
	static char url[4][300];
	static int i;

	if (server == 0) {
		seen = mmap(NULL, sizeof(*seen), PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
		socks[0] = listen_any(&ports[0]);
		socks[1] = listen_any(&ports[1]);
		fflush(stdout);
		if ((server = fork()) == 0)
			server_run();
		setpgid(server, server);
		close(socks[0]);
		close(socks[1]);
		atexit(server_stop);
		unsetenv("http_proxy");
	}
	i = (i + 1) % 4;
	snprintf(url[i], sizeof(url[i]), "http://127.0.0.1:%d%s", ports[0],
	    path);
	return url[i];
}

static struct http *
open_it(struct http_conf c)
{
	struct http *h;
	struct err e = { 0 };

	at("/");
	c.in_flight = c.in_flight ? c.in_flight : 4;
	if (http_open(&h, &c, &e) == -1)
		abort();
	seen->n = 0;
	return h;
}

/* Send a request and wait; the caller keeps the body. */
static struct http_rsp
ask(struct http *h, const char *method, const char *path)
{
	struct http_rsp r;
	struct http_req rq = { .method = method, .url = at(path),
		.authorization = "Bearer TOKEN", .total_ms = 20000, .follow = 3 };
	struct err e = { 0 };

	if (strcmp(method, "POST") == 0) {
		rq.body = "{\"a\":1}";
		rq.len = 7;
		rq.type = "application/json";
	}
	if (http_once(h, &rq, &r, &e) == -1)
		printf("# %s\n", e.msg);
	return r;
}

TEST("an answer has status, type and body, also a 404")
{
	struct http *h = open_it((struct http_conf){ 0 });
	struct http_rsp r = ask(h, "GET", "/ok");

	CHECK_INT(r.end, HTTP_ANSWERED);
	CHECK_INT(r.status, 200);
	CHECK_STR(r.type, "application/json");
	CHECK_STR(buf_str(&r.body), "{}");
	CHECK_INT(r.retry_after, -1);
	CHECK_INT(r.left_month, -1);
	buf_free(&r.body);
	r = ask(h, "GET", "/none");
	CHECK_INT(r.end, HTTP_ANSWERED);
	CHECK_INT(r.status, 404);
	CHECK_STR(buf_str(&r.body), "gone");
	buf_free(&r.body);
	CHECK_INT(http_sent(h), 2);
	http_close(h);
}

TEST("a request contains the given headers and none that libcurl adds")
{
	struct http *h = open_it((struct http_conf){ 0 });
	struct http_rsp r = ask(h, "POST", "/ok");
	const char *s = seen->r[0].head;

	buf_free(&r.body);
	CHECK(strncmp(s, "POST /ok HTTP/1.1\r\n", 19) == 0);
	CHECK(strstr(s, "Authorization: Bearer TOKEN\r\n") != NULL);
	CHECK(strstr(s, "Content-Type: application/json\r\n") != NULL);
	CHECK(strstr(s, "User-Agent: ztoq/") != NULL);
	CHECK(strstr(s, "gzip") != NULL);
	CHECK(strstr(s, "Expect") == NULL);
	CHECK(strstr(s, "\r\n\r\n{\"a\":1}") != NULL);
	r = ask(h, "PUT", "/ok");
	buf_free(&r.body);
	s = seen->r[1].head;
	CHECK(strncmp(s, "PUT /ok HTTP/1.1\r\n", 18) == 0);
	CHECK(strstr(s, "Content-Length: 0\r\n") != NULL);
	CHECK(strstr(s, "Content-Type") == NULL);
	r = ask(h, "GET", "/ok");
	buf_free(&r.body);
	CHECK(strncmp(seen->r[2].head, "GET /ok HTTP/1.1\r\n", 18) == 0);
	CHECK(strstr(seen->r[2].head, "Content-Length") == NULL);
	http_close(h);
}

TEST("the headers for waits, limits, date and file name are read")
{
	struct http *h = open_it((struct http_conf){ 0 });
	struct http_rsp r = ask(h, "GET", "/heads");

	CHECK_INT(r.status, 429);
	CHECK_INT(r.retry_after, 0);
	CHECK_INT(r.left_minute, 7);
	CHECK_INT(r.left_month, 70000);
	CHECK_INT(r.date_ms, INT64_C(1767225610000));
	CHECK_STR(r.name, "a b.png");
	r = ask(h, "GET", "/later");
	CHECK_INT(r.retry_after, 50);
	r = ask(h, "GET", "/never");
	CHECK_INT(r.retry_after, 31 * 24 * 3600);
	http_close(h);
}

TEST("a body compressed with gzip arrives unchanged")
{
	struct http *h = open_it((struct http_conf){ 0 });
	struct http_rsp r = ask(h, "GET", "/gz");

	CHECK_INT(r.end, HTTP_ANSWERED);
	CHECK_STR(buf_str(&r.body), "hello, hello, hello");
	buf_free(&r.body);
	http_close(h);
}

TEST("a reset after the request was read leaves one request in doubt")
{
	struct http *h = open_it((struct http_conf){ 0 });
	struct http_rsp r = ask(h, "POST", "/reset");

	CHECK_INT(r.end, HTTP_DOUBT);
	CHECK(*r.why != '\0');
	CHECK_INT(seen->n, 1);
	http_close(h);
}

TEST("a kept connection that is closed during a POST leaves one POST in doubt")
{
	struct http *h = open_it((struct http_conf){ .in_flight = 1 });
	struct http_rsp r = ask(h, "POST", "/ok");

	CHECK_INT(r.end, HTTP_ANSWERED);
	buf_free(&r.body);
	r = ask(h, "POST", "/die");
	CHECK_INT(r.end, HTTP_DOUBT);
	CHECK_INT(seen->n, 2);
	CHECK_INT(http_sent(h), 2);
	http_close(h);
}

TEST("a kept connection that is closed during a PUT without a body leaves it in doubt")
{
	struct http *h = open_it((struct http_conf){ .in_flight = 1 });
	struct http_rsp r = ask(h, "GET", "/ok");

	buf_free(&r.body);
	r = ask(h, "PUT", "/die");
	CHECK_INT(r.end, HTTP_DOUBT);
	CHECK_INT(seen->n, 2);
	http_close(h);
}

TEST("a GET on a kept connection that is closed is sent again by libcurl, and counted")
{
	struct http *h = open_it((struct http_conf){ .in_flight = 1 });
	struct http_rsp r = ask(h, "GET", "/ok");

	buf_free(&r.body);
	r = ask(h, "GET", "/die");
	CHECK_INT(r.end, HTTP_ANSWERED);
	buf_free(&r.body);
	CHECK_INT(seen->n, 3);
	CHECK_INT(http_sent(h), 3);
	http_close(h);
}

TEST("a connection that was closed while idle does not affect a POST")
{
	struct http *h = open_it((struct http_conf){ .in_flight = 1 });
	struct http_rsp r = ask(h, "GET", "/once");

	buf_free(&r.body);
	r = ask(h, "POST", "/ok");
	/* closed before or while it was sent, but never sent twice */
	CHECK(r.end == HTTP_ANSWERED ? seen->n == 2 : seen->n <= 2);
	buf_free(&r.body);
	http_close(h);
}

TEST("a body that ends early leaves the request in doubt, by length and by chunk")
{
	struct http *h = open_it((struct http_conf){ 0 });
	struct http_rsp r = ask(h, "GET", "/half");

	CHECK_INT(r.end, HTTP_DOUBT);
	CHECK_INT(r.status, 200);
	buf_free(&r.body);
	r = ask(h, "GET", "/chunk");
	CHECK_INT(r.end, HTTP_DOUBT);
	buf_free(&r.body);
	http_close(h);
}

TEST("a request to a closed port or an unknown host was never sent")
{
	struct http *h = open_it((struct http_conf){ 0 });
	struct http_rsp r;
	struct http_req rq = { .method = "POST", .url = "http://127.0.0.1:1/",
		.body = "{}", .len = 2 };
	struct err e = { 0 };

	CHECK_INT(http_once(h, &rq, &r, &e), 0);
	CHECK_INT(r.end, HTTP_UNSENT);
	rq.url = "http://no-such-host.invalid/";
	CHECK_INT(http_once(h, &rq, &r, &e), 0);
	CHECK_INT(r.end, HTTP_UNSENT);
	rq.url = "ftp://127.0.0.1/";
	CHECK_INT(http_once(h, &rq, &r, &e), 0);
	CHECK_INT(r.end, HTTP_UNSENT);
	CHECK_INT(http_sent(h), 0);
	http_close(h);
}

TEST("a redirect keeps the token on its host and drops it elsewhere")
{
	struct http *h = open_it((struct http_conf){ 0 });
	struct http_rsp r = ask(h, "GET", "/near");

	CHECK_INT(r.status, 200);
	CHECK_STR(buf_str(&r.body), "{}");
	buf_free(&r.body);
	CHECK(strstr(seen->r[1].head, "Bearer TOKEN") != NULL);
	r = ask(h, "GET", "/far");
	CHECK_INT(r.status, 200);
	buf_free(&r.body);
	CHECK_INT(seen->n, 4);
	CHECK_INT(seen->r[3].port, ports[1]);
	CHECK(strstr(seen->r[3].head, "TOKEN") == NULL);
	CHECK(strstr(seen->r[3].head, "uthorization") == NULL);
	http_close(h);
}

TEST("at most three redirects are followed, and none for a write or to a file")
{
	struct http *h = open_it((struct http_conf){ 0 });
	struct http_rsp r = ask(h, "GET", "/loop");

	CHECK_INT(r.status, 302);
	CHECK_INT(seen->n, 4);
	r = ask(h, "POST", "/near");
	CHECK_INT(r.status, 302);
	CHECK_INT(seen->n, 5);
	buf_free(&r.body);
	r = ask(h, "GET", "/file");
	CHECK(r.end != HTTP_ANSWERED || r.status == 302);
	CHECK_INT(r.body.len, 0);
	http_close(h);
}

TEST("the size of a body in memory is limited")
{
	struct http *h = open_it((struct http_conf){ .max_body = 100000 });
	struct http_rsp r = ask(h, "GET", "/big/100000");

	CHECK_INT(r.end, HTTP_ANSWERED);
	CHECK_INT(r.body.len, 100000);
	buf_free(&r.body);
	r = ask(h, "GET", "/big/9000000000");
	CHECK_INT(r.end, HTTP_DOUBT);
	CHECK(r.too_large);
	CHECK(r.body.len <= 100000);
	buf_free(&r.body);
	http_close(h);
}

TEST("a body is written to a file with its sha256, and a full disk is reported")
{
	struct http *h = open_it((struct http_conf){ .max_body = 1000 });
	struct http_req rq = { .url = at("/big/3000000") };
	struct http_rsp r;
	struct err e = { 0 };
	char path[] = "/tmp/ztoq-sink-XXXXXX", want[HASH_HEX], *x = malloc(3000000);
	struct stat st;
	int fd = mkstemp(path);

	memset(x, 'x', 3000000);
	hash_text(x, 3000000, want);
	free(x);
	rq.sink = fd;
	CHECK_INT(http_once(h, &rq, &r, &e), 0);
	CHECK_INT(r.end, HTTP_ANSWERED);
	CHECK_INT(r.sink_len, 3000000);
	CHECK_STR(r.sink_hash, want);
	CHECK_INT(r.body.len, 0);
	CHECK(fstat(fd, &st) == 0 && st.st_size == 3000000);
	rq.url = at("/none");		/* the body of an error is not stored as a file */
	CHECK_INT(http_once(h, &rq, &r, &e), 0);
	CHECK_STR(buf_str(&r.body), "gone");
	buf_free(&r.body);
	close(fd);
	unlink(path);
	rq.url = at("/big/3000000");
	rq.sink = open("/dev/full", O_WRONLY);
	CHECK_INT(http_once(h, &rq, &r, &e), 0);
	CHECK_INT(r.end, HTTP_DOUBT);
	CHECK_INT(r.sink_errno, ENOSPC);
	close(rq.sink);
	http_close(h);
}

TEST("a server that stalls is given up after the idle time, one that hangs after the total")
{
	struct http *h = open_it((struct http_conf){ .idle_ms = 1000 });
	struct http_rsp r = ask(h, "GET", "/stall");
	struct http_req rq = { .url = at("/stall"), .total_ms = 300 };
	struct err e = { 0 };

	CHECK_INT(r.end, HTTP_DOUBT);
	CHECK(r.took_ms < 10000);
	buf_free(&r.body);
	CHECK_INT(http_once(h, &rq, &r, &e), 0);
	CHECK_INT(r.end, HTTP_DOUBT);
	CHECK(r.took_ms >= 290 && r.took_ms < 1000);
	buf_free(&r.body);
	http_close(h);
}

static int answers;

static void
on_done(void *arg, struct http_rsp *r)
{
	answers++;
	*(int *)arg += r->status == 200;
}

TEST("requests beyond the maximum in flight wait, and all are answered")
{
	struct http *h = open_it((struct http_conf){ .in_flight = 3 });
	struct http_req rq = { .url = at("/ok") };
	struct err e = { 0 };
	int i, n = 0;

	for (i = 0; i < 50; i++)
		CHECK_INT(http_send(h, &rq, on_done, &n, &e), 0);
	CHECK_INT(answers, 0);
	while (answers < 50)
		CHECK_INT(http_wait(h, 1000, NULL, 0, &e), 0);
	CHECK_INT(n, 50);
	CHECK_INT(seen->n, 50);
	for (i = 0; i < 5; i++)
		CHECK_INT(http_send(h, &rq, on_done, &n, &e), 0);
	http_close(h);		/* without an error */
	CHECK_INT(n, 50);
}

TEST("a wait also ends when a descriptor is ready or closed")
{
	struct http *h = open_it((struct http_conf){ 0 });
	int p[2];
	char c;
	struct pollfd fd[2] = { { .fd = -1 }, { .events = POLLIN } };
	struct err e = { 0 };
	int64_t from = time_mono_ms();

	CHECK(pipe(p) == 0);
	fd[1].fd = p[0];
	CHECK_INT(http_wait(h, 50, fd, 2, &e), 0);
	CHECK_INT(fd[1].revents, 0);
	CHECK(time_mono_ms() - from >= 45);
	CHECK(write(p[1], "x", 1) == 1);
	CHECK_INT(http_wait(h, 20000, fd, 2, &e), 0);
	CHECK(fd[1].revents & POLLIN);
	CHECK(read(p[0], &c, 1) == 1);
	close(p[1]);
	CHECK_INT(http_wait(h, 20000, fd, 2, &e), 0);
	CHECK(fd[1].revents != 0);
	close(p[0]);
	http_close(h);
}

static void
killed(void *arg)
{
	struct http *h = open_it((struct http_conf){ 0 });
	char path[40];
	struct http_req rq = { .total_ms = 60000 };
	struct http_rsp r;
	struct err e = { 0 };
	int64_t from = time_mono_ms();

	(void)arg;
	sig_open();
	snprintf(path, sizeof(path), "/kill/%d", (int)getpid());
	rq.url = at(path);
	if (http_once(h, &rq, &r, &e) == 0 || e.code != ZX_RETRY)
		_exit(1);
	http_close(h);
	_exit(time_mono_ms() - from < 5000 ? 0 : 2);
}

TEST("a signal ends the wait for an answer")
{
	struct test_child c;

	at("/");
	test_run(&c, killed, NULL);
	CHECK_INT(c.status, 0);
}

/* ------------------------------------------------- a proxy, and TLS */

TEST("a proxy named by the environment is used")
{
	char proxy[60];
	struct http_req rq = { .url = "http://nobody.invalid/ok" };
	struct http_rsp r;
	struct err e = { 0 };
	struct http *h;

	at("/");
	snprintf(proxy, sizeof(proxy), "http://127.0.0.1:%d", ports[1]);
	setenv("http_proxy", proxy, 1);
	h = open_it((struct http_conf){ 0 });
	CHECK_INT(http_once(h, &rq, &r, &e), 0);
	CHECK_INT(r.status, 200);
	buf_free(&r.body);
	CHECK_INT(seen->r[0].port, ports[1]);
	CHECK(strncmp(seen->r[0].head, "GET http://nobody.invalid/ok ",
	    29) == 0);
	http_close(h);
	unsetenv("http_proxy");
}

/* Start openssl s_server with a test certificate; return its port, or 0. */
static int
tls_server(char *cert, size_t size, pid_t *pid)
{
	char dir[] = "/tmp/ztoq-tls-XXXXXX", cmd[600], line[200];
	int p[2], port = 0;
	FILE *f;

	if (mkdtemp(dir) == NULL || pipe(p) == -1)
		abort();
	snprintf(cert, size, "%s/cert", dir);
	snprintf(cmd, sizeof(cmd), "cd %s && openssl req -x509 -newkey ec"
	    " -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout key -out cert"
	    " -days 1 -subj /CN=localhost -addext subjectAltName=DNS:localhost,"
	    "IP:127.0.0.1 2>/dev/null && exec openssl s_server -accept"
	    " 127.0.0.1:0 -cert cert -key key -www 2>&1", dir);
	fflush(stdout);
	if ((*pid = fork()) == 0) {
		setpgid(0, 0);
		dup2(p[1], 1);
		close(p[0]);
		execl("/bin/sh", "sh", "-c", cmd, (char *)NULL);
		_exit(127);
	}
	close(p[1]);
	if ((f = fdopen(p[0], "r")) == NULL)
		abort();
	while (port == 0 && fgets(line, sizeof(line), f) != NULL)
		if (sscanf(line, "ACCEPT 127.0.0.1:%d", &port) != 1)
			port = 0;
	return port;		/* f stays open: the server writes into it */
}

TEST("a TLS server is trusted by its CA file only")
{
	char cert[100], url[200];
	struct http_conf c = { 0 };
	struct http_req rq = { .url = url, .method = "POST", .body = "x",
		.len = 1 };
	struct http_rsp r;
	struct err e = { 0 };
	struct http *h;
	pid_t pid;
	int port = tls_server(cert, sizeof(cert), &pid);

	if (port == 0)
		SKIP("no openssl here");
	snprintf(url, sizeof(url), "https://127.0.0.1:%d/", port);
	h = open_it(c);
	CHECK_INT(http_once(h, &rq, &r, &e), 0);
	CHECK_INT(r.end, HTTP_UNSENT);
	CHECK(strstr(r.why, "certificate") != NULL);
	CHECK_INT(r.untrusted, 1);
	http_close(h);
	c.ca_file = cert;
	rq.method = NULL;
	rq.body = NULL;
	h = open_it(c);
	CHECK_INT(http_once(h, &rq, &r, &e), 0);
	CHECK_INT(r.end, HTTP_ANSWERED);
	CHECK_INT(r.status, 200);
	CHECK_INT(r.untrusted, 0);
	buf_free(&r.body);
	http_close(h);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	unlink(cert);
	*strrchr(cert, '/') = '\0';
	snprintf(url, sizeof(url), "%s/key", cert);
	unlink(url);
	rmdir(cert);
}

TEST("a request with a line end in a header or URL is not sent")
{
	struct http *h = open_it((struct http_conf){ 0 });
	struct http_req rq = { .url = at("/ok"), .accept = "a\r\nY: b" };
	struct http_rsp r;
	struct err e = { 0 };

	CHECK_INT(http_once(h, &rq, &r, &e), -1);
	CHECK_INT(e.code, ZX_CONFIG);
	rq.accept = NULL;
	rq.url = at("/ok HTTP/1.1");
	CHECK_INT(http_once(h, &rq, &r, &e), -1);
	CHECK_INT(seen->n, 0);
	http_close(h);
}

TEST("base URLs are checked and lose their last slash")
{
	static const struct { const char *in, *out; } t[] = {
		{ "https://api.example.com/v2/", "https://api.example.com/v2" },
		{ "http://127.0.0.1:80", "http://127.0.0.1:80" },
		{ "https://u:p@example.com/", NULL }, { "ftp://x/", NULL },
		{ "https://example.com/?a=b", NULL }, { "example.com", NULL },
		{ "https://", NULL }, { "", NULL },
	};
	struct err e;
	char *out;
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		e = (struct err){ 0 };
		CHECK_INT(http_base(t[i].in, &out, &e), t[i].out ? 0 : -1);
		if (t[i].out != NULL)
			CHECK_STR(out, t[i].out);
		else
			CHECK_INT(e.code, ZX_CONFIG);
		CHECK(strstr(e.msg, "u:p") == NULL);
		free(out);
	}
}

TEST("hosts are compared by scheme, name and port, including the default port")
{
	CHECK(http_same_host("https://A.b/x", "https://a.b:443/y"));
	CHECK(!http_same_host("https://a.b/", "http://a.b/"));
	CHECK(!http_same_host("https://a.b/", "https://a.b:8443/"));
	CHECK(!http_same_host("https://a.b/", "https://a.b.c/"));
	CHECK(!http_same_host("https://a.b/", "https://a.b@evil.c/"));
	CHECK(!http_same_host("https://a.b/", "/x"));
}

TEST("special characters of a path segment are escaped")
{
	struct buf b = { 0 };

	http_escape(&b, "a/b?c=d&e#f g%\xc3\xa9");
	CHECK_STR(buf_str(&b), "a%2Fb%3Fc%3Dd%26e%23f%20g%25%C3%A9");
	buf_free(&b);
}
