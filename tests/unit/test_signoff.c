#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/acts_signoff.h"
#include "agent/closed.h"
#include "agent/month.h"
#include "shared/ledger.h"
#include "tests/lib/crew_fixture.h"

#define COUNT(a)  (sizeof(a) / sizeof((a)[0]))
#define MONTH     "2026-11"
#define V01(slot) "hours/V01/2026-11-" slot
#define WORK                                                                   \
	"{\"minutes\":210,\"kind\":\"work\",\"site\":\"SAULNETTE\","           \
	"\"activity\":\"haies\"}"
#define LESS "{\"minutes\":180,\"kind\":\"work\",\"site\":\"SAULNETTE\"}"
#define SICK "{\"minutes\":0,\"kind\":\"sick\"}"
#define ZERO "0000000000000000000000000000000000000000000000000000000000000000"

/* ---- the canonical text ---- */

/* Decided by hand, and its hash by sha256sum. */
static const char golden[] =
    "# pointeau sign-off 1\n"
    "# structure RIVES\n"
    "# worker V01\n"
    "# month 2026-11\n"
    "# payable 570\n"
    "# days 2\n"
    "2026-11-16 am merged "
    "1111111111111111111111111111111111111111111111111111111111111111,"
    "2222222222222222222222222222222222222222222222222222222222222222"
    " 210 work\n"
    "2026-11-16 pm contested "
    "3333333333333333333333333333333333333333333333333333333333333333,"
    "4444444444444444444444444444444444444444444444444444444444444444\n"
    "2026-11-17 am void "
    "5555555555555555555555555555555555555555555555555555555555555555\n"
    "2026-11-17 pm merged "
    "6666666666666666666666666666666666666666666666666666666666666666"
    " 150 training\n"
    "2026-11-18 am merged "
    "7777777777777777777777777777777777777777777777777777777777777777"
    " 210 paid_leave\n"
    "2026-11-18 pm merged "
    "8888888888888888888888888888888888888888888888888888888888888888"
    " 0 sick\n"
    "2026-11-19 am merged "
    "9999999999999999999999999999999999999999999999999999999999999999"
    " 60 gardening-on-mars\n";
#define GOLDEN_SUM                                                             \
	"29bc2d4b01f0870de658e5697573c12b24fbd271ded060b864d58791178c8931"

static struct signoff_row golden_rows[] = {
    {"2026-11-16", "am", "merged", "work", "S", "a", 210, 0, 2, 0},
    {"2026-11-16", "pm", "contested", "", "", "", 0, 2, 2, 0},
    {"2026-11-16", "x1", "aside", "", "", "", 0, 4, 0, 1},
    {"2026-11-17", "am", "void", "", "", "", 0, 4, 1, 0},
    {"2026-11-17", "pm", "merged", "training", "", "", 150, 5, 1, 0},
    {"2026-11-18", "am", "merged", "paid_leave", "", "", 210, 6, 1, 0},
    {"2026-11-18", "pm", "merged", "sick", "", "", 0, 7, 1, 0},
    {"2026-11-19", "am", "merged", "gardening-on-mars", "", "", 60, 8, 1, 0},
};

static void the_text_is_that_of_the_protocol(void **state)
{
	struct signoff_sheet sheet = {
	    .structure = "RIVES",
	    .worker = "V01",
	    .month = MONTH,
	    .rows = golden_rows,
	    .count = COUNT(golden_rows),
	    .head_count = 9,
	};
	struct buf text = BUF_INIT;
	struct hash heads[9];
	char sum[HASH_TEXT];

	(void)state;
	for (size_t i = 0; i < COUNT(heads); i++)
		memset(heads[i].bytes, (int)(0x11 * (i + 1)), HASH_LEN);
	sheet.heads = heads;
	assert_int_equal(signoff_sheet_sum(&sheet, NULL), 0);
	signoff_sheet_text(&text, &sheet);
	assert_string_equal(buf_text(&text), golden);
	hash_hex(&sheet.sum, sum);
	assert_string_equal(sum, GOLDEN_SUM);
	buf_free(&text);
}

