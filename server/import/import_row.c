#include <string.h>

#include "server/import/import_part.h"
#include "server/import/weekdays.h"
#include "shared/lang.h"
#include "shared/text.h"

#define REPLACEMENT "\uFFFD"

void import_row_fault(
    struct import *import, size_t row, size_t column, const char *why)
{
	csv_fault_add(import->csv, row, column, why);
}

/* csv_fault_add shows the field: "identifiant « a/b » : …" without its first
 * part, when it is there, says as much. */
static const char *reason_alone(
    const char *what, const char *text, const struct err *err)
{
	struct buf prefix = BUF_INIT;
	const char *reason = err->text;

	buf_printf(&prefix, L("%s « ", "%s \""), what);
	text_quote(&prefix, text);
	buf_add_text(&prefix, L(" » : ", "\": "));
	if (!prefix.failed &&
	    strncmp(reason, buf_text(&prefix), prefix.len) == 0)
		reason += prefix.len;
	buf_free(&prefix);
	return reason;
}

/* Refuse what is empty, or what a wrong encoding has spoilt. */
static bool check_plain(struct import *import, size_t row, size_t column)
{
	const char *text = csv_field(import->csv, row, column);

	if (text[0] == '\0') {
		import_row_fault(import, row, column,
		    L("case vide : remplissez-la", "empty cell: fill it in"));
		return false;
	}
	if (strstr(text, REPLACEMENT) != NULL) {
		import_row_fault(import, row, column,
		    L("un caractère est illisible : enregistrez le fichier "
		      "au format « CSV UTF-8 »",
			"a character is unreadable: save the file as \"CSV "
			"UTF-8\""));
		return false;
	}
	return true;
}

bool import_row_id(struct import *import, size_t row, size_t column)
{
	const char *text = csv_field(import->csv, row, column);
	struct err err = ERR_INIT;

	if (!check_plain(import, row, column))
		return false;
	if (text_check_id(text, &err) == 0)
		return true;
	import_row_fault(import, row, column,
	    reason_alone(L("identifiant", "identifier"), text, &err));
	return false;
}

bool import_row_name(
    struct import *import, size_t row, size_t column, size_t max, bool required)
{
	const char *text = csv_field(import->csv, row, column);
	const char *what = L("texte", "text");
	struct err err = ERR_INIT;

	if (!required && text[0] == '\0')
		return true;
	if (!check_plain(import, row, column))
		return false;
	if (text_check_name(what, text, max, &err) == 0)
		return true;
	import_row_fault(import, row, column, reason_alone(what, text, &err));
	return false;
}

static int read_days(char out[WEEKDAYS_TEXT], const char *text, struct err *err)
{
	out[0] = '\0';
	return text[0] == '\0' ? 0 : weekdays_parse(out, text, err);
}

bool import_row_days(struct import *import, size_t row, size_t column)
{
	char days[WEEKDAYS_TEXT];
	struct err err = ERR_INIT;
	int rc = read_days(days, csv_field(import->csv, row, column), &err);

	if (rc == 0)
		return true;
	if (rc == E_NOMEM)
		import->failed = true;
	else
		import_row_fault(import, row, column, err.text);
	return false;
}

bool import_put_days(
    json_t *members, const struct csv *csv, size_t row, size_t column)
{
	char days[WEEKDAYS_TEXT];

	if (!csv_has(csv, column))
		return true;
	/* It was checked: memory alone can lack now. */
	return read_days(days, csv_field(csv, row, column), NULL) == 0 &&
	       import_put(members, "days", days);
}

bool import_row_once(
    struct import *import, size_t row, size_t column, const char *key)
{
	const json_t *line = json_object_get(import->seen, key);
	char why[128];

	if (line == NULL) {
		if (!json_put_int(
			import->seen, key, (int64_t)csv_line(import->csv, row)))
			import->failed = true;
		return true;
	}
	(void)snprintf(why, sizeof(why),
	    L("déjà à la ligne %d : gardez-en une seule",
		"already at line %d: keep one of them"),
	    (int)json_integer_value(line));
	import_row_fault(import, row, column, why);
	return false;
}

bool import_row_known(struct import *import, size_t row, size_t column,
    const json_t *known, const char *structure, const char *missing)
{
	const char *id = csv_field(import->csv, row, column);

	if (!import_row_id(import, row, column))
		return false;
	/* Who may not see a structure is not told that it is there. */
	if (reference_get(known, structure, id) != NULL &&
	    (import->office->signer == NULL ||
		signer_may(import->office->signer, structure)))
		return true;
	import_row_fault(import, row, column, missing);
	return false;
}

bool import_row_structure(
    struct import *import, size_t row, size_t column, const json_t *structures)
{
	return import_row_known(import, row, column, structures,
	    csv_field(import->csv, row, column),
	    L("structure inconnue : importez-la d'abord, ou corrigez "
	      "l'identifiant",
		"unknown structure: import it first, or correct the "
		"identifier"));
}
