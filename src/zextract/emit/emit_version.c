
#include "emit/emit.h"
#include "jira/jira.h"
#include "list/names.h"
#include "record.h"
#include "source.h"

/* Compose the record of a version in m->record, with names beside ids. */
static void
emit_version_compose(struct emit *m, struct db_query *q)
{

	record_head(&m->record, db_str(q, 1), db_len(q, 1));
	record_puts(&m->record, "project", m->src->ref);
	buf_reset(&m->record.val);
	names_put(m->names, NAME_PRIORITY, db_int(q, 2), &m->record.val);
	record_put_val(&m->record, "priority");
	buf_reset(&m->record.val);
	names_put(m->names, NAME_STATUS, db_int(q, 3), &m->record.val);
	record_put_val(&m->record, "status");
	emit_folder(m, db_int(q, 4), db_str(q, 5), db_str(q, 6));
	record_put_int(&m->record, "version", db_int(q, 0));
	jira_put(m->jira, &m->record);
}

/* Use m->record for each version, and restore the record under way afterwards. */
int
version_emit(struct emit *m, const char *key, struct err *e)
{
	struct buf record, all = { 0 };
	struct db_query q;
	int rc;

	if (!m->with_versions)
		return 0;
	record_whole(&m->record);
	record = m->record.text;
	m->record.text = (struct buf){ 0 };
	buf_putc(&all, '[');
	db_query(&q, m->src->db, "SELECT v.n, v.line, v.priority_id, v.status_id,"
	    " v.folder_id, f.name, f.path FROM test_case_version v"
	    " LEFT JOIN folder f ON f.project = v.project"
	    " AND f.id = v.folder_id WHERE v.project = ?1 AND v.case_key = ?2"
	    " AND v.line IS NOT NULL ORDER BY v.n", "ss", m->src->st.project, key);
	while (db_row(&q)) {
		emit_version_compose(m, &q);
		if (all.len > 1)
			buf_putc(&all, ',');
		buf_add(&all, m->record.text.s, m->record.text.len);
	}
	rc = db_done(&q, e);
	buf_putc(&all, ']');
	buf_free(&m->record.text);
	m->record.text = record;
	record_put(&m->record, "versions", all.s, all.len);
	buf_free(&all);
	return rc;
}
