#include <inttypes.h>
#include <string.h>

#include "agent/acts_signoff.h"
#include "agent/cmd.h"
#include "agent/month.h"
#include "agent/past.h"
#include "shared/kind.h"
#include "shared/lang.h"

/* clang-format off */
#define OPTS_MONTH                                                             \
	{"worker", OPT_REQUIRED, "W", "la personne : identifiant ou nom",      \
	    "the person: identifier or name"},                                 \
	{"month", OPT_REQUIRED, "M", "le mois, 2026-11",                       \
	    "the month, 2026-11"},                                             \
	{"structure", 0, "S", "la structure, si deux ont cet identifiant",     \
	    "the structure, if two have this identifier"}

const struct opt cmd_signoff_show_options[] = {
    OPTS_MONTH,
    {NULL, 0, NULL, NULL, NULL}
};
const struct opt cmd_signoff_add_options[] = {
    OPTS_MONTH,
    {"sum", OPT_REQUIRED, "HASH",
	"l'empreinte de ce qui a été montré (« signoff show »)",
	"the hash of what was shown (\"signoff show\")"},
    {"answer", OPT_REQUIRED, "A", "agree (d'accord) ou disagree (pas d'accord)",
	"agree or disagree"},
    {"how", OPT_REQUIRED, "H", "finger (au doigt), pin (code) ou paper (papier)",
	"finger, pin or paper"},
    {"stroke", 0, "PATH", "le tracé du doigt, M10 20L30 40",
	"the finger's path, M10 20L30 40"},
    {"pin", 0, "DIGITS", "le code que la personne tape ; il n'est pas gardé",
	"the digits that the person types; they are not kept"},
    {"reason", 0, "R", "pourquoi pas d'accord", "why they disagree"},
    {"lang", 0, "L", "la langue dans laquelle c'était montré",
	"the language in which it was shown"},
    {"as", 0, "SUPERVISOR", "qui fait signer : identifiant ou nom",
	"who asks for it: identifier or name"},
    {"dry-run", OPT_FLAG, NULL, "vérifie sans rien enregistrer",
	"checks without recording anything"},
    {NULL, 0, NULL, NULL, NULL}
};
/* clang-format on */

static int read_month(
    const struct call *call, char out[MONTH_TEXT], struct err *err)
{
	char first[DATE_TEXT], last[DATE_TEXT];

	if (date_parse_month(opt_value(call, "month"), first, last, err) < 0)
		return cmd_blame(call, "month", err);
	text_copy(out, MONTH_TEXT, first);
	return 0;
}

/* Homonyms are told apart as those of the month are. */
static int find_worker(const struct call *call, const struct roster *roster,
    const char *month, const struct roster_item **out, struct err *err)
{
	const char *structure = opt_value(call, "structure");
	char first[DATE_TEXT], last[DATE_TEXT];
	int rc = date_parse_month(month, first, last, err);

	return rc < 0 ? rc
	              : roster_worker(roster, opt_value(call, "worker"),
			    structure != NULL ? structure : "", last, out, err);
}

/* ---- show ---- */

struct showing {
	struct agent agent;
	struct roster roster;
	char month[MONTH_TEXT];
	const struct roster_item *worker;
	struct signoff_sheet sheet;
	struct signoff signoff;
};

static const char *label_of(const struct signoff_row *row)
{
	const struct kind *kind = kind_by_slug(row->kind);

	if (strcmp(row->state, "contested") == 0)
		return L("contesté : le bureau décide",
		    "contested: the office decides");
	if (strcmp(row->state, "void") == 0)
		return L("annulé", "cancelled");
	return kind != NULL ? kind_label(kind) : row->kind;
}

static json_t *rows_json(const struct signoff_sheet *sheet)
{
	json_t *rows = json_array();

	for (size_t i = 0; rows != NULL && i < sheet->count; i++) {
		const struct signoff_row *row = &sheet->rows[i];

		if (signoff_row_is_shown(row) &&
		    json_array_append_new(rows,
			json_pack("{s:s,s:s,s:s,s:s,s:I,s:s,s:s,s:s}", "day",
			    row->day, "slot", row->slot, "state", row->state,
			    "label", label_of(row), "minutes",
			    (json_int_t)row->minutes, "kind", row->kind, "site",
			    row->site, "activity", row->activity)) < 0) {
			json_decref(rows);
			return NULL;
		}
	}
	return rows;
}

