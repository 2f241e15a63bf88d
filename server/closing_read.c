#include <stdlib.h>
#include <string.h>

#include "server/closing_part.h"
#include "shared/buf.h"
#include "shared/lang.h"
#include "shared/ledger.h"

void closing_past_clear(struct closing_past *past)
{
	entry_clear(&past->entry);
	json_decref(past->rows);
	json_decref(past->adjusts);
	json_decref(past->covered);
	memset(past, 0, sizeof(*past));
}

/* The state of a record, as the ledger stores it; "" when there is none. */
struct closing_state {
	char text[16];
};

static int note_state(
    void *context, const struct record_row *row, struct err *err)
{
	struct closing_state *state = context;

	(void)err;
	text_copy(state->text, sizeof(state->text), row->state);
	return 0;
}

static int read_state(struct db *db, const char *structure, const char *month,
    struct closing_state *out, struct err *err)
{
	char record[RECORD_KEY_MAX];

	out->text[0] = '\0';
	record_key_make(record, CLOSING_FAMILY, month, NULL);
	return ledger_record(db, structure, record, note_state, out, NULL, err);
}

static bool is_closed(const struct closing_state *state)
{
	return strcmp(state->text, RECORD_MERGED) == 0 ||
	       strcmp(state->text, RECORD_CONTESTED) == 0;
}

int closing_is_made(struct db *db, const char *structure, const char *month,
    bool *made, struct err *err)
{
	struct closing_state state;
	int rc = read_state(db, structure, month, &state, err);

	*made = is_closed(&state);
	return rc;
}

/* Clear ${*out} in both cases. */
static int read_entry(struct entry *out, struct db *db, const char *structure,
    const struct hash *hash, struct err *err)
{
	struct buf body = BUF_INIT;
	int rc;

	memset(out, 0, sizeof(*out));
	if ((rc = ledger_bytes(db, structure, hash, &body, err)) == 0)
		rc = entry_parse(out, body.data, body.len, err);
	buf_free(&body);
	return rc;
}

/* Of closings side by side the smallest hash, as the fold shows it; a void
 * among them is none. */
static int read_head(struct closing_past *past, struct db *db,
    const char *structure, const char *month, struct err *err)
{
	struct hash heads[ENTRY_PARENTS_MAX];
	char record[RECORD_KEY_MAX];
	size_t count;
	int rc;

	record_key_make(record, CLOSING_FAMILY, month, NULL);
	if ((rc = ledger_heads(db, structure, record, heads, ENTRY_PARENTS_MAX,
		 &count, err)) < 0)
		return rc;
	for (size_t i = 0; i < count; i++) {
		struct entry entry;

		if ((rc = read_entry(&entry, db, structure, &heads[i], err)) <
		    0) {
			entry_clear(&entry);
			return rc;
		}
		if (strcmp(entry.kind, CLOSING_FAMILY) == 0 &&
		    (past->entry.root == NULL ||
			memcmp(&heads[i], &past->hash, HASH_LEN) < 0)) {
			entry_clear(&past->entry);
			past->entry = entry;
			past->hash = heads[i];
		} else {
			entry_clear(&entry);
		}
	}
	hash_hex(&past->hash, past->hex);
	return 0;
}

static int cover(
    struct closing_past *past, const json_t *heads, struct err *err)
{
	for (size_t i = 0; i < json_array_size(heads); i++) {
		const char *hex = json_string_value(json_array_get(heads, i));

		if (hex != NULL && !json_put(past->covered, hex, json_true()))
			return err_nomem(err);
	}
	return 0;
}

/* A worker's entry; its body may have been purged, its hash stays. */
static int read_row(struct closing_past *past, struct db *db,
    const char *structure, const char *hex, struct err *err)
{
	struct entry entry = {0};
	struct hash hash;
	const json_t *value;
	bool purged;
	int rc;

	if ((rc = hash_parse(&hash, hex, err)) < 0)
		return rc;
	rc = read_entry(&entry, db, structure, &hash, err);
	purged = rc == E_NOT_FOUND || rc == E_INVALID;
	if (rc < 0 && !purged)
		goto out;
	value = purged ? NULL : entry.value;
	rc = cover(past, json_object_get(value, "heads"), err);
	if (rc == 0 && json_array_append_new(past->rows,
			   json_pack("{s:s, s:s, s:b, s:O?}", "worker",
			       json_text(value, "worker"), "hash", hex,
			       "purged", purged, "value", value)) < 0)
		rc = err_nomem(err);
out:
	entry_clear(&entry);
	return rc;
}

