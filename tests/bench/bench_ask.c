/*
 * What a server with a history is asked, in this process, by the office's own
 * functions and the routes of laptops; in turn of each directory, so that what
 * a history's size costs is told by a ratio.
 *
 *	bench_ask --data DIR [--data DIR]… --ask NAME [--ask NAME]…
 *	    [--rounds 7] [--warm 1] [--month yyyy-mm] [--sets 40] [--rows 50]
 *	    [--bare DIR]
 *
 * --bare: that directory's office keeps no month totals meanwhile.
 *
 * ${DIR}: of bench_history, used by nobody else. One JSON object: for each
 * question and directory what each round took, nanoseconds of processor and of
 * clock, and how much was answered.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/closing.h"
#include "server/conflicts.h"
#include "server/month.h"
#include "server/report.h"
#include "server/service.h"
#include "server/store/access.h"
#include "shared/lang.h"
#include "shared/ledger.h"
#include "shared/ledger_rebuild.h"
#include "shared/ledger_set.h"
#include "shared/wire.h"
#include "tests/bench/past.h"
#include "tests/bench/past_kit.h"
#include "tests/bench/without_months.h"

#define SIDES_MAX 8
#define LAST_SETS 50 /* of a pull that has little to bring */
#define DAY_S     86400
#define BEARER_S  (400 * DAY_S)

struct side {
	const char *directory;
	struct past past;
	struct office office;
	struct service service;
	const char *structure; /* the one that is looked at */
	const char *month;
	int64_t rows, sets; /* of a push, of a round */
	int64_t day;        /* of the next hours pushed */
	size_t next;        /* laptop that pushes */
	struct buf *pushes; /* made beforehand, owned */
	size_t *pushers;
	int64_t sent; /* bytes of the bodies of the last round's pushes */
};

/* ---- a directory ---- */

static int count_log(void *context, const char *structure, struct err *err)
{
	size_t *count = context;

	(void)err;
	*count += strcmp(structure, STRUCTURE_OFFICE) != 0;
	return 0;
}

static size_t count_structures(const char *directory)
{
	struct err err = ERR_INIT;
	struct office office;
	size_t count = 0;

	kit_check(
	    office_open(&office, directory, &os_system, false, &err), &err);
	kit_check(ledger_logs(office.db, count_log, &count, &err), &err);
	office_close(&office);
	return count;
}

static struct past_structure *structure_of(struct side *side, size_t laptop)
{
	return &side->past.structures[laptop % side->past.count];
}

static size_t crew_of(const struct side *side, size_t laptop)
{
	return laptop / side->past.count % PAST_CREWS;
}

static const char *device_of(struct side *side, size_t laptop)
{
	return structure_of(side, laptop)->crews[crew_of(side, laptop)].device;
}

#define BEARER_ROOM 48

/* Another one each time that the directory is opened. */
static void bearer_of(
    const struct side *side, const char *device, char out[BEARER_ROOM])
{
	(void)snprintf(
	    out, BEARER_ROOM, "%s-%s", device, side->office.incarnation);
}

/* As a login leaves it. */
static void let_in(struct side *side)
{
	char bearer[BEARER_ROOM];
	struct err err = ERR_INIT;
	struct hash hash;

	for (size_t i = 0; i < side->past.count * PAST_CREWS; i++) {
		const char *device = device_of(side, i);

		bearer_of(side, device, bearer);
		hash_of(&hash, bearer, strlen(bearer));
		kit_check(access_bearer_put(side->office.db, &hash, device,
			      side->past.now_s + BEARER_S, &err),
		    &err);
	}
}

static int64_t last_day(struct side *side)
{
	char day[DATE_TEXT] = "";
	struct err err = ERR_INIT;
	struct date date;

	kit_check(ledger_last_day(side->office.db, side->structure, "hours",
		      "9999-12-31", day, &err),
	    &err);
	kit_check(date_parse(&date, day, &err), &err);
	return date_days(&date);
}

