#pragma once

struct buf;
struct json;
struct task;

/*
 * Append the fields in which the object in .doc of a task, which a user edited, differs from
 * .body, with three values each: the one that zload wrote last (confirmed, without a value if
 * that is unknown), the one in qTest, and the one to be written.  Edited fields come first.
 * The caller passes an empty buffer, which gets at most about 420 bytes.
 */
void	 edit_view(const struct task *, const struct json *confirmed, struct buf *);
