#include <assert.h>
#include <string.h>

#include "agent/journal.h"
#include "agent/save.h"
#include "shared/lang.h"
#include "shared/ledger.h"
#include "shared/ledger_set.h"

static int check_revoked(struct agent *agent, struct err *err)
{
	struct buf revoked = BUF_INIT;
	int rc = journal_get(agent->db, SETTING_REVOKED, &revoked, err);

	if (rc == 0 && strcmp(buf_text(&revoked), "1") == 0) {
		rc = err_set(err, E_REVOKED,
		    L("ce poste est révoqué : rien ne peut plus y être saisi, "
		      "ce qui y est gardé le reste ; appelez le bureau",
			"this device is revoked: nothing can be recorded on "
			"it any more, what it keeps is kept; call the "
			"office"));
	}
	buf_free(&revoked);
	return rc;
}

int save_begin(struct save *out, struct agent *agent, struct err *err)
{
	int rc;

	out->agent = agent;
	out->count = 0;
	if ((rc = db_begin(agent->db, err)) < 0)
		return rc;
	/* A key that was replaced since we opened signs nothing any more. */
	if ((rc = agent_key_if_new(agent, err)) < 0 ||
	    (rc = check_revoked(agent, err)) < 0)
		save_end(out);
	return rc;
}

static int check_entry(const struct buf *body, const struct hash *hash,
    const struct set_header *header, struct err *err)
{
	struct entry entry;
	const char *fault;
	bool parsed;
	int rc = entry_scan(&entry, buf_bytes(body), hash, &parsed, err);

	/* What is none of ours is parsed again, to be told why. */
	if (rc == 0 && !parsed) {
		entry_clear(&entry);
		rc = entry_parse(&entry, body->data, body->len, err);
	}
	if (rc < 0)
		goto out;
	if (err != NULL)
		err->text[0] = '\0';
	if ((fault = entry_fault(&entry, header, WRITER_LAPTOP, err)) == NULL)
		goto out;
	rc = E_INVALID;
	if (err == NULL || err->text[0] == '\0')
		(void)err_set(err, E_INVALID, "%s", entry_fault_text(fault));
out:
	entry_clear(&entry);
	return rc;
}

static int keep(struct save *save, const struct entry_draft *draft,
    const struct buf *body, const struct hash *hash, struct err *err)
{
	struct set_header header = {0};
	const struct ledger_author author = {&header, WRITER_LAPTOP, false};
	int64_t id;
	int rc;

	text_copy(header.structure, sizeof(header.structure), draft->structure);
	text_copy(header.device, sizeof(header.device), save->agent->device);
	if ((rc = check_entry(body, hash, &header, err)) < 0)
		return rc;
	rc = ledger_add(
	    save->agent->db, &author, buf_bytes(body), &id, NULL, err);
	return rc < 0 ? rc
	              : ledger_outbox_add(
			    save->agent->db, draft->structure, id, err);
}

int save_add(struct save *save, const struct entry_draft *draft,
    struct hash *hash, struct err *err)
{
	struct entry_draft signed_draft = *draft;
	struct buf body = BUF_INIT;
	struct hash name;
	int rc;

	assert(db_in_transaction(save->agent->db));
	signed_draft.device = save->agent->device;
	signed_draft.at_s = os_now_s(save->agent->os);
	if ((rc = entry_build(&body, &signed_draft, save->agent->os, err)) < 0)
		goto out;
	hash_of(&name, body.data, body.len);
	if ((rc = keep(save, draft, &body, &name, err)) < 0)
		goto out;
	if (save->agent->loan != NULL &&
	    strncmp(draft->record, "hours/", strlen("hours/")) != 0)
		save->agent->loan->lists = true;
	if (hash != NULL)
		*hash = name;
	save->count++;
out:
	buf_free(&body);
	return rc;
}

int save_commit(struct save *save, struct err *err)
{
	return db_commit(save->agent->db, err);
}

void save_end(struct save *save)
{
	if (save->agent != NULL && db_in_transaction(save->agent->db))
		db_rollback(save->agent->db);
}
