#include <stdlib.h>
#include <string.h>

#include "server/act.h"
#include "server/names.h"
#include "server/quarantine.h"
#include "server/store/aside.h"
#include "shared/date.h"
#include "shared/entry.h"
#include "shared/lang.h"
#include "shared/ledger.h"
#include "shared/ledger_release.h"

#define PREFIX_MIN 8 /* digits of a hash that a person may type */

/* What to do about a code, for the office. */
static const char *todo(const char *code, bool releasable)
{
	if (releasable)
		return L("demandez à la personne, puis faites-la compter si "
			 "c'est juste",
		    "ask the person, then let it count if it is right");
	if (strcmp(code, ENTRY_FAULT_REVOKED) == 0)
		return L("elle ne peut pas compter : faites l'acte vous-même",
		    "it can never count: do what it says yourself");
	if (strcmp(code, "reason") == 0 || strcmp(code, "value") == 0 ||
	    strcmp(code, "record") == 0)
		return L("elle ne peut pas compter telle quelle : saisissez "
			 "la bonne valeur dans la grille du mois",
		    "it can never count as it is: record the right value in "
		    "the month's grid");
	return L("elle ne peut pas compter : voyez le poste, puis saisissez "
		 "ce qui est juste dans la grille du mois",
	    "it can never count: look at the laptop, then record what is "
	    "right in the month's grid");
}

static bool may_release(const char *code, const char *kind)
{
	return strcmp(code, ENTRY_FAULT_REVOKED) == 0 &&
	       ledger_may_release(kind);
}

/* ---- listing ---- */

struct listing {
	struct office *office;
	json_t *rows;
};

static void add_body(struct buf *out, struct bytes body)
{
	size_t len =
	    body.len < QUARANTINE_BODY_MAX ? body.len : QUARANTINE_BODY_MAX;
	const char *bytes = body.data;

	/* A NUL would end the text. */
	for (size_t i = 0; i < len; i++)
		buf_add_char(out, bytes[i] == '\0' ? '?' : bytes[i]);
	if (out->data != NULL)
		text_tidy(out->data);
	if (len < body.len)
		buf_add_text(out, "…");
}

static int add_names(struct office *office, const struct aside_row *row,
    json_t *json, struct err *err)
{
	struct buf device = BUF_INIT, person = BUF_INIT, worker = BUF_INIT;
	int rc;

	if ((rc = names_device(
		 office, row->structure, row->device, &device, err)) == 0 &&
	    (rc = names_person(
		 office, row->structure, row->person, &person, err)) == 0 &&
	    (rc = names_worker(
		 office, row->structure, row->subject, &worker, err)) == 0 &&
	    (!json_put_text(json, "name", buf_text(&device)) ||
		!json_put_text(json, "person_name", buf_text(&person)) ||
		!json_put_text(json, "worker_name", buf_text(&worker))))
		rc = err_nomem(err);
	buf_free(&device);
	buf_free(&person);
	buf_free(&worker);
	return rc;
}

/* What can be read of it, whatever is wrong with it. */
static int add_content(const struct aside_row *row, bool hides_health,
    json_t *json, struct err *err)
{
	struct buf body = BUF_INIT;
	struct entry entry;
	bool parsed;
	int rc = entry_try(&entry, row->body, &parsed, err);

	if (rc < 0)
		goto out;
	/* A body says everything, whoever may not read it. */
	if (!hides_health)
		add_body(&body, row->body);
	if ((rc = buf_check(&body, err)) == 0 &&
	    (!json_put_text(json, "at", parsed ? entry.at : "") ||
		!json_put_text(json, "note", parsed ? entry.note : "") ||
		!json_put_text(json, "reason", parsed ? entry.reason : "") ||
		!json_put_text(json, "body", buf_text(&body)) ||
		!json_put(json, "value",
		    parsed && entry.value != NULL ? json_clone(entry.value)
						  : json_null())))
		rc = err_nomem(err);
out:
	entry_clear(&entry);
	buf_free(&body);
	return rc;
}

static int add_row(void *context, const struct aside_row *row, struct err *err)
{
	struct listing *listing = context;
	char hex[HASH_TEXT], received[STAMP_TEXT] = "";
	bool releasable = may_release(row->fault, row->kind);
	json_t *json;
	int rc;

	hash_hex(&row->hash, hex);
	if (row->time_s > 0)
		stamp_format(row->time_s, received);
	json = json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:b}",
	    "hash", hex, "structure", row->structure, "device", row->device,
	    "person", row->person, "kind", row->kind, "record", row->record,
	    "worker", row->subject, "received", received, "code", row->fault,
	    "why", entry_fault_text(row->fault), "todo",
	    todo(row->fault, releasable), "releasable", releasable);
	if (json == NULL || json_array_append_new(listing->rows, json) < 0)
		return err_nomem(err);
	rc = add_names(listing->office, row, json, err);
	return rc < 0 ? rc
	              : add_content(row,
			    listing->office->signer != NULL &&
				listing->office->signer->hides_health,
			    json, err);
}

int quarantine_list(struct office *office, const char *structure, int64_t limit,
    json_t **out, int64_t *total, struct err *err)
{
	struct listing listing = {office, json_array()};
	int rc;

	if (listing.rows == NULL)
		return err_nomem(err);
	if ((rc = aside_count(office->db, structure, total, err)) < 0 ||
	    (rc = aside_list(
		 office->db, structure, limit, add_row, &listing, err)) < 0) {
		json_decref(listing.rows);
		return rc;
	}
	*out = listing.rows;
	return 0;
}

