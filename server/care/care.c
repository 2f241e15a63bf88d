#include <stdio.h>
#include <string.h>

#include "server/act.h"
#include "server/care/care.h"
#include "server/import/reference.h"
#include "shared/enc.h"
#include "shared/lang.h"
#include "shared/ledger.h"
#include "shared/nearest.h"
#include "shared/text.h"

#define ID_LEN 8 /* random bytes of an identity */

/* The letter tells people what an identity is of. */
static const struct {
	const char *name;
	const char *prefix;
	const char *day;
} families[CARE_FAMILIES] = {
    [CARE_MEETING] = {"meeting", "m", "day"},
    [CARE_TRAINING] = {"training", "t", "start"},
    [CARE_PMSMP] = {"pmsmp", "p", "start"},
    [CARE_EXIT] = {"exit", "e", "day"},
    [CARE_FOLLOWUP] = {"followup", "f", "day"},
};

const char *care_family_name(enum care_family family)
{
	return families[family].name;
}

const char *care_day(enum care_family family, const json_t *value)
{
	return json_text(value, families[family].day);
}

/* ---- days ---- */

void care_today(const struct office *office, char out[DATE_TEXT])
{
	struct date today;

	date_local(os_now_s(office->os), &today);
	date_format(&today, out);
}

int64_t care_days(const char *day)
{
	struct date date;

	return date_parse(&date, day, NULL) == 0 ? date_days(&date) : 0;
}

void care_months_later(const char *day, int months, char out[DATE_TEXT])
{
	struct date date = {1900, 1, 1};

	(void)date_parse(&date, day, NULL);
	date = date_add_months(&date, months);
	date_format(&date, out);
}

/* ---- who ---- */

struct looking {
	const char *structure; /* NULL: any */
	const char *worker;
	struct care_worker *found;
	size_t count;
	size_t distance; /* of the nearest so far; at first out of reach */
	char nearest[TEXT_ID_MAX + 1];
};

static int look(void *context, const struct record_row *row, struct err *err)
{
	struct looking *looking = context;
	size_t distance;

	(void)err;
	if (row->value[0] != '{' ||
	    (looking->structure != NULL &&
		strcmp(looking->structure, row->structure) != 0))
		return 0;
	if (strcmp(row->subject, looking->worker) == 0) {
		text_copy(looking->found->structure,
		    sizeof(looking->found->structure), row->structure);
		text_copy(looking->found->worker,
		    sizeof(looking->found->worker), row->subject);
		looking->count++;
		return 0;
	}
	distance = nearest_distance(looking->worker, row->subject);
	if (distance < looking->distance) {
		looking->distance = distance;
		text_copy(
		    looking->nearest, sizeof(looking->nearest), row->subject);
	}
	return 0;
}

static int nobody(const struct looking *looking, struct err *err)
{
	struct buf shown = BUF_INIT;

	text_quote(&shown, looking->worker);
	if (looking->nearest[0] != '\0')
		(void)err_set(err, E_NOT_FOUND,
		    L("salarié « %s » inconnu : vouliez-vous dire %s ? "
		      "Cherchez dans la liste des salariés",
			"unknown worker \"%s\": did you mean %s? Look in the "
			"list of workers"),
		    buf_text(&shown), looking->nearest);
	else
		(void)err_set(err, E_NOT_FOUND,
		    L("salarié « %s » inconnu : cherchez dans la liste des "
		      "salariés",
			"unknown worker \"%s\": look in the list of workers"),
		    buf_text(&shown));
	buf_free(&shown);
	return E_NOT_FOUND;
}

int care_worker_find(struct care_worker *out, struct db *db,
    const char *structure, const char *worker, struct err *err)
{
	struct looking looking = {.structure = structure,
	    .worker = worker,
	    .found = out,
	    .distance = nearest_reach(worker) + 1};
	int rc;

	memset(out, 0, sizeof(*out));
	rc = ledger_subject(db, NULL, "worker", worker, look, &looking, err);
	if (rc == 0 && looking.count == 0)
		rc = ledger_family(db, NULL, "worker", look, &looking, err);
	if (rc < 0)
		return rc;
	if (looking.count == 0)
		return nobody(&looking, err);
	if (looking.count > 1) {
		return err_set(err, E_CONFLICT,
		    L("deux structures ont un salarié %s : ajoutez "
		      "--structure",
			"two structures have a worker %s: add --structure"),
		    out->worker);
	}
	return 0;
}

/* ---- a note ---- */

struct finding {
	const char *id;
	struct care_note *note;
	bool also_void;
	bool found;
};

