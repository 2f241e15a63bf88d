/*
 * The server's logs read back, for the checker: sets as stored, entries
 * parsed by nothing but jansson.
 */
#ifndef POINTEAU_TESTS_SIM_LOG_H
#define POINTEAU_TESTS_SIM_LOG_H

#include "shared/ledger_set.h"
#include "tests/sim/sim.h"

struct log_set {
	struct changeset set;
	struct buf storage; /* where its bodies live */
	struct hash hash;
	int64_t place, epoch, time_s;
	struct hash head;
	uint8_t sig[SIG_LEN];
	size_t device; /* among the world's; SIZE_MAX: console or server */
	bool console;
	bool revoked; /* signed after its device's revocation */
};

/* One entry, wherever the log names it. */
struct log_entry {
	struct hash hash;
	struct bytes body; /* of a set's storage */
	json_t *json;      /* owned; NULL: malformed */
	const char *kind, *record;
	const json_t *value; /* borrowed; blanks left out */
	json_t *clean;       /* owned: what value points to */
	const char *fault;   /* expected */
	bool by_office;
	char group[RECORD_KEY_MAX]; /* its record, a match followed */
};

struct log {
	size_t structure;
	struct log_set *sets; /* owned */
	size_t set_count, set_room;
	struct log_entry *entries; /* owned, by first place */
	size_t entry_count, entry_room;
};

/* False when the world broke meanwhile. Clear it in both cases. */
bool log_read(struct sim *sim, size_t structure, struct log *out);
void log_clear(struct log *log);

const struct log_entry *log_entry_find(
    const struct log *log, const struct hash *hash);

/* ---- the little model (model.c): what the log's entries come to ---- */

struct model_slot {
	const struct log_entry *first; /* a live one */
	size_t live;                   /* different live values */
	bool is_void;
};

/* The live values of the entries ${count} of one group. */
void model_fold(const struct log_entry *const *entries, size_t count,
    struct model_slot *out);

/* I13: closed months are as they were closed, their figures add up. */
void sim_check_I13(struct sim *sim, const struct log *log);

/* I7: the month's totals by worker, against the report's. */
void model_check_totals(
    struct sim *sim, const struct log *logs, size_t log_count);

#endif
