#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "agent/acts_crew.h"
#include "agent/acts_split.h"
#include "agent/acts_undo.h"
#include "agent/held.h"
#include "agent/members.h"
#include "agent/past.h"
#include "shared/ledger.h"
#include "tests/lib/crew_fixture.h"

#define TODAY     "2026-11-20" /* a Friday */
#define YESTERDAY "2026-11-19"

static struct acts_rows rows;
static struct err err;

/* ---- acting ---- */

/* An act upon a crew or a slot, and all it may need. */
struct with {
	const char *crew;   /* VERTS */
	const char *worker; /* V01 */
	const char *day;    /* today */
	const char *slot;   /* am */
	const char *reason;
	const char *kind;
	const char *site;
	int minutes;
	int start; /* 0: not given */
	int end;
	int pause;
	int stop; /* -1: not given */
	int second;
	const char *second_site;
	const char *second_activity;
	struct acts_accident accident;
	const struct hash *hash;
	size_t hash_count;
};

typedef int act_run(const struct acts_call *call, const struct acts_crew *at,
    const struct acts_place *place, const struct with *with);

static const char *or_else(const char *given, const char *fallback)
{
	return given != NULL ? given : fallback;
}

static int begin(
    struct crew_fixture *crew, act_run *act, const struct with *with)
{
	struct save save;
	const struct acts_call call = {
	    .save = &save, .roster = &crew->roster, .reason = with->reason};
	struct acts_crew at = {.crew = roster_find(&crew->roster.crews, "RIVES",
				   or_else(with->crew, "VERTS"))};
	struct acts_place place = {
	    .structure = "RIVES", .worker = or_else(with->worker, "V01")};
	int rc;

	acts_rows_clear(&rows);
	memset(&err, 0, sizeof(err));
	text_copy(at.day, sizeof(at.day), or_else(with->day, TODAY));
	text_copy(at.slot, sizeof(at.slot), or_else(with->slot, "am"));
	memcpy(place.day, at.day, sizeof(place.day));
	memcpy(place.slot, at.slot, sizeof(place.slot));
	if ((rc = save_begin(&save, &crew->agent, &err)) == 0 &&
	    (rc = act(&call, &at, &place, with)) == 0)
		rc = save_commit(&save, &err);
	save_end(&save);
	return rc;
}

static void does(struct crew_fixture *crew, act_run *act, struct with with)
{
	if (begin(crew, act, &with) < 0)
		fail_msg("%s", err.text);
}

static void refuses(struct crew_fixture *crew, act_run *act, struct with with,
    int code, const char *says)
{
	assert_int_equal(begin(crew, act, &with), code);
	if (strstr(err.text, says) == NULL)
		fail_msg("« %s » : pas de « %s »", err.text, says);
}

static int fill(const struct acts_call *call, const struct acts_crew *at,
    const struct acts_place *place, const struct with *with)
{
	(void)place;
	(void)with;
	return acts_crew_fill(call, at, &rows, &err);
}

static int like(const struct acts_call *call, const struct acts_crew *at,
    const struct acts_place *place, const struct with *with)
{
	(void)place;
	(void)with;
	return acts_crew_like(call, at, &rows, &err);
}

static int weather(const struct acts_call *call, const struct acts_crew *at,
    const struct acts_place *place, const struct with *with)
{
	(void)place;
	return acts_crew_weather(call, at, with->stop, &rows, &err);
}

static struct acts_wish wish_of(const struct with *with)
{
	struct acts_wish wish = ACTS_WISH_INIT;

	wish.minutes = with->minutes > 0 ? with->minutes : -1;
	wish.start = with->start > 0 ? with->start : -1;
	wish.end = with->end > 0 ? with->end : -1;
	wish.pause = with->pause > 0 ? with->pause : -1;
	wish.kind = with->kind != NULL ? kind_by_slug(with->kind) : NULL;
	wish.site = with->site;
	return wish;
}

