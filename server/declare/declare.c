#include <stdio.h>
#include <string.h>

#include "server/act.h"
#include "server/closing_part.h"
#include "server/declare/declare.h"
#include "server/import/reference.h"
#include "server/month.h"
#include "shared/kind.h"
#include "shared/lang.h"
#include "shared/ledger.h"

int64_t declare_hours(int64_t minutes, int64_t *remainder)
{
	int64_t hours = (minutes + 30) / 60;

	/* C rounds towards zero; half up is towards the larger. */
	if (minutes + 30 < 0 && (minutes + 30) % 60 != 0)
		hours--;
	if (remainder != NULL)
		*remainder = minutes - 60 * hours;
	return hours;
}

/* ---- one structure's month ---- */

struct declaring {
	struct office *office;
	const char *structure;
	char month[MONTH_TEXT];
	char first[DATE_TEXT], last[DATE_TEXT];
	json_t *place; /* owned: the structure's value */
	bool closed;
	struct closing_past past; /* once closed */
	struct contracts *contracts;
	struct people *people;
	json_t *figures;  /* owned: worker to what has "shares" */
	json_t *declared; /* owned: as month_entry, NULL */
	json_t *rows;     /* owned */
};

static void declaring_clear(struct declaring *declaring)
{
	json_decref(declaring->place);
	closing_past_clear(&declaring->past);
	contracts_free(declaring->contracts);
	people_free(declaring->people);
	json_decref(declaring->figures);
	json_decref(declaring->declared);
	json_decref(declaring->rows);
}

/* As the records stand: a draft. */
static int read_open(struct declaring *declaring, struct err *err)
{
	struct closing_month now;
	int rc = closing_month_read(&now, declaring->office,
	    declaring->structure, declaring->month, err);

	if (rc == 0)
		declaring->figures = json_incref(now.workers);
	closing_month_clear(&now);
	return rc;
}

static int read_figures(struct declaring *declaring, struct err *err)
{
	struct db *db = declaring->office->db;
	int kind = structure_kind_find(json_text(declaring->place, "kind"));
	int rc;

	if ((rc = closing_is_made(db, declaring->structure, declaring->month,
		 &declaring->closed, err)) < 0)
		return rc;
	if (!declaring->closed)
		return read_open(declaring, err);
	if ((rc = closing_past_read(&declaring->past, db, declaring->structure,
		 declaring->month, err)) < 0)
		return rc;
	declaring->figures = closing_figures(
	    &declaring->past, CLOSING_CLOSED | CLOSING_ADJUSTED, kind);
	return declaring->figures != NULL ? 0 : err_nomem(err);
}

static int take_place(
    void *context, const struct record_row *row, struct err *err)
{
	return reference_value(context, row, err);
}

static int read_all(struct declaring *declaring, struct err *err)
{
	struct db *db = declaring->office->db;
	char record[RECORD_KEY_MAX];
	int rc;

	record_key_make(record, "structure", declaring->structure, NULL);
	if ((rc = ledger_record(db, declaring->structure, record, take_place,
		 &declaring->place, NULL, err)) < 0)
		return rc;
	if (declaring->place == NULL)
		return err_set(err, E_NOT_FOUND,
		    L("structure « %.60s » inconnue : vérifiez l'identifiant",
			"unknown structure \"%.60s\": check the identifier"),
		    declaring->structure);
	if ((rc = contracts_load(
		 &declaring->contracts, db, declaring->structure, err)) < 0 ||
	    (rc = people_load(
		 &declaring->people, db, declaring->structure, err)) < 0 ||
	    (rc = read_figures(declaring, err)) < 0)
		return rc;
	record_key_make(record, "declared", declaring->month, NULL);
	return month_entry(
	    &declaring->declared, db, declaring->structure, record, err);
}

/* ---- rows ---- */

static const char *why_of(const json_t *share)
{
	if (json_text(share, "contract")[0] == '\0')
		return "contract";
	return json_text(share, "annex")[0] == '\0' ? "annex" : "";
}

static bool add_row(
    struct declaring *declaring, const char *worker, const json_t *share)
{
	const struct person *person =
	    people_find(declaring->people, declaring->structure, worker);
	int64_t minutes = json_int(share, "asp", 0), remainder;
	int64_t hours = declare_hours(minutes, &remainder);
	struct buf name = BUF_INIT;
	bool done;

	if (person != NULL)
		people_name(&name, person);
	else
		buf_add_text(&name, worker);
	done = !name.failed &&
	       json_array_append_new(declaring->rows,
		   json_pack("{s:s, s:s, s:s, s:s, s:O, s:I, s:I, s:I, s:s}",
		       "worker", worker, "name", buf_text(&name), "contract",
		       json_text(share, "contract"), "annex",
		       json_text(share, "annex"), "kinds",
		       json_object_get(share, "kinds"), "minutes",
		       (json_int_t)minutes, "hours", (json_int_t)hours,
		       "remainder", (json_int_t)remainder, "why",
		       why_of(share))) == 0;
	buf_free(&name);
	return done;
}

