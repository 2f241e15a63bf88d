#include <stdio.h>
#include <string.h>

#include "agent/acts_hours.h"
#include "agent/cmd.h"
#include "shared/lang.h"

/* clang-format off */
#define OPTS_PLACE                                                             \
	{"worker", OPT_REQUIRED, "W", "la personne : identifiant ou nom",      \
	    "the person: identifier or name"},                                 \
	{"day", 0, "D", "le jour, aujourd'hui si absent",                      \
	    "the day, today if absent"},                                       \
	{"slot", OPT_REQUIRED, "S", "le créneau : am, pm, x1 à x9",            \
	    "the slot: am, pm, x1 to x9"},                                     \
	{"structure", 0, "S", "la structure, si deux ont cet identifiant",     \
	    "the structure, if two have this identifier"}

#define OPT_NOTE {"note", 0, "TEXT", "une remarque", "a remark"}

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

#define OPTS_ACT                                                               \
	{"as", 0, "SUPERVISOR", "qui saisit : identifiant ou nom",              \
	    "who records: identifier or name"},                                \
	{"dry-run", OPT_FLAG, NULL, "vérifie sans rien enregistrer",           \
	    "checks without recording anything"},                              \
	{NULL, 0, NULL, NULL, NULL}

#define OPT_REASON {"reason", OPT_REQUIRED, "R", "pourquoi", "why"}

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

static int read_place(const struct call *call, const struct agent *agent,
    struct acts_place *out, struct err *err)
{
	const char *structure = opt_value(call, "structure");

	memset(out, 0, sizeof(*out));
	out->structure = structure != NULL ? structure : "";
	out->worker = opt_value(call, "worker");
	if (acts_slot(out->slot, opt_value(call, "slot"), err) < 0)
		return cmd_blame(call, "slot", err);
	return cmd_day(call, agent, out->day, err);
}

static int read_clock(
    const struct call *call, const char *name, int *out, struct err *err)
{
	const char *text = opt_value(call, name);

	if (text == NULL || clock_parse(out, text, err) == 0)
		return 0;
	return cmd_blame(call, name, err);
}

static int read_duration(
    const struct call *call, const char *name, int *out, struct err *err)
{
	const char *text = opt_value(call, name);

	if (text == NULL ||
	    duration_parse(out, text, false, DURATION_DAY_MAX, err) == 0)
		return 0;
	return cmd_blame(call, name, err);
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
	if ((rc = read_duration(call, "time", &out->minutes, err)) < 0 ||
	    (rc = read_duration(call, "break", &out->pause, err)) < 0 ||
	    (rc = read_clock(call, "start", &out->start, err)) < 0 ||
	    (rc = read_clock(call, "end", &out->end, err)) < 0)
		return rc;
	return read_kind(call, &out->kind, err);
}

/* ---- answering ---- */

static const char *outcome_word(enum acts_outcome outcome)
{
	switch (outcome) {
	case ACTS_WRITTEN:
		return "written";
	case ACTS_ALREADY:
		return "already";
	case ACTS_CORROBORATED:
		return "corroborated";
	}
	return "";
}

static json_t *done_json(const struct acts_done *done, bool dry_run)
{
	char name[ROSTER_NAME_TEXT], hash[HASH_TEXT];
	bool written = done->outcome != ACTS_ALREADY && !dry_run;
	json_t *value = done->value;

	roster_name(done->worker, name);
	hash_hex(&done->hash, hash);
	return json_pack("{s:i,s:s,s:b,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:I,s:s,"
			 "s:s,s:s,s:s}",
	    "schema", 1, "outcome", outcome_word(done->outcome), "dry_run",
	    dry_run, "structure", done->worker->structure, "worker",
	    done->worker->id, "name", name, "day", done->day, "slot",
	    done->slot, "state", value != NULL ? "value" : "void", "person",
	    done->person, "minutes", (json_int_t)json_int(value, "minutes", 0),
	    "kind", json_text(value, "kind"), "site", json_text(value, "site"),
	    "activity", json_text(value, "activity"), "hash",
	    written ? hash : "");
}

static const char *outcome_text(enum acts_outcome outcome, bool dry_run)
{
	if (outcome == ACTS_ALREADY)
		return L("déjà saisi ainsi, rien à faire",
		    "already recorded so, nothing to do");
	if (dry_run)
		return L("vérifié, pas enregistré", "checked, not recorded");
	return outcome == ACTS_CORROBORATED
	           ? L("confirmé, gardé ici", "confirmed, kept here")
	           : L("gardé ici", "kept here");
}

static int tell(
    struct call *call, const struct acts_done *done, struct err *err)
{
	bool dry_run = opt_given(call, "dry-run");
	char name[ROSTER_NAME_TEXT];

	cmd_warn(call, buf_text(&done->warnings));
	if (cmd_json(call))
		return cmd_answer(call, done_json(done, dry_run), err);
	roster_name(done->worker, name);
	buf_printf(call->out, "%s, %s, %s %s%s", done->worker->id, name,
	    done->day, done->slot, L(" : ", ": "));
	if (done->value != NULL)
		acts_add_value(call->out, done->value);
	else
		buf_add_text(call->out, L("annulé", "cancelled"));
	buf_printf(call->out, " — %s\n", outcome_text(done->outcome, dry_run));
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
	return read_place(call, &out->work.agent, &out->place, err);
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
	memset(out, 0, sizeof(*out));
	out->structure = "";
	out->worker = opt_value(call, "to-worker");
	if (opt_given(call, "to-slot") &&
	    acts_slot(out->slot, opt_value(call, "to-slot"), err) < 0)
		return cmd_blame(call, "to-slot", err);
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
