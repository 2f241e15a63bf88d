#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "server/act.h"
#include "server/closing.h"
#include "server/scope.h"
#include "shared/ledger.h"
#include "shared/progress.h"
#include "tests/lib/office_fixture.h"

#define MONTH "2026-11"
#define TOTAL "close/" MONTH

/* V01 is planned on ten half-days, V02 on four; B01 on none in November. */
#define WORKERS                                                                \
	"worker;structure;crew;first_name;last_name;contract_start;"           \
	"contract_end\n"                                                       \
	"V01;RIVES;VERTS;Fatou;Diallo;2026-11-16;2026-11-20\n"                 \
	"V02;RIVES;VERTS;Fatou;Diop;2026-11-18;2026-11-19\n"                   \
	"B01;REMPARTS;BAT;Jean;Martin;2026-03-02;2026-10-31\n"

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

static void hours(struct office_fixture *fixture, const char *worker,
    const char *day, const char *slot, const char *kind, int minutes)
{
	office_fixture_hours(
	    fixture, "RIVES", worker, day, slot, kind, minutes, "", "");
}

/* Correct, above what is there. */
static void correct(struct office_fixture *fixture, const char *record,
    const char *kind, int minutes)
{
	char value[64];

	(void)snprintf(value, sizeof(value), "{\"minutes\":%d,\"kind\":\"%s\"}",
	    minutes, kind);
	office_fixture_set(fixture, "RIVES", "hours", record, value);
}

/* Every planned half-day, of several kinds: what each test starts from. */
static void fill(struct office_fixture *fixture)
{
	static const char *const days[] = {"2026-11-16", "2026-11-17",
	    "2026-11-18", "2026-11-19", "2026-11-20"};

	for (size_t i = 0; i < 5; i++) {
		hours(fixture, "V01", days[i], "am", "work", 210);
		hours(fixture, "V01", days[i], "pm",
		    i == 1 ? "training" : "work", 180);
	}
	hours(fixture, "V02", "2026-11-18", "am", "work", 200);
	hours(fixture, "V02", "2026-11-18", "pm", "sick", 0);
	hours(fixture, "V02", "2026-11-19", "am", "bad_weather", 120);
	hours(fixture, "V02", "2026-11-19", "pm", "paid_leave", 210);
}

static void make(struct office_fixture *fixture, const char *exception)
{
	struct err err = ERR_INIT;

	if (closing_make(
		&fixture->office, "RIVES", MONTH, exception, NULL, &err) < 0)
		fail_msg("%s", err.text);
}

static void make_fails(
    struct office_fixture *fixture, int code, const char *text)
{
	struct hash before = office_fixture_digest(fixture), after;
	struct err err = ERR_INIT;

	assert_int_equal(
	    closing_make(&fixture->office, "RIVES", MONTH, NULL, NULL, &err),
	    code);
	if (strstr(err.text, text) == NULL)
		fail_msg("\"%s\" is not in: %s", text, err.text);
	after = office_fixture_digest(fixture);
	assert_memory_equal(&before, &after, sizeof(after));
}

static int64_t adjust(struct office_fixture *fixture)
{
	struct err err = ERR_INIT;
	int64_t written;

	if (closing_adjust(&fixture->office, "RIVES", MONTH, "seen with Maëlle",
		NULL, &written, &err) < 0)
		fail_msg("%s", err.text);
	return written;
}

static void reopen(struct office_fixture *fixture, const char *exception)
{
	const struct closing_reopening reopening = {
	    .reason = "the ASP asked for it",
	    .second = "Saïd Benrahmoun",
	    .exception = exception,
	};
	struct err err = ERR_INIT;

	if (closing_reopen(&fixture->office, "RIVES", MONTH, &reopening, &err) <
	    0)
		fail_msg("%s", err.text);
}

/* ---- what is there then ---- */

static json_t *show(struct office_fixture *fixture)
{
	struct err err = ERR_INIT;
	json_t *out = NULL;

	if (closing_show(&fixture->office, "RIVES", MONTH, &out, &err) < 0)
		fail_msg("%s", err.text);
	return out;
}

static json_t *late(struct office_fixture *fixture)
{
	struct err err = ERR_INIT;
	json_t *out = NULL;

	if (closing_late(&fixture->office, "RIVES", MONTH, &out, &err) < 0)
		fail_msg("%s", err.text);
	return out;
}

static json_t *blockers(struct office_fixture *fixture)
{
	struct err err = ERR_INIT;
	json_t *out = NULL;

	if (closing_blockers(&fixture->office, "RIVES", MONTH, &out, &err) < 0)
		fail_msg("%s", err.text);
	return out;
}

static void expect_json(const json_t *json, const char *expected)
{
	struct buf text = BUF_INIT;

	json_write_sorted(&text, json);
	assert_string_equal(buf_text(&text), expected);
	buf_free(&text);
}

