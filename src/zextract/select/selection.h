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
enum choice_grade { CHOICE_ALL, CHOICE_BROUGHT, CHOICE_ASKED, CHOICE_KEPT_BY,
	CHOICE_KEPT, CHOICE_NONE = 9 };

/* Rows o that are wanted: n is the parameter of the grade, all what holds of
   every row that counts.  The rest of such a row is looked at only then. */
#define CHOICE_OF(stream, key, n, all)					\
	" CASE WHEN CAST(" n " AS BIGINT) = 0 THEN " all		\
	" ELSE EXISTS (SELECT 1 FROM chosen k WHERE k.project = ?1"	\
	" AND k.stream = " stream " AND k.key = " key			\
	" AND k.grade >= " n ") END"
#define CHOICE(stream, key, n, all) CHOICE_OF("'" stream "'", key, n, all)

/* READING: what is wanted is being read.  ASKING: the program is asked about
   each record.  SETTLED: what will be written is known. */
enum choice_phase { CHOICE_OPEN, CHOICE_READING, CHOICE_ASKING,
	CHOICE_SETTLED };

enum { CHOICE_PAGE = 64 };

struct choice {
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
	enum choice_phase phase;
	int		 rows;		/* only chosen rows are read */
	int		 closed;	/* no more scripts will be wanted */
	int		 narrow;	/* 1: some of the project is not read */
	int		 left[STREAM_COUNT];	/* 1: has records left out */
	/* --select */
	struct jqprog	*prog[STREAM_COUNT];
	char		*key[CHOICE_PAGE];	/* kept, not stored yet */
	int		 keys;
	int64_t		 kept;			/* of this stream */
	struct err	 why;			/* the program objected */
};

/* choice.c */
/* Before any request: streams ends with NULL; ZX_USAGE. */
int	 choice_open(struct choice *, char **streams, struct err *);
void	 choice_free(struct choice *);
int	 choice_is_whole(const struct choice *);	/* no option, no operand */
/* Does the run need a list, scripts of cases? */
int	 choice_wants(const struct choice *, enum list_id);
int	 choice_scripts(const struct choice *);
/* The lists that it does not need are passed over; ZX_CONFIG. */
void	 choice_lists(struct extract *);
/* Are questions beyond lists, beyond folders, too early? */
int	 choice_holds(const struct extract *);
int	 choice_holds_lists(const struct extract *);
void	 choice_end(struct extract *);	/* table chosen is left empty */
/* What comes next: the lists are whole; scripts and levels are; all is. */
int	 choice_begin(struct extract *, struct err *);
int	 choice_close(struct extract *, struct err *);
void	 choice_ask_when_read(struct extract *);
/* Which rows of a stream are read and have their files asked for; which are
   written, or asked about. */
int64_t	 choice_reads(const struct extract *, enum stream);
int64_t	 choice_writes(const struct extract *);

/* choice_rows.c, in the caller's transaction */
int	 choice_seed(struct extract *, struct err *);
/* All that rows of this grade and above refer to gets it, too. */
int	 choice_bring(struct extract *, enum choice_grade, struct err *);
/* Is a stream whole without its rows below grade? */
int	 choice_left(struct extract *, enum choice_grade, struct err *);

/* choice_folder.c */
int	 choice_path(struct choice *, struct err *);	/* ZX_USAGE */
/* Once folders are read: ZX_CONFIG with the nearest name. */
int	 choice_find(struct extract *, struct err *);
void	 choice_path_free(struct choice *);

/* choice_select.c */
int	 choice_compile(struct choice *, struct err *);	/* ZX_USAGE */
/* A page of records: 1, -1. */
int	 choice_ask(struct extract *, struct err *);
/* The record that emission has just composed; errors wait in .why */
void	 choice_judge(struct extract *);

#endif
