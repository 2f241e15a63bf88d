#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "agent/acts_hours.h"
#include "agent/held.h"
#include "agent/journal.h"
#include "shared/ledger.h"
#include "shared/ledger_set.h"
#include "tests/lib/crew_fixture.h"

#define TODAY  "2026-11-20"
#define AM_V01 "hours/V01/2026-11-20/am"

/* One act and what came of it. */
static struct acts_done done;
static struct err err;

typedef int act_run(const struct acts_call *call,
    const struct acts_place *place, const struct acts_wish *wish,
    struct acts_done *out, struct err *error);

static int run_void(const struct acts_call *call,
    const struct acts_place *place, const struct acts_wish *wish,
    struct acts_done *out, struct err *error)
{
	(void)wish;
	return acts_hours_void(call, place, out, error);
}

/* Where run_move goes. */
static struct acts_place target;

static int run_move(const struct acts_call *call,
    const struct acts_place *place, const struct acts_wish *wish,
    struct acts_done *out, struct err *error)
{
	(void)wish;
	return acts_hours_move(call, place, &target, out, error);
}

/* What an act is called with; the rest has a default. */
struct with {
	const char *worker; /* V01 */
	const char *structure;
	const char *day;  /* today */
	const char *slot; /* am */
	const char *as;
	const char *note;
	const char *reason;
	const char *site;
	const char *activity;
	const char *kind;
	int minutes;           /* 0: not given; -1: 0 given */
	int start, end, pause; /* 0: not given */
	bool is_list;
};

static int given(int value)
{
	return value > 0 ? value : value == 0 ? -1 : 0;
}

static int run(struct crew_fixture *crew, act_run *act, const struct with *with)
{
	struct save save;
	const struct acts_call call = {&save, &crew->roster, with->as,
	    with->note, with->reason, with->is_list};
	struct acts_place place = {
	    .structure = with->structure != NULL ? with->structure : "",
	    .worker = with->worker != NULL ? with->worker : "V01"};
	const struct acts_wish wish = {.minutes = given(with->minutes),
	    .start = given(with->start),
	    .end = given(with->end),
	    .pause = given(with->pause),
	    .kind = with->kind != NULL ? kind_find(with->kind) : NULL,
	    .site = with->site,
	    .activity = with->activity};
	int rc;

	acts_hours_clear(&done);
	memset(&err, 0, sizeof(err));
	text_copy(place.day, sizeof(place.day),
	    with->day != NULL ? with->day : TODAY);
	text_copy(place.slot, sizeof(place.slot),
	    with->slot != NULL ? with->slot : "am");
	if ((rc = save_begin(&save, &crew->agent, &err)) == 0 &&
	    (rc = act(&call, &place, &wish, &done, &err)) == 0)
		rc = save_commit(&save, &err);
	save_end(&save);
	return rc;
}

static void does(struct crew_fixture *crew, act_run *act, struct with with)
{
	if (run(crew, act, &with) < 0)
		fail_msg("%s", err.text);
}

static void refuses(struct crew_fixture *crew, act_run *act, struct with with,
    int code, const char *says)
{
	assert_int_equal(run(crew, act, &with), code);
	if (strstr(err.text, says) == NULL)
		fail_msg("« %s » : pas de « %s »", err.text, says);
}

/* The value of the last act, as records keep it. */
static void gives(const char *canonical)
{
	struct buf text = BUF_INIT;

	json_write_sorted(&text, done.value);
	assert_string_equal(buf_text(&text), canonical);
	buf_free(&text);
}

static void warns(const char *says)
{
	if (strstr(buf_text(&done.warnings), says) == NULL)
		fail_msg(
		    "« %s » : pas de « %s »", buf_text(&done.warnings), says);
}

/* ---- what a record looks like ---- */

struct seen {
	char state[16];
	char value[512];
	int64_t entries;
	int64_t live;
	struct hash last; /* entry */
	struct hash parents[8];
	size_t parent_count;
	char from[HASH_TEXT];
	char note[64];
	char reason[64];
	char person[64];
};

static int see_record(
    void *context, const struct record_row *row, struct err *error)
{
	struct seen *seen = context;

	(void)error;
	text_copy(seen->state, sizeof(seen->state), row->state);
	text_copy(seen->value, sizeof(seen->value), row->value);
	return 0;
}

