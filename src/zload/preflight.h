#ifndef ZLOAD_PREFLIGHT_H
#define ZLOAD_PREFLIGHT_H

struct err;
struct load;

/*
 * Check what a load needs before its first write, and put an effect into the queue
 * for each field that is to be created (unless --plan or --check).  *creating counts
 * these fields.  0, -1.
 */
int	 preflight(struct load *, int *creating, struct err *);
/* Compare fields and statuses with qTest; as preflight() without its guards. */
int	 preflight_check(struct load *, int *creating, struct err *);
/* Fail (-1) when a required field was not created.  Call at the end of PHASE_FIELDS. */
int	 preflight_check_made(struct load *, struct err *);

#endif
