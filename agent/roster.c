#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/roster.h"
#include "shared/lang.h"
#include "shared/ledger.h"
#include "shared/nearest.h"

#define LISTED_MAX 12  /* names shown in a message */
#define HINT_MAX   400 /* bytes of those proposed; more are no help */

/* ---- loading ---- */

static struct roster_item *list_grow(struct roster_list *list)
{
	if (list->count == list->room) {
		size_t room = list->room == 0 ? 16 : 2 * list->room;
		struct roster_item *items =
		    realloc(list->items, room * sizeof(*items));

		if (items == NULL)
			return NULL;
		list->items = items;
		list->room = room;
	}
	return memset(
	    &list->items[list->count++], 0, sizeof(struct roster_item));
}

static int take_item(
    void *context, const struct record_row *row, struct err *err)
{
	struct roster_item *item;

	/* A contested one still names someone: its provisional value does. */
	if ((strcmp(row->state, RECORD_MERGED) != 0 &&
		strcmp(row->state, RECORD_CONTESTED) != 0) ||
	    row->value[0] != '{')
		return 0;
	if ((item = list_grow(context)) == NULL)
		return err_nomem(err);
	text_copy(item->structure, sizeof(item->structure), row->structure);
	text_copy(item->id, sizeof(item->id), row->subject);
	return json_read(&item->value, row->value, strlen(row->value), err);
}

int roster_load(struct roster *out, struct db *db, struct err *err)
{
	const struct {
		const char *family;
		struct roster_list *list;
	} families[] = {
	    {"structure", &out->structures},
	    {"crew", &out->crews},
	    {"supervisor", &out->supervisors},
	    {"site", &out->sites},
	    {"worker", &out->workers},
	    {"newcomer", &out->newcomers},
	};
	int rc = 0;

	memset(out, 0, sizeof(*out));
	for (size_t i = 0;
	     rc == 0 && i < sizeof(families) / sizeof(families[0]); i++)
		rc = ledger_family(db, NULL, families[i].family, take_item,
		    families[i].list, err);
	return rc;
}

static void list_clear(struct roster_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		json_decref(list->items[i].value);
	free(list->items);
}

void roster_clear(struct roster *roster)
{
	if (roster->lent)
		goto out;
	list_clear(&roster->structures);
	list_clear(&roster->crews);
	list_clear(&roster->supervisors);
	list_clear(&roster->sites);
	list_clear(&roster->workers);
	list_clear(&roster->newcomers);
out:
	memset(roster, 0, sizeof(*roster));
}

/* ---- names ---- */

static bool ends_with_dot(const char *text)
{
	size_t len = strlen(text);

	return len > 0 && text[len - 1] == '.';
}

void roster_name(const struct roster_item *item, char out[ROSTER_NAME_TEXT])
{
	const char *first = json_text(item->value, "first");
	const char *last = json_text(item->value, "last");
	const char *initial = json_text(item->value, "initial");

	if (first[0] == '\0')
		first = json_text(item->value, "name");
	if (first[0] == '\0')
		first = item->id;
	if (initial[0] != '\0')
		(void)snprintf(out, ROSTER_NAME_TEXT, "%s %s%s", first, initial,
		    ends_with_dot(initial) ? "" : ".");
	else
		(void)snprintf(out, ROSTER_NAME_TEXT, "%s%s%s", first,
		    last[0] != '\0' ? " " : "", last);
}

/* ---- by identifier ---- */

const struct roster_item *roster_find(
    const struct roster_list *list, const char *structure, const char *id)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct roster_item *item = &list->items[i];

		if (strcmp(item->id, id) == 0 &&
		    strcmp(item->structure, structure) == 0)
			return item;
	}
	return NULL;
}

const struct roster_item *roster_person(
    const struct roster *roster, const char *structure, const char *worker)
{
	const struct roster_item *found =
	    roster_find(&roster->workers, structure, worker);

	return found != NULL
	           ? found
	           : roster_find(&roster->newcomers, structure, worker);
}

