#pragma once

#include <stdint.h>

#include "base/err.h"

#include "server/mock.h"

/*
 * The source side: Zephyr Scale Cloud API v2 (zephyr-api.md).  A row is generated
 * from (seed, position) when it is requested; only folders, lookups, edits and a
 * corpus are stored.  Positions of a kind count from 0 in the order of their ids;
 * the position of a deleted row is not used again.
 */
enum zkind { ZK_CASE, ZK_CYCLE, ZK_PLAN, ZK_EXEC, ZK_COUNT };
enum zlook_type { ZL_CASE, ZL_PLAN, ZL_CYCLE, ZL_EXEC, ZL_PRIORITY, ZL_ENV };
enum zscript { ZS_STEPS, ZS_PLAIN, ZS_BDD, ZS_NONE, ZS_BLANK };

/* Bits for the members that --sparse leaves out. */
enum zsparse { ZA_TOTAL = 1, ZA_LAST = 2, ZA_NEXT = 4, ZA_VALUES = 8,
	ZA_SELF = 16 };

/* A row of a reference list.  Rows of several types may have the same name. */
struct zlook {
	int64_t		 id;
	enum zlook_type	 type;
	char		*name;
	char		*row;
};

struct zfolder {
	int64_t	 id, parent;		/* parent 0: at the root */
	int	 index, type;		/* type: index of zfolder_types */
	char	*name;
};

/* The changes that a tester made to a row: see edit.c. */
struct zedit {
	enum zkind	 kind;
	int64_t		 pos, at;	/* at: time of the last one, for updatedAfter */
	char		*name, *text;	/* new name; new comment */
	int64_t		 status;
};

/* A case with a new version is at the end of lists (pos), under a new id. */
struct znewer {
	int64_t	pos, from;
};

struct corpus;
struct zscriptrev;

struct zephyr {
	const struct settings	*set;
	uint64_t		 seed;
	const char		*key;		/* of the project */
	char			 base[80];	/* http://127.0.0.1:PORT/v2 */
	int64_t			 project;	/* its id */
	struct zfolder		*folder;
	int			 nfolder;
	struct zlook		*look;
	int			 nlook;
	struct corpus		*corpus;	/* NULL: cases are generated */
	int64_t			 n[ZK_COUNT];	/* positions in use */
	int64_t			 n0[ZK_COUNT];	/* at the start */
	int64_t			*gone[ZK_COUNT];	/* deleted, ascending */
	int64_t			 ngone[ZK_COUNT];
	int64_t			 front[ZK_COUNT];	/* rows inserted first */
	struct zedit		*edit;
	int			 nedit;
	struct znewer		*newer;
	int			 nnewer;
	struct zscriptrev	*rev;		/* edited steps: script.c */
	int			 nrev;
	int			 step_links;	/* of the list that is printed */
	int			 sparse;	/* of enum zsparse */
};

extern const char *const zfolder_types[3];

struct zephyr *zephyr_open(const struct settings *, const char *base,
	    struct err *);
void	 zephyr_free(struct zephyr *);
/* Return whether the token is valid; else put the 401 into the reply. */
int	 zephyr_auth(struct mock *, struct request *, struct reply *);
/* Insert or remove a row of the list that rq requests. */
void	 zephyr_shift(struct zephyr *, const struct request *, int insert);

/* Return a number that depends on (kind, position, salt) and the seed. */
uint64_t z_rand(const struct zephyr *, int kind, int64_t pos, int salt);
/* Print "name":{"id":1,"self":".../path/1"}, or null if id is 0. */
void	 z_ref(const struct zephyr *, struct buf *, const char *name,
	    const char *path, int64_t id);
/* Print {"id","self"} of an object in Jira, or null if id is 0. */
void	 z_jira_ref(struct buf *, const char *name, const char *kind, int64_t id);
/*
 * Print a string, or null for NULL; with --hostile some end in escape sequences,
 * NUL, half a surrogate pair or ../
 */
void	 z_text(const struct zephyr *, struct buf *, const char *name,
	    int64_t pos, const char *text);
void	 z_owner(struct buf *, const char *name, const char *account);
void	 z_date(struct buf *, const char *name, int64_t ms);	/* 0: null */
/* Print the issue links of a row; r determines their number. */
void	 z_issues(const struct zephyr *, struct buf *, uint64_t r);
void	 z_weblinks(const struct zephyr *, struct buf *, uint64_t r);
/*
 * Check projectKey: return 1 if it names the project served or is absent, 2 if it
 * names an empty project, 0 with the error in the reply.
 */
int	 z_project(const struct zephyr *, const struct request *,
	    struct reply *);
/* Return pos, the position of the object of this kind that the path names; reply 404
   if it is negative. */
int64_t	 z_wanted(int64_t pos, const char *kind, const struct request *, struct reply *);
/* Return the number in KEY-T12 (for the letter 'T'), or -1 for any other text. */
int64_t	 z_number(const struct zephyr *, const char *key, char letter);
const struct zedit *z_edit(const struct zephyr *, enum zkind, int64_t pos);
int	 z_gone(const struct zephyr *, enum zkind, int64_t pos);
/* The names of the kinds in paths, like "testcases". */
extern const char *const zkind_names[ZK_COUNT];
/* Return the time of the last edit of a row, or that of its creation. */
int64_t	 z_updated(const struct zephyr *, enum zkind, int64_t pos);

/* lookup.c */
void	 zlook_open(struct zephyr *);
void	 zlook_add(struct zephyr *, enum zlook_type, int64_t id,
	    const char *name, const char *row);