static int add(const struct acts_call *call, const struct acts_crew *at,
    const struct acts_place *place, const struct with *with)
{
	const struct acts_wish wish = wish_of(with);

	(void)at;
	return acts_hours_add(call, place, &wish, acts_rows_add(&rows), &err);
}

static int set(const struct acts_call *call, const struct acts_crew *at,
    const struct acts_place *place, const struct with *with)
{
	const struct acts_wish wish = wish_of(with);

	(void)at;
	return acts_hours_set(call, place, &wish, acts_rows_add(&rows), &err);
}

static int cancel(const struct acts_call *call, const struct acts_crew *at,
    const struct acts_place *place, const struct with *with)
{
	(void)at;
	(void)with;
	return acts_hours_void(call, place, acts_rows_add(&rows), &err);
}

static int move(const struct acts_call *call, const struct acts_crew *at,
    const struct acts_place *place, const struct with *with)
{
	const struct acts_place to = {
	    .structure = "", .worker = with->second_site};

	(void)at;
	return acts_hours_move(call, place, &to, acts_rows_add(&rows), &err);
}

static int split(const struct acts_call *call, const struct acts_crew *at,
    const struct acts_place *place, const struct with *with)
{
	const struct acts_wish first = wish_of(with);
	struct acts_wish second = ACTS_WISH_INIT;

	(void)at;
	second.minutes = with->second;
	second.site = with->second_site;
	second.activity = with->second_activity;
	return acts_hours_split(call, place, &first, &second, &rows, &err);
}

static char deadline[DEADLINE_TEXT];

static int accident(const struct acts_call *call, const struct acts_crew *at,
    const struct acts_place *place, const struct with *with)
{
	(void)at;
	return acts_hours_accident(
	    call, place, &with->accident, acts_rows_add(&rows), deadline, &err);
}

static int undo(const struct acts_call *call, const struct acts_crew *at,
    const struct acts_place *place, const struct with *with)
{
	(void)at;
	(void)place;
	return acts_undo(call, with->hash, with->hash_count, &rows, &err);
}

/* ---- looking ---- */

/* "work 210 08:00-11:30 SAULNETTE", "free", "void", "contested". */
static void holds(struct crew_fixture *crew, const char *worker,
    const char *day, const char *slot, const char *wanted)
{
	struct buf text = BUF_INIT;
	struct held held;

	assert_int_equal(
	    held_load(&held, &crew->agent, "RIVES", worker, day, slot, &err),
	    0);
	switch (held.state) {
	case HELD_FREE:
		buf_add_text(&text, "free");
		break;
	case HELD_VOID:
		buf_add_text(&text, "void");
		break;
	case HELD_CONTESTED:
		buf_add_text(&text, "contested");
		break;
	case HELD_VALUE:
		buf_printf(&text, "%s %d", json_text(held.value, "kind"),
		    (int)json_int(held.value, "minutes", -1));
		if (json_text(held.value, "start")[0] != '\0')
			buf_printf(&text, " %s-%s",
			    json_text(held.value, "start"),
			    json_text(held.value, "end"));
		if (json_int(held.value, "break", 0) > 0)
			buf_printf(&text, " (%d)",
			    (int)json_int(held.value, "break", 0));
		buf_printf(&text, " %s", json_text(held.value, "site"));
		break;
	}
	assert_string_equal(buf_text(&text), wanted);
	buf_free(&text);
	held_clear(&held);
}

static void warns(const char *says)
{
	if (strstr(buf_text(&rows.warnings), says) == NULL)
		fail_msg(
		    "« %s » : pas de « %s »", buf_text(&rows.warnings), says);
}

/* How many of a record's entries name what they came from. */
static size_t linked(struct crew_fixture *crew, const char *record)
{
	struct past past;
	size_t count = 0;

	assert_int_equal(
	    past_load(&past, crew->agent.db, "RIVES", record, &err), 0);
	for (size_t i = 0; i < past.count; i++)
		count += json_array_size(json_object_get(
			     past.items[i].entry.root, "from")) > 0;
	past_clear(&past);
	return count;
}

/* ---- a crew filled ---- */

