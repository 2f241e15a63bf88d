/* What is done to a month: checked, closed, declared, reopened, adjusted. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "server/closing.h"
#include "server/cmd.h"
#include "server/cmd_month.h"
#include "server/declare/declare.h"
#include "server/month.h"
#include "shared/date.h"
#include "shared/lang.h"
#include "shared/text.h"

/* clang-format off */
#define SOME {"structure", 0, "S", "une seule structure", \
	"one structure alone"}
#define ONE {"structure", OPT_REQUIRED, "S", "la structure", "the structure"}
#define AS {"as", 0, "USER", "au nom de qui (à la console)", \
	"on whose behalf (at the console)"}
#define SEEN {"seen", 0, "VERSION", "les chiffres lus (leur « seen »)", \
	"the figures that were read (their \"seen\")"}
#define END {NULL, 0, NULL, NULL, NULL}

const struct opt cmd_month_some_options[] = {SOME, END};
const struct opt cmd_month_one_options[] = {ONE, END};
const struct opt cmd_month_check_options[] = {SOME, AS, SEEN, END};

const struct opt cmd_month_close_options[] = {SOME, AS, SEEN,
    {"exception", 0, "R", "clore malgré ce qui manque, pour ce motif",
	"close despite what is missing, for this reason"},
    END};

const struct opt cmd_month_declare_options[] = {ONE, AS, SEEN,
    {"file-hash", 0, "H", "SHA-256 du fichier envoyé",
	"SHA-256 of the file that was sent"},
    END};

const struct opt cmd_month_reopen_options[] = {ONE, AS, SEEN,
    {"reason", 0, "R", "motif, 10 lettres au moins",
	"reason, 10 letters at least"},
    {"second", 0, "P", "la seconde personne, à vos côtés : rouvre tout de suite",
	"the second person, beside you: reopens at once"},
    {"confirm", OPT_FLAG, NULL, "confirmer la demande d'une autre personne",
	"confirm another person's request"},
    {"withdraw", OPT_FLAG, NULL, "retirer la demande",
	"take the request back"},
    {"exception", 0, "R", "clore malgré ce qui manque, pour ce motif",
	"close despite what is missing, for this reason"},
    END};

const struct opt cmd_month_adjust_options[] = {ONE, AS, SEEN,
    {"reason", OPT_REQUIRED, "R", "motif", "reason"},
    END};
/* clang-format on */

static const char *structure_of(const struct call *call)
{
	return opt_value(call, "structure");
}

static const char *seen_of(const struct call *call)
{
	return opt_value(call, "seen");
}

/* ---- on whose behalf ---- */

/* At the console's shell somebody may be named: the console signs all the
 * same. An account that has logged in speaks for itself. */
struct speaking {
	struct office *office;
	struct signer signer;
	bool named;
};

static int speak_as(
    struct speaking *speaking, const struct call *call, struct err *err)
{
	struct office *office = cmd_office(call);
	const char *as = opt_value(call, "as");
	int rc;

	memset(speaking, 0, sizeof(*speaking));
	speaking->office = office;
	if (as == NULL)
		return 0;
	if (office->signer != NULL)
		return err_set(err, E_USAGE,
		    L("--as : seulement à la console du serveur",
			"--as: at the server's console only"));
	if ((rc = text_check_id(as, err)) < 0)
		return rc;
	speaking->named = true;
	speaking->signer.key = office->console;
	memcpy(speaking->signer.device, office->console_device, DEVICE_TEXT);
	text_copy(speaking->signer.person, sizeof(speaking->signer.person), as);
	text_copy(
	    speaking->signer.name, sizeof(speaking->signer.name), "console");
	speaking->signer.structures = SIGNER_ALL;
	office->signer = &speaking->signer;
	return 0;
}

static void speak_end(struct speaking *speaking)
{
	if (speaking->named)
		speaking->office->signer = NULL;
	crypto_wipe(&speaking->signer.key, sizeof(speaking->signer.key));
}

/* ---- only what has begun ---- */

static void this_month(const struct call *call, char out[MONTH_TEXT])
{
	char day[DATE_TEXT];
	struct date today;

	date_local(os_now_s(cmd_office(call)->os), &today);
	date_format(&today, day);
	(void)snprintf(out, MONTH_TEXT, "%.7s", day);
}

