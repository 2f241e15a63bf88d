#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "server/import/import_part.h"
#include "shared/date.h"
#include "shared/kind.h"
#include "shared/lang.h"

enum column { ANNEX, STRUCTURE, MEASURE, START, END, POSTS, HOURS };

static const struct csv_column columns[] = {
    {"annex", true, "annexe;annexe financière"},
    {"structure", true, "établissement"},
    {"measure", true, "mesure"},
    {"start", true, "début;date de début"},
    {"end", true, "fin;date de fin"},
    {"etp_posts", true, "postes;postes ETP"},
    {"hours_per_etp", true, "heures par ETP;heures par poste"},
    {NULL, false, NULL},
};

#define NUMBER_TEXT  18 /* ETTI and EITI: 17 letters and digits */
#define MEASURE_TEXT 11
#define DAYS_MAX     1096

/*
 * Measures of the ASP (gip-inclusion/les-emplois, SiaeMeasure; the newer
 * ACIPA and EIPA, and FDI, of gip-inclusion/pilotage-airflow), the kind of
 * structure that each is for (0: any), and what its annexes usually say in
 * hours_per_etp (0: not known to us).
 */
static const struct measure {
	const char *name;
	int kind;
	int hours;
} measures[] = {
    {"ACI_DC", STRUCTURE_ACI, 1820},
    {"AI_DC", STRUCTURE_AI, 1607},
    {"EI_DC", STRUCTURE_EI, 1505},
    {"ETTI_DC", STRUCTURE_ETTI, 1600},
    {"EITI_DC", STRUCTURE_EITI, 1505},
    {"ACI_MP", STRUCTURE_ACI, 1820},
    {"EI_MP", STRUCTURE_EI, 1505},
    {"FDI_DC", 0, 0},
    {"ACIPA_DC", STRUCTURE_ACI, 1820},
    {"EIPA_DC", STRUCTURE_EI, 1505},
};

static void unload(void *structures)
{
	json_decref(structures);
}

static int load(struct import *import, void **structures, struct err *err)
{
	json_t *known;
	int rc = reference_load(&known, import->office->db, "structure", err);

	*structures = known;
	return rc;
}

/* Capitals without spaces: as people copy a number, and as it is kept. False
 * when it is too long. */
static bool read_plain(char *out, size_t size, const char *text)
{
	size_t len = 0;

	for (; *text != '\0'; text++) {
		if (*text == ' ')
			continue;
		if (len + 1 == size)
			return false;
		out[len++] = (char)toupper((unsigned char)*text);
	}
	out[len] = '\0';
	return len > 0;
}

static bool is_digits(const char *text, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (!isdigit((unsigned char)text[i]))
			return false;
	}
	return true;
}

/* (ACI|EI|AI|ETTI|EITI), department, year and order, A for the avenant, M for
 * the modification: ACI051170013A0M1 (gip-inclusion/les-emplois). */
static bool is_number(const char *text)
{
	static const char *const kinds[] = {"ACI", "EITI", "ETTI", "EI", "AI"};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		size_t len = strlen(kinds[i]);
		const char *rest = text + len;

		if (strncmp(text, kinds[i], len) == 0 && strlen(rest) == 13 &&
		    is_digits(rest, 2) && isalnum((unsigned char)rest[2]) &&
		    is_digits(rest + 3, 6) && rest[9] == 'A' &&
		    is_digits(rest + 10, 1) && rest[11] == 'M' &&
		    is_digits(rest + 12, 1))
			return true;
	}
	return false;
}

static bool read_number(char out[NUMBER_TEXT], const char *text)
{
	return read_plain(out, NUMBER_TEXT, text) && is_number(out);
}

static const struct measure *read_measure(const char *text)
{
	char name[MEASURE_TEXT];

	if (!read_plain(name, sizeof(name), text))
		return NULL;
	for (size_t i = 0; i < sizeof(measures) / sizeof(measures[0]); i++) {
		if (strcmp(measures[i].name, name) == 0)
			return &measures[i];
	}
	return NULL;
}

/* "12,5" or "12.50" into hundredths; false when it is no such number. */
static bool read_posts(int64_t *out, const char *text)
{
	size_t whole = strspn(text, "0123456789"), part;
	int64_t value = 0;

	if (whole == 0 || whole > 3)
		return false;
	for (size_t i = 0; i < whole; i++)
		value = 10 * value + (text[i] - '0');
	text += whole;
	if (*text == ',' || *text == '.')
		text++;
	else if (*text != '\0')
		return false;
	part = strspn(text, "0123456789");
	if (part > 2 || text[part] != '\0')
		return false;
	value *= 100;
	if (part > 0)
		value += (text[0] - '0') * 10;
	if (part > 1)
		value += text[1] - '0';
	*out = value;
	return true;
}

static bool read_hours(int64_t *out, const char *text)
{
	size_t len = strspn(text, "0123456789");

	if (len == 0 || len > 4 || text[len] != '\0')
		return false;
	*out = strtol(text, NULL, 10);
	return *out >= 1 && *out <= ANNEX_HOURS_MAX;
}

/* ---- checks ---- */

static void check_number(struct import *import, size_t row)
{
	char number[NUMBER_TEXT];

	if (!read_number(number, csv_field(import->csv, row, ANNEX))) {
		import_row_fault(import, row, ANNEX,
		    L("numéro d'annexe attendu comme ACI051170013A0M1 : "
		      "mesure, département, année et ordre, avenant, "
		      "modification",
			"number of an annex expected, like "
			"ACI051170013A0M1: measure, department, year and "
			"order, avenant, modification"));
		return;
	}
	(void)import_row_once(import, row, ANNEX, number);
}

