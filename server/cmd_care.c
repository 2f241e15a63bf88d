/*
 * Accompaniment at the command line. One table tells, for each kind of note,
 * which option sets which member.
 */
#include <stdlib.h>
#include <string.h>

#include "server/care/care_word.h"
#include "server/care/due.h"
#include "server/care/leave.h"
#include "server/cmd.h"
#include "server/cmd_care.h"
#include "shared/lang.h"
#include "shared/siret.h"

#define TRAINING_MINUTES_MAX (10000 * 60)

/* clang-format off */
#define OPT_STRUCTURE                                                          \
	{"structure", 0, "S", "sa structure, s'il est dans plusieurs",         \
	    "their structure, when in several"}
#define OPT_CHANGE                                                             \
	{"reason", OPT_REQUIRED, "R", "pourquoi", "why"},                      \
	{"seen", 0, "HASH", "la version lue : refusé si elle a changé",        \
	    "the version that was read: refused if it has changed"}
#define OPTS_END {NULL, 0, NULL, NULL, NULL}
#define MEETING(required)                                                      \
	{"theme", required, "T", "de quoi : projet, logement… (care words)",   \
	    "about what: project, housing… (care words)"},                     \
	{"day", 0, "D", "le jour (défaut : aujourd'hui)",                      \
	    "the day (default: today)"},                                       \
	{"time", 0, "T", "la durée : 45m, 1h", "the duration: 45m, 1h"},       \
	{"next", 0, "D", "le prochain rendez-vous", "the next meeting"},       \
	{"by", 0, "NAME", "qui l'a reçu", "who received them"}
#define TRAINING(required)                                                     \
	{"title", required, "T", "l'intitulé", "the title"},                   \
	{"start", required, "D", "premier jour", "first day"},                 \
	{"end", 0, "D", "dernier jour", "last day"},                           \
	{"provider", 0, "T", "l'organisme", "the provider"},                   \
	{"planned", 0, "T", "durée prévue : 70h", "planned time: 70h"},        \
	{"done", 0, "T", "durée faite : 35h", "time done: 35h"},               \
	{"certification", 0, "T", "le titre ou certificat visé",               \
	    "the certificate aimed at"}
#define PMSMP(required)                                                        \
	{"siret", required, "N", "SIRET de l'entreprise", "host's SIRET"},     \
	{"host", required, "T", "son nom", "its name"},                        \
	{"objective", required, "1-3",                                         \
	    "1 découvrir un métier, 2 confirmer un projet, 3 recrutement",     \
	    "1 discover a trade, 2 confirm a project, 3 recruitment"},         \
	{"start", required, "D", "premier jour", "first day"},                 \
	{"end", required, "D", "dernier jour", "last day"},                    \
	{"tutor", 0, "NAME", "le tuteur dans l'entreprise",                    \
	    "the tutor at the host"},                                          \
	{"rome", 0, "CODE", "le métier (ROME)", "the trade (ROME)"}

const struct opt cmd_care_meeting_add_options[] = {
    MEETING(OPT_REQUIRED), OPT_STRUCTURE, OPTS_END};
const struct opt cmd_care_meeting_set_options[] = {
    MEETING(0), OPT_CHANGE, OPTS_END};
const struct opt cmd_care_training_add_options[] = {
    TRAINING(OPT_REQUIRED), OPT_STRUCTURE, OPTS_END};
const struct opt cmd_care_training_set_options[] = {
    TRAINING(0), OPT_CHANGE, OPTS_END};
const struct opt cmd_care_pmsmp_add_options[] = {
    PMSMP(OPT_REQUIRED), OPT_STRUCTURE, OPTS_END};
const struct opt cmd_care_pmsmp_set_options[] = {
    PMSMP(0), OPT_CHANGE, OPTS_END};
const struct opt cmd_care_list_options[] = {
    {"worker", 0, "W", "une seule personne", "one person alone"},
    {"structure", 0, "S", "une seule structure", "one structure alone"},
    {"since", 0, "D", "depuis ce jour", "since this day"},
    {"until", 0, "D", "jusqu'à ce jour", "until this day"},
    OPTS_END};