static void strokes_are_moves_and_lines(void **state)
{
	static const char *const good[] = {"M0 0", "M1 2L3 4", "M1 2 L3 4",
	    "M9999 9999L0 0M5 5L6 6", "M0001 2"};
	static const char *const bad[] = {"", "L1 2", "M", "M1", "M1 ", "M1 2L",
	    "M1 2L3", "M1 2 ", "M1  2", "M1,2", "M-1 2", "M1.5 2", "M10000 2",
	    "M1 2C3 4", "M1 2  L3 4", "M1 2z", "m1 2", "M1 2\nL3 4",
	    "M1 2\"/><script>", " M1 2"};

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++)
		assert_true(signoff_is_stroke(good[i]));
	for (size_t i = 0; i < COUNT(bad); i++) {
		if (signoff_is_stroke(bad[i]))
			fail_msg("taken: %s", bad[i]);
	}
}

static void fields_beyond_the_rules_are_refused(void **state)
{
	static const struct {
		const char *member, *value;
		int rc;
	} cases[] = {
	    {"month", "\"2026-11\"", 0},
	    {"month", "\"2026-12\"", E_INVALID},
	    {"month", "\"2026-13\"", E_INVALID},
	    {"answer", "\"disagree\"", 0},
	    {"answer", "\"maybe\"", E_INVALID},
	    {"how", "\"finger\"", 0},
	    {"how", "\"pin\"", 0},
	    {"how", "\"blood\"", E_INVALID},
	    {"covers", "[]", 0},
	    {"covers", "[1]", E_INVALID},
	    {"covers", "[\"" ZERO "\"]", 0},
	    {"covers", "[\"" ZERO "\",\"" ZERO "\"]", E_INVALID},
	    {"covers", "[\"short\"]", E_INVALID},
	    {"stroke", "\"M1 2L3 4\"", 0},
	    {"stroke", "\"\"", 0},
	    {"stroke", "\"M1 2C3 4\"", E_INVALID},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buf text = BUF_INIT;
		json_t *value, *member;

		buf_printf(&text, "{\"v\":%s}", cases[i].value);
		assert_int_equal(
		    json_read(&member, text.data, text.len, NULL), 0);
		value = json_pack("{s:s,s:s,s:s,s:[]}", "month", MONTH,
		    "answer", "agree", "how", "paper", "covers");
		assert_int_equal(json_object_set(value, cases[i].member,
				     json_object_get(member, "v")),
		    0);
		if (signoff_check(value, MONTH, NULL) != cases[i].rc)
			fail_msg("%s %s", cases[i].member, cases[i].value);
		json_decref(value);
		json_decref(member);
		buf_free(&text);
	}
}

static void a_sign_off_covers_so_many_at_most(void **state)
{
	json_t *value = json_pack("{s:s,s:s,s:s,s:[]}", "month", MONTH,
	    "answer", "agree", "how", "paper", "covers");
	json_t *covers = json_object_get(value, "covers");

	(void)state;
	for (unsigned i = 0; i <= SIGNOFF_COVERS_MAX; i++) {
		char hex[HASH_TEXT];

		if (i == SIGNOFF_COVERS_MAX)
			assert_int_equal(signoff_check(value, MONTH, NULL), 0);
		(void)snprintf(hex, sizeof(hex), "%064x", i);
		assert_int_equal(
		    json_array_append_new(covers, json_string(hex)), 0);
	}
	assert_int_equal(signoff_check(value, MONTH, NULL), E_INVALID);
	json_decref(value);
}

static void no_minutes_are_not_worked(void **state)
{
	struct signoff_row row = golden_rows[0];

	(void)state;
	assert_true(signoff_row_is_worked(&row));
	row.minutes = 0;
	assert_false(signoff_row_is_worked(&row));
	assert_true(signoff_row_is_payable(&row));
}

/* ---- on a laptop ---- */

static void load(const struct crew_fixture *crew, const char *worker,
    struct signoff_sheet *sheet, struct signoff *signoff)
{
	assert_int_equal(signoff_sheet_load(sheet, crew->agent.db, "RIVES",
			     worker, MONTH, NULL),
	    0);
	assert_int_equal(signoff_read(signoff, crew->agent.db, sheet, NULL), 0);
}

