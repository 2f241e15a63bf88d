/*
 * One slot (a worker's half-day) as the office sees it: every entry about it,
 * what stands, and the version by which an act says what its author saw.
 *
 * A version is the hashes of the heads (the entries whose value is live), by
 * their first digits, separated by commas; "none" where nothing is recorded.
 */
#ifndef POINTEAU_SERVER_SLOT_H
#define POINTEAU_SERVER_SLOT_H

#include <stdbool.h>
#include <stddef.h>

#include "server/office.h"
#include "shared/buf.h"
#include "shared/entry.h"
#include "shared/err.h"
#include "shared/hours.h"
#include "shared/json.h"

#define SLOT_SEEN_NONE   "none"
#define SLOT_SEEN_DIGITS 12 /* of each head, as the office writes a version */
#define SLOT_SEEN_MIN    8  /* … and as few as it takes */

/* What the note of hours typed from a blank crew sheet begins with: a word
 * of the record, the same for every reader, whatever their language. */
#define SLOT_PAPER "source papier"

enum slot_state { SLOT_EMPTY, SLOT_VOID, SLOT_VALUE, SLOT_CONTESTED };

struct slot_entry {
	struct hash hash;
	struct entry entry; /* owned; not parsed (root NULL) when malformed */
	char *text;         /* owned: canonical value; NULL: sets none */
	json_t *value;      /* owned; NULL: cancels, or sets none */
	char fault[16];     /* "" when it counts */
	bool live;
};

struct slot {
	char structure[TEXT_ID_MAX + 1];
	char worker[TEXT_ID_MAX + 1]; /* of a matched newcomer, the worker */
	char day[DATE_TEXT];
	char slot[HOURS_SLOT_TEXT];
	char record[RECORD_KEY_MAX];
	enum slot_state state;
	const struct slot_entry
	    *top;                   /* of SLOT_VALUE: the first that says so */
	struct slot_entry *entries; /* owned, in order of arrival */
	size_t count;
	size_t room;
	struct hash heads[ENTRY_PARENTS_MAX];
	size_t head_count;
};

/* Clear it with slot_clear, also after a failure. */
int slot_load(struct slot *out, struct db *db, const char *structure,
    const char *worker, const char *day, const char *slot, struct err *err);
void slot_clear(struct slot *slot);

/* "merged", "contested", "void", "empty". */
const char *slot_state_word(enum slot_state state);

/* Append its version. */
void slot_version(struct buf *out, const struct slot *slot);

/* Was it corrected, and not undone at once? Is a value of it from paper? */
bool slot_is_corrected(const struct slot *slot);
bool slot_is_paper(const struct slot *slot);

/* The entry of this hash, NULL when it is not among them. */
const struct slot_entry *slot_find(
    const struct slot *slot, const struct hash *hash);

/*
 * Append who wrote an entry, as people call them: the supervisor, else the
 * account or laptop that signed.
 */
int slot_add_author(struct buf *out, struct office *office,
    const struct slot_entry *at, const char *structure, struct err *err);

/* Append what it says: "3h30 travail, SAULNETTE", "annulé". */
void slot_add_value(struct buf *out, const struct slot_entry *at);

/*
 * {"hash","entry":kind,"void","minutes","kind","site","activity","start",
 * "end","break","note","reason","person","person_name","device",
 * "device_name","at" (that device's clock),"received" (the server's, "" when
 * unknown),"fault","live","paper"}, own it.
 */
int slot_entry_json(json_t **out, struct office *office,
    const struct slot *slot, const struct slot_entry *at, struct err *err);

/*
 * Does ${seen} (NULL: whatever there is) name the heads as they are? E_USAGE
 * when it is no version; E_CONFLICT says what was seen, what is there now and
 * by whom.
 */
int slot_check_seen(const struct slot *slot, struct office *office,
    const char *seen, struct err *err);

/*
 * The same difference for programs, own it: {"structure","worker","day",
 * "slot","state","version","saw":[entry…],"now":[entry…]}.
 */
int slot_difference(json_t **out, struct office *office,
    const struct slot *slot, const char *seen, struct err *err);

#endif
