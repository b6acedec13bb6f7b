#include <string.h>

#include "base/mem.h"
#include "domain/api/qtest_link.h"

/* The types of linked objects, with the prefix of their pids. */
static const struct link_type {
	const char	*name, *pid;
} link_types[] = {
	{ "defects", "" }, { "test-cases", "TC-" }, { "releases", "RL-" }
};

/* Return the row of link_types whose name is type, NULL if type is unknown or NULL. */
static const struct link_type *
qtest_link_type_find(const char *type)
{
	size_t i;

	for (i = 0; type != NULL && i < sizeof(link_types) / sizeof(link_types[0]); i++)
		if (strcmp(link_types[i].name, type) == 0)
			return &link_types[i];
	return NULL;
}

int
qtest_link_type(const char *type)
{
	return qtest_link_type_find(type) != NULL;
}

struct json
qtest_link_item(const struct json *sent)
{
	const char *key = json_str(sent, "key");

	return key != NULL ? json_string(key) : json_get(sent, "id");
}

char *
qtest_link_listing(const char *path)
{
	size_t n = strcspn(path + 1, "/");
	const char *id = path + 1 + n;

	id += *id == '/';
	return mem_fmt("/linked-artifacts?type=%.*s&ids=%.*s", (int)n, path + 1,
	    (int)strcspn(id, "/"), id);
}

/* True if an object that qTest shows is the linked one.  Ids of objects of different types may be
   equal. */
static int
qtest_link_is(const struct json *sent, const struct json *object)
{
	const struct link_type *type = qtest_link_type_find(json_str(sent, "type"));
	const char *key = json_str(sent, "key"), *pid = json_str(object, "pid");
	const char *external = json_str(object, "external_defect_id");

	if (key != NULL)
		return (pid != NULL && strcmp(pid, key) == 0) ||
		    (external != NULL && strcmp(external, key) == 0);
	return json_int(object, "id", 0) == json_int(sent, "id", -1) && (pid == NULL ||
	    type == NULL || strncmp(pid, type->pid, strlen(type->pid)) == 0);
}

int
qtest_link_find(const struct json *sent, const struct json *source, struct json *out)
{
	struct json list = json_member(source, "objects"), one = { 0 };
	int i = 0, found = 0;

	while (!found && json_each(&list, &i, &one))
		found = qtest_link_is(sent, &one);
	if (found) {
		*out = json_object();
		json_set_int(out, "id", json_int(&one, "id", 0));
		json_set_str(out, "pid", json_str(&one, "pid"));
	}
	json_free(&one);
	json_free(&list);
	return found;
}
