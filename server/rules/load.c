#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "server/contracts.h"
#include "server/import/reference.h"
#include "server/rules/load.h"
#include "server/rules/week.h"
#include "server/store/slots.h"
#include "shared/hours.h"
#include "shared/ledger.h"
#include "shared/text.h"

#define BUILDING "batiment"

/* A person with room for what belongs to it. */
struct item {
	struct rules_item shown;
	struct rules_slot *slots; /* owned */
	size_t slot_room;
	bool elsewhere; /* some slots are of other structures */
	struct rules_contract *contracts; /* owned */
	size_t contract_room;
	struct rules_pmsmp *pmsmps; /* owned, and each host */
	size_t pmsmp_room;
};

struct rules_staff {
	struct people *people;
	struct item *items; /* owned, by worker */
	size_t count;
	json_t *others; /* structures where people work too: the keys */
	/* While they are read. */
	const struct rules_places *places;
	const char *structure;
	unsigned kind;
	int64_t times_from;
	size_t last; /* the item found last: rows come by worker */
};

int rules_places_load(
    struct rules_places *out, struct office *office, struct err *err)
{
	int rc;

	memset(out, 0, sizeof(*out));
	if ((rc = reference_load(
		 &out->structures, office->db, "structure", err)) < 0 ||
	    (rc = reference_load(&out->sites, office->db, "site", err)) < 0)
		return rc;
	return reference_load(&out->crews, office->db, "crew", err);
}

void rules_places_clear(struct rules_places *places)
{
	json_decref(places->structures);
	json_decref(places->sites);
	json_decref(places->crews);
	memset(places, 0, sizeof(*places));
}

static void item_clear(struct item *item)
{
	for (size_t i = 0; i < item->shown.person.pmsmp_count; i++)
		free((char *)(uintptr_t)item->pmsmps[i].host);
	free(item->slots);
	free(item->contracts);
	free(item->pmsmps);
}

void rules_staff_free(struct rules_staff *staff)
{
	if (staff == NULL)
		return;
	for (size_t i = 0; i < staff->count; i++)
		item_clear(&staff->items[i]);
	free(staff->items);
	json_decref(staff->others);
	people_free(staff->people);
	free(staff);
}

size_t rules_staff_count(const struct rules_staff *staff)
{
	return staff->count;
}

const struct rules_item *rules_staff_at(
    const struct rules_staff *staff, size_t index)
{
	assert(index < staff->count);
	return &staff->items[index].shown;
}

/* NULL for somebody on no list. */
static struct item *find(struct rules_staff *staff, const char *worker)
{
	size_t low = 0, high = staff->count;

	if (staff->last < staff->count &&
	    strcmp(staff->items[staff->last].shown.who->id, worker) == 0)
		return &staff->items[staff->last];
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(worker, staff->items[middle].shown.who->id);

		if (order == 0) {
			staff->last = middle;
			return &staff->items[middle];
		}
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

/* Room for one more of ${size} bytes in ${*list}. */
static int grow(
    void **list, size_t count, size_t *room, size_t size, struct err *err)
{
	size_t more = *room == 0 ? 16 : 2 * *room;
	void *larger;

	if (count < *room)
		return 0;
	if ((larger = reallocarray(*list, more, size)) == NULL)
		return err_nomem(err);
	*list = larger;
	*room = more;
	return 0;
}

/* ---- hours ---- */

static bool is_building(const struct rules_staff *staff,
    const struct item *item, const struct record_row *row)
{
	const char *site = row->site;

	if (site[0] == '\0')
		site = json_text(
		    reference_get(staff->places->crews, row->structure,
			people_crew(item->shown.who, row->day)),
		    "site");
	return strcmp(json_text(reference_get(
				    staff->places->sites, row->structure, site),
			  "sector"),
		   BUILDING) == 0;
}

static int read_times(
    struct rules_slot *slot, const struct record_row *row, struct err *err)
{
	struct hours hours;
	json_t *value;
	int rc;

