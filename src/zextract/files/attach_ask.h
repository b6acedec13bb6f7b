#pragma once

#include "files/attach.h"
#include "reader.h"

/* Read lists of files, one kind of owner after the other. */
extern const struct reader file_readers[ATTACH_KINDS];
