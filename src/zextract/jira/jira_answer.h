#pragma once

#include "reader.h"

/* Stores the answers of Jira. */
extern const struct reader jira_reader;