static int see_entry(
    void *context, const struct entry_row *row, struct err *error)
{
	struct seen *seen = context;
	const json_t *from = json_object_get(row->entry->root, "from");

	(void)error;
	seen->entries++;
	seen->live += row->live;
	seen->last = row->hash;
	seen->parent_count = row->entry->parent_count;
	memcpy(seen->parents, row->entry->parents, sizeof(seen->parents));
	text_copy(seen->note, sizeof(seen->note), row->entry->note);
	text_copy(seen->reason, sizeof(seen->reason), row->entry->reason);
	text_copy(seen->person, sizeof(seen->person), row->entry->person);
	seen->from[0] = '\0';
	if (json_array_size(from) == 1)
		text_copy(seen->from, sizeof(seen->from),
		    json_string_value(json_array_get(from, 0)));
	return 0;
}

static struct seen see(
    struct crew_fixture *crew, const char *structure, const char *record)
{
	struct seen seen = {.state = "absent"};

	assert_int_equal(ledger_record(crew->agent.db, structure, record,
			     see_record, &seen, NULL, &err),
	    0);
	assert_int_equal(ledger_history(crew->agent.db, structure, record,
			     see_entry, &seen, &err),
	    0);
	return seen;
}

static void is_in_state(
    struct crew_fixture *crew, const char *record, const char *state)
{
	struct seen seen = see(crew, "RIVES", record);

	assert_string_equal(seen.state, state);
}

static int64_t kept(struct crew_fixture *crew)
{
	struct ledger_counts counts;

	assert_int_equal(
	    ledger_count(crew->agent.db, crew->agent.device, &counts, &err), 0);
	return counts.kept;
}

/* ---- adding ---- */

static void an_hour_is_kept_with_its_defaults(void **state)
{
	struct crew_fixture *crew = *state;
	struct seen seen;

	does(crew, acts_hours_add,
	    (struct with){.minutes = 210, .activity = "taille"});
	assert_int_equal(done.outcome, ACTS_WRITTEN);
	gives("{\"activity\":\"taille\",\"kind\":\"work\",\"minutes\":210,"
	      "\"site\":\"SAULNETTE\"}");
	seen = see(crew, "RIVES", AM_V01);
	assert_string_equal(seen.state, RECORD_MERGED);
	assert_string_equal(seen.person, "ENC-01");
	assert_int_equal(seen.parent_count, 0);
	assert_int_equal(kept(crew), 1);
	assert_memory_equal(&seen.last, &done.hash, sizeof(done.hash));
	assert_string_equal(buf_text(&done.warnings), "");
}

static void without_a_duration_the_usual_stretch_counts(void **state)
{
	struct crew_fixture *crew = *state;

	does(crew, acts_hours_add, (struct with){.slot = "pm"});
	gives("{\"end\":\"16:30\",\"kind\":\"work\",\"minutes\":210,"
	      "\"site\":\"SAULNETTE\",\"start\":\"13:00\"}");
	refuses(crew, acts_hours_add, (struct with){.slot = "x1"}, E_USAGE,
	    "durée");
	refuses(crew, acts_hours_add, (struct with){.worker = "V05"}, E_USAGE,
	    "durée");
	refuses(crew, acts_hours_add, (struct with){.is_list = true}, E_USAGE,
	    "durée");
	refuses(crew, acts_hours_add, (struct with){.start = 480}, E_USAGE,
	    "durée");
}

static void an_absence_lasts_nothing_unless_told(void **state)
{
	struct crew_fixture *crew = *state;

	does(crew, acts_hours_add, (struct with){.kind = "maladie"});
	gives("{\"kind\":\"sick\",\"minutes\":0,\"site\":\"SAULNETTE\"}");
	does(crew, acts_hours_add,
	    (struct with){.slot = "pm", .kind = "maladie", .minutes = 210});
	gives("{\"kind\":\"sick\",\"minutes\":210,\"site\":\"SAULNETTE\"}");
}

static void times_give_the_duration(void **state)
{
	struct crew_fixture *crew = *state;

	does(crew, acts_hours_add,
	    (struct with){.start = 480, .end = 700, .pause = 20});
	gives("{\"break\":20,\"end\":\"11:40\",\"kind\":\"work\","
	      "\"minutes\":200,\"site\":\"SAULNETTE\",\"start\":\"08:00\"}");
	refuses(crew, acts_hours_add,
	    (struct with){
		.slot = "pm", .minutes = 240, .start = 780, .end = 990},
	    E_INVALID, "ne tient pas");
	refuses(crew, acts_hours_add,
	    (struct with){.slot = "pm", .start = 780, .end = 780}, E_INVALID,
	    "début");
	refuses(crew, acts_hours_add,
	    (struct with){.slot = "pm", .start = 780, .end = 800, .pause = 20},
	    E_INVALID, "ne tient pas");
}

static void work_of_no_duration_is_refused(void **state)
{
	refuses(*state, acts_hours_add, (struct with){.minutes = -1}, E_INVALID,
	    "durée nulle");
	assert_int_equal(kept(*state), 0);
}

