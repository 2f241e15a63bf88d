/* The calls of the session: who is there, by which PIN, and enrolment. */
#include <string.h>

#include "agent/enrol.h"
#include "agent/journal.h"
#include "agent/page_parts.h"
#include "agent/pin.h"
#include "shared/lang.h"

/* What a call of the session works on. */
struct room {
	struct agent agent;
	struct roster roster;
};

static int enter(const struct page *page, struct room *out, struct err *err)
{
	int rc;

	memset(out, 0, sizeof(*out));
	rc = agent_open(
	    &out->agent, page->directory, page->program->os, false, err);
	return rc < 0 ? rc : roster_load(&out->roster, out->agent.db, err);
}

static void leave(struct room *room)
{
	roster_clear(&room->roster);
	agent_close(&room->agent);
}

/* ---- what the session is ---- */

/* {"id","name","structure","crew"}; NULL: no memory. */
static json_t *person_json(const struct roster_item *item)
{
	char name[ROSTER_NAME_TEXT];

	roster_name(item, name);
	return json_pack("{s:s,s:s,s:s,s:s}", "id", item->id, "name", name,
	    "structure", item->structure, "crew",
	    json_text(item->value, "crew"));
}

static int add_supervisors(struct room *room, json_t *out, struct err *err)
{
	const struct roster_list *list = &room->roster.supervisors;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < list->count; i++) {
		const struct roster_item *item = &list->items[i];
		json_t *person;
		bool set;

		if ((rc = pin_look(room->agent.db, item->structure, item->id,
			 &set, NULL, err)) < 0)
			break;
		person = person_json(item);
		if (!json_put(person, "pin", json_boolean(set)) ||
		    json_array_append(out, person) < 0)
			rc = err_nomem(err);
		json_decref(person);
	}
	return rc;
}

/* The last who unlocked the page, if the office still knows them. */
static json_t *who_json(struct page *page, const struct room *room)
{
	char structure[TEXT_ID_MAX + 1], who[TEXT_ID_MAX + 1];
	const struct roster_item *item;

	page_who(page, structure, who);
	item = roster_find(&room->roster.supervisors, structure, who);
	return item != NULL ? person_json(item) : json_null();
}

static json_t *base_json(struct page *page, bool enrolled)
{
	const struct agent machine = {.os = page->program->os};
	char today[DATE_TEXT], now[STAMP_TEXT];

	acts_today(&machine, today);
	stamp_format(os_now_s(page->program->os), now);
	return json_pack("{s:i,s:b,s:b,s:s,s:s,s:s}", "schema", 1, "enrolled",
	    enrolled, "locked", page_is_locked(page), "today", today, "now",
	    now, "version", POINTEAU_VERSION);
}

static int put_setting(const struct room *room, const char *setting,
    json_t *out, const char *key, struct err *err)
{
	struct buf text = BUF_INIT;
	int rc = journal_get(room->agent.db, setting, &text, err);

	if (rc == 0 && !json_put_text(out, key, buf_text(&text)))
		rc = err_nomem(err);
	buf_free(&text);
	return rc;
}

static int put_room(
    struct page *page, struct room *room, json_t *out, struct err *err)
{
	json_t *supervisors = json_array();
	struct buf words = BUF_INIT;
	int rc = supervisors != NULL ? 0 : err_nomem(err);

	if (rc == 0 && (rc = enrol_words(&room->agent, &words, err)) == 0 &&
	    (rc = put_setting(room, SETTING_NAME, out, "name", err)) == 0 &&
	    (rc = put_setting(room, SETTING_URL, out, "server", err)) == 0 &&
	    (rc = add_supervisors(room, supervisors, err)) == 0 &&
	    (!json_put_text(out, "device", room->agent.device) ||
		!json_put_text(out, "words", buf_text(&words)) ||
		!json_put(out, "who", who_json(page, room)) ||
		!json_put(out, "supervisors", json_incref(supervisors))))
		rc = err_nomem(err);
	json_decref(supervisors);
	buf_free(&words);
	return rc;
}

/* Nothing is known of a laptop that is not enrolled. */
static bool put_nothing(json_t *out)
{
	return json_put_text(out, "device", "") &&
	       json_put_text(out, "name", "") &&
	       json_put_text(out, "words", "") &&
	       json_put_text(out, "server", "") &&
	       json_put(out, "who", json_null()) &&
	       json_put(out, "supervisors", json_array());
}

