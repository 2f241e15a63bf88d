#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/admin.h"
#include "server/audit/audit_export.h"
#include "server/audit/audit_format.h"
#include "server/audit/audit_verify.h"
#include "server/cmd.h"
#include "server/export/export.h"
#include "shared/json.h"
#include "shared/lang.h"

#define NUMBER_TEXT 24 /* of 64 bits */

/* Is it the page's? Its files are never the server's. */
static bool is_of_page(const struct call *call)
{
	const struct program *program = call->program;

	return program->writer != NULL;
}

/* "" for all: as the page says it, too. */
static const char *wanted_structure(const struct call *call)
{
	const char *structure = opt_value(call, "structure");

	return structure != NULL ? structure : "";
}

/* "audit-2026-11", or "audit-2026-11-RIVES". */
static int make_name(const struct call *call, struct buf *out, struct err *err)
{
	const char *structure = wanted_structure(call);

	buf_printf(out, "audit-%s", call->args[0]);
	if (structure[0] != '\0') {
		buf_add_char(out, '-');
		audit_format_name(out, structure);
	}
	return buf_check(out, err);
}

/* ---- the log ---- */

static int log_here(struct office *office, void *context, struct err *err)
{
	char id[EXPORT_ID];

	return export_log_audit(office, context, id, err);
}

/* "--name=value", to free; NULL: no memory. */
static char *make_word(const char *name, const char *value)
{
	struct buf out = BUF_INIT;

	buf_printf(&out, "--%s=%s", name, value);
	if (!out.failed)
		return out.data;
	buf_free(&out);
	return NULL;
}

/* Where the writer is elsewhere, it is asked to write the log. */
static int ask_writer(const struct program *program,
    const struct export_audit *audit, struct err *err)
{
	char rows[NUMBER_TEXT], bytes[NUMBER_TEXT];
	char *words[9] = {(char *)(uintptr_t)CMD_PROGRAM,
	    (char *)(uintptr_t) "export", (char *)(uintptr_t) "note",
	    (char *)(uintptr_t)audit->month, (char *)(uintptr_t)audit->sum};
	struct buf out = BUF_INIT, note = BUF_INIT;
	const int given = 5;
	bool reached;
	int count = given, rc = 0;

	(void)snprintf(rows, sizeof(rows), "%" PRId64, audit->entries);
	(void)snprintf(bytes, sizeof(bytes), "%" PRId64, audit->zip_bytes);
	words[count++] = make_word("structures", audit->structures);
	words[count++] = make_word("rows", rows);
	if (audit->structure[0] != '\0')
		words[count++] = make_word("structure", audit->structure);
	if (audit->zip != NULL) {
		words[count++] = make_word("zip", audit->zip_sum);
		words[count++] = make_word("bytes", bytes);
	}
	for (int i = given; i < count; i++) {
		if (words[i] == NULL)
			rc = err_nomem(err);
	}
	/* Nobody writes there. */
	if (rc == 0)
		rc = admin_call(program->directory, count, words, NULL, 0,
		    &reached, &out, &note, err);
	for (int i = given; i < count; i++)
		free(words[i]);
	buf_free(&out);
	buf_free(&note);
	return rc;
}

/* Structures, one a line, as one word. */
static int join_lines(struct buf *out, const char *lines, struct err *err)
{
	buf_add_text(out, lines);
	for (size_t i = 0; i < out->len; i++) {
		if (out->data[i] == '\n')
			out->data[i] = ',';
	}
	return buf_check(out, err);
}

