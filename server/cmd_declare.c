/* What is declared, and under which annex. */
#include <inttypes.h>
#include <string.h>

#include "server/cmd.h"
#include "server/cmd_declare.h"
#include "server/cmd_month.h"
#include "server/declare/annex.h"
#include "server/declare/declare.h"
#include "server/month.h"
#include "shared/lang.h"
#include "shared/ledger.h"

/* clang-format off */
const struct opt cmd_declare_options[] = {
    {"structure", 0, "S", "une seule structure", "one structure alone"},
    {NULL, 0, NULL, NULL, NULL}};

const struct opt cmd_annex_list_options[] = {
    {"structure", 0, "S", "une seule structure", "one structure alone"},
    {NULL, 0, NULL, NULL, NULL}};

const struct opt cmd_annex_attach_options[] = {
    {"structure", 0, "S", "la structure, s'il faut la dire",
	"the structure, when it must be said"},
    {"worker", 0, "W", "le salarié (défaut : tous les contrats qui n'en ont pas)",
	"the worker (default: every contract that has none)"},
    {"contract", 0, "C", "un de ses contrats", "one of the worker's contracts"},
    {NULL, 0, NULL, NULL, NULL}};
/* clang-format on */

/* ---- declare ---- */

static int note_name(
    void *context, const struct record_row *row, struct err *err)
{
	return json_array_append_new(context, json_string(row->structure)) < 0
	           ? err_nomem(err)
	           : 0;
}

static int add_structure(
    struct call *call, json_t *list, const char *structure, struct err *err)
{
	struct office *office = cmd_office(call);
	json_t *rows = NULL, *annexes = NULL;
	int rc;

	if ((rc = declare_rows(office, structure, call->args[0], &rows, err)) <
		0 ||
	    (rc = declare_annexes(
		 office, structure, call->args[0], &annexes, err)) < 0)
		goto out;
	if (!json_put(rows, "annexes", json_incref(annexes)) ||
	    json_array_append(list, rows) < 0)
		rc = err_nomem(err);
out:
	json_decref(rows);
	json_decref(annexes);
	return rc;
}

static int add_all(struct call *call, json_t *list, struct err *err)
{
	json_t *names = json_array();
	int rc = names == NULL ? err_nomem(err)
	                       : ledger_family(cmd_office(call)->db, NULL,
				     "structure", note_name, names, err);

	for (size_t i = 0; rc == 0 && i < json_array_size(names); i++)
		rc = add_structure(call, list,
		    json_string_value(json_array_get(names, i)), err);
	json_decref(names);
	return rc;
}

static void cell_duration(struct table *table, int64_t minutes)
{
	struct buf text = BUF_INIT;

	cmd_month_add_duration(&text, minutes);
	table_buf(table, &text);
	buf_free(&text);
}

static const char *why_text(const char *why)
{
	if (strcmp(why, "contract") == 0)
		return L("(sans contrat)", "(no contract)");
	if (strcmp(why, "annex") == 0)
		return L("(sans annexe)", "(no annex)");
	if (strcmp(why, "purged") == 0)
		return L("(effacé)", "(purged)");
	return "";
}

static void add_row(struct table *table, const json_t *place, const json_t *row)
{
	const char *contract = json_text(row, "contract");
	const char *annex = json_text(row, "annex");
	const char *why = why_text(json_text(row, "why"));
	struct buf who = BUF_INIT;

	buf_printf(
	    &who, "%s %s", json_text(row, "worker"), json_text(row, "name"));
	table_row(table);
	table_text(table, json_text(place, "structure"));
	table_buf(table, &who);
	table_text(table, contract[0] != '\0' ? contract : why);
	table_text(table, annex[0] != '\0' ? annex : why);
	cell_duration(table, json_int(row, "minutes", 0));
	table_int(table, json_int(row, "hours", 0));
	table_int(table, json_int(row, "remainder", 0));
	table_int(table, json_int(row, "version", 0));
	table_text(table, json_text(row, "state"));
	buf_free(&who);
}

static void fill_rows(struct table *table, const json_t *list)
{
	table_column(table, L("Structure", "Structure"), OUT_TEXT);
	table_column(table, L("Salarié", "Worker"), OUT_TEXT);
	table_column(table, L("Contrat", "Contract"), OUT_TEXT);
	table_column(table, L("Annexe", "Annex"), OUT_TEXT);
	table_column(table, L("Retenu", "Kept"), OUT_TEXT);
	table_column(table, L("Heures", "Hours"), OUT_INT);
	table_column(table, L("Reste (min)", "Remainder (min)"), OUT_INT);
	table_column(table, L("Version", "Version"), OUT_INT);
	table_column(table, L("État", "State"), OUT_TEXT);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *place = json_array_get(list, i);
		const json_t *rows = json_object_get(place, "rows");

		for (size_t j = 0; j < json_array_size(rows); j++)
			add_row(table, place, json_array_get(rows, j));
	}
}

/* Hundredths as people write them: "12,50". */
static void add_posts(struct buf *out, int64_t hundredths)
{
	buf_printf(out, L("%" PRId64 ",%02" PRId64, "%" PRId64 ".%02" PRId64),
	    hundredths / 100, hundredths % 100);
}

static void tell_annex(struct buf *out, const json_t *annex)
{
	const json_t *month = json_object_get(annex, "month");
	const json_t *period = json_object_get(annex, "period");

	buf_printf(out, "%s : ", json_text(annex, "annex"));
	add_posts(out, json_int(month, "etp", 0));
	buf_add_text(out, L(" ETP ce mois, ", " ETP this month, "));
	add_posts(out, json_int(period, "etp", 0));
	buf_printf(out, L(" depuis %s, pour ", " since %s, for "),
	    json_text(period, "first"));
	add_posts(out, json_int(annex, "etp_posts", 0));
	buf_printf(out,
	    L(" conventionnés (%" PRId64 " h par ETP et par an)\n",
		" agreed (%" PRId64 " h per ETP and year)\n"),
	    json_int(annex, "hours_per_etp", 0));
}

