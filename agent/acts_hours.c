#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "agent/acts_hours.h"
#include "agent/acts_warn.h"
#include "agent/held.h"
#include "shared/lang.h"

/* One act on one slot. */
struct act {
	const struct acts_call *call;
	const struct acts_place *place;
	const struct roster_item *worker;
	const struct roster_item *crew; /* NULL: none known */
	const struct hash *from;        /* of an add, see struct acts_wish */
	size_t from_count;
	struct held held;
};

void acts_hours_clear(struct acts_done *done)
{
	json_decref(done->value);
	buf_free(&done->warnings);
	memset(done, 0, sizeof(*done));
}

/* ---- what every act begins with ---- */

int acts_hours_worker(const struct acts_call *call,
    const struct acts_place *place, const struct roster_item **out,
    struct err *err)
{
	const struct roster *roster = call->roster;
	const struct roster_item *supervisor;
	int rc = roster_worker(
	    roster, place->worker, place->structure, place->day, out, err);

	if (rc != E_INVALID || call->person == NULL ||
	    place->structure[0] != '\0' ||
	    roster_supervisor(roster, call->person, &supervisor, NULL) < 0 ||
	    roster_worker(roster, place->worker, supervisor->structure,
		place->day, out, NULL) < 0)
		return rc;
	return 0;
}

static int check_words(
    const struct acts_call *call, bool correction, struct err *err)
{
	int rc = 0;

	if (call->note != NULL && call->note[0] != '\0')
		rc = acts_check_note(L("note", "note"), call->note, err);
	if (rc < 0 || !correction)
		return rc;
	if (call->reason == NULL || call->reason[0] == '\0')
		return err_set(err, E_INVALID,
		    L("il manque le motif", "the reason is missing"));
	return acts_check_note(L("motif", "reason"), call->reason, err);
}

static void describe_done(struct acts_done *done, const struct act *act)
{
	done->worker = act->worker;
	memcpy(done->day, act->place->day, sizeof(done->day));
	memcpy(done->slot, act->place->slot, sizeof(done->slot));
}

static int begin(struct act *act, const struct acts_call *call,
    const struct acts_place *place, struct acts_done *done, struct err *err)
{
	struct agent *agent = call->save->agent;
	int rc;

	assert(date_is_iso(place->day) && record_is_slot(place->slot));
	memset(act, 0, sizeof(*act));
	act->call = call;
	act->place = place;
	if ((rc = acts_hours_worker(call, place, &act->worker, err)) < 0)
		return rc;
	act->crew = roster_crew_of(call->roster, act->worker, place->day, NULL);
	if ((rc = acts_person(agent, call->roster, call->person, act->crew,
		 done->person, err)) < 0)
		return rc;
	describe_done(done, act);
	return held_load(&act->held, agent, act->worker->structure,
	    act->worker->id, place->day, place->slot, err);
}

static int refuse_contested(struct err *err)
{
	return err_set(err, E_CONFLICT,
	    L("créneau contesté : deux valeurs différentes y sont saisies, le "
	      "bureau décide (« pointeau conflicts » les montre)",
		"contested slot: two different values are recorded there, "
		"the office decides (\"pointeau conflicts\" shows them)"));
}

static int refuse_taken(const struct act *act, const struct acts_place *at,
    const struct held *held, struct err *err)
{
	struct buf value = BUF_INIT, person = BUF_INIT;

	acts_add_value(&value, held->value);
	acts_add_person(&person, act->call->roster, held->person);
	(void)err_set(err, E_CONFLICT,
	    L("ce créneau contient déjà %s (par %s) ; pour le corriger : "
	      "pointeau hours set --worker %s --day %s --slot %s … --reason "
	      "MOTIF",
		"this slot already holds %s (by %s); to correct it: pointeau "
		"hours set --worker %s --day %s --slot %s … --reason REASON"),
	    buf_text(&value), buf_text(&person), held->subject, at->day,
	    at->slot);
	buf_free(&value);
	buf_free(&person);
	return E_CONFLICT;
}