static int check_begun(const struct call *call, struct err *err)
{
	char now[MONTH_TEXT];

	this_month(call, now);
	if (strcmp(call->args[0], now) <= 0)
		return 0;
	return err_set(err, E_INVALID,
	    L("le mois %.7s n'a pas commencé : il n'y a rien à contrôler ni à "
	      "clore",
		"month %.7s has not begun: there is nothing to check or "
		"close"),
	    call->args[0]);
}

/* An account closes what runs for a reason alone: the days to come have no
 * hours yet. At the console it is told beside what was closed. */
static int check_over(const struct call *call, struct err *err)
{
	char now[MONTH_TEXT];

	this_month(call, now);
	if (strcmp(call->args[0], now) != 0 ||
	    cmd_office(call)->signer == NULL || opt_given(call, "as") ||
	    opt_given(call, "exception"))
		return 0;
	return err_set(err, E_INVALID,
	    L("le mois %.7s n'est pas fini : pour le clore quand même, "
	      "structure par structure, --exception et un motif",
		"month %.7s is not over: to close it all the same, one "
		"structure at a time, --exception and a reason"),
	    call->args[0]);
}

static void tell_running(struct call *call)
{
	char now[MONTH_TEXT];

	this_month(call, now);
	if (strcmp(call->args[0], now) == 0)
		buf_printf(call->out,
		    L("  attention, le mois %s n'est pas fini\n",
			"  note, month %s is not over\n"),
		    call->args[0]);
}

/* Run ${act} as whoever was named. */
static int act_as(struct call *call,
    int (*act)(struct call *call, struct err *err), struct err *err)
{
	struct speaking speaking;
	int rc;

	if ((rc = cmd_check_month(call->args[0], err)) < 0 ||
	    (rc = speak_as(&speaking, call, err)) < 0)
		return rc;
	rc = act(call, err);
	speak_end(&speaking);
	return rc;
}

/* ---- month status ---- */

static const char *state_text(const char *state)
{
	if (strcmp(state, "checked") == 0)
		return L("contrôlé", "checked");
	if (strcmp(state, "signed") == 0)
		return L("émargé", "signed");
	if (strcmp(state, "closed") == 0)
		return L("clos", "closed");
	if (strcmp(state, "declared") == 0)
		return L("déclaré", "declared");
	return L("ouvert", "open");
}

static const struct {
	const char *why;
	const char *fr, *en;
} blockers[] = {
    {"contested", "contestés", "contested"},
    {"doubled", "payés deux fois", "paid twice"},
    {"missing", "sans valeur", "missing"},
    {"unknown", "sur aucune liste", "on no list"},
};

static void add_blockers(struct buf *out, const json_t *counts)
{
	for (size_t i = 0; i < sizeof(blockers) / sizeof(blockers[0]); i++) {
		int64_t count = json_int(counts, blockers[i].why, 0);

		if (count > 0)
			buf_printf(out, "%s%s %" PRId64,
			    out->len > 0 ? ", " : "",
			    L(blockers[i].fr, blockers[i].en), count);
	}
}

static void cell_blockers(struct table *table, const json_t *counts)
{
	struct buf text = BUF_INIT;

	add_blockers(&text, counts);
	table_buf(table, &text);
	buf_free(&text);
}

static void cell_signoffs(struct table *table, const json_t *counts)
{
	struct buf text = BUF_INIT;
	int64_t stale = json_int(counts, "stale", 0);
	int64_t disagree = json_int(counts, "disagree", 0);

	buf_printf(&text, "%" PRId64 "/%" PRId64, json_int(counts, "done", 0),
	    json_int(counts, "total", 0));
	if (stale > 0)
		buf_printf(&text,
		    L(", à re-signer %" PRId64, ", to sign again %" PRId64),
		    stale);
	if (disagree > 0)
		buf_printf(&text,
		    L(", pas d'accord %" PRId64, ", disagree %" PRId64),
		    disagree);
	table_buf(table, &text);
	buf_free(&text);
}

/* What is said beside the state. */
static void cell_remark(struct table *table, const json_t *row)
{
	const json_t *late = json_object_get(row, "late");
	const json_t *declared = json_object_get(row, "declared");
	struct buf text = BUF_INIT;

	if (json_is_true(
		json_object_get(json_object_get(row, "checked"), "stale")) &&
	    json_int(row, "version", 0) == 0)
		buf_add_text(&text,
		    L("à contrôler de nouveau ", "to be checked again "));
	if (json_int(late, "proposals", 0) > 0)
		buf_printf(&text,
		    L("arrivées après clôture : %" PRId64 " ",
			"came after the closing: %" PRId64 " "),
		    json_int(late, "proposals", 0));
	if (json_is_object(declared) &&
	    !json_is_true(json_object_get(declared, "current")))
		buf_add_text(&text,
		    L("à déclarer de nouveau ", "to be declared again "));
	if (json_is_object(json_object_get(row, "reopening")))
		buf_add_text(
		    &text, L("réouverture demandée", "reopening asked for"));
	table_buf(table, &text);
	buf_free(&text);
}

