#pragma once

#include <stdint.h>

#include "base/buf.h"
#include "domain/ledger/effect.h"
#include "domain/stream/stream.h"
#include "io/json/json.h"
#include "work/kind.h"

/* The next step of a task. */
enum task_state {
	TASK_NEW,		/* check the effects that it needs */
	TASK_BLOCKED,		/* wait for the effect .block */
	TASK_READY,		/* prepare its request */
	TASK_LOOKUP,		/* --adopt: find its object by marker; or list the objects
				   beside it, which may have its name */
	TASK_READING,		/* wait for the object that is to be updated */
	TASK_READ,		/* decide by that object, which is in .doc */
	TASK_WRITE,		/* commit its intent */
	TASK_INTENDED,		/* send its request, whose intent is committed */
	TASK_SENT,		/* wait for the answer */
	TASK_ENDED		/* commit .out */
};

/* The evidence that the object of a task is in qTest. */
enum task_origin {
	ORIGIN_LEDGER,
	ORIGIN_READBACK,	/* an intent in doubt was read back */
	ORIGIN_LOOKUP		/* --adopt: the search by marker has ended */
};

enum task_outcome {
	OUT_NONE,		/* not ended */
	OUT_DONE,		/* written */
	OUT_SAME,		/* qTest had the object as desired */
	OUT_KEPT,		/* the object was edited since zload wrote it */
	OUT_KEPT_ADOPTED,	/* --adopt: the object was found, with another content */
	OUT_FAILED,
	OUT_SKIPPED,		/* the task needs an effect that failed */
	OUT_DELETED,		/* its object was deleted in qTest */
	OUT_GONE,		/* its record is no longer in Zephyr */
	OUT_DOUBT,		/* the request was sent and may have arrived */
	OUT_UNDO		/* the request was not sent; the effect is pending again */
};

/* The state of the members that the body sets to null because Zephyr no longer has them. */
enum task_emptying {
	EMPTYING_NONE,
	EMPTYING_SENT,
	EMPTYING_REFUSED	/* qTest refused null; the body omits them */
};

/* The links to other objects and images in the texts of the body (relink_text.h). */
enum task_links {
	LINKS_NONE,
	LINKS_SENT,
	LINKS_REFUSED		/* qTest refused the body with them; it omits them */
};

/* How a link goes with the other links of its source. */
enum task_group {
	GROUP_NONE,		/* with those after it in the queue */
	GROUP_JOINS,		/* in the request of an earlier one */
	GROUP_ALONE		/* alone, since qTest refused them together */
};

/* A task carries out one effect. */
struct task {
	struct task	*next;
	struct work	*work;
	struct session	*session;	/* that of .work */
	struct effect	 e;
	enum stream	 stream;	/* that of .e; STREAM_COUNT: no stream of records */
	const struct kind *kind;	/* NULL: unknown to this version */
	enum task_state	 state;
	enum task_origin origin;
	enum task_outcome out;
	enum task_emptying emptying;
	enum task_links	 links;
	int		 superseded;	/* another payload is desired meanwhile */
	uint64_t	 lane;		/* hash; 0: none */
	char		*block;		/* "kind/ekey" */
	struct json	 body;		/* with ids in place of symbols */
	struct buf	 text;		/* of .body, as sent */
	char		*path, *move_path;	/* move_path: of the PUT after a move */
	const char	*method;
	enum effect_verb verb;
	char		 hash[65];
	int64_t		 parent;	/* id in qTest */
	enum effect_kind parent_kind;
	struct container *container;	/* whose listing the task waits for, or NULL */
	struct json	 doc;		/* the reply */
	int		 status;
	char		 why[500];
	int64_t		 touch_ms;	/* when to renew the time of the intent */
	int64_t		 end_ms;	/* log: end of the execution */
	int		 is_older;	/* log: older than another log of its run */
	struct step_results *results;	/* log: its step results and their places */
	char		 refused[200];	/* log: why it is sent without step logs */
	int		 changes_version;	/* blob, link: of its approved case, perhaps */
	struct blob_reader *file;	/* blob: its bytes, while it is sent */
	struct buf	 request;	/* with bytes of files, sent in place of .text; or empty */
	enum task_group	 group;		/* of a link */
	struct task	*leader;	/* of a link: the task with whose request it was sent */
	int		 relinks;	/* relink: the text of its owner is to be written again */
	int		 plain;		/* qTest refused the object with files: send none with it */
};

void	 task_free(struct task *);
/* Reset a task to TASK_NEW. */
void	 task_again(struct task *);
/* End a task for the reason that fmt gives. */
void	 task_end(struct task *, enum task_outcome, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* End a task whose object, with the id in .e, was deleted in qTest. */
void	 task_deleted(struct task *);
/* Block a task until the effect with this kind and key ends (queue_retry). */
void	 task_block(struct task *, const char *kind, const char *ekey);
/* True if a task ended without a write because qTest had its object already. */
int	 task_was_present(const struct task *);
/* True until a search has shown that qTest lacks the object of the task: with --adopt, and
   when the object may have been removed. */
int	 task_is_sought(const struct task *);
/* Write .body of a task again to .text. */
void	 task_text_update(struct task *);
