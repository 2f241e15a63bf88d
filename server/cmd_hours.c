#include <string.h>

#include "server/cmd.h"
#include "server/cmd_hours.h"
#include "server/hours/hours_act.h"
#include "shared/date.h"
#include "shared/lang.h"

/* clang-format off */
#define OPTS_WORKER                                                            \
	{"worker", OPT_REQUIRED, "W", "le salarié", "the worker"},             \
	{"structure", 0, "S", "sa structure, s'il est dans plusieurs",         \
	    "their structure, when in several"}
#define OPTS_PLACE                                                             \
	OPTS_WORKER,                                                           \
	{"day", OPT_REQUIRED, "D", "le jour", "the day"},                      \
	{"slot", OPT_REQUIRED, "S", "le créneau : am, pm, x1 à x9",            \
	    "the slot: am, pm, x1 to x9"}
#define OPTS_VALUE                                                             \
	{"time", 0, "T", "la durée : 3h30, 3,5h, 210m",                        \
	    "the duration: 3h30, 3.5h, 210m"},                                 \
	{"kind", 0, "K", "travail, formation, maladie…",                       \
	    "work, training, sick…"},                                          \
	{"site", 0, "S", "le chantier", "the site"},                           \
	{"activity", 0, "A", "ce qui a été fait", "what was done"},            \
	{"start", 0, "HH:MM", "l'heure de début", "the time it began"},        \
	{"end", 0, "HH:MM", "l'heure de fin", "the time it ended"},            \
	{"break", 0, "T", "la pause, entre les deux",                          \
	    "the break, in between"}
#define OPTS_WORDS                                                             \
	{"note", 0, "T", "une note, que les encadrants liront",                \
	    "a note, which supervisors will read"},                            \
	{"paper", OPT_FLAG, NULL, "recopié d'une feuille papier",              \
	    "typed from a paper sheet"}
#define OPT_SEEN                                                               \
	{"seen", 0, "HASH[,HASH]", "la version lue (grid, hours history)",     \
	    "the version that was read (grid, hours history)"}
#define OPT_REASON                                                             \
	{"reason", OPT_REQUIRED, "R", "motif", "reason"}
#define OPTS_END {NULL, 0, NULL, NULL, NULL}

const struct opt cmd_hours_history_options[] = {OPTS_PLACE, OPTS_END};
const struct opt cmd_hours_add_options[] = {OPTS_PLACE, OPTS_VALUE,
    OPTS_WORDS, OPT_SEEN, {"reason", 0, "R", "motif", "reason"}, OPTS_END};
const struct opt cmd_hours_set_options[] = {OPTS_PLACE, OPTS_VALUE,
    OPTS_WORDS, OPT_SEEN, OPT_REASON, OPTS_END};
const struct opt cmd_hours_void_options[] = {OPTS_PLACE, OPT_SEEN,
    OPT_REASON, OPTS_END};
const struct opt cmd_hours_move_options[] = {OPTS_PLACE, OPT_SEEN, OPT_REASON,
    {"to-worker", 0, "W", "à qui", "to whom"},
    {"to-structure", 0, "S", "sa structure", "their structure"},
    {"to-day", 0, "D", "à quel jour", "to which day"},
    {"to-slot", 0, "S", "à quel créneau", "to which slot"},
    {"note", 0, "T", "une note, que les encadrants liront",
	"a note, which supervisors will read"},
    OPTS_END};
const struct opt cmd_hours_period_options[] = {OPTS_WORKER,
    {"from", OPT_REQUIRED, "D", "premier jour", "first day"},
    {"to", OPT_REQUIRED, "D", "dernier jour", "last day"},
    {"from-slot", 0, "S", "pm : seulement l'après-midi du premier jour",
	"pm: the first day's afternoon alone"},
    {"to-slot", 0, "S", "am : seulement le matin du dernier jour",
	"am: the last day's morning alone"},
    {"kind", OPT_REQUIRED, "K", "maladie, congé payé, formation…",
	"sick, paid leave, training…"},
    {"time", 0, "T", "durée de chaque demi-journée",
	"duration of each half-day"},
    {"replace", OPT_FLAG, NULL, "remplacer aussi d'autres valeurs",
	"replace other values too"},
    {"reason", 0, "R", "motif", "reason"},
    {"note", 0, "T", "une note", "a note"},
    OPTS_END};
/* clang-format on */

/* ---- reading options ---- */

static int blame(const struct call *call, const char *name, struct err *err)
{
	(void)err_context(err, "--%s « %.60s »", name, opt_value(call, name));
	return err->code = E_USAGE;
}

static int read_day(const struct call *call, const char *name,
    char out[DATE_TEXT], struct err *err)
{
	struct date date;

	if (date_parse(&date, opt_value(call, name), err) < 0)
		return blame(call, name, err);
	date_format(&date, out);
	return 0;
}

