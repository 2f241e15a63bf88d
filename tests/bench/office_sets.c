#include <stdlib.h>
#include <string.h>

#include "server/digests.h"
#include "shared/catalogue.h"
#include "shared/date.h"
#include "shared/enc.h"
#include "shared/entry.h"
#include "shared/hours.h"
#include "shared/ledger_set.h"
#include "shared/wire_answer.h"
#include "tests/bench/office_sets.h"

#define SLOTS  2
#define MOMENT (3600 + 7) /* between two sets of a laptop, seconds */
#define STROKE 4          /* between two entries */

static const char *const activities[] = {"taille de haies", "tonte",
    "débroussaillage", "plantation", "maçonnerie", "nettoyage"};
static const char *const skills[][2] = {
    {"CMP-014", "Tailler une haie à la bonne hauteur"},
    {"CMP-027", "Régler et entretenir son outil"},
    {"CMP-031", "Suivre une consigne de sécurité"},
};

#define ACTIVITIES (sizeof(activities) / sizeof(activities[0]))
#define SKILLS     (sizeof(skills) / sizeof(skills[0]))

void bench_laptop_make(
    struct bench_laptop *out, const struct bench_sizes *sizes, size_t number)
{
	size_t structure = number / sizes->per_structure;
	char text[64];
	struct hash seed;

	memset(out, 0, sizeof(*out));
	out->number = number;
	(void)snprintf(text, sizeof(text), "key of bench laptop %zu", number);
	hash_of(&seed, text, strlen(text));
	key_from_seed(&out->key, seed.bytes);
	key_device(out->key.pub, out->device);
	(void)snprintf(
	    text, sizeof(text), "bearer of bench laptop %zu", number);
	hash_of(&seed, text, strlen(text));
	enc_hex(seed.bytes, sizeof(seed.bytes), out->bearer);
	out->bearer[43] = '\0'; /* as long as one of the server's */
	(void)snprintf(
	    out->structure, sizeof(out->structure), "SIAE-%05zu", structure);
	(void)snprintf(out->crew, sizeof(out->crew), "EQ-%05zu", number);
	(void)snprintf(out->site, sizeof(out->site), "LIEU-%05zu", number);
}

void bench_worker(
    char id[TEXT_ID_MAX + 1], const struct bench_laptop *laptop, size_t i)
{
	(void)snprintf(id, TEXT_ID_MAX + 1, "V%05zu%02zu", laptop->number, i);
}

/* ---- one entry ---- */

/* The ${i}th of all that a laptop ever records. */
struct moment {
	const struct bench_laptop *laptop;
	char worker[TEXT_ID_MAX + 1];
	char day[DATE_TEXT];
	char slot[4]; /* "-": a skill */
	size_t i;
};

/* A day: two slots a worker, then a skill for every eight of these. */
static void find_moment(struct moment *out, const struct bench_laptop *laptop,
    const struct bench_sizes *sizes, size_t i)
{
	size_t hours = SLOTS * sizes->workers;
	size_t a_day = hours + (hours + 7) / 8, within = i % a_day;
	struct err err = ERR_INIT;
	struct date date;

	out->laptop = laptop;
	out->i = i;
	plan_check(date_parse(&date, sizes->first_day, &err), &err);
	/* Five days of a week. */
	date = date_from_days(
	    date_days(&date) + (int64_t)(i / a_day / 5 * 7 + i / a_day % 5));
	date_format(&date, out->day);
	if (within >= hours) {
		bench_worker(out->worker, laptop, within % sizes->workers);
		strcpy(out->slot, "-");
	} else {
		bench_worker(out->worker, laptop, within / SLOTS);
		strcpy(out->slot, within % SLOTS == 0 ? "am" : "pm");
	}
}

static json_t *hours_of(const struct moment *at)
{
	const struct hours hours = {
	    .minutes = 210,
	    .kind = at->i % 41 == 0 ? "training" : "work",
	    .site = at->laptop->site,
	    .activity = at->i % 3 == 0 ? activities[at->i % ACTIVITIES] : "",
	    .start = -1,
	    .end = -1,
	};

	return hours_value(&hours);
}

