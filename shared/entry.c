#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "shared/date.h"
#include "shared/entry.h"
#include "shared/hours.h"
#include "shared/lang.h"
#include "shared/signoff.h"

static int not_an_entry(struct err *err, const char *why)
{
	return err_set(err, E_INVALID,
	    L("écriture illisible : %s", "unreadable entry: %s"), why);
}

/* The salt line's length with its line feed, or 0 when there is none. */
static size_t salt_line(const char *text, size_t len)
{
	size_t digits = 0;

	while (digits < len && digits < 128 &&
	       strchr("0123456789abcdef", text[digits]) != NULL &&
	       text[digits] != '\0')
		digits++;
	if (digits < (size_t)2 * ENTRY_SALT_LEN || digits >= len ||
	    text[digits] != '\n')
		return 0;
	return digits + 1;
}

static int parse_parents(struct entry *out, struct err *err)
{
	const json_t *list = json_object_get(out->root, "parents");
	size_t count = json_array_size(list);

	if (list != NULL && !json_is_array(list))
		return not_an_entry(err, "parents");
	if (count > ENTRY_PARENTS_MAX)
		return not_an_entry(
		    err, L("trop de parents", "too many parents"));
	for (size_t i = 0; i < count; i++) {
		const char *hex = json_string_value(json_array_get(list, i));

		if (hex == NULL || hash_parse(&out->parents[i], hex, err) < 0)
			return not_an_entry(err, "parents");
	}
	out->parent_count = count;
	return 0;
}

/* Empty, but for the members that a count tells of. */
static void init(struct entry *out)
{
	memset(out, 0, offsetof(struct entry, parents));
	out->flat.count = 0;
	out->kind = out->structure = out->record = out->note = "";
	out->device = out->person = out->reason = out->at = "";
}

/* Find the JSON line of ${body}, without its line feed. */
static int find_line(struct bytes *line, struct bytes body, struct err *err)
{
	const char *text = body.data;
	size_t salt;

	if (body.len > ENTRY_BYTES_MAX)
		return not_an_entry(err, L("trop longue", "too long"));
	salt = salt_line(text, body.len);
	if (salt == 0 || body.len < salt + 3 || text[body.len - 1] != '\n' ||
	    memchr(text + salt, '\n', body.len - salt) != text + body.len - 1)
		return not_an_entry(
		    err, L("une ligne de sel puis une ligne JSON attendues",
			     "one salt line, then one JSON line expected"));
	*line = (struct bytes){text + salt, body.len - salt - 1};
	return 0;
}

static int parse_line(struct entry *out, struct bytes line, struct err *err)
{
	const json_t *by;
	int rc = json_read(&out->root, line.data, line.len, err);

	if (rc < 0)
		return rc;
	out->kind = json_text(out->root, "kind");
	out->structure = json_text(out->root, "structure");
	out->record = json_text(out->root, "record");
	out->note = json_text(out->root, "note");
	out->reason = json_text(out->root, "reason");
	out->at = json_text(out->root, "at");
	out->value = json_object_get(out->root, "set");
	by = json_object_get(out->root, "by");
	out->device = json_text(by, "device");
	out->person = json_text(by, "person");
	if (json_int(out->root, "v", 0) < 1 || out->kind[0] == '\0' ||
	    out->record[0] == '\0' || out->device[0] == '\0')
		return not_an_entry(
		    err, L("v, kind, record ou by manque",
			     "v, kind, record or by is missing"));
	return parse_parents(out, err);
}

int entry_parse(
    struct entry *out, const void *body, size_t len, struct err *err)
{
	struct bytes line;
	int rc;

	init(out);
	hash_of(&out->hash, body, len);
	if ((rc = find_line(&line, (struct bytes){body, len}, err)) < 0)
		return rc;
	return parse_line(out, line, err);
}

int entry_try(
    struct entry *out, struct bytes body, bool *parsed, struct err *err)
{
	int rc = entry_parse(out, body.data, body.len, NULL);

	*parsed = rc == 0;
	return rc == E_NOMEM ? err_nomem(err) : 0;
}

/* The line cut in place in ${out->held}; false: parse it in full. */
static bool scan_line(struct entry *out, size_t len)
{
	struct json_quick_entry quick = {.parents = out->parents,
	    .parent_max = ENTRY_PARENTS_MAX,
	    .set = &out->flat};

	if (!json_quick_entry(&quick, out->held, len) || quick.v < 1 ||
	    quick.kind[0] == '\0' || quick.record[0] == '\0' ||
	    quick.device[0] == '\0')
		return false;
	out->kind = quick.kind;
	out->structure = quick.structure;
	out->record = quick.record;
	out->note = quick.note;
	out->device = quick.device;
	out->person = quick.person;
	out->reason = quick.reason;
	out->at = quick.at;
	out->sets = quick.has_set;
	out->parent_count = quick.parent_count;
	return true;
}

int entry_scan(struct entry *out, struct bytes body, const struct hash *hash,
    bool *parsed, struct err *err)
{
	struct bytes line;
	int rc;

	init(out);
	*parsed = false;
	if (hash != NULL)
		out->hash = *hash;
	else
		hash_of(&out->hash, body.data, body.len);
	if (find_line(&line, body, NULL) < 0)
		return 0;
	if ((out->held = malloc(line.len)) == NULL)
		return err_nomem(err);
	memcpy(out->held, line.data, line.len);
	if ((*parsed = scan_line(out, line.len)))
		return 0;
	free(out->held);
	out->held = NULL;
	out->flat.count = 0;
	rc = parse_line(out, line, NULL);
	*parsed = rc == 0;
	return rc == E_NOMEM ? err_nomem(err) : 0;
}