static void fill_status(struct table *table, const json_t *rows)
{
	table_column(table, L("Structure", "Structure"), OUT_TEXT);
	table_column(table, L("État", "State"), OUT_TEXT);
	table_column(table, L("Version", "Version"), OUT_INT);
	table_column(table, L("À régler", "To settle"), OUT_TEXT);
	table_column(table, L("Émargés", "Signed off"), OUT_TEXT);
	table_column(table, L("Remarques", "Remarks"), OUT_TEXT);
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);

		table_row(table);
		table_text(table, json_text(row, "structure"));
		table_text(
		    table, json_is_true(json_object_get(row, "empty"))
			       ? L("rien ce mois-là", "nothing that month")
			       : state_text(json_text(row, "state")));
		table_int(table, json_int(row, "version", 0));
		cell_blockers(table, json_object_get(row, "blockers"));
		cell_signoffs(table, json_object_get(row, "signoffs"));
		cell_remark(table, row);
	}
}

int cmd_month_status(struct call *call, struct err *err)
{
	json_t *rows = NULL;
	int rc;

	if ((rc = cmd_check_month(call->args[0], err)) < 0 ||
	    (rc = month_status(cmd_office(call), call->args[0],
		 structure_of(call), &rows, err)) < 0)
		return rc;
	for (size_t i = 0; rc == 0 && i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);

		rc = cmd_month_add_names(cmd_office(call),
		    json_text(row, "structure"),
		    json_object_get(row, "waiting"), err);
	}
	if (rc < 0) {
		json_decref(rows);
		return rc;
	}
	if (cmd_json(call))
		return json_print(call->out,
		    json_pack("{s:i, s:s, s:o}", "schema", 1, "month",
			call->args[0], "rows", rows),
		    err);
	return cmd_rows(call, rows,
	    L("Aucune structure : « import structures ».",
		"No structure: \"import structures\"."),
	    fill_status, err);
}

/* ---- month check ---- */

static int run_check(struct call *call, struct err *err)
{
	size_t written = 0;
	int rc;

	if ((rc = check_begun(call, err)) < 0)
		return rc;
	rc = month_check(cmd_office(call), call->args[0], structure_of(call),
	    seen_of(call), &written, err);

	if (rc < 0)
		return rc;
	if (cmd_json(call))
		buf_printf(
		    call->out, "{\"schema\":1,\"written\":%zu}\n", written);
	else if (written == 0)
		buf_add_text(call->out, L("Rien de neuf : déjà contrôlé.\n",
					    "Nothing new: checked already.\n"));
	else
		buf_printf(call->out,
		    L("Mois %s contrôlé : %zu structure(s). Tout changement le "
		      "dira à revoir.\n",
			"Month %s checked: %zu structure(s). Any change will "
			"say so.\n"),
		    call->args[0], written);
	return buf_check(call->out, err);
}

int cmd_month_check(struct call *call, struct err *err)
{
	return act_as(call, run_check, err);
}

/* ---- month close ---- */

static json_t *closed_json(const char *month, const json_t *show)
{
	const json_t *total =
	    json_object_get(json_object_get(show, "total"), "minutes");

	return json_pack("{s:i, s:s, s:[{s:s, s:I, s:I, s:I}], s:[], s:[],"
			 " s:[], s:[], s:O}",
	    "schema", 1, "month", month, "closed", "structure",
	    json_text(show, "structure"), "version",
	    (json_int_t)json_int(show, "version", 0), "minutes",
	    (json_int_t)json_int(total, "closed", 0), "workers",
	    (json_int_t)json_array_size(json_object_get(show, "rows")),
	    "refused", "changed", "already", "empty", "closing", show);
}

static void tell_figures(struct call *call, const json_t *show)
{
	buf_printf(call->out,
	    L("Mois %s de %s clos, version %" PRId64 " : ",
		"Month %s of %s closed, version %" PRId64 ": "),
	    call->args[0], structure_of(call), json_int(show, "version", 0));
	cmd_month_add_duration(call->out,
	    json_int(json_object_get(json_object_get(show, "total"), "minutes"),
		"closed", 0));
	buf_printf(call->out,
	    L(" payables, %zu salariés. Ce qui viendra ensuite : « month late "
	      "».\n",
		" payable, %zu workers. What comes from now on: \"month "
		"late\".\n"),
	    json_array_size(json_object_get(show, "rows")));
}

