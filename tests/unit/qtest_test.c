#include <arpa/inet.h>
#include <signal.h>
#include <sys/socket.h>

#include "base/buf.h"
#include "base/time.h"
#include "domain/api/qtest_conf.h"
#include "domain/api/qtest_list.h"
#include "domain/budget.h"
#include "domain/api/qtest.h"
#include "domain/api/qtest_marker.h"
#include "domain/schema.h"
#include "test.h"

TEST("the last complete marker is read, with a project or without")
{
	static const struct {
		const char	*html, *project, *key;	/* key NULL: without a marker */
	} cases[] = {
		{ "<p>x</p><p>[zephyr X-R1]</p>", "", "X-R1" },
		{ "[zephyr A] [zephyr folder&#58;12]", "", "folder:12" },
		{ "[zephyr E:99]\n", "", "E:99" },
		{ "<p>[zephyr @unfiled]<br></p>", "", "@unfiled" },
		{ "<p>[zephyr ATLAS @unfiled]</p>", "ATLAS", "@unfiled" },
		{ "[zephyr A] <b>[zephyr&nbsp;X  folder:1]</b>", "X", "folder:1" },
		{ "[zephyr X-R1", NULL, NULL }, { "[zephyr ]", NULL, NULL },
		{ "[zephyr a b c]", NULL, NULL }, { "[zephyr a ]", NULL, NULL },
		{ "no marker, but zephyr", NULL, NULL }, { NULL, NULL, NULL },
	};
	struct qtest_marker m;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		CHECK_INT(qtest_marker(cases[i].html, &m), cases[i].key != NULL);
		if (cases[i].key == NULL)
			continue;
		CHECK_STR(m.key, cases[i].key);
		CHECK_STR(m.project, cases[i].project);
	}
}

TEST("texts compare without the project of their marker")
{
	struct buf b = { 0 };

	buf_puts(&b, "words [zephyr X folder:1]");
	qtest_marker_plain(&b);
	CHECK_STR(buf_str(&b), "words [zephyr folder:1]");
	qtest_marker_plain(&b);
	CHECK_STR(buf_str(&b), "words [zephyr folder:1]");
	buf_free(&b);
}

TEST("a pid before a listed name is not part of it")
{
	static const struct {
		const char	*json, *name;
	} t[] = {
		{ "{\"name\":\"MD-2 Home\",\"pid\":\"MD-2\"}", "Home" },
		{ "{\"name\":\"MD-22 Home\",\"pid\":\"MD-2\"}", "MD-22 Home" },
		{ "{\"name\":\"Home\",\"pid\":\"MD-2\"}", "Home" },
		{ "{\"name\":\"Home\"}", "Home" },
	};
	struct json v = { 0 };
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		CHECK(json_parse(&v, t[i].json, strlen(t[i].json), NULL, NULL) == 0);
		CHECK_STR(qtest_name(&v), t[i].name);
		json_free(&v);
	}
	CHECK(qtest_name(&v) == NULL);
}

/*
 * A server of one process, which searches each request line in a list of answers; an
 * answer with once is given for the first such request only.
 */
struct act {
	const char	*line;		/* beginning of the request line */
	int		 once;
	int		 status;
	const char	*head, *body;	/* head: further header lines */
	int		 used;
};

struct site {
	int		 port;
	pid_t		 pid;
	int		 log;		/* read end: one request line each */
};

