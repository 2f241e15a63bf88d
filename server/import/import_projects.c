/* Projects that a fund pays for (FSE+), and who works in them or is
 * accompanied by them: a line a person. Links are typed and dated by whoever
 * writes the file; nothing is deduced. */
#include <stdlib.h>
#include <string.h>

#include "server/import/import_part.h"
#include "shared/date.h"
#include "shared/lang.h"

enum column {
	PROJECT,
	STRUCTURE,
	NAME,
	FUND,
	START,
	END,
	PERSON,
	ROLE,
	FROM,
	TO,
	QUOTA,
};

static const struct csv_column columns[] = {
    {"project", true, "projet;identifiant"},
    {"structure", true, "établissement"},
    {"name", true, "nom"},
    {"fund", false, "fonds"},
    {"start", true, "début;date de début"},
    {"end", false, "fin;date de fin"},
    {"person", false, "personne;matricule"},
    {"role", false, "rôle"},
    {"from", false, "du;depuis"},
    {"to", false, "au;jusqu'au"},
    {"quota", false, "quotité"},
    {NULL, false, NULL},
};

#define QUOTA_MAX 10000 /* hundredths of a percent */

struct known {
	json_t *structures, *workers, *supervisors;
	json_t *names; /* of the projects of this file, by reference_key */
};

static void unload(void *state)
{
	struct known *known = state;

	if (known == NULL)
		return;
	json_decref(known->structures);
	json_decref(known->workers);
	json_decref(known->supervisors);
	json_decref(known->names);
	free(known);
}

static int load(struct import *import, void **state, struct err *err)
{
	struct known *known = calloc(1, sizeof(*known));
	struct db *db = import->office->db;
	int rc;

	if ((*state = known) == NULL || (known->names = json_object()) == NULL)
		return err_nomem(err);
	if ((rc = reference_load(&known->structures, db, "structure", err)) <
		0 ||
	    (rc = reference_load(&known->workers, db, "worker", err)) < 0)
		return rc;
	return reference_load(&known->supervisors, db, "supervisor", err);
}

/* ---- checks ---- */

/* The day as ISO; false when there is none to read. */
static bool read_day(
    const struct csv *csv, size_t row, size_t column, char out[DATE_TEXT])
{
	const char *text = csv_field(csv, row, column);
	struct date date;

	out[0] = '\0';
	if (text[0] == '\0' || date_parse(&date, text, NULL) < 0)
		return false;
	date_format(&date, out);
	return true;
}

static void check_day(
    struct import *import, size_t row, size_t column, bool required)
{
	char day[DATE_TEXT];

	if (read_day(import->csv, row, column, day) ||
	    (!required && csv_field(import->csv, row, column)[0] == '\0'))
		return;
	import_row_fault(import, row, column,
	    L("jour jj/mm/aaaa ou aaaa-mm-jj attendu",
		"day dd/mm/yyyy or yyyy-mm-dd expected"));
}

static void check_order(
    struct import *import, size_t row, size_t start, size_t end)
{
	char first[DATE_TEXT], last[DATE_TEXT];

	if (read_day(import->csv, row, start, first) &&
	    read_day(import->csv, row, end, last) && strcmp(last, first) < 0)
		import_row_fault(
		    import, row, end, L("avant le début", "before the start"));
}

/* "62,5" or "62.5" percent, in hundredths; -1 for none that can be read. */
static int64_t read_quota(const char *text)
{
	char *end;
	long whole, part = 0;

	if (text[0] < '0' || text[0] > '9')
		return -1;
	whole = strtol(text, &end, 10);
	if ((*end == ',' || *end == '.') && end[1] >= '0' && end[1] <= '9') {
		part = 10L * (end[1] - '0');
		end += 2;
		if (*end >= '0' && *end <= '9')
			part += *end++ - '0';
	}
	while (*end == ' ' || *end == '%')
		end++;
	if (*end != '\0' || whole > 100 || whole * 100 + part > QUOTA_MAX)
		return -1;
	return whole * 100 + part;
}

static void check_person(
    struct import *import, const struct known *known, size_t row)
{
	const char *structure = csv_field(import->csv, row, STRUCTURE);
	const char *person = csv_field(import->csv, row, PERSON);
	const char *role = csv_field(import->csv, row, ROLE);
	const char *quota = csv_field(import->csv, row, QUOTA);

