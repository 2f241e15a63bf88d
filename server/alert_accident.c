#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "server/alert.h"
#include "server/alert_accident.h"
#include "server/import/people.h"
#include "server/store/oddities.h"
#include "shared/date.h"
#include "shared/deadline.h"
#include "shared/hours.h"
#include "shared/lang.h"
#include "shared/ledger.h"
#include "shared/ledger_device.h"

#define DAY_S 86400

struct accidents {
	struct office *office;
	struct people *people;
	json_t *rows;
	char now[DEADLINE_TEXT]; /* civil time, as deadlines are */
	int64_t now_s;
	/* The last accident told, for the absences that follow it. */
	char structure[TEXT_ID_MAX + 1];
	char worker[TEXT_ID_MAX + 1];
	int64_t day;
	const struct oddity_slot *slot; /* being told */
	bool in_slot; /* an accident of this slot was told, at */
	char time[CLOCK_TEXT];
};

static void read_clock(struct accidents *accidents)
{
	char day[DATE_TEXT], clock[CLOCK_TEXT];
	struct date date;

	date_local(accidents->now_s, &date);
	date_format(&date, day);
	clock_format(clock_local(accidents->now_s), clock);
	(void)snprintf(
	    accidents->now, sizeof(accidents->now), "%sT%s", day, clock);
}

static void add_name(struct buf *out, const struct accidents *accidents)
{
	const struct person *person = people_find(accidents->people,
	    accidents->slot->structure, accidents->slot->worker);

	if (person != NULL)
		people_name(out, person);
	else
		buf_add_text(out, accidents->slot->worker);
}

/* "accident du travail : Fatou Diallo (V01), le 2026-11-20 à 10:20 ; …" */
static void add_text(struct buf *out, const struct accidents *accidents,
    const struct entry *entry, const char *name)
{
	const char *time = json_text(entry->value, "start");

	buf_printf(out,
	    L("accident du travail : %s (%s), le %s%s%s",
		"accident at work: %s (%s), on %s%s%s"),
	    name, accidents->slot->worker, accidents->slot->day,
	    time[0] != '\0' ? L(" à ", " at ") : "", time);
	if (entry->note[0] != '\0')
		buf_printf(out, L(" ; %s", "; %s"), entry->note);
	if (out->len > 0)
		text_tidy(out->data);
}

static void add_todo(struct buf *out, const char *deadline, bool overdue)
{
	buf_printf(out,
	    L("déclarez-le à la caisse du salarié avant le %.10s à %s%s (%d h, "
	      "dimanches et jours fériés non compris ; %s)",
		"declare it to the worker's insurance fund before %.10s, %s%s "
		"(%d h, Sundays and public holidays left out; %s)"),
	    deadline, deadline + DATE_TEXT,
	    overdue ? L(", délai dépassé", ", which is past") : "",
	    DEADLINE_ACCIDENT_HOURS, DEADLINE_ACCIDENT_SOURCE);
}

/* Unknown hours count from the day's beginning: never too late. */
static void find_deadline(const struct accidents *accidents,
    const struct entry *entry, char out[DEADLINE_TEXT])
{
	struct hours hours;
	struct date day;

	out[0] = '\0';
	hours_read(&hours, entry->value);
	if (date_parse(&day, accidents->slot->day, NULL) == 0)
		deadline_accident(
		    &day, hours.start >= 0 ? hours.start : 0, out);
}

