#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/import/reference.h"
#include "server/report_part.h"
#include "server/import/people.h"
#include "shared/kind.h"
#include "shared/lang.h"
#include "shared/ledger.h"

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

/* What a slot's row needs, its texts borrowed. */
struct slot {
	const char *structure;
	const char *worker;
	const char *day;
	const char *slot;
	const char *kind;
	const char *site;
	const char *activity;
	int64_t minutes;
};

/* While the month is read. */
struct reading {
	struct report *report;
	const char *structure;       /* the only one to count, or NULL */
	const struct signer *signer; /* counts its own structures; or NULL */
	struct people *people;
	json_t *crews;
	json_t *sites;
	json_t *structures;
	json_t *places; /* key to its row's index */

	/* The payable slot last read waits until the next worker, day or
	 * slot: a second structure may have it too. */
	json_t *texts; /* what its texts are borrowed from */
	struct slot waiting;
	bool is_waiting;
	bool doubled;
};

static void reading_clear(struct reading *reading)
{
	people_free(reading->people);
	json_decref(reading->crews);
	json_decref(reading->sites);
	json_decref(reading->structures);
	json_decref(reading->places);
	json_decref(reading->texts);
}

static const char *crew_of(const struct person *person, const struct slot *slot)
{
	return person != NULL ? people_crew(person, slot->day) : "";
}

/* The slot's own site or its crew's. */
static const char *site_of(const struct reading *reading,
    const struct person *person, const struct slot *slot)
{
	if (slot->site[0] != '\0')
		return slot->site;
	return json_text(reference_get(reading->crews, slot->structure,
			     crew_of(person, slot)),
	    "site");
}

static const char *key_of(const struct reading *reading,
    const struct person *person, const struct slot *slot)
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

