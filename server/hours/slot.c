#include <stdlib.h>
#include <string.h>

#include "server/hours/slot.h"
#include "server/store/slots.h"
#include "shared/date.h"
#include "shared/lang.h"
#include "shared/ledger.h"
#include "shared/ledger_device.h"

/* The reason that "hours undo" gives on a laptop (agent/past.h). */
#define UNDO_REASON "annulé aussitôt"

/* ---- reading ---- */

static struct slot_entry *grow(struct slot *slot)
{
	if (slot->count == slot->room) {
		size_t room = slot->room == 0 ? 4 : 2 * slot->room;
		struct slot_entry *entries =
		    reallocarray(slot->entries, room, sizeof(*entries));

		if (entries == NULL)
			return NULL;
		slot->entries = entries;
		slot->room = room;
	}
	return memset(
	    &slot->entries[slot->count++], 0, sizeof(struct slot_entry));
}

static int take_entry(
    void *context, const struct entry_row *row, struct err *err)
{
	struct slot_entry *at;

	if (row->entry == NULL)
		return 0;
	if ((at = grow(context)) == NULL)
		return err_nomem(err);
	at->hash = row->hash;
	at->entry = *row->entry;
	json_incref(at->entry.root);
	at->live = row->live;
	text_copy(at->fault, sizeof(at->fault), row->fault);
	if (row->value == NULL)
		return 0;
	if ((at->text = strdup(row->value)) == NULL)
		return err_nomem(err);
	return row->value[0] == '{'
	           ? json_read(&at->value, row->value, strlen(row->value), err)
	           : 0;
}

/* What the live entries come to, as the fold says it. */
static int settle(struct slot *slot, struct err *err)
{
	const struct slot_entry *first = NULL;

	for (size_t i = 0; i < slot->count; i++) {
		const struct slot_entry *at = &slot->entries[i];

		if (!at->live)
			continue;
		if (slot->head_count == ENTRY_PARENTS_MAX)
			return err_set(err, E_LIMIT,
			    L("plus de %d valeurs concurrentes dans un créneau",
				"over %d concurrent values in a slot"),
			    ENTRY_PARENTS_MAX);
		slot->heads[slot->head_count++] = at->hash;
		if (first == NULL) {
			first = at;
			slot->state =
			    at->value != NULL ? SLOT_VALUE : SLOT_VOID;
			slot->top = at->value != NULL ? at : NULL;
		} else if (strcmp(first->text, at->text) != 0) {
			slot->state = SLOT_CONTESTED;
			slot->top = NULL;
		}
	}
	return 0;
}

int slot_load(struct slot *out, struct db *db, const char *structure,
    const char *worker, const char *day, const char *slot, struct err *err)
{
	char match[TEXT_ID_MAX + 1] = "";
	int rc;

	memset(out, 0, sizeof(*out));
	text_copy(out->structure, sizeof(out->structure), structure);
	text_copy(out->day, sizeof(out->day), day);
	text_copy(out->slot, sizeof(out->slot), slot);
	/* What is said of a newcomer lands where the office said. */
	if (record_is_newcomer(worker) &&
	    (rc = ledger_alias(db, structure, worker, match, err)) < 0)
		return rc;
	text_copy(out->worker, sizeof(out->worker),
	    match[0] != '\0' ? match : worker);
	record_key_hours(out->record, out->worker, day, slot);
	if ((rc = ledger_history(
		 db, structure, out->record, take_entry, out, err)) < 0)
		return rc;
	return settle(out, err);
}

void slot_clear(struct slot *slot)
{
	for (size_t i = 0; i < slot->count; i++) {
		entry_clear(&slot->entries[i].entry);
		json_decref(slot->entries[i].value);
		free(slot->entries[i].text);
	}
	free(slot->entries);
	memset(slot, 0, sizeof(*slot));
}

const struct slot_entry *slot_find(
    const struct slot *slot, const struct hash *hash)
{
	for (size_t i = 0; i < slot->count; i++) {
		if (hash_equal(&slot->entries[i].hash, hash))
			return &slot->entries[i];
	}
	return NULL;
}