static const char *state_of(const struct crew_fixture *crew, const char *worker)
{
	struct signoff_sheet sheet;
	struct signoff signoff;

	load(crew, worker, &sheet, &signoff);
	signoff_sheet_clear(&sheet);
	return signoff_state_word(signoff.state);
}

static void sum_of(
    const struct crew_fixture *crew, const char *worker, char out[HASH_TEXT])
{
	struct signoff_sheet sheet;
	struct signoff signoff;

	load(crew, worker, &sheet, &signoff);
	hash_hex(&sheet.sum, out);
	signoff_sheet_clear(&sheet);
}

/* What acts_signoff says, within a save of its own. */
static int sign(struct crew_fixture *crew, const char *worker,
    const struct acts_signing *wish, struct acts_signed *done)
{
	const struct roster_item *item;
	struct err err = ERR_INIT;
	struct save save;
	int rc;

	assert_int_equal(save_begin(&save, &crew->agent, &err), 0);
	assert_int_equal(roster_worker(&crew->roster, worker, "RIVES",
			     "2026-11-20", &item, &err),
	    0);
	rc = acts_signoff(&save, &crew->roster, item, wish, done, &err);
	if (rc == 0)
		rc = save_commit(&save, &err);
	else
		assert_true(err.text[0] != '\0');
	save_end(&save);
	return rc;
}

static int sign_now(struct crew_fixture *crew, const char *answer,
    const char *reason, struct acts_signed *done)
{
	struct acts_signed unused;
	char sum[HASH_TEXT];
	const struct acts_signing wish = {
	    .month = MONTH,
	    .sum = sum,
	    .answer = answer,
	    .how = "paper",
	    .reason = reason,
	};

	sum_of(crew, "V01", sum);
	return sign(crew, "V01", &wish, done != NULL ? done : &unused);
}

static void a_changed_hour_makes_it_stale(void **state)
{
	struct crew_fixture *crew = *state;
	struct acts_signed done;

	crew_other(crew, "ENC-02", "RIVES", V01("16/am"), WORK, NULL);
	crew_other(crew, "ENC-02", "RIVES", V01("17/am"), SICK, NULL);
	assert_string_equal(state_of(crew, "V01"), "none");
	assert_int_equal(sign_now(crew, "agree", NULL, &done), 0);
	assert_false(done.already);
	assert_string_equal(done.person, "ENC-01");
	assert_string_equal(state_of(crew, "V01"), "agree");
	assert_int_equal(sign_now(crew, "agree", NULL, &done), 0);
	assert_true(done.already);
	/* Another's month, another month and another structure change
	 * nothing. */
	crew_other(
	    crew, "ENC-02", "RIVES", "hours/V02/2026-11-16/am", WORK, NULL);
	crew_other(
	    crew, "ENC-02", "RIVES", "hours/V01/2026-12-01/am", WORK, NULL);
	crew_other(crew, "ENC-09", "REMPARTS", V01("16/pm"), WORK, NULL);
	assert_string_equal(state_of(crew, "V01"), "agree");
	/* The same value once more is another head: nobody signed it. */
	crew_other(crew, "ENC-01", "RIVES", V01("16/am"), WORK, NULL);
	assert_string_equal(state_of(crew, "V01"), "stale");
	assert_int_equal(sign_now(crew, "agree", NULL, NULL), 0);
	assert_string_equal(state_of(crew, "V01"), "agree");
	crew_other(crew, "ENC-02", "RIVES", V01("18/pm"), WORK, NULL);
	assert_string_equal(state_of(crew, "V01"), "stale");
	assert_int_equal(sign_now(crew, "disagree", "le 18", NULL), 0);
	assert_string_equal(state_of(crew, "V01"), "disagree");
	/* A change of mind supersedes. */
	assert_int_equal(sign_now(crew, "agree", NULL, NULL), 0);
	assert_string_equal(state_of(crew, "V01"), "agree");
}

