/*
 * The closings of a structure's months: those to be made, what came after
 * them, and the statements that follow.
 */
#include <inttypes.h>
#include <string.h>

#include "server/closing.h"
#include "server/declare/declare.h"
#include "server/month.h"
#include "server/todo/todo_part.h"
#include "shared/lang.h"
#include "shared/ledger.h"
#include "shared/ledger_device.h"
#include "shared/record.h"

/* Statements count as made when the last month entered is no older than two
 * months before today (domain: DDETS): October's, until the end of December. */
#define DECLARE_MONTHS 2

/* "Les Jardins, octobre 2026" */
static void add_place(struct buf *out, const struct todo_at *at)
{
	todo_structure_name(out, at->todo, at->structure);
	buf_add_text(out, ", ");
	todo_month_name(out, at->month);
}

void todo_at_begin(struct todo_row *row, const struct todo_at *at,
    const char *what, enum todo_level level, const char *right, int64_t count)
{
	*row = (struct todo_row){
	    .what = what,
	    .level = level,
	    .right = right,
	    .structure = at->structure,
	    .count = count,
	    .todo = "",
	    .since = "",
	    .deadline = "",
	};
	add_place(&row->text, at);
}

void todo_at_link(
    struct todo_row *row, const struct todo_at *at, const char *screen)
{
	buf_printf(&row->link, "/%s/%s?s=%s", screen, at->month, at->structure);
}

/* The months come latest first. */
static void note_many(
    struct todo_many *many, const struct todo_at *at, const char *due)
{
	many->count++;
	text_copy(many->first, sizeof(many->first), at->month);
	text_copy(many->last, sizeof(many->last), at->last);
	text_copy(many->due, sizeof(many->due), due);
}

void todo_note_open(struct todo_at *at)
{
	note_many(&at->open, at, "");
}

/* One line for them, on the earliest. */
static void begin_many(struct todo_row *row, struct todo_at *at,
    const struct todo_many *many, const char *what, const char *right)
{
	text_copy(at->month, sizeof(at->month), many->first);
	todo_at_begin(row, at, what, TODO_LATE, right, many->count);
	if (many->count > 1) {
		buf_reset(&row->text);
		todo_structure_name(&row->text, at->todo, at->structure);
	}
}

static void add_since(struct todo_row *row, const struct todo_at *at)
{
	buf_add_text(&row->text, L(", depuis ", ", since "));
	todo_month_name(&row->text, at->month);
}

int todo_closes(struct todo_at *at, struct err *err)
{
	const struct todo_many *many = &at->open;
	struct todo_row row;

	if (many->count == 0)
		return 0;
	begin_many(&row, at, many, "close", "close");
	row.since = many->last;
	if (many->count == 1) {
		buf_add_text(&row.text, L(" : le mois n'est pas clos",
					    ": the month is not closed"));
	} else {
		buf_printf(&row.text,
		    L(" : %" PRId64 " mois ne sont pas clos",
			": %" PRId64 " months are not closed"),
		    many->count);
		add_since(&row, at);
	}
	todo_at_link(&row, at, "month");
	return todo_add(at->todo, &row, err);
}

int todo_declares(struct todo_at *at, struct err *err)
{
	const struct todo_many *many = &at->undeclared;
	struct todo_row row;

	if (many->count == 0)
		return 0;
	begin_many(&row, at, many, "declare", "declare_read");
	row.deadline = many->due;
	if (many->count == 1) {
		buf_add_text(&row.text, L(" : les heures ne sont pas déclarées",
					    ": the hours are not declared"));
	} else {
		buf_printf(&row.text,
		    L(" : les heures de %" PRId64 " mois ne sont pas déclarées",
			": the hours of %" PRId64 " months are not declared"),
		    many->count);
		add_since(&row, at);
	}
	todo_at_link(&row, at, "declare");
	return todo_add(at->todo, &row, err);
}

/* The month that has just ended: it may be closed now. */
int todo_close(const struct todo_at *at, struct err *err)
{
	struct todo_row row;

	todo_at_begin(&row, at, "close", TODO_NOW, "close", 1);
	row.since = at->last;
	buf_add_text(&row.text,
	    L(" : le mois n'est pas clos", ": the month is not closed"));
	todo_at_link(&row, at, "month");
	return todo_add(at->todo, &row, err);
}

int todo_late(const struct todo_at *at, struct err *err)
{
	json_t *late = NULL;
	struct todo_row row;
	int64_t count;
	int rc = closing_late(
	    at->todo->office, at->structure, at->month, &late, err);

	count = (int64_t)json_array_size(json_object_get(late, "proposals"));
	json_decref(late);
	if (rc < 0 || count == 0)
		return rc;
	todo_at_begin(&row, at, "late", TODO_NOW, "close", count);
	buf_printf(&row.text,
	    count == 1
		? L(" : %" PRId64 " personne a des heures arrivées après la "
		    "clôture",
		      ": %" PRId64 " person has hours that came after the "
		      "closing")
		: L(" : %" PRId64 " personnes ont des heures arrivées après "
		    "la clôture",
		      ": %" PRId64 " people have hours that came after the "
		      "closing"),
	    count);
	row.todo = L("approuvez les ajustements, ou rouvrez le mois",
	    "approve the adjustments, or reopen the month");
	todo_at_link(&row, at, "month");
	return todo_add(at->todo, &row, err);
}

