/*
 * Entries: immutable recorded facts. The bytes are one salt line (80 random
 * bits in hexadecimal, so that a purged body cannot be guessed from its
 * hash) and one JSON line; they are fixed when saved, hashed and stored as
 * written, and never serialised again.
 *
 *	{"v":1,"kind":…,"structure":…,"record":…,"parents":[…],"set":{…},
 *	 "note":…,"from":[…],"by":{"device":…,"person":…},"at":…,"reason":…}
 */
#ifndef POINTEAU_SHARED_ENTRY_H
#define POINTEAU_SHARED_ENTRY_H

#include <stddef.h>
#include <stdint.h>

#include "shared/buf.h"
#include "shared/changeset.h"
#include "shared/crypto.h"
#include "shared/err.h"
#include "shared/json.h"
#include "shared/json_quick.h"
#include "shared/os.h"
#include "shared/record.h"

#define ENTRY_SALT_LEN    10 /* bytes */
#define ENTRY_PARENTS_MAX 64
#define ENTRY_VOID        "void" /* the value that a void sets */

/* What to write. Everything is borrowed; NULL or "" leaves a member out. */
struct entry_draft {
	const char *kind;
	const char *structure;
	const char *record;
	const struct hash *parents;
	size_t parent_count;
	const json_t *value;
	const char *note;
	const struct hash *from; /* what a move or a split came from */
	size_t from_count;
	const char *device;
	const char *person;
	const char *reason;
	int64_t at_s;
};

/* Append the exact bytes of a new entry, salted from ${os}. */
int entry_build(struct buf *out, const struct entry_draft *draft,
    const struct os *os, struct err *err);

/*
 * A parsed entry. Texts are never NULL, "" also in bytes that are none. A full
 * one borrows them from ${root}; a scanned one (entry_scan) has neither root
 * nor value: it borrows them from
 * ${held}, and the members it sets are in ${flat}. Only a full one may be
 * copied and outlive the original, by json_incref of its root.
 */
struct entry {
	struct hash hash;
	json_t *root; /* owned; entry_clear frees it */
	char *held;   /* likewise */
	bool sets;    /* a scanned one that has a value */
	const char *kind;
	const char *structure;
	const char *record;
	const char *note;
	const char *device;
	const char *person;
	const char *reason;
	const char *at;
	const json_t *value; /* NULL when it sets none */
	size_t parent_count;
	struct hash parents[ENTRY_PARENTS_MAX];
	struct json_flat flat; /* of a scanned one: what it sets */
};

/* Parse ${body}. E_INVALID when it is no entry; E_NOMEM. Clear it in every
 * case. */
int entry_parse(
    struct entry *out, const void *body, size_t len, struct err *err);
void entry_clear(struct entry *entry);

/* The same for bytes that may be no entry, as ${*parsed} tells. Fails with
 * E_NOMEM alone: a lack of memory is no fault of the entry's. */
int entry_try(
    struct entry *out, struct bytes body, bool *parsed, struct err *err);

/*
 * entry_try where speed counts: an ordinary body is scanned (json_quick.h),
 * any other parsed in full. Both give the same verdicts. ${hash} is the
 * body's, when the caller has computed it from these very bytes, or NULL.
 */
int entry_scan(struct entry *out, struct bytes body, const struct hash *hash,
    bool *parsed, struct err *err);

/* Members of the value that an entry sets, be it full or scanned; "" or
 * ${fallback} when absent or of another type. */
const char *entry_text(const struct entry *entry, const char *name);
int64_t entry_int(
    const struct entry *entry, const char *name, int64_t fallback);

/*
 * The one authority and validity rule, applied by everyone: NULL when the
 * entry counts, else the code of why it is quarantined (static text):
 * "structure", "author", "authority", "record", "reason", "value". An
 * unknown kind counts (and sets nothing). ${err} tells the details.
 */
const char *entry_fault(const struct entry *entry,
    const struct set_header *header, enum writer writer, struct err *err);

/* The same, and the record that it is about: empty for an entry of another
 * structure, and where no key can be read. */
const char *entry_fault_key(const struct entry *entry,
    const struct set_header *header, enum writer writer, struct record_key *key,
    struct err *err);

#define ENTRY_FAULT_MALFORMED "malformed" /* entry_parse failed */
#define ENTRY_FAULT_REVOKED   "revoked"   /* signed after its revocation */

/* What a fault's code means, in the user's language. */
const char *entry_fault_text(const char *code);

/*
 * Append the canonical text of the value that an entry sets: equal values
 * give equal texts. Empty members count as absent. A void's is ENTRY_VOID.
 * Nothing is appended (and false returned) for a kind that sets none.
 */
bool entry_value(struct buf *out, const struct entry *entry);

#endif
