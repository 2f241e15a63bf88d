#include <stdlib.h>
#include <string.h>

#include "server/act.h"
#include "server/purge.h"
#include "shared/enc.h"
#include "shared/lang.h"
#include "shared/ledger.h"

/* Hashes in one entry: far below the size of one. */
#define HASHES_MAX 1000

/* The entries of a worker, structure by structure. */
struct doomed {
	struct db *db;
	struct buf lines; /* "<structure>\t<record>\n" */
	json_t *hashes;   /* of the structure in hand */
};

static const char *const families[] = {
    "hours", "skill", "signoff", "worker", "newcomer", "identity", "contract"};

static int note_record(
    void *context, const struct record_row *row, struct err *err)
{
	struct doomed *doomed = context;

	buf_printf(&doomed->lines, "%s\t%s\n", row->structure, row->record);
	return buf_check(&doomed->lines, err);
}

static int note_entry(
    void *context, const struct entry_row *row, struct err *err)
{
	struct doomed *doomed = context;
	char hex[HASH_TEXT];

	hash_hex(&row->hash, hex);
	return json_array_append_new(doomed->hashes, json_string(hex)) < 0
	           ? err_nomem(err)
	           : 0;
}

static int write_purge(struct act *act, const char *structure, json_t *hashes,
    const char *reason, struct err *err)
{
	char record[RECORD_KEY_MAX], id[2 * DEVICE_LEN + 1];
	struct entry_draft draft = {
	    .kind = "purge",
	    .structure = structure,
	    .record = record,
	    .reason = reason,
	};
	uint8_t random[DEVICE_LEN];
	json_t *value = json_pack("{s:O}", "entries", hashes);
	int rc;

	if (value == NULL)
		return err_nomem(err);
	os_random(act->office->os, random, sizeof(random));
	enc_hex(random, sizeof(random), id);
	record_key_make(record, "purge", id, NULL);
	draft.value = value;
	rc = act_add(act, &draft, err);
	json_decref(value);
	return rc;
}

/* Write what was gathered of one structure, a piece at a time. */
static int flush(struct act *act, struct doomed *doomed, const char *structure,
    const char *reason, int64_t *count, struct err *err)
{
	size_t total = json_array_size(doomed->hashes);
	int rc = 0;

	for (size_t at = 0; rc == 0 && at < total; at += HASHES_MAX) {
		json_t *piece = json_array();

		for (size_t i = at; i < total && i < at + HASHES_MAX; i++) {
			if (piece != NULL &&
			    json_array_append(
				piece, json_array_get(doomed->hashes, i)) < 0) {
				json_decref(piece);
				piece = NULL;
			}
		}
		rc = piece == NULL
		         ? err_nomem(err)
		         : write_purge(act, structure, piece, reason, err);
		json_decref(piece);
	}
	*count += (int64_t)total;
	(void)json_array_clear(doomed->hashes);
	return rc;
}

static int purge_all(struct act *act, struct doomed *doomed, const char *reason,
    int64_t *count, struct err *err)
{
	char structure[TEXT_ID_MAX + 1] = "", *save = NULL, *line;
	int rc = 0;

	for (line = strtok_r(doomed->lines.data, "\n", &save);
	     rc == 0 && line != NULL; line = strtok_r(NULL, "\n", &save)) {
		char *record = strchr(line, '\t');

		*record++ = '\0';
		if (strcmp(structure, line) != 0) {
			rc = flush(act, doomed, structure, reason, count, err);
			text_copy(structure, sizeof(structure), line);
		}
		if (rc == 0)
			rc = ledger_history(doomed->db, structure, record,
			    note_entry, doomed, err);
	}
	return rc < 0 ? rc : flush(act, doomed, structure, reason, count, err);
}

static int find_records(
    struct doomed *doomed, const char *worker, struct err *err)
{
	int rc = 0;

	for (size_t i = 0;
	     rc == 0 && i < sizeof(families) / sizeof(families[0]); i++)
		rc = ledger_subject(doomed->db, NULL, families[i], worker,
		    note_record, doomed, err);
	if (rc == 0 && doomed->lines.len == 0) {
		rc = err_set(err, E_NOT_FOUND,
		    L("rien n'est connu de « %.60s » : rien n'a été détruit",
			"nothing is known of \"%.60s\": nothing was "
			"destroyed"),
		    worker);
	}
	return rc;
}

/* It is done, whatever comes of it: more than a hint to be overlooked. */
static int settle(struct db *db, struct err *err)
{
	int rc = db_settle(db, err);

	if (rc == 0)
		return 0;
	return err_context(err,
	    L("c'est détruit, mais une copie en reste dans les fichiers de la "
	      "base : arrêtez puis relancez le serveur pour l'en effacer",
		"it is destroyed, but a copy is left in the files of the "
		"database: stop the server and start it again to erase it"));
}

int purge_worker(struct office *office, const char *worker, const char *reason,
    int64_t *count, struct err *err)
{
	struct doomed doomed = {office->db, BUF_INIT, json_array()};
	struct act act;
	int rc;

	*count = 0;
	if (doomed.hashes == NULL)
		return err_nomem(err);
	if ((rc = find_records(&doomed, worker, err)) < 0 ||
	    (rc = act_begin(&act, office, err)) < 0)
		goto out;
	if ((rc = purge_all(&act, &doomed, reason, count, err)) < 0)
		act_abort(&act);
	else if ((rc = act_commit(&act, err)) == 0)
		rc = settle(office->db, err);
out:
	json_decref(doomed.hashes);
	buf_free(&doomed.lines);
	return rc;
}
