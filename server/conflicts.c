#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/act.h"
#include "server/conflicts.h"
#include "shared/enc.h"
#include "shared/hours.h"
#include "shared/lang.h"
#include "shared/ledger.h"
#include "shared/ledger_device.h"

void conflict_id(
    char out[CONFLICT_ID_TEXT], const char *structure, const char *record)
{
	char text[TEXT_ID_MAX + RECORD_KEY_MAX + 2];
	struct hash hash;

	(void)snprintf(text, sizeof(text), "%s/%s", structure, record);
	hash_of(&hash, text, strlen(text));
	enc_hex(hash.bytes, (CONFLICT_ID_TEXT - 1) / 2, out);
}

/* ---- the live values of one record ---- */

#define VALUES_MAX 64

struct value {
	struct hash hash;
	json_t *json; /* owned; NULL: a void */
	char *text;   /* owned: canonical */
	char person[TEXT_ID_MAX + 1];
	char device[DEVICE_TEXT];
	char at[STAMP_TEXT];
};

struct values {
	struct value items[VALUES_MAX];
	size_t count;
};

static void values_clear(struct values *values)
{
	for (size_t i = 0; i < values->count; i++) {
		json_decref(values->items[i].json);
		free(values->items[i].text);
	}
	values->count = 0;
}

static int take_value(
    void *context, const struct entry_row *row, struct err *err)
{
	struct values *values = context;
	struct value *value;

	if (!row->live || values->count == VALUES_MAX)
		return 0;
	value = &values->items[values->count++];
	memset(value, 0, sizeof(*value));
	value->hash = row->hash;
	(void)snprintf(
	    value->person, sizeof(value->person), "%s", row->entry->person);
	(void)snprintf(
	    value->device, sizeof(value->device), "%s", row->entry->device);
	(void)snprintf(value->at, sizeof(value->at), "%s", row->entry->at);
	if ((value->text = strdup(row->value)) == NULL)
		return err_nomem(err);
	if (strcmp(value->text, ENTRY_VOID) == 0)
		return 0;
	return json_read(&value->json, value->text, strlen(value->text), err);
}

/* ---- listing ---- */

struct found {
	char structure[TEXT_ID_MAX + 1];
	char record[RECORD_KEY_MAX];
};

struct search {
	struct found *items; /* owned */
	size_t count;
	size_t room;
};

static int note_contested(
    void *context, const struct record_row *row, struct err *err)
{
	struct search *search = context;
	struct found *found;

	if (strcmp(row->state, RECORD_CONTESTED) != 0)
		return 0;
	if (search->count == search->room) {
		size_t room = search->room == 0 ? 16 : 2 * search->room;

		found = realloc(search->items, room * sizeof(*found));
		if (found == NULL)
			return err_nomem(err);
		search->items = found;
		search->room = room;
	}
	found = &search->items[search->count++];
	(void)snprintf(
	    found->structure, sizeof(found->structure), "%s", row->structure);
	(void)snprintf(found->record, sizeof(found->record), "%s", row->record);
	return 0;
}

static int find_contested(
    struct office *office, struct search *search, struct err *err)
{
	return ledger_family(
	    office->db, NULL, "hours", note_contested, search, err);
}

static json_t *value_json(
    struct office *office, const char *structure, const struct value *value)
{
	struct device device;
	char hex[HASH_TEXT];
	struct hours hours;

	hash_hex(&value->hash, hex);
	hours_read(&hours, value->json);
	if (ledger_device(office->db, structure, value->device,
		office->server.pub, &device, NULL) < 0)
		return NULL;
	return json_pack("{s:s, s:b, s:i, s:s, s:s, s:s, s:s, s:s, s:s, s:s}",
	    "hash", hex, "void", value->json == NULL, "minutes", hours.minutes,
	    "kind", hours.kind, "site", hours.site, "activity", hours.activity,
	    "person", value->person, "device", value->device, "device_name",
	    device.name, "at", value->at);
}

static int add_conflict(struct office *office, const struct found *found,
    json_t *list, struct err *err)
{
	struct values *values = calloc(1, sizeof(*values));
	json_t *array = json_array();
	char id[CONFLICT_ID_TEXT];
	struct record_key key;
	int rc;

	if (values == NULL || array == NULL) {
		rc = err_nomem(err);
		goto out;
	}
	if ((rc = record_key_parse(&key, found->record, err)) < 0 ||
	    (rc = ledger_history(office->db, found->structure, found->record,
		 take_value, values, err)) < 0)
		goto out;
	for (size_t i = 0; rc == 0 && i < values->count; i++) {
		if (json_array_append_new(
			array, value_json(office, found->structure,
				   &values->items[i])) < 0)
			rc = err_nomem(err);
	}
	conflict_id(id, found->structure, found->record);
	if (rc == 0 &&
	    json_array_append_new(
		list, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:O}", "id", id,
			  "structure", found->structure, "record",
			  found->record, "worker", key.subject, "day", key.part,
			  "slot", key.slot, "values", array)) < 0)
		rc = err_nomem(err);