static void blanks_alone_are_filled(void **state)
{
	struct crew_fixture *crew = *state;

	does(crew, add, (struct with){.worker = "V02", .kind = "sick"});
	does(crew, add, (struct with){.worker = "V04", .minutes = 60});
	does(crew, cancel, (struct with){.worker = "V04", .reason = "erreur"});
	does(crew, fill, (struct with){0});
	assert_int_equal(rows.count, 2);
	assert_int_equal(rows.skipped, 1);
	holds(crew, "V01", TODAY, "am", "work 210 08:00-11:30 SAULNETTE");
	holds(crew, "V02", TODAY, "am", "sick 0 SAULNETTE");
	holds(crew, "V04", TODAY, "am", "work 210 08:00-11:30 SAULNETTE");
	/* Who left the crew, and who is in another. */
	holds(crew, "V03", TODAY, "am", "free");
	holds(crew, "V05", TODAY, "am", "free");
	does(crew, fill, (struct with){0});
	assert_int_equal(rows.count, 0);
	assert_int_equal(rows.skipped, 3);
}

static void a_crew_without_hours_or_people_is_refused(void **state)
{
	struct crew_fixture *crew = *state;

	refuses(crew, fill, (struct with){.crew = "NUIT"}, E_USAGE,
	    "horaire habituel");
	refuses(crew, fill, (struct with){.day = "2026-01-05"}, E_NOT_FOUND,
	    "personne");
	does(crew, fill, (struct with){.day = "2026-11-11"});
	warns("est férié (armistice de 1918)");
}

static void contested_and_other_peoples_slots_are_left_alone(void **state)
{
	struct crew_fixture *crew = *state;

	does(crew, add, (struct with){.minutes = 60});
	crew_other(crew, "ENC-02", "RIVES", "hours/V01/" TODAY "/am",
	    "{\"kind\":\"work\",\"minutes\":90}", NULL);
	crew_other(crew, "ENC-02", "RIVES", "hours/V02/" TODAY "/am",
	    "{\"kind\":\"work\",\"minutes\":90}", NULL);
	does(crew, fill, (struct with){0});
	assert_int_equal(rows.count, 1);
	holds(crew, "V01", TODAY, "am", "contested");
	does(crew, weather, (struct with){.stop = 540});
	warns("créneau contesté");
	holds(crew, "V01", TODAY, "am", "contested");
	holds(crew, "V02", TODAY, "am", "work 60 ");
	refuses(crew, split,
	    (struct with){.minutes = 30, .second = 30, .second_site = "GARE"},
	    E_CONFLICT, "contesté");
}

static void newcomers_are_of_the_crew(void **state)
{
	struct crew_fixture *crew = *state;

	crew_office(crew, "RIVES", "newcomer", "newcomer/n-0123456789",
	    "{\"first\":\"Soraya\",\"crew\":\"VERTS\"}");
	crew_reload(crew);
	does(crew, fill, (struct with){0});
	assert_int_equal(rows.count, 4);
	holds(crew, "n-0123456789", TODAY, "am",
	    "work 210 08:00-11:30 SAULNETTE");
	/* Known since, but not to this laptop's list: still one person. */
	crew_office(crew, "RIVES", "newcomer", "newcomer/n-0123456789",
	    "{\"first\":\"Soraya\",\"crew\":\"VERTS\",\"worker\":\"V13\"}");
	crew_reload(crew);
	does(crew, fill, (struct with){0});
	assert_int_equal(rows.count, 0);
	does(crew, like, (struct with){.day = "2026-11-21"});
	assert_int_equal(rows.count, 4);
}

/* ---- like yesterday ---- */

