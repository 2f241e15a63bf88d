#include <stdlib.h>
#include <string.h>

#include "server/journal/access_note.h"
#include "server/member_words.h"
#include "server/names.h"
#include "server/rgpd/extract.h"
#include "server/rgpd/retention.h"
#include "shared/date.h"
#include "shared/hours.h"
#include "shared/lang.h"
#include "shared/ledger.h"
#include "shared/ledger_set.h"

#define ACCESSES_MAX 1000

/* What is told of a person, in this order. A worker's own families have the
 * worker as subject; a month's figures have the worker as part. */
/* clang-format off */
static const struct section {
	const char *slug;
	const char *fr, *en;
	const char *families; /* separated by spaces */
} sections[] = {
    {"identity", "Qui vous êtes", "Who you are", "identity worker newcomer"},
    {"contracts", "Vos contrats", "Your contracts", "contract project_link"},
    {"hours", "Vos heures et absences", "Your hours and absences",
	"hours ack"},
    {"skills", "Vos compétences", "Your skills", "skill"},
    {"signoffs", "Vos émargements", "Your sign-offs", "signoff"},
    {"accompany", "Votre accompagnement", "Your accompaniment",
	"meeting training pmsmp exit followup"},
    {"declared", "Chiffres déclarés pour vous", "Figures declared for you",
	"close adjust"},
};
/* clang-format on */

#define SECTION_COUNT (sizeof(sections) / sizeof(sections[0]))

struct extract {
	struct office *office;
	const char *worker;
	const char *structure; /* in hand */
	json_t *records;       /* of the section in hand, borrowed */
	size_t found;
	json_t *record; /* in hand, borrowed */
	json_t *months; /* of the structure, owned: month to {minutes,days} */
	json_t *exports;
};

/* ---- one record ---- */

/* "3h30 travail, …" of hours, the members of anything else. */
static void describe(
    struct buf *out, const char *family, const char *kind, const json_t *value)
{
	const json_t *member;
	const char *name;
	bool first = true;

	if (strcmp(kind, "void") == 0) {
		buf_add_text(out, L("annulé", "cancelled"));
		return;
	}
	if (strcmp(family, "hours") == 0) {
		hours_describe(out, value);
		return;
	}
	json_object_foreach((json_t *)(uintptr_t)value, name, member)
	{
		/* Hashes and drawn strokes say nothing to people. */
		if (strcmp(name, "stroke") == 0 ||
		    strcmp(name, "covers") == 0 || strcmp(name, "heads") == 0 ||
		    strcmp(name, "sum") == 0 || json_is_blank(member))
			continue;
		buf_printf(out, "%s%s%s", first ? "" : " ; ", member_word(name),
		    L(" : ", ": "));
		member_value(out, name, member);
		first = false;
	}
}

/* When the server had it first; "" unknown. */
static int find_received(const struct extract *ex, const struct entry *entry,
    char out[STAMP_TEXT], struct err *err);

static int note_entry(
    void *context, const struct entry_row *row, struct err *err)
{
	struct extract *ex = context;
	struct buf by = BUF_INIT, device = BUF_INIT, text = BUF_INIT;
	const struct entry *entry = row->entry;
	char received[STAMP_TEXT] = "";
	json_t *json;
	int rc;

	if (entry == NULL)
		return 0;
	describe(
	    &text, json_text(ex->record, "family"), entry->kind, entry->value);
	if ((rc = buf_check(&text, err)) < 0 ||
	    (rc = names_person(
		 ex->office, ex->structure, entry->person, &by, err)) < 0 ||
	    (rc = names_device(
		 ex->office, ex->structure, entry->device, &device, err)) < 0 ||
	    (rc = find_received(ex, entry, received, err)) < 0)
		goto out;
	json = json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s}", "at",
	    entry->at, "received", received, "by", buf_text(&by), "device",
	    buf_text(&device), "kind", entry->kind, "text", buf_text(&text),
	    "reason", entry->reason, "note", entry->note, "aside",
	    row->fault[0] != '\0' ? entry_fault_text(row->fault) : "");
	if (json == NULL ||
	    json_array_append_new(
		json_object_get(ex->record, "history"), json) < 0)
		rc = err_nomem(err);