/* Return the n-th id of a type, modulo their number, or 0 if there is none. */
int64_t	 zlook_id(const struct zephyr *, enum zlook_type, int64_t n);
int64_t	 zlook_named(const struct zephyr *, enum zlook_type, const char *);
/* folder.c: create the folders; return the id of one for a number r, or 0. */
void	 zfolder_open(struct zephyr *);
int64_t	 zfolder_pick(const struct zephyr *, int type, uint64_t r);

/* Cases: case.c */
int64_t	 zcase_num(const struct zephyr *, int64_t pos);
int64_t	 zcase_id(const struct zephyr *, int64_t pos);
/* Return the position from which the texts of a case are generated; it differs from
   pos after a new version. */
int64_t	 zcase_source(const struct zephyr *, int64_t pos);
/* Return the position of a case, or -1 if it does not exist or is deleted. */
int64_t	 zcase_pos(const struct zephyr *, const char *key);
/* Return the source position of a case, deleted or not. */
int64_t	 zcase_named(const struct zephyr *, const char *key);
int	 zcase_versions(const struct zephyr *, int64_t pos);
int64_t	 zcase_version_id(const struct zephyr *, int64_t pos, int version);
void	 zcase_row(const struct zephyr *, int64_t pos, struct buf *);
/* Print the row of a position under another id. */
void	 zcase_row_as(const struct zephyr *, int64_t pos, int64_t id,
	    struct buf *);
/* Scripts: step.c */
struct zstep {
	int64_t		 id;			/* 0: the row has none */
	char		 call[48];		/* key of the called case, or "" */
	int		 params;		/* shape of its parameters */
	struct buf	 desc, data, expect;	/* member s NULL: null */
};
enum zscript zcase_script(const struct zephyr *, int64_t pos);
int64_t	 zstep_count(const struct zephyr *, int64_t pos);
void	 zstep_get(const struct zephyr *, int64_t pos, int64_t j,
	    struct zstep *);
/* The same for the steps that the execution at position exec ran. */
int64_t	 zstep_count_of(const struct zephyr *, int64_t pos, int64_t exec);
void	 zstep_get_of(const struct zephyr *, int64_t pos, int64_t j,
	    int64_t exec, struct zstep *);
void	 zstep_free(struct zstep *);
void	 zscript_text(const struct zephyr *, int64_t pos, struct buf *);
/* Cycles, plans, executions */
int64_t	 zcycle_id(const struct zephyr *, int64_t pos);
int64_t	 zcycle_pos(const struct zephyr *, const char *id_or_key);
void	 zcycle_row(const struct zephyr *, int64_t pos, struct buf *);
/* Return where the link of a plan and a cycle is shown: bit 1 by the plan, bit 2 by
   the cycle. */
int	 zcycle_plan(const struct zephyr *, int64_t cycle, int64_t plan);
int64_t	 zplan_id(const struct zephyr *, int64_t pos);
int64_t	 zplan_pos(const struct zephyr *, const char *id_or_key);
void	 zplan_row(const struct zephyr *, int64_t pos, struct buf *);

/* The values of an execution, from which rows are printed and filtered. */
struct zexec {
	int64_t	 pos, id;
	int64_t	 case_pos;		/* position, or -1: the case does not exist */
	int64_t	 num;			/* number in the key of the case */
	int	 version;
	int64_t	 cycle;			/* position, or -1: ad hoc */
	int64_t	 env, status;		/* ids, env 0: none */
	int64_t	 end;			/* ms, 0: never ended */
	int	 last;			/* the last one of this case in this cycle */
};
int64_t	 zexec_id(const struct zephyr *, int64_t pos);
int64_t	 zexec_pos(const struct zephyr *, const char *id_or_key);
void	 zexec_get(const struct zephyr *, int64_t pos, struct zexec *);
void	 zexec_row(const struct zephyr *, int64_t pos, struct buf *);
int64_t	 zexec_results(const struct zephyr *, int64_t pos);	/* how many */
/* Return the number of files of an object, not counting those of its steps. */
int64_t	 zfile_count(const struct zephyr *, enum zkind, int64_t pos);

/* page.c: a list of rows; those for which fits returns 0 are left out. */
struct zlist {
	enum zkind	 kind;
	int		(*fits)(const struct zephyr *, int64_t pos,
			    const void *filter);
	const void	*filter;
};
/* Answer with the page that the query asks for: by offset, or by keyset if the path
   ends in nextgen. */
void	 zpage_list(const struct zephyr *, const struct zlist *,
	    const struct request *, struct reply *);
/* Answer with a page of n rows, each printed by its number from 0. */
void	 zpage_rows(const struct zephyr *, int64_t n, int64_t cap,
	    void (*row)(const struct zephyr *, const void *, int64_t i,
	    struct buf *), const void *arg, const struct request *,
	    struct reply *);
/* Return the position of the row with this id, or -1. */
int64_t	 zpage_find(const struct zephyr *, enum zkind, int64_t id);

/* Corpus: rows from files (corpus.c) */
struct corpus_step {
	int64_t	 id;
	char	*call, *params;			/* NULL: inline */
	char	*desc, *data, *expect;
};
struct corpus *corpus_open(const char *dir, struct zephyr *, struct err *);
void	 corpus_free(struct corpus *);
int64_t	 corpus_cases(const struct corpus *);
int64_t	 corpus_id(const struct corpus *, int64_t pos);
int64_t	 corpus_num(const struct corpus *, int64_t pos);
int64_t	 corpus_pos(const struct corpus *, int64_t num);	/* or -1 */
const char *corpus_row(const struct corpus *, int64_t pos);
const struct corpus_step *corpus_steps(const struct corpus *, int64_t pos,
	    int64_t *n);
const char *corpus_step_row(const struct corpus *, int64_t pos, int64_t j);
