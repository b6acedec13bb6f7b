#ifndef ZTRANSFORM_MAP_H
#define ZTRANSFORM_MAP_H

#include "domain/stream/stream.h"
#include "io/jqset.h"
#include "io/json/json.h"

/*
 * The map: ztoq-map(5).  The embedded files, any of them replaced by the one
 * of the same name in a directory (or map.json by a file); prepare.jq lays
 * map.json out once.  The programs of all streams are compiled when the first
 * record comes.
 */
struct map {
	struct json	 args;		/* {"map": ...}, for the programs */
	char		 hash[65];	/* of all files, in order */
	char		*fields;	/* what META says of fields, JSON array */
	char		*statuses;	/* execution statuses in use, JSON array */
	struct map_file	*files;
	int		 n;
	struct jqset	*prog;		/* by stream */
};

/* path: a directory, a file for map.json, or NULL.  ZX_CONFIG, ZX_NOINPUT. */
int	 map_open(struct map *, const char *path, struct err *);
/* Compile the programs of all streams now; ZX_CONFIG. */
int	 map_compile(struct map *, struct err *);
void	 map_close(struct map *);	/* safe twice */

enum map_said { MAP_OUT, MAP_REJECT };

/*
 * What a source record becomes: {"key","effects","changes"} in *out, or
 * MAP_REJECT with rule and reason in *out as {"rule","reason"}.  -1: the map
 * itself is wrong (ZX_CONFIG).  A program that objects to a record rejects it.
 */
int	 map_record(struct map *, enum stream, const char *key,
	    const struct json *rec, enum map_said *, struct json *out,
	    struct err *);

#endif