/* Closed, a worker's shares have the annexes that came since; open, each day
 * has had its own already. */
static bool add_worker(
    struct declaring *declaring, const char *worker, const json_t *figure)
{
	json_t *shares = json_object_get(figure, "shares");
	json_t *settled =
	    declaring->closed
		? closing_settle(declaring->contracts, declaring->structure,
		      worker, shares, declaring->first, declaring->last)
		: json_incref(shares);
	json_t *list = settled != NULL ? closing_shares_list(settled) : NULL;
	bool done = list != NULL;

	for (size_t i = 0; i < json_array_size(list); i++)
		done =
		    done && add_row(declaring, worker, json_array_get(list, i));
	json_decref(settled);
	json_decref(list);
	return done;
}

/* Whom a purge took out: that somebody was there stays. */
static bool add_purged(struct declaring *declaring)
{
	bool done = true;

	for (size_t i = 0; done && i < json_array_size(declaring->past.rows);
	     i++) {
		const json_t *row = json_array_get(declaring->past.rows, i);

		if (!json_is_true(json_object_get(row, "purged")))
			continue;
		done = json_array_append_new(declaring->rows,
			   json_pack("{s:s, s:s, s:s, s:s, s:{}, s:i, s:i, "
				     "s:i, s:s}",
			       "worker", "", "name", "", "contract", "",
			       "annex", "", "kinds", "minutes", 0, "hours", 0,
			       "remainder", 0, "why", "purged")) == 0;
	}
	return done;
}

static bool add_rows(struct declaring *declaring)
{
	json_t *order = closing_keys(declaring->figures);
	bool done = order != NULL;

	declaring->rows = json_array();
	done = done && declaring->rows != NULL;
	for (size_t i = 0; done && i < json_array_size(order); i++) {
		const char *worker =
		    json_string_value(json_array_get(order, i));

		done = add_worker(declaring, worker,
		    json_object_get(declaring->figures, worker));
	}
	json_decref(order);
	return done && add_purged(declaring);
}

/* What is declared, and nothing that may change without it: no name. */
static bool sum_rows(const json_t *rows, char out[HASH_TEXT])
{
	struct buf text = BUF_INIT;
	struct hash hash;
	bool done;

	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);

		buf_printf(&text, "%s\n%s\n%s\n%lld\n%lld\n",
		    json_text(row, "worker"), json_text(row, "contract"),
		    json_text(row, "annex"),
		    (long long)json_int(row, "minutes", 0),
		    (long long)json_int(row, "hours", 0));
	}
	buf_add_char(&text, '\n');
	done = !text.failed;
	if (done) {
		hash_of(&hash, text.data, text.len);
		hash_hex(&hash, out);
	}
	buf_free(&text);
	return done;
}

/* ---- states ---- */

static bool is_declared(const struct declaring *declaring, const char *sum)
{
	const json_t *value = json_object_get(declaring->declared, "value");

	return strcmp(json_text(value, "closing"), declaring->past.hex) == 0 &&
	       strcmp(json_text(value, "sum"), sum) == 0;
}

static const char *state_of(const struct declaring *declaring, const char *sum)
{
	if (!declaring->closed)
		return DECLARE_DRAFT;
	if (declaring->declared != NULL)
		return is_declared(declaring, sum) ? DECLARE_VALID
		                                   : DECLARE_REOPENED;
	return json_int(declaring->past.entry.value, "version", 1) > 1
	           ? DECLARE_REOPENED
	           : DECLARE_ENTERED;
}

static bool put_state(json_t *rows, const char *state, int64_t version)
{
	for (size_t i = 0; i < json_array_size(rows); i++) {
		json_t *row = json_array_get(rows, i);

		if (!json_put_int(row, "version", version) ||
		    !json_put_text(row, "state", state))
			return false;
	}
	return true;
}

static int count_why(const json_t *rows, const char *why)
{
	int count = 0;

	for (size_t i = 0; i < json_array_size(rows); i++) {
		if (strcmp(json_text(json_array_get(rows, i), "why"), why) == 0)
			count++;
	}
	return count;
}

static int64_t add_up(const json_t *rows, const char *member)
{
	int64_t sum = 0;

	for (size_t i = 0; i < json_array_size(rows); i++)
		sum += json_int(json_array_get(rows, i), member, 0);
	return sum;
}

static json_t *total_of(const json_t *rows)
{
	return json_pack("{s:I, s:I, s:I, s:I, s:i, s:i}", "rows",
	    (json_int_t)json_array_size(rows), "minutes",
	    (json_int_t)add_up(rows, "minutes"), "hours",
	    (json_int_t)add_up(rows, "hours"), "remainder",
	    (json_int_t)add_up(rows, "remainder"), "no_contract",
	    count_why(rows, "contract"), "no_annex", count_why(rows, "annex"));
}

