/* What payroll software takes in: a row per person, contract and kind of
 * hours. Of a closed month, what was closed with its adjustments; of an open
 * one, what is there today, marked provisional. Hours under no contract have
 * rows of their own, with these columns empty. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/closing_part.h"
#include "server/contracts.h"
#include "server/export/export.h"
#include "server/export/export_map.h"
#include "server/import/people.h"
#include "server/import/reference.h"
#include "shared/date.h"
#include "shared/kind.h"
#include "shared/lang.h"
#include "shared/ledger.h"

struct payroll {
	struct export_map map;
	/* Of the structure at hand. */
	struct people *people;
	struct contracts *contracts;
	/* worker to {contract: {"kinds":{kind:minutes},"half_days":{kind:n}}},
	 * "" for hours under none */
	json_t *figures;
	const json_t *known; /* the structure's record */
	const char *structure;
	int64_t version; /* of its closing; 0 while open */
};

/* A row being written. */
struct line {
	const struct export *ex;
	const struct payroll *payroll;
	const struct person *person; /* NULL for nobody on the list */
	const char *worker;
	const char *slug; /* as it may be told */
	const struct kind *kind;
	const char *contract;
	const json_t *value; /* the contract's; NULL: none, or known no more */
	int64_t minutes;
	int64_t half_days;
};

static void payroll_leave(struct payroll *payroll)
{
	people_free(payroll->people);
	contracts_free(payroll->contracts);
	json_decref(payroll->figures);
	payroll->people = NULL;
	payroll->contracts = NULL;
	payroll->figures = NULL;
}

static void payroll_clear(struct export *ex)
{
	struct payroll *payroll = ex->state;

	if (payroll == NULL)
		return;
	payroll_leave(payroll);
	export_map_clear(&payroll->map);
	free(payroll);
	ex->state = NULL;
}

/* ---- a structure's figures ---- */

/* The worker's part under ${contract}, made when new; NULL: no memory. */
static json_t *part_of(json_t *parts, const char *contract)
{
	json_t *found = json_object_get(parts, contract);

	if (found != NULL)
		return found;
	found = json_pack("{s:{}, s:{}}", "kinds", "half_days");
	return json_put(parts, contract, found) ? found : NULL;
}

/* A closing's shares have an annex each, of which payroll knows nothing. */
static int add_parts(
    struct payroll *payroll, const json_t *figures, struct err *err)
{
	const char *worker, *key;
	json_t *figure, *share;

	json_object_foreach((json_t *)(uintptr_t)figures, worker, figure)
	{
		json_t *parts = json_object();

		if (!json_put(payroll->figures, worker, parts))
			return err_nomem(err);
		json_object_foreach(
		    json_object_get(figure, "shares"), key, share)
		{
			json_t *part =
			    part_of(parts, json_text(share, "contract"));

			if (part == NULL ||
			    !closing_add_kinds(json_object_get(part, "kinds"),
				json_object_get(share, "kinds")))
				return err_nomem(err);
		}
	}
	return 0;
}

static int read_figures(struct payroll *payroll, struct export *ex,
    const char *structure, struct err *err)
{
	struct closing_month now = {0};
	struct closing_past past;
	json_t *figures;
	int rc = closing_past_read(
	    &past, ex->office->db, structure, ex->ask.month, err);

	payroll->version = 0;
	if (rc == 0) {
		payroll->version = json_int(past.entry.value, "version", 1);
		figures =
		    closing_figures(&past, CLOSING_CLOSED | CLOSING_ADJUSTED,
			structure_kind_find(json_text(payroll->known, "kind")));
		rc = figures != NULL ? add_parts(payroll, figures, err)
		                     : err_nomem(err);
		json_decref(figures);
	} else if (rc == E_NOT_FOUND) {
		rc = closing_month_read(
		    &now, ex->office, structure, ex->ask.month, err);
		if (rc == 0)
			rc = add_parts(payroll, now.workers, err);
		closing_month_clear(&now);
	}
	closing_past_clear(&past);
	return rc;
}

