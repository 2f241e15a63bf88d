/*
 * What may be recorded: one table says, for each kind of entry, the shape of
 * its record's key, who may write it and the fields of its value. Validation
 * derives from it, on the laptop, at the office and in the audit alike.
 *
 * A record's key is text: "<family>/<subject>[/<part>[/<slot>]]". The subject
 * names the worker for every family but reference data, so that the scope of
 * a device can be told for kinds not yet invented.
 */
#ifndef POINTEAU_SHARED_RECORD_H
#define POINTEAU_SHARED_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/crypto.h"
#include "shared/date.h"
#include "shared/err.h"
#include "shared/json.h"
#include "shared/json_quick.h"
#include "shared/text.h"

/* The whole office's own log: catalogue and other things common to all its
 * structures. No structure may be called so. */
#define STRUCTURE_OFFICE "_"

#define RECORD_KEY_MAX    256
#define RECORD_FAMILY_MAX 24

/* Who signs: bits, by the signer's enrolment. */
enum writer {
	WRITER_LAPTOP = 1,
	WRITER_OFFICE = 2,
	WRITER_SERVER = 4, /* the server's own key: enrols the office */
};

struct record_key {
	char family[RECORD_FAMILY_MAX];
	char subject[TEXT_ID_MAX + 1];
	char part[TEXT_ID_MAX + 1]; /* a day, an identity, a month, or "" */
	char slot[TEXT_ID_MAX + 1]; /* "am" … of hours, or "" */
};

/* E_INVALID when it has no family and subject, or too many parts. */
int record_key_parse(struct record_key *out, const char *text, struct err *err);

/* Write "hours/<worker>/<day>/<slot>". */
void record_key_hours(char out[RECORD_KEY_MAX], const char *worker,
    const char *day, const char *slot);
/* Write "<family>/<subject>", or with "/<part>" when ${part} is not NULL. */
void record_key_make(char out[RECORD_KEY_MAX], const char *family,
    const char *subject, const char *part);

/* "am", "pm", "x1" … "x9"? */
bool record_is_slot(const char *slot);

/* A provisional worker's identity, as laptops make them: "n-" and ten
 * hexadecimal digits. */
#define NEWCOMER_TEXT 13
bool record_is_newcomer(const char *worker);

/* Of an annex: hundredths of posts (999 of them), hours of a year. */
#define ANNEX_POSTS_MAX 99999
#define ANNEX_HOURS_MAX 3000

enum field_type {
	FIELD_INT,   /* min..max */
	FIELD_ID,    /* text_check_id */
	FIELD_NAME,  /* text_check_name, at most max bytes */
	FIELD_DATE,  /* yyyy-mm-dd */
	FIELD_CLOCK, /* hh:mm */
	FIELD_KEY,   /* 64 hexadecimal digits */
	FIELD_KIND,  /* a kind of hours; unknown ones are kept */
	FIELD_LIST,  /* an array, checked by whoever reads it */
};

struct field {
	const char *name;
	enum field_type type;
	int64_t min;
	int64_t max;
	bool required;
	unsigned writers; /* who may set it; 0: whoever may write the kind */
};

enum record_shape {
	SHAPE_SUBJECT, /* family/subject */
	SHAPE_PART,    /* family/subject/part */
	SHAPE_HOURS,   /* family/worker/day/slot */
	SHAPE_ANY,     /* any key: acts upon records of other families */
};

struct record_kind {
	const char *kind;
	const char *family; /* NULL: any */
	enum record_shape shape;
	unsigned writers; /* enum writer bits */
	bool needs_reason;
	bool reference;             /* its subject is no worker */
	const struct field *fields; /* ended by a NULL name; NULL: opaque */
};

/* The row of ${kind}, or NULL for a kind this version does not know. */
const struct record_kind *record_kind_find(const char *kind);

/* Is a family reference data, whose subject is no worker? */
bool record_is_reference(const char *family);

/*
 * Check a value against its kind's fields; unknown members are kept and
 * accepted (a newer client's). E_INVALID names the field.
 */
int record_check_value(const struct record_kind *kind, const json_t *value,
    enum writer writer, struct err *err);

/* The same of a scanned one; NULL: there is none. */
int record_check_flat(const struct record_kind *kind,
    const struct json_flat *value, enum writer writer, struct err *err);

#endif
