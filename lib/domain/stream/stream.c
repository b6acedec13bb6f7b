#include <string.h>

#include "domain/stream/stream.h"

static const struct {
	const char	*name, *key;
} streams[STREAM_COUNT] = {
	[STREAM_FOLDERS] = { "folders", "id" },
	[STREAM_CASES] = { "test_cases", "key" },
	[STREAM_PLANS] = { "test_plans", "key" },
	[STREAM_CYCLES] = { "test_cycles", "key" },
	[STREAM_EXECUTIONS] = { "test_executions", "id" }
};

const char *const stream_status_words[] = { [STREAM_COMPLETE] = "COMPLETE",
	[STREAM_PARTIAL] = "PARTIAL", [STREAM_UNPROVEN] = "UNPROVEN" };

const char *
stream_name(enum stream s)
{
	return streams[s].name;
}

const char *
stream_key(enum stream s)
{
	return streams[s].key;
}

int
stream_find(const char *name)
{
	int s;

	for (s = 0; name != NULL && s < STREAM_COUNT; s++)
		if (strcmp(streams[s].name, name) == 0)
			return s;
	return -1;
}
