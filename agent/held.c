#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/held.h"
#include "shared/lang.h"
#include "shared/ledger.h"

void held_clear(struct held *held)
{
	free(held->canonical);
	json_decref(held->value);
	json_decref(held->own_value);
	memset(held, 0, sizeof(*held));
}

static int take_record(void *context, const struct record_row *row,
    struct err *err)
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

/* The one who reads the history, and for whom. */
struct reader {
	struct held *held;
	const char *device;
	const char *person;
};

static int take_own(struct held *held, const struct entry_row *row,
    struct err *err)
{
	held->own[held->own_count++] = row->hash;
	if (held->own_value != NULL || !json_is_object(row->entry->value))
		return 0;
	held->own_value = json_deep_copy(row->entry->value);
	return held->own_value != NULL ? 0 : err_nomem(err);
}

static int take_entry(void *context, const struct entry_row *row,
    struct err *err)
{
	const struct reader *reader = context;
	struct held *held = reader->held;

	if (!row->live || row->entry == NULL)
		return 0;
	if (held->head_count == ENTRY_PARENTS_MAX) {
		return err_set(err, E_LIMIT,
		    L("trop de valeurs concurrentes (plus de %d) : le bureau "
		      "décide",
			"too many concurrent values (over %d): the office "
			"decides"),
		    ENTRY_PARENTS_MAX);
	}
	if (held->head_count == 0)
		(void)snprintf(held->person, sizeof(held->person), "%s",
		    row->entry->person);
	held->heads[held->head_count++] = row->hash;
	if (strcmp(row->entry->person, reader->person) == 0)
		held->by_person = true;
	return strcmp(row->entry->device, reader->device) == 0
	    ? take_own(held, row, err)
	    : 0;
}

/* What is recorded for a newcomer lands where the office said. */
static int settle_subject(struct held *held, struct agent *agent,
    const char *worker, struct err *err)
{
	char match[TEXT_ID_MAX + 1] = "";
	int rc = 0;

	if (record_is_newcomer(worker))
		rc = ledger_alias(agent->db, held->structure, worker, match,
		    err);
	(void)snprintf(held->subject, sizeof(held->subject), "%s",
	    match[0] != '\0' ? match : worker);
	return rc;
}

int held_load(struct held *out, struct agent *agent, const char *structure,
    const char *worker, const char *day, const char *slot,
    const char *person, struct err *err)
{
	struct reader reader = {out, agent->device, person};
	bool found;
	int rc;

	memset(out, 0, sizeof(*out));
	(void)snprintf(out->structure, sizeof(out->structure), "%s",
	    structure);
	if ((rc = settle_subject(out, agent, worker, err)) < 0)
		return rc;
	record_key_hours(out->record, out->subject, day, slot);
	if ((rc = ledger_record(agent->db, structure, out->record,
		 take_record, out, &found, err)) < 0 ||
	    !found)
		return rc;
	return ledger_history(agent->db, structure, out->record, take_entry,
	    &reader, err);
}
