#pragma once

#include <stdint.h>

#include "io/json/json.h"

#include "server/mock.h"

/*
 * The target side: qTest Manager API v3 (qtest-api.md), kept in memory.  The kind
 * of an object is part of its id (id % 32), so an id of a wrong kind is not found.
 */
enum qkind { QK_ROOT, QK_MODULE, QK_CASE, QK_RELEASE, QK_BUILD, QK_CYCLE,
	QK_SUITE, QK_RUN, QK_LOG, QK_REQ, QK_DEFECT, QK_COUNT,
	QK_VERSION = QK_COUNT, QK_STEP, QK_STEPLOG, QK_FILE, QK_COMMENT,
	QK_PARAM, QK_EXTERNAL, QK_ALL };

/* Fields that show other members of the object. */
enum { QF_VERSION = 4245, QF_DESCRIPTION = 4247, QF_PRECONDITION = 4248,
	QF_OUTCOME = -21 };

enum { QTEST_NAME_MAX = 500 };

struct qprop {
	int64_t	 field;
	char	*value;
	int	 inherited;	/* of a log: copied from its run */
};

struct qfile {
	int64_t	 id, created;
	char	*name, *type;
	struct content *content;
};

struct qcomment {
	int64_t	 id, created;
	char	*text;
};

/* The other end of a link. */
struct qlink {
	enum qkind	 kind;
	int64_t		 id;
};

struct qlinks {
	struct qlink	*v;
	int		 n;
};

/* A defect of another system that is linked. */
struct qexternal {
	int64_t		 id;
	char		*key;
	struct qlinks	 link;
};

struct qstep {
	int64_t		 id, order, called;
	char		*desc, *expect, *info;	/* info: customFieldInfo as sent */
	struct qfile	*file;
	int		 nfile;
	struct qlinks	 link;
};

struct qversion {
	int64_t		 id, major, minor;
	struct qstep	*step;
	int		 nstep;
};

struct qsteplog {
	int64_t		 id, step, status, order, called, parent_step;
	char		*desc, *expect, *actual, *date;
	struct qfile	*file;
	int		 nfile;
	struct qlinks	 link;
};

/* The members of one kind of object. */
struct qcase {
	struct qversion	*ver;		/* the last one is current */
	int		 nver;
};

struct qfolder {			/* release, build, cycle, suite */
	int64_t		 start, end;	/* ms, 0 none */
	int64_t		 release, build;	/* targets of cycle and suite */
};

struct qrun {
	int64_t		 case_id, version;
	int		 locked;
};

struct qlog {
	struct qsteplog	*slog;
	int		 nslog;
	int64_t		 version, status;
	int64_t		 start, end;	/* ms, 0 none */
	int64_t		 planned, actual;	/* as sent, -1 none */
	char		*build_number;
};

/* An object of any kind, in the tree of its project. */
struct qobj {
	int64_t		 id, num;	/* num: of the pid */
	enum qkind	 kind;
	int64_t		 gone;		/* number of its deletion; -1: never complete */
	int64_t		 gone_at;	/* the time of its deletion */
	int		 order_given;
	struct qobj	*root;		/* of its project */
	struct qobj	*up, *first, *last, *next, *prev;
	int64_t		 order, created, modified;
	char		*name, *desc;
	char		*pre;		/* precondition, note, or key of a Jira issue */
	struct qprop	*prop;
	int		 nprop;
	struct qfile	*file;
	int		 nfile;
	struct qcomment	*comment;
	int		 ncomment;
	struct qlinks	 link;
	union {				/* by kind; others have no members */
		struct qcase	 tc;
		struct qfolder	 folder;
		struct qrun	 run;
		struct qlog	 log;
	};
};

struct qvalue {
	int64_t	 id, order;
	char	*label;
	int	 dflt, active;
};

struct qfield {
	int64_t		 id, order;
	char		*label;
	int		 type;		/* data_type */
	const char	*attr;		/* attribute_type */
	int		 required, active, system, read_only, multiple;
	struct qvalue	*value;
	int		 nvalue;
};

/* The fields of one type of objects in one project. */
struct qschema {
	struct qfield	*v;
	int		 n;
};

enum qtype { QT_RELEASES, QT_BUILDS, QT_REQS, QT_CASES, QT_SUITES, QT_RUNS,
	QT_DEFECTS, QT_STEPS, QT_COUNT };

struct qparam {
	int64_t	 id;
	char	*name;
};

struct qproject {
	int64_t		 id;
	struct qobj	*root;
	struct qschema	 schema[QT_COUNT];
	struct qparam	*param;
	int		 nparam;
	struct qexternal *external;
	int		 nexternal;
	int64_t		 num[QK_COUNT];	/* last pid of a kind */
};

