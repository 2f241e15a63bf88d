#include <string.h>

#include "agent/cell.h"
#include "agent/cmd.h"
#include "agent/past.h"
#include "shared/hours.h"
#include "shared/lang.h"
#include "shared/ledger.h"

/* ---- for programs ---- */

/* A slot being described. */
struct cell {
	json_t *out;
	struct agent *agent;
	const struct closed *closed;
	const struct slot *slot;
	struct past past;
};

/* The live entry that stands for the slot: our own first. */
static const struct past_entry *shown_of(
    const struct past *past, const char *device)
{
	const struct past_entry *first = NULL;

	for (size_t i = 0; i < past->count; i++) {
		const struct past_entry *at = &past->items[i];

		if (!at->live)
			continue;
		if (strcmp(at->entry.device, device) == 0)
			return at;
		if (first == NULL)
			first = at;
	}
	return first;
}

static const char *state_of(const struct slot *slot)
{
	/* Somebody on no list has a value like anybody. */
	return strcmp(slot->state, RECORD_UNKNOWN) == 0 ? RECORD_MERGED
	                                                : slot->state;
}

static json_t *empty_json(const char *name)
{
	return json_pack("{s:s,s:s,s:I,s:s,s:s,s:s,s:s,s:s,s:I,s:s,s:s,s:s,"
			 "s:I,s:s,s:b,s:b}",
	    "slot", name, "state", RECORD_EMPTY, "minutes", (json_int_t)0,
	    "kind", "", "site", "", "activity", "", "start", "", "end", "",
	    "break", (json_int_t)0, "note", "", "person", "", "sync", "",
	    "receipt", (json_int_t)0, "hash", "", "corrected", 0, "late", 0);
}

/* What the entry says. */
static bool put_entry(json_t *out, const struct past_entry *shown)
{
	char hash[HASH_TEXT];

	hash_hex(&shown->hash, hash);
	return json_put_text(out, "start", json_text(shown->json, "start")) &&
	       json_put_text(out, "end", json_text(shown->json, "end")) &&
	       json_put_int(out, "break", json_int(shown->json, "break", 0)) &&
	       json_put_text(out, "note", shown->entry.note) &&
	       json_put_text(out, "person", shown->entry.person) &&
	       json_put_text(out, "hash", hash);
}

static int put_shown(const struct cell *cell, struct err *err)
{
	const struct slot *slot = cell->slot;
	const struct past_entry *shown =
	    shown_of(&cell->past, cell->agent->device);
	const char *way = "received";
	int64_t receipt = 0;
	bool late = false;
	int rc;

	if (shown != NULL &&
	    ((rc = cmd_way(cell->agent, slot->structure, &shown->hash, &way,
		  &receipt, err)) < 0 ||
		(rc = closed_is_late(
		     closed_month(cell->closed, slot->structure, slot->day),
		     cell->agent->db, &shown->hash, &late, err)) < 0))
		return rc;
	return (shown == NULL || put_entry(cell->out, shown)) &&
	               json_put_text(cell->out, "sync", way) &&
	               json_put_int(cell->out, "receipt", receipt) &&
	               json_put(cell->out, "corrected",
			   json_boolean(past_is_corrected(&cell->past))) &&
	               json_put(cell->out, "late", json_boolean(late))
	           ? 0
	           : err_nomem(err);
}

static int put_values(const struct cell *cell, struct err *err)
{
	json_t *values = NULL;
	struct live live;
	int rc = live_load(&live, cell->agent->db, cell->slot->structure,
	    cell->slot->record, err);

	if (rc == 0 &&
	    (rc = slots_values(&values, &live, cell->agent,
		 cell->slot->structure, err)) == 0 &&
	    !json_put(cell->out, "values", values))
		rc = err_nomem(err);
	live_clear(&live);
	return rc;
}

static int fill(struct cell *cell, struct err *err)
{
	const struct slot *slot = cell->slot;
	int rc = past_load(
	    &cell->past, cell->agent->db, slot->structure, slot->record, err);

	if (rc == 0 &&
	    (!json_put_text(cell->out, "state", state_of(slot)) ||
		!json_put_int(cell->out, "minutes", slot->minutes) ||
		!json_put_text(cell->out, "kind", slot->kind) ||
		!json_put_text(cell->out, "site", slot->site) ||
		!json_put_text(cell->out, "activity", slot->activity)))
		rc = err_nomem(err);
	if (rc == 0)
		rc = put_shown(cell, err);
	if (rc == 0 && slots_is_contested(slot))
		rc = put_values(cell, err);
	past_clear(&cell->past);
	return rc;
}

int cell_json(json_t **out, struct agent *agent, const struct closed *closed,
    const struct slot *slot, const char *name, struct err *err)
{
	struct cell cell = {.agent = agent, .closed = closed, .slot = slot};
	int rc = 0;

	if ((cell.out = empty_json(name)) == NULL)
		return err_nomem(err);
	if (slot != NULL)
		rc = fill(&cell, err);
	if (rc < 0)
		json_decref(cell.out);
	*out = rc < 0 ? NULL : cell.out;
	return rc;
}

/* ---- for people ---- */

void cell_add_text(struct buf *out, const struct slot *slot)
{
	char duration[DURATION_TEXT];

	if (slot == NULL) {
		buf_add_text(out, "—");
		return;
	}
	if (slots_is_contested(slot)) {
		buf_add_text(out, L("contesté", "contested"));
		return;
	}
	duration_format(slot->minutes, duration);
	if (slot->minutes > 0 && strcmp(slot->state, RECORD_VOID) != 0)
		buf_printf(out, "%s ", duration);
	buf_add_text(out, slots_kind(slot));
}
