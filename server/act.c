#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "server/act.h"
#include "server/log.h"
#include "shared/lang.h"
#include "shared/ledger.h"
#include "shared/ledger_device.h"
#include "shared/ledger_set.h"
#include "shared/progress.h"

int act_begin(struct act *act, struct office *office, struct err *err)
{
	act->office = office;
	act->entries = 0;
	return db_begin(office->db, err);
}

void act_abort(struct act *act)
{
	db_rollback(act->office->db);
}

static void fill_header(
    struct set_header *header, const char *structure, const char *device)
{
	memset(header, 0, sizeof(*header));
	text_copy(header->structure, sizeof(header->structure), structure);
	memcpy(header->device, device, DEVICE_TEXT);
}

/* Keep one entry by ${key}'s holder, queued for the next set. */
static int save(struct office *office, const struct entry_draft *draft,
    enum writer writer, struct err *err)
{
	struct set_header header;
	const struct ledger_author author = {&header, writer, false};
	struct buf body = BUF_INIT;
	struct entry entry = {0};
	const char *fault;
	int64_t id;
	int rc;

	fill_header(&header, draft->structure, draft->device);
	if ((rc = entry_build(&body, draft, office->os, err)) < 0 ||
	    (rc = entry_parse(&entry, body.data, body.len, err)) < 0)
		goto out;
	fault = entry_fault(&entry, &header, writer, err);
	if (fault != NULL) {
		rc = err_set(err, E_INVALID, "%s (%s)", entry_fault_text(fault),
		    draft->record);
		goto out;
	}
	if ((rc = ledger_add(
		 office->db, &author, buf_bytes(&body), &id, NULL, err)) == 0)
		rc = ledger_outbox_add(office->db, draft->structure, id, err);
out:
	entry_clear(&entry);
	buf_free(&body);
	return rc;
}

struct placing {
	struct hash hashes[64];
	size_t count;
};

static int collect_pending(
    void *context, const struct set_row *row, struct err *err)
{
	struct placing *placing = context;

	(void)err;
	if (placing->count == sizeof(placing->hashes) / sizeof(struct hash))
		return 1;
	placing->hashes[placing->count++] = row->hash;
	return 0;
}

/* Seal what is queued with ${key} and give every set its place. */
static int seal_and_place(struct office *office, const struct key *key,
    const char *structure, int64_t epoch, struct err *err)
{
	struct placing *placing = malloc(sizeof(*placing));
	int rc;

	if (placing == NULL)
		return err_nomem(err);
	rc = ledger_seal(office->db, office->os, key, structure, err);
	do {
		placing->count = 0;
		if (rc == 0) {
			rc = ledger_pending(office->db, structure,
			    collect_pending, placing, err);
		}
		for (size_t i = 0; rc == 0 && i < placing->count; i++) {
			struct receipt receipt;

			if ((rc = log_next_receipt(office, structure, epoch,
				 &placing->hashes[i], &receipt, err)) == 0)
				rc = ledger_place(office->db, &receipt, err);
		}
	} while (rc == 0 && placing->count > 0);
	free(placing);
	return rc;
}

/* The server's key enrols one of the office's, in a set of its own. */
static int enrol(struct office *office, const char *structure,
    const uint8_t pub[KEY_LEN], const char *device, const char *name,
    struct err *err)
{
	char record[RECORD_KEY_MAX], hex[HASH_TEXT];
	struct hash key;
	struct entry_draft draft = {
	    .kind = "enrolment",
	    .structure = structure,
	    .record = record,
	    .device = office->server_device,
	    .at_s = os_now_s(office->os),
	};
	json_t *value = json_object();
	int rc;

	record_key_make(record, "enrolment", device, NULL);
	memcpy(key.bytes, pub, KEY_LEN);
	hash_hex(&key, hex);
	if (value == NULL || !json_put_text(value, "key", hex) ||
	    !json_put_text(value, "name", name) ||
	    !json_put_text(value, "role", ROLE_OFFICE)) {
		rc = err_nomem(err);
		goto out;
	}
	draft.value = value;
	if ((rc = save(office, &draft, WRITER_SERVER, err)) == 0)
		rc = seal_and_place(office, &office->server, structure, 0, err);
out:
	json_decref(value);
	return rc;
}

/* A structure's log exists once the console is enrolled in it. */
static int ensure_log(
    struct office *office, const char *structure, struct err *err)
{
	struct device device;
	int rc = ledger_device(office->db, structure, office->console_device,
	    office->server.pub, &device, err);

	if (rc < 0 || device.found)
		return rc;
	return enrol(office, structure, office->console.pub,
	    office->console_device, "console", err);
}

/* Nobody's own key is known to a log before it is enrolled there. */
static int ensure_signer(
    struct office *office, const char *structure, struct err *err)
{
	const struct signer *signer = office->signer;
	struct device device;
	int rc;

	if ((rc = ensure_log(office, structure, err)) < 0 || signer == NULL)
		return rc;
	if ((rc = ledger_device(office->db, structure, signer->device,
		 office->server.pub, &device, err)) < 0)
		return rc;
	if (device.found && device.revoked)
		return err_set(err, E_FORBIDDEN,
		    L("votre clé est révoquée : demandez un nouveau lien",
			"your key is revoked: ask for a new link"));
	return device.found ? 0
	                    : enrol(office, structure, signer->key.pub,
				  signer->device, signer->name, err);
}

