#include <string.h>

#include "shared/ledger.h"
#include "shared/ledger_device.h"
#include "shared/ledger_purge.h"
#include "shared/ledger_set.h"
#include "shared/ledger_succession.h"

static int note_revoked(
    void *context, const struct record_row *row, struct err *err)
{
	(void)err;
	*(bool *)context = strcmp(row->state, RECORD_MERGED) == 0 ||
	                   strcmp(row->state, RECORD_CONTESTED) == 0;
	return 0;
}

/* A key that is not the one the identity was made from speaks for nobody. */
static void read_enrolment(
    struct device *out, const char *device, const struct json_kept *value)
{
	char own[DEVICE_TEXT];
	struct hash key;

	if (hash_parse(&key, json_kept_text(value, "key"), NULL) < 0)
		return;
	key_device(key.bytes, own);
	if (strcmp(own, device) != 0)
		return;
	memcpy(out->pub, key.bytes, KEY_LEN);
	text_copy(out->name, sizeof(out->name), json_kept_text(value, "name"));
	out->writer = strcmp(json_kept_text(value, "role"), ROLE_OFFICE) == 0
	                  ? WRITER_OFFICE
	                  : WRITER_LAPTOP;
	out->found = true;
}

struct enrolment {
	struct device *out;
	const char *device;
	bool merged;
};

/* Asked twice for each push: nothing is made of it that is not needed. */
static int take_enrolment(
    void *context, const struct record_row *row, struct err *err)
{
	struct enrolment *enrolment = context;
	struct json_kept value;
	int rc;

	if (strcmp(row->state, RECORD_MERGED) != 0 || row->value[0] != '{')
		return 0;
	enrolment->merged = true;
	rc = json_kept_read(&value, row->value, strlen(row->value), err);
	if (rc == 0)
		read_enrolment(enrolment->out, enrolment->device, &value);
	json_kept_clear(&value);
	return rc;
}

static int find_past(
    struct db *db, const char *device, struct device *out, struct err *err)
{
	const struct succession *one;
	struct successions all;
	int rc;

	if ((rc = ledger_successions(db, &all, err)) < 0 ||
	    (one = succession_of(&all, device)) == NULL)
		return rc;
	memcpy(out->pub, one->old, KEY_LEN);
	out->writer = WRITER_SERVER;
	out->found = out->past = true;
	out->until_s = one->at_s;
	return 0;
}

int ledger_device(struct db *db, const char *structure, const char *device,
    const uint8_t server[KEY_LEN], struct device *out, struct err *err)
{
	struct enrolment enrolment = {out, device, false};
	char record[RECORD_KEY_MAX], own[DEVICE_TEXT];
	int rc;

	memset(out, 0, sizeof(*out));
	key_device(server, own);
	if (strcmp(own, device) == 0) {
		memcpy(out->pub, server, KEY_LEN);
		out->writer = WRITER_SERVER;
		out->found = true;
		return 0;
	}
	record_key_make(record, "enrolment", device, NULL);
	if ((rc = ledger_record(db, structure, record, take_enrolment,
		 &enrolment, NULL, err)) < 0)
		return rc;
	if (!enrolment.merged)
		return find_past(db, device, out, err);
	record_key_make(record, "revocation", device, NULL);
	return ledger_record(
	    db, structure, record, note_revoked, &out->revoked, NULL, err);
}

int ledger_revoked_at(struct db *db, const char *structure, const char *device,
    int64_t *out, struct err *err)
{
	struct hash heads[ENTRY_PARENTS_MAX];
	char record[RECORD_KEY_MAX];
	size_t count = 0;
	int rc;

	*out = 0;
	record_key_make(record, "revocation", device, NULL);
	rc = ledger_heads(
	    db, structure, record, heads, ENTRY_PARENTS_MAX, &count, err);
	for (size_t i = 0; rc == 0 && i < count; i++) {
		enum entry_way way;
		int64_t place;

		rc = ledger_way_of(
		    db, structure, record, &heads[i], &way, &place, err);
		if (rc == 0 && place > 0 && (*out == 0 || place < *out))
			*out = place;
	}
	return rc;
}

/* What others wrote is theirs, whoever carries it. */
static int is_by(const char *device, struct bytes body, bool *out,
    char record[RECORD_KEY_MAX], struct err *err)
{
	struct entry entry;
	bool parsed;
	int rc = entry_try(&entry, body, &parsed, err);

	*out = rc == 0 && parsed && strcmp(entry.device, device) == 0;
	text_copy(record, RECORD_KEY_MAX, *out ? entry.record : "");
	entry_clear(&entry);
	return rc;
}

int ledger_judge_by_place(
    struct db *db, const struct changeset *set, struct err *err)
{
	const char *structure = set->header.structure;
	struct ledger_author author = {&set->header, WRITER_LAPTOP, false};
	char record[RECORD_KEY_MAX];
	int64_t revoked, first;
	bool own = false, purged;
	int rc =
	    ledger_revoked_at(db, structure, set->header.device, &revoked, err);

	for (size_t i = 0; rc == 0 && i < set->count; i++) {
		const struct set_entry *entry = &set->entries[i];

		if (entry->body.data == NULL)
			continue;
		rc =
		    ledger_is_purged(db, structure, &entry->hash, &purged, err);
		if (rc == 0 && !purged)
			rc = is_by(
			    set->header.device, entry->body, &own, record, err);
		if (rc < 0 || purged || !own)
			continue;
		rc = ledger_first_place(db, structure, set->header.device,
		    record, &entry->hash, &first, err);
		author.revoked = first == 0 || first >= revoked;
		if (rc == 0)
			rc = ledger_judge_again(db, &author, entry->body, err);
		/* It was purged since. */
		if (rc == E_NOT_FOUND)
			rc = 0;
	}
	return rc;
}