static int session_json(struct page *page, json_t **out, struct err *err)
{
	struct room room;
	int rc = enter(page, &room, err);
	bool enrolled = rc != E_NOT_INIT;

	*out = NULL;
	if (rc < 0 && enrolled)
		goto out;
	rc = 0;
	if ((*out = base_json(page, enrolled)) == NULL)
		rc = err_nomem(err);
	else if (enrolled)
		rc = put_room(page, &room, *out, err);
	else if (!put_nothing(*out))
		rc = err_nomem(err);
out:
	leave(&room);
	if (rc < 0) {
		json_decref(*out);
		*out = NULL;
	}
	return rc;
}

void page_session_get(
    struct page *page, const json_t *params, struct reply *reply)
{
	struct err err = ERR_INIT;
	json_t *json;

	(void)params;
	if (session_json(page, &json, &err) < 0)
		page_fail(reply, &err);
	else
		page_give(reply, json);
}

/* ---- enrolment ---- */

/* The code of a locked page's visitor could lead the laptop elsewhere. */
static bool is_enrolled(const struct page *page)
{
	struct err err = ERR_INIT;
	struct room room;
	bool enrolled = enter(page, &room, &err) != E_NOT_INIT;

	leave(&room);
	return enrolled;
}

void page_session_enrol(
    struct page *page, const json_t *params, struct reply *reply)
{
	struct buf out = BUF_INIT, note = BUF_INIT;
	struct err err = ERR_INIT;

	if (page_is_locked(page) && is_enrolled(page)) {
		page_refuse(reply, 423, PAGE_LOCKED,
		    L("ce poste est déjà enrôlé : dites d'abord qui vous "
		      "êtes et donnez votre code PIN",
			"this laptop is enrolled already: first say who you "
			"are and give your PIN"));
		return;
	}
	if (page_command(page, NULL, "enrol", "code", params, "", &out, &note,
		&err) < 0) {
		page_fail(reply, &err);
	} else {
		page_session_get(page, params, reply);
		if (reply->status == 200 &&
		    page_add_notes(&reply->body, &note, &err) < 0)
			page_fail(reply, &err);
	}
	buf_free(&out);
	buf_free(&note);
}

/* ---- PINs ---- */

static void wrong_pin(struct reply *reply)
{
	page_refuse(reply, 403, PAGE_WRONG_PIN,
	    L("ce n'est pas le bon code PIN", "this is not the right PIN"));
}

/* "1 min 30 s" would be too fine: whole minutes from one on. */
static void too_many(struct reply *reply, int64_t wait_ms)
{
	int seconds = (int)((wait_ms + 999) / 1000);
	char text[ERR_TEXT_MAX / 4];
	bool minutes = seconds >= 60;

	(void)snprintf(text, sizeof(text),
	    L("trop de mauvais codes PIN : attendez %d %s, puis recommencez ; "
	      "oublié ? « pointeau pin forget » sur ce poste",
		"too many wrong PINs: wait %d %s, then try again; forgotten? "
		"\"pointeau pin forget\" on this laptop"),
	    minutes ? (seconds + 59) / 60 : seconds,
	    minutes ? L("min", "min") : "s");
	page_refuse(reply, 429, PAGE_TOO_MANY, text);
	reply->retry_after_seconds = seconds;
}

static int64_t wait_ms(
    struct page *page, const struct roster_item *supervisor, int64_t wrong)
{
	int64_t ms;

	(void)pthread_mutex_lock(&page->state);
	ms = page_session_wait_ms(&page->session, supervisor->structure,
	    supervisor->id, wrong, page->now_ms());
	(void)pthread_mutex_unlock(&page->state);
	return ms;
}

static void note_wrong(
    struct page *page, const struct roster_item *supervisor, int64_t wrong)
{
	(void)pthread_mutex_lock(&page->state);
	page_session_wrong(&page->session, supervisor->structure,
	    supervisor->id, wrong, page->now_ms());
	(void)pthread_mutex_unlock(&page->state);
}

/*
 * Is ${pin} the supervisor's? Asked too often, or wrong: answered, and false.
 */
