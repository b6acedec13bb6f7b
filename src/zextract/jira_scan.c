#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "io/json.h"

#include "extract.h"
#include "jira.h"

/* Which ids of Jira do the rows hold that are new to us? */
enum { SCAN_ROWS = 128 };

#define ROWS(table)							\
	"SELECT o.key, o.head FROM " table " o WHERE o.project = ?1"	\
	    " AND o.pass_seen = ?2 AND o.pass_changed > ?3"		\
	    " AND o.key > ?4 ORDER BY o.key LIMIT 128"

static const char *const rows_sql[STREAM_COUNT] = {
	[STREAM_CASES] = ROWS("test_case"),
	[STREAM_PLANS] = ROWS("test_plan"),
	[STREAM_CYCLES] = ROWS("test_cycle"),
	[STREAM_EXECUTIONS] = "SELECT CAST(o.id AS TEXT), o.head"
	    " FROM test_execution o WHERE o.project = ?1"
	    " AND o.pass_seen = ?2 AND o.pass_changed > ?3"
	    " AND o.id > CAST(?4 AS BIGINT) ORDER BY o.id LIMIT 128",
};

struct wanted {
	enum jira_kind	 kind;
	char		*id, *key;
};

struct scan {
	struct extract	*x;
	struct wanted	*v;
	size_t		 n;
	int		 rows;
	char		*last;
};

/* A text is one between quotes, or a number's digits; what is neither is no id. */
static void
want(struct scan *s, enum jira_kind kind, const char *key, const char *val,
    size_t len)
{
	struct json j;
	const char *text;
	char *id = NULL;

	if (json_parse(&j, val, len, NULL, NULL) == -1)
		return;
	text = json_str(&j, "");
	if (text != NULL && *text != '\0')
		id = mem_dup(text);
	else if (json_type(&j, "") == JSON_NUM && json_int(&j, "", 0) > 0)
		id = mem_fmt("%lld", (long long)json_int(&j, "", 0));
	json_free(&j);
	if (id == NULL)
		return;
	s->v = mem_grow(s->v, s->n + 1, sizeof(*s->v));
	s->v[s->n++] = (struct wanted){ kind, id, mem_dup(key) };
}

static const struct {
	const char	*outer, *inner;
	enum jira_kind	 kind;
} places[] = {
	{ "owner", "accountId", JIRA_USER },
	{ "assignedToId", NULL, JIRA_USER },
	{ "executedById", NULL, JIRA_USER },
	{ "component", "id", JIRA_COMPONENT },
	{ "jiraProjectVersion", "id", JIRA_VERSION },
};

static void
issues(struct scan *s, const char *key, const char *head, size_t len)
{
	size_t n = 0, m;
	const char *p, *end, *id;

	if ((p = json_find(head, len, "links", &n)) == NULL ||
	    (p = json_find(p, n, "issues", &n)) == NULL || *p != '[')
		return;
	for (end = p + n, p++; p < end && *p != ']'; p += p < end && *p == ',') {
		n = (size_t)(json_skip(p, end) - p);
		if ((id = json_find(p, n, "issueId", &m)) != NULL)
			want(s, JIRA_ISSUE, key, id, m);
		p += n;
	}
}

static void
row(struct scan *s, const char *key, const char *head, size_t len)
{
	const char *p;
	size_t i, n = 0;

	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		p = json_find(head, len, places[i].outer, &n);
		if (p != NULL && places[i].inner != NULL)
			p = json_find(p, n, places[i].inner, &n);
		if (p != NULL && *p != 'n')		/* null */
			want(s, places[i].kind, key, p, n);
	}
	issues(s, key, head, len);
}

static int
put_tx(struct db *db, void *arg, struct err *e)
{
	struct scan *s = arg;
	const char *stream = stream_name((enum stream)s->x->jira->stream);
	struct wanted *w;

	for (w = s->v; w < s->v + s->n; w++)
		if (db_put(db, e, "INSERT INTO jira_name (project, kind, id,"
		    " state, stream, owner_key) VALUES (?1, ?2, ?3, 'wanted',"
		    " ?4, ?5) ON CONFLICT (project, kind, id) DO UPDATE SET"
		    " stream = excluded.stream, owner_key = excluded.owner_key"
		    " WHERE jira_name.stream IS NULL", "sssss",
		    s->x->st.project, jira_kinds[w->kind], w->id, stream,
		    w->key) == -1)
			return -1;
	return 0;
}

static int
compare(const void *a, const void *b)
{
	const struct wanted *x = a, *y = b;

	return x->kind != y->kind ? (int)x->kind - (int)y->kind :
	    strcmp(x->id, y->id);
}

/* Each id of the page once. */
static void
unique(struct scan *s)
{
	size_t i, n = 0;

	if (s->n > 1)
		qsort(s->v, s->n, sizeof(*s->v), compare);
	for (i = 0; i < s->n; i++) {
		if (n > 0 && compare(&s->v[n - 1], &s->v[i]) == 0) {
			free(s->v[i].id);
			free(s->v[i].key);
			continue;
		}
		s->v[n++] = s->v[i];
	}
	s->n = n;
}

static int
page(struct scan *s, struct err *e)
{
	struct jira *t = s->x->jira;
	struct db_query q;

	db_query(&q, s->x->db, rows_sql[t->stream], "siis", s->x->st.project,
	    s->x->st.pass, t->since, t->scanned ? t->scanned :
	    t->stream == STREAM_EXECUTIONS ? "-1" : "");
	for (; db_row(&q); s->rows++) {
		row(s, db_str(&q, 0), db_str(&q, 1), db_len(&q, 1));
		free(s->last);
		s->last = mem_dup(db_str(&q, 0));
	}
	return db_done(&q, e);
}

static int
through_tx(struct db *db, void *arg, struct err *e)
{
	struct extract *x = arg;
	struct checkpoint_of at = x->at;
	struct checkpoint c = { .seen = x->st.pass, .total = -1,
	    .state = "done" };

	(void)db;
	at.pass = 0;
	return checkpoint_put(&at, "jira", &c, e);
}

int
jira_scan(struct extract *x, struct err *e)
{
	struct jira *t = x->jira;
	struct scan s = { .x = x };
	int rc;

	if (t->stream == STREAM_COUNT)
		return db_tx(x->db, through_tx, x, e);
	if ((rc = page(&s, e)) == 0) {
		unique(&s);
		rc = s.n > 0 ? db_tx(x->db, put_tx, &s, e) : 0;
	}
	free(t->scanned);
	t->scanned = s.last;
	if (s.rows < SCAN_ROWS) {
		free(t->scanned);
		t->scanned = NULL;
		t->stream++;
	}
	while (s.n > 0) {
		free(s.v[--s.n].id);
		free(s.v[s.n].key);
	}
	free(s.v);
	return rc == -1 ? -1 : 1;
}
