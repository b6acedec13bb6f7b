#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "domain/schema.h"
#include "zdb.h"

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
zdb_migrate(struct err *e)
{
	int from, to;

	if (schema_migrate(job.db, &from, &to, e) == -1)
		return -1;
	if (from == to)
		printf("%s: schema %d, nothing to do\n", db_where(job.db), to);
	else
		printf("%s: schema %d, was %d\n", db_where(job.db), to, from);
	return 0;
}

static int
zdb_stats(struct err *e)
{
	struct json doc = { 0 };
	struct buf b = { 0 };
	int rc;

	if ((rc = schema_ready(job.db, e)) == 0 &&
	    (rc = stats_read(job.db, &doc, e)) == 0) {
		if (strcmp(format, "json") == 0) {
			json_dump(&doc, &b);
			buf_putc(&b, '\n');
		} else {
			stats_text(&doc, &b);
		}
		fputs(buf_str(&b), stdout);
	}
	json_free(&doc);
	buf_free(&b);
	return rc;
}

static int
zdb_cleanup(struct err *e)
{
	struct buf b = { 0 };
	int rc;

	if (job.project == NULL)
		return err_set(e, ZX_USAGE, "cleanup needs a project: use -p KEY");
	if (job.plan)
		yes = 0;
	if ((rc = schema_ready(job.db, e)) == 0 &&
	    (rc = cleanup_run(job.db, job.project, ledger, yes, &b, e)) == 0)
		fputs(buf_str(&b), stdout);
	buf_free(&b);
	if (rc == 0 && !yes && !job.plan)
		return err_set(e, ZX_USAGE,
		    "nothing was removed; add --yes to remove it for good");
	return rc;
}

static int
zdb_open_gates(struct err *e)
{
	struct buf b = { 0 };
	int rc;

	if ((rc = schema_ready(job.db, e)) == 0 && (rc = gate_open(job.db, &b, e)) == 0)
		fputs(buf_str(&b), stdout);
	buf_free(&b);
	return rc;
}

static int
zdb_config(void)
{
	struct buf b = { 0 };

	settings_put(&set, &b);
	fputs(buf_str(&b), stdout);
	buf_free(&b);
	return 0;
}

static const struct verb {
	const char	*name;
	int		(*run)(struct err *);
} verbs[] = {
	{ "init", zdb_migrate }, { "migrate", zdb_migrate }, { "stats", zdb_stats },
	{ "cleanup", zdb_cleanup }, { "open", zdb_open_gates }
};

static int
zdb_run(const char *name, int extra, struct err *e)
{
	size_t i;

	if (name != NULL && !extra && strcmp(name, "config") == 0)
		return zdb_config();
	for (i = 0; name && i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (strcmp(name, verbs[i].name) != 0)
			continue;
		if (extra)
			break;
		return job_open(&job, e) == -1 ? -1 : verbs[i].run(e);
	}
	return err_set(e, ZX_USAGE, "%s; one of init, migrate, stats, cleanup, config, open",
	    name == NULL ? "the command is missing" : i == sizeof(verbs) /
	    sizeof(verbs[0]) ? "unknown command" : "too many operands");
}

int
main(int argc, char **argv)
{
	struct err e = { 0 };
	const char *name = NULL;
	int first, rc;

	set.command = &name;
	set.tables[1] = job_options(&job,
	    "check deadline in-flight limit max-requests reject");
	rc = first = job_start(&job, &set, argc, argv, &e);
	if (first > 0)
		rc = zdb_run(name, first < argc, &e);
	return job_end(&job, rc, &e);
}
