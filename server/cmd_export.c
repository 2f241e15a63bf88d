#include <stdlib.h>
#include <string.h>

#include "server/cmd.h"
#include "server/cmd_export.h"
#include "server/cmd_parcel.h"
#include "server/document/document.h"
#include "shared/crypto.h"
#include "shared/lang.h"
#include "shared/table.h"

/* clang-format off */
#define STRUCTURE \
	{"structure", 0, "S", "une seule structure", "one structure alone"}
#define OUT \
	{"out", 0, "DIR", "dossier où écrire (- ou rien : sortie standard)", \
	    "directory to write to (- or nothing: standard output)"}
#define FORMAT(choices) \
	{"format", 0, "F", choices, choices}
#define END {NULL, 0, NULL, NULL, NULL}

const struct opt cmd_export_report_options[] = {
    STRUCTURE,
    {"by", 0, "D", "worker, site, crew, activity ou structure",
	"worker, site, crew, activity or structure"},
    FORMAT("csv, rfc4180, xlsx, pdf"),
    OUT, END};
const struct opt cmd_export_payroll_options[] = {
    STRUCTURE,
    {"map", 0, "FILE", "quelles colonnes, sous quels noms (docs/csv.md)",
	"which columns, under which names (docs/csv.md)"},
    {"columns", 0, "TEXT", "le même texte, donné ici", "the same text, given here"},
    FORMAT("csv, rfc4180, xlsx"),
    OUT, END};
const struct opt cmd_export_sheets_options[] = {
    STRUCTURE,
    {"worker", 0, "W", "une seule personne", "one person alone"},
    {"by", 0, "D", "worker ou crew", "worker or crew"},
    {"each", OPT_FLAG, NULL, "un fichier par personne ou par équipe",
	"a file a person or a crew"},
    FORMAT("pdf, csv, xlsx"),
    OUT, END};
const struct opt cmd_export_asp_options[] = {
    STRUCTURE, FORMAT("txt, csv, rfc4180, xlsx"), OUT, END};
const struct opt cmd_export_fse_options[] = {
    STRUCTURE,
    {"project", 0, "P", "les personnes d'un projet", "the people of a project"},
    FORMAT("pdf, csv, rfc4180, xlsx"),
    OUT, END};
const struct opt cmd_export_preview_options[] = {
    STRUCTURE,
    {"by", 0, "D", "comme l'export", "as the export"},
    {"worker", 0, "W", "comme l'export", "as the export"},
    {"project", 0, "P", "comme l'export", "as the export"},
    {"columns", 0, "TEXT", "comme l'export", "as the export"},
    {"limit", 0, "N", "lignes montrées (défaut : 20)", "rows shown (default: 20)"},
    END};
/* clang-format on */

static const char *text_of(const struct call *call, const char *name)
{
	const char *value = opt_value(call, name);

	return value != NULL ? value : "";
}

/* The columns: a file read where the person is, or a text. */
static int read_map(const struct call *call, struct buf *out, struct err *err)
{
	const struct program *program = call->program;

	if (opt_given(call, "map") && opt_given(call, "columns"))
		return err_set(err, E_USAGE,
		    L("--map et --columns ne vont pas ensemble",
			"--map and --columns do not go together"));
	if (opt_given(call, "map") && program->input_count == 0)
		return err_set(err, E_USAGE,
		    L("--map : pas d'ici ; donnez le texte par --columns",
			"--map: not from here; give the text by --columns"));
	if (opt_given(call, "map")) {
		const struct bytes data = program->inputs[0].data;

		buf_add(out, data.data, data.len);
		/* An empty file is no wish for every column. */
		if (data.len == 0)
			buf_add_char(out, '\n');
		if (memchr(buf_text(out), '\0', out->len) != NULL)
			return err_set(err, E_INVALID,
			    L("--map : ce n'est pas un texte",
				"--map: this is no text"));
	} else {
		buf_add_text(out, text_of(call, "columns"));
	}
	return buf_check(out, err);
}

static void fill_ask(struct export_ask *ask, const struct call *call,
    const char *what, const char *month)
{
	*ask = (struct export_ask){
	    .what = what,
	    .month = month,
	    .structure = text_of(call, "structure"),
	    .by = text_of(call, "by"),
	    .worker = text_of(call, "worker"),
	    .project = text_of(call, "project"),
	    .format = text_of(call, "format"),
	    .map = "",
	    .each = opt_given(call, "each"),
	};
}

