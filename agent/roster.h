/*
 * What the laptop knows of people and places, as the office's lists in the
 * ledger say: structures, crews, supervisors, sites, workers, and the
 * newcomers that supervisors added themselves. Loaded whole: a laptop sees
 * a few crews.
 */
#ifndef POINTEAU_AGENT_ROSTER_H
#define POINTEAU_AGENT_ROSTER_H

#include <stdbool.h>
#include <stddef.h>

#include "shared/date.h"
#include "shared/db.h"
#include "shared/err.h"
#include "shared/json.h"
#include "shared/text.h"

/* One record: a worker, a crew… Its value stays the roster's. */
struct roster_item {
	char structure[TEXT_ID_MAX + 1];
	char id[TEXT_ID_MAX + 1];
	json_t *value;
};

struct roster_list {
	struct roster_item *items; /* by structure, then identifier */
	size_t count;
	size_t room;
};

struct roster {
	struct roster_list structures;
	struct roster_list crews;
	struct roster_list supervisors;
	struct roster_list sites;
	struct roster_list workers;
	struct roster_list newcomers; /* matched ones too */
	bool lent; /* another's, who clears it (resident.h) */
};

/* Free it with roster_clear, also after a failure. */
int roster_load(struct roster *out, struct db *db, struct err *err);
void roster_clear(struct roster *roster);

/* "Léa M.", "Maëlle Le Goazouët", "Berges de la Saulnette": what people
 * call a worker, a newcomer, a supervisor; for others their name. */
#define ROSTER_NAME_TEXT (2 * TEXT_NAME_MAX + 3)
void roster_name(const struct roster_item *item, char out[ROSTER_NAME_TEXT]);

/*
 * The worker or newcomer called ${text}: an identifier, or a display name
 * that only one has (case and accents aside), in ${structure} ("" for any).
 * Among several, those in a crew on ${day} come first. A matched newcomer is
 * the worker it stands for. E_NOT_FOUND, with the nearest; E_INVALID when it
 * could be several.
 */
int roster_worker(const struct roster *roster, const char *text,
    const char *structure, const char *day, const struct roster_item **out,
    struct err *err);

/* By structure and identifier alone; NULL when unknown. */
const struct roster_item *roster_find(
    const struct roster_list *list, const char *structure, const char *id);
const struct roster_item *roster_person(
    const struct roster *roster, const char *structure, const char *worker);

/* The newcomer's worker; "" while the office has not matched it. */
const char *roster_match(const struct roster_item *newcomer);

/* The crew of a worker or newcomer on that day, else the last one it had;
 * ${*on_day} (may be NULL) tells which. NULL when it never had any that is
 * known here. */
const struct roster_item *roster_crew_of(const struct roster *roster,
    const struct roster_item *worker, const char *day, bool *on_day);

/* A structure, a crew, a supervisor, a site of ${structure} (NULL: of any) by
 * identifier or unique name. E_NOT_FOUND lists what there is. */
int roster_structure(const struct roster *roster, const char *text,
    const struct roster_item **out, struct err *err);
int roster_crew(const struct roster *roster, const char *text,
    const struct roster_item **out, struct err *err);
int roster_supervisor(const struct roster *roster, const char *text,
    const struct roster_item **out, struct err *err);
int roster_site(const struct roster *roster, const char *structure,
    const char *text, const struct roster_item **out, struct err *err);

/* The first supervisor, by identifier, of a crew; NULL when it has none. */
const struct roster_item *roster_first_supervisor(
    const struct roster *roster, const struct roster_item *crew);

/* A crew's usual stretch for "am" or "pm"; false when it has none. */
bool roster_stretch(
    const struct roster_item *crew, const char *slot, int *start, int *end);

#endif
