#pragma once

#include "select/selection.h"

/* Reads --folder [TYPE:]A/B and finds the folder, or the nearest one. */

/* Read the option; ZX_USAGE. */
int	 selection_set_path(struct selection *, struct err *);
/* Find the folder of --folder; the caller has read all folders.  ZX_CONFIG with the
   nearest name when there is none. */
int	 selection_find_folder(struct selection *, struct err *);
void	 selection_path_free(struct selection *);