static void open_side(struct side *side, const char *directory, uint64_t seed)
{
	struct err err = ERR_INIT;

	side->directory = directory;
	past_init(&side->past, seed, count_structures(directory));
	side->past.chance ^= (uint64_t)kit_wall_ns();
	side->past.now_s = os_now_s(&os_system);
	kit_check(
	    office_open(&side->office, directory, &side->past.os, true, &err),
	    &err);
	side->past.office = &side->office;
	past_look(&side->past);
	side->structure = side->past.structures[side->past.count / 2].id;
	kit_check(service_init(&side->service, &side->office, &err), &err);
	side->day = last_day(side) + 1;
	let_in(side);
}

static void close_side(struct side *side)
{
	service_clear(&side->service);
	office_close(&side->office);
	past_clear(&side->past);
	free(side->pushes);
	free(side->pushers);
}

/* ---- the office asks ---- */

static int64_t size_and_free(json_t *json)
{
	struct buf text = BUF_INIT;
	int64_t size;

	json_write(&text, json);
	size = (int64_t)text.len;
	buf_free(&text);
	json_decref(json);
	return size;
}

static int64_t report(struct side *side, const char *structure)
{
	struct report *report = NULL;
	struct err err = ERR_INIT;
	json_t *json = NULL;

	kit_check(report_month(&side->office, side->month, "worker", structure,
		      &report, &err),
	    &err);
	kit_check(report_json(report, &json, &err), &err);
	report_free(report);
	return size_and_free(json);
}

static int64_t ask_report(struct side *side)
{
	return report(side, side->structure);
}

static int64_t ask_country(struct side *side)
{
	return report(side, NULL);
}

static int64_t ask_status(struct side *side)
{
	struct err err = ERR_INIT;
	json_t *json = NULL;

	kit_check(month_status(
		      &side->office, side->month, side->structure, &json, &err),
	    &err);
	return size_and_free(json);
}

static int64_t ask_blockers(struct side *side)
{
	struct err err = ERR_INIT;
	json_t *json = NULL;

	kit_check(closing_blockers(
		      &side->office, side->structure, side->month, &json, &err),
	    &err);
	return size_and_free(json);
}

/* What somebody who consolidates a month looks at before closing it. */
static int64_t ask_month(struct side *side)
{
	return ask_report(side) + ask_status(side) + ask_blockers(side);
}

static int64_t ask_conflicts(struct side *side)
{
	struct err err = ERR_INIT;
	json_t *json = NULL;

	kit_check(conflicts_json(&side->office, &json, &err), &err);
	return size_and_free(json);
}

/* ---- laptops ask ---- */

static int64_t call(struct side *side, const char *method, const char *path,
    const char *query, const char *device, struct bytes body)
{
	char bearer[BEARER_ROOM];
	const struct request request = {.method = method,
	    .path = path,
	    .query = query,
	    .bearer = bearer,
	    .content_type = HTTP_BINARY_TYPE,
	    .body = body};
	struct reply reply = {.status = 0};
	int64_t size;

	bearer_of(side, device, bearer);
	service_answer(&side->service, &request, &reply);
	if (reply.status != 200)
		kit_die("%s %s?%s: %d %s", method, path, query, reply.status,
		    buf_text(&reply.body));
	size = (int64_t)reply.body.len;
	buf_free(&reply.body);
	return size;
}

/* The laptop of the structure that is looked at. */
static const char *looker(const struct side *side)
{
	return side->past.structures[side->past.count / 2].crews[0].device;
}

static int64_t ask_heads(struct side *side)
{
	return call(
	    side, "GET", "/v1/heads", "", looker(side), (struct bytes){0});
}

static int64_t pull(struct side *side, int64_t after)
{
	char query[TEXT_ID_MAX + 64];

	(void)snprintf(query, sizeof(query),
	    "structure=%s&after=%" PRId64 "&own=1", side->structure, after);
	return call(
	    side, "GET", "/v1/pull", query, looker(side), (struct bytes){0});
}

