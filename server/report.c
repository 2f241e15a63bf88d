#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/import/reference.h"
#include "server/report_part.h"
#include "shared/lang.h"

const struct report_dimension report_dimensions[] = {
    {"worker", "Salarié", "Worker", "", ""},
    {"site", "Chantier", "Site", "(sans chantier)", "(no site)"},
    {"crew", "Équipe", "Crew", "(sans équipe)", "(no crew)"},
    {"activity", "Activité", "Activity", "(sans activité)", "(no activity)"},
    {"structure", "Structure", "Structure", "", ""},
};

#define DIMENSIONS (sizeof(report_dimensions) / sizeof(report_dimensions[0]))

void report_free(struct report *report)
{
	if (report == NULL)
		return;
	for (size_t i = 0; i < report->count; i++) {
		free(report->rows[i].key);
		free(report->rows[i].name);
		json_decref(report->rows[i].kinds);
	}
	free(report->rows);
	free(report);
}

/* ---- adding up ---- */

static void reading_clear(struct report_reading *reading)
{
	people_free(reading->people);
	json_decref(reading->crews);
	json_decref(reading->sites);
	json_decref(reading->structures);
	json_decref(reading->places);
	json_decref(reading->texts);
	json_decref(reading->shared);
}

static const char *crew_of(
    const struct person *person, const struct report_slot *slot)
{
	return person != NULL ? people_crew(person, slot->day) : "";
}

/* The slot's own site or its crew's. */
static const char *site_of(const struct report_reading *reading,
    const struct person *person, const struct report_slot *slot)
{
	if (slot->site[0] != '\0')
		return slot->site;
	return json_text(reference_get(reading->crews, slot->structure,
			     crew_of(person, slot)),
	    "site");
}

static const char *key_of(const struct report_reading *reading,
    const struct person *person, const struct report_slot *slot)
{
	switch (reading->report->by) {
	case BY_WORKER:
		return slot->worker;
	case BY_SITE:
		return site_of(reading, person, slot);
	case BY_CREW:
		return crew_of(person, slot);
	case BY_ACTIVITY:
		return slot->activity;
	case BY_STRUCTURE:
		return slot->structure;
	}
	return "";
}

static const json_t *named_by(const struct report_reading *reading)
{
	switch (reading->report->by) {
	case BY_SITE:
		return reading->sites;
	case BY_CREW:
		return reading->crews;
	case BY_STRUCTURE:
		return reading->structures;
	case BY_WORKER:
	case BY_ACTIVITY:
		break;
	}
	return NULL;
}

/* What people call ${key}; the key itself when nothing is known. */
static void add_name(struct buf *out, const struct report_reading *reading,
    const struct person *person, const char *structure, const char *key)
{
	enum dimension by = reading->report->by;

	if (by == BY_WORKER && person != NULL)
		people_name(out, person);
	else
		buf_add_text(out,
		    json_text(reference_get(named_by(reading), structure, key),
			"name"));
	if (out->len == 0)
		buf_add_text(out, key);
	if (out->len == 0)
		buf_add_text(out, L(report_dimensions[by].none_fr,
				      report_dimensions[by].none_en));
}

static int grow(struct report *report, struct err *err)
{
	size_t room = report->room == 0 ? 64 : 2 * report->room;
	struct report_row *rows;

	if (report->count < report->room)
		return 0;
	rows = reallocarray(report->rows, room, sizeof(*rows));
	if (rows == NULL)
		return err_nomem(err);
	report->rows = rows;
	report->room = room;
	return 0;
}

/* Begin the row of ${key}. */
static int add_row(struct report_reading *reading, const char *key,
    struct buf *name, struct err *err)
{
	struct report *report = reading->report;
	struct report_row *row;
	int rc;

	if ((rc = grow(report, err)) < 0)
		return rc;
	row = &report->rows[report->count];
	*row = (struct report_row){
	    .key = strdup(key),
	    .name = buf_take(name),
	    .kinds = json_object(),
	};
	report->count++;
	if (row->key == NULL || row->name == NULL || row->kinds == NULL ||
	    !json_put_int(reading->places, key, (int64_t)report->count - 1))
		return err_nomem(err);
	return 0;
}

