#include <string.h>

#include "base/buf.h"
#include "base/log.h"
#include "report.h"
#include "io/json/json_out.h"

int
report_check_plan(struct inventory *v, struct err *e)
{
	struct db_query q;
	int rc = 0;

	db_query(&q, v->db, "SELECT " INVENTORY_NAME("o", "k") ", o.reason FROM object o"
	    " JOIN kind k ON k.n = o.kind WHERE o.chosen = 1 AND o.reason IS NOT NULL"
	    " ORDER BY CASE WHEN o.reason LIKE 'edited%' THEN 0 ELSE 1 END, o.kind, o.id LIMIT 1",
	    "");
	if (db_row(&q))
		rc = err_set(e, ZX_DATA, "stdin: %s cannot be deleted: %s; nothing was deleted",
		    db_str(&q, 0), db_str(&q, 1));
	return db_done(&q, rc == 0 ? e : NULL) == -1 ? -1 : rc;
}

/* Write the plan line of the row of a query. */
static void
report_line(const struct inventory *v, struct db_query *q, struct buf *b)
{
	buf_reset(b);
	json_out_open(b, NULL, '{');
	if (db_int(q, 1) > 0)
		json_out_int(b, "id", db_int(q, 1));
	else
		json_out_null(b, "id");
	json_out_str(b, "key", db_str(q, 2));
	json_out_str(b, "kind", db_str(q, 0));
	json_out_str(b, "modified", db_str(q, 3));
	json_out_str(b, "name", db_str(q, 4));
	json_out_str(b, "pid", db_str(q, 5));
	json_out_str(b, "project", v->ledger->project);
	json_out_str(b, "reason", db_str(q, 6));
	if (!db_null(q, 8)) {
		json_out_open(b, "twin_of", '{');
		json_out_int(b, "id", db_int(q, 8));
		json_out_str(b, "pid", db_str(q, 9));
		json_out_close(b, '}');
	}
	json_out_str(b, "verb", db_int(q, 7) ? "keep" : "delete");
	json_out_close(b, '}');
}

int
report_write(struct inventory *v, struct ndjson_out *out, struct err *e)
{
	struct buf b = { 0 };
	struct db_query q;
	int rc = 0;

	db_query(&q, v->db, "SELECT k.name,"
	    " CASE WHEN o.doubt = 1 THEN 0 ELSE COALESCE(o.item, o.id) END, o.ekey,"
	    " o.modified, o.name, o.pid,"
	    " CASE WHEN o.reason IS NOT NULL THEN o.reason"
	    " WHEN o.doubt = 1 THEN 'its request did not arrive in qTest'"
	    " WHEN o.listed = 0 THEN 'no longer in qTest'"
	    " WHEN t.top_kind <> o.kind OR t.top_id <> o.id THEN 'goes with '"
	    " || (SELECT " INVENTORY_NAME("p", "pk") " FROM object p JOIN kind pk ON pk.n = p.kind"
	    " WHERE p.kind = t.top_kind AND p.id = t.top_id) END,"
	    " CASE WHEN o.reason IS NOT NULL THEN 1 ELSE 0 END, o.twin_of, w.pid"
	    " FROM object o JOIN kind k ON k.n = o.kind"
	    " LEFT JOIN object w ON w.kind = o.kind AND w.id = o.twin_of"
	    " LEFT JOIN top t ON t.kind = o.kind AND t.id = o.id"
	    " WHERE o.chosen = 1 ORDER BY k.rank, o.kind, o.id DESC", "");
	while (rc == 0 && db_row(&q)) {
		report_line(v, &q, &b);
		ndjson_put(out, buf_str(&b), b.len);
		if (out->b.len > 65536)
			rc = ndjson_flush(out, e);
	}
	buf_free(&b);
	if (db_done(&q, rc == 0 ? e : NULL) == -1 || rc == -1)
		return -1;
	return ndjson_flush(out, e);
}

int
report_log(struct inventory *v, struct err *e)
{
	struct buf go = { 0 }, keep = { 0 }, *b;
	struct db_query q;
	int64_t requests = 0, n;
	int rc;

	db_query(&q, v->db, "SELECT k.name, CASE WHEN o.reason IS NULL THEN 0 ELSE 1 END AS stays,"
	    " count(*), sum(CASE WHEN t.id = o.id AND t.top_kind = o.kind AND t.top_id = o.id"
	    " THEN 1 ELSE 0 END) FROM object o JOIN kind k ON k.n = o.kind"
	    " LEFT JOIN top t ON t.kind = o.kind AND t.id = o.id WHERE o.chosen = 1"
	    " GROUP BY k.n, k.name, stays ORDER BY k.n", "");
	while (db_row(&q)) {
		b = db_int(&q, 1) ? &keep : &go;
		n = db_int(&q, 2);
		buf_printf(b, "%s%lld %s%s", b->len > 0 ? ", " : "", (long long)n, db_str(&q, 0),
		    n == 1 ? "" : "s");
		requests += db_int(&q, 3);
	}
	if ((rc = db_done(&q, e)) == 0) {
		log_info(NULL, "to delete: %s; %lld request%s", go.len > 0 ? buf_str(&go) :
		    "nothing", PLURAL((long long)requests));
		if (keep.len > 0)
			log_info(NULL, "kept: %s; the plan names the reasons", buf_str(&keep));
	}
	buf_free(&go);
	buf_free(&keep);
	return rc;
}