static void
site_answer(int c, struct act *acts, int log)
{
	char in[65536], out[65536];
	size_t n = 0;
	ssize_t k;
	char *end, *cl;
	struct act *a;

	in[0] = '\0';
	while ((end = strstr(in, "\r\n\r\n")) == NULL ||
	    ((cl = strstr(in, "Content-Length: ")) != NULL &&
	    n < (size_t)(end - in) + 4 + (size_t)strtol(cl + 16, NULL, 10))) {
		if ((k = read(c, in + n, sizeof(in) - 1 - n)) <= 0)
			return;
		n += (size_t)k;
		in[n] = '\0';
	}
	for (a = acts; a->line != NULL; a++)
		if (strncmp(in, a->line, strlen(a->line)) == 0 && !(a->once && a->used))
			break;
	if (a->line == NULL) {
		snprintf(out, sizeof(out), "HTTP/1.1 500 x\r\nContent-Length: 0\r\n\r\n");
	} else {
		a->used = 1;
		snprintf(out, sizeof(out), "HTTP/1.1 %d x\r\n%sConnection: close\r\n"
		    "Content-Length: %zu\r\n\r\n%s", a->status, a->head, strlen(a->body), a->body);
	}
	*strstr(in, " HTTP/1.1") = '\n';
	*(strchr(in, '\n') + 1) = '\0';
	if (write(log, in, strlen(in)) < 0 || write(c, out, strlen(out)) < 0)
		_exit(1);
}

static void
site_open(struct site *s, struct act *acts)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	socklen_t len = sizeof(a);
	int l = socket(AF_INET, SOCK_STREAM, 0), c, p[2];

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(l, (struct sockaddr *)&a, len) == -1 || listen(l, 16) == -1 ||
	    getsockname(l, (struct sockaddr *)&a, &len) == -1 || pipe(p) == -1)
		abort();
	s->port = ntohs(a.sin_port);
	s->log = p[0];
	fflush(stdout);
	if ((s->pid = fork()) == 0) {
		signal(SIGPIPE, SIG_IGN);
		while ((c = accept(l, NULL, NULL)) != -1) {
			site_answer(c, acts, p[1]);
			close(c);
		}
		_exit(0);
	}
	close(l);
	close(p[1]);
}

/* Stop the server; return its requests, one a line. */
static void
site_close(struct site *s, char *log, size_t n)
{
	ssize_t k;
	size_t at = 0;

	kill(s->pid, SIGKILL);
	waitpid(s->pid, NULL, 0);
	while (at + 1 < n && (k = read(s->log, log + at, n - 1 - at)) > 0)
		at += (size_t)k;
	log[at] = '\0';
	close(s->log);
}

static int
site_client(struct site *s, struct qtest_conf *conf, struct qtest **qt, struct err *e)
{
	static char url[64];

	snprintf(url, sizeof(url), "http://127.0.0.1:%d", s->port);
	conf->base_url = url;
	conf->project = 7;
	if (conf->token == NULL && conf->username == NULL)
		conf->token = "sesame-sesame";
	return qtest_open(qt, conf, e);
}

#define P "/api/v3/projects/7"
#define PROJECT { "GET " P " ", 0, 200, "", "{\"id\":7}", 0 }

static int
count_lines(const char *s, const char *what)
{
	int n = 0;

	for (; (s = strstr(s, what)) != NULL; s++)
		n++;
	return n;
}

static int
collect(void *arg, const struct json *item, struct err *e)
{
	(void)e;
	buf_printf(arg, "%lld,", (long long)json_int(item, "id", -1));
	return 0;
}

