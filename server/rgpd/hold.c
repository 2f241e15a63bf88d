#include <stdlib.h>
#include <string.h>

#include "server/act.h"
#include "server/names.h"
#include "server/rgpd/hold.h"
#include "server/rgpd/retention.h"
#include "shared/enc.h"
#include "shared/lang.h"
#include "shared/ledger.h"

void rgpd_today(const struct office *office, char out[DATE_TEXT])
{
	struct date today;

	date_local(os_now_s(office->os), &today);
	date_format(&today, out);
}

/* ---- listing ---- */

struct listing {
	struct office *office;
	json_t *rows;
	char today[DATE_TEXT];
};

/* The entry that made it, and the one that ended it. */
struct story {
	json_t *row;
	struct office *office;
	const char *structure;
	bool made;
};

static int note_entry(
    void *context, const struct entry_row *entry, struct err *err)
{
	struct story *story = context;
	struct buf by = BUF_INIT;
	int rc = 0;

	if (entry->entry == NULL || entry->fault[0] != '\0')
		return 0;
	if (strcmp(entry->entry->kind, "void") == 0)
		return json_put_text(
			   story->row, "end_reason", entry->entry->reason)
		           ? 0
		           : err_nomem(err);
	if (story->made)
		return 0;
	story->made = true;
	if (entry->entry->person[0] != '\0')
		rc = names_person(story->office, story->structure,
		    entry->entry->person, &by, err);
	else
		rc = names_device(story->office, story->structure,
		    entry->entry->device, &by, err);
	if (rc == 0 &&
	    (!json_put_text(story->row, "reason", entry->entry->reason) ||
		!json_put_text(story->row, "since", entry->entry->at) ||
		!json_put_text(story->row, "by", buf_text(&by)) ||
		(entry->entry->value != NULL &&
		    json_object_update_missing(story->row,
			(json_t *)(uintptr_t)entry->entry->value) < 0)))
		rc = err_nomem(err);
	buf_free(&by);
	return rc;
}

static const char *state_of(
    const struct record_row *row, const json_t *value, const char *today)
{
	const char *until = json_text(value, "until");

	if (strcmp(row->state, RECORD_VOID) == 0 ||
	    strcmp(row->state, RECORD_EMPTY) == 0)
		return "ended";
	return until[0] != '\0' && strcmp(today, until) > 0 ? "over" : "active";
}

static int complete(struct listing *listing, const struct record_row *record,
    json_t *row, struct err *err)
{
	const struct retention_class *class;
	struct buf worker = BUF_INIT;
	int rc;

	class = retention_find(json_text(row, "class"));
	rc = names_worker(listing->office, record->structure,
	    json_text(row, "worker"), &worker, err);
	if (rc == 0 &&
	    (!json_put_text(row, "class", json_text(row, "class")) ||
		!json_put_text(row, "class_label",
		    class != NULL ? retention_label(class)
				  : L("tout", "everything")) ||
		!json_put_text(row, "worker", json_text(row, "worker")) ||
		!json_put_text(row, "worker_name", buf_text(&worker)) ||
		!json_put_text(row, "project", json_text(row, "project")) ||
		!json_put_text(row, "until", json_text(row, "until")) ||
		!json_put_text(
		    row, "state", state_of(record, row, listing->today))))
		rc = err_nomem(err);
	buf_free(&worker);
	return rc;
}

static int note_hold(
    void *context, const struct record_row *record, struct err *err)
{
	struct listing *listing = context;
	json_t *row = json_pack("{s:s,s:s,s:s}", "id", record->subject,
	    "structure", record->structure, "end_reason", "");
	struct story story = {row, listing->office, record->structure, false};
	int rc;

	if (row == NULL || json_array_append_new(listing->rows, row) < 0)
		return err_nomem(err);
	if ((rc = ledger_history(listing->office->db, record->structure,
		 record->record, note_entry, &story, err)) < 0)
		return rc;
	return complete(listing, record, row, err);
}

/* Those that stand first. */
static int sort(json_t **rows, struct err *err)
{
	json_t *out = json_array();

	for (int standing = 1; standing >= 0; standing--) {
		for (size_t i = 0; i < json_array_size(*rows); i++) {
			json_t *row = json_array_get(*rows, i);
			bool active =
			    strcmp(json_text(row, "state"), "active") == 0;

			if (active == (standing == 1) &&
			    json_array_append(out, row) < 0) {
				json_decref(out);
				return err_nomem(err);
			}
		}
	}
	json_decref(*rows);
	*rows = out;
	return 0;
}

