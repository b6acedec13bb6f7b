#ifndef ZEXTRACT_CHOICE_H
#define ZEXTRACT_CHOICE_H

#include <stdint.h>

#include "base/err.h"
#include "domain/stream/stream.h"

#include "list/list.h"

/*
 * What of a project a run is about.  Streams named as operands are read with
 * what they need, and no others are written; --folder, --limit and --select
 * choose among their records.  Chosen ones stand in table chosen, and so does
 * all that they refer to: what is written loads by itself.
 *
 * The folder and the limit choose before anything but lists is read, so only
 * that is read; which cases a case calls is known when its script is, so
 * scripts are read until no chosen one calls another.  --select asks about
 * whole records: all are read first, then asked, then written.
 */
struct extract;
struct jqprog;

/* A query wants rows of a grade and above; all rows of the pass, or none. */
enum selection_grade { SEL_ALL, SEL_DEPENDENCY, SEL_REQUESTED, SEL_MATCH_DEP,
	SEL_MATCH, SEL_NONE = 9 };

/* Rows o that are wanted: n is the parameter of the grade, all what holds of
   every row that counts.  The rest of such a row is looked at only then. */
#define SELECTED_OF(stream, key, n, all)					\
	" CASE WHEN CAST(" n " AS BIGINT) = 0 THEN " all		\
	" ELSE EXISTS (SELECT 1 FROM chosen k WHERE k.project = ?1"	\
	" AND k.stream = " stream " AND k.key = " key			\
	" AND k.grade >= " n ") END"
#define SELECTED(stream, key, n, all) SELECTED_OF("'" stream "'", key, n, all)

enum selection_phase {
	SELECTION_READING,	/* what is wanted is being read */
	SELECTION_ASKING,	/* the program is asked about each record */
	SELECTION_SETTLED	/* what will be written is known */
};

enum { SELECTION_PAGE = 64 };

struct selection {
	const char	*select, *folder;	/* as given, or NULL */
	int64_t		 limit;			/* 0: none */
	int		 writes[STREAM_COUNT];	/* which streams */
	char		 streams[80];		/* their names */
	/* the folder: names from the root, their JSON array, and how those of
	   the folders below begin */
	const char	*kind;
	char		**part, *path, *below;
	int		 parts, found;
	/* the run */
	enum selection_phase phase;
	int		 rows;		/* only chosen rows are read */
	int		 narrow;	/* 1: some of the project is not read */
	int		 left[STREAM_COUNT];	/* 1: has records left out */
	/* --select */
	struct jqprog	*prog[STREAM_COUNT];
	char		*key[SELECTION_PAGE];	/* kept, not stored yet */
	int		 keys;
	int64_t		 kept;			/* of this stream */
	struct err	 why;			/* the program objected */
};

/* selection.c */
/* Before any request: streams ends with NULL; ZX_USAGE. */
int	 selection_open(struct selection *, char **streams, struct err *);
void	 selection_free(struct selection *);
int	 selection_is_whole(const struct selection *);	/* no option, no operand */
/* True when the run needs a list; scripts of cases. */
int	 selection_needs_list(const struct selection *, enum list_id);
int	 selection_needs_scripts(const struct selection *);
/* Mark the lists that the run does not need as skipped. */
void	 selection_skip_lists(struct extract *);
/* True while lists must wait until the folder of the selection is found. */
int	 selection_blocks_lists(const struct extract *);
/* Empty table chosen at the end of a run. */
void	 selection_end(struct extract *);
/* Choose rows once all lists are whole. */
int	 selection_begin(struct extract *, struct err *);
/* Add what the scripts that were read refer to: 1 when all scripts that are
   wanted are read, 0 when more are to be read, -1. */
int	 selection_close(struct extract *, struct err *);
/* True when it is known which scripts are wanted. */
int	 selection_is_known(const struct extract *);
/* Which rows of a stream are read and have their files asked for; which are
   written, or asked about. */
int64_t	 selection_read_grade(const struct extract *, enum stream);
int64_t	 selection_write_grade(const struct extract *);

/* selection_rows.c, in the caller's transaction */
int	 selection_init(struct extract *, struct err *);
/* Give this grade to all that rows of it and above refer to. */
int	 selection_add_dependencies(struct extract *, enum selection_grade, struct err *);
/* Note for each stream whether rows below the grade are left out. */
int	 selection_is_partial(struct extract *, enum selection_grade, struct err *);

/* selection_folder.c */
int	 selection_set_path(struct selection *, struct err *);	/* ZX_USAGE */
/* Find the folder once all are read; ZX_CONFIG with the nearest name. */
int	 selection_find_folder(struct extract *, struct err *);
void	 selection_path_free(struct selection *);

/* selection_program.c */
int	 selection_compile(struct selection *, struct err *);	/* ZX_USAGE */
/* Ask the program about a record; keep its key when it says yes, and an error in
   .why. */
void	 selection_judge(struct selection *, enum stream, const char *key,
	    const struct buf *record);

#endif
