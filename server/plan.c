#include <stdlib.h>
#include <string.h>

#include "server/import/reference.h"
#include "server/plan.h"
#include "shared/ledger.h"

struct plan {
	char structure[TEXT_ID_MAX + 1];
	struct people *people;
	json_t *crews;
	struct contracts *contracts;
};

void plan_free(struct plan *plan)
{
	if (plan == NULL)
		return;
	people_free(plan->people);
	json_decref(plan->crews);
	contracts_free(plan->contracts);
	free(plan);
}

/* A structure's crews alone: an office may have thousands of structures. */
static int note_crew(
    void *context, const struct record_row *row, struct err *err)
{
	struct plan *plan = context;
	char key[REFERENCE_KEY_MAX];
	json_t *value;
	int rc = reference_value(&value, row, err);

	if (rc < 0 || value == NULL)
		return rc;
	reference_key(key, row->structure, row->subject);
	return json_put(plan->crews, key, value) ? 0 : err_nomem(err);
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
	if ((plan->crews = json_object()) == NULL) {
		rc = err_nomem(err);
		goto out;
	}
	if ((rc = people_load(&plan->people, db, structure, err)) < 0 ||
	    (rc = ledger_family(db, structure, "crew", note_crew, plan, err)) <
		0)
		goto out;
	rc = contracts_load(&plan->contracts, db, structure, err);
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

const struct contracts *plan_contracts(const struct plan *plan)
{
	return plan->contracts;
}

/* Under contract on this day? ${*days} receives the contract's own days. */
static bool is_employed(const struct plan *plan, const char *worker,
    const char *day, const char **days)
{
	const json_t *contract =
	    contracts_on(plan->contracts, plan->structure, worker, day);

	*days = json_text(json_object_get(contract, "value"), "days");
	return contract != NULL ||
	       !contracts_any(plan->contracts, plan->structure, worker);
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