/* The figures that were just fixed, shown to who fixed them. */
static int tell_closed(struct call *call, struct err *err)
{
	json_t *show = NULL, *told = NULL, *closed;
	int rc = closing_show(
	    cmd_office(call), structure_of(call), call->args[0], &show, err);

	if (rc < 0)
		return rc;
	if ((told = closed_json(call->args[0], show)) == NULL) {
		rc = err_nomem(err);
		goto out;
	}
	closed = json_object_get(told, "closed");
	if ((rc = cmd_month_add_doubts(
		 cmd_office(call), call->args[0], closed, err)) < 0)
		goto out;
	if (cmd_json(call)) {
		rc = json_print(call->out, json_incref(told), err);
		goto out;
	}
	tell_figures(call, show);
	cmd_month_tell_doubts(call->out, json_array_get(closed, 0));
	tell_running(call);
	rc = buf_check(call->out, err);
out:
	json_decref(told);
	json_decref(show);
	return rc;
}

static void tell_refused(struct buf *out, const json_t *row)
{
	const json_t *first = json_object_get(row, "first");
	struct buf why = BUF_INIT;

	add_blockers(&why, json_object_get(row, "blockers"));
	buf_printf(out, L("%s : non clos (%s", "%s: not closed (%s"),
	    json_text(row, "structure"), buf_text(&why));
	buf_free(&why);
	for (size_t i = 0; i < json_array_size(first); i++) {
		const json_t *item = json_array_get(first, i);

		buf_printf(out, "%s%s %s %s", i == 0 ? L(" : ", ": ") : ", ",
		    json_text(item, "worker"), json_text(item, "day"),
		    json_text(item, "slot"));
	}
	buf_add_text(out, ")\n");
}

static void tell_names(struct buf *out, const char *text, const json_t *names)
{
	for (size_t i = 0; i < json_array_size(names); i++)
		buf_printf(out, "%s%s%s", i == 0 ? text : ", ",
		    i == 0 ? L(" : ", ": ") : "",
		    json_string_value(json_array_get(names, i)));
	if (json_array_size(names) > 0)
		buf_add_char(out, '\n');
}

static void tell_all(struct buf *out, const json_t *all)
{
	const json_t *closed = json_object_get(all, "closed");
	const json_t *refused = json_object_get(all, "refused");

	for (size_t i = 0; i < json_array_size(closed); i++) {
		const json_t *row = json_array_get(closed, i);

		buf_printf(out,
		    L("%s : clos, version %" PRId64 ", ",
			"%s: closed, version %" PRId64 ", "),
		    json_text(row, "structure"), json_int(row, "version", 0));
		cmd_month_add_duration(out, json_int(row, "minutes", 0));
		buf_printf(out,
		    L(", %" PRId64 " salariés\n", ", %" PRId64 " workers\n"),
		    json_int(row, "workers", 0));
		cmd_month_tell_doubts(out, row);
	}
	for (size_t i = 0; i < json_array_size(refused); i++)
		tell_refused(out, json_array_get(refused, i));
	tell_names(out,
	    L("changé depuis que vous l'avez lu, non clos",
		"changed since you read it, not closed"),
	    json_object_get(all, "changed"));
	tell_names(out, L("déjà clos", "closed already"),
	    json_object_get(all, "already"));
	tell_names(out, L("rien ce mois-là", "nothing that month"),
	    json_object_get(all, "empty"));
}

static int refuse_changed(const json_t *names, struct err *err)
{
	struct buf list = BUF_INIT;

	tell_names(&list,
	    L("rien n'est clos, ceci a changé depuis que vous "
	      "l'avez lu",
		"nothing is closed, this has changed since you "
		"read it"),
	    names);
	if (list.len > 0 && !list.failed)
		list.len--;
	(void)err_set(err, E_CONFLICT,
	    L("%.*s. Relisez, puis recommencez",
		"%.*s. Read it again, then do it again"),
	    (int)list.len, buf_text(&list));
	buf_free(&list);
	return E_CONFLICT;
}

