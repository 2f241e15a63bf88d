/*
 * An office with thousands of enrolled laptops, made before the server starts:
 * structures, sites, crews, workers and enrolments as entries of the office,
 * signed and logged as ever, and a bearer for each laptop; then the laptops'
 * sets, signed with the laptops' keys, and the rows of the same entries, a file
 * for each turn (every laptop's first push, every laptop's second…).
 *
 *	bench_office --data DIR --plan FILE [--rows PREFIX] [--laptops 200]
 *	    [--per-structure 6] [--workers 12] [--entries 50] [--pushes 4]
 *	    [--sets 1] [--first-day yyyy-mm-dd]
 *	bench_office --data DIR --check FILE
 *
 * ${DIR} is an initialised directory that no server uses. --check looks for
 * the receipts that bench_driver --acks noted: {"checked":n,"lost":n}.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "server/act.h"
#include "server/crews.h"
#include "server/enrolment.h"
#include "server/store/access.h"
#include "server/store/contact.h"
#include "shared/enc.h"
#include "shared/lang.h"
#include "shared/ledger_set.h"
#include "tests/bench/office_sets.h"

static const char *const first_names[] = {"Amina", "Bruno", "Chantal", "Djamel",
    "Élodie", "Farid", "Gisèle", "Hakim", "Inès", "Jonas", "Karima", "Léo",
    "Mireille", "Nadia", "Omar", "Paulette"};

#define NAMES (sizeof(first_names) / sizeof(first_names[0]))

static const char *first_name(size_t i)
{
	return first_names[(i * 7 + i / NAMES) % NAMES];
}

/* ---- reference data ---- */

static void set_subject(struct act *act, const char *structure,
    const char *kind, const char *subject, json_t *value)
{
	struct err err = ERR_INIT;

	plan_check(
	    act_set_subject(act, structure, kind, subject, value, &err), &err);
}

static void add_structure(struct act *act, const struct bench_laptop *laptop)
{
	set_subject(act, laptop->structure, "structure", laptop->structure,
	    json_pack("{s:s+, s:s, s:s}", "name", "Chantier ",
		laptop->structure, "kind", "ACI", "siret", "04120768900013"));
}

static void add_crew(struct act *act, const struct bench_laptop *laptop)
{
	set_subject(act, laptop->structure, "site", laptop->site,
	    json_pack("{s:s+, s:s}", "name", "Berges ", laptop->site, "sector",
		"espaces_verts"));
	set_subject(act, laptop->structure, "crew", laptop->crew,
	    json_pack("{s:s+, s:s, s:s, s:s, s:s}", "name", "Équipe ",
		laptop->crew, "site", laptop->site, "am", "08:00-11:30", "pm",
		"13:00-16:30", "days", "lun-ven"));
}

static void add_workers(
    struct act *act, const struct bench_laptop *laptop, size_t workers)
{
	char id[TEXT_ID_MAX + 1];

	for (size_t i = 0; i < workers; i++) {
		bench_worker(id, laptop, i);
		set_subject(act, laptop->structure, "worker", id,
		    json_pack("{s:s, s:s, s:[{s:s, s:s}]}", "first",
			first_name(laptop->number * workers + i), "initial",
			"M", "crews", "crew", laptop->crew, "from",
			"2024-01-01"));
	}
}

/* As enrolment_accept writes them, without its rule of how many. */
static void add_device(struct act *act, const struct bench_laptop *laptop)
{
	char key[2 * KEY_LEN + 1];
	struct err err = ERR_INIT;

	enc_hex(laptop->key.pub, KEY_LEN, key);
	set_subject(act, laptop->structure, "enrolment", laptop->device,
	    enrolment_value(key, laptop->crew, ""));
	set_subject(act, laptop->structure, "scope", laptop->device,
	    json_pack("{s:[s]}", "crews", laptop->crew));
	plan_check(crews_supervise(act, laptop->structure, laptop->crew,
		       laptop->device, laptop->crew, &err),
	    &err);
}

/* As a login leaves it, and the heads that were asked after it. */
static void let_in(
    struct office *office, const struct bench_laptop *laptop, int64_t unsent)
{
	int64_t now_s = os_now_s(office->os);
	struct err err = ERR_INIT;
	struct hash hash;

	hash_of(&hash, laptop->bearer, strlen(laptop->bearer));
	plan_check(access_bearer_put(office->db, &hash, laptop->device,
		       now_s + BEARER_LIFE_S, &err),
	    &err);
	plan_check(access_contact_put(office->db, laptop->device, now_s,
		       POINTEAU_VERSION, &err),
	    &err);
	plan_check(
	    contact_tell(office->db, laptop->device, now_s, unsent, 0, &err),
	    &err);
}

static void make_office(struct office *office, const struct bench_sizes *sizes)
{
	struct bench_laptop laptop;
	struct err err = ERR_INIT;
	struct act act;
	size_t unsent = sizes->pushes * sizes->sets * sizes->entries;

	plan_check(act_begin(&act, office, &err), &err);
	for (size_t i = 0; i < sizes->laptops; i++) {
		bench_laptop_make(&laptop, sizes, i);
		if (i % sizes->per_structure == 0)
			add_structure(&act, &laptop);
		add_crew(&act, &laptop);
		add_workers(&act, &laptop, sizes->workers);
		add_device(&act, &laptop);
		let_in(office, &laptop, (int64_t)unsent);
	}
	plan_check(act_commit(&act, &err), &err);
}

