#include <string.h>

#include "server/act.h"
#include "server/epoch.h"
#include "server/store/access.h"
#include "shared/ledger_set.h"
#include "shared/ledger_succession.h"
#include "shared/receipt_json.h"

struct place {
	int64_t n;
	struct hash head;
	bool found;
};

static int note_place(void *context, const struct set_row *row, struct err *err)
{
	struct place *place = context;

	(void)err;
	place->found = row->place == place->n;
	place->head = row->head;
	return 1;
}

/* Does our log say the same of place ${n}? Place 0 is every log's. */
static int agrees(struct office *office, const char *structure, int64_t n,
    const struct hash *head, bool *out, struct err *err)
{
	struct place place = {.n = n};
	int rc;

	*out = n == 0;
	if (n < 1)
		return 0;
	rc = ledger_log(office->db, structure, n - 1, note_place, &place, err);
	*out = rc == 0 && place.found && hash_equal(&place.head, head);
	return rc;
}

static json_t *receipt_json(const struct receipt *receipt)
{
	json_t *json = json_object();

	if (receipt_json_put_whole(json, receipt))
		return json;
	json_decref(json);
	return NULL;
}

/* Codes made before may have been used in what was lost. */
static int open_epoch(struct office *office, const struct receipt *receipt,
    const struct log_point *now, struct err *err)
{
	int64_t epoch =
	    (receipt->epoch > now->epoch ? receipt->epoch : now->epoch) + 1;
	char record[RECORD_KEY_MAX], name[24];
	struct entry_draft draft = {
	    .kind = "epoch",
	    .structure = receipt->structure,
	    .record = record,
	};
	struct act act;
	json_t *value;
	int rc;

	(void)snprintf(name, sizeof(name), "%lld", (long long)epoch);
	record_key_make(record, "epoch", name, NULL);
	value = json_pack("{s:I,s:I,s:o}", "epoch", (json_int_t)epoch, "base",
	    (json_int_t)now->n, "receipt", receipt_json(receipt));
	if (value == NULL)
		return err_nomem(err);
	draft.value = value;
	if ((rc = act_begin(&act, office, err)) < 0)
		goto out;
	if ((rc = act_server(&act, &draft, epoch, err)) < 0 ||
	    (rc = access_codes_void(office->db, err)) < 0)
		act_abort(&act);
	else
		rc = act_commit(&act, err);
out:
	json_decref(value);
	return rc;
}

/* The furthest place up to which all points agree: a laptop may hold places
 * of both stories, and one that agrees beyond one that does not is no common
 * ground. */
static int find_common(struct office *office, const char *structure,
    const struct log_point *points, size_t count, int64_t *common,
    struct err *err)
{
	int64_t apart = INT64_MAX;
	bool same;
	int rc;

	for (size_t i = 0; i < count; i++) {
		if ((rc = agrees(office, structure, points[i].n,
			 &points[i].head, &same, err)) < 0)
			return rc;
		if (!same && points[i].n < apart)
			apart = points[i].n;
	}
	*common = 0;
	for (size_t i = 0; i < count; i++) {
		if (points[i].n < apart && points[i].n > *common)
			*common = points[i].n;
	}
	return 0;
}

int epoch_witness(struct office *office, const struct receipt *receipt,
    const struct log_point *points, size_t count, int64_t *common,
    struct err *err)
{
	const char *structure = receipt->structure;
	struct log_point now;
	bool same;
	int rc;

	if ((rc = ledger_receipt_verify(
		 office->db, receipt, office->server.pub, err)) < 0 ||
	    (rc = ledger_head(office->db, structure, &now, NULL, err)) < 0 ||
	    (rc = agrees(office, structure, receipt->n, &receipt->head, &same,
		 err)) < 0)
		return rc;
	/* What an older epoch says and our log does not was lost before the
	 * epochs that followed: one explanation is enough. */
	if (!same && receipt->epoch >= now.epoch &&
	    (rc = open_epoch(office, receipt, &now, err)) < 0)
		return rc;
	return find_common(office, structure, points, count, common, err);
}