static int find_note(
    void *context, const struct record_row *row, struct err *err)
{
	struct finding *finding = context;
	struct record_key key;
	int rc;

	if (finding->found || (!finding->also_void && row->value[0] != '{'))
		return 0;
	if ((rc = record_key_parse(&key, row->record, err)) < 0)
		return rc;
	if (strcmp(key.part, finding->id) != 0)
		return 0;
	finding->found = true;
	text_copy(finding->note->of.structure,
	    sizeof(finding->note->of.structure), row->structure);
	text_copy(finding->note->of.worker, sizeof(finding->note->of.worker),
	    row->subject);
	text_copy(
	    finding->note->record, sizeof(finding->note->record), row->record);
	text_copy(finding->note->id, sizeof(finding->note->id), key.part);
	return reference_value(&finding->note->value, row, err);
}

static int find_any(struct care_note *out, struct db *db, const char *id,
    bool also_void, struct err *err)
{
	struct finding finding = {id, out, also_void, false};
	struct buf shown = BUF_INIT;
	int rc = 0;

	memset(out, 0, sizeof(*out));
	for (int i = 0; rc == 0 && !finding.found && i < CARE_FAMILIES; i++) {
		out->family = (enum care_family)i;
		rc = ledger_family(
		    db, NULL, families[i].name, find_note, &finding, err);
	}
	if (rc < 0 || finding.found)
		return rc;
	text_quote(&shown, id);
	rc = err_set(err, E_NOT_FOUND,
	    L("rien n'est noté sous « %s » : les identifiants sont dans les "
	      "listes (care meeting list…)",
		"nothing is noted as \"%s\": identities are in the lists "
		"(care meeting list…)"),
	    buf_text(&shown));
	buf_free(&shown);
	return rc;
}

int care_note_find(
    struct care_note *out, struct db *db, const char *id, struct err *err)
{
	return find_any(out, db, id, false, err);
}

void care_note_clear(struct care_note *note)
{
	json_decref(note->value);
	note->value = NULL;
}

/* ---- acts ---- */

static int check_reason(const char *reason, struct err *err)
{
	if (reason == NULL || reason[0] == '\0')
		return err_set(err, E_USAGE,
		    L("il manque le motif : dites pourquoi avec --reason",
			"the reason is missing: say why with --reason"));
	return text_check_name(
	    L("motif", "reason"), reason, TEXT_NOTE_MAX, err);
}

/* The heads of a record as parents; E_CONFLICT when none of them is what the
 * person had on the screen. */
static int take_heads(struct db *db, const struct care_note *note,
    const struct care_by *by, struct hash heads[ENTRY_PARENTS_MAX],
    size_t *count, struct err *err)
{
	char hex[HASH_TEXT];
	int rc = ledger_heads(db, note->of.structure, note->record, heads,
	    ENTRY_PARENTS_MAX, count, err);

	if (rc < 0 || by->seen == NULL)
		return rc;
	for (size_t i = 0; i < *count; i++) {
		hash_hex(&heads[i], hex);
		if (strcmp(hex, by->seen) == 0)
			return 0;
	}
	return err_set(err, E_CONFLICT,
	    L("quelqu'un l'a changé entre-temps : relisez, puis recommencez",
		"somebody has changed it meanwhile: read it again, then try "
		"again"));
}

static int write_one(
    struct office *office, const struct entry_draft *draft, struct err *err)
{
	struct act act;
	int rc;

	if ((rc = act_begin(&act, office, err)) < 0)
		return rc;
	if ((rc = act_add(&act, draft, err)) < 0) {
		act_abort(&act);
		return rc;
	}
	return act_commit(&act, err);
}

/* Field faults first, so that every rule reads a well-formed value. */
static int check_value(struct office *office, enum care_family family,
    const struct care_worker *worker, const json_t *value,
    const struct care_note *self, struct buf *notes, struct err *err)
{
	const struct record_kind *kind =
	    record_kind_find(families[family].name);
	int rc = record_check_value(kind, value, WRITER_OFFICE, err);

	return rc < 0 ? rc
	              : care_check(
			    office, family, worker, value, self, notes, err);
}

int care_add(struct office *office, enum care_family family,
    const struct care_worker *worker, const json_t *value,
    const struct care_by *by, char id[TEXT_ID_MAX + 1], struct buf *notes,
    struct err *err)
{
	char record[RECORD_KEY_MAX], hex[2 * ID_LEN + 1];
	char made[TEXT_ID_MAX + 1];
	struct entry_draft draft = {
	    .kind = families[family].name,
	    .structure = worker->structure,
	    .record = record,
	    .value = value,
	    .person = by->person,
	};
	uint8_t random[ID_LEN];
	int rc;

