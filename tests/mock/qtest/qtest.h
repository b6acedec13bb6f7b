#ifndef MOCK_QTEST_QTEST_H
#define MOCK_QTEST_QTEST_H

#include <stdint.h>

#include "io/json/json.h"

#include "server/mock.h"

/*
 * The target side: qTest Manager API v3 (qtest-api.md), kept in memory.  An
 * id tells its kind (id % 32), so a wrong kind of id is never found.
 */
enum qkind { QK_ROOT, QK_MODULE, QK_CASE, QK_RELEASE, QK_BUILD, QK_CYCLE,
	QK_SUITE, QK_RUN, QK_LOG, QK_REQ, QK_DEFECT, QK_COUNT,
	QK_VERSION = QK_COUNT, QK_STEP, QK_STEPLOG, QK_FILE, QK_COMMENT,
	QK_PARAM, QK_ALL };

/* Fields that show what stands elsewhere in the object. */
enum { QF_VERSION = 4245, QF_DESCRIPTION = 4247, QF_PRECONDITION = 4248,
	QF_OUTCOME = -21 };

enum { QTEST_NAME_MAX = 500, QTEST_FILE_MAX = 50 * 1024 * 1024 };

struct qprop {
	int64_t	 field;
	char	*value;
	int	 inherited;	/* log: of its run, when it was written */
};

struct qfile {
	int64_t	 id, created;
	char	*name, *type;
	char	*data;
	size_t	 len;
};

struct qcomment {
	int64_t	 id, created;
	char	*text;
};

struct qlink {
	enum qkind	 kind;		/* of the other side; or QK_DEFECT */
	int64_t		 id;		/* 0: an external defect */
	char		*text;		/* its key */
};

struct qstep {
	int64_t		 id, order, called;
	char		*desc, *expect, *info;	/* info: customFieldInfo as sent */
	struct qfile	*file;
	int		 nfile;
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
};

/* What a kind of object has of its own. */
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
};

struct qlog {
	struct qsteplog	*slog;
	int		 nslog;
	int64_t		 version, status;
	int64_t		 start, end;	/* ms, 0 none */
	int64_t		 planned, actual;	/* as sent, -1 none */
	char		*build_number;
};