static void a_taken_slot_is_not_overwritten(void **state)
{
	struct crew_fixture *crew = *state;

	does(crew, acts_hours_add, (struct with){.minutes = 210});
	refuses(crew, acts_hours_add, (struct with){.minutes = 180}, E_CONFLICT,
	    "3h30 travail, SAULNETTE");
	assert_non_null(strstr(err.text, "pointeau hours set --worker V01"));
	refuses(crew, acts_hours_add,
	    (struct with){.minutes = 210, .site = "GARE"}, E_CONFLICT,
	    "hours set");
	assert_int_equal(see(crew, "RIVES", AM_V01).entries, 1);
	assert_int_equal(kept(crew), 1);
}

static void the_same_person_is_not_written_twice(void **state)
{
	struct crew_fixture *crew = *state;

	does(crew, acts_hours_add, (struct with){.minutes = 210});
	does(crew, acts_hours_add, (struct with){.minutes = 210});
	assert_int_equal(done.outcome, ACTS_ALREADY);
	assert_int_equal(see(crew, "RIVES", AM_V01).entries, 1);
}

static void another_person_corroborates(void **state)
{
	struct crew_fixture *crew = *state;
	struct seen seen;

	does(crew, acts_hours_add, (struct with){.minutes = 210});
	does(crew, acts_hours_add, (struct with){.minutes = 210, .as = "omar"});
	assert_int_equal(done.outcome, ACTS_CORROBORATED);
	seen = see(crew, "RIVES", AM_V01);
	assert_string_equal(seen.state, RECORD_MERGED);
	assert_int_equal(seen.live, 2);
	assert_int_equal(seen.parent_count, 0);
	assert_string_equal(seen.person, "ENC-02");
	/* Both are named by what comes after. */
	does(crew, acts_hours_set,
	    (struct with){.minutes = 180, .reason = "parti tôt"});
	seen = see(crew, "RIVES", AM_V01);
	assert_int_equal(seen.parent_count, 2);
	assert_int_equal(seen.live, 1);
}

static void a_cancelled_slot_is_filled_over_its_void(void **state)
{
	struct crew_fixture *crew = *state;
	struct hash cancelled;
	struct seen seen;

	does(crew, acts_hours_add, (struct with){.minutes = 210});
	does(crew, run_void, (struct with){.reason = "erreur"});
	cancelled = done.hash;
	does(crew, acts_hours_add, (struct with){.minutes = 210});
	assert_int_equal(done.outcome, ACTS_WRITTEN);
	seen = see(crew, "RIVES", AM_V01);
	assert_string_equal(seen.state, RECORD_MERGED);
	assert_int_equal(seen.parent_count, 1);
	assert_memory_equal(&seen.parents[0], &cancelled, sizeof(cancelled));
}

static void who_records_is_the_crews_supervisor(void **state)
{
	struct crew_fixture *crew = *state;

	does(crew, acts_hours_add,
	    (struct with){.minutes = 60, .as = "Maëlle Le Goazouët"});
	assert_string_equal(done.person, "ENC-01");
	does(crew, acts_hours_add,
	    (struct with){.minutes = 60, .slot = "pm", .as = "ENC-09"});
	assert_string_equal(done.person, "ENC-09");
	refuses(crew, acts_hours_add,
	    (struct with){.minutes = 60, .slot = "x1", .as = "Zoé"},
	    E_NOT_FOUND, "encadrant inconnu");
	/* A crew without one: the laptop's name. */
	assert_int_equal(
	    journal_put(crew->agent.db, SETTING_NAME, "Nuit 1", &err), 0);
	does(crew, acts_hours_add,
	    (struct with){.worker = "V05", .minutes = 60});
	assert_string_equal(done.person, "Nuit 1");
}

static void the_same_again_with_a_note_keeps_the_note(void **state)
{
	struct crew_fixture *crew = *state;
	struct seen seen;

	does(crew, acts_hours_add, (struct with){.minutes = 210});
	does(crew, acts_hours_add,
	    (struct with){.minutes = 210, .note = "arrivé à 8 h 10"});
	assert_int_equal(done.outcome, ACTS_WRITTEN);
	does(crew, acts_hours_add,
	    (struct with){.minutes = 210, .note = "arrivé à 8 h 10"});
	assert_int_equal(done.outcome, ACTS_ALREADY);
	seen = see(crew, "RIVES", AM_V01);
	assert_string_equal(seen.state, RECORD_MERGED);
	assert_int_equal(seen.entries, 2);
}

