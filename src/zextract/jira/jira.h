#pragma once

#include <stdint.h>

#include "domain/api/jira.h"

#include "request.h"

/*
 * Reads the names of Jira's ids.  Zephyr's rows contain ids of Jira: issues of links,
 * components, versions, users.  A row that is stored puts them into table jira_name.
 * Once the lists are complete, and if Jira is set, the ids without a name are
 * requested in batches, by GET alone, in the same loop as all other requests.  Records
 * then have names beside these ids.
 */
struct job;
struct reading;
struct source;

struct jira_conf {
	const char	*base_url, *user, *token;	/* all or none */
};

enum jira_kind { JIRA_COMPONENT, JIRA_VERSION, JIRA_USER, JIRA_ISSUE,
	JIRA_KINDS };
enum jira_phase { JIRA_WAIT, JIRA_ASK, JIRA_LOAD, JIRA_DONE };
enum jira_hello { JIRA_SILENT, JIRA_ASKED, JIRA_KNOWN };

/* At most in flight; ids of one request: a URL must stay below 8 KB. */
enum { JIRA_WIDTH = 2, JIRA_ISSUES = 100, JIRA_USERS = 50 };

/* Names are held in memory, but for those of issues, which are many. */
struct jira_name {
	char	*id, *text;		/* a JSON string */
};

struct jira_names {
	struct jira_name *v;
	size_t		 n;
};

struct jira {
	struct source	*src;
	struct reading	*reading;
	struct zephyr	*z;		/* NULL: Jira is not set */
	char		*user;
	enum jira_phase	 phase;
	/* ask */
	enum jira_hello	 hello;		/* are the credentials good? */
	int		 early;		/* check them before the lists are read */
	int		 kind;
	int		 open;		/* requests whose answers are not stored */
	char		*last;		/* id */
	struct request_list ready;	/* for the rest of batches */
	int		 refused;	/* batches refused in a row that named no id */
	/* names */
	struct jira_names names[JIRA_ISSUE];
	int		 issues;	/* some issue has a key */
	int64_t		 bare[JIRA_KINDS];	/* ids without a name */
	struct err	 fail;		/* the first failure in jira_put */
};

extern const char *const jira_kinds[JIRA_KINDS];
extern const char jira_myself[];	/* path that returns the user of the token */

/* Open Jira when conf sets it; ZX_CONFIG names the setting that is missing. */
int	 jira_open(struct jira *, const struct jira_conf *, struct err *);
/* Read whether an earlier run requested names.  The caller has opened the database. */
int	 jira_start(struct jira *, struct err *);
void	 jira_close(struct jira *);
/* Enter the next phase when it is due, and report and load names.  Return 1 when
   there is more to do at once, 0, or -1. */
int	 jira_work(struct jira *, struct err *);
int	 jira_done(const struct jira *);
/* Check that Jira answers, when it is set, and print its requests for --plan. */
int	 jira_plan(struct jira *, const struct job *, struct err *);
/* Check that Jira answers, when it is set; print nothing. */
int	 jira_check(struct jira *, const struct job *, struct err *);