const struct opt cmd_care_exit_set_options[] = {
    {"category", OPT_REQUIRED, "C",
	"emploi durable, transition, positive, autre, retrait (care words)",
	"lasting, transition, positive, other, withdrawn (care words)"},
    {"day", OPT_REQUIRED, "D", "le jour du départ", "the day of leaving"},
    {"code", 0, "C", "motif de la liste importée (care exit codes)",
	"reason of the imported list (care exit codes)"},
    {"reason", 0, "R", "pourquoi corriger", "why it is corrected"},
    {"again", OPT_FLAG, NULL, "revenu, puis reparti",
	"came back, and left once more"},
    {"seen", 0, "HASH", "la version lue : refusé si elle a changé",
	"the version that was read: refused if it has changed"},
    OPT_STRUCTURE, OPTS_END};
const struct opt cmd_care_who_options[] = {OPT_STRUCTURE, OPTS_END};
const struct opt cmd_care_follow_up_options[] = {
    {"outcome", OPT_REQUIRED, "S", "la situation, six mois après (care words)",
	"how they stand six months later (care words)"},
    {"day", 0, "D", "le jour de la réponse (défaut : aujourd'hui)",
	"the day of the answer (default: today)"},
    {"reason", 0, "R", "pourquoi corriger", "why it is corrected"},
    {"seen", 0, "HASH", "la version lue : refusé si elle a changé",
	"the version that was read: refused if it has changed"},
    OPT_STRUCTURE, OPTS_END};
const struct opt cmd_care_void_options[] = {OPT_CHANGE, OPTS_END};
const struct opt cmd_care_due_options[] = {
    {"within", 0, "DAYS", "jours à l'avance (30)", "days ahead (30)"},
    {"worker", 0, "W", "une seule personne", "one person alone"},
    {"structure", 0, "S", "une seule structure", "one structure alone"},
    OPTS_END};
/* clang-format on */

/* ---- from options to members ---- */

enum member_type {
	MEMBER_TEXT,
	MEMBER_DAY,
	MEMBER_TIME,
	MEMBER_SIRET,
	MEMBER_THEME,
	MEMBER_CATEGORY,
	MEMBER_OUTCOME,
	MEMBER_OBJECTIVE,
};

struct member {
	const char *option;
	const char *name;
	enum member_type type;
};

static const struct member meeting_members[] = {
    {"theme", "theme", MEMBER_THEME}, {"day", "day", MEMBER_DAY},
    {"time", "minutes", MEMBER_TIME}, {"next", "next", MEMBER_DAY},
    {"by", "by", MEMBER_TEXT}, {NULL, NULL, MEMBER_TEXT}};

static const struct member training_members[] = {
    {"title", "title", MEMBER_TEXT}, {"start", "start", MEMBER_DAY},
    {"end", "end", MEMBER_DAY}, {"provider", "provider", MEMBER_TEXT},
    {"planned", "planned", MEMBER_TIME}, {"done", "done", MEMBER_TIME},
    {"certification", "certification", MEMBER_TEXT}, {NULL, NULL, MEMBER_TEXT}};

static const struct member pmsmp_members[] = {{"siret", "siret", MEMBER_SIRET},
    {"host", "host", MEMBER_TEXT}, {"objective", "objective", MEMBER_OBJECTIVE},
    {"start", "start", MEMBER_DAY}, {"end", "end", MEMBER_DAY},
    {"tutor", "tutor", MEMBER_TEXT}, {"rome", "rome", MEMBER_TEXT},
    {NULL, NULL, MEMBER_TEXT}};

static const struct member exit_members[] = {{"day", "day", MEMBER_DAY},
    {"category", "category", MEMBER_CATEGORY}, {"code", "code", MEMBER_TEXT},
    {NULL, NULL, MEMBER_TEXT}};

static const struct member followup_members[] = {{"day", "day", MEMBER_DAY},
    {"outcome", "outcome", MEMBER_OUTCOME}, {NULL, NULL, MEMBER_TEXT}};

