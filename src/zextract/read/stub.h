#pragma once

#include "reader.h"

/* Reads the cases that executions refer to and the list does not contain. */
extern const struct reader stub_reader;
