#include "domain/api/zephyr.h"
#include "domain/job.h"

#include "reply.h"

static void
on_reply(void *arg, struct zephyr_answer *answer)
{
	struct reply *r = arg;

	r->status = answer->status;
	r->body = answer->body;
	answer->body = (struct buf){ 0 };
}

int
reply_wait(struct reply *r, struct zephyr *by, const char *path, struct zephyr *z,
    const struct job *job, const char **why, struct err *e)
{
	int rc = 0;

	zephyr_get(by, path, 0, on_reply, r);
	while (rc == 0 && api_busy(zephyr_api(by)) > 0 && !job_stop(job, why))
		rc = api_wait(zephyr_api(z), 1000, NULL, 0, e);
	return rc;
}