/* 3 when some are closed and some are not; 12 when none could be. */
static int judge(const json_t *all, const char *month, struct err *err)
{
	size_t closed = json_array_size(json_object_get(all, "closed"));
	size_t refused = json_array_size(json_object_get(all, "refused"));
	size_t changed = json_array_size(json_object_get(all, "changed"));

	if (refused + changed == 0)
		return 0;
	if (closed == 0 && changed > 0)
		return refuse_changed(json_object_get(all, "changed"), err);
	if (closed == 0)
		return err_set(err, E_BLOCKED,
		    L("le mois %s n'est prêt dans aucune structure (%zu à "
		      "régler) : « month blockers » dit ce qui l'empêche",
			"month %s is ready in no structure (%zu to settle): "
			"\"month blockers\" tells what stands in the way"),
		    month, refused);
	return err_set(err, E_PARTIAL,
	    L("mois %s : clos dans %zu structure(s), pas encore prêt dans %zu",
		"month %s: closed in %zu structure(s), not ready yet in %zu"),
	    month, closed, refused + changed);
}

static int close_all(struct call *call, struct err *err)
{
	const char *month = call->args[0];
	json_t *all = NULL, *shown;
	int rc;

	if (opt_given(call, "exception"))
		return err_set(err, E_USAGE,
		    L("--exception va avec --structure : un motif vaut pour "
		      "une structure",
			"--exception goes with --structure: a reason is one "
			"structure's"));
	if ((rc = closing_make_all(
		 cmd_office(call), month, seen_of(call), &all, err)) < 0)
		return rc;
	if ((rc = cmd_month_add_doubts(cmd_office(call), month,
		 json_object_get(all, "closed"), err)) < 0) {
		json_decref(all);
		return rc;
	}
	if (cmd_json(call)) {
		shown = json_pack("{s:i, s:s, s:O, s:O, s:O, s:O, s:O}",
		    "schema", 1, "month", month, "closed",
		    json_object_get(all, "closed"), "refused",
		    json_object_get(all, "refused"), "changed",
		    json_object_get(all, "changed"), "already",
		    json_object_get(all, "already"), "empty",
		    json_object_get(all, "empty"));
		rc = json_print(call->out, shown, err);
	} else {
		tell_all(call->out, all);
		if (json_array_size(json_object_get(all, "closed")) > 0)
			tell_running(call);
		rc = buf_check(call->out, err);
	}
	if (rc == 0)
		rc = judge(all, month, err);
	json_decref(all);
	return rc;
}

static int run_close(struct call *call, struct err *err)
{
	int rc;

	if ((rc = check_begun(call, err)) < 0 ||
	    (rc = check_over(call, err)) < 0)
		return rc;
	if (structure_of(call) == NULL)
		return close_all(call, err);
	rc = closing_make(cmd_office(call), structure_of(call), call->args[0],
	    opt_value(call, "exception"), seen_of(call), err);
	return rc < 0 ? rc : tell_closed(call, err);
}

int cmd_month_close(struct call *call, struct err *err)
{
	return act_as(call, run_close, err);
}

/* ---- month declare ---- */

/* How many of the rows have no annex. */
static int count_without(struct call *call, int64_t *count, struct err *err)
{
	json_t *rows = NULL;
	int rc = declare_rows(
	    cmd_office(call), structure_of(call), call->args[0], &rows, err);

	*count = json_int(json_object_get(rows, "total"), "no_annex", 0);
	json_decref(rows);
	return rc;
}

static int run_declare(struct call *call, struct err *err)
{
	bool changed = false;
	int64_t without = 0;
	int rc =
	    declare_make(cmd_office(call), structure_of(call), call->args[0],
		opt_value(call, "file-hash"), seen_of(call), &changed, err);

	if (rc < 0 || (rc = count_without(call, &without, err)) < 0)
		return rc;
	if (cmd_json(call))
		return json_print(call->out,
		    json_pack("{s:i, s:b, s:I}", "schema", 1, "changed",
			changed, "no_annex", (json_int_t)without),
		    err);
	buf_printf(call->out,
	    changed
		? L("Mois %s de %s : déclaré.\n", "Month %s of %s: declared.\n")
		: L("Mois %s de %s : déjà déclaré ainsi.\n",
		      "Month %s of %s: declared so already.\n"),
	    call->args[0], structure_of(call));
	if (without > 0)
		buf_printf(call->out,
		    L("  attention, lignes sans annexe : %" PRId64
		      " (« annex attach » les rattache ; il faudra déclarer "
		      "de nouveau)\n",
			"  note, rows without annex: %" PRId64
			" (\"annex attach\" puts them under one; then declare "
			"again)\n"),
		    without);
	return buf_check(call->out, err);
}

