#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "server/closing.h"
#include "server/conflicts.h"
#include "server/grid/grid.h"
#include "server/hours/hours_act.h"
#include "server/newcomer.h"
#include "server/report.h"
#include "shared/date.h"
#include "shared/lang.h"
#include "tests/lib/office_fixture.h"

#define MONTH "2026-11"

/* D01 is on both structures' lists. */
#define WORKERS                                                                \
	"worker;structure;crew;first_name;last_name;contract_start;"           \
	"contract_end\n"                                                       \
	"V01;RIVES;VERTS;Fatou;Diallo;2026-11-16;2026-11-20\n"                 \
	"V02;RIVES;VERTS;Fatou;Diop;2026-01-05;\n"                             \
	"V03;RIVES;VERTS;Parti;Ancien;2026-01-05;2026-10-30\n"                 \
	"D01;RIVES;VERTS;Deux;Employeurs;2026-01-05;\n"                        \
	"D01;REMPARTS;BAT;Deux;Employeurs;2026-01-05;\n"

static int open_all(void **state)
{
	struct office_fixture *fixture = calloc(1, sizeof(*fixture));

	office_fixture_open(fixture);
	office_fixture_places(fixture);
	office_fixture_import(fixture, "workers", WORKERS);
	*state = fixture;
	return 0;
}

static int close_all(void **state)
{
	office_fixture_close(*state);
	free(*state);
	return 0;
}

/* ---- acts ---- */

static void hours(struct office_fixture *fixture, const char *structure,
    const char *worker, const char *day, const char *slot, const char *kind,
    int minutes)
{
	office_fixture_hours(
	    fixture, structure, worker, day, slot, kind, minutes, "", "");
}

static struct hours_place place(
    const char *worker, const char *day, const char *slot)
{
	struct hours_place place = {.structure = "RIVES", .worker = worker};

	strcpy(place.day, day);
	strcpy(place.slot, slot);
	return place;
}

/* What an act came to: its code; the version that is there then. */
struct outcome {
	int rc;
	bool already;
	bool late;
	char version[128];
	char text[ERR_TEXT_MAX];
	json_t *conflict; /* own it */
};

static struct outcome told(int rc, struct hours_done *done, struct err *err)
{
	struct outcome out = {
	    .rc = rc, .already = done->already, .late = done->late};
	struct buf version = BUF_INIT;

	if (rc == 0)
		slot_version(&version, &done->slot);
	text_copy(out.version, sizeof(out.version), buf_text(&version));
	text_copy(out.text, sizeof(out.text), err->text);
	out.conflict = json_incref(done->conflict);
	buf_free(&version);
	hours_done_clear(done);
	return out;
}

static struct outcome add(struct office_fixture *fixture, const char *worker,
    const char *day, const char *slot, int minutes, const char *seen)
{
	const struct hours_place at = place(worker, day, slot);
	const struct hours_words words = {.seen = seen};
	struct hours_wish wish = HOURS_WISH_INIT;
	struct err err = ERR_INIT;
	struct hours_done done;

	wish.minutes = minutes;
	return told(
	    hours_add(&fixture->office, &at, &wish, &words, &done, &err), &done,
	    &err);
}

static struct outcome set(struct office_fixture *fixture, const char *worker,
    const char *day, const char *slot, int minutes, const char *seen)
{
	const struct hours_place at = place(worker, day, slot);
	const struct hours_words words = {.seen = seen, .reason = "read again"};
	struct hours_wish wish = HOURS_WISH_INIT;
	struct err err = ERR_INIT;
	struct hours_done done;

	wish.minutes = minutes;
	return told(
	    hours_set(&fixture->office, &at, &wish, &words, &done, &err), &done,
	    &err);
}

static int period(struct office_fixture *fixture, const char *worker,
    const char *first, const char *last, const char *kind, bool replace,
    const char *reason, json_t **out, struct err *err)
{
	const struct hours_words words = {.reason = reason};
	struct hours_period wish = {
	    .worker = worker,
	    .structure = "RIVES",
	    .kind = kind_by_slug(kind),
	    .minutes = -1,
	    .replace = replace,
	};

	strcpy(wish.first, first);
	strcpy(wish.last, last);
	return hours_period(&fixture->office, &wish, &words, out, err);
}

/* ---- what is there ---- */

