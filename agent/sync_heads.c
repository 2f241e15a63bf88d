#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "agent/answer.h"
#include "agent/sync_parts.h"
#include "shared/date.h"
#include "shared/enc.h"
#include "shared/lang.h"
#include "shared/ledger_set.h"
#include "shared/text.h"

int sync_heads_alarm(const char *structure, int64_t n, struct err *err)
{
	return err_set(err, E_SIGNATURE,
	    L("ALERTE : le journal du serveur ne prolonge pas celui déjà vu "
	      "(structure %s, n° %" PRId64 ") ; vos saisies restent ici, "
	      "prévenez le bureau",
		"ALARM: the server's log does not extend the one already seen "
		"(structure %s, no. %" PRId64 "); what you recorded stays "
		"here, tell the office"),
	    structure, n);
}

/* ---- asking ---- */

/* The office shows both to people; no rule reads them. */
int sync_heads_prepare(struct sync *sync, struct err *err)
{
	const struct agent *agent = sync->agent;
	char now[STAMP_TEXT];
	int64_t unsent;
	int rc = ledger_unsent(agent->db, agent->device, &unsent, err);

	if (rc < 0)
		return rc;
	stamp_format(os_now_s(agent->os), now);
	buf_reset(&sync->path);
	buf_printf(
	    &sync->path, SYNC_PATH_HEADS "?at=%s&unsent=%" PRId64, now, unsent);
	return buf_check(&sync->path, err);
}

/* ---- reading ---- */

static bool read_head(struct sync_target *out, const json_t *json)
{
	const char *structure = json_text(json, "structure");

	memset(out, 0, sizeof(*out));
	out->listed = true;
	out->told.epoch = json_int(json, "epoch", -1);
	out->told.n = json_int(json, "n", -1);
	if (text_check_id(structure, NULL) < 0 || out->told.epoch < 0 ||
	    out->told.n < 0 ||
	    hash_parse(&out->told.head, json_text(json, "head"), NULL) < 0)
		return false;
	text_copy(
	    out->follow.structure, sizeof(out->follow.structure), structure);
	/* A digest of any length: its first digits tell a change. */
	text_copy(out->follow.scope, sizeof(out->follow.scope),
	    json_text(json, "scope"));
	return true;
}

static struct sync_target *find(struct sync *sync, const char *structure)
{
	for (size_t i = 0; i < sync->count; i++) {
		if (strcmp(sync->targets[i].follow.structure, structure) == 0)
			return &sync->targets[i];
	}
	return NULL;
}

static int read_heads(struct sync *sync, const json_t *list, struct err *err)
{
	size_t count = json_array_size(list);

	if (!json_is_array(list) || count > SYNC_TARGETS_MAX)
		return answer_strange(SYNC_PATH_HEADS, err);
	free(sync->targets);
	sync->count = sync->at = 0;
	sync->targets = calloc(SYNC_TARGETS_MAX, sizeof(*sync->targets));
	if (sync->targets == NULL)
		return err_nomem(err);
	for (size_t i = 0; i < count; i++) {
		struct sync_target target;

		if (!read_head(&target, json_array_get(list, i)) ||
		    find(sync, target.follow.structure) != NULL)
			return answer_strange(SYNC_PATH_HEADS, err);
		sync->targets[sync->count++] = target;
	}
	return 0;
}

/* ---- what we follow ---- */

/* Another scope: the whole log is pulled again, for the bodies that are now
 * to be had or to be dropped. */
static int follow(
    struct sync *sync, struct sync_target *target, struct err *err)
{
	struct db *db = sync->agent->db;
	struct follow known;
	bool found;
	int rc;

	if ((rc = journal_follow_get(
		 db, target->follow.structure, &known, &found, err)) < 0)
		return rc;
	if (found && strcmp(known.scope, target->follow.scope) == 0) {
		target->follow = known;
		return 0;
	}
	target->follow.cursor = 0;
	log_first(&target->follow.cursor_head, target->follow.structure);
	return journal_follow_put(db, &target->follow, err);
}