const char *roster_match(const struct roster_item *newcomer)
{
	return json_text(newcomer->value, "worker");
}

/* ---- crews ---- */

static bool covers(const json_t *membership, const char *day)
{
	const char *from = json_text(membership, "from");
	const char *to = json_text(membership, "to");

	return strcmp(from, day) <= 0 &&
	       (to[0] == '\0' || strcmp(day, to) <= 0);
}

const struct roster_item *roster_crew_of(const struct roster *roster,
    const struct roster_item *worker, const char *day, bool *on_day)
{
	const json_t *crews = json_object_get(worker->value, "crews");
	const char *last = json_text(worker->value, "crew");
	bool covered = last[0] != '\0';

	for (size_t i = 0; i < json_array_size(crews); i++) {
		const json_t *membership = json_array_get(crews, i);

		last = json_text(membership, "crew");
		if ((covered = covers(membership, day)))
			break;
	}
	if (on_day != NULL)
		*on_day = covered;
	return roster_find(&roster->crews, worker->structure, last);
}

bool roster_stretch(
    const struct roster_item *crew, const char *slot, int *start, int *end)
{
	const char *text;

	if (crew == NULL ||
	    (strcmp(slot, "am") != 0 && strcmp(slot, "pm") != 0))
		return false;
	text = json_text(crew->value, slot);
	return text[0] != '\0' &&
	       clock_parse_stretch(start, end, text, NULL) == 0;
}

const struct roster_item *roster_first_supervisor(
    const struct roster *roster, const struct roster_item *crew)
{
	if (crew == NULL)
		return NULL;
	for (size_t i = 0; i < roster->supervisors.count; i++) {
		const struct roster_item *item = &roster->supervisors.items[i];

		if (strcmp(item->structure, crew->structure) == 0 &&
		    strcmp(json_text(item->value, "crew"), crew->id) == 0)
			return item;
	}
	return NULL;
}

/* ---- what people type ---- */

/* How surely a text names an item: the smaller the better, 0 for not. */
enum likeness { UNLIKE, SAME_ID, LIKE_ID, LIKE_NAME };

static enum likeness compare(const struct roster_item *item, const char *text)
{
	char name[ROSTER_NAME_TEXT];

	if (strcmp(item->id, text) == 0)
		return SAME_ID;
	if (text_same(item->id, text))
		return LIKE_ID;
	roster_name(item, name);
	return text_same_name(name, text) ? LIKE_NAME : UNLIKE;
}

/* The items that ${text} names best. */
struct matches {
	const struct roster_item *items[LISTED_MAX];
	size_t count; /* also beyond LISTED_MAX */
	enum likeness likeness;
};

static void match_list(struct matches *out, const struct roster_list *list,
    const char *structure, const char *text)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct roster_item *item = &list->items[i];
		enum likeness likeness;

		if (structure != NULL &&
		    strcmp(item->structure, structure) != 0)
			continue;
		likeness = compare(item, text);
		if (likeness == UNLIKE ||
		    (out->count > 0 && likeness > out->likeness))
			continue;
		if (likeness < out->likeness)
			out->count = 0;
		out->likeness = likeness;
		if (out->count < LISTED_MAX)
			out->items[out->count] = item;
		out->count++;
	}
}

static void add_item(struct buf *out, const struct roster_item *item)
{
	char name[ROSTER_NAME_TEXT];

	roster_name(item, name);
	buf_printf(out, "%s%s (%s)", out->len > 0 ? ", " : "", item->id, name);
}

/* "V01 (Fatou D.), V02 (…), …" */
static void add_list(
    struct buf *out, const struct roster_list *list, const char *structure)
{
	size_t count = 0;

	for (size_t i = 0; i < list->count; i++) {
		if (structure != NULL &&
		    strcmp(list->items[i].structure, structure) != 0)
			continue;
		if (++count > LISTED_MAX) {
			buf_add_text(out, "…");
			return;
		}
		add_item(out, &list->items[i]);
	}
}