static json_t *grid(struct office_fixture *fixture, const char *structure,
    const char *crew, const char *site)
{
	const struct grid_filter filter = {
	    .structure = structure, .crew = crew, .site = site};
	struct err err = ERR_INIT;
	json_t *out = NULL;

	if (grid_read(&fixture->office, MONTH, &filter, &out, &err) < 0)
		fail_msg("%s", err.text);
	return out;
}

static const json_t *row_of(const json_t *grid, const char *worker)
{
	const json_t *rows = json_object_get(grid, "rows");

	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);

		if (strcmp(json_text(row, "worker"), worker) == 0)
			return row;
	}
	return NULL;
}

/* "0 1 a1… merged corrected": a slot's members from the value on, the version
 * left out; "" when there is none. */
static void slot_of(char out[128], const json_t *row, int day, const char *name)
{
	const json_t *slots = json_object_get(row, "slots");

	out[0] = '\0';
	for (size_t i = 0; i < json_array_size(slots); i++) {
		const json_t *slot = json_array_get(slots, i);

		if (json_integer_value(json_array_get(slot, 0)) != day ||
		    strcmp(json_string_value(json_array_get(slot, 1)), name) !=
			0)
			continue;
		for (size_t k = 4; k < json_array_size(slot); k++)
			(void)snprintf(out + strlen(out), 128 - strlen(out),
			    "%s%s", k > 4 ? " " : "",
			    json_string_value(json_array_get(slot, k)));
		if (json_array_size(slot) == 4)
			strcpy(out, "merged");
	}
}

static void assert_slot(
    const json_t *row, int day, const char *name, const char *wanted)
{
	char found[128];

	slot_of(found, row, day, name);
	assert_string_equal(found, wanted);
}

/* The report's row of a worker. Own it. */
static json_t *reported(
    struct office_fixture *fixture, const char *structure, const char *worker)
{
	struct report *report = NULL;
	struct err err = ERR_INIT;
	json_t *json = NULL, *found = NULL;

	if (report_month(&fixture->office, MONTH, "worker", structure, &report,
		&err) < 0 ||
	    report_json(report, &json, &err) < 0)
		fail_msg("%s", err.text);
	found = json_object_get(json, "rows");
	for (size_t i = 0; i < json_array_size(found); i++) {
		json_t *row = json_array_get(found, i);

		if (strcmp(json_text(row, "worker"), worker) == 0) {
			json_incref(row);
			json_decref(json);
			report_free(report);
			return row;
		}
	}
	json_decref(json);
	report_free(report);
	return json_pack(
	    "{s:i, s:i, s:{}}", "minutes", 0, "contested", 0, "kinds");
}

/* ---- the grid ---- */

static void test_totals(void **state)
{
	static const char *const workers[] = {"V01", "V02", "D01"};
	struct office_fixture *fixture = *state;
	json_t *all;

	hours(fixture, "RIVES", "V01", "2026-11-16", "am", "work", 210);
	hours(fixture, "RIVES", "V01", "2026-11-16", "pm", "training", 180);
	hours(fixture, "RIVES", "V01", "2026-11-16", "x1", "work", 30);
	hours(fixture, "RIVES", "V01", "2026-11-17", "am", "work", 210);
	hours(fixture, "RIVES", "V01", "2026-11-17", "am", "work", 180);
	hours(fixture, "RIVES", "V02", "2026-11-17", "pm", "sick", 0);
	hours(fixture, "RIVES", "V02", "2026-11-18", "am", "bad_weather", 120);
	hours(fixture, "RIVES", "V02", "2026-11-18", "pm", "work", 200);
	office_fixture_void(
	    fixture, "RIVES", "hours/V02/2026-11-18/pm", "not there");
	hours(fixture, "RIVES", "D01", "2026-11-19", "am", "work", 210);
	hours(fixture, "REMPARTS", "D01", "2026-11-19", "am", "work", 240);
	hours(fixture, "RIVES", "D01", "2026-11-19", "pm", "sick", 0);
	hours(fixture, "REMPARTS", "D01", "2026-11-19", "pm", "work", 120);
	all = grid(fixture, "RIVES", NULL, NULL);
	for (size_t i = 0; i < 3; i++) {
		const json_t *row = row_of(all, workers[i]);
		json_t *report = reported(fixture, "RIVES", workers[i]);

		assert_non_null(row);
		assert_int_equal(json_int(row, "payable", -1),
		    json_int(report, "minutes", -2));
		assert_int_equal(json_int(row, "contested", -1),
		    json_int(report, "contested", -2));
		assert_true(json_equal(json_object_get(row, "kinds"),
		    json_object_get(report, "kinds")));
		json_decref(report);
	}
	assert_int_equal(json_int(row_of(all, "V01"), "payable", 0), 420);
	assert_slot(row_of(all, "V01"), 16, "am", "merged");
	assert_slot(row_of(all, "V01"), 17, "am", "contested");
	assert_slot(row_of(all, "V02"), 18, "pm", "void corrected");
	assert_slot(row_of(all, "D01"), 19, "am", "merged doubled");
	assert_slot(row_of(all, "D01"), 19, "pm", "merged");
	json_decref(all);
}

