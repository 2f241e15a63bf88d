#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/act.h"
#include "server/crews.h"
#include "server/enrolment.h"
#include "shared/enc.h"
#include "shared/ledger_set.h"
#include "tests/bench/past.h"
#include "tests/bench/past_kit.h"

static const char *const first_names[] = {"Amina", "Bruno", "Chantal", "Djamel",
    "Élodie", "Farid", "Gisèle", "Hakim", "Inès", "Jonas", "Karima", "Léo",
    "Mireille", "Nadia", "Omar", "Paulette"};
static const char *const last_names[] = {"Abadie", "Bernard", "Camara",
    "Diallo", "Etienne", "Fofana", "Garnier", "Haddad", "Imbert", "Jacquet",
    "Keita"};

#define NAMES(list) (sizeof(list) / sizeof((list)[0]))

/* ---- chance and time ---- */

/* xorshift64: all it takes to make salts differ, and the same each time. */
static uint64_t next(struct past *past)
{
	past->chance ^= past->chance << 13;
	past->chance ^= past->chance >> 7;
	past->chance ^= past->chance << 17;
	return past->chance;
}

uint64_t past_pick(struct past *past, uint64_t count)
{
	return (next(past) >> 16) % count;
}

bool past_once_in(struct past *past, uint64_t n)
{
	return past_pick(past, n) == 0;
}

static void draw(void *context, void *out, size_t len)
{
	struct past *past = context;
	uint8_t *bytes = out;

	for (size_t i = 0; i < len; i += sizeof(uint64_t)) {
		uint64_t number = next(past) * 0x9E3779B97F4A7C15U;
		size_t left = len - i;

		memcpy(bytes + i, &number,
		    left < sizeof(number) ? left : sizeof(number));
	}
}

static int64_t now_s(void *context)
{
	const struct past *past = context;

	return past->now_s;
}

/* ---- who there is ---- */

static void make_key(struct past_crew *crew, uint64_t seed)
{
	char text[TEXT_ID_MAX + 32];
	struct hash hash;

	(void)snprintf(text, sizeof(text), "laptop %s %llu", crew->id,
	    (unsigned long long)seed);
	hash_of(&hash, text, strlen(text));
	key_from_seed(&crew->key, hash.bytes);
	key_device(crew->key.pub, crew->device);
}

static void make_crew(
    struct past_crew *crew, const char *structure, size_t number, uint64_t seed)
{
	(void)snprintf(
	    crew->id, sizeof(crew->id), "%.16s-E%zu", structure, number + 1);
	(void)snprintf(crew->site, sizeof(crew->site), "%.16s-C%zu", structure,
	    number + 1);
	for (size_t i = 0; i < PAST_CREW; i++) {
		struct past_worker *worker = &crew->workers[i];

		(void)snprintf(worker->id, sizeof(worker->id), "%.16s-%03zu",
		    structure, number * PAST_CREW + i + 1);
	}
	make_key(crew, seed);
}

void past_init(struct past *past, uint64_t seed, size_t count)
{
	memset(past, 0, sizeof(*past));
	past->os = os_system;
	past->os.context = past;
	past->os.now_s = now_s;
	past->os.random = draw;
	past->chance = 0x9E3779B97F4A7C15U ^ (seed * 0xBF58476D1CE4E5B9U + 1);
	past->structures = kit_alloc(count, sizeof(*past->structures));
	past->count = count;
	for (size_t i = 0; i < count; i++) {
		struct past_structure *structure = &past->structures[i];

		(void)snprintf(
		    structure->id, sizeof(structure->id), "S%04zu", i + 1);
		for (size_t j = 0; j < PAST_CREWS; j++)
			make_crew(&structure->crews[j], structure->id, j, seed);
	}
}

void past_clear(struct past *past)
{
	free(past->structures);
	memset(past, 0, sizeof(*past));
}

/* ---- what the office writes of them ---- */

static void set_subject(struct act *act, const char *structure,
    const char *kind, const char *subject, json_t *value)
{
	struct err err = ERR_INIT;

	kit_check(
	    act_set_subject(act, structure, kind, subject, value, &err), &err);
}

static void set_contract(struct act *act, const char *structure,
    const char *worker, size_t number, json_t *value)
{
	char part[TEXT_ID_MAX + 1], record[RECORD_KEY_MAX];
	struct err err = ERR_INIT;

	if (value == NULL)
		kit_die("no memory");
	(void)snprintf(part, sizeof(part), "K%zu", number);
	record_key_make(record, "contract", worker, part);
	kit_check(
	    act_set(act, structure, "contract", record, value, NULL, &err),
	    &err);
	json_decref(value);
}

static void text_of(int64_t day, char out[DATE_TEXT])
{
	struct date date = date_from_days(day);

	date_format(&date, out);
}