static void homonyms_go_to_the_supervisors_structure(void **state)
{
	struct crew_fixture *crew = *state;

	refuses(crew, acts_hours_add,
	    (struct with){.worker = "V04", .minutes = 60}, E_INVALID,
	    "--structure");
	does(crew, acts_hours_add,
	    (struct with){.worker = "V04", .minutes = 60, .as = "ENC-09"});
	assert_string_equal(done.worker->structure, "REMPARTS");
	does(crew, acts_hours_add,
	    (struct with){
		.worker = "V04", .minutes = 60, .structure = "RIVES"});
	assert_string_equal(done.worker->structure, "RIVES");
}

static void unknown_people_and_places_are_refused(void **state)
{
	refuses(*state, acts_hours_add,
	    (struct with){.worker = "V99", .minutes = 60}, E_NOT_FOUND,
	    "pointeau crew");
	refuses(*state, acts_hours_add,
	    (struct with){.site = "NOYERS", .minutes = 60}, E_NOT_FOUND,
	    "GARE (Ancienne gare)");
	refuses(*state, acts_hours_add,
	    (struct with){.activity = "a\x1b[0m", .minutes = 60}, E_INVALID,
	    "activité");
	refuses(*state, acts_hours_add,
	    (struct with){.note = "a\x07", .minutes = 60}, E_INVALID, "note");
	assert_int_equal(kept(*state), 0);
}

static void notes_have_a_limit_and_may_have_lines(void **state)
{
	char text[TEXT_NOTE_MAX + 2];

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	refuses(*state, acts_hours_add,
	    (struct with){.minutes = 60, .note = text}, E_INVALID, "note");
	refuses(*state, run_void, (struct with){.reason = text}, E_INVALID,
	    "motif");
	text[TEXT_NOTE_MAX] = '\0';
	does(
	    *state, acts_hours_add, (struct with){.minutes = 60, .note = text});
	does(*state, acts_hours_add,
	    (struct with){.minutes = 60, .slot = "pm", .note = "a\n\tb"});
	assert_string_equal(
	    see(*state, "RIVES", "hours/V01/2026-11-20/pm").note, "a\n\tb");
}

static void a_revoked_laptop_records_nothing(void **state)
{
	struct crew_fixture *crew = *state;

	assert_int_equal(
	    journal_put(crew->agent.db, SETTING_REVOKED, "1", &err), 0);
	refuses(crew, acts_hours_add, (struct with){.minutes = 60}, E_REVOKED,
	    "révoqué");
	assert_false(db_in_transaction(crew->agent.db));
	is_in_state(crew, AM_V01, "absent");
}

static void nothing_is_kept_without_the_commit(void **state)
{
	struct crew_fixture *crew = *state;
	struct save save;
	const struct acts_call call = {.save = &save, .roster = &crew->roster};
	const struct acts_place place = {"", "V01", TODAY, "am"};
	struct acts_wish wish = ACTS_WISH_INIT;

	wish.minutes = 60;
	assert_int_equal(save_begin(&save, &crew->agent, &err), 0);
	assert_int_equal(acts_hours_add(&call, &place, &wish, &done, &err), 0);
	save_end(&save);
	is_in_state(crew, AM_V01, "absent");
	assert_int_equal(kept(crew), 0);
}

/* ---- newcomers ---- */

static void a_newcomers_hours_are_kept_under_the_newcomer(void **state)
{
	struct crew_fixture *crew = *state;

	crew_office(crew, "RIVES", "newcomer", "newcomer/n-0123456789",
	    "{\"first\":\"Soraya\",\"crew\":\"VERTS\"}");
	crew_reload(crew);
	does(crew, acts_hours_add,
	    (struct with){.worker = "n-0123456789", .minutes = 210});
	assert_string_equal(done.person, "ENC-01");
	is_in_state(crew, "hours/n-0123456789/2026-11-20/am", RECORD_MERGED);
}

static void a_matched_newcomers_hours_are_the_workers(void **state)
{
	struct crew_fixture *crew = *state;

	crew_office(crew, "RIVES", "newcomer", "newcomer/n-00000000ff",
	    "{\"first\":\"Aya\",\"crew\":\"VERTS\",\"worker\":\"V02\"}");
	crew_reload(crew);
	does(crew, acts_hours_add,
	    (struct with){
		.worker = "n-00000000ff", .minutes = 180, .slot = "pm"});
	assert_string_equal(done.worker->id, "V02");
	is_in_state(crew, "hours/V02/2026-11-20/pm", RECORD_MERGED);
	is_in_state(crew, "hours/n-00000000ff/2026-11-20/pm", "absent");
	/* The same slot under either name is the same slot. */
	refuses(crew, acts_hours_add,
	    (struct with){.worker = "V02", .minutes = 60, .slot = "pm"},
	    E_CONFLICT, "3h travail");
}

/* ---- correcting ---- */