static json_t *skill_of(const struct moment *at)
{
	const char *const *skill = skills[at->i % SKILLS];

	return json_pack("{s:s, s:s, s:s, s:s, s:i, s:s, s:s}", "skill",
	    skill[0], "label", skill[1], "catalogue", "local", "scale",
	    CATALOGUE_SCALE, "level", (int)(at->i % 4) + 1, "day", at->day,
	    "site", at->laptop->site);
}

static void build(struct buf *out, const struct moment *at,
    const struct bench_files *files, int64_t at_s)
{
	char record[RECORD_KEY_MAX], id[24];
	struct err err = ERR_INIT;
	bool skill = at->slot[0] == '-';
	json_t *value = skill ? skill_of(at) : hours_of(at);
	uint8_t chance[8];
	char hex[2 * sizeof(chance) + 1];

	if (skill) {
		os_random(files->os, chance, sizeof(chance));
		enc_hex(chance, sizeof(chance), hex);
		(void)snprintf(id, sizeof(id), "o-%s", hex);
		record_key_make(record, "skill", at->worker, id);
	} else {
		record_key_hours(record, at->worker, at->day, at->slot);
	}
	plan_check(entry_build(out,
		       &(struct entry_draft){
			   .kind = skill ? "skill" : "hours",
			   .structure = at->laptop->structure,
			   .record = record,
			   .value = value,
			   .device = at->laptop->device,
			   .person = "Claire M.",
			   .at_s = at_s,
		       },
		       files->os, &err),
	    &err);
	json_decref(value);
}

static void write_row(struct bench_files *files, const struct moment *at,
    const struct buf *body, size_t turn)
{
	struct plan_row row = {.minutes = at->slot[0] == '-' ? 0 : 210,
	    .bytes = body->data,
	    .len = body->len};

	if (files->rows == NULL)
		return;
	text_copy(row.structure, sizeof(row.structure), at->laptop->structure);
	text_copy(row.worker, sizeof(row.worker), at->worker);
	text_copy(row.day, sizeof(row.day), at->day);
	text_copy(row.slot, sizeof(row.slot), at->slot);
	text_copy(
	    row.kind, sizeof(row.kind), at->slot[0] == '-' ? "skill" : "hours");
	text_copy(row.device, sizeof(row.device), at->laptop->device);
	plan_write_row(files->rows[turn], &row);
}

/* ---- its sets ---- */

/* What a laptop has come to. */
struct author {
	const struct bench_laptop *laptop;
	struct set_header header; /* of the next set */
	size_t recorded;          /* entries so far */
};

static void begin(struct author *author, struct office *office,
    const struct bench_laptop *laptop, const struct bench_sizes *sizes)
{
	struct set_header *header = &author->header;
	struct err err = ERR_INIT;
	struct hash session;
	char hex[HASH_TEXT];
	size_t sets = sizes->pushes * sizes->sets;

	memset(author, 0, sizeof(*author));
	author->laptop = laptop;
	text_copy(
	    header->structure, sizeof(header->structure), laptop->structure);
	memcpy(header->device, laptop->device, DEVICE_TEXT);
	hash_of(&session, laptop->bearer, strlen(laptop->bearer));
	hash_hex(&session, hex);
	text_copy(header->session, sizeof(header->session), hex);
	header->seq = 1;
	header->at_s = os_now_s(office->os) - (int64_t)sets * MOMENT;
	plan_check(ledger_head(office->db, laptop->structure, &header->seen,
		       NULL, &err),
	    &err);
}