/* A year's funding, and contracts of up to a year that follow one another. */
static void add_contracts(struct past *past, struct act *act,
    const char *structure, const struct past_worker *worker, int64_t first)
{
	char start[DATE_TEXT], end[DATE_TEXT], annex[TEXT_ID_MAX + 1];
	int64_t at = first - 1 - (int64_t)past_pick(past, 90);
	int64_t last = past->now_s / 86400 + 1000;

	for (size_t number = 1; at < last && number < 16; number++) {
		int64_t until = at + 180 + (int64_t)past_pick(past, 185);
		struct date date = date_from_days(at);

		text_of(at, start);
		text_of(until, end);
		(void)snprintf(
		    annex, sizeof(annex), "%.16s-A%d", structure, date.year);
		set_contract(act, structure, worker->id, number,
		    json_pack("{s:s, s:s, s:i, s:s, s:s}", "kind", "CDDI",
			"annex", annex, "weekly", 35 * 60, "start", start,
			"end", end));
		at = until + 1;
	}
}

static void add_annexes(
    struct act *act, const char *structure, int64_t first, int64_t last)
{
	char id[TEXT_ID_MAX + 1], start[DATE_TEXT], end[DATE_TEXT];

	for (int year = date_from_days(first - 90).year;
	     year <= date_from_days(last).year; year++) {
		(void)snprintf(id, sizeof(id), "%.16s-A%d", structure, year);
		(void)snprintf(start, sizeof(start), "%04d-01-01", year);
		(void)snprintf(end, sizeof(end), "%04d-12-31", year);
		set_subject(act, structure, "annex", id,
		    json_pack("{s:s, s:s, s:s, s:i, s:i}", "measure", "ACI_DC",
			"start", start, "end", end, "etp_posts", 4200,
			"hours_per_etp", 1820));
	}
}

static void add_workers(struct past *past, struct act *act,
    const char *structure, const struct past_crew *crew, int64_t first)
{
	char from[DATE_TEXT];

	text_of(first, from);
	for (size_t i = 0; i < PAST_CREW; i++) {
		const struct past_worker *worker = &crew->workers[i];

		set_subject(act, structure, "worker", worker->id,
		    json_pack("{s:s, s:s, s:[{s:s, s:s}]}", "first",
			first_names[past_pick(past, NAMES(first_names))],
			"initial", "M", "crews", "crew", crew->id, "from",
			from));
		set_subject(act, structure, "identity", worker->id,
		    json_pack("{s:s, s:s}", "last",
			last_names[past_pick(past, NAMES(last_names))], "birth",
			"1985-05-17"));
		add_contracts(past, act, structure, worker, first);
	}
}

/* As enrolment_accept writes it. */
static void add_laptop(
    struct act *act, const char *structure, const struct past_crew *crew)
{
	char key[2 * KEY_LEN + 1];
	struct err err = ERR_INIT;

	enc_hex(crew->key.pub, KEY_LEN, key);
	set_subject(act, structure, "enrolment", crew->device,
	    enrolment_value(key, crew->id, ""));
	set_subject(act, structure, "scope", crew->device,
	    json_pack("{s:[s]}", "crews", crew->id));
	kit_check(crews_supervise(
		      act, structure, crew->id, crew->device, crew->id, &err),
	    &err);
}

static void add_crew(struct past *past, struct act *act, const char *structure,
    const struct past_crew *crew, int64_t first)
{
	set_subject(act, structure, "site", crew->site,
	    json_pack("{s:s+, s:s}", "name", "Chantier ", crew->site, "sector",
		"espaces_verts"));
	set_subject(act, structure, "crew", crew->id,
	    json_pack("{s:s+, s:s, s:s, s:s, s:s}", "name", "Équipe ", crew->id,
		"site", crew->site, "am", "08:00-11:30", "pm", "13:00-16:30",
		"days", "lun-ven"));
	add_workers(past, act, structure, crew, first);
	add_laptop(act, structure, crew);
}

/* The last set of each of a structure's laptops, which the next one follows. */
static int note_last(void *context, const struct set_row *row, struct err *err)
{
	struct past_structure *structure = context;
	size_t known = 0;

	(void)err;
	for (size_t i = 0; i < PAST_CREWS; i++) {
		struct past_crew *crew = &structure->crews[i];

		if (hash_is_zero(&crew->last) &&
		    strcmp(crew->device, row->device) == 0)
			crew->last = row->hash;
		known += !hash_is_zero(&crew->last);
	}
	return known == PAST_CREWS;
}

void past_look(struct past *past)
{
	struct err err = ERR_INIT;
	int64_t time_s;

	for (size_t i = 0; i < past->count; i++) {
		struct past_structure *structure = &past->structures[i];

		kit_check(ledger_head(past->office->db, structure->id,
			      &structure->seen, &time_s, &err),
		    &err);
		kit_check(ledger_places(past->office->db, structure->id,
			      note_last, structure, &err),
		    &err);
	}
}

void past_found(struct past *past, int64_t first)
{
	struct err err = ERR_INIT;
	struct act act;

	for (size_t i = 0; i < past->count; i++) {
		const struct past_structure *structure = &past->structures[i];

		kit_check(act_begin(&act, past->office, &err), &err);
		set_subject(&act, structure->id, "structure", structure->id,
		    json_pack("{s:s+, s:s, s:s}", "name", "Association ",
			structure->id, "kind", "ACI", "siret",
			"04120768900013"));
		add_annexes(
		    &act, structure->id, first, past->now_s / 86400 + 1000);
		for (size_t j = 0; j < PAST_CREWS; j++)
			add_crew(past, &act, structure->id,
			    &structure->crews[j], first);
		kit_check(act_commit(&act, &err), &err);
	}
	past_look(past);
}
