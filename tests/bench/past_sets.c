#include <stdlib.h>
#include <string.h>

#include "server/log.h"
#include "shared/catalogue.h"
#include "shared/enc.h"
#include "shared/entry.h"
#include "shared/ledger_set.h"
#include "tests/bench/past.h"
#include "tests/bench/past_kit.h"

#define DAY_S      86400
#define EVENING_S  (16 * 3600 + 1800) /* when supervisors record */
#define HALF_DAY   210                /* minutes */
#define SKILLS_DAY 3

static const char *const slot_names[] = {"am", "pm"};
static const char *const activities[] = {"taille de haies", "plantation",
    "débroussaillage", "ramassage des feuilles", "nettoyage du chantier"};
static const char *const away_kinds[] = {
    "paid_leave", "sick", "training", "absence_authorised"};
static const struct {
	const char *code, *label;
} skills[] = {
    {"A1203-01", "Entretenir un espace extérieur"},
    {"A1203-04", "Tailler des haies et des arbustes"},
    {"A1203-05", "Tracer des bordures au cordeau"},
    {"A1203-08", "Préparer le sol et les plantations"},
    {"A1203-13", "Baliser un chantier"},
};

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

struct past_set *past_set_new(void)
{
	return kit_alloc(1, sizeof(struct past_set));
}

void past_set_free(struct past_set *set)
{
	if (set == NULL)
		return;
	buf_free(&set->bodies);
	free(set);
}

/* ---- entries ---- */

static void add_entry(struct past *past, struct past_set *out,
    struct entry_draft *draft, struct hash *hash)
{
	struct changeset *set = &out->set;
	size_t start = out->bodies.len;
	struct err err = ERR_INIT;

	if (set->count == CHANGESET_ENTRIES_MAX)
		kit_die("a set too long");
	draft->structure = out->structure->id;
	draft->device = out->crew->device;
	draft->person = out->crew->device;
	draft->at_s = past->now_s;
	kit_check(entry_build(&out->bodies, draft, &past->os, &err), &err);
	hash_of(hash, out->bodies.data + start, out->bodies.len - start);
	out->room[set->count].hash = *hash;
	out->at[set->count++] = start;
	out->at[set->count] = out->bodies.len;
}

/* ${parent} NULL: the first value of its slot. ${value} is consumed. */
static void add_hours(struct past *past, struct past_set *out,
    const char *record, const struct hash *parent, json_t *value,
    struct hash *hash)
{
	struct entry_draft draft = {
	    .kind = "hours",
	    .record = record,
	    .parents = parent,
	    .parent_count = parent != NULL,
	    .value = value,
	};

	if (value == NULL)
		kit_die("no memory");
	add_entry(past, out, &draft, hash);
	json_decref(value);
}

static json_t *worked(struct past *past, const char *site)
{
	int minutes = past_once_in(past, 8)
	                  ? HALF_DAY - 15 * (int)(1 + past_pick(past, 6))
	                  : HALF_DAY;

	if (past_once_in(past, 3))
		return json_pack("{s:i, s:s, s:s, s:s}", "minutes", minutes,
		    "kind", "work", "site", site, "activity",
		    activities[past_pick(past, COUNT(activities))]);
	return json_pack("{s:i, s:s, s:s}", "minutes", minutes, "kind", "work",
	    "site", site);
}

static void add_skill(struct past *past, struct past_set *out,
    const struct past_worker *worker, const char *day)
{
	const size_t which = past_pick(past, COUNT(skills));
	char id[TEXT_ID_MAX + 1] = "o-", record[RECORD_KEY_MAX];
	struct entry_draft draft = {.kind = "skill", .record = record};
	uint8_t random[8];
	struct hash hash;
	json_t *value = json_pack("{s:s, s:s, s:s, s:s, s:i, s:s, s:s}",
	    "skill", skills[which].code, "label", skills[which].label,
	    "catalogue", "pointeau", "scale", CATALOGUE_SCALE, "level",
	    1 + (int)past_pick(past, 4), "day", day, "site", out->crew->site);

	if (value == NULL)
		kit_die("no memory");
	os_random(&past->os, random, sizeof(random));
	enc_hex(random, sizeof(random), id + 2);
	record_key_make(record, "skill", worker->id, id);
	draft.value = value;
	add_entry(past, out, &draft, &hash);
	json_decref(value);
}

/* ---- a day ---- */

static void text_of(int64_t day, char out[DATE_TEXT])
{
	struct date date = date_from_days(day);

	date_format(&date, out);
}

/* What was recorded the working day before is corrected now, or void. */
static void look_back(struct past *past, struct past_set *out,
    struct past_worker *worker, size_t slot)
{
	char text[DATE_TEXT], record[RECORD_KEY_MAX];
	struct hash hash, *head = &worker->slots[slot].head;

	if (!worker->slots[slot].there)
		return;
	text_of(worker->slots[slot].day, text);
	record_key_hours(record, worker->id, text, slot_names[slot]);
	if (past_once_in(past, 60)) {
		add_hours(past, out, record, head,
		    json_pack("{s:i, s:s, s:s}", "minutes",
			HALF_DAY - 5 * (int)(1 + past_pick(past, 20)), "kind",
			"work", "site", out->crew->site),
		    &hash);
	} else if (past_once_in(past, 300)) {
		struct entry_draft draft = {
		    .kind = "void",
		    .record = record,
		    .parents = head,
		    .parent_count = 1,
		    .reason = "Saisi pour la mauvaise personne",
		};

		add_entry(past, out, &draft, &hash);
	}
}