static int read_slot(const struct call *call, const char *name,
    char out[HOURS_SLOT_TEXT], struct err *err)
{
	return hours_slot(out, opt_value(call, name), err) < 0
	           ? blame(call, name, err)
	           : 0;
}

static int read_duration(
    const struct call *call, const char *name, int *out, struct err *err)
{
	const char *text = opt_value(call, name);

	return text != NULL && duration_parse(
				   out, text, false, DURATION_DAY_MAX, err) < 0
	           ? blame(call, name, err)
	           : 0;
}

static int read_clock(
    const struct call *call, const char *name, int *out, struct err *err)
{
	const char *text = opt_value(call, name);

	return text != NULL && clock_parse(out, text, err) < 0
	           ? blame(call, name, err)
	           : 0;
}

static int read_kind(
    const struct call *call, const struct kind **out, struct err *err)
{
	const char *text = opt_value(call, "kind");

	*out = NULL;
	if (text == NULL || (*out = kind_find(text)) != NULL)
		return 0;
	(void)err_set(err, E_USAGE,
	    L("genre inconnu ; il y a %s", "unknown kind; there are %s"),
	    kind_choices());
	return blame(call, "kind", err);
}

static int read_place(
    const struct call *call, struct hours_place *out, struct err *err)
{
	int rc;

	memset(out, 0, sizeof(*out));
	out->structure = opt_value(call, "structure");
	out->worker = opt_value(call, "worker");
	if ((rc = read_day(call, "day", out->day, err)) < 0)
		return rc;
	return read_slot(call, "slot", out->slot, err);
}

static int read_wish(
    const struct call *call, struct hours_wish *out, struct err *err)
{
	int rc;

	*out = (struct hours_wish)HOURS_WISH_INIT;
	out->site = opt_value(call, "site");
	out->activity = opt_value(call, "activity");
	if ((rc = read_duration(call, "time", &out->minutes, err)) < 0 ||
	    (rc = read_duration(call, "break", &out->pause, err)) < 0 ||
	    (rc = read_clock(call, "start", &out->start, err)) < 0 ||
	    (rc = read_clock(call, "end", &out->end, err)) < 0)
		return rc;
	return read_kind(call, &out->kind, err);
}

static struct hours_words read_words(const struct call *call)
{
	return (struct hours_words){
	    .reason = opt_value(call, "reason"),
	    .note = opt_value(call, "note"),
	    .seen = opt_value(call, "seen"),
	    .paper = opt_given(call, "paper"),
	};
}

/* ---- answering ---- */

static json_t *done_json(const struct hours_done *done)
{
	const struct slot *slot = &done->slot;
	struct buf version = BUF_INIT;
	json_t *json;

	slot_version(&version, slot);
	json = json_pack("{s:i, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:b, "
			 "s:b, s:O?}",
	    "schema", 1, "outcome", done->already ? "already" : "written",
	    "structure", slot->structure, "worker", slot->worker, "day",
	    slot->day, "slot", slot->slot, "state",
	    slot_state_word(slot->state), "version", buf_text(&version), "late",
	    done->late, "corrected", slot_is_corrected(slot), "paper",
	    slot_is_paper(slot), "value",
	    slot->top != NULL ? slot->top->value : NULL);
	buf_free(&version);
	return json;
}

static void tell_text(struct buf *out, const struct hours_done *done)
{
	const struct slot *slot = &done->slot;

	buf_printf(out, "%s, %s %s : ", slot->worker, slot->day, slot->slot);
	if (slot->top != NULL)
		slot_add_value(out, slot->top);
	else
		buf_add_text(out, L("annulé", "cancelled"));
	buf_add_text(out, done->already
			      ? L(" (déjà noté ainsi)", " (so it was already)")
			      : L(" ; les postes l'apprendront à leur prochain "
				  "envoi",
				    "; the laptops will learn it at their next "
				    "sync"));
	buf_add_text(out, "\n");
	if (done->late && !done->already)
		buf_add_text(out,
		    L("Ce mois est clos : c'est une arrivée après clôture, à "
		      "reprendre par un ajustement (« month late »).\n",
			"This month is closed: it is a late entry, to be taken "
			"up by an adjustment (\"month late\").\n"));
}

/* The difference behind a refusal, for programs; ${rc} stays. */
static int tell_conflict(
    struct call *call, const char *member, json_t *detail, int rc)
{
	if (rc == E_CONFLICT && detail != NULL && cmd_json(call))
		(void)json_print(call->out,
		    json_pack("{s:i, s:O}", "schema", 1, member, detail), NULL);
	return rc;
}

