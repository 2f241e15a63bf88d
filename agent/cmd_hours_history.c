#include <string.h>

#include "agent/closed.h"
#include "agent/cmd_hours.h"
#include "agent/held.h"
#include "agent/journal.h"
#include "agent/past.h"
#include "shared/lang.h"
#include "shared/ledger_device.h"

/* clang-format off */
const struct opt cmd_hours_history_options[] = {
    OPTS_WORKER,
    {"day", OPT_REQUIRED, "D", "le jour", "the day"},
    {"slot", OPT_REQUIRED, "S", "le créneau : am, pm, x1 à x9",
	"the slot: am, pm, x1 to x9"},
    OPT_STRUCTURE,
    {NULL, 0, NULL, NULL, NULL}
};
/* clang-format on */

/* A record being told. */
struct story {
	struct agent agent;
	struct roster roster;
	struct closed closed;
	struct acts_place place;
	const struct roster_item *worker;
	struct held held;
	struct past past;
	uint8_t server[KEY_LEN];
	json_t *rows;
	struct table *table;
};

/* One entry of it, as both answers need it. */
struct line {
	const struct past_entry *at;
	struct past_before before;
	struct buf person;
	struct buf before_text;
	struct buf after_text;
	struct device device;
	const char *way;
	int64_t receipt;
	bool late;
};

static void line_clear(struct line *line)
{
	buf_free(&line->person);
	buf_free(&line->before_text);
	buf_free(&line->after_text);
}

/* Every different value that it was put over. */
static void add_before(struct line *line, const struct past *past)
{
	struct buf *out = &line->before_text;

	for (size_t i = 0; i < line->at->entry.parent_count; i++) {
		const struct past_entry *parent =
		    past_find(past, &line->at->entry.parents[i]);
		bool again = false;

		for (size_t k = 0; parent != NULL && k < i; k++) {
			const struct past_entry *other =
			    past_find(past, &line->at->entry.parents[k]);

			again |= other != NULL && other->value != NULL &&
			         parent->value != NULL &&
			         strcmp(other->value, parent->value) == 0;
		}
		if (again)
			continue;
		if (out->len > 0)
			buf_add_text(out, " / ");
		if (parent != NULL)
			past_add_value(out, parent);
		else
			buf_add_text(out, L("inconnu ici", "unknown here"));
	}
}

static int line_make(struct line *out, struct story *story,
    const struct past_entry *at, struct err *err)
{
	struct agent *agent = &story->agent;
	const char *structure = story->held.structure;
	int rc;

	memset(out, 0, sizeof(*out));
	out->at = at;
	past_before(&story->past, at, &out->before);
	add_before(out, &story->past);
	past_add_value(&out->after_text, at);
	acts_add_person(&out->person, &story->roster, at->entry.person);
	if ((rc = buf_check(&out->person, err)) < 0 ||
	    (rc = buf_check(&out->before_text, err)) < 0 ||
	    (rc = buf_check(&out->after_text, err)) < 0 ||
	    (rc = ledger_device(agent->db, structure, at->entry.device,
		 story->server, &out->device, err)) < 0 ||
	    (rc = cmd_way(agent, structure, &at->hash, &out->way, &out->receipt,
		 err)) < 0)
		return rc;
	return closed_is_late(
	    closed_month(&story->closed, structure, story->place.day),
	    agent->db, &at->hash, &out->late, err);
}

/* ---- for programs ---- */

/* The value; {"kind":"void"} when cancelled, null when there is none. */
static json_t *value_json(const struct past_entry *at)
{
	if (at == NULL || at->value == NULL)
		return json_null();
	return at->json != NULL ? json_clone(at->json)
	                        : json_pack("{s:s}", "kind", "void");
}

static int add_json(
    struct story *story, const struct line *line, struct err *err)
{
	const struct entry *entry = &line->at->entry;
	char hash[HASH_TEXT];

	hash_hex(&line->at->hash, hash);
	return json_array_append_new(story->rows,
		   json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:o,s:o,s:s,s:s,s:s,s:s,"
			     "s:s,s:I,s:s,s:s,s:b,s:b,s:s}",
		       "at", entry->at, "person", entry->person, "person_name",
		       buf_text(&line->person), "device", entry->device,
		       "device_name", line->device.name, "kind", entry->kind,
		       "before", value_json(line->before.first), "after",
		       value_json(line->at), "before_text",
		       buf_text(&line->before_text), "after_text",
		       buf_text(&line->after_text), "note", entry->note,
		       "reason", entry->reason, "sync", line->way, "receipt",
		       (json_int_t)line->receipt, "fault", line->at->fault,
		       "fault_text",
		       line->at->fault[0] != '\0'
			   ? entry_fault_text(line->at->fault)
			   : "",
		       "live", line->at->live, "late", line->late, "hash",
		       hash)) == 0
	           ? 0
	           : err_nomem(err);
}

