/*
 * The ledger's change sets: kept, found, loaded again byte for byte, and
 * placed in their structure's log.
 */
#ifndef POINTEAU_SHARED_LEDGER_SET_H
#define POINTEAU_SHARED_LEDGER_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/changeset.h"
#include "shared/db.h"
#include "shared/err.h"
#include "shared/ledger.h"
#include "shared/receipt.h"

/* Told of each quarantined entry of a set: its index and code. */
typedef void ledger_fault(void *context, size_t index, const char *code);

/*
 * Keep a verified set and its entries. ${receipt}, of this very manifest,
 * places it in the log; NULL when it has no place yet. A set already kept
 * gains what it lacked (place, bodies). ${fault} may be NULL.
 */
int ledger_set_put(struct db *db, const struct changeset *set,
    const struct ledger_author *author, const struct receipt *receipt,
    ledger_fault *fault, void *context, struct err *err);

/* Keep an own set, just signed, of entries kept before: ${entries}, the
 * identity of each, ascending. */
int ledger_set_seal(struct db *db, const struct changeset *set,
    const int64_t *entries, struct err *err);

/* A set's row. Texts are borrowed during the call that receives it. */
struct set_row {
	int64_t id;
	struct hash hash;
	const char *device;
	const char *session;
	int64_t seq;
	struct hash prev; /* the manifest before it, as it says */
	int64_t sent;     /* how often it left */
	int64_t place;    /* 0: none */
	int64_t epoch;
	int64_t time_s;
	struct hash head;
	bool has_receipt; /* its own: a place may be known by a later one's */
	uint8_t receipt[SIG_LEN]; /* zeros without one */
};

typedef int ledger_each_set(
    void *context, const struct set_row *row, struct err *err);

/* The set of this manifest hash; *found tells. */
int ledger_set_find(struct db *db, const char *structure,
    const struct hash *hash, ledger_each_set *each, void *context, bool *found,
    struct err *err);

/* The same, by what its header says: at the office, which has no index of
 * hashes. */
int ledger_set_known(struct db *db, const struct set_header *header,
    const struct hash *hash, ledger_each_set *each, void *context, bool *found,
    struct err *err);

/* The receipt of a set in the log; *found is false when it is not there. */
int ledger_set_receipt(struct db *db, const char *structure,
    const struct hash *hash, struct receipt *out, bool *found, struct err *err);

/* A set of the log, met again. */
struct set_standing {
	struct receipt receipt;
	uint8_t sig[SIG_LEN]; /* of its author, which was verified */
	size_t counting;      /* its entries that are here and have no fault */
};

/* How a set stands, found by what its header says; *found is false when it is
 * not in the log (ledger_standing.c). */
int ledger_set_standing(struct db *db, const struct set_header *header,
    const struct hash *hash, struct set_standing *out, bool *found,
    struct err *err);

/* The last set of (device, session); *found is false for a new session. */
int ledger_set_last(struct db *db, const char *structure, const char *device,
    const char *session, int64_t *seq, struct hash *hash, bool *found,
    struct err *err);

/* The last one whose number is below ${before}; seq is 0 when there is none. */
int ledger_set_before(struct db *db, const char *structure, const char *device,
    const char *session, int64_t before, int64_t *seq, struct hash *hash,
    bool *found, struct err *err);

/* The set of (device, session, seq). */
int ledger_set_at(struct db *db, const char *structure, const char *device,
    const char *session, int64_t seq, ledger_each_set *each, void *context,
    bool *found, struct err *err);

/* Sets in the log with place > ${after}, in order; ${each} returns 1 to
 * stop. */
int ledger_log(struct db *db, const char *structure, int64_t after,
    ledger_each_set *each, void *context, struct err *err);

/*
 * Load a set whole. Bodies we do not have are withheld (data NULL). The
 * bodies live in ${storage}; clear ${out} with changeset_clear.
 */
int ledger_set_load(struct db *db, const char *structure, int64_t id,
    struct changeset *out, struct buf *storage, struct err *err);

/* What a set's entry is about: enough to tell who may see it. Texts are
 * borrowed during the call, "" for a body that is absent or malformed. */
struct set_part {
	struct hash hash;
	const char *family;
	const char *subject;
	const char *day;
};

int ledger_set_parts(struct db *db, const char *structure, int64_t id,
    int (*each)(void *context, const struct set_part *part, struct err *err),
    void *context, struct err *err);

