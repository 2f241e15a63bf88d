/*
 * The public holidays of France (Code du travail, article L3133-1), which no
 * crew is planned on. Those of a part of the country alone are not among
 * them: Good Friday and 26 December in Alsace-Moselle (L3134-13), the days of
 * the abolition of slavery overseas (L3422-2).
 */
#ifndef POINTEAU_SHARED_HOLIDAY_H
#define POINTEAU_SHARED_HOLIDAY_H

#include "shared/date.h"

/* Easter Sunday of a Gregorian year. */
struct date holiday_easter(int year);

/* What the holiday on this day is called in the user's language, or NULL.
 * Borrowed, static. */
const char *holiday_name(const struct date *day);

#endif
