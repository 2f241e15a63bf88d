/* A month's hours by worker, site, crew, activity or structure, as a file:
 * what `report month` shows. */
#include <string.h>

#include "server/closing_part.h"
#include "server/document/month_sheet.h"
#include "server/export/export.h"
#include "server/report_part.h"
#include "shared/lang.h"

static const char *dimension_of(const struct export *ex)
{
	return ex->ask.by[0] != '\0' ? ex->ask.by : "worker";
}

/* Health becomes an absence like others. */
static int hide_health(
    const struct export *ex, struct report_row *row, struct err *err)
{
	json_t *told = json_object(), *minutes;
	const char *slug;
	bool good = told != NULL;

	json_object_foreach(row->kinds, slug, minutes)
	{
		const char *as = export_kind_slug(ex, slug);

		good = good &&
		       json_put_int(told, as,
			   json_int(told, as, 0) + json_integer_value(minutes));
	}
	if (!good) {
		json_decref(told);
		return err_nomem(err);
	}
	json_decref(row->kinds);
	row->kinds = told;
	return 0;
}

/* What a key is known by belongs to one structure when one is asked; what is
 * common to several is told by each of them without its rows. */
static int cover(struct export *ex, const char *structure, struct err *err)
{
	bool closed = false;
	int rc = closing_is_made(
	    ex->office->db, structure, ex->ask.month, &closed, err);

	if (rc == 0 && !closed)
		ex->provisional = true;
	return rc < 0 ? rc : export_cover(ex, structure, err);
}

static int note_row(
    struct export *ex, const struct report_row *row, struct err *err)
{
	struct buf said = BUF_INIT;
	int rc;

	buf_printf(&said, "%lld %lld ", (long long)row->minutes,
	    (long long)row->contested);
	json_write_sorted(&said, row->kinds);
	if ((rc = buf_check(&said, err)) == 0)
		rc = export_row(ex, ex->ask.structure, row->key, row->minutes,
		    said.data, err);
	buf_free(&said);
	return rc;
}

static int take_report(
    struct export *ex, struct report *report, struct err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < report->count; i++)
		rc = hide_health(ex, &report->rows[i], err);
	if (rc < 0)
		return rc;
	table_free(ex->table);
	ex->table = NULL;
	if ((rc = report_table(report, REPORT_COLUMNS, &ex->table, err)) < 0 ||
	    (rc = export_each_structure(ex, cover, err)) < 0)
		return rc;
	ex->total = true;
	if (ex->ask.structure[0] == '\0')
		ex->rows = (int64_t)report->count;
	else
		for (size_t i = 0; rc == 0 && i < report->count; i++)
			rc = note_row(ex, &report->rows[i], err);
	return rc;
}

static int prepare(struct export *ex, struct err *err)
{
	const char *by = dimension_of(ex);
	struct report *report = NULL;
	int rc = report_month(ex->office, ex->ask.month, by,
	    ex->ask.structure[0] != '\0' ? ex->ask.structure : NULL, &report,
	    err);

	if (rc < 0)
		return rc;
	buf_add_text(&ex->title, L("Heures, ", "Hours, "));
	month_words(&ex->title, ex->ask.month);
	buf_printf(&ex->title, " – %s",
	    L(report_dimensions[report->by].fr,
		report_dimensions[report->by].en));
	if (ex->ask.structure[0] != '\0')
		buf_printf(&ex->title, " – %s",
		    export_structure_name(ex, ex->ask.structure));
	if (report->contested > 0)
		export_line(
		    ex, L("Les créneaux contestés ne sont dans aucune somme.",
			    "Contested slots are in no sum."));
	export_line(ex, L("Les saisies officielles font foi.",
			    "The official entries are what counts."));
	rc = take_report(ex, report, err);
	if (ex->provisional)
		export_line(
		    ex, L("PROVISOIRE : un mois au moins n'est pas clos.",
			    "PROVISIONAL: a month at least is not closed."));
	report_free(report);
	return rc;
}

const struct export_kind export_report = {"report", "Heures du mois",
    "The month's hours", "rapport", "csv,rfc4180,xlsx,pdf", "xlsx", prepare,
    NULL, NULL};
