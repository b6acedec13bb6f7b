#pragma once

struct err;
struct json;
struct session;
struct work;

/*
 * Check the preconditions of a load before its first write: preflight_check() and
 * guard_check().  An effect for each field that is to be created goes into the queue,
 * unless a plan is made.  *creating counts these fields.  0, -1.
 */
int	 preflight(struct work *, int *creating, struct err *);
/* Compare the fields and statuses of the map with qTest.  *creating as preflight(); with
   --check no effect is queued.  0, -1. */
int	 preflight_check(struct work *, int *creating, struct err *);
/* Fail (-1) when a required field was not created.  Call it when no effect that creates a
   field is left. */
int	 preflight_check_made(struct work *, struct err *);
/* True if the load creates a field that the map describes (z.fields of META), once the fields
   of its artifact are read. */
int	 preflight_creates_field(const struct session *, const struct json *spec);