/* The last day on which the statement of ${month} is in time. */
static void due_of(const struct todo_at *at, char out[DATE_TEXT])
{
	char first[DATE_TEXT], month[MONTH_TEXT];

	todo_month(at->todo, DECLARE_MONTHS - at->back, month);
	(void)date_parse_month(month, first, out, NULL);
}

/* An adjustment or a reopening changed what was declared. */
static int declare_again(
    const struct todo_at *at, const json_t *declared, struct err *err)
{
	char due[DATE_TEXT];
	struct todo_row row;

	if (json_is_true(json_object_get(declared, "current")))
		return 0;
	due_of(at, due);
	todo_at_begin(&row, at, "declare_again",
	    strcmp(due, at->todo->today) < 0 ? TODO_LATE : TODO_NOW,
	    "declare_read", 1);
	row.deadline = due;
	buf_add_text(&row.text,
	    L(" : les heures ont changé depuis la déclaration",
		": the hours have changed since they were declared"));
	row.todo = L("déclarez-les de nouveau", "declare them again");
	todo_at_link(&row, at, "declare");
	return todo_add(at->todo, &row, err);
}

/* What has no annex goes to the ASP without its number. */
static int without_annex(
    const struct todo_at *at, int64_t count, struct err *err)
{
	struct todo_row row;

	if (count == 0)
		return 0;
	todo_at_begin(&row, at, "no_annex", TODO_NOW, "declare_read", count);
	buf_printf(&row.text,
	    count == 1 ? L(" : %" PRId64 " ligne à déclarer sans annexe",
			     ": %" PRId64 " row to declare without annex")
		       : L(" : %" PRId64 " lignes à déclarer sans annexe",
			     ": %" PRId64 " rows to declare without annex"),
	    count);
	row.todo = L("rattachez leurs contrats à une annexe",
	    "put their contracts under an annex");
	todo_at_link(&row, at, "declare");
	return todo_add(at->todo, &row, err);
}

static int not_declared(struct todo_at *at, struct err *err)
{
	char due[DATE_TEXT];
	struct todo_row row;

	due_of(at, due);
	if (strcmp(due, at->todo->today) < 0) {
		note_many(&at->undeclared, at, due);
		return 0;
	}
	todo_at_begin(&row, at, "declare", TODO_NOW, "declare_read", 1);
	row.deadline = due;
	buf_add_text(&row.text, L(" : les heures ne sont pas déclarées",
				    ": the hours are not declared"));
	todo_at_link(&row, at, "declare");
	return todo_add(at->todo, &row, err);
}

int todo_declare(struct todo_at *at, struct err *err)
{
	const json_t *declared;
	json_t *rows = NULL;
	int rc = declare_rows(
	    at->todo->office, at->structure, at->month, &rows, err);

	if (rc < 0)
		return rc;
	declared = json_object_get(rows, "declared");
	rc = json_is_object(declared) ? declare_again(at, declared, err)
	                              : not_declared(at, err);
	if (rc == 0)
		rc = without_annex(at,
		    json_int(json_object_get(rows, "total"), "no_annex", 0),
		    err);
	json_decref(rows);
	return rc;
}

/* Who asked, as people call it. */
static int add_who(struct buf *out, const struct todo_at *at,
    const json_t *request, struct err *err)
{
	const struct office *office = at->todo->office;
	const char *key = json_text(request, "device");
	const char *person = json_text(request, "person");
	struct device device = {.found = false};
	int rc = 0;

	if (strcmp(key, office->console_device) != 0)
		rc = ledger_device(office->db, at->structure, key,
		    office->server.pub, &device, err);
	if (device.found && device.name[0] != '\0')
		person = device.name;
	buf_add_text(
	    out, person[0] != '\0' ? person : L("la console", "the console"));
	return rc;
}

int todo_reopening(const struct todo_at *at, struct err *err)
{
	json_t *request = NULL;
	struct todo_row row;
	int rc = month_reopening_asked(
	    at->todo->office, at->structure, at->month, &request, err);

	if (rc < 0 || request == NULL)
		return rc;
	todo_at_begin(&row, at, "reopening", TODO_NOW, "reopen", 1);
	buf_add_text(&row.text,
	    L(" : réouverture demandée par ", ": reopening asked for by "));
	rc = add_who(&row.text, at, request, err);
	buf_printf(&row.text, L(" (« %s »)", " (\"%s\")"),
	    json_text(request, "reason"));
	row.since = json_text(request, "at");
	row.todo = L("confirmez-la ou refusez-la : il faut une seconde "
		     "personne",
	    "confirm or decline it: it takes a second person");
	todo_at_link(&row, at, "month");
	if (rc == 0) {
		rc = todo_add(at->todo, &row, err);
	} else {
		buf_free(&row.text);
		buf_free(&row.link);
	}
	json_decref(request);
	return rc;
}