static int refuse_empty(
    const struct act *act, const char *instead, struct err *err)
{
	char name[ROSTER_NAME_TEXT];

	roster_name(act->worker, name);
	return err_set(err, E_NOT_FOUND,
	    L("rien n'est saisi pour %s le %s, %s%s",
		"nothing is recorded for %s on %s, %s%s"),
	    name, act->place->day, act->place->slot, instead);
}

/* ---- the value ---- */

static int set_site(struct hours *hours, const struct act *act,
    const char *text, struct err *err)
{
	const struct roster_item *site;
	int rc;

	hours->site = "";
	if (text[0] == '\0')
		return 0;
	rc = roster_site(
	    act->call->roster, act->worker->structure, text, &site, err);
	if (rc == 0)
		hours->site = site->id;
	return rc;
}

static int set_activity(struct hours *hours, const char *text, struct err *err)
{
	hours->activity = text;
	return text[0] == '\0' ? 0
	                       : text_check_name(L("activité", "activity"),
				     text, TEXT_NAME_MAX, err);
}

/* The minutes between the times, if both are known. */
static bool between(const struct hours *hours, int *minutes)
{
	if (hours->start < 0 || hours->end < 0)
		return false;
	*minutes = hours->end - hours->start - hours->pause;
	return true;
}

static int check_times(const struct hours *hours, struct err *err)
{
	char duration[DURATION_TEXT], room[DURATION_TEXT];
	int most;

	if (!between(hours, &most))
		return 0;
	if (hours->end <= hours->start)
		return err_set(err, E_INVALID,
		    L("la fin vient avant le début",
			"the end comes before the start"));
	if (most <= 0)
		return err_set(err, E_INVALID,
		    L("la pause ne tient pas entre ce début et cette fin : "
		      "raccourcissez-la",
			"the break does not fit between this start and this "
			"end: shorten it"));
	if (hours->minutes <= most)
		return 0;
	duration_format(hours->minutes, duration);
	duration_format(most, room);
	return err_set(err, E_INVALID,
	    L("%s ne tient pas entre ce début et cette fin : il y a %s, pause "
	      "déduite",
		"%s does not fit between this start and this end: there is "
		"%s, the break taken off"),
	    duration, room);
}

static int no_duration(struct err *err)
{
	return err_set(err, E_USAGE,
	    L("il manque la durée, par exemple 3h30",
		"the duration is missing, such as 3h30"));
}

/* The duration: as given, or from the times, or the crew's usual ones. */
static int fill_minutes(struct hours *hours, const struct act *act,
    const struct acts_wish *wish, struct err *err)
{
	if (wish->minutes >= 0) {
		hours->minutes = wish->minutes;
	} else if (!between(hours, &hours->minutes)) {
		hours->minutes = 0;
		if (wish->kind != NULL && wish->kind->absence)
			return 0;
		if (act->call->is_list || hours->start >= 0 ||
		    hours->end >= 0 ||
		    !roster_stretch(act->crew, act->place->slot, &hours->start,
			&hours->end))
			return no_duration(err);
		(void)between(hours, &hours->minutes);
	}
	return check_times(hours, err);
}

static int make_value(json_t **out, const struct hours *hours, struct err *err)
{
	*out = hours_value(hours);
	return *out != NULL ? 0 : err_nomem(err);
}

/* A whole value from what is given and the defaults. */
static int new_value(json_t **out, const struct act *act,
    const struct acts_wish *wish, struct err *err)
{
	struct hours hours = {
	    .kind = wish->kind != NULL ? wish->kind->slug : HOURS_KIND_DEFAULT,
	    .site =
		act->crew != NULL ? json_text(act->crew->value, "site") : "",
	    .activity = "",
	    .start = wish->start,
	    .end = wish->end,
	    .pause = wish->pause > 0 ? wish->pause : 0,
	};
	int rc = 0;

	if (wish->site != NULL &&
	    (rc = set_site(&hours, act, wish->site, err)) < 0)
		return rc;
	if (wish->activity != NULL &&
	    (rc = set_activity(&hours, wish->activity, err)) < 0)
		return rc;
	if ((rc = fill_minutes(&hours, act, wish, err)) < 0)
		return rc;
	return make_value(out, &hours, err);
}