static int log_audit(
    void *context, const struct audit_told *told, struct err *err)
{
	const struct call *call = context;
	const struct program *program = call->program;
	struct buf structures = BUF_INIT, name = BUF_INIT;
	char sum[HASH_TEXT], zip_sum[HASH_TEXT];
	struct export_audit audit = {.month = call->args[0],
	    .structure = wanted_structure(call),
	    .sum = sum,
	    .entries = (int64_t)told->entries};
	struct hash hash;
	int rc;

	hash_hex(&told->sums, sum);
	if ((rc = make_name(call, &name, err)) < 0 ||
	    (rc = join_lines(&structures, told->structures, err)) < 0)
		goto out;
	audit.structures = structures.data;
	buf_add_text(&name, ".zip");
	if ((rc = buf_check(&name, err)) < 0)
		goto out;
	if (told->zip != NULL) {
		hash_of(&hash, told->zip->data, told->zip->len);
		hash_hex(&hash, zip_sum);
		audit.zip = name.data;
		audit.zip_sum = zip_sum;
		audit.zip_bytes = (int64_t)told->zip->len;
	}
	if (program->writer != NULL)
		rc = program->writer->run(
		    program->writer->who, log_here, &audit, err);
	else if (cmd_office(call)->lock < 0)
		rc = ask_writer(program, &audit, err);
	else
		rc = log_here(cmd_office(call), &audit, err);
out:
	buf_free(&structures);
	buf_free(&name);
	return rc;
}

/* What `export audit` asks of the running server: the log, before the
 * directory is there. */
int cmd_export_note(struct call *call, struct err *err)
{
	const char *bytes = opt_value(call, "bytes");
	struct export_audit audit = {.month = call->args[0],
	    .structure = wanted_structure(call),
	    .structures = opt_value(call, "structures"),
	    .sum = call->args[1],
	    .entries = strtoll(opt_value(call, "rows"), NULL, 10),
	    .zip_sum = opt_value(call, "zip"),
	    .zip_bytes = bytes != NULL ? strtoll(bytes, NULL, 10) : 0};
	struct buf name = BUF_INIT;
	char id[EXPORT_ID];
	struct hash sum;
	int rc;

	if ((rc = cmd_check_month(call->args[0], err)) < 0 ||
	    (rc = hash_parse(&sum, audit.sum, err)) < 0 ||
	    (audit.zip_sum != NULL &&
		(rc = hash_parse(&sum, audit.zip_sum, err)) < 0) ||
	    (rc = make_name(call, &name, err)) < 0)
		goto out;
	buf_add_text(&name, ".zip");
	if ((rc = buf_check(&name, err)) < 0)
		goto out;
	if (audit.zip_sum != NULL)
		audit.zip = name.data;
	rc = export_log_audit(cmd_office(call), &audit, id, err);
out:
	buf_free(&name);
	return rc;
}

/* ---- the directory ---- */

static int give_directory(
    struct call *call, const struct audit_ask *ask, struct err *err)
{
	const char *out = opt_value(call, "out");
	struct buf summary = BUF_INIT;
	int rc;

	if (out == NULL || out[0] == '\0' || strcmp(out, "-") == 0)
		return err_set(err, E_USAGE,
		    L("il manque --out DIR, le dossier à créer (ou --zip, "
		      "pour un seul fichier)",
			"--out DIR is missing, the directory to make (or "
			"--zip, for one file)"));
	rc = audit_export_logged(cmd_office(call), ask, out, &summary, err);
	if (rc == 0 && cmd_json(call))
		rc = json_print(call->out,
		    json_pack("{s:i, s:s, s:s}", "schema", 1, "month",
			ask->month, "out", out),
		    err);
	else if (rc == 0)
		buf_add(call->out, buf_text(&summary), summary.len);
	buf_free(&summary);
	return rc;
}

/* ---- one file ---- */

/* Where it is to be written: --out, or in the directory that this is. Empty:
 * to standard output. */
