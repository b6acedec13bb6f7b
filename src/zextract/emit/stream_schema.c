#include "emit/stream_schema.h"

/*
 * The JSON schema of each stream, for Singer targets.  Records may have more members,
 * since Zephyr adds members without notice (zephyr-api.md 3.13).
 */
#define REF	"{\"type\":[\"null\",\"object\"],\"properties\":{"	\
	"\"id\":{\"type\":[\"null\",\"integer\"]},"			\
	"\"key\":{\"type\":[\"null\",\"string\"]},"			\
	"\"name\":{\"type\":[\"null\",\"string\"]}}}"
#define TEXT	"{\"type\":[\"null\",\"string\"]}"
#define NUMBER	"{\"type\":[\"null\",\"integer\"]}"
#define TIME	"{\"type\":[\"null\",\"string\"],\"format\":\"date-time\"}"
#define OBJECT	"{\"type\":[\"null\",\"object\"]}"
#define LIST	"{\"type\":[\"null\",\"array\"],\"items\":{}}"
#define SHAPE(members)							\
	"{\"type\":\"object\",\"properties\":{" members "}}"

const char *const stream_shapes[STREAM_COUNT] = {
	[STREAM_FOLDERS] = SHAPE(
	    "\"depth\":" NUMBER ",\"folderType\":" TEXT ",\"id\":"
	    "{\"type\":\"integer\"},\"index\":" NUMBER ",\"name\":" TEXT
	    ",\"orphan\":{\"type\":\"boolean\"},\"parentId\":" NUMBER
	    ",\"path\":" LIST ",\"position\":" NUMBER ",\"project\":" REF),
	[STREAM_CASES] = SHAPE(
	    "\"attachments\":" LIST ",\"component\":" REF ",\"createdOn\":"
	    TIME ",\"customFields\":" OBJECT ",\"estimatedTime\":" NUMBER
	    ",\"folder\":" REF ",\"id\":" NUMBER ",\"key\":"
	    "{\"type\":\"string\"},\"labels\":" LIST ",\"links\":" OBJECT
	    ",\"name\":" TEXT ",\"objective\":" TEXT ",\"owner\":" OBJECT
	    ",\"pictures\":" LIST ",\"precondition\":" TEXT ",\"priority\":" REF
	    ",\"project\":" REF
	    ",\"status\":" REF ",\"stub\":{\"type\":\"boolean\"},"
	    "\"testScript\":" OBJECT ",\"versions\":" LIST ",\"why\":" TEXT),
	[STREAM_PLANS] = SHAPE(
	    "\"attachments\":" LIST
	    ",\"customFields\":" OBJECT ",\"folder\":" REF ",\"id\":" NUMBER
	    ",\"key\":{\"type\":\"string\"},\"labels\":" LIST ",\"links\":"
	    OBJECT ",\"name\":" TEXT ",\"objective\":" TEXT ",\"owner\":"
	    OBJECT ",\"pictures\":" LIST ",\"project\":" REF ",\"status\":" REF),
	[STREAM_CYCLES] = SHAPE(
	    "\"attachments\":" LIST
	    ",\"customFields\":" OBJECT ",\"description\":" TEXT ",\"folder\":"
	    REF ",\"id\":" NUMBER ",\"jiraProjectVersion\":" REF ",\"key\":"
	    "{\"type\":\"string\"},\"links\":" OBJECT ",\"name\":" TEXT
	    ",\"owner\":" OBJECT ",\"pictures\":" LIST ",\"plannedEndDate\":" TIME
	    ",\"plannedStartDate\":" TIME ",\"project\":" REF ",\"status\":"
	    REF),
	[STREAM_EXECUTIONS] = SHAPE(
	    "\"actualEndDate\":" TIME ",\"assignedTo\":" OBJECT
	    ",\"assignedToId\":" TEXT
	    ",\"attachments\":" LIST
	    ",\"automated\":{\"type\":[\"null\",\"boolean\"]},\"comment\":"
	    TEXT ",\"customFields\":" OBJECT ",\"environment\":" REF
	    ",\"estimatedTime\":" NUMBER ",\"executed\":"
	    "{\"type\":\"boolean\"},\"executedBy\":" OBJECT
	    ",\"executedById\":" TEXT
	    ",\"executionTime\":" NUMBER ",\"id\":{\"type\":\"integer\"},"
	    "\"jiraProjectVersion\":" REF ",\"key\":" TEXT ",\"links\":" OBJECT
	    ",\"pictures\":" LIST ",\"project\":" REF ",\"steps\":" LIST ",\"stepsUnread\":" TEXT
	    ",\"testCase\":" REF
	    ",\"testCycle\":" REF ",\"testExecutionStatus\":" REF
	    ",\"undated\":" LIST),
};