static FILE *open_to_write(const char *path)
{
	FILE *file = fopen(path, "wb");

	if (file == NULL)
		plan_die("%s cannot be written", path);
	return file;
}

static FILE **open_rows(const char *prefix, size_t turns)
{
	FILE **files = plan_alloc(turns, sizeof(FILE *));

	for (size_t i = 0; i < turns; i++)
		files[i] = plan_rows_open(prefix, i, "wb");
	return files;
}

static void make_sets(struct office *office, const struct bench_sizes *sizes,
    const char *plan, const char *rows)
{
	struct bench_files files = {open_to_write(plan), NULL, office->os};
	int failed = 0;

	if (rows != NULL)
		files.rows = open_rows(rows, sizes->pushes);
	plan_write_head(files.plan, office->server.pub);
	for (size_t i = 0; i < sizes->laptops; i++)
		bench_sets_write(&files, office, sizes, i);
	failed |= fclose(files.plan);
	for (size_t i = 0; files.rows != NULL && i < sizes->pushes; i++)
		failed |= fclose(files.rows[i]);
	free(files.rows);
	if (failed != 0)
		plan_die("the plan cannot be written whole");
}

/* ---- were they kept? ---- */

struct found {
	int64_t checked;
	int64_t lost;
};

static void check_ack(
    struct office *office, const char *line, struct found *found)
{
	char structure[TEXT_ID_MAX + 1], set[HASH_TEXT], head[HASH_TEXT];
	struct err err = ERR_INIT;
	struct receipt receipt;
	struct hash hash, told;
	int64_t n;
	bool here;

	if (sscanf(line, "%64s %64s %" SCNd64 " %64s", structure, set, &n,
		head) != 4 ||
	    hash_parse(&hash, set, NULL) < 0 ||
	    hash_parse(&told, head, NULL) < 0)
		plan_die("no acknowledgement: %s", line);
	plan_check(ledger_set_receipt(
		       office->db, structure, &hash, &receipt, &here, &err),
	    &err);
	found->checked++;
	found->lost +=
	    !here || receipt.n != n || !hash_equal(&receipt.head, &told);
}

static void check_acks(struct office *office, const char *path)
{
	FILE *file = fopen(path, "rb");
	struct found found = {0, 0};
	char *line = NULL;
	size_t room = 0;

	if (file == NULL)
		plan_die("%s cannot be read", path);
	while (getline(&line, &room, file) > 0)
		check_ack(office, line, &found);
	free(line);
	(void)fclose(file);
	printf("{\"checked\":%" PRId64 ",\"lost\":%" PRId64 "}\n",
	    found.checked, found.lost);
}

static void read_sizes(struct bench_sizes *out, int argc, char **argv)
{
	*out = (struct bench_sizes){
	    .laptops = (size_t)plan_number(argc, argv, "laptops", 200),
	    .per_structure =
		(size_t)plan_number(argc, argv, "per-structure", 6),
	    .workers = (size_t)plan_number(argc, argv, "workers", 12),
	    .entries = (size_t)plan_number(argc, argv, "entries", 50),
	    .pushes = (size_t)plan_number(argc, argv, "pushes", 4),
	    .sets = (size_t)plan_number(argc, argv, "sets", 1),
	    .first_day = plan_text(argc, argv, "first-day", "2026-01-05"),
	};
	if (out->laptops - 1 >= 1000000 || out->per_structure == 0 ||
	    out->workers - 1 >= 100 ||
	    out->entries - 1 >= CHANGESET_ENTRIES_MAX ||
	    out->sets - 1 >= WIRE_SETS_MAX)
		plan_die("a size is out of bounds");
}

int main(int argc, char **argv)
{
	const char *data = plan_text(argc, argv, "data", NULL);
	const char *plan = plan_text(argc, argv, "plan", NULL);
	const char *acks = plan_text(argc, argv, "check", NULL);
	struct office office;
	struct bench_sizes sizes;
	struct err err = ERR_INIT;

	lang_set("en");
	if (data == NULL || (plan == NULL && acks == NULL))
		plan_die("--data and --plan or --check are needed");
	plan_check(crypto_init(&err), &err);
	plan_check(
	    office_open(&office, data, &os_system, acks == NULL, &err), &err);
	if (acks != NULL) {
		check_acks(&office, acks);
		office_close(&office);
		return 0;
	}
	read_sizes(&sizes, argc, argv);
	make_office(&office, &sizes);
	make_sets(&office, &sizes, plan, plan_text(argc, argv, "rows", NULL));
	office_close(&office);
	printf("{\"laptops\":%zu,\"pushes\":%zu,\"entries\":%zu}\n",
	    sizes.laptops, sizes.laptops * sizes.pushes,
	    sizes.laptops * sizes.pushes * sizes.sets * sizes.entries);
	return 0;
}
