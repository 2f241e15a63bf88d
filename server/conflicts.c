#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/act.h"
#include "server/conflicts.h"
#include "server/hours/hours_part.h"
#include "server/store/slots.h"
#include "shared/enc.h"
#include "shared/lang.h"
#include "shared/ledger.h"

void conflict_id(
    char out[CONFLICT_ID_TEXT], const char *structure, const char *record)
{
	char text[TEXT_ID_MAX + RECORD_KEY_MAX + 2];
	struct hash hash;

	(void)snprintf(text, sizeof(text), "%s/%s", structure, record);
	hash_of(&hash, text, strlen(text));
	enc_hex(hash.bytes, (CONFLICT_ID_TEXT - 1) / 2, out);
}

/* The slot of a record. Clear it in every case. */
static int load_record(struct slot *out, struct office *office,
    const char *structure, const char *record, struct err *err)
{
	struct record_key key;
	int rc;

	memset(out, 0, sizeof(*out));
	if ((rc = record_key_parse(&key, record, err)) < 0)
		return rc;
	return slot_load(
	    out, office->db, structure, key.subject, key.part, key.slot, err);
}

/* ---- listing ---- */

static int name_of(struct buf *out, struct office *office,
    const struct slot *slot, struct err *err)
{
	struct hours_who who;
	int rc =
	    hours_who_find(&who, office, slot->structure, slot->worker, err);

	if (rc == 0)
		rc = hours_who_name(out, office, &who, err);
	else if (rc == E_NOT_FOUND)
		rc = 0; /* on no list: known by the identifier alone */
	if (rc == 0 && out->len == 0)
		buf_add_text(out, slot->worker);
	hours_who_clear(&who);
	return rc < 0 ? rc : buf_check(out, err);
}

static int live_json(json_t *list, struct office *office,
    const struct slot *slot, struct err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < slot->count; i++) {
		json_t *json = NULL;

		if (!slot->entries[i].live)
			continue;
		rc = slot_entry_json(
		    &json, office, slot, &slot->entries[i], err);
		if (rc == 0 && json_array_append(list, json) < 0)
			rc = err_nomem(err);
		json_decref(json);
	}
	return rc;
}

struct listing {
	struct office *office;
	json_t *list;
};

static int add_conflict(
    void *context, const char *structure, const char *record, struct err *err)
{
	struct listing *listing = context;
	struct buf name = BUF_INIT, version = BUF_INIT;
	json_t *values = json_array();
	char id[CONFLICT_ID_TEXT];
	struct slot slot;
	int rc;

	if ((rc = load_record(&slot, listing->office, structure, record, err)) <
		0 ||
	    (rc = name_of(&name, listing->office, &slot, err)) < 0 ||
	    (rc = live_json(values, listing->office, &slot, err)) < 0)
		goto out;
	slot_version(&version, &slot);
	conflict_id(id, structure, record);
	if (json_array_append_new(listing->list,
		json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:O}", "id",
		    id, "structure", structure, "record", record, "worker",
		    slot.worker, "name", buf_text(&name), "day", slot.day,
		    "slot", slot.slot, "version", buf_text(&version), "values",
		    values)) < 0)
		rc = err_nomem(err);
out:
	json_decref(values);
	slot_clear(&slot);
	buf_free(&name);
	buf_free(&version);
	return rc;
}

/* Which ones first: what tells of one asks of the same tables again. */
static int note_contested(
    void *context, const char *structure, const char *record, struct err *err)
{
	return json_array_append_new(
		   context, json_pack("[s, s]", structure, record)) < 0
	           ? err_nomem(err)
	           : 0;
}

static const char *part(const json_t *found, size_t i, size_t which)
{
	return json_string_value(
	    json_array_get(json_array_get(found, i), which));
}

int conflicts_json(struct office *office, json_t **out, struct err *err)
{
	struct listing listing = {office, json_array()};
	json_t *found = json_array();
	int rc = listing.list != NULL && found != NULL ? 0 : err_nomem(err);

	*out = NULL;
	if (rc == 0)
		rc = slots_contested(
		    office->db, NULL, note_contested, found, err);
	for (size_t i = 0; rc == 0 && i < json_array_size(found); i++)
		rc = add_conflict(
		    &listing, part(found, i, 0), part(found, i, 1), err);
	json_decref(found);
	if (rc < 0)
		json_decref(listing.list);
	else
		*out = listing.list;
	return rc;
}

/* ---- which one ---- */

struct found {
	const char *id;
	char structure[TEXT_ID_MAX + 1];
	char record[RECORD_KEY_MAX];
	bool found;
};

static int compare_id(
    void *context, const char *structure, const char *record, struct err *err)
{
	struct found *found = context;
	char id[CONFLICT_ID_TEXT];

	(void)err;
	conflict_id(id, structure, record);
	if (strcmp(id, found->id) != 0)
		return 0;
	text_copy(found->structure, sizeof(found->structure), structure);
	text_copy(found->record, sizeof(found->record), record);
	found->found = true;
	return 1;
}