static json_t *declared_json(const struct declaring *declaring, const char *sum)
{
	const json_t *told = declaring->declared;
	const json_t *value = json_object_get(told, "value");

	if (told == NULL)
		return json_null();
	return json_pack("{s:I, s:s, s:s, s:s, s:s, s:s, s:s, s:b}", "version",
	    (json_int_t)json_int(value, "version", 0), "closing",
	    json_text(value, "closing"), "sum", json_text(value, "sum"), "file",
	    json_text(value, "file"), "at", json_text(told, "at"), "person",
	    json_text(told, "person"), "device", json_text(told, "device"),
	    "current", declaring->closed && is_declared(declaring, sum));
}

static json_t *to_json(const struct declaring *declaring, const char *sum)
{
	const json_t *closing = declaring->past.entry.value;
	int64_t version =
	    declaring->closed ? json_int(closing, "version", 1) : 0;
	const char *state = state_of(declaring, sum);
	const char *hex = declaring->closed ? declaring->past.hex : "";
	char seen[CLOSING_SEEN_TEXT];

	closing_declared_seen(add_up(declaring->rows, "hours"),
	    (int64_t)json_array_size(declaring->rows), hex, sum, seen);
	if (!put_state(declaring->rows, state, version))
		return NULL;
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:I, s:s, s:I, s:s, s:s,"
			 " s:O, s:o, s:o}",
	    "structure", declaring->structure, "name",
	    json_text(declaring->place, "name"), "kind",
	    json_text(declaring->place, "kind"), "month", declaring->month,
	    "state", state, "version", (json_int_t)version, "closing", hex,
	    "rules",
	    (json_int_t)(declaring->closed ? json_int(closing, "rules", 1)
					   : CLOSING_RULES),
	    "sum", sum, "seen", seen, "rows", declaring->rows, "total",
	    total_of(declaring->rows), "declared",
	    declared_json(declaring, sum));
}

int declare_rows(struct office *office, const char *structure,
    const char *month, json_t **out, struct err *err)
{
	struct declaring declaring = {
	    .office = office,
	    .structure = structure,
	};
	char sum[HASH_TEXT];
	int rc;

	*out = NULL;
	if ((rc = date_parse_month(
		 month, declaring.first, declaring.last, err)) < 0)
		return rc;
	text_copy(declaring.month, sizeof(declaring.month), declaring.first);
	if ((rc = read_all(&declaring, err)) < 0)
		goto out;
	if (!add_rows(&declaring) || !sum_rows(declaring.rows, sum) ||
	    (*out = to_json(&declaring, sum)) == NULL)
		rc = err_nomem(err);
out:
	declaring_clear(&declaring);
	return rc;
}

/* ---- declared ---- */

static json_t *declared_value(const json_t *rows, const char *file)
{
	json_t *value = json_pack("{s:I, s:s, s:s}", "version",
	    (json_int_t)json_int(rows, "version", 0), "closing",
	    json_text(rows, "closing"), "sum", json_text(rows, "sum"));

	if (value != NULL && file != NULL &&
	    !json_put_text(value, "file", file)) {
		json_decref(value);
		return NULL;
	}
	return value;
}

static int write_declared(struct act *act, const char *structure,
    const char *month, const char *file, const char *seen, bool *changed,
    struct err *err)
{
	char record[RECORD_KEY_MAX];
	json_t *rows = NULL, *value = NULL;
	int rc = declare_rows(act->office, structure, month, &rows, err);

	if (rc < 0)
		return rc;
	if (json_int(rows, "version", 0) == 0) {
		rc = err_set(err, E_CONFLICT,
		    L("le mois %.7s de « %.60s » n'est pas clos : « month "
		      "close » le clôt, puis déclarez-le",
			"month %.7s of \"%.60s\" is not closed: \"month "
			"close\" closes it, then declare it"),
		    month, structure);
		goto out;
	}
	if ((rc = closing_seen_check(
		 seen, json_text(rows, "seen"), structure, month, err)) < 0)
		goto out;
	record_key_make(record, "declared", month, NULL);
	if ((value = declared_value(rows, file)) == NULL)
		rc = err_nomem(err);
	else
		rc = act_set(
		    act, structure, "declared", record, value, changed, err);
out:
	json_decref(value);
	json_decref(rows);
	return rc;
}

int declare_make(struct office *office, const char *structure,
    const char *month, const char *file, const char *seen, bool *changed,
    struct err *err)
{
	struct hash hash;
	struct act act;
	int rc;

	if (file != NULL && hash_parse(&hash, file, NULL) < 0)
		return err_set(err, E_INVALID,
		    L("--file-hash : l'empreinte SHA-256 du fichier a 64 "
		      "chiffres hexadécimaux (« sha256sum » la donne)",
			"--file-hash: the file's SHA-256 has 64 hexadecimal "
			"digits (\"sha256sum\" gives it)"));
	if ((rc = act_begin(&act, office, err)) < 0)
		return rc;
	rc = write_declared(&act, structure, month, file, seen, changed, err);
	if (rc == 0)
		rc = act_commit(&act, err);
	else
		act_abort(&act);
	return rc;
}
