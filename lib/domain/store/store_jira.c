#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "domain/store/store_child.h"
#include "domain/store/store_jira.h"

/*
 * The Jira ids that rows contain, whose names are to be read (0007_jira.sql).  Lists are
 * read at the same time: the stored record is the first in the order of the streams, so
 * that it does not depend on which list is faster.
 */
static const struct {
	const char	*path, *kind;
} places[] = {
	{ "owner.accountId", "user" },
	{ "assignedToId", "user" },
	{ "executedById", "user" },
	{ "component.id", "component" },
	{ "jiraProjectVersion.id", "version" },
};

static int
store_jira_want(struct store *st, enum stream s, const char *key, const char *kind,
    const struct json *at, const char *path, struct err *e)
{
	struct json val = json_get(at, path);
	const char *id = json_str(&val, "");
	int64_t n = json_int(&val, "", 0);
	char digits[24];
	int rc = 0;

	if (n > 0) {
		snprintf(digits, sizeof(digits), "%" PRId64, n);
		id = digits;
	}
	if (id != NULL && *id != '\0')
		rc = db_exec_async(st->db, e, "INSERT INTO jira_name (project, kind,"
		    " id, state, stream, owner_key)"
		    " VALUES (?1, ?2, ?3, 'wanted', ?4, ?5)"
		    " ON CONFLICT (project, kind, id) DO UPDATE SET"
		    " stream = excluded.stream, owner_key = excluded.owner_key"
		    " WHERE coalesce(jira_name.stream, 'z') > excluded.stream",
		    "sssss", st->project, kind, id, stream_name(s), key);
	json_free(&val);
	return rc;
}

int
store_jira(struct store *st, enum stream s, const char *key,
    const struct json *row, struct err *e)
{
	struct json list = json_get(row, "links.issues"), link;
	int rc = 0, k, n = json_len(&list, "");
	size_t i;

	for (i = 0; rc == 0 && i < sizeof(places) / sizeof(places[0]); i++)
		rc = store_jira_want(st, s, key, places[i].kind, row, places[i].path, e);
	for (k = 0; rc == 0 && k < n; k++) {
		link = json_at(&list, k);
		rc = store_jira_want(st, s, key, "issue", &link, "issueId", e);
		json_free(&link);
	}
	json_free(&list);
	return rc;
}

int
store_jira_named(struct store *st, const char *kind, const char *id, const char *key,
    const char *name, struct err *e)
{
	return db_exec_async(st->db, e, "INSERT INTO jira_name (project, kind, id,"
	    " key, name, state, pass) VALUES (?1, ?2, ?3, ?4, ?5, 'named', ?6)"
	    " ON CONFLICT (project, kind, id) DO UPDATE SET"
	    " key = excluded.key, name = excluded.name, state = 'named',"
	    " pass = excluded.pass", "sssssi", st->project, kind, id, key, name, st->pass);
}

int
store_jira_unknown(struct store *st, const char *kind, const char *id, struct err *e)
{
	return db_exec_async(st->db, e, "UPDATE jira_name SET pass = ?4,"
	    " state = CASE WHEN key IS NULL AND name IS NULL THEN 'unknown'"
	    " ELSE 'named' END WHERE project = ?1 AND kind = ?2 AND id = ?3",
	    "sssi", st->project, kind, id, st->pass);
}

int
store_jira_unknown_all(struct store *st, const char *kind, struct err *e)
{
	return db_exec_async(st->db, e, "UPDATE jira_name SET pass = ?3,"
	    " state = CASE WHEN name IS NULL THEN 'unknown' ELSE 'named' END"
	    " WHERE project = ?1 AND kind = ?2 AND state = 'wanted'", "ssi",
	    st->project, kind, st->pass);
}

int
store_jira_again(struct store *st, struct err *e)
{
	return db_exec_async(st->db, e, "UPDATE jira_name SET state = 'wanted'"
	    " WHERE project = ?1 AND state = 'unknown' AND pass < ?2", "si",
	    st->project, st->pass);
}

int
store_jira_reread(struct store *st, struct err *e)
{
	return db_exec_async(st->db, e, "UPDATE jira_name SET state = 'wanted'"
	    " WHERE project = ?1 AND stream IS NOT NULL", "s", st->project);
}