static int run_kind(struct call *call, const char *what, struct err *err)
{
	struct buf map = BUF_INIT;
	struct export_ask ask;
	int rc;

	fill_ask(&ask, call, what, call->args[0]);
	if ((rc = cmd_check_month(call->args[0], err)) == 0 &&
	    (rc = read_map(call, &map, err)) == 0) {
		ask.map = buf_text(&map);
		rc = cmd_export_run(call, &ask, err);
	}
	buf_free(&map);
	return rc;
}

int cmd_export_report(struct call *call, struct err *err)
{
	return run_kind(call, "report", err);
}

int cmd_export_payroll(struct call *call, struct err *err)
{
	return run_kind(call, "payroll", err);
}

int cmd_export_sheets(struct call *call, struct err *err)
{
	return run_kind(call, "sheets", err);
}

int cmd_export_asp(struct call *call, struct err *err)
{
	return run_kind(call, "asp", err);
}

int cmd_export_fse(struct call *call, struct err *err)
{
	return run_kind(call, "fse", err);
}

/* ---- what was made, told ---- */

static json_t *told_files(const struct export *ex)
{
	json_t *out = json_array();

	for (size_t i = 0; out != NULL && i < ex->count; i++) {
		const struct export_file *file = &ex->files[i];
		char hex[HASH_TEXT];
		struct hash hash;

		hash_of(&hash, buf_text(&file->data), file->data.len);
		hash_hex(&hash, hex);
		if (json_array_append_new(out,
			json_pack("{s:s, s:s, s:I}", "name", file->name, "sum",
			    hex, "bytes", (json_int_t)file->data.len)) < 0) {
			json_decref(out);
			return NULL;
		}
	}
	return out;
}

static void tell_people(const struct export *ex, const char *id,
    const char *directory, struct buf *out)
{
	buf_printf(out,
	    L("%s : %lld ligne(s)%s, export %s au journal.\n",
		"%s: %lld row(s)%s, export %s in the log.\n"),
	    L(ex->kind->fr, ex->kind->en), (long long)ex->rows,
	    ex->provisional ? L(", PROVISOIRE", ", PROVISIONAL") : "", id);
	for (size_t i = 0; directory != NULL && i < ex->count; i++)
		buf_printf(out, "%s/%s\n", directory, ex->files[i].name);
}

static void tell_missing(const struct export *ex, struct buf *note)
{
	if (ex->missing.len == 0)
		return;
	buf_printf(note,
	    L("Lettres que la police du PDF ne sait pas écrire, remplacées "
	      "par « \xef\xbf\xbd » : %s (%s). Prenez le CSV ou le XLSX pour "
	      "ces noms.\n",
		"Letters that the PDF's font cannot write, replaced by "
		"\"\xef\xbf\xbd\": %s (%s). Take the CSV or the XLSX for "
		"these names.\n"),
	    buf_text(&ex->missing), buf_text(&ex->unprintable));
}

static int tell_json(
    const struct export *ex, const char *id, struct buf *out, struct err *err)
{
	return json_print(out,
	    json_pack("{s:i, s:s, s:s, s:s, s:I, s:b, s:s, s:s, s:o}", "schema",
		1, "id", id, "what", ex->kind->what, "month", ex->ask.month,
		"rows", (json_int_t)ex->rows, "provisional", ex->provisional,
		"missing", buf_text(&ex->missing), "unprintable",
		buf_text(&ex->unprintable), "files", told_files(ex)),
	    err);
}

/* Files for a directory: a parcel; one for standard output: itself. */
static int give(
    struct call *call, struct export *ex, const char *id, struct err *err)
{
	const char *directory = cmd_export_directory(call);
	struct buf words = BUF_INIT;
	int rc = 0;

	tell_missing(ex, call->note);
	if (directory == NULL) {
		cmd_name_file(call, ex->files[0].name);
		tell_people(ex, id, NULL, call->note);
		buf_add(call->out, buf_text(&ex->files[0].data),
		    ex->files[0].data.len);
		return buf_check(call->out, err);
	}
	if (cmd_json(call))
		rc = tell_json(ex, id, &words, err);
	else
		tell_people(ex, id, directory, &words);
	if (rc == 0 && (rc = buf_check(&words, err)) == 0)
		rc = parcel_make(call->out, ex, id, buf_text(&words), err);
	buf_free(&words);
	return rc;
}

/* Standard output takes one file: the first of those that are usual. */
static void choose_format(
    const struct call *call, struct export_ask *ask, char format[16])
{
	const struct export_kind *kind;

	if (ask->format[0] != '\0' || cmd_export_directory(call) != NULL ||
	    export_kind_find(&kind, ask->what, NULL) < 0)
		return;
	text_copy(format, 16, kind->usual);
	format[strcspn(format, ",")] = '\0';
	ask->format = format;
}