static void everyone_repeats_their_own_last_day(void **state)
{
	struct crew_fixture *crew = *state;

	does(crew, add,
	    (struct with){.day = YESTERDAY,
		.minutes = 120,
		.start = 480,
		.end = 630,
		.pause = 30,
		.site = "GARE"});
	does(crew, add,
	    (struct with){
		.worker = "V02", .day = "2026-11-13", .kind = "sick"});
	does(crew, add,
	    (struct with){.worker = "V04", .day = "2026-11-12", .minutes = 60});
	does(crew, like, (struct with){0});
	assert_int_equal(rows.count, 2);
	assert_int_equal(rows.skipped, 1);
	holds(crew, "V01", TODAY, "am", "work 120 08:00-10:30 (30) GARE");
	holds(crew, "V02", TODAY, "am", "sick 0 SAULNETTE");
	holds(crew, "V04", TODAY, "am", "free"); /* eight days ago */
	warns("Jean-Pierre M. : rien à reprendre");
}

static void odd_days_are_no_model(void **state)
{
	struct crew_fixture *crew = *state;

	/* The last one counts, but for what was cancelled, a holiday, a day
	 * that the weather cut short. */
	does(crew, add, (struct with){.day = "2026-11-16", .minutes = 200});
	does(crew, add, (struct with){.day = "2026-11-17", .minutes = 100});
	does(crew, cancel,
	    (struct with){.day = "2026-11-17", .reason = "erreur"});
	does(crew, add,
	    (struct with){.day = "2026-11-18", .kind = "public_holiday"});
	does(crew, add, (struct with){.day = YESTERDAY, .minutes = 60});
	does(crew, add,
	    (struct with){
		.day = YESTERDAY, .slot = "x1", .kind = "bad_weather"});
	does(crew, like, (struct with){0});
	holds(crew, "V01", TODAY, "am", "work 200 SAULNETTE");
}

/* ---- the weather ---- */

static void what_was_worked_stays(void **state)
{
	struct crew_fixture *crew = *state;

	does(crew, add, (struct with){.minutes = 0, .start = 480, .end = 690});
	does(crew, add, (struct with){.worker = "V02", .kind = "sick"});
	does(crew, weather, (struct with){.stop = 600});
	assert_int_equal(rows.count, 4);
	assert_int_equal(rows.skipped, 1);
	holds(crew, "V01", TODAY, "am", "work 120 08:00-10:00 SAULNETTE");
	holds(crew, "V01", TODAY, "x1", "bad_weather 90 10:00-11:30 SAULNETTE");
	holds(crew, "V02", TODAY, "am", "sick 0 SAULNETTE");
	holds(crew, "V04", TODAY, "am", "work 120 08:00-10:00 SAULNETTE");
	holds(crew, "V04", TODAY, "x1", "bad_weather 90 10:00-11:30 SAULNETTE");
	assert_int_equal(linked(crew, "hours/V04/" TODAY "/x1"), 1);
	/* Told again, there is no more to lose; an earlier stop takes more. */
	does(crew, weather, (struct with){.stop = 600});
	assert_int_equal(rows.count, 0);
	does(crew, weather, (struct with){.stop = 540});
	holds(crew, "V01", TODAY, "am", "work 60 08:00-09:00 SAULNETTE");
	holds(crew, "V01", TODAY, "x2", "bad_weather 60 09:00-10:00 SAULNETTE");
}

static void a_break_is_in_the_rest(void **state)
{
	struct crew_fixture *crew = *state;

	does(crew, add,
	    (struct with){
		.minutes = 210, .start = 480, .end = 720, .pause = 30});
	does(crew, add, (struct with){.worker = "V02", .minutes = 195});
	does(crew, add,
	    (struct with){
		.worker = "V04", .minutes = 60, .start = 480, .end = 540});
	does(crew, weather, (struct with){.stop = 600});
	holds(crew, "V01", TODAY, "am", "work 120 08:00-10:00 SAULNETTE");
	holds(crew, "V01", TODAY, "x1",
	    "bad_weather 90 10:00-12:00 (30) SAULNETTE");
	/* Without times of its own, from the crew's beginning on. */
	holds(crew, "V02", TODAY, "am", "work 120 SAULNETTE");
	holds(crew, "V02", TODAY, "x1", "bad_weather 75 SAULNETTE");
	/* Gone at nine. */
	holds(crew, "V04", TODAY, "am", "work 60 08:00-09:00 SAULNETTE");
	holds(crew, "V04", TODAY, "x1", "free");
}

