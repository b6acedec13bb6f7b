#ifndef ZLOAD_TASK_H
#define ZLOAD_TASK_H

#include <stdint.h>

#include "base/buf.h"
#include "domain/ledger/effect.h"
#include "io/json/json.h"
#include "work/kind.h"

struct load;
struct step_results;

/* What is next for a task. */
enum task_state {
	TASK_NEW,		/* its needs are to be looked up */
	TASK_BLOCKED,		/* it waits for .block */
	TASK_READY,		/* its request is to be prepared */
	TASK_LOOKUP,		/* --adopt: its object is looked for by marker */
	TASK_READING,		/* before an update: its object is being read */
	TASK_READ,		/* .doc holds the object as it is */
	TASK_WRITE,		/* its intent is to be committed */
	TASK_INTENDED,		/* the ledger holds an intent; to be sent (once more) */
	TASK_SENT,
	TASK_ENDED		/* .out is to be committed */
};

/* What tells that the object of a task is in qTest. */
enum task_origin {
	ORIGIN_LEDGER,
	ORIGIN_READBACK,	/* an intent in doubt was read back */
	ORIGIN_LOOKUP		/* --adopt: the lookup by marker is over */
};

enum task_outcome {
	OUT_NONE,		/* not ended */
	OUT_DONE,		/* written */
	OUT_SAME,		/* qTest held the object as desired */
	OUT_KEPT,		/* somebody edited it since we wrote it */
	OUT_KEPT_ADOPTED,	/* --adopt: found, with another content */
	OUT_FAILED,
	OUT_SKIPPED,		/* it needs an effect that failed */
	OUT_GONE,		/* its record is no longer in Zephyr */
	OUT_DOUBT,		/* sent, and nobody knows if it arrived */
	OUT_UNDO		/* not sent: pending again */
};

/* Members that the body empties by null, since they are no longer wanted. */
enum task_emptying {
	EMPTYING_NONE,
	EMPTYING_SENT,
	EMPTYING_REFUSED	/* qTest did not take null; the body goes without */
};

/* A task is an effect at work. */
struct task {
	struct task	*next;
	struct load	*load;
	struct effect	 e;
	const struct kind *kind;	/* NULL: unknown here */
	enum task_state	 state;
	enum task_origin origin;
	enum task_outcome out;
	enum task_emptying emptying;
	int		 superseded;	/* another payload is wanted meanwhile */
	uint64_t	 lane;		/* hash; 0: none */
	char		*block;		/* "kind/ekey" */
	struct json	 body;		/* resolved */
	struct buf	 text;		/* the same as sent */
	char		*path, *move_path;	/* after a move: path of the PUT */
	const char	*method;
	enum effect_verb verb;
	char		 hash[65];
	int64_t		 parent;	/* id in qTest */
	struct json	 doc;		/* the reply */
	int		 status;
	char		 why[500];
	int64_t		 touch_ms;	/* when to renew the time of leaving */
	int64_t		 end_ms;	/* log: end of the execution */
	int		 is_older;	/* log: older than one already there */
	struct step_results *results;	/* log: where its step results go */
	char		 refused[200];	/* log: why it goes without step logs */
};

void	 task_free(struct task *);
void	 task_again(struct task *);	/* as if it had just been taken in */
void	 task_end(struct task *, enum task_outcome, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* Wait for the effect with that kind and key (queue_event). */
void	 task_block(struct task *, const char *kind, const char *ekey);
/* Did it end because qTest held the object already? */
int	 task_stood(const struct task *);

#endif