static int put_row(struct accidents *accidents, const struct entry *entry,
    const char *since, const char *device, struct err *err)
{
	const struct oddity_slot *slot = accidents->slot;
	struct buf name = BUF_INIT, text = BUF_INIT, todo = BUF_INIT;
	char deadline[DEADLINE_TEXT];
	bool overdue;
	int rc;

	find_deadline(accidents, entry, deadline);
	overdue = strcmp(accidents->now, deadline) > 0;
	add_name(&name, accidents);
	if ((rc = buf_check(&name, err)) < 0)
		goto out;
	add_text(&text, accidents, entry, buf_text(&name));
	add_todo(&todo, deadline, overdue);
	if ((rc = buf_check(&text, err)) < 0 ||
	    (rc = buf_check(&todo, err)) < 0)
		goto out;
	if (json_array_append_new(accidents->rows,
		json_pack("{s:s,s:s,s:s,s:s,s:I,s:s,s:s,s:s,s:s,s:s,s:s,s:s,"
			  "s:s,s:s,s:b}",
		    "alert", ALERT_ACCIDENT, "structure", slot->structure,
		    "device", entry->device, "name", device, "count",
		    (json_int_t)1, "since", since, "text", buf_text(&text),
		    "todo", buf_text(&todo), "worker", slot->worker,
		    "worker_name", buf_text(&name), "day", slot->day, "slot",
		    slot->slot, "time", json_text(entry->value, "start"),
		    "deadline", deadline, "overdue", overdue)) < 0)
		rc = err_nomem(err);
out:
	buf_free(&name);
	buf_free(&text);
	buf_free(&todo);
	return rc;
}

static int tell(
    struct accidents *accidents, const struct entry *entry, struct err *err)
{
	struct office *office = accidents->office;
	struct device device;
	char since[STAMP_TEXT] = "";
	int64_t received;
	int rc;

	if ((rc = oddities_record_time(office->db, accidents->slot->structure,
		 entry->record, &received, err)) < 0 ||
	    (rc = ledger_device(office->db, accidents->slot->structure,
		 entry->device, office->server.pub, &device, err)) < 0)
		return rc;
	if (received > 0 &&
	    accidents->now_s - received > (int64_t)ALERT_ACCIDENT_DAYS * DAY_S)
		return 0;
	if (received > 0)
		stamp_format(received, since);
	return put_row(accidents, entry, since, device.name, err);
}

/* Is this a day of absence after an accident that is told already? */
static bool follows(const struct accidents *accidents, int64_t day)
{
	return accidents->slot->slot[0] != 'x' &&
	       strcmp(accidents->structure, accidents->slot->structure) == 0 &&
	       strcmp(accidents->worker, accidents->slot->worker) == 0 &&
	       day - accidents->day <= ALERT_ACCIDENT_DAYS;
}

static int take_entry(
    void *context, const struct entry_row *row, struct err *err)
{
	struct accidents *accidents = context;
	const struct oddity_slot *slot = accidents->slot;
	const char *time;
	struct date date;
	bool known;

	if (!row->live || row->entry == NULL ||
	    strcmp(json_text(row->entry->value, "kind"), "accident") != 0 ||
	    date_parse(&date, slot->day, NULL) < 0)
		return 0;
	time = json_text(row->entry->value, "start");
	/* Two people who say the same say it once. */
	known = follows(accidents, date_days(&date)) ||
	        (accidents->in_slot && strcmp(accidents->time, time) == 0);
	accidents->in_slot = true;
	text_copy(accidents->time, sizeof(accidents->time), time);
	accidents->day = date_days(&date);
	text_copy(accidents->structure, sizeof(accidents->structure),
	    slot->structure);
	text_copy(accidents->worker, sizeof(accidents->worker), slot->worker);
	return known ? 0 : tell(accidents, row->entry, err);
}

static int take_slot(
    void *context, const struct oddity_slot *slot, struct err *err)
{
	struct accidents *accidents = context;

	accidents->slot = slot;
	accidents->in_slot = false;
	return ledger_history(accidents->office->db, slot->structure,
	    slot->record, take_entry, accidents, err);
}

int alert_accidents(struct office *office, json_t *rows, struct err *err)
{
	struct accidents accidents = {
	    .office = office, .rows = rows, .now_s = os_now_s(office->os)};
	int rc;

	read_clock(&accidents);
	if ((rc = people_load(&accidents.people, office->db, NULL, err)) == 0)
		rc = oddities_accidents(office->db, take_slot, &accidents, err);
	people_free(accidents.people);
	return rc;
}