static void test_rows(void **state)
{
	struct office_fixture *fixture = *state;
	json_t *all = grid(fixture, "RIVES", NULL, NULL);
	const json_t *v01 = row_of(all, "V01");

	/* Who left before the month is not there; the 16th to the 20th of V01
	 * are planned, the 20th is today. */
	assert_null(row_of(all, "V03"));
	assert_string_equal(
	    json_text(v01, "planned"), "000000000000000333330000000000");
	assert_int_equal(json_int(v01, "missing", -1), 8);
	assert_string_equal(json_text(v01, "crew"), "VERTS");
	assert_string_equal(json_text(v01, "site"), "SAULNETTE");
	json_decref(all);

	/* Hours bring somebody in whom the papers do not. */
	hours(fixture, "RIVES", "V03", "2026-11-02", "am", "work", 210);
	office_fixture_hours(fixture, "RIVES", "V02", "2026-11-03", "am",
	    "work", 210, "TILLEULS", "");
	all = grid(fixture, "RIVES", NULL, NULL);
	assert_non_null(row_of(all, "V03"));
	json_decref(all);
	all = grid(fixture, "RIVES", NULL, "TILLEULS");
	assert_int_equal(json_array_size(json_object_get(all, "rows")), 1);
	assert_non_null(row_of(all, "V02"));
	json_decref(all);
	all = grid(fixture, "RIVES", "BAT", NULL);
	assert_int_equal(json_array_size(json_object_get(all, "rows")), 0);
	json_decref(all);
	all = grid(fixture, NULL, NULL, NULL);
	assert_int_equal(json_array_size(json_object_get(all, "rows")), 5);
	json_decref(all);
}

static void test_faults(void **state)
{
	const struct grid_filter nowhere = {.structure = "NOWHERE"};
	const struct grid_filter all = {0};
	struct office_fixture *fixture = *state;
	struct err err = ERR_INIT;
	json_t *out;

	assert_int_equal(
	    grid_read(&fixture->office, MONTH, &nowhere, &out, &err),
	    E_NOT_FOUND);
	assert_null(out);
	assert_int_equal(
	    grid_read(&fixture->office, "2026-13", &all, &out, &err),
	    E_INVALID);
	assert_null(out);
}

/* ---- stale ---- */

static void test_stale(void **state)
{
	struct office_fixture *fixture = *state;
	struct outcome first, second, stale, again;
	struct hash before, after;
	json_t *saw, *now;

	first = add(fixture, "V01", "2026-11-16", "am", 210, SLOT_SEEN_NONE);
	assert_int_equal(first.rc, 0);
	second = set(fixture, "V01", "2026-11-16", "am", 180, first.version);
	assert_int_equal(second.rc, 0);
	assert_string_not_equal(first.version, second.version);

	before = office_fixture_digest(fixture);
	stale = set(fixture, "V01", "2026-11-16", "am", 120, first.version);
	after = office_fixture_digest(fixture);
	assert_int_equal(stale.rc, E_CONFLICT);
	assert_memory_equal(&before, &after, sizeof(after));
	assert_non_null(strstr(stale.text, "3h30 work"));
	assert_non_null(strstr(stale.text, "3h work"));
	saw = json_object_get(stale.conflict, "saw");
	now = json_object_get(stale.conflict, "now");
	assert_int_equal(json_array_size(saw), 1);
	assert_int_equal(json_int(json_array_get(saw, 0), "minutes", 0), 210);
	assert_int_equal(json_int(json_array_get(now, 0), "minutes", 0), 180);
	assert_string_equal(
	    json_text(json_array_get(now, 0), "reason"), "read again");
	json_decref(stale.conflict);

	/* A blank that is none any more. */
	stale = add(fixture, "V01", "2026-11-16", "am", 60, SLOT_SEEN_NONE);
	assert_int_equal(stale.rc, E_CONFLICT);
	json_decref(stale.conflict);

	/* Who asks twice, the answer being lost, is answered. */
	again = set(fixture, "V01", "2026-11-16", "am", 180, first.version);
	assert_int_equal(again.rc, 0);
	assert_true(again.already);

	/* No version at all, and what was seen does not matter. */
	stale = set(fixture, "V01", "2026-11-16", "am", 60, "abc");
	assert_int_equal(stale.rc, E_USAGE);
	assert_int_equal(
	    set(fixture, "V01", "2026-11-16", "am", 60, NULL).rc, 0);
}