static void a_correction_names_what_it_corrects(void **state)
{
	struct crew_fixture *crew = *state;
	struct hash first;
	struct seen seen;

	does(crew, acts_hours_add,
	    (struct with){.minutes = 210, .activity = "taille"});
	first = done.hash;
	does(crew, acts_hours_set,
	    (struct with){.minutes = 165, .reason = "parti à 15 h 45"});
	gives("{\"activity\":\"taille\",\"kind\":\"work\",\"minutes\":165,"
	      "\"site\":\"SAULNETTE\"}");
	seen = see(crew, "RIVES", AM_V01);
	assert_string_equal(seen.state, RECORD_MERGED);
	assert_int_equal(seen.parent_count, 1);
	assert_memory_equal(&seen.parents[0], &first, sizeof(first));
	assert_string_equal(seen.reason, "parti à 15 h 45");
	assert_int_equal(seen.entries, 2);
}

static void a_correction_needs_a_reason_and_a_change(void **state)
{
	struct crew_fixture *crew = *state;

	does(crew, acts_hours_add, (struct with){.minutes = 210});
	refuses(crew, acts_hours_set, (struct with){.minutes = 60}, E_INVALID,
	    "motif");
	refuses(crew, acts_hours_set,
	    (struct with){.minutes = 60, .reason = ""}, E_INVALID, "motif");
	refuses(crew, acts_hours_set,
	    (struct with){.minutes = 60, .reason = "  "}, E_INVALID, "motif");
	refuses(crew, acts_hours_set, (struct with){.reason = "pour rien"},
	    E_USAGE, "rien à corriger");
	does(crew, acts_hours_set,
	    (struct with){.minutes = 210, .reason = "pareil"});
	assert_int_equal(done.outcome, ACTS_ALREADY);
	assert_int_equal(see(crew, "RIVES", AM_V01).entries, 1);
}

static void times_made_false_by_a_correction_go_away(void **state)
{
	struct crew_fixture *crew = *state;

	does(crew, acts_hours_add, (struct with){.slot = "am"});
	does(crew, acts_hours_set,
	    (struct with){.minutes = 120, .reason = "pluie"});
	gives("{\"kind\":\"work\",\"minutes\":120,\"site\":\"SAULNETTE\"}");
	does(crew, acts_hours_set,
	    (struct with){.start = 480, .end = 660, .reason = "pluie"});
	gives("{\"end\":\"11:00\",\"kind\":\"work\",\"minutes\":180,"
	      "\"site\":\"SAULNETTE\",\"start\":\"08:00\"}");
	does(crew, acts_hours_set,
	    (struct with){.end = 690, .pause = 30, .reason = "pause"});
	gives("{\"break\":30,\"end\":\"11:30\",\"kind\":\"work\","
	      "\"minutes\":180,\"site\":\"SAULNETTE\",\"start\":\"08:00\"}");
	does(crew, acts_hours_set,
	    (struct with){.kind = "maladie", .reason = "malade"});
	gives("{\"kind\":\"sick\",\"minutes\":180,\"site\":\"SAULNETTE\"}");
}

static void an_empty_text_clears_a_site_or_an_activity(void **state)
{
	struct crew_fixture *crew = *state;

	does(crew, acts_hours_add,
	    (struct with){.minutes = 210, .activity = "taille"});
	does(crew, acts_hours_set,
	    (struct with){.activity = "", .site = "", .reason = "non"});
	gives("{\"kind\":\"work\",\"minutes\":210}");
}

static void an_empty_slot_cannot_be_corrected(void **state)
{
	struct crew_fixture *crew = *state;

	refuses(crew, acts_hours_set,
	    (struct with){.minutes = 60, .reason = "x"}, E_NOT_FOUND,
	    "pointeau hours add");
	does(crew, acts_hours_add, (struct with){.minutes = 210});
	does(crew, run_void, (struct with){.reason = "erreur"});
	refuses(crew, acts_hours_set,
	    (struct with){.minutes = 60, .reason = "x"}, E_NOT_FOUND,
	    "pointeau hours add");
}

/* ---- contests ---- */

#define OTHER_VALUE "{\"minutes\":180,\"kind\":\"work\",\"site\":\"SAULNETTE\"}"

static void a_contested_slot_takes_no_third_value(void **state)
{
	struct crew_fixture *crew = *state;

	does(crew, acts_hours_add, (struct with){.minutes = 210});
	crew_other(crew, "ENC-02", "RIVES", AM_V01, OTHER_VALUE, NULL);
	is_in_state(crew, AM_V01, RECORD_CONTESTED);
	refuses(crew, acts_hours_add, (struct with){.minutes = 210}, E_CONFLICT,
	    "le bureau décide");
	refuses(crew, acts_hours_add, (struct with){.minutes = 60}, E_CONFLICT,
	    "le bureau décide");
}

