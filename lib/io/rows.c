#include <string.h>

#include "base/time.h"
#include "io/rows.h"

/* Return the value in column col, as its type in rows_read says. */
static struct json
rows_cell(struct db_query *q, int col, char type)
{
	char iso[TIME_MAX];
	struct json v = { 0 };

	if (db_null(q, col))
		return json_null();
	switch (type) {
	case 'i':
		return json_number((double)db_int(q, col));
	case 't':
		time_iso(db_int(q, col), iso);
		return json_string(iso);
	case 'j':
		if (json_parse(&v, db_str(q, col), db_len(q, col), NULL, NULL) == 0)
			return v;
		break;
	}
	return json_stringn(db_str(q, col), db_len(q, col));
}

/* Return the current row as an object. */
static struct json
rows_row(struct db_query *q, const char *cols)
{
	struct json o = json_object();
	char name[64];
	size_t n;
	int col = 0;

	for (; *cols != '\0'; col++) {
		n = strcspn(cols, " :");
		memcpy(name, cols, n);
		name[n] = '\0';
		cols += n;
		json_set(&o, name, rows_cell(q, col, *cols == ':' ? cols[1] : 's'));
		cols += strcspn(cols, " ");
		cols += strspn(cols, " ");
	}
	return o;
}

int
rows_read(struct db_query *q, const char *cols, struct json *out, struct err *e)
{
	*out = json_array();
	while (db_row(q))
		json_push(out, rows_row(q, cols));
	if (db_done(q, e) == 0)
		return 0;
	json_free(out);
	memset(out, 0, sizeof(*out));
	return -1;
}