static void what_is_contested_is_signed_as_it_is(void **state)
{
	struct crew_fixture *crew = *state;
	struct signoff_sheet sheet;
	struct acts_signed done;
	struct signoff signoff;

	crew_other(crew, "ENC-02", "RIVES", V01("16/am"), WORK, NULL);
	crew_other(crew, "ENC-01", "RIVES", V01("16/am"), LESS, NULL);
	crew_other(crew, "ENC-01", "RIVES", V01("16/pm"), LESS, NULL);
	assert_int_equal(sign_now(crew, "agree", NULL, &done), 0);
	assert_int_equal(done.contested, 1);
	load(crew, "V01", &sheet, &signoff);
	assert_int_equal(signoff.state, SIGNOFF_IS_AGREED);
	assert_int_equal(sheet.count, 2);
	assert_string_equal(sheet.rows[0].state, "contested");
	assert_int_equal(sheet.rows[0].head_count, 2);
	assert_int_equal(sheet.payable, 180);
	assert_int_equal(sheet.days, 1);
	signoff_sheet_clear(&sheet);
}

static void a_months_wrong_calls_are_refused(void **state)
{
	struct crew_fixture *crew = *state;
	char sum[HASH_TEXT];
	struct acts_signed done;
	const struct {
		struct acts_signing wish;
		int rc;
	} cases[] = {
	    {{MONTH, ZERO, "agree", "paper", NULL, NULL, NULL, NULL, NULL},
		E_CONFLICT},
	    {{MONTH, "abc", "agree", "paper", NULL, NULL, NULL, NULL, NULL},
		E_USAGE},
	    {{"2026-10", ZERO, "agree", "paper", NULL, NULL, NULL, NULL, NULL},
		E_NOT_FOUND},
	    {{MONTH, sum, "yes", "paper", NULL, NULL, NULL, NULL, NULL},
		E_USAGE},
	    {{MONTH, sum, "disagree", "paper", NULL, NULL, NULL, NULL, NULL},
		E_USAGE},
	    {{MONTH, sum, "disagree", "paper", NULL, NULL, " ", NULL, NULL},
		E_INVALID},
	    {{MONTH, sum, "agree", "paper", NULL, NULL, "x", NULL, NULL},
		E_USAGE},
	    {{MONTH, sum, "agree", "blood", NULL, NULL, NULL, NULL, NULL},
		E_USAGE},
	    {{MONTH, sum, "agree", "finger", NULL, NULL, NULL, NULL, NULL},
		E_USAGE},
	    {{MONTH, sum, "agree", "finger", "C1 2", NULL, NULL, NULL, NULL},
		E_USAGE},
	    {{MONTH, sum, "agree", "paper", "M1 2", NULL, NULL, NULL, NULL},
		E_USAGE},
	    {{MONTH, sum, "agree", "pin", NULL, NULL, NULL, NULL, NULL},
		E_USAGE},
	    {{MONTH, sum, "agree", "pin", NULL, "123", NULL, NULL, NULL},
		E_USAGE},
	    {{MONTH, sum, "agree", "pin", NULL, "123456789", NULL, NULL, NULL},
		E_USAGE},
	    {{MONTH, sum, "agree", "pin", NULL, "12a4", NULL, NULL, NULL},
		E_USAGE},
	    {{MONTH, sum, "agree", "paper", NULL, "1234", NULL, NULL, NULL},
		E_USAGE},
	    {{MONTH, sum, "agree", "paper", NULL, NULL, NULL, "\"", NULL},
		E_USAGE},
	    {{MONTH, sum, "agree", "paper", NULL, NULL, NULL, NULL, "ENC-99"},
		E_NOT_FOUND},
	};

	crew_other(crew, "ENC-02", "RIVES", V01("16/am"), WORK, NULL);
	sum_of(crew, "V01", sum);
	for (size_t i = 0; i < COUNT(cases); i++) {
		int rc = sign(crew, "V01", &cases[i].wish, &done);

		if (rc != cases[i].rc)
			fail_msg("case %zu: %d, not %d", i, rc, cases[i].rc);
		assert_string_equal(state_of(crew, "V01"), "none");
	}
}

/* ---- several words on one month ---- */

