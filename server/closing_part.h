/*
 * The inside of server/closing.h: a month as it stands now (closing_month.c),
 * a closing as its entries tell it (closing_read.c), and what differs
 * (closing_late.c).
 */
#ifndef POINTEAU_SERVER_CLOSING_PART_H
#define POINTEAU_SERVER_CLOSING_PART_H

#include <stdbool.h>
#include <stdint.h>

#include "server/closing.h"
#include "server/plan.h"
#include "shared/crypto.h"
#include "shared/date.h"
#include "shared/entry.h"

#define CLOSING_FAMILY "close"
#define ADJUST_FAMILY  "adjust"
#define CLOSED_FAMILY  "closed" /* what laptops see of it */

#define CLOSING_SEEN_TEXT 128

/* ---- a month as it stands ---- */

struct closing_month {
	struct db *db;
	char structure[TEXT_ID_MAX + 1];
	char month[MONTH_TEXT];
	char first[DATE_TEXT], last[DATE_TEXT];
	int kind; /* enum structure_kind, 0 when it is none of them */
	/* Owned: worker to {"kinds":{kind:minutes},"minutes":payable,
	 * "records":[key],"shares":as closing_share}, records being those of
	 * the month. */
	json_t *workers;
	json_t *blockers;    /* owned: as closing_blockers */
	struct plan *plan;   /* owned */
	struct hash records; /* of what the month's records say */
};

/* E_INVALID when ${month} is none, E_NOT_FOUND without such a structure.
 * Clear it in both cases. */
int closing_month_read(struct closing_month *out, struct office *office,
    const char *structure, const char *month, struct err *err);
void closing_month_clear(struct closing_month *month);

/* {"contested":n,"doubled":n,"missing":n,"unknown":n}; own it, NULL when out
 * of memory. */
json_t *closing_count(const json_t *blockers);

/* The keys of an object, in order; own it, NULL when out of memory. */
json_t *closing_keys(const json_t *object);

/*
 * The part of a worker's minutes under one contract and one annex ("" for
 * none): the member of ${shares} for both, made when new, {"contract",
 * "annex","kinds":{kind:minutes},"asp":minutes that the structure declares to
 * the ASP (shared/kind.h)}. Borrowed; NULL when out of memory.
 */
json_t *closing_share(json_t *shares, const char *contract, const char *annex);

/* Of ${kinds}, the minutes that a structure of these kinds declares. */
int64_t closing_asp_minutes(const json_t *kinds, unsigned structure_kind);

/* The shares as a list, by contract, then annex; own it, NULL when out of
 * memory. */
json_t *closing_shares_list(const json_t *shares);

/* The hash of the month as it stands: what its records say, who is under
 * which contract and annex, what stands in the way. It changes when anything
 * does that somebody may have checked. False: out of memory. */
bool closing_month_sum(const struct closing_month *month, char out[HASH_TEXT]);

/* The payable minutes of everybody. */
int64_t closing_month_minutes(const struct closing_month *month);

/* Add ${kinds} to ${sums}, both kind to minutes. */
bool closing_add_kinds(json_t *sums, const json_t *kinds);

/* ---- a closing as its entries tell it ---- */

struct closing_past {
	struct hash hash;
	char hex[HASH_TEXT];
	bool contested;     /* two closings stand side by side */
	struct entry entry; /* close/<month> */
	json_t *rows;       /* owned: [{"worker","hash","purged","value"}] */
	json_t *adjusts;    /* owned: the values of its adjustments */
	json_t *covered;    /* owned: an object; its keys are hashes */
};

/* E_NOT_FOUND when the month is not closed. Clear it in both cases. */
int closing_past_read(struct closing_past *out, struct db *db,
    const char *structure, const char *month, struct err *err);
void closing_past_clear(struct closing_past *past);

/* Is there a closing of this month? */
int closing_is_made(struct db *db, const char *structure, const char *month,
    bool *made, struct err *err);

/* Reported figures, own it: worker to {"kinds":{kind:minutes},
 * "minutes":payable,"shares":as closing_share}: the closing with its
 * adjustments, or these alone, or the closing alone. What rules before the
 * second counted is under no contract, and declared as a structure of ${kind}
 * does. NULL when out of memory. */
enum closing_what { CLOSING_CLOSED = 1, CLOSING_ADJUSTED = 2 };
json_t *closing_figures(
    const struct closing_past *past, unsigned what, int kind);

/* Is this what the closing, or its last adjustment, was made of? Then nothing
 * came since that changes anything. */
bool closing_is_current(
    const struct closing_past *past, const struct closing_month *now);

/*
 * A closed month's ${shares} with the annexes that were attached to their
 * contracts since: annexes come months late. What had one keeps it; an annex
 * that the contract had already when it was closed is not taken for other
 * days. Own it; NULL when out of memory.
 */
json_t *closing_settle(const struct contracts *contracts, const char *structure,
    const char *worker, const json_t *shares, const char *first,
    const char *last);

/* ---- a closed month beside what it has become ---- */

struct closing_gap {
	struct closing_month now;
	struct closing_past past;
	json_t *entries;   /* owned: what came since, as closing_late */
	json_t *proposals; /* owned: likewise */
};

/* How much of it to read. */
enum closing_gap_depth {
	CLOSING_GAP_OPEN,    /* the month as it stands alone: it is open */
	CLOSING_GAP_CHANGED, /* what came since, unless nothing changed: entries
	                        that say the same again are then passed over */
	CLOSING_GAP_ALL,     /* what came since */
};

/* E_NOT_FOUND when the month is not closed. Clear it in both cases. */
int closing_gap_read(struct closing_gap *out, struct office *office,
    const char *structure, const char *month, enum closing_gap_depth depth,
    struct err *err);
void closing_gap_clear(struct closing_gap *gap);

/* ---- what was seen before an act ---- */

/* The version of a month as month_status shows it: as it stands now, and
 * closed by ${closing} ("": open). False: out of memory. */
bool closing_month_seen(const struct closing_month *month, const char *closing,
    char out[CLOSING_SEEN_TEXT]);
/* Of what came late (CLOSING_GAP_ALL), as closing_late shows it. */
bool closing_gap_seen(
    const struct closing_gap *gap, char out[CLOSING_SEEN_TEXT]);
/* Of the rows to declare: their hours, how many, and their sum. */
void closing_declared_seen(int64_t hours, int64_t rows, const char *closing,
    const char *sum, char out[CLOSING_SEEN_TEXT]);

/* E_CONFLICT when ${seen} (NULL: not said) is not the version ${now}: the
 * figures of both are told. E_INVALID when it is no version. */
int closing_seen_check(const char *seen, const char *now, const char *structure,
    const char *month, struct err *err);
/* ${structure}'s part of "S1=VERSION,S2=VERSION"; false when it has none. */
bool closing_seen_find(
    const char *seen, const char *structure, char out[CLOSING_SEEN_TEXT]);

#endif