static void maybe_leave(
    struct past *past, struct past_worker *worker, int64_t day)
{
	if (worker->away_until >= day || !past_once_in(past, 60))
		return;
	worker->away = away_kinds[past_pick(past, COUNT(away_kinds))];
	worker->away_until = day + (int64_t)past_pick(past, 9);
}

static void add_slot(struct past *past, struct past_set *out,
    struct past_worker *worker, size_t slot, int64_t day, bool away)
{
	char text[DATE_TEXT], record[RECORD_KEY_MAX];
	struct hash hash;

	text_of(day, text);
	record_key_hours(record, worker->id, text, slot_names[slot]);
	add_hours(past, out, record, NULL,
	    away ? json_pack(
		       "{s:i, s:s}", "minutes", HALF_DAY, "kind", worker->away)
		 : worked(past, out->crew->site),
	    &hash);
	worker->slots[slot].head = hash;
	worker->slots[slot].day = day;
	worker->slots[slot].there = !away;
}

/* A replacing supervisor said otherwise of somebody of the crew beside. */
static void contest(
    struct past *past, struct past_set *out, size_t crew, const char *day)
{
	const struct past_worker *worker =
	    &out->structure->crews[(crew + 1) % PAST_CREWS]
		 .workers[past_pick(past, PAST_CREW)];
	char record[RECORD_KEY_MAX];
	struct hash hash;

	record_key_hours(record, worker->id, day, slot_names[0]);
	add_hours(past, out, record, NULL,
	    json_pack("{s:i, s:s}", "minutes",
		60 + 5 * (int)past_pick(past, 20), "kind", "work"),
	    &hash);
}

static void begin(
    struct past_structure *structure, size_t crew, struct past_set *out)
{
	memset(&out->set, 0, sizeof(out->set));
	buf_reset(&out->bodies);
	out->structure = structure;
	out->crew = &structure->crews[crew];
}

/* A laptop is started anew now and then. */
static void open_session(struct past *past, struct past_crew *crew)
{
	uint8_t random[DEVICE_LEN];

	os_random(&past->os, random, sizeof(random));
	enc_hex(random, sizeof(random), crew->session);
	crew->seq = 0;
}

static void sign(struct past *past, struct past_set *out)
{
	struct changeset *set = &out->set;
	struct past_crew *crew = out->crew;
	struct set_header *header = &set->header;
	struct err err = ERR_INIT;

	set->entries = out->room;
	for (size_t i = 0; i < set->count; i++)
		out->room[i].body = (struct bytes){
		    out->bodies.data + out->at[i], out->at[i + 1] - out->at[i]};
	text_copy(
	    header->structure, sizeof(header->structure), out->structure->id);
	memcpy(header->device, crew->device, DEVICE_TEXT);
	memcpy(header->session, crew->session, DEVICE_TEXT);
	header->seq = ++crew->seq;
	header->prev = crew->last;
	header->seen = out->structure->seen;
	header->at_s = past->now_s;
	kit_check(changeset_sign(set, &crew->key, &err), &err);
	kit_check(changeset_hash(&crew->last, set, &err), &err);
	past->entries += (int64_t)set->count;
	past->sets++;
}

void past_set_make(struct past *past, struct past_structure *structure,
    size_t crew, int64_t day, size_t part, size_t parts, struct past_set *out)
{
	char text[DATE_TEXT];

	if (past->now_s < day * DAY_S + EVENING_S)
		past->now_s = day * DAY_S + EVENING_S;
	begin(structure, crew, out);
	if (out->crew->seq == 0 || past_once_in(past, 5))
		open_session(past, out->crew);
	text_of(day, text);
	for (size_t i = 0; i < PAST_CREW; i++) {
		struct past_worker *worker = &out->crew->workers[i];

		if (part == 0)
			maybe_leave(past, worker, day);
		for (size_t slot = 0; slot < PAST_SLOTS; slot++) {
			if (part == 0)
				look_back(past, out, worker, slot);
			if (slot % parts == part)
				add_slot(past, out, worker, slot, day,
				    worker->away_until >= day);
		}
	}
	for (size_t i = part; i < SKILLS_DAY; i += parts)
		add_skill(past, out,
		    &out->crew->workers[past_pick(past, PAST_CREW)], text);
	if (part == 0 && past_once_in(past, 25))
		contest(past, out, crew, text);
	sign(past, out);
}

void past_set_fresh(struct past *past, struct past_structure *structure,
    size_t crew, int64_t day, size_t count, struct past_set *out)
{
	begin(structure, crew, out);
	if (out->crew->seq == 0)
		open_session(past, out->crew);
	for (size_t i = 0; i < count; i++) {
		size_t slot = i % PAST_SLOTS, worker = i / PAST_SLOTS;

		add_slot(past, out, &out->crew->workers[worker % PAST_CREW],
		    slot, day + (int64_t)(worker / PAST_CREW), false);
	}
	sign(past, out);
}

void past_set_put(struct past *past, struct past_set *set)
{
	const struct ledger_author author = {
	    &set->set.header, WRITER_LAPTOP, false};
	struct past_structure *structure = set->structure;
	struct receipt receipt;
	struct err err = ERR_INIT;

	kit_check(log_next_receipt(past->office, structure->id, 0,
		      &set->crew->last, &receipt, &err),
	    &err);
	kit_check(ledger_set_put(past->office->db, &set->set, &author, &receipt,
		      NULL, NULL, &err),
	    &err);
	structure->seen.epoch = receipt.epoch;
	structure->seen.n = receipt.n;
	structure->seen.head = receipt.head;
}