static int ambiguous(
    const char *text, const struct matches *matches, struct err *err)
{
	struct buf shown = BUF_INIT, names = BUF_INIT;
	size_t count =
	    matches->count < LISTED_MAX ? matches->count : LISTED_MAX;

	text_quote(&shown, text);
	for (size_t i = 0; i < count; i++) {
		add_item(&names, matches->items[i]);
		buf_printf(&names, " @ %s", matches->items[i]->structure);
	}
	(void)err_set(err, E_INVALID,
	    L("« %s » peut désigner %s : donnez l'identifiant, au besoin "
	      "--structure",
		"\"%s\" may be %s: give the identifier, and --structure if "
		"need be"),
	    buf_text(&shown), buf_text(&names));
	buf_free(&shown);
	buf_free(&names);
	return E_INVALID;
}

/* What is sought, for messages. */
struct sought {
	const struct roster_list *list;
	const char *structure;
	const char *unknown; /* "chantier inconnu" */
	const char *none;    /* when the list is empty */
};

static int unknown(
    const struct sought *sought, const char *text, struct err *err)
{
	struct buf shown = BUF_INIT, names = BUF_INIT;

	text_quote(&shown, text);
	add_list(&names, sought->list, sought->structure);
	(void)err_set(err, E_NOT_FOUND,
	    L("%s : « %s » ; %s%s", "%s: \"%s\"; %s%s"), sought->unknown,
	    buf_text(&shown),
	    names.len > 0 ? L("il y a ", "there are ") : sought->none,
	    buf_text(&names));
	buf_free(&shown);
	buf_free(&names);
	return E_NOT_FOUND;
}

static int find_by_text(const struct sought *sought, const char *text,
    const struct roster_item **out, struct err *err)
{
	struct matches matches = {.likeness = LIKE_NAME};

	match_list(&matches, sought->list, sought->structure, text);
	if (matches.count == 0)
		return unknown(sought, text, err);
	if (matches.count > 1)
		return ambiguous(text, &matches, err);
	*out = matches.items[0];
	return 0;
}

int roster_structure(const struct roster *roster, const char *text,
    const struct roster_item **out, struct err *err)
{
	const struct sought sought = {&roster->structures, NULL,
	    L("structure inconnue", "unknown structure"),
	    L("aucune n'est connue ici, lancez « pointeau sync »",
		"none is known here, run \"pointeau sync\"")};

	return find_by_text(&sought, text, out, err);
}

int roster_crew(const struct roster *roster, const char *text,
    const struct roster_item **out, struct err *err)
{
	const struct sought sought = {&roster->crews, NULL,
	    L("équipe inconnue", "unknown crew"),
	    L("aucune n'est connue ici, lancez « pointeau sync »",
		"none is known here, run \"pointeau sync\"")};

	return find_by_text(&sought, text, out, err);
}

int roster_supervisor(const struct roster *roster, const char *text,
    const struct roster_item **out, struct err *err)
{
	const struct sought sought = {&roster->supervisors, NULL,
	    L("encadrant inconnu", "unknown supervisor"),
	    L("aucun n'est connu ici, lancez « pointeau sync »",
		"none is known here, run \"pointeau sync\"")};

	return find_by_text(&sought, text, out, err);
}

int roster_site(const struct roster *roster, const char *structure,
    const char *text, const struct roster_item **out, struct err *err)
{
	const struct sought sought = {&roster->sites, structure,
	    L("chantier inconnu", "unknown site"),
	    L("aucun n'est connu ici, lancez « pointeau sync »",
		"none is known here, run \"pointeau sync\"")};

	return find_by_text(&sought, text, out, err);
}

/* ---- workers ---- */

