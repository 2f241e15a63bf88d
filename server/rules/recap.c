#include <string.h>

#include "server/import/reference.h"
#include "server/rules/load.h"
#include "server/rules/rules.h"
#include "server/rules/week.h"
#include "shared/hours.h"
#include "shared/lang.h"
#include "shared/ledger.h"

#define DAYS_WEEK 7

struct recap {
	struct office *office;
	const struct rules_places *places;
	const char *structure;
	const char *worker;
	int64_t monday;
	json_t *days[DAYS_WEEK]; /* owned */
	json_t *kinds, *labels;  /* owned */
	int64_t total, effective, paid, contested;
};

static bool add_to(json_t *object, const char *key, int64_t minutes)
{
	return json_put_int(object, key, json_int(object, key, 0) + minutes);
}

static json_t *slot_json(
    const struct recap *recap, const struct record_row *row)
{
	const struct kind *kind = kind_by_slug(row->kind);
	json_t *value = NULL, *out;

	if (reference_value(&value, row, NULL) < 0)
		return NULL;
	out = json_pack("{s:s,s:s,s:s,s:I,s:s,s:s,s:I,s:s,s:s,s:s}", "slot",
	    row->slot, "kind", row->kind, "label",
	    kind != NULL ? kind_label(kind) : row->kind, "minutes",
	    (json_int_t)row->minutes, "start", json_text(value, "start"), "end",
	    json_text(value, "end"), "break",
	    (json_int_t)json_int(value, "break", 0), "site", row->site,
	    "site_name",
	    json_text(
		reference_get(recap->places->sites, row->structure, row->site),
		"name"),
	    "activity", row->activity);
	json_decref(value);
	return out;
}

static bool count(
    struct recap *recap, json_t *day, const struct record_row *row)
{
	const struct kind *kind = kind_by_slug(row->kind);
	bool effective = kind != NULL && kind->effective;

	recap->total += row->minutes;
	recap->effective += effective ? row->minutes : 0;
	recap->paid += kind != NULL && kind->paid ? row->minutes : 0;
	return json_array_append_new(
		   json_object_get(day, "slots"), slot_json(recap, row)) == 0 &&
	       add_to(json_object_get(day, "kinds"), row->kind, row->minutes) &&
	       add_to(recap->kinds, row->kind, row->minutes) &&
	       json_put_text(recap->labels, row->kind,
		   kind != NULL ? kind_label(kind) : row->kind) &&
	       add_to(day, "total", row->minutes) &&
	       add_to(day, "effective", effective ? row->minutes : 0);
}

static int note_slot(
    void *context, const struct record_row *row, struct err *err)
{
	struct recap *recap = context;
	int64_t index = day_number(row->day, -1) - recap->monday;
	bool contested = strcmp(row->state, RECORD_CONTESTED) == 0, done;

	if (strcmp(row->subject, recap->worker) != 0 || index < 0 ||
	    index >= DAYS_WEEK ||
	    (!contested && strcmp(row->state, RECORD_MERGED) != 0))
		return 0;
	if (contested) {
		recap->contested++;
		done = add_to(recap->days[index], "contested", 1);
	} else {
		done = count(recap, recap->days[index], row);
	}
	return done ? 0 : err_nomem(err);
}

static int begin(struct recap *recap, struct err *err)
{
	recap->kinds = json_object();
	recap->labels = json_object();
	for (int i = 0; i < DAYS_WEEK; i++) {
		char day[DATE_TEXT];

		day_format(recap->monday + i, day);
		recap->days[i] = json_pack("{s:s,s:[],s:{},s:i,s:i,s:i}", "day",
		    day, "slots", "kinds", "total", 0, "effective", 0,
		    "contested", 0);
		if (recap->days[i] == NULL)
			return err_nomem(err);
	}
	return recap->kinds != NULL && recap->labels != NULL ? 0
	                                                     : err_nomem(err);
}

/* The weekly minutes of the contract that covers the whole week; null when
 * none does. */
static json_t *agreed_json(const struct rules_person *person, int64_t monday)
{
	for (size_t i = person->contract_count; i > 0; i--) {
		const struct rules_contract *contract =
		    &person->contracts[i - 1];

		if (contract->weekly > 0 &&
		    (contract->start == RULES_UNKNOWN ||
			contract->start <= monday) &&
		    (contract->end == RULES_UNKNOWN ||
			contract->end >= monday + DAYS_WEEK - 1))
			return json_integer(contract->weekly);
	}
	return json_null();
}

