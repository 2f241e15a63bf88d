#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/cmd.h"
#include "agent/slots.h"
#include "shared/hours.h"
#include "shared/lang.h"

const struct opt cmd_hours_list_options[] = {
    {"month", 0, "M", "le mois, 2026-11 ; celui-ci si absent",
	"the month, 2026-11; this one if absent"},
    {"worker", 0, "W", "une seule personne", "one person alone"},
    {"structure", 0, "S", "une seule structure", "one structure alone"},
    {NULL, 0, NULL, NULL, NULL}};

/* What is listed, and how. */
struct listing {
	struct agent agent;
	struct roster roster;
	char month[MONTH_TEXT];
	char first[DATE_TEXT];
	char last[DATE_TEXT];
	const struct roster_item *structure; /* NULL: all of them */
	const struct roster_item *worker;    /* NULL: everyone */
	struct slots slots;
	json_t *rows;        /* for --json */
	struct table *table; /* otherwise */
};

/* How one slot stands: its record, and the entry it is shown by. */
struct standing {
	const struct slot *slot;
	struct live live;
	const struct live_entry *shown; /* NULL: withheld from here */
	const char *way;
	int64_t receipt;
	char name[ROSTER_NAME_TEXT];
};

static int stand(struct standing *out, struct listing *listing,
    const struct slot *slot, struct err *err)
{
	int rc;

	memset(out, 0, sizeof(*out));
	out->slot = slot;
	out->way = "received";
	slots_name(slot, &listing->roster, out->name);
	if ((rc = live_load(&out->live, listing->agent.db, slot->structure,
		 slot->record, err)) < 0)
		return rc;
	out->shown = live_first(&out->live, listing->agent.device);
	return out->shown == NULL
	           ? 0
	           : cmd_way(&listing->agent, slot->structure,
			 &out->shown->hash, &out->way, &out->receipt, err);
}

/* ---- for programs ---- */

static int add_json(
    struct listing *listing, const struct standing *at, struct err *err)
{
	const struct slot *slot = at->slot;
	json_t *row, *values = NULL;
	char hash[HASH_TEXT] = "";
	int rc;

	if (at->shown != NULL)
		hash_hex(&at->shown->hash, hash);
	row = json_pack("{s:s,s:s,s:s,s:s,s:s,s:I,s:s,s:s,s:s,s:s,s:s,s:I,"
			"s:s,s:s}",
	    "structure", slot->structure, "worker", slot->subject, "name",
	    at->name, "day", slot->day, "slot", slot->slot, "minutes",
	    (json_int_t)slot->minutes, "kind", slot->kind, "site", slot->site,
	    "activity", slot->activity, "state", slot->state, "sync", at->way,
	    "receipt", (json_int_t)at->receipt, "person",
	    at->shown != NULL ? at->shown->person : "", "hash", hash);
	if (row == NULL)
		return err_nomem(err);
	if (slots_is_contested(slot)) {
		if ((rc = slots_values(&values, &at->live, &listing->agent,
			 slot->structure, err)) < 0) {
			json_decref(row);
			return rc;
		}
		if (!json_put(row, "values", values)) {
			json_decref(row);
			return err_nomem(err);
		}
	}
	return json_array_append_new(listing->rows, row) == 0 ? 0
	                                                      : err_nomem(err);
}

static json_t *listing_json(struct listing *listing)
{
	return json_pack("{s:i,s:s,s:O}", "schema", 1, "month", listing->month,
	    "rows", listing->rows);
}

/* ---- for people ---- */

static void add_columns(struct table *table)
{
	table_column(table, L("Id", "Id"), OUT_TEXT);
	table_column(table, L("Nom", "Name"), OUT_TEXT);
	table_column(table, L("Jour", "Day"), OUT_TEXT);
	table_column(table, L("Créneau", "Slot"), OUT_TEXT);
	table_column(table, L("Durée", "Time"), OUT_MINUTES);
	table_column(table, L("Type", "Kind"), OUT_TEXT);
	table_column(table, L("Chantier", "Site"), OUT_TEXT);
	table_column(table, L("Activité", "Activity"), OUT_TEXT);
	table_column(table, L("Par", "By"), OUT_TEXT);
	table_column(table, L("État", "State"), OUT_TEXT);
}