static void tell_place(struct buf *out, const json_t *place)
{
	const json_t *total = json_object_get(place, "total");
	const json_t *annexes = json_object_get(place, "annexes");
	int64_t contracts = json_int(total, "no_contract", 0);
	int64_t without = json_int(total, "no_annex", 0);

	buf_printf(out,
	    L("%s : %" PRId64 " h à déclarer (",
		"%s: %" PRId64 " h to declare ("),
	    json_text(place, "structure"), json_int(total, "hours", 0));
	cmd_month_add_duration(out, json_int(total, "minutes", 0));
	buf_add_text(out, L(" retenues)", " kept)"));
	if (contracts > 0)
		buf_printf(out,
		    L(", %" PRId64 " ligne(s) sans contrat",
			", %" PRId64 " row(s) without contract"),
		    contracts);
	if (without > 0)
		buf_printf(out,
		    L(", %" PRId64 " ligne(s) sans annexe",
			", %" PRId64 " row(s) without annex"),
		    without);
	buf_add_char(out, '\n');
	for (size_t i = 0; i < json_array_size(annexes); i++)
		tell_annex(out, json_array_get(annexes, i));
}

static int tell_table(struct call *call, json_t *list, struct err *err)
{
	struct table *table = NULL;
	int rc = table_new(&table, err);

	if (rc < 0)
		return rc;
	fill_rows(table, list);
	if ((rc = table_check(table, err)) == 0)
		out_terminal(call->out, table);
	table_free(table);
	for (size_t i = 0; rc == 0 && i < json_array_size(list); i++)
		tell_place(call->out, json_array_get(list, i));
	return rc < 0 ? rc : buf_check(call->out, err);
}

int cmd_declare(struct call *call, struct err *err)
{
	const char *structure = opt_value(call, "structure");
	json_t *list = json_array();
	int rc = list == NULL ? err_nomem(err) : 0;

	if (rc == 0 && (rc = cmd_check_month(call->args[0], err)) == 0)
		rc = structure != NULL
		         ? add_structure(call, list, structure, err)
		         : add_all(call, list, err);
	if (rc == 0 && cmd_json(call))
		rc = json_print(call->out,
		    json_pack("{s:i, s:s, s:O}", "schema", 1, "month",
			call->args[0], "structures", list),
		    err);
	else if (rc == 0)
		rc = tell_table(call, list, err);
	json_decref(list);
	return rc;
}

/* ---- annex ---- */

static void cell_posts(struct table *table, int64_t hundredths)
{
	struct buf text = BUF_INIT;

	add_posts(&text, hundredths);
	table_buf(table, &text);
	buf_free(&text);
}

static void fill_annexes(struct table *table, const json_t *rows)
{
	table_column(table, L("Structure", "Structure"), OUT_TEXT);
	table_column(table, L("Annexe", "Annex"), OUT_TEXT);
	table_column(table, L("Mesure", "Measure"), OUT_TEXT);
	table_column(table, L("Du", "From"), OUT_TEXT);
	table_column(table, L("Au", "To"), OUT_TEXT);
	table_column(table, L("Postes ETP", "ETP posts"), OUT_TEXT);
	table_column(table, L("h par ETP", "h per ETP"), OUT_INT);
	table_column(table, L("Contrats", "Contracts"), OUT_INT);
	table_column(table, L("Sans annexe", "Without annex"), OUT_INT);
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);

		table_row(table);
		table_text(table, json_text(row, "structure"));
		table_text(table, json_text(row, "annex"));
		table_text(table, json_text(row, "measure"));
		table_text(table, json_text(row, "start"));
		table_text(table, json_text(row, "end"));
		cell_posts(table, json_int(row, "etp_posts", 0));
		table_int(table, json_int(row, "hours_per_etp", 0));
		table_int(table, json_int(row, "contracts", 0));
		table_int(table, json_int(row, "without", 0));
	}
}

int cmd_annex_list(struct call *call, struct err *err)
{
	json_t *rows = NULL;
	int rc = annex_list(
	    cmd_office(call), opt_value(call, "structure"), &rows, err);

	return rc < 0 ? rc
	              : cmd_rows(call, rows,
			    L("Aucune annexe : « import annexes ».",
				"No annex: \"import annexes\"."),
			    fill_annexes, err);
}

int cmd_annex_attach(struct call *call, struct err *err)
{
	const struct annex_target target = {
	    .worker = opt_value(call, "worker"),
	    .contract = opt_value(call, "contract"),
	};
	size_t written = 0;
	int rc;

	if (target.contract != NULL && target.worker == NULL)
		return err_set(err, E_USAGE,
		    L("--contract va avec --worker : un numéro de contrat est "
		      "celui d'un salarié",
			"--contract goes with --worker: a contract's number is "
			"a worker's"));
	if ((rc = annex_attach(cmd_office(call), opt_value(call, "structure"),
		 call->args[0], &target, &written, err)) < 0)
		return rc;
	if (cmd_json(call))
		buf_printf(
		    call->out, "{\"schema\":1,\"written\":%zu}\n", written);
	else
		buf_printf(call->out,
		    L("Contrats rattachés à %s : %zu.\n",
			"Contracts put under %s: %zu.\n"),
		    call->args[0], written);
	return buf_check(call->out, err);
}
