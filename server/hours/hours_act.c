#include <string.h>

#include "server/conflicts.h"
#include "server/hours/hours_part.h"
#include "shared/lang.h"

void hours_done_clear(struct hours_done *done)
{
	slot_clear(&done->slot);
	json_decref(done->conflict);
	memset(done, 0, sizeof(*done));
}

/* One act on one slot, inside a transaction. */
struct deed {
	struct act act;
	struct office *office;
	const struct hours_place *place;
	const struct hours_words *words;
	struct hours_who who;
	struct slot slot;
	struct hours_done *done;
};

/* ---- refusals ---- */

/* Keep what differs for programs too; ${rc} is the refusal. */
static int with_difference(struct deed *deed, const struct slot *slot, int rc)
{
	if (rc == E_CONFLICT && deed->done->conflict == NULL)
		(void)slot_difference(&deed->done->conflict, deed->office, slot,
		    deed->words->seen, NULL);
	return rc;
}

static int refuse_contested(
    struct deed *deed, const struct slot *slot, struct err *err)
{
	char id[CONFLICT_ID_TEXT];

	conflict_id(id, slot->structure, slot->record);
	(void)err_set(err, E_CONFLICT,
	    L("le créneau %s %s de %s est contesté, plusieurs valeurs s'y "
	      "opposent : tranchez-le (« conflicts resolve %s »)",
		"the slot %s %s of %s is contested, several values stand "
		"there: settle it (\"conflicts resolve %s\")"),
	    slot->day, slot->slot, slot->worker, id);
	return with_difference(deed, slot, E_CONFLICT);
}

static int refuse_taken(
    struct deed *deed, const struct slot *slot, struct err *err)
{
	struct buf value = BUF_INIT, author = BUF_INIT;
	int rc;

	slot_add_value(&value, slot->top);
	if ((rc = slot_add_author(
		 &author, deed->office, slot->top, slot->structure, err)) == 0)
		rc = err_set(err, E_CONFLICT,
		    L("le créneau %s %s de %s contient déjà %s (par %s) ; "
		      "pour le corriger : « hours set » avec --reason",
			"the slot %s %s of %s already holds %s (by %s); to "
			"correct it: \"hours set\" with --reason"),
		    slot->day, slot->slot, slot->worker, buf_text(&value),
		    buf_text(&author));
	buf_free(&value);
	buf_free(&author);
	return with_difference(deed, slot, rc);
}

static int refuse_empty(const struct slot *slot, struct err *err)
{
	return err_set(err, E_NOT_FOUND,
	    L("rien n'est noté pour %s le %s, %s : saisissez d'abord ces "
	      "heures",
		"nothing is recorded for %s on %s, %s: record these hours "
		"first"),
	    slot->worker, slot->day, slot->slot);
}

/* ---- around an act ---- */

static int begin(struct deed *deed, struct office *office,
    const struct hours_place *place, const struct hours_words *words,
    bool correction, struct hours_done *done, struct err *err)
{
	int (*find)(struct hours_who * out, struct office * office,
	    const char *structure, const char *worker, struct err *err) =
	    correction ? hours_who_recorded : hours_who_find;
	int rc;

	memset(deed, 0, sizeof(*deed));
	memset(done, 0, sizeof(*done));
	deed->office = office;
	deed->place = place;
	deed->words = words;
	deed->done = done;
	if ((rc = hours_check_words(words, correction, err)) < 0 ||
	    (rc = find(&deed->who, office, place->structure, place->worker,
		 err)) < 0 ||
	    (rc = act_check_scope(office, deed->who.structure, err)) < 0 ||
	    (rc = act_begin(&deed->act, office, err)) < 0)
		return rc;
	return slot_load(&deed->slot, office->db, deed->who.structure,
	    deed->who.worker, place->day, place->slot, err);
}

/* Commit, or undo; done->slot is what is there then. */
static int finish(
    struct deed *deed, const struct slot *at, int rc, struct err *err)
{
	struct hours_done *done = deed->done;

