#include <string.h>

#include "base/log.h"
#include "check.h"
#include "preflight.h"
#include "session.h"
#include "input/input.h"
#include "work/work.h"

struct right {
	const char	*path, *words;
};

/* Every load needs these rights. */
static const struct right needed[] = {
	{ "module.create", "create modules" },
	{ "test_case.create", "create test cases" },
	{ "test_case.edit", "edit test cases" },
	{ "test_case.approve", "approve test cases" },
	{ "test_cycle.create", "create test cycles" },
	{ "test_run.create", "create test runs" },
	{ "test_run.execute", "execute test runs" },
	{ NULL, NULL }
};
/* A load of a project with such objects needs these rights. */
static const struct right optional[] = {
	{ "release.create", "create releases (test plans become releases)" },
	{ "test_suite.create", "create test suites (cycles become suites when"
	    " the map says so)" },
	{ NULL, NULL }
};
static const struct right settings_right[] = {
	{ "project_setting.manage", "manage project settings (to create missing fields)" },
	{ NULL, NULL }
};

/* Append the rights of a list that the profile denies.  A right that it does not name is
   granted. */
static void
check_rights_denied(const struct json *profile, const struct right *r, struct buf *out)
{
	for (; r->path != NULL; r++)
		if (!json_bool(profile, r->path, 1))
			buf_printf(out, "%s%s", out->len > 0 ? ", " : "", r->words);
}

/* Check the rights of the user; creating counts the fields that are to be created.  0, -1. */
static int
check_rights(struct session *s, int64_t project, int creating, struct err *e)
{
	struct json profile = { 0 };
	struct buf denied = { 0 }, limited = { 0 };
	int status, rc;

	rc = qtest_get(s->qtest, "/user-profiles/current", &profile, &status, e);
	if (rc == 0 && status == 200) {
		check_rights_denied(&profile, needed, &denied);
		if (creating > 0)
			check_rights_denied(&profile, settings_right, &denied);
		check_rights_denied(&profile, optional, &limited);
	} else if (rc == 0) {
		log_debug(NULL, "cannot read the rights of this user (status %d)",
		    status);
	}
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

	if (!w->session->options->from_db && check_meta_read(w->input, e) == -1)
		return -1;
	if (preflight_check(w, &creating, e) == -1)
		return -1;
	return check_rights(w->session, project, creating, e);
}
