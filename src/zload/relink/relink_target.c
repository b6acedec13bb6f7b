#include <stdlib.h>
#include <string.h>

#include "domain/ledger/key_effect.h"
#include "session.h"
#include "cache/id_cache.h"
#include "input/input.h"
#include "relink/relink_target.h"
#include "work/task.h"
#include "work/work.h"

/* Find the id of an effect, which it has when it was done once.  An enum relink_found, -1. */
static int
relink_target_id(const struct task *t, const char *kind, const char *ekey, int64_t *id,
    struct err *e)
{
	struct known_id k;
	struct effect f;
	char why[200];
	int rc = id_cache_find(t->work->ids, kind, ekey, &k, why, sizeof(why), e), found;

	*id = k.id;
	if (rc == ID_DONE || rc == -1)
		return rc == -1 ? -1 : RELINK_KNOWN;
	if (rc == ID_ABSENT || (found = ledger_find(&t->session->ledger, kind, ekey, &f, e)) == 0)
		return RELINK_NONE;
	if (found == -1)
		return -1;
	*id = f.id;
	effect_free(&f);
	return *id != 0 ? RELINK_KNOWN : rc == ID_BROKEN ? RELINK_NONE : RELINK_LATER;
}

int
relink_target(const struct task *t, const char *key, struct relink_target *out, struct err *e)
{
	const struct input *in = t->work->input;
	struct key_effect of;
	int rc = key_effect_find(t->session->db, t->session->ledger.project, key, &of, e);

	*out = (struct relink_target){ .kind = of.kind, .ekey = of.ekey };
	if (rc != 1)
		return rc == -1 ? -1 : RELINK_NONE;
	if (of.ekey == NULL)
		return RELINK_NONE;
	rc = relink_target_id(t, of.kind, of.ekey, &out->id, e);
	if (rc == RELINK_NONE && of.other != NULL) {
		out->kind = of.other;
		rc = relink_target_id(t, of.other, of.ekey, &out->id, e);
	}
	return rc == RELINK_NONE && in->is_open && !in->stream_read[of.stream] ?
	    RELINK_LATER : rc;
}