/* Every blocker as "why worker day slot", one a line. */
static void expect_blockers(
    struct office_fixture *fixture, const char *expected)
{
	json_t *list = blockers(fixture);
	struct buf text = BUF_INIT;

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *item = json_array_get(list, i);

		buf_printf(&text, "%s %s %s %s\n", json_text(item, "why"),
		    json_text(item, "worker"), json_text(item, "day"),
		    json_text(item, "slot"));
	}
	assert_string_equal(buf_text(&text), expected);
	buf_free(&text);
	json_decref(list);
}

/* The payable minutes of the total. */
static void expect_minutes(struct office_fixture *fixture, int64_t closed,
    int64_t adjusted, int64_t reported)
{
	json_t *json = show(fixture);
	const json_t *minutes =
	    json_object_get(json_object_get(json, "total"), "minutes");

	assert_int_equal(json_int(minutes, "closed", -1), closed);
	assert_int_equal(json_int(minutes, "adjusted", -1), adjusted);
	assert_int_equal(json_int(minutes, "reported", -1), reported);
	json_decref(json);
}

static void expect_late(
    struct office_fixture *fixture, size_t entries, const char *proposals)
{
	json_t *json = late(fixture);
	const json_t *list = json_object_get(json, "proposals");
	json_t *plain = json_deep_copy(list);

	assert_int_equal(
	    json_array_size(json_object_get(json, "entries")), entries);
	for (size_t i = 0; i < json_array_size(plain); i++) {
		json_t *item = json_array_get(plain, i);

		/* What a contract's part of it is: test_declare.c. */
		assert_true(json_is_array(json_object_get(item, "shares")));
		assert_int_equal(json_object_del(item, "shares"), 0);
		/* Hashes differ from run to run: how many there are. */
		assert_true(json_put_int(item, "heads",
		    (int64_t)json_array_size(json_object_get(item, "heads"))));
	}
	expect_json(plain, proposals);
	json_decref(plain);
	json_decref(json);
}

/* A record's heads as text. */
static json_t *heads_of(struct office_fixture *fixture, const char *record)
{
	struct hash heads[ENTRY_PARENTS_MAX];
	struct err err = ERR_INIT;
	json_t *list = json_array();
	size_t count;

	assert_int_equal(ledger_heads(fixture->office.db, "RIVES", record,
			     heads, ENTRY_PARENTS_MAX, &count, &err),
	    0);
	for (size_t i = 0; i < count; i++) {
		char hex[HASH_TEXT];

		hash_hex(&heads[i], hex);
		json_array_append_new(list, json_string(hex));
	}
	return list;
}

/* ---- what stands in the way ---- */

static void an_empty_plan_is_all_missing(void **state)
{
	expect_blockers(*state,
	    "missing V01 2026-11-16 am\nmissing V01 2026-11-16 pm\n"
	    "missing V01 2026-11-17 am\nmissing V01 2026-11-17 pm\n"
	    "missing V01 2026-11-18 am\nmissing V01 2026-11-18 pm\n"
	    "missing V01 2026-11-19 am\nmissing V01 2026-11-19 pm\n"
	    "missing V01 2026-11-20 am\nmissing V01 2026-11-20 pm\n"
	    "missing V02 2026-11-18 am\nmissing V02 2026-11-18 pm\n"
	    "missing V02 2026-11-19 am\nmissing V02 2026-11-19 pm\n");
	make_fails(*state, E_BLOCKED, "V01 2026-11-16 am (nothing recorded)");
	make_fails(*state, E_BLOCKED, "and 6 others");
}

static void holidays_and_weekends_are_not_planned(void **state)
{
	office_fixture_set(*state, "RIVES", "contract", "contract/V01/1",
	    "{\"start\":\"2026-11-10\",\"end\":\"2026-11-15\"}");
	office_fixture_set(*state, "RIVES", "contract", "contract/V02/1",
	    "{\"start\":\"2026-12-01\"}");
	expect_blockers(*state,
	    "missing V01 2026-11-10 am\nmissing V01 2026-11-10 pm\n"
	    "missing V01 2026-11-12 am\nmissing V01 2026-11-12 pm\n"
	    "missing V01 2026-11-13 am\nmissing V01 2026-11-13 pm\n");
}

static void a_crew_has_its_days_and_a_contract_its_own(void **state)
{
	office_fixture_set(*state, "RIVES", "crew", "crew/VERTS",
	    "{\"name\":\"Espaces verts\",\"site\":\"SAULNETTE\","
	    "\"am\":\"08:00-11:30\",\"days\":\"26\"}");
	office_fixture_set(*state, "RIVES", "contract", "contract/V02/1",
	    "{\"start\":\"2026-11-18\",\"end\":\"2026-11-19\","
	    "\"days\":\"4\"}");
	expect_blockers(
	    *state, "missing V01 2026-11-17 am\nmissing V02 2026-11-19 am\n");
}