static const struct member *const members_of[CARE_FAMILIES] = {
    [CARE_MEETING] = meeting_members,
    [CARE_TRAINING] = training_members,
    [CARE_PMSMP] = pmsmp_members,
    [CARE_EXIT] = exit_members,
    [CARE_FOLLOWUP] = followup_members,
};

int cmd_care_blame(const struct call *call, const char *name, struct err *err)
{
	struct buf shown = BUF_INIT;
	int code = err->code;

	text_quote(&shown, opt_value(call, name));
	(void)err_context(
	    err, L("--%s « %s »", "--%s \"%s\""), name, buf_text(&shown));
	buf_free(&shown);
	return err->code = code;
}

static json_t *day_member(const char *text, struct err *err)
{
	char day[DATE_TEXT];
	struct date date;

	if (date_parse(&date, text, err) < 0)
		return NULL;
	date_format(&date, day);
	return json_string(day);
}

static json_t *time_member(const char *text, struct err *err)
{
	int minutes;

	if (duration_parse(&minutes, text, false, TRAINING_MINUTES_MAX, err) <
	    0)
		return NULL;
	return json_integer(minutes);
}

static json_t *word_member(
    enum care_list list, const char *what, const char *text, struct err *err)
{
	const struct care_word *word;

	if (care_word_find(&word, list, what, text, err) < 0)
		return NULL;
	if (list == CARE_OBJECTIVES)
		return json_integer(care_objective_number(word->slug));
	return json_string(word->slug);
}

static json_t *siret_member(const char *text, struct err *err)
{
	char siret[SIRET_TEXT];

	return siret_parse(siret, text, err) < 0 ? NULL : json_string(siret);
}

/* NULL when the text is refused (then ${err} says why). */
static json_t *member_value(
    enum member_type type, const char *text, struct err *err)
{
	switch (type) {
	case MEMBER_DAY:
		return day_member(text, err);
	case MEMBER_TIME:
		return time_member(text, err);
	case MEMBER_SIRET:
		return siret_member(text, err);
	case MEMBER_THEME:
		return word_member(CARE_THEMES, L("thème", "theme"), text, err);
	case MEMBER_CATEGORY:
		return word_member(
		    CARE_CATEGORIES, L("catégorie", "category"), text, err);
	case MEMBER_OUTCOME:
		return word_member(
		    CARE_OUTCOMES, L("situation", "outcome"), text, err);
	case MEMBER_OBJECTIVE:
		return word_member(
		    CARE_OBJECTIVES, L("objectif", "objective"), text, err);
	case MEMBER_TEXT:
		break;
	}
	return json_string(text);
}

/* The members that the options set; an empty text takes one out. Own it. */
static int read_members(
    struct call *call, enum care_family family, json_t **out, struct err *err)
{
	if ((*out = json_object()) == NULL)
		return err_nomem(err);
	for (const struct member *at = members_of[family]; at->option != NULL;
	     at++) {
		const char *text = opt_value(call, at->option);
		json_t *value;

		if (text == NULL)
			continue;
		err->code = 0;
		value = text[0] == '\0' ? json_null()
		                        : member_value(at->type, text, err);
		if (value == NULL && err->code != 0)
			return cmd_care_blame(call, at->option, err);
		if (!json_put(*out, at->name, value))
			return err_nomem(err);
	}
	return 0;
}

/* ---- parts of the commands ---- */

int cmd_care_day(
    struct call *call, const char *name, char out[DATE_TEXT], struct err *err)
{
	const char *text = opt_value(call, name);
	struct date date;

	care_today(cmd_office(call), out);
	if (text == NULL || text[0] == '\0')
		return 0;
	if (date_parse(&date, text, err) < 0)
		return cmd_care_blame(call, name, err);
	date_format(&date, out);
	return 0;
}

int cmd_care_worker(struct call *call, const char *text,
    struct care_worker *out, struct err *err)
{
	return care_worker_find(out, cmd_reading(call)->db,
	    opt_value(call, "structure"), text, err);
}

int cmd_care_in_sight(struct call *call, const char *id, struct err *err)
{
	struct care_note note;
	int rc = care_note_find(&note, cmd_reading(call)->db, id, err);

	care_note_clear(&note);
	return rc;
}