static size_t distance_to(const struct roster_item *item, const char *text)
{
	char name[ROSTER_NAME_TEXT];
	const char *const names[] = {
	    item->id, name, json_text(item->value, "first")};
	size_t least = SIZE_MAX;

	roster_name(item, name);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t here = nearest_distance(text, names[i]);

		if (here < least)
			least = here;
	}
	return least;
}

/* Keep in ${hint} those who are nearest, and how near that is. */
static void try_nearest(struct buf *hint, size_t *distance,
    const struct roster_list *list, const char *text)
{
	for (size_t i = 0; i < list->count; i++) {
		size_t here = distance_to(&list->items[i], text);

		if (here > *distance)
			continue;
		if (here < *distance)
			buf_reset(hint);
		*distance = here;
		add_item(hint, &list->items[i]);
	}
}

static int unknown_worker(
    const struct roster *roster, const char *text, struct err *err)
{
	size_t distance = nearest_reach(text);
	struct buf shown = BUF_INIT, hint = BUF_INIT;
	bool near;

	try_nearest(&hint, &distance, &roster->workers, text);
	try_nearest(&hint, &distance, &roster->newcomers, text);
	near = hint.len > 0 && hint.len < HINT_MAX;
	text_quote(&shown, text);
	(void)err_set(err, E_NOT_FOUND,
	    L("salarié « %s » inconnu%s%s ; les équipes : « pointeau crew » ; "
	      "quelqu'un qui n'est pas encore sur la liste : « pointeau "
	      "newcomer add »",
		"unknown worker \"%s\"%s%s; the crews: \"pointeau crew\"; "
		"someone not on the list yet: \"pointeau newcomer add\""),
	    buf_text(&shown), near ? L(", peut-être ", ", perhaps ") : "",
	    near ? buf_text(&hint) : "");
	buf_free(&shown);
	buf_free(&hint);
	return E_NOT_FOUND;
}

/* Keep only the matches in a crew on ${day}, if there are any. */
static void prefer_in_crew(
    struct matches *matches, const struct roster *roster, const char *day)
{
	size_t count = 0;
	bool on_day;

	for (size_t i = 0; i < matches->count; i++) {
		const struct roster_item *item = matches->items[i];

		if (roster_crew_of(roster, item, day, &on_day) != NULL &&
		    on_day)
			matches->items[count++] = item;
	}
	if (count > 0)
		matches->count = count;
}

/* A newcomer is left out once the worker it stands for is on the list. */
static void match_newcomers(struct matches *out, const struct roster *roster,
    const char *structure, const char *text)
{
	for (size_t i = 0; i < roster->newcomers.count; i++) {
		struct roster_item *item = &roster->newcomers.items[i];
		const struct roster_item *worker = roster_find(
		    &roster->workers, item->structure, roster_match(item));
		struct roster_list one = {item, 1, 1};

		if (worker == NULL || strcmp(item->id, text) == 0)
			match_list(out, &one, structure, text);
	}
}

int roster_worker(const struct roster *roster, const char *text,
    const char *structure, const char *day, const struct roster_item **out,
    struct err *err)
{
	struct matches matches = {.likeness = LIKE_NAME};
	const char *within = structure[0] != '\0' ? structure : NULL;
	const struct roster_item *worker, *wanted;

	assert(text != NULL && day != NULL);
	match_list(&matches, &roster->workers, within, text);
	match_newcomers(&matches, roster, within, text);
	if (matches.count == 0 && within != NULL &&
	    roster_structure(roster, within, &wanted, err) < 0)
		return E_NOT_FOUND;
	if (matches.count == 0)
		return unknown_worker(roster, text, err);
	if (matches.count > 1 && matches.count <= LISTED_MAX)
		prefer_in_crew(&matches, roster, day);
	if (matches.count > 1)
		return ambiguous(text, &matches, err);
	*out = matches.items[0];
	worker = roster_find(
	    &roster->workers, (*out)->structure, roster_match(*out));
	if (worker != NULL)
		*out = worker;
	return 0;
}
