#include <string.h>

#include "agent/acts_split.h"
#include "agent/cmd_hours.h"
#include "shared/lang.h"

/* clang-format off */
const struct opt cmd_hours_split_options[] = {
    OPTS_PLACE,
    {"time", OPT_REQUIRED, "T", "la durée au premier chantier : 2h",
	"the duration at the first site: 2h"},
    {"site", 0, "S", "le premier chantier, celui de l'équipe si absent",
	"the first site, the crew's if absent"},
    {"activity", 0, "A", "ce qui y a été fait", "what was done there"},
    {"second-time", OPT_REQUIRED, "T", "la durée à l'autre chantier",
	"the duration at the other site"},
    {"second-site", OPT_REQUIRED, "S", "l'autre chantier", "the other site"},
    {"second-activity", 0, "A", "ce qui y a été fait",
	"what was done there"},
    {"reason", 0, "R", "pourquoi, quand le créneau est déjà saisi",
	"why, when the slot holds something already"},
    OPT_NOTE, OPTS_ACT
};
const struct opt cmd_hours_accident_options[] = {
    OPTS_WORKER, OPT_DAY,
    {"at", OPT_REQUIRED, "HH:MM", "l'heure de l'accident",
	"the time of the accident"},
    {"place", OPT_REQUIRED, "P", "où : un chantier, ou d'autres mots",
	"where: a site, or other words"},
    {"what", OPT_REQUIRED, "TEXT", "ce qui s'est passé, sans rien de médical",
	"what happened, nothing medical"},
    OPT_STRUCTURE, OPTS_ACT
};
/* clang-format on */

/* ---- split ---- */

static int read_parts(const struct call *call, struct acts_wish *first,
    struct acts_wish *second, struct err *err)
{
	int rc;

	*first = *second = (struct acts_wish)ACTS_WISH_INIT;
	first->site = opt_value(call, "site");
	first->activity = opt_value(call, "activity");
	second->site = opt_value(call, "second-site");
	second->activity = opt_value(call, "second-activity");
	if ((rc = cmd_hours_duration(call, "time", &first->minutes, err)) < 0)
		return rc;
	return cmd_hours_duration(call, "second-time", &second->minutes, err);
}

int cmd_hours_split(struct call *call, struct err *err)
{
	struct acts_wish first, second;
	struct cmd_hours hours;
	struct acts_place place;
	int rc;

	if ((rc = cmd_hours_begin(call, &hours, err)) == 0 &&
	    (rc = cmd_hours_place(call, &hours.work.agent, &place, err)) == 0 &&
	    (rc = read_parts(call, &first, &second, err)) == 0)
		rc = acts_hours_split(
		    &hours.call, &place, &first, &second, &hours.rows, err);
	return cmd_hours_finish(call, &hours, rc, err);
}

/* ---- accident ---- */

static int read_accident(const struct call *call, const struct agent *agent,
    struct acts_place *place, struct acts_accident *accident, struct err *err)
{
	const char *structure = opt_value(call, "structure");
	int rc;

	memset(place, 0, sizeof(*place));
	place->structure = structure != NULL ? structure : "";
	place->worker = opt_value(call, "worker");
	accident->place = opt_value(call, "place");
	accident->what = opt_value(call, "what");
	if ((rc = cmd_hours_clock(call, "at", &accident->at, err)) < 0)
		return rc;
	return cmd_day(call, agent, place->day, err);
}

static int tell_accident(struct call *call, const struct acts_done *done,
    const char *deadline, struct err *err)
{
	bool dry_run = opt_given(call, "dry-run");
	json_t *answer;

	cmd_warn(call, buf_text(&done->warnings));
	cmd_note(call, "%s",
	    L("ni blessure, ni soin, ni état de santé ici : ce texte part au "
	      "bureau et y reste ; le médical va dans la déclaration",
		"no injury, care or state of health here: this text goes to "
		"the office and stays there; what is medical belongs in the "
		"declaration"));
	if (cmd_json(call)) {
		answer = cmd_hours_json(done, dry_run);
		if (answer != NULL &&
		    (!json_put_text(answer, "deadline", deadline) ||
			!json_put_text(
			    answer, "rule", DEADLINE_ACCIDENT_SOURCE))) {
			json_decref(answer);
			answer = NULL;
		}
		return cmd_answer(call, answer, err);
	}
	cmd_hours_text(call->out, done, dry_run);
	buf_printf(call->out,
	    L("prévenez le bureau tout de suite : à déclarer avant le %.10s à "
	      "%s (%d h, dimanches et jours fériés non compris ; %s)\n",
		"tell the office at once: to be declared before %.10s, %s (%d "
		"h, Sundays and public holidays left out; %s)\n"),
	    deadline, deadline + DATE_TEXT, DEADLINE_ACCIDENT_HOURS,
	    DEADLINE_ACCIDENT_SOURCE);
	return buf_check(call->out, err);
}

int cmd_hours_accident(struct call *call, struct err *err)
{
	char deadline[DEADLINE_TEXT] = "";
	struct acts_accident accident;
	struct acts_done done = {0};
	struct cmd_hours hours;
	struct acts_place place;
	int rc;

	if ((rc = cmd_hours_begin(call, &hours, err)) == 0 &&
	    (rc = read_accident(
		 call, &hours.work.agent, &place, &accident, err)) == 0 &&
	    (rc = acts_hours_accident(
		 &hours.call, &place, &accident, &done, deadline, err)) == 0 &&
	    (rc = cmd_commit(call, &hours.work, err)) == 0)
		rc = tell_accident(call, &done, deadline, err);
	acts_hours_clear(&done);
	cmd_end(&hours.work);
	return rc;
}
