#ifndef BASE_SECRET_H
#define BASE_SECRET_H

#include <stddef.h>

#include "base/buf.h"

/* The registered secrets behind log_secret() and log_redact(). */

/* Add s to out with every secret replaced by "[secret]". */
void	 secret_filter(struct buf *out, const char *s, size_t len);

#endif