static void a_void_leaves_a_half_day_missing(void **state)
{
	fill(*state);
	expect_blockers(*state, "");
	office_fixture_void(
	    *state, "RIVES", "hours/V01/2026-11-17/am", "wrong day");
	expect_blockers(*state, "missing V01 2026-11-17 am\n");
}

static void what_is_contested_blocks(void **state)
{
	fill(*state);
	hours(*state, "V01", "2026-11-16", "am", "work", 150);
	expect_blockers(*state, "contested V01 2026-11-16 am\n");
	make_fails(*state, E_BLOCKED, "V01 2026-11-16 am (contested)");
}

static void paid_by_two_structures_blocks_both(void **state)
{
	struct err err = ERR_INIT;
	json_t *list;

	fill(*state);
	office_fixture_import(*state, "workers",
	    "worker;structure;crew;first_name;last_name;contract_start;"
	    "contract_end\n"
	    "V01;REMPARTS;BAT;Fatou;Diallo;2026-10-01;2026-10-31\n");
	office_fixture_hours(
	    *state, "REMPARTS", "V01", "2026-11-20", "pm", "work", 60, "", "");
	expect_blockers(*state, "doubled V01 2026-11-20 pm\n");
	assert_int_equal(
	    closing_blockers(&((struct office_fixture *)*state)->office,
		"REMPARTS", MONTH, &list, &err),
	    0);
	assert_int_equal(json_array_size(list), 1);
	json_decref(list);
	make(*state, "seen with Remparts");
	expect_minutes(*state, 10 * 195 - 180 + 410, 0, 10 * 195 - 180 + 410);
}

static void hours_of_nobody_known_block(void **state)
{
	fill(*state);
	hours(*state, "V99", "2026-11-16", "am", "work", 210);
	expect_blockers(*state, "unknown V99 2026-11-16 am\n");
}

static void unknown_places_and_months_are_refused(void **state)
{
	struct office *office = &((struct office_fixture *)*state)->office;
	struct err err = ERR_INIT;
	json_t *out;

	assert_int_equal(
	    closing_make(office, "NOWHERE", MONTH, NULL, NULL, &err),
	    E_NOT_FOUND);
	assert_int_equal(
	    closing_make(office, "RIVES", "2026-13", NULL, NULL, &err),
	    E_INVALID);
	assert_int_equal(
	    closing_show(office, "RIVES", MONTH, &out, &err), E_NOT_FOUND);
	assert_int_equal(
	    closing_late(office, "RIVES", MONTH, &out, &err), E_NOT_FOUND);
	assert_int_equal(
	    closing_adjust(office, "RIVES", MONTH, "r", NULL, NULL, &err),
	    E_NOT_FOUND);
	assert_int_equal(
	    closing_reopen(office, "RIVES", MONTH,
		&(struct closing_reopening){
		    .reason = "r", .second = "s", .exception = "x"},
		&err),
	    E_NOT_FOUND);
}

/* ---- closing ---- */

static void minutes_are_exact_by_kind(void **state)
{
	json_t *json, *rows;

	fill(*state);
	make(*state, NULL);
	json = show(*state);
	rows = json_object_get(json, "rows");
	assert_int_equal(json_array_size(rows), 2);
	/* 5 × 210 + 4 × 180 of work, 180 of training. */
	expect_json(json_object_get(json_array_get(rows, 0), "closed"),
	    "{\"training\":180,\"work\":1770}");
	expect_json(json_object_get(json_array_get(rows, 0), "minutes"),
	    "{\"adjusted\":0,\"closed\":1950,\"reported\":1950}");
	/* Sick and bad weather are told and not payable. */
	expect_json(json_object_get(json_array_get(rows, 1), "closed"),
	    "{\"bad_weather\":120,\"paid_leave\":210,\"sick\":0,"
	    "\"work\":200}");
	expect_json(json_object_get(json_array_get(rows, 1), "minutes"),
	    "{\"adjusted\":0,\"closed\":410,\"reported\":410}");
	expect_json(json_object_get(json_object_get(json, "total"), "reported"),
	    "{\"bad_weather\":120,\"paid_leave\":210,\"sick\":0,"
	    "\"training\":180,\"work\":1970}");
	assert_int_equal(json_int(json, "version", 0), 1);
	assert_int_equal(json_int(json, "rules", 0), CLOSING_RULES);
	assert_string_equal(json_text(json, "exception"), "");
	json_decref(json);
	expect_minutes(*state, 2360, 0, 2360);
	expect_late(*state, 0, "[]");
}

