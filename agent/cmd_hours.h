/*
 * What the commands about hours share: their options, how these are read, and
 * how what was done is told.
 */
#ifndef POINTEAU_AGENT_CMD_HOURS_H
#define POINTEAU_AGENT_CMD_HOURS_H

#include "agent/acts_crew.h"
#include "agent/acts_hours.h"
#include "agent/acts_rows.h"
#include "agent/cmd.h"

/* clang-format off */
#define OPTS_WORKER                                                            \
	{"worker", OPT_REQUIRED, "W", "la personne : identifiant ou nom",      \
	    "the person: identifier or name"}
#define OPT_DAY                                                                \
	{"day", 0, "D", "le jour, aujourd'hui si absent",                      \
	    "the day, today if absent"}
#define OPT_STRUCTURE                                                          \
	{"structure", 0, "S", "la structure, si deux ont cet identifiant",     \
	    "the structure, if two have this identifier"}
#define OPT_NOTE {"note", 0, "TEXT", "une remarque", "a remark"}
#define OPT_REASON {"reason", OPT_REQUIRED, "R", "pourquoi", "why"}

#define OPTS_PLACE                                                             \
	OPTS_WORKER, OPT_DAY,                                                  \
	{"slot", OPT_REQUIRED, "S", "le créneau : am, pm, x1 à x9",            \
	    "the slot: am, pm, x1 to x9"},                                     \
	OPT_STRUCTURE

#define OPTS_HALF                                                              \
	{"crew", OPT_REQUIRED, "C", "l'équipe : identifiant ou nom",           \
	    "the crew: identifier or name"},                                   \
	OPT_DAY,                                                               \
	{"slot", OPT_REQUIRED, "S", "le créneau : am ou pm",                   \
	    "the slot: am or pm"},                                             \
	OPT_STRUCTURE

#define OPTS_ACT                                                               \
	{"as", 0, "SUPERVISOR", "qui saisit : identifiant ou nom",              \
	    "who records: identifier or name"},                                \
	{"dry-run", OPT_FLAG, NULL, "vérifie sans rien enregistrer",           \
	    "checks without recording anything"},                              \
	{NULL, 0, NULL, NULL, NULL}
/* clang-format on */

/* ---- reading options ---- */

/* --worker, --day, --slot, --structure. */
int cmd_hours_place(const struct call *call, const struct agent *agent,
    struct acts_place *out, struct err *err);
/* The crew of --crew, of --structure where that is given. */
int cmd_hours_crew(const struct call *call, const struct roster *roster,
    const struct roster_item **out, struct err *err);
/* --crew, --structure, --day, --slot of a half-day: "am" or "pm". */
int cmd_hours_half(const struct call *call, const struct agent *agent,
    const struct roster *roster, struct acts_crew *out, struct err *err);
/* The slot of --${name}. */
int cmd_hours_slot(const struct call *call, const char *name,
    char out[ACTS_SLOT_TEXT], struct err *err);
/* A time of day, a duration; left alone when not given. */
int cmd_hours_clock(
    const struct call *call, const char *name, int *out, struct err *err);
int cmd_hours_duration(
    const struct call *call, const char *name, int *out, struct err *err);

/* ---- an act under way ---- */

/* What the acts have in common around the act itself. */
struct cmd_hours {
	struct cmd_work work;
	struct acts_call call;
	struct acts_rows rows;
};

/* The directory open, the lock taken, --as, --note and --reason read. */
int cmd_hours_begin(struct call *call, struct cmd_hours *out, struct err *err);
/* When ${rc} is 0, commit and tell the rows; then end, in every case. */
int cmd_hours_finish(
    struct call *call, struct cmd_hours *hours, int rc, struct err *err);

/* ---- telling ---- */

/* One act's answer; NULL when out of memory. */
json_t *cmd_hours_json(const struct acts_done *done, bool dry_run);
/* "V01, Fatou D., 2026-11-20 am : 3h30 travail — gardé ici", a line. */
void cmd_hours_text(
    struct buf *out, const struct acts_done *done, bool dry_run);

#endif