TEST("lists end at an empty page, at total, or at a page without new rows")
{
	struct act acts[] = {
		PROJECT,
		{ "GET " P "/a?x=1&page=1&size=999", 0, 200, "", "[{\"id\":1},{\"id\":2}]", 0 },
		{ "GET " P "/a?x=1&page=2&size=999", 0, 200, "", "[{\"id\":2},{\"id\":3}]", 0 },
		{ "GET " P "/a?x=1&page=3&size=999", 0, 200, "", "[]", 0 },
		{ "GET " P "/b?page=1&pageSize=999", 0, 200, "",
		    "{\"total\":3,\"items\":[{\"id\":1},{\"id\":2}]}", 0 },
		{ "GET " P "/b?page=2&pageSize=999", 0, 200, "",
		    "{\"total\":3,\"items\":[{\"id\":3}]}", 0 },
		{ "GET " P "/c?page=", 0, 200, "", "[{\"id\":5},{\"id\":4}]", 0 },
		{ "GET " P "/d ", 0, 200, "", "[{\"id\":9},{\"id\":9}]", 0 },
		{ 0 }
	};
	struct qtest_conf conf = { 0 };
	struct site s;
	struct qtest *qt;
	struct err e = { 0 };
	struct buf b = { 0 };
	char log[4096];

	site_open(&s, acts);
	CHECK_INT(site_client(&s, &conf, &qt, &e), 0);
	CHECK_INT(qtest_list(qt, "/a?x=1", QTEST_SIZE, collect, &b, &e), 0);
	CHECK_STR(buf_str(&b), "1,2,3,");
	buf_reset(&b);
	CHECK_INT(qtest_list(qt, "/b", QTEST_PAGESIZE, collect, &b, &e), 0);
	CHECK_STR(buf_str(&b), "1,2,3,");
	buf_reset(&b);
	CHECK_INT(qtest_list(qt, "/c", QTEST_PAGESIZE, collect, &b, &e), 0);
	CHECK_STR(buf_str(&b), "5,4,");
	buf_reset(&b);
	CHECK_INT(qtest_list(qt, "/d", QTEST_WHOLE, collect, &b, &e), 0);
	CHECK_STR(buf_str(&b), "9,9,");
	qtest_close(qt);
	site_close(&s, log, sizeof(log));
	CHECK_INT(count_lines(log, "GET "), 1 + 3 + 2 + 2 + 1);
	buf_free(&b);
}

static void
keep_reply(void *arg, struct qtest_reply *rp)
{
	struct qtest_reply *to = arg;

	*to = *rp;
	to->body = NULL;
	memset(&to->doc, 0, sizeof(to->doc));
}

static int
post(struct qtest *qt, struct qtest_reply *rp, struct err *e)
{
	memset(rp, 0, sizeof(*rp));
	if (qtest_send(qt, "POST", "/x", "{}", 2, keep_reply, rp, e) == -1)
		return -1;
	while (api_busy(qtest_api(qt)) > 0)
		if (api_wait(qtest_api(qt), 1000, NULL, 0, e) == -1 && api_busy(qtest_api(qt)) > 0)
			return -1;
	return 0;
}

TEST("a write is repeated after 429, read back after 5xx, and refused by any 4xx")
{
	struct act acts[] = {
		PROJECT,
		{ "POST " P "/x", 1, 429, "Retry-After: 0\r\n", "", 0 },
		{ "POST " P "/x", 1, 201, "", "{\"id\":5}", 0 },
		{ "POST " P "/x", 1, 502, "Content-Type: text/html\r\n", "<h1>Bad</h1>", 0 },
		{ "POST " P "/x", 1, 400, "", "{\"message\":\"no <b>name</b>\"}", 0 },
		{ "POST " P "/x", 1, 404, "", "{\"code\":4,\"message\":\"Module gone\"}", 0 },
		{ "POST " P "/x", 1, 403, "", "{\"error\":\"x\",\"error_description\":\"why\"}", 0 },
		{ "POST " P "/x", 1, 400, "", "{\"error\":{\"message\":\"deep\"}}", 0 },
		{ "POST " P "/x", 1, 400, "", "{\"errors\":[\"first\",\"second\"]}", 0 },
		{ "POST " P "/x", 1, 413, "", "", 0 },
		{ 0 }
	};
	static const char *const why[] = { "qTest 400: no name", "qTest 404: Module gone",
	    "qTest 403: why", "qTest 400: deep", "qTest 400: first",
	    "qTest 413: too large (the request has 2 bytes)" };
	struct qtest_conf conf = { 0 };
	struct qtest_reply rp;
	struct site s;
	struct qtest *qt;
	struct err e = { 0 };
	char log[4096];
	size_t i;

	site_open(&s, acts);
	CHECK_INT(site_client(&s, &conf, &qt, &e), 0);
	CHECK_INT(post(qt, &rp, &e), 0);
	CHECK_INT(rp.end, QTEST_DONE);
	CHECK_INT(rp.status, 201);
	CHECK_INT(post(qt, &rp, &e), 0);
	CHECK_INT(rp.end, QTEST_DOUBT);
	for (i = 0; i < sizeof(why) / sizeof(why[0]); i++) {
		CHECK_INT(post(qt, &rp, &e), 0);
		CHECK_INT(rp.end, QTEST_REFUSED);
		CHECK_STR(rp.why, why[i]);
	}
	CHECK_INT(api_failed(qtest_api(qt), &e), 0);
	qtest_close(qt);
	site_close(&s, log, sizeof(log));
	CHECK_INT(count_lines(log, "POST "), 9);
}

