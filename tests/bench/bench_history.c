/*
 * A server's directory with a history, made quickly: through the real tables
 * and the real functions, but in transactions of a day, and on no disk until
 * the end.
 *
 *	bench_history --data DIR --entries N [--seed 1] [--until yyyy-mm-dd]
 *	    [--url https://127.0.0.1:8443] [--close yes] [--structures K]
 *
 * ${DIR} is made when it is not there. Structures of sixty workers work up to
 * the day before ${until}; for two years or less, when it is not said how many
 * there are. One JSON object tells what there is.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "server/closing.h"
#include "server/conflicts.h"
#include "server/store/access.h"
#include "shared/lang.h"
#include "tests/bench/past.h"
#include "tests/bench/past_kit.h"

#define DAY_S      86400
#define YEARS_DAYS 730
#define WEEK_DAYS  7
#define WORK_DAYS  5
#define NS         1e9
#define BATCH      50000 /* entries of a transaction, about */

struct plan {
	int64_t first, last; /* days since 1970 */
	size_t structures;
	bool close;
};

/* Where the processor's time went, nanoseconds. */
static struct {
	int64_t found, make, put, office;
} spent;

/* A structure's two years; more of them when more is asked for. */
static void make_plan(
    struct plan *plan, int64_t entries, int64_t until, int64_t structures)
{
	const int64_t of_one =
	    (int64_t)YEARS_DAYS * WORK_DAYS / WEEK_DAYS * PAST_DAILY;
	int64_t days;

	plan->structures = structures > 0
	                       ? (size_t)structures
	                       : (size_t)((entries + of_one - 1) / of_one);
	days = entries / ((int64_t)plan->structures * PAST_DAILY) + 1;
	plan->last = until - 1;
	plan->first = until - days * WEEK_DAYS / WORK_DAYS;
}

static int64_t read_day(const char *text)
{
	struct err err = ERR_INIT;
	struct date date;

	kit_check(date_parse(&date, text, &err), &err);
	return date_days(&date);
}

/* ---- the disk: none while it is made, then as a server has it ---- */

static void hurry(struct office *office)
{
	struct err err = ERR_INIT;

	kit_check(db_script(office->db,
		      "PRAGMA journal_mode=MEMORY;PRAGMA synchronous=OFF;"
		      "PRAGMA cache_size=-1500000;",
		      &err),
	    &err);
}

static void settle(struct office *office)
{
	struct err err = ERR_INIT;

	kit_check(db_script(office->db,
		      "PRAGMA synchronous=FULL;PRAGMA journal_mode=WAL;", &err),
	    &err);
}

/* ---- days ---- */

static bool is_working(int64_t day)
{
	struct date date = date_from_days(day);

	return date_weekday(&date) <= WORK_DAYS;
}

/* A day is one to three sets. */
static void play_crew(struct past *past, struct past_structure *structure,
    size_t crew, int64_t day, struct past_set *set)
{
	size_t parts = past_once_in(past, 3) ? 2 : 1;

	for (size_t part = 0; part < parts; part++) {
		int64_t start = kit_cpu_ns(), made;

		past_set_make(past, structure, crew, day, part, parts, set);
		made = kit_cpu_ns();
		past_set_put(past, set);
		spent.make += made - start;
		spent.put += kit_cpu_ns() - made;
	}
}

static void play_day(struct past *past, int64_t day, struct past_set *set)
{
	for (size_t i = 0; i < past->count; i++) {
		for (size_t crew = 0; crew < PAST_CREWS; crew++)
			play_crew(past, &past->structures[i], crew, day, set);
	}
}

/* ---- what the office does when a month is over ---- */

/* Most of what is contested is settled. */
static void settle_contests(struct past *past)
{
	struct err err = ERR_INIT;
	json_t *all = NULL;

	kit_check(conflicts_json(past->office, &all, &err), &err);
	for (size_t i = 0; i < json_array_size(all); i++) {
		const json_t *row = json_array_get(all, i);
		const json_t *value =
		    json_array_get(json_object_get(row, "values"), 0);
		const struct resolution resolution = {
		    .keep = json_text(value, "hash"),
		    .minutes = -1,
		    .reason = "vu ensemble",
		};
		json_t *conflict = NULL;

		if (past_once_in(past, 10))
			continue;
		kit_check(conflict_resolve(past->office, json_text(row, "id"),
			      &resolution, &conflict, &err),
		    &err);
		json_decref(conflict);
	}
	json_decref(all);
}

static void close_month(struct past *past, int64_t day)
{
	struct date date = date_from_days(day);
	char month[DATE_TEXT];
	struct err err = ERR_INIT;

	date_format(&date, month);
	month[MONTH_TEXT - 1] = '\0';
	for (size_t i = 0; i < past->count; i++)
		kit_check(closing_make(past->office, past->structures[i].id,
			      month, "clos sans attendre", NULL, &err),
		    &err);
}

