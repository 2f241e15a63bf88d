#include <stdlib.h>
#include <string.h>

#include "server/chart/chart.h"
#include "server/import/reference.h"
#include "server/report.h"
#include "server/rules/week.h"
#include "shared/lang.h"

void chart_month_step(char month[MONTH_TEXT], int months)
{
	char first[DATE_TEXT], last[DATE_TEXT];

	if (date_parse_month(month, first, last, NULL) < 0)
		return;
	day_format(day_add_months(day_number(first, 0), months), first);
	text_copy(month, MONTH_TEXT, first);
}

int chart_check_structure(
    const json_t *structures, const char *structure, struct err *err)
{
	if (structure == NULL ||
	    reference_get(structures, structure, structure) != NULL)
		return 0;
	return err_set(err, E_NOT_FOUND,
	    L("structure « %.60s » inconnue : vérifiez l'identifiant",
		"unknown structure \"%.60s\": check the identifier"),
	    structure);
}

struct series {
	json_t *months, *sites, *sums; /* owned; sites: key to its row */
	json_t *names;                 /* owned: of sites */
	int64_t total;
};

static int load_names(json_t *names, struct office *office, struct err *err)
{
	json_t *sites = NULL, *site;
	const char *key;
	int rc = reference_load(&sites, office->db, "site", err);

	json_object_foreach(sites, key, site)
	{
		if (rc == 0 && !json_put_text(names, strchr(key, '/') + 1,
				   json_text(site, "name")))
			rc = err_nomem(err);
	}
	json_decref(sites);
	return rc;
}

static const char *name_of(const struct series *series, const char *site)
{
	const char *name = json_text(series->names, site);

	if (site[0] == '\0')
		return L("(sans chantier)", "(no site)");
	return name[0] != '\0' ? name : site;
}

/* A row of as many zeros as there were months before. */
static json_t *row_of(struct series *series, const char *site, size_t before)
{
	json_t *row = json_object_get(series->sites, site), *minutes;

	if (row != NULL)
		return row;
	minutes = json_array();
	for (size_t i = 0; i < before; i++) {
		if (json_array_append_new(minutes, json_integer(0)) < 0) {
			json_decref(minutes);
			return NULL;
		}
	}
	row = json_pack("{s:s,s:s,s:o,s:i}", "site", site, "name",
	    name_of(series, site), "minutes", minutes, "total", 0);
	return json_put(series->sites, site, row) ? row : NULL;
}

static bool add_sites(struct series *series, const json_t *rows, size_t index)
{
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *from = json_array_get(rows, i);
		int64_t minutes = json_int(from, "minutes", 0);
		json_t *row;

		if (minutes == 0)
			continue;
		row = row_of(series, json_text(from, "site"), index);
		if (row == NULL ||
		    json_array_append_new(json_object_get(row, "minutes"),
			json_integer(minutes)) < 0 ||
		    !json_put_int(
			row, "total", json_int(row, "total", 0) + minutes))
			return false;
	}
	return true;
}

/* Sites without hours in this month have none. */
static bool fill_up(struct series *series, size_t count)
{
	const char *site;
	json_t *row;

	json_object_foreach(series->sites, site, row)
	{
		json_t *minutes = json_object_get(row, "minutes");

		if (json_array_size(minutes) < count &&
		    json_array_append_new(minutes, json_integer(0)) < 0)
			return false;
	}
	return true;
}

static int add_month(struct series *series, struct office *office,
    const char *month, const char *structure, struct err *err)
{
	size_t index = json_array_size(series->months);
	struct report *report = NULL;
	json_t *json = NULL;
	int64_t sum;
	int rc;

	if ((rc = report_month(
		 office, month, "site", structure, &report, err)) < 0 ||
	    (rc = report_json(report, &json, err)) < 0)
		goto out;
	sum = json_int(json_object_get(json, "total"), "minutes", 0);
	series->total += sum;
	if (json_array_append_new(series->months, json_string(month)) < 0 ||
	    json_array_append_new(series->sums, json_integer(sum)) < 0 ||
	    !add_sites(series, json_object_get(json, "rows"), index) ||
	    !fill_up(series, index + 1))
		rc = err_nomem(err);
out:
	json_decref(json);
	report_free(report);
	return rc;
}

static int compare_totals(const void *a, const void *b)
{
	int64_t one = json_int(*(json_t *const *)a, "total", 0);
	int64_t other = json_int(*(json_t *const *)b, "total", 0);

	return (one < other) - (one > other);
}

/* The largest first; own it, NULL when out of memory. */
static json_t *by_total(json_t *sites)
{
	size_t count = json_object_size(sites), at = 0;
	json_t **rows = calloc(count + 1, sizeof(*rows)), *list = json_array();
	const char *site;
	json_t *row;

	if (rows == NULL || list == NULL)
		goto failed;
	json_object_foreach(sites, site, row) rows[at++] = row;
	if (count > 1)
		qsort(rows, count, sizeof(*rows), compare_totals);
	for (size_t i = 0; i < count; i++) {
		if (json_array_append(list, rows[i]) < 0)
			goto failed;
	}
	free(rows);
	return list;
failed:
	free(rows);
	json_decref(list);
	return NULL;
}

static int check_span(const char *from, const char *to, struct err *err)
{
	char first[DATE_TEXT], last[DATE_TEXT], end[DATE_TEXT];
	struct day_span span;
	int rc;

	if ((rc = date_parse_month(from, first, last, err)) < 0 ||
	    (rc = date_parse_month(to, end, last, err)) < 0)
		return rc;
	span = day_between(day_number(first, 0), day_number(last, 0) + 1);
	if (strcmp(to, from) < 0 || span.months > CHART_MONTHS_MAX)
		return err_set(err, E_USAGE,
		    L("de %.7s à %.7s : dans l'ordre, %d mois au plus",
			"from %.7s to %.7s: in this order, %d months at most"),
		    from, to, CHART_MONTHS_MAX);
	return 0;
}

int chart_hours(struct office *office, const char *from, const char *to,
    const char *structure, json_t **out, struct err *err)
{
	struct series series = {
	    json_array(), json_object(), json_array(), json_object(), 0};
	char month[MONTH_TEXT];
	int rc = check_span(from, to, err);

	*out = NULL;
	if (rc == 0)
		rc = load_names(series.names, office, err);
	text_copy(month, sizeof(month), from);
	for (; rc == 0 && strcmp(month, to) <= 0; chart_month_step(month, 1))
		rc = add_month(&series, office, month, structure, err);
	if (rc == 0 &&
	    (*out = json_pack("{s:i,s:s,s:s,s:O,s:o,s:O,s:I}", "schema", 1,
		 "from", from, "to", to, "months", series.months, "series",
		 by_total(series.sites), "minutes", series.sums, "total",
		 (json_int_t)series.total)) == NULL)
		rc = err_nomem(err);
	json_decref(series.months);
	json_decref(series.sites);
	json_decref(series.sums);
	json_decref(series.names);
	return rc;
}
