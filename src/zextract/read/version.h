#ifndef ZEXTRACT_VERSION_H
#define ZEXTRACT_VERSION_H

#include "extract.h"

/*
 * Old versions of test cases, with --versions: a list for each case that is new
 * or changed, then a request for each version but the one that the case itself
 * shows (zephyr-api.md 3.6).
 */
extern const struct reader version_list_reader, version_reader;

#endif
