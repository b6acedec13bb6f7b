#pragma once

struct err;
struct json;
struct task;

/*
 * Effects of kind blob: each uploads one stored file to one object in qTest (ztoq-stream(5)).
 * A file that is uploaded is never written again.  A file that qTest refuses, or whose bytes
 * are not stored, stays in the text of its object, which lists all files with their sha256.
 */

/* True if the file of a task, whose row is given, was uploaded for another payload: its name
   or object changed.  1, 0, -1. */
int	 file_is_present(struct task *, const struct json *row, struct err *);
/* Fill .body of a task from its row, and find the object that gets the file.  1 and *path of
   the upload (the caller frees it), 0 when the task is blocked or has ended, -1. */
int	 file_prepare(struct task *, const struct json *row, char **path, struct err *);
/* Send the bytes of the file.  0; -1 when the run has failed, and the task has ended. */
int	 file_upload(struct task *, struct err *);
/* Record that the file of a task is not in qTest.  The caller has opened a transaction.  0,
   -1. */
int	 file_not_loaded(struct task *, struct err *);
/* True if qTest shows the name of a file as it was sent, or as it was meant. */
int	 file_name_fits(const char *name, const char *shown);