	/* Few slots have any: the others need no reading. */
	if (strstr(row->value, "\"start\"") == NULL &&
	    strstr(row->value, "\"end\"") == NULL &&
	    strstr(row->value, "\"break\"") == NULL)
		return 0;
	if ((rc = reference_value(&value, row, err)) < 0 || value == NULL)
		return rc;
	hours_read(&hours, value);
	slot->start = hours.start;
	slot->end = hours.end;
	slot->pause = hours.pause;
	json_decref(value);
	return 0;
}

/* The name of another structure, kept as long as ${staff}; NULL: no memory. */
static const char *name_other(struct rules_staff *staff, const char *structure)
{
	if (json_object_get(staff->others, structure) == NULL &&
	    !json_put(staff->others, structure, json_true()))
		return NULL;
	return json_object_iter_key(
	    json_object_iter_at(staff->others, structure));
}

/* ${other} is the structure of a slot that is of another one, else NULL. */
static int take_slot(struct rules_staff *staff, const struct record_row *row,
    const char *other, struct err *err)
{
	const struct kind *kind = kind_by_slug(row->kind);
	struct item *item = find(staff, row->subject);
	struct rules_person *person;
	struct rules_slot *slot;
	int rc;

	/* Contested and unknown ones are a closing's to settle. */
	if (item == NULL || kind == NULL ||
	    strcmp(row->state, RECORD_MERGED) != 0)
		return 0;
	person = &item->shown.person;
	if ((rc = grow((void **)&item->slots, person->slot_count,
		 &item->slot_room, sizeof(*slot), err)) < 0)
		return rc;
	slot = &item->slots[person->slot_count++];
	*slot = (struct rules_slot){
	    .day = day_number(row->day, 0),
	    .kind = kind,
	    .minutes = (int)row->minutes,
	    .start = -1,
	    .end = -1,
	    .elsewhere = other,
	    .building = other == NULL &&
	                strcmp(kind->slug, "bad_weather") == 0 &&
	                is_building(staff, item, row),
	};
	item->elsewhere = item->elsewhere || other != NULL;
	text_copy(slot->slot, sizeof(slot->slot), row->slot);
	return slot->day < staff->times_from ? 0 : read_times(slot, row, err);
}

static int note_slot(
    void *context, const struct record_row *row, struct err *err)
{
	return take_slot(context, row, NULL, err);
}

static int note_elsewhere(
    void *context, const struct record_row *row, struct err *err)
{
	const char *other = name_other(context, row->structure);

	return other == NULL ? err_nomem(err)
	                     : take_slot(context, row, other, err);
}

/* By day, those of this structure first. */
static int compare_slots(const void *a, const void *b)
{
	const struct rules_slot *one = a, *two = b;
	int order = 0;

	if (one->day != two->day)
		return one->day < two->day ? -1 : 1;
	if (one->elsewhere == NULL || two->elsewhere == NULL)
		order = (one->elsewhere != NULL) - (two->elsewhere != NULL);
	else
		order = strcmp(one->elsewhere, two->elsewhere);
	return order != 0 ? order : strcmp(one->slot, two->slot);
}

/* Their hours, and those that the same people have in other structures. */
static int read_hours(struct rules_staff *staff, struct office *office,
    const struct rules_month *month, struct err *err)
{
	char first[DATE_TEXT], last[DATE_TEXT];
	int rc;

	day_format(month->first - RULES_DAYS_BEFORE, first);
	day_format(month->last + RULES_DAYS_AFTER, last);
	if ((rc = ledger_days(office->db, staff->structure, "hours", first,
		 last, note_slot, staff, err)) < 0)
		return rc;
	if ((staff->others = json_object()) == NULL)
		return err_nomem(err);
	rc = slots_elsewhere(office->db, staff->structure, first, last,
	    note_elsewhere, staff, err);
	for (size_t i = 0; rc == 0 && i < staff->count; i++) {
		struct item *item = &staff->items[i];

		if (item->elsewhere)
			qsort(item->slots, item->shown.person.slot_count,
			    sizeof(*item->slots), compare_slots);
	}
	return rc;
}

/* ---- what else is known of somebody ---- */

static int note_identity(
    void *context, const struct record_row *row, struct err *err)
{
	struct rules_staff *staff = context;
	struct item *item = find(staff, row->subject);
	json_t *value;
	int rc;

	if (item == NULL)
		return 0;
	if ((rc = reference_value(&value, row, err)) < 0)
		return rc;
	item->shown.person.birth =
	    day_number(json_text(value, "birth"), RULES_UNKNOWN);
	item->shown.person.pass_end =
	    day_number(json_text(value, "pass_end"), RULES_UNKNOWN);
	json_decref(value);
	return 0;
}

/* A contract of no kind is what its structure makes: a CDDI. */
static bool is_cddi(const struct rules_staff *staff, const char *kind)
{
	const unsigned makers = (unsigned)STRUCTURE_ACI |
	                        (unsigned)STRUCTURE_EI | (unsigned)STRUCTURE_AI;

	return kind[0] == '\0' ? (staff->kind & makers) != 0
	                       : text_same(kind, "CDDI");
}

static int add_contract(struct rules_staff *staff, struct item *item,
    const json_t *value, struct err *err)
{
	struct rules_person *person = &item->shown.person;
	int64_t last = day_number(contract_last(value), RULES_UNKNOWN);
	int rc = grow((void **)&item->contracts, person->contract_count,
	    &item->contract_room, sizeof(*item->contracts), err);

	if (rc < 0)
		return rc;
	item->contracts[person->contract_count++] = (struct rules_contract){
	    .start = day_number(json_text(value, "start"), RULES_UNKNOWN),
	    .end = last,
	    .planned = day_number(json_text(value, "end"), RULES_UNKNOWN),
	    .weekly = (int)json_int(value, "weekly", 0),
	    .cddi = is_cddi(staff, json_text(value, "kind")),
	};
	return 0;
}

static int take_contracts(
    struct rules_staff *staff, struct office *office, struct err *err)
{
	struct contracts *contracts = NULL;
	int rc = contracts_load(&contracts, office->db, staff->structure, err);

