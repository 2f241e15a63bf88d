#include <string.h>

#include "server/export/export_log.h"
#include "shared/lang.h"

struct change {
	json_t *rows; /* owned */
	int64_t added, changed, removed, same;
};

static int64_t minutes_of(const json_t *row)
{
	return json_integer_value(json_array_get(row, 1));
}

static int note(struct change *change, const char *structure, const char *key,
    const char *how, const json_t *before, const json_t *after, struct err *err)
{
	json_t *row = json_pack("{s:s, s:s, s:s}", "structure", structure,
	    "key", key, "change", how);

	if ((before == NULL ||
		json_put_int(row, "before", minutes_of(before))) &&
	    (after == NULL || json_put_int(row, "after", minutes_of(after))))
		return json_array_append_new(change->rows, row) == 0
		           ? 0
		           : err_nomem(err);
	json_decref(row);
	return err_nomem(err);
}

/* Rows of one structure, then and now. */
static int compare(struct change *change, const char *structure, json_t *before,
    json_t *after, struct err *err)
{
	const char *key;
	json_t *row, *other;
	int rc = 0;

	json_object_foreach(before, key, row)
	{
		if (rc < 0)
			return rc;
		other = json_object_get(after, key);
		if (other == NULL) {
			change->removed++;
			rc = note(
			    change, structure, key, "removed", row, NULL, err);
		} else if (!json_equal(row, other)) {
			change->changed++;
			rc = note(
			    change, structure, key, "changed", row, other, err);
		} else {
			change->same++;
		}
	}
	json_object_foreach(after, key, row)
	{
		if (rc < 0)
			return rc;
		if (json_object_get(before, key) != NULL)
			continue;
		change->added++;
		rc = note(change, structure, key, "added", NULL, row, err);
	}
	return rc;
}

static int compare_all(
    struct change *change, json_t *before, json_t *after, struct err *err)
{
	const char *structure;
	json_t *keys;
	int rc = 0;

	json_object_foreach(before, structure, keys)
	{
		if (rc == 0)
			rc = compare(change, structure, keys,
			    json_object_get(after, structure), err);
	}
	json_object_foreach(after, structure, keys)
	{
		if (rc == 0 && json_object_get(before, structure) == NULL)
			rc = compare(change, structure, NULL, keys, err);
	}
	return rc;
}

static int check_keys(const json_t *told, struct err *err)
{
	const json_t *keys = json_object_get(told, "keys");

	if (json_object_size(keys) ==
		json_array_size(json_object_get(told, "structures")) &&
	    json_object_size(keys) > 0)
		return 0;
	return err_set(err, E_INVALID,
	    L("l'export %.20s n'a pas gardé d'empreinte par ligne (il en avait "
	      "trop, ou c'est un dossier d'audit) : rien ne peut être comparé",
		"export %.20s kept no digest of each row (it had too many, or "
		"is an audit directory): nothing can be compared"),
	    json_text(told, "id"));
}

/* What the same export would have now; its keys, own them. */
static int ask_again(
    struct office *office, const json_t *told, json_t **keys, struct err *err)
{
	const json_t *filter = json_object_get(told, "filter");
	const struct export_ask ask = {
	    .what = json_text(told, "what"),
	    .month = json_text(filter, "month"),
	    .structure = json_text(filter, "structure"),
	    .by = json_text(filter, "by"),
	    .worker = json_text(filter, "worker"),
	    .project = json_text(filter, "project"),
	    .format = "",
	    .map = "",
	};
	struct export now;
	int rc = export_prepare(&now, office, &ask, err);

	/* Now without a row: all that there was is gone. */
	if (rc == E_NOT_FOUND && now.keys != NULL && now.rows == 0)
		rc = 0;
	*keys = rc == 0 ? json_incref(now.keys) : NULL;
	export_clear(&now);
	return rc;
}

static int find_until(struct office *office, const json_t *since,
    const char *until, json_t **out, struct err *err)
{
	int rc = export_log_find(office, until, "", "", out, err);

	if (rc < 0)
		return rc;
	if (strcmp(json_text(since, "what"), json_text(*out, "what")) != 0 ||
	    !json_equal(json_object_get(since, "filter"),
		json_object_get(*out, "filter"))) {
		return err_set(err, E_INVALID,
		    L("ces deux exports n'ont pas le même genre et le même "
		      "filtre : rien ne peut être comparé",
			"these two exports are not of one kind and filter: "
			"nothing can be compared"));
	}
	return check_keys(*out, err);
}

static json_t *answer(
    const json_t *since, const json_t *until, const struct change *change)
{
	const json_t *filter = json_object_get(since, "filter");

	return json_pack("{s:i, s:s, s:s, s:s?, s:s, s:s, s:I, s:I, s:I, s:I,"
			 " s:O}",
	    "schema", 1, "since", json_text(since, "id"), "at",
	    json_text(since, "at"), "until",
	    until != NULL ? json_text(until, "id") : NULL, "what",
	    json_text(since, "what"), "month", json_text(filter, "month"),
	    "added", (json_int_t)change->added, "changed",
	    (json_int_t)change->changed, "removed", (json_int_t)change->removed,
	    "same", (json_int_t)change->same, "rows", change->rows);
}

int export_log_changed(struct office *office, const char *since,
    const char *until, const char *what, const char *month, json_t **out,
    struct err *err)
{
	struct change change = {.rows = json_array()};
	json_t *from = NULL, *to = NULL, *keys = NULL;
	int rc;

	*out = NULL;
	if (change.rows == NULL)
		return err_nomem(err);
	if ((rc = export_log_find(office, since, what, month, &from, err)) <
		0 ||
	    (rc = check_keys(from, err)) < 0)
		goto out;
	if (until != NULL) {
		if ((rc = find_until(office, from, until, &to, err)) == 0)
			keys = json_incref(json_object_get(to, "keys"));
	} else {
		rc = ask_again(office, from, &keys, err);
	}
	if (rc == 0)
		rc = compare_all(
		    &change, json_object_get(from, "keys"), keys, err);
	if (rc == 0 && (*out = answer(from, to, &change)) == NULL)
		rc = err_nomem(err);
out:
	json_decref(change.rows);
	json_decref(from);
	json_decref(to);
	json_decref(keys);
	return rc;
}
