#include <stdlib.h>
#include <string.h>

#include "server/push_words.h"
#include "server/digests.h"
#include "server/scope.h"
#include "server/store/access.h"
#include "server/store/contact.h"
#include "shared/lang.h"
#include "shared/ledger_device.h"
#include "shared/ledger_set.h"
#include "shared/record.h"
#include "shared/wire_answer.h"

#define HEADS_MAX 64 /* of a laptop: with more it asks for them */

/* ---- before ---- */

struct place {
	int64_t n;
	struct hash head;
};

static int note_place(void *context, const struct set_row *row, struct err *err)
{
	struct place *place = context;

	(void)err;
	place->n = row->place;
	place->head = row->head;
	return 1;
}

static int look_again(struct err *err)
{
	return err_set(err, E_CONFLICT,
	    L("le journal n'est pas celui que ce poste a vu : demandez où il "
	      "en est",
		"the log is not the one that this device saw: ask for the "
		"heads"));
}

int push_words_check(
    struct asked *asked, const struct push *push, struct err *err)
{
	const struct log_point *seen = &push->sets[0].header.seen;
	const char *structure = push->sets[0].header.structure;
	struct place place = {.n = 0};
	struct log_point point;
	struct device device;
	int rc;

	/* Another structure's log is none of its business. */
	if (!push->told.asked || asked_structure(asked, structure, NULL) < 0)
		return 0;
	/* Revoked, it is told what its heads are before its sets go aside. */
	if ((rc = ledger_device(asked->office->db, structure, asked->device,
		 asked->office->server.pub, &device, err)) < 0)
		return rc;
	if (asked->revoked || device.revoked)
		return look_again(err);
	for (size_t i = 1; i < push->count; i++) {
		if (push->sets[i].header.seen.n > seen->n)
			seen = &push->sets[i].header.seen;
	}
	if ((rc = ledger_head(
		 asked->office->db, structure, &point, NULL, err)) < 0)
		return rc;
	if (point.n < push->told.cursor || point.n < seen->n)
		return look_again(err);
	if (seen->n < 1)
		return 0;
	rc = ledger_log(
	    asked->office->db, structure, seen->n - 1, note_place, &place, err);
	return rc < 0 || hash_equal(&place.head, &seen->head) ? rc
	                                                      : look_again(err);
}

/* ---- after ---- */

/* What of the sets may be seen by who brought them? */
struct sight {
	const struct scope *scope;
	bool all;
};

static int look(void *context, const struct set_part *part, struct err *err)
{
	struct sight *sight = context;

	(void)err;
	sight->all = sight->all && scope_sees(sight->scope, part->family,
				       part->subject, part->day);
	return 0;
}

static int note_id(void *context, const struct set_row *row, struct err *err)
{
	(void)err;
	*(int64_t *)context = row->id;
	return 0;
}

/* The sets that were pushed, all taken. */
struct taken {
	const struct push *push;
	const struct ingest_result *results;
	size_t count;
	bool seen; /* all of them by who brought them … */
	bool last; /* … and nothing came after them */
};

static int all_seen(struct office *office, const struct scope *scope,
    struct taken *taken, struct err *err)
{
	struct sight sight = {scope, true};
	bool found;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < taken->count; i++) {
		const struct set_header *header = &taken->push->sets[i].header;
		int64_t id = 0;

		if ((rc = ledger_set_known(office->db, header,
			 &taken->results[i].receipt.manifest, note_id, &id,
			 &found, err)) == 0 &&
		    found)
			rc = ledger_set_parts(office->db, header->structure, id,
			    look, &sight, err);
	}
	taken->seen = sight.all;
	return rc;
}

/* The heads as this laptop would be told them. */
struct heads {
	struct wire_head_known items[HEADS_MAX];
	char structures[HEADS_MAX][TEXT_ID_MAX + 1];
	char scopes[HEADS_MAX][SCOPE_DIGEST_TEXT];
	struct log_point points[HEADS_MAX];
	size_t count;
	bool full;
};

