/*
 * The sign-off of a month: a worker's word, in agreement or not, on exactly
 * what was shown. What is shown folds from the hours of one worker in one
 * structure and month; its canonical text (docs/protocol.md §2) has a SHA-256,
 * the sum, which anyone can compute again from the entries.
 */
#ifndef POINTEAU_SHARED_SIGNOFF_H
#define POINTEAU_SHARED_SIGNOFF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/buf.h"
#include "shared/crypto.h"
#include "shared/date.h"
#include "shared/db.h"
#include "shared/err.h"
#include "shared/json.h"
#include "shared/text.h"

#define SIGNOFF_FAMILY     "signoff"
#define SIGNOFF_TEXT       1     /* the version of the canonical text */
#define SIGNOFF_COVERS_MAX 2048  /* heads under one sign-off */
#define SIGNOFF_STROKE_MAX 16384 /* bytes of a stroke */

#define SIGNOFF_AGREE    "agree"
#define SIGNOFF_DISAGREE "disagree"

/* One slot that has or had a value. */
struct signoff_row {
	char day[DATE_TEXT];
	char slot[3];
	const char *state; /* static: "merged", "contested", "void"; "aside"
	                      when all it has is set aside: not shown */
	char kind[TEXT_NAME_MAX + 1]; /* of merged ones, as minutes */
	char site[TEXT_ID_MAX + 1];
	char activity[TEXT_NAME_MAX + 1];
	int64_t minutes;
	size_t head; /* its live entries: heads[head] and on, in order */
	size_t head_count;
	size_t aside; /* entries set aside */
};

/* A worker's month. */
struct signoff_sheet {
	char structure[TEXT_ID_MAX + 1];
	char worker[TEXT_ID_MAX + 1];
	char month[MONTH_TEXT];
	struct signoff_row *rows; /* owned; by day, then slot */
	size_t count;
	size_t room;
	struct hash *heads; /* owned */
	size_t head_count;
	size_t head_room;
	int64_t payable; /* minutes: merged, of a paid kind */
	int64_t days;    /* with merged minutes of a kind that is no absence */
	struct hash sum;
};

/* Fold it from the ledger. A matched newcomer's is the worker's. Clear it
 * with signoff_sheet_clear, also after a failure. */
int signoff_sheet_load(struct signoff_sheet *out, struct db *db,
    const char *structure, const char *worker, const char *month,
    struct err *err);
void signoff_sheet_clear(struct signoff_sheet *sheet);

/* Is the row shown, and part of the sum? */
bool signoff_row_is_shown(const struct signoff_row *row);
/* Are its minutes payable? */
bool signoff_row_is_payable(const struct signoff_row *row);
/* The same, and worked: of a known kind that is no absence. */
bool signoff_row_is_worked(const struct signoff_row *row);

/* Add up ${sheet->payable} and ${sheet->days}, then its sum; E_NOMEM. For
 * signoff_sheet_load, and tests that make a sheet by hand. */
int signoff_sheet_sum(struct signoff_sheet *sheet, struct err *err);

/* Append the canonical text. */
void signoff_sheet_text(struct buf *out, const struct signoff_sheet *sheet);

/* Every head once, ascending, as hexadecimal: the member "covers". Own it;
 * NULL when out of memory. */
json_t *signoff_covers(const struct signoff_sheet *sheet);

/* The rules of a sign-off's value beyond its fields' own; ${month} is the
 * part of its record's key. E_INVALID. */
int signoff_check(const json_t *value, const char *month, struct err *err);

/* Is it a path of strokes: M and L commands with whole numbers of at most
 * four digits ("M10 20L30 40"), the first an M? */
bool signoff_is_stroke(const char *text);

enum signoff_state {
	SIGNOFF_IS_NONE,
	SIGNOFF_IS_AGREED,
	SIGNOFF_IS_DISAGREED,
	SIGNOFF_IS_STALE, /* what it covers is no longer what is there */
};

/* How a month stands signed. */
struct signoff {
	enum signoff_state state;
	bool disagreed;   /* also when stale: what it said then */
	struct hash hash; /* of the entry that says so */
	char at[STAMP_TEXT];
	char how[TEXT_NAME_MAX + 1];
	char reason[TEXT_NOTE_MAX + 1];
	char sum[HASH_TEXT];
	char device[DEVICE_TEXT];
};

/*
 * Read the sign-off of the sheet's month. Among several that nobody has
 * superseded, one that covers the sheet as it is comes before a stale one,
 * a disagreement before an agreement, then the smaller hash.
 */
int signoff_read(struct signoff *out, struct db *db,
    const struct signoff_sheet *sheet, struct err *err);

/* "none", "agree", "disagree", "stale". Borrowed, static. */
const char *signoff_state_word(enum signoff_state state);

#endif