static int finish(struct recap *recap, const struct rules_item *item,
    json_t **out, struct err *err)
{
	char from[DATE_TEXT], to[DATE_TEXT], week[WEEK_TEXT];
	char before[WEEK_TEXT], after[WEEK_TEXT];
	struct buf name = BUF_INIT;
	json_t *days = json_array();
	int rc;

	day_format(recap->monday, from);
	day_format(recap->monday + DAYS_WEEK - 1, to);
	week_format(recap->monday, week);
	week_format(recap->monday - DAYS_WEEK, before);
	week_format(recap->monday + DAYS_WEEK, after);
	people_name(&name, item->who);
	for (int i = 0; i < DAYS_WEEK; i++) {
		if (json_array_append(days, recap->days[i]) < 0) {
			rc = err_nomem(err);
			goto out;
		}
	}
	if ((rc = buf_check(&name, err)) < 0)
		goto out;
	*out = json_pack("{s:i,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:O,s:O,s:O,"
			 "s:I,s:I,s:I,s:I,s:o}",
	    "schema", 1, "structure", recap->structure, "structure_name",
	    json_text(reference_get(recap->places->structures, recap->structure,
			  recap->structure),
		"name"),
	    "worker", recap->worker, "name", buf_text(&name), "week", week,
	    "before", before, "after", after, "from", from, "to", to, "days",
	    days, "kinds", recap->kinds, "labels", recap->labels, "total",
	    (json_int_t)recap->total, "effective", (json_int_t)recap->effective,
	    "paid", (json_int_t)recap->paid, "contested",
	    (json_int_t)recap->contested, "agreed",
	    agreed_json(&item->person, recap->monday));
	if (*out == NULL)
		rc = err_nomem(err);
out:
	json_decref(days);
	buf_free(&name);
	return rc;
}

static int read_week(struct recap *recap, json_t **out, struct err *err)
{
	const struct rules_month week = {
	    recap->monday, recap->monday + DAYS_WEEK - 1, 0};
	char from[DATE_TEXT], to[DATE_TEXT];
	struct rules_staff *staff = NULL;
	int rc;

	day_format(week.first, from);
	day_format(week.last, to);
	if ((rc = begin(recap, err)) < 0 ||
	    (rc = rules_staff_load(&staff, recap->office, recap->places,
		 recap->structure, recap->worker, &week, err)) < 0)
		goto out;
	if (rules_staff_count(staff) == 0) {
		rc = err_set(err, E_NOT_FOUND,
		    L("salarié « %.60s » inconnu : vérifiez l'identifiant",
			"unknown worker \"%.60s\": check the identifier"),
		    recap->worker);
		goto out;
	}
	if ((rc = ledger_subject(recap->office->db, recap->structure, "hours",
		 recap->worker, note_slot, recap, err)) == 0)
		rc = finish(recap, rules_staff_at(staff, 0), out, err);
out:
	for (int i = 0; i < DAYS_WEEK; i++)
		json_decref(recap->days[i]);
	json_decref(recap->kinds);
	json_decref(recap->labels);
	rules_staff_free(staff);
	return rc;
}

/* The one structure that has such a worker. */
static int find_structure(
    struct recap *recap, struct people **people, struct err *err)
{
	int rc = people_load(people, recap->office->db, NULL, err);

	for (size_t i = 0; rc == 0 && i < people_count(*people); i++) {
		const struct person *person = people_at(*people, i);

		if (strcmp(person->id, recap->worker) != 0)
			continue;
		if (recap->structure != NULL)
			return err_set(err, E_USAGE,
			    L("« %.60s » est dans %s et dans %s : ajoutez "
			      "--structure",
				"\"%.60s\" is in %s and in %s: add "
				"--structure"),
			    recap->worker, recap->structure, person->structure);
		recap->structure = person->structure;
	}
	if (rc == 0 && recap->structure == NULL)
		rc = err_set(err, E_NOT_FOUND,
		    L("salarié « %.60s » inconnu : vérifiez l'identifiant",
			"unknown worker \"%.60s\": check the identifier"),
		    recap->worker);
	return rc;
}

int rules_recap(struct office *office, const char *structure,
    const char *worker, const char *week, json_t **out, struct err *err)
{
	struct rules_places places = {NULL, NULL, NULL};
	struct recap recap = {
	    .office = office,
	    .places = &places,
	    .structure = structure,
	    .worker = worker,
	};
	struct people *people = NULL;
	int rc = week_parse(&recap.monday, week, err);

	*out = NULL;
	if (rc == 0)
		rc = rules_places_load(&places, office, err);
	if (rc == 0 && structure == NULL)
		rc = find_structure(&recap, &people, err);
	if (rc == 0)
		rc = read_week(&recap, out, err);
	people_free(people);
	rules_places_clear(&places);
	return rc;
}