struct qtoken {
	char	 access[40], refresh[40];
	int64_t	 until;			/* idle end, wall ms; 0: void */
};

struct qtest {
	const struct settings	*set;
	struct qproject		*project;
	int			 nproject;
	struct qobj		**obj[QK_COUNT];	/* by (id - base) / 32 */
	int64_t			 nobj[QK_COUNT];
	int64_t			 serial[QK_ALL];	/* ids without object */
	int64_t			 next_field;
	struct qtoken		*token;
	int			 ntoken;
	int64_t			 stale_until, stale_at;	/* search index */
};

struct qtest *qtest_open(const struct settings *, struct err *);
void	 qtest_free(struct qtest *);
/* Return whether the request has a valid token; else put the 401 into the reply. */
int	 qtest_auth(struct mock *, struct request *, struct reply *);
/* Void all OAuth tokens. */
void	 qtest_expire(struct qtest *);
/* Stop the search index for ms. */
void	 qtest_stale(struct qtest *, int64_t ms);

/* object/store.c */
struct qobj *qobj_new(struct qtest *, struct qproject *, enum qkind,
	    struct qobj *up);
struct qobj *qobj_find(const struct qtest *, const struct qproject *,
	    enum qkind, int64_t id);
/* Find an object by its id or its pid (TC-12). */
struct qobj *qobj_named(const struct qtest *, const struct qproject *,
	    enum qkind, const char *id_or_pid);
/* Move an object among its siblings to the place of its order. */
void	 qobj_place(struct qobj *);
void	 qobj_move(struct qobj *, struct qobj *up);
/* Delete an object and all below it; remove one whose creation failed. */
void	 qobj_delete(struct qobj *);
void	 qobj_discard(struct qobj *);
/* Return the deleted object of an id, or NULL. */
struct qobj *qobj_deleted(const struct qtest *, const struct qproject *, enum qkind,
	    int64_t id);
/* Restore a deleted object and what was deleted with it below it; return -1 if it is
   not deleted or its parent is. */
int	 qobj_restore(struct qtest *, struct qobj *);
/* Set the time of modification. */
void	 qobj_touch(struct qobj *);
/* Return the next child of a kind after p, or the first if p is NULL. */
struct qobj *qobj_child(const struct qobj *up, const struct qobj *p,
	    enum qkind);
/* Return the next object of a kind below top, depth first, or NULL at the end. */
struct qobj *qobj_walk(const struct qobj *top, const struct qobj *p,
	    enum qkind);
int64_t	 qobj_serial(struct qtest *, enum qkind);
const char *qobj_prefix(enum qkind);		/* "TC" */
void	 qobj_pid(const struct qobj *, struct buf *);	/* TC-12 */
void	 qstep_free(struct qstep *);
void	 qfile_free(struct qfile *);
void	 qversion_free(struct qversion *);

/* Return the project of the path, or NULL with the 404 in the reply. */
struct qproject *q_project(struct mock *, const struct request *,
	    struct reply *);
struct qproject *q_project_of(struct mock *, const struct qobj *);
/* Return the object that cap[i] of the path names, or NULL with the 404 in the
   reply; NULL, too, without a project (q_project has replied). */
struct qobj *q_object(struct mock *, struct qproject *, enum qkind,
	    const struct request *, int i, struct reply *);
/* Return the module with this id, or NULL with the 404 in the reply. */
struct qobj *q_module(struct mock *, struct qproject *, int64_t id, struct reply *);
/* Parse the body; return -1 and reply 400 if it is not an object, or an array. */
int	 q_body(const struct request *, struct json *, struct reply *);
int	 q_array_body(const struct request *, struct json *, struct reply *);
/* Copy a name of 1 to 500 characters to *slot; return -1 and reply 400 if it is
   too long, or if it must be there and is absent. */
int	 q_name(const struct json *, int must, char **slot, struct reply *);
void	 q_order(const struct json *, struct qobj *);
void	 q_text(const struct json *, const char *name, char **slot);
/*
 * Return the parent of a cycle, suite or run by parentId and parentType of the
 * query, or NULL with the error in the reply; NULL, too, without a project.
 * *given is set if the query names a parent.
 */
struct qobj *q_parent(struct mock *, struct qproject *, const struct request *,
	    enum qkind child, int *given, struct reply *);
/* Print parentId and parentType of an object. */
void	 q_parent_print(const struct qobj *, struct buf *);
/* Return whether expand=descendants is in the query. */
int	 q_deep(const struct request *);
void	 q_empty_list(struct buf *, const char *name);
/* Print a stored HTML text; --rewrite-html changes how it is written. */
void	 q_html(const struct mock *, struct buf *, const char *name,
	    const char *text);