const char *slot_state_word(enum slot_state state)
{
	switch (state) {
	case SLOT_EMPTY:
		return RECORD_EMPTY;
	case SLOT_VOID:
		return RECORD_VOID;
	case SLOT_VALUE:
		return RECORD_MERGED;
	case SLOT_CONTESTED:
		return RECORD_CONTESTED;
	}
	return "";
}

void slot_version(struct buf *out, const struct slot *slot)
{
	char hex[HASH_TEXT];

	if (slot->head_count == 0)
		buf_add_text(out, SLOT_SEEN_NONE);
	for (size_t i = 0; i < slot->head_count; i++) {
		hash_hex(&slot->heads[i], hex);
		buf_printf(
		    out, "%s%.*s", i > 0 ? "," : "", SLOT_SEEN_DIGITS, hex);
	}
}

/* ---- what it went through ---- */

static bool is_undo(const struct slot_entry *at)
{
	return strcmp(at->entry.reason, UNDO_REASON) == 0;
}

static bool is_undone(const struct slot *slot, const struct slot_entry *at)
{
	for (size_t i = 0; i < slot->count; i++) {
		const struct slot_entry *later = &slot->entries[i];

		for (size_t p = 0;
		     is_undo(later) && p < later->entry.parent_count; p++) {
			if (hash_equal(&later->entry.parents[p], &at->hash))
				return true;
		}
	}
	return false;
}

bool slot_is_corrected(const struct slot *slot)
{
	for (size_t i = 0; i < slot->count; i++) {
		const struct slot_entry *at = &slot->entries[i];

		if (at->text != NULL && at->entry.reason[0] != '\0' &&
		    at->entry.parent_count > 0 && !is_undo(at) &&
		    !is_undone(slot, at))
			return true;
	}
	return false;
}

static bool is_paper(const struct slot_entry *at)
{
	return strncmp(at->entry.note, SLOT_PAPER, strlen(SLOT_PAPER)) == 0;
}

bool slot_is_paper(const struct slot *slot)
{
	for (size_t i = 0; i < slot->count; i++) {
		if (slot->entries[i].live && is_paper(&slot->entries[i]))
			return true;
	}
	return false;
}

/* ---- telling ---- */

struct name {
	char text[2 * TEXT_NAME_MAX + 2];
};

static int take_name(
    void *context, const struct record_row *row, struct err *err)
{
	struct name *name = context;
	json_t *value = NULL;
	int rc;

	if (row->value[0] != '{')
		return 0;
	if ((rc = json_read(&value, row->value, strlen(row->value), err)) < 0)
		return rc;
	text_copy(name->text, sizeof(name->text), json_text(value, "first"));
	if (json_text(value, "last")[0] != '\0') {
		size_t len = strlen(name->text);

		name->text[len] = ' ';
		text_copy(name->text + len + 1, sizeof(name->text) - len - 1,
		    json_text(value, "last"));
	}
	json_decref(value);
	return 0;
}

/* The supervisor's name, else the person as the entry has it, else the
 * device's. */
static int author_name(struct name *out, struct office *office,
    const struct entry *entry, const struct device *device, struct err *err)
{
	int rc = 0;

	out->text[0] = '\0';
	/* A laptop may serve crews of several structures. */
	if (text_check_id(entry->person, NULL) == 0)
		rc = ledger_subject(office->db, NULL, "supervisor",
		    entry->person, take_name, out, err);
	/* An account's key is enrolled under its owner's name. */
	if (rc == 0 && out->text[0] == '\0' &&
	    device->writer == WRITER_OFFICE &&
	    strcmp(device->name, "console") != 0)
		text_copy(out->text, sizeof(out->text), device->name);
	if (rc == 0 && out->text[0] == '\0')
		text_copy(out->text, sizeof(out->text), entry->person);
	if (rc == 0 && out->text[0] == '\0')
		text_copy(out->text, sizeof(out->text), device->name);
	return rc;
}

int slot_add_author(struct buf *out, struct office *office,
    const struct slot_entry *at, const char *structure, struct err *err)
{
	struct device device;
	struct name name;
	int rc;

	if ((rc = ledger_device(office->db, structure, at->entry.device,
		 office->server.pub, &device, err)) < 0 ||
	    (rc = author_name(&name, office, &at->entry, &device, err)) < 0)
		return rc;
	buf_add_text(out, name.text);
	return buf_check(out, err);
}

