#pragma once

#include "verdict.h"

/* Add what exists in Zephyr and was not read. */
int	 unread_note_add(struct verdict *, struct err *);
