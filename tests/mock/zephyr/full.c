#include <stdio.h>
#include <string.h>

#include "io/json/json_out.h"

#include "server/text.h"
#include "zephyr/full.h"

static const int64_t BIRTH = 1546300800000, FIRST_END = 1609747200000;
static const int64_t MINUTE = 60000, DAY = 86400000;

void
zfull_text(struct buf *b, const char *name, const char *key,
    const char *member, int html)
{
	json_out_fmt(b, name, html ? "<p>zv-%s-%s</p>" : "zv-%s-%s", key, member);
}

void
zfull_name(const struct zephyr *z, enum zkind kind, int64_t pos,
    const char *key, struct buf *b)
{
	const struct zedit *e = z_edit(z, kind, pos);

	if (e != NULL && e->name != NULL)
		json_out_str(b, "name", e->name);
	else
		zfull_text(b, "name", key, "name", 0);
}

/* Print a custom field of every type (zephyr-api.md 3.12). */
static void
full_fields(const struct zephyr *z, int64_t pos, const char *key,
    struct buf *b)
{
	(void)z;
	json_out_open(b, "customFields", '{');
	zfull_text(b, "Line", key, "line", 0);
	json_out_fmt(b, "Paragraph", "zv-%s-first\nzv-%s-second", key, key);
	zfull_text(b, "Rich", key, "rich", 1);
	json_out_int(b, "Number", 7000000 + pos);
	json_out_raw(b, "Decimal", "12.50", 5);
	json_out_bool(b, "Checked", 1);
	json_out_bool(b, "Unchecked", 0);
	json_out_str(b, "Day", "2020-01-31");
	json_out_str(b, "Moment", "2024-02-29T11:22:33Z");
	zfull_text(b, "Choice", key, "choice", 0);
	json_out_open(b, "Choices", '[');
	zfull_text(b, NULL, key, "choiceA", 0);
	zfull_text(b, NULL, key, "choiceB", 0);
	json_out_close(b, ']');
	json_out_str(b, "Person", text_account((uint64_t)pos));
	json_out_close(b, '}');
}

static void
full_labels(const char *key, struct buf *b)
{
	json_out_open(b, "labels", '[');
	zfull_text(b, NULL, key, "labelA", 0);
	zfull_text(b, NULL, key, "labelB", 0);
	json_out_close(b, ']');
}

static void
full_folder(const struct zephyr *z, int64_t pos, int type, struct buf *b)
{
	z_ref(z, b, "folder", "/folders/",
	    zfolder_pick(z, type, (uint64_t)pos * 7919 + 1));
}

void
zfull_case(const struct zephyr *z, int64_t pos, const char *key,
    struct buf *b)
{
	z_date(b, "createdOn", BIRTH + pos * 61 * MINUTE);
	zfull_text(b, "objective", key, "objective", 1);
	zfull_text(b, "precondition", key, "precondition", 1);
	json_out_int(b, "estimatedTime", 1000 * (3600 + pos * 61));
	full_labels(key, b);
	z_jira_ref(b, "component", "component", 14300 + pos % 9);
	z_ref(z, b, "priority", "/priorities/", zlook_id(z, ZL_PRIORITY, pos));
	z_ref(z, b, "status", "/statuses/", zlook_id(z, ZL_CASE, pos));
	full_folder(z, pos, 0, b);
	z_owner(b, "owner", text_account((uint64_t)pos));
	full_fields(z, pos, key, b);
}

void
zfull_cycle(const struct zephyr *z, int64_t pos, struct buf *b)
{
	char key[48];

	snprintf(key, sizeof(key), "%s-R%ld", z->key, (long)pos + 1);
	z_jira_ref(b, "jiraProjectVersion", "version", 10000 + pos % 7);
	z_ref(z, b, "status", "/statuses/", zlook_id(z, ZL_CYCLE, pos));
	full_folder(z, pos, 1, b);
	zfull_text(b, "description", key, "description", 1);
	z_date(b, "plannedStartDate", FIRST_END + pos * 3 * DAY);
	z_date(b, "plannedEndDate", FIRST_END + (pos * 3 + 14) * DAY);
	z_owner(b, "owner", text_account((uint64_t)pos + 1));
	full_fields(z, pos, key, b);
}