int cmd_export_run(
    struct call *call, const struct export_ask *asked, struct err *err)
{
	struct export_ask ask = *asked;
	char format[16], id[EXPORT_ID];
	struct export ex;
	int rc;

	if (ask.each && cmd_export_directory(call) == NULL)
		return err_set(err, E_USAGE,
		    L("--each fait plusieurs fichiers : donnez --out DIR",
			"--each makes several files: give --out DIR"));
	choose_format(call, &ask, format);
	if ((rc = export_prepare(&ex, cmd_reading(call), &ask, err)) == 0 &&
	    (rc = export_render(&ex, err)) == 0 &&
	    (rc = export_log(&ex, cmd_office(call), id, err)) == 0)
		rc = give(call, &ex, id, err);
	export_clear(&ex);
	return rc;
}

/* ---- preview ---- */

static json_t *columns_json(const struct table *table)
{
	static const char *const types[] = {
	    [OUT_TEXT] = "text",
	    [OUT_INT] = "number",
	    [OUT_MINUTES] = "minutes",
	    [OUT_DATE] = "date",
	};
	json_t *out = json_array();

	for (size_t c = 0; out != NULL && c < table_columns(table); c++) {
		if (json_array_append_new(out,
			json_pack("{s:s, s:s}", "title", table_title(table, c),
			    "type", types[table_type(table, c)])) < 0) {
			json_decref(out);
			return NULL;
		}
	}
	return out;
}

static json_t *row_json(const struct table *table, size_t row)
{
	json_t *out = json_array();

	for (size_t c = 0; out != NULL && c < table_columns(table); c++) {
		struct table_cell cell = table_cell(table, row, c);
		json_t *value = cell.value == TABLE_INT
		                    ? json_integer(cell.integer)
		                    : json_string(cell.text);

		if (json_array_append_new(out, value) < 0) {
			json_decref(out);
			return NULL;
		}
	}
	return out;
}

static json_t *rows_json(const struct table *table, size_t limit)
{
	json_t *out = json_array();

	for (size_t r = 0; out != NULL && r < table_rows(table) && r < limit;
	     r++) {
		if (json_array_append_new(out, row_json(table, r)) < 0) {
			json_decref(out);
			return NULL;
		}
	}
	return out;
}

static int show_preview(
    struct call *call, struct export *ex, size_t limit, struct err *err)
{
	/* Whom a PDF would be wrong about: seen before it is made. */
	if (strstr(ex->kind->formats, "pdf") != NULL)
		(void)document_pdf_lacks(&ex->unprintable, ex->table, NULL);
	if (cmd_json(call))
		return json_print(call->out,
		    json_pack("{s:i, s:s, s:s, s:s, s:s, s:I, s:b, s:b, s:s,"
			      " s:o, s:o}",
			"schema", 1, "what", ex->kind->what, "title",
			buf_text(&ex->title), "lines", buf_text(&ex->lines),
			"formats", ex->kind->formats, "count",
			(json_int_t)ex->rows, "provisional", ex->provisional,
			"total", ex->total, "unprintable",
			buf_text(&ex->unprintable), "columns",
			columns_json(ex->table), "rows",
			rows_json(ex->table, limit)),
		    err);
	buf_printf(
	    call->out, "%s\n%s\n", buf_text(&ex->title), buf_text(&ex->lines));
	out_terminal(call->out, ex->table);
	return buf_check(call->out, err);
}

static int read_limit(const struct call *call, size_t *out, struct err *err)
{
	const char *text = opt_value(call, "limit");
	unsigned long limit;
	char *end;

	*out = 20;
	if (text == NULL)
		return 0;
	limit = strtoul(text, &end, 10);
	if (text[0] < '0' || text[0] > '9' || *end != '\0' || limit > 100000)
		return err_set(err, E_USAGE,
		    L("--limit : nombre de 0 à 100000 attendu",
			"--limit: number from 0 to 100000 expected"));
	*out = limit;
	return 0;
}

int cmd_export_preview(struct call *call, struct err *err)
{
	struct export_ask ask;
	struct export ex;
	size_t limit;
	int rc;

	if ((rc = cmd_check_month(call->args[0], err)) < 0 ||
	    (rc = read_limit(call, &limit, err)) < 0)
		return rc;
	/* The command's last word: each has a right of its own in the page. */
	fill_ask(
	    &ask, call, strrchr(call->command->words, ' ') + 1, call->args[0]);
	ask.map = text_of(call, "columns");
	if ((rc = export_prepare(&ex, cmd_reading(call), &ask, err)) == 0)
		rc = show_preview(call, &ex, limit, err);
	export_clear(&ex);
	return rc;
}