out:
	json_decref(array);
	if (values != NULL)
		values_clear(values);
	free(values);
	return rc;
}

int conflicts_json(struct office *office, json_t **out, struct err *err)
{
	struct search search = {NULL, 0, 0};
	json_t *list = json_array();
	int rc;

	*out = NULL;
	if (list == NULL)
		return err_nomem(err);
	rc = find_contested(office, &search, err);
	for (size_t i = 0; rc == 0 && i < search.count; i++)
		rc = add_conflict(office, &search.items[i], list, err);
	free(search.items);
	if (rc < 0)
		json_decref(list);
	else
		*out = list;
	return rc;
}

/* ---- settling ---- */

static int find_one(
    struct office *office, const char *id, struct found *out, struct err *err)
{
	struct search search = {NULL, 0, 0};
	char short_id[CONFLICT_ID_TEXT];
	bool found = false;
	int rc = find_contested(office, &search, err);

	for (size_t i = 0; rc == 0 && !found && i < search.count; i++) {
		const struct found *item = &search.items[i];
		size_t len = strlen(item->structure);

		conflict_id(short_id, item->structure, item->record);
		found =
		    strcmp(id, short_id) == 0 ||
		    (strncmp(id, item->structure, len) == 0 && id[len] == '/' &&
			strcmp(id + len + 1, item->record) == 0);
		if (found)
			*out = *item;
	}
	free(search.items);
	if (rc == 0 && !found) {
		rc = err_set(err, E_NOT_FOUND,
		    L("aucun créneau contesté ne s'appelle « %.60s » : "
		      "peut-être est-il déjà tranché ; voyez « conflicts "
		      "list »",
			"no contested slot is called \"%.60s\": perhaps it is "
			"settled already; see \"conflicts list\""),
		    id);
	}
	return rc;
}

static int find_kept(const struct values *values, const char *keep,
    const struct value **out, struct err *err)
{
	size_t len = strlen(keep);
	char hex[HASH_TEXT];

	*out = NULL;
	if (len < RESOLUTION_KEEP_MIN) {
		return err_set(err, E_USAGE,
		    L("--keep : donnez au moins %d chiffres de l'empreinte",
			"--keep: give at least %d digits of the hash"),
		    RESOLUTION_KEEP_MIN);
	}
	for (size_t i = 0; i < values->count; i++) {
		hash_hex(&values->items[i].hash, hex);
		if (strncmp(hex, keep, len) != 0)
			continue;
		if (*out != NULL) {
			return err_set(err, E_INVALID,
			    L("--keep %s désigne plusieurs valeurs : donnez "
			      "plus de chiffres",
				"--keep %s names several values: give more "
				"digits"),
			    keep);
		}
		*out = &values->items[i];
	}
	if (*out == NULL) {
		return err_set(err, E_INVALID,
		    L("--keep %s ne désigne aucune des valeurs de ce créneau "
		      "; voyez « conflicts list »",
			"--keep %s names none of this slot's values; see "
			"\"conflicts list\""),
		    keep);
	}
	return 0;
}

struct settling {
	struct office *office;
	const struct found *found;
	struct record_key key;
	const struct values *values;
	struct hash heads[VALUES_MAX];
	const char *reason;
};

/* The value that stands, superseding every head. NULL: a void. */
static int settle(struct act *act, struct settling *settling,
    const json_t *value, struct err *err)
{
	struct entry_draft draft = {
	    .kind = value != NULL ? "resolve" : "void",
	    .structure = settling->found->structure,
	    .record = settling->found->record,
	    .parents = settling->heads,
	    .parent_count = settling->values->count,
	    .value = value,
	    .reason = settling->reason,
	};

	for (size_t i = 0; i < settling->values->count; i++)
		settling->heads[i] = settling->values->items[i].hash;
	return act_add(act, &draft, err);
}

static int note_state(
    void *context, const struct record_row *row, struct err *err)
{
	(void)err;
	*(bool *)context = strcmp(row->state, RECORD_VOID) == 0 ||
	                   strcmp(row->state, RECORD_EMPTY) == 0;
	return 0;
}

