#include <stddef.h>

#include "shared/holiday.h"
#include "shared/lang.h"

/*
 * The anonymous algorithm of Nature (20 April 1876), as in J. Meeus,
 * Astronomical Algorithms, chapter 8: exact in every Gregorian year. The
 * names of its terms are those of the book.
 */
struct date holiday_easter(int year)
{
	int a = year % 19;
	int b = year / 100, c = year % 100;
	int d = b / 4, e = b % 4;
	int f = (b + 8) / 25;
	int g = (b - f + 1) / 3;
	int h = (19 * a + b - d - g + 15) % 30;
	int i = c / 4, k = c % 4;
	int l = (32 + 2 * e + 2 * i - h - k) % 7;
	int m = (a + 11 * h + 22 * l) / 451;
	int n = h + l - 7 * m + 114;

	return (struct date){.year = year, .month = n / 31, .day = n % 31 + 1};
}

static const struct {
	int month, day;
	const char *fr, *en;
} fixed[] = {
    {1, 1, "jour de l'An", "New Year's Day"},
    {5, 1, "fête du Travail", "Labour Day"},
    {5, 8, "victoire de 1945", "Victory Day 1945"},
    {7, 14, "fête nationale", "National Day"},
    {8, 15, "Assomption", "Assumption"},
    {11, 1, "Toussaint", "All Saints' Day"},
    {11, 11, "armistice de 1918", "Armistice Day 1918"},
    {12, 25, "Noël", "Christmas Day"},
};

/* By days after Easter Sunday. */
static const struct {
	int after;
	const char *fr, *en;
} movable[] = {
    {1, "lundi de Pâques", "Easter Monday"},
    {39, "Ascension", "Ascension Day"},
    {50, "lundi de Pentecôte", "Whit Monday"},
};

const char *holiday_name(const struct date *day)
{
	const struct date easter = holiday_easter(day->year);
	int64_t after = date_days(day) - date_days(&easter);

	for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++) {
		if (fixed[i].month == day->month && fixed[i].day == day->day)
			return L(fixed[i].fr, fixed[i].en);
	}
	for (size_t i = 0; i < sizeof(movable) / sizeof(movable[0]); i++) {
		if (movable[i].after == after)
			return L(movable[i].fr, movable[i].en);
	}
	return NULL;
}