	if (person[0] == '\0')
		return;
	if (reference_get(known->workers, structure, person) == NULL &&
	    reference_get(known->supervisors, structure, person) == NULL)
		import_row_fault(import, row, PERSON,
		    L("ni salarié ni encadrant de cette structure : "
		      "importez-le d'abord",
			"neither a worker nor a supervisor of this structure: "
			"import them first"));
	if (strcmp(role, "staff") != 0 && strcmp(role, "beneficiary") != 0)
		import_row_fault(import, row, ROLE,
		    L("staff (personnel) ou beneficiary (participant) attendu",
			"staff or beneficiary expected"));
	check_day(import, row, FROM, false);
	check_day(import, row, TO, false);
	check_order(import, row, FROM, TO);
	if (quota[0] != '\0' && read_quota(quota) < 0)
		import_row_fault(import, row, QUOTA,
		    L("pourcentage de 0 à 100 attendu",
			"percentage from 0 to 100 expected"));
}

/* Rows of one project agree about its name. */
static void check_name(struct import *import, struct known *known, size_t row)
{
	const char *name = csv_field(import->csv, row, NAME);
	char key[REFERENCE_KEY_MAX];
	const char *before;

	reference_key(key, csv_field(import->csv, row, STRUCTURE),
	    csv_field(import->csv, row, PROJECT));
	before = json_text(known->names, key);
	if (before[0] != '\0' && strcmp(before, name) != 0)
		import_row_fault(import, row, NAME,
		    L("une ligne plus haut l'appelle autrement",
			"a row above calls it otherwise"));
	else if (!json_put_text(known->names, key, name))
		import->failed = true;
}

static void check(struct import *import, void *state, size_t row)
{
	struct known *known = state;
	bool place =
	    import_row_structure(import, row, STRUCTURE, known->structures);

	if (import_row_id(import, row, PROJECT) && place) {
		if (import_row_name(import, row, NAME, TEXT_NAME_MAX, true))
			check_name(import, known, row);
		check_person(import, known, row);
	}
	(void)import_row_name(import, row, FUND, 40, false);
	check_day(import, row, START, true);
	check_day(import, row, END, false);
	check_order(import, row, START, END);
}

/* ---- what is set ---- */

static json_t *project_members(const struct csv *csv, size_t row)
{
	char start[DATE_TEXT], end[DATE_TEXT];
	json_t *value = json_object();

	(void)read_day(csv, row, START, start);
	(void)read_day(csv, row, END, end);
	if (json_put_text(value, "name", csv_field(csv, row, NAME)) &&
	    import_put(value, "fund", csv_field(csv, row, FUND)) &&
	    json_put_text(value, "start", start) &&
	    import_put(value, "end", end))
		return value;
	json_decref(value);
	return NULL;
}

/* Without dates of its own a link lasts as long as the project. */
static json_t *link_members(const struct csv *csv, size_t row)
{
	const char *quota = csv_field(csv, row, QUOTA);
	char from[DATE_TEXT], to[DATE_TEXT];
	json_t *value = json_object();

	if (!read_day(csv, row, FROM, from))
		(void)read_day(csv, row, START, from);
	if (!read_day(csv, row, TO, to))
		(void)read_day(csv, row, END, to);
	if (json_put_text(value, "role", csv_field(csv, row, ROLE)) &&
	    json_put_text(value, "start", from) &&
	    import_put(value, "end", to) &&
	    (quota[0] == '\0' ||
		json_put_int(value, "quota", read_quota(quota))))
		return value;
	json_decref(value);
	return NULL;
}

static int apply(struct import *import, void *state, struct err *err)
{
	const struct csv *csv = import->csv;
	struct import_change project, link;
	int rc = 0;

	(void)state;
	for (size_t row = 0; rc == 0 && row < csv_rows(csv); row++) {
		const char *structure = csv_field(csv, row, STRUCTURE);
		const char *person = csv_field(csv, row, PERSON);
		const char *id = csv_field(csv, row, PROJECT);

		rc = import_merge(import, structure, "project", id, NULL,
		    project_members(csv, row), &project, err);
		if (rc == 0 && person[0] != '\0')
			rc = import_merge(import, structure, "project_link",
			    person, id, link_members(csv, row), &link, err);
		if (rc == 0)
			import_count(
			    import, row, person[0] != '\0' ? &link : &project);
	}
	return rc;
}

const struct import_part import_projects = {
    "projects", columns, load, check, apply, unload};
