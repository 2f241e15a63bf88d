#include <stdlib.h>
#include <string.h>

#include "agent/catalogue.h"
#include "agent/cmd.h"
#include "agent/live.h"
#include "shared/lang.h"
#include "shared/ledger.h"

const struct opt cmd_skills_list_options[] = {
    {"worker", 0, "W", "une seule personne", "one person alone"},
    {"structure", 0, "S", "la structure, si deux ont cet identifiant",
	"the structure, if two have this identifier"},
    {"catalogue", OPT_FLAG, NULL, "ce qui peut être observé",
	"what can be observed"},
    {"search", 0, "TEXT", "dans le catalogue : ces mots",
	"in the catalogue: these words"},
    {"trade", 0, "CODE", "dans le catalogue : ce métier",
	"in the catalogue: this trade"},
    {NULL, 0, NULL, NULL, NULL}};

/* ---- the catalogue ---- */

static int add_skill(json_t *rows, struct table *table,
    const struct catalogue_row *row, struct err *err)
{
	json_t *trades =
	    row->trades != NULL ? json_clone(row->trades) : json_array();
	struct buf codes = BUF_INIT;

	for (size_t i = 0; i < json_array_size(row->trades); i++) {
		const char *code =
		    json_string_value(json_array_get(row->trades, i));

		buf_printf(
		    &codes, "%s%s", i > 0 ? " " : "", code != NULL ? code : "");
	}
	table_row(table);
	table_text(table, row->code);
	table_text(table, row->label);
	table_buf(table, &codes);
	buf_free(&codes);
	return json_array_append_new(rows,
		   json_pack("{s:s,s:s,s:o,s:s}", "code", row->code, "label",
		       row->label, "trades", trades, "catalogue", row->name)) ==
	               0
	           ? 0
	           : err_nomem(err);
}

static int fill_catalogue(const struct call *call, struct agent *agent,
    json_t *rows, struct table *table, struct err *err)
{
	struct catalogue catalogue;
	int rc = catalogue_load(&catalogue, agent->db, err);

	table_column(table, L("Code", "Code"), OUT_TEXT);
	table_column(table, L("Compétence", "Skill"), OUT_TEXT);
	table_column(table, L("Métiers", "Trades"), OUT_TEXT);
	for (size_t i = 0; rc == 0 && i < catalogue.count; i++) {
		if (catalogue_matches(&catalogue.rows[i],
			opt_value(call, "search"), opt_value(call, "trade")))
			rc = add_skill(rows, table, &catalogue.rows[i], err);
	}
	catalogue_clear(&catalogue);
	return rc;
}

/* ---- observations ---- */

/* The records to show, collected before their entries are read. */
/* All days there are: observations come by worker, then by day. */
#define DAY_FIRST "0000-00-00"
#define DAY_LAST  "9999-12-31"

struct records {
	struct buf lines;                    /* "<structure>\t<record>" */
	const struct roster_item *structure; /* NULL: all of them */
	const struct roster_item *worker;    /* NULL: everyone */
};

static int take_record(
    void *context, const struct record_row *row, struct err *err)
{
	struct records *records = context;

	if (strcmp(row->state, RECORD_MATCHED) == 0 ||
	    strcmp(row->state, RECORD_EMPTY) == 0 ||
	    strcmp(row->state, RECORD_VOID) == 0)
		return 0;
	if (records->structure != NULL &&
	    strcmp(records->structure->id, row->structure) != 0)
		return 0;
	if (records->worker != NULL &&
	    (strcmp(records->worker->id, row->subject) != 0 ||
		strcmp(records->worker->structure, row->structure) != 0))
		return 0;
	buf_printf(&records->lines, "%s\t%s\n", row->structure, row->record);
	return buf_check(&records->lines, err);
}

struct observations {
	struct agent agent;
	struct roster roster;
	json_t *rows;
	struct table *table;
};

static void add_row(struct observations *all, const char *worker,
    const char *name, const struct live_entry *entry)
{
	struct table *table = all->table;
	struct buf person = BUF_INIT;

	acts_add_person(&person, &all->roster, entry->person);
	table_row(table);
	table_text(table, worker);
	table_text(table, name);
	table_text(table, json_text(entry->value, "day"));
	table_text(table, json_text(entry->value, "skill"));
	table_text(table, json_text(entry->value, "label"));
	table_text(table,
	    catalogue_level_text((int)json_int(entry->value, "level", 0)));
	table_buf(table, &person);
	table_text(table, entry->note);
	buf_free(&person);
}

static int add_json(struct observations *all, const char *structure,
    const struct record_key *key, const char *name,
    const struct live_entry *entry, struct err *err)
{
	const json_t *value = entry->value;
	int64_t level = json_int(value, "level", 0), receipt;
	char hash[HASH_TEXT];
	const char *way;
	int rc =
	    cmd_way(&all->agent, structure, &entry->hash, &way, &receipt, err);

	if (rc < 0)
		return rc;
	hash_hex(&entry->hash, hash);
	return json_array_append_new(all->rows,
		   json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:o,s:s,"
			     "s:I,s:s,s:s,s:s,s:s,s:I}",
		       "structure", structure, "worker", key->subject, "name",
		       name, "id", key->part, "day", json_text(value, "day"),
		       "skill", json_text(value, "skill"), "label",
		       json_text(value, "label"), "catalogue",
		       json_text(value, "catalogue"), "scale",
		       json_text(value, "scale"), "level",
		       level > 0 ? json_integer((json_int_t)level)
				 : json_null(),
		       "site", json_text(value, "site"), "phase",
		       (json_int_t)json_int(value, "phase", 0), "note",
		       entry->note, "person", entry->person, "hash", hash,
		       "sync", way, "receipt", (json_int_t)receipt)) == 0
	           ? 0
	           : err_nomem(err);
}

