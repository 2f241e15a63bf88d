#include <inttypes.h>
#include <string.h>

#include "server/conflicts.h"
#include "server/newcomer.h"
#include "server/todo/todo_part.h"
#include "shared/lang.h"
#include "shared/ledger.h"

/* How many rows of each structure, by ${counts}; ${first}: the earliest day of
 * each. */
struct tally {
	json_t *counts;
	json_t *first;
};

static int tally_open(struct tally *tally, struct err *err)
{
	tally->counts = json_object();
	tally->first = json_object();
	return tally->counts != NULL && tally->first != NULL ? 0
	                                                     : err_nomem(err);
}

static void tally_close(struct tally *tally)
{
	json_decref(tally->counts);
	json_decref(tally->first);
}

static int tally_add(struct tally *tally, const char *structure,
    const char *day, struct err *err)
{
	int64_t n = json_int(tally->counts, structure, 0);
	const char *first = json_text(tally->first, structure);

	if (!json_put_int(tally->counts, structure, n + 1) ||
	    (day[0] != '\0' && (first[0] == '\0' || strcmp(day, first) < 0) &&
		!json_put_text(tally->first, structure, day)))
		return err_nomem(err);
	return 0;
}

typedef int add_line(struct todo *todo, const char *structure, int64_t count,
    const char *first, struct err *err);

static int tally_tell(
    struct tally *tally, struct todo *todo, add_line *add, struct err *err)
{
	const char *structure;
	json_t *count;
	int rc = 0;

	json_object_foreach(tally->counts, structure, count)
	{
		if (rc == 0)
			rc = add(todo, structure, json_integer_value(count),
			    json_text(tally->first, structure), err);
	}
	return rc;
}

static int add_contested(struct todo *todo, const char *structure,
    int64_t count, const char *first, struct err *err)
{
	struct todo_row row = {
	    .what = "contested",
	    .level = TODO_NOW,
	    .right = "settle",
	    .structure = structure,
	    .count = count,
	    .todo = L("rien n'en est payé tant que vous n'avez pas tranché",
		"nothing of it is paid until you decide"),
	    .since = first,
	    .deadline = "",
	};

	todo_structure_name(&row.text, todo, structure);
	buf_printf(&row.text,
	    count == 1 ? L(" : %" PRId64 " créneau contesté",
			     ": %" PRId64 " contested slot")
		       : L(" : %" PRId64 " créneaux contestés",
			     ": %" PRId64 " contested slots"),
	    count);
	buf_printf(&row.link, "/conflicts?s=%s", structure);
	return todo_add(todo, &row, err);
}

static int contested(struct todo *todo, struct err *err)
{
	struct tally tally = {NULL, NULL};
	json_t *rows = NULL;
	int rc;

	if ((rc = tally_open(&tally, err)) < 0 ||
	    (rc = conflicts_json(todo->office, &rows, err)) < 0)
		goto out;
	for (size_t i = 0; rc == 0 && i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);

		if (todo_wants(todo, json_text(row, "structure")))
			rc = tally_add(&tally, json_text(row, "structure"),
			    json_text(row, "day"), err);
	}
	if (rc == 0)
		rc = tally_tell(&tally, todo, add_contested, err);
out:
	json_decref(rows);
	tally_close(&tally);
	return rc;
}

static int note_earliest(
    void *context, const struct record_row *row, struct err *err)
{
	char *earliest = context;

	(void)err;
	if (row->value[0] == '{' &&
	    (earliest[0] == '\0' || strcmp(row->day, earliest) < 0))
		text_copy(earliest, DATE_TEXT, row->day);
	return 0;
}

/* The link goes where their first hours are: nobody sees them elsewhere. */
static int add_newcomers(struct todo *todo, const char *structure,
    int64_t count, const char *first, struct err *err)
{
	struct todo_row row = {
	    .what = "newcomers",
	    .level = TODO_NOW,
	    .right = "hours_write",
	    .structure = structure,
	    .count = count,
	    .todo = L("dites de quel salarié il s'agit : ses heures le "
		      "suivent",
		"say which worker it is: the hours follow"),
	    .since = "",
	    .deadline = "",
	};

	todo_structure_name(&row.text, todo, structure);
	buf_printf(&row.text,
	    count == 1
		? L(" : %" PRId64 " nouveau venu à rattacher à un salarié",
		      ": %" PRId64 " newcomer to match to a worker")
		: L(" : %" PRId64 " nouveaux venus à rattacher à un salarié",
		      ": %" PRId64 " newcomers to match to a worker"),
	    count);
	buf_printf(&row.link, "/grid/%.7s?s=%s&show=todo",
	    first[0] != '\0' ? first : todo->month, structure);
	return todo_add(todo, &row, err);
}

static int newcomers(struct todo *todo, struct err *err)
{
	struct tally tally = {NULL, NULL};
	json_t *rows = NULL;
	int rc;

	if ((rc = tally_open(&tally, err)) < 0 ||
	    (rc = newcomer_json(todo->office, &rows, err)) < 0)
		goto out;
	for (size_t i = 0; rc == 0 && i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);
		const char *where = json_text(row, "structure");
		char first[DATE_TEXT] = "";

		if (json_text(row, "worker")[0] != '\0' ||
		    !todo_wants(todo, where))
			continue;
		if ((rc = ledger_subject(todo->office->db, where, "hours",
			 json_text(row, "newcomer"), note_earliest, first,
			 err)) == 0)
			rc = tally_add(&tally, where, first, err);
	}
	if (rc == 0)
		rc = tally_tell(&tally, todo, add_newcomers, err);
out:
	json_decref(rows);
	tally_close(&tally);
	return rc;
}

int todo_open(struct todo *todo, struct err *err)
{
	int rc = contested(todo, err);

	return rc < 0 ? rc : newcomers(todo, err);
}
