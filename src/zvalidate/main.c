#include <inttypes.h>
#include <string.h>

#include "base/exit.h"
#include "base/log.h"
#include "io/http/http.h"
#include "io/jqbound.h"
#include "reconcile/reconcile.h"
#include "validate.h"

static const char *side, *rules_dir, *accept_path, *ca_file;
static int64_t rule_time = 10000, rule_memory = 512 << 20;
static int unsealed, reconcile;

static struct opt options[] = {
	{ .name = "accept", .arg = "FILE", .type = OPT_STR, .var = &accept_path,
	    .help = "accept the errors and differences listed in FILE" },
	{ .name = "reconcile", .type = OPT_FLAG, .var = &reconcile,
	    .help = "read qTest back and compare it with the source" },
	{ .name = "rule-memory", .arg = "BYTES", .type = OPT_NUM, .var = &rule_memory,
	    .help = "memory limit of the rules' programs; default 512M" },
	{ .name = "rule-time", .arg = "T", .type = OPT_TIME, .var = &rule_time,
	    .help = "time limit of the rules for one record; default 10s" },
	{ .name = "rules", .arg = "DIR", .type = OPT_STR, .var = &rules_dir,
	    .help = "directory with files that replace rule programs" },
	{ .name = "side", .arg = "source|target", .type = OPT_CHOICE, .var = &side,
	    .help = "apply the rules of this side; default: the side in META" },
	{ .name = "unsealed", .type = OPT_FLAG, .var = &unsealed,
	    .help = "accept a stream without END lines or with changed records" },
	{ .name = NULL }
};

static int
zvalidate_filter(struct job *job, const struct accept *accept, struct err *e)
{
	struct filter f = { .job = job, .unsealed = unsealed, .mute = job->plan };
	struct rules rules = { .side = side, .dir = rules_dir };
	struct validate_counts n = { 0 };
	int rc;

	jqbound_set(rule_time, (size_t)rule_memory);
	rc = validate_run(&f, &rules, accept, &n, e);
	if (rc != -1 && rc != JOB_PIPE)
		log_info(job->plan ? "plan" : rules.side, "%" PRId64 " record%s: %" PRId64
		    " error%s (%" PRId64 " accepted), %" PRId64 " warning%s, %" PRId64
		    " note%s, %" PRId64 " malformed line%s%s%s", PLURAL(n.records),
		    PLURAL(n.found[RULE_ERROR]), n.accepted, PLURAL(n.found[RULE_WARNING]),
		    PLURAL(n.found[RULE_INFO]), PLURAL(f.bad),
		    f.stopped ? ", stopped by " : "", f.stopped ? f.stopped : "");
	rules_close(&rules);
	return rc;
}

/* --check: compile the rules of both sides. */
static int
zvalidate_check(struct job *job, struct err *e)
{
	static const char *const sides[] = { "source", "target" };
	struct rules rules;
	int i, rc = job_check(job, e);

	/* the built-in rules are tested; those of a user may be wrong */
	for (i = 0; i < 2 && rc == 0 && rules_dir != NULL; i++) {
		rules = (struct rules){ .side = sides[i], .dir = rules_dir };
		rc = rules_compile(&rules, e);
		rules_close(&rules);
	}
	return rc;
}

/* Reject options on the command line that have no effect with, or without, --reconcile.
   The environment and a settings file are for all programs, and may have them. */
static int
zvalidate_options_fit(const struct opt_set *set, struct err *e)
{
	static const struct {
		const char	*name;
		int		 reconcile;	/* 1: only with --reconcile, 0: only without */
	} only[] = { { "batch-size", 0 }, { "ca-file", 1 }, { "format", 1 }, { "in-flight", 1 },
	    { "max-requests", 1 }, { "limit", 0 }, { "verify-attachments", 1 }, { "plan", 0 },
	    { "reject", 0 }, { "rule-memory", 0 }, { "rule-time", 0 }, { "rules", 0 },
	    { "side", 0 }, { "unsealed", 0 } };
	const struct opt *o;
	size_t i, k;

	for (k = 0; k < sizeof(set->tables) / sizeof(set->tables[0]); k++)
		for (o = set->tables[k]; o != NULL && o->name != NULL; o++)
			for (i = 0; o->from == 'c' && i < sizeof(only) / sizeof(only[0]); i++)
				if (strcmp(o->name, only[i].name) == 0 &&
				    only[i].reconcile != reconcile)
					return err_set(e, ZX_USAGE, "--%s cannot be used %s "
					    "--reconcile", o->name,
					    reconcile ? "with" : "without");
	return 0;
}

int
main(int argc, char **argv)
{
	static struct job job;	/* what it owns is kept for good */
	struct err e = { 0 };
	struct accept accept = { 0 };
	struct opt_set set = { .program = "zvalidate",
	    .what = "check records on standard input by rules, or compare qTest with the source",
	    .tables = { job_options(&job, ""), options, reconcile_options(),
	        http_options(&ca_file) } };
	int rc;

	if ((rc = job_start(&job, &set, argc, argv, &e)) <= 0)
		return job_end(&job, rc, &e);
	if ((!job.check && zvalidate_options_fit(&set, &e) == -1) ||
	    (accept_path != NULL && accept_read(&accept, accept_path, &e) == -1))
		rc = -1;
	else if (job.check)
		rc = zvalidate_check(&job, &e);
	else if (!reconcile)
		rc = zvalidate_filter(&job, &accept, &e);
	else
		rc = job_db(&job, &e) == -1 ? -1 : reconcile_run(&job, &accept, ca_file, &e);
	accept_free(&accept);
	return job_end(&job, rc, &e);
}
