#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "load.h"
#include "work/effect_row.h"

/* The ledger row that an effect asks for. */

static int
effect_has(const struct json *needs, const char *key)
{
	struct json one;
	const char *s;
	int i, n = json_len(needs, ""), found = 0;

	for (i = 0; i < n && !found; i++) {
		one = json_at(needs, i);
		s = json_str(&one, "");
		found = s != NULL && strcmp(s, key) == 0;
		json_free(&one);
	}
	return found;
}

static void
effect_need(struct json *needs, const char *kind, const char *key)
{
	char *s;

	if (key == NULL)
		return;
	s = kind != NULL ? mem_fmt("%s/%s", kind, key) : mem_dup(key);
	if (!effect_has(needs, s))
		json_push(needs, json_string(s));
	free(s);
}

/* What a body refers to it needs, whether it says so or not. */
static void
effect_needs_of(struct json *needs, const struct json *v)
{
	struct json_iter it;
	struct json one;
	const char *name;
	int i, n;

	if (json_type(v, "") == JSON_ARR) {
		for (i = 0, n = json_len(v, ""); i < n; i++) {
			one = json_at(v, i);
			effect_needs_of(needs, &one);
			json_free(&one);
		}
		return;
	}
	if (json_type(v, "") != JSON_OBJ)
		return;
	effect_need(needs, NULL, json_str(v, "$ref"));
	effect_need(needs, "approve", json_str(v, "$version"));
	json_iter(&it, v);
	while (json_next(&it, v, &name, &one)) {
		effect_needs_of(needs, &one);
		json_free(&one);
	}
}

static char *
effect_all_needs(const struct target *t)
{
	struct json needs = { 0 }, body = { 0 };
	struct buf b = { 0 };

	if (json_parse(&needs, t->needs, strlen(t->needs), NULL, NULL) == -1 ||
	    json_type(&needs, "") != JSON_ARR) {
		json_free(&needs);
		needs = json_array();
	}
	if (strstr(t->body, "\"$") != NULL &&
	    json_parse(&body, t->body, strlen(t->body), NULL, NULL) == 0)
		effect_needs_of(&needs, &body);
	json_dump(&needs, &b);
	json_free(&needs);
	json_free(&body);
	return buf_take(&b, NULL);
}

void
effect_of(struct effect *f, const struct target *t, const char *map)
{
	memset(f, 0, sizeof(*f));
	f->kind = mem_dup(t->kind);
	f->type = t->type;
	f->ekey = mem_dup(t->ekey);
	f->stream = mem_dup(stream_name(t->stream));
	f->skey = mem_dup(t->skey);
	f->lane = mem_dup(t->lane);
	f->needs = effect_all_needs(t);
	f->map = mem_dup(map);
	f->desired_hash = mem_dup(t->hash);
	f->phase = t->stream;
	f->ord = t->ord;
}

void
effect_approve(struct effect *f, const struct effect *c)
{
	struct json needs = json_array();
	struct buf b = { 0 };

	effect_copy(f, c);
	free(f->kind);
	free(f->needs);
	free(f->lane);
	f->lane = NULL;
	f->type = KIND_APPROVE;
	f->kind = mem_dup(effect_kind_name(f->type));
	effect_need(&needs, "case", c->ekey);
	json_dump(&needs, &b);
	f->needs = buf_take(&b, NULL);
	json_free(&needs);
}
