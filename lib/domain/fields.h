#ifndef DOMAIN_FIELDS_H
#define DOMAIN_FIELDS_H

#include <stdint.h>

#include "domain/api/qtest.h"

/*
 * What a qTest project calls by number: fields of an artifact and their
 * allowed values, execution statuses, users (qtest-api.md 2.10, 2.11, 5.4).
 * Each listing is asked for once, when first needed.  artifact is the word of
 * the settings path: "test-cases", "test-runs", "releases" ...
 */
struct fields;

struct field {
	char		*artifact, *label;
	int64_t		 id;
	int		 type;		/* data_type; see below */
	int		 multiple, required, active, system;
	int		 has_default;	/* qTest fills it when left out */
	struct json	 values;	/* allowed_values: [{value, label, ...}] */
};

enum {	/* data_type */
	FIELD_TEXT = 1, FIELD_AREA = 2, FIELD_COMBO = 3, FIELD_DATE = 4,
	FIELD_USER = 5, FIELD_RICH = 6, FIELD_NUMBER = 7, FIELD_CHECK = 8,
	FIELD_TIME = 9, FIELD_URL = 12, FIELD_MULTI = 17
};

void	 fields_open(struct fields **, struct qtest *);
void	 fields_close(struct fields *);	/* NULL is fine */

/* Ask for the fields of an artifact unless that was done: ZX_AUTH when the
   profile may not read them. */
int	 fields_load(struct fields *, const char *artifact, struct err *);
/* A field that was just created, as the server replied. */
void	 fields_add(struct fields *, const char *artifact, const struct json *);
/* Find an active field by its label, ignoring case.  NULL when there is none, or
   when fields_load was not called.  fields_find_any also finds a field that is
   switched off. */
const struct field *fields_find(const struct fields *, const char *artifact,
	    const char *label);
const struct field *fields_find_any(const struct fields *, const char *artifact,
	    const char *label);
const struct field *fields_by_id(const struct fields *, const char *artifact,
	    int64_t id);
/* Number i of an artifact, NULL after the last. */
const struct field *fields_at(const struct fields *, const char *artifact,
	    int i);
/* The id of an allowed, active value; 1, or 0 when there is none. */
int	 field_value(const struct field *, const char *label, int64_t *id);
/* The label of a value id; NULL: none. Borrowed. */
const char *field_label(const struct field *, int64_t id);
/* The data_type by a map's word ("text", "combo" ...); 0: no such word. */
int	 field_type(const char *word);

/* 1 and *id, 0 no such name, -1. */
int	 fields_status(struct fields *, const char *name, int64_t *id,
	    struct err *);
/* Return the status of a step without a result: the site's default, else
   "Unexecuted". */
int	 fields_status_default(struct fields *, int64_t *id, struct err *);
/* Add the names of all active statuses, once they are loaded. */
void	 fields_status_names(const struct fields *, struct buf *out);
/* Read the active users unless that was done.  A program whose map writes users calls
   it before its loop, so that fields_user does not wait there. */
int	 fields_users_load(struct fields *, struct err *);
/* Find an active user by user name, e-mail or external name: 1 and *id, 0, -1. */
int	 fields_user(struct fields *, const char *login, int64_t *id,
	    struct err *);
/* The name of an execution status; NULL: none. Borrowed. */
const char *fields_status_name(struct fields *, int64_t id, struct err *);

#endif
