#pragma once

#include "domain/ledger/target.h"
#include "reconcile/compare.h"
#include "reconcile/crawl.h"

/* The comparison of files (effects of kind blob) with those that qTest lists. */
struct file {
	int64_t		 n;		/* row in the stage; 0: before the first */
	struct part	 of;		/* the part of qTest that has it; .of.id of what was
					   found; owner 0: no such object */
	int64_t		 id, size, at;	/* id in the ledger; row in the stage of what was
					   found, 0: nothing */
	int		 known, differs;	/* it is known not to be loaded; it differs */
	char		*okey, *stream, *skey, *name, *sent, *sha256;
};

/*
 * Store in the stage that the file of a target row, whose parent and body are want, should
 * stand in qTest.  is_gone: Zephyr no longer had it when it could be loaded.  The objects of
 * qTest are in the stage.
 */
int	 attachment_expect(struct compare *, const struct target *, const struct json *want,
	    int is_gone, struct err *);
/*
 * After match_effects: compare each expected file with one that its object has in qTest, by
 * name and, where qTest shows it, size; report files of migrated objects that are not
 * expected.
 */
int	 attachment_check(struct crawl *, const struct compare *with, struct err *);
/* After attachment_check: download each file that was found, and compare size and sha256
   (attachment_verify.c). */
int	 attachment_verify(struct crawl *, const struct compare *with, struct err *);

/* Between the files attachment*.c only. */

/* Read the next row after f->n, which the caller frees by attachment_free in any case: 1, 0
   behind the last, -1. */
int	 attachment_next(struct stage *, struct file *, struct err *);
void	 attachment_free(struct file *);
/* Report what differs of a file ("": that it is there): want is expected, found stands in
   qTest. */
void	 attachment_differs(const struct compare *, const struct file *, const char *what,
	    const char *want, const char *found);
/* attachment_list.c: read the files of objects whose own reply does not list files, if some
   are expected there. */
int	 attachment_list(struct crawl *, struct err *);
