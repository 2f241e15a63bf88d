#include <stdlib.h>

#include "agent/cmd.h"
#include "shared/catalogue.h"
#include "shared/lang.h"
#include "shared/sector.h"

#define LIMIT_USUAL 200
#define LIMIT_MAX   2000

const struct opt cmd_skills_catalogue_options[] = {
    {"search", 0, "TEXT", "ces mots, sans souci d'accents",
	"these words, whatever the accents"},
    {"trade", 0, "CODE", "ce métier seul", "this trade alone"},
    {"sector", 0, "S", "d'abord les métiers de ce secteur : espaces_verts…",
	"first the trades of this sector: espaces_verts…"},
    {"limit", 0, "N", "combien au plus (200)", "how many at most (200)"},
    {NULL, 0, NULL, NULL, NULL}};

struct browsing {
	struct agent agent;
	struct catalogue catalogue;
	const struct sector *sector; /* NULL: no order */
	const char *search;
	const char *trade;
	long limit;
	long found; /* over the limit too */
	json_t *rows;
	struct table *table;
};

static bool is_first(
    const struct browsing *browsing, const struct catalogue_row *row)
{
	for (size_t i = 0; i < json_array_size(row->trades); i++) {
		const char *code =
		    json_string_value(json_array_get(row->trades, i));

		if (code != NULL && sector_has_trade(browsing->sector, code))
			return true;
	}
	return false;
}

static int add(struct browsing *browsing, const struct catalogue_row *row,
    bool first, struct err *err)
{
	json_t *trades =
	    row->trades != NULL ? json_clone(row->trades) : json_array();
	struct buf codes = BUF_INIT;

	for (size_t i = 0; i < json_array_size(trades); i++) {
		const char *code = json_string_value(json_array_get(trades, i));

		buf_printf(
		    &codes, "%s%s", i > 0 ? " " : "", code != NULL ? code : "");
	}
	table_row(browsing->table);
	table_text(browsing->table, row->code);
	table_text(browsing->table, row->label);
	table_buf(browsing->table, &codes);
	buf_free(&codes);
	return json_array_append_new(browsing->rows,
		   json_pack("{s:s,s:s,s:o,s:s,s:b}", "code", row->code,
		       "label", row->label, "trades", trades, "catalogue",
		       row->name, "first", first)) == 0
	           ? 0
	           : err_nomem(err);
}

/* Those of the sector, or the others. */
static int collect(struct browsing *browsing, bool first, struct err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < browsing->catalogue.count; i++) {
		const struct catalogue_row *row = &browsing->catalogue.rows[i];

		if ((browsing->sector != NULL && is_first(browsing, row)) !=
			first ||
		    !catalogue_matches(row, browsing->search, browsing->trade))
			continue;
		if (browsing->found++ < browsing->limit)
			rc = add(browsing, row, first, err);
	}
	return rc;
}

static int read_options(
    const struct call *call, struct browsing *out, struct err *err)
{
	const char *sector = opt_value(call, "sector");
	const char *limit = opt_value(call, "limit");
	char *end = NULL;

	out->search = opt_value(call, "search");
	out->trade = opt_value(call, "trade");
	out->limit = LIMIT_USUAL;
	if (limit != NULL) {
		out->limit = strtol(limit, &end, 10);
		if (end == limit || *end != '\0' || out->limit < 1 ||
		    out->limit > LIMIT_MAX) {
			(void)err_set(err, E_INVALID,
			    L("nombre de 1 à %d attendu",
				"number from 1 to %d expected"),
			    LIMIT_MAX);
			return cmd_blame(call, "limit", err);
		}
	}
	if (sector == NULL || (out->sector = sector_find(sector)) != NULL)
		return 0;
	(void)err_set(err, E_INVALID,
	    L("secteur inconnu : espaces_verts, batiment, nettoyage, dechets, "
	      "services_personne, restauration ou autre",
		"unknown sector: espaces_verts, batiment, nettoyage, dechets, "
		"services_personne, restauration or autre"));
	return cmd_blame(call, "sector", err);
}

static int tell(struct call *call, struct browsing *browsing, struct err *err)
{
	int rc;

	if (cmd_json(call))
		return cmd_answer(call,
		    json_pack("{s:i,s:O,s:I}", "schema", 1, "rows",
			browsing->rows, "found", (json_int_t)browsing->found),
		    err);
	rc = cmd_table(call, browsing->table,
	    L("Aucune compétence trouvée.", "No skill found."), err);
	if (rc == 0 && browsing->found > browsing->limit)
		cmd_note(call,
		    L("%ld autres : précisez avec --search, ou --limit",
			"%ld more: narrow with --search, or --limit"),
		    browsing->found - browsing->limit);
	return rc;
}

int cmd_skills_catalogue(struct call *call, struct err *err)
{
	struct browsing browsing = {0};
	int rc;

	if ((rc = read_options(call, &browsing, err)) < 0 ||
	    (rc = cmd_open(call, &browsing.agent, false, err)) < 0 ||
	    (rc = catalogue_load(&browsing.catalogue, browsing.agent.db, err)) <
		0 ||
	    (rc = table_new(&browsing.table, err)) < 0)
		goto out;
	if ((browsing.rows = json_array()) == NULL) {
		rc = err_nomem(err);
		goto out;
	}
	table_column(browsing.table, L("Code", "Code"), OUT_TEXT);
	table_column(browsing.table, L("Compétence", "Skill"), OUT_TEXT);
	table_column(browsing.table, L("Métiers", "Trades"), OUT_TEXT);
	if ((rc = collect(&browsing, true, err)) == 0 &&
	    (rc = collect(&browsing, false, err)) == 0)
		rc = tell(call, &browsing, err);
out:
	json_decref(browsing.rows);
	table_free(browsing.table);
	catalogue_clear(&browsing.catalogue);
	agent_close(&browsing.agent);
	return rc;
}
