#pragma once

#include "reader.h"

/* Reads the cases that executions refer to and the list does not contain. */
extern const struct reader stub_reader;

struct source;

/* Set the key of the case where an execution has its id alone, and insert a stub for each
   case that is not listed.  Runs in the transaction in which all lists are complete. */
int	 stub_insert(struct source *, struct err *);