int act_check_scope(
    const struct office *office, const char *structure, struct err *err)
{
	if (office->signer == NULL || signer_may(office->signer, structure))
		return 0;
	return act_unseen(err);
}

int act_unseen(struct err *err)
{
	return err_set(err, E_NOT_FOUND,
	    L("rien de tel dans vos structures, ou plus maintenant : "
	      "rechargez, puis vérifiez l'identifiant ; rien n'est changé",
		"there is no such thing in your structures, or no longer: "
		"reload, then check the identifier; nothing is changed"));
}

/* Lists that all structures share are for whoever has all of them; accounts
 * have rules of their own (server/account/account.h). */
static int check_common(const struct signer *signer,
    const struct entry_draft *draft, struct err *err)
{
	if (signer == NULL || strcmp(signer->structures, SIGNER_ALL) == 0 ||
	    strcmp(draft->structure, STRUCTURE_OFFICE) != 0 ||
	    strcmp(draft->kind, "account") == 0)
		return 0;
	return err_set(err, E_FORBIDDEN,
	    L("cette liste vaut pour toutes les structures : il faut un compte "
	      "qui les a toutes ; rien n'est changé",
		"this list is for all structures: it takes an account that has "
		"them all; nothing is changed"));
}

int act_add(struct act *act, const struct entry_draft *draft, struct err *err)
{
	struct office *office = act->office;
	const struct signer *signer = office->signer;
	struct entry_draft filled = *draft;
	int rc;

	assert(db_in_transaction(office->db));
	filled.device =
	    signer != NULL ? signer->device : office->console_device;
	filled.at_s = os_now_s(office->os);
	if (signer != NULL && (filled.person == NULL || !filled.person[0]))
		filled.person = signer->person;
	if ((rc = act_check_scope(office, draft->structure, err)) < 0 ||
	    (rc = check_common(signer, draft, err)) < 0 ||
	    (rc = ensure_signer(office, draft->structure, err)) < 0 ||
	    (rc = save(office, &filled, WRITER_OFFICE, err)) < 0)
		return rc;
	act->entries++;
	return 0;
}

int act_server(struct act *act, const struct entry_draft *draft, int64_t epoch,
    struct err *err)
{
	struct office *office = act->office;
	struct entry_draft filled = *draft;
	int rc;

	assert(db_in_transaction(office->db));
	filled.device = office->server_device;
	filled.at_s = os_now_s(office->os);
	if ((rc = ensure_log(office, draft->structure, err)) < 0 ||
	    (rc = save(office, &filled, WRITER_SERVER, err)) < 0)
		return rc;
	act->entries++;
	return seal_and_place(
	    office, &office->server, draft->structure, epoch, err);
}

int act_set(struct act *act, const char *structure, const char *kind,
    const char *record, const json_t *value, bool *changed, struct err *err)
{
	struct hash heads[ENTRY_PARENTS_MAX];
	struct entry_draft draft = {
	    .kind = kind,
	    .structure = structure,
	    .record = record,
	    .parents = heads,
	    .value = value,
	};
	json_t *now = NULL;
	bool same;
	int rc;

	if ((rc = ledger_value(act->office->db, structure, record, &now, err)) <
	    0)
		return rc;
	same = now != NULL && json_equal(now, (json_t *)(uintptr_t)value);
	json_decref(now);
	if (changed != NULL)
		*changed = !same;
	if (same)
		return 0;
	if ((rc = ledger_heads(act->office->db, structure, record, heads,
		 ENTRY_PARENTS_MAX, &draft.parent_count, err)) < 0)
		return rc;
	return act_add(act, &draft, err);
}

int act_set_subject(struct act *act, const char *structure, const char *kind,
    const char *subject, json_t *value, struct err *err)
{
	char record[RECORD_KEY_MAX];
	int rc;

	if (value == NULL)
		return err_nomem(err);
	record_key_make(record, kind, subject, NULL);
	rc = act_set(act, structure, kind, record, value, NULL, err);
	json_decref(value);
	return rc;
}

struct structures {
	struct buf names; /* one a line */
};

static int note_structure(void *context, const char *structure, struct err *err)
{
	struct structures *all = context;

	buf_add_text(&all->names, structure);
	buf_add_char(&all->names, '\n');
	return buf_check(&all->names, err);
}

int act_commit(struct act *act, struct err *err)
{
	struct structures all = {BUF_INIT};
	struct office *office = act->office;
	const struct key *key = &office->console;
	char *at, *save_at = NULL;
	int rc;

	if (office->signer != NULL)
		key = &office->signer->key;
	if ((rc = ledger_logs(office->db, note_structure, &all, err)) < 0)
		goto out;
	buf_add_text(&all.names, "");
	for (at = strtok_r(all.names.data, "\n", &save_at);
	     rc == 0 && at != NULL; at = strtok_r(NULL, "\n", &save_at))
		rc = seal_and_place(office, key, at, 0, err);
	if (rc == 0 && (rc = progress_last(err)) == 0)
		rc = db_commit(office->db, err);
out:
	if (rc < 0)
		db_rollback(office->db);
	buf_free(&all.names);
	return rc;
}