static int64_t ask_pull_first(struct side *side)
{
	return pull(side, 0);
}

static int64_t ask_pull_last(struct side *side)
{
	struct log_point point;
	struct err err = ERR_INIT;
	int64_t time_s;

	kit_check(ledger_head(
		      side->office.db, side->structure, &point, &time_s, &err),
	    &err);
	return pull(side, point.n > LAST_SETS ? point.n - LAST_SETS : 0);
}

/* ---- laptops push ---- */

/* Made and signed before the clock runs. */
static void make_pushes(struct side *side)
{
	struct past_set *set = past_set_new();
	struct err err = ERR_INIT;

	if (side->pushes == NULL) {
		side->pushes =
		    kit_alloc((size_t)side->sets, sizeof(*side->pushes));
		side->pushers =
		    kit_alloc((size_t)side->sets, sizeof(*side->pushers));
	}
	for (int64_t i = 0; i < side->sets; i++) {
		size_t laptop = side->next++;
		int64_t turn =
		    (int64_t)(laptop / (side->past.count * PAST_CREWS));
		int64_t days = side->rows / (PAST_CREW * PAST_SLOTS) + 1;

		past_set_fresh(&side->past, structure_of(side, laptop),
		    crew_of(side, laptop), side->day + turn * days,
		    (size_t)side->rows, set);
		side->pushers[i] = laptop;
		kit_check(
		    wire_push_encode(&side->pushes[i], &set->set, 1, &err),
		    &err);
	}
	past_set_free(set);
}

static int64_t ask_push(struct side *side)
{
	side->sent = 0;
	for (int64_t i = 0; i < side->sets; i++) {
		side->sent += (int64_t)side->pushes[i].len;
		(void)call(side, "POST", "/v1/push", "",
		    device_of(side, side->pushers[i]),
		    buf_bytes(&side->pushes[i]));
		buf_free(&side->pushes[i]);
	}
	return side->sets * side->rows;
}

/* ---- made again, and taken back ---- */

static void rebuild(struct side *side, const char *structure)
{
	struct hash before, after;
	struct err err = ERR_INIT;

	kit_check(ledger_rebuild(side->office.db, structure,
		      side->office.server.pub, &before, &after, &err),
	    &err);
	if (!hash_equal(&before, &after))
		kit_die("%s: rebuilt otherwise than it was", structure);
}

static int64_t ask_rebuild(struct side *side)
{
	struct err err = ERR_INIT;

	kit_check(db_begin(side->office.db, &err), &err);
	rebuild(side, side->structure);
	db_rollback(side->office.db);
	return 1;
}

static int64_t ask_rebuild_all(struct side *side)
{
	struct err err = ERR_INIT;

	kit_check(db_begin(side->office.db, &err), &err);
	for (size_t i = 0; i < side->past.count; i++)
		rebuild(side, side->past.structures[i].id);
	db_rollback(side->office.db);
	return (int64_t)side->past.count;
}

static int64_t ask_check(struct side *side)
{
	struct err err = ERR_INIT;

	kit_check(db_check(side->office.db, &err), &err);
	return 1;
}

/* ---- rounds ---- */

static const struct ask {
	const char *name;
	int64_t (*run)(struct side *side); /* how much: bytes, entries… */
	void (*prepare)(struct side *side);
} asks[] = {
    {"blockers", ask_blockers, NULL},
    {"check", ask_check, NULL},
    {"conflicts", ask_conflicts, NULL},
    {"country", ask_country, NULL},
    {"heads", ask_heads, NULL},
    {"month", ask_month, NULL},
    {"pull.first", ask_pull_first, NULL},
    {"pull.last", ask_pull_last, NULL},
    {"push", ask_push, make_pushes},
    {"rebuild", ask_rebuild, NULL},
    {"rebuild.all", ask_rebuild_all, NULL},
    {"report", ask_report, NULL},
    {"status", ask_status, NULL},
};