/* One more, said beside those there: it supersedes none of them. */
static void say(struct crew_fixture *crew, const char *answer, const char *how,
    const char *covers)
{
	struct buf value = BUF_INIT;

	buf_printf(&value,
	    "{\"month\":\"" MONTH "\",\"answer\":\"%s\",\"how\":\"%s\","
	    "\"text\":1,\"sum\":\"" ZERO "\",\"covers\":[%s],"
	    "\"payable\":0,\"days\":0}",
	    answer, how, covers);
	crew_office(
	    crew, "RIVES", "signoff", "signoff/V01/" MONTH, buf_text(&value));
	buf_free(&value);
}

static void read_word(const struct crew_fixture *crew, struct signoff *out)
{
	struct signoff_sheet sheet;

	load(crew, "V01", &sheet, out);
	signoff_sheet_clear(&sheet);
}

static int note_least(
    void *context, const struct entry_row *row, struct err *err)
{
	struct hash *least = context;

	(void)err;
	if (row->live && (hash_is_zero(least) ||
			     memcmp(&row->hash, least, sizeof(*least)) < 0))
		*least = row->hash;
	return 0;
}

static void of_several_words_one_comes_first(void **state)
{
	struct crew_fixture *crew = *state;
	char covers[HASH_TEXT + 2];
	struct hash hash, least = {{0}};
	struct signoff signoff;

	crew_other(crew, "ENC-02", "RIVES", V01("16/am"), WORK, &hash);
	covers[0] = '"';
	hash_hex(&hash, covers + 1);
	strcat(covers, "\"");
	/* Of those that are alike, the smaller hash, whatever came first. */
	for (int i = 0; i < 6; i++)
		say(crew, "agree", "paper", covers);
	assert_int_equal(ledger_history(crew->agent.db, "RIVES",
			     "signoff/V01/" MONTH, note_least, &least, NULL),
	    0);
	read_word(crew, &signoff);
	assert_int_equal(signoff.state, SIGNOFF_IS_AGREED);
	assert_true(hash_equal(&signoff.hash, &least));
	/* What covers something else, even a disagreement, comes after. */
	say(crew, "disagree", "pin", "");
	read_word(crew, &signoff);
	assert_int_equal(signoff.state, SIGNOFF_IS_AGREED);
	assert_true(hash_equal(&signoff.hash, &least));
	/* A disagreement on what is there comes before. */
	say(crew, "disagree", "finger", covers);
	say(crew, "agree", "pin", covers);
	read_word(crew, &signoff);
	assert_int_equal(signoff.state, SIGNOFF_IS_DISAGREED);
	assert_true(signoff.disagreed);
	assert_string_equal(signoff.how, "finger");
	/* Once all are stale, the disagreements still are first. */
	crew_other(crew, "ENC-02", "RIVES", V01("17/am"), WORK, NULL);
	read_word(crew, &signoff);
	assert_int_equal(signoff.state, SIGNOFF_IS_STALE);
	assert_true(signoff.disagreed);
}

/* The office writes after ${parent}; its fault, or "". */
static const char *follow(struct crew_fixture *crew, const char *kind,
    const char *record, const struct hash *parent, const char *set,
    struct hash *hash)
{
	struct set_header header = {
	    .structure = "RIVES", .device = "00000000000000aa"};
	const struct ledger_author author = {&header, WRITER_OFFICE, false};
	const struct entry_draft draft = {
	    .kind = kind,
	    .structure = header.structure,
	    .record = record,
	    .parents = parent,
	    .parent_count = parent != NULL,
	    .device = header.device,
	    .person = "bureau",
	    .reason = "erreur",
	    .at_s = crew->machine.now_s,
	};
	struct buf body = BUF_INIT;
	const char *fault = NULL;
	int64_t id;

	kit_entry(&body, &draft, set, &crew->machine);
	assert_int_equal(db_begin(crew->agent.db, NULL), 0);
	assert_int_equal(ledger_add(crew->agent.db, &author, buf_bytes(&body),
			     &id, &fault, NULL),
	    0);
	assert_int_equal(db_commit(crew->agent.db, NULL), 0);
	if (hash != NULL)
		hash_of(hash, body.data, body.len);
	buf_free(&body);
	return fault != NULL ? fault : "";
}

