#include <stdlib.h>
#include <string.h>

#include "shared/catalogue.h"
#include "shared/lang.h"
#include "shared/ledger.h"
#include "shared/nearest.h"
#include "shared/text.h"

#define SUGGESTED_MAX 5
#define LEVEL_MAX     4

/* ---- loading ---- */

static int add_row(
    struct catalogue *out, const char *name, const json_t *row, struct err *err)
{
	const char *code = json_string_value(json_array_get(row, 0));
	const char *label = json_string_value(json_array_get(row, 1));
	const json_t *trades = json_array_get(row, 2);

	/* What is no skill was not written by an office that we know. */
	if (code == NULL || label == NULL || text_check_id(code, NULL) < 0)
		return 0;
	if (out->count == out->room) {
		size_t room = out->room == 0 ? 256 : 2 * out->room;
		struct catalogue_row *rows =
		    realloc(out->rows, room * sizeof(*rows));

		if (rows == NULL)
			return err_nomem(err);
		out->rows = rows;
		out->room = room;
	}
	out->rows[out->count++] =
	    (struct catalogue_row){name, code, label, trades};
	return 0;
}

static int take_chunk(
    void *context, const struct record_row *row, struct err *err)
{
	struct catalogue *out = context;
	const json_t *rows;
	json_t *value;
	int rc;

	if (row->value[0] != '{')
		return 0;
	if ((rc = json_read(&value, row->value, strlen(row->value), err)) < 0)
		return rc;
	if (json_array_append_new(out->chunks, value) < 0)
		return err_nomem(err);
	rows = json_object_get(value, "rows");
	for (size_t i = 0; rc == 0 && i < json_array_size(rows); i++)
		rc = add_row(out, json_text(value, "name"),
		    json_array_get(rows, i), err);
	return rc;
}

int catalogue_load(struct catalogue *out, struct db *db, struct err *err)
{
	memset(out, 0, sizeof(*out));
	if ((out->chunks = json_array()) == NULL)
		return err_nomem(err);
	return ledger_family(db, NULL, "catalogue", take_chunk, out, err);
}

void catalogue_clear(struct catalogue *catalogue)
{
	json_decref(catalogue->chunks);
	free(catalogue->rows);
	memset(catalogue, 0, sizeof(*catalogue));
}

/* ---- finding ---- */

static bool has_trade(const struct catalogue_row *row, const char *trade)
{
	for (size_t i = 0; i < json_array_size(row->trades); i++) {
		const char *code =
		    json_string_value(json_array_get(row->trades, i));

		if (code != NULL && text_same(code, trade))
			return true;
	}
	return false;
}

bool catalogue_matches(
    const struct catalogue_row *row, const char *search, const char *trade)
{
	struct buf where = BUF_INIT, what = BUF_INIT;
	bool all = true;
	char *at, *save = NULL;

	if (trade != NULL && !has_trade(row, trade))
		return false;
	if (search == NULL)
		return true;
	text_fold(&where, row->code);
	buf_add_char(&where, ' ');
	text_fold(&where, row->label);
	text_fold(&what, search);
	if (what.len > 0) {
		for (at = strtok_r(what.data, " ", &save); all && at != NULL;
		     at = strtok_r(NULL, " ", &save))
			all = strstr(buf_text(&where), at) != NULL;
	}
	buf_free(&where);
	buf_free(&what);
	return all;
}

/* The few codes nearest to ${text}, best first. */
struct nearest {
	const struct catalogue_row *rows[SUGGESTED_MAX];
	size_t distances[SUGGESTED_MAX];
	size_t count;
};

static void insert(
    struct nearest *nearest, const struct catalogue_row *row, size_t distance)
{
	size_t at = nearest->count;

	while (at > 0 && nearest->distances[at - 1] > distance)
		at--;
	if (at == SUGGESTED_MAX)
		return;
	if (nearest->count < SUGGESTED_MAX)
		nearest->count++;
	for (size_t i = nearest->count - 1; i > at; i--) {
		nearest->rows[i] = nearest->rows[i - 1];
		nearest->distances[i] = nearest->distances[i - 1];
	}
	nearest->rows[at] = row;
	nearest->distances[at] = distance;
}