/* Any object of the trees. */
struct qobj {
	int64_t		 id, num;	/* num: of the pid */
	enum qkind	 kind;
	int		 gone, order_given;
	struct qobj	*root;		/* of its project */
	struct qobj	*up, *first, *last, *next, *prev;
	int64_t		 order, created, modified;
	char		*name, *desc, *pre;	/* pre: precondition or note */
	struct qprop	*prop;
	int		 nprop;
	struct qfile	*file;
	int		 nfile;
	struct qcomment	*comment;
	int		 ncomment;
	struct qlink	*link;
	int		 nlink;
	union {				/* by kind; modules and the like: none */
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

/* Fields of one artifact type of one project. */
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
/* 1: go on; 0: the 401 (or the token reply) stands. */
int	 qtest_auth(struct mock *, struct request *, struct reply *);
void	 qtest_expire(struct qtest *);
void	 qtest_stale(struct qtest *, int64_t ms);

/* Store: object/store.c */
struct qobj *qobj_new(struct qtest *, struct qproject *, enum qkind,
	    struct qobj *up);
struct qobj *qobj_find(const struct qtest *, const struct qproject *,
	    enum qkind, int64_t id);
/* By id or by pid text (TC-12). */
struct qobj *qobj_named(const struct qtest *, const struct qproject *,
	    enum qkind, const char *id_or_pid);
void	 qobj_place(struct qobj *);	/* after its order was set */
void	 qobj_move(struct qobj *, struct qobj *up);
void	 qobj_delete(struct qobj *);		/* with all below */
void	 qobj_touch(struct qobj *);
/* The next child of a kind after p, or the first when p is NULL. */
struct qobj *qobj_child(const struct qobj *up, const struct qobj *p,
	    enum qkind);
/* Depth first below top, of a kind, in order; NULL at the end. */
struct qobj *qobj_walk(const struct qobj *top, const struct qobj *p,
	    enum qkind);
int64_t	 qobj_serial(struct qtest *, enum qkind);
const char *qobj_prefix(enum qkind);		/* "TC" */
void	 qobj_pid(const struct qobj *, struct buf *);	/* TC-12 */
void	 qstep_free(struct qstep *);
void	 qfile_free(struct qfile *);
void	 qversion_free(struct qversion *);

/* The project of the path, or NULL and the 404. */
struct qproject *q_project(struct mock *, const struct request *,
	    struct reply *);
struct qproject *q_project_of(struct mock *, const struct qobj *);
/* The object cap[i] names, or NULL and the 404. */
struct qobj *q_object(struct mock *, struct qproject *, enum qkind,
	    const struct request *, int i, struct reply *);
/* The body as an object: -1 and the 400 when it is none. */
int	 q_body(const struct request *, struct json *, struct reply *);
/* name of 1 to 500 characters into *slot; must: absent is an error */
int	 q_name(const struct json *, int must, char **slot, struct reply *);
void	 q_order(const struct json *, struct qobj *);
void	 q_text(const struct json *, const char *name, char **slot);
/*
 * Where a cycle, suite or run goes: parentId and parentType of the query.
 * NULL and the error; *given tells whether the query named one.
 */
struct qobj *q_parent(struct mock *, struct qproject *, const struct request *,
	    enum qkind child, int *given, struct reply *);
/* A stored HTML text as it is shown: with --rewrite-html spelt anew. */
void	 q_html(const struct mock *, struct buf *, const char *name,
	    const char *text);
void	 q_date(struct buf *, const char *name, int64_t ms);
/* Page arguments of the styles P1 (page, pageSize) and P2 (page, size). */
struct qpage {
	int64_t	 page, size, from, to;		/* rows from <= i < to */
};
int	 q_page(const struct mock *, const struct request *,
	    const char *size_name, int64_t dflt, int64_t max, struct qpage *,
	    struct reply *);
void	 q_envelope_open(struct buf *);
void	 q_envelope_close(struct buf *, const struct qpage *, int64_t total);
/* id, name, pid, order, dates, web_url: what every resource shows. */
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
 * Take "properties" of a body into o: -1 and the 400 when one is wrong or a
 * required one is missing.
 */
int	 qprop_take(struct mock *, struct qproject *, enum qtype,
	    const struct json *body, struct qobj *, int create,
	    struct reply *);
/* Every active field, empty ones as "", unless --properties set. */
void	 qprop_print(const struct mock *, const struct qproject *, enum qtype,
	    const struct qobj *, struct buf *);
/* The value as people read it: labels for ids.  "" when unset. */
void	 qprop_label(const struct qproject *, enum qtype, const struct qprop *,
	    struct buf *);
const char *qprop_value(const struct qobj *, int64_t field);

/* Cases */
struct qversion *qcase_current(const struct qobj *);
struct qversion *qcase_version(const struct qobj *, int64_t id);
struct qversion *qcase_approved(const struct qobj *);	/* the last, or NULL */
/* steps: 0 without, 1 with parameters as [~123], 2 as [~name] */
void	 qcase_print(struct mock *, const struct qobj *,
	    const struct qversion *, int steps, int props, struct buf *);
int	 qstep_take(struct mock *, struct qproject *, const struct json *row,
	    int64_t dflt_order, struct qstep *, struct reply *);
void	 qstep_print(struct mock *, const struct qproject *,
	    const struct qstep *, int idents, struct buf *);
/* expand: also what called cases hold, below called_test_case */
void	 qsteps_print(struct mock *, const struct qproject *,
	    const struct qversion *, int expand, int idents, int64_t from,
	    int64_t to, struct buf *);
struct qversion *qcase_bump(struct mock *, struct qobj *);	/* 0.1 more */
void	 qcase_delete(struct mock *, struct qobj *);	/* its runs, too */
/* [~name] becomes [~123] and a parameter of the project. */
char	*qparam_store(struct qtest *, struct qproject *, const char *text);
char	*qparam_names(const struct qproject *, const char *text);

/* deep: with what stands below; wanted by expand=descendants */
void	 qfolder_print(struct mock *, const struct qobj *, int deep, struct buf *);
int	 qfolder_deep(const struct request *);
void	 qrun_print(struct mock *, const struct qobj *, int latest, int expand,
	    struct buf *);
void	 qlog_print(struct mock *, const struct qobj *, struct buf *);
const char *q_status_name(int64_t id);		/* 601 Passed; or NULL */
int64_t	 q_status_id(const char *name);
/* --statuses: other names, in order; -NAME is an inactive one. */
int	 q_status_rename(const char *names, struct err *);
int	 q_log_date(const struct json *, const char *name, int64_t *out);
/* Inline attachments [{name,content_type,data}] of a body. */
int	 qfile_take(struct mock *, const struct json *body, struct qfile **,
	    int *n, struct reply *);
void	 qfile_print(struct mock *, const struct qfile *, int64_t owner,
	    struct buf *);
enum qkind q_kind_of_type(const char *artifact);	/* or QK_ALL */

#endif