/* An entry that only withdraws is no word. */
static void a_withdrawn_word_is_none(void **state)
{
	struct crew_fixture *crew = *state;

	crew_other(crew, "ENC-02", "RIVES", V01("16/am"), WORK, NULL);
	assert_string_equal(
	    follow(crew, "void", "signoff/V01/" MONTH, NULL, NULL, NULL), "");
	assert_string_equal(state_of(crew, "V01"), "none");
	say(crew, "agree", "paper", "");
	assert_string_equal(state_of(crew, "V01"), "stale");
}

/* What was replaced, voided, set aside or counts for another. */
static void a_sheet_shows_what_is_left_of_each_slot(void **state)
{
	struct crew_fixture *crew = *state;
	struct signoff_sheet sheet;
	struct signoff signoff;
	struct hash first, second;

	crew_other(crew, "ENC-02", "RIVES", V01("16/am"), WORK, &first);
	assert_string_equal(
	    follow(crew, "hours", V01("16/am"), &first, LESS, &second), "");
	crew_other(crew, "ENC-02", "RIVES", V01("17/am"), WORK, &first);
	assert_string_equal(
	    follow(crew, "void", V01("17/am"), &first, NULL, NULL), "");
	assert_string_equal(follow(crew, "hours", V01("18/am"), NULL,
				"{\"minutes\":2000,\"kind\":\"work\"}", NULL),
	    "value");
	crew_other(crew, "ENC-02", "RIVES", "hours/n-0000000001/2026-11-19/am",
	    SICK, NULL);
	crew_office(crew, "RIVES", "newcomer", "newcomer/n-0000000001",
	    "{\"first\":\"Ali\",\"crew\":\"VERTS\",\"worker\":\"V01\"}");
	load(crew, "V01", &sheet, &signoff);
	assert_int_equal(sheet.count, 4);
	assert_string_equal(sheet.rows[0].state, "merged");
	assert_int_equal(sheet.rows[0].minutes, 180);
	assert_int_equal(sheet.rows[0].head_count, 1);
	assert_true(hash_equal(&sheet.heads[sheet.rows[0].head], &second));
	assert_string_equal(sheet.rows[1].state, "void");
	assert_int_equal(sheet.rows[1].head_count, 1);
	assert_string_equal(sheet.rows[2].state, "aside");
	assert_int_equal(sheet.rows[2].head_count, 0);
	assert_int_equal(sheet.rows[2].aside, 1);
	assert_string_equal(sheet.rows[3].day, "2026-11-19");
	assert_int_equal(sheet.payable, 180);
	signoff_sheet_clear(&sheet);
	/* The newcomer's own month is the worker's. */
	load(crew, "n-0000000001", &sheet, &signoff);
	assert_int_equal(sheet.count, 0);
	signoff_sheet_clear(&sheet);
}

/* Every slot that a month may have, and the days before and after it. */
static void a_sheet_has_room_for_every_slot(void **state)
{
	struct crew_fixture *crew = *state;
	static const char *const slots[] = {"am", "pm", "x1"};
	struct signoff_sheet sheet;
	struct signoff signoff;
	json_t *covers;

	for (int day = 1; day <= 23; day++) {
		for (size_t i = 0; i < COUNT(slots); i++) {
			char record[RECORD_KEY_MAX], text[DATE_TEXT];

			(void)snprintf(text, sizeof(text), "2026-11-%02d", day);
			record_key_hours(record, "V01", text, slots[i]);
			crew_other(crew, "ENC-02", "RIVES", record, LESS, NULL);
		}
	}
	crew_other(
	    crew, "ENC-02", "RIVES", "hours/V01/2026-10-31/am", LESS, NULL);
	load(crew, "V01", &sheet, &signoff);
	assert_int_equal(sheet.count, 69);
	assert_int_equal(sheet.head_count, 69);
	assert_int_equal(sheet.days, 23);
	assert_int_equal(sheet.payable, 69 * 180);
	covers = signoff_covers(&sheet);
	assert_int_equal(json_array_size(covers), 69);
	for (size_t i = 1; i < 69; i++)
		assert_true(
		    strcmp(json_string_value(json_array_get(covers, i - 1)),
			json_string_value(json_array_get(covers, i))) < 0);
	json_decref(covers);
	signoff_sheet_clear(&sheet);
}

