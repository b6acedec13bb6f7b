#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "load.h"
#include "check.h"
#include "preflight.h"

/*
 * --check: may this user do what a load does, and has qTest what the map
 * names?  META of the stream, on standard input, says what that is.
 */

struct right {
	const char	*path, *words;
};

/* Without these no project can be loaded. */
static const struct right needed[] = {
	{ "module.create", "create modules" },
	{ "test_case.create", "create test cases" },
	{ "test_case.edit", "edit test cases" },
	{ "test_case.approve", "approve test cases" },
	{ "test_cycle.create", "create test cycles" },
	{ "test_run.create", "create test runs" },
	{ "test_run.execute", "execute test runs" },
};
/* These only for a project that has such objects. */
static const struct right optional[] = {
	{ "release.create", "create releases (test plans become releases)" },
	{ "test_suite.create", "create test suites (cycles become suites when"
	    " the map says so)" },
};
static const struct right settings_right[] = {
	{ "project_setting.manage", "manage project settings (to create missing fields)" },
};

/* Rights that the profile denies; one that it does not name is not denied. */
static void
check_rights_denied(const struct json *profile, const struct right *r, size_t n,
    struct buf *out)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (!json_bool(profile, r[i].path, 1))
			buf_printf(out, "%s%s", out->len > 0 ? ", " : "",
			    r[i].words);
}

static int
rights_check(struct load *l, int making, struct err *e)
{
	struct json profile = { 0 };
	struct buf denied = { 0 }, missed = { 0 };
	int status, rc;

	rc = qtest_get(l->qtest, "/user-profiles/current", &profile, &status, e);
	if (rc == 0 && status == 200) {
		check_rights_denied(&profile, needed, sizeof(needed) / sizeof(*needed),
		    &denied);
		if (making > 0)
			check_rights_denied(&profile, settings_right, 1, &denied);
		check_rights_denied(&profile, optional,
		    sizeof(optional) / sizeof(*optional), &missed);
	} else if (rc == 0) {
		log_debug(NULL, "cannot read the rights of this user (status %d)",
		    status);
	}
	if (rc == 0 && missed.len > 0)
		log_warn(NULL, "this qTest user may not %s", buf_str(&missed));
	if (rc == 0 && denied.len > 0)
		rc = err_set(e, ZX_AUTH, "this qTest user may not %s in project %lld; grant these "
		    "rights in the user's profile or use another user's token",
		    buf_str(&denied),
		    (long long)l->conf.project);
	buf_free(&denied);
	buf_free(&missed);
	json_free(&profile);
	return rc;
}

/* META on standard input; without one there is no map to compare with. */
static int
check_meta_read(struct load *l, struct err *e)
{
	struct stream_in in;
	struct stream_msg *m;
	int rc;

	stream_in_open(&in, 0, "stdin");
	in.unsealed = 1;
	rc = stream_next(&in, &m, e);
	if (rc == 1 && m->type == MSG_META) {
		l->specs = json_get(&in.meta_doc, "z.fields");
		l->statuses = json_get(&in.meta_doc, "z.statuses");
		rc = 0;
	} else if (rc == 1) {
		rc = err_set(e, ZX_DATA, "stdin: zload --check needs the META line that ztransform "
		    "--check writes");
	}
	stream_in_free(&in);
	return rc;
}

int
check_target(struct load *l, struct err *e)
{
	int making = 0;

	if (!l->from_db && check_meta_read(l, e) == -1)
		return -1;
	if (preflight_check(l, &making, e) == -1)
		return -1;
	return rights_check(l, making, e);
}