static void every_head_is_covered(void **state)
{
	json_t *value, *heads, *total;

	fill(*state);
	/* Agreed by two: both are heads. */
	hours(*state, "V02", "2026-11-18", "am", "work", 200);
	hours(*state, "V02", "2026-11-18", "x1", "work", 30);
	office_fixture_void(
	    *state, "RIVES", "hours/V02/2026-11-18/x1", "mistaken");
	make(*state, NULL);
	value = office_fixture_value(*state, "RIVES", TOTAL "/V02");
	assert_int_equal(json_array_size(json_object_get(value, "heads")), 6);
	json_decref(value);
	/* The total names the workers' entries by their hashes. */
	total = office_fixture_value(*state, "RIVES", TOTAL);
	heads = heads_of(*state, TOTAL "/V01");
	assert_true(json_equal(json_array_get(heads, 0),
	    json_array_get(json_object_get(total, "workers"), 0)));
	json_decref(heads);
	heads = heads_of(*state, TOTAL "/V02");
	assert_true(json_equal(json_array_get(heads, 0),
	    json_array_get(json_object_get(total, "workers"), 1)));
	json_decref(heads);
	json_decref(total);
}

static void an_exception_is_recorded(void **state)
{
	json_t *json, *value;

	hours(*state, "V01", "2026-11-16", "am", "work", 210);
	hours(*state, "V01", "2026-11-17", "am", "work", 210);
	hours(*state, "V01", "2026-11-17", "am", "work", 150);
	hours(*state, "V99", "2026-11-17", "am", "work", 150);
	make(*state, "the laptop is lost");
	json = show(*state);
	assert_string_equal(json_text(json, "exception"), "the laptop is lost");
	assert_string_equal(json_text(json, "reason"), "the laptop is lost");
	expect_json(json_object_get(json, "blockers"),
	    "{\"contested\":1,\"doubled\":0,\"missing\":12,\"unknown\":1}");
	json_decref(json);
	value = office_fixture_value(*state, "RIVES", TOTAL "/V01");
	expect_json(json_array_get(json_object_get(value, "blockers"), 1),
	    "{\"day\":\"2026-11-17\",\"slot\":\"am\",\"why\":\"contested\"}");
	assert_int_equal(json_array_size(json_object_get(value, "heads")), 3);
	json_decref(value);
	/* I7: contested minutes are in no total. */
	expect_minutes(*state, 210, 0, 210);
	make_fails(*state, E_CONFLICT, "closed already");
}

/* ---- late entries ---- */

static void a_late_entry_raises_a_proposal_and_changes_nothing(void **state)
{
	fill(*state);
	make(*state, NULL);
	hours(*state, "V02", "2026-11-20", "x1", "work", 45);
	correct(*state, "hours/V01/2026-11-17/pm", "work", 170);
	expect_minutes(*state, 2360, 0, 2360);
	expect_late(*state, 2,
	    "[{\"after\":1940,\"before\":1950,\"heads\":1,\"kinds\":["
	    "{\"after\":0,\"before\":180,\"kind\":\"training\"},"
	    "{\"after\":1940,\"before\":1770,\"kind\":\"work\"}],"
	    "\"undecided\":false,\"worker\":\"V01\"},"
	    "{\"after\":455,\"before\":410,\"heads\":1,\"kinds\":["
	    "{\"after\":245,\"before\":200,\"kind\":\"work\"}],"
	    "\"undecided\":false,\"worker\":\"V02\"}]");
}

static void an_adjustment_makes_reported_what_is_true(void **state)
{
	json_t *json, *value;

	fill(*state);
	make(*state, NULL);
	correct(*state, "hours/V01/2026-11-17/pm", "work", 170);
	assert_int_equal(adjust(*state), 1);
	expect_minutes(*state, 2360, -10, 2350);
	expect_late(*state, 0, "[]");
	assert_int_equal(adjust(*state), 0);
	value = office_fixture_value(*state, "RIVES", "adjust/" MONTH "/V01/1");
	assert_string_equal(json_text(value, "open"), "2026-12");
	assert_string_equal(json_text(value, "month"), MONTH);
	json = heads_of(*state, "hours/V01/2026-11-17/pm");
	assert_true(json_equal(json, json_object_get(value, "heads")));
	json_decref(json);
	json_decref(value);
	/* Once more, and back. */
	correct(*state, "hours/V01/2026-11-17/pm", "training", 180);
	expect_late(*state, 1,
	    "[{\"after\":1950,\"before\":1940,\"heads\":1,\"kinds\":["
	    "{\"after\":180,\"before\":0,\"kind\":\"training\"},"
	    "{\"after\":1770,\"before\":1940,\"kind\":\"work\"}],"
	    "\"undecided\":false,\"worker\":\"V01\"}]");
	assert_int_equal(adjust(*state), 1);
	expect_minutes(*state, 2360, 0, 2360);
	expect_late(*state, 0, "[]");
}

