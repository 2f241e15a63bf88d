#include <stdlib.h>
#include <string.h>

#include "server/act.h"
#include "server/purge.h"
#include "server/rgpd/hold.h"
#include "server/rgpd/run.h"
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

static const char *const families[] = {"hours", "skill", "signoff", "worker",
    "newcomer", "identity", "contract", "meeting", "training", "pmsmp", "exit",
    "followup", "project_link"};

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

	if (doomed->lines.len == 0)
		return 0;
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

int purge_records(struct act *act, struct buf *lines, const char *reason,
    int64_t *count, struct err *err)
{
	struct doomed doomed = {act->office->db, *lines, json_array()};
	int rc = doomed.hashes == NULL
	             ? err_nomem(err)
	             : purge_all(act, &doomed, reason, count, err);

	json_decref(doomed.hashes);
	return rc;
}

struct matched {
	struct doomed *doomed;
	const char *worker;
};

/* A newcomer who turned out to be the worker has a first name too. */
static int note_matched(
    void *context, const struct record_row *row, struct err *err)
{
	struct matched *matched = context;
	char worker[TEXT_ID_MAX + 1];
	int rc = ledger_alias(
	    matched->doomed->db, row->structure, row->subject, worker, err);

	return rc < 0 || strcmp(worker, matched->worker) != 0
	           ? rc
	           : note_record(matched->doomed, row, err);
}

/* That somebody took note of an alert about the worker. */
static int note_acked(
    void *context, const struct record_row *row, struct err *err)
{
	struct matched *matched = context;
	json_t *value = NULL;
	int rc = row->value[0] == '{'
	             ? json_read(&value, row->value, strlen(row->value), err)
	             : 0;

	if (rc == 0 && strcmp(json_text(value, "worker"), matched->worker) == 0)
		rc = note_record(matched->doomed, row, err);
	json_decref(value);
	return rc;
}

static int find_records(
    struct doomed *doomed, const char *worker, struct err *err)
{
	struct matched matched = {doomed, worker};
	int rc = ledger_family(
	    doomed->db, NULL, "newcomer", note_matched, &matched, err);

	if (rc == 0)
		rc = ledger_family(
		    doomed->db, NULL, "ack", note_acked, &matched, err);
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
int purge_settle(struct office *office, struct err *err)
{
	int rc = db_settle(office->db, err);

	if (rc == 0)
		return 0;
	return err_context(err,
	    L("c'est détruit, mais une copie en reste dans les fichiers de la "
	      "base : arrêtez puis relancez le serveur pour l'en effacer",
		"it is destroyed, but a copy is left in the files of the "
		"database: stop the server and start it again to erase it"));
}

/* What a hold covers stays, whoever asks. */
static int check_holds(struct office *office, const struct doomed *doomed,
    const char *worker, struct err *err)
{
	char structure[TEXT_ID_MAX + 1];
	struct holds *holds = NULL;
	const char *hold = NULL;
	int rc = holds_load(&holds, office, err);

	for (const char *at = buf_text(&doomed->lines);
	     rc == 0 && hold == NULL && *at != '\0';
	     at += strcspn(at, "\n") + 1) {
		size_t len = strcspn(at, "\t");

		text_copy(structure,
		    len + 1 < sizeof(structure) ? len + 1 : sizeof(structure),
		    at);
		hold = holds_cover(holds, structure, "", worker);
	}
	if (hold != NULL)
		rc = err_set(err, E_CONFLICT,
		    L("rien n'est détruit : la conservation %s (%s) couvre ce "
		      "salarié ; voyez « hold list »",
			"nothing is destroyed: the hold %s (%s) covers this "
			"worker; see \"hold list\""),
		    hold, structure);
	holds_free(holds);
	return rc;
}

/* One structure's records, and the run in its log. */
static int purge_one(struct act *act, const char *structure, struct buf *lines,
    const char *id, const char *reason, int64_t *count, struct err *err)
{
	struct run_sum sum = {NULL, 0, 0};
	int rc = purge_records(act, lines, reason, &sum.entries, err);

	*count += sum.entries;
	if (rc < 0)
		return rc;
	sum.classes = json_pack("[{s:s,s:i,s:I}]", "class", "all", "people", 1,
	    "entries", (json_int_t)sum.entries);
	rc = sum.classes == NULL
	         ? err_nomem(err)
	         : run_write(act, structure, id, &sum, reason, err);
	json_decref(sum.classes);
	return rc;
}

/* The lines of one structure at a time, wherever they stand. */
static int purge_each(struct act *act, struct buf *lines, const char *reason,
    int64_t *count, struct err *err)
{
	char id[RUN_ID], structure[TEXT_ID_MAX + 1];
	int rc = 0;

	run_name(act->office, id);
	while (rc == 0 && lines->len > 0) {
		struct buf own = BUF_INIT, others = BUF_INIT;
		size_t len = strcspn(lines->data, "\t") + 1;

		text_copy(structure,
		    len < sizeof(structure) ? len : sizeof(structure),
		    lines->data);
		for (const char *at = lines->data; *at != '\0';) {
			size_t end = strcspn(at, "\n") + 1;

			buf_add(
			    strncmp(at, lines->data, len) == 0 ? &own : &others,
			    at, end);
			at += end;
		}
		if ((rc = buf_check(&own, err)) == 0 &&
		    (rc = buf_check(&others, err)) == 0)
			rc = purge_one(
			    act, structure, &own, id, reason, count, err);
		buf_free(&own);
		buf_free(lines);
		*lines = others;
	}
	return rc;
}

int purge_worker(struct office *office, const char *worker, const char *reason,
    int64_t *count, struct err *err)
{
	struct doomed doomed = {office->db, BUF_INIT, NULL};
	struct act act;
	int rc;

	*count = 0;
	if ((rc = find_records(&doomed, worker, err)) < 0 ||
	    (rc = check_holds(office, &doomed, worker, err)) < 0 ||
	    (rc = act_begin(&act, office, err)) < 0)
		goto out;
	if ((rc = purge_each(&act, &doomed.lines, reason, count, err)) < 0)
		act_abort(&act);
	else if ((rc = act_commit(&act, err)) == 0)
		rc = purge_settle(office, err);
out:
	buf_free(&doomed.lines);
	return rc;
}