/* ---- for people ---- */

static void add_columns(struct table *table)
{
	table_column(table, L("Quand", "When"), OUT_TEXT);
	table_column(table, L("Par", "By"), OUT_TEXT);
	table_column(table, L("Poste", "Device"), OUT_TEXT);
	table_column(table, L("Avant", "Before"), OUT_TEXT);
	table_column(table, L("Après", "After"), OUT_TEXT);
	table_column(table, L("Motif, note", "Reason, note"), OUT_TEXT);
	table_column(table, L("État", "State"), OUT_TEXT);
}

static void add_words(struct table *table, const struct entry *entry)
{
	struct buf text = BUF_INIT;

	buf_add_text(&text, entry->reason);
	if (entry->note[0] != '\0')
		buf_printf(
		    &text, "%s« %s »", text.len > 0 ? " " : "", entry->note);
	table_buf(table, &text);
	buf_free(&text);
}

static void add_state(struct table *table, const struct line *line)
{
	struct buf text = BUF_INIT;

	cmd_add_way(&text, line->way, line->receipt);
	if (line->at->fault[0] != '\0')
		buf_printf(&text, L(", mise à part : %s", ", set aside: %s"),
		    entry_fault_text(line->at->fault));
	else if (!line->at->live)
		buf_add_text(&text, L(", remplacée", ", replaced"));
	if (line->late)
		buf_add_text(
		    &text, L(", arrivée après clôture", ", after the closing"));
	table_buf(table, &text);
	buf_free(&text);
}

static void add_row(struct story *story, const struct line *line)
{
	struct table *table = story->table;
	const struct entry *entry = &line->at->entry;

	table_row(table);
	table_text(table, entry->at);
	table_buf(table, &line->person);
	table_text(table,
	    line->device.name[0] != '\0' ? line->device.name : entry->device);
	table_text(table,
	    line->before_text.len > 0 ? buf_text(&line->before_text) : "—");
	table_buf(table, &line->after_text);
	add_words(table, entry);
	add_state(table, line);
}

/* ---- the command ---- */

static int add_entry(const struct call *call, struct story *story,
    const struct past_entry *at, struct err *err)
{
	struct line line;
	int rc = line_make(&line, story, at, err);

	if (rc == 0 && cmd_json(call))
		rc = add_json(story, &line, err);
	else if (rc == 0)
		add_row(story, &line);
	line_clear(&line);
	return rc;
}

static int load(const struct call *call, struct story *story, struct err *err)
{
	const struct acts_call acts = {.roster = &story->roster};
	struct agent *agent = &story->agent;
	int rc;

	if ((rc = cmd_open(call, agent, false, err)) < 0 ||
	    (rc = cmd_roster(call, agent, &story->roster, err)) < 0 ||
	    (rc = cmd_hours_place(call, agent, &story->place, err)) < 0 ||
	    (rc = acts_hours_worker(
		 &acts, &story->place, &story->worker, err)) < 0 ||
	    (rc = closed_load(&story->closed, agent->db, err)) < 0 ||
	    (rc = journal_server_key(agent->db, story->server, err)) < 0 ||
	    (rc = held_load(&story->held, agent, story->worker->structure,
		 story->worker->id, story->place.day, story->place.slot, err)) <
		0 ||
	    (rc = past_load(&story->past, agent->db, story->held.structure,
		 story->held.record, err)) < 0 ||
	    (rc = table_new(&story->table, err)) < 0)
		return rc;
	add_columns(story->table);
	if ((story->rows = json_array()) == NULL)
		return err_nomem(err);
	for (size_t i = 0; rc == 0 && i < story->past.count; i++)
		rc = add_entry(call, story, &story->past.items[i], err);
	return rc;
}

static int tell(struct call *call, struct story *story, struct err *err)
{
	char name[ROSTER_NAME_TEXT];

	roster_name(story->worker, name);
	if (cmd_json(call))
		return cmd_answer(call,
		    json_pack("{s:i,s:s,s:s,s:s,s:s,s:s,s:O}", "schema", 1,
			"structure", story->held.structure, "worker",
			story->worker->id, "name", name, "day",
			story->place.day, "slot", story->place.slot, "rows",
			story->rows),
		    err);
	buf_printf(call->out, "%s, %s, %s %s\n", story->worker->id, name,
	    story->place.day, story->place.slot);
	return cmd_table(call, story->table,
	    L("Rien n'a été saisi là.", "Nothing was recorded there."), err);
}

int cmd_hours_history(struct call *call, struct err *err)
{
	struct story story = {0};
	int rc = load(call, &story, err);

	if (rc == 0)
		rc = tell(call, &story, err);
	json_decref(story.rows);
	table_free(story.table);
	past_clear(&story.past);
	held_clear(&story.held);
	closed_clear(&story.closed);
	roster_clear(&story.roster);
	agent_close(&story.agent);
	return rc;
}
