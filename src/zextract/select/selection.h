#pragma once

#include <stdint.h>

#include "base/err.h"
#include "domain/stream/stream.h"

#include "list/list.h"

/*
 * Decides which part of a project a run reads and writes.  Streams that are operands
 * are read with the records they need, and no others are written; --folder, --limit
 * and --select choose among their records.  Table chosen has the chosen records and
 * all records that they refer to, so that the written part can be loaded by itself.
 * The folder and the limit choose once the lists are read, so only the chosen part is
 * read.  The called cases of a case are known when its script is, so scripts are read
 * until no chosen case calls another.  --select is asked about complete records: all
 * are read first, then asked about, then written.
 */
struct source;
struct jqprog;

/* A query selects rows of a grade and above, or all rows of the pass, or none. */
enum selection_grade { SEL_ALL, SEL_DEPENDENCY, SEL_REQUESTED, SEL_MATCH_DEP,
	SEL_MATCH, SEL_NONE = 9 };

/* SQL that is true for rows o of the selection: n is the parameter with the grade,
   all the condition of every row of the pass. */
#define SELECTED_OF(stream, key, n, all)					\
	" CASE WHEN CAST(" n " AS BIGINT) = 0 THEN " all		\
	" ELSE EXISTS (SELECT 1 FROM chosen k WHERE k.project = ?1"	\
	" AND k.stream = " stream " AND k.key = " key			\
	" AND k.grade >= " n ") END"
#define SELECTED(stream, key, n, all) SELECTED_OF("'" stream "'", key, n, all)

enum selection_phase {
	SELECTION_READING,	/* the chosen records are read */
	SELECTION_ASKING,	/* the program is asked about each record */
	SELECTION_SETTLED	/* the records to write are known */
};

enum { SELECTION_PAGE = 64 };

struct selection {
	struct source	*src;
	const char	*select, *folder;	/* as given, or NULL */
	int64_t		 limit;			/* 0: none */
	int		 writes[STREAM_COUNT];	/* which streams */
	char		 streams[80];		/* their names */
	/* the folder: names from the root, their JSON array, and the beginning of the arrays
	   of the folders below */
	const char	*kind;
	char		**part, *path, *below;
	int		 parts, found;
	/* the run */
	enum selection_phase phase;
	int		 rows;		/* only chosen rows are read */
	int		 narrow;	/* 1: a part of the project is not read */
	int		 left[STREAM_COUNT];	/* 1: has records left out */
	/* --select */
	struct jqprog	*prog[STREAM_COUNT];
	char		*key[SELECTION_PAGE];	/* selected, not stored yet */
	int		 keys;
	int64_t		 kept;			/* selected keys of this stream */
	struct err	 why;			/* first error of the program */
};

/* Check the options and operands; streams ends with NULL.  ZX_USAGE when they are
   wrong. */
int	 selection_open(struct selection *, char **streams, struct err *);
void	 selection_free(struct selection *);
int	 selection_is_whole(const struct selection *);	/* neither options nor operands */
/* True when the run needs a list; when it needs scripts of cases. */
int	 selection_needs_list(const struct selection *, enum list_id);
int	 selection_needs_scripts(const struct selection *);
/* Mark lists that the run does not need as skipped. */
void	 selection_skip_lists(const struct selection *, struct lists *);
/* True while lists must wait until the folder of the selection is found. */
int	 selection_blocks_lists(const struct selection *);
/* Remove the rows of table chosen at the end of a run. */
void	 selection_end(struct selection *);
/* Choose rows once all lists are complete. */
int	 selection_begin(struct selection *, struct err *);
/* Choose the records that the scripts refer to.  Return 1 when all scripts of the
   selection are read, 0 when more are to be read, or -1. */
int	 selection_close(struct selection *, struct err *);
/* True when it is known which scripts the selection needs. */
int	 selection_is_known(const struct selection *);
/* Return the grade of the rows of a stream that are read with their files; of the
   rows that are written, or that --select is asked about. */
int64_t	 selection_read_grade(const struct selection *, enum stream);
int64_t	 selection_write_grade(const struct selection *);
