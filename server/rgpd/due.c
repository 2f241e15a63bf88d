#include <stdlib.h>
#include <string.h>

#include "server/contracts.h"
#include "server/names.h"
#include "server/rgpd/due.h"
#include "server/rgpd/hold.h"
#include "server/rgpd/retention.h"
#include "server/rules/rules.h"
#include "shared/lang.h"
#include "shared/ledger.h"

/* What is looked at, and what was found. */
struct looking {
	struct office *office;
	const struct due_ask *ask;
	const struct retention_class *class;
	struct contracts *contracts;
	json_t *stays;  /* owned: "structure\tworker": last day in a crew */
	json_t *exits;  /* owned: "structure\tworker": last exit */
	json_t *groups; /* owned: "structure\tclass\tworker" to a row */
	struct holds *holds;
	char today[DATE_TEXT];
};

#define PAIR_TEXT (3 * TEXT_ID_MAX + 4)

static void pair(char out[PAIR_TEXT], const char *structure, const char *worker)
{
	(void)snprintf(out, PAIR_TEXT, "%s\t%s", structure, worker);
}

/* ---- when somebody left ---- */

static bool later(json_t *days, const char *name, const char *day)
{
	return strcmp(json_text(days, name), day) >= 0 ||
	       json_put_text(days, name, day);
}

static int value_of(const struct record_row *row, json_t **out, struct err *err)
{
	*out = NULL;
	return row->value[0] == '{'
	           ? json_read(out, row->value, strlen(row->value), err)
	           : 0;
}

/* The last day in any crew; "9999" for one that goes on. */
static int note_stay(
    void *context, const struct record_row *row, struct err *err)
{
	struct looking *look = context;
	char name[PAIR_TEXT];
	json_t *value;
	const json_t *crews;
	int rc = value_of(row, &value, err);

	pair(name, row->structure, row->subject);
	crews = json_object_get(value, "crews");
	for (size_t i = 0; rc == 0 && i < json_array_size(crews); i++) {
		const char *to = json_text(json_array_get(crews, i), "to");

		if (!later(look->stays, name, to[0] != '\0' ? to : "9999"))
			rc = err_nomem(err);
	}
	json_decref(value);
	return rc;
}

static int note_exit(
    void *context, const struct record_row *row, struct err *err)
{
	struct looking *look = context;
	char name[PAIR_TEXT];
	json_t *value;
	int rc = value_of(row, &value, err);

	pair(name, row->structure, row->subject);
	if (rc == 0 && strcmp(row->state, RECORD_MERGED) == 0 &&
	    !later(look->exits, name, json_text(value, "day")))
		rc = err_nomem(err);
	json_decref(value);
	return rc;
}

/* The last day of the last contract; without contracts, in a crew. "" while
 * it goes on, or when nothing is known. */
static const char *leaving(
    const struct looking *look, const char *structure, const char *worker)
{
	const json_t *list = contracts_list(look->contracts, structure, worker);
	const char *last = "";
	char name[PAIR_TEXT];

	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *end = contract_last(
		    json_object_get(json_array_get(list, i), "value"));

		if (end[0] == '\0')
			return "";
		if (strcmp(end, last) > 0)
			last = end;
	}
	if (last[0] != '\0')
		return last;
	pair(name, structure, worker);
	last = json_text(look->stays, name);
	return strcmp(last, "9999") == 0 ? "" : last;
}

static const char *exit_of(
    const struct looking *look, const char *structure, const char *worker)
{
	const char *left = leaving(look, structure, worker), *exit;
	char name[PAIR_TEXT];

	pair(name, structure, worker);
	exit = json_text(look->exits, name);
	/* Somebody who came back is here, whatever was noted before. */
	if (left[0] == '\0' &&
	    (contracts_any(look->contracts, structure, worker) ||
		json_text(look->stays, name)[0] != '\0'))
		return "";
	return strcmp(exit, left) > 0 ? exit : left;
}

/* ---- somebody on no list ---- */

static int note_last(
    void *context, const struct record_row *row, struct err *err)
{
	char *last = context;

	(void)err;
	if (strcmp(row->day, last) > 0)
		text_copy(last, DATE_TEXT, row->day);
	return 0;
}

static int note_written(
    void *context, const struct entry_row *row, struct err *err)
{
	char *last = context, day[DATE_TEXT];

	(void)err;
	if (row->entry == NULL)
		return 0;
	text_copy(day, sizeof(day), row->entry->at);
	if (strcmp(day, last) > 0)
		text_copy(last, DATE_TEXT, day);
	return 0;
}

/* The last day that is known of a newcomer whom nobody has matched: of hours,
 * or that on which the newcomer was noted. */
static int last_known(const struct looking *look, const struct record_row *row,
    char out[DATE_TEXT], struct err *err)
{
	int rc = ledger_subject(look->office->db, row->structure, "hours",
	    row->subject, note_last, out, err);

	return rc < 0 ? rc
	              : ledger_history(look->office->db, row->structure,
			    row->record, note_written, out, err);
}

