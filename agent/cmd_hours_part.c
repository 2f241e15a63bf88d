#include <string.h>

#include "agent/cmd_hours.h"
#include "shared/lang.h"

/* ---- reading options ---- */

int cmd_hours_slot(const struct call *call, const char *name,
    char out[ACTS_SLOT_TEXT], struct err *err)
{
	return acts_slot(out, opt_value(call, name), err) < 0
	           ? cmd_blame(call, name, err)
	           : 0;
}

int cmd_hours_place(const struct call *call, const struct agent *agent,
    struct acts_place *out, struct err *err)
{
	const char *structure = opt_value(call, "structure");
	int rc;

	memset(out, 0, sizeof(*out));
	out->structure = structure != NULL ? structure : "";
	out->worker = opt_value(call, "worker");
	if ((rc = cmd_hours_slot(call, "slot", out->slot, err)) < 0)
		return rc;
	return cmd_day(call, agent, out->day, err);
}

int cmd_hours_crew(const struct call *call, const struct roster *roster,
    const struct roster_item **out, struct err *err)
{
	const char *text = opt_value(call, "structure");
	const struct roster_item *structure;
	int rc;

	*out = NULL;
	if (text != NULL) {
		if ((rc = roster_structure(roster, text, &structure, err)) < 0)
			return rc;
		*out = roster_find(
		    &roster->crews, structure->id, opt_value(call, "crew"));
	}
	return *out != NULL
	           ? 0
	           : roster_crew(roster, opt_value(call, "crew"), out, err);
}

int cmd_hours_half(const struct call *call, const struct agent *agent,
    const struct roster *roster, struct acts_crew *out, struct err *err)
{
	int rc;

	memset(out, 0, sizeof(*out));
	if ((rc = cmd_hours_slot(call, "slot", out->slot, err)) < 0)
		return rc;
	if (out->slot[0] == 'x') {
		(void)err_set(err, E_INVALID,
		    L("une équipe se saisit par demi-journée : am (matin) ou "
		      "pm (après-midi)",
			"a crew is recorded by half-days: am (morning) or pm "
			"(afternoon)"));
		return cmd_blame(call, "slot", err);
	}
	if ((rc = cmd_day(call, agent, out->day, err)) < 0)
		return rc;
	return cmd_hours_crew(call, roster, &out->crew, err);
}

int cmd_hours_clock(
    const struct call *call, const char *name, int *out, struct err *err)
{
	const char *text = opt_value(call, name);

	if (text == NULL || clock_parse(out, text, err) == 0)
		return 0;
	return cmd_blame(call, name, err);
}

int cmd_hours_duration(
    const struct call *call, const char *name, int *out, struct err *err)
{
	const char *text = opt_value(call, name);

	if (text == NULL ||
	    duration_parse(out, text, false, DURATION_DAY_MAX, err) == 0)
		return 0;
	return cmd_blame(call, name, err);
}

/* ---- telling one act ---- */

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