static void add_row(struct listing *listing, const struct standing *at)
{
	struct table *table = listing->table;
	const struct slot *slot = at->slot;
	struct buf person = BUF_INIT, state = BUF_INIT;

	if (at->shown != NULL)
		acts_add_person(&person, &listing->roster, at->shown->person);
	slots_add_state(&state, slot);
	cmd_add_way(&state, at->way, at->receipt);
	table_row(table);
	table_text(table, slot->subject);
	table_text(table, at->name);
	table_text(table, slot->day);
	table_text(table, slot->slot);
	table_int(table, slot->minutes);
	table_text(table, slots_kind(slot));
	table_text(table, slot->site);
	table_text(table, slot->activity);
	table_buf(table, &person);
	table_buf(table, &state);
	buf_free(&person);
	buf_free(&state);
}

/* ---- the command ---- */

static int read_month(
    const struct call *call, struct listing *listing, struct err *err)
{
	const char *text = opt_value(call, "month");
	char today[DATE_TEXT];

	if (text != NULL) {
		if (date_parse_month(text, listing->first, listing->last, err) <
		    0)
			return cmd_blame(call, "month", err);
	} else {
		acts_today(&listing->agent, today);
		today[MONTH_TEXT - 1] = '\0';
		if (date_parse_month(
			today, listing->first, listing->last, err) < 0)
			return err->code;
	}
	memcpy(listing->month, listing->first, MONTH_TEXT - 1);
	return 0;
}

static int read_worker(
    const struct call *call, struct listing *listing, struct err *err)
{
	const char *structure = opt_value(call, "structure");
	int rc;

	if (structure != NULL && (rc = roster_structure(&listing->roster,
				      structure, &listing->structure, err)) < 0)
		return rc;
	if (!opt_given(call, "worker"))
		return 0;
	return roster_worker(&listing->roster, opt_value(call, "worker"),
	    structure != NULL ? structure : "", listing->last, &listing->worker,
	    err);
}

static bool is_wanted(const struct listing *listing, const struct slot *slot)
{
	if (listing->structure != NULL &&
	    strcmp(listing->structure->id, slot->structure) != 0)
		return false;
	return listing->worker == NULL ||
	       (strcmp(listing->worker->id, slot->subject) == 0 &&
		   strcmp(listing->worker->structure, slot->structure) == 0);
}

static int add_slot(const struct call *call, struct listing *listing,
    const struct slot *slot, struct err *err)
{
	struct standing at;
	int rc;

	if (!is_wanted(listing, slot))
		return 0;
	if ((rc = stand(&at, listing, slot, err)) == 0) {
		if (cmd_json(call))
			rc = add_json(listing, &at, err);
		else
			add_row(listing, &at);
	}
	live_clear(&at.live);
	return rc;
}

static int fill(
    const struct call *call, struct listing *listing, struct err *err)
{
	int rc;

	if ((rc = cmd_open(call, &listing->agent, false, err)) < 0 ||
	    (rc = cmd_roster(call, &listing->agent, &listing->roster, err)) <
		0 ||
	    (rc = read_month(call, listing, err)) < 0 ||
	    (rc = read_worker(call, listing, err)) < 0 ||
	    (rc = slots_load(&listing->slots, listing->agent.db, listing->first,
		 listing->last, err)) < 0 ||
	    (rc = table_new(&listing->table, err)) < 0)
		return rc;
	if ((listing->rows = json_array()) == NULL)
		return err_nomem(err);
	add_columns(listing->table);
	for (size_t i = 0; rc == 0 && i < listing->slots.count; i++)
		rc = add_slot(call, listing, &listing->slots.items[i], err);
	return rc;
}

int cmd_hours_list(struct call *call, struct err *err)
{
	struct listing listing = {0};
	int rc = fill(call, &listing, err);

	if (rc == 0)
		rc = cmd_json(call)
		         ? cmd_answer(call, listing_json(&listing), err)
		         : cmd_table(call, listing.table,
			       L("Rien n'est saisi ce mois-là.",
				   "Nothing is recorded that month."),
			       err);
	json_decref(listing.rows);
	table_free(listing.table);
	slots_clear(&listing.slots);
	roster_clear(&listing.roster);
	agent_close(&listing.agent);
	return rc;
}
