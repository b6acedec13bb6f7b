#pragma once

struct buf;
struct json;
struct task;

/*
 * Append the array of the fields in which the object in .doc of a task differs from .body:
 * [{"after":V,"before":V,"field":NAME,"last":V}].  after is the value in the body, before that
 * in qTest, and last that in the body that zload sent last (without a value: none); last is
 * there only if it differs from before.  Allowed values are given by their labels.
 */
void	 field_changes(const struct task *, const struct json *last, struct buf *out);
