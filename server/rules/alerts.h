/*
 * A month's alerts as data, before they are shown: for the list, and for who
 * acknowledges one.
 */
#ifndef POINTEAU_SERVER_RULES_ALERTS_H
#define POINTEAU_SERVER_RULES_ALERTS_H

#include "server/rules/load.h"
#include "server/rules/rules.h"

struct rules_alert {
	char id[RULES_ID_TEXT];
	const char *structure;
	const struct rules_item *item;
	struct rules_finding finding;
};

/* What ${each} is called with, alert by alert. */
typedef int rules_each_alert(
    void *context, const struct rules_alert *alert, struct err *err);

/* The days of ${month}, and today's. E_INVALID. */
int rules_month_parse(struct rules_month *out, const struct office *office,
    const char *month, struct err *err);

/* Every alert of the people of one structure. */
int rules_each_of(const struct rules_staff *staff, const char *structure,
    const struct rules_month *month, rules_each_alert *each, void *context,
    struct err *err);

#endif