static int find_path(
    const struct call *call, const char *name, struct buf *out, struct err *err)
{
	const char *given = opt_value(call, "out");
	int rc;

	if (is_of_page(call))
		return 0;
	if (given == NULL || strcmp(given, "-") == 0) {
		if (isatty(STDOUT_FILENO) == 0)
			return 0;
		return err_set(err, E_USAGE,
		    L("un .zip n'est pas du texte, et un terminal ne le "
		      "montrerait pas : donnez --out FICHIER, ou redirigez (> "
		      "fichier)",
			"a .zip is no text, and a terminal would not show it: "
			"give --out FILE, or redirect (> file)"));
	}
	if (given[0] == '\0')
		return err_set(err, E_USAGE,
		    L("--out : il manque le nom du fichier",
			"--out: the file's name is missing"));
	buf_add_text(out, given);
	if (os_is_directory(given))
		buf_printf(out, "/%s", name);
	if ((rc = buf_check(out, err)) < 0 || !os_file_exists(out->data))
		return rc;
	return err_set(err, E_CONFLICT,
	    L("%s existe déjà : rien n'y a été changé ; donnez un autre nom",
		"%s exists already: nothing was changed there; give another "
		"name"),
	    out->data);
}

static int save_zip(struct call *call, const char *path, const struct buf *zip,
    const struct buf *summary, struct err *err)
{
	int rc = os_file_create(path, zip->data, zip->len, 0600, err);

	if (rc < 0)
		return err_context(err,
		    L("l'export est au journal, mais son fichier n'a pas pu "
		      "être écrit ; recommencez ailleurs, il sera inscrit à "
		      "nouveau",
			"the export is in the log, but its file could not be "
			"written; try again elsewhere, it will be logged "
			"again"));
	if (cmd_json(call))
		return json_print(call->out,
		    json_pack("{s:i, s:s, s:s, s:I}", "schema", 1, "month",
			call->args[0], "out", path, "bytes",
			(json_int_t)zip->len),
		    err);
	buf_printf(call->out, "%s%s\n", buf_text(summary), path);
	return buf_check(call->out, err);
}

static int give_zip(
    struct call *call, const struct audit_ask *ask, struct err *err)
{
	struct buf name = BUF_INIT, file = BUF_INIT, path = BUF_INIT;
	struct buf zip = BUF_INIT, summary = BUF_INIT;
	int rc;

	if ((rc = make_name(call, &name, err)) < 0)
		goto out;
	buf_printf(&file, "%s.zip", name.data);
	if ((rc = buf_check(&file, err)) < 0 ||
	    (rc = find_path(call, file.data, &path, err)) < 0 ||
	    (rc = audit_export_zip(
		 cmd_office(call), ask, name.data, &zip, &summary, err)) < 0)
		goto out;
	cmd_name_file(call, file.data);
	if (path.len > 0) {
		rc = save_zip(call, path.data, &zip, &summary, err);
	} else {
		buf_add(call->note, buf_text(&summary), summary.len);
		buf_free(call->out);
		*call->out = zip;
		zip = (struct buf)BUF_INIT;
	}
out:
	buf_free(&name);
	buf_free(&file);
	buf_free(&path);
	buf_free(&zip);
	buf_free(&summary);
	return rc;
}

int cmd_export_audit(struct call *call, struct err *err)
{
	const char *structure = wanted_structure(call);
	const struct audit_ask ask = {.month = call->args[0],
	    .structure = structure[0] != '\0' ? structure : NULL,
	    .log = log_audit,
	    .context = call};
	int rc;

	if ((rc = cmd_check_month(call->args[0], err)) < 0)
		return rc;
	return is_of_page(call) || opt_given(call, "zip")
	           ? give_zip(call, &ask, err)
	           : give_directory(call, &ask, err);
}

int cmd_audit_verify(struct call *call, struct err *err)
{
	struct buf report = BUF_INIT;
	int rc;

	if (call->args[0][0] == '\0')
		return err_set(err, E_USAGE,
		    L("il manque le nom du dossier à vérifier",
			"the name of the directory to verify is missing"));
	rc = audit_verify(
	    call->args[0], opt_value(call, "fingerprint"), &report, err);
	if (cmd_json(call) && rc == 0)
		rc = json_print(call->out,
		    json_pack("{s:i, s:b}", "schema", 1, "valid", 1), err);
	else
		buf_add(rc == 0 ? call->out : call->note, buf_text(&report),
		    report.len);
	buf_free(&report);
	return rc;
}
