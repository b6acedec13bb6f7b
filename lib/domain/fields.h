#pragma once

#include "domain/api/qtest.h"
#include "domain/field.h"

/*
 * The names of a qTest project that requests give as numbers: fields of an artifact
 * and their allowed values, execution statuses, users (qtest-api.md 2.10, 2.11, 5.4).
 * artifact is the word of the settings path: "test-cases", "test-runs", "releases" ...
 *
 * The functions *_load send requests and wait for the answers: the caller calls them
 * before a loop over work, never in it.  Each listing is read once.  The other
 * functions never wait; they find nothing in a listing that was not loaded.
 */
struct fields;

/* Open an empty table of names; the client must outlive it.  The caller closes it. */
void	 fields_open(struct fields **, struct qtest *);
/* Free the table and all that lookups returned; NULL does nothing. */
void	 fields_close(struct fields *);

/* Read the fields of an artifact: 0, or -1, with ZX_AUTH if the user's profile may not
   read them. */
int	 fields_load(struct fields *, const char *artifact, struct err *);
/* Read the active execution statuses: 0, or -1. */
int	 fields_statuses_load(struct fields *, struct err *);
/* Read the active users: 0, or -1. */
int	 fields_users_load(struct fields *, struct err *);

/* Add a field that was just created, as the server's reply describes it. */
void	 fields_add(struct fields *, const char *artifact, const struct json *);
/* Find an active field by its label, ignoring case; NULL if there is none.
   fields_find_any also finds an inactive field. */
const struct field *fields_find(const struct fields *, const char *artifact,
	    const char *label);
const struct field *fields_find_any(const struct fields *, const char *artifact,
	    const char *label);
/* Find a field, active or not, by its id; NULL if there is none. */
const struct field *fields_by_id(const struct fields *, const char *artifact,
	    int64_t id);
/* Return field number i (from 0) of an artifact, NULL after the last. */
const struct field *fields_at(const struct fields *, const char *artifact,
	    int i);
/* Find an active execution status by its name, ignoring case: 1 and *id, or 0. */
int	 fields_status(const struct fields *, const char *name, int64_t *id);
/* Find the status of a step that has no result: the site's default, else
   "Unexecuted".  1 and *id, or 0. */
int	 fields_status_default(const struct fields *, int64_t *id);
/* Append the names of all active statuses, separated by ", ". */
void	 fields_status_names(const struct fields *, struct buf *out);
/* Return the name of a status id, which the table owns; NULL if there is none. */
const char *fields_status_name(const struct fields *, int64_t id);
/* Find an active user by user name, e-mail address or external name, ignoring case:
   1 and *id, or 0. */
int	 fields_user(const struct fields *, const char *login, int64_t *id);
