#ifndef ZEXTRACT_STUB_H
#define ZEXTRACT_STUB_H

#include "extract.h"

/* Reads the cases that executions name and the list does not hold. */
extern const struct reader stub_reader;

#endif
