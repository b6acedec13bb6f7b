#pragma once

#include "reader.h"

/* Reads the step results of executions. */
extern const struct reader result_reader;
