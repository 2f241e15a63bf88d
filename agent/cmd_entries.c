#include <stdlib.h>
#include <string.h>

#include "agent/cmd.h"
#include "agent/fault.h"
#include "agent/journal_entries.h"
#include "shared/lang.h"
#include "shared/ledger_set.h"
#include "shared/signoff.h"

#define LIMIT_USUAL 100
#define LIMIT_MAX   1000

const struct opt cmd_entries_list_options[] = {
    {"state", 0, "S", "kept, sent, received ou quarantined",
	"kept, sent, received or quarantined"},
    {"limit", 0, "N", "au plus tant (défaut : 100, au plus 1000)",
	"at most so many (default: 100, at most 1000)"},
    {NULL, 0, NULL, NULL, NULL}};

/* One entry to show. */
struct line {
	json_t *json; /* owned */
	char at[STAMP_TEXT];
	int64_t id;
};

struct entries {
	struct agent agent;
	struct roster roster;
	const char *state; /* "" for all */
	int64_t limit;
	struct line *lines; /* owned */
	size_t count;
	size_t room;
	struct ledger_counts counts;
};

/* ---- what one is about ---- */

/* In a few words, as it was recorded. */
static void add_label(
    struct buf *out, const struct own_entry *own, const struct entry *entry)
{
	static const struct {
		const char *kind, *fr, *en;
	} names[] = {
	    {"void", "annulation", "cancellation"},
	    {"newcomer", "nouveau venu", "newcomer"},
	    {SIGNOFF_FAMILY, "émargement", "sign-off"},
	};

	if (strcmp(own->kind, "hours") == 0 && entry->value != NULL) {
		acts_add_value(out, entry->value);
		return;
	}
	if (strcmp(own->kind, "skill") == 0) {
		buf_add_text(out, json_text(entry->value, "label"));
		return;
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(own->kind, names[i].kind) == 0) {
			buf_add_text(out, L(names[i].fr, names[i].en));
			return;
		}
	}
	buf_add_text(out, own->kind);
}

/* The worker, day and slot that the record's key names; "" where it names
 * none. */
static void read_about(struct record_key *key, char name[ROSTER_NAME_TEXT],
    const struct entries *all, const struct own_entry *own)
{
	const struct roster_item *person;

	name[0] = '\0';
	if (record_key_parse(key, own->record, NULL) < 0) {
		memset(key, 0, sizeof(*key));
		return;
	}
	if (!date_is_iso(key->part))
		key->part[0] = '\0';
	if (!record_is_slot(key->slot))
		key->slot[0] = '\0';
	person = roster_person(&all->roster, own->structure, key->subject);
	if (person != NULL)
		roster_name(person, name);
}

static const char *way_word(enum entry_way way)
{
	static const char *const words[] = {
	    [WAY_KEPT] = "kept",
	    [WAY_SENT] = "sent",
	    [WAY_RECEIVED] = "received",
	};

	return words[way];
}

static json_t *make_json(const struct entries *all, const struct own_entry *own,
    const struct entry *entry)
{
	char hash[HASH_TEXT], name[ROSTER_NAME_TEXT];
	struct buf label = BUF_INIT;
	struct record_key key;
	const char *day;
	json_t *json;

	hash_hex(&own->hash, hash);
	read_about(&key, name, all, own);
	add_label(&label, own, entry);
	day = key.part[0] != '\0' ? key.part : json_text(entry->value, "day");
	json =
	    label.failed
		? NULL
		: json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:I,"
			    "s:s,s:s}",
		      "hash", hash, "kind", own->kind, "structure",
		      own->structure, "worker", key.subject, "name", name,
		      "day", day, "slot", key.slot, "label", buf_text(&label),
		      "at", entry->at, "sync", way_word(own->way), "receipt",
		      (json_int_t)own->receipt, "fault", own->fault,
		      "fault_text", fault_advice(own->fault));
	buf_free(&label);
	return json;
}

/* ---- all of them ---- */

static int make_room(struct entries *all, struct err *err)
{
	size_t room = all->room == 0 ? 64 : 2 * all->room;
	struct line *lines;

	if (all->count < all->room)
		return 0;
	lines = realloc(all->lines, room * sizeof(*lines));
	if (lines == NULL)
		return err_nomem(err);
	all->lines = lines;
	all->room = room;
	return 0;
}

static int add_entry(
    void *context, const struct own_entry *own, struct err *err)
{
	static const struct entry unreadable = {.at = "", .value = NULL};
	struct entries *all = context;
	struct line line = {.id = own->id};
	struct entry entry;
	bool parsed;
	int rc;

	if ((rc = make_room(all, err)) < 0 ||
	    (rc = entry_try(&entry, own->bytes, &parsed, err)) < 0)
		return rc;
	line.json = make_json(all, own, parsed ? &entry : &unreadable);
	text_copy(line.at, sizeof(line.at), parsed ? entry.at : "");
	entry_clear(&entry);
	if (line.json == NULL)
		return err_nomem(err);
	all->lines[all->count++] = line;
	return 0;
}

static int add_structure(void *context, const char *structure, struct err *err)
{
	struct entries *all = context;

	return journal_entries(all->agent.db, structure, all->agent.device,
	    all->state, all->limit, add_entry, all, err);
}