static bool passes(struct page *page, struct room *room,
    const struct roster_item *supervisor, const char *pin, struct reply *reply)
{
	struct db *db = room->agent.db;
	struct err err = ERR_INIT;
	int64_t wrong = 0, ms;
	bool set, right = false;

	if (pin_look(db, supervisor->structure, supervisor->id, &set, &wrong,
		&err) < 0) {
		page_fail(reply, &err);
		return false;
	}
	if ((ms = wait_ms(page, supervisor, wrong)) > 0) {
		too_many(reply, ms);
		return false;
	}
	if (pin_try(db, supervisor->structure, supervisor->id, pin, &right,
		&err) < 0) {
		page_fail(reply, &err);
		return false;
	}
	if (right)
		return true;
	note_wrong(page, supervisor, wrong + 1);
	wrong_pin(reply);
	return false;
}

static void unlock(struct page *page, const struct roster_item *supervisor)
{
	(void)pthread_mutex_lock(&page->state);
	page_session_unlock(&page->session, supervisor->structure,
	    supervisor->id, page->now_ms());
	(void)pthread_mutex_unlock(&page->state);
}

/* Open the data and find the supervisor that ${params} name, all or an
 * answer: false. Either way leave(room). */
static bool find_supervisor(struct page *page, const json_t *params,
    struct room *room, const struct roster_item **out, struct reply *reply)
{
	const char *text = json_text(params, "supervisor");
	struct err err = ERR_INIT;
	int rc = enter(page, room, &err);

	if (rc == 0 && text[0] == '\0')
		rc = err_set(&err, E_USAGE,
		    L("il manque « supervisor » : qui êtes-vous ?",
			"\"supervisor\" is missing: who are you?"));
	if (rc == 0)
		rc = roster_supervisor(&room->roster, text, out, &err);
	if (rc < 0)
		page_fail(reply, &err);
	return rc == 0;
}

void page_session_who(
    struct page *page, const json_t *params, struct reply *reply)
{
	const struct roster_item *supervisor;
	bool passed = false;
	struct room room;

	if (find_supervisor(page, params, &room, &supervisor, reply) &&
	    passes(page, &room, supervisor, json_text(params, "pin"), reply)) {
		unlock(page, supervisor);
		passed = true;
	}
	leave(&room);
	if (passed)
		page_session_get(page, params, reply);
}

/* Whoever has none yet may choose one; else the old one is asked for. */
static bool set_pin(struct page *page, const json_t *params, struct room *room,
    const struct roster_item *supervisor, struct reply *reply)
{
	const char *pin = json_text(params, "pin");
	struct err err = ERR_INIT;
	bool set = false;
	int rc;

	if ((rc = pin_check(pin, &err)) == 0)
		rc = pin_look(room->agent.db, supervisor->structure,
		    supervisor->id, &set, NULL, &err);
	if (rc == 0 && set && json_text(params, "old")[0] == '\0')
		rc = err_set(&err, E_CONFLICT,
		    L("%s a déjà un code PIN : donnez-le pour en changer",
			"%s has a PIN already: give it to change it"),
		    supervisor->id);
	if (rc == 0 && set &&
	    !passes(page, room, supervisor, json_text(params, "old"), reply))
		return false;
	if (rc == 0)
		rc = pin_set(room->agent.db, supervisor->structure,
		    supervisor->id, pin, &err);
	if (rc < 0)
		page_fail(reply, &err);
	return rc == 0;
}

void page_session_pin(
    struct page *page, const json_t *params, struct reply *reply)
{
	const struct roster_item *supervisor;
	bool done = false;
	struct room room;

	if (find_supervisor(page, params, &room, &supervisor, reply) &&
	    set_pin(page, params, &room, supervisor, reply)) {
		unlock(page, supervisor);
		done = true;
	}
	leave(&room);
	if (done)
		page_session_get(page, params, reply);
}

void page_session_leave(
    struct page *page, const json_t *params, struct reply *reply)
{
	(void)pthread_mutex_lock(&page->state);
	page_session_lock(&page->session);
	(void)pthread_mutex_unlock(&page->state);
	page_session_get(page, params, reply);
}

void page_session_stay(
    struct page *page, const json_t *params, struct reply *reply)
{
	(void)page;
	(void)params;
	page_give(reply, json_object());
}