static int note_adjust(
    void *context, const struct record_row *row, struct err *err)
{
	struct closing_past *past = context;
	json_t *value = NULL;
	int rc;

	if (strcmp(row->state, RECORD_MERGED) != 0)
		return 0;
	if ((rc = json_read(&value, row->value, strlen(row->value), err)) < 0)
		return rc;
	/* Those of an earlier version are inside this one. */
	if (strcmp(json_text(value, "closing"), past->hex) == 0) {
		rc = cover(past, json_object_get(value, "heads"), err);
		if (rc == 0 && json_array_append(past->adjusts, value) < 0)
			rc = err_nomem(err);
	}
	json_decref(value);
	return rc;
}

static int read_parts(struct closing_past *past, struct db *db,
    const char *structure, const char *month, struct err *err)
{
	const json_t *workers = json_object_get(past->entry.value, "workers");
	int rc = 0;

	past->rows = json_array();
	past->adjusts = json_array();
	past->covered = json_object();
	if (past->rows == NULL || past->adjusts == NULL ||
	    past->covered == NULL)
		return err_nomem(err);
	for (size_t i = 0; rc == 0 && i < json_array_size(workers); i++) {
		const char *hex = json_string_value(json_array_get(workers, i));

		if (hex != NULL)
			rc = read_row(past, db, structure, hex, err);
	}
	return rc < 0 ? rc
	              : ledger_subject(db, structure, ADJUST_FAMILY, month,
			    note_adjust, past, err);
}

int closing_past_read(struct closing_past *out, struct db *db,
    const char *structure, const char *month, struct err *err)
{
	struct closing_state state;
	int rc;

	memset(out, 0, sizeof(*out));
	if ((rc = read_state(db, structure, month, &state, err)) < 0)
		return rc;
	if (!is_closed(&state)) {
		return err_set(err, E_NOT_FOUND,
		    L("le mois %.7s de « %.60s » n'est pas clos : « close » "
		      "le clôt",
			"month %.7s of \"%.60s\" is not closed: \"close\" "
			"closes it"),
		    month, structure);
	}
	out->contested = strcmp(state.text, RECORD_CONTESTED) == 0;
	if ((rc = read_head(out, db, structure, month, err)) < 0)
		return rc;
	return read_parts(out, db, structure, month, err);
}

/* ---- figures ---- */

/* The worker's member, made when new; NULL when out of memory. */
static json_t *figure_of(json_t *figures, const char *worker)
{
	json_t *found = json_object_get(figures, worker);

	if (found != NULL)
		return found;
	found = json_pack("{s:{}, s:i}", "kinds", "minutes", 0);
	return json_put(figures, worker, found) ? found : NULL;
}

static bool add_figure(
    json_t *figures, const char *worker, const json_t *kinds, int64_t minutes)
{
	json_t *figure = figure_of(figures, worker);

	return figure != NULL &&
	       closing_add_kinds(json_object_get(figure, "kinds"), kinds) &&
	       json_put_int(
		   figure, "minutes", json_int(figure, "minutes", 0) + minutes);
}

/* What an adjustment changes, kind to minutes. Own it. */
static json_t *changes(const json_t *adjust)
{
	const json_t *list = json_object_get(adjust, "kinds");
	json_t *kinds = json_object();

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *item = json_array_get(list, i);

		if (!json_put_int(kinds, json_text(item, "kind"),
			json_int(item, "after", 0) -
			    json_int(item, "before", 0))) {
			json_decref(kinds);
			return NULL;
		}
	}
	return kinds;
}

static bool add_adjust(json_t *figures, const json_t *adjust)
{
	json_t *kinds = changes(adjust);
	bool done =
	    kinds != NULL &&
	    add_figure(figures, json_text(adjust, "worker"), kinds,
		json_int(adjust, "after", 0) - json_int(adjust, "before", 0));

	json_decref(kinds);
	return done;
}

json_t *closing_figures(const struct closing_past *past, unsigned what)
{
	json_t *figures = json_object();
	bool done = figures != NULL;

	for (size_t i = 0; done && i < json_array_size(past->rows) &&
			   (what & CLOSING_CLOSED) != 0;
	     i++) {
		const json_t *row = json_array_get(past->rows, i);
		const json_t *value = json_object_get(row, "value");

		if (json_is_object(value))
			done = add_figure(figures, json_text(row, "worker"),
			    json_object_get(value, "kinds"),
			    json_int(value, "minutes", 0));
	}
	for (size_t i = 0; done && i < json_array_size(past->adjusts) &&
			   (what & CLOSING_ADJUSTED) != 0;
	     i++)
		done = add_adjust(figures, json_array_get(past->adjusts, i));
	if (done)
		return figures;
	json_decref(figures);
	return NULL;
}