static void in_a_contest_each_corrects_its_own_value(void **state)
{
	struct crew_fixture *crew = *state;
	struct hash own, other;
	struct seen seen;

	does(crew, acts_hours_add, (struct with){.minutes = 210});
	own = done.hash;
	crew_other(crew, "ENC-02", "RIVES", AM_V01, OTHER_VALUE, &other);
	does(crew, acts_hours_set,
	    (struct with){.minutes = 200, .reason = "recompté"});
	seen = see(crew, "RIVES", AM_V01);
	assert_string_equal(seen.state, RECORD_CONTESTED);
	assert_int_equal(seen.parent_count, 1);
	assert_memory_equal(&seen.parents[0], &own, sizeof(own));
	assert_int_equal(seen.live, 2);
	does(crew, acts_hours_set,
	    (struct with){.minutes = 200, .reason = "pareil"});
	assert_int_equal(done.outcome, ACTS_ALREADY);
	/* Coming round to the other's value ends the contest. */
	does(crew, acts_hours_set,
	    (struct with){.minutes = 180, .reason = "il a raison"});
	seen = see(crew, "RIVES", AM_V01);
	assert_string_equal(seen.state, RECORD_MERGED);
	assert_int_equal(seen.live, 2);
}

static void others_contest_is_not_ours_to_settle(void **state)
{
	struct crew_fixture *crew = *state;

	crew_other(crew, "ENC-02", "RIVES", AM_V01, OTHER_VALUE, NULL);
	crew_other(crew, "ENC-09", "RIVES", AM_V01,
	    "{\"minutes\":60,\"kind\":\"work\"}", NULL);
	refuses(crew, acts_hours_set,
	    (struct with){.minutes = 180, .reason = "x"}, E_CONFLICT,
	    "le bureau décide");
	is_in_state(crew, AM_V01, RECORD_CONTESTED);
}

/* ---- cancelling ---- */

#define SAME_VALUE "{\"minutes\":210,\"kind\":\"work\",\"site\":\"SAULNETTE\"}"

static void a_void_names_every_live_value(void **state)
{
	struct crew_fixture *crew = *state;
	struct seen seen;

	does(crew, acts_hours_add, (struct with){.minutes = 210});
	crew_other(crew, "ENC-02", "RIVES", AM_V01, SAME_VALUE, NULL);
	does(crew, run_void, (struct with){.reason = "personne n'y était"});
	assert_null(done.value);
	seen = see(crew, "RIVES", AM_V01);
	assert_string_equal(seen.state, RECORD_VOID);
	assert_int_equal(seen.parent_count, 2);
	assert_string_equal(seen.reason, "personne n'y était");
}

static void in_a_contest_a_void_takes_back_its_own_value_alone(void **state)
{
	struct crew_fixture *crew = *state;
	struct hash own;
	struct seen seen;

	does(crew, acts_hours_add, (struct with){.minutes = 210});
	own = done.hash;
	crew_other(crew, "ENC-02", "RIVES", AM_V01, OTHER_VALUE, NULL);
	does(crew, run_void, (struct with){.reason = "je me suis trompé"});
	seen = see(crew, "RIVES", AM_V01);
	assert_string_equal(seen.state, RECORD_CONTESTED);
	assert_int_equal(seen.parent_count, 1);
	assert_memory_equal(&seen.parents[0], &own, sizeof(own));
	/* Nothing of its own is left: the rest is the office's. */
	refuses(crew, run_void, (struct with){.reason = "x"}, E_CONFLICT,
	    "le bureau décide");
}

static void nothing_cannot_be_cancelled(void **state)
{
	struct crew_fixture *crew = *state;

	refuses(crew, run_void, (struct with){.reason = "x"}, E_NOT_FOUND,
	    "rien à annuler");
	does(crew, acts_hours_add, (struct with){.minutes = 210});
	refuses(crew, run_void, (struct with){0}, E_INVALID, "motif");
	does(crew, run_void, (struct with){.reason = "x"});
	refuses(crew, run_void, (struct with){.reason = "x"}, E_NOT_FOUND,
	    "rien à annuler");
	assert_int_equal(see(crew, "RIVES", AM_V01).entries, 2);
}

/* ---- moving ---- */

static struct acts_place to(
    const char *worker, const char *day, const char *slot)
{
	struct acts_place place = {.structure = "", .worker = worker};

	text_copy(place.day, sizeof(place.day), day);
	text_copy(place.slot, sizeof(place.slot), slot);
	return place;
}