void	 q_date(struct buf *, const char *name, int64_t ms);
/* A page of a list: rows from <= i < to. */
struct qpage {
	int64_t	 page, size, from, to;
};
/* Read the page arguments of the styles P1 (page, pageSize) and P2 (page, size);
   return -1 and reply 400 if they are wrong. */
int	 q_page(const struct mock *, const struct request *,
	    const char *size_name, int64_t dflt, int64_t max, struct qpage *,
	    struct reply *);
/* Answer a DELETE of which the vendor describes the body as an object without members;
   with --delete-body none it is empty. */
void	 q_deleted(const struct mock *, struct reply *);
/* Return -1 and reply 400 if an argument ids is not one number; it may be repeated. */
int	 q_check_ids(const struct request *, struct reply *);
void	 q_envelope_open(struct buf *);
void	 q_envelope_close(struct buf *, const struct qpage *, int64_t total);
/* Print the members that all objects have: id, name, pid, order, dates, web_url. */
void	 q_head(struct mock *, const struct qobj *, const char *name,
	    struct buf *);

/* Fields and properties */
void	 qfield_open(struct qtest *, struct qproject *, struct err *);
void	 qschema_free(struct qschema *);
struct qfield *qfield_find(struct qschema *, int64_t id);
struct qfield *qfield_label(struct qschema *, const char *label);
const struct qvalue *qvalue_find(const struct qfield *, int64_t id);
int	 qtype_named(const char *);		/* or -1 */
/*
 * Set the properties of an object from those of a body; return -1 and reply 400 if
 * one is wrong or a required one is missing.
 */
int	 qprop_take(struct mock *, struct qproject *, enum qtype,
	    const struct json *body, struct qobj *, int create,
	    struct reply *);
/* Print every active field, empty ones as "" unless --set-only is given. */
void	 qprop_print(const struct mock *, const struct qproject *, enum qtype,
	    const struct qobj *, struct buf *);
/* Print a value as people read it, with labels for ids; nothing if it is unset. */
void	 qprop_label(const struct qproject *, enum qtype, const struct qprop *,
	    struct buf *);
const char *qprop_value(const struct qobj *, int64_t field);

/* Cases */
struct qversion *qcase_current(const struct qobj *);
struct qversion *qcase_version(const struct qobj *, int64_t id);
struct qversion *qcase_approved(const struct qobj *);	/* the last, or NULL */
/* Print a case.  steps: 0 leaves them out, 1 shows parameters as [~123], 2 as
   [~name]. */
void	 qcase_print(struct mock *, const struct qobj *,
	    const struct qversion *, int steps, int props, struct buf *);
int	 qstep_take(struct mock *, struct qproject *, const struct json *row,
	    int64_t dflt_order, struct qstep *, struct reply *);
void	 qstep_print(struct mock *, const struct qproject *,
	    const struct qstep *, int idents, struct buf *);
/* Print the steps from <= i < to; expand adds those of called cases. */
void	 qsteps_print(struct mock *, const struct qproject *,
	    const struct qversion *, int expand, int idents, int64_t from,
	    int64_t to, struct buf *);
/* Make the next minor version of a case and return it. */
struct qversion *qcase_bump(struct mock *, struct qobj *);
/* Delete a case and its runs (qtest-api.md 2.18). */
void	 qcase_delete(struct mock *, struct qobj *);
/* Return a text in which each [~name] is [~123], a parameter of the project; and
   the reverse.  The caller frees it. */
char	*qparam_store(struct qtest *, struct qproject *, const char *text);
char	*qparam_names(const struct qproject *, const char *text);

/* Print a release, build, cycle or suite; deep adds the objects below it. */
void	 qfolder_print(struct mock *, const struct qobj *, int deep, struct buf *);
void	 qrun_print(struct mock *, const struct qobj *, int latest, int expand,
	    struct buf *);
void	 qlog_print(struct mock *, const struct qobj *, struct buf *);
const char *q_status_name(int64_t id);		/* 601 Passed; or NULL */
int64_t	 q_status_id(const char *name);
/* Rename the statuses as --statuses says: names in order; -NAME is inactive. */
int	 q_status_rename(const char *names, struct err *);
int	 q_log_date(const struct json *, const char *name, int64_t *out);
/* Add the attachments [{name,content_type,data}] of a body; return -1 and reply 400
   or 413 if one is wrong. */
int	 qfile_take(struct mock *, const struct json *body, struct qfile **,
	    int *n, struct reply *);
void	 qfile_print(struct mock *, const struct qfile *, int64_t owner,
	    struct buf *);
/* Print an array of n files. */
void	 qfiles_print(struct mock *, const char *name, const struct qfile *, int n,
	    int64_t owner, struct buf *);
enum qkind q_kind_of_type(const char *artifact);	/* or QK_ALL */
