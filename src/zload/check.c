#include <string.h>

#include "base/log.h"
#include "domain/api/qtest_list.h"
#include "check.h"
#include "preflight.h"
#include "session.h"
#include "input/input.h"
#include "work/work.h"

/* A right that the profile of a user may deny. */
static const struct right {
	const char	*path, *words;
	enum { NEEDED, FOR_FIELDS, FOR_SOME } use;	/* to create fields; by some projects */
} rights[] = {
	{ "module.create", "create modules", NEEDED },
	{ "test_case.create", "create test cases", NEEDED },
	{ "test_case.edit", "edit test cases", NEEDED },
	{ "test_case.approve", "approve test cases", NEEDED },
	{ "test_cycle.create", "create test cycles", NEEDED },
	{ "test_run.create", "create test runs", NEEDED },
	{ "test_run.execute", "execute test runs", NEEDED },
	{ "project_setting.manage", "manage project settings (to create missing fields)",
	    FOR_FIELDS },
	{ "release.create", "create releases (test plans become releases)", FOR_SOME },
	{ "test_suite.create", "create test suites (cycles become suites when"
	    " the map says so)", FOR_SOME }
};

/* Append the rights that the profile denies to denied, or to limited if only some projects need
   them.  A right that the profile does not name is granted. */
static void
check_rights_denied(const struct json *profile, int creating, struct buf *denied,
    struct buf *limited)
{
	const struct right *r, *end = rights + sizeof(rights) / sizeof(rights[0]);
	struct buf *out;

	for (r = rights; r < end; r++) {
		out = r->use == FOR_SOME ? limited : denied;
		if ((r->use != FOR_FIELDS || creating > 0) && !json_bool(profile, r->path, 1))
			buf_printf(out, "%s%s", out->len > 0 ? ", " : "", r->words);
	}
}

/* Check the rights of the user; creating counts the fields that are to be created.  0, -1. */
static int
check_rights(struct session *s, int64_t project, int creating, struct err *e)
{
	struct json profile = { 0 };
	struct buf denied = { 0 }, limited = { 0 };
	int status, rc;

	rc = qtest_get(s->qtest, "/user-profiles/current", &profile, &status, e);
	if (rc == 0 && status == 200)
		check_rights_denied(&profile, creating, &denied, &limited);
	else if (rc == 0)
		log_debug(NULL, "cannot read the rights of this user (status %d)", status);
	if (rc == 0 && limited.len > 0)
		log_warn(NULL, "this qTest user may not %s", buf_str(&limited));
	if (rc == 0 && denied.len > 0)
		rc = err_set(e, ZX_AUTH, "this qTest user may not %s in project %lld; grant these "
		    "rights in the user's profile or use another user's token",
		    buf_str(&denied), (long long)project);
	buf_free(&denied);
	buf_free(&limited);
	json_free(&profile);
	return rc;
}

/* Read META from standard input.  0, -1. */
static int
check_meta_read(struct input *to, struct err *e)
{
	struct stream_in in;
	struct stream_msg *m;
	int rc;

	stream_in_open(&in, 0, "stdin");
	in.unsealed = 1;
	rc = stream_next(&in, &m, e);
	if (rc == 1 && m->type == MSG_META) {
		to->specs = json_get(&in.meta_doc, "z.fields");
		to->statuses = json_get(&in.meta_doc, "z.statuses");
		rc = 0;
	} else if (rc == 1) {
		rc = err_set(e, ZX_DATA, "stdin: zload --check needs the META line that ztransform "
		    "--check writes");
	}
	stream_in_free(&in);
	return rc;
}

int
check_target(struct work *w, int64_t project, struct err *e)
{
	int creating = 0;

	return (!w->session->options->from_db && check_meta_read(w->input, e) == -1) ||
	    preflight_check(w, &creating, e) == -1 ? -1 :
	    check_rights(w->session, project, creating, e);
}
