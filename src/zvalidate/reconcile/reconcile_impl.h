#ifndef ZVALIDATE_RECONCILE_IMPL_H
#define ZVALIDATE_RECONCILE_IMPL_H

#include "accept.h"
#include "domain/fields.h"
#include "domain/job.h"
#include "domain/api/qtest.h"
#include "domain/ledger/target.h"

/*
 * Between the files of reconciliation.  Three parts, one after another: what
 * qTest holds is read into a private SQLite file (the stage); what should
 * stand there (table target) is looked up in it by marker and compared; what
 * the source tables hold is compared with it past all mapping.  Ids that the
 * loader believes in are never looked at.
 */
enum { MODULE, CASE, STEP, RELEASE, CYCLE, SUITE, RUN, LOG, STEP_LOG, SOURCE, KINDS };

struct tally {
	const char	*name;		/* "case" */
	int64_t		 compared, equal, different, missing, duplicate, unexpected;
};

struct difference {
	char		*stream, *key, *what, *text;
	const struct accepted *by;	/* NULL: nobody answers for it */
};

enum { DIFF_HELD = 256, KEY_MAX = QTEST_MARKER_KEY };

struct recon {
	struct job	*job;
	struct db	*db;		/* source and target tables */
	struct db	*stage;		/* what qTest holds */
	char		*stage_path;
	struct qtest	*qtest;
	struct fields	*fields;
	char		*target, *map;
	const char	*project;
	int64_t		 pass;		/* the last sealed one */
	int64_t		 whole[STREAM_COUNT];	/* target_whole */
	int		 json;		/* --format json */
	int		 unnamed_status;	/* some log has a status without a name */
	int64_t		 key_field[KINDS];	/* id of the property that holds the key */
	struct tally	 tally[KINDS];
	struct accept	*accept;
	int64_t		 differences, accepted, account_ms;
	struct difference held[DIFF_HELD];	/* not in table issue yet */
	int		 nheld;
	/* The object being compared. */
	int		 kind;
	const char	*stream, *skey, *ekey;
	int		 odd;		/* its differences so far */
	struct err	 fail;		/* code 0: none; the first counts */
};

/* An object of qTest. */
struct found {
	int64_t		 n, id, parent;
	char		 pkind[16];	/* kind of its parent, "" at the root */
	struct json	 doc;
};

/* reconcile_stage.c */
int	 stage_open(struct recon *, struct err *);
void	 stage_close(struct recon *);
int	 stage_put(struct recon *, int kind, int64_t id, const char *ekey,
	    int pkind, int64_t parent, int64_t ord, const struct json *doc,
	    struct err *);
int	 stage_step(struct recon *, int64_t id, int64_t case_id, int64_t n,
	    int64_t called, struct err *);
/* By marker: the first one (free it) and how many there are; 0, -1. */
int	 stage_find(struct recon *, int kind, const char *ekey, struct found *,
	    char *ids, size_t idslen);
void	 found_free(struct found *);
/* The marker of an object, "" when it has none; 0 when it is not there. */
int	 stage_key(struct recon *, int kind, int64_t id, char key[KEY_MAX]);
/* Where a step stands: the marker of its case and its place. */
int	 stage_place(struct recon *, int64_t step, char key[KEY_MAX], int64_t *n);
/* All with this marker were expected; eord: the place of the one that was
   read as number n among its siblings. */
void	 stage_seen(struct recon *, int kind, const char *ekey, int64_t n,
	    int has_ord, int64_t eord);
/* 1 when dst is what src was mapped to before (or it is the first). */
int	 stage_mapped(struct recon *, const char *src, const char *dst,
	    char before[KEY_MAX]);

/* db_done whose failure is kept in r->fail. */
void	 recon_end(struct recon *, struct db_query *);

/* reconcile_read.c */
int	 recon_read(struct recon *, struct err *);

/* reconcile_report.c: a difference of the object being compared. */
extern const char *const recon_names[KINDS];
void	 tell(struct recon *, const char *what, const char *want,
	    const char *found);
void	 tell_of(struct recon *, int kind, const char *stream, const char *skey,
	    const char *key, const char *what, const char *want,
	    const char *found);
void	 tell_flush(struct recon *);
void	 tell_summary(struct recon *);
int	 recon_fail(struct recon *, const struct err *);

/* reconcile_value.c: equal, or told. */
void	 same_line(struct recon *, const char *what, const char *want,
	    const char *found);
void	 same_html(struct recon *, const char *what, const char *want,
	    const char *found);
void	 same_date(struct recon *, const char *what, const char *want,
	    const char *found);
void	 same_ref(struct recon *, const char *what, const char *want, int kind,
	    int64_t id);
void	 same_props(struct recon *, const char *artifact,
	    const struct json *want, const struct json *found);
/* The words of part (HTML, or plain text) are in html. */
int	 has_words(const char *html, const char *part);
/* The same; whatever stands in [~...], a parameter's name or number. */
int	 has_step_words(const char *html, const char *part);
const char *or_empty(const char *);
void	 same_status(struct recon *, const char *what, const struct json *want,
	    const struct json *found);
/* The value of a property of doc by field id; NULL. Borrowed from *hold. */
const char *prop_value(const struct json *doc, int64_t field, struct json *hold);
/* Elements of an array member by their "order"; returns how many; free each
   and the list. */
int	 in_order(const struct json *doc, const char *member, struct json **out);

/* reconcile_match.c, reconcile_case.c, reconcile_run.c */
int	 recon_match(struct recon *, struct err *);
void	 match_case(struct recon *, const struct json *want, struct found *);
void	 match_run(struct recon *, const struct json *want, struct found *);
void	 match_log(struct recon *, const struct json *want, struct found *);
/* reconcile_result.c: the step results of a log (body) of case of; old: another
   version than the last ran.  How many stand as text in its note. */
int	 match_results(struct recon *, const char *of, const struct json *body,
	    const struct found *, int old);
/* The note, without the table of those noted. */
void	 same_note(struct recon *, const char *want, const char *found, int noted);

/* reconcile_order.c: siblings, duplicates, strangers. */
int	 recon_order(struct recon *, struct err *);

/* reconcile_cover.c: is every source object represented? */
int	 recon_covered(struct recon *, struct err *);
/* reconcile_source.c, reconcile_rows.c: the source tables past the map. */
void	 source_case(struct recon *, struct found *);
void	 source_row(struct recon *, const char *table, struct found *);
void	 source_log(struct recon *, struct found *);
/* These words of the source stand in qTest, or it is told. */
void	 source_words(struct recon *, const char *what, const char *html,
	    const char *part);
void	 source_name(struct recon *, const char *want, const struct found *);
/* Is a change of this field of the source record listed as a loss? */
int	 is_lost(struct recon *, const char *stream, const char *skey,
	    const char *field);

#endif
