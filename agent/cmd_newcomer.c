#include <stdio.h>
#include <string.h>

#include "agent/cmd.h"
#include "shared/enc.h"
#include "shared/lang.h"
#include "shared/record.h"

#define NEWCOMER_LEN ((NEWCOMER_TEXT - 3) / 2) /* random bytes */

const struct opt cmd_newcomer_add_options[] = {
    {"first-name", OPT_REQUIRED, "NAME", "son prénom", "the first name"},
    {"initial", 0, "X", "l'initiale de son nom", "the last name's initial"},
    {"crew", 0, "C", "son équipe : la seule, ou à choisir",
	"the crew: the only one, or one to choose"},
    {"as", 0, "SUPERVISOR", "qui l'ajoute : identifiant ou nom",
	"who adds: identifier or name"},
    {"dry-run", OPT_FLAG, NULL, "vérifie sans rien enregistrer",
	"checks without recording anything"},
    {NULL, 0, NULL, NULL, NULL}};

struct adding {
	struct call *call;
	struct cmd_work work;
	const struct roster_item *crew;
	char id[NEWCOMER_TEXT];
	json_t *value;
};

static int which_crew(const struct roster_list *crews, struct err *err)
{
	struct buf list = BUF_INIT;

	for (size_t i = 0; i < crews->count; i++)
		buf_printf(
		    &list, "%s%s", i > 0 ? ", " : "", crews->items[i].id);
	(void)err_set(err, E_USAGE,
	    L("il y a plusieurs équipes, donnez --crew : %s",
		"there are several crews, give --crew: %s"),
	    buf_text(&list));
	buf_free(&list);
	return E_USAGE;
}

static int find_crew(struct adding *adding, struct err *err)
{
	const struct roster_list *crews = &adding->work.roster.crews;
	const char *text = opt_value(adding->call, "crew");

	if (text == NULL && crews->count == 1) {
		adding->crew = &crews->items[0];
		return 0;
	}
	if (text == NULL && crews->count > 1)
		return which_crew(crews, err);
	return roster_crew(
	    &adding->work.roster, text != NULL ? text : "", &adding->crew, err);
}

static int make_value(struct adding *adding, struct err *err)
{
	const char *first = opt_value(adding->call, "first-name");
	const char *initial = opt_value(adding->call, "initial");

	if (text_check_name(
		L("prénom", "first name"), first, TEXT_NAME_MAX, err) < 0 ||
	    (initial != NULL && text_check_name(L("initiale", "initial"),
				    initial, TEXT_NAME_MAX, err) < 0)) {
		err->code = E_USAGE;
		return E_USAGE;
	}
	adding->value = json_object();
	if (adding->value == NULL ||
	    !json_put_text(adding->value, "first", first) ||
	    (initial != NULL &&
		!json_put_text(adding->value, "initial", initial)) ||
	    !json_put_text(adding->value, "crew", adding->crew->id))
		return err_nomem(err);
	return 0;
}

static void make_id(struct adding *adding)
{
	uint8_t bytes[NEWCOMER_LEN];
	char hex[2 * NEWCOMER_LEN + 1];

	os_random(adding->work.agent.os, bytes, sizeof(bytes));
	enc_hex(bytes, sizeof(bytes), hex);
	(void)snprintf(adding->id, sizeof(adding->id), "n-%s", hex);
}

static int save_newcomer(struct adding *adding, struct err *err)
{
	char record[RECORD_KEY_MAX], person[TEXT_NAME_MAX + 1];
	struct entry_draft draft = {
	    .kind = "newcomer",
	    .structure = adding->crew->structure,
	    .record = record,
	    .value = adding->value,
	    .person = person,
	};
	int rc = acts_person(&adding->work.agent, &adding->work.roster,
	    opt_value(adding->call, "as"), adding->crew, person, err);

	if (rc < 0)
		return rc;
	record_key_make(record, "newcomer", adding->id, NULL);
	return save_add(&adding->work.save, &draft, NULL, err);
}

/* The same name in the same crew: the same person typed twice? */
static void warn_homonym(struct adding *adding, const char *name)
{
	const struct roster *roster = &adding->work.roster;
	const struct roster_list *const lists[] = {
	    &roster->workers, &roster->newcomers};
	char today[DATE_TEXT], other[ROSTER_NAME_TEXT];

	acts_today(&adding->work.agent, today);
	for (size_t i = 0; i < lists[0]->count + lists[1]->count; i++) {
		const struct roster_item *item =
		    i < lists[0]->count ? &lists[0]->items[i]
					: &lists[1]->items[i - lists[0]->count];

		roster_name(item, other);
		if (text_same(name, other) &&
		    roster_crew_of(roster, item, today, NULL) == adding->crew)
			cmd_note(adding->call,
			    L("attention : l'équipe a déjà %s (%s)",
				"warning: the crew has %s (%s) already"),
			    other, item->id);
	}
}

