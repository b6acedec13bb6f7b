#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/time.h"
#include "io/hash.h"
#include "io/json/json_out.h"

#include "qtest/api.h"
#include "qtest/user.h"

static const struct quser users[] = {
	{ 201, "migrator@zmock.test", "migrator@zmock.test", "Mig", "Rator",
	    1 },
	{ 202, "ann@zmock.test", "ann@zmock.test", "Ann", "O'Neil", 1 },
	{ 203, "bob@zmock.test", "bob@zmock.test", "Bob", "B\xc3\xa4r", 1 },
	{ 204, "gone@zmock.test", "gone@zmock.test", "Gone", "Away", 3 },
	{ 205, "ldap_user", "ldap@zmock.test", "Lena", "Dap", 1 },
	{ 0, NULL, NULL, NULL, NULL, 0 }
};

/* The account for password grants. */
static const char LOGIN[] = "migrator@zmock.test", PASSWORD[] = "secret";

const struct quser *
quser_find(int64_t id)
{
	const struct quser *u;

	for (u = users; u->id != 0; u++)
		if (u->id == id)
			return u;
	return NULL;
}

const struct quser *
quser_at(int i)
{
	return users[i].id == 0 ? NULL : &users[i];
}

void
qtest_expire(struct qtest *q)
{
	int i;

	for (i = 0; i < q->ntoken; i++)
		q->token[i].until = 0;
}

static const char *
user_bearer(const struct request *rq)
{
	if (rq->auth == NULL || strncasecmp(rq->auth, "bearer ", 7) != 0)
		return NULL;
	return rq->auth + 7;
}

/* Return the session of a token and prolong it, or NULL if it has expired. */
static struct qtoken *
user_session(struct mock *m, const char *token)
{
	struct qtest *q = m->qtest;
	int64_t now = time_wall_ms();
	int i;

	for (i = 0; i < q->ntoken; i++)
		if (token != NULL && strcmp(q->token[i].access, token) == 0 &&
		    q->token[i].until > now) {
			q->token[i].until = now + m->set->ttl_ms;
			return &q->token[i];
		}
	return NULL;
}

static int
user_is_static(const struct mock *m, const char *token)
{
	return token != NULL && strcmp(token, m->set->token_qtest) == 0;
}

static void
user_refuse(struct reply *rp, int status, const char *error, const char *why)
{
	rp->status = status;
	json_out_open(&rp->body, NULL, '{');
	json_out_str(&rp->body, "error", error);
	json_out_str(&rp->body, "error_description", why);
	json_out_close(&rp->body, '}');
}

int
qtest_auth(struct mock *m, struct request *rq, struct reply *rp)
{
	const char *token = user_bearer(rq);

	if (strcmp(rq->path, "/oauth/token") == 0)
		return 1;
	if (user_is_static(m, token) || user_session(m, token) != NULL)
		return 1;
	user_refuse(rp, 401, "invalid_token", "Access token is missing, expired or revoked");
	return 0;
}

static void
user_grant(struct mock *m, struct qtoken *t, struct reply *rp)
{
	t->until = time_wall_ms() + m->set->ttl_ms;
	json_out_open(&rp->body, NULL, '{');
	json_out_str(&rp->body, "access_token", t->access);
	json_out_str(&rp->body, "token_type", "bearer");
	json_out_str(&rp->body, "refresh_token", t->refresh);
	json_out_str(&rp->body, "scope", "cli");
	json_out_null(&rp->body, "agent");
	json_out_int(&rp->body, "expires_in", m->set->ttl_ms / 1000);
	json_out_close(&rp->body, '}');
}

static struct qtoken *
user_new_token(struct qtest *q)
{
	struct qtoken *t;

	q->token = mem_grow(q->token, (size_t)q->ntoken + 1,
	    sizeof(*q->token));
	t = &q->token[q->ntoken++];
	memset(t, 0, sizeof(*t));
	hash_random(16, t->access);
	hash_random(16, t->refresh);
	return t;
}

/* Return whether the Basic header is "site:", with an empty password. */
static int
user_client_fits(const struct request *rq)
{
	unsigned char text[256];
	size_t n;

	if (rq->auth == NULL || strncasecmp(rq->auth, "Basic ", 6) != 0)
		return 0;
	n = base64_read(rq->auth + 6, text, sizeof(text));
	return n > 1 && n <= sizeof(text) && text[n - 1] == ':';
}

static const char *
user_form(const struct request *body, const char *name)
{
	const char *s = request_arg(body, name);

	return s == NULL ? "" : s;
}

static void
user_refresh(struct mock *m, const char *token, struct reply *rp)
{
	int i;

	for (i = 0; i < m->qtest->ntoken; i++)
		if (strcmp(m->qtest->token[i].refresh, token) == 0)
			break;
	if (i == m->qtest->ntoken)
		user_refuse(rp, 400, "invalid_grant", "Invalid refresh token");
	else
		user_grant(m, user_new_token(m->qtest), rp);
}