/* An annex of an ACI is no EI's: whose structure, whose measure, whose
 * number. */
static void check_measure(
    struct import *import, const json_t *structures, size_t row)
{
	const char *id = csv_field(import->csv, row, STRUCTURE);
	const struct measure *measure =
	    read_measure(csv_field(import->csv, row, MEASURE));
	const char *kind = json_text(reference_get(structures, id, id), "kind");
	size_t len = strlen(kind);
	char number[NUMBER_TEXT];

	if (measure == NULL) {
		import_row_fault(import, row, MEASURE,
		    L("mesure inconnue : ACI_DC, AI_DC, EI_DC, ETTI_DC, "
		      "EITI_DC, ACI_MP, EI_MP, FDI_DC, ACIPA_DC ou EIPA_DC",
			"unknown measure: ACI_DC, AI_DC, EI_DC, ETTI_DC, "
			"EITI_DC, ACI_MP, EI_MP, FDI_DC, ACIPA_DC or "
			"EIPA_DC"));
		return;
	}
	if (measure->kind == 0)
		return;
	if (structure_kind_find(kind) != measure->kind)
		import_row_fault(import, row, MEASURE,
		    L("cette mesure n'est pas celle d'une structure de ce "
		      "type : corrigez la mesure ou la structure",
			"this measure is not for a structure of that kind: "
			"correct the measure or the structure"));
	else if (read_number(number, csv_field(import->csv, row, ANNEX)) &&
		 (strncmp(number, kind, len) != 0 ||
		     !isdigit((unsigned char)number[len])))
		import_row_fault(import, row, ANNEX,
		    L("ce numéro est d'une autre mesure : corrigez l'un des "
		      "deux",
			"this number is of another measure: correct one of "
			"the two"));
}

static bool check_date(
    struct import *import, size_t row, size_t column, struct date *out)
{
	const char *text = csv_field(import->csv, row, column);
	struct err err = ERR_INIT;

	if (text[0] == '\0')
		import_row_fault(import, row, column,
		    L("case vide : remplissez-la", "empty cell: fill it in"));
	else if (date_parse(out, text, &err) == 0)
		return true;
	else
		import_row_fault(import, row, column, err.text);
	return false;
}

static void check_amounts(struct import *import, size_t row)
{
	const struct measure *measure =
	    read_measure(csv_field(import->csv, row, MEASURE));
	char why[160];
	int64_t value;

	if (!read_posts(&value, csv_field(import->csv, row, POSTS)))
		import_row_fault(import, row, POSTS,
		    L("nombre de postes attendu, deux décimales au plus : "
		      "« 12,5 »",
			"number of posts expected, two decimals at most: "
			"\"12.5\""));
	if (read_hours(&value, csv_field(import->csv, row, HOURS)))
		return;
	(void)snprintf(why, sizeof(why),
	    L("nombre entier d'heures attendu, celui qu'écrit l'annexe "
	      "(souvent %d)",
		"whole number of hours expected, the one the annex says "
		"(often %d)"),
	    measure != NULL && measure->hours > 0 ? measure->hours : 1820);
	import_row_fault(import, row, HOURS, why);
}

static void check(struct import *import, void *structures, size_t row)
{
	struct date start, end;
	bool begins, ends;

	check_number(import, row);
	if (import_row_structure(import, row, STRUCTURE, structures))
		check_measure(import, structures, row);
	begins = check_date(import, row, START, &start);
	ends = check_date(import, row, END, &end);
	if (begins && ends && date_days(&end) <= date_days(&start))
		import_row_fault(import, row, END,
		    L("l'annexe finit avant de commencer",
			"the annex ends before it starts"));
	else if (begins && ends &&
		 date_days(&end) - date_days(&start) > DAYS_MAX)
		import_row_fault(import, row, END,
		    L("une annexe dure un an, trois au plus : corrigez l'une "
		      "des dates",
			"an annex lasts a year, three at most: correct one of "
			"the dates"));
	check_amounts(import, row);
}

/* ---- records ---- */

static bool put_date(json_t *value, const char *key, const struct csv *csv,
    size_t row, size_t at)
{
	struct date date;
	char text[DATE_TEXT];

	if (date_parse(&date, csv_field(csv, row, at), NULL) < 0)
		return false;
	date_format(&date, text);
	return json_put_text(value, key, text);
}

static json_t *members(const struct csv *csv, size_t row)
{
	const struct measure *measure =
	    read_measure(csv_field(csv, row, MEASURE));
	json_t *value = json_object();
	int64_t posts, hours;

	if (measure != NULL && read_posts(&posts, csv_field(csv, row, POSTS)) &&
	    read_hours(&hours, csv_field(csv, row, HOURS)) &&
	    json_put_text(value, "measure", measure->name) &&
	    put_date(value, "start", csv, row, START) &&
	    put_date(value, "end", csv, row, END) &&
	    json_put_int(value, "etp_posts", posts) &&
	    json_put_int(value, "hours_per_etp", hours))
		return value;
	json_decref(value);
	return NULL;
}

static int apply(struct import *import, void *state, struct err *err)
{
	const struct csv *csv = import->csv;
	int rc = 0;

	(void)state;
	for (size_t row = 0; rc == 0 && row < csv_rows(csv); row++) {
		struct import_change change;
		char number[NUMBER_TEXT];

		(void)read_number(number, csv_field(csv, row, ANNEX));
		rc = import_merge(import, csv_field(csv, row, STRUCTURE),
		    "annex", number, NULL, members(csv, row), &change, err);
		if (rc == 0)
			import_count(import, row, &change);
	}
	return rc;
}

const struct import_part import_annexes = {
    "annexes", columns, load, check, apply, unload};
