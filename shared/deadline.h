/*
 * Legal deadlines that count hours and leave days out.
 *
 * An accident at work is declared by the employer "48 heures au plus tard non
 * compris les dimanches et jours fériés" (Code de la sécurité sociale,
 * article R441-3, for the declaration of L441-2). The hours run from when the
 * employer knows of it. Whoever supervises the work stands for the employer,
 * so we count from the accident itself: never too late. The holidays are
 * those of the whole country (holiday.h).
 */
#ifndef POINTEAU_SHARED_DEADLINE_H
#define POINTEAU_SHARED_DEADLINE_H

#include "shared/date.h"

#define DEADLINE_ACCIDENT_HOURS  48
#define DEADLINE_ACCIDENT_SOURCE "CSS, art. R441-3"

#define DEADLINE_TEXT 17 /* "2026-11-23T10:20" and NUL: civil time */

/*
 * The last minute in which an accident of ${day}, ${minutes} after midnight,
 * may be declared. Civil time: the clocks change on Sundays, which do not
 * count.
 */
void deadline_accident(
    const struct date *day, int minutes, char out[DEADLINE_TEXT]);

#endif
