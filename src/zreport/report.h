#ifndef ZREPORT_REPORT_H
#define ZREPORT_REPORT_H

#include "domain/job.h"
#include "io/json/json.h"

/*
 * Read the document that every report is made from: what the database contains, not
 * what was intended (ztoq-db(5)); at most limit rows in a list.  The caller frees it.
 */
int	 document_read(struct job *, int64_t limit, struct json *doc, struct err *);

/* What the reports of one project are made from, and the two arrays of sentences that
   its verdict consists of: why its migration is incomplete, and other remarks. */
struct verdict {
	struct db	*db;
	const char	*project;
	struct json	 reasons, remarks;
};

/* Read the verdict; the caller frees both arrays. */
int	 verdict_read(struct verdict *, struct err *);
/* Append a sentence to one of the arrays, as printf. */
void	 verdict_add(struct json *array, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* Add what exists in Zephyr and was not read. */
int	 unread_note_add(struct verdict *, struct err *);
/* Add which streams of the last pass are not completely transformed or loaded. */
int	 whole_add(struct verdict *, struct err *);

/* What was read and is not in qTest: files and losses. */
struct left {
	int64_t		 files, losses;
	int		 unread;	/* files of some objects were not read */
};
int	 left_read(struct db *, const char *project, struct left *, struct err *);
/* Return "N files, M losses" without what is 0; the caller frees it. */
char	*left_words(const struct left *);

#endif
