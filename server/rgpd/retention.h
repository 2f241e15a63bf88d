/*
 * How long what is kept, and why: one table, by class. A period is counted in
 * whole months from a day, and ends with the day of the same number (the
 * month's last, where there is none such), Code de procédure civile art. 641:
 * what is of 23 November 2021 for five years may go from 24 November 2026 on.
 */
#ifndef POINTEAU_SERVER_RGPD_RETENTION_H
#define POINTEAU_SERVER_RGPD_RETENTION_H

#include <stdbool.h>
#include <stddef.h>

#include "shared/date.h"

/* From when a period is counted. */
enum retention_start {
	RETENTION_DAY,     /* the record's own day */
	RETENTION_MONTH,   /* the last day of the record's month */
	RETENTION_LEAVING, /* the last day of the last contract */
	RETENTION_EXIT,    /* the exit, else that day */
	RETENTION_ITSELF, /* kept and forgotten by itself, for people to read */
};

struct retention_class {
	const char *slug;
	const char *fr, *en; /* what it is */
	int months;
	enum retention_start start;
	const char *families; /* "hours ", separated by spaces */
	const char *source_fr, *source_en;
};

/* All of them, ended by a NULL slug; and one. */
extern const struct retention_class retention_classes[];
const struct retention_class *retention_find(const char *slug);
const char *retention_label(const struct retention_class *row);
const char *retention_source(const struct retention_class *row);

/* Is ${family} of the class? */
bool retention_has(const struct retention_class *row, const char *family);

/* The last day (ISO) on which what began on ${start} is kept. */
void retention_until(
    const struct retention_class *row, const char *start, char out[DATE_TEXT]);

/* Is ${today} after it? */
bool retention_is_over(
    const struct retention_class *row, const char *start, const char *today);

#endif
