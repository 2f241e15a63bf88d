/*
 * A past that never was: structures of sixty workers in five crews, each with
 * a laptop, and what their supervisors recorded day by day. The same seed, the
 * same past. Everything goes through the office's own functions, so that the
 * server opens it, reports from it, and laptops can pull it.
 */
#ifndef POINTEAU_TESTS_BENCH_PAST_H
#define POINTEAU_TESTS_BENCH_PAST_H

#include <stdbool.h>
#include <stdint.h>

#include "server/office.h"
#include "shared/changeset.h"
#include "shared/date.h"

#define PAST_CREWS 5  /* of a structure, each with its laptop */
#define PAST_CREW  12 /* workers */
#define PAST_SLOTS 2  /* am and pm */
/* A structure's entries of a day, about: slots, skills and what is changed. */
#define PAST_DAILY 137

/* What a worker's slot of the last day holds. */
struct past_slot {
	struct hash head;
	int64_t day; /* since 1970 */
	bool there;
};

struct past_worker {
	char id[TEXT_ID_MAX + 1];
	int64_t away_until; /* days since 1970: absent till then */
	const char *away;   /* kind of hours */
	struct past_slot slots[PAST_SLOTS];
};

struct past_crew {
	char id[TEXT_ID_MAX + 1];
	char site[TEXT_ID_MAX + 1];
	struct past_worker workers[PAST_CREW];
	struct key key; /* of its laptop */
	char device[DEVICE_TEXT];
	char session[DEVICE_TEXT];
	int64_t seq;
	struct hash last; /* manifest */
};

struct past_structure {
	char id[TEXT_ID_MAX + 1];
	struct log_point seen; /* the head that its laptops know */
	struct past_crew crews[PAST_CREWS];
};

struct past {
	struct os os; /* its clock and its chance are ours */
	uint64_t chance;
	int64_t now_s;
	struct office *office; /* borrowed; its os is ours */
	struct past_structure *structures;
	size_t count;
	int64_t entries; /* made so far */
	int64_t sets;
};

/* The laptops and people of ${count} structures, nothing written. ${past}
 * must not move. */
void past_init(struct past *past, uint64_t seed, size_t count);
void past_clear(struct past *past);

/* Write structures, crews, workers, contracts and enrolments, valid from
 * ${first} (days since 1970) on, in one act each. */
void past_found(struct past *past, int64_t first);

/* What laptops know of the logs as they stand now, their own last sets too. */
void past_look(struct past *past);

/* 0 … count - 1. */
uint64_t past_pick(struct past *past, uint64_t count);
/* That once in ${n} times. */
bool past_once_in(struct past *past, uint64_t n);

/* ---- sets (past_sets.c) ---- */

/* One laptop's set: the bodies are in ${bodies}. */
struct past_set {
	struct changeset set;
	struct buf bodies;
	struct set_entry room[CHANGESET_ENTRIES_MAX];
	size_t at[CHANGESET_ENTRIES_MAX + 1]; /* where bodies begin */
	struct past_structure *structure;
	struct past_crew *crew;
};

/*
 * What the crew's laptop records on ${day}: its part ${part} of ${parts}
 * (slots and skills are dealt out to them), signed. The crew's memory and
 * session go on. Free with past_set_free.
 */
struct past_set *past_set_new(void);
void past_set_make(struct past *past, struct past_structure *structure,
    size_t crew, int64_t day, size_t part, size_t parts, struct past_set *out);
void past_set_free(struct past_set *set);

/* A set of ${count} slots of hours alone, of days from ${day} on, in a new
 * session: what a laptop pushes now. */
void past_set_fresh(struct past *past, struct past_structure *structure,
    size_t crew, int64_t day, size_t count, struct past_set *out);

/* Put it in the log, within a transaction, as ingest would. */
void past_set_put(struct past *past, struct past_set *set);

#endif