/* The last first; within a second, and a structure, as they were recorded. */
static int compare(const void *a, const void *b)
{
	const struct line *one = a, *other = b;
	int order = strcmp(other->at, one->at);

	if (order != 0)
		return order;
	return one->id < other->id ? 1 : one->id > other->id ? -1 : 0;
}

static int load(const struct call *call, struct entries *all, struct err *err)
{
	int rc;

	if ((rc = cmd_roster(call, &all->agent, &all->roster, err)) < 0 ||
	    (rc = ledger_count(
		 all->agent.db, all->agent.device, &all->counts, err)) < 0 ||
	    (rc = journal_entry_structures(all->agent.db, all->agent.device,
		 add_structure, all, err)) < 0)
		return rc;
	if (all->count > 0)
		qsort(all->lines, all->count, sizeof(*all->lines), compare);
	while (all->count > (size_t)all->limit)
		json_decref(all->lines[--all->count].json);
	return 0;
}

static void clear(struct entries *all)
{
	for (size_t i = 0; i < all->count; i++)
		json_decref(all->lines[i].json);
	free(all->lines);
	roster_clear(&all->roster);
	agent_close(&all->agent);
}

/* ---- options ---- */

static int read_state(
    const struct call *call, struct entries *all, struct err *err)
{
	static const char *const states[] = {
	    "kept", "sent", "received", "quarantined"};

	all->state = opt_value(call, "state");
	if (all->state == NULL) {
		all->state = "";
		return 0;
	}
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		if (strcmp(all->state, states[i]) == 0)
			return 0;
	}
	(void)err_set(err, E_INVALID,
	    L("kept (gardées ici), sent (parties), received (reçues) ou "
	      "quarantined (mises à part)",
		"kept (here), sent, received or quarantined (set aside)"));
	return cmd_blame(call, "state", err);
}

static int read_limit(
    const struct call *call, struct entries *all, struct err *err)
{
	const char *text = opt_value(call, "limit");
	size_t len;

	all->limit = LIMIT_USUAL;
	if (text == NULL)
		return 0;
	len = strspn(text, "0123456789");
	if (len > 0 && len <= 4 && text[len] == '\0' &&
	    (all->limit = (int)strtol(text, NULL, 10)) >= 1 &&
	    all->limit <= LIMIT_MAX)
		return 0;
	(void)err_set(err, E_INVALID,
	    L("un nombre de 1 à %d", "a number from 1 to %d"), LIMIT_MAX);
	return cmd_blame(call, "limit", err);
}

/* ---- telling ---- */

static json_t *to_json(const struct entries *all)
{
	json_t *rows = json_array();

	for (size_t i = 0; rows != NULL && i < all->count; i++) {
		if (json_array_append(rows, all->lines[i].json) < 0) {
			json_decref(rows);
			return NULL;
		}
	}
	return json_pack("{s:i,s:o,s:{s:I,s:I,s:I,s:I}}", "schema", 1, "rows",
	    rows, "counts", "kept", (json_int_t)all->counts.kept, "sent",
	    (json_int_t)all->counts.sent, "received",
	    (json_int_t)all->counts.received, "quarantined",
	    (json_int_t)all->counts.quarantined);
}

static void fill_row(struct table *table, const json_t *row)
{
	struct buf way = BUF_INIT;

	cmd_add_way(&way, json_text(row, "sync"), json_int(row, "receipt", 0));
	table_row(table);
	table_text(table, json_text(row, "at"));
	table_text(table, json_text(row, "worker"));
	table_text(table, json_text(row, "name"));
	table_text(table, json_text(row, "day"));
	table_text(table, json_text(row, "slot"));
	table_text(table, json_text(row, "label"));
	table_buf(table, &way);
	table_text(table, json_text(row, "fault_text"));
	buf_free(&way);
}

static int to_table(struct call *call, struct entries *all, struct err *err)
{
	static const char *const titles[][2] = {{"Saisie le", "Recorded"},
	    {"Id", "Id"}, {"Nom", "Name"}, {"Jour", "Day"}, {"Créneau", "Slot"},
	    {"Quoi", "What"}, {"Envoi", "Sync"}, {"Mise à part", "Set aside"}};
	struct table *table = NULL;
	int rc;

	if ((rc = table_new(&table, err)) < 0)
		return rc;
	for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++)
		table_column(table, L(titles[i][0], titles[i][1]), OUT_TEXT);
	for (size_t i = 0; i < all->count; i++)
		fill_row(table, all->lines[i].json);
	rc = cmd_table(call, table, L("Aucune saisie.", "No entry."), err);
	table_free(table);
	return rc;
}

int cmd_entries_list(struct call *call, struct err *err)
{
	struct entries all = {.state = ""};
	int rc;

	if ((rc = read_state(call, &all, err)) < 0 ||
	    (rc = read_limit(call, &all, err)) < 0 ||
	    (rc = cmd_open(call, &all.agent, false, err)) < 0 ||
	    (rc = load(call, &all, err)) < 0)
		goto out;
	rc = cmd_json(call) ? cmd_answer(call, to_json(&all), err)
	                    : to_table(call, &all, err);
out:
	clear(&all);
	return rc;
}
