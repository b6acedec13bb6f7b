#ifndef ZEXTRACT_JIRA_H
#define ZEXTRACT_JIRA_H

#include <stdint.h>

#include "domain/api/jira.h"

/*
 * Zephyr's rows hold ids of Jira: issues of links, components, versions,
 * users.  A row that is stored leaves them in table jira_name.  Once the lists
 * are whole, and if there is a Jira to ask, those that have no name yet are
 * asked for in batches, by GET alone, in the same loop as everything else;
 * records then have names beside ids.
 */
struct extract;
struct record;
struct request;
struct reader;

struct jira_conf {
	const char	*base_url, *user, *token;	/* all or none */
};

enum jira_kind { JIRA_COMPONENT, JIRA_VERSION, JIRA_USER, JIRA_ISSUE,
	JIRA_KINDS };
enum jira_phase { JIRA_WAIT, JIRA_ASK, JIRA_LOAD, JIRA_DONE };
enum jira_hello { JIRA_SILENT, JIRA_ASKED, JIRA_KNOWN };

/* In flight; ids a question: an address must stay below 8 KB. */
enum { JIRA_WIDTH = 2, JIRA_ISSUES = 100, JIRA_USERS = 50 };

/* Few enough to be held: all but issues. */
struct jira_name {
	char	*id, *text;		/* a JSON string */
};

struct jira_names {
	struct jira_name *v;
	size_t		 n;
};

struct jira {
	struct zephyr	*z;		/* NULL: nobody to ask */
	char		*user;
	enum jira_phase	 phase;
	/* ask */
	enum jira_hello	 hello;		/* are the credentials good? */
	int		 early;		/* say it before the lists are read */
	int		 kind, open;
	char		*last;		/* id */
	struct request	*ready;		/* rests of batches */
	int		 refused;	/* in a row, for no id in particular */
	/* names */
	struct jira_names names[JIRA_ISSUE];
	int		 issues;	/* some have a key */
	int64_t		 bare[JIRA_KINDS];	/* ids without a name */
	struct err	 fail;		/* while a record was made */
};

extern const char *const jira_kinds[JIRA_KINDS];
extern const char jira_myself[];	/* the question that tells who we are */

/* jira.c: ZX_CONFIG names what is missing. */
int	 jira_open(struct extract *, const struct jira_conf *, struct err *);
/* The database is open now. */
int	 jira_start(struct extract *, struct err *);
void	 jira_close(struct extract *);
/* Do what needs no request: 1 when there is more to do at once, 0, -1. */
int	 jira_work(struct extract *, struct err *);
int	 jira_done(const struct extract *);
/* Return the number of requests whose answers are not stored. */
int	 jira_busy(const struct extract *);
/* --plan: does it answer? */
int	 jira_plan(struct extract *, struct err *);
/* Check that Jira answers, when it is set; print nothing. */
int	 jira_check(struct extract *, struct err *);

/* jira_ask.c: send what there is room for */
int	 jira_fill(struct extract *, struct err *);
/* For these ids, a line each (taken); jira_answer.c deals with the answer. */
struct request *jira_question(struct extract *, int kind, char *ids);
extern const struct reader jira_reader;

/* jira_names.c */
int	 jira_load(struct extract *, struct err *);
void	 jira_names_free(struct jira *);
/* Names beside the ids of the record under way; .fail when that fails. */
void	 jira_put(struct extract *, struct record *);

/* jira_report.c: findings; and a line at the end */
int	 jira_report(struct extract *, struct err *);
void	 jira_log_end(const struct extract *);

#endif
