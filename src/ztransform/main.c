#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "io/jqbound.h"
#include "transform.h"

static const char *map_path;
static int64_t map_time = 10000, map_memory = 512 << 20;
static int unsealed;

static struct opt options[] = {
	{ .letter = 'm', .name = "map", .arg = "PATH", .type = OPT_STR, .var = &map_path,
	    .help = "directory with files that replace those of the map, or a file that replaces "
	        "map.json" },
	{ .name = "map-memory", .arg = "BYTES", .type = OPT_NUM, .var = &map_memory,
	    .help = "memory limit of the map's programs; default 512M" },
	{ .name = "map-time", .arg = "T", .type = OPT_TIME, .var = &map_time,
	    .help = "time limit of the map for one record; default 10s" },
	{ .name = "unsealed", .type = OPT_FLAG, .var = &unsealed,
	    .help = "accept a stream without END lines or with changed records" },
	{ .name = NULL }
};

/*
 * --check: check the map, and write META of the stream, so that zload --check can
 * compare it with qTest.
 */
static int
ztransform_check(struct job *job, struct map *map, struct err *e)
{
	struct stream_out out = { 0 };
	int rc;

	if (job_check(job, e) == -1)
		return -1;
	/* the built-in programs are tested; those of a user may be wrong */
	if (map_path != NULL && map_compile(map, e) == -1)
		return -1;
	ndjson_out_open(&out.nd, STDOUT_FILENO);
	transform_meta(map, &out, job, 0, NULL);
	rc = ndjson_flush(&out.nd, e);
	if (out.nd.pipe_closed)
		rc = JOB_PIPE;
	ndjson_out_free(&out.nd);
	return rc;
}

static int
ztransform_run(struct job *job, struct map *map, struct err *e)
{
	struct filter f = { .job = job, .unsealed = unsealed, .mute = job->plan };
	struct transform_counts n = { 0 };
	int rc;

	jqbound_set(map_time, (size_t)map_memory);
	rc = transform_run(&f, map, &n, e);
	if (rc != -1 && rc != JOB_PIPE)
		log_info(job->plan ? "plan" : NULL, "%" PRId64 " record%s: %" PRId64 " effect%s, %"
		    PRId64 " change%s, %" PRId64 " set aside, %" PRId64 " malformed line%s%s%s",
		    PLURAL(n.records), PLURAL(n.effects), PLURAL(n.changes), n.aside,
		    PLURAL(f.bad),
		    f.stopped ? ", stopped by " : "", f.stopped ? f.stopped : "");
	return rc;
}

int
main(int argc, char **argv)
{
	static struct job job;	/* what it owns is kept for good */
	struct err e = { 0 };
	struct map map = { 0 };
	struct opt_set set = { .program = "ztransform",
	    .what = "transform Zephyr records on standard input into qTest effects",
	    .tables = { job_options(&job, "in-flight max-requests"), options } };
	int rc;

	if ((rc = job_start(&job, &set, argc, argv, &e)) <= 0)
		return job_end(&job, rc, &e);
	if ((rc = map_open(&map, map_path, &e)) == 0)
		rc = job.check ? ztransform_check(&job, &map, &e) :
		    ztransform_run(&job, &map, &e);
	rc = job_end(&job, rc, &e);
	map_close(&map);
	return rc;
}
