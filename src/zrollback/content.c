#include <stdlib.h>
#include <string.h>

#include "content.h"
#include "domain/same.h"
#include "kinds.h"

int
content_same(int kind, const char *text, const struct json *item)
{
	struct json sent = { 0 };
	int same;

	if (text == NULL || json_parse(&sent, text, strlen(text), NULL, NULL) == -1)
		return 0;
	if (kind == KIND_LOG) {
		json_del(&sent, "test_step_logs");
		json_del(&sent, "properties");
	}
	same = same_content(&sent, item);
	json_free(&sent);
	return same;
}

int
content_is_field(const char *ekey, const struct json *item)
{
	const char *artifact = json_str(item, "artifact"), *label = json_str(item, "label");
	size_t n = strcspn(ekey, "/");

	return artifact != NULL && label != NULL && strlen(artifact) == n &&
	    memcmp(ekey, artifact, n) == 0 && strcmp(ekey + n + (ekey[n] == '/'), label) == 0;
}

int
content_edited(struct ledger *l, int kind, const char *ekey, const char *written,
    const struct json *item, struct err *e)
{
	const char *now = json_str(item, "last_modified_date"), *name = rollback_kind(kind)->name;
	char *stood = NULL, *last = NULL;
	int unconfirmed, rc;

	if (kind == KIND_FIELD ||
	    (kind != KIND_LOG && (now == NULL || written == NULL || strcmp(now, written) == 0)))
		return 0;
	rc = ledger_confirmed_body(l, name, ekey, &stood, &unconfirmed, e);
	if (rc != -1 && unconfirmed)
		rc = ledger_last_body(l, name, ekey, &last, e);
	if (rc != -1)
		rc = !content_same(kind, stood, item) && !content_same(kind, last, item);
	free(stood);
	free(last);
	return rc;
}
