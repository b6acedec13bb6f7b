#include "io/json/json_out.h"

#include "zephyr/api.h"

/*
 * Count the objects of the source, on a line each.  A test computes from these
 * counts the number of requests that a complete pass must send.
 */
static void
source_folders(const struct zephyr *z, struct buf *b)
{
	json_out_open(b, NULL, '{');
	json_out_str(b, "kind", "folders");
	json_out_int(b, "n", z->nfolder);
	json_out_close(b, '}');
	buf_putc(b, '\n');
}

static void
source_of_case(const struct zephyr *z, int64_t pos, struct buf *b)
{
	static const char *const scripts[] = { "steps", "plain", "bdd", "none",
	    "blank" };

	json_out_fmt(b, "key", "%s-T%ld", z->key, (long)zcase_num(z, pos));
	json_out_str(b, "script", scripts[zcase_script(z, pos)]);
	json_out_int(b, "steps", zstep_count(z, pos));
	json_out_int(b, "versions", zcase_versions(z, pos));
}

static void
source_of_exec(const struct zephyr *z, int64_t pos, struct buf *b)
{
	struct zexec x;

	zexec_get(z, pos, &x);
	json_out_int(b, "id", x.id);
	json_out_fmt(b, "case", "%s-T%ld", z->key, (long)x.num);
	json_out_bool(b, "ended", x.end != 0);
	json_out_bool(b, "executed", x.end != 0 ||
	    x.status != zlook_named(z, ZL_EXEC, "Not Executed"));
	json_out_int(b, "steps", zexec_results(z, pos));
}

void
z_source(struct mock *m, struct request *rq, struct reply *rp)
{
	static const char *const names[ZK_COUNT] = { "case", "cycle", "plan",
	    "execution" };
	const struct zephyr *z = m->zephyr;
	struct buf *b = &rp->body;
	int64_t pos;
	int k;

	(void)rq;
	rp->type = "application/x-ndjson";
	source_folders(z, b);
	for (k = 0; k < ZK_COUNT; k++)
		for (pos = 0; pos < z->n[k]; pos++) {
			if (z_gone(z, (enum zkind)k, pos))
				continue;
			json_out_open(b, NULL, '{');
			json_out_str(b, "kind", names[k]);
			if (k == ZK_CASE)
				source_of_case(z, pos, b);
			if (k == ZK_EXEC)
				source_of_exec(z, pos, b);
			json_out_int(b, "files", zfile_count(z, (enum zkind)k, pos));
			json_out_close(b, '}');
			buf_putc(b, '\n');
		}
}