/* ---- records ---- */

/* Whom a record is about, and from when its period is counted; "" for
 * nobody. */
struct about {
	char worker[TEXT_ID_MAX + 1];
	char start[DATE_TEXT];
};

static void month_end(const char *month, char out[DATE_TEXT])
{
	char first[DATE_TEXT];

	if (date_parse_month(month, first, out, NULL) < 0)
		out[0] = '\0';
}

static int find_newcomer(const struct looking *look,
    const struct record_row *row, struct about *out, struct err *err)
{
	int rc = ledger_alias(
	    look->office->db, row->structure, row->subject, out->worker, err);

	if (rc < 0 || out->worker[0] != '\0')
		return rc;
	text_copy(out->worker, sizeof(out->worker), row->subject);
	return last_known(look, row, out->start, err);
}

/* "202611-…": the end of the month of the hours it is about. */
static int find_acked(
    const struct record_row *row, struct about *out, struct err *err)
{
	char month[MONTH_TEXT];
	json_t *value;
	int rc = value_of(row, &value, err);

	text_copy(out->worker, sizeof(out->worker), json_text(value, "worker"));
	json_decref(value);
	(void)snprintf(
	    month, sizeof(month), "%.4s-%.2s", row->subject, row->subject + 4);
	if (rc == 0 && strlen(row->subject) > 6)
		month_end(month, out->start);
	return rc;
}

static int find_about(const struct looking *look, const struct record_row *row,
    struct about *out, struct err *err)
{
	struct record_key key;
	bool by_month = strcmp(row->family, "close") == 0 ||
	                strcmp(row->family, "adjust") == 0;
	int rc = 0;

	memset(out, 0, sizeof(*out));
	/* One that is counted elsewhere goes with the other. */
	if (strcmp(row->state, RECORD_MATCHED) == 0 ||
	    record_key_parse(&key, row->record, NULL) < 0)
		return 0;
	text_copy(out->worker, sizeof(out->worker),
	    by_month ? key.part : row->subject);
	/* A match makes a newcomer a worker. */
	if (strcmp(row->family, "newcomer") == 0)
		rc = find_newcomer(look, row, out, err);
	else if (strcmp(row->family, RULES_ACK_FAMILY) == 0)
		rc = find_acked(row, out, err);
	if (rc < 0 || out->worker[0] == '\0' || out->start[0] != '\0')
		return rc;
	switch (look->class->start) {
	case RETENTION_DAY:
		text_copy(out->start, sizeof(out->start), row->day);
		break;
	case RETENTION_MONTH:
		month_end(by_month ? key.subject : key.part, out->start);
		break;
	case RETENTION_LEAVING:
		text_copy(out->start, sizeof(out->start),
		    leaving(look, row->structure, out->worker));
		break;
	case RETENTION_EXIT:
		text_copy(out->start, sizeof(out->start),
		    exit_of(look, row->structure, out->worker));
		break;
	case RETENTION_ITSELF:
		break;
	}
	return 0;
}

static json_t *make_group(const struct looking *look,
    const struct record_row *row, const struct about *about)
{
	const char *hold = holds_cover(
	    look->holds, row->structure, look->class->slug, about->worker);

	return json_pack("{s:s,s:s,s:s,s:s,s:I,s:s,s:s,s:i,s:s,s:s,s:[]}",
	    "structure", row->structure, "class", look->class->slug, "label",
	    retention_label(look->class), "worker", about->worker, "records",
	    (json_int_t)0, "first", about->start, "last", about->start,
	    "months", look->class->months, "source",
	    retention_source(look->class), "hold", hold != NULL ? hold : "",
	    "keys");
}

static int add_to_group(struct looking *look, const struct record_row *row,
    const struct about *about, struct err *err)
{
	char name[PAIR_TEXT];
	json_t *group;

	(void)snprintf(name, sizeof(name), "%s\t%s\t%s", row->structure,
	    look->class->slug, about->worker);
	group = json_object_get(look->groups, name);
	if (group == NULL) {
		group = make_group(look, row, about);
		if (!json_put(look->groups, name, group))
			return err_nomem(err);
	}
	if (json_array_append_new(
		json_object_get(group, "keys"), json_string(row->record)) < 0 ||
	    !json_put_int(
		group, "records", json_int(group, "records", 0) + 1) ||
	    (strcmp(about->start, json_text(group, "first")) < 0 &&
		!json_put_text(group, "first", about->start)) ||
	    (strcmp(about->start, json_text(group, "last")) > 0 &&
		!json_put_text(group, "last", about->start)))
		return err_nomem(err);
	return 0;
}