static int tell(struct adding *adding, struct err *err)
{
	const struct roster_item item = {.value = adding->value};
	bool dry_run = opt_given(adding->call, "dry-run");
	struct call *call = adding->call;
	char name[ROSTER_NAME_TEXT];

	roster_name(&item, name);
	warn_homonym(adding, name);
	if (cmd_json(call))
		return cmd_answer(call,
		    json_pack("{s:i,s:b,s:s,s:s,s:s,s:s}", "schema", 1,
			"dry_run", dry_run, "newcomer", adding->id, "structure",
			adding->crew->structure, "crew", adding->crew->id,
			"name", name),
		    err);
	buf_printf(call->out,
	    L("%s, %s, équipe %s — %s\nSaisissez ses heures sous %s : le "
	      "bureau les rattachera.\n",
		"%s, %s, crew %s — %s\nRecord the hours under %s: the office "
		"will join them.\n"),
	    adding->id, name, adding->crew->id,
	    dry_run ? L("vérifié, pas enregistré", "checked, not recorded")
		    : L("gardé ici", "kept here"),
	    adding->id);
	return buf_check(call->out, err);
}

int cmd_newcomer_add(struct call *call, struct err *err)
{
	struct adding adding = {.call = call};
	int rc;

	if ((rc = cmd_begin(call, &adding.work, err)) < 0 ||
	    (rc = find_crew(&adding, err)) < 0 ||
	    (rc = make_value(&adding, err)) < 0)
		goto out;
	make_id(&adding);
	if ((rc = save_newcomer(&adding, err)) < 0 ||
	    (rc = cmd_commit(call, &adding.work, err)) < 0)
		goto out;
	rc = tell(&adding, err);
out:
	json_decref(adding.value);
	cmd_end(&adding.work);
	return rc;
}

/* ---- the list ---- */

static int add_newcomer(json_t *rows, struct table *table,
    const struct roster_item *item, struct err *err)
{
	char name[ROSTER_NAME_TEXT];

	roster_name(item, name);
	table_row(table);
	table_text(table, item->id);
	table_text(table, name);
	table_text(table, item->structure);
	table_text(table, json_text(item->value, "crew"));
	table_text(
	    table, roster_match(item)[0] != '\0' ? roster_match(item) : "—");
	return json_array_append_new(rows,
		   json_pack("{s:s,s:s,s:s,s:s,s:s}", "newcomer", item->id,
		       "name", name, "structure", item->structure, "crew",
		       json_text(item->value, "crew"), "worker",
		       roster_match(item))) == 0
	           ? 0
	           : err_nomem(err);
}

static int fill_list(const struct roster *roster, json_t *rows,
    struct table *table, struct err *err)
{
	int rc = 0;

	table_column(table, L("Id", "Id"), OUT_TEXT);
	table_column(table, L("Nom", "Name"), OUT_TEXT);
	table_column(table, L("Structure", "Structure"), OUT_TEXT);
	table_column(table, L("Équipe", "Crew"), OUT_TEXT);
	table_column(table, L("Sur la liste", "On the list"), OUT_TEXT);
	for (size_t i = 0; rc == 0 && i < roster->newcomers.count; i++)
		rc =
		    add_newcomer(rows, table, &roster->newcomers.items[i], err);
	return rc;
}

int cmd_newcomer_list(struct call *call, struct err *err)
{
	struct agent agent;
	struct roster roster = {0};
	struct table *table = NULL;
	json_t *rows = json_array();
	int rc = rows != NULL ? 0 : err_nomem(err);

	if ((rc = rc < 0 ? rc : cmd_open(call, &agent, false, err)) < 0) {
		json_decref(rows);
		return rc;
	}
	if ((rc = cmd_roster(call, &agent, &roster, err)) < 0 ||
	    (rc = table_new(&table, err)) < 0 ||
	    (rc = fill_list(&roster, rows, table, err)) < 0)
		goto out;
	rc = cmd_json(call)
	         ? cmd_answer(call,
		       json_pack("{s:i,s:O}", "schema", 1, "rows", rows), err)
	         : cmd_table(call, table,
		       L("Personne n'a été ajouté ici.",
			   "No one was added here."),
		       err);
out:
	json_decref(rows);
	table_free(table);
	roster_clear(&roster);
	agent_close(&agent);
	return rc;
}
