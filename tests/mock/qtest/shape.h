#pragma once

#include "base/buf.h"

#include "server/mock.h"

/*
 * Change an answer of qTest to the shape that the settings ask for: members that
 * are null are left out (--empty absent), stay (null) or become "" (text), and the
 * dates of objects, not those of their properties, are in the zone --zone.  The
 * body must be compact JSON as json_out.h writes it.
 */
void	 qshape(const struct settings *, struct buf *body);
