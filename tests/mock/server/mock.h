#pragma once

#include <stdint.h>
#include <stdio.h>

#include "base/opt.h"

#include "server/reply.h"
#include "server/request.h"

struct zephyr;
struct qtest;
struct record;
struct rate;
struct scenario;

/* The values of the options; main.c states the meaning of each. */
struct settings {
	int64_t		 port, seed, cases, steps, cycles, plans, executions;
	int64_t		 folders, attachments, rate, minute_ms, month, page_cap;
	int64_t		 step_cap, lag_ms, ttl_ms, latency_ms;
	const char	*statuses, *port_file, *corpus, *window, *retry_after, *scenario;
	const char	*called, *step_logs, *page_size, *release_cycles, *require_at;
	const char	*dump, *token_zephyr, *token_qtest, *project_key;
	const char	*qtest_projects, *rate_of, *context;
	const char	*jira_user, *token_jira, *jira_refusal;
	const char	*answers, *empty, *zone, *clock;
	const char	*tls, *step_outcome;
	struct opt_list	 require, jira_hide, updated, sparse, deny, refuse_file;
	int64_t		 jira_cap, project_id;
	int64_t		 qtest_cap, file_size, file_limit, body_limit;
	const char	*step_files;
	const char	*integration, *connections, *trackers, *link_status;
	const char	*not_empty, *delete_body, *used_value, *deleted;
	const char	*file_names, *file_paths, *file_version, *same_name, *empty_files;
	const char	*file_sizes;
	int		 no_nextgen, step_ids, pid_prefix, hostile, rewrite;
	int		 set_only, user_brackets, limit_headers, unscanned, refuse_early;
	int		 full;
};

/* The state of the mock; one thread uses it, so nothing is locked. */
struct mock {
	const struct settings	*set;
	struct zephyr		*zephyr;
	struct qtest		*qtest;
	struct record		*record;
	struct rate		*rate[2];	/* by enum api */
	struct scenario		*scenario;
	FILE			*answers;	/* of --answers, or NULL */
	int			 turn;		/* TURN_ of mark.h that is due, or 0 */
	char			 base[64];	/* http[s]://127.0.0.1:PORT */
};

/* Answer one call of an API: fill the reply from the request. */
typedef void handler(struct mock *, struct request *, struct reply *);

struct route {
	const char	*method, *pattern;
	handler		*act;
};

/* Each table ends with method NULL. */
extern const struct route zephyr_routes[], qtest_routes[], control_routes[],
    public_routes[], jira_routes[];

/* Check the credentials of a request, find its route and call the handler. */
handler	 mock_answer;