	for (size_t i = 0; rc == 0 && i < staff->count; i++) {
		const json_t *list = contracts_list(
		    contracts, staff->structure, staff->items[i].shown.who->id);

		for (size_t j = 0; rc == 0 && j < json_array_size(list); j++)
			rc = add_contract(staff, &staff->items[i],
			    json_object_get(json_array_get(list, j), "value"),
			    err);
	}
	contracts_free(contracts);
	return rc;
}

static int note_pmsmp(
    void *context, const struct record_row *row, struct err *err)
{
	struct rules_staff *staff = context;
	struct item *item = find(staff, row->subject);
	struct rules_person *person;
	struct rules_pmsmp pmsmp;
	json_t *value;
	int rc;

	if (item == NULL)
		return 0;
	if ((rc = reference_value(&value, row, err)) < 0 || value == NULL)
		return rc;
	person = &item->shown.person;
	pmsmp.start = day_number(json_text(value, "start"), RULES_UNKNOWN);
	pmsmp.end = day_number(json_text(value, "end"), RULES_UNKNOWN);
	if (pmsmp.start == RULES_UNKNOWN || pmsmp.end == RULES_UNKNOWN ||
	    (rc = grow((void **)&item->pmsmps, person->pmsmp_count,
		 &item->pmsmp_room, sizeof(pmsmp), err)) < 0)
		goto out;
	if ((pmsmp.host = strdup(json_text(value, "siret"))) == NULL) {
		rc = err_nomem(err);
		goto out;
	}
	item->pmsmps[person->pmsmp_count++] = pmsmp;
out:
	json_decref(value);
	return rc;
}

/* ---- a structure ---- */

static int take_people(struct rules_staff *staff, struct office *office,
    const char *worker, struct err *err)
{
	size_t all;
	int rc = people_load(&staff->people, office->db, staff->structure, err);

	if (rc < 0)
		return rc;
	all = people_count(staff->people);
	if ((staff->items = calloc(all + 1, sizeof(*staff->items))) == NULL)
		return err_nomem(err);
	for (size_t i = 0; i < all; i++) {
		const struct person *who = people_at(staff->people, i);
		struct item *item = &staff->items[staff->count];

		if (worker != NULL && strcmp(worker, who->id) != 0)
			continue;
		item->shown.who = who;
		item->shown.person.structure = staff->kind;
		item->shown.person.birth = RULES_UNKNOWN;
		item->shown.person.pass_end = RULES_UNKNOWN;
		staff->count++;
	}
	return 0;
}

static int read_records(struct rules_staff *staff, struct office *office,
    const struct rules_month *month, struct err *err)
{
	static const struct {
		const char *family;
		ledger_each_record *note;
	} families[] = {
	    {"identity", note_identity},
	    {"pmsmp", note_pmsmp},
	};
	int rc = take_contracts(staff, office, err);

	for (size_t i = 0;
	     rc == 0 && i < sizeof(families) / sizeof(families[0]); i++)
		rc = ledger_family(office->db, staff->structure,
		    families[i].family, families[i].note, staff, err);
	return rc < 0 ? rc : read_hours(staff, office, month, err);
}

/* Lists grew while they were read: point to them now. */
static void settle(struct rules_staff *staff)
{
	for (size_t i = 0; i < staff->count; i++) {
		struct item *item = &staff->items[i];
		struct rules_person *person = &item->shown.person;

		person->slots = item->slots;
		person->contracts = item->contracts;
		person->pmsmps = item->pmsmps;
	}
}

int rules_staff_load(struct rules_staff **out, struct office *office,
    const struct rules_places *places, const char *structure,
    const char *worker, const struct rules_month *month, struct err *err)
{
	struct rules_staff *staff = calloc(1, sizeof(*staff));
	int rc;

	*out = NULL;
	if (staff == NULL)
		return err_nomem(err);
	staff->places = places;
	staff->structure = structure;
	staff->kind = (unsigned)structure_kind_find(json_text(
	    reference_get(places->structures, structure, structure), "kind"));
	staff->times_from = month->first - RULES_TIMES_BEFORE;
	if ((rc = take_people(staff, office, worker, err)) == 0 &&
	    staff->count > 0)
		rc = read_records(staff, office, month, err);
	settle(staff);
	if (rc < 0)
		rules_staff_free(staff);
	else
		*out = staff;
	return rc;
}
