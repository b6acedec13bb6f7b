#include <stdlib.h>

#include "domain/blob/blob.h"

#include "files/fetch.h"

void
fetch_free(struct fetch *f)
{
	if (f == NULL)
		return;
	blob_drop(&f->blob);
	free(f->owner);
	free(f->name);
	free(f->url);
	free(f->url_hash);
	free(f->host);
	free(f);
}