static int compare_row(
    void *context, const struct record_row *row, struct err *err)
{
	return compare_id(context, row->structure, row->record, err);
}

/* "<structure>/<record>": of hours, and there. */
static int find_record(
    struct office *office, struct found *found, struct err *err)
{
	const char *slash = strchr(found->id, '/');
	struct record_key key;
	size_t len = (size_t)(slash - found->id);

	if (len > TEXT_ID_MAX || record_key_parse(&key, slash + 1, NULL) < 0 ||
	    strcmp(key.family, "hours") != 0)
		return 0;
	memcpy(found->structure, found->id, len);
	found->structure[len] = '\0';
	text_copy(found->record, sizeof(found->record), slash + 1);
	return ledger_record(office->db, found->structure, found->record,
	    compare_row, found, &found->found, err);
}

/* What was settled meanwhile is looked for as well, to say so. */
static int find(struct office *office, struct found *found, struct err *err)
{
	int rc;

	if (strchr(found->id, '/') != NULL) {
		rc = find_record(office, found, err);
	} else {
		rc = slots_contested(office->db, NULL, compare_id, found, err);
		if (rc == 0 && !found->found)
			rc = ledger_family(
			    office->db, NULL, "hours", compare_row, found, err);
	}
	if (rc == 0 && !found->found)
		rc = err_set(err, E_NOT_FOUND,
		    L("aucun créneau contesté ne s'appelle « %.60s » ; voyez "
		      "la liste des conflits",
			"no contested slot is called \"%.60s\"; see the "
			"list of conflicts"),
		    found->id);
	return rc;
}

static int refuse_settled(
    struct office *office, const struct slot *slot, struct err *err)
{
	const struct slot_entry *last = NULL;
	struct buf value = BUF_INIT, author = BUF_INIT;
	int rc = 0;

	for (size_t i = 0; i < slot->count; i++) {
		if (slot->entries[i].live)
			last = &slot->entries[i];
	}
	if (last != NULL) {
		slot_add_value(&value, last);
		rc = slot_add_author(
		    &author, office, last, slot->structure, err);
	}
	if (rc == 0)
		rc = err_set(err, E_CONFLICT,
		    L("ce créneau est déjà tranché (%s %s, %s) : %s, par %s, "
		      "le %s%s%s ; rien n'est changé",
			"this slot is settled already (%s %s, %s): %s, by %s, "
			"on %s%s%s; nothing is changed"),
		    slot->day, slot->slot, slot->worker, buf_text(&value),
		    buf_text(&author), last != NULL ? last->entry.at : "",
		    last != NULL && last->entry.reason[0] != '\0'
			? L(", motif : ", ", reason: ")
			: "",
		    last != NULL ? last->entry.reason : "");
	buf_free(&value);
	buf_free(&author);
	return rc;
}

/* ---- settling ---- */

static int find_kept(const struct slot *slot, const char *keep,
    const struct slot_entry **out, struct err *err)
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
	for (size_t i = 0; i < slot->count; i++) {
		hash_hex(&slot->entries[i].hash, hex);
		if (!slot->entries[i].live || strncmp(hex, keep, len) != 0)
			continue;
		if (*out != NULL) {
			return err_set(err, E_INVALID,
			    L("--keep %s désigne plusieurs valeurs : donnez "
			      "plus de chiffres",
				"--keep %s names several values: give more "
				"digits"),
			    keep);
		}
		*out = &slot->entries[i];
	}
	if (*out == NULL) {
		return err_set(err, E_INVALID,
		    L("--keep %s ne désigne aucune des valeurs de ce créneau "
		      "; voyez la liste des conflits",
			"--keep %s names none of this slot's values; see "
			"the list of conflicts"),
		    keep);
	}
	return 0;
}

struct settling {
	struct act act;
	struct office *office;
	struct slot slot;
	const struct resolution *how;
};

/* The value that stands, superseding every head. NULL: a void. */
static int settle(
    struct settling *settling, const json_t *value, struct err *err)
{
	struct entry_draft draft = {
	    .kind = value != NULL ? "resolve" : "void",
	    .structure = settling->slot.structure,
	    .record = settling->slot.record,
	    .parents = settling->slot.heads,
	    .parent_count = settling->slot.head_count,
	    .value = value,
	    .reason = settling->how->reason,
	};

	return act_add(&settling->act, &draft, err);
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
	const struct slot *slot = &settling->slot;

	for (char digit = '1'; digit <= '9'; digit++) {
		const char name[] = {'x', digit, '\0'};
		bool found, usable = false;
		int rc;

		record_key_hours(record, slot->worker, slot->day, name);
		if ((rc = ledger_record(settling->office->db, slot->structure,
			 record, note_state, &usable, &found, err)) < 0)
			return rc;
		if (!found || usable)
			return 0;
	}
	return err_set(err, E_CONFLICT,
	    L("plus aucun créneau libre (x1 à x9) ce jour-là",
		"no free slot (x1 to x9) left on that day"));
}

