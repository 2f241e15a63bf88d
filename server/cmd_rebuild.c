#include <inttypes.h>
#include <string.h>

#include "server/cmd.h"
#include "shared/json.h"
#include "shared/lang.h"
#include "shared/ledger_month.h"
#include "shared/ledger_rebuild.h"
#include "shared/ledger_set.h"

static int note_log(void *context, const char *structure, struct err *err)
{
	buf_printf(context, "%s\n", structure);
	return buf_check(context, err);
}

struct rebuilt {
	size_t structures;
	size_t repaired;
	json_t *digests; /* structure → digest */
};

static int rebuild_one(struct office *office, const char *structure,
    struct rebuilt *rebuilt, struct err *err)
{
	struct hash before, after;
	char hex[HASH_TEXT];
	bool same = false;
	int rc = ledger_month_check(office->db, structure, &same, err);

	if (rc == 0)
		rc = ledger_rebuild(office->db, structure, office->server.pub,
		    &before, &after, err);
	if (rc < 0)
		return rc;
	hash_hex(&after, hex);
	rebuilt->structures++;
	rebuilt->repaired += !same || !hash_equal(&before, &after);
	return json_put_text(rebuilt->digests, structure, hex) ? 0
	                                                       : err_nomem(err);
}

static int rebuild_all(
    struct office *office, struct rebuilt *rebuilt, struct err *err)
{
	struct buf names = BUF_INIT;
	char *at, *save = NULL;
	int rc;

	if ((rc = ledger_logs(office->db, note_log, &names, err)) < 0 ||
	    names.len == 0 || (rc = db_begin(office->db, err)) < 0)
		goto out;
	for (at = strtok_r(names.data, "\n", &save); rc == 0 && at != NULL;
	     at = strtok_r(NULL, "\n", &save))
		rc = rebuild_one(office, at, rebuilt, err);
	if (rc == 0)
		rc = db_commit(office->db, err);
	if (rc < 0)
		db_rollback(office->db);
out:
	buf_free(&names);
	return rc;
}

static void show(struct call *call, const struct rebuilt *rebuilt)
{
	buf_printf(call->out,
	    L("%zu journaux rejoués, %zu projections réparées.\n",
		"%zu logs replayed, %zu projections repaired.\n"),
	    rebuilt->structures, rebuilt->repaired);
}

int cmd_rebuild(struct call *call, struct err *err)
{
	struct rebuilt rebuilt = {0, 0, json_object()};
	int rc;

	if (rebuilt.digests == NULL)
		return err_nomem(err);
	if ((rc = rebuild_all(cmd_office(call), &rebuilt, err)) < 0)
		goto out;
	if (!cmd_json(call)) {
		show(call, &rebuilt);
		goto out;
	}
	rc = json_print(call->out,
	    json_pack("{s:i, s:I, s:O}", "schema", 1, "repaired",
		(json_int_t)rebuilt.repaired, "digests", rebuilt.digests),
	    err);
out:
	json_decref(rebuilt.digests);
	return rc;
}