/* Sign the next set; ${bodies} are its entries' bytes, to free. */
static void seal(struct changeset *set, struct buf *bodies,
    struct author *author, struct bench_files *files,
    const struct bench_sizes *sizes, size_t turn)
{
	struct err err = ERR_INIT;

	memset(set, 0, sizeof(*set));
	set->header = author->header;
	set->count = sizes->entries;
	set->entries = plan_alloc(set->count, sizeof(*set->entries));
	for (size_t i = 0; i < set->count; i++) {
		struct moment at;

		find_moment(&at, author->laptop, sizes, author->recorded++);
		build(&bodies[i], &at, files,
		    set->header.at_s - (int64_t)(set->count - i) * STROKE);
		set->entries[i].body = buf_bytes(&bodies[i]);
		hash_of(&set->entries[i].hash, bodies[i].data, bodies[i].len);
		write_row(files, &at, &bodies[i], turn);
	}
	plan_check(changeset_sign(set, &author->laptop->key, &err), &err);
	plan_check(changeset_hash(&author->header.prev, set, &err), &err);
	author->header.seq++;
	author->header.at_s += MOMENT;
}

static void write_push(struct bench_files *files, struct author *author,
    const struct bench_sizes *sizes, size_t turn)
{
	struct changeset *sets = plan_alloc(sizes->sets, sizeof(*sets));
	struct hash *hashes = plan_alloc(sizes->sets, sizeof(*hashes));
	struct buf *bodies =
	    plan_alloc(sizes->sets * sizes->entries, sizeof(*bodies));
	struct plan_push push = {.sets = hashes, .set_count = sizes->sets};
	struct buf body = BUF_INIT;
	struct err err = ERR_INIT;

	for (size_t i = 0; i < sizes->sets; i++) {
		seal(&sets[i], bodies + i * sizes->entries, author, files,
		    sizes, turn);
		hashes[i] = author->header.prev;
		push.entries += sets[i].count;
	}
	plan_check(wire_push_encode(&body, sets, sizes->sets, &err), &err);
	push.body = body.data;
	push.len = body.len;
	plan_write_push(files->plan, &push);
	for (size_t i = 0; i < sizes->sets * sizes->entries; i++)
		buf_free(&bodies[i]);
	for (size_t i = 0; i < sizes->sets; i++)
		changeset_clear(&sets[i]);
	buf_free(&body);
	free(bodies);
	free(hashes);
	free(sets);
}

/* The heads as its last sync left them: the office's own, which pushes leave
 * alone, and of its structure the scope. */
static void note_known(struct plan_laptop *line, struct office *office)
{
	struct wire_head_known heads[2];
	char scopes[2][SCOPE_DIGEST_TEXT];
	const char *names[2] = {STRUCTURE_OFFICE, line->structure};
	struct log_point points[2];
	struct err err = ERR_INIT;
	size_t count = 0;

	for (size_t i = 0; i < 2; i++) {
		plan_check(
		    ledger_head(office->db, names[i], &points[i], NULL, &err),
		    &err);
		if (points[i].n == 0)
			continue;
		plan_check(digests_scope(
			       office, names[i], line->device, scopes[i], &err),
		    &err);
		heads[count++] = (struct wire_head_known){names[i],
		    i == 1 ? -1 : points[i].n, &points[i].head, scopes[i]};
	}
	line->seen = points[1];
	plan_check(wire_known(line->known, heads, count, &err), &err);
}

void bench_sets_write(struct bench_files *files, struct office *office,
    const struct bench_sizes *sizes, size_t number)
{
	struct bench_laptop laptop;
	struct plan_laptop line = {.push_count = sizes->pushes};
	struct author author;

	bench_laptop_make(&laptop, sizes, number);
	memcpy(line.device, laptop.device, sizeof(line.device));
	memcpy(line.bearer, laptop.bearer, sizeof(line.bearer));
	text_copy(line.structure, sizeof(line.structure), laptop.structure);
	note_known(&line, office);
	plan_write_laptop(files->plan, &line);
	begin(&author, office, &laptop, sizes);
	for (size_t i = 0; i < sizes->pushes; i++)
		write_push(files, &author, sizes, i);
}