/* The last verified place of a log; n is 0 and head H_0 before the first. */
int ledger_head(struct db *db, const char *structure, struct log_point *out,
    int64_t *time_s, struct err *err);
/* Move it: to the place that ${receipt} is of. */
int ledger_head_put(
    struct db *db, const struct receipt *receipt, struct err *err);

/* How often a set of the log has gained bodies it lacked: whoever pulled it
 * before then has to look again. */
int ledger_completed(
    struct db *db, const char *structure, int64_t *out, struct err *err);

/*
 * The furthest receipt of a log that this directory holds, from the log's
 * head or from an own set's: what a server restored from an older backup no
 * longer knows. *found is false when it holds none.
 */
int ledger_witness(struct db *db, const char *structure, struct receipt *out,
    bool *found, struct err *err);

/* The receipt that speaks of place ${n} of a log as this directory knows it:
 * the head's, whose chain covers all before it, or else the first one from
 * ${n} on. */
int ledger_witness_of(struct db *db, const char *structure, int64_t n,
    struct receipt *out, bool *found, struct err *err);

/* Every set with a place, the last place first; ${each} returns 1 to stop. */
int ledger_places(struct db *db, const char *structure, ledger_each_set *each,
    void *context, struct err *err);

/* The log went back to ${common}: every set placed after it awaits a place
 * again, and the head goes back. */
int ledger_go_back(struct db *db, const char *structure,
    const struct log_point *common, int64_t time_s, struct err *err);

/* Structures that have a log, in order. */
int ledger_logs(struct db *db,
    int (*each)(void *context, const char *structure, struct err *err),
    void *context, struct err *err);

/* ---- as an author (ledger_outbox.c) ---- */

/* Queue an own entry for the next set; part of the save's transaction. */
int ledger_outbox_add(
    struct db *db, const char *structure, int64_t entry, struct err *err);

/*
 * Seal every queued entry of a structure into signed sets: own session,
 * contiguous, ${key}'s. A new session opens when the boot or the machine
 * changed since the last set. Call it within a transaction.
 */
int ledger_seal(struct db *db, const struct os *os, const struct key *key,
    const char *structure, struct err *err);

/* Sets without a place, oldest first: own ones, and after the log went back
 * others' too. ${each} returns 1 to stop. */
int ledger_pending(struct db *db, const char *structure, ledger_each_set *each,
    void *context, struct err *err);

/* Note that a set has left (a receipt may still be on its way). */
int ledger_sent(struct db *db, const char *structure, const struct hash *hash,
    struct err *err);

/* It had not, after all: nobody was reached. */
int ledger_not_sent(struct db *db, const char *structure,
    const struct hash *hash, struct err *err);

/* Place an own set in the log by its verified receipt. */
int ledger_place(struct db *db, const struct receipt *receipt, struct err *err);

/*
 * Take back every set of ${device}, our own, that has no receipt, and open a
 * new session after the last one that has one: the entries (their hashes
 * unchanged) await a new seal.
 */
int ledger_reseal(struct db *db, const struct os *os, const char *structure,
    const char *device, struct err *err);

/* The server's log ends, for ${device}, at the set of row ${after} (0: it has
 * none): whatever ${device} sealed later awaits a place again. */
int ledger_resend(struct db *db, const char *structure, const char *device,
    int64_t after, struct err *err);

/* Where an entry stands on its way to the office. Of a record, as
 * ledger_bytes_of. */
enum entry_way { WAY_KEPT, WAY_SENT, WAY_RECEIVED };
int ledger_way(struct db *db, const char *structure, const struct hash *hash,
    enum entry_way *way, int64_t *place, struct err *err);
int ledger_way_of(struct db *db, const char *structure, const char *record,
    const struct hash *hash, enum entry_way *way, int64_t *place,
    struct err *err);

/* The first place of a set of ${device} that names an entry; 0 for none. */
int ledger_first_place(struct db *db, const char *structure, const char *device,
    const char *record, const struct hash *hash, int64_t *out, struct err *err);

/* How many own entries are kept here, sent, received, quarantined. */
struct ledger_counts {
	int64_t kept;
	int64_t sent;
	int64_t received;
	int64_t quarantined;
};
int ledger_count(struct db *db, const char *device, struct ledger_counts *out,
    struct err *err);

/* How many of them have no receipt yet (kept and sent): reads those alone. */
int ledger_unsent(
    struct db *db, const char *device, int64_t *out, struct err *err);

#endif