TEST("a refused API token ends with 77, an unknown project with 78, a web page with 76")
{
	struct act no[] = { { "GET ", 0, 401, "", "{\"message\":\"no\"}", 0 }, { 0 } };
	struct act gone[] = { { "GET ", 0, 404, "", "{}", 0 }, { 0 } };
	struct act page[] = { { "GET ", 0, 200, "Content-Type: text/html\r\n",
	    "<html>Sign in</html>", 0 }, { 0 } };
	struct act *sets[] = { no, gone, page };
	static const int codes[] = { ZX_AUTH, ZX_CONFIG, ZX_PROTO };
	struct qtest_conf conf = { 0 };
	struct site s;
	struct qtest *qt;
	struct err e = { 0 };
	char log[4096];
	int i;

	for (i = 0; i < 3; i++) {
		site_open(&s, sets[i]);
		memset(&e, 0, sizeof(e));
		CHECK_INT(site_client(&s, &conf, &qt, &e), -1);
		site_close(&s, log, sizeof(log));
		CHECK_INT(e.code, codes[i]);
		CHECK(strstr(e.msg, "sesame") == NULL);
	}
}

TEST("a login is repeated once if its token is refused")
{
	struct act acts[] = {
		{ "POST /oauth/token", 0, 200, "",
		    "{\"access_token\":\"first-token\",\"expires_in\":300}", 0 },
		PROJECT,
		{ "POST " P "/x", 1, 401, "", "{}", 0 },
		{ "POST " P "/x", 1, 201, "", "{\"id\":1}", 0 },
		{ "POST " P "/x", 0, 401, "", "{}", 0 },
		{ 0 }
	};
	struct qtest_conf conf = { .username = "u@x", .password = "pass word" };
	struct qtest_reply rp;
	struct site s;
	struct qtest *qt;
	struct err e = { 0 };
	char log[4096];

	site_open(&s, acts);
	CHECK_INT(site_client(&s, &conf, &qt, &e), 0);
	CHECK_INT(post(qt, &rp, &e), 0);
	CHECK_INT(rp.end, QTEST_DONE);
	CHECK_INT(post(qt, &rp, &e), 0);
	CHECK_INT(rp.end, QTEST_UNSENT);
	CHECK_INT(api_failed(qtest_api(qt), &e), -1);
	CHECK_INT(e.code, ZX_AUTH);
	qtest_close(qt);
	site_close(&s, log, sizeof(log));
	CHECK_INT(count_lines(log, "POST /oauth/token"), 3);
	CHECK_INT(count_lines(log, "revoke"), 0);
}

TEST("the maximum of requests is sent, then the run ends with 75")
{
	struct act acts[] = { PROJECT, { "POST " P "/x", 0, 201, "", "{}", 0 }, { 0 } };
	struct qtest_conf conf = { .max_requests = 2 };
	struct qtest_reply rp;
	struct site s;
	struct qtest *qt;
	struct err e = { 0 };
	char log[4096];

	site_open(&s, acts);
	CHECK_INT(site_client(&s, &conf, &qt, &e), 0);
	CHECK_INT(post(qt, &rp, &e), 0);
	CHECK_INT(rp.end, QTEST_DONE);
	CHECK_INT(post(qt, &rp, &e), 0);
	CHECK_INT(rp.end, QTEST_UNSENT);
	CHECK_INT(api_failed(qtest_api(qt), &e), -1);
	CHECK_INT(e.code, ZX_RETRY);
	qtest_close(qt);
	site_close(&s, log, sizeof(log));
	CHECK_INT(count_lines(log, "\n"), 2);
}

