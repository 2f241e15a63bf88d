/* The preparation of the declaration: rows of server/declare/, the file of
 * server/document/asp.h and a CSV with what a clerk wants beside it. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/contracts.h"
#include "server/declare/declare.h"
#include "server/document/asp.h"
#include "server/export/export.h"
#include "server/import/reference.h"
#include "shared/date.h"
#include "shared/lang.h"

struct asp {
	struct buf file; /* its rows */
	size_t rows;
	int64_t hours;
	int64_t lacking; /* rows without a contract or an annex */
	/* Of the structure at hand. */
	struct contracts *contracts;
	const json_t *declared;
	const char *structure;
};

/* A row's texts. */
struct texts {
	char version[24], hours[24], etp[32];
	char validated[DATE_TEXT], end[DATE_TEXT];
};

static void asp_clear(struct export *ex)
{
	struct asp *asp = ex->state;

	if (asp == NULL)
		return;
	contracts_free(asp->contracts);
	buf_free(&asp->file);
	free(asp);
	ex->state = NULL;
}

/* "2026-11-20…" as 20/11/2026, "" as nothing. */
static void french_day(char out[DATE_TEXT], const char *iso)
{
	out[0] = '\0';
	if (strlen(iso) >= 10)
		(void)snprintf(
		    out, DATE_TEXT, "%.2s/%.2s/%.4s", iso + 8, iso + 5, iso);
}

static const json_t *find_contract(
    const struct asp *asp, const char *worker, const char *contract)
{
	const json_t *all =
	    contracts_list(asp->contracts, asp->structure, worker);

	for (size_t i = 0; i < json_array_size(all); i++) {
		const json_t *item = json_array_get(all, i);

		if (strcmp(json_text(item, "id"), contract) == 0)
			return json_object_get(item, "value");
	}
	return NULL;
}

/* The month's share of a post, with two decimals; "" without an annex. */
static void etp_text(const struct asp *asp, const json_t *row, char out[32])
{
	const json_t *annex = reference_get(contracts_annexes(asp->contracts),
	    asp->structure, json_text(row, "annex"));
	int64_t constant = json_int(annex, "hours_per_etp", 0), etp;

	out[0] = '\0';
	if (constant <= 0)
		return;
	etp = declare_etp(json_int(row, "hours", 0), constant, 1);
	(void)snprintf(out, 32, "%" PRId64 ".%02" PRId64, etp / 100, etp % 100);
}

static void fill_texts(
    const struct asp *asp, const json_t *row, struct texts *texts)
{
	const json_t *contract = find_contract(
	    asp, json_text(row, "worker"), json_text(row, "contract"));
	bool valid = strcmp(json_text(row, "state"), DECLARE_VALID) == 0;

	(void)snprintf(texts->version, sizeof(texts->version), "%" PRId64,
	    json_int(row, "version", 0));
	(void)snprintf(texts->hours, sizeof(texts->hours), "%" PRId64,
	    json_int(row, "hours", 0));
	etp_text(asp, row, texts->etp);
	french_day(
	    texts->validated, valid ? json_text(asp->declared, "at") : "");
	french_day(texts->end, json_text(contract, "real_end"));
}

static void put_row(struct export *ex, const json_t *row)
{
	struct asp *asp = ex->state;
	const json_t *contract = find_contract(
	    asp, json_text(row, "worker"), json_text(row, "contract"));
	struct texts texts;
	const char *fields[ASP_FIELDS];
	char month[3], year[5];

	fill_texts(asp, row, &texts);
	(void)snprintf(month, sizeof(month), "%.2s", ex->first + 5);
	(void)snprintf(year, sizeof(year), "%.4s", ex->first);
	for (int i = 0; i < ASP_FIELDS; i++)
		fields[i] = "";
	fields[ASP_PERSON] = json_text(row, "worker");
	fields[ASP_CONTRACT] = json_text(row, "contract");
	fields[ASP_ANNEX] = json_text(row, "annex");
	fields[ASP_MONTH] = month;
	fields[ASP_YEAR] = year;
	fields[ASP_STATEMENT] = texts.version;
	fields[ASP_STATE] = json_text(row, "state");
	fields[ASP_VALIDATED] = texts.validated;
	fields[ASP_HOURS] = texts.hours;
	fields[ASP_ETP] = texts.etp;
	fields[ASP_END] = texts.end;
	fields[ASP_EXIT] = json_text(contract, "exit");
	asp_row(&asp->file, fields);
	table_row(ex->table);
	for (int i = 0; i < ASP_FIELDS; i++) {
		if (i == ASP_HOURS)
			table_int(ex->table, json_int(row, "hours", 0));
		else
			table_text(ex->table, fields[i]);
	}
	table_text(ex->table, asp->structure);
	table_text(ex->table, json_text(row, "name"));
	table_int(ex->table, json_int(row, "minutes", 0));
	table_int(ex->table, json_int(row, "remainder", 0));
	table_text(
	    ex->table, strcmp(json_text(row, "state"), DECLARE_DRAFT) == 0
			   ? L("provisoire", "provisional")
			   : "");
}

