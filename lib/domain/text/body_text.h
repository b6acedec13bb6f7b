#pragma once

#include "base/buf.h"
#include "io/json/json.h"

/* Append the new text of an HTML text to out and return 1, or return 0 if it stays. */
typedef int	 body_text_change(void *arg, const char *html, size_t len, struct buf *out);

/* How to change the HTML texts of bodies. */
struct body_texts {
	body_text_change *change;
	/* True if a property, symbolic or with ids, holds HTML. */
	int		(*is_rich)(void *arg, const struct json *property);
	void		*arg;
};

/*
 * Change the HTML texts of the body of an effect (ztoq-stream(5)), or of an object as qTest
 * shows it: descriptions, preconditions, expected and actual results, notes, and values of
 * rich properties.  1 and *out, which the caller frees, or 0 if all texts stay.
 */
int	 body_texts(const struct json *body, const struct body_texts *, struct json *out);
