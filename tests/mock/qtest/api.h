#pragma once

#include "qtest/qtest.h"

/* A place of a version where a step log can be: a step of its own, or one of a
   called case at any depth; by is the step of this version that calls. */
struct qplace {
	const struct qstep *step;
	int64_t		 called, by;
};

struct qplaces {
	struct qplace	*v;		/* the caller frees it */
	int		 n;
};

/* List the places of a version in order.  Steps of a called case take the place of
   the step that calls it. */
void	 qplaces(struct mock *, struct qproject *, const struct qversion *,
	    struct qplaces *);

/* Put an object behind the last child of its parent; take it from its parent. */
void	 qobj_attach(struct qobj *, struct qobj *up);
void	 qobj_detach(struct qobj *);
/* Count the properties that have an allowed value; remove it from them if clear is set. */
int	 qvalue_uses(struct mock *, const struct qproject *, int64_t field, int64_t id,
	    int clear);

/* Functions that several files of the target side call. */
void	 qprop_put(struct qobj *, int64_t field, int64_t value);
struct qprop *qprop_set(struct qobj *, int64_t field, const char *value);
struct qfield *qfield_add(struct qschema *, int64_t id, const char *label,
	    int type);
struct qvalue *qvalue_add(struct qtest *, struct qfield *, const char *label,
	    size_t len);
/* Link the defects of a body to the log or step log of a kind and id; leave out those
   that are not known. */
void	 qdefects_take(struct mock *, struct qproject *, const struct json *body, enum qkind,
	    int64_t id);
/* Print the member defects if there are any. */
void	 qdefects_print(struct mock *, struct qproject *, const struct qlinks *, struct buf *);
/* Print the member defect_tracking_systems of a project. */
void	 qconnections_print(const struct mock *, struct buf *);
/* Add a link to one end, unless it is there. */
void	 qlink_add(struct qlinks *, enum qkind, int64_t id);
/* Decode base64 and return the number of bytes; only max of them are written. */
size_t	 base64_read(const char *, unsigned char *out, size_t max);

/* The handlers of qtest_routes. */
handler	 q_token, q_token_status, q_token_revoke, q_whoami, q_admin, q_users_search,
	 q_user_one, q_projects, q_project_one, q_profile, q_users, q_modules,
	 q_module_new, q_module_one, q_module_put, q_module_delete, q_case_new, q_cases,
	 q_case_one, q_case_put, q_case_delete, q_case_approve, q_case_versions,
	 q_steps, q_step_new, q_step_one, q_statuses, q_run_new, q_runs, q_run_one,
	 q_run_put, q_run_delete, q_log_new, q_logs, q_log_last, q_log_one, q_log_put,
	 q_releases, q_folder_new, q_folder_one, q_folder_put, q_folder_delete,
	 q_builds, q_build_new, q_cycles, q_suites, q_fields, q_field_new, q_field_one,
	 q_field_delete, q_values, q_values_new, q_search, q_reqs, q_req_new, q_req_one,
	 q_linked, q_defects, q_connections, q_link, q_comments, q_comment_new, q_blob_new,
	 q_blob_delete, q_attachment, q_attachments, q_field_put, q_value_one, q_comment_delete,
	 q_all_attachments;