int report_row_find(struct report_reading *reading,
    const struct report_slot *slot, struct report_row **out, struct err *err)
{
	const struct person *person =
	    people_find(reading->people, slot->structure, slot->worker);
	const char *key = key_of(reading, person, slot);
	int64_t index = json_int(reading->places, key, -1);
	struct buf name = BUF_INIT;
	int rc;

	if (index < 0) {
		add_name(&name, reading, person, slot->structure, key);
		if ((rc = add_row(reading, key, &name, err)) < 0) {
			buf_free(&name);
			return rc;
		}
		index = (int64_t)reading->report->count - 1;
	}
	*out = &reading->report->rows[index];
	return 0;
}

/* ---- a month ---- */

static int find_dimension(enum dimension *out, const char *by, struct err *err)
{
	for (size_t i = 0; i < DIMENSIONS; i++) {
		if (strcmp(report_dimensions[i].name, by) == 0) {
			*out = (enum dimension)i;
			return 0;
		}
	}
	return err_set(err, E_USAGE,
	    L("par « %.60s » ? Choisissez worker, site, crew, activity ou "
	      "structure",
		"by \"%.60s\"? Choose worker, site, crew, activity or "
		"structure"),
	    by);
}

static int check_structure(
    const struct report_reading *reading, struct err *err)
{
	const char *id = reading->structure;

	if (id == NULL || reference_get(reading->structures, id, id) != NULL)
		return 0;
	return err_set(err, E_NOT_FOUND,
	    L("structure « %.60s » inconnue : vérifiez l'identifiant",
		"unknown structure \"%.60s\": check the identifier"),
	    id);
}

static int prepare(
    struct report_reading *reading, struct db *db, struct err *err)
{
	enum dimension by = reading->report->by;
	int rc;

	reading->places = json_object();
	reading->texts = json_object();
	reading->shared = json_object();
	if (reading->places == NULL || reading->texts == NULL ||
	    reading->shared == NULL)
		return err_nomem(err);
	if ((rc = reference_load(&reading->structures, db, "structure", err)) <
		0 ||
	    (rc = check_structure(reading, err)) < 0)
		return rc;
	if (by == BY_SITE)
		rc = reference_load(&reading->sites, db, "site", err);
	if (rc == 0 && (by == BY_SITE || by == BY_CREW))
		rc = reference_load(&reading->crews, db, "crew", err);
	return rc < 0
	           ? rc
	           : people_load(&reading->people, db, reading->structure, err);
}

static int compare_rows(const void *a, const void *b)
{
	return strcmp(((const struct report_row *)a)->key,
	    ((const struct report_row *)b)->key);
}

static int read_month(struct report_reading *reading, struct db *db,
    const char *first, const char *last, struct err *err)
{
	struct report *report = reading->report;
	int rc;

	if ((rc = prepare(reading, db, err)) < 0 ||
	    (rc = report_read(reading, db, first, last, err)) < 0)
		return rc;
	if (report->count > 0)
		qsort(report->rows, report->count, sizeof(*report->rows),
		    compare_rows);
	return 0;
}

int report_month(struct office *office, const char *month, const char *by,
    const char *structure, struct report **out, struct err *err)
{
	struct report_reading reading = {
	    .structure = structure, .signer = office->signer};
	char first[DATE_TEXT], last[DATE_TEXT];
	enum dimension dimension = BY_WORKER;
	int rc;

	*out = NULL;
	if ((rc = find_dimension(&dimension, by, err)) < 0 ||
	    (rc = date_parse_month(month, first, last, err)) < 0)
		return rc;
	if ((reading.report = calloc(1, sizeof(*reading.report))) == NULL)
		return err_nomem(err);
	reading.report->by = dimension;
	(void)snprintf(
	    reading.report->month, MONTH_TEXT, "%.*s", MONTH_TEXT - 1, first);
	rc = read_month(&reading, office->db, first, last, err);
	reading_clear(&reading);
	if (rc < 0)
		report_free(reading.report);
	else
		*out = reading.report;
	return rc;
}