/* Times that a new duration or a new kind makes false go away. */
static void forget_stale(struct hours *hours, const struct acts_wish *wish)
{
	const struct kind *before = kind_by_slug(hours->kind);
	bool leaves = wish->kind != NULL && wish->kind->absence &&
	              (before == NULL || !before->absence);

	if (leaves)
		hours->activity = "";
	if (leaves ||
	    (wish->minutes >= 0 && wish->start < 0 && wish->end < 0)) {
		hours->start = hours->end = -1;
		hours->pause = 0;
	}
}

/* ${base} with what is given put over it. */
static int changed_value(json_t **out, const struct act *act,
    const json_t *base, const struct acts_wish *wish, struct err *err)
{
	struct hours hours;
	int rc = 0;

	hours_read(&hours, base);
	forget_stale(&hours, wish);
	if (wish->kind != NULL)
		hours.kind = wish->kind->slug;
	if (wish->start >= 0)
		hours.start = wish->start;
	if (wish->end >= 0)
		hours.end = wish->end;
	if (wish->pause >= 0)
		hours.pause = wish->pause;
	if (wish->site != NULL)
		rc = set_site(&hours, act, wish->site, err);
	if (rc == 0 && wish->activity != NULL)
		rc = set_activity(&hours, wish->activity, err);
	if (rc < 0)
		return rc;
	if (wish->minutes >= 0)
		hours.minutes = wish->minutes;
	else if (wish->start >= 0 || wish->end >= 0 || wish->pause >= 0)
		(void)between(&hours, &hours.minutes);
	if ((rc = check_times(&hours, err)) < 0)
		return rc;
	return make_value(out, &hours, err);
}

/* Would recording ${value} change nothing? */
static bool is_same(const struct held *held, const json_t *value)
{
	struct buf canonical = BUF_INIT;
	bool same;

	if (held->state != HELD_VALUE)
		return false;
	json_write_sorted(&canonical, value);
	same = !canonical.failed &&
	       strcmp(buf_text(&canonical), held->canonical) == 0;
	buf_free(&canonical);
	return same;
}

/* ---- writing ---- */

static int warn_late(
    const struct act *act, struct acts_done *done, struct err *err)
{
	return acts_warn_late(&done->warnings, &done->late,
	    act->call->save->agent, act->held.structure, act->place->day, err);
}

/* ${count} of ${parents}, then: save ${done->value}, and what is odd. */
static int write_value(const struct act *act, const struct hash *parents,
    size_t count, struct acts_done *done, struct err *err)
{
	const struct entry_draft draft = {
	    .kind = "hours",
	    .structure = act->held.structure,
	    .record = act->held.record,
	    .parents = parents,
	    .parent_count = count,
	    .value = done->value,
	    .note = act->call->note,
	    .from = act->from,
	    .from_count = act->from_count,
	    .person = done->person,
	    .reason = act->call->reason,
	};
	int rc = save_add(act->call->save, &draft, &done->hash, err);

	if (rc < 0 || (rc = warn_late(act, done, err)) < 0)
		return rc;
	return acts_warn(&done->warnings, act->call->save->agent, &act->held,
	    done->day, done->slot, done->value, err);
}

static int write_void(const struct act *act, const struct hash *parents,
    size_t parent_count, struct acts_done *done, struct err *err)
{
	const struct entry_draft draft = {
	    .kind = "void",
	    .structure = act->held.structure,
	    .record = act->held.record,
	    .parents = parents,
	    .parent_count = parent_count,
	    .person = done->person,
	    .reason = act->call->reason,
	};
	int rc = save_add(act->call->save, &draft, &done->hash, err);

	return rc < 0 ? rc : warn_late(act, done, err);
}

/* ---- the acts ---- */

static int add_within(const struct act *act, const struct acts_wish *wish,
    struct acts_done *done, struct err *err)
{
	const struct held *held = &act->held;
	int rc;

	if (held->state == HELD_CONTESTED)
		return refuse_contested(err);
	if ((rc = new_value(&done->value, act, wish, err)) < 0)
		return rc;
	if (held->state != HELD_VALUE)
		return write_value(
		    act, held->heads, held->head_count, done, err);
	if (!is_same(held, done->value))
		return refuse_taken(act, act->place, held, err);
	if (held_notes(held, done->person, act->call->note)) {
		done->outcome = ACTS_ALREADY;
		return 0;
	}
	/* The same once more, with something to add: every note is kept. */
	if (held_by(held, done->person))
		return write_value(act, NULL, 0, done, err);
	/* Two people saw it: no parent, both entries stay live. */
	done->outcome = ACTS_CORROBORATED;
	return write_value(act, NULL, 0, done, err);
}