static void a_void_adjustment_counts_no_more(void **state)
{
	fill(*state);
	make(*state, NULL);
	correct(*state, "hours/V01/2026-11-17/pm", "training", 170);
	assert_int_equal(adjust(*state), 1);
	expect_minutes(*state, 2360, -10, 2350);
	office_fixture_void(
	    *state, "RIVES", "adjust/" MONTH "/V01/1", "approved too soon");
	expect_minutes(*state, 2360, 0, 2360);
	assert_int_equal(adjust(*state), 1);
	expect_minutes(*state, 2360, -10, 2350);
}

static void the_same_value_late_changes_no_minute(void **state)
{
	fill(*state);
	make(*state, NULL);
	hours(*state, "V02", "2026-11-18", "am", "work", 200);
	expect_late(*state, 1,
	    "[{\"after\":410,\"before\":410,\"heads\":1,\"kinds\":[],"
	    "\"undecided\":false,\"worker\":\"V02\"}]");
	assert_int_equal(adjust(*state), 1);
	expect_late(*state, 0, "[]");
	expect_minutes(*state, 2360, 0, 2360);
}

static void a_late_contest_waits_for_somebody_to_decide(void **state)
{
	fill(*state);
	make(*state, NULL);
	hours(*state, "V02", "2026-11-18", "am", "work", 100);
	expect_late(*state, 1,
	    "[{\"after\":210,\"before\":410,\"heads\":1,\"kinds\":["
	    "{\"after\":0,\"before\":200,\"kind\":\"work\"}],"
	    "\"undecided\":true,\"worker\":\"V02\"}]");
	assert_int_equal(adjust(*state), 0);
	expect_minutes(*state, 2360, 0, 2360);
	correct(*state, "hours/V02/2026-11-18/am", "work", 100);
	assert_int_equal(adjust(*state), 1);
	expect_minutes(*state, 2360, -100, 2260);
	expect_late(*state, 0, "[]");
}

static void a_contest_closed_by_exception_is_settled_late(void **state)
{
	fill(*state);
	hours(*state, "V02", "2026-11-18", "am", "work", 100);
	make(*state, "the month must go");
	expect_minutes(*state, 2160, 0, 2160);
	expect_late(*state, 0, "[]");
	correct(*state, "hours/V02/2026-11-18/am", "work", 100);
	assert_int_equal(adjust(*state), 1);
	expect_minutes(*state, 2160, 100, 2260);
}

static void a_void_after_the_closing_is_late(void **state)
{
	fill(*state);
	make(*state, NULL);
	office_fixture_void(
	    *state, "RIVES", "hours/V02/2026-11-19/pm", "not on leave");
	expect_late(*state, 1,
	    "[{\"after\":200,\"before\":410,\"heads\":1,\"kinds\":["
	    "{\"after\":0,\"before\":210,\"kind\":\"paid_leave\"}],"
	    "\"undecided\":false,\"worker\":\"V02\"}]");
	assert_int_equal(adjust(*state), 1);
	expect_minutes(*state, 2360, -210, 2150);
}

/* Keep an entry written elsewhere, as ingesting does. */
static void receive(struct office_fixture *fixture, struct bytes body)
{
	struct set_header header = {.structure = "RIVES"};
	const struct ledger_author author = {&header, WRITER_OFFICE, false};
	struct err err = ERR_INIT;
	const char *fault;
	int64_t id;

	memcpy(header.device, fixture->office.console_device, DEVICE_TEXT);
	assert_int_equal(db_begin(fixture->office.db, &err), 0);
	assert_int_equal(
	    ledger_add(fixture->office.db, &author, body, &id, &fault, &err),
	    0);
	assert_null(fault);
	assert_int_equal(db_commit(fixture->office.db, &err), 0);
}

/* What a head covered by the closing had replaced long ago comes after it. */
static void an_ancestor_that_comes_after_is_not_late(void **state)
{
	struct office_fixture *fixture = *state;
	struct buf bodies[3] = {BUF_INIT, BUF_INIT, BUF_INIT};
	struct err err = ERR_INIT;
	struct hash parent;
	json_t *value = json_pack("{s:i, s:s}", "minutes", 60, "kind", "work");
	struct entry_draft draft = {
	    .kind = "hours",
	    .structure = "RIVES",
	    .record = "hours/V01/2026-11-20/x1",
	    .parents = &parent,
	    .value = value,
	    .device = fixture->office.console_device,
	    .at_s = fixture->now_s,
	};

	for (int i = 0; i < 3; i++) {
		assert_true(json_put_int(value, "minutes", 30 * (i + 1)));
		assert_int_equal(
		    entry_build(&bodies[i], &draft, &fixture->os, &err), 0);
		hash_of(&parent, bodies[i].data, bodies[i].len);
		draft.parent_count = 1;
	}
	fill(fixture);
	receive(fixture, buf_bytes(&bodies[1]));
	receive(fixture, buf_bytes(&bodies[2]));
	make(fixture, NULL);
	expect_minutes(fixture, 2450, 0, 2450);
	receive(fixture, buf_bytes(&bodies[0]));
	expect_late(fixture, 0, "[]");
	json_decref(value);
	for (int i = 0; i < 3; i++)
		buf_free(&bodies[i]);
}

