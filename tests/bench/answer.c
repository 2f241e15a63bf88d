#include <inttypes.h>
#include <string.h>

#include "shared/json.h"
#include "shared/receipt_json.h"
#include "shared/wire_answer.h"
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

	if (wish->state != NULL &&
	    strcmp(json_text(json, "state"), wish->state) != 0)
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

/* In wire 2: the places that follow what the laptop had verified. */
static const char *check_packed(struct answer_wish *wish, struct bytes body)
{
	struct receipt receipt = {.epoch = 0};
	struct wire_answer answer;

	if (wire_answer_read(&answer, body.data, body.len, NULL) < 0 ||
	    answer.count != wish->push->set_count)
		return "packed";
	text_copy(receipt.structure, sizeof(receipt.structure),
	    wish->laptop->structure);
	receipt.epoch = answer.epoch;
	receipt.n = wish->seen->n;
	receipt.head = wish->seen->head;
	for (size_t i = 0; i < answer.count; i++) {
		if (answer.faults[i] > 0)
			return "quarantined";
		receipt.n++;
		receipt.time_s = answer.time_s[i];
		receipt.manifest = wish->push->sets[i];
		log_next(&receipt.head, &receipt.head, receipt.time_s,
		    &receipt.manifest);
		if (wish->acks != NULL)
			note(wish->acks, &receipt);
	}
	memcpy(receipt.sig, answer.sig, SIG_LEN);
	if (wish->verify && receipt_verify(&receipt, wish->server, NULL) < 0)
		return "signature";
	wish->seen->n = receipt.n;
	wish->seen->head = receipt.head;
	wish->more = !answer.same;
	return NULL;
}

static const char *check_pull(struct answer_wish *wish, struct bytes body)
{
	const char *wrong = NULL;
	struct pull pull;

	if (wire_pull_decode(&pull, body.data, body.len, NULL) < 0)
		return "pull";
	if (pull.first != wish->seen->n + 1)
		wrong = "first";
	for (size_t i = 0; wrong == NULL && i < pull.count; i++) {
		struct pull_item *item = &pull.items[i];

		if (item->type == PULL_SET &&
		    changeset_hash(&item->manifest, &item->set, NULL) < 0)
			wrong = "set";
		wish->seen->n++;
		log_next(&wish->seen->head, &wish->seen->head, item->time_s,
		    &item->manifest);
	}
	wish->more = pull.more;
	wire_pull_clear(&pull);
	return wrong;
}

static const char *check_heads(struct answer_wish *wish, const json_t *json)
{
	const json_t *list = json_object_get(json, "structures");
	size_t i;
	json_t *head;

	if (json_array_size(list) == 0)
		return "heads";
	json_array_foreach(list, i, head)
	{
		if (strcmp(json_text(head, "structure"),
			wish->laptop->structure) == 0)
			wish->more = json_int(head, "n", 0) > wish->seen->n;
	}
	return NULL;
}

const char *answer_check(struct answer_wish *wish, struct bytes body)
{
	const char *wrong;
	json_t *json;

	wish->more = false;
	if (wish->ask == ASK_PULL)
		return check_pull(wish, body);
	if (wish->ask == ASK_PUSH && wire_is_answer(body.data, body.len))
		return check_packed(wish, body);
	if (json_read(&json, body.data, body.len, NULL) < 0)
		return "json";
	if (wish->ask == ASK_HEADS) {
		wrong = check_heads(wish, json);
	} else {
		wrong = check_sets(wish, json_object_get(json, "sets"));
		wish->more = true;
	}
	json_decref(json);
	return wrong;
}