static struct care_by by_of(const struct call *call)
{
	const struct care_by by = {
	    NULL, opt_value(call, "reason"), opt_value(call, "seen")};

	return by;
}

/* Say under which identity something stands. */
static int tell_id(
    struct call *call, const char *id, const char *done, struct err *err)
{
	if (cmd_json(call))
		return json_print(call->out,
		    json_pack("{s:i, s:s}", "schema", 1, "id", id), err);
	buf_printf(call->out, "%s%s %s\n", done, L(" :", ":"), id);
	return buf_check(call->out, err);
}

static int add_note(struct call *call, enum care_family family, struct err *err)
{
	char id[TEXT_ID_MAX + 1], day[DATE_TEXT];
	const struct care_by by = by_of(call);
	struct care_worker worker;
	json_t *value = NULL;
	int rc;

	if ((rc = cmd_care_worker(call, call->args[0], &worker, err)) < 0 ||
	    (rc = read_members(call, family, &value, err)) < 0)
		goto out;
	care_today(cmd_office(call), day);
	if (family == CARE_MEETING && !opt_given(call, "day") &&
	    !json_put_text(value, "day", day)) {
		rc = err_nomem(err);
		goto out;
	}
	if ((rc = care_add(cmd_office(call), family, &worker, value, &by, id,
		 call->note, err)) == 0)
		rc = tell_id(call, id, L("Noté", "Noted"), err);
out:
	json_decref(value);
	return rc;
}

static int set_note(struct call *call, enum care_family family, struct err *err)
{
	const struct care_by by = by_of(call);
	struct care_note note = {.value = NULL};
	json_t *members = NULL;
	int rc;

	if ((rc = care_note_find(
		 &note, cmd_reading(call)->db, call->args[0], err)) < 0 ||
	    (rc = read_members(call, family, &members, err)) < 0)
		goto out;
	if (note.family != family) {
		rc = err_set(err, E_INVALID,
		    L("%s est noté comme « %s » : corrigez-le avec « care %s "
		      "set »",
			"%s is noted as \"%s\": correct it with \"care %s "
			"set\""),
		    note.id, care_family_name(note.family),
		    care_family_name(note.family));
		goto out;
	}
	if (json_object_size(members) == 0) {
		rc = err_set(err, E_USAGE,
		    L("rien à corriger : donnez ce qui change",
			"nothing to correct: give what changes"));
		goto out;
	}
	if ((rc = care_set(cmd_office(call), call->args[0], members, &by,
		 call->note, err)) == 0)
		rc = tell_id(call, note.id, L("Corrigé", "Corrected"), err);
out:
	json_decref(members);
	care_note_clear(&note);
	return rc;
}

int cmd_care_notes(struct call *call, enum care_family family, const char *none,
    void (*fill)(struct table *, const json_t *), struct err *err)
{
	char since[DATE_TEXT], until[DATE_TEXT];
	struct care_filter filter = {
	    .structure = opt_value(call, "structure"),
	    .worker = opt_value(call, "worker"),
	};
	json_t *rows = NULL;
	int rc;

	if ((rc = cmd_care_day(call, "since", since, err)) < 0 ||
	    (rc = cmd_care_day(call, "until", until, err)) < 0)
		return rc;
	if (opt_given(call, "since"))
		filter.since = since;
	if (opt_given(call, "until"))
		filter.until = until;
	if ((rc = care_list(cmd_reading(call), family, &filter, &rows, err)) <
	    0)
		return rc;
	return cmd_rows(call, rows, none, fill, err);
}

/* ---- meetings ---- */

static void fill_meetings(struct table *table, const json_t *rows)
{
	table_column(table, "ID", OUT_TEXT);
	table_column(table, L("Salarié", "Worker"), OUT_TEXT);
	table_column(table, L("Jour", "Day"), OUT_TEXT);
	table_column(table, L("Durée", "Time"), OUT_MINUTES);
	table_column(table, L("Thème", "Theme"), OUT_TEXT);
	table_column(table, L("Suivant", "Next"), OUT_TEXT);
	table_column(table, L("Par", "By"), OUT_TEXT);
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);

		table_row(table);
		table_text(table, json_text(row, "id"));
		table_text(table, json_text(row, "worker"));
		table_text(table, json_text(row, "day"));
		table_int(table, json_int(row, "minutes", 0));
		table_text(table,
		    care_word_label(CARE_THEMES, json_text(row, "theme")));
		table_text(table, json_text(row, "next"));
		table_text(table, json_text(row, "by"));
	}
}

