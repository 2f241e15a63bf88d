#include <string.h>

#include "server/epoch.h"
#include "server/service.h"
#include "shared/lang.h"
#include "shared/ledger_set.h"
#include "shared/receipt_json.h"

static int unreadable(struct err *err)
{
	return err_set(err, E_INVALID,
	    L("reçu illisible : structure, epoch, n, manifest, head, time, sig "
	      "et points attendus",
		"unreadable receipt: structure, epoch, n, manifest, head, "
		"time, sig and points expected"));
}

static int read_receipt(
    struct receipt *out, const json_t *json, struct err *err)
{
	const char *structure = json_text(json, "structure");
	int rc = receipt_json_read_whole(out, json, err);

	if (rc == E_INVALID || text_check_id(structure, NULL) < 0)
		return unreadable(err);
	text_copy(out->structure, sizeof(out->structure), structure);
	return rc;
}

/* [[n, "head"], …] */
static int read_points(
    struct log_point *out, size_t *count, const json_t *list, struct err *err)
{
	*count = json_array_size(list);
	if (!json_is_array(list) || *count > EPOCH_POINTS_MAX)
		return unreadable(err);
	for (size_t i = 0; i < *count; i++) {
		const json_t *pair = json_array_get(list, i);
		const char *head = json_string_value(json_array_get(pair, 1));

		out[i].n = json_integer_value(json_array_get(pair, 0));
		if (out[i].n < 1 || head == NULL ||
		    hash_parse(&out[i].head, head, NULL) < 0)
			return unreadable(err);
	}
	return 0;
}

static int reply_common(struct reply *reply, const struct log_point *now,
    int64_t common, struct err *err)
{
	char head[HASH_TEXT];

	hash_hex(&now->head, head);
	return reply_json(reply,
	    json_pack("{s:i, s:I, s:I, s:s, s:I}", "schema", 1, "epoch",
		(json_int_t)now->epoch, "n", (json_int_t)now->n, "head", head,
		"common", (json_int_t)common),
	    err);
}

int api_witness(struct asked *asked, struct reply *reply, struct err *err)
{
	struct log_point points[EPOCH_POINTS_MAX], now;
	struct office *office = asked->office;
	struct receipt receipt;
	json_t *json = NULL;
	int64_t common;
	size_t count;
	int rc;

	if ((rc = asked_json(asked, &json, err)) < 0 ||
	    (rc = read_receipt(&receipt, json, err)) < 0 ||
	    (rc = read_points(
		 points, &count, json_object_get(json, "points"), err)) < 0 ||
	    (rc = asked_structure(asked, receipt.structure, err)) < 0 ||
	    (rc = epoch_witness(
		 office, &receipt, points, count, &common, err)) < 0 ||
	    (rc = ledger_head(office->db, receipt.structure, &now, NULL, err)) <
		0)
		goto out;
	rc = reply_common(reply, &now, common, err);
out:
	json_decref(json);
	return rc;
}