/* Structures that the server no longer names: own sets may await them. */
static int add_left(void *context, const struct follow *follow, struct err *err)
{
	struct sync *sync = context;

	if (find(sync, follow->structure) != NULL)
		return 0;
	if (sync->count == SYNC_TARGETS_MAX) {
		return err_set(err, E_LIMIT,
		    L("plus de %d structures sur un poste",
			"over %d structures on one laptop"),
		    SYNC_TARGETS_MAX);
	}
	sync->targets[sync->count++].follow = *follow;
	return 0;
}

static int follow_all(struct sync *sync, struct err *err)
{
	struct db *db = sync->agent->db;
	int rc;

	if ((rc = db_begin(db, err)) < 0)
		return rc;
	for (size_t i = 0; rc == 0 && i < sync->count; i++) {
		if ((rc = follow(sync, &sync->targets[i], err)) == 0)
			rc = sync_witness_doubt(sync, &sync->targets[i], err);
	}
	if (rc == 0)
		rc = journal_follow_all(db, add_left, sync, err);
	if (rc == 0)
		rc = db_commit(db, err);
	if (rc < 0)
		db_rollback(db);
	return rc;
}

/* Kept for the next sync, which then begins with its own sets. */
static int note_wire(struct sync *sync, bool packed, struct err *err)
{
	if (packed == sync->packed)
		return 0;
	sync->packed = packed;
	return journal_put(
	    sync->agent->db, SETTING_WIRE, packed ? "2" : "", err);
}

int sync_heads_take(
    struct sync *sync, const struct exchange_reply *reply, struct err *err)
{
	char known[HASH_TEXT];
	json_t *json = NULL;
	const char *server;
	int rc;

	if ((rc = answer_json(reply, &json, err)) < 0)
		goto out;
	enc_hex(sync->server, KEY_LEN, known);
	server = json_text(json, "server");
	if (server[0] != '\0' && strcmp(server, known) != 0) {
		rc = SYNC_REQUEST;
		goto out;
	}
	if ((rc = note_wire(
		 sync, json_int(json, "wire", 1) >= WIRE_PACKED, err)) < 0 ||
	    (rc = read_heads(sync, json_object_get(json, "structures"), err)) <
		0)
		goto out;
	rc = follow_all(sync, err);
out:
	json_decref(json);
	return rc;
}

/* The heads that came with a refusal: not to follow, only to compare. */
static int compare_only(struct sync *sync, struct err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < sync->count; i++) {
		struct sync_target *target = &sync->targets[i];
		struct follow known;
		bool found;

		target->listed = false;
		rc = journal_follow_get(sync->agent->db,
		    target->follow.structure, &known, &found, err);
		if (rc == 0 && found)
			target->follow = known;
		if (rc == 0)
			rc = sync_witness_doubt(sync, target, err);
	}
	return rc;
}

int sync_heads_revoked(
    struct sync *sync, const struct exchange_reply *reply, struct err *err)
{
	json_t *json = NULL, *list = json_array();
	int rc;

	if (list == NULL)
		return err_nomem(err);
	if ((rc = answer_object(reply, &json, err)) < 0)
		goto out;
	/* Told by servers that speak of them to a revoked laptop. */
	if (json_object_get(json, "structures") != NULL &&
	    json_array_extend(list, json_object_get(json, "structures")) < 0) {
		rc = err_nomem(err);
		goto out;
	}
	rc = read_heads(sync, list, err);
	if (rc == 0 && (rc = compare_only(sync, err)) == 0)
		rc = journal_follow_all(sync->agent->db, add_left, sync, err);
out:
	json_decref(list);
	json_decref(json);
	return rc;
}

int sync_heads_check(struct sync *sync, struct err *err)
{
	for (size_t i = 0; i < sync->count; i++) {
		const struct sync_target *target = &sync->targets[i];

		if (target->alarm)
			return sync_heads_alarm(
			    target->follow.structure, target->told.n, err);
		if (target->unclear)
			return err_set(err, E_INVALID,
			    L("le serveur n'a pas su dire pourquoi son journal "
			      "de %s diffère ; rien n'est perdu, recommencez "
			      "l'envoi",
				"the server could not say why its log of %s "
				"differs; nothing is lost, sync again"),
			    target->follow.structure);
	}
	return 0;
}
