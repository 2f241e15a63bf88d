#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/document/document.h"
#include "server/export/export.h"
#include "server/import/reference.h"
#include "shared/crypto.h"
#include "shared/date.h"
#include "shared/kind.h"
#include "shared/lang.h"

#define LINES_MAX 16
#define HIDDEN    "absence"

static const struct export_kind *const kinds[] = {
    &export_report,
    &export_payroll,
    &export_sheets,
    &export_asp,
    &export_fse,
};

const struct export_kind *const *export_kinds(size_t *count)
{
	*count = sizeof(kinds) / sizeof(kinds[0]);
	return kinds;
}

int export_kind_find(
    const struct export_kind **out, const char *what, struct err *err)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(kinds[i]->what, what) == 0) {
			*out = kinds[i];
			return 0;
		}
	}
	return err_set(err, E_USAGE,
	    L("« %.60s » ne s'exporte pas : report, payroll, sheets, asp ou "
	      "fse",
		"\"%.60s\" cannot be exported: report, payroll, sheets, asp "
		"or fse"),
	    what);
}

/* ---- who sees what ---- */

bool export_wants(const struct export *ex, const char *structure)
{
	const struct signer *signer = ex->office->signer;

	if (ex->ask.structure[0] != '\0' &&
	    strcmp(ex->ask.structure, structure) != 0)
		return false;
	return signer == NULL || signer_may(signer, structure);
}

bool export_hides_health(const struct export *ex)
{
	return ex->office->signer != NULL && ex->office->signer->hides_health;
}

static bool is_health(const char *slug)
{
	static const char *const all[] = {"sick", "accident", "medical"};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (strcmp(all[i], slug) == 0)
			return true;
	}
	return false;
}

const char *export_kind_slug(const struct export *ex, const char *slug)
{
	return export_hides_health(ex) && is_health(slug) ? HIDDEN : slug;
}

const char *export_kind_label(const char *slug)
{
	const struct kind *kind = kind_by_slug(slug);

	return kind != NULL ? kind_label(kind) : slug;
}

const char *export_structure_name(
    const struct export *ex, const char *structure)
{
	const char *name = json_text(
	    reference_get(ex->structures, structure, structure), "name");

	return name[0] != '\0' ? name : structure;
}

int export_each_structure(struct export *ex,
    int (*each)(struct export *ex, const char *structure, struct err *err),
    struct err *err)
{
	const char *key;
	json_t *value;
	int rc;

	json_object_foreach(ex->structures, key, value)
	{
		const char *id = strchr(key, '/');

		if (id == NULL || !export_wants(ex, id + 1))
			continue;
		if ((rc = each(ex, id + 1, err)) < 0)
			return rc;
	}
	return 0;
}

static int check_structure(const struct export *ex, struct err *err)
{
	const char *id = ex->ask.structure;

	if (id[0] == '\0')
		return 0;
	if (reference_get(ex->structures, id, id) != NULL &&
	    export_wants(ex, id))
		return 0;
	return err_set(err, E_NOT_FOUND,
	    L("structure « %.60s » inconnue : vérifiez l'identifiant",
		"unknown structure \"%.60s\": check the identifier"),
	    id);
}

/* ---- rows ---- */

int export_cover(struct export *ex, const char *structure, struct err *err)
{
	if (json_object_get(ex->keys, structure) != NULL ||
	    json_put(ex->keys, structure, json_object()))
		return 0;
	return err_nomem(err);
}

int export_row(struct export *ex, const char *structure, const char *key,
    int64_t minutes, const char *said, struct err *err)
{
	char hex[HASH_TEXT];
	struct hash hash;
	int rc;

	ex->rows++;
	if ((rc = export_cover(ex, structure, err)) < 0)
		return rc;
	hash_of(&hash, said, strlen(said));
	hash_hex(&hash, hex);
	return json_put(json_object_get(ex->keys, structure), key,
		   json_pack("[s%, I]", hex, (size_t)EXPORT_DIGEST - 1,
		       (json_int_t)minutes))
	           ? 0
	           : err_nomem(err);
}

void export_line(struct export *ex, const char *text)
{
	buf_add_text(&ex->lines, text);
	buf_add_char(&ex->lines, '\n');
}

int64_t export_date(const struct export *ex)
{
	struct date last;

	if (date_parse(&last, ex->last, NULL) < 0)
		return 0;
	return date_days(&last) * 86400 + 43200;
}

/* ---- files ---- */

struct buf *export_file(struct export *ex, const char *name)
{
	struct export_file *files =
	    reallocarray(ex->files, ex->count + 1, sizeof(*files));
	char *own = strdup(name);

	if (files != NULL)
		ex->files = files;
	if (files == NULL || own == NULL) {
		free(own);
		return NULL;
	}
	files[ex->count] = (struct export_file){own, BUF_INIT};
	return &files[ex->count++].data;
}

void export_name(
    struct buf *out, const struct export *ex, const char *extension)
{
	buf_printf(
	    out, "%s-%s", L(ex->kind->file, ex->kind->what), ex->ask.month);
	if (ex->ask.structure[0] != '\0')
		buf_printf(out, "-%s", ex->ask.structure);
	buf_printf(out, ".%s", extension);
}

/* The lines as a list; what they point to is cut in place. */
static size_t split(struct buf *lines, const char *out[LINES_MAX])
{
	char *at, *save = NULL;
	size_t count = 0;

	at = lines->len > 0 ? strtok_r(lines->data, "\n", &save) : NULL;
	for (; at != NULL && count < LINES_MAX;
	     at = strtok_r(NULL, "\n", &save))
		out[count++] = at;
	return count;
}