int hold_list(struct office *office, json_t **out, struct err *err)
{
	struct listing listing = {.office = office, .rows = json_array()};
	int rc;

	if (listing.rows == NULL)
		return err_nomem(err);
	rgpd_today(office, listing.today);
	if ((rc = ledger_family(office->db, NULL, HOLD_FAMILY, note_hold,
		 &listing, err)) < 0 ||
	    (rc = sort(&listing.rows, err)) < 0) {
		json_decref(listing.rows);
		return rc;
	}
	*out = listing.rows;
	return 0;
}

/* ---- asking ---- */

struct holds {
	json_t *rows;  /* owned: hold_list's that stand */
	json_t *links; /* owned: "structure\tproject\tworker" of FSE+ */
};

static int note_link(
    void *context, const struct record_row *row, struct err *err)
{
	struct holds *holds = context;
	struct record_key key;
	char name[3 * TEXT_ID_MAX + 4];

	if (record_key_parse(&key, row->record, NULL) < 0)
		return 0;
	(void)snprintf(name, sizeof(name), "%s\t%s\t%s", row->structure,
	    key.part, row->subject);
	return json_put(holds->links, name, json_true()) ? 0 : err_nomem(err);
}

int holds_load(struct holds **out, struct office *office, struct err *err)
{
	struct holds *holds = calloc(1, sizeof(*holds));
	int rc;

	*out = NULL;
	if (holds == NULL || (holds->links = json_object()) == NULL) {
		free(holds);
		return err_nomem(err);
	}
	if ((rc = hold_list(office, &holds->rows, err)) < 0 ||
	    (rc = ledger_family(office->db, NULL, "project_link", note_link,
		 holds, err)) < 0) {
		holds_free(holds);
		return rc;
	}
	for (size_t i = json_array_size(holds->rows); i-- > 0;) {
		const json_t *row = json_array_get(holds->rows, i);

		if (strcmp(json_text(row, "state"), "active") != 0)
			(void)json_array_remove(holds->rows, i);
	}
	*out = holds;
	return 0;
}

void holds_free(struct holds *holds)
{
	if (holds == NULL)
		return;
	json_decref(holds->rows);
	json_decref(holds->links);
	free(holds);
}

static bool is_linked(const struct holds *holds, const char *structure,
    const char *project, const char *worker)
{
	char name[3 * TEXT_ID_MAX + 4];

	(void)snprintf(
	    name, sizeof(name), "%s\t%s\t%s", structure, project, worker);
	return json_object_get(holds->links, name) != NULL;
}

static bool same_or_any(const char *held, const char *asked)
{
	return held[0] == '\0' || asked[0] == '\0' || strcmp(held, asked) == 0;
}

const char *holds_cover(const struct holds *holds, const char *structure,
    const char *class, const char *worker)
{
	for (size_t i = 0; i < json_array_size(holds->rows); i++) {
		const json_t *row = json_array_get(holds->rows, i);
		const char *project = json_text(row, "project");

		if (strcmp(json_text(row, "structure"), structure) == 0 &&
		    same_or_any(json_text(row, "class"), class) &&
		    same_or_any(json_text(row, "worker"), worker) &&
		    (project[0] == '\0' ||
			is_linked(holds, structure, project, worker)))
			return json_text(row, "id");
	}
	return NULL;
}

/* ---- acts ---- */

static int is_known(struct office *office, const char *structure,
    const char *family, const char *subject, struct err *err)
{
	char record[RECORD_KEY_MAX];
	struct buf shown = BUF_INIT;
	json_t *value = NULL;
	int rc;

	if (subject[0] == '\0')
		return 0;
	if ((rc = text_check_id(subject, err)) < 0)
		return rc;
	record_key_make(record, family, subject, NULL);
	rc = ledger_value(office->db, structure, record, &value, err);
	if (rc == 0 && value == NULL) {
		text_quote(&shown, subject);
		rc = err_set(err, E_NOT_FOUND,
		    L("« %s » n'est pas connu de la structure %s",
			"\"%s\" is not known to the structure %s"),
		    buf_text(&shown), structure);
	}
	json_decref(value);
	buf_free(&shown);
	return rc;
}

static int check_ask(
    struct office *office, const struct hold_ask *ask, struct err *err)
{
	char today[DATE_TEXT];
	int rc;

