#include <stdlib.h>
#include <string.h>

#include "agent/members.h"
#include "shared/ledger.h"
#include "shared/planned.h"

static bool is_member(const struct roster *roster,
    const struct roster_item *crew, const struct roster_item *person,
    const char *day)
{
	bool on_day;

	return roster_crew_of(roster, person, day, &on_day) == crew && on_day &&
	       (roster_match(person)[0] == '\0' ||
		   roster_find(&roster->workers, person->structure,
		       roster_match(person)) == NULL);
}

int members_load(struct members *out, const struct roster *roster,
    const struct roster_item *crew, const char *day, struct err *err)
{
	const struct roster_list *const lists[] = {
	    &roster->workers, &roster->newcomers};
	size_t room = roster->workers.count + roster->newcomers.count;

	out->count = 0;
	out->items = calloc(room > 0 ? room : 1, sizeof(*out->items));
	if (out->items == NULL)
		return err_nomem(err);
	for (size_t l = 0; l < sizeof(lists) / sizeof(lists[0]); l++) {
		for (size_t i = 0; i < lists[l]->count; i++) {
			const struct roster_item *item = &lists[l]->items[i];

			if (is_member(roster, crew, item, day))
				out->items[out->count++] = item;
		}
	}
	return 0;
}

void members_clear(struct members *members)
{
	free(members->items);
	memset(members, 0, sizeof(*members));
}

const char *members_subject(const struct roster_item *member)
{
	const char *match =
	    record_is_newcomer(member->id) ? roster_match(member) : "";

	return match[0] != '\0' ? match : member->id;
}

/* The civil day of a newcomer's first entry. */
static int take_first(
    void *context, const struct entry_row *row, struct err *err)
{
	struct date date;
	int64_t at_s;

	(void)err;
	if (row->entry == NULL || stamp_parse(&at_s, row->entry->at, NULL) < 0)
		return 0;
	date_local(at_s, &date);
	date_format(&date, context);
	return 1;
}

static int added_on(char out[DATE_TEXT], struct agent *agent,
    const struct roster_item *newcomer, struct err *err)
{
	char record[RECORD_KEY_MAX];

	out[0] = '\0';
	record_key_make(record, "newcomer", newcomer->id, NULL);
	return ledger_history(
	    agent->db, newcomer->structure, record, take_first, out, err);
}

int members_came_later(bool *out, struct agent *agent,
    const struct roster_item *member, const char *day, struct err *err)
{
	char added[DATE_TEXT];
	int rc = 0;

	*out = false;
	if (record_is_newcomer(member->id) &&
	    (rc = added_on(added, agent, member, err)) == 0)
		*out = strcmp(added, day) > 0;
	return rc;
}

int members_expects(bool *out, struct agent *agent,
    const struct roster_item *crew, const struct roster_item *member,
    const char *day, const char *slot, struct err *err)
{
	struct date date;
	bool later;
	unsigned bit = strcmp(slot, "am") == 0   ? PLAN_AM
	               : strcmp(slot, "pm") == 0 ? PLAN_PM
	                                         : 0;
	int rc;

	*out = false;
	if ((rc = date_parse(&date, day, err)) < 0)
		return rc;
	*out = (planned_halves(crew->value, "", &date) & bit) != 0;
	if (*out &&
	    (rc = members_came_later(&later, agent, member, day, err)) == 0)
		*out = !later;
	return rc;
}

bool members_answered(const struct slots *slots,
    const struct roster_item *member, const char *day, const char *slot)
{
	const struct slot *held = slots_find(
	    slots, member->structure, members_subject(member), day, slot);

	return held != NULL && strcmp(held->state, RECORD_VOID) != 0;
}