static void where_nothing_was_worked_the_slot_is_lost(void **state)
{
	struct crew_fixture *crew = *state;

	does(crew, add, (struct with){.minutes = 200});
	does(crew, weather, (struct with){.stop = -1});
	assert_int_equal(rows.count, 3);
	holds(crew, "V01", TODAY, "am", "bad_weather 200 SAULNETTE");
	holds(
	    crew, "V02", TODAY, "am", "bad_weather 210 08:00-11:30 SAULNETTE");
	holds(crew, "V02", TODAY, "x1", "free");
	does(crew, weather, (struct with){.slot = "pm", .stop = 700});
	holds(
	    crew, "V02", TODAY, "pm", "bad_weather 210 13:00-16:30 SAULNETTE");
	refuses(crew, weather, (struct with){.day = YESTERDAY, .stop = 690},
	    E_INVALID, "après la fin");
	refuses(crew, weather, (struct with){.crew = "NUIT", .stop = 600},
	    E_INVALID, "Léa");
	holds(crew, "V05", TODAY, "am", "free");
}

/* ---- split ---- */

static void a_half_day_has_two_sites(void **state)
{
	struct crew_fixture *crew = *state;
	const struct with parts = {
	    .minutes = 120, .second = 90, .second_site = "Ancienne gare"};

	does(crew, split, parts);
	holds(crew, "V01", TODAY, "am", "work 120 SAULNETTE");
	holds(crew, "V01", TODAY, "x1", "work 90 GARE");
	assert_int_equal(linked(crew, "hours/V01/" TODAY "/x1"), 1);
	does(crew, split, parts);
	assert_int_equal(rows.items[0].outcome, ACTS_ALREADY);
	assert_int_equal(rows.items[1].outcome, ACTS_ALREADY);
	holds(crew, "V01", TODAY, "x2", "free");
	refuses(crew, split,
	    (struct with){
		.minutes = 60, .second = 60, .second_site = "SAULNETTE"},
	    E_USAGE, "même chantier");
	holds(crew, "V01", TODAY, "am", "work 120 SAULNETTE");
	does(crew, split,
	    (struct with){.minutes = 60,
		.second = 60,
		.second_site = "SAULNETTE",
		.second_activity = "rangement"});
	holds(crew, "V01", TODAY, "x2", "work 60 SAULNETTE");
}

static void what_a_slot_holds_is_split_with_its_kind(void **state)
{
	struct crew_fixture *crew = *state;

	does(crew, add, (struct with){.minutes = 210, .kind = "training"});
	does(crew, split,
	    (struct with){.minutes = 60, .second = 90, .second_site = "GARE"});
	warns("2h30");
	holds(crew, "V01", TODAY, "am", "training 60 SAULNETTE");
	holds(crew, "V01", TODAY, "x1", "training 90 GARE");
	does(crew, add, (struct with){.worker = "V02", .kind = "sick"});
	does(crew, split,
	    (struct with){.worker = "V02",
		.minutes = 60,
		.second = 90,
		.second_site = "GARE"});
	holds(crew, "V02", TODAY, "am", "work 60 SAULNETTE");
	for (char slot[] = "x2"; slot[1] <= '9'; slot[1]++)
		does(crew, add, (struct with){.slot = slot, .minutes = 10});
	refuses(crew, split,
	    (struct with){.minutes = 30, .second = 30, .second_site = "GARE"},
	    E_LIMIT, "neuf");
	holds(crew, "V01", TODAY, "am", "training 60 SAULNETTE");
}

/* ---- an accident ---- */