	if (rc == 0 && deed->act.entries > 0)
		rc = act_commit(&deed->act, err);
	else
		db_rollback(deed->office->db);
	if (rc == 0)
		rc = hours_is_late(
		    deed->office, at->structure, at->day, &done->late, err);
	if (rc == 0) {
		slot_clear(&done->slot);
		rc = slot_load(&done->slot, deed->office->db, at->structure,
		    at->worker, at->day, at->slot, err);
	}
	slot_clear(&deed->slot);
	hours_who_clear(&deed->who);
	return rc;
}

/* Does the slot say exactly ${value} already? */
static bool says(const struct slot *slot, const json_t *value)
{
	return slot->state == SLOT_VALUE &&
	       json_equal(slot->top->value, (json_t *)(uintptr_t)value);
}

static bool has_note(const struct hours_words *words)
{
	return words->paper || (words->note != NULL && words->note[0] != '\0');
}

/* Whoever asks twice, because the answer was lost, is not told off. */
static int check_seen(struct deed *deed, const json_t *value, struct err *err)
{
	if (value != NULL && says(&deed->slot, value) && !has_note(deed->words))
		return 0;
	return with_difference(deed, &deed->slot,
	    slot_check_seen(&deed->slot, deed->office, deed->words->seen, err));
}

/* ---- the acts ---- */

static int add_within(
    struct deed *deed, const struct hours_wish *wish, struct err *err)
{
	struct slot *slot = &deed->slot;
	json_t *value = NULL;
	int rc;

	if ((rc = hours_make(&value, deed->office, &deed->who, deed->place,
		 NULL, wish, err)) < 0 ||
	    (rc = check_seen(deed, value, err)) < 0)
		goto out;
	if (slot->state == SLOT_CONTESTED)
		rc = refuse_contested(deed, slot, err);
	else if (says(slot, value))
		deed->done->already = true;
	else if (slot->state == SLOT_VALUE)
		rc = refuse_taken(deed, slot, err);
	else
		rc = hours_write(
		    &deed->act, slot, value, deed->words, NULL, err);
out:
	json_decref(value);
	return rc;
}

int hours_add(struct office *office, const struct hours_place *place,
    const struct hours_wish *wish, const struct hours_words *words,
    struct hours_done *done, struct err *err)
{
	struct deed deed;
	int rc = begin(&deed, office, place, words, false, done, err);

	if (rc == 0)
		rc = add_within(&deed, wish, err);
	return finish(&deed, &deed.slot, rc, err);
}

static int set_within(
    struct deed *deed, const struct hours_wish *wish, struct err *err)
{
	struct slot *slot = &deed->slot;
	json_t *value = NULL;
	int rc;

	if (slot->state == SLOT_VALUE &&
	    (rc = hours_make(&value, deed->office, &deed->who, deed->place,
		 slot->top->value, wish, err)) < 0)
		return rc;
	if ((rc = check_seen(deed, value, err)) < 0)
		goto out;
	if (slot->state == SLOT_CONTESTED)
		rc = refuse_contested(deed, slot, err);
	else if (slot->state != SLOT_VALUE)
		rc = refuse_empty(slot, err);
	else if (says(slot, value) && !has_note(deed->words))
		deed->done->already = true;
	else
		rc = hours_write(
		    &deed->act, slot, value, deed->words, NULL, err);
out:
	json_decref(value);
	return rc;
}

int hours_set(struct office *office, const struct hours_place *place,
    const struct hours_wish *wish, const struct hours_words *words,
    struct hours_done *done, struct err *err)
{
	struct deed deed;
	int rc = begin(&deed, office, place, words, true, done, err);

	if (rc == 0)
		rc = set_within(&deed, wish, err);
	return finish(&deed, &deed.slot, rc, err);
}

