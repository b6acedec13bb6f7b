#pragma once

#include "domain/ledger/target.h"
#include "io/json/json.h"

struct task;

/* For relink_text.c and relink_adopt.c alone. */

/* The addresses for the mentions in the texts of a task: keys and names of images, with the
   address as HTML has it. */
struct relink_links {
	struct task	*task;
	struct json	 address;
};

/* Put the addresses into the body of the task.  Return 1 if it changed. */
int	 relink_links_put(struct relink_links *);
/* True if a property with ids is a rich text (struct body_texts; arg: struct relink_links). */
int	 relink_links_is_rich(void *arg, const struct json *property);
/* Find the row of the relink of a task.  1 and *row, 0, -1. */
int	 relink_links_row(const struct task *, struct target *row, struct err *);
/* True if the texts of a task may have images. */
int	 relink_links_has_images(const struct task *);
/* True if the texts of a task may mention objects that can be linked in this request: in that
   of a new object, executions are not. */
int	 relink_links_may_occur(const struct task *);
