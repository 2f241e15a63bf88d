/*
 * Series for three pictures: hours by site and month, ETP realised beside ETP
 * agreed, skills. Whatever is shown of people is of CHART_GROUP of them at
 * least, so that nobody is read out of a sum; one worker's own line is
 * another call.
 */
#ifndef POINTEAU_SERVER_CHART_H
#define POINTEAU_SERVER_CHART_H

#include "server/office.h"
#include "shared/date.h"
#include "shared/err.h"
#include "shared/json.h"

#define CHART_GROUP      5
#define CHART_MONTHS_MAX 36

/*
 * Payable minutes by site, own it: {"schema":1,"from","to","months":[month],
 * "series":[{"site","name","minutes":[n],"total":n}],"minutes":[n],
 * "total":n}; site "" is none. ${structure} NULL: all. E_INVALID, E_USAGE
 * (more than CHART_MONTHS_MAX, or the wrong way round), E_NOT_FOUND.
 */
int chart_hours(struct office *office, const char *from, const char *to,
    const char *structure, json_t **out, struct err *err);

/*
 * The annexes that a day of ${month}'s year is under, own it: {"schema":1,
 * "month","rows":[{"structure","structure_name","annex","measure","start",
 * "end","etp_posts","hours_per_etp","months":[{"month","hours","etp",
 * "realised","agreed","projected"}],"etp_so_far","agreed_so_far",
 * "projected","agreed","complete":n}],"unattached":[{"structure","hours"}]}.
 *
 * ETP are hundredths. A month's "etp" is its hours ÷ hours_per_etp × 12;
 * "realised", "agreed" and "projected" add up from the annex's first month:
 * hours ÷ hours_per_etp, and posts × months ÷ 12. Months after ${month} have
 * no hours: null. The projection goes on at the mean of the "complete" months,
 * those that are over; null while there is none.
 */
int chart_etp(struct office *office, const char *month, const char *structure,
    json_t **out, struct err *err);

/*
 * The last observation of each worker and skill by level, month by month, the
 * twelve that end with ${month}; own it: {"schema":1,"structure","months":
 * [month],"levels":[{"level":0-4,"label","counts":[n|null]}],"people":[n],
 * "hidden":b}; the counts of a month are null, and its people too, while fewer
 * than CHART_GROUP people were observed. With ${worker}: that one's counts,
 * hidden never, and "worker","name","skills":[{"skill","label","points":
 * [{"day","level"}]}].
 */
int chart_skills(struct office *office, const char *month,
    const char *structure, const char *worker, json_t **out, struct err *err);

/* The month after ${month}, or before; "" stays. */
void chart_month_step(char month[MONTH_TEXT], int months);

/* E_NOT_FOUND when there is no such structure; NULL is fine. */
int chart_check_structure(
    const json_t *structures, const char *structure, struct err *err);

#endif
