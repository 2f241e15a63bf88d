/*
 * The limits of immersions in a company (périodes de mise en situation en
 * milieu professionnel, PMSMP). They warn; only what cannot be is refused:
 * two immersions of one person on the same day, and one prescribed by an
 * ETTI, which may not (Immersion Facilitée: the structures for inclusion
 * through work but the ETTI; Code du travail, article L5135-2).
 *
 * Code du travail, article D5135-3: one month from date to date at most for
 * a convention (Immersion Facilitée counts 30 calendar days); with one person
 * in one host structure, over twelve consecutive months, two conventions and
 * sixty days at most.
 */
#ifndef POINTEAU_SERVER_CARE_PMSMP_H
#define POINTEAU_SERVER_CARE_PMSMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/date.h"

#define PMSMP_DAYS        30 /* calendar days of a convention */
#define PMSMP_HOST_DAYS   60 /* with one host, over PMSMP_MONTHS */
#define PMSMP_CONVENTIONS 2
#define PMSMP_MONTHS      12
#define PMSMP_SOURCE      "Code du travail, art. D5135-3"

/* Days since 1970, both included. */
struct pmsmp_stay {
	int64_t first;
	int64_t last;
};

/* Calendar days, the first and the last included. */
int64_t pmsmp_days(const struct pmsmp_stay *stay);

bool pmsmp_overlap(const struct pmsmp_stay *a, const struct pmsmp_stay *b);

/*
 * Of all stays with one host, the most days within any twelve consecutive
 * months, and the most conventions of which a day is within them.
 */
struct pmsmp_load {
	int64_t days;
	size_t conventions;
};
void pmsmp_worst(
    struct pmsmp_load *out, const struct pmsmp_stay *stays, size_t count);

/* The same within the twelve months that end on ${last}. */
void pmsmp_until(struct pmsmp_load *out, const struct pmsmp_stay *stays,
    size_t count, int64_t last);

#endif