/* A PIN is a gesture: nothing of it is kept. */
static void a_pin_is_kept_nowhere(void **state)
{
	struct crew_fixture *crew = *state;
	char sum[HASH_TEXT];
	const struct acts_signing wish = {
	    .month = MONTH,
	    .sum = sum,
	    .answer = "agree",
	    .how = "pin",
	    .pin = "80617243",
	};
	struct acts_signed done;

	crew_other(crew, "ENC-02", "RIVES", V01("16/am"), WORK, NULL);
	sum_of(crew, "V01", sum);
	assert_int_equal(sign(crew, "V01", &wish, &done), 0);
	assert_string_equal(state_of(crew, "V01"), "agree");
	assert_int_not_equal(
	    kit_run("grep -rqaF 80617243 '%s'", crew->directory), 0);
}

/* ---- closings and the month ---- */

#define CLOSED(version) "{\"version\":" version ",\"closing\":\"" ZERO "\"}"

static void a_closed_month_is_known_and_what_follows_is_late(void **state)
{
	struct crew_fixture *crew = *state;
	const struct closed_month *month;
	struct closed closed;
	struct hash hash;
	bool late;

	crew_other(crew, "ENC-02", "RIVES", V01("16/am"), WORK, &hash);
	crew_office(crew, "RIVES", "closed", "closed/2026-11", CLOSED("2"));
	assert_int_equal(closed_load(&closed, crew->agent.db, NULL), 0);
	assert_int_equal(closed.count, 1);
	month = closed_month(&closed, "RIVES", "2026-11-16");
	assert_non_null(month);
	assert_int_equal(month->version, 2);
	assert_string_equal(month->at, "2026-11-20T16:31:02Z");
	assert_ptr_equal(closed_month(&closed, "RIVES", "2026-11"), month);
	assert_null(closed_month(&closed, "REMPARTS", "2026-11"));
	assert_null(closed_month(&closed, "RIVES", "2026-10-31"));
	assert_int_equal(
	    closed_is_late(NULL, crew->agent.db, &hash, &late, NULL), 0);
	assert_false(late);
	/* It is in no set that the office has placed. */
	assert_int_equal(
	    closed_is_late(month, crew->agent.db, &hash, &late, NULL), 0);
	assert_true(late);
	closed_clear(&closed);
}

static json_t *month_of(struct crew_fixture *crew, const char *worker)
{
	const struct roster_item *item;
	struct month month;
	json_t *row;

	assert_int_equal(
	    month_load(&month, &crew->agent, &crew->roster, MONTH, NULL), 0);
	assert_int_equal(roster_worker(&crew->roster, worker, "RIVES",
			     "2026-11-20", &item, NULL),
	    0);
	assert_true(month_has(&month, item, NULL));
	assert_int_equal(month_worker(&row, &month, item, NULL), 0);
	month_clear(&month);
	return row;
}

/* How often, and whether at this place. */
static size_t count_odd(
    const json_t *row, const char *what, const char *day, const char *slot)
{
	const json_t *list = json_object_get(row, "anomalies");
	size_t count = 0, there = 0;

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *odd = json_array_get(list, i);

		if (strcmp(json_text(odd, "what"), what) != 0)
			continue;
		assert_true(json_text(odd, "text")[0] != '\0');
		count++;
		there += strcmp(json_text(odd, "day"), day) == 0 &&
		         strcmp(json_text(odd, "slot"), slot) == 0;
	}
	if (count > 0 && there != 1)
		fail_msg("%s %s %s: %zu times", what, day, slot, there);
	return count;
}

#define FULL "{\"minutes\":300,\"kind\":\"work\"}"
#define LONG "{\"minutes\":301,\"kind\":\"work\"}"