out:
	buf_free(&by);
	buf_free(&device);
	buf_free(&text);
	return rc;
}

static int note_time(void *context, const struct set_row *row, struct err *err)
{
	(void)err;
	stamp_format(row->time_s, context);
	return 1; /* that place, and no more */
}

static int find_received(const struct extract *ex, const struct entry *entry,
    char out[STAMP_TEXT], struct err *err)
{
	struct db *db = ex->office->db;
	enum entry_way way;
	int64_t place = 0;
	int rc = ledger_way_of(
	    db, ex->structure, entry->record, &entry->hash, &way, &place, err);

	if (rc < 0 || place == 0)
		return rc;
	return ledger_log(db, ex->structure, place - 1, note_time, out, err);
}

/* Hours by month, for a picture of it all. */
static int add_month(
    struct extract *ex, const struct record_row *row, struct err *err)
{
	char month[MONTH_TEXT];
	json_t *sum;

	if (strcmp(row->family, "hours") != 0 || strlen(row->day) < 7 ||
	    strcmp(row->state, RECORD_MERGED) != 0)
		return 0;
	text_copy(month, sizeof(month), row->day);
	sum = json_object_get(ex->months, month);
	if (sum == NULL) {
		sum = json_pack("{s:i,s:i}", "minutes", 0, "slots", 0);
		if (!json_put(ex->months, month, sum))
			return err_nomem(err);
	}
	return json_put_int(sum, "minutes",
		   json_int(sum, "minutes", 0) + row->minutes) &&
	               json_put_int(sum, "slots", json_int(sum, "slots", 0) + 1)
	           ? 0
	           : err_nomem(err);
}

static int add_record(
    struct extract *ex, const struct record_row *row, struct err *err)
{
	struct buf text = BUF_INIT;
	json_t *value = NULL;
	int rc = row->value[0] == '{'
	             ? json_read(&value, row->value, strlen(row->value), err)
	             : 0;

	if (rc < 0)
		return rc;
	if (strcmp(row->state, RECORD_VOID) == 0)
		buf_add_text(&text, L("annulé", "cancelled"));
	else if (value != NULL)
		describe(&text, row->family, "", value);
	ex->record = json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:o,s:[]}", "record",
	    row->record, "family", row->family, "day", row->day, "slot",
	    row->slot, "state", row->state, "text", buf_text(&text), "value",
	    value != NULL ? json_incref(value) : json_null(), "history");
	if (ex->record == NULL ||
	    json_array_append_new(ex->records, ex->record) < 0)
		rc = err_nomem(err);
	ex->found++;
	json_decref(value);
	buf_free(&text);
	if (rc == 0)
		rc = ledger_history(ex->office->db, row->structure, row->record,
		    note_entry, ex, err);
	return rc < 0 ? rc : add_month(ex, row, err);
}

static int note_own(
    void *context, const struct record_row *row, struct err *err)
{
	/* What counts elsewhere is told there. */
	return strcmp(row->state, RECORD_MATCHED) == 0
	           ? 0
	           : add_record(context, row, err);
}

/* close/<month>/<worker>, adjust/<month>/<worker>/<n>. */
static int note_part(
    void *context, const struct record_row *row, struct err *err)
{
	struct extract *ex = context;
	struct record_key key;

	return record_key_parse(&key, row->record, NULL) < 0 ||
	               strcmp(key.part, ex->worker) != 0
	           ? 0
	           : add_record(ex, row, err);
}

/* A newcomer who turned out to be this worker. */
static int note_newcomer(
    void *context, const struct record_row *row, struct err *err)
{
	struct extract *ex = context;
	char worker[TEXT_ID_MAX + 1];
	int rc = ledger_alias(
	    ex->office->db, row->structure, row->subject, worker, err);

	return rc < 0 || strcmp(worker, ex->worker) != 0
	           ? rc
	           : add_record(ex, row, err);
}