TEST("the number of sent requests is added to the shared row completely and once")
{
	struct act acts[] = { PROJECT, { 0 } };
	struct qtest_conf conf = { 0 };
	static const char asked[] = "SELECT requests FROM budget WHERE api = ?1";
	struct site s;
	struct qtest *qt;
	struct db *db;
	struct err e = { 0 };
	char log[4096], api[40], path[] = "/tmp/ztoq-unit-XXXXXX";
	int64_t n;
	int fd = mkstemp(path);

	site_open(&s, acts);
	CHECK_INT(site_client(&s, &conf, &qt, &e), 0);
	snprintf(api, sizeof(api), "127.0.0.1:%d", s.port);
	CHECK_INT(db_open(&db, path, DB_URL_PUBLIC, &e), 0);
	CHECK_INT(schema_ready(db, &e), 0);
	CHECK(db_exec(db, &e, "CREATE TRIGGER no BEFORE UPDATE OF left_month ON budget"
	    " BEGIN SELECT RAISE(ABORT, 'not now'); END", "") != -1);
	CHECK_INT(api_sync_budget(qtest_api(qt), db, API_SYNC_NOW, &e), -1);
	CHECK_INT(db_one(db, &n, 0, &e, asked, "s", api), 0);
	CHECK_INT(n, 0);
	CHECK(db_exec(db, &e, "DROP TRIGGER no", "") != -1);
	CHECK_INT(api_sync_budget(qtest_api(qt), db, API_SYNC_NOW, &e), 0);
	CHECK_INT(api_sync_budget(qtest_api(qt), db, API_SYNC_NOW, &e), 0);
	CHECK_INT(db_one(db, &n, 0, &e, asked, "s", api), 0);
	CHECK_INT(n, 1);
	db_close(db);
	qtest_close(qt);
	site_close(&s, log, sizeof(log));
	close(fd);
	unlink(path);
}

TEST("a write is sent only if the claim lasts longer than the write may")
{
	struct act acts[] = {
		PROJECT,
		{ "POST " P "/x", 0, 200, "", "{\"id\":1}", 0 },
		{ "GET " P "/y", 0, 200, "", "{\"id\":2}", 0 },
		{ 0 }
	};
	struct qtest_conf conf = { .timeout_ms = 60000 };
	struct qtest_reply post = { 0 }, get = { 0 };
	struct site s;
	struct qtest *qt;
	struct err e = { 0 };
	char log[4096];

	site_open(&s, acts);
	CHECK_INT(site_client(&s, &conf, &qt, &e), 0);
	qtest_lease(qt, time_mono_ms() + 59000);
	CHECK_INT(qtest_send(qt, "POST", "/x", "{}", 2, keep_reply, &post, &e), 0);
	CHECK_INT(qtest_send(qt, "GET", "/y", NULL, 0, keep_reply, &get, &e), 0);
	while (get.status == 0)
		CHECK_INT(api_wait(qtest_api(qt), 100, NULL, 0, &e), 0);
	CHECK_INT(post.status, 0);
	CHECK_INT(api_busy(qtest_api(qt)), 1);
	qtest_lease(qt, time_mono_ms() + 120000);
	while (post.status == 0)
		CHECK_INT(api_wait(qtest_api(qt), 100, NULL, 0, &e), 0);
	CHECK_INT(post.status, 200);
	qtest_close(qt);
	site_close(&s, log, sizeof(log));
}