static void what_is_odd_is_told(void **state)
{
	struct crew_fixture *crew = *state;
	json_t *row;

	/* Monday to Saturday: 10 h a day but one, of 10 h 01: 60 h 01. */
	for (int day = 2; day <= 7; day++) {
		char record[RECORD_KEY_MAX], text[DATE_TEXT];

		(void)snprintf(text, sizeof(text), "2026-11-%02d", day);
		record_key_hours(record, "V01", text, "am");
		crew_other(crew, "ENC-02", "RIVES", record, FULL, NULL);
		record_key_hours(record, "V01", text, "pm");
		crew_other(crew, "ENC-02", "RIVES", record,
		    day == 4 ? LONG : FULL, NULL);
	}
	crew_other(crew, "ENC-02", "RIVES", V01("09/am"), WORK, NULL);
	crew_other(crew, "ENC-01", "RIVES", V01("09/am"), LESS, NULL);
	crew_other(crew, "ENC-01", "RIVES", V01("10/am"), LESS, NULL);
	row = month_of(crew, "V01");
	assert_int_equal(count_odd(row, "long_day", "2026-11-04", ""), 1);
	assert_int_equal(count_odd(row, "long_week", "2026-11-02", ""), 1);
	assert_int_equal(count_odd(row, "contested", "2026-11-09", "am"), 1);
	assert_int_equal(count_odd(row, "doubled", "", ""), 0);
	assert_int_equal(count_odd(row, "late", "", ""), 0);
	/* 9 pm, 10 pm, 12 to 13 and 16 to 19 (the 11th is a holiday, and the
	 * 20th is today). */
	assert_int_equal(count_odd(row, "missing", "2026-11-19", "pm"), 14);
	assert_int_equal(json_int(row, "payable", -1), 3601 + 180);
	assert_int_equal(json_int(row, "days", -1), 7);
	json_decref(row);
	assert_int_equal(sign_now(crew, "disagree", "trop long", NULL), 0);
	crew_office(crew, "RIVES", "closed", "closed/2026-11", CLOSED("1"));
	row = month_of(crew, "V01");
	assert_int_equal(count_odd(row, "disagree", "", ""), 1);
	assert_int_equal(count_odd(row, "late", "2026-11-09", "am"), 14);
	json_decref(row);
	crew_other(crew, "ENC-02", "RIVES", V01("19/am"), WORK, NULL);
	row = month_of(crew, "V01");
	assert_int_equal(count_odd(row, "stale", "", ""), 1);
	assert_int_equal(count_odd(row, "disagree", "", ""), 0);
	json_decref(row);
}

static void a_slot_of_two_structures_is_told(void **state)
{
	struct crew_fixture *crew = *state;
	json_t *row;

	for (int i = 0; i < 2; i++) {
		crew_other(crew, "ENC-02", i == 0 ? "RIVES" : "REMPARTS",
		    "hours/V04/2026-11-10/am", WORK, NULL);
		crew_other(crew, "ENC-02", i == 0 ? "RIVES" : "REMPARTS",
		    "hours/V04/2026-11-10/pm", i == 0 ? WORK : SICK, NULL);
	}
	row = month_of(crew, "V04");
	assert_int_equal(count_odd(row, "doubled", "2026-11-10", "am"), 1);
	json_decref(row);
}

int main(void)
{
#define ON_LAPTOP(test)                                                        \
	cmocka_unit_test_setup_teardown(test, crew_setup, crew_teardown)
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_text_is_that_of_the_protocol),
	    cmocka_unit_test(strokes_are_moves_and_lines),
	    cmocka_unit_test(fields_beyond_the_rules_are_refused),
	    cmocka_unit_test(a_sign_off_covers_so_many_at_most),
	    cmocka_unit_test(no_minutes_are_not_worked),
	    ON_LAPTOP(a_changed_hour_makes_it_stale),
	    ON_LAPTOP(what_is_contested_is_signed_as_it_is),
	    ON_LAPTOP(a_months_wrong_calls_are_refused),
	    ON_LAPTOP(of_several_words_one_comes_first),
	    ON_LAPTOP(a_withdrawn_word_is_none),
	    ON_LAPTOP(a_sheet_shows_what_is_left_of_each_slot),
	    ON_LAPTOP(a_sheet_has_room_for_every_slot),
	    ON_LAPTOP(a_pin_is_kept_nowhere),
	    ON_LAPTOP(a_closed_month_is_known_and_what_follows_is_late),
	    ON_LAPTOP(what_is_odd_is_told),
	    ON_LAPTOP(a_slot_of_two_structures_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