static int finish(
    struct call *call, struct hours_done *done, int rc, struct err *err)
{
	if (rc < 0) {
		rc = tell_conflict(call, "conflict", done->conflict, rc);
	} else if (cmd_json(call)) {
		rc = json_print(call->out, done_json(done), err);
	} else {
		tell_text(call->out, done);
		rc = buf_check(call->out, err);
	}
	hours_done_clear(done);
	return rc;
}

/* ---- the commands ---- */

int cmd_hours_add(struct call *call, struct err *err)
{
	const struct hours_words words = read_words(call);
	struct hours_done done = {0};
	struct hours_place place;
	struct hours_wish wish;
	int rc;

	if ((rc = read_place(call, &place, err)) == 0 &&
	    (rc = read_wish(call, &wish, err)) == 0)
		rc = hours_add(
		    cmd_office(call), &place, &wish, &words, &done, err);
	return finish(call, &done, rc, err);
}

static bool says_nothing(
    const struct hours_wish *wish, const struct hours_words *words)
{
	return wish->minutes < 0 && wish->start < 0 && wish->end < 0 &&
	       wish->pause < 0 && wish->kind == NULL && wish->site == NULL &&
	       wish->activity == NULL && words->note == NULL && !words->paper;
}

int cmd_hours_set(struct call *call, struct err *err)
{
	const struct hours_words words = read_words(call);
	struct hours_done done = {0};
	struct hours_place place;
	struct hours_wish wish;
	int rc;

	if ((rc = read_place(call, &place, err)) < 0 ||
	    (rc = read_wish(call, &wish, err)) < 0)
		return rc;
	if (says_nothing(&wish, &words))
		return err_set(err, E_USAGE,
		    L("rien à corriger : donnez ce qui change, par exemple "
		      "--time 2h45",
			"nothing to correct: give what changes, such as "
			"--time 2h45"));
	rc = hours_set(cmd_office(call), &place, &wish, &words, &done, err);
	return finish(call, &done, rc, err);
}

int cmd_hours_void(struct call *call, struct err *err)
{
	const struct hours_words words = read_words(call);
	struct hours_done done = {0};
	struct hours_place place;
	int rc;

	if ((rc = read_place(call, &place, err)) == 0)
		rc = hours_void(cmd_office(call), &place, &words, &done, err);
	return finish(call, &done, rc, err);
}

int cmd_hours_move(struct call *call, struct err *err)
{
	const struct hours_words words = read_words(call);
	struct hours_place place, to = {0};
	struct hours_done done = {0};
	int rc;

	to.worker = opt_value(call, "to-worker");
	to.structure = opt_value(call, "to-structure");
	if ((rc = read_place(call, &place, err)) < 0 ||
	    (opt_given(call, "to-day") &&
		(rc = read_day(call, "to-day", to.day, err)) < 0) ||
	    (opt_given(call, "to-slot") &&
		(rc = read_slot(call, "to-slot", to.slot, err)) < 0))
		return rc;
	rc = hours_move(cmd_office(call), &place, &to, &words, &done, err);
	return finish(call, &done, rc, err);
}

/* ---- hours period ---- */

static int read_period(
    const struct call *call, struct hours_period *out, struct err *err)
{
	char slot[HOURS_SLOT_TEXT];
	int rc;

	*out = (struct hours_period){
	    .structure = opt_value(call, "structure"),
	    .worker = opt_value(call, "worker"),
	    .minutes = -1,
	    .replace = opt_given(call, "replace"),
	};
	if ((rc = read_day(call, "from", out->first, err)) < 0 ||
	    (rc = read_day(call, "to", out->last, err)) < 0 ||
	    (rc = read_kind(call, &out->kind, err)) < 0 ||
	    (rc = read_duration(call, "time", &out->minutes, err)) < 0)
		return rc;
	if (opt_given(call, "from-slot")) {
		if ((rc = read_slot(call, "from-slot", slot, err)) < 0)
			return rc;
		out->from_pm = strcmp(slot, "pm") == 0;
	}
	if (opt_given(call, "to-slot")) {
		if ((rc = read_slot(call, "to-slot", slot, err)) < 0)
			return rc;
		out->to_am = strcmp(slot, "am") == 0;
	}
	return 0;
}

static void tell_period(
    struct buf *out, const struct hours_period *period, const json_t *done)
{
	buf_printf(out,
	    L("%s, du %s au %s : %s ; demi-journées notées %lld, remplacées "
	      "%lld, déjà ainsi %lld\n",
		"%s, %s to %s: %s; half-days recorded %lld, replaced %lld, so "
		"already %lld\n"),
	    period->worker, period->first, period->last,
	    kind_label(period->kind), (long long)json_int(done, "written", 0),
	    (long long)json_int(done, "replaced", 0),
	    (long long)json_int(done, "already", 0));
	if (json_is_true(json_object_get(done, "late")))
		buf_add_text(out,
		    L("Un mois clos est touché : ce sont des arrivées après "
		      "clôture (« month late »).\n",
			"A closed month is touched: these are late entries "
			"(\"month late\").\n"));
}