void
zfull_plan(const struct zephyr *z, int64_t pos, struct buf *b)
{
	char key[48];

	snprintf(key, sizeof(key), "%s-P%ld", z->key, (long)pos + 1);
	zfull_text(b, "objective", key, "objective", 1);
	z_ref(z, b, "status", "/statuses/", zlook_id(z, ZL_PLAN, pos));
	full_folder(z, pos, 2, b);
	z_owner(b, "owner", text_account((uint64_t)pos + 2));
	full_labels(key, b);
	full_fields(z, pos, key, b);
}

void
zfull_exec(const struct zephyr *z, const struct zexec *x, struct buf *b)
{
	const struct zedit *e = z_edit(z, ZK_EXEC, x->pos);
	char key[48];

	snprintf(key, sizeof(key), "%s-E%ld", z->key, (long)x->pos + 1);
	z_date(b, "actualEndDate", x->end);
	json_out_int(b, "estimatedTime", 1000 * (7200 + x->pos * 61));
	json_out_int(b, "executionTime", 1000 * (10800 + x->pos * 61));
	json_out_str(b, "executedById", text_account((uint64_t)x->pos));
	json_out_str(b, "assignedToId", text_account((uint64_t)x->pos + 1));
	if (e != NULL && e->text != NULL)
		json_out_str(b, "comment", e->text);
	else
		zfull_text(b, "comment", key, "comment", 1);
	json_out_bool(b, "automated", 1);
	z_jira_ref(b, "jiraProjectVersion", "version", 10000 + x->pos % 7);
	full_fields(z, x->pos, key, b);
}

void
zfull_outcome(const struct zephyr *z, struct zexec *x)
{
	static const char *const status[] = { "Not Executed", "Fail",
	    "Not Executed", "Fail", "Pass", "Blocked", "Not Executed",
	    "Fail" };
	int turn = (int)(x->pos % 8);

	x->status = zlook_named(z, ZL_EXEC, status[turn]);
	x->end = turn == 4 || turn == 5 ? FIRST_END + x->pos * 37 * MINUTE : 0;
}

int
zexec_ran(const struct zephyr *z, const struct zexec *x)
{
	return x->end != 0 ||
	    x->status != zlook_named(z, ZL_EXEC, "Not Executed");
}

void
zfull_actual(const struct zephyr *z, const struct zexec *x, int64_t n,
    struct buf *b)
{
	buf_printf(b, "<p>zv-%s-E%ld-r%ld-actualResult</p>", z->key,
	    (long)x->pos + 1, (long)n + 1);
}

static void
full_step_key(const struct zephyr *z, int64_t pos, int64_t j, char *key,
    size_t size)
{
	snprintf(key, size, "%s-T%ld-s%ld", z->key, (long)zcase_num(z, pos),
	    (long)j + 1);
}

void
zfull_step(const struct zephyr *z, int64_t pos, int64_t j, struct zstep *s)
{
	char key[64];

	full_step_key(z, pos, j, key, sizeof(key));
	buf_printf(&s->desc, "<p>zv-%s-description</p>", key);
	buf_printf(&s->data, "<p>zv-%s-testData</p>", key);
	buf_printf(&s->expect, "<p>zv-%s-expectedResult</p>", key);
}

void
zfull_step_more(const struct zephyr *z, int64_t pos, int64_t j,
    struct buf *b)
{
	char key[64];

	full_step_key(z, pos, j, key, sizeof(key));
	json_out_open(b, "customFields", '{');
	zfull_text(b, "Step field", key, "field", 0);
	json_out_close(b, '}');
	zfull_text(b, "reflectRef", key, "reflectRef", 0);
}
