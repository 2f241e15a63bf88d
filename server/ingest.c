#include <string.h>

#include "server/ingest.h"
#include "server/log.h"
#include "server/store/access.h"
#include "shared/lang.h"
#include "shared/ledger_device.h"
#include "shared/ledger_set.h"

static int find_signer(struct office *office, const struct changeset *set,
    struct device *device, struct err *err)
{
	const struct set_header *header = &set->header;
	int rc = ledger_device(office->db, header->structure, header->device,
	    office->server.pub, device, err);

	if (rc == 0 && !device->found) {
		rc = err_set(err, E_AUTH,
		    L("poste %s inconnu de la structure %s : enrôlez-le",
			"device %s unknown to structure %s: enrol it"),
		    header->device, header->structure);
	}
	return rc;
}

/* Every signature before any change. */
static int verify_all(
    struct office *office, const struct push *push, struct err *err)
{
	struct device device;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < push->count; i++) {
		rc = find_signer(office, &push->sets[i], &device, err);
		if (rc == 0)
			rc = changeset_verify(&push->sets[i], device.pub, err);
	}
	return rc;
}

/* STORED stands for: may be appended. */
static int check_sequence(struct office *office, const struct changeset *set,
    struct ingest_result *result, struct err *err)
{
	const struct set_header *header = &set->header;
	bool found;
	int rc;

	if ((rc = ledger_set_last(office->db, header->structure, header->device,
		 header->session, &result->seq, &result->last, &found, err)) <
	    0)
		return rc;
	if (header->seq > result->seq + 1) {
		result->state = INGEST_GAP;
	} else if (header->seq <= result->seq ||
		   (found && !hash_equal(&header->prev, &result->last))) {
		result->state = INGEST_FORK;
	} else {
		result->state = INGEST_STORED;
	}
	return 0;
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

static int take_one(struct office *office, const struct changeset *set,
    struct ingest_result *result, struct err *err)
{
	const char *structure = set->header.structure;
	struct device device;
	struct hash hash;
	bool known;
	int rc;

	memset(result, 0, sizeof(*result));
	if ((rc = find_signer(office, set, &device, err)) < 0 ||
	    (rc = changeset_hash(&hash, set, err)) < 0 ||
	    (rc = ledger_set_receipt(office->db, structure, &hash,
		 &result->receipt, &known, err)) < 0)
		return rc;
	result->state = INGEST_KNOWN;
	if (!known && (rc = check_sequence(office, set, result, err)) < 0)
		return rc;
	if (result->state == INGEST_FORK)
		return keep_evidence(office, set, &hash, err);
	if (result->state == INGEST_GAP)
		return 0;
	if (!known && (rc = log_next_receipt(office, structure, &hash,
			   &result->receipt, err)) < 0)
		return rc;
	const struct ledger_author author = {
	    &set->header, device.writer, device.revoked};

	result->revoked = device.revoked;
	return ledger_set_put(office->db, set, &author,
	    known ? NULL : &result->receipt, note_fault, result, err);
}

int ingest_push(struct office *office, const struct push *push,
    struct ingest_result *results, size_t *count, struct err *err)
{
	int rc;

	*count = 0;
	if ((rc = verify_all(office, push, err)) < 0 ||
	    (rc = db_begin(office->db, err)) < 0)
		return rc;
	for (size_t i = 0; i < push->count; i++) {
		struct ingest_result *result = &results[i];

		if ((rc = take_one(office, &push->sets[i], result, err)) < 0)
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
