#include <stdlib.h>
#include <string.h>

#include "agent/held.h"
#include "shared/lang.h"
#include "shared/ledger.h"

void held_clear(struct held *held)
{
	free(held->canonical);
	json_decref(held->value);
	live_clear(&held->live);
	memset(held, 0, sizeof(*held));
}

static int take_record(
    void *context, const struct record_row *row, struct err *err)
{
	struct held *held = context;

	if (strcmp(row->state, RECORD_CONTESTED) == 0) {
		held->state = HELD_CONTESTED;
		return 0;
	}
	if (strcmp(row->state, RECORD_VOID) == 0) {
		held->state = HELD_VOID;
		return 0;
	}
	if (row->value[0] != '{')
		return 0;
	held->state = HELD_VALUE;
	if ((held->canonical = strdup(row->value)) == NULL)
		return err_nomem(err);
	return json_read(&held->value, row->value, strlen(row->value), err);
}

static int sort_live(struct held *held, const char *device, struct err *err)
{
	if (held->live.count > ENTRY_PARENTS_MAX) {
		return err_set(err, E_LIMIT,
		    L("plus de %d valeurs concurrentes : le bureau décide",
			"over %d concurrent values: the office decides"),
		    ENTRY_PARENTS_MAX);
	}
	for (size_t i = 0; i < held->live.count; i++) {
		const struct live_entry *entry = &held->live.entries[i];

		held->heads[held->head_count++] = entry->hash;
		if (strcmp(entry->device, device) != 0)
			continue;
		held->own[held->own_count++] = entry->hash;
		if (held->own_value == NULL)
			held->own_value = entry->value;
	}
	if (held->live.count > 0)
		held->person = held->live.entries[0].person;
	return 0;
}

/* What is recorded for a newcomer lands where the office said. */
static int settle_subject(
    struct held *held, struct agent *agent, const char *worker, struct err *err)
{
	char match[TEXT_ID_MAX + 1] = "";
	int rc = 0;

	if (record_is_newcomer(worker))
		rc = ledger_alias(
		    agent->db, held->structure, worker, match, err);
	text_copy(held->subject, sizeof(held->subject),
	    match[0] != '\0' ? match : worker);
	return rc;
}

int held_load(struct held *out, struct agent *agent, const char *structure,
    const char *worker, const char *day, const char *slot, struct err *err)
{
	bool found;
	int rc;

	memset(out, 0, sizeof(*out));
	out->person = "";
	text_copy(out->structure, sizeof(out->structure), structure);
	if ((rc = settle_subject(out, agent, worker, err)) < 0)
		return rc;
	record_key_hours(out->record, out->subject, day, slot);
	if ((rc = ledger_record(agent->db, structure, out->record, take_record,
		 out, &found, err)) < 0 ||
	    !found)
		return rc;
	if ((rc = live_load(
		 &out->live, agent->db, structure, out->record, err)) < 0)
		return rc;
	return sort_live(out, agent->device, err);
}

bool held_by(const struct held *held, const char *person)
{
	for (size_t i = 0; i < held->live.count; i++) {
		if (strcmp(held->live.entries[i].person, person) == 0)
			return true;
	}
	return false;
}

bool held_notes(const struct held *held, const char *person, const char *note)
{
	for (size_t i = 0; i < held->live.count; i++) {
		const struct live_entry *entry = &held->live.entries[i];

		if (strcmp(entry->person, person) == 0 &&
		    (note == NULL || strcmp(entry->note, note) == 0))
			return true;
	}
	return false;
}
