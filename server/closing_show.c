#include <string.h>

#include "server/closing_part.h"

/* Three views of one thing: closed, adjusted, and both together. */
struct views {
	json_t *closed;
	json_t *adjusted;
	json_t *reported;
};

/* Take ${kinds} and minutes of each view; own it, NULL when out of memory. */
static json_t *view_json(
    const json_t *closed, const json_t *adjusted, const json_t *reported)
{
	static const char *const names[] = {"closed", "adjusted", "reported"};
	const json_t *const views[] = {closed, adjusted, reported};
	json_t *out = json_object(), *minutes = json_object();
	bool done = out != NULL && minutes != NULL;

	for (size_t i = 0; done && i < 3; i++) {
		const json_t *kinds = json_object_get(views[i], "kinds");

		done =
		    json_put(out, names[i],
			kinds != NULL ? json_incref((json_t *)(uintptr_t)kinds)
				      : json_object()) &&
		    json_put_int(
			minutes, names[i], json_int(views[i], "minutes", 0));
	}
	if (done && json_put(out, "minutes", json_incref(minutes))) {
		json_decref(minutes);
		return out;
	}
	json_decref(minutes);
	json_decref(out);
	return NULL;
}

/* The sum of somebody's figures. */
static json_t *sum_of(const json_t *figures)
{
	json_t *kinds = json_object();
	int64_t minutes = 0;
	const char *worker;
	json_t *figure;
	bool done = kinds != NULL;

	json_object_foreach((json_t *)(uintptr_t)figures, worker, figure)
	{
		done = done && closing_add_kinds(
				   kinds, json_object_get(figure, "kinds"));
		minutes += json_int(figure, "minutes", 0);
	}
	if (done)
		return json_pack("{s:o, s:I}", "kinds", kinds, "minutes",
		    (json_int_t)minutes);
	json_decref(kinds);
	return NULL;
}

static bool views_make(struct views *views, const struct closing_past *past)
{
	views->closed = closing_figures(past, CLOSING_CLOSED, 0);
	views->adjusted = closing_figures(past, CLOSING_ADJUSTED, 0);
	views->reported =
	    closing_figures(past, CLOSING_CLOSED | CLOSING_ADJUSTED, 0);
	return views->closed != NULL && views->adjusted != NULL &&
	       views->reported != NULL;
}

static void views_clear(struct views *views)
{
	json_decref(views->closed);
	json_decref(views->adjusted);
	json_decref(views->reported);
}

static bool add_row(json_t *rows, const struct views *views, const char *worker,
    const char *hash, bool purged)
{
	json_t *row = view_json(json_object_get(views->closed, worker),
	    json_object_get(views->adjusted, worker),
	    json_object_get(views->reported, worker));

	if (row != NULL && json_put_text(row, "worker", worker) &&
	    json_put_text(row, "hash", hash) &&
	    json_put(row, "purged", json_boolean(purged)))
		return json_array_append_new(rows, row) == 0;
	json_decref(row);
	return false;
}

/* The hash of the closing's entry about ${worker}; "" for who is in an
 * adjustment alone. */
static const char *hash_of_worker(
    const struct closing_past *past, const char *worker)
{
	for (size_t i = 0; i < json_array_size(past->rows); i++) {
		const json_t *row = json_array_get(past->rows, i);

		if (strcmp(json_text(row, "worker"), worker) == 0)
			return json_text(row, "hash");
	}
	return "";
}

static json_t *rows_json(
    const struct closing_past *past, const struct views *views)
{
	json_t *rows = json_array(), *order = closing_keys(views->reported);
	bool done = rows != NULL && order != NULL;

	for (size_t i = 0; done && i < json_array_size(order); i++) {
		const char *worker =
		    json_string_value(json_array_get(order, i));

		done = add_row(
		    rows, views, worker, hash_of_worker(past, worker), false);
	}
	for (size_t i = 0; done && i < json_array_size(past->rows); i++) {
		const json_t *row = json_array_get(past->rows, i);

		if (json_is_true(json_object_get(row, "purged")))
			done = add_row(
			    rows, views, "", json_text(row, "hash"), true);
	}
	json_decref(order);
	if (done)
		return rows;
	json_decref(rows);
	return NULL;
}

/* The closing's own total, which a purge of workers' entries leaves whole,
 * and the adjustments. */
static json_t *total_json(
    const struct closing_past *past, const struct views *views)
{
	const json_t *closed = past->entry.value;
	json_t *adjusted = sum_of(views->adjusted), *reported = NULL;
	json_t *kinds = json_object(), *out = NULL;

	if (adjusted != NULL &&
	    closing_add_kinds(kinds, json_object_get(closed, "kinds")) &&
	    closing_add_kinds(kinds, json_object_get(adjusted, "kinds")))
		reported = json_pack("{s:O, s:I}", "kinds", kinds, "minutes",
		    (json_int_t)(json_int(closed, "minutes", 0) +
				 json_int(adjusted, "minutes", 0)));
	if (reported != NULL)
		out = view_json(closed, adjusted, reported);
	json_decref(adjusted);
	json_decref(reported);
	json_decref(kinds);
	return out;
}

static json_t *show_json(const struct closing_past *past,
    const struct views *views, const char *structure)
{
	const struct entry *entry = &past->entry;
	const json_t *value = entry->value;

	return json_pack("{s:s, s:s, s:I, s:s, s:b, s:I, s:s, s:s, s:s, s:s,"
			 " s:s, s:s, s:s, s:s, s:O?, s:o, s:o}",
	    "structure", structure, "month", json_text(value, "month"),
	    "version", (json_int_t)json_int(value, "version", 0), "closing",
	    past->hex, "contested", past->contested, "rules",
	    (json_int_t)json_int(value, "rules", 0), "exception",
	    json_text(value, "exception"), "previous",
	    json_text(value, "previous"), "reason", entry->reason, "first",
	    json_text(value, "first"), "second", json_text(value, "second"),
	    "at", entry->at, "device", entry->device, "person", entry->person,
	    "blockers", json_object_get(value, "blockers"), "rows",
	    rows_json(past, views), "total", total_json(past, views));
}

int closing_show(struct office *office, const char *structure,
    const char *month, json_t **out, struct err *err)
{
	char first[DATE_TEXT], last[DATE_TEXT];
	struct closing_past past = {0};
	struct views views = {0};
	int rc;

	*out = NULL;
	if ((rc = date_parse_month(month, first, last, err)) < 0)
		return rc;
	rc = closing_past_read(&past, office->db, structure, month, err);
	if (rc == 0 &&
	    (!views_make(&views, &past) ||
		(*out = show_json(&past, &views, structure)) == NULL))
		rc = err_nomem(err);
	views_clear(&views);
	closing_past_clear(&past);
	return rc;
}
