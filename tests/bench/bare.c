#define _POSIX_C_SOURCE 200809L	/* getline */
#include <curl/curl.h>
#include <jv.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * Measure the minimal cost of a request: send the URLs of stdin, WIDTH of them in
 * flight through one multi handle, parse each answer by libjq, and store the answers
 * of each turn in one durable commit.  A URL with a tab and a JSON text behind it is a
 * POST of this text.  zextract and zload are compared with this program.  With DB "-"
 * answers are neither parsed nor stored; this measures zmock.
 *	bare DB WIDTH <URLS
 */
struct answer {
	CURL	*curl;
	char	*s, *url, *post;	/* post: in url, or NULL */
	size_t	 len, cap, url_cap;
};

static sqlite3 *db;	/* NULL: keep nothing */
static sqlite3_stmt *insert;
static struct curl_slist *headers, *post_headers;

static void
need(int ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "bare: %s\n", what);
	exit(70);
}

static void
sql(const char *s)
{
	need(db == NULL || sqlite3_exec(db, s, NULL, NULL, NULL) == SQLITE_OK, s);
}

static size_t
body(char *p, size_t size, size_t n, void *arg)
{
	struct answer *a = arg;

	(void)size;
	if (a->len + n > a->cap) {
		a->cap = (a->len + n) * 2;
		need((a->s = realloc(a->s, a->cap)) != NULL, "memory");
	}
	memcpy(a->s + a->len, p, n);
	a->len += n;
	return n;
}

static int
ask(CURLM *multi, struct answer *a)
{
	if (getline(&a->url, &a->url_cap, stdin) == -1)
		return 0;
	a->url[strcspn(a->url, "\n")] = '\0';
	if ((a->post = strchr(a->url, '\t')) != NULL)
		*a->post++ = '\0';
	a->len = 0;
	if (a->post != NULL)
		curl_easy_setopt(a->curl, CURLOPT_POSTFIELDS, a->post);
	else
		curl_easy_setopt(a->curl, CURLOPT_HTTPGET, 1L);
	curl_easy_setopt(a->curl, CURLOPT_URL, a->url);
	curl_easy_setopt(a->curl, CURLOPT_HTTPHEADER, a->post != NULL ? post_headers : headers);
	curl_easy_setopt(a->curl, CURLOPT_WRITEFUNCTION, body);
	curl_easy_setopt(a->curl, CURLOPT_WRITEDATA, a);
	curl_easy_setopt(a->curl, CURLOPT_FAILONERROR, 1L);
	curl_easy_setopt(a->curl, CURLOPT_PRIVATE, a);
	curl_multi_add_handle(multi, a->curl);
	return 1;
}

static void
keep(const struct answer *a)
{
	jv v;

	if (db == NULL)
		return;
	v = jv_parse_sized(a->s, (int)a->len);
	need(jv_is_valid(v), "an answer is no JSON");
	jv_free(v);
	sqlite3_bind_text(insert, 1, a->url, -1, SQLITE_STATIC);
	sqlite3_bind_blob(insert, 2, a->s, (int)a->len, SQLITE_STATIC);
	need(sqlite3_step(insert) == SQLITE_DONE, sqlite3_errmsg(db));
	sqlite3_reset(insert);
}

/* Commit all answers that have arrived; return the number of requests in flight. */
static int
turn(CURLM *multi, struct answer **idle)
{
	CURLMsg *m;
	char *a;
	int left, n = 0, running;

	curl_multi_perform(multi, &running);
	while ((m = curl_multi_info_read(multi, &left)) != NULL) {
		need(m->data.result == CURLE_OK, "a request failed");
		curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &a);
		curl_multi_remove_handle(multi, m->easy_handle);
		idle[n++] = (struct answer *)a;
	}
	if (n > 0)
		sql("BEGIN IMMEDIATE");
	for (left = 0; left < n; left++)
		keep(idle[left]);
	if (n > 0)
		sql("COMMIT");
	for (left = 0; left < n; left++)
		running += ask(multi, idle[left]);
	if (running > 0)
		curl_multi_poll(multi, NULL, 0, 1000, NULL);
	return running;
}

static void
db_open(const char *path)
{
	need(sqlite3_open(path, &db) == SQLITE_OK, path);
	sql("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
	    "CREATE TABLE answer (url TEXT PRIMARY KEY, body BLOB)");
	need(sqlite3_prepare_v2(db, "INSERT OR REPLACE INTO answer VALUES (?, ?)", -1,
	    &insert, NULL) == SQLITE_OK, sqlite3_errmsg(db));
}

int
main(int argc, char **argv)
{
	static char auth[4096];
	struct answer *all, **idle;
	int i, width = argc == 3 ? (int)strtol(argv[2], NULL, 10) : 0;
	CURLM *multi = curl_multi_init();

	need(width > 0, "usage: bare DB WIDTH <URLS");
	snprintf(auth, sizeof(auth), "Authorization: Bearer %s",
	    getenv("ZEPHYR_API_TOKEN"));
	headers = curl_slist_append(NULL, auth);
	post_headers = curl_slist_append(curl_slist_append(NULL, auth),
	    "Content-Type: application/json");
	if (strcmp(argv[1], "-") != 0)
		db_open(argv[1]);
	all = calloc((size_t)width, sizeof(*all));
	idle = calloc((size_t)width, sizeof(*idle));
	need(all != NULL && idle != NULL, "memory");
	for (i = 0; i < width; i++) {
		all[i].curl = curl_easy_init();
		if (!ask(multi, &all[i]))
			break;
	}
	while (turn(multi, idle) > 0)
		continue;
	for (i = 0; i < width; i++) {
		curl_easy_cleanup(all[i].curl);
		free(all[i].s);
		free(all[i].url);
	}
	free(all);
	free(idle);
	sqlite3_finalize(insert);
	sqlite3_close(db);
	curl_multi_cleanup(multi);
	curl_slist_free_all(headers);
	curl_slist_free_all(post_headers);
	return 0;
}
