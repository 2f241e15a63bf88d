#include <string.h>

#include "agent/cmd_hours.h"
#include "shared/lang.h"

/* clang-format off */
const struct opt cmd_hours_fill_options[] = {
    OPTS_HALF,
    {"like", 0, "yesterday", "comme la dernière fois (hier, yesterday) : "
	"absences comprises", "like the last time: absences included"},
    OPTS_ACT
};
const struct opt cmd_hours_weather_options[] = {
    OPTS_HALF,
    {"at", 0, "HH:MM", "l'heure de l'arrêt ; si absente, rien n'a été fait",
	"the time of the stop; if absent, nothing was done"},
    OPT_NOTE, OPTS_ACT
};
/* clang-format on */

static int read_like(const struct call *call, bool *out, struct err *err)
{
	const char *text = opt_value(call, "like");

	*out = text != NULL;
	if (text == NULL || text_same(text, "yesterday") ||
	    text_same(text, "hier"))
		return 0;
	(void)err_set(err, E_INVALID,
	    L("on ne reprend qu'« hier » (yesterday), la dernière journée "
	      "saisie",
		"only \"yesterday\" is repeated, the last day recorded"));
	return cmd_blame(call, "like", err);
}

int cmd_hours_fill(struct call *call, struct err *err)
{
	struct cmd_hours hours;
	struct acts_crew at;
	bool like;
	int rc;

	if ((rc = cmd_hours_begin(call, &hours, err)) == 0 &&
	    (rc = read_like(call, &like, err)) == 0 &&
	    (rc = cmd_hours_half(
		 call, &hours.work.agent, &hours.work.roster, &at, err)) == 0)
		rc = like ? acts_crew_like(&hours.call, &at, &hours.rows, err)
		          : acts_crew_fill(&hours.call, &at, &hours.rows, err);
	return cmd_hours_finish(call, &hours, rc, err);
}

int cmd_hours_weather(struct call *call, struct err *err)
{
	struct cmd_hours hours;
	struct acts_crew at;
	int stop = -1, rc;

	if ((rc = cmd_hours_begin(call, &hours, err)) == 0 &&
	    (rc = cmd_hours_half(
		 call, &hours.work.agent, &hours.work.roster, &at, err)) == 0 &&
	    (rc = cmd_hours_clock(call, "at", &stop, err)) == 0)
		rc =
		    acts_crew_weather(&hours.call, &at, stop, &hours.rows, err);
	return cmd_hours_finish(call, &hours, rc, err);
}
