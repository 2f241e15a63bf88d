#include <stdlib.h>
#include <string.h>

#include "agent/cmd.h"
#include "agent/live.h"
#include "shared/catalogue.h"
#include "shared/lang.h"
#include "shared/ledger.h"

const struct opt cmd_skills_list_options[] = {
    {"worker", 0, "W", "une seule personne", "one person alone"},
    {"structure", 0, "S", "la structure, si deux ont cet identifiant",
	"the structure, if two have this identifier"},
    {NULL, 0, NULL, NULL, NULL}};

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
			     "s:s,s:I,s:s,s:s,s:s,s:s,s:I}",
		       "structure", structure, "worker", key->subject, "name",
		       name, "id", key->part, "day", json_text(value, "day"),
		       "skill", json_text(value, "skill"), "label",
		       json_text(value, "label"), "catalogue",
		       json_text(value, "catalogue"), "scale",
		       json_text(value, "scale"), "level",
		       level > 0 ? json_integer((json_int_t)level)
				 : json_null(),
		       "site", json_text(value, "site"), "hours",
		       json_text(value, "hours"), "phase",
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
	if ((rc = cmd_roster(call, &all->agent, &all->roster, err)) < 0 ||
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

int cmd_skills_list(struct call *call, struct err *err)
{
	struct observations all = {0};
	int rc;

	if ((rc = cmd_open(call, &all.agent, false, err)) < 0 ||
	    (rc = table_new(&all.table, err)) < 0)
		goto out;
	if ((all.rows = json_array()) == NULL) {
		rc = err_nomem(err);
		goto out;
	}
	if ((rc = fill_observations(call, &all, err)) == 0)
		rc =
		    cmd_json(call)
			? cmd_answer(call,
			      json_pack(
				  "{s:i,s:O}", "schema", 1, "rows", all.rows),
			      err)
			: cmd_table(call, all.table,
			      L("Aucune observation.", "No observation."), err);
out:
	json_decref(all.rows);
	table_free(all.table);
	roster_clear(&all.roster);
	agent_close(&all.agent);
	return rc;
}
