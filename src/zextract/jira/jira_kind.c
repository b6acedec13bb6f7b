#include "jira/jira.h"

const char *const jira_kinds[JIRA_KINDS] = {
	[JIRA_COMPONENT] = "component", [JIRA_VERSION] = "version",
	[JIRA_USER] = "user", [JIRA_ISSUE] = "issue",
};
