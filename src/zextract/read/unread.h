#ifndef ZEXTRACT_UNREAD_H
#define ZEXTRACT_UNREAD_H

#include <stdint.h>

#include "base/err.h"
#include "base/opt.h"
#include "domain/stream/stream.h"

/*
 * What Zephyr does not hand out, however often it is asked: a script, the step
 * results of an execution, the files of an owner.  It is named, all the rest
 * is read, and the run ends with the first reason; --accept-unread KEY goes
 * on without it, and says so in the record and in a finding.  Many of them in
 * a row are no longer about them: that ends the run at once.
 */
struct extract;
struct request;

enum { UNREAD_ROW = 10 };

struct unread {
	struct opt_list	 accept;	/* --accept-unread */
	int		 n, row;	/* in this run; and since one was read */
	int64_t		 known;		/* findings that earlier runs left */
	char		*key;		/* of the first one, and why */
	struct err	 why;
};

int	 unread_open(struct extract *, struct err *);
void	 unread_free(struct unread *);
int	 unread_accepted(const struct extract *, const char *key);
/*
 * In the transaction: 1 when the key is accepted (store what stands for it),
 * 0 when it is named and left for the next run, -1 when why is an end.
 */
int	 unread_put(struct request *, enum stream, const char *key,
	    const char *rule, const struct err *why, struct err *);
/* It was read: what was said of it is no longer true. */
int	 unread_forget(struct request *, enum stream, const char *key,
	    const char *rule, struct err *);
/* After the commit, of each of these asks; key names it, as in unread_put. */
void	 unread_committed(struct request *, const char *key);
/* reader.committed of a reader whose rows may stay unread; key names them. */
void	 unread_reader_committed(struct request *);
/* A few words for the record that goes on without it. */
const char *unread_words(const struct request *, char out[64]);
/* All else is read: -1 with the first reason when something is not. */
int	 unread_end(struct extract *, struct err *);

#endif