static void end_month(struct past *past, const struct plan *plan, int64_t day)
{
	int64_t start = kit_cpu_ns();

	settle_contests(past);
	/* The last whole one is still open: it is what is looked at. */
	if (plan->close && day + 62 < plan->last)
		close_month(past, day);
	spent.office += kit_cpu_ns() - start;
}

static void play(struct past *past, const struct plan *plan)
{
	struct past_set *set = past_set_new();
	struct err err = ERR_INIT;
	int64_t since = past->entries;

	kit_check(db_begin(past->office->db, &err), &err);
	for (int64_t day = plan->first; day <= plan->last; day++) {
		struct date tomorrow = date_from_days(day + 1);
		bool ends = tomorrow.day == 1;

		if (is_working(day))
			play_day(past, day, set);
		if (!ends && past->entries - since < BATCH)
			continue;
		since = past->entries;
		kit_check(db_commit(past->office->db, &err), &err);
		if (ends)
			end_month(past, plan, day);
		kit_check(db_begin(past->office->db, &err), &err);
	}
	kit_check(db_commit(past->office->db, &err), &err);
	past_set_free(set);
}

/* ---- the whole ---- */

/* As their last contact left it. */
static void note_contacts(struct past *past)
{
	struct err err = ERR_INIT;

	for (size_t i = 0; i < past->count; i++) {
		for (size_t j = 0; j < PAST_CREWS; j++)
			kit_check(access_contact_put(past->office->db,
				      past->structures[i].crews[j].device,
				      past->now_s, POINTEAU_VERSION, &err),
			    &err);
	}
}

static void create(const char *directory, const char *url, const struct os *os)
{
	struct config config;
	struct buf recovery = BUF_INIT;
	struct err err = ERR_INIT;

	kit_check(config_from_url(&config, url, &err), &err);
	kit_check(office_create(directory, &config, os, &recovery, &err), &err);
	buf_free(&recovery);
}

static void tell(const struct past *past, const struct plan *plan,
    const char *directory, int64_t ns)
{
	char path[4096], first[DATE_TEXT], last[DATE_TEXT];
	struct date date = date_from_days(plan->first);

	date_format(&date, first);
	date = date_from_days(plan->last);
	date_format(&date, last);
	(void)snprintf(path, sizeof(path), "%.4000s/%s", directory, OFFICE_DB);
	printf("{\"entries\":%" PRId64 ",\"sets\":%" PRId64
	       ",\"structures\":%zu,\"bytes\":%" PRId64
	       ",\"seconds\":%.3f,\"cpu\":{\"found\":%.3f,\"make\":%.3f,"
	       "\"put\":%.3f,\"office\":%.3f},\"first\":\"%s\","
	       "\"last\":\"%s\"}\n",
	    past->entries, past->sets, past->count, os_file_size(path),
	    (double)ns / NS, (double)spent.found / NS, (double)spent.make / NS,
	    (double)spent.put / NS, (double)spent.office / NS, first, last);
}

int main(int argc, char **argv)
{
	const char *directory = kit_text(argv, "data", 0, NULL);
	const char *url = kit_text(argv, "url", 0, "https://127.0.0.1:8443");
	int64_t entries = kit_number(argv, "entries", 0);
	int64_t start = kit_wall_ns();
	const char *until = kit_text(argv, "until", 0, NULL);
	struct err err = ERR_INIT;
	struct office office;
	struct plan plan = {
	    .close = strcmp(kit_text(argv, "close", 0, "yes"), "yes") == 0};
	struct past past;

	if (directory == NULL || entries <= 0 || argc % 2 == 0)
		kit_die("--data and --entries expected");
	lang_set("en");
	kit_check(crypto_init(&err), &err);
	make_plan(&plan, entries,
	    until != NULL ? read_day(until) : os_now_s(&os_system) / DAY_S,
	    kit_number(argv, "structures", 0));
	past_init(
	    &past, (uint64_t)kit_number(argv, "seed", 1), plan.structures);
	past.now_s = (plan.first - 1) * DAY_S;
	if (os_directory_is_empty(directory))
		create(directory, url, &past.os);
	kit_check(office_open(&office, directory, &past.os, true, &err), &err);
	past.office = &office;
	hurry(&office);
	spent.found = -kit_cpu_ns();
	past_found(&past, plan.first);
	spent.found += kit_cpu_ns();
	play(&past, &plan);
	note_contacts(&past);
	settle(&office);
	office_close(&office);
	tell(&past, &plan, directory, kit_wall_ns() - start);
	past_clear(&past);
	return 0;
}
