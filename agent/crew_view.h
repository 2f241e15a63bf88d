/*
 * The crews on one day: who is there, what each slot holds, whether the
 * half-day is finished. For "pointeau crew" and what asks about a crew's day.
 */
#ifndef POINTEAU_AGENT_CREW_VIEW_H
#define POINTEAU_AGENT_CREW_VIEW_H

#include <stdbool.h>

#include "agent/agent.h"
#include "agent/closed.h"
#include "agent/members.h"
#include "agent/roster.h"
#include "agent/slots.h"
#include "shared/date.h"
#include "shared/err.h"
#include "shared/json.h"

#define CREW_VIEW_LATELY         31 /* days in which activities are sought */
#define CREW_VIEW_ACTIVITIES_MAX 24

struct crew_view {
	struct agent *agent;
	const struct roster *roster;
	struct slots slots; /* of the day */
	struct closed closed;
	char day[DATE_TEXT];
};

/* Clear it with crew_view_clear, also after a failure. */
int crew_view_load(struct crew_view *out, struct agent *agent,
    const struct roster *roster, const char *day, struct err *err);
void crew_view_clear(struct crew_view *view);

/* A member's slot that day; NULL when it holds nothing. */
const struct slot *crew_view_slot(const struct crew_view *view,
    const struct roster_item *member, const char *slot);

/* The name of a crew's site, its identifier when it is unknown. */
const char *crew_view_site(
    const struct crew_view *view, const struct roster_item *crew);

/*
 * The answer of "pointeau crew --json" (docs/page.md, GET crew), own it.
 */
int crew_view_json(json_t **out, const struct crew_view *view, struct err *err);

/* Those of whom an answer is due for ${slot} and missing, by name:
 * [{"worker","name"}]; own it. */
int crew_view_missing(json_t **out, const struct crew_view *view,
    const struct roster_item *crew, const char *slot, struct err *err);

#endif