int acts_hours_add(const struct acts_call *call, const struct acts_place *place,
    const struct acts_wish *wish, struct acts_done *done, struct err *err)
{
	struct act act = {0};
	int rc;

	memset(done, 0, sizeof(*done));
	if ((rc = check_words(call, false, err)) == 0 &&
	    (rc = begin(&act, call, place, done, err)) == 0) {
		act.from = wish->from;
		act.from_count = wish->from_count;
		rc = add_within(&act, wish, done, err);
	}
	held_clear(&act.held);
	return rc;
}

static bool is_empty_wish(
    const struct acts_call *call, const struct acts_wish *wish)
{
	return wish->minutes < 0 && wish->start < 0 && wish->end < 0 &&
	       wish->pause < 0 && wish->kind == NULL && wish->site == NULL &&
	       wish->activity == NULL && call->note == NULL;
}

static int set_contested(const struct act *act, const struct acts_wish *wish,
    struct acts_done *done, struct err *err)
{
	const struct held *held = &act->held;
	int rc;

	if (held->own_count == 0)
		return refuse_contested(err);
	rc = held->own_value != NULL
	         ? changed_value(&done->value, act, held->own_value, wish, err)
	         : new_value(&done->value, act, wish, err);
	if (rc < 0)
		return rc;
	if (act->call->note == NULL && held->own_value != NULL &&
	    json_equal(done->value, held->own_value)) {
		done->outcome = ACTS_ALREADY;
		return 0;
	}
	return write_value(act, held->own, held->own_count, done, err);
}

static int set_within(const struct act *act, const struct acts_wish *wish,
    struct acts_done *done, struct err *err)
{
	const struct held *held = &act->held;
	int rc;

	if (is_empty_wish(act->call, wish))
		return err_set(err, E_USAGE,
		    L("rien à corriger : donnez ce qui change, par exemple "
		      "--time 2h45",
			"nothing to correct: give what changes, such as "
			"--time 2h45"));
	if (held->state == HELD_CONTESTED)
		return set_contested(act, wish, done, err);
	if (held->state != HELD_VALUE)
		return refuse_empty(act,
		    L(" : pour saisir, « pointeau hours add »",
			": to record, \"pointeau hours add\""),
		    err);
	if ((rc = changed_value(&done->value, act, held->value, wish, err)) < 0)
		return rc;
	if (is_same(held, done->value) && act->call->note == NULL) {
		done->outcome = ACTS_ALREADY;
		return 0;
	}
	return write_value(act, held->heads, held->head_count, done, err);
}

int acts_hours_set(const struct acts_call *call, const struct acts_place *place,
    const struct acts_wish *wish, struct acts_done *done, struct err *err)
{
	struct act act = {0};
	int rc;

	memset(done, 0, sizeof(*done));
	if ((rc = check_words(call, true, err)) == 0 &&
	    (rc = begin(&act, call, place, done, err)) == 0)
		rc = set_within(&act, wish, done, err);
	held_clear(&act.held);
	return rc;
}

/* In a contest only this laptop's own word is taken back: who is right is
 * for the office to say. */
static int void_within(
    const struct act *act, struct acts_done *done, struct err *err)
{
	const struct held *held = &act->held;

	switch (held->state) {
	case HELD_FREE:
	case HELD_VOID:
		break;
	case HELD_VALUE:
		return write_void(
		    act, held->heads, held->head_count, done, err);
	case HELD_CONTESTED:
		return held->own_value != NULL ? write_void(act, held->own,
						     held->own_count, done, err)
		                               : refuse_contested(err);
	}
	return refuse_empty(
	    act, L(" : rien à annuler", ": nothing to cancel"), err);
}

