#pragma once

#include "reader.h"

/* Reads the scripts of cases. */
extern const struct reader script_reader;