static const json_t *named_by(const struct reading *reading)
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
static void add_name(struct buf *out, const struct reading *reading,
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
static int add_row(
    struct reading *reading, const char *key, struct buf *name, struct err *err)
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

static int find_row(struct reading *reading, const struct slot *slot,
    struct report_row **out, struct err *err)
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

static bool is_payable(const struct slot *slot)
{
	const struct kind *kind = kind_by_slug(slot->kind);

	return kind != NULL && kind->paid && slot->minutes > 0;
}

static bool is_counted(const struct reading *reading, const char *structure)
{
	if (reading->signer != NULL && !signer_may(reading->signer, structure))
		return false;
	return reading->structure == NULL ||
	       strcmp(reading->structure, structure) == 0;
}

static int count(struct reading *reading, const struct slot *slot,
    bool contested, struct err *err)
{
	struct report *report = reading->report;
	struct report_row *row;
	int rc;

	if (!is_counted(reading, slot->structure))
		return 0;
	if ((rc = find_row(reading, slot, &row, err)) < 0)
		return rc;
	if (contested) {
		row->contested++;
		report->contested++;
		return 0;
	}
	if (!json_put_int(row->kinds, slot->kind,
		json_int(row->kinds, slot->kind, 0) + slot->minutes))
		return err_nomem(err);
	if (is_payable(slot)) {
		row->minutes += slot->minutes;
		report->minutes += slot->minutes;
	}
	return 0;
}

/* ---- the same slot under two structures ---- */

static int settle(struct reading *reading, struct err *err)
{
	int rc = 0;

	if (reading->is_waiting)
		rc = count(reading, &reading->waiting, reading->doubled, err);
	reading->is_waiting = false;
	reading->doubled = false;
	return rc;
}

static bool is_same_slot(const struct slot *a, const struct slot *b)
{
	return strcmp(a->worker, b->worker) == 0 &&
	       strcmp(a->day, b->day) == 0 && strcmp(a->slot, b->slot) == 0;
}

static bool keep_text(
    struct reading *reading, const char *key, const char **text)
{
	if (!json_put_text(reading->texts, key, *text))
		return false;
	*text = json_text(reading->texts, key);
	return true;
}

static int hold(
    struct reading *reading, const struct slot *slot, struct err *err)
{
	struct slot *waiting = &reading->waiting;

	*waiting = *slot;
	if (!keep_text(reading, "structure", &waiting->structure) ||
	    !keep_text(reading, "worker", &waiting->worker) ||
	    !keep_text(reading, "day", &waiting->day) ||
	    !keep_text(reading, "slot", &waiting->slot) ||
	    !keep_text(reading, "kind", &waiting->kind) ||
	    !keep_text(reading, "site", &waiting->site) ||
	    !keep_text(reading, "activity", &waiting->activity))
		return err_nomem(err);
	reading->is_waiting = true;
	return 0;
}

static int take_merged(
    struct reading *reading, const struct slot *slot, struct err *err)
{
	int rc;

	if (!is_payable(slot))
		return count(reading, slot, false, err);
	if (reading->is_waiting && is_same_slot(&reading->waiting, slot)) {
		reading->doubled = true;
		return count(reading, slot, true, err);
	}
	rc = settle(reading, err);
	return rc < 0 ? rc : hold(reading, slot, err);
}

static int take(void *context, const struct record_row *row, struct err *err)
{
	struct reading *reading = context;
	const struct slot slot = {
	    .structure = row->structure,
	    .worker = row->subject,
	    .day = row->day,
	    .slot = row->slot,
	    .kind = row->kind,
	    .site = row->site,
	    .activity = row->activity,
	    .minutes = row->minutes,
	};
	bool known =
	    people_find(reading->people, row->structure, row->subject) != NULL;
	bool contested = strcmp(row->state, RECORD_CONTESTED) == 0;

	if (strcmp(row->state, RECORD_UNKNOWN) == 0 || (contested && !known)) {
		if (is_counted(reading, row->structure))
			reading->report->unknown++;
		return 0;
	}
	if (contested)
		return count(reading, &slot, true, err);
	if (strcmp(row->state, RECORD_MERGED) == 0)
		return take_merged(reading, &slot, err);
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

static int check_structure(const struct reading *reading, struct err *err)
{
	const char *id = reading->structure;

	if (id == NULL || reference_get(reading->structures, id, id) != NULL)
		return 0;
	return err_set(err, E_NOT_FOUND,
	    L("structure « %.60s » inconnue : vérifiez l'identifiant",
		"unknown structure \"%.60s\": check the identifier"),
	    id);
}

static int prepare(struct reading *reading, struct db *db, struct err *err)
{
	int rc;

	reading->places = json_object();
	reading->texts = json_object();
	if (reading->places == NULL || reading->texts == NULL)
		return err_nomem(err);
	if ((rc = reference_load(&reading->structures, db, "structure", err)) <
		0 ||
	    (rc = check_structure(reading, err)) < 0 ||
	    (rc = reference_load(&reading->sites, db, "site", err)) < 0 ||
	    (rc = reference_load(&reading->crews, db, "crew", err)) < 0)
		return rc;
	return people_load(&reading->people, db, NULL, err);
}

static int compare_rows(const void *a, const void *b)
{
	return strcmp(((const struct report_row *)a)->key,
	    ((const struct report_row *)b)->key);
}

static int read_month(struct reading *reading, struct db *db, const char *first,
    const char *last, struct err *err)
{
	struct report *report = reading->report;
	int rc;

	if ((rc = prepare(reading, db, err)) < 0 ||
	    (rc = ledger_days(
		 db, NULL, "hours", first, last, take, reading, err)) < 0 ||
	    (rc = settle(reading, err)) < 0)
		return rc;
	if (report->count > 0)
		qsort(report->rows, report->count, sizeof(*report->rows),
		    compare_rows);
	return 0;
}

int report_month(struct office *office, const char *month, const char *by,
    const char *structure, struct report **out, struct err *err)
{
	struct reading reading = {
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