static int render_document(
    struct export *ex, const char *format, struct buf *out, struct err *err)
{
	const char *lines[LINES_MAX];
	struct buf copy = BUF_INIT;
	struct document document = {
	    .title = buf_text(&ex->title),
	    .sheet = L(ex->kind->fr, ex->kind->en),
	    .lines = lines,
	    .table = ex->table,
	    .total = ex->total,
	    .created_s = export_date(ex),
	};
	int rc;

	buf_add(&copy, buf_text(&ex->lines), ex->lines.len);
	document.line_count = split(&copy, lines);
	if ((rc = buf_check(&copy, err)) == 0)
		rc = strcmp(format, "xlsx") == 0
		         ? document_xlsx(out, &document, err)
		         : document_pdf(out, &document, &ex->missing, err);
	buf_free(&copy);
	return rc;
}

int export_render_table(struct export *ex, const char *format, struct err *err)
{
	bool machine = strcmp(format, "rfc4180") == 0;
	struct buf name = BUF_INIT, *out = NULL;
	int rc;

	export_name(&name, ex, machine ? "rfc4180.csv" : format);
	if ((rc = buf_check(&name, err)) == 0 &&
	    (out = export_file(ex, name.data)) == NULL)
		rc = err_nomem(err);
	buf_free(&name);
	if (rc < 0)
		return rc;
	if (machine)
		out_csv_rfc4180(out, ex->table);
	else if (strcmp(format, "csv") == 0)
		out_csv_fr(out, ex->table);
	else
		rc = render_document(ex, format, out, err);
	return rc < 0 ? rc : buf_check(out, err);
}

/* Is ${word} in the list "csv,xlsx"? */
static bool is_listed(const char *list, const char *word)
{
	size_t len = strlen(word);

	while (*list != '\0') {
		size_t own = strcspn(list, ",");

		if (own == len && strncmp(list, word, len) == 0)
			return true;
		list += own + (list[own] == ',');
	}
	return false;
}

int export_render(struct export *ex, struct err *err)
{
	const char *at =
	    ex->ask.format[0] != '\0' ? ex->ask.format : ex->kind->usual;
	int rc = 0;

	while (rc == 0 && *at != '\0') {
		size_t len = strcspn(at, ",");
		char format[16];

		(void)snprintf(format, sizeof(format), "%.*s", (int)len, at);
		at += len + (at[len] == ',');
		rc = ex->kind->render != NULL
		         ? ex->kind->render(ex, format, err)
		         : export_render_table(ex, format, err);
	}
	if (rc == 0 && ex->missing.len > 0)
		rc = document_pdf_lacks(&ex->unprintable, ex->table, err);
	return rc;
}

/* ---- preparing ---- */

static int check_ask(struct export *ex, struct err *err)
{
	const struct export_ask *ask = &ex->ask;
	int rc;

	if ((rc = date_parse_month(ask->month, ex->first, ex->last, err)) < 0)
		return rc;
	if (ask->format[0] == '\0' || is_listed(ex->kind->formats, ask->format))
		return 0;
	return err_set(err, E_USAGE,
	    L("--format « %.60s » : %s attendu", "--format \"%.60s\": one of "
						 "%s expected"),
	    ask->format, ex->kind->formats);
}

static int refuse_none(const struct export *ex, struct err *err)
{
	if (ex->why.len > 0)
		return err_set(err, E_NOT_FOUND,
		    L("rien à exporter en %.7s : %s",
			"nothing to export in %.7s: %s"),
		    ex->ask.month, buf_text(&ex->why));
	return err_set(err, E_NOT_FOUND,
	    L("rien à exporter : aucune ligne en %.7s%s%s (%s) ; un fichier "
	      "vide se lirait comme zéro heure",
		"nothing to export: no row in %.7s%s%s (%s); an empty file "
		"would read as no hours"),
	    ex->ask.month, ex->ask.structure[0] != '\0' ? ", " : "",
	    ex->ask.structure, L(ex->kind->fr, ex->kind->en));
}

int export_prepare(struct export *out, struct office *office,
    const struct export_ask *ask, struct err *err)
{
	int rc;

	memset(out, 0, sizeof(*out));
	out->office = office;
	out->ask = *ask;
	if ((rc = export_kind_find(&out->kind, ask->what, err)) < 0 ||
	    (rc = check_ask(out, err)) < 0 ||
	    (rc = reference_load(
		 &out->structures, office->db, "structure", err)) < 0 ||
	    (rc = check_structure(out, err)) < 0 ||
	    (rc = table_new(&out->table, err)) < 0)
		return rc;
	if ((out->keys = json_object()) == NULL)
		return err_nomem(err);
	if ((rc = out->kind->prepare(out, err)) < 0 ||
	    (rc = table_check(out->table, err)) < 0 ||
	    (rc = buf_check(&out->title, err)) < 0 ||
	    (rc = buf_check(&out->lines, err)) < 0 ||
	    (rc = buf_check(&out->why, err)) < 0)
		return rc;
	return out->rows > 0 ? 0 : refuse_none(out, err);
}

void export_clear(struct export *ex)
{
	if (ex->kind != NULL && ex->kind->clear != NULL)
		ex->kind->clear(ex);
	for (size_t i = 0; i < ex->count; i++) {
		free(ex->files[i].name);
		buf_free(&ex->files[i].data);
	}
	free(ex->files);
	json_decref(ex->structures);
	json_decref(ex->keys);
	table_free(ex->table);
	buf_free(&ex->title);
	buf_free(&ex->lines);
	buf_free(&ex->why);
	buf_free(&ex->missing);
	buf_free(&ex->unprintable);
	memset(ex, 0, sizeof(*ex));
}