static int note_record(
    void *context, const struct record_row *row, struct err *err)
{
	struct looking *look = context;
	const struct due_ask *ask = look->ask;
	struct about about;
	int rc = find_about(look, row, &about, err);

	if (rc < 0 || about.worker[0] == '\0' || about.start[0] == '\0' ||
	    (ask->structure[0] != '\0' &&
		strcmp(ask->structure, row->structure) != 0) ||
	    (ask->worker[0] != '\0' &&
		strcmp(ask->worker, about.worker) != 0) ||
	    !retention_is_over(look->class, about.start, look->today))
		return rc;
	return add_to_group(look, row, &about, err);
}

/* Hours are many: those of old days alone are looked at. */
static int look_at_family(
    struct looking *look, const char *family, struct err *err)
{
	struct db *db = look->office->db;
	char last[DATE_TEXT];
	struct date date;

	if (look->class->start != RETENTION_DAY)
		return ledger_family(db, NULL, family, note_record, look, err);
	(void)date_parse(&date, look->today, NULL);
	date = date_add_months(&date, -look->class->months);
	date_format(&date, last);
	return ledger_days(
	    db, NULL, family, "1900-01-01", last, note_record, look, err);
}

static int look_at_class(struct looking *look, struct err *err)
{
	char family[RECORD_FAMILY_MAX];
	int rc = 0;

	for (const char *at = look->class->families; rc == 0 && *at != '\0';) {
		size_t len = strcspn(at, " ");

		text_copy(family,
		    len + 1 < sizeof(family) ? len + 1 : sizeof(family), at);
		rc = look_at_family(look, family, err);
		at += len + (at[len] == ' ');
	}
	return rc;
}

static int look_at_all(struct looking *look, struct err *err)
{
	struct db *db = look->office->db;
	int rc;

	if ((rc = contracts_load(&look->contracts, db, NULL, err)) < 0 ||
	    (rc = holds_load(&look->holds, look->office, err)) < 0 ||
	    (rc = ledger_family(db, NULL, "worker", note_stay, look, err)) <
		0 ||
	    (rc = ledger_family(db, NULL, "exit", note_exit, look, err)) < 0)
		return rc;
	for (look->class = retention_classes;
	     rc == 0 && look->class->slug != NULL; look->class ++) {
		if (look->class->start != RETENTION_ITSELF &&
		    (look->ask->class[0] == '\0' ||
			strcmp(look->ask->class, look->class->slug) == 0))
			rc = look_at_class(look, err);
	}
	return rc;
}

/* ---- the answer ---- */

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int complete(struct looking *look, json_t *row, struct err *err)
{
	const struct retention_class *class =
	    retention_find(json_text(row, "class"));
	struct buf name = BUF_INIT;
	char until[DATE_TEXT];
	int rc = names_worker(look->office, json_text(row, "structure"),
	    json_text(row, "worker"), &name, err);

	retention_until(class, json_text(row, "first"), until);
	if (rc == 0 && (!json_put_text(row, "worker_name", buf_text(&name)) ||
			   !json_put_text(row, "over", until)))
		rc = err_nomem(err);
	buf_free(&name);
	return rc;
}

static int sorted(struct looking *look, json_t **out, struct err *err)
{
	size_t count = json_object_size(look->groups), i = 0;
	const char **names = calloc(count + 1, sizeof(*names)), *name;
	json_t *rows = json_array(), *row;
	int rc = names == NULL || rows == NULL ? err_nomem(err) : 0;

	if (rc == 0) {
		json_object_foreach(look->groups, name, row)
		{
			names[i++] = name;
		}
		qsort(names, count, sizeof(*names), by_name);
	}
	for (i = 0; rc == 0 && i < count; i++) {
		row = json_object_get(look->groups, names[i]);
		if (json_array_append(rows, row) < 0)
			rc = err_nomem(err);
		else
			rc = complete(look, row, err);
	}
	free(names);
	if (rc < 0)
		json_decref(rows);
	else
		*out = rows;
	return rc;
}

int rgpd_due_json(struct office *office, const struct due_ask *ask,
    json_t **out, struct err *err)
{
	struct looking look = {.office = office,
	    .ask = ask,
	    .stays = json_object(),
	    .exits = json_object(),
	    .groups = json_object()};
	int rc;

	*out = NULL;
	if (ask->class[0] != '\0' && retention_find(ask->class) == NULL) {
		rc = err_set(err, E_USAGE,
		    L("classe inconnue : voyez « rgpd periods »",
			"unknown class: see \"rgpd periods\""));
		goto out;
	}
	if (look.stays == NULL || look.exits == NULL || look.groups == NULL) {
		rc = err_nomem(err);
		goto out;
	}
	rgpd_today(office, look.today);
	if ((rc = look_at_all(&look, err)) == 0)
		rc = sorted(&look, out, err);
out:
	contracts_free(look.contracts);
	holds_free(look.holds);
	json_decref(look.stays);
	json_decref(look.exits);
	json_decref(look.groups);
	return rc;
}
