/*
 * What the database tells of many slots at once: the entries of a month's
 * hours, what somebody has under two structures, what is contested, and when
 * an entry came.
 */
#ifndef POINTEAU_SERVER_STORE_SLOTS_H
#define POINTEAU_SERVER_STORE_SLOTS_H

#include <stdint.h>

#include "shared/crypto.h"
#include "shared/db.h"
#include "shared/err.h"
#include "shared/ledger.h"

/* One entry of a slot. Texts and bytes are borrowed during the call. */
struct slots_entry {
	const char *worker;
	const char *day;
	const char *slot;
	const char *fault; /* "" when it counts */
	struct hash hash;
	struct bytes bytes;
};

typedef int slots_each_entry(
    void *context, const struct slots_entry *entry, struct err *err);

/* Every entry written about a slot of the days first..last itself (those of
 * newcomers matched to its worker are not among them), in no order. */
int slots_entries(struct db *db, const char *structure, const char *first,
    const char *last, slots_each_entry *each, void *context, struct err *err);

/* A slot of ${structure} that holds one value, while one of another
 * structure does too. Texts are borrowed during the call. */
struct slots_double {
	const char *worker;
	const char *day;
	const char *slot;
	const char *kind;
	const char *other_kind;
	const char *other_structure;
	int64_t minutes;
	int64_t other_minutes;
};

int slots_doubles(struct db *db, const char *structure, const char *first,
    const char *last,
    int (*each)(
	void *context, const struct slots_double *slot, struct err *err),
    void *context, struct err *err);

/*
 * The merged slots, of the days first..last, of whoever is on the lists of
 * ${structure} and of another one too: those of the others. By worker and
 * day. A reader limited to structures is told of these alone (store/view.h).
 */
int slots_elsewhere(struct db *db, const char *structure, const char *first,
    const char *last, ledger_each_record *each, void *context, struct err *err);

/* The contested slots of all structures, or of one. */
int slots_contested(struct db *db, const char *structure,
    int (*each)(void *context, const char *structure, const char *record,
	struct err *err),
    void *context, struct err *err);

/* When the office first had an entry in its log; 0 when it has no place. */
int slots_received(struct db *db, const char *structure, const char *record,
    const struct hash *hash, int64_t *out, struct err *err);

#endif