void
q_token(struct mock *m, struct request *rq, struct reply *rp)
{
	struct buf uri = { 0 };
	struct request *body;
	const char *type;

	buf_puts(&uri, "/?");
	buf_add(&uri, buf_str(&rq->body), rq->body.len);
	body = request_new("POST", buf_str(&uri));
	type = user_form(body, "grant_type");
	if (rq->type == NULL || strncasecmp(rq->type,
	    "application/x-www-form-urlencoded", 33) != 0)
		reply_html(rp, 415, "HTTP Status 415");
	else if (!user_client_fits(rq))
		user_refuse(rp, 401, "unauthorized", "Bad client credentials");
	else if (strcmp(type, "refresh_token") == 0)
		user_refresh(m, user_form(body, "refresh_token"), rp);
	else if (strcmp(type, "password") != 0)
		user_refuse(rp, 400, "unsupported_grant_type", type);
	else if (strcmp(user_form(body, "username"), LOGIN) != 0 ||
	    strcmp(user_form(body, "password"), PASSWORD) != 0)
		user_refuse(rp, 400, "invalid_grant", "Bad credentials");
	else
		user_grant(m, user_new_token(m->qtest), rp);
	request_free(body);
	buf_free(&uri);
}

void
q_token_status(struct mock *m, struct request *rq, struct reply *rp)
{
	const struct qtoken *t = user_session(m, user_bearer(rq));

	json_out_open(&rp->body, NULL, '{');
	json_out_int(&rp->body, "expiration", t == NULL ? 0 : t->until);
	json_out_int(&rp->body, "validityInMilliseconds", t == NULL ? 0 :
	    m->set->ttl_ms);
	json_out_close(&rp->body, '}');
}

void
q_token_revoke(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qtoken *t = user_session(m, user_bearer(rq));

	(void)rp;
	if (t != NULL)
		t->until = 0;
}

void
q_whoami(struct mock *m, struct request *rq, struct reply *rp)
{
	(void)m;
	(void)rq;
	json_out_open(&rp->body, NULL, '{');
	json_out_int(&rp->body, "id", users[0].id);
	json_out_str(&rp->body, "user_name", users[0].login);
	json_out_str(&rp->body, "first_name", users[0].first);
	json_out_str(&rp->body, "last_name", users[0].last);
	json_out_int(&rp->body, "client_id", 77);
	json_out_str(&rp->body, "client_site", "zmock");
	json_out_str(&rp->body, "timezone_offset", "+07:00");
	json_out_str(&rp->body, "package_type", "Elite");
	json_out_close(&rp->body, '}');
}

static void
user_print(const struct quser *u, struct buf *b)
{
	json_out_open(b, NULL, '{');
	json_out_int(b, "id", u->id);
	json_out_str(b, "username", u->login);
	json_out_str(b, "email", u->email);
	json_out_str(b, "first_name", u->first);
	json_out_str(b, "last_name", u->last);
	json_out_int(b, "status", u->status);
	json_out_close(b, '}');
}

void
q_users(struct mock *m, struct request *rq, struct reply *rp)
{
	int i, all = request_flag(rq, "inactive", 0);

	if (q_project(m, rq, rp) == NULL)
		return;
	json_out_open(&rp->body, NULL, '[');
	for (i = 0; quser_at(i) != NULL; i++)
		if (all || users[i].status == 1)
			user_print(&users[i], &rp->body);
	json_out_close(&rp->body, ']');
}

void
q_users_search(struct mock *m, struct request *rq, struct reply *rp)
{
	const char *login = request_arg(rq, "username");
	int i, all = request_flag(rq, "includeInactiveUsers", 0);
	struct qpage pg;
	int64_t n = 0;

	if (q_page(m, rq, "pageSize", 100, 100, &pg, rp) == -1)
		return;
	q_envelope_open(&rp->body);
	for (i = 0; quser_at(i) != NULL; i++) {
		if ((!all && users[i].status != 1) || (login != NULL &&
		    strstr(users[i].login, login) == NULL))
			continue;
		if (n >= pg.from && n < pg.to)
			user_print(&users[i], &rp->body);
		n++;
	}
	q_envelope_close(&rp->body, &pg, n);
}

void
q_user_one(struct mock *m, struct request *rq, struct reply *rp)
{
	const struct quser *u;
	int64_t id;

	(void)m;
	u = request_int(rq->cap[0], &id) ? quser_find(id) : NULL;
	if (u == NULL)
		reply_qtest(rp, 404, "User does not exist.");
	else
		user_print(u, &rp->body);
}
