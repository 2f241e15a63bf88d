#include <inttypes.h>
#include <string.h>

#include "shared/json.h"
#include "shared/receipt_json.h"
#include "tests/bench/answer.h"

static void note(FILE *acks, const struct receipt *receipt)
{
	char set[HASH_TEXT], head[HASH_TEXT];

	hash_hex(&receipt->manifest, set);
	hash_hex(&receipt->head, head);
	(void)fprintf(acks, "%s %s %" PRId64 " %s\n", receipt->structure, set,
	    receipt->n, head);
}

static const char *check_set(
    const struct answer_wish *wish, const json_t *json, size_t i)
{
	struct receipt receipt;

	if (strcmp(json_text(json, "state"), wish->state) != 0)
		return "state";
	if (json_array_size(json_object_get(json, "quarantined")) != 0)
		return "quarantined";
	if (receipt_json_read_place(&receipt, json, NULL) < 0)
		return "receipt";
	text_copy(receipt.structure, sizeof(receipt.structure),
	    wish->laptop->structure);
	receipt.manifest = wish->push->sets[i];
	if (wish->verify && receipt_verify(&receipt, wish->server, NULL) < 0)
		return "signature";
	if (wish->acks != NULL)
		note(wish->acks, &receipt);
	return NULL;
}

static const char *check_sets(
    const struct answer_wish *wish, const json_t *list)
{
	const char *wrong = NULL;

	if (json_array_size(list) != wish->push->set_count)
		return "count";
	for (size_t i = 0; wrong == NULL && i < wish->push->set_count; i++)
		wrong = check_set(wish, json_array_get(list, i), i);
	return wrong;
}

const char *answer_check(const struct answer_wish *wish, struct bytes body)
{
	const char *wrong;
	json_t *json;

	if (json_read(&json, body.data, body.len, NULL) < 0)
		return "json";
	if (wish->push != NULL)
		wrong = check_sets(wish, json_object_get(json, "sets"));
	else
		wrong = json_array_size(json_object_get(json, "structures")) > 0
		            ? NULL
		            : "heads";
	json_decref(json);
	return wrong;
}
