#include <stdlib.h>
#include <string.h>

#include "server/contracts.h"
#include "server/import/reference.h"
#include "shared/ledger.h"

struct contracts {
	json_t *workers; /* "<structure>/<worker>" to [{"id","value"}] */
	json_t *annexes; /* by reference_key */
};

void contracts_free(struct contracts *contracts)
{
	if (contracts == NULL)
		return;
	json_decref(contracts->workers);
	json_decref(contracts->annexes);
	free(contracts);
}

/* ---- loading ---- */

static int note_contract(
    void *context, const struct record_row *row, struct err *err)
{
	struct contracts *contracts = context;
	char key[REFERENCE_KEY_MAX];
	struct record_key record;
	json_t *list, *value;
	int rc;

	if ((rc = record_key_parse(&record, row->record, err)) < 0 ||
	    (rc = reference_value(&value, row, err)) < 0 || value == NULL)
		return rc;
	reference_key(key, row->structure, row->subject);
	list = json_object_get(contracts->workers, key);
	if (list == NULL) {
		list = json_array();
		if (!json_put(contracts->workers, key, list)) {
			json_decref(value);
			return err_nomem(err);
		}
	}
	return json_array_append_new(list, json_pack("{s:s, s:o}", "id",
					       record.part, "value", value)) < 0
	           ? err_nomem(err)
	           : 0;
}

static int note_annex(
    void *context, const struct record_row *row, struct err *err)
{
	struct contracts *contracts = context;
	char key[REFERENCE_KEY_MAX];
	json_t *value;
	int rc = reference_value(&value, row, err);

	if (rc < 0 || value == NULL)
		return rc;
	reference_key(key, row->structure, row->subject);
	return json_put(contracts->annexes, key, value) ? 0 : err_nomem(err);
}

static const char *start_of(const json_t *item)
{
	return json_text(json_object_get(item, "value"), "start");
}

static int compare_starts(const void *a, const void *b)
{
	const json_t *one = *(json_t *const *)a, *other = *(json_t *const *)b;
	int order = strcmp(start_of(one), start_of(other));

	return order != 0
	           ? order
	           : strcmp(json_text(one, "id"), json_text(other, "id"));
}

static bool has_kind(const json_t *item)
{
	return json_text(json_object_get(item, "value"), "kind")[0] != '\0';
}

/* The days that the worker's own record says, for contracts without any. */
static const char *days_of(const json_t *list)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *item = json_array_get(list, i);
		const char *days =
		    json_text(json_object_get(item, "value"), "days");

		if (!has_kind(item) && days[0] != '\0')
			return days;
	}
	return "";
}

static bool is_any_named(const json_t *list)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		if (has_kind(json_array_get(list, i)))
			return true;
	}
	return false;
}

/* Of a worker's contracts those that count, by start. Own it. */
static json_t *select_contracts(const json_t *list)
{
	size_t size = json_array_size(list), count = 0;
	json_t **items = calloc(size + 1, sizeof(*items));
	bool named = is_any_named(list);
	const char *days = named ? days_of(list) : "";
	json_t *out = json_array();
	bool done = items != NULL && out != NULL;

	for (size_t i = 0; done && i < size; i++) {
		json_t *item = json_array_get(list, i);
		json_t *value = json_object_get(item, "value");

		if (named && !has_kind(item))
			continue;
		if (days[0] != '\0' && json_text(value, "days")[0] == '\0')
			done = json_put_text(value, "days", days);
		items[count++] = item;
	}
	if (done)
		qsort(items, count, sizeof(*items), compare_starts);
	for (size_t i = 0; done && i < count; i++)
		done = json_array_append(out, items[i]) == 0;
	free(items);
	if (done)
		return out;
	json_decref(out);
	return NULL;
}

static int select_all(struct contracts *contracts, struct err *err)
{
	json_t *all = json_object();
	const char *key;
	json_t *list;
	bool done = all != NULL;

	json_object_foreach(contracts->workers, key, list)
	{
		done = done && json_put(all, key, select_contracts(list));
	}
	if (!done) {
		json_decref(all);
		return err_nomem(err);
	}
	json_decref(contracts->workers);
	contracts->workers = all;
	return 0;
}

int contracts_load(struct contracts **out, struct db *db, const char *structure,
    struct err *err)
{
	struct contracts *contracts = calloc(1, sizeof(*contracts));
	int rc;

	*out = NULL;
	if (contracts == NULL)
		return err_nomem(err);
	contracts->workers = json_object();
	contracts->annexes = json_object();
	if (contracts->workers == NULL || contracts->annexes == NULL) {
		rc = err_nomem(err);
		goto out;
	}
	if ((rc = ledger_family(db, structure, "contract", note_contract,
		 contracts, err)) < 0 ||
	    (rc = ledger_family(
		 db, structure, "annex", note_annex, contracts, err)) < 0)
		goto out;
	rc = select_all(contracts, err);
out:
	if (rc < 0)
		contracts_free(contracts);
	else
		*out = contracts;
	return rc;
}

