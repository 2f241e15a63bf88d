#include <string.h>

#include "agent/cmd.h"
#include "agent/slots.h"
#include "shared/lang.h"

#define CONFLICT_ID_TEXT 11 /* ten digits and NUL */

/* The contested slots, and how they are told. */
struct contests {
	struct agent agent;
	struct roster roster;
	struct slots slots;
	json_t *rows;
	struct table *table;
};

/* The same identity at the office: the first digits of the hash of
 * "<structure>/<record>". */
static int make_id(
    const struct slot *slot, char out[CONFLICT_ID_TEXT], struct err *err)
{
	struct buf text = BUF_INIT;
	char hex[HASH_TEXT];
	struct hash hash;
	int rc;

	buf_printf(&text, "%s/%s", slot->structure, slot->record);
	if ((rc = buf_check(&text, err)) == 0) {
		hash_of(&hash, text.data, text.len);
		hash_hex(&hash, hex);
		memcpy(out, hex, CONFLICT_ID_TEXT - 1);
		out[CONFLICT_ID_TEXT - 1] = '\0';
	}
	buf_free(&text);
	return rc;
}

static void add_value_text(struct buf *out, const json_t *value)
{
	if (strcmp(json_text(value, "kind"), "void") == 0)
		buf_add_text(out, L("annulé", "cancelled"));
	else
		acts_add_value(out, value);
}

static void add_rows(struct contests *contests, const char *id,
    const char *name, const struct slot *slot, const json_t *values)
{
	struct table *table = contests->table;
	struct buf text = BUF_INIT;

	for (size_t i = 0; i < json_array_size(values); i++) {
		const json_t *value = json_array_get(values, i);
		const char *device = json_text(value, "device_name");

		table_row(table);
		table_text(table, id);
		table_text(table, slot->subject);
		table_text(table, name);
		table_text(table, slot->day);
		table_text(table, slot->slot);
		buf_reset(&text);
		add_value_text(&text, value);
		table_buf(table, &text);
		buf_reset(&text);
		acts_add_person(
		    &text, &contests->roster, json_text(value, "person"));
		table_buf(table, &text);
		table_text(table,
		    device[0] != '\0' ? device : json_text(value, "device"));
	}
	buf_free(&text);
}

static int add_contest(
    struct contests *contests, const struct slot *slot, struct err *err)
{
	char id[CONFLICT_ID_TEXT], name[ROSTER_NAME_TEXT];
	json_t *values = NULL;
	struct live live;
	int rc;

	slots_name(slot, &contests->roster, name);
	if ((rc = live_load(&live, contests->agent.db, slot->structure,
		 slot->record, err)) < 0 ||
	    (rc = make_id(slot, id, err)) < 0 ||
	    (rc = slots_values(
		 &values, &live, &contests->agent, slot->structure, err)) < 0)
		goto out;
	add_rows(contests, id, name, slot, values);
	if (json_array_append_new(contests->rows,
		json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:O}", "id", id,
		    "structure", slot->structure, "worker", slot->subject,
		    "name", name, "day", slot->day, "slot", slot->slot,
		    "values", values)) < 0)
		rc = err_nomem(err);
out:
	json_decref(values);
	live_clear(&live);
	return rc;
}

static int add_columns(struct contests *contests, struct err *err)
{
	int rc = table_new(&contests->table, err);

	if (rc < 0)
		return rc;
	table_column(contests->table, L("N°", "No."), OUT_TEXT);
	table_column(contests->table, L("Id", "Id"), OUT_TEXT);
	table_column(contests->table, L("Nom", "Name"), OUT_TEXT);
	table_column(contests->table, L("Jour", "Day"), OUT_TEXT);
	table_column(contests->table, L("Créneau", "Slot"), OUT_TEXT);
	table_column(contests->table, L("Valeur", "Value"), OUT_TEXT);
	table_column(contests->table, L("Par", "By"), OUT_TEXT);
	table_column(contests->table, L("Poste", "Device"), OUT_TEXT);
	return 0;
}

static int tell(struct call *call, struct contests *contests, struct err *err)
{
	int rc;

	if (cmd_json(call))
		return cmd_answer(call,
		    json_pack("{s:i,s:O}", "schema", 1, "rows", contests->rows),
		    err);
	rc = cmd_table(call, contests->table,
	    L("Aucune demi-journée contestée.", "No contested half-day."), err);
	if (rc == 0 && contests->slots.count > 0)
		cmd_note(call, "%s",
		    L("les deux valeurs sont gardées et aucune n'est payée "
		      "tant que le bureau n'a pas décidé",
			"both values are kept and none is paid until the "
			"office has decided"));
	return rc;
}

int cmd_conflicts(struct call *call, struct err *err)
{
	struct contests contests = {0};
	int rc;

	if ((rc = cmd_open(call, &contests.agent, false, err)) < 0 ||
	    (rc = cmd_roster(call, &contests.agent, &contests.roster, err)) <
		0 ||
	    (rc = slots_load_contested(
		 &contests.slots, contests.agent.db, err)) < 0 ||
	    (rc = add_columns(&contests, err)) < 0)
		goto out;
	if ((contests.rows = json_array()) == NULL)
		rc = err_nomem(err);
	for (size_t i = 0; rc == 0 && i < contests.slots.count; i++)
		rc = add_contest(&contests, &contests.slots.items[i], err);
	if (rc == 0)
		rc = tell(call, &contests, err);
out:
	json_decref(contests.rows);
	table_free(contests.table);
	slots_clear(&contests.slots);
	roster_clear(&contests.roster);
	agent_close(&contests.agent);
	return rc;
}