/* ---- release ---- */

struct wanted {
	const char *prefix; /* NULL: found by its hash */
	size_t count;
	struct hash hash;
	char structure[TEXT_ID_MAX + 1];
	char kind[40];
	char record[RECORD_KEY_MAX];
	char fault[16];
};

static int take_wanted(
    void *context, const struct aside_row *row, struct err *err)
{
	struct wanted *wanted = context;
	char hex[HASH_TEXT];

	(void)err;
	hash_hex(&row->hash, hex);
	if (wanted->prefix != NULL &&
	    strncmp(hex, wanted->prefix, strlen(wanted->prefix)) != 0)
		return 0;
	/* Where it counts already matters less than where it does not. */
	if (wanted->count > 0 && row->fault[0] == '\0')
		return 0;
	wanted->count++;
	wanted->hash = row->hash;
	text_copy(wanted->structure, sizeof(wanted->structure), row->structure);
	text_copy(wanted->kind, sizeof(wanted->kind), row->kind);
	text_copy(wanted->record, sizeof(wanted->record), row->record);
	text_copy(wanted->fault, sizeof(wanted->fault), row->fault);
	return 0;
}

static int not_found(const char *hex, struct err *err)
{
	struct buf shown = BUF_INIT;

	text_quote(&shown, hex);
	(void)err_set(err, E_NOT_FOUND,
	    L("aucune saisie mise à part ne s'appelle « %s » : voyez "
	      "« pointeau-server quarantine list »",
		"nothing that was set aside is called \"%s\": see "
		"\"pointeau-server quarantine list\""),
	    buf_text(&shown));
	buf_free(&shown);
	return E_NOT_FOUND;
}

static int find(
    struct office *office, const char *hex, struct wanted *out, struct err *err)
{
	size_t len = strlen(hex);
	int rc;

	memset(out, 0, sizeof(*out));
	if (len < PREFIX_MIN || len >= HASH_TEXT ||
	    strspn(hex, "0123456789abcdef") != len)
		return not_found(hex, err);
	if (hash_parse(&out->hash, hex, NULL) == 0) {
		rc = aside_find(office->db, &out->hash, take_wanted, out, err);
	} else {
		out->prefix = hex;
		rc = aside_list(
		    office->db, NULL, INT32_MAX, take_wanted, out, err);
	}
	if (rc < 0)
		return rc;
	if (out->count == 0)
		return not_found(hex, err);
	if (out->count > 1)
		return err_set(err, E_USAGE,
		    L("plusieurs saisies mises à part commencent par %s : "
		      "donnez l'empreinte entière",
			"several entries set aside begin with %s: give the "
			"whole hash"),
		    hex);
	return 0;
}

static int check_wanted(const struct wanted *wanted, struct err *err)
{
	if (wanted->fault[0] == '\0')
		return err_set(err, E_CONFLICT,
		    L("cette saisie compte déjà", "this entry counts already"));
	if (may_release(wanted->fault, wanted->kind))
		return 0;
	return err_set(err, E_INVALID,
	    L("cette saisie ne pourra jamais compter (%s) : %s",
		"this entry can never count (%s): %s"),
	    entry_fault_text(wanted->fault), todo(wanted->fault, false));
}

static int write_release(struct office *office, const struct wanted *wanted,
    const char *reason, struct err *err)
{
	struct hash heads[ENTRY_PARENTS_MAX];
	char record[RECORD_KEY_MAX], hex[HASH_TEXT];
	struct entry_draft draft = {
	    .kind = RELEASE_FAMILY,
	    .structure = wanted->structure,
	    .record = record,
	    .parents = heads,
	    .reason = reason,
	};
	struct act act;
	int rc;

	hash_hex(&wanted->hash, hex);
	record_key_make(record, RELEASE_FAMILY, hex, NULL);
	if ((rc = act_begin(&act, office, err)) < 0)
		return rc;
	if ((rc = ledger_heads(office->db, wanted->structure, record, heads,
		 ENTRY_PARENTS_MAX, &draft.parent_count, err)) < 0 ||
	    (rc = act_add(&act, &draft, err)) < 0) {
		act_abort(&act);
		return rc;
	}
	return act_commit(&act, err);
}

static int note_state(
    void *context, const struct record_row *row, struct err *err)
{
	(void)err;
	text_copy(context, 16, row->state);
	return 0;
}

int quarantine_release(struct office *office, const char *hex,
    const char *reason, json_t **out, struct err *err)
{
	struct wanted *wanted = malloc(sizeof(*wanted));
	char state[16] = "", text[HASH_TEXT];
	int rc;

	*out = NULL;
	if (wanted == NULL)
		return err_nomem(err);
	if ((rc = find(office, hex, wanted, err)) < 0 ||
	    (rc = act_check_scope(office, wanted->structure, err)) < 0 ||
	    (rc = check_wanted(wanted, err)) < 0 ||
	    (rc = write_release(office, wanted, reason, err)) < 0 ||
	    (rc = ledger_record(office->db, wanted->structure, wanted->record,
		 note_state, state, NULL, err)) < 0)
		goto out;
	hash_hex(&wanted->hash, text);
	*out = json_pack("{s:i,s:s,s:s,s:s,s:s}", "schema", 1, "hash", text,
	    "structure", wanted->structure, "record", wanted->record, "state",
	    state);
	if (*out == NULL)
		rc = err_nomem(err);
out:
	free(wanted);
	return rc;
}