void slot_add_value(struct buf *out, const struct slot_entry *at)
{
	if (at->value != NULL)
		hours_describe(out, at->value);
	else if (at->text != NULL)
		buf_add_text(out, L("annulé", "cancelled"));
	else
		buf_add_text(
		    out, L("rien (mis à part)", "nothing (set aside)"));
}

static bool put_value(json_t *json, const json_t *value)
{
	static const char *const members[] = {"start", "end", "break"};
	bool done =
	    json_put_int(json, "minutes", json_int(value, "minutes", 0));

	done = done && json_put_text(json, "kind", json_text(value, "kind")) &&
	       json_put_text(json, "site", json_text(value, "site")) &&
	       json_put_text(json, "activity", json_text(value, "activity"));
	for (size_t i = 0; done && i < 3; i++) {
		json_t *member = json_object_get(value, members[i]);

		if (member != NULL)
			done = json_put(json, members[i], json_incref(member));
	}
	return done;
}

int slot_entry_json(json_t **out, struct office *office,
    const struct slot *slot, const struct slot_entry *at, struct err *err)
{
	char hex[HASH_TEXT], received[STAMP_TEXT] = "";
	const struct entry *entry = &at->entry;
	struct device device;
	struct name name;
	int64_t received_s;
	int rc;

	*out = NULL;
	if ((rc = ledger_device(office->db, slot->structure, entry->device,
		 office->server.pub, &device, err)) < 0 ||
	    (rc = author_name(&name, office, entry, &device, err)) < 0 ||
	    (rc = slots_received(office->db, slot->structure, entry->record,
		 &at->hash, &received_s, err)) < 0)
		return rc;
	if (received_s > 0)
		stamp_format(received_s, received);
	hash_hex(&at->hash, hex);
	*out = json_pack("{s:s, s:s, s:b, s:s, s:s, s:s, s:s, s:s, s:s, s:s, "
			 "s:s, s:s, s:b, s:b}",
	    "hash", hex, "entry", entry->kind, "void",
	    at->text != NULL && at->value == NULL, "note", entry->note,
	    "reason", entry->reason, "person", entry->person, "person_name",
	    name.text, "device", entry->device, "device_name", device.name,
	    "at", entry->at, "received", received, "fault", at->fault, "live",
	    at->live, "paper", is_paper(at));
	if (*out == NULL || (at->value != NULL && !put_value(*out, at->value)))
		return err_nomem(err);
	return 0;
}

/* ---- what was seen ---- */

/* One item of a version; false when it is no hash's beginning. */
static bool take_item(const char **at, const char **item, size_t *len)
{
	*item = *at;
	*len = strcspn(*at, ",");
	*at += *len + ((*at)[*len] == ',' ? 1 : 0);
	return *len >= SLOT_SEEN_MIN && *len < HASH_TEXT &&
	       strspn(*item, "0123456789abcdef") == *len;
}

static bool is_hash(const struct hash *hash, const char *item, size_t len)
{
	char hex[HASH_TEXT];

	hash_hex(hash, hex);
	return strncmp(hex, item, len) == 0;
}

static int bad_version(const char *seen, struct err *err)
{
	return err_set(err, E_USAGE,
	    L("--seen « %.60s » n'est pas une version : donnez les empreintes "
	      "que « grid » ou « hours history » montre, séparées par des "
	      "virgules, ou « none »",
		"--seen \"%.60s\" is no version: give the hashes that "
		"\"grid\" or \"hours history\" shows, separated by commas, or "
		"\"none\""),
	    seen);
}

/* Do the two name the same heads, each once? */
static int compare_seen(
    const struct slot *slot, const char *seen, bool *same, struct err *err)
{
	const char *at = seen, *item;
	size_t matched = 0, len;

	*same = true;
	if (strcmp(seen, SLOT_SEEN_NONE) == 0) {
		*same = slot->head_count == 0;
		return 0;
	}
	while (*at != '\0') {
		bool found = false;

		if (!take_item(&at, &item, &len))
			return bad_version(seen, err);
		for (size_t i = 0; i < slot->head_count; i++)
			found = found || is_hash(&slot->heads[i], item, len);
		*same = *same && found;
		matched++;
	}
	if (matched == 0)
		return bad_version(seen, err);
	*same = *same && matched == slot->head_count;
	return 0;
}