/* What the finger drew, for the printed sheet: the member "stroke". */
static int put_stroke(
    json_t *out, const struct showing *showing, struct err *err)
{
	const struct signoff_sheet *sheet = &showing->sheet;
	const struct past_entry *at;
	char record[RECORD_KEY_MAX];
	struct past past;
	int rc;

	record_key_make(record, SIGNOFF_FAMILY, sheet->worker, sheet->month);
	rc = past_load(&past, showing->agent.db, sheet->structure, record, err);
	if (rc == 0) {
		at = past_find(&past, &showing->signoff.hash);
		if (!json_put_text(out, "stroke",
			at != NULL && at->json != NULL
			    ? json_text(at->json, "stroke")
			    : ""))
			rc = err_nomem(err);
	}
	past_clear(&past);
	return rc;
}

static int answer_json(
    struct call *call, const struct showing *showing, struct err *err)
{
	const struct signoff_sheet *sheet = &showing->sheet;
	json_t *said = month_signoff_json(&showing->signoff);
	char name[ROSTER_NAME_TEXT], sum[HASH_TEXT];
	int rc = put_stroke(said, showing, err);

	if (rc < 0) {
		json_decref(said);
		return rc;
	}
	roster_name(showing->worker, name);
	hash_hex(&sheet->sum, sum);
	return cmd_answer(call,
	    json_pack("{s:i,s:s,s:s,s:s,s:s,s:o,s:o,s:I,s:I,s:o,s:i,s:s,s:o}",
		"schema", 1, "structure", sheet->structure, "worker",
		sheet->worker, "name", name, "month", sheet->month, "rows",
		rows_json(sheet), "totals", month_kinds(sheet), "payable",
		(json_int_t)sheet->payable, "days", (json_int_t)sheet->days,
		"covers", signoff_covers(sheet), "text", SIGNOFF_TEXT, "sum",
		sum, "signed", said),
	    err);
}

static void add_rows(struct table *table, const struct signoff_sheet *sheet)
{
	for (size_t i = 0; i < sheet->count; i++) {
		const struct signoff_row *row = &sheet->rows[i];

		if (!signoff_row_is_shown(row))
			continue;
		table_row(table);
		table_text(table, row->day);
		table_text(table, row->slot);
		table_int(table, row->minutes);
		table_text(table, label_of(row));
		table_text(table, row->site);
		table_text(table, row->activity);
	}
}

static void add_signed(struct buf *out, const struct signoff *signoff)
{
	switch (signoff->state) {
	case SIGNOFF_IS_NONE:
		buf_add_text(out, L("pas encore signé\n", "not signed yet\n"));
		return;
	case SIGNOFF_IS_AGREED:
		buf_printf(out, L("d'accord, le %s\n", "agreed, on %s\n"),
		    signoff->at);
		return;
	case SIGNOFF_IS_DISAGREED:
		buf_printf(out,
		    L("pas d'accord, le %s : %s\n", "disagrees, on %s: %s\n"),
		    signoff->at, signoff->reason);
		return;
	case SIGNOFF_IS_STALE:
		buf_printf(out,
		    L("à re-signer : des heures ont changé depuis le %s\n",
			"to be signed again: hours have changed since %s\n"),
		    signoff->at);
		return;
	}
}

static int answer_text(
    struct call *call, const struct showing *showing, struct err *err)
{
	const struct signoff_sheet *sheet = &showing->sheet;
	char name[ROSTER_NAME_TEXT], payable[DURATION_TEXT], sum[HASH_TEXT];
	struct table *table = NULL;
	int rc = table_new(&table, err);

	if (rc < 0)
		return rc;
	table_column(table, L("Jour", "Day"), OUT_TEXT);
	table_column(table, L("Créneau", "Slot"), OUT_TEXT);
	table_column(table, L("Durée", "Time"), OUT_MINUTES);
	table_column(table, L("Type", "Kind"), OUT_TEXT);
	table_column(table, L("Chantier", "Site"), OUT_TEXT);
	table_column(table, L("Activité", "Activity"), OUT_TEXT);
	add_rows(table, sheet);
	roster_name(showing->worker, name);
	buf_printf(
	    call->out, "%s, %s, %s\n\n", sheet->worker, name, sheet->month);
	if ((rc = cmd_table(call, table,
		 L("Rien n'est saisi ce mois-là.",
		     "Nothing is recorded that month."),
		 err)) == 0) {
		duration_format(sheet->payable, payable);
		hash_hex(&sheet->sum, sum);
		buf_printf(call->out,
		    L("\nà payer %s, jours travaillés : %" PRId64
		      "\nempreinte %s\n",
			"\npayable %s, days worked: %" PRId64 "\nhash %s\n"),
		    payable, sheet->days, sum);
		add_signed(call->out, &showing->signoff);
		rc = buf_check(call->out, err);
	}
	table_free(table);
	return rc;
}

