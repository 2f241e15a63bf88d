#include <string.h>

#include "shared/ledger_set.h"
#include "shared/receipt_json.h"
#include "shared/wire_answer.h"
#include "tests/lib/packed_reply.h"

static int note_head(void *context, const struct set_row *row, struct err *err)
{
	(void)err;
	*(struct hash *)context = row->head;
	return 1;
}

/* The receipt of the set in hand; false when it is not to be made. */
static bool make(struct db *db, const struct push *push,
    const struct wire_answer *answer, size_t i, struct hash *head,
    struct receipt *out)
{
	struct hash manifest;
	bool found = false;

	memset(out, 0, sizeof(*out));
	text_copy(out->structure, sizeof(out->structure),
	    push->sets[i].header.structure);
	out->epoch = answer->epoch;
	out->n = push->told.cursor + 1 + (int64_t)i;
	out->time_s = answer->time_s[i];
	if (changeset_hash(&out->manifest, &push->sets[i], NULL) < 0)
		return false;
	log_next(head, head, out->time_s, &out->manifest);
	out->head = *head;
	if (i == answer->count - 1) {
		memcpy(out->sig, answer->sig, SIG_LEN);
		return true;
	}
	manifest = out->manifest;
	return ledger_set_receipt(db, push->sets[i].header.structure, &manifest,
		   out, &found, NULL) == 0 &&
	       found;
}

static json_t *unpack(
    struct db *db, const struct push *push, const struct wire_answer *answer)
{
	const char *structure = push->sets[0].header.structure;
	json_t *json = json_object(), *sets = json_array();
	struct hash head;

	log_first(&head, structure);
	if (push->told.cursor > 0)
		(void)ledger_log(db, structure, push->told.cursor - 1,
		    note_head, &head, NULL);
	for (size_t i = 0; i < answer->count && i < push->count; i++) {
		struct receipt receipt;
		json_t *one = json_object();

		if (make(db, push, answer, i, &head, &receipt)) {
			(void)json_put_text(one, "state", "stored");
			(void)receipt_json_put_place(one, &receipt);
		}
		(void)json_array_append_new(sets, one);
	}
	(void)json_put(json, "sets", sets);
	return json;
}

json_t *packed_reply_json(
    struct db *db, const struct push *push, struct bytes reply)
{
	struct wire_answer answer;

	if (!wire_is_answer(reply.data, reply.len))
		return json_loadb(
		    reply.len > 0 ? reply.data : "", reply.len, 0, NULL);
	if (push->count == 0 || !push->told.asked ||
	    wire_answer_read(&answer, reply.data, reply.len, NULL) < 0)
		return NULL;
	return unpack(db, push, &answer);
}