const char *entry_text(const struct entry *entry, const char *name)
{
	return entry->held != NULL ? json_flat_text(&entry->flat, name)
	                           : json_text(entry->value, name);
}

int64_t entry_int(const struct entry *entry, const char *name, int64_t fallback)
{
	return entry->held != NULL ? json_flat_int(&entry->flat, name, fallback)
	                           : json_int(entry->value, name, fallback);
}

void entry_clear(struct entry *entry)
{
	json_decref(entry->root);
	free(entry->held);
	init(entry);
}

static bool key_fits(
    const struct record_kind *kind, const struct record_key *key)
{
	if (kind->family != NULL && strcmp(kind->family, key->family) != 0)
		return false;
	switch (kind->shape) {
	case SHAPE_SUBJECT:
		/* A match moves hours away from newcomers, never workers. */
		return key->part[0] == '\0' &&
		       (strcmp(key->family, "newcomer") != 0 ||
			   record_is_newcomer(key->subject));
	case SHAPE_PART:
		return key->part[0] != '\0' && key->slot[0] == '\0';
	case SHAPE_HOURS:
		return date_is_iso(key->part) && record_is_slot(key->slot);
	case SHAPE_ANY:
		return true;
	}
	return false;
}

/* Laptops write about hours, skills, sign-offs and newcomers only, also when
 * they void. */
static bool may_write(const struct record_kind *kind,
    const struct record_key *key, enum writer writer)
{
	const struct record_kind *target = record_kind_find(key->family);

	if ((kind->writers & (unsigned)writer) == 0)
		return false;
	return kind->family != NULL || writer != WRITER_LAPTOP ||
	       (target != NULL && (target->writers & WRITER_LAPTOP) != 0);
}

static int check_fields(const struct record_kind *kind,
    const struct entry *entry, enum writer writer, struct err *err)
{
	if (entry->held == NULL)
		return record_check_value(kind, entry->value, writer, err);
	return record_check_flat(
	    kind, entry->sets ? &entry->flat : NULL, writer, err);
}

static int check_hours(const struct entry *entry, struct err *err)
{
	struct hours hours;

	if (entry->held == NULL)
		return hours_check(entry->value, err);
	hours_read_flat(&hours, &entry->flat);
	return hours_check_read(&hours, err);
}

static const char *check_value(const struct record_kind *kind,
    const struct entry *entry, const struct record_key *key, enum writer writer,
    struct err *err)
{
	if (check_fields(kind, entry, writer, err) < 0)
		return "value";
	if (kind->shape == SHAPE_HOURS && check_hours(entry, err) < 0)
		return "value";
	/* A sign-off's list makes it one that is parsed in full. */
	if (strcmp(kind->kind, SIGNOFF_FAMILY) == 0 &&
	    signoff_check(entry->value, key->part, err) < 0)
		return "value";
	return NULL;
}

const char *entry_fault(const struct entry *entry,
    const struct set_header *header, enum writer writer, struct err *err)
{
	struct record_key key;

	return entry_fault_key(entry, header, writer, &key, err);
}

const char *entry_fault_key(const struct entry *entry,
    const struct set_header *header, enum writer writer, struct record_key *key,
    struct err *err)
{
	const struct record_kind *kind = record_kind_find(entry->kind);

	memset(key, 0, sizeof(*key));
	if (strcmp(entry->structure, header->structure) != 0)
		return "structure";
	if (strcmp(entry->device, header->device) != 0) {
		if (record_key_parse(key, entry->record, NULL) < 0)
			memset(key, 0, sizeof(*key));
		return "author";
	}
	if (record_key_parse(key, entry->record, err) < 0) {
		memset(key, 0, sizeof(*key));
		return "record";
	}
	if (kind == NULL)
		return NULL;
	if (!may_write(kind, key, writer))
		return "authority";
	if (!key_fits(kind, key))
		return "record";
	if (kind->needs_reason && entry->reason[0] == '\0')
		return "reason";
	return check_value(kind, entry, key, writer, err);
}

const char *entry_fault_text(const char *code)
{
	static const struct {
		const char *code, *fr, *en;
	} texts[] = {
	    {"malformed", "écriture illisible", "unreadable entry"},
	    {"revoked", "poste révoqué", "revoked device"},
	    {"structure", "écriture d'une autre structure",
		"entry of another structure"},
	    {"author", "écriture d'un autre poste", "entry of another device"},
	    {"authority", "réservé au bureau", "for the office alone"},
	    {"record", "clé qui ne convient pas à ce genre d'écriture",
		"key that does not fit this kind of entry"},
	    {"reason", "motif absent", "reason missing"},
	    {"value", "valeur hors des règles", "value against the rules"},
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (strcmp(texts[i].code, code) == 0)
			return L(texts[i].fr, texts[i].en);
	}
	return code;
}

bool entry_value(struct buf *out, const struct entry *entry)
{
	const struct record_kind *kind = record_kind_find(entry->kind);
	json_t *copy, *member;
	const char *name;
	void *next;

	if (kind == NULL)
		return false;
	if (strcmp(entry->kind, "void") == 0) {
		buf_add_text(out, ENTRY_VOID);
		return true;
	}
	if (entry->held != NULL && entry->sets) {
		json_flat_canonical(out, &entry->flat);
		return true;
	}
	if (!json_is_object(entry->value)) {
		/* A sign-off or a revocation says it all by being there. */
		buf_add_text(out, "{}");
		return true;
	}
	if ((copy = json_clone(entry->value)) == NULL) {
		out->failed = true;
		return true;
	}
	json_object_foreach_safe(copy, next, name, member)
	{
		if (json_is_blank(member))
			(void)json_object_del(copy, name);
	}
	json_write_sorted(out, copy);
	json_decref(copy);
	return true;
}