int cmd_signoff_show(struct call *call, struct err *err)
{
	struct showing showing = {0};
	int rc;

	if ((rc = read_month(call, showing.month, err)) < 0 ||
	    (rc = cmd_open(call, &showing.agent, false, err)) < 0 ||
	    (rc = cmd_roster(call, &showing.agent, &showing.roster, err)) < 0 ||
	    (rc = find_worker(call, &showing.roster, showing.month,
		 &showing.worker, err)) < 0 ||
	    (rc = signoff_sheet_load(&showing.sheet, showing.agent.db,
		 showing.worker->structure, showing.worker->id, showing.month,
		 err)) < 0 ||
	    (rc = signoff_read(
		 &showing.signoff, showing.agent.db, &showing.sheet, err)) < 0)
		goto out;
	rc = cmd_json(call) ? answer_json(call, &showing, err)
	                    : answer_text(call, &showing, err);
out:
	signoff_sheet_clear(&showing.sheet);
	roster_clear(&showing.roster);
	agent_close(&showing.agent);
	return rc;
}

/* ---- add ---- */

static json_t *done_json(const struct roster_item *worker, const char *month,
    const struct acts_signing *signing, const struct acts_signed *done,
    bool dry_run)
{
	char name[ROSTER_NAME_TEXT], hash[HASH_TEXT] = "";

	roster_name(worker, name);
	if (!dry_run || done->already)
		hash_hex(&done->hash, hash);
	return json_pack("{s:i,s:s,s:b,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:I,s:s}",
	    "schema", 1, "outcome", done->already ? "already" : "written",
	    "dry_run", dry_run, "structure", worker->structure, "worker",
	    worker->id, "name", name, "month", month, "answer", signing->answer,
	    "how", signing->how, "person", done->person, "contested",
	    (json_int_t)done->contested, "hash", hash);
}

static int tell(struct call *call, const struct roster_item *worker,
    const struct acts_signing *signing, const struct acts_signed *done,
    struct err *err)
{
	bool dry_run = opt_given(call, "dry-run");
	char name[ROSTER_NAME_TEXT];

	if (done->contested > 0)
		cmd_note(call,
		    L("attention : %zu demi-journées contestées sont signées "
		      "telles quelles ; ce que le bureau tranchera sera à "
		      "re-signer",
			"warning: %zu contested half-days are signed as they "
			"are; what the office decides will have to be signed "
			"again"),
		    done->contested);
	if (cmd_json(call))
		return cmd_answer(call,
		    done_json(worker, signing->month, signing, done, dry_run),
		    err);
	roster_name(worker, name);
	buf_printf(call->out, "%s, %s, %s%s%s — %s\n", worker->id, name,
	    signing->month, L(" : ", ": "),
	    strcmp(signing->answer, SIGNOFF_AGREE) == 0
		? L("d'accord", "agrees")
		: L("pas d'accord", "disagrees"),
	    done->already ? L("déjà signé ainsi, rien à faire",
				"already signed so, nothing to do")
	    : dry_run ? L("vérifié, pas enregistré", "checked, not recorded")
		      : L("gardé ici", "kept here"));
	return buf_check(call->out, err);
}

int cmd_signoff_add(struct call *call, struct err *err)
{
	struct cmd_work work = {0};
	struct acts_signed done;
	char month[MONTH_TEXT];
	const struct acts_signing signing = {
	    .month = month,
	    .sum = opt_value(call, "sum"),
	    .answer = opt_value(call, "answer"),
	    .how = opt_value(call, "how"),
	    .stroke = opt_value(call, "stroke"),
	    .pin = opt_value(call, "pin"),
	    .reason = opt_value(call, "reason"),
	    .lang = opt_value(call, "lang"),
	    .as = opt_value(call, "as"),
	};
	const struct roster_item *worker;
	int rc;

	if ((rc = read_month(call, month, err)) < 0 ||
	    (rc = cmd_begin(call, &work, err)) < 0 ||
	    (rc = find_worker(call, &work.roster, month, &worker, err)) < 0 ||
	    (rc = acts_signoff(
		 &work.save, &work.roster, worker, &signing, &done, err)) < 0 ||
	    (rc = cmd_commit(call, &work, err)) < 0)
		goto out;
	rc = tell(call, worker, &signing, &done, err);
out:
	cmd_end(&work);
	return rc;
}