static void a_move_links_both_ends(void **state)
{
	struct crew_fixture *crew = *state;
	char first[HASH_TEXT];
	struct seen seen;

	does(crew, acts_hours_add,
	    (struct with){.minutes = 210, .activity = "taille"});
	hash_hex(&done.hash, first);
	target = to("V02", "2026-11-19", "");
	does(crew, run_move, (struct with){.reason = "mauvaise personne"});
	assert_string_equal(done.worker->id, "V02");
	is_in_state(crew, AM_V01, RECORD_VOID);
	seen = see(crew, "RIVES", "hours/V02/2026-11-19/am");
	assert_string_equal(seen.state, RECORD_MERGED);
	assert_string_equal(seen.from, first);
	assert_string_equal(seen.reason, "mauvaise personne");
	assert_string_equal(seen.value,
	    "{\"activity\":\"taille\",\"kind\":\"work\",\"minutes\":210,"
	    "\"site\":\"SAULNETTE\"}");
	assert_int_equal(kept(crew), 3);
}

static void a_move_to_another_slot_forgets_the_times(void **state)
{
	struct crew_fixture *crew = *state;

	does(crew, acts_hours_add, (struct with){0});
	target = to(NULL, "", "pm");
	does(crew, run_move, (struct with){.reason = "c'était l'après-midi"});
	gives("{\"kind\":\"work\",\"minutes\":210,\"site\":\"SAULNETTE\"}");
	assert_string_equal(done.worker->id, "V01");
}

static void a_move_to_another_structure_is_at_its_site(void **state)
{
	struct crew_fixture *crew = *state;

	does(crew, acts_hours_add, (struct with){.minutes = 210});
	target = to("B01", "", "");
	does(crew, run_move, (struct with){.reason = "prêtée"});
	gives("{\"kind\":\"work\",\"minutes\":210,\"site\":\"NOYERS\"}");
	assert_string_equal(
	    see(crew, "REMPARTS", "hours/B01/2026-11-20/am").state,
	    RECORD_MERGED);
}

static void a_move_needs_something_and_somewhere_free(void **state)
{
	struct crew_fixture *crew = *state;

	target = to("V02", "", "");
	refuses(crew, run_move, (struct with){.reason = "x"}, E_NOT_FOUND,
	    "rien à déplacer");
	does(crew, acts_hours_add, (struct with){.minutes = 210});
	does(crew, acts_hours_add,
	    (struct with){.worker = "V02", .minutes = 210});
	refuses(crew, run_move, (struct with){.reason = "x"}, E_CONFLICT,
	    "contient déjà");
	refuses(crew, run_move, (struct with){0}, E_INVALID, "motif");
	target = to(NULL, "", "am");
	refuses(crew, run_move, (struct with){.reason = "x"}, E_USAGE,
	    "même créneau");
	is_in_state(crew, AM_V01, RECORD_MERGED);
	assert_int_equal(kept(crew), 2);
}

static void a_contested_slot_is_not_moved(void **state)
{
	struct crew_fixture *crew = *state;

	does(crew, acts_hours_add, (struct with){.minutes = 210});
	crew_other(crew, "ENC-02", "RIVES", AM_V01, OTHER_VALUE, NULL);
	target = to(NULL, "", "pm");
	refuses(crew, run_move, (struct with){.reason = "x"}, E_CONFLICT,
	    "le bureau décide");
}

static void a_move_onto_a_cancelled_slot_names_its_void(void **state)
{
	struct crew_fixture *crew = *state;
	struct seen seen;

	does(crew, acts_hours_add, (struct with){.minutes = 60, .slot = "pm"});
	does(crew, run_void, (struct with){.slot = "pm", .reason = "x"});
	does(crew, acts_hours_add, (struct with){.minutes = 210});
	target = to(NULL, "", "pm");
	does(crew, run_move, (struct with){.reason = "x"});
	seen = see(crew, "RIVES", "hours/V01/2026-11-20/pm");
	assert_string_equal(seen.state, RECORD_MERGED);
	assert_int_equal(seen.parent_count, 1);
}

/* ---- oddities ---- */

static void oddities_are_told_and_kept(void **state)
{
	struct crew_fixture *crew = *state;

	does(crew, acts_hours_add,
	    (struct with){.day = "2026-11-21", .minutes = 60});
	warns("à venir");
	does(crew, acts_hours_add,
	    (struct with){.slot = "pm", .kind = "congé payé"});
	warns("congé payé");
	does(crew, acts_hours_add, (struct with){.minutes = 601});
	warns("plus de dix heures");
	is_in_state(crew, AM_V01, RECORD_MERGED);
}