/* An alert about this worker that somebody took note of. */
static int note_acked(
    void *context, const struct record_row *row, struct err *err)
{
	struct extract *ex = context;
	json_t *value = NULL;
	int rc = row->value[0] == '{'
	             ? json_read(&value, row->value, strlen(row->value), err)
	             : 0;

	if (rc == 0 && strcmp(json_text(value, "worker"), ex->worker) == 0)
		rc = add_record(ex, row, err);
	json_decref(value);
	return rc;
}

/* ---- a structure ---- */

static int add_family(struct extract *ex, const char *family, struct err *err)
{
	struct db *db = ex->office->db;
	int rc;

	if (strcmp(family, "close") == 0 || strcmp(family, "adjust") == 0)
		return ledger_family(
		    db, ex->structure, family, note_part, ex, err);
	if (strcmp(family, "ack") == 0)
		return ledger_family(
		    db, ex->structure, family, note_acked, ex, err);
	rc = ledger_subject(
	    db, ex->structure, family, ex->worker, note_own, ex, err);
	if (rc == 0 && strcmp(family, "newcomer") == 0)
		rc = ledger_family(
		    db, ex->structure, family, note_newcomer, ex, err);
	return rc;
}

static int add_section(struct extract *ex, const struct section *section,
    json_t *out, struct err *err)
{
	char family[RECORD_FAMILY_MAX];
	json_t *json;
	int rc = 0;

	json = json_pack("{s:s,s:s,s:[]}", "section", section->slug, "label",
	    L(section->fr, section->en), "records");
	if (json == NULL || json_array_append_new(out, json) < 0)
		return err_nomem(err);
	ex->records = json_object_get(json, "records");
	for (const char *at = section->families; rc == 0 && *at != '\0';) {
		size_t len = strcspn(at, " ");

		text_copy(family,
		    len + 1 < sizeof(family) ? len + 1 : sizeof(family), at);
		rc = add_family(ex, family, err);
		at += len + (at[len] == ' ');
	}
	return rc;
}

/* Is a row of an export about the worker? Its key begins with the identity
 * ("V01", "V01/C1/…"). */
static bool has_key(const json_t *keys, const char *worker)
{
	size_t len = strlen(worker);
	const json_t *value;
	const char *name;

	json_object_foreach((json_t *)(uintptr_t)keys, name, value)
	{
		if (strncmp(name, worker, len) == 0 &&
		    (name[len] == '\0' || name[len] == '/'))
			return true;
	}
	return false;
}

static int note_export_entry(
    void *context, const struct entry_row *row, struct err *err)
{
	struct extract *ex = context;
	const struct entry *entry = row->entry;
	const json_t *keys;
	struct buf by = BUF_INIT;
	int rc = 0;

	if (entry == NULL || row->fault[0] != '\0')
		return 0;
	keys = json_object_get(entry->value, "keys");
	/* One too large to name its rows may have had the worker's. */
	if (keys != NULL && !has_key(keys, ex->worker))
		return 0;
	if (entry->person[0] != '\0')
		rc = names_person(
		    ex->office, ex->structure, entry->person, &by, err);
	else
		rc = names_device(
		    ex->office, ex->structure, entry->device, &by, err);
	if (rc == 0 &&
	    json_array_append_new(ex->exports,
		json_pack("{s:s,s:s,s:s,s:s,s:b}", "at", entry->at, "by",
		    buf_text(&by), "what", json_text(entry->value, "what"),
		    "month",
		    json_text(json_object_get(entry->value, "filter"), "month"),
		    "certain", keys != NULL)) < 0)
		rc = err_nomem(err);
	buf_free(&by);
	return rc;
}

static int note_export(
    void *context, const struct record_row *row, struct err *err)
{
	struct extract *ex = context;

	return ledger_history(ex->office->db, row->structure, row->record,
	    note_export_entry, ex, err);
}

static int structure_name(struct extract *ex, json_t *out, struct err *err)
{
	char record[RECORD_KEY_MAX];
	json_t *value = NULL;
	int rc;

	record_key_make(record, "structure", ex->structure, NULL);
	rc = ledger_value(ex->office->db, ex->structure, record, &value, err);
	if (rc == 0 &&
	    !json_put_text(out, "name",
		value != NULL ? json_text(value, "name") : ex->structure))
		rc = err_nomem(err);
	json_decref(value);
	return rc;
}