int cmd_care_meeting_add(struct call *call, struct err *err)
{
	return add_note(call, CARE_MEETING, err);
}

int cmd_care_meeting_set(struct call *call, struct err *err)
{
	return set_note(call, CARE_MEETING, err);
}

int cmd_care_meeting_list(struct call *call, struct err *err)
{
	return cmd_care_notes(call, CARE_MEETING,
	    L("Aucun rendez-vous noté.", "No meeting noted."), fill_meetings,
	    err);
}

/* ---- training ---- */

static void fill_trainings(struct table *table, const json_t *rows)
{
	table_column(table, "ID", OUT_TEXT);
	table_column(table, L("Salarié", "Worker"), OUT_TEXT);
	table_column(table, L("Formation", "Training"), OUT_TEXT);
	table_column(table, L("Du", "From"), OUT_TEXT);
	table_column(table, L("Au", "To"), OUT_TEXT);
	table_column(table, L("Prévu", "Planned"), OUT_MINUTES);
	table_column(table, L("Fait", "Done"), OUT_MINUTES);
	table_column(table, L("Organisme", "Provider"), OUT_TEXT);
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);

		table_row(table);
		table_text(table, json_text(row, "id"));
		table_text(table, json_text(row, "worker"));
		table_text(table, json_text(row, "title"));
		table_text(table, json_text(row, "start"));
		table_text(table, json_text(row, "end"));
		table_int(table, json_int(row, "planned", 0));
		table_int(table, json_int(row, "done", 0));
		table_text(table, json_text(row, "provider"));
	}
}

int cmd_care_training_add(struct call *call, struct err *err)
{
	return add_note(call, CARE_TRAINING, err);
}

int cmd_care_training_set(struct call *call, struct err *err)
{
	return set_note(call, CARE_TRAINING, err);
}

int cmd_care_training_list(struct call *call, struct err *err)
{
	return cmd_care_notes(call, CARE_TRAINING,
	    L("Aucune formation notée.", "No training noted."), fill_trainings,
	    err);
}

/* ---- immersions ---- */

static void fill_pmsmp(struct table *table, const json_t *rows)
{
	table_column(table, "ID", OUT_TEXT);
	table_column(table, L("Salarié", "Worker"), OUT_TEXT);
	table_column(table, L("Entreprise", "Host"), OUT_TEXT);
	table_column(table, "SIRET", OUT_TEXT);
	table_column(table, L("Objectif", "Objective"), OUT_TEXT);
	table_column(table, L("Du", "From"), OUT_TEXT);
	table_column(table, L("Au", "To"), OUT_TEXT);
	table_column(table, L("Jours", "Days"), OUT_INT);
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);

		table_row(table);
		table_text(table, json_text(row, "id"));
		table_text(table, json_text(row, "worker"));
		table_text(table, json_text(row, "host"));
		table_text(table, json_text(row, "siret"));
		table_text(table,
		    care_word_label(CARE_OBJECTIVES,
			care_objective_slug(json_int(row, "objective", 0))));
		table_text(table, json_text(row, "start"));
		table_text(table, json_text(row, "end"));
		table_int(table, json_int(row, "days", 0));
	}
}

int cmd_care_pmsmp_add(struct call *call, struct err *err)
{
	return add_note(call, CARE_PMSMP, err);
}

int cmd_care_pmsmp_set(struct call *call, struct err *err)
{
	return set_note(call, CARE_PMSMP, err);
}

int cmd_care_pmsmp_list(struct call *call, struct err *err)
{
	return cmd_care_notes(call, CARE_PMSMP,
	    L("Aucune immersion notée.", "No immersion noted."), fill_pmsmp,
	    err);
}
