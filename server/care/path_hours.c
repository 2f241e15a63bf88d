/*
 * A worker's weeks: payable minutes, and absences by their coarse kind.
 */
#include <stdio.h>
#include <string.h>

#include "server/care/leave.h"
#include "server/care/path.h"
#include "server/contracts.h"
#include "shared/kind.h"
#include "shared/lang.h"
#include "shared/ledger.h"

#define WEEK_DAYS 7
#define WEEK_TEXT 24 /* "2026-W47", and room for any number */

struct weeks {
	const struct care_worker *worker;
	int64_t monday; /* of the first week */
	char first[DATE_TEXT], last[DATE_TEXT];
	int64_t minutes[PATH_WEEKS];
	int64_t contested[PATH_WEEKS];
	/* Between these days somebody is here; "" when open. */
	char since[DATE_TEXT], until[DATE_TEXT];
	char hours_since[DATE_TEXT]; /* the first day noted here, ever */
	json_t *absences;            /* owned: slug to {"slots","minutes"} */
	json_t *elsewhere; /* owned: payable slots of other structures */
};

static int add_absence(struct weeks *weeks, const struct record_row *row,
    const struct kind *kind, struct err *err)
{
	json_t *sum = json_object_get(weeks->absences, row->kind);

	if (sum == NULL) {
		sum = json_pack("{s:s, s:i, s:i}", "label", kind_label(kind),
		    "slots", 0, "minutes", 0);
		if (!json_put(weeks->absences, row->kind, sum))
			return err_nomem(err);
	}
	if (!json_put_int(sum, "slots", json_int(sum, "slots", 0) + 1) ||
	    !json_put_int(
		sum, "minutes", json_int(sum, "minutes", 0) + row->minutes))
		return err_nomem(err);
	return 0;
}

static bool is_payable(const struct record_row *row, const struct kind *kind)
{
	return strcmp(row->state, RECORD_MERGED) == 0 && kind != NULL &&
	       kind->paid && row->minutes > 0;
}

/* A slot that is payable under two structures is paid by none. */
static int take_elsewhere(
    void *context, const struct record_row *row, struct err *err)
{
	struct weeks *weeks = context;

	if (strcmp(row->structure, weeks->worker->structure) == 0 ||
	    !is_payable(row, kind_by_slug(row->kind)))
		return 0;
	return json_put(weeks->elsewhere, row->record, json_true())
	           ? 0
	           : err_nomem(err);
}

static int take(void *context, const struct record_row *row, struct err *err)
{
	struct weeks *weeks = context;
	const struct kind *kind = kind_by_slug(row->kind);
	size_t week;

	/* Rows come by day: the first one is told before the span begins. */
	if (weeks->hours_since[0] == '\0' &&
	    strcmp(row->state, RECORD_EMPTY) != 0)
		text_copy(
		    weeks->hours_since, sizeof(weeks->hours_since), row->day);
	if (strcmp(row->day, weeks->first) < 0 ||
	    strcmp(row->day, weeks->last) > 0)
		return 0;
	week = (size_t)((care_days(row->day) - weeks->monday) / WEEK_DAYS);
	if (strcmp(row->state, RECORD_CONTESTED) == 0)
		weeks->contested[week] += row->minutes;
	if (strcmp(row->state, RECORD_MERGED) != 0 || kind == NULL)
		return 0;
	if (is_payable(row, kind)) {
		if (json_object_get(weeks->elsewhere, row->record) != NULL)
			weeks->contested[week] += row->minutes;
		else
			weeks->minutes[week] += row->minutes;
	}
	return kind->absence ? add_absence(weeks, row, kind, err) : 0;
}

/* ---- when somebody is here ---- */

/* Nobody is expected after leaving. */
static int read_exit(
    struct weeks *weeks, struct office *office, struct err *err)
{
	struct care_note exit;
	bool found;
	int rc = leave_current(&exit, office, weeks->worker, &found, err);

	if (rc == 0 && found &&
	    (weeks->until[0] == '\0' ||
		strcmp(json_text(exit.value, "day"), weeks->until) < 0))
		text_copy(weeks->until, sizeof(weeks->until),
		    json_text(exit.value, "day"));
	care_note_clear(&exit);
	return rc;
}

static int read_stay(
    struct weeks *weeks, struct office *office, struct err *err)
{
	const struct care_worker *worker = weeks->worker;
	struct contracts *contracts = NULL;
	const json_t *list;
	int rc = contracts_load(&contracts, office->db, worker->structure, err);

