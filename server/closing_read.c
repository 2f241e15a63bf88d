#include <stdio.h>
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
    const char *record, const struct hash *hash, struct err *err)
{
	struct buf body = BUF_INIT;
	int rc;

	memset(out, 0, sizeof(*out));
	if ((rc = ledger_bytes_of(db, structure, record, hash, &body, err)) ==
	    0)
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

		if ((rc = read_entry(
			 &entry, db, structure, record, &heads[i], err)) < 0) {
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
    const char *structure, const char *record, const char *hex, struct err *err)
{
	struct entry entry = {0};
	struct hash hash;
	const json_t *value;
	bool purged;
	int rc;

	if ((rc = hash_parse(&hash, hex, err)) < 0)
		return rc;
	rc = read_entry(&entry, db, structure, record, &hash, err);
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
	char record[RECORD_KEY_MAX];
	int rc = 0;

	record_key_make(record, CLOSING_FAMILY, month, NULL);
	past->rows = json_array();
	past->adjusts = json_array();
	past->covered = json_object();
	if (past->rows == NULL || past->adjusts == NULL ||
	    past->covered == NULL)
		return err_nomem(err);
	for (size_t i = 0; rc == 0 && i < json_array_size(workers); i++) {
		const char *hex = json_string_value(json_array_get(workers, i));

		if (hex != NULL)
			rc = read_row(past, db, structure, record, hex, err);
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
		    L("le mois %.7s de « %.60s » n'est pas clos : « month "
		      "close » "
		      "le clôt",
			"month %.7s of \"%.60s\" is not closed: \"month "
			"close\" "
			"closes it"),
		    month, structure);
	}
	out->contested = strcmp(state.text, RECORD_CONTESTED) == 0;
	if ((rc = read_head(out, db, structure, month, err)) < 0)
		return rc;
	return read_parts(out, db, structure, month, err);
}

/* ---- figures ---- */

/* Marks a share that the closing itself has. */
#define SHARE_CLOSED "closed"

/* The worker's member, made when new; NULL when out of memory. */
static json_t *figure_of(json_t *figures, const char *worker)
{
	json_t *found = json_object_get(figures, worker);

	if (found != NULL)
		return found;
	found = json_pack("{s:{}, s:i, s:{}}", "kinds", "minutes", 0, "shares");
	return json_put(figures, worker, found) ? found : NULL;
}

static bool add_share(json_t *figure, const char *contract, const char *annex,
    const json_t *kinds, int64_t asp)
{
	json_t *share =
	    closing_share(json_object_get(figure, "shares"), contract, annex);

	return share != NULL &&
	       closing_add_kinds(json_object_get(share, "kinds"), kinds) &&
	       json_put_int(share, "asp", json_int(share, "asp", 0) + asp);
}

static bool add_figure(json_t *figure, const json_t *kinds, int64_t minutes)
{
	return figure != NULL &&
	       closing_add_kinds(json_object_get(figure, "kinds"), kinds) &&
	       json_put_int(
		   figure, "minutes", json_int(figure, "minutes", 0) + minutes);
}

/* Rules before the second knew no shares: all of it, under no contract. */
static bool add_closed(json_t *figures, const json_t *value, unsigned asp)
{
	json_t *figure = figure_of(figures, json_text(value, "worker"));
	const json_t *kinds = json_object_get(value, "kinds");
	const json_t *shares = json_object_get(value, "shares");
	bool done = add_figure(figure, kinds, json_int(value, "minutes", 0));

	if (done && shares == NULL)
		done = add_share(
		    figure, "", "", kinds, closing_asp_minutes(kinds, asp));
	for (size_t i = 0; done && i < json_array_size(shares); i++) {
		const json_t *share = json_array_get(shares, i);
		const char *contract = json_text(share, "contract");
		const char *annex = json_text(share, "annex");

		done = add_share(figure, contract, annex,
			   json_object_get(share, "kinds"),
			   json_int(share, "asp", 0)) &&
		       json_put(closing_share(json_object_get(figure, "shares"),
				    contract, annex),
			   SHARE_CLOSED, json_true());
	}
	return done;
}

