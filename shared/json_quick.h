/*
 * A bounded scanner for the two JSON shapes that come by the thousand: the
 * line of an ordinary entry, and a flat object (texts and whole numbers). It
 * never refuses: what it takes, json_read takes too and reads alike; anything
 * else (escapes, white space, other members, nesting, faults) is left to
 * json_read. It needs no memory: the text is cut in place.
 */
#ifndef POINTEAU_SHARED_JSON_QUICK_H
#define POINTEAU_SHARED_JSON_QUICK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/buf.h"
#include "shared/crypto.h"
#include "shared/err.h"
#include "shared/json.h"

#define JSON_FLAT_MAX 16

enum json_flat_type {
	JSON_FLAT_NULL,
	JSON_FLAT_TEXT,
	JSON_FLAT_INT,
	JSON_FLAT_LIST, /* never in a struct json_flat: record.h's views */
	JSON_FLAT_OTHER /* likewise */
};

/* A value. ${text} is "" unless it is one. */
struct json_flat_value {
	enum json_flat_type type;
	const char *text; /* ended by a NUL, which is in none */
	size_t len;
	int64_t integer;
};

struct json_flat_member {
	const char *name;
	size_t name_len;
	struct json_flat_value value;
};

/* An object in the order it was written, no name twice. Borrows from the
 * text that was scanned. */
struct json_flat {
	size_t count;
	struct json_flat_member members[JSON_FLAT_MAX];
};

/* Scan the whole of ${text}, an object. False: ask json_read, of another
 * copy, since the text is spoilt. */
bool json_flat_read(struct json_flat *out, char *text, size_t len);

/* NULL when there is none. */
const struct json_flat_value *json_flat_find(
    const struct json_flat *flat, const char *name);

/* As json_text, json_int and json_is_blank. */
const char *json_flat_text(const struct json_flat *flat, const char *name);
int64_t json_flat_int(
    const struct json_flat *flat, const char *name, int64_t fallback);
bool json_flat_is_blank(const struct json_flat_value *value);

/* Append what json_write_sorted makes of it without its blank members. */
void json_flat_canonical(struct buf *out, const struct json_flat *flat);

/*
 * A value kept as text (canonical, say), read for some of its members: by
 * the scanner when it is short and flat, else by json_read. It must not move;
 * json_kept_clear it.
 */
#define JSON_KEPT_ROOM 768

struct json_kept {
	json_t *json; /* owned; NULL: ${flat} */
	struct json_flat flat;
	char room[JSON_KEPT_ROOM];
};

/* Nothing in it: every member is absent. */
void json_kept_init(struct json_kept *out);
int json_kept_read(
    struct json_kept *out, const char *text, size_t len, struct err *err);
void json_kept_clear(struct json_kept *kept);
const char *json_kept_text(const struct json_kept *kept, const char *name);
int64_t json_kept_int(
    const struct json_kept *kept, const char *name, int64_t fallback);

/* An entry's line. Texts that are absent are "". */
struct json_quick_entry {
	int64_t v; /* 0 when absent */
	const char *kind;
	const char *structure;
	const char *record;
	const char *note;
	const char *reason;
	const char *at;
	const char *device;
	const char *person;
	struct hash *parents; /* the caller's, room for parent_max */
	size_t parent_max;
	size_t parent_count;
	bool has_set;
	struct json_flat *set; /* the caller's */
};

/* Scan the whole of ${text}. False: ask json_read, of another copy. */
bool json_quick_entry(struct json_quick_entry *out, char *text, size_t len);

#endif