/* Contradictory observations are shown, never averaged: every live one. */
static int add_record(struct observations *all, const char *structure,
    const char *record, struct err *err)
{
	const struct roster_item *person;
	char name[ROSTER_NAME_TEXT] = "";
	struct record_key key;
	struct live live;
	int rc;

	if ((rc = live_load(&live, all->agent.db, structure, record, err)) <
		0 ||
	    (rc = record_key_parse(&key, record, err)) < 0)
		goto out;
	if ((person = roster_person(&all->roster, structure, key.subject)) !=
	    NULL)
		roster_name(person, name);
	for (size_t i = 0; rc == 0 && i < live.count; i++) {
		if (live.entries[i].value == NULL)
			continue;
		add_row(all, key.subject, name, &live.entries[i]);
		rc =
		    add_json(all, structure, &key, name, &live.entries[i], err);
	}
out:
	live_clear(&live);
	return rc;
}

static int find_wanted(const struct call *call, struct observations *all,
    struct records *out, struct err *err)
{
	const char *structure = opt_value(call, "structure");
	char today[DATE_TEXT];
	int rc;

	if (structure != NULL && (rc = roster_structure(&all->roster, structure,
				      &out->structure, err)) < 0)
		return rc;
	if (!opt_given(call, "worker"))
		return 0;
	acts_today(&all->agent, today);
	return roster_worker(&all->roster, opt_value(call, "worker"),
	    structure != NULL ? structure : "", today, &out->worker, err);
}

static int fill_observations(
    const struct call *call, struct observations *all, struct err *err)
{
	static const char *const titles[][2] = {{"Id", "Id"}, {"Nom", "Name"},
	    {"Jour", "Day"}, {"Code", "Code"}, {"Compétence", "Skill"},
	    {"Niveau", "Level"}, {"Par", "By"}, {"Note", "Note"}};
	struct records records = {.lines = BUF_INIT};
	char *at, *save = NULL, *tab;
	int rc;

	for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++)
		table_column(
		    all->table, L(titles[i][0], titles[i][1]), OUT_TEXT);
	if ((rc = roster_load(&all->roster, all->agent.db, err)) < 0 ||
	    (rc = find_wanted(call, all, &records, err)) < 0 ||
	    (rc = ledger_days(all->agent.db, NULL, "skill", DAY_FIRST, DAY_LAST,
		 take_record, &records, err)) < 0 ||
	    records.lines.len == 0)
		goto out;
	for (at = strtok_r(records.lines.data, "\n", &save);
	     rc == 0 && at != NULL; at = strtok_r(NULL, "\n", &save)) {
		tab = strchr(at, '\t');
		*tab = '\0';
		rc = add_record(all, at, tab + 1, err);
	}
out:
	buf_free(&records.lines);
	return rc;
}

/* ---- the command ---- */

static int check_options(const struct call *call, struct err *err)
{
	bool catalogue = opt_given(call, "catalogue");

	if (!catalogue &&
	    (opt_given(call, "search") || opt_given(call, "trade")))
		return err_set(err, E_USAGE,
		    L("--search et --trade cherchent dans le catalogue : "
		      "ajoutez --catalogue",
			"--search and --trade search the catalogue: add "
			"--catalogue"));
	if (catalogue && opt_given(call, "worker"))
		return err_set(err, E_USAGE,
		    L("--catalogue et --worker ne vont pas ensemble",
			"--catalogue and --worker do not go together"));
	return 0;
}

int cmd_skills_list(struct call *call, struct err *err)
{
	bool catalogue = opt_given(call, "catalogue");
	struct observations all = {0};
	int rc;

	if ((rc = check_options(call, err)) < 0 ||
	    (rc = cmd_open(call, &all.agent, false, err)) < 0 ||
	    (rc = table_new(&all.table, err)) < 0)
		goto out;
	if ((all.rows = json_array()) == NULL) {
		rc = err_nomem(err);
		goto out;
	}
	rc = catalogue
	         ? fill_catalogue(call, &all.agent, all.rows, all.table, err)
	         : fill_observations(call, &all, err);
	if (rc == 0)
		rc = cmd_json(call)
		         ? cmd_answer(call,
			       json_pack(
				   "{s:i,s:O}", "schema", 1, "rows", all.rows),
			       err)
		         : cmd_table(call, all.table,
			       catalogue ? L("Aucune compétence trouvée.",
					       "No skill found.")
					 : L("Aucune observation.",
					       "No observation."),
			       err);
out:
	json_decref(all.rows);
	table_free(all.table);
	roster_clear(&all.roster);
	agent_close(&all.agent);
	return rc;
}