	if (rc < 0)
		return rc;
	list = contracts_list(contracts, worker->structure, worker->worker);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *value =
		    json_object_get(json_array_get(list, i), "value");
		const char *end = contract_last(value);

		if (i == 0)
			text_copy(weeks->since, sizeof(weeks->since),
			    json_text(value, "start"));
		if (end[0] == '\0')
			end = "9999-12-31";
		if (strcmp(end, weeks->until) > 0)
			text_copy(weeks->until, sizeof(weeks->until), end);
	}
	contracts_free(contracts);
	return read_exit(weeks, office, err);
}

/* From the first whole week of the contract that has hours here: what came
 * before was noted somewhere else, or nowhere; that is no absence. */
static bool is_expected(
    const struct weeks *weeks, const char *monday, const char *sunday)
{
	const char *since = strcmp(weeks->since, weeks->hours_since) > 0
	                        ? weeks->since
	                        : weeks->hours_since;

	return weeks->hours_since[0] != '\0' && strcmp(since, monday) <= 0 &&
	       strcmp(sunday, weeks->last) < 0 &&
	       (weeks->until[0] == '\0' || strcmp(sunday, weeks->until) <= 0);
}

/* ---- telling ---- */

/* The ISO week of a Monday: its Thursday's year and week. */
static void week_name(int64_t monday, char out[WEEK_TEXT])
{
	struct date thursday = date_from_days(monday + 3);
	const struct date first = {thursday.year, 1, 1};
	int number = (int)((monday + 3 - date_days(&first)) / WEEK_DAYS) + 1;

	(void)snprintf(out, WEEK_TEXT, "%04d-W%02d", thursday.year, number);
}

static json_t *tell_weeks(const struct weeks *weeks)
{
	json_t *out = json_array();

	for (size_t i = 0; i < PATH_WEEKS; i++) {
		int64_t day = weeks->monday + (int64_t)i * WEEK_DAYS;
		struct date first = date_from_days(day);
		struct date last = date_from_days(day + WEEK_DAYS - 1);
		char monday[DATE_TEXT], sunday[DATE_TEXT], name[WEEK_TEXT];
		bool expected;

		date_format(&first, monday);
		date_format(&last, sunday);
		week_name(day, name);
		expected = is_expected(weeks, monday, sunday);
		if (json_array_append_new(out,
			json_pack("{s:s, s:s, s:I, s:I, s:b, s:b}", "week",
			    name, "monday", monday, "minutes",
			    (json_int_t)weeks->minutes[i], "contested",
			    (json_int_t)weeks->contested[i], "expected",
			    expected, "under",
			    expected &&
				weeks->minutes[i] < PATH_WEEK_MINUTES)) < 0) {
			json_decref(out);
			return NULL;
		}
	}
	return out;
}

static void set_span(struct weeks *weeks, const struct office *office)
{
	struct date today, first;

	date_local(os_now_s(office->os), &today);
	weeks->monday = date_days(&today) - (date_weekday(&today) - 1) -
	                (int64_t)(PATH_WEEKS - 1) * WEEK_DAYS;
	first = date_from_days(weeks->monday);
	date_format(&first, weeks->first);
	date_format(&today, weeks->last);
}

int path_hours(struct office *office, const struct care_worker *worker,
    json_t *page, struct err *err)
{
	struct weeks weeks = {.worker = worker,
	    .absences = json_object(),
	    .elsewhere = json_object()};
	int rc;

	if (weeks.absences == NULL || weeks.elsewhere == NULL) {
		rc = err_nomem(err);
		goto out;
	}
	set_span(&weeks, office);
	if ((rc = read_stay(&weeks, office, err)) < 0 ||
	    (rc = ledger_subject(office->db, NULL, "hours", worker->worker,
		 take_elsewhere, &weeks, err)) < 0 ||
	    (rc = ledger_subject(office->db, worker->structure, "hours",
		 worker->worker, take, &weeks, err)) < 0)
		goto out;
	if (!json_put(page, "weeks", tell_weeks(&weeks)) ||
	    !json_put_int(page, "week_minutes", PATH_WEEK_MINUTES) ||
	    !json_put(page, "absences", json_incref(weeks.absences)))
		rc = err_nomem(err);
out:
	json_decref(weeks.absences);
	json_decref(weeks.elsewhere);
	return rc;
}
