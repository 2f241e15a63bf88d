#include <string.h>

#include "server/grid/grid_part.h"
#include "server/import/reference.h"
#include "shared/holiday.h"
#include "shared/kind.h"
#include "shared/lang.h"
#include "shared/ledger.h"
#include "shared/text.h"

/* ---- what goes around the rows ---- */

json_t *grid_kinds(void)
{
	json_t *list = json_array();
	size_t count;
	const struct kind *kinds = kind_all(&count);

	for (size_t i = 0; list != NULL && i < count; i++) {
		if (json_array_append_new(list,
			json_pack("{s:s, s:s, s:b, s:b}", "slug", kinds[i].slug,
			    "label", kind_label(&kinds[i]), "absence",
			    kinds[i].absence, "paid", kinds[i].paid)) < 0) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

static json_t *holidays_json(const struct date *first, int days)
{
	json_t *holidays = json_object();
	struct date date = *first;
	char key[4];

	for (int i = 0; holidays != NULL && i < days; i++) {
		const char *name;

		date.day = i + 1;
		if ((name = holiday_name(&date)) == NULL)
			continue;
		(void)snprintf(key, sizeof(key), "%d", (i + 1) % 100);
		if (!json_put_text(holidays, key, name)) {
			json_decref(holidays);
			return NULL;
		}
	}
	return holidays;
}

/* ---- the structures ---- */

struct structures {
	json_t *list; /* owned: their identifiers */
	json_t *annexes;
};

static int note_structure(
    void *context, const struct record_row *row, struct err *err)
{
	return json_array_append_new(context, json_string(row->subject)) < 0
	           ? err_nomem(err)
	           : 0;
}

static int note_annex(
    void *context, const struct record_row *row, struct err *err)
{
	if (row->value[0] != '{')
		return 0;
	return json_array_append_new(
		   context, json_pack("{s:s, s:s}", "id", row->subject,
				"structure", row->structure)) < 0
	           ? err_nomem(err)
	           : 0;
}

static int find_structures(
    json_t *list, struct office *office, const char *only, struct err *err)
{
	char record[RECORD_KEY_MAX];
	json_t *value = NULL;
	int rc;

	if (only == NULL)
		return ledger_family(
		    office->db, NULL, "structure", note_structure, list, err);
	record_key_make(record, "structure", only, NULL);
	if ((rc = text_check_id(only, err)) < 0 ||
	    (rc = ledger_value(office->db, only, record, &value, err)) < 0)
		return rc;
	if (value == NULL)
		return err_set(err, E_NOT_FOUND,
		    L("structure « %.60s » inconnue : vérifiez l'identifiant",
			"unknown structure \"%.60s\": check the identifier"),
		    only);
	json_decref(value);
	return json_array_append_new(list, json_string(only)) < 0
	           ? err_nomem(err)
	           : 0;
}

/* ---- the answer ---- */

static int begin(
    json_t **out, struct grid *grid, const char *month, struct err *err)
{
	struct date first, last, today;
	int rc;

	if ((rc = date_parse_month(month, grid->first, grid->last, err)) < 0 ||
	    (rc = date_parse(&first, grid->first, err)) < 0 ||
	    (rc = date_parse(&last, grid->last, err)) < 0)
		return rc;
	grid->days = last.day;
	date_local(os_now_s(grid->office->os), &today);
	date_format(&today, grid->today);
	grid->values = json_array();
	grid->known = json_object();
	*out =
	    json_pack("{s:s#, s:s, s:i, s:s, s:[], s:o, s:o, s:[], s:O?, s:[]}",
		"month", grid->first, MONTH_TEXT - 1, "first", grid->first,
		"days", grid->days, "today", grid->today, "closed", "holidays",
		holidays_json(&first, grid->days), "kinds", grid_kinds(),
		"annexes", "values", grid->values, "rows");
	return *out != NULL && grid->values != NULL && grid->known != NULL
	           ? 0
	           : err_nomem(err);
}

static int add_structure(
    struct grid *grid, const char *structure, json_t *out, struct err *err)
{
	int rc;

	text_copy(grid->structure, sizeof(grid->structure), structure);
	if ((rc = ledger_family(grid->office->db, structure, "annex",
		 note_annex, json_object_get(out, "annexes"), err)) == 0 &&
	    (rc = grid_fill(grid, err)) == 0)
		rc = grid_tell(grid, out, err);
	grid_clear(grid);
	return rc;
}

int grid_read(struct office *office, const char *month,
    const struct grid_filter *filter, json_t **out, struct err *err)
{
	struct grid grid = {.office = office, .filter = filter};
	json_t *structures = json_array();
	int rc = structures != NULL ? 0 : err_nomem(err);

	*out = NULL;
	if (rc < 0 || (rc = begin(out, &grid, month, err)) < 0 ||
	    (rc = find_structures(structures, office, filter->structure, err)) <
		0)
		goto out;
	for (size_t i = 0; rc == 0 && i < json_array_size(structures); i++)
		rc = add_structure(&grid,
		    json_string_value(json_array_get(structures, i)), *out,
		    err);
out:
	json_decref(structures);
	json_decref(grid.values);
	json_decref(grid.known);
	if (rc < 0) {
		json_decref(*out);
		*out = NULL;
	}
	return rc;
}