int cmd_hours_period(struct call *call, struct err *err)
{
	const struct hours_words words = read_words(call);
	struct hours_period period;
	json_t *done = NULL;
	int rc;

	if ((rc = read_period(call, &period, err)) < 0)
		return rc;
	rc = hours_period(cmd_office(call), &period, &words, &done, err);
	if (rc < 0) {
		rc = tell_conflict(call, "conflict", done, rc);
	} else if (cmd_json(call)) {
		rc = json_object_set_new(done, "schema", json_integer(1)) < 0
		         ? err_nomem(err)
		         : json_print(call->out, json_incref(done), err);
	} else {
		tell_period(call->out, &period, done);
		rc = buf_check(call->out, err);
	}
	json_decref(done);
	return rc;
}

/* ---- hours history ---- */

static void add_value(struct buf *out, const json_t *value)
{
	if (json_is_true(json_object_get(value, "void")))
		buf_add_text(out, L("annulé", "cancelled"));
	else if (json_text(value, "kind")[0] != '\0')
		hours_describe(out, value);
	else
		buf_add_text(
		    out, L("rien (mis à part)", "nothing (set aside)"));
}

static void add_before(struct table *table, const json_t *row)
{
	const json_t *list = json_object_get(row, "before");
	struct buf text = BUF_INIT;

	for (size_t i = 0; i < json_array_size(list); i++) {
		if (i > 0)
			buf_add_text(&text, " / ");
		add_value(&text, json_array_get(list, i));
	}
	if (text.len == 0)
		buf_add_text(&text, "—");
	table_buf(table, &text);
	buf_free(&text);
}

static void add_words(struct table *table, const json_t *row)
{
	const char *note = json_text(row, "note");
	struct buf text = BUF_INIT;

	buf_add_text(&text, json_text(row, "reason"));
	if (note[0] != '\0')
		buf_printf(&text, "%s« %s »", text.len > 0 ? " " : "", note);
	table_buf(table, &text);
	buf_free(&text);
}

static void add_state(struct table *table, const json_t *row)
{
	const char *fault = json_text(row, "fault");
	struct buf text = BUF_INIT;

	if (fault[0] != '\0')
		buf_printf(&text, L("mise à part : %s", "set aside: %s"),
		    entry_fault_text(fault));
	else
		buf_add_text(&text, json_is_true(json_object_get(row, "live"))
					? L("vaut", "stands")
					: L("remplacée", "replaced"));
	if (json_is_true(json_object_get(row, "late")))
		buf_add_text(
		    &text, L(", arrivée après clôture", ", after the closing"));
	table_buf(table, &text);
	buf_free(&text);
}

static void fill_history(struct table *table, const json_t *rows)
{
	table_column(table, L("Quand", "When"), OUT_TEXT);
	table_column(table, L("Reçu", "Received"), OUT_TEXT);
	table_column(table, L("Par", "By"), OUT_TEXT);
	table_column(table, L("Poste", "Device"), OUT_TEXT);
	table_column(table, L("Avant", "Before"), OUT_TEXT);
	table_column(table, L("Après", "After"), OUT_TEXT);
	table_column(table, L("Motif, note", "Reason, note"), OUT_TEXT);
	table_column(table, L("État", "State"), OUT_TEXT);
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);
		struct buf after = BUF_INIT;

		add_value(&after, row);
		table_row(table);
		table_text(table, json_text(row, "at"));
		table_text(table, json_text(row, "received"));
		table_text(table, json_text(row, "person_name"));
		table_text(table, json_text(row, "device_name"));
		add_before(table, row);
		table_buf(table, &after);
		add_words(table, row);
		add_state(table, row);
		buf_free(&after);
	}
}

int cmd_hours_history(struct call *call, struct err *err)
{
	struct hours_place place;
	json_t *story = NULL;
	int rc;

	if ((rc = read_place(call, &place, err)) < 0 ||
	    (rc = hours_history(cmd_office(call), &place, &story, err)) < 0)
		return rc;
	if (cmd_json(call)) {
		if (json_object_set_new(story, "schema", json_integer(1)) == 0)
			return json_print(call->out, story, err);
		json_decref(story);
		return err_nomem(err);
	}
	buf_printf(call->out, "%s, %s, %s %s\n", json_text(story, "worker"),
	    json_text(story, "name"), place.day, place.slot);
	rc = cmd_rows(call, json_incref(json_object_get(story, "rows")),
	    L("Rien n'a été noté là.", "Nothing was recorded there."),
	    fill_history, err);
	json_decref(story);
	return rc;
}