int acts_hours_void(const struct acts_call *call,
    const struct acts_place *place, struct acts_done *done, struct err *err)
{
	struct act act = {0};
	int rc;

	memset(done, 0, sizeof(*done));
	if ((rc = check_words(call, true, err)) < 0 ||
	    (rc = begin(&act, call, place, done, err)) < 0)
		goto out;
	rc = void_within(&act, done, err);
out:
	held_clear(&act.held);
	return rc;
}

/* The value as it reads in the other slot. */
static int moved_value(
    json_t **out, const struct act *from, const struct act *to, struct err *err)
{
	struct hours hours;

	hours_read(&hours, from->held.value);
	/* A stretch is of its slot; when an accident happened is not. */
	if (strcmp(from->place->slot, to->place->slot) != 0 &&
	    strcmp(hours.kind, "accident") != 0) {
		hours.start = hours.end = -1;
		hours.pause = 0;
	}
	if (strcmp(from->held.structure, to->held.structure) != 0)
		hours.site =
		    to->crew != NULL ? json_text(to->crew->value, "site") : "";
	return make_value(out, &hours, err);
}

static int check_move(
    const struct act *from, const struct act *to, struct err *err)
{
	if (from->held.state == HELD_CONTESTED ||
	    to->held.state == HELD_CONTESTED)
		return refuse_contested(err);
	if (from->held.state != HELD_VALUE)
		return refuse_empty(
		    from, L(" : rien à déplacer", ": nothing to move"), err);
	if (strcmp(from->held.structure, to->held.structure) == 0 &&
	    strcmp(from->held.record, to->held.record) == 0)
		return err_set(err, E_USAGE,
		    L("c'est le même créneau : donnez --to-worker, --to-day "
		      "ou --to-slot",
			"that is the same slot: give --to-worker, --to-day "
			"or --to-slot"));
	return to->held.state == HELD_VALUE
	           ? refuse_taken(to, to->place, &to->held, err)
	           : 0;
}

/* The remark goes along, unless there is another. */
static const char *moved_note(const struct act *from)
{
	const struct live *live = &from->held.live;

	if (from->call->note != NULL || live->count == 0)
		return from->call->note;
	return live->entries[0].note;
}

static int move_within(const struct act *from, const struct act *to,
    struct acts_done *done, struct err *err)
{
	struct entry_draft draft = {
	    .kind = "hours",
	    .structure = to->held.structure,
	    .record = to->held.record,
	    .parents = to->held.heads,
	    .parent_count = to->held.head_count,
	    .note = moved_note(from),
	    .from = from->held.heads,
	    .from_count = from->held.head_count,
	    .person = done->person,
	    .reason = to->call->reason,
	};
	int rc;

	if ((rc = check_move(from, to, err)) < 0 ||
	    (rc = moved_value(&done->value, from, to, err)) < 0 ||
	    (rc = write_void(
		 from, from->held.heads, from->held.head_count, done, err)) < 0)
		return rc;
	draft.value = done->value;
	if ((rc = save_add(to->call->save, &draft, &done->hash, err)) < 0 ||
	    (rc = warn_late(to, done, err)) < 0)
		return rc;
	return acts_warn(&done->warnings, to->call->save->agent, &to->held,
	    to->place->day, to->place->slot, done->value, err);
}

int acts_hours_move(const struct acts_call *call,
    const struct acts_place *place, const struct acts_place *to,
    struct acts_done *done, struct err *err)
{
	struct acts_place target = *place;
	struct act from = {0}, there = {0};
	int rc;

	memset(done, 0, sizeof(*done));
	if ((rc = check_words(call, true, err)) < 0 ||
	    (rc = begin(&from, call, place, done, err)) < 0)
		goto out;
	target.structure = from.worker->structure;
	target.worker = from.worker->id;
	if (to->worker != NULL) {
		target.worker = to->worker;
		target.structure = "";
	}
	if (to->day[0] != '\0')
		memcpy(target.day, to->day, sizeof(target.day));
	if (to->slot[0] != '\0')
		memcpy(target.slot, to->slot, sizeof(target.slot));
	if ((rc = begin(&there, call, &target, done, err)) < 0)
		goto out;
	rc = move_within(&from, &there, done, err);
out:
	held_clear(&from.held);
	held_clear(&there.held);
	return rc;
}