/* The grid's version is the one that acts take. */
static void test_version(void **state)
{
	struct office_fixture *fixture = *state;
	struct outcome done;
	const json_t *slot;
	json_t *all;

	done = add(fixture, "V01", "2026-11-16", "am", 210, SLOT_SEEN_NONE);
	all = grid(fixture, "RIVES", NULL, NULL);
	slot = json_array_get(json_object_get(row_of(all, "V01"), "slots"), 0);
	assert_string_equal(
	    json_string_value(json_array_get(slot, 3)), done.version);
	json_decref(all);

	done = set(fixture, "V01", "2026-11-16", "am", 180, done.version);
	all = grid(fixture, "RIVES", NULL, NULL);
	slot = json_array_get(json_object_get(row_of(all, "V01"), "slots"), 0);
	assert_string_equal(
	    json_string_value(json_array_get(slot, 3)), done.version);
	assert_slot(row_of(all, "V01"), 16, "am", "merged corrected");
	json_decref(all);
}

static void test_move(void **state)
{
	const struct hours_words words = {.reason = "the other Fatou"};
	struct office_fixture *fixture = *state;
	struct hours_place from = place("V01", "2026-11-16", "am");
	struct hours_place to = {.worker = "V02", .structure = "RIVES"};
	struct hours_done done;
	struct err err = ERR_INIT;
	json_t *all;

	(void)add(fixture, "V01", "2026-11-16", "am", 210, NULL);
	(void)add(fixture, "V02", "2026-11-16", "am", 60, NULL);
	assert_int_equal(
	    hours_move(&fixture->office, &from, &to, &words, &done, &err),
	    E_CONFLICT);
	hours_done_clear(&done);
	strcpy(to.slot, "pm");
	assert_int_equal(
	    hours_move(&fixture->office, &from, &to, &words, &done, &err), 0);
	hours_done_clear(&done);
	all = grid(fixture, "RIVES", NULL, NULL);
	assert_int_equal(json_int(row_of(all, "V01"), "payable", -1), 0);
	assert_int_equal(json_int(row_of(all, "V02"), "payable", -1), 270);
	assert_slot(row_of(all, "V01"), 16, "am", "void corrected");
	json_decref(all);
}

/* ---- a period ---- */

static void test_period(void **state)
{
	struct office_fixture *fixture = *state;
	struct hash before, after;
	struct err err = ERR_INIT;
	json_t *out, *all;

	(void)add(fixture, "V01", "2026-11-17", "am", 210, NULL);
	before = office_fixture_digest(fixture);
	assert_int_equal(period(fixture, "V01", "2026-11-01", "2026-11-30",
			     "sick", false, NULL, &out, &err),
	    E_CONFLICT);
	assert_int_equal(json_array_size(json_object_get(out, "taken")), 1);
	json_decref(out);
	after = office_fixture_digest(fixture);
	assert_memory_equal(&before, &after, sizeof(after));
	assert_int_equal(period(fixture, "V01", "2026-11-01", "2026-11-30",
			     "sick", true, NULL, &out, &err),
	    E_INVALID); /* no reason */
	assert_null(out);

	/* Ten half-days under contract, the rest of the month is not. */
	assert_int_equal(period(fixture, "V01", "2026-11-01", "2026-11-30",
			     "sick", true, "certificate", &out, &err),
	    0);
	assert_int_equal(json_int(out, "written", 0), 9);
	assert_int_equal(json_int(out, "replaced", 0), 1);
	json_decref(out);
	assert_int_equal(period(fixture, "V01", "2026-11-16", "2026-11-20",
			     "sick", false, NULL, &out, &err),
	    0);
	assert_int_equal(json_int(out, "already", 0), 10);
	json_decref(out);
	all = grid(fixture, "RIVES", NULL, NULL);
	assert_int_equal(json_int(row_of(all, "V01"), "payable", -1), 0);
	assert_int_equal(json_int(row_of(all, "V01"), "missing", -1), 0);
	json_decref(all);

	/* What is paid has the crew's hours. */
	assert_int_equal(period(fixture, "V02", "2026-11-09", "2026-11-13",
			     "paid_leave", false, NULL, &out, &err),
	    0);
	assert_int_equal(json_int(out, "written", 0), 8); /* the 11th */
	json_decref(out);
	all = grid(fixture, "RIVES", NULL, NULL);
	assert_int_equal(json_int(row_of(all, "V02"), "payable", -1), 8 * 210);
	json_decref(all);
	assert_int_equal(period(fixture, "V02", "2026-11-14", "2026-11-15",
			     "sick", false, NULL, &out, &err),
	    E_INVALID); /* a week-end */
	assert_int_equal(period(fixture, "V02", "2026-11-20", "2026-11-16",
			     "sick", false, NULL, &out, &err),
	    E_INVALID);
}