static bool is_seen(const struct slot_entry *entry, const char *seen)
{
	const char *at = seen, *item;
	size_t len;

	if (strcmp(seen, SLOT_SEEN_NONE) == 0)
		return false;
	while (*at != '\0') {
		if (take_item(&at, &item, &len) &&
		    is_hash(&entry->hash, item, len))
			return true;
	}
	return false;
}

/* Append "3h30 travail (Karim Haddad, 2026-11-20T16:31:02Z); …". */
static int add_entries(struct buf *out, const struct slot *slot,
    struct office *office, const char *seen, struct err *err)
{
	size_t before = out->len;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < slot->count; i++) {
		const struct slot_entry *at = &slot->entries[i];

		if (seen != NULL ? !is_seen(at, seen) : !at->live)
			continue;
		if (out->len > before)
			buf_add_text(out, " / ");
		slot_add_value(out, at);
		buf_add_text(out, " (");
		rc = slot_add_author(out, office, at, slot->structure, err);
		buf_printf(out, ", %s)", at->entry.at);
	}
	if (out->len == before)
		buf_add_text(out, L("rien", "nothing"));
	return rc < 0 ? rc : buf_check(out, err);
}

static int refuse_stale(const struct slot *slot, struct office *office,
    const char *seen, struct err *err)
{
	struct buf saw = BUF_INIT, now = BUF_INIT;
	int rc;

	if ((rc = add_entries(&saw, slot, office, seen, err)) == 0 &&
	    (rc = add_entries(&now, slot, office, NULL, err)) == 0)
		rc = err_set(err, E_CONFLICT,
		    L("le créneau %s %s de %s a changé depuis que vous l'avez "
		      "lu, rien n'est enregistré ; vous aviez vu : %s ; il y a "
		      "maintenant : %s ; relisez-le, puis recommencez",
			"the slot %s %s of %s has changed since you read it, "
			"nothing is recorded; you had seen: %s; now there is: "
			"%s; read it again, then start over"),
		    slot->day, slot->slot, slot->worker, buf_text(&saw),
		    buf_text(&now));
	buf_free(&saw);
	buf_free(&now);
	return rc;
}

int slot_check_seen(const struct slot *slot, struct office *office,
    const char *seen, struct err *err)
{
	bool same;
	int rc;

	if (seen == NULL)
		return 0;
	if ((rc = compare_seen(slot, seen, &same, err)) < 0 || same)
		return rc;
	return refuse_stale(slot, office, seen, err);
}

int slot_difference(json_t **out, struct office *office,
    const struct slot *slot, const char *seen, struct err *err)
{
	json_t *saw = json_array(), *now = json_array();
	struct buf version = BUF_INIT;
	int rc = saw != NULL && now != NULL ? 0 : err_nomem(err);

	*out = NULL;
	slot_version(&version, slot);
	for (size_t i = 0; rc == 0 && i < slot->count; i++) {
		const struct slot_entry *at = &slot->entries[i];
		bool was = seen != NULL && is_seen(at, seen);
		json_t *json = NULL;

		if (!was && !at->live)
			continue;
		rc = slot_entry_json(&json, office, slot, at, err);
		if (rc == 0 &&
		    ((was && json_array_append(saw, json) < 0) ||
			(at->live && json_array_append(now, json) < 0)))
			rc = err_nomem(err);
		json_decref(json);
	}
	if (rc == 0 && (rc = buf_check(&version, err)) == 0 &&
	    (*out = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:O, s:O}",
		 "structure", slot->structure, "worker", slot->worker, "day",
		 slot->day, "slot", slot->slot, "state",
		 slot_state_word(slot->state), "version", buf_text(&version),
		 "saw", saw, "now", now)) == NULL)
		rc = err_nomem(err);
	buf_free(&version);
	json_decref(saw);
	json_decref(now);
	return rc;
}
