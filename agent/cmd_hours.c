#include <stdio.h>
#include <string.h>

#include "agent/cmd_hours.h"
#include "shared/lang.h"

/* clang-format off */
#define OPTS_VALUE                                                             \
	{"time", 0, "T", "la durée : 3h30, 3,5h, 210m",                      \
	    "the duration: 3h30, 3.5h, 210m"},                               \
	{"kind", 0, "K", "travail (si absent), formation, maladie…",           \
	    "work (if absent), training, sick…"},                              \
	{"site", 0, "S", "le chantier, celui de l'équipe si absent",           \
	    "the site, the crew's if absent"},                                 \
	{"activity", 0, "A", "ce qui a été fait", "what was done"},            \
	{"start", 0, "HH:MM", "l'heure de début", "the time it began"},        \
	{"end", 0, "HH:MM", "l'heure de fin", "the time it ended"},            \
	{"break", 0, "T", "la pause, entre les deux",                          \
	    "the break, in between"},                                          \
	OPT_NOTE

const struct opt cmd_hours_add_options[] = {
    OPTS_PLACE, OPTS_VALUE, OPTS_ACT
};
const struct opt cmd_hours_set_options[] = {
    OPTS_PLACE, OPTS_VALUE, OPT_REASON, OPTS_ACT
};
const struct opt cmd_hours_void_options[] = {
    OPTS_PLACE, OPT_REASON, OPTS_ACT
};
const struct opt cmd_hours_move_options[] = {
    OPTS_PLACE,
    {"to-worker", 0, "W", "à qui", "to whom"},
    {"to-day", 0, "D", "à quel jour", "to which day"},
    {"to-slot", 0, "S", "à quel créneau", "to which slot"},
    OPT_NOTE, OPT_REASON, OPTS_ACT
};
/* clang-format on */

/* ---- reading options ---- */

static int read_day(const struct call *call, const char *name,
    char out[DATE_TEXT], struct err *err)
{
	struct date date;

	if (date_parse(&date, opt_value(call, name), err) < 0)
		return cmd_blame(call, name, err);
	date_format(&date, out);
	return 0;
}

static int read_kind(
    const struct call *call, const struct kind **out, struct err *err)
{
	const char *text = opt_value(call, "kind");

	if (text == NULL || (*out = kind_find(text)) != NULL)
		return 0;
	(void)err_set(err, E_INVALID,
	    L("type inconnu ; il y a %s", "unknown kind; there are %s"),
	    kind_choices());
	return cmd_blame(call, "kind", err);
}

static int read_wish(
    const struct call *call, struct acts_wish *out, struct err *err)
{
	int rc;

	*out = (struct acts_wish)ACTS_WISH_INIT;
	out->site = opt_value(call, "site");
	out->activity = opt_value(call, "activity");
	if ((rc = cmd_hours_duration(call, "time", &out->minutes, err)) < 0 ||
	    (rc = cmd_hours_duration(call, "break", &out->pause, err)) < 0 ||
	    (rc = cmd_hours_clock(call, "start", &out->start, err)) < 0 ||
	    (rc = cmd_hours_clock(call, "end", &out->end, err)) < 0)
		return rc;
	return read_kind(call, &out->kind, err);
}

/* ---- answering ---- */

static int tell(
    struct call *call, const struct acts_done *done, struct err *err)
{
	bool dry_run = opt_given(call, "dry-run");

	cmd_warn(call, buf_text(&done->warnings));
	if (cmd_json(call))
		return cmd_answer(call, cmd_hours_json(done, dry_run), err);
	cmd_hours_text(call->out, done, dry_run);
	return buf_check(call->out, err);
}

/* ---- the commands ---- */

/* What the four acts have in common around the act itself. */
struct hours_call {
	struct cmd_work work;
	struct acts_call call;
	struct acts_place place;
	struct acts_done done;
};

static int begin(struct call *call, struct hours_call *out, struct err *err)
{
	int rc;

	memset(out, 0, sizeof(*out));
	out->call = (struct acts_call){
	    .save = &out->work.save,
	    .roster = &out->work.roster,
	    .person = opt_value(call, "as"),
	    .note = opt_value(call, "note"),
	    .reason = opt_value(call, "reason"),
	};
	if ((rc = cmd_begin(call, &out->work, err)) < 0)
		return rc;
	return cmd_hours_place(call, &out->work.agent, &out->place, err);
}

static int finish(
    struct call *call, struct hours_call *hours, int rc, struct err *err)
{
	if (rc == 0)
		rc = cmd_commit(call, &hours->work, err);
	if (rc == 0)
		rc = tell(call, &hours->done, err);
	acts_hours_clear(&hours->done);
	cmd_end(&hours->work);
	return rc;
}

int cmd_hours_add(struct call *call, struct err *err)
{
	struct hours_call hours;
	struct acts_wish wish;
	int rc;

	if ((rc = begin(call, &hours, err)) == 0 &&
	    (rc = read_wish(call, &wish, err)) == 0)
		rc = acts_hours_add(
		    &hours.call, &hours.place, &wish, &hours.done, err);
	return finish(call, &hours, rc, err);
}

int cmd_hours_set(struct call *call, struct err *err)
{
	struct hours_call hours;
	struct acts_wish wish;
	int rc;

	if ((rc = begin(call, &hours, err)) == 0 &&
	    (rc = read_wish(call, &wish, err)) == 0)
		rc = acts_hours_set(
		    &hours.call, &hours.place, &wish, &hours.done, err);
	return finish(call, &hours, rc, err);
}

int cmd_hours_void(struct call *call, struct err *err)
{
	struct hours_call hours;
	int rc;

	if ((rc = begin(call, &hours, err)) == 0)
		rc = acts_hours_void(
		    &hours.call, &hours.place, &hours.done, err);
	return finish(call, &hours, rc, err);
}

/* Where to: what is not given stays empty. */
static int read_target(
    const struct call *call, struct acts_place *out, struct err *err)
{
	int rc;

	memset(out, 0, sizeof(*out));
	out->structure = "";
	out->worker = opt_value(call, "to-worker");
	if (opt_given(call, "to-slot") &&
	    (rc = cmd_hours_slot(call, "to-slot", out->slot, err)) < 0)
		return rc;
	return opt_given(call, "to-day")
	           ? read_day(call, "to-day", out->day, err)
	           : 0;
}

int cmd_hours_move(struct call *call, struct err *err)
{
	struct hours_call hours;
	struct acts_place to;
	int rc;

	if ((rc = begin(call, &hours, err)) == 0 &&
	    (rc = read_target(call, &to, err)) == 0)
		rc = acts_hours_move(
		    &hours.call, &hours.place, &to, &hours.done, err);
	return finish(call, &hours, rc, err);
}