/* A value that is contested is in the way, whatever is asked. */
static void test_period_contested(void **state)
{
	struct office_fixture *fixture = *state;
	struct err err = ERR_INIT;
	json_t *out;

	hours(fixture, "RIVES", "V01", "2026-11-17", "am", "work", 210);
	hours(fixture, "RIVES", "V01", "2026-11-17", "am", "work", 180);
	assert_int_equal(period(fixture, "V01", "2026-11-16", "2026-11-20",
			     "sick", true, "certificate", &out, &err),
	    E_CONFLICT);
	json_decref(out);
}

/* ---- a closed month ---- */

static void test_late(void **state)
{
	struct office_fixture *fixture = *state;
	struct err err = ERR_INIT;
	struct outcome done;
	json_t *all;

	(void)add(fixture, "V01", "2026-11-16", "am", 210, NULL);
	if (closing_make(
		&fixture->office, "RIVES", MONTH, "to try", NULL, &err) < 0)
		fail_msg("%s", err.text);
	all = grid(fixture, "RIVES", NULL, NULL);
	assert_true(
	    json_is_true(json_object_get(row_of(all, "V01"), "closed")));
	assert_slot(row_of(all, "V01"), 16, "am", "merged");
	json_decref(all);
	done = add(fixture, "V01", "2026-11-16", "pm", 210, SLOT_SEEN_NONE);
	assert_int_equal(done.rc, 0);
	assert_true(done.late);
	all = grid(fixture, "RIVES", NULL, NULL);
	assert_slot(row_of(all, "V01"), 16, "am", "merged");
	assert_slot(row_of(all, "V01"), 16, "pm", "merged late");
	json_decref(all);
}

/* ---- contested slots ---- */

static void test_resolve(void **state)
{
	struct office_fixture *fixture = *state;
	struct resolution how = {.minutes = -1, .reason = "seen with both"};
	struct err err = ERR_INIT;
	json_t *list = NULL, *conflict = NULL, *value;
	char id[RECORD_KEY_MAX + TEXT_ID_MAX + 2], seen[128];

	hours(fixture, "RIVES", "V01", "2026-11-17", "am", "work", 210);
	hours(fixture, "RIVES", "V01", "2026-11-17", "am", "work", 180);
	if (conflicts_json(&fixture->office, &list, &err) < 0)
		fail_msg("%s", err.text);
	value = json_array_get(list, 0);
	assert_int_equal(json_array_size(list), 1);
	assert_string_equal(json_text(value, "name"), "Fatou Diallo");
	(void)snprintf(id, sizeof(id), "%s/%s", json_text(value, "structure"),
	    json_text(value, "record"));
	text_copy(seen, sizeof(seen), json_text(value, "version"));
	json_decref(list);

	/* A third value came: who saw two decides nothing. */
	hours(fixture, "RIVES", "V01", "2026-11-17", "am", "work", 60);
	how.seen = seen;
	how.minutes = 195;
	how.kind = kind_by_slug("training");
	how.site = "TILLEULS";
	assert_int_equal(
	    conflict_resolve(&fixture->office, id, &how, &conflict, &err),
	    E_CONFLICT);
	assert_int_equal(json_array_size(json_object_get(conflict, "now")), 3);
	json_decref(conflict);
	how.seen = NULL;
	assert_int_equal(
	    conflict_resolve(&fixture->office, id, &how, &conflict, &err), 0);
	value =
	    office_fixture_value(fixture, "RIVES", "hours/V01/2026-11-17/am");
	assert_int_equal(json_int(value, "minutes", 0), 195);
	assert_string_equal(json_text(value, "kind"), "training");
	assert_string_equal(json_text(value, "site"), "TILLEULS");
	json_decref(value);

	/* The other clerk is told who was first, and how it was settled. */
	assert_int_equal(
	    conflict_resolve(&fixture->office, id, &how, &conflict, &err),
	    E_CONFLICT);
	assert_non_null(strstr(err.text, "settled already"));
	assert_non_null(strstr(err.text, "3h15 training"));
	assert_non_null(strstr(err.text, "seen with both"));
	json_decref(conflict);
	assert_int_equal(
	    conflict_resolve(&fixture->office, "RIVES/hours/V01/2026-11-18/am",
		&how, &conflict, &err),
	    E_NOT_FOUND);
}