static int add_structure(
    struct extract *ex, const char *structure, json_t *list, struct err *err)
{
	json_t *out =
	    json_pack("{s:s,s:[]}", "structure", structure, "sections");
	size_t before = ex->found;
	int rc;

	if (out == NULL)
		return err_nomem(err);
	ex->structure = structure;
	ex->months = json_object();
	ex->exports = json_array();
	rc = ex->months == NULL || ex->exports == NULL
	         ? err_nomem(err)
	         : structure_name(ex, out, err);
	for (size_t i = 0; rc == 0 && i < SECTION_COUNT; i++)
		rc = add_section(
		    ex, &sections[i], json_object_get(out, "sections"), err);
	if (rc == 0 && ex->found > before)
		rc = ledger_family(
		    ex->office->db, structure, "export", note_export, ex, err);
	if (rc == 0 && (!json_put(out, "months", json_incref(ex->months)) ||
			   !json_put(out, "exports", json_incref(ex->exports))))
		rc = err_nomem(err);
	if (rc == 0 && ex->found > before && json_array_append(list, out) < 0)
		rc = err_nomem(err);
	json_decref(ex->months);
	json_decref(ex->exports);
	json_decref(out);
	return rc;
}

/* ---- all of it ---- */

static json_t *periods(void)
{
	json_t *list = json_array();

	for (const struct retention_class *at = retention_classes;
	     list != NULL && at->slug != NULL; at++) {
		if (json_array_append_new(
			list, json_pack("{s:s,s:i,s:s}", "label",
				  retention_label(at), "months", at->months,
				  "source", retention_source(at))) < 0) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

static int note_structure(void *context, const char *structure, struct err *err)
{
	if (strcmp(structure, STRUCTURE_OFFICE) != 0)
		buf_printf(context, "%s\n", structure);
	return buf_check(context, err);
}

static int add_all(struct extract *ex, json_t *list, struct err *err)
{
	struct buf structures = BUF_INIT;
	char *at, *save = NULL;
	int rc = ledger_logs(ex->office->db, note_structure, &structures, err);

	if (rc < 0 || structures.len == 0)
		goto out;
	for (at = strtok_r(structures.data, "\n", &save); rc == 0 && at != NULL;
	     at = strtok_r(NULL, "\n", &save))
		rc = add_structure(ex, at, list, err);
out:
	buf_free(&structures);
	return rc;
}

static int name_of(
    struct extract *ex, const json_t *list, struct buf *out, struct err *err)
{
	const json_t *first = json_array_get(list, 0);

	return names_worker(
	    ex->office, json_text(first, "structure"), ex->worker, out, err);
}

int extract_json(
    struct office *office, const char *worker, json_t **out, struct err *err)
{
	struct extract ex = {.office = office, .worker = worker};
	json_t *list = json_array(), *accesses = NULL;
	struct buf name = BUF_INIT;
	char made[STAMP_TEXT];
	int rc;

	*out = NULL;
	if (list == NULL)
		return err_nomem(err);
	if ((rc = text_check_id(worker, err)) < 0 ||
	    (rc = add_all(&ex, list, err)) < 0)
		goto out;
	if (ex.found == 0) {
		rc = err_set(err, E_NOT_FOUND,
		    L("rien n'est connu de « %.60s »",
			"nothing is known of \"%.60s\""),
		    worker);
		goto out;
	}
	if ((rc = name_of(&ex, list, &name, err)) < 0 ||
	    (rc = access_json(
		 office, "", worker, ACCESSES_MAX, &accesses, err)) < 0)
		goto out;
	stamp_format(os_now_s(office->os), made);
	*out = json_pack("{s:i,s:s,s:s,s:s,s:O,s:O,s:o}", "schema", 1, "made",
	    made, "worker", worker, "name", buf_text(&name), "structures", list,
	    "accesses", accesses, "periods", periods());
	if (*out == NULL)
		rc = err_nomem(err);
out:
	json_decref(list);
	json_decref(accesses);
	buf_free(&name);
	return rc;
}