static void an_accident_is_noted_beside_the_day(void **state)
{
	struct crew_fixture *crew = *state;
	const struct with fall = {
	    .accident = {620, "ancienne gare", "chute\nsur le talus"}};
	struct held held;

	does(crew, add, (struct with){.slot = "x1", .minutes = 30});
	does(crew, accident, fall);
	assert_string_equal(rows.items[0].slot, "x2");
	assert_string_equal(deadline, "2026-11-23T10:20");
	assert_int_equal(
	    held_load(&held, &crew->agent, "RIVES", "V01", TODAY, "x2", &err),
	    0);
	assert_string_equal(json_text(held.value, "start"), "10:20");
	assert_string_equal(json_text(held.value, "site"), "GARE");
	assert_string_equal(held.live.entries[0].note,
	    "10:20, ancienne gare : chute\nsur le talus");
	held_clear(&held);
	does(crew, accident, fall);
	assert_int_equal(rows.items[0].outcome, ACTS_ALREADY);
	does(crew, accident,
	    (struct with){.accident = {621, "sur la route", "vélo"}});
	assert_string_equal(rows.items[0].slot, "x3");
	refuses(crew, accident, (struct with){.accident = {600, "", "chute"}},
	    E_INVALID, "lieu");
	refuses(crew, accident, (struct with){.accident = {600, "gare", " "}},
	    E_INVALID, "récit");
	refuses(crew, accident,
	    (struct with){.worker = "V99", .accident = {600, "gare", "x"}},
	    E_NOT_FOUND, "inconnue");
}

/* ---- undo ---- */

static struct hash last(void)
{
	return rows.items[rows.count - 1].hash;
}

static void an_entry_is_set_back(void **state)
{
	struct crew_fixture *crew = *state;
	struct hash first, second;

	does(crew, add, (struct with){.minutes = 60});
	first = last();
	does(crew, set, (struct with){.minutes = 90, .reason = "plus tard"});
	second = last();
	refuses(crew, undo, (struct with){.hash = &first, .hash_count = 1},
	    E_CONFLICT, "on a continué");
	does(crew, undo, (struct with){.hash = &second, .hash_count = 1});
	holds(crew, "V01", TODAY, "am", "work 60 SAULNETTE");
	first = last();
	refuses(crew, undo, (struct with){.hash = &second, .hash_count = 1},
	    E_CONFLICT, "on a continué");
	does(crew, undo, (struct with){.hash = &first, .hash_count = 1});
	holds(crew, "V01", TODAY, "am", "work 90 SAULNETTE");
	memset(&first, 7, sizeof(first));
	refuses(crew, undo, (struct with){.hash = &first, .hash_count = 1},
	    E_NOT_FOUND, "inconnue");
}

static void all_or_none_is_undone(void **state)
{
	struct crew_fixture *crew = *state;
	struct hash hashes[2], correction;

	does(crew, add, (struct with){.minutes = 60});
	hashes[0] = last();
	does(crew, add, (struct with){.worker = "V02", .minutes = 60});
	hashes[1] = last();
	does(crew, set, (struct with){.minutes = 90, .reason = "plus tard"});
	correction = last();
	refuses(crew, undo, (struct with){.hash = hashes, .hash_count = 2},
	    E_CONFLICT, "V01");
	holds(crew, "V02", TODAY, "am", "work 60 SAULNETTE");
	hashes[0] = correction;
	does(crew, undo, (struct with){.hash = hashes, .hash_count = 2});
	assert_int_equal(rows.count, 2);
	holds(crew, "V01", TODAY, "am", "work 60 SAULNETTE");
	holds(crew, "V02", TODAY, "am", "void");
}

static void a_moved_entry_goes_home(void **state)
{
	struct crew_fixture *crew = *state;
	struct hash hash;

	does(crew, add, (struct with){.minutes = 60});
	does(crew, move,
	    (struct with){.second_site = "V02", .reason = "mauvaise ligne"});
	hash = last();
	holds(crew, "V01", TODAY, "am", "void");
	does(crew, undo, (struct with){.hash = &hash, .hash_count = 1});
	assert_int_equal(rows.count, 2);
	holds(crew, "V01", TODAY, "am", "work 60 SAULNETTE");
	holds(crew, "V02", TODAY, "am", "void");
	does(crew, move,
	    (struct with){.second_site = "V02", .reason = "mauvaise ligne"});
	hash = last();
	does(crew, add, (struct with){.minutes = 30});
	refuses(crew, undo, (struct with){.hash = &hash, .hash_count = 1},
	    E_CONFLICT, "V01");
	holds(crew, "V02", TODAY, "am", "work 60 SAULNETTE");
}

