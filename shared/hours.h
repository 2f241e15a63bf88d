/*
 * The value of an hours record: one whole, never mixed from two hands.
 */
#ifndef POINTEAU_SHARED_HOURS_H
#define POINTEAU_SHARED_HOURS_H

#include <stdint.h>

#include "shared/buf.h"
#include "shared/date.h"
#include "shared/err.h"
#include "shared/json.h"
#include "shared/json_quick.h"
#include "shared/kind.h"

#define HOURS_KIND_DEFAULT "work"

struct hours {
	int minutes;          /* 1..1440; 0 for absences */
	const char *kind;     /* slug */
	const char *site;     /* "" when unknown */
	const char *activity; /* "" when none */
	int start;            /* minutes since midnight; -1 unknown */
	int end;              /* likewise */
	int pause;            /* minutes of break within; 0 none */
};

/* The JSON value, own it (json_decref); NULL when out of memory. */
json_t *hours_value(const struct hours *hours);

/* Read it back; texts are borrowed from ${value}. */
void hours_read(struct hours *out, const json_t *value);
void hours_read_flat(struct hours *out, const struct json_flat *value);

/*
 * The rules beyond the fields' own: minutes are 0 for absences alone, the
 * end comes after the start, the minutes fit between them. A kind this
 * version does not know is accepted. E_INVALID.
 */
int hours_check(const json_t *value, struct err *err);
int hours_check_read(const struct hours *hours, struct err *err);

/* "am", "PM", "x1", "matin", "après-midi" into a slot. E_INVALID. */
#define HOURS_SLOT_TEXT 3 /* "am" and NUL */
int hours_slot(char out[HOURS_SLOT_TEXT], const char *text, struct err *err);

/* Append "3h30 travail, SAULNETTE, taille de haies (08:00–11:30)". */
void hours_describe(struct buf *out, const json_t *value);

#endif