/* What changes, kind to minutes, of [{"kind","before","after"}]. Own it. */
static json_t *changes(const json_t *list)
{
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

static int64_t change(const json_t *item)
{
	return json_int(item, "after", 0) - json_int(item, "before", 0);
}

static bool adjust_share(json_t *figure, const json_t *share)
{
	json_t *kinds = changes(json_object_get(share, "kinds"));
	bool done = kinds != NULL &&
	            add_share(figure, json_text(share, "contract"),
			json_text(share, "annex"), kinds, change(share));

	json_decref(kinds);
	return done;
}

static bool add_adjust(json_t *figures, const json_t *adjust, unsigned asp)
{
	json_t *figure = figure_of(figures, json_text(adjust, "worker"));
	const json_t *shares = json_object_get(adjust, "shares");
	json_t *kinds = changes(json_object_get(adjust, "kinds"));
	bool done = kinds != NULL && add_figure(figure, kinds, change(adjust));

	if (done && shares == NULL)
		done = add_share(
		    figure, "", "", kinds, closing_asp_minutes(kinds, asp));
	for (size_t i = 0; done && i < json_array_size(shares); i++)
		done = adjust_share(figure, json_array_get(shares, i));
	json_decref(kinds);
	return done;
}

json_t *closing_figures(
    const struct closing_past *past, unsigned what, int kind)
{
	json_t *figures = json_object();
	bool done = figures != NULL;

	for (size_t i = 0; done && i < json_array_size(past->rows) &&
			   (what & CLOSING_CLOSED) != 0;
	     i++) {
		const json_t *value =
		    json_object_get(json_array_get(past->rows, i), "value");

		if (json_is_object(value))
			done = add_closed(figures, value, (unsigned)kind);
	}
	for (size_t i = 0; done && i < json_array_size(past->adjusts) &&
			   (what & CLOSING_ADJUSTED) != 0;
	     i++)
		done = add_adjust(
		    figures, json_array_get(past->adjusts, i), (unsigned)kind);
	if (done)
		return figures;
	json_decref(figures);
	return NULL;
}

bool closing_is_current(
    const struct closing_past *past, const struct closing_month *now)
{
	char sum[HASH_TEXT];

	if (!closing_month_sum(now, sum))
		return false;
	if (strcmp(json_text(past->entry.value, "sum"), sum) == 0 &&
	    json_array_size(past->adjusts) == 0)
		return true;
	for (size_t i = 0; i < json_array_size(past->adjusts); i++) {
		if (strcmp(json_text(json_array_get(past->adjusts, i), "sum"),
			sum) == 0)
			return true;
	}
	return false;
}

/* ---- annexes that came late ---- */

struct settling {
	const struct contracts *contracts;
	const char *structure;
	const char *worker;
	const json_t *shares;
	const char *first, *last;
};

/* On ${day}, unless the closing knew it: then it was not for these days. */
static const char *late_annex(const struct settling *settling,
    const char *contract, const json_t *value, const char *day)
{
	const char *annex = contracts_annex(
	    settling->contracts, settling->structure, value, day);
	char key[2 * TEXT_ID_MAX + 2];

	(void)snprintf(key, sizeof(key), "%s/%s", contract, annex);
	return json_object_get(
		   json_object_get(settling->shares, key), SHARE_CLOSED) == NULL
	           ? annex
	           : "";
}

static const char *annex_of(
    const struct settling *settling, const json_t *share)
{
	const char *contract = json_text(share, "contract");
	const char *annex = json_text(share, "annex");
	const json_t *list = contracts_list(
	    settling->contracts, settling->structure, settling->worker);

	for (size_t i = 0; annex[0] == '\0' && contract[0] != '\0' &&
			   i < json_array_size(list);
	     i++) {
		const json_t *item = json_array_get(list, i);
		const json_t *value = json_object_get(item, "value");

		if (strcmp(json_text(item, "id"), contract) != 0)
			continue;
		annex = late_annex(settling, contract, value, settling->last);
		if (annex[0] == '\0')
			annex = late_annex(
			    settling, contract, value, settling->first);
	}
	return annex;
}

json_t *closing_settle(const struct contracts *contracts, const char *structure,
    const char *worker, const json_t *shares, const char *first,
    const char *last)
{
	const struct settling settling = {
	    contracts, structure, worker, shares, first, last};
	json_t *out = json_object();
	const char *key;
	json_t *share;
	bool done = out != NULL;

	json_object_foreach((json_t *)(uintptr_t)shares, key, share)
	{
		json_t *sum = closing_share(out, json_text(share, "contract"),
		    annex_of(&settling, share));

		done = done && sum != NULL &&
		       closing_add_kinds(json_object_get(sum, "kinds"),
			   json_object_get(share, "kinds")) &&
		       json_put_int(sum, "asp",
			   json_int(sum, "asp", 0) + json_int(share, "asp", 0));
	}
	if (done)
		return out;
	json_decref(out);
	return NULL;
}
