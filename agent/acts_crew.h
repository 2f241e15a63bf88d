/*
 * Acts upon a whole crew at once: fill its blanks, stop for the weather. Each
 * is one transaction; who has an answer already keeps it.
 */
#ifndef POINTEAU_AGENT_ACTS_CREW_H
#define POINTEAU_AGENT_ACTS_CREW_H

#include "agent/acts_rows.h"
#include "agent/roster.h"
#include "shared/err.h"

#define ACTS_LIKE_DAYS      7 /* how far back "like yesterday" looks */
#define ACTS_WEATHER_REASON "intempéries" /* of the record, in no language */

struct acts_crew {
	const struct roster_item *crew;
	char day[DATE_TEXT];
	char slot[ACTS_SLOT_TEXT]; /* "am" or "pm" */
};

/*
 * Everyone without an answer is present for the crew's usual stretch, but no
 * newcomer who was added after that day. A cancelled slot is a blank. E_USAGE
 * when the crew has no usual hours then.
 */
int acts_crew_fill(const struct acts_call *call, const struct acts_crew *at,
    struct acts_rows *rows, struct err *err);

/*
 * Everyone without an answer gets what the same slot held on the last of the
 * ACTS_LIKE_DAYS days before that has something, absences included; whoever
 * has nothing there stays blank and is named in the warnings. A public
 * holiday and a day that the weather cut short are no model.
 */
int acts_crew_like(const struct acts_call *call, const struct acts_crew *at,
    struct acts_rows *rows, struct err *err);

/*
 * Stop for the weather at ${minutes} after midnight (-1: nothing was done at
 * all): what was worked until then is, or stays, in the slot; the rest is
 * bad_weather, in a free x slot, or in the slot itself when nothing was
 * worked. Who is absent, was done by then, or is contested, is left alone. A
 * break counts in the rest. E_INVALID when the stop comes after the end.
 */
int acts_crew_weather(const struct acts_call *call, const struct acts_crew *at,
    int minutes, struct acts_rows *rows, struct err *err);

#endif