static int add_row(struct export *ex, const json_t *row, struct err *err)
{
	struct asp *asp = ex->state;
	const char *why = json_text(row, "why");
	struct buf key = BUF_INIT, said = BUF_INIT;
	int rc;

	if (strcmp(why, "purged") == 0)
		return 0;
	asp->lacking += why[0] != '\0';
	asp->hours += json_int(row, "hours", 0);
	asp->rows++;
	put_row(ex, row);
	buf_printf(&key, "%s/%s/%s", json_text(row, "worker"),
	    json_text(row, "contract"), json_text(row, "annex"));
	buf_printf(&said, "%" PRId64 " %" PRId64, json_int(row, "minutes", 0),
	    json_int(row, "hours", 0));
	if ((rc = buf_check(&key, err)) == 0 &&
	    (rc = buf_check(&said, err)) == 0)
		rc = export_row(ex, asp->structure, key.data,
		    json_int(row, "minutes", 0), said.data, err);
	buf_free(&key);
	buf_free(&said);
	return rc;
}

static int add_structure(
    struct export *ex, const char *structure, struct err *err)
{
	struct asp *asp = ex->state;
	json_t *told = NULL;
	const json_t *rows;
	int rc;

	asp->structure = structure;
	if ((rc = contracts_load(
		 &asp->contracts, ex->office->db, structure, err)) < 0 ||
	    (rc = declare_rows(
		 ex->office, structure, ex->ask.month, &told, err)) < 0)
		goto out;
	rows = json_object_get(told, "rows");
	asp->declared = json_object_get(told, "declared");
	for (size_t i = 0; rc == 0 && i < json_array_size(rows); i++)
		rc = add_row(ex, json_array_get(rows, i), err);
	if (json_array_size(rows) > 0 &&
	    strcmp(json_text(told, "state"), DECLARE_DRAFT) == 0)
		ex->provisional = true;
out:
	json_decref(told);
	contracts_free(asp->contracts);
	asp->contracts = NULL;
	asp->declared = NULL;
	return rc;
}

static void add_lines(struct export *ex)
{
	const struct asp *asp = ex->state;
	struct buf line = BUF_INIT;

	if (ex->provisional)
		export_line(ex,
		    L("PROVISOIRE : un mois au moins n'est pas clos ; à ne "
		      "pas déclarer.",
			"PROVISIONAL: a month at least is not closed; not to "
			"be declared."));
	if (asp->lacking > 0) {
		buf_printf(&line,
		    L("%" PRId64 " ligne(s) sans contrat ou sans annexe : à "
		      "compléter avant de déclarer.",
			"%" PRId64 " row(s) without a contract or an annex: to "
			"be completed before declaring."),
		    asp->lacking);
		export_line(ex, buf_text(&line));
	}
	export_line(ex,
	    L("Heures entières, arrondies une fois par ligne (demie au "
	      "supérieur) ; le reste est en minutes.",
		"Whole hours, rounded once a row (half up); the remainder is "
		"in minutes."));
	buf_free(&line);
}

static int prepare(struct export *ex, struct err *err)
{
	int rc;

	if ((ex->state = calloc(1, sizeof(struct asp))) == NULL)
		return err_nomem(err);
	for (int i = 0; i < ASP_FIELDS; i++)
		table_column(ex->table, asp_names[i],
		    i == ASP_HOURS ? OUT_INT : OUT_TEXT);
	table_column(ex->table, L("Structure", "Structure"), OUT_TEXT);
	table_column(ex->table, L("Salarié", "Name"), OUT_TEXT);
	table_column(ex->table, L("Minutes", "Minutes"), OUT_INT);
	table_column(ex->table, L("Reste (min)", "Remainder (min)"), OUT_INT);
	table_column(ex->table, L("État du mois", "State"), OUT_TEXT);
	buf_printf(&ex->title,
	    L("Préparation de la déclaration ASP, %s",
		"Preparation of the ASP declaration, %s"),
	    ex->ask.month);
	rc = export_each_structure(ex, add_structure, err);
	add_lines(ex);
	return rc;
}

/* The file, read back before anybody gets it. */
static int render(struct export *ex, const char *format, struct err *err)
{
	const struct asp *asp = ex->state;
	struct asp_summary summary;
	struct buf name = BUF_INIT, *out = NULL;
	int rc;

	if (strcmp(format, "txt") != 0)
		return export_render_table(ex, format, err);
	export_name(&name, ex, "txt");
	if ((rc = buf_check(&name, err)) == 0 &&
	    (out = export_file(ex, name.data)) == NULL)
		rc = err_nomem(err);
	buf_free(&name);
	if (rc < 0)
		return rc;
	asp_begin(out, ex->ask.month, ex->provisional);
	buf_add(out, buf_text(&asp->file), asp->file.len);
	out->failed = out->failed || asp->file.failed;
	asp_end(out, asp->rows, asp->hours);
	if ((rc = buf_check(out, err)) < 0)
		return rc;
	return asp_check(&summary, out->data, out->len, err);
}

const struct export_kind export_asp = {"asp", "Déclaration ASP",
    "ASP declaration", "asp", "txt,csv,rfc4180,xlsx", "txt,csv", prepare,
    render, asp_clear};