static void a_match_after_the_closing_moves_minutes(void **state)
{
	fill(*state);
	office_fixture_set(*state, "RIVES", "newcomer", "newcomer/n-0123456789",
	    "{\"first\":\"Ali\",\"crew\":\"VERTS\"}");
	hours(*state, "n-0123456789", "2026-11-20", "am", "work", 210);
	make(*state, NULL);
	expect_minutes(*state, 2570, 0, 2570);
	office_fixture_set(*state, "RIVES", "newcomer", "newcomer/n-0123456789",
	    "{\"first\":\"Ali\",\"crew\":\"VERTS\",\"worker\":\"V02\"}");
	expect_late(*state, 0,
	    "[{\"after\":620,\"before\":410,\"heads\":0,\"kinds\":["
	    "{\"after\":410,\"before\":200,\"kind\":\"work\"}],"
	    "\"undecided\":false,\"worker\":\"V02\"},"
	    "{\"after\":0,\"before\":210,\"heads\":0,\"kinds\":["
	    "{\"after\":0,\"before\":210,\"kind\":\"work\"}],"
	    "\"undecided\":false,\"worker\":\"n-0123456789\"}]");
	assert_int_equal(adjust(*state), 2);
	expect_minutes(*state, 2570, 0, 2570);
	expect_late(*state, 0, "[]");
}

static void the_open_month_is_the_first_not_closed(void **state)
{
	struct office_fixture *fixture = *state;
	struct err err = ERR_INIT;
	json_t *value;

	fill(fixture);
	make(fixture, NULL);
	assert_int_equal(closing_make(&fixture->office, "RIVES", "2026-12",
			     NULL, NULL, &err),
	    0);
	hours(fixture, "V02", "2026-11-20", "x1", "work", 45);
	assert_int_equal(adjust(fixture), 1);
	value =
	    office_fixture_value(fixture, "RIVES", "adjust/" MONTH "/V02/1");
	assert_string_equal(json_text(value, "open"), "2027-01");
	json_decref(value);
}

/* ---- reopening ---- */

static void a_reopening_names_what_it_replaces(void **state)
{
	json_t *first, *second;

	fill(*state);
	make(*state, NULL);
	first = show(*state);
	correct(*state, "hours/V01/2026-11-17/pm", "work", 170);
	assert_int_equal(adjust(*state), 1);
	hours(*state, "V02", "2026-11-20", "x1", "work", 45);
	expect_minutes(*state, 2360, -10, 2350);
	reopen(*state, NULL);
	/* What was adjusted is inside, and counts once. */
	expect_minutes(*state, 2395, 0, 2395);
	expect_late(*state, 0, "[]");
	second = show(*state);
	assert_int_equal(json_int(second, "version", 0), 2);
	assert_string_equal(
	    json_text(second, "previous"), json_text(first, "closing"));
	assert_string_equal(
	    json_text(second, "reason"), "the ASP asked for it");
	assert_string_equal(json_text(second, "second"), "Saïd Benrahmoun");
	json_decref(first);
	json_decref(second);
	/* Adjustments of the second version have numbers of their own. */
	correct(*state, "hours/V01/2026-11-17/pm", "work", 180);
	assert_int_equal(adjust(*state), 1);
	expect_minutes(*state, 2395, 10, 2405);
}

static void a_reopening_needs_a_reason_and_a_second_person(void **state)
{
	struct office *office = &((struct office_fixture *)*state)->office;
	struct closing_reopening reopening = {.reason = "", .second = "Saïd"};
	struct err err = ERR_INIT;

	fill(*state);
	make(*state, NULL);
	assert_int_equal(
	    closing_reopen(office, "RIVES", MONTH, &reopening, &err),
	    E_INVALID);
	reopening.reason = "a reason";
	reopening.second = " ";
	assert_int_equal(
	    closing_reopen(office, "RIVES", MONTH, &reopening, &err),
	    E_INVALID);
	reopening.second = "Saïd";
	office_fixture_void(
	    *state, "RIVES", "hours/V02/2026-11-19/pm", "not on leave");
	assert_int_equal(
	    closing_reopen(office, "RIVES", MONTH, &reopening, &err),
	    E_INVALID);
	assert_non_null(strstr(err.text, "V02 2026-11-19 pm"));
	expect_minutes(*state, 2360, 0, 2360);
}

