#pragma once

#include "domain/stream/stream.h"
#include "io/jqset.h"
#include "io/json/json.h"

/*
 * The map (ztoq-map(5)): the embedded files, each of which a file of the same name
 * replaces.  prepare.jq checks map.json and lays it out for the programs, which are
 * compiled when the first record comes.
 */
struct map {
	struct json	 args;		/* {"map": ...}, for the programs */
	char		 hash[65];	/* of all files, in order */
	char		*fields;	/* META: the qTest fields in use, JSON array */
	struct json	 specs;		/* .fields, parsed */
	int		 relink;	/* policy relink: test objects in texts become links */
	char		*statuses;	/* META: the statuses in use, JSON array or NULL */
	struct map_file	*files;
	int		 n;
	struct jqset	*prog;		/* by stream; NULL: not compiled yet */
};

/* Read the map; path is a directory with files that replace the embedded ones, a file
   that replaces map.json, or NULL.  ZX_CONFIG, ZX_NOINPUT. */
int	 map_open(struct map *, const char *path, struct err *);
/* Compile the programs of all streams; ZX_CONFIG. */
int	 map_compile(struct map *, struct err *);
void	 map_close(struct map *);	/* may be called twice */

enum map_result { MAP_EFFECTS, MAP_REJECT };

/*
 * Transform a source record: *result tells whether *out, which the caller frees, is
 * {"key","effects","changes"} or {"rule","reason"}.  An error of a program on this
 * record is a reject.  -1: the map is wrong (ZX_CONFIG).
 */
int	 map_record(struct map *, enum stream, const char *key, const struct json *rec,
	    enum map_result *result, struct json *out, struct err *);
