#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "domain/schema.h"
#include "io/jqprog.h"
#include "document.h"

static const char *format = "text", *output, *templates;

static int check;

static struct opt options[] = {
	{ .name = "check", .type = OPT_FLAG, .var = &check,
	    .help = "exit with 1 unless every project is COMPLETE" },
	{ .name = "format", .arg = "NAME", .type = OPT_STR, .var = &format,
	    .help = "text, json, or the name of a template" },
	{ .name = "output-file", .arg = "FILE", .type = OPT_STR, .var = &output,
	    .help = "write to FILE, completely or not at all" },
	{ .name = "templates", .arg = "DIR", .type = OPT_STR, .var = &templates,
	    .help = "look for NAME.jq in DIR first" },
	{ .name = NULL }
};

static int
zreport_template_read(const char *name, struct buf *text, struct err *e)
{
	char *file = mem_fmt("%s.jq", name);
	int rc = file_or_asset(strchr(name, '/') == NULL ? templates : NULL, asset_templates,
	    file, text, e);

	free(file);
	if (rc == 0)
		return err_set(e, ZX_USAGE, "--format %s: unknown template", name);
	return rc == 1 ? 0 : -1;
}

/* Append a result of a template as a line: a string as it is, anything else as JSON. */
static void
zreport_put(struct buf *out, const struct json *v)
{
	size_t len;
	const char *s = json_strn(v, "", &len);

	if (s != NULL)
		buf_add(out, s, len);
	else
		json_dump(v, out);
	buf_putc(out, '\n');
}

static int
zreport_render(const char *name, const struct json *doc, struct buf *out, struct err *e)
{
	struct buf text = { 0 };
	struct jqprog *p = NULL;
	struct json v;
	int rc;

	if (strcmp(name, "json") == 0) {
		zreport_put(out, doc);
		return 0;
	}
	rc = zreport_template_read(name, &text, e);
	if (rc == 0)
		rc = jqprog_open(&p, name, buf_str(&text), NULL, e);
	if (rc == 0) {
		jqprog_feed(p, doc);
		while ((rc = jqprog_next(p, &v, e)) == JQ_RESULT) {
			zreport_put(out, &v);
			json_free(&v);
		}
	}
	jqprog_close(p);
	buf_free(&text);
	return rc;
}

static int
zreport_write_file(const char *path, const struct buf *b, struct err *e)
{
	char *part = mem_fmt("%s.part", path);
	FILE *f = fopen(part, "w");
	int bad;

	if (f == NULL) {
		err_sys(e, ZX_IO, "%s", part);
		free(part);
		return -1;
	}
	bad = fwrite(buf_str(b), 1, b->len, f) != b->len;
	bad |= fflush(f) == EOF || fsync(fileno(f)) == -1;
	bad |= fclose(f) == EOF;
	if (bad || rename(part, path) == -1) {
		err_sys(e, ZX_IO, "%s", path);
		unlink(part);
		bad = 1;
	}
	free(part);
	return bad ? -1 : 0;
}

/* Return 1 if there is a project and each is complete with nothing left. */
static int
zreport_is_complete(const struct json *doc)
{
	struct json all = json_get(doc, "projects"), one = { 0 };
	int i = 0, yes = json_len(&all, "") > 0;

	while (json_each(&all, &i, &one))
		yes &= json_len(&one, "reasons") == 0 && json_str(&one, "left.words")[0] == '\0';
	json_free(&all);
	return yes;
}

static int
zreport_report(struct job *j, const char *name, struct err *e)
{
	struct json doc = { 0 };
	struct buf out = { 0 };
	int rc;

	rc = document_read(j, j->limit > 0 ? j->limit : 1000, &doc, e);
	if (rc == 0)
		rc = zreport_render(name, &doc, &out, e);
	if (rc == 0 && output != NULL)
		rc = zreport_write_file(output, &out, e);
	else if (rc == 0)
		fwrite(buf_str(&out), 1, out.len, stdout);
	if (rc == 0 && check && !zreport_is_complete(&doc))
		rc = ZX_DIFF;
	json_free(&doc);
	buf_free(&out);
	return rc;
}

/* Open the database; ZX_NOINPUT if there is none, since a report does not create one. */
static int
zreport_db_open(struct job *j, struct err *e)
{
	const char *path;

	if (job_db_lasts(j->db_url, e) == -1 || db_file(j->db_url, &path, e) == -1)
		return -1;
	if (path != NULL && access(path, F_OK) == -1)
		return err_sys(e, ZX_NOINPUT, "database %s (`ztoq migrate` creates it, ZTOQ_DB or "
		    "--db names it)", path);
	return job_open(j, e) == -1 ? -1 : schema_ready(j->db, e);
}

static int
zreport_run(struct job *j, const char *name, int extra, struct err *e)
{
	int status = name != NULL && strcmp(name, "status") == 0;

	if (extra || (name != NULL && !status && strcmp(name, "report") != 0))
		return err_set(e, ZX_USAGE, "%s: the commands are report and status", extra ?
		    "too many operands" : name);
	if (zreport_db_open(j, e) == -1)
		return -1;
	return zreport_report(j, status && strcmp(format, "text") == 0 ? "status" : format, e);
}

int
main(int argc, char **argv)
{
	static struct job job;
	const char *name = NULL;
	struct opt_set set = { .program = "zreport", .operands = "[report|status]",
	    .command = &name,
	    .what = "report what was migrated, what was not, and why",
	    .tables = { job_options(&job,
	        "batch-size check deadline in-flight max-requests plan reject"), options } };
	struct err e = { 0 };
	int first, rc;

	rc = first = job_start(&job, &set, argc, argv, &e);
	if (first > 0)
		rc = zreport_run(&job, name, first < argc, &e);
	return job_end(&job, rc, &e);
}