static void others_words_are_not_undone(void **state)
{
	struct crew_fixture *crew = *state;
	struct hash ours, theirs;

	crew_other(crew, "ENC-02", "RIVES", "hours/V01/" TODAY "/am",
	    "{\"kind\":\"work\",\"minutes\":60,\"site\":\"SAULNETTE\"}",
	    &theirs);
	refuses(crew, undo, (struct with){.hash = &theirs, .hash_count = 1},
	    E_INVALID, "autre poste");
	does(crew, add, (struct with){.minutes = 60});
	assert_int_equal(rows.items[0].outcome, ACTS_CORROBORATED);
	ours = last();
	refuses(crew, undo, (struct with){.hash = &ours, .hash_count = 1},
	    E_CONFLICT, "deux fois");
	holds(crew, "V01", TODAY, "am", "work 60 SAULNETTE");
	/* In a contest, our own word alone is taken back. */
	does(crew, add, (struct with){.worker = "V02", .minutes = 60});
	ours = last();
	crew_other(crew, "ENC-02", "RIVES", "hours/V02/" TODAY "/am",
	    "{\"kind\":\"work\",\"minutes\":90}", NULL);
	holds(crew, "V02", TODAY, "am", "contested");
	does(crew, undo, (struct with){.hash = &ours, .hash_count = 1});
	holds(crew, "V02", TODAY, "am", "contested");
}

/* ---- who is expected ---- */

static void newcomers_are_expected_from_their_first_day(void **state)
{
	struct crew_fixture *crew = *state;
	const struct roster_item *verts, *soraya, *fatou;
	bool expected;

	crew_office(crew, "RIVES", "newcomer", "newcomer/n-0123456789",
	    "{\"first\":\"Soraya\",\"crew\":\"VERTS\"}");
	crew_reload(crew);
	verts = roster_find(&crew->roster.crews, "RIVES", "VERTS");
	soraya = roster_find(&crew->roster.newcomers, "RIVES", "n-0123456789");
	fatou = roster_find(&crew->roster.workers, "RIVES", "V01");
	assert_int_equal(members_expects(&expected, &crew->agent, verts, soraya,
			     YESTERDAY, "am", &err),
	    0);
	assert_false(expected);
	assert_int_equal(members_expects(&expected, &crew->agent, verts, soraya,
			     TODAY, "am", &err),
	    0);
	assert_true(expected);
	assert_int_equal(members_expects(&expected, &crew->agent, verts, fatou,
			     YESTERDAY, "pm", &err),
	    0);
	assert_true(expected);
	assert_int_equal(members_expects(&expected, &crew->agent, verts, fatou,
			     YESTERDAY, "x1", &err),
	    0);
	assert_false(expected);
}

static int finish(void **state)
{
	acts_rows_clear(&rows);
	return crew_teardown(state);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, crew_setup, finish)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(blanks_alone_are_filled),
	    TEST(a_crew_without_hours_or_people_is_refused),
	    TEST(contested_and_other_peoples_slots_are_left_alone),
	    TEST(newcomers_are_of_the_crew),
	    TEST(everyone_repeats_their_own_last_day),
	    TEST(odd_days_are_no_model),
	    TEST(what_was_worked_stays),
	    TEST(a_break_is_in_the_rest),
	    TEST(where_nothing_was_worked_the_slot_is_lost),
	    TEST(a_half_day_has_two_sites),
	    TEST(what_a_slot_holds_is_split_with_its_kind),
	    TEST(an_accident_is_noted_beside_the_day),
	    TEST(an_entry_is_set_back),
	    TEST(all_or_none_is_undone),
	    TEST(a_moved_entry_goes_home),
	    TEST(others_words_are_not_undone),
	    TEST(newcomers_are_expected_from_their_first_day),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
