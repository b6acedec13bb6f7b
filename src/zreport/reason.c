#include <stdlib.h>

#include "report.h"

void
reason_add(struct json *reasons, char *text)
{
	json_push(reasons, json_string(text));
	free(text);
}
