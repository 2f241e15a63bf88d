#include <string.h>

#include "agent/answer.h"
#include "agent/sync_parts.h"
#include "shared/enc.h"
#include "shared/lang.h"
#include "shared/ledger_succession.h"

static int alarm_key(struct err *err)
{
	return err_set(err, E_SIGNATURE,
	    L("ALERTE : ce serveur a une autre clé que celle connue ici, et "
	      "rien ne prouve qu'elle la remplace ; vos saisies restent ici, "
	      "prévenez le bureau",
		"ALARM: this server has another key than the one known here, "
		"and nothing proves that it replaced it; what you recorded "
		"stays here, tell the office"));
}

/* The new key takes the place of the one we knew, which it followed. */
static int follow(struct sync *sync, const struct successions *all,
    const struct hash *server, struct err *err)
{
	struct db *db = sync->agent->db;
	char hex[HASH_TEXT];
	int rc;

	hash_hex(server, hex);
	if ((rc = db_begin(db, err)) < 0)
		return rc;
	if ((rc = ledger_successions_put(db, all, err)) == 0 &&
	    (rc = journal_put(db, SETTING_SERVER_KEY, hex, err)) == 0)
		rc = db_commit(db, err);
	if (rc < 0)
		db_rollback(db);
	else
		memcpy(sync->server, server->bytes, KEY_LEN);
	return rc;
}

static int take(struct sync *sync, const json_t *hello, struct err *err)
{
	char known[DEVICE_TEXT];
	struct successions all;
	struct hash server;
	int rc;

	if (hash_parse(&server, json_text(hello, "server"), NULL) < 0)
		return answer_strange(SYNC_PATH_HELLO, err);
	if (memcmp(server.bytes, sync->server, KEY_LEN) == 0)
		return sync->refused.code != 0
		           ? err_set(err, sync->refused.code, "%s",
				 sync->refused.text)
		           : answer_strange(SYNC_PATH_HELLO, err);
	if ((rc = succession_from_json(&all,
		 json_object_get(hello, "succession"), server.bytes, err)) < 0)
		return rc == E_NOMEM ? rc : alarm_key(err);
	key_device(sync->server, known);
	if (succession_of(&all, known) == NULL)
		return alarm_key(err);
	return follow(sync, &all, &server, err);
}

int sync_succession_take(
    struct sync *sync, const struct exchange_reply *reply, struct err *err)
{
	json_t *json = NULL;
	int rc = answer_json(reply, &json, err);

	if (rc == 0)
		rc = take(sync, json, err);
	/* What was refused, and no hello to explain it, is refused. */
	else if (sync->refused.code != 0)
		rc = err_set(err, sync->refused.code, "%s", sync->refused.text);
	sync->refused.code = 0;
	json_decref(json);
	return rc;
}