/* The half-days go with the minutes: where a closing counted these before the
 * day's contract was known, to the part that has them. */
static json_t *part_on(const struct payroll *payroll, const char *worker,
    const char *day, const char *kind)
{
	json_t *parts = json_object_get(payroll->figures, worker), *part;
	const char *contract = json_text(
	    contracts_on(payroll->contracts, payroll->structure, worker, day),
	    "id");
	json_t *known = json_object_get(parts, contract);

	if (json_object_get(json_object_get(known, "kinds"), kind) != NULL)
		return known;
	json_object_foreach(parts, contract, part)
	{
		if (json_object_get(json_object_get(part, "kinds"), kind) !=
		    NULL)
			return part;
	}
	return NULL;
}

static int count_half_day(
    void *context, const struct record_row *row, struct err *err)
{
	struct payroll *payroll = context;
	json_t *count;

	if (strcmp(row->state, RECORD_MERGED) != 0 || row->kind[0] == '\0')
		return 0;
	count = json_object_get(
	    part_on(payroll, row->subject, row->day, row->kind), "half_days");
	return count == NULL || json_put_int(count, row->kind,
				    json_int(count, row->kind, 0) + 1)
	           ? 0
	           : err_nomem(err);
}

static int payroll_enter(struct payroll *payroll, struct export *ex,
    const char *structure, struct err *err)
{
	struct db *db = ex->office->db;
	int rc;

	payroll->structure = structure;
	payroll->known = reference_get(ex->structures, structure, structure);
	if ((payroll->figures = json_object()) == NULL)
		return err_nomem(err);
	if ((rc = people_load(&payroll->people, db, structure, err)) < 0 ||
	    (rc = contracts_load(&payroll->contracts, db, structure, err)) <
		0 ||
	    (rc = read_figures(payroll, ex, structure, err)) < 0)
		return rc;
	return ledger_days(db, structure, "hours", ex->first, ex->last,
	    count_half_day, payroll, err);
}

/* ---- cells ---- */

static void put_contract(
    struct table *table, const struct line *line, const char *field)
{
	if (strcmp(field, "contract") == 0)
		table_text(table, line->contract);
	else if (strcmp(field, "contract_kind") == 0)
		table_text(table, json_text(line->value, "kind"));
	else if (strcmp(field, "contract_start") == 0)
		table_text(table, json_text(line->value, "start"));
	else
		table_text(table,
		    line->value != NULL ? contract_last(line->value) : "");
}

static void put_person(
    struct table *table, const struct line *line, const char *field)
{
	const struct person *person = line->person;

	if (strcmp(field, "worker") == 0)
		table_text(table, line->worker);
	else if (person == NULL)
		table_text(table, "");
	else if (strcmp(field, "last") == 0)
		table_text(table,
		    person->last[0] != '\0' ? person->last : person->initial);
	else if (strcmp(field, "first") == 0)
		table_text(table, person->first);
	else
		table_text(table, people_crew(person, line->ex->last));
}

static void put_number(
    struct table *table, const struct line *line, const char *field)
{
	int64_t weekly =
	    line->value != NULL ? json_int(line->value, "weekly", 0) : 0;

	if (strcmp(field, "weekly") == 0) {
		/* Unknown is not none. */
		if (weekly > 0)
			table_int(table, weekly);
		else
			table_text(table, "");
	} else if (strcmp(field, "paid") == 0) {
		table_int(table, line->kind != NULL && line->kind->paid);
	} else if (strcmp(field, "absence") == 0) {
		table_int(table, line->kind == NULL || line->kind->absence);
	} else if (strcmp(field, "half_days") == 0) {
		table_int(table, line->half_days);
	} else if (strcmp(field, "version") == 0) {
		table_int(table, line->payroll->version);
	} else {
		table_int(table, line->minutes); /* minutes, hours */
	}
}

