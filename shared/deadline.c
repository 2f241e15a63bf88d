#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "shared/deadline.h"
#include "shared/holiday.h"

#define DAY_MINUTES 1440

static bool counts(const struct date *day)
{
	return date_weekday(day) != 7 && holiday_name(day) == NULL;
}

void deadline_accident(
    const struct date *day, int minutes, char out[DEADLINE_TEXT])
{
	int64_t today = date_days(day);
	int left = DEADLINE_ACCIDENT_HOURS * 60, from = minutes;
	struct date at = *day;
	char text[DATE_TEXT], clock[CLOCK_TEXT];

	assert(minutes >= 0 && minutes <= DAY_MINUTES);
	for (;;) {
		int room = counts(&at) ? DAY_MINUTES - from : 0;

		if (room >= left)
			break;
		left -= room;
		from = 0;
		at = date_from_days(++today);
	}
	/* Midnight belongs to the day before. */
	from += left;
	date_format(&at, text);
	clock_format(from < DAY_MINUTES ? from : DAY_MINUTES - 1, clock);
	(void)snprintf(out, DEADLINE_TEXT, "%sT%s", text, clock);
}
