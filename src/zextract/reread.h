#pragma once

#include "domain/pass.h"

/* For pass_open: mark the details that the new pass has to read again. */
pass_opening	 reread;