static void put_text(
    struct table *table, const struct line *line, const char *field)
{
	const struct payroll *payroll = line->payroll;

	if (strcmp(field, "structure") == 0)
		table_text(table, payroll->structure);
	else if (strcmp(field, "structure_name") == 0)
		table_text(
		    table, export_structure_name(line->ex, payroll->structure));
	else if (strcmp(field, "siret") == 0)
		table_text(table, json_text(payroll->known, "siret"));
	else if (strcmp(field, "month") == 0)
		table_text(table, line->ex->ask.month);
	else if (strcmp(field, "kind") == 0)
		table_text(table, line->slug);
	else if (strcmp(field, "label") == 0)
		table_text(table, export_kind_label(line->slug));
	else if (strcmp(field, "code") == 0)
		table_text(table, json_text(payroll->map.codes, line->slug));
	else
		table_text(table, payroll->version > 0
				      ? L("clos", "closed")
				      : L("provisoire", "provisional"));
}

static bool is_in(const char *list, const char *word)
{
	const char *at = strstr(list, word);
	size_t len = strlen(word);

	return at != NULL && (at == list || at[-1] == ' ') &&
	       (at[len] == ' ' || at[len] == '\0');
}

static void put_field(
    struct table *table, const struct line *line, const char *field)
{
	if (is_in("contract contract_kind contract_start contract_end", field))
		put_contract(table, line, field);
	else if (is_in("worker last first crew", field))
		put_person(table, line, field);
	else if (is_in("weekly paid absence half_days version minutes hours",
		     field))
		put_number(table, line, field);
	else
		put_text(table, line, field);
}

/* What the line says, whatever columns are asked for. */
static void say_line(struct buf *out, const struct line *line)
{
	buf_printf(out, "%s %lld %lld", line->slug, (long long)line->minutes,
	    (long long)line->half_days);
	if (line->value != NULL) {
		buf_printf(out, " %s ", line->contract);
		json_write_sorted(out, line->value);
	}
}

/* "V01/work", "V01/C1/work" */
static void make_key(char *out, size_t size, const struct line *line)
{
	(void)snprintf(out, size, "%s/%s%s%s", line->worker, line->contract,
	    line->contract[0] != '\0' ? "/" : "", line->slug);
}

static int put_line(struct export *ex, const struct line *line, struct err *err)
{
	const struct payroll *payroll = line->payroll;
	char key[3 * TEXT_NAME_MAX];
	struct buf said = BUF_INIT;
	int rc;

	table_row(ex->table);
	for (size_t i = 0; i < payroll->map.count; i++) {
		const struct export_column *column = &payroll->map.columns[i];

		if (column->field == NULL)
			table_text(ex->table, column->constant);
		else
			put_field(ex->table, line, column->field->name);
	}
	make_key(key, sizeof(key), line);
	say_line(&said, line);
	if ((rc = buf_check(&said, err)) == 0)
		rc = export_row(
		    ex, payroll->structure, key, line->minutes, said.data, err);
	buf_free(&said);
	return rc;
}

/* ---- rows ---- */

/* Kind to number as the kinds may be told, summed. Own it. */
static json_t *told(const struct export *ex, const json_t *kinds)
{
	json_t *out = json_object(), *number;
	const char *slug;

	json_object_foreach((json_t *)(uintptr_t)kinds, slug, number)
	{
		const char *name = export_kind_slug(ex, slug);

		if (!json_put_int(out, name,
			json_int(out, name, 0) + json_integer_value(number))) {
			json_decref(out);
			return NULL;
		}
	}
	return out;
}

static int add_part(
    struct export *ex, struct line *line, const json_t *part, struct err *err)
{
	json_t *kinds = told(ex, json_object_get(part, "kinds")), *minutes;
	json_t *half_days = told(ex, json_object_get(part, "half_days"));
	int rc = kinds != NULL && half_days != NULL ? 0 : err_nomem(err);

