#include <stdlib.h>
#include <string.h>

#include "server/import/reference.h"
#include "server/plan.h"
#include "shared/ledger.h"

struct plan {
	char structure[TEXT_ID_MAX + 1];
	struct people *people;
	json_t *crews;
	json_t *contracts; /* worker to the list of his or her contracts */
};

void plan_free(struct plan *plan)
{
	if (plan == NULL)
		return;
	people_free(plan->people);
	json_decref(plan->crews);
	json_decref(plan->contracts);
	free(plan);
}

static int note_contract(
    void *context, const struct record_row *row, struct err *err)
{
	json_t *all = context, *list = json_object_get(all, row->subject);
	json_t *value;
	int rc;

	if ((rc = reference_value(&value, row, err)) < 0 || value == NULL)
		return rc;
	if (list == NULL) {
		list = json_array();
		if (!json_put(all, row->subject, list)) {
			json_decref(value);
			return err_nomem(err);
		}
	}
	return json_array_append_new(list, value) < 0 ? err_nomem(err) : 0;
}

int plan_load(
    struct plan **out, struct db *db, const char *structure, struct err *err)
{
	struct plan *plan = calloc(1, sizeof(*plan));
	int rc;

	*out = NULL;
	if (plan == NULL)
		return err_nomem(err);
	text_copy(plan->structure, sizeof(plan->structure), structure);
	if ((plan->contracts = json_object()) == NULL) {
		rc = err_nomem(err);
		goto out;
	}
	if ((rc = people_load(&plan->people, db, structure, err)) < 0 ||
	    (rc = reference_load(&plan->crews, db, "crew", err)) < 0)
		goto out;
	rc = ledger_family(
	    db, structure, "contract", note_contract, plan->contracts, err);
out:
	if (rc < 0)
		plan_free(plan);
	else
		*out = plan;
	return rc;
}

const struct people *plan_people(const struct plan *plan)
{
	return plan->people;
}

static bool is_within(const json_t *contract, const char *day)
{
	const char *start = json_text(contract, "start");
	const char *end = json_text(contract, "end");

	return (start[0] == '\0' || strcmp(start, day) <= 0) &&
	       (end[0] == '\0' || strcmp(day, end) <= 0);
}

/* Under contract on this day? ${*days} receives the contract's own days. */
static bool is_employed(const struct plan *plan, const char *worker,
    const char *day, const char **days)
{
	const json_t *list = json_object_get(plan->contracts, worker);

	*days = "";
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *contract = json_array_get(list, i);

		if (!is_within(contract, day))
			continue;
		*days = json_text(contract, "days");
		return true;
	}
	return json_array_size(list) == 0;
}

unsigned plan_day(const struct plan *plan, const struct person *person,
    const struct date *day)
{
	char text[DATE_TEXT];
	const char *days, *id;
	const json_t *crew;

	date_format(day, text);
	id = people_crew(person, text);
	if (person->newcomer || id[0] == '\0' ||
	    !is_employed(plan, person->id, text, &days))
		return 0;
	crew = reference_get(plan->crews, plan->structure, id);
	return planned_halves(crew, days, day);
}
