#ifndef ZEXTRACT_RUN_H
#define ZEXTRACT_RUN_H

#include "extract.h"

/* The state of all modules of a run, before anything is opened. */
struct extract *extract_new(struct job *);
/* Free what extract_new and the modules made; the database stays open. */
void	 extract_free(struct extract *);
/*
 * Open a pass of a project in db, and go back to where its lists were left.
 * The options of the lists and of the selection are set before.
 */
int	 extract_open_pass(struct extract *, struct db *, enum pass_want,
	    struct err *);

#endif
