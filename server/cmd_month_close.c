/* A month closed: in one structure, or wherever it is ready. */
#include <inttypes.h>
#include <string.h>

#include "server/closing.h"
#include "server/cmd.h"
#include "server/cmd_month.h"
#include "shared/date.h"
#include "shared/lang.h"

/* An account closes what runs for a reason alone: the days to come have no
 * hours yet. At the console it is told beside what was closed. */
static int check_over(const struct call *call, struct err *err)
{
	char now[MONTH_TEXT];

	cmd_month_now(call, now);
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

	cmd_month_now(call, now);
	if (strcmp(call->args[0], now) == 0)
		buf_printf(call->out,
		    L("  attention, le mois %s n'est pas fini\n",
			"  note, month %s is not over\n"),
		    call->args[0]);
}

/* ---- one structure ---- */

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
	    call->args[0], cmd_month_structure(call),
	    json_int(show, "version", 0));
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
int cmd_month_tell_closed(struct call *call, struct err *err)
{
	json_t *show = NULL, *told = NULL, *closed;
	int rc = closing_show(cmd_office(call), cmd_month_structure(call),
	    call->args[0], &show, err);

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

/* ---- wherever it is ready ---- */

static void tell_refused(struct buf *out, const json_t *row)
{
	const json_t *first = json_object_get(row, "first");
	struct buf why = BUF_INIT;

	cmd_month_add_blockers(&why, json_object_get(row, "blockers"));
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
		 cmd_office(call), month, cmd_month_seen(call), &all, err)) < 0)
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

	if ((rc = cmd_month_check_begun(call, err)) < 0 ||
	    (rc = check_over(call, err)) < 0)
		return rc;
	if (cmd_month_structure(call) == NULL)
		return close_all(call, err);
	rc = closing_make(cmd_office(call), cmd_month_structure(call),
	    call->args[0], opt_value(call, "exception"), cmd_month_seen(call),
	    err);
	return rc < 0 ? rc : cmd_month_tell_closed(call, err);
}

int cmd_month_close(struct call *call, struct err *err)
{
	return cmd_month_act_as(call, run_close, err);
}