/* I9: a laptop was late with the hours of somebody forgotten meanwhile. */
static void whoever_has_hours_is_settled_and_corrected(void **state)
{
	struct office_fixture *fixture = *state;
	const struct hours_place at = place("V98", "2026-11-17", "am");
	struct resolution how = {.minutes = 195, .reason = "seen with both"};
	struct err err = ERR_INIT;
	json_t *list = NULL, *story = NULL;

	assert_int_equal(
	    add(fixture, "V98", at.day, "am", 60, NULL).rc, E_NOT_FOUND);
	hours(fixture, "RIVES", "V98", at.day, "am", "work", 210);
	hours(fixture, "RIVES", "V98", at.day, "am", "work", 180);
	assert_int_equal(conflicts_json(&fixture->office, &list, &err), 0);
	assert_int_equal(json_array_size(list), 1);
	assert_int_equal(
	    conflict_resolve(&fixture->office,
		json_text(json_array_get(list, 0), "id"), &how, NULL, &err),
	    0);
	json_decref(list);
	assert_int_equal(set(fixture, "V98", at.day, "am", 200, NULL).rc, 0);
	assert_int_equal(hours_history(&fixture->office, &at, &story, &err), 0);
	assert_string_equal(json_text(story, "name"), "V98");
	json_decref(story);
	/* Nothing new is written of whom nobody knows. */
	assert_int_equal(
	    add(fixture, "V98", at.day, "pm", 60, NULL).rc, E_NOT_FOUND);
	assert_int_equal(
	    set(fixture, "V98", "2026-11-18", "am", 60, NULL).rc, E_NOT_FOUND);
}

/* ---- newcomers ---- */

static void test_suggest(void **state)
{
	struct office_fixture *fixture = *state;
	struct err err = ERR_INIT;
	json_t *list = NULL, *suggest;

	office_fixture_set(fixture, "RIVES", "newcomer",
	    "newcomer/n-0123456789",
	    "{\"first\":\"Fatu\",\"initial\":\"D\",\"crew\":\"VERTS\"}");
	hours(
	    fixture, "RIVES", "n-0123456789", "2026-11-18", "am", "work", 210);
	if (newcomer_json(&fixture->office, &list, &err) < 0)
		fail_msg("%s", err.text);
	suggest = json_object_get(json_array_get(list, 0), "suggest");
	assert_int_equal(json_array_size(suggest), 2); /* the two Fatous */
	json_decref(list);

	list = grid(fixture, "RIVES", NULL, NULL);
	assert_true(json_is_true(
	    json_object_get(row_of(list, "n-0123456789"), "newcomer")));
	json_decref(list);
	if (newcomer_match(
		&fixture->office, "n-0123456789", "V02", NULL, &err) < 0)
		fail_msg("%s", err.text);
	list = grid(fixture, "RIVES", NULL, NULL);
	assert_null(row_of(list, "n-0123456789"));
	assert_int_equal(json_int(row_of(list, "V02"), "payable", 0), 210);
	assert_slot(row_of(list, "V02"), 18, "am", "merged");
	json_decref(list);
}

#define IN_OFFICE(test)                                                        \
	cmocka_unit_test_setup_teardown(test, open_all, close_all)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    IN_OFFICE(test_totals),
	    IN_OFFICE(test_rows),
	    IN_OFFICE(test_faults),
	    IN_OFFICE(test_stale),
	    IN_OFFICE(test_version),
	    IN_OFFICE(test_move),
	    IN_OFFICE(test_period),
	    IN_OFFICE(test_period_contested),
	    IN_OFFICE(test_late),
	    IN_OFFICE(test_resolve),
	    IN_OFFICE(whoever_has_hours_is_settled_and_corrected),
	    IN_OFFICE(test_suggest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
