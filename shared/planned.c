#include <stdbool.h>
#include <string.h>

#include "shared/holiday.h"
#include "shared/planned.h"

static unsigned usual_halves(const json_t *crew)
{
	bool am = json_text(crew, "am")[0] != '\0';
	bool pm = json_text(crew, "pm")[0] != '\0';

	if (am == pm)
		return PLAN_AM | PLAN_PM;
	return am ? PLAN_AM : PLAN_PM;
}

unsigned planned_halves(
    const json_t *crew, const char *days, const struct date *day)
{
	if (days[0] == '\0')
		days = json_text(crew, "days");
	if (days[0] == '\0')
		days = PLAN_DAYS;
	if (holiday_name(day) != NULL ||
	    strchr(days, '0' + date_weekday(day)) == NULL)
		return 0;
	return usual_halves(crew);
}
