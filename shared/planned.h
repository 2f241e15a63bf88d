/*
 * Which half-days a crew works: its weekdays and its usual hours, public
 * holidays left out. The same rule for the laptop's gaps and the office's.
 */
#ifndef POINTEAU_SHARED_PLANNED_H
#define POINTEAU_SHARED_PLANNED_H

#include "shared/date.h"
#include "shared/json.h"

#define PLAN_DAYS "12345" /* of a crew that names none: Monday to Friday */

enum plan_slot { PLAN_AM = 1, PLAN_PM = 2 };

/*
 * The enum plan_slot bits of a day of ${crew} (its record's value; NULL has
 * no usual hours); ${days} are the weekdays that go before the crew's own, ""
 * for none. A crew with usual hours in one half of the day alone works that
 * half.
 */
unsigned planned_halves(
    const json_t *crew, const char *days, const struct date *day);

#endif
