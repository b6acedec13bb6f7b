#pragma once

#include "domain/ledger/ledger.h"
#include "io/db/db.h"
#include "io/json/json.h"

/*
 * The objects of the ledger and of qTest, and which of them need which others, in a private
 * database:
 *
 * object	one row for each: kind, id, ekey (NULL: not in the ledger of the project),
 *		chosen (selected by the options), listed (qTest has it), reason (why it must
 *		stay; NULL: it may go), doubt (1: an unconfirmed create, whose body is sent; its id
 *		has no meaning until its object is found), path (of the collection of a file; of the
 *		request that made a link), item (of a link: id of the linked object, since a link
 *		has no id of its own), owner_kind, owner (of a log, file or link: the object with
 *		which it goes), edited (1: its content in qTest is not the one that zload wrote),
 *		twin_of (of a twin: id of the object of its effect)
 * edge		(kind, id) needs (to_kind, to_id), which must stay if the first stays; inside
 *		is 1 if it goes with the second, 2 if it does so when the second itself goes
 *		with its container
 * line		a line of the plan on standard input
 * top		the object whose deletion deletes an object, by inventory_decide(); done is 1 if
 *		it was deleted, 2 if qTest refused to delete it
 */
struct inventory {
	struct db	*db;
	struct ledger	*ledger;
	int		 overwrite;	/* edits in qTest do not keep an object */
	int64_t		 chosen[16];	/* number of chosen objects of each kind */
	int64_t		 added;		/* effects added so far */
	enum { TWINS_NONE, TWINS_PLAN, TWINS_ALL } twins;	/* to choose: those of lines, all */
	int64_t		 key_field[16];	/* of a kind: the field that contains markers, or 0 */
};

/* Each function returns 0, or -1. */

/* SQL of the words that name an object o of kind k in reasons and messages. */
#define INVENTORY_NAME(o, k) k ".name || ' ' || COALESCE(" o ".ekey, " o ".pid, " o ".id)"

int	 inventory_open(struct inventory *, struct err *);
void	 inventory_close(struct inventory *);
/* Add an edge. */
int	 inventory_edge(struct inventory *, int kind, int64_t id, int to_kind, int64_t to_id,
	    int inside, struct err *);
/* Store an object that qTest lists below a parent (pkind 0: none), with all that it needs.
   Member artifact of a field is the artifact whose fields were listed. */
int	 inventory_put(struct inventory *, int kind, const struct json *item, int pkind,
	    int64_t parent, struct err *);
/* Add the object of an effect: sent is the body of a file, or of an unconfirmed create, which
   has no id. */
struct inventory_effect {
	int		 kind, chosen;
	int		 owner_kind;	/* of a log, file or link: the object with which it goes */
	int64_t		 id, owner;	/* of a link: id of the linked object */
	const char	*ekey, *pid, *modified, *reason, *sent;
	const char	*path;		/* as in table object */
};
int	 inventory_add(struct inventory *, const struct inventory_effect *, struct err *);
/* Make a listed object the twin with the key ekey of the object twin_of of an effect: chosen,
   reason as in table object.  A log goes with the run with the id parent. */
int	 inventory_set_twin(struct inventory *, int kind, int64_t id, const char *ekey,
	    int64_t twin_of, int chosen, const char *reason, int64_t parent, struct err *);
/* Decide, once the objects are listed, which chosen ones must stay, and find the objects
   whose deletion deletes the others. */
int	 inventory_decide(struct inventory *, struct err *);
/* Record that the deletion of a top object needs no further request: qTest has deleted the
   object (is_gone), or refused to. */
int	 inventory_done(struct inventory *, int kind, int64_t id, int is_gone, struct err *);
/* Decide again after a refusal: what a refused object needs stays, too. */
int	 inventory_decide_again(struct inventory *, struct err *);