	json_object_foreach(kinds, line->slug, minutes)
	{
		if (rc < 0)
			break;
		line->kind = kind_by_slug(line->slug);
		line->minutes = json_integer_value(minutes);
		line->half_days = json_int(half_days, line->slug, 0);
		rc = put_line(ex, line, err);
	}
	json_decref(kinds);
	json_decref(half_days);
	return rc;
}

/* Contracts as they follow one another; then what is under none, and under
 * those that are on record no more. */
static int add_worker(struct export *ex, const char *worker, struct err *err)
{
	struct payroll *payroll = ex->state;
	json_t *parts = json_copy(json_object_get(payroll->figures, worker));
	json_t *order = NULL;
	const json_t *all =
	    contracts_list(payroll->contracts, payroll->structure, worker);
	struct line line = {
	    .ex = ex,
	    .payroll = payroll,
	    .person = people_find(payroll->people, payroll->structure, worker),
	    .worker = worker,
	};
	int rc = parts != NULL ? 0 : err_nomem(err);

	for (size_t i = 0; rc == 0 && i < json_array_size(all); i++) {
		const json_t *item = json_array_get(all, i);

		line.contract = json_text(item, "id");
		line.value = json_object_get(item, "value");
		rc = add_part(
		    ex, &line, json_object_get(parts, line.contract), err);
		(void)json_object_del(parts, line.contract);
	}
	line.value = NULL;
	if (rc == 0 && (order = closing_keys(parts)) == NULL)
		rc = err_nomem(err);
	for (size_t i = 0; rc == 0 && i < json_array_size(order); i++) {
		line.contract = json_string_value(json_array_get(order, i));
		rc = add_part(
		    ex, &line, json_object_get(parts, line.contract), err);
	}
	json_decref(order);
	json_decref(parts);
	return rc;
}

static int add_structure(
    struct export *ex, const char *structure, struct err *err)
{
	struct payroll *payroll = ex->state;
	json_t *order = NULL;
	int64_t before = ex->rows;
	int rc;

	if ((rc = payroll_enter(payroll, ex, structure, err)) == 0 &&
	    (order = closing_keys(payroll->figures)) == NULL)
		rc = err_nomem(err);
	for (size_t i = 0; rc == 0 && i < json_array_size(order); i++) {
		const char *worker =
		    json_string_value(json_array_get(order, i));

		rc = add_worker(ex, worker, err);
	}
	if (ex->rows > before && payroll->version == 0)
		ex->provisional = true;
	json_decref(order);
	payroll_leave(payroll);
	return rc;
}

static int prepare(struct export *ex, struct err *err)
{
	struct payroll *payroll = calloc(1, sizeof(*payroll));
	int rc;

	if ((ex->state = payroll) == NULL)
		return err_nomem(err);
	if ((rc = export_map_read(
		 &payroll->map, ex->ask.map, strlen(ex->ask.map), err)) < 0)
		return rc;
	for (size_t i = 0; i < payroll->map.count; i++) {
		const struct export_column *column = &payroll->map.columns[i];

		table_column(ex->table, column->title,
		    column->field != NULL ? column->field->type : OUT_TEXT);
	}
	buf_printf(&ex->title,
	    L("Variables de paie, %s", "Payroll figures, %s"), ex->ask.month);
	rc = export_each_structure(ex, add_structure, err);
	if (ex->provisional)
		export_line(ex,
		    L("PROVISOIRE : un mois au moins n'est pas clos, ses "
		      "lignes peuvent encore changer.",
			"PROVISIONAL: a month at least is not closed, its rows "
			"may still change."));
	export_line(
	    ex, L("Les heures de la clôture et de ses ajustements font foi.",
		    "What counts are the hours of the closing and its "
		    "adjustments."));
	return rc;
}

const struct export_kind export_payroll = {"payroll", "Variables de paie",
    "Payroll", "paie", "csv,rfc4180,xlsx", "csv", prepare, NULL, payroll_clear};