/* ${taken} when ${structure} is the sets' own, else NULL. */
static int add_head(struct asked *asked, struct heads *heads,
    const char *structure, struct taken *taken, struct err *err)
{
	struct office *office = asked->office;
	struct scope *scope = NULL;
	size_t i = heads->count;
	int rc;

	if (i == HEADS_MAX) {
		heads->full = true;
		return 0;
	}
	if ((rc = ledger_head(
		 office->db, structure, &heads->points[i], NULL, err)) < 0 ||
	    heads->points[i].n == 0)
		return rc;
	if ((rc = digests_scope(office, structure, asked->device,
		 heads->scopes[i], err)) < 0 ||
	    (taken != NULL &&
		((rc = digests_take(
		      office, structure, asked->device, &scope, err)) < 0 ||
		    (rc = all_seen(office, scope, taken, err)) < 0)))
		goto out;
	if (taken != NULL)
		taken->last = taken->results[taken->count - 1].receipt.n ==
		              heads->points[i].n;
	text_copy(
	    heads->structures[i], sizeof(heads->structures[i]), structure);
	heads->items[i] = (struct wire_head_known){heads->structures[i],
	    taken != NULL ? -1 : heads->points[i].n, &heads->points[i].head,
	    heads->scopes[i]};
	heads->count++;
out:
	scope_free(scope);
	return rc;
}

static int add_heads(struct asked *asked, struct heads *heads,
    struct taken *taken, struct err *err)
{
	const char *pushed = taken->push->sets[0].header.structure;
	char structure[TEXT_ID_MAX + 1];
	const char *at = buf_text(&asked->structures);
	int rc = add_head(asked, heads, STRUCTURE_OFFICE,
	    strcmp(pushed, STRUCTURE_OFFICE) == 0 ? taken : NULL, err);

	while (rc == 0 && *at != '\0') {
		size_t len = strcspn(at, "\n");

		if (len >= sizeof(structure))
			break;
		memcpy(structure, at, len);
		structure[len] = '\0';
		at += len + (at[len] == '\n');
		rc = add_head(asked, heads, structure,
		    strcmp(pushed, structure) == 0 ? taken : NULL, err);
	}
	return rc;
}

static bool all_taken(const struct ingest_result *results, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (results[i].revoked || (results[i].state != INGEST_STORED &&
					      results[i].state != INGEST_KNOWN))
			return false;
	}
	return count > 0;
}

/* Do they continue the log where the asker was, in one epoch? */
static bool continues(
    const struct push *push, const struct ingest_result *results, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct receipt *receipt = &results[i].receipt;

		if (receipt->n != push->told.cursor + 1 + (int64_t)i ||
		    receipt->epoch != results[0].receipt.epoch)
			return false;
	}
	return count == push->count;
}

int push_words_note(struct asked *asked, const struct push *push,
    const struct ingest_result *results, size_t count, bool *same,
    struct err *err)
{
	const struct push_told *told = &push->told;
	int64_t now_s = os_now_s(asked->office->os);
	struct taken taken = {push, results, count, false, false};
	uint8_t known[WIRE_KNOWN_LEN];
	struct heads *heads;
	int rc;

	*same = false;
	if (!told->asked || !all_taken(results, count))
		return 0;
	if ((rc = access_contact_touch(
		 asked->office->db, asked->device, now_s, err)) < 0 ||
	    (rc = contact_tell(asked->office->db, asked->device, now_s,
		 told->unsent, told->at_s - now_s, err)) < 0)
		return rc;
	/* Who was not level asks for the heads anyway. */
	if (!continues(push, results, count))
		return 0;
	if ((heads = calloc(1, sizeof(*heads))) == NULL)
		return err_nomem(err);
	/* Sets that were known may have been followed by others since. */
	if ((rc = add_heads(asked, heads, &taken, err)) == 0 &&
	    (rc = wire_known(known, heads->items, heads->count, err)) == 0)
		*same = taken.seen && taken.last && !heads->full &&
		        memcmp(known, told->known, sizeof(known)) == 0;
	free(heads);
	return rc;
}

/* ---- the answer ---- */

int push_words_answer(struct buf *out, const struct push *push,
    const struct ingest_result *results, size_t count, bool same, bool *done,
    struct err *err)
{
	int64_t before_s = 0;

	*done = push->told.asked && all_taken(results, count) &&
	        continues(push, results, count);
	if (!*done)
		return 0;
	wire_answer_begin(out, same, results[0].receipt.epoch, count);
	for (size_t i = 0; i < count; i++) {
		const struct ingest_result *result = &results[i];

		wire_answer_set(
		    out, result->receipt.time_s, before_s, result->fault_count);
		before_s = result->receipt.time_s;
		for (size_t j = 0; j < result->fault_count; j++)
			wire_answer_fault(out, result->faults[j].index,
			    result->faults[j].code);
	}
	wire_answer_end(out, results[count - 1].receipt.sig);
	return buf_check(out, err);
}