/* ---- asking ---- */

const char *contract_last(const json_t *value)
{
	const char *real = json_text(value, "real_end");

	return real[0] != '\0' ? real : json_text(value, "end");
}

bool contract_meets(const char *start, const char *end, const char *other_start,
    const char *other_end)
{
	return (end[0] == '\0' || strcmp(other_start, end) <= 0) &&
	       (other_end[0] == '\0' || strcmp(start, other_end) <= 0);
}

static bool covers(const json_t *value, const char *last, const char *day)
{
	return contract_meets(json_text(value, "start"), last, day, day);
}

const json_t *contracts_list(const struct contracts *contracts,
    const char *structure, const char *worker)
{
	char key[REFERENCE_KEY_MAX];

	reference_key(key, structure, worker);
	return json_object_get(contracts->workers, key);
}

const json_t *contracts_on(const struct contracts *contracts,
    const char *structure, const char *worker, const char *day)
{
	const json_t *list = contracts_list(contracts, structure, worker);

	for (size_t i = json_array_size(list); i-- > 0;) {
		const json_t *item = json_array_get(list, i);
		const json_t *value = json_object_get(item, "value");

		if (covers(value, contract_last(value), day))
			return item;
	}
	return NULL;
}

bool contracts_counts(const struct contracts *contracts, const char *structure,
    const char *worker, const char *id)
{
	const json_t *list = contracts_list(contracts, structure, worker);

	for (size_t i = 0; i < json_array_size(list); i++) {
		if (strcmp(json_text(json_array_get(list, i), "id"), id) == 0)
			return true;
	}
	return false;
}

int64_t contracts_count(const struct contracts *contracts)
{
	const char *key;
	json_t *list;
	int64_t count = 0;

	json_object_foreach(contracts->workers, key, list)
	{
		for (size_t i = 0; i < json_array_size(list); i++)
			count += start_of(json_array_get(list, i))[0] != '\0';
	}
	return count;
}

bool contracts_any(const struct contracts *contracts, const char *structure,
    const char *worker)
{
	return json_array_size(contracts_list(contracts, structure, worker)) >
	       0;
}

const json_t *contracts_annexes(const struct contracts *contracts)
{
	return contracts->annexes;
}

/* Of ${annex}, when its dates cover the day. */
static const char *annex_on(const struct contracts *contracts,
    const char *structure, const char *annex, const char *day)
{
	const json_t *value =
	    annex[0] != '\0'
		? reference_get(contracts->annexes, structure, annex)
		: NULL;

	return value != NULL && covers(value, json_text(value, "end"), day)
	           ? annex
	           : "";
}

const char *contracts_annex(const struct contracts *contracts,
    const char *structure, const json_t *contract, const char *day)
{
	const json_t *before = json_object_get(contract, "before");
	const char *found =
	    annex_on(contracts, structure, json_text(contract, "annex"), day);

	for (size_t i = json_array_size(before); found[0] == '\0' && i-- > 0;) {
		const char *annex =
		    json_string_value(json_array_get(before, i));

		if (annex != NULL)
			found = annex_on(contracts, structure, annex, day);
	}
	return found;
}

/* ---- attaching ---- */

static bool is_same_year(const json_t *annexes, const char *structure,
    const char *annex, const char *other)
{
	const json_t *one = reference_get(annexes, structure, annex);
	const json_t *two = reference_get(annexes, structure, other);

	return one == NULL || two == NULL ||
	       contract_meets(json_text(one, "start"), json_text(one, "end"),
		   json_text(two, "start"), json_text(two, "end"));
}

bool contract_attach(json_t *value, const json_t *annexes,
    const char *structure, const char *annex)
{
	const json_t *old = json_object_get(value, "before");
	const char *now = json_text(value, "annex");
	json_t *before = json_array();
	bool done = before != NULL;

	if (strcmp(now, annex) == 0) {
		json_decref(before);
		return true;
	}
	for (size_t i = 0; done && i < json_array_size(old); i++) {
		json_t *item = json_array_get(old, i);
		const char *text = json_string_value(item);

		if (text == NULL || strcmp(text, annex) == 0 ||
		    is_same_year(annexes, structure, annex, text))
			continue;
		done = json_array_append(before, item) == 0;
	}
	if (done && now[0] != '\0' &&
	    !is_same_year(annexes, structure, annex, now))
		done = json_array_append_new(before, json_string(now)) == 0;
	if (done && json_array_size(before) > 0)
		done = json_put(value, "before", json_incref(before));
	else if (done)
		(void)json_object_del(value, "before");
	json_decref(before);
	return done && json_put_text(value, "annex", annex);
}