static int free_slot(
    struct settling *settling, char record[RECORD_KEY_MAX], struct err *err)
{
	for (char digit = '1'; digit <= '9'; digit++) {
		const char slot[] = {'x', digit, '\0'};
		bool found, usable = false;
		int rc;

		record_key_hours(
		    record, settling->key.subject, settling->key.part, slot);
		if ((rc = ledger_record(settling->office->db,
			 settling->found->structure, record, note_state,
			 &usable, &found, err)) < 0)
			return rc;
		if (!found || usable)
			return 0;
	}
	return err_set(err, E_CONFLICT,
	    L("plus aucun créneau libre (x1 à x9) ce jour-là",
		"no free slot (x1 to x9) left on that day"));
}

/* Another value of the same slot, moved to a free one. */
static int move_aside(struct act *act, struct settling *settling,
    const struct value *value, struct err *err)
{
	struct hash heads[ENTRY_PARENTS_MAX];
	char record[RECORD_KEY_MAX];
	struct entry_draft draft = {
	    .kind = "hours",
	    .structure = settling->found->structure,
	    .record = record,
	    .parents = heads,
	    .value = value->json,
	    .from = &value->hash,
	    .from_count = 1,
	    .reason = settling->reason,
	};
	int rc;

	if ((rc = free_slot(settling, record, err)) < 0 ||
	    (rc = ledger_heads(act->office->db, draft.structure, record, heads,
		 ENTRY_PARENTS_MAX, &draft.parent_count, err)) < 0)
		return rc;
	return act_add(act, &draft, err);
}

static bool is_repeated(const struct values *values, size_t i)
{
	for (size_t k = 0; k < i; k++) {
		if (strcmp(values->items[k].text, values->items[i].text) == 0)
			return true;
	}
	return false;
}

/* The first value keeps the slot; each other different one gets its own. A
 * void among them just loses. */
static int keep_both(
    struct act *act, struct settling *settling, struct err *err)
{
	const struct values *values = settling->values;
	const struct value *first = NULL;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < values->count; i++) {
		if (values->items[i].json == NULL || is_repeated(values, i))
			continue;
		if (first == NULL) {
			first = &values->items[i];
			rc = settle(act, settling, first->json, err);
		} else {
			rc = move_aside(act, settling, &values->items[i], err);
		}
	}
	return rc;
}

/* A duration that nobody recorded; the rest as in the first value. */
static int third_value(
    struct act *act, struct settling *settling, int minutes, struct err *err)
{
	const struct values *values = settling->values;
	const json_t *base = NULL;
	json_t *value;
	int rc;

	for (size_t i = 0; base == NULL && i < values->count; i++)
		base = values->items[i].json;
	value = base != NULL ? json_clone(base) : NULL;
	if (value == NULL || !json_put_int(value, "minutes", minutes)) {
		json_decref(value);
		return err_nomem(err);
	}
	/* Other minutes make the old start and end untrue. */
	(void)json_object_del(value, "start");
	(void)json_object_del(value, "end");
	(void)json_object_del(value, "break");
	rc = settle(act, settling, value, err);
	json_decref(value);
	return rc;
}

static int apply(struct act *act, struct settling *settling,
    const struct resolution *resolution, struct err *err)
{
	const struct value *kept;
	int rc;

	if (resolution->both)
		return keep_both(act, settling, err);
	if (resolution->minutes >= 0)
		return third_value(act, settling, resolution->minutes, err);
	if ((rc = find_kept(settling->values, resolution->keep, &kept, err)) <
	    0)
		return rc;
	return settle(act, settling, kept->json, err);
}

int conflict_resolve(struct office *office, const char *id,
    const struct resolution *resolution, struct err *err)
{
	struct values *values = calloc(1, sizeof(*values));
	struct settling *settling = calloc(1, sizeof(*settling));
	struct found found;
	struct act act;
	int rc;

	if (values == NULL || settling == NULL) {
		rc = err_nomem(err);
		goto out;
	}
	if ((rc = find_one(office, id, &found, err)) < 0 ||
	    (rc = ledger_history(office->db, found.structure, found.record,
		 take_value, values, err)) < 0 ||
	    (rc = record_key_parse(&settling->key, found.record, err)) < 0)
		goto out;
	settling->office = office;
	settling->found = &found;
	settling->values = values;
	settling->reason = resolution->reason;
	if ((rc = act_begin(&act, office, err)) < 0)
		goto out;
	if ((rc = apply(&act, settling, resolution, err)) == 0)
		rc = act_commit(&act, err);
	else
		act_abort(&act);
out:
	if (values != NULL)
		values_clear(values);
	free(values);
	free(settling);
	return rc;
}