/* Another value of the same slot, moved to a free one. */
static int move_aside(
    struct settling *settling, const struct slot_entry *value, struct err *err)
{
	struct hash heads[ENTRY_PARENTS_MAX];
	char record[RECORD_KEY_MAX];
	struct entry_draft draft = {
	    .kind = "hours",
	    .structure = settling->slot.structure,
	    .record = record,
	    .parents = heads,
	    .value = value->value,
	    .from = &value->hash,
	    .from_count = 1,
	    .reason = settling->how->reason,
	};
	int rc;

	if ((rc = free_slot(settling, record, err)) < 0 ||
	    (rc = ledger_heads(settling->office->db, draft.structure, record,
		 heads, ENTRY_PARENTS_MAX, &draft.parent_count, err)) < 0)
		return rc;
	return act_add(&settling->act, &draft, err);
}

static bool is_repeated(const struct slot *slot, size_t i)
{
	for (size_t k = 0; k < i; k++) {
		if (slot->entries[k].live &&
		    strcmp(slot->entries[k].text, slot->entries[i].text) == 0)
			return true;
	}
	return false;
}

/* The first value keeps the slot; each other different one gets its own. A
 * void among them just loses. */
static int keep_both(struct settling *settling, struct err *err)
{
	const struct slot *slot = &settling->slot;
	bool first = true;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < slot->count; i++) {
		const struct slot_entry *at = &slot->entries[i];

		if (!at->live || at->value == NULL || is_repeated(slot, i))
			continue;
		rc = first ? settle(settling, at->value, err)
		           : move_aside(settling, at, err);
		first = false;
	}
	return rc;
}

/* A value that nobody recorded; what is not said is as in the first one. */
static int third_value(struct settling *settling, struct err *err)
{
	const struct resolution *how = settling->how;
	const struct slot *slot = &settling->slot;
	struct hours_place place = {
	    .structure = slot->structure, .worker = slot->worker};
	struct hours_wish wish = HOURS_WISH_INIT;
	const json_t *base = NULL;
	json_t *value = NULL;
	struct hours_who who;
	int rc;

	for (size_t i = 0; base == NULL && i < slot->count; i++)
		base = slot->entries[i].live ? slot->entries[i].value : NULL;
	wish.minutes = how->minutes;
	wish.kind = how->kind;
	wish.site = how->site;
	wish.activity = how->activity;
	text_copy(place.day, sizeof(place.day), slot->day);
	text_copy(place.slot, sizeof(place.slot), slot->slot);
	if ((rc = hours_who_recorded(&who, settling->office, slot->structure,
		 slot->worker, err)) == 0 &&
	    (rc = hours_make(&value, settling->office, &who, &place, base,
		 &wish, err)) == 0)
		rc = settle(settling, value, err);
	json_decref(value);
	hours_who_clear(&who);
	return rc;
}

static int apply(struct settling *settling, struct err *err)
{
	const struct resolution *how = settling->how;
	const struct slot_entry *kept;
	int rc;

	if (how->both)
		return keep_both(settling, err);
	if (how->keep == NULL)
		return third_value(settling, err);
	if ((rc = find_kept(&settling->slot, how->keep, &kept, err)) < 0)
		return rc;
	return settle(settling, kept->value, err);
}

/* Is it still to be settled, as it was seen? */
static int check(struct settling *settling, struct err *err)
{
	if (settling->slot.state != SLOT_CONTESTED)
		return refuse_settled(settling->office, &settling->slot, err);
	return slot_check_seen(
	    &settling->slot, settling->office, settling->how->seen, err);
}

int conflict_resolve(struct office *office, const char *id,
    const struct resolution *resolution, json_t **conflict, struct err *err)
{
	struct settling settling = {.office = office, .how = resolution};
	struct found found = {.id = id};
	int rc;

	if (conflict != NULL)
		*conflict = NULL;
	if ((rc = find(office, &found, err)) < 0 ||
	    (rc = act_check_scope(office, found.structure, err)) < 0 ||
	    (rc = act_begin(&settling.act, office, err)) < 0)
		return rc;
	if ((rc = load_record(&settling.slot, office, found.structure,
		 found.record, err)) == 0)
		rc = check(&settling, err);
	if (rc == E_CONFLICT && conflict != NULL)
		(void)slot_difference(
		    conflict, office, &settling.slot, resolution->seen, NULL);
	if (rc == 0 && (rc = apply(&settling, err)) == 0)
		rc = act_commit(&settling.act, err);
	if (rc < 0)
		act_abort(&settling.act);
	slot_clear(&settling.slot);
	return rc;
}
