#include "server/report_part.h"
#include "shared/kind.h"
#include "shared/lang.h"

/* A copy of an object of kinds in the order of display, unknown ones last.
 * Own it; NULL when out of memory. */
static json_t *in_order(json_t *kinds)
{
	json_t *sorted = json_object(), *minutes;
	const struct kind *all;
	size_t count;

	all = kind_all(&count);
	for (size_t i = 0; sorted != NULL && i < count; i++) {
		minutes = json_object_get(kinds, all[i].slug);
		if (minutes != NULL &&
		    json_object_set(sorted, all[i].slug, minutes) < 0)
			goto failed;
	}
	/* Without memory it leaves members out and says nothing. */
	if (json_object_update_missing(sorted, kinds) == 0 &&
	    json_object_size(sorted) == json_object_size(kinds))
		return sorted;
failed:
	json_decref(sorted);
	return NULL;
}

/* ---- for machines ---- */

static json_t *sums_json(
    const char *key, const char *value, int64_t minutes, int64_t contested)
{
	json_t *json = json_object();

	if ((key == NULL || json_put_text(json, key, value)) &&
	    json_put_int(json, "minutes", minutes) &&
	    json_put_int(json, "contested", contested))
		return json;
	json_decref(json);
	return NULL;
}

static bool add_row_json(
    json_t *rows, const struct report *report, const struct report_row *row)
{
	json_t *json = sums_json(report_dimensions[report->by].name, row->key,
	    row->minutes, row->contested);

	if (json_put(json, "kinds", in_order(row->kinds)))
		return json_array_append_new(rows, json) == 0;
	json_decref(json);
	return false;
}

int report_json(const struct report *report, json_t **out, struct err *err)
{
	json_t *json = json_object(), *rows = json_array();
	json_t *total =
	    sums_json(NULL, NULL, report->minutes, report->contested);
	bool good =
	    json_put_int(json, "schema", 1) &&
	    json_put_text(json, "month", report->month) &&
	    json_put_text(json, "by", report_dimensions[report->by].name);

	for (size_t i = 0; good && i < report->count; i++)
		good = add_row_json(rows, report, &report->rows[i]);
	if (good && report->unknown > 0)
		good = json_put_int(total, "unknown", report->unknown);
	good = json_put(json, "rows", rows) && good;
	good = json_put(json, "total", total) && good;
	if (good) {
		*out = json;
		return 0;
	}
	json_decref(json);
	return err_nomem(err);
}

/* ---- for people ---- */

/* The kinds that occur in any row, each with the sum of its minutes. Own it;
 * NULL when out of memory. */
static json_t *sum_kinds(const struct report *report)
{
	json_t *sums = json_object(), *sorted, *minutes;
	const char *slug;
	bool good = sums != NULL;

	for (size_t i = 0; good && i < report->count; i++) {
		json_object_foreach(report->rows[i].kinds, slug, minutes)
		{
			good = good && json_put_int(sums, slug,
					   json_int(sums, slug, 0) +
					       json_integer_value(minutes));
		}
	}
	sorted = good ? in_order(sums) : NULL;
	json_decref(sums);
	return sorted;
}

/* An activity's key is its name. */
static bool has_codes(const struct report *report)
{
	return report->by != BY_ACTIVITY;
}

static const char *label_of(const char *slug)
{
	const struct kind *kind = kind_by_slug(slug);

	return kind != NULL ? kind_label(kind) : slug;
}

static void add_columns(struct table *table, const struct report *report,
    enum report_layout layout, const json_t *kinds)
{
	const char *slug;
	json_t *minutes;

	table_column(table,
	    L(report_dimensions[report->by].fr,
		report_dimensions[report->by].en),
	    OUT_TEXT);
	if (has_codes(report))
		table_column(table, L("Code", "Code"), OUT_TEXT);
	table_column(table, L("Heures payables", "Payable hours"), OUT_MINUTES);
	table_column(
	    table, L("Créneaux contestés", "Contested slots"), OUT_INT);
	if (layout == REPORT_WORDS) {
		table_column(table, L("Par genre", "By kind"), OUT_TEXT);
		return;
	}
	/* The macro's cast drops const; nothing is changed. */
	json_object_foreach((json_t *)(uintptr_t)kinds, slug, minutes)
	{
		table_column(table, label_of(slug), OUT_MINUTES);
	}
}

/* "travail 22h20, formation 3h30", in the order of display. */
static void add_words(struct table *table, const json_t *all, json_t *own)
{
	struct buf words = BUF_INIT;
	char time[DURATION_TEXT];
	const char *slug;
	json_t *unused, *minutes;

	json_object_foreach((json_t *)(uintptr_t)all, slug, unused)
	{
		if ((minutes = json_object_get(own, slug)) == NULL)
			continue;
		duration_format(json_integer_value(minutes), time);
		buf_printf(&words, "%s%s %s", words.len > 0 ? ", " : "",
		    label_of(slug), time);
	}
	table_buf(table, &words);
	buf_free(&words);
}

static void add_line(struct table *table, const struct report *report,
    enum report_layout layout, const struct report_row *row,
    const json_t *kinds)
{
	const char *slug;
	json_t *minutes, *own;

	table_row(table);
	table_text(table, row->name);
	if (has_codes(report))
		table_text(table, row->key);
	table_int(table, row->minutes);
	table_int(table, row->contested);
	if (layout == REPORT_WORDS) {
		add_words(table, kinds, row->kinds);
		return;
	}
	json_object_foreach((json_t *)(uintptr_t)kinds, slug, minutes)
	{
		own = json_object_get(row->kinds, slug);
		if (own != NULL)
			table_int(table, json_integer_value(own));
		else
			table_text(table, "");
	}
}

int report_table(const struct report *report, enum report_layout layout,
    struct table **out, struct err *err)
{
	char key[] = "", name[] = "Total";
	struct report_row total = {
	    key, name, report->minutes, report->contested, NULL};
	json_t *kinds = sum_kinds(report);
	struct table *table = NULL;
	int rc;

	if (kinds == NULL)
		return err_nomem(err);
	if ((rc = table_new(&table, err)) < 0)
		goto out;
	add_columns(table, report, layout, kinds);
	for (size_t i = 0; i < report->count; i++)
		add_line(table, report, layout, &report->rows[i], kinds);
	/* Sums of a dozen kinds in one cell would help nobody. */
	total.kinds = layout == REPORT_COLUMNS ? kinds : NULL;
	add_line(table, report, layout, &total, kinds);
	if ((rc = table_check(table, err)) < 0) {
		table_free(table);
		goto out;
	}
	*out = table;
out:
	json_decref(kinds);
	return rc;
}