	if ((rc = check_value(
		 office, family, worker, value, NULL, notes, err)) < 0)
		return rc;
	os_random(office->os, random, sizeof(random));
	enc_hex(random, sizeof(random), hex);
	(void)snprintf(
	    made, sizeof(made), "%s-%s", families[family].prefix, hex);
	record_key_make(record, families[family].name, worker->worker, made);
	if ((rc = write_one(office, &draft, err)) == 0 && id != NULL)
		memcpy(id, made, sizeof(made));
	return rc;
}

/* ${note}'s value with ${members} set; NULL when out of memory. */
static json_t *changed(const struct care_note *note, const json_t *members)
{
	json_t *value = json_clone(note->value), *member;
	const char *name;

	json_object_foreach((json_t *)(uintptr_t)members, name, member)
	{
		if (json_is_null(member))
			(void)json_object_del(value, name);
		else if (json_object_set(value, name, member) < 0) {
			json_decref(value);
			return NULL;
		}
	}
	return value;
}

static int set_value(struct office *office, const struct care_note *note,
    const json_t *value, const struct care_by *by, struct buf *notes,
    struct err *err)
{
	struct hash heads[ENTRY_PARENTS_MAX];
	struct entry_draft draft = {
	    .kind = families[note->family].name,
	    .structure = note->of.structure,
	    .record = note->record,
	    .parents = heads,
	    .value = value,
	    .person = by->person,
	    .reason = by->reason,
	};
	int rc;

	if ((rc = check_value(office, note->family, &note->of, value, note,
		 notes, err)) < 0 ||
	    (rc = take_heads(
		 office->db, note, by, heads, &draft.parent_count, err)) < 0)
		return rc;
	if (draft.parent_count == 1 &&
	    json_equal(note->value, (json_t *)(uintptr_t)value))
		return 0;
	return write_one(office, &draft, err);
}

int care_set(struct office *office, const char *id, const json_t *members,
    const struct care_by *by, struct buf *notes, struct err *err)
{
	struct care_note note;
	json_t *value = NULL;
	int rc;

	if ((rc = check_reason(by->reason, err)) < 0)
		return rc;
	if ((rc = care_note_find(&note, office->db, id, err)) < 0)
		goto out;
	if ((value = changed(&note, members)) == NULL)
		rc = err_nomem(err);
	else
		rc = set_value(office, &note, value, by, notes, err);
out:
	json_decref(value);
	care_note_clear(&note);
	return rc;
}

int care_void(struct office *office, const char *id, const struct care_by *by,
    struct err *err)
{
	struct hash heads[ENTRY_PARENTS_MAX];
	struct care_note note;
	struct entry_draft draft = {
	    .kind = "void",
	    .structure = note.of.structure,
	    .record = note.record,
	    .parents = heads,
	    .person = by->person,
	    .reason = by->reason,
	};
	int rc;

	if ((rc = check_reason(by->reason, err)) < 0)
		return rc;
	if ((rc = care_note_find(&note, office->db, id, err)) == 0 &&
	    (rc = take_heads(
		 office->db, &note, by, heads, &draft.parent_count, err)) == 0)
		rc = write_one(office, &draft, err);
	care_note_clear(&note);
	return rc;
}

/* ---- history ---- */

static int add_revision(
    void *context, const struct entry_row *row, struct err *err)
{
	char hex[HASH_TEXT];
	json_t *value;

	if (row->entry == NULL || row->fault[0] != '\0')
		return 0;
	hash_hex(&row->hash, hex);
	value = row->entry->value != NULL ? json_clone(row->entry->value)
	                                  : json_null();
	return json_array_append_new(context,
		   json_pack("{s:s, s:s, s:s, s:s, s:s, s:b, s:o}", "hash", hex,
		       "at", row->entry->at, "person", row->entry->person,
		       "device", row->entry->device, "reason",
		       row->entry->reason, "void",
		       strcmp(row->entry->kind, "void") == 0, "value", value)) <
	               0
	           ? err_nomem(err)
	           : 0;
}

int care_history(struct office *office, const char *id, struct care_worker *of,
    json_t **out, struct err *err)
{
	struct care_note note;
	json_t *list = NULL;
	int rc;

	*out = NULL;
	if ((rc = find_any(&note, office->db, id, true, err)) < 0)
		goto out;
	if ((list = json_array()) == NULL)
		rc = err_nomem(err);
	else
		rc = ledger_history(office->db, note.of.structure, note.record,
		    add_revision, list, err);
	*of = note.of;
	if (rc < 0)
		json_decref(list);
	else
		*out = list;
out:
	care_note_clear(&note);
	return rc;
}