static const struct ask *ask_find(const char *name)
{
	for (size_t i = 0; i < sizeof(asks) / sizeof(asks[0]); i++) {
		if (strcmp(asks[i].name, name) == 0)
			return &asks[i];
	}
	kit_die("--ask %s: nobody asks that", name);
}

static json_t *list(json_t *of, const char *name)
{
	json_t *found = json_object_get(of, name);

	if (found == NULL) {
		found = json_array();
		json_object_set_new(of, name, found);
	}
	return found;
}

static void note(
    json_t *of, int64_t cpu, int64_t wall, int64_t amount, int64_t sent)
{
	json_array_append_new(list(of, "sent"), json_integer(sent));
	json_array_append_new(list(of, "cpu_ns"), json_integer(cpu));
	json_array_append_new(list(of, "wall_ns"), json_integer(wall));
	json_array_append_new(list(of, "amount"), json_integer(amount));
}

/* One list for each side. */
static json_t *run_ask(const struct ask *ask, struct side *sides, size_t count,
    int64_t rounds, int64_t warm)
{
	json_t *all = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(
		    all, json_pack("{s:s}", "data", sides[i].directory));
	for (int64_t round = -warm; round < rounds; round++) {
		for (size_t i = 0; i < count; i++) {
			int64_t cpu, wall, amount;

			if (ask->prepare != NULL)
				ask->prepare(&sides[i]);
			cpu = kit_cpu_ns();
			wall = kit_wall_ns();
			amount = ask->run(&sides[i]);
			wall = kit_wall_ns() - wall;
			cpu = kit_cpu_ns() - cpu;
			if (round >= 0)
				note(json_array_get(all, i), cpu, wall, amount,
				    sides[i].sent);
		}
	}
	return all;
}

/* The month before this one. */
static void last_month(char out[DATE_TEXT])
{
	struct date date = date_from_days(os_now_s(&os_system) / DAY_S);

	date = date_add_months(&date, -1);
	date_format(&date, out);
	out[MONTH_TEXT - 1] = '\0';
}

static size_t open_sides(
    struct side *sides, char **argv, const char *month, const char *directory)
{
	const char *bare = kit_text(argv, "bare", 0, "");
	size_t count = 0;

	for (; directory != NULL && count < SIDES_MAX;
	     directory = kit_text(argv, "data", count, NULL)) {
		struct side *side = &sides[count++];

		side->month = month;
		months_leave_out(strcmp(directory, bare) == 0);
		side->rows = kit_number(argv, "rows", 50);
		side->sets = kit_number(argv, "sets", 40);
		open_side(
		    side, directory, (uint64_t)kit_number(argv, "seed", 1));
	}
	return count;
}

int main(int argc, char **argv)
{
	struct side *sides = kit_alloc(SIDES_MAX, sizeof(*sides));
	char month[DATE_TEXT];
	struct buf text = BUF_INIT;
	struct err err = ERR_INIT;
	json_t *told = json_pack("{s:b}", "months", months_exist());
	const char *name;
	size_t count;

	if (argc % 2 == 0 || kit_text(argv, "data", 0, NULL) == NULL)
		kit_die("--data and --ask expected");
	lang_set("en");
	kit_check(crypto_init(&err), &err);
	last_month(month);
	count = open_sides(sides, argv, kit_text(argv, "month", 0, month),
	    kit_text(argv, "data", 0, NULL));
	for (size_t i = 0; (name = kit_text(argv, "ask", i, NULL)) != NULL; i++)
		json_object_set_new(told, name,
		    run_ask(ask_find(name), sides, count,
			kit_number(argv, "rounds", 7),
			kit_number(argv, "warm", 1)));
	json_write(&text, told);
	printf("%s\n", buf_text(&text));
	for (size_t i = 0; i < count; i++)
		close_side(&sides[i]);
	buf_free(&text);
	json_decref(told);
	free(sides);
	return 0;
}