/* Skills whose words are these come before codes that look alike. */
static void find_nearest(
    struct nearest *out, const struct catalogue *catalogue, const char *text)
{
	size_t reach = nearest_reach(text);

	for (size_t i = 0; i < catalogue->count; i++) {
		const struct catalogue_row *row = &catalogue->rows[i];
		size_t distance = nearest_distance(text, row->code);

		if (text[0] != '\0' && catalogue_matches(row, text, NULL))
			insert(out, row, 0);
		else if (distance <= reach)
			insert(out, row, distance);
	}
}

static int unknown(
    const struct catalogue *catalogue, const char *text, struct err *err)
{
	struct buf shown = BUF_INIT, list = BUF_INIT;
	struct nearest nearest = {.count = 0};

	find_nearest(&nearest, catalogue, text);
	text_quote(&shown, text);
	for (size_t i = 0; i < nearest.count; i++)
		buf_printf(&list, "%s%s (%s)", i > 0 ? ", " : "",
		    nearest.rows[i]->code, nearest.rows[i]->label);
	if (catalogue->count == 0)
		(void)err_set(err, E_NOT_FOUND, "%s",
		    L("aucun catalogue de compétences n'est arrivé ici : "
		      "lancez « pointeau sync »",
			"no catalogue of skills has come here: run "
			"\"pointeau sync\""));
	else if (nearest.count > 0)
		(void)err_set(err, E_NOT_FOUND,
		    L("compétence « %s » inconnue : vouliez-vous dire %s ?",
			"unknown skill \"%s\": did you mean %s?"),
		    buf_text(&shown), buf_text(&list));
	else
		(void)err_set(err, E_NOT_FOUND,
		    L("compétence « %s » inconnue ; pour chercher : skills "
		      "catalogue --search TEXTE",
			"unknown skill \"%s\"; to search: skills catalogue "
			"--search TEXT"),
		    buf_text(&shown));
	buf_free(&shown);
	buf_free(&list);
	return E_NOT_FOUND;
}

int catalogue_find(const struct catalogue *catalogue, const char *text,
    const struct catalogue_row **out, struct err *err)
{
	*out = NULL;
	for (size_t i = 0; i < catalogue->count; i++) {
		const struct catalogue_row *row = &catalogue->rows[i];

		if (strcmp(row->code, text) == 0) {
			*out = row;
			return 0;
		}
		if (*out == NULL &&
		    (text_same(row->code, text) || text_same(row->label, text)))
			*out = row;
	}
	return *out != NULL ? 0 : unknown(catalogue, text, err);
}

/* ---- levels ---- */

/* By level; a step may also be named without its number. */
static const struct {
	const char *fr;
	const char *en;
} levels[] = {
    {"non évalué", "not assessed"},
    {"1 découvre", "1 discovers"},
    {"2 avec aide", "2 with help"},
    {"3 seul", "3 alone"},
    {"4 montre aux autres", "4 shows others"},
};

#define STEP_NUMBER 2 /* bytes of "3 " */

static bool names_level(const char *text, int level)
{
	size_t number = level > 0 ? STEP_NUMBER : 0;

	return text_same(text, levels[level].fr + number) ||
	       text_same(text, levels[level].en + number) ||
	       text_same(text, levels[level].fr) ||
	       text_same(text, levels[level].en) ||
	       (level > 0 && text[0] == '0' + level && text[1] == '\0');
}

int catalogue_level(int *out, const char *text, struct err *err)
{
	for (int level = 0; level <= LEVEL_MAX; level++) {
		if (names_level(text, level)) {
			*out = level;
			return 0;
		}
	}
	return err_set(err, E_INVALID,
	    L("niveau inconnu : " CATALOGUE_SCALE ", ou « non évalué »",
		"unknown level: 1 discovers, 2 with help, 3 alone, 4 shows "
		"others, or \"not assessed\""));
}

const char *catalogue_level_text(int level)
{
	if (level < 1 || level > LEVEL_MAX)
		level = 0;
	return L(levels[level].fr, levels[level].en);
}
