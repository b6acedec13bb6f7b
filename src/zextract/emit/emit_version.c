#include <inttypes.h>

#include "emit/emit.h"
#include "extract.h"
#include "jira/jira.h"
#include "list/names.h"

/* One version into m->text: its row, names beside ids. */
static void
emit_version_compose(struct extract *x, struct db_query *q)
{
	struct emit *m = x->emit;

	emit_head(m, db_str(q, 1), db_len(q, 1));
	emit_puts(m, "project", x->ref);
	buf_reset(&m->val);
	names_put(x->names, NAME_PRIORITY, db_int(q, 2), &m->val);
	emit_put(m, "priority", m->val.s, m->val.len);
	buf_reset(&m->val);
	names_put(x->names, NAME_STATUS, db_int(q, 3), &m->val);
	emit_put(m, "status", m->val.s, m->val.len);
	emit_folder(m, db_int(q, 4), db_str(q, 5), db_str(q, 6));
	buf_reset(&m->val);
	buf_int(&m->val, db_int(q, 0));
	emit_put(m, "version", m->val.s, m->val.len);
	jira_put(x);
}

/* The record under way steps aside meanwhile. */
int
version_emit(struct extract *x, const char *key, struct err *e)
{
	struct emit *m = x->emit;
	struct buf record, all = { 0 };
	struct db_query q;
	int rc;

	if (!x->with_versions)
		return 0;
	emit_whole(m);
	record = m->text;
	m->text = (struct buf){ 0 };
	buf_putc(&all, '[');
	db_query(&q, x->db, "SELECT v.n, v.line, v.priority_id, v.status_id,"
	    " v.folder_id, f.name, f.path FROM test_case_version v"
	    " LEFT JOIN folder f ON f.project = v.project"
	    " AND f.id = v.folder_id WHERE v.project = ?1 AND v.case_key = ?2"
	    " AND v.line IS NOT NULL ORDER BY v.n", "ss", x->st.project, key);
	while (db_row(&q)) {
		emit_version_compose(x, &q);
		if (all.len > 1)
			buf_putc(&all, ',');
		buf_add(&all, m->text.s, m->text.len);
	}
	rc = db_done(&q, e);
	buf_putc(&all, ']');
	buf_free(&m->text);
	m->text = record;
	emit_put(m, "versions", all.s, all.len);
	buf_free(&all);
	return rc;
}