/* A restored server closed again what it had forgotten it had closed. */
static void two_closings_side_by_side_are_reopened(void **state)
{
	struct office_fixture *fixture = *state;
	struct err err = ERR_INIT;
	struct act act;
	json_t *value;
	struct entry_draft draft = {
	    .kind = "close", .structure = "RIVES", .record = TOTAL};

	fill(fixture);
	make(fixture, NULL);
	value = json_pack("{s:s, s:i, s:[], s:{}, s:i}", "month", MONTH,
	    "version", 1, "workers", "kinds", "minutes", 0);
	draft.value = value;
	assert_int_equal(act_begin(&act, &fixture->office, &err), 0);
	assert_int_equal(act_add(&act, &draft, &err), 0);
	assert_int_equal(act_commit(&act, &err), 0);
	json_decref(value);
	assert_int_equal(closing_adjust(&fixture->office, "RIVES", MONTH, "r",
			     NULL, NULL, &err),
	    E_CONFLICT);
	value = show(fixture);
	assert_true(json_is_true(json_object_get(value, "contested")));
	json_decref(value);
	reopen(fixture, NULL);
	expect_minutes(fixture, 2360, 0, 2360);
	value = show(fixture);
	assert_false(json_is_true(json_object_get(value, "contested")));
	assert_int_equal(json_int(value, "version", 0), 2);
	json_decref(value);
}

/* ---- nothing of it changes or leaves ---- */

static const char *const closing_records[] = {
    TOTAL, TOTAL "/V01", TOTAL "/V02"};

/* I13: a closing's bytes never change; reported = closing + adjustments. */
static void i13_bytes_of_a_closing_never_change(void **state)
{
	struct office_fixture *fixture = *state;
	struct buf before[3] = {BUF_INIT, BUF_INIT, BUF_INIT};
	struct hash hashes[3];
	struct err err = ERR_INIT;
	size_t count;

	fill(fixture);
	make(fixture, NULL);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(
		    ledger_heads(fixture->office.db, "RIVES",
			closing_records[i], &hashes[i], 1, &count, &err),
		    0);
		assert_int_equal(ledger_bytes(fixture->office.db, "RIVES",
				     &hashes[i], &before[i], &err),
		    0);
	}
	correct(fixture, "hours/V01/2026-11-17/pm", "work", 170);
	hours(fixture, "V02", "2026-11-20", "x1", "work", 45);
	assert_int_equal(adjust(fixture), 2);
	expect_minutes(fixture, 2360, 35, 2395);
	reopen(fixture, NULL);
	for (size_t i = 0; i < 3; i++) {
		struct buf after = BUF_INIT;

		assert_int_equal(ledger_bytes(fixture->office.db, "RIVES",
				     &hashes[i], &after, &err),
		    0);
		assert_int_equal(after.len, before[i].len);
		assert_memory_equal(after.data, before[i].data, after.len);
		buf_free(&after);
		buf_free(&before[i]);
	}
}

static void folding_all_again_tells_the_same(void **state)
{
	struct office_fixture *fixture = *state;
	struct buf before = BUF_INIT;
	struct hash one, other;
	struct err err = ERR_INIT;
	json_t *json;

	fill(fixture);
	make(fixture, NULL);
	correct(fixture, "hours/V01/2026-11-17/pm", "work", 170);
	assert_int_equal(adjust(fixture), 1);
	reopen(fixture, NULL);
	hours(fixture, "V02", "2026-11-20", "x1", "work", 45);
	assert_int_equal(adjust(fixture), 1);
	json = show(fixture);
	json_write_sorted(&before, json);
	json_decref(json);
	one = office_fixture_digest(fixture);
	assert_int_equal(db_begin(fixture->office.db, &err), 0);
	assert_int_equal(
	    ledger_refold_all(fixture->office.db, "RIVES", &err), 0);
	assert_int_equal(db_commit(fixture->office.db, &err), 0);
	other = office_fixture_digest(fixture);
	assert_memory_equal(&one, &other, sizeof(one));
	json = show(fixture);
	expect_json(json, buf_text(&before));
	json_decref(json);
	buf_free(&before);
	expect_late(fixture, 0, "[]");
}

