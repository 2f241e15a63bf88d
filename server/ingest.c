#include <string.h>

#include "server/ingest.h"
#include "server/log.h"
#include "server/store/access.h"
#include "shared/lang.h"
#include "shared/ledger_device.h"
#include "shared/ledger_set.h"
#include "shared/sshsig.h"

/* The set in hand: who signed it, and whether its author brings it. */
struct taking {
	const struct changeset *set;
	const struct ingest_look *look;
	struct device signer;
	struct set_standing known; /* when ${is_known} */
	bool is_known;
	bool own;
};

/* Was it verified before, by us, without the office or when it was stored? */
static bool is_verified(const struct taking *taking)
{
	const struct ingest_look *look = taking->look;

	return (look->is_signed &&
		   crypto_same(look->signed_by, taking->signer.pub, KEY_LEN)) ||
	       (taking->is_known &&
		   crypto_same(taking->known.sig, taking->set->sig, SIG_LEN));
}

/* Who signed it, and did they? Another's set by someone unknown is left. */
static int check_signer(
    struct office *office, struct taking *taking, struct err *err)
{
	const struct set_header *header = &taking->set->header;
	int rc;

	if ((rc = ledger_device(office->db, header->structure, header->device,
		 office->server.pub, &taking->signer, err)) < 0 ||
	    (rc = ledger_set_standing(office->db, header, &taking->look->hash,
		 &taking->known, &taking->is_known, err)) < 0)
		return rc;
	if (taking->signer.found && !is_verified(taking))
		rc = changeset_verify(taking->set, taking->signer.pub, err);
	else if (!taking->signer.found && taking->own)
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
	    (after.here && !hash_equal(&after.prev, &taking->look->hash)))
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
	return fork ? keep_evidence(
			  office, taking->set, &taking->look->hash, err)
	            : 0;
}

/* Nothing that it could add or change is left: its receipt says it all. A
 * revoked author's entries are judged again, by their places. */
static bool is_complete(const struct taking *taking)
{
	return taking->is_known && !taking->signer.revoked &&
	       taking->known.counting == taking->set->count;
}

static int keep(struct office *office, const struct taking *taking,
    struct ingest_result *result, struct err *err)
{
	const struct changeset *set = taking->set;
	const struct ledger_author author = {
	    &set->header, taking->signer.writer, taking->signer.revoked};
	bool known = taking->is_known;
	int rc;

	result->revoked = taking->own && taking->signer.revoked;
	if (!known && (rc = log_next_receipt(office, set->header.structure, 0,
			   &taking->look->hash, &result->receipt, err)) < 0)
		return rc;
	rc = ledger_set_put(office->db, set, &author,
	    known ? NULL : &result->receipt, note_fault, result, err);
	return rc < 0 || !author.revoked
	           ? rc
	           : ledger_judge_by_place(office->db, set, err);
}

static int take_one(struct office *office, const char *device,
    const struct changeset *set, const struct ingest_look *look,
    struct ingest_result *result, struct err *err)
{
	struct taking taking = {.set = set, .look = look};
	int rc;

	memset(result, 0, sizeof(*result));
	taking.own = strcmp(set->header.device, device) == 0;
	if ((rc = check_signer(office, &taking, err)) < 0)
		return rc;
	/* Whoever found a key that we replaced could write as the server. What
	 * we signed with it and lost, we write again ourselves. */
	if (!taking.signer.found || (!taking.is_known && taking.signer.past))
		return refuse(office, &taking, result, err);
	result->receipt = taking.known.receipt;
	result->state = INGEST_KNOWN;
	if (is_complete(&taking))
		return 0;
	if (!taking.is_known &&
	    (rc = check_sequence(office, &taking, result, err)) < 0)
		return rc;
	if (result->state == INGEST_FORK)
		return refuse(office, &taking, result, err);
	if (result->state == INGEST_GAP)
		return 0;
	return keep(office, &taking, result, err);
}

/* One that came lately is likely known, and was verified then. */
static int look_at_set(struct ingest_look *look, const struct changeset *set,
    const uint8_t *pub, struct hints *hints, struct err *err)
{
	struct buf manifest = BUF_INIT;
	int rc;

	memset(look, 0, sizeof(*look));
	changeset_manifest(&manifest, set);
	if ((rc = buf_check(&manifest, err)) < 0)
		goto out;
	hash_of(&look->hash, manifest.data, manifest.len);
	if (pub == NULL || (hints != NULL && hints_has_set(hints, &look->hash)))
		goto out;
	/* One that is wrong is told in its turn. */
	look->is_signed = sshsig_verify(pub, set->sig, SSHSIG_CHANGESET,
			      manifest.data, manifest.len, NULL) == 0;
	memcpy(look->signed_by, pub, KEY_LEN);
out:
	buf_free(&manifest);
	return rc;
}

int ingest_look(struct ingest_look *looks, const struct push *push,
    const struct hint *hint, struct hints *hints, struct err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < push->count; i++) {
		const struct changeset *set = &push->sets[i];
		bool own = hint != NULL &&
		           strcmp(set->header.device, hint->device) == 0;

		rc = look_at_set(
		    &looks[i], set, own ? hint->pub : NULL, hints, err);
	}
	return rc;
}

int ingest_take(struct office *office, const char *device,
    const struct push *push, const struct ingest_look *looks,
    struct ingest_result *results, size_t *count, struct err *err)
{
	int rc;

	*count = 0;
	for (size_t i = 0; i < push->count; i++) {
		struct ingest_result *result = &results[i];

		if ((rc = take_one(office, device, &push->sets[i], &looks[i],
			 result, err)) < 0)
			return rc;
		*count = i + 1;
		if (result->state == INGEST_GAP || result->state == INGEST_FORK)
			break;
	}
	return 0;
}

int ingest_push(struct office *office, const char *device,
    const struct push *push, struct ingest_result *results, size_t *count,
    struct err *err)
{
	struct ingest_look looks[WIRE_SETS_MAX];
	int rc;

	*count = 0;
	if ((rc = ingest_look(looks, push, NULL, NULL, err)) < 0 ||
	    (rc = db_begin(office->db, err)) < 0)
		return rc;
	if ((rc = ingest_take(
		 office, device, push, looks, results, count, err)) == 0)
		rc = db_commit(office->db, err);
	if (rc < 0)
		db_rollback(office->db);
	return rc;
}