json_t *cmd_hours_json(const struct acts_done *done, bool dry_run)
{
	char name[ROSTER_NAME_TEXT], hash[HASH_TEXT];
	bool written = done->outcome != ACTS_ALREADY && !dry_run;
	json_t *value = done->value;

	roster_name(done->worker, name);
	hash_hex(&done->hash, hash);
	return json_pack("{s:i,s:s,s:b,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:I,s:s,"
			 "s:s,s:s,s:s,s:b}",
	    "schema", 1, "outcome", outcome_word(done->outcome), "dry_run",
	    dry_run, "structure", done->worker->structure, "worker",
	    done->worker->id, "name", name, "day", done->day, "slot",
	    done->slot, "state", value != NULL ? "value" : "void", "person",
	    done->person, "minutes", (json_int_t)json_int(value, "minutes", 0),
	    "kind", json_text(value, "kind"), "site", json_text(value, "site"),
	    "activity", json_text(value, "activity"), "hash",
	    written ? hash : "", "late", done->late);
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

void cmd_hours_text(struct buf *out, const struct acts_done *done, bool dry_run)
{
	char name[ROSTER_NAME_TEXT];

	roster_name(done->worker, name);
	buf_printf(out, "%s, %s, %s %s%s", done->worker->id, name, done->day,
	    done->slot, L(" : ", ": "));
	if (done->value != NULL)
		acts_add_value(out, done->value);
	else
		buf_add_text(out, L("annulé", "cancelled"));
	buf_printf(out, " — %s\n", outcome_text(done->outcome, dry_run));
}

/* ---- telling many ---- */

static int tell_json(
    struct call *call, const struct acts_rows *rows, struct err *err)
{
	bool dry_run = opt_given(call, "dry-run");
	json_t *list = json_array();

	for (size_t i = 0; list != NULL && i < rows->count; i++) {
		if (json_array_append_new(
			list, cmd_hours_json(&rows->items[i], dry_run)) < 0) {
			json_decref(list);
			list = NULL;
		}
	}
	return cmd_answer(call,
	    json_pack("{s:i,s:o,s:I}", "schema", 1, "rows", list, "skipped",
		(json_int_t)rows->skipped),
	    err);
}

/* What the rows are warned of, each sentence once, with those whom it is
 * about unless it is everybody. */
static bool has_line(const struct acts_done *done, const char *line, size_t len)
{
	const char *at = buf_text(&done->warnings);

	while (*at != '\0') {
		size_t here = strcspn(at, "\n");

		if (here == len && memcmp(at, line, len) == 0)
			return true;
		at += here + (at[here] == '\n');
	}
	return false;
}

static void warn_line(struct call *call, const struct acts_rows *rows,
    size_t row, const char *line, size_t len)
{
	struct buf who = BUF_INIT;
	size_t count = 0;

	for (size_t i = 0; i < row; i++) {
		if (has_line(&rows->items[i], line, len))
			return;
	}
	for (size_t i = row; i < rows->count; i++) {
		if (!has_line(&rows->items[i], line, len))
			continue;
		buf_printf(&who, "%s%s", count++ > 0 ? ", " : "",
		    rows->items[i].worker->id);
	}
	if (count == rows->count)
		cmd_note(call, L("attention : %.*s", "warning: %.*s"), (int)len,
		    line);
	else
		cmd_note(call, L("attention : %s : %.*s", "warning: %s: %.*s"),
		    buf_text(&who), (int)len, line);
	buf_free(&who);
}

static void warn_rows(struct call *call, const struct acts_rows *rows)
{
	cmd_warn(call, buf_text(&rows->warnings));
	for (size_t i = 0; i < rows->count; i++) {
		const char *at = buf_text(&rows->items[i].warnings);

		while (*at != '\0') {
			size_t len = strcspn(at, "\n");

			warn_line(call, rows, i, at, len);
			at += len + (at[len] == '\n');
		}
	}
}

static int tell_rows(
    struct call *call, const struct acts_rows *rows, struct err *err)
{
	warn_rows(call, rows);
	if (cmd_json(call))
		return tell_json(call, rows, err);
	for (size_t i = 0; i < rows->count; i++)
		cmd_hours_text(
		    call->out, &rows->items[i], opt_given(call, "dry-run"));
	if (rows->count == 0)
		buf_add_text(call->out,
		    L("rien à faire : chacun a déjà sa réponse\n",
			"nothing to do: everybody has an answer already\n"));
	return buf_check(call->out, err);
}

/* ---- an act under way ---- */

int cmd_hours_begin(struct call *call, struct cmd_hours *out, struct err *err)
{
	memset(out, 0, sizeof(*out));
	out->call = (struct acts_call){
	    .save = &out->work.save,
	    .roster = &out->work.roster,
	    .person = opt_value(call, "as"),
	    .note = opt_value(call, "note"),
	    .reason = opt_value(call, "reason"),
	};
	return cmd_begin(call, &out->work, err);
}

int cmd_hours_finish(
    struct call *call, struct cmd_hours *hours, int rc, struct err *err)
{
	if (rc == 0)
		rc = cmd_commit(call, &hours->work, err);
	if (rc == 0)
		rc = tell_rows(call, &hours->rows, err);
	acts_rows_clear(&hours->rows);
	cmd_end(&hours->work);
	return rc;
}