static void the_whole_day_counts_and_nothing_else(void **state)
{
	struct crew_fixture *crew = *state;

	does(crew, acts_hours_add, (struct with){.minutes = 300});
	/* Another's hours, another day's and an absence are not this day. */
	does(crew, acts_hours_add,
	    (struct with){.worker = "V02", .minutes = 300});
	does(crew, acts_hours_add,
	    (struct with){.day = "2026-11-19", .minutes = 300});
	does(crew, acts_hours_add,
	    (struct with){.slot = "x1", .kind = "maladie", .minutes = 300});
	does(crew, acts_hours_add, (struct with){.slot = "pm", .minutes = 300});
	assert_string_equal(buf_text(&done.warnings), "");
	does(crew, acts_hours_add, (struct with){.slot = "x2", .minutes = 1});
	warns("10h01 ce jour-là");
	/* A correction does not count what it replaces. */
	does(crew, acts_hours_set,
	    (struct with){.slot = "pm", .minutes = 299, .reason = "x"});
	assert_string_equal(buf_text(&done.warnings), "");
}

static void overlapping_times_are_told(void **state)
{
	struct crew_fixture *crew = *state;

	does(crew, acts_hours_add, (struct with){0});
	does(crew, acts_hours_add,
	    (struct with){.slot = "x1", .start = 690, .end = 720});
	assert_string_equal(buf_text(&done.warnings), "");
	does(crew, acts_hours_add,
	    (struct with){.slot = "x2", .start = 689, .end = 690});
	warns("am, de 08:00 à 11:30");
}

/* ---- slots as people type them ---- */

static void slots_have_french_names(void **state)
{
	char slot[ACTS_SLOT_TEXT];

	(void)state;
	assert_int_equal(acts_slot(slot, "Matin", &err), 0);
	assert_string_equal(slot, "am");
	assert_int_equal(acts_slot(slot, "APRES-MIDI", &err), 0);
	assert_string_equal(slot, "pm");
	assert_int_equal(acts_slot(slot, " X9 ", &err), 0);
	assert_string_equal(slot, "x9");
	assert_int_equal(acts_slot(slot, "x0", &err), E_INVALID);
	assert_int_equal(acts_slot(slot, "x10", &err), E_INVALID);
	assert_int_equal(acts_slot(slot, "", &err), E_INVALID);
	assert_int_equal(acts_slot(slot, "amm", &err), E_INVALID);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, crew_setup, crew_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(an_hour_is_kept_with_its_defaults),
	    CASE(without_a_duration_the_usual_stretch_counts),
	    CASE(an_absence_lasts_nothing_unless_told),
	    CASE(times_give_the_duration),
	    CASE(work_of_no_duration_is_refused),
	    CASE(a_taken_slot_is_not_overwritten),
	    CASE(the_same_person_is_not_written_twice),
	    CASE(another_person_corroborates),
	    CASE(a_cancelled_slot_is_filled_over_its_void),
	    CASE(who_records_is_the_crews_supervisor),
	    CASE(the_same_again_with_a_note_keeps_the_note),
	    CASE(homonyms_go_to_the_supervisors_structure),
	    CASE(unknown_people_and_places_are_refused),
	    CASE(notes_have_a_limit_and_may_have_lines),
	    CASE(a_revoked_laptop_records_nothing),
	    CASE(nothing_is_kept_without_the_commit),
	    CASE(a_newcomers_hours_are_kept_under_the_newcomer),
	    CASE(a_matched_newcomers_hours_are_the_workers),
	    CASE(a_correction_names_what_it_corrects),
	    CASE(a_correction_needs_a_reason_and_a_change),
	    CASE(times_made_false_by_a_correction_go_away),
	    CASE(an_empty_text_clears_a_site_or_an_activity),
	    CASE(an_empty_slot_cannot_be_corrected),
	    CASE(a_contested_slot_takes_no_third_value),
	    CASE(in_a_contest_each_corrects_its_own_value),
	    CASE(others_contest_is_not_ours_to_settle),
	    CASE(a_void_names_every_live_value),
	    CASE(in_a_contest_a_void_takes_back_its_own_value_alone),
	    CASE(nothing_cannot_be_cancelled),
	    CASE(a_move_links_both_ends),
	    CASE(a_move_to_another_slot_forgets_the_times),
	    CASE(a_move_to_another_structure_is_at_its_site),
	    CASE(a_move_needs_something_and_somewhere_free),
	    CASE(a_contested_slot_is_not_moved),
	    CASE(a_move_onto_a_cancelled_slot_names_its_void),
	    CASE(oddities_are_told_and_kept),
	    CASE(the_whole_day_counts_and_nothing_else),
	    CASE(overlapping_times_are_told),
	    cmocka_unit_test(slots_have_french_names),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	acts_hours_clear(&done);
	return failed;
}
