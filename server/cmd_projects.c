#include <string.h>

#include "server/cmd.h"
#include "server/cmd_export.h"
#include "shared/lang.h"
#include "shared/ledger.h"

struct listing {
	json_t *rows;
	struct db *db;
};

struct heads {
	const char *project;
	int64_t count;
};

static int count_link(
    void *context, const struct record_row *row, struct err *err)
{
	struct heads *heads = context;
	struct record_key key;

	if (strcmp(row->state, RECORD_MERGED) == 0 &&
	    record_key_parse(&key, row->record, err) == 0 &&
	    strcmp(key.part, heads->project) == 0)
		heads->count++;
	return 0;
}

static int take_project(
    void *context, const struct record_row *row, struct err *err)
{
	struct listing *listing = context;
	struct heads heads = {row->subject, 0};
	json_t *value = NULL;
	int rc;

	if (strcmp(row->state, RECORD_MERGED) != 0)
		return 0;
	if ((rc = ledger_family(listing->db, row->structure, "project_link",
		 count_link, &heads, err)) < 0 ||
	    (rc = json_read(&value, row->value, strlen(row->value), err)) < 0)
		return rc;
	if (json_array_append_new(listing->rows,
		json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:I}", "project",
		    row->subject, "structure", row->structure, "name",
		    json_text(value, "name"), "fund", json_text(value, "fund"),
		    "start", json_text(value, "start"), "end",
		    json_text(value, "end"), "people",
		    (json_int_t)heads.count)) < 0)
		rc = err_nomem(err);
	json_decref(value);
	return rc;
}

static void fill(struct table *table, const json_t *rows)
{
	static const char *const members[] = {
	    "project", "structure", "name", "fund", "start", "end"};

	table_column(table, L("Projet", "Project"), OUT_TEXT);
	table_column(table, L("Structure", "Structure"), OUT_TEXT);
	table_column(table, L("Nom", "Name"), OUT_TEXT);
	table_column(table, L("Fonds", "Fund"), OUT_TEXT);
	table_column(table, L("Début", "Start"), OUT_DATE);
	table_column(table, L("Fin", "End"), OUT_DATE);
	table_column(table, L("Personnes", "People"), OUT_INT);
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);

		table_row(table);
		for (size_t m = 0; m < sizeof(members) / sizeof(members[0]);
		     m++)
			table_text(table, json_text(row, members[m]));
		table_int(table, json_int(row, "people", 0));
	}
}

int cmd_project_list(struct call *call, struct err *err)
{
	struct office *office = cmd_reading(call);
	struct listing listing = {json_array(), office->db};
	int rc = listing.rows != NULL
	             ? ledger_family(office->db, NULL, "project", take_project,
			   &listing, err)
	             : err_nomem(err);

	if (rc < 0) {
		json_decref(listing.rows);
		return rc;
	}
	return cmd_rows(call, listing.rows,
	    L("Aucun projet : « import projects » les apporte.",
		"No project: \"import projects\" brings them."),
	    fill, err);
}
