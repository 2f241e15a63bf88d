#include <string.h>

#include "server/ingest.h"
#include "server/log.h"
#include "server/store/access.h"
#include "shared/lang.h"
#include "shared/ledger_device.h"
#include "shared/ledger_set.h"

/* The set in hand: who signed it, and whether its author brings it. */
struct taking {
	const struct changeset *set;
	struct hash hash;
	struct device signer;
	bool own;
};

/* Who signed it, and did they? Another's set by someone unknown is left. */
static int check_signer(
    struct office *office, struct taking *taking, struct err *err)
{
	const struct set_header *header = &taking->set->header;
	int rc = ledger_device(office->db, header->structure, header->device,
	    office->server.pub, &taking->signer, err);

	if (rc < 0)
		return rc;
	if (taking->signer.found)
		rc = changeset_verify(taking->set, taking->signer.pub, err);
	else if (taking->own)
		rc = err_set(err, E_AUTH,
		    L("poste %s inconnu de la structure %s : enrôlez-le",
			"device %s unknown to structure %s: enrol it"),
		    header->device, header->structure);
	return rc;
}

/* A set of the same session, if it is here. */
struct neighbour {
	bool here;
	struct hash hash;
	struct hash prev;
};

static int note_neighbour(
    void *context, const struct set_row *row, struct err *err)
{
	struct neighbour *out = context;

	(void)err;
	out->hash = row->hash;
	out->prev = row->prev;
	return 0;
}

static int look_at(struct office *office, const struct set_header *header,
    int64_t seq, struct neighbour *out, struct err *err)
{
	return ledger_set_at(office->db, header->structure, header->device,
	    header->session, seq, note_neighbour, out, &out->here, err);
}

/* STORED stands for: may be appended. */
static int check_sequence(struct office *office, const struct taking *taking,
    struct ingest_result *result, struct err *err)
{
	const struct set_header *header = &taking->set->header;
	struct neighbour same, before, after = {.here = false};
	bool found;
	int rc;

	if ((rc = look_at(office, header, header->seq, &same, err)) < 0 ||
	    (rc = look_at(office, header, header->seq - 1, &before, err)) < 0)
		return rc;
	if (header->seq < INT64_MAX &&
	    (rc = look_at(office, header, header->seq + 1, &after, err)) < 0)
		return rc;
	if (same.here ||
	    (before.here && !hash_equal(&header->prev, &before.hash)) ||
	    (after.here && !hash_equal(&after.prev, &taking->hash)))
		result->state = INGEST_FORK;
	else if (taking->own && header->seq > 1 && !before.here)
		result->state = INGEST_GAP;
	else
		result->state = INGEST_STORED;
	/* After a hole, what to send again begins at the hole. */
	return ledger_set_before(office->db, header->structure, header->device,
	    header->session,
	    result->state == INGEST_GAP ? header->seq : INT64_MAX, &result->seq,
	    &result->last, &found, err);
}

static int keep_evidence(struct office *office, const struct changeset *set,
    const struct hash *hash, struct err *err)
{
	struct buf bytes = BUF_INIT;
	int rc;

	if ((rc = wire_push_encode(&bytes, set, 1, err)) == 0) {
		rc = access_evidence_put(office->db, set->header.structure,
		    hash, set->header.device, "fork", os_now_s(office->os),
		    buf_bytes(&bytes), err);
	}
	buf_free(&bytes);
	return rc;
}

static void note_fault(void *context, size_t index, const char *code)
{
	struct ingest_result *result = context;

	result->faults[result->fault_count].index = index;
	result->faults[result->fault_count++].code = code;
}

/* What cannot be taken: the author is told, others are not held up. */
static int refuse(struct office *office, const struct taking *taking,
    struct ingest_result *result, struct err *err)
{
	bool fork = result->state == INGEST_FORK;

	if (!taking->own) {
		result->state = INGEST_ASIDE;
		result->why = fork ? "fork" : "unknown";
	}
	return fork ? keep_evidence(office, taking->set, &taking->hash, err)
	            : 0;
}

static int keep(struct office *office, const struct taking *taking,
    struct ingest_result *result, bool known, struct err *err)
{
	const struct changeset *set = taking->set;
	const struct ledger_author author = {
	    &set->header, taking->signer.writer, taking->signer.revoked};
	int rc;

	result->revoked = taking->own && taking->signer.revoked;
	if (!known && (rc = log_next_receipt(office, set->header.structure, 0,
			   &taking->hash, &result->receipt, err)) < 0)
		return rc;
	rc = ledger_set_put(office->db, set, &author,
	    known ? NULL : &result->receipt, note_fault, result, err);
	return rc < 0 || !author.revoked
	           ? rc
	           : ledger_judge_by_place(office->db, set, err);
}

static int take_one(struct office *office, const char *device,
    const struct changeset *set, struct ingest_result *result, struct err *err)
{
	struct taking taking = {.set = set};
	bool known;
	int rc;

	memset(result, 0, sizeof(*result));
	taking.own = strcmp(set->header.device, device) == 0;
	if ((rc = check_signer(office, &taking, err)) < 0)
		return rc;
	if (!taking.signer.found)
		return refuse(office, &taking, result, err);
	if ((rc = changeset_hash(&taking.hash, set, err)) < 0 ||
	    (rc = ledger_set_known_receipt(office->db, &set->header,
		 &taking.hash, &result->receipt, &known, err)) < 0)
		return rc;
	/* Whoever found a key that we replaced could write as the server. What
	 * we signed with it and lost, we write again ourselves. */
	if (!known && taking.signer.past)
		return refuse(office, &taking, result, err);
	result->state = INGEST_KNOWN;
	if (!known && (rc = check_sequence(office, &taking, result, err)) < 0)
		return rc;
	if (result->state == INGEST_FORK)
		return refuse(office, &taking, result, err);
	if (result->state == INGEST_GAP)
		return 0;
	return keep(office, &taking, result, known, err);
}

int ingest_push(struct office *office, const char *device,
    const struct push *push, struct ingest_result *results, size_t *count,
    struct err *err)
{
	int rc;

	*count = 0;
	if ((rc = db_begin(office->db, err)) < 0)
		return rc;
	for (size_t i = 0; i < push->count; i++) {
		struct ingest_result *result = &results[i];

		if ((rc = take_one(
			 office, device, &push->sets[i], result, err)) < 0)
			goto out;
		*count = i + 1;
		if (result->state == INGEST_GAP || result->state == INGEST_FORK)
			break;
	}
	rc = db_commit(office->db, err);
out:
	if (rc < 0)
		db_rollback(office->db);
	return rc;
}