int hours_void(struct office *office, const struct hours_place *place,
    const struct hours_words *words, struct hours_done *done, struct err *err)
{
	struct deed deed;
	int rc = begin(&deed, office, place, words, true, done, err);

	if (rc == 0 && (rc = check_seen(&deed, NULL, err)) == 0) {
		if (deed.slot.state == SLOT_CONTESTED)
			rc = refuse_contested(&deed, &deed.slot, err);
		else if (deed.slot.state != SLOT_VALUE)
			rc = refuse_empty(&deed.slot, err);
		else
			rc = hours_write(
			    &deed.act, &deed.slot, NULL, words, NULL, err);
	}
	return finish(&deed, &deed.slot, rc, err);
}

/* ---- a move ---- */

/* The value as it reads there. */
static int moved_value(json_t **out, struct deed *deed,
    const struct hours_who *who, const struct slot *there, struct err *err)
{
	struct hours hours;
	json_t *crew = NULL;
	int rc = 0;

	hours_read(&hours, deed->slot.top->value);
	/* A stretch is of its slot; when an accident happened is not. */
	if (strcmp(deed->slot.slot, there->slot) != 0 &&
	    strcmp(hours.kind, "accident") != 0) {
		hours.start = hours.end = -1;
		hours.pause = 0;
	}
	if (strcmp(deed->slot.structure, there->structure) != 0) {
		rc = hours_crew(&crew, deed->office, who, there->day, err);
		hours.site = json_text(crew, "site");
	}
	if (rc == 0 && (*out = hours_value(&hours)) == NULL)
		rc = err_nomem(err);
	json_decref(crew);
	return rc;
}

static int check_move(
    struct deed *deed, const struct slot *there, struct err *err)
{
	if (deed->slot.state == SLOT_CONTESTED)
		return refuse_contested(deed, &deed->slot, err);
	if (there->state == SLOT_CONTESTED)
		return refuse_contested(deed, there, err);
	if (deed->slot.state != SLOT_VALUE)
		return refuse_empty(&deed->slot, err);
	if (strcmp(deed->slot.structure, there->structure) == 0 &&
	    strcmp(deed->slot.record, there->record) == 0)
		return err_set(err, E_USAGE,
		    L("c'est le même créneau : donnez --to-worker, --to-day "
		      "ou --to-slot",
			"that is the same slot: give --to-worker, --to-day "
			"or --to-slot"));
	return there->state == SLOT_VALUE ? refuse_taken(deed, there, err) : 0;
}

static int move_within(struct deed *deed, const struct hours_who *who,
    const struct slot *there, struct err *err)
{
	struct hours_words words = *deed->words;
	json_t *value = NULL;
	int rc;

	if ((rc = check_seen(deed, NULL, err)) < 0 ||
	    (rc = check_move(deed, there, err)) < 0 ||
	    (rc = moved_value(&value, deed, who, there, err)) < 0)
		goto out;
	/* The remark goes along, unless there is another. */
	if (words.note == NULL)
		words.note = deed->slot.top->entry.note;
	if ((rc = hours_write(
		 &deed->act, &deed->slot, NULL, &words, NULL, err)) == 0)
		rc = hours_write(
		    &deed->act, there, value, &words, &deed->slot, err);
out:
	json_decref(value);
	return rc;
}

int hours_move(struct office *office, const struct hours_place *place,
    const struct hours_place *to, const struct hours_words *words,
    struct hours_done *done, struct err *err)
{
	struct hours_who who = {0};
	struct slot there = {0};
	struct deed deed;
	bool same = to->worker == NULL;
	int rc = begin(&deed, office, place, words, true, done, err);

	if (rc == 0)
		rc = same ? hours_who_recorded(&who, office, deed.who.structure,
				deed.who.worker, err)
		          : hours_who_find(
				&who, office, to->structure, to->worker, err);
	if (rc == 0)
		rc = act_check_scope(office, who.structure, err);
	if (rc == 0)
		rc = slot_load(&there, office->db, who.structure, who.worker,
		    to->day[0] != '\0' ? to->day : place->day,
		    to->slot[0] != '\0' ? to->slot : place->slot, err);
	if (rc == 0)
		rc = move_within(&deed, &who, &there, err);
	rc = finish(&deed, &there, rc, err);
	slot_clear(&there);
	hours_who_clear(&who);
	return rc;
}
