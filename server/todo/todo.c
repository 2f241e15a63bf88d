#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/import/reference.h"
#include "server/todo/todo_part.h"
#include "shared/lang.h"

/* ---- what the parts use ---- */

int todo_add(struct todo *todo, struct todo_row *row, struct err *err)
{
	int rc;

	if ((rc = buf_check(&row->text, err)) == 0 &&
	    (rc = buf_check(&row->link, err)) == 0 &&
	    json_array_append_new(todo->rows,
		json_pack("{s:s,s:i,s:s,s:s,s:I,s:s,s:s,s:s,s:s,s:s}", "what",
		    row->what, "level", (int)row->level, "right", row->right,
		    "structure", row->structure, "count",
		    (json_int_t)row->count, "text", buf_text(&row->text),
		    "todo", row->todo, "link", buf_text(&row->link), "since",
		    row->since, "deadline", row->deadline)) < 0)
		rc = err_nomem(err);
	buf_free(&row->text);
	buf_free(&row->link);
	return rc;
}

bool todo_wants(const struct todo *todo, const char *structure)
{
	return todo->structure == NULL ||
	       strcmp(todo->structure, structure) == 0;
}

void todo_structure_name(
    struct buf *out, const struct todo *todo, const char *structure)
{
	const json_t *value =
	    reference_get(todo->structures, structure, structure);

	buf_add_text(out, value != NULL ? json_text(value, "name") : structure);
}

void todo_month(const struct todo *todo, int by, char out[MONTH_TEXT])
{
	struct date date = {.year = 1970, .month = 1, .day = 1};
	char text[DATE_TEXT];

	(void)date_parse(&date, todo->today, NULL);
	date = date_add_months(&date, by);
	date_format(&date, text);
	(void)snprintf(out, MONTH_TEXT, "%.7s", text);
}

static const char *month_word(int month)
{
	static const char *const words[][2] = {{"janvier", "January"},
	    {"février", "February"}, {"mars", "March"}, {"avril", "April"},
	    {"mai", "May"}, {"juin", "June"}, {"juillet", "July"},
	    {"août", "August"}, {"septembre", "September"},
	    {"octobre", "October"}, {"novembre", "November"},
	    {"décembre", "December"}};

	return L(words[month - 1][0], words[month - 1][1]);
}

void todo_month_name(struct buf *out, const char *month)
{
	char first[DATE_TEXT], last[DATE_TEXT];
	struct date date;

	if (date_parse_month(month, first, last, NULL) < 0 ||
	    date_parse(&date, first, NULL) < 0)
		buf_add_text(out, month);
	else
		buf_printf(out, "%s %d", month_word(date.month), date.year);
}

void todo_day_name(struct buf *out, const char *day)
{
	struct date date;

	if (date_parse(&date, day, NULL) < 0)
		buf_add_text(out, day);
	else
		buf_printf(out, "%d%s %s %d", date.day,
		    date.day == 1 ? L("er", "") : "", month_word(date.month),
		    date.year);
}

/* ---- in order ---- */

struct placed {
	json_t *row;
	size_t place;
};

/* What presses more first; then what has the nearer deadline; then as they
 * were found: accidents lead the alerts. */
static int compare(const void *a, const void *b)
{
	const struct placed *one = a, *other = b;
	int64_t levels =
	    json_int(other->row, "level", 0) - json_int(one->row, "level", 0);
	const char *due = json_text(one->row, "deadline");
	const char *other_due = json_text(other->row, "deadline");

	if (levels != 0)
		return levels < 0 ? -1 : 1;
	if ((due[0] == '\0') != (other_due[0] == '\0'))
		return due[0] == '\0' ? 1 : -1;
	if (strcmp(due, other_due) != 0)
		return strcmp(due, other_due);
	return one->place < other->place ? -1 : 1;
}

static int sort(struct todo *todo, json_t **out, struct err *err)
{
	size_t count = json_array_size(todo->rows);
	struct placed *placed = calloc(count + 1, sizeof(*placed));
	int rc = 0;

	*out = json_array();
	if (placed == NULL || *out == NULL)
		rc = err_nomem(err);
	for (size_t i = 0; rc == 0 && i < count; i++)
		placed[i] = (struct placed){json_array_get(todo->rows, i), i};
	if (rc == 0)
		qsort(placed, count, sizeof(*placed), compare);
	for (size_t i = 0; rc == 0 && i < count; i++) {
		if (json_array_append(*out, placed[i].row) < 0)
			rc = err_nomem(err);
	}
	free(placed);
	if (rc < 0) {
		json_decref(*out);
		*out = NULL;
	}
	return rc;
}

static int check_structure(const struct todo *todo, struct err *err)
{
	const char *id = todo->structure;

	if (id == NULL || reference_get(todo->structures, id, id) != NULL)
		return 0;
	return err_set(err, E_NOT_FOUND,
	    L("structure « %.60s » inconnue : vérifiez l'identifiant",
		"unknown structure \"%.60s\": check the identifier"),
	    id);
}

int todo_json(
    struct office *office, const char *structure, json_t **out, struct err *err)
{
	struct todo todo = {.office = office, .structure = structure};
	struct date today;
	int rc;

	*out = NULL;
	date_local(os_now_s(office->os), &today);
	date_format(&today, todo.today);
	(void)snprintf(todo.month, sizeof(todo.month), "%.7s", todo.today);
	today = date_from_days(date_days(&today) + TODO_WITHIN_DAYS);
	date_format(&today, todo.until);
	if ((todo.rows = json_array()) == NULL)
		return err_nomem(err);
	if ((rc = reference_load(
		 &todo.structures, office->db, "structure", err)) < 0 ||
	    (rc = check_structure(&todo, err)) < 0 ||
	    (rc = todo_alerts(&todo, err)) < 0 ||
	    (rc = todo_open(&todo, err)) < 0 ||
	    (rc = todo_months(&todo, err)) < 0 ||
	    (rc = todo_deadlines(&todo, err)) < 0)
		goto out;
	rc = sort(&todo, out, err);
out:
	json_decref(todo.structures);
	json_decref(todo.rows);
	return rc;
}