int cmd_month_declare(struct call *call, struct err *err)
{
	return act_as(call, run_declare, err);
}

/* ---- month reopen ---- */

static int need_reason(const struct call *call, struct err *err)
{
	if (opt_given(call, "reason"))
		return 0;
	return err_set(err, E_USAGE,
	    L("il manque --reason : pourquoi rouvrir ?",
		"--reason is missing: why reopen?"));
}

/* Two people at one shell, the second one named. */
static int reopen_at_once(struct call *call, struct err *err)
{
	struct office *office = cmd_office(call);
	const struct closing_reopening reopening = {
	    .reason = opt_value(call, "reason"),
	    .first = opt_value(call, "as"),
	    .second = opt_value(call, "second"),
	    .exception = opt_value(call, "exception"),
	    .seen = seen_of(call),
	};
	int rc;

	if (office->signer != NULL && reopening.first == NULL)
		return err_set(err, E_FORBIDDEN,
		    L("la seconde personne confirme par son propre compte",
			"the second person confirms by his or her own "
			"account"));
	if ((rc = need_reason(call, err)) < 0 ||
	    (rc = month_reason_check(reopening.reason, err)) < 0)
		return rc;
	if (reopening.first != NULL &&
	    text_same(reopening.first, reopening.second))
		return err_set(err, E_INVALID,
		    L("--second : une autre personne que --as",
			"--second: another person than --as"));
	if ((rc = closing_reopen(office, structure_of(call), call->args[0],
		 &reopening, err)) < 0)
		return rc;
	return tell_closed(call, err);
}

static int tell_asked(struct call *call, bool asked, struct err *err)
{
	if (cmd_json(call))
		return json_print(call->out,
		    json_pack("{s:i, s:s}", "schema", 1, "reopening",
			asked ? "asked" : "withdrawn"),
		    err);
	if (asked)
		buf_printf(call->out,
		    L("Mois %s de %s : réouverture demandée. Une autre "
		      "personne la confirme : « month reopen --confirm ».\n",
			"Month %s of %s: reopening asked for. Another person "
			"confirms it: \"month reopen --confirm\".\n"),
		    call->args[0], structure_of(call));
	else
		buf_printf(call->out,
		    L("Mois %s de %s : demande retirée.\n",
			"Month %s of %s: request taken back.\n"),
		    call->args[0], structure_of(call));
	return buf_check(call->out, err);
}

static int run_reopen(struct call *call, struct err *err)
{
	struct office *office = cmd_office(call);
	const char *month = call->args[0];
	const char *structure = structure_of(call);
	const char *reason = opt_value(call, "reason");
	int rc;

	if (opt_given(call, "confirm") + opt_given(call, "withdraw") +
		opt_given(call, "second") >
	    1)
		return err_set(err, E_USAGE,
		    L("--second, --confirm ou --withdraw : un seul des trois",
			"--second, --confirm or --withdraw: one of the "
			"three"));
	if (opt_given(call, "second"))
		return reopen_at_once(call, err);
	if (opt_given(call, "confirm")) {
		rc = month_reopening_confirm(office, structure, month,
		    opt_value(call, "exception"), seen_of(call), err);
		return rc < 0 ? rc : tell_closed(call, err);
	}
	if ((rc = need_reason(call, err)) < 0)
		return rc;
	if (opt_given(call, "withdraw")) {
		rc = month_reopening_withdraw(
		    office, structure, month, reason, err);
		return rc < 0 ? rc : tell_asked(call, false, err);
	}
	rc = month_reopening_ask(office, structure, month, reason, err);
	return rc < 0 ? rc : tell_asked(call, true, err);
}

int cmd_month_reopen(struct call *call, struct err *err)
{
	return act_as(call, run_reopen, err);
}

/* ---- month adjust ---- */

static int run_adjust(struct call *call, struct err *err)
{
	int64_t written = 0;
	int rc =
	    closing_adjust(cmd_office(call), structure_of(call), call->args[0],
		opt_value(call, "reason"), seen_of(call), &written, err);

	if (rc < 0)
		return rc;
	if (cmd_json(call))
		buf_printf(call->out,
		    "{\"schema\":1,\"written\":%" PRId64 "}\n", written);
	else
		buf_printf(call->out,
		    L("Ajustements écrits : %" PRId64 ".\n",
			"Adjustments written: %" PRId64 ".\n"),
		    written);
	return buf_check(call->out, err);
}

int cmd_month_adjust(struct call *call, struct err *err)
{
	return act_as(call, run_adjust, err);
}
