#include <stdio.h>
#include <string.h>

#include "cleanup.h"
#include "domain/job.h"
#include "domain/schema.h"
#include "gate.h"
#include "settings.h"
#include "stats.h"

static struct job job;
static const char *format = "text";
static int yes, ledger;

static struct opt options[] = {
	{ .name = "format", .arg = "text|json", .type = OPT_CHOICE,
	    .var = &format, .env = "", .help = "output format of stats" },
	{ .name = "ledger", .type = OPT_FLAG, .var = &ledger, .env = "",
	    .help = "cleanup: also forget the ledger (objects stay in qTest)" },
	{ .name = "yes", .type = OPT_FLAG, .var = &yes, .env = "",
	    .help = "cleanup: remove the rows (without it: only count them)" },
	{ .name = NULL }
};

static struct opt_set set = { .program = "zdb",
	.operands = "init|migrate|stats|cleanup|config|open",
	.what = "maintain the database that all stages share",
	.tables = { options } };

static int
zdb_migrate(struct buf *out, struct err *e)
{
	int from, to;

	if (schema_migrate(job.db, &from, &to, e) == -1)
		return -1;
	if (from == to)
		buf_printf(out, "%s: schema %d, nothing to do\n", db_where(job.db), to);
	else
		buf_printf(out, "%s: schema %d, was %d\n", db_where(job.db), to, from);
	return 0;
}

static int
zdb_stats(struct buf *out, struct err *e)
{
	struct json doc = { 0 };
	int rc = stats_read(job.db, &doc, e);

	if (rc == 0 && strcmp(format, "json") == 0) {
		json_dump(&doc, out);
		buf_putc(out, '\n');
	} else if (rc == 0)
		stats_text(&doc, out);
	json_free(&doc);
	return rc;
}

static int
zdb_cleanup(struct buf *out, struct err *e)
{
	if (job.project == NULL)
		return err_set(e, ZX_USAGE, "cleanup needs a project: use -p KEY");
	if (cleanup_run(job.db, job.project, ledger, yes && !job.plan, out, e) == -1) {
		buf_reset(out);
		return -1;
	}
	return yes || job.plan ? 0 : err_set(e, ZX_USAGE, "nothing was removed; add --yes to "
	    "remove it for good");
}

static int
zdb_open(struct buf *out, struct err *e)
{
	return gate_open(job.db, out, e);
}

static int
zdb_config(struct buf *out, struct err *e)
{
	(void)e;
	settings_put(&set, out);
	return 0;
}

/* The commands; each appends what is printed to a buffer. */
static const struct verb {
	const char	*name;
	enum { NOTHING, DATABASE, SCHEMA } needs;
	int		(*run)(struct buf *, struct err *);
} verbs[] = {
	{ "init", DATABASE, zdb_migrate }, { "migrate", DATABASE, zdb_migrate },
	{ "stats", SCHEMA, zdb_stats }, { "cleanup", SCHEMA, zdb_cleanup },
	{ "open", SCHEMA, zdb_open }, { "config", NOTHING, zdb_config }
};

static int
zdb_run(const char *name, int extra, struct err *e)
{
	const struct verb *v = verbs, *end = verbs + sizeof(verbs) / sizeof(verbs[0]);
	struct buf out = { 0 };
	int rc = -1;

	while (name != NULL && v < end && strcmp(name, v->name) != 0)
		v++;
	if (name == NULL || v == end || extra)
		return err_set(e, ZX_USAGE, "%s; one of init, migrate, stats, cleanup, config, "
		    "open", name == NULL ? "the command is missing" : v == end ?
		    "unknown command" : "too many operands");
	if ((v->needs == NOTHING || job_open(&job, e) == 0) &&
	    (v->needs != SCHEMA || schema_ready(job.db, e) == 0))
		rc = v->run(&out, e);
	fputs(buf_str(&out), stdout);
	buf_free(&out);
	return rc;
}

int
main(int argc, char **argv)
{
	struct err e = { 0 };
	const char *name = NULL;
	int first, rc;

	set.command = &name;
	set.tables[1] = job_options(&job,
	    "batch-size check deadline in-flight limit max-requests reject");
	rc = first = job_start(&job, &set, argc, argv, &e);
	if (first > 0)
		rc = zdb_run(name, first < argc, &e);
	return job_end(&job, rc, &e);
}