	if (ask->class[0] != '\0' && retention_find(ask->class) == NULL) {
		struct buf all = BUF_INIT;

		for (const struct retention_class *at = retention_classes;
		     at->slug != NULL; at++)
			buf_printf(&all, "%s%s",
			    at == retention_classes ? "" : ", ", at->slug);
		rc = err_set(err, E_USAGE,
		    L("classe inconnue ; il y a %s",
			"unknown class; there are %s"),
		    buf_text(&all));
		buf_free(&all);
		return rc;
	}
	rgpd_today(office, today);
	if (ask->until[0] != '\0' && !date_is_iso(ask->until))
		return err_set(err, E_USAGE,
		    L("--until : jour aaaa-mm-jj attendu",
			"--until: day yyyy-mm-dd expected"));
	if (ask->until[0] != '\0' && strcmp(ask->until, today) < 0)
		return err_set(err, E_INVALID,
		    L("--until : ce jour est passé",
			"--until: this day is over"));
	if ((rc = is_known(office, ask->structure, "structure", ask->structure,
		 err)) < 0 ||
	    (rc = is_known(
		 office, ask->structure, "worker", ask->worker, err)) < 0)
		return rc;
	return is_known(office, ask->structure, "project", ask->project, err);
}

static json_t *value_of(const struct hold_ask *ask)
{
	json_t *value = json_object();

	if (value == NULL ||
	    (ask->class[0] != '\0' &&
		!json_put_text(value, "class", ask->class)) ||
	    (ask->worker[0] != '\0' &&
		!json_put_text(value, "worker", ask->worker)) ||
	    (ask->project[0] != '\0' &&
		!json_put_text(value, "project", ask->project)) ||
	    (ask->until[0] != '\0' &&
		!json_put_text(value, "until", ask->until))) {
		json_decref(value);
		return NULL;
	}
	return value;
}

static int write_one(
    struct office *office, const struct entry_draft *draft, struct err *err)
{
	struct act act;
	int rc;

	if ((rc = act_begin(&act, office, err)) < 0)
		return rc;
	if ((rc = act_add(&act, draft, err)) == 0)
		return act_commit(&act, err);
	act_abort(&act);
	return rc;
}

int hold_add(struct office *office, const struct hold_ask *ask,
    char id[HOLD_ID], struct err *err)
{
	char record[RECORD_KEY_MAX];
	struct entry_draft draft = {
	    .kind = HOLD_FAMILY,
	    .structure = ask->structure,
	    .record = record,
	    .reason = ask->reason,
	};
	uint8_t random[(HOLD_ID - 1) / 2];
	json_t *value;
	int rc = check_ask(office, ask, err);

	if (rc < 0)
		return rc;
	if ((value = value_of(ask)) == NULL)
		return err_nomem(err);
	os_random(office->os, random, sizeof(random));
	enc_hex(random, sizeof(random), id);
	record_key_make(record, HOLD_FAMILY, id, NULL);
	draft.value = value;
	rc = write_one(office, &draft, err);
	json_decref(value);
	return rc;
}

int hold_end(
    struct office *office, const char *id, const char *reason, struct err *err)
{
	struct hash heads[ENTRY_PARENTS_MAX];
	char record[RECORD_KEY_MAX];
	json_t *rows = NULL;
	const json_t *row = NULL;
	struct entry_draft draft = {.kind = "void",
	    .record = record,
	    .parents = heads,
	    .reason = reason};
	int rc = hold_list(office, &rows, err);

	if (rc < 0)
		return rc;
	for (size_t i = 0; row == NULL && i < json_array_size(rows); i++) {
		if (strcmp(json_text(json_array_get(rows, i), "id"), id) == 0)
			row = json_array_get(rows, i);
	}
	if (row == NULL) {
		rc = err_set(err, E_NOT_FOUND,
		    L("conservation inconnue : voyez « hold list »",
			"unknown hold: see \"hold list\""));
		goto out;
	}
	if (strcmp(json_text(row, "state"), "ended") == 0) {
		rc = err_set(err, E_CONFLICT,
		    L("elle est déjà finie", "it is ended already"));
		goto out;
	}
	record_key_make(record, HOLD_FAMILY, id, NULL);
	draft.structure = json_text(row, "structure");
	if ((rc = ledger_heads(office->db, draft.structure, record, heads,
		 ENTRY_PARENTS_MAX, &draft.parent_count, err)) == 0)
		rc = write_one(office, &draft, err);
out:
	json_decref(rows);
	return rc;
}
