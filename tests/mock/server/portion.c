#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#include "server/portion.h"

struct portion {
	struct buf	 body;
	struct content	*file;		/* in place of the body, or NULL */
	uint64_t	 upto;
};

static ssize_t
on_portion(void *cls, uint64_t pos, char *out, size_t max)
{
	struct portion *s = cls;
	size_t n;

	if (pos >= s->upto)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	n = (size_t)(s->upto - pos) < max ? (size_t)(s->upto - pos) : max;
	if (s->file != NULL)
		return (ssize_t)content_read(s->file, pos, out, n);
	memcpy(out, s->body.s + pos, n);
	return (ssize_t)n;
}

static void
portion_free(void *cls)
{
	struct portion *s = cls;

	buf_free(&s->body);
	content_free(s->file);
	free(s);
}

struct MHD_Response *
portion_response(struct reply *rp, uint64_t upto, int more)
{
	struct portion *s = mem_zalloc(sizeof(*s));
	uint64_t len = rp->file != NULL ? rp->file_len : rp->body.len;

	s->body = rp->body;
	s->file = rp->file;
	memset(&rp->body, 0, sizeof(rp->body));
	rp->file = NULL;
	s->upto = upto < len ? upto : len;
	return MHD_create_response_from_callback(len + (more != 0), 65536, on_portion, s,
	    portion_free);
}
