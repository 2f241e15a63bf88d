#include <string.h>

#include "server/care/due.h"
#include "server/import/people.h"
#include "server/import/reference.h"
#include "server/todo/todo_part.h"
#include "shared/lang.h"

/* ---- annexes ---- */

/* Does a later annex of the structure begin before the day after ${end}? */
static bool is_followed(
    const json_t *annexes, const char *structure, const char *end)
{
	size_t len = strlen(structure);
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)(uintptr_t)annexes, key, value)
	{
		if (strncmp(key, structure, len) == 0 && key[len] == '/' &&
		    strcmp(json_text(value, "end"), end) > 0)
			return true;
	}
	return false;
}

static int add_annex(struct todo *todo, const char *structure,
    const char *number, const char *end, struct err *err)
{
	bool over = strcmp(end, todo->today) < 0;
	struct todo_row row = {
	    .what = "annex_end",
	    .level = over ? TODO_LATE : TODO_SOON,
	    .right = "declare_read",
	    .structure = structure,
	    .count = 1,
	    .todo = L("importez la suivante dès qu'elle est signée ; les "
		      "heures sans annexe sont gardées et s'y rattachent "
		      "après",
		"import the next one as soon as it is signed; hours without "
		"an annex are kept and attached later"),
	    .since = "",
	    .deadline = end,
	};

	todo_structure_name(&row.text, todo, structure);
	buf_printf(&row.text,
	    over ? L(" : l'annexe %s a pris fin le ", ": annex %s ended on ")
		 : L(" : l'annexe %s prend fin le ", ": annex %s ends on "),
	    number);
	todo_day_name(&row.text, end);
	buf_printf(&row.link, "/declare/%s?s=%s", todo->month, structure);
	return todo_add(todo, &row, err);
}

static int annexes(struct todo *todo, struct err *err)
{
	json_t *all = NULL, *value;
	const char *key;
	int rc = reference_load(&all, todo->office->db, "annex", err);

	json_object_foreach(all, key, value)
	{
		const char *end = json_text(value, "end");
		const char *number = strchr(key, '/') + 1;
		char structure[TEXT_ID_MAX + 1];

		text_copy(structure, sizeof(structure), key);
		structure[strcspn(structure, "/")] = '\0';
		if (rc == 0 && end[0] != '\0' && todo_wants(todo, structure) &&
		    strcmp(end, todo->until) <= 0 &&
		    !is_followed(all, structure, end))
			rc = add_annex(todo, structure, number, end, err);
	}
	json_decref(all);
	return rc;
}

/* ---- people ---- */

static const struct care {
	const char *due, *what;
	const char *right; /* whom it concerns */
	const char *fr, *en;
} cares[] = {
    {"contract_end", "care_contract_end", "people",
	" : le contrat prend fin le ", ": the contract ends on "},
    {"exit_missing", "care_exit_missing", "accompany",
	" : la sortie est à noter au plus tard le ",
	": the leaving is to be noted by "},
    {"followup", "care_followup", "accompany", " : point à six mois, le ",
	": six months after leaving, on "},
    {"meeting", "care_meeting", "accompany", " : rendez-vous le ",
	": meeting on "},
    {"pass_end", "care_pass_end", "people", " : le PASS IAE prend fin le ",
	": the PASS IAE ends on "},
    {"pmsmp_end", "care_pmsmp_end", "accompany",
	" : l'immersion se termine le ", ": the immersion ends on "},
};

static const struct care *care_of(const char *due)
{
	for (size_t i = 0; i < sizeof(cares) / sizeof(cares[0]); i++) {
		if (strcmp(cares[i].due, due) == 0)
			return &cares[i];
	}
	return NULL;
}

static void add_name(
    struct buf *out, const struct people *people, const json_t *due)
{
	const struct person *person = people_find(
	    people, json_text(due, "structure"), json_text(due, "worker"));

	if (person != NULL)
		people_name(out, person);
	else
		buf_add_text(out, json_text(due, "worker"));
}

static int add_due(struct todo *todo, const struct people *people,
    const json_t *due, struct err *err)
{
	const struct care *care = care_of(json_text(due, "what"));
	struct buf name = BUF_INIT;
	struct todo_row row = {
	    .level = json_is_true(json_object_get(due, "late")) ? TODO_LATE
	                                                        : TODO_SOON,
	    .structure = json_text(due, "structure"),
	    .count = 1,
	    .todo = "",
	    .since = "",
	    .deadline = json_text(due, "day"),
	};
	int rc;

	if (care == NULL)
		return 0;
	row.what = care->what;
	row.right = care->right;
	add_name(&name, people, due);
	buf_printf(&row.text, "%s%s", buf_text(&name), L(care->fr, care->en));
	todo_day_name(&row.text, row.deadline);
	buf_printf(&row.link, "/people/%s?s=%s", json_text(due, "worker"),
	    row.structure);
	rc = buf_check(&name, err);
	buf_free(&name);
	if (rc == 0)
		return todo_add(todo, &row, err);
	buf_free(&row.text);
	buf_free(&row.link);
	return rc;
}

int todo_deadlines(struct todo *todo, struct err *err)
{
	const struct due_filter filter = {
	    .structure = todo->structure, .within = TODO_WITHIN_DAYS};
	struct people *people = NULL;
	json_t *dues = NULL;
	int rc;

	if ((rc = annexes(todo, err)) < 0 ||
	    (rc = people_load(
		 &people, todo->office->db, todo->structure, err)) < 0 ||
	    (rc = due_json(todo->office, &filter, &dues, err)) < 0)
		goto out;
	for (size_t i = 0; rc == 0 && i < json_array_size(dues); i++)
		rc = add_due(todo, people, json_array_get(dues, i), err);
out:
	json_decref(dues);
	people_free(people);
	return rc;
}
