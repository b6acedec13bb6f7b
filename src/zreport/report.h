#ifndef ZREPORT_REPORT_H
#define ZREPORT_REPORT_H

#include "domain/job.h"
#include "io/json/json.h"

/*
 * The one document that every report is made from: what the database holds,
 * never what was meant to be there (ztoq-db(5)).  Free *doc.
 */
int	 document_read(struct job *, int64_t limit, struct json *doc, struct err *);
/* Why a project's migration is not complete, and what else is to be known of
   it: two arrays of sentences. */
int	 verdict_read(struct db *, const char *project, struct json *reasons,
	    struct json *remarks, struct err *);
/* unread_note.c: what stands in Zephyr and was not read. */
int	 unread_note_add(struct db *, const char *project, struct json *reasons,
	    struct json *remarks, struct err *);
/* whole.c: which streams of the last reading are not transformed or loaded whole. */
int	 whole_add(struct db *, const char *project, struct json *reasons,
	    struct json *remarks, struct err *);
/* not_loaded.c: what was read and is not in qTest; in words "N files, M losses". */
struct left {
	int64_t		 files, losses;
	int		 unasked;	/* nobody asked whether there are more files */
};
int	 left_read(struct db *, const char *project, struct left *, struct err *);
char	*left_words(const struct left *);
/* reason.c: append a sentence, which is freed, to an array of them. */
void	 reason_add(struct json *reasons, char *text);
/*
 * The rows of a query as an array of objects and its end; cols names them:
 * "key n:i at:t" (i: number, t: time as ISO text, j: JSON text).
 */
int	 rows_read(struct db_query *, const char *cols, struct json *out,
	    struct err *);

#endif