/* I13: a purge may take a worker's body away; the hash and the total stay. */
static void the_total_outlives_a_worker_s_body(void **state)
{
	struct office_fixture *fixture = *state;
	struct err err = ERR_INIT;
	struct hash head;
	json_t *json, *row;
	char hex[HASH_TEXT];
	size_t count;

	fill(fixture);
	make(fixture, NULL);
	assert_int_equal(ledger_heads(fixture->office.db, "RIVES", TOTAL "/V02",
			     &head, 1, &count, &err),
	    0);
	hash_hex(&head, hex);
	assert_int_equal(db_begin(fixture->office.db, &err), 0);
	assert_int_equal(
	    ledger_drop(fixture->office.db, "RIVES", &head, &err), 0);
	assert_int_equal(db_commit(fixture->office.db, &err), 0);
	expect_minutes(fixture, 2360, 0, 2360);
	json = show(fixture);
	row = json_array_get(json_object_get(json, "rows"), 1);
	assert_true(json_is_true(json_object_get(row, "purged")));
	assert_string_equal(json_text(row, "hash"), hex);
	assert_string_equal(json_text(row, "worker"), "");
	json_decref(json);
}

/* The scenario s300 shows it on a laptop's disk; here, the rule. */
static void no_laptop_sees_a_closing(void **state)
{
	struct office_fixture *fixture = *state;
	struct scope *scope = NULL;
	struct err err = ERR_INIT;

	office_fixture_set(fixture, "RIVES", "scope", "scope/0123456789abcdef",
	    "{\"crews\":[\"VERTS\"]}");
	assert_int_equal(scope_load(&scope, fixture->office.db, "RIVES",
			     "0123456789abcdef", &err),
	    0);
	assert_true(scope_sees(scope, "hours", "V01", "2026-11-16"));
	assert_false(scope_sees(scope, "close", MONTH, ""));
	assert_false(scope_sees(scope, "close", "V01", ""));
	assert_false(scope_sees(scope, "adjust", MONTH, ""));
	assert_false(scope_sees(scope, "adjust", "V01", "2026-11-16"));
	scope_free(scope);
}

/* An end is asked for once all is written: the sum of it is there. */
static bool end_when_written(void *context, const struct progress_work *work,
    int64_t done, int64_t total)
{
	struct office_fixture *fixture = context;
	struct err err = ERR_INIT;
	json_t *sum = NULL;
	bool written;

	(void)work;
	(void)done;
	(void)total;
	assert_int_equal(
	    ledger_value(fixture->office.db, "RIVES", TOTAL, &sum, &err), 0);
	written = sum != NULL;
	json_decref(sum);
	return !written;
}

static void interrupted_last_of_all_it_closes_nothing(void **state)
{
	struct office_fixture *fixture = *state;
	const struct progress_sink sink = {end_when_written, fixture};
	struct hash before, after;
	struct err err = ERR_INIT;
	json_t *all = NULL;

	fill(fixture);
	before = office_fixture_digest(fixture);
	progress_start_for(&sink);
	make_fails(fixture, E_INTERRUPTED, "nothing is closed");
	progress_stop();
	progress_start_for(&sink);
	assert_int_equal(
	    closing_make_all(&fixture->office, MONTH, NULL, &all, &err),
	    E_INTERRUPTED);
	progress_stop();
	assert_null(all);
	after = office_fixture_digest(fixture);
	assert_memory_equal(&before, &after, sizeof(after));
	make(fixture, NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_all, close_all)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(an_empty_plan_is_all_missing),
	    TEST(holidays_and_weekends_are_not_planned),
	    TEST(a_crew_has_its_days_and_a_contract_its_own),
	    TEST(a_void_leaves_a_half_day_missing),
	    TEST(what_is_contested_blocks),
	    TEST(paid_by_two_structures_blocks_both),
	    TEST(hours_of_nobody_known_block),
	    TEST(unknown_places_and_months_are_refused),
	    TEST(minutes_are_exact_by_kind),
	    TEST(every_head_is_covered),
	    TEST(an_exception_is_recorded),
	    TEST(a_late_entry_raises_a_proposal_and_changes_nothing),
	    TEST(an_adjustment_makes_reported_what_is_true),
	    TEST(a_void_adjustment_counts_no_more),
	    TEST(the_same_value_late_changes_no_minute),
	    TEST(a_late_contest_waits_for_somebody_to_decide),
	    TEST(a_contest_closed_by_exception_is_settled_late),
	    TEST(a_void_after_the_closing_is_late),
	    TEST(an_ancestor_that_comes_after_is_not_late),
	    TEST(a_match_after_the_closing_moves_minutes),
	    TEST(the_open_month_is_the_first_not_closed),
	    TEST(a_reopening_names_what_it_replaces),
	    TEST(a_reopening_needs_a_reason_and_a_second_person),
	    TEST(two_closings_side_by_side_are_reopened),
	    TEST(i13_bytes_of_a_closing_never_change),
	    TEST(folding_all_again_tells_the_same),
	    TEST(the_total_outlives_a_worker_s_body),
	    TEST(no_laptop_sees_a_closing),
	    TEST(interrupted_last_of_all_it_closes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
