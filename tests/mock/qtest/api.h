#ifndef MOCK_QTEST_API_H
#define MOCK_QTEST_API_H

#include "qtest/qtest.h"

/* A place of a version for a step log: one of its own steps, or one of a called
   case at any depth, below the step of this version that calls (by). */
struct qplace {
	const struct qstep *step;
	int64_t		 called, by;
};

struct qplaces {
	struct qplace	*v;		/* free it */
	int		 n;
};

void	 qplaces(struct mock *, struct qproject *, const struct qversion *,
	    struct qplaces *);

/* What the rooms of the target side use of each other. */
void	 qprop_put(struct qobj *, int64_t field, int64_t value);
struct qprop *qprop_set(struct qobj *, int64_t field, const char *value);
struct qfield *qfield_add(struct qschema *, int64_t id, const char *label,
	    int type);
struct qvalue *qvalue_add(struct qtest *, struct qfield *, const char *label,
	    size_t len);
void	 qdefects_take(const struct json *body, struct qobj *);
void	 qdefects_print(const struct qobj *, struct buf *);
/* Bytes decoded; those beyond max are counted, not written. */
size_t	 base64_read(const char *, unsigned char *out, size_t max);

/* The handlers of qtest_routes. */
void	 q_token(struct mock *, struct request *, struct reply *);
void	 q_token_status(struct mock *, struct request *, struct reply *);
void	 q_token_revoke(struct mock *, struct request *, struct reply *);
void	 q_whoami(struct mock *, struct request *, struct reply *);
void	 q_admin(struct mock *, struct request *, struct reply *);
void	 q_users_search(struct mock *, struct request *, struct reply *);
void	 q_user_one(struct mock *, struct request *, struct reply *);
void	 q_projects(struct mock *, struct request *, struct reply *);
void	 q_project_one(struct mock *, struct request *, struct reply *);
void	 q_profile(struct mock *, struct request *, struct reply *);
void	 q_users(struct mock *, struct request *, struct reply *);
void	 q_modules(struct mock *, struct request *, struct reply *);
void	 q_module_new(struct mock *, struct request *, struct reply *);
void	 q_module_one(struct mock *, struct request *, struct reply *);
void	 q_module_put(struct mock *, struct request *, struct reply *);
void	 q_module_delete(struct mock *, struct request *, struct reply *);
void	 q_case_new(struct mock *, struct request *, struct reply *);
void	 q_cases(struct mock *, struct request *, struct reply *);
void	 q_case_one(struct mock *, struct request *, struct reply *);
void	 q_case_put(struct mock *, struct request *, struct reply *);
void	 q_case_delete(struct mock *, struct request *, struct reply *);
void	 q_case_approve(struct mock *, struct request *, struct reply *);
void	 q_case_versions(struct mock *, struct request *, struct reply *);
void	 q_steps(struct mock *, struct request *, struct reply *);
void	 q_step_new(struct mock *, struct request *, struct reply *);
void	 q_step_one(struct mock *, struct request *, struct reply *);
void	 q_statuses(struct mock *, struct request *, struct reply *);
void	 q_run_new(struct mock *, struct request *, struct reply *);
void	 q_runs(struct mock *, struct request *, struct reply *);
void	 q_run_one(struct mock *, struct request *, struct reply *);
void	 q_run_put(struct mock *, struct request *, struct reply *);
void	 q_run_delete(struct mock *, struct request *, struct reply *);
void	 q_log_new(struct mock *, struct request *, struct reply *);
void	 q_logs(struct mock *, struct request *, struct reply *);
void	 q_log_last(struct mock *, struct request *, struct reply *);
void	 q_log_one(struct mock *, struct request *, struct reply *);
void	 q_log_put(struct mock *, struct request *, struct reply *);
void	 q_releases(struct mock *, struct request *, struct reply *);
void	 q_release_new(struct mock *, struct request *, struct reply *);
void	 q_folder_one(struct mock *, struct request *, struct reply *);
void	 q_folder_put(struct mock *, struct request *, struct reply *);
void	 q_folder_delete(struct mock *, struct request *, struct reply *);
void	 q_builds(struct mock *, struct request *, struct reply *);
void	 q_build_new(struct mock *, struct request *, struct reply *);
void	 q_cycles(struct mock *, struct request *, struct reply *);
void	 q_cycle_new(struct mock *, struct request *, struct reply *);
void	 q_suites(struct mock *, struct request *, struct reply *);
void	 q_suite_new(struct mock *, struct request *, struct reply *);
void	 q_fields(struct mock *, struct request *, struct reply *);
void	 q_field_new(struct mock *, struct request *, struct reply *);
void	 q_field_one(struct mock *, struct request *, struct reply *);
void	 q_field_delete(struct mock *, struct request *, struct reply *);
void	 q_values(struct mock *, struct request *, struct reply *);
void	 q_values_new(struct mock *, struct request *, struct reply *);
void	 q_search(struct mock *, struct request *, struct reply *);
void	 q_reqs(struct mock *, struct request *, struct reply *);
void	 q_req_new(struct mock *, struct request *, struct reply *);
void	 q_req_one(struct mock *, struct request *, struct reply *);
void	 q_defect_new(struct mock *, struct request *, struct reply *);
void	 q_linked(struct mock *, struct request *, struct reply *);
void	 q_log_defects(struct mock *, struct request *, struct reply *);
void	 q_link(struct mock *, struct request *, struct reply *);
void	 q_comments(struct mock *, struct request *, struct reply *);
void	 q_comment_new(struct mock *, struct request *, struct reply *);
void	 q_blob_new(struct mock *, struct request *, struct reply *);
void	 q_attachment(struct mock *, struct request *, struct reply *);
void	 q_attachments(struct mock *, struct request *, struct reply *);
void	 q_field_put(struct mock *, struct request *, struct reply *);
void	 q_value_one(struct mock *, struct request *, struct reply *);
void	 q_comment_delete(struct mock *, struct request *, struct reply *);
void	 q_all_attachments(struct mock *, struct request *, struct reply *);

#endif
