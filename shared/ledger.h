/*
 * The ledger: entries kept byte for byte, and the records they fold into.
 * One set of tables (schema/ledger) and one piece of code serve the laptop
 * and the office. Callers hold a transaction around what must be one.
 */
#ifndef POINTEAU_SHARED_LEDGER_H
#define POINTEAU_SHARED_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/buf.h"
#include "shared/db.h"
#include "shared/entry.h"
#include "shared/err.h"
#include "shared/json.h"

/* The states of a record, as stored (schema/ledger/0001_ledger.sql). */
#define RECORD_MERGED    "merged"
#define RECORD_CONTESTED "contested"
#define RECORD_VOID      "void"
#define RECORD_EMPTY     "empty"
#define RECORD_UNKNOWN   "unknown"
#define RECORD_MATCHED   "matched"

/* A new entry's place in its set's header, and who signs it. */
struct ledger_author {
	const struct set_header *header;
	enum writer writer;
	bool revoked; /* signed at a place of the log after its revocation */
};

/*
 * Keep one entry and fold its record anew. The same hash twice is kept once
 * (*id receives the first's), and counts as soon as one of the sets that
 * carry it makes it count. *fault (may be NULL) receives the quarantine
 * code, NULL when it counts. A body that is no entry is kept, quarantined.
 * One that was purged is not kept again: *id is 0.
 */
int ledger_add(struct db *db, const struct ledger_author *author,
    struct bytes body, int64_t *id, const char **fault, struct err *err);

/*
 * Judge an entry already kept once more, as ledger_add would now, and fold
 * its record; E_NOT_FOUND. For ledger_rebuild.
 */
int ledger_judge_again(struct db *db, const struct ledger_author *author,
    struct bytes body, struct err *err);

/* Forget every record and alias of a structure. For ledger_rebuild. */
int ledger_forget_records(
    struct db *db, const char *structure, struct err *err);

/* Remove an entry's body that left this device's scope; fold again. Absent
 * is fine. */
int ledger_drop(struct db *db, const char *structure, const struct hash *hash,
    struct err *err);

/* A record's row. Texts are borrowed for the call that receives it. */
struct record_row {
	const char *structure;
	const char *record;
	const char *family;
	const char *subject;
	const char *day;
	const char *slot;
	const char *state;
	const char *value; /* canonical text; "" without one */
	const char *kind;  /* of hours */
	const char *site;
	const char *activity;
	int64_t live; /* distinct live values */
	int64_t minutes;
};

typedef int ledger_each_record(
    void *context, const struct record_row *row, struct err *err);

/* One record; *found tells whether it is there (then ${each} ran once). */
int ledger_record(struct db *db, const char *structure, const char *record,
    ledger_each_record *each, void *context, bool *found, struct err *err);

/* The value of a merged record as JSON (own it), or NULL when there is none
 * or it is void, contested or absent. */
int ledger_value(struct db *db, const char *structure, const char *record,
    json_t **out, struct err *err);

/* All records of a family, by subject, then key. ${structure} NULL: of all,
 * one structure after the other. */
int ledger_family(struct db *db, const char *structure, const char *family,
    ledger_each_record *each, void *context, struct err *err);

/* Hours or skills of the days first..last, by subject, day, slot.
 * ${structure} NULL: of every structure that has a log. */
int ledger_days(struct db *db, const char *structure, const char *family,
    const char *first, const char *last, ledger_each_record *each,
    void *context, struct err *err);

/* The last day before ${before} of which the structure has a record of that
 * family, whatever its state; "" when there is none. */
int ledger_last_day(struct db *db, const char *structure, const char *family,
    const char *before, char out[DATE_TEXT], struct err *err);

/* The first of the days first..last of which the structure has a record of
 * that family that is not empty; "" when there is none. */
int ledger_first_day(struct db *db, const char *structure, const char *family,
    const char *first, const char *last, char out[DATE_TEXT], struct err *err);

/* The records of a family about one subject. ${structure} NULL: of all. */
int ledger_subject(struct db *db, const char *structure, const char *family,
    const char *subject, ledger_each_record *each, void *context,
    struct err *err);

/* One worker's hours of ${month} ("2026-11") under every structure, by day,
 * slot, structure. Where month totals are kept (ledger_month.h). */
int ledger_worker_month(struct db *db, const char *worker, const char *month,
    ledger_each_record *each, void *context, struct err *err);

/* Structures that have any record, in order, "_" first. */
int ledger_structures(struct db *db,
    int (*each)(void *context, const char *structure, struct err *err),
    void *context, struct err *err);

/* One entry of a record, for histories and contests. */
struct entry_row {
	int64_t id;
	struct hash hash;
	const char *fault;         /* "" when it counts */
	bool live;                 /* its value is live */
	const struct entry *entry; /* parsed; NULL when malformed */
	const char *value;         /* canonical text; NULL when it sets none */
};

typedef int ledger_each_entry(
    void *context, const struct entry_row *row, struct err *err);

/*
 * Every entry of a record in order of arrival, those of newcomers matched to
 * its worker included. ${each} returns 1 to stop.
 */
int ledger_history(struct db *db, const char *structure, const char *record,
    ledger_each_entry *each, void *context, struct err *err);

/* The hashes of the live entries of a record, as parents for the next one.
 * At most ${max}; E_LIMIT beyond. */
int ledger_heads(struct db *db, const char *structure, const char *record,
    struct hash *out, size_t max, size_t *count, struct err *err);

/* The worker a newcomer was matched to; "" when not. ${out} holds
 * TEXT_ID_MAX + 1. */
int ledger_alias(struct db *db, const char *structure, const char *newcomer,
    char *out, struct err *err);

/* Read an entry's bytes; E_NOT_FOUND. The office has no index of hashes and
 * looks through the whole structure: who knows the entry's record names it,
 * or the one above it ("close/2026-08" for "close/2026-08/V1"), and has it at
 * once. */
int ledger_bytes(struct db *db, const char *structure, const struct hash *hash,
    struct buf *out, struct err *err);
int ledger_bytes_of(struct db *db, const char *structure, const char *record,
    const struct hash *hash, struct buf *out, struct err *err);

/* Forget every record and alias of a structure and fold its entries again,
 * keeping their faults. */
int ledger_refold_all(struct db *db, const char *structure, struct err *err);

/*
 * SHA-256 over every record of a structure in order: two nodes with the same
 * entries have the same (design: I5, I18).
 */
int ledger_digest(
    struct db *db, const char *structure, struct hash *out, struct err *err);

#endif
