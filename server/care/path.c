#include <string.h>

#include "server/care/due.h"
#include "server/care/path.h"
#include "server/care/pmsmp.h"
#include "server/contracts.h"
#include "server/import/people.h"
#include "server/import/reference.h"
#include "shared/ledger.h"
#include "shared/signoff.h"

#define SIGNOFF_MONTHS 12

/* ---- who ---- */

static const char *name_of(
    const json_t *loaded, const char *structure, const char *id)
{
	const char *name =
	    json_text(reference_get(loaded, structure, id), "name");

	return name[0] != '\0' ? name : id;
}

static int put_crews(const struct person *person, const json_t *crews,
    json_t *page, struct err *err)
{
	const json_t *stays = json_object_get(person->value, "crews");
	json_t *out = json_array();

	for (size_t i = 0; out != NULL && i < json_array_size(stays); i++) {
		const json_t *stay = json_array_get(stays, i);
		const char *crew = json_text(stay, "crew");

		if (json_array_append_new(out,
			json_pack("{s:s, s:s, s:s, s:s}", "crew", crew, "name",
			    name_of(crews, person->structure, crew), "from",
			    json_text(stay, "from"), "to",
			    json_text(stay, "to"))) < 0) {
			json_decref(out);
			out = NULL;
		}
	}
	return json_put(page, "crews", out) ? 0 : err_nomem(err);
}

static int put_person(struct office *office, const struct care_worker *worker,
    json_t *page, struct err *err)
{
	struct people *people = NULL;
	json_t *crews = NULL, *structures = NULL;
	struct buf name = BUF_INIT;
	const struct person *person;
	int rc;

	if ((rc = people_load(&people, office->db, worker->structure, err)) <
		0 ||
	    (rc = reference_load(&crews, office->db, "crew", err)) < 0 ||
	    (rc = reference_load(&structures, office->db, "structure", err)) <
		0)
		goto out;
	person = people_find(people, worker->structure, worker->worker);
	if (person == NULL) {
		rc = err_set(err, E_NOT_FOUND, "%s", worker->worker);
		goto out;
	}
	people_name(&name, person);
	if ((rc = buf_check(&name, err)) < 0)
		goto out;
	if (!json_put_text(page, "name", buf_text(&name)) ||
	    !json_put_text(page, "structure_name",
		name_of(structures, worker->structure, worker->structure)) ||
	    !json_put_text(page, "structure_kind",
		json_text(reference_get(
			      structures, worker->structure, worker->structure),
		    "kind")))
		rc = err_nomem(err);
	else
		rc = put_crews(person, crews, page, err);
out:
	buf_free(&name);
	people_free(people);
	json_decref(crews);
	json_decref(structures);
	return rc;
}

/* ---- contracts ---- */

static int put_contracts(struct office *office,
    const struct care_worker *worker, const char *today, json_t *page,
    struct err *err)
{
	struct contracts *contracts = NULL;
	json_t *out = json_array();
	const json_t *list;
	int rc = contracts_load(&contracts, office->db, worker->structure, err);

	list = rc < 0 ? NULL
	              : contracts_list(
			    contracts, worker->structure, worker->worker);
	for (size_t i = 0; rc == 0 && i < json_array_size(list); i++) {
		const json_t *contract = json_array_get(list, i);
		const json_t *value = json_object_get(contract, "value");
		const char *last = contract_last(value);

		if (json_array_append_new(out,
			json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:b}",
			    "id", json_text(contract, "id"), "kind",
			    json_text(value, "kind"), "annex",
			    contracts_annex(
				contracts, worker->structure, value, today),
			    "start", json_text(value, "start"), "end",
			    json_text(value, "end"), "real_end",
			    json_text(value, "real_end"), "weekly",
			    (json_int_t)json_int(value, "weekly", 0), "current",
			    strcmp(json_text(value, "start"), today) <= 0 &&
				(last[0] == '\0' ||
				    strcmp(today, last) <= 0))) < 0)
			rc = err_nomem(err);
	}
	contracts_free(contracts);
	if (rc < 0)
		json_decref(out);
	else if (!json_put(page, "contracts", out))
		rc = err_nomem(err);
	return rc;
}

/* ---- accompaniment ---- */

/* By host: how much of the twelve months that end today, or with the last
 * immersion there, is used. */
#define STAYS_MAX 64

static int put_host(const json_t *rows, const json_t *first, int64_t today,
    json_t *hosts, struct err *err)
{
	const char *siret = json_text(first, "siret");
	struct pmsmp_stay stays[STAYS_MAX];
	struct pmsmp_load load;
	size_t count = 0;
	int64_t last = today;

	for (size_t i = 0; i < json_array_size(rows) && count < STAYS_MAX;
	     i++) {
		const json_t *row = json_array_get(rows, i);

		if (strcmp(json_text(row, "siret"), siret) != 0)
			continue;
		stays[count].first = care_days(json_text(row, "start"));
		stays[count].last = care_days(json_text(row, "end"));
		if (stays[count].last > last)
			last = stays[count].last;
		count++;
	}
	pmsmp_until(&load, stays, count, last);
	return json_array_append_new(hosts,
		   json_pack("{s:s, s:s, s:I, s:I, s:I, s:I}", "siret", siret,
		       "host", json_text(first, "host"), "days",
		       (json_int_t)load.days, "remaining",
		       (json_int_t)(load.days < PMSMP_HOST_DAYS
					? PMSMP_HOST_DAYS - load.days
					: 0),
		       "conventions", (json_int_t)load.conventions,
		       "conventions_max", (json_int_t)PMSMP_CONVENTIONS)) < 0
	           ? err_nomem(err)
	           : 0;
}

static bool has_host(const json_t *hosts, const char *siret)
{
	for (size_t i = 0; i < json_array_size(hosts); i++) {
		if (strcmp(json_text(json_array_get(hosts, i), "siret"),
			siret) == 0)
			return true;
	}
	return false;
}

static int put_hosts(
    const json_t *rows, const char *today, json_t *page, struct err *err)
{
	json_t *hosts = json_array();
	int rc = hosts != NULL ? 0 : err_nomem(err);

	for (size_t i = 0; rc == 0 && i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);

		if (!has_host(hosts, json_text(row, "siret")))
			rc = put_host(rows, row, care_days(today), hosts, err);
	}
	if (rc < 0)
		json_decref(hosts);
	else if (!json_put(page, "hosts", hosts))
		rc = err_nomem(err);
	return rc;
}

static int put_care(struct office *office, const struct care_worker *worker,
    const char *today, json_t *page, struct err *err)
{
	static const char *const members[CARE_FAMILIES] = {
	    [CARE_MEETING] = "meetings",
	    [CARE_TRAINING] = "trainings",
	    [CARE_PMSMP] = "pmsmp",
	    [CARE_EXIT] = "exits",
	    [CARE_FOLLOWUP] = "followups",
	};
	const struct care_filter filter = {
	    worker->structure, worker->worker, NULL, NULL, false};
	const struct due_filter due = {
	    worker->structure, worker->worker, DUE_WITHIN_DAYS};
	json_t *rows = NULL;
	int rc = 0;

	for (int i = 0; rc == 0 && i < CARE_FAMILIES; i++) {
		rc =
		    care_list(office, (enum care_family)i, &filter, &rows, err);
		if (rc == 0 && !json_put(page, members[i], rows))
			rc = err_nomem(err);
	}
	if (rc == 0)
		rc =
		    put_hosts(json_object_get(page, "pmsmp"), today, page, err);
	if (rc == 0)
		rc = due_json(office, &due, &rows, err);
	if (rc == 0 && !json_put(page, "due", rows))
		rc = err_nomem(err);
	return rc;
}

/* ---- sign-offs ---- */

static int add_signoff(struct office *office, const struct care_worker *worker,
    const char *month, json_t *out, struct err *err)
{
	struct signoff_sheet sheet;
	struct signoff signoff;
	int rc = signoff_sheet_load(
	    &sheet, office->db, worker->structure, worker->worker, month, err);

	if (rc == 0 && sheet.count > 0 &&
	    (rc = signoff_read(&signoff, office->db, &sheet, err)) == 0 &&
	    json_array_append_new(
		out, json_pack("{s:s, s:s, s:b, s:s, s:I}", "month", month,
			 "state", signoff_state_word(signoff.state),
			 "disagreed", signoff.disagreed, "at",
			 signoff.state == SIGNOFF_IS_NONE ? "" : signoff.at,
			 "payable", (json_int_t)sheet.payable)) < 0)
		rc = err_nomem(err);
	signoff_sheet_clear(&sheet);
	return rc;
}

int path_signoffs(struct office *office, const struct care_worker *worker,
    json_t *page, struct err *err)
{
	json_t *out = json_array();
	struct date today, first;
	int rc = out != NULL ? 0 : err_nomem(err);

	date_local(os_now_s(office->os), &today);
	today.day = 1;
	for (int i = SIGNOFF_MONTHS - 1; rc == 0 && i >= 0; i--) {
		char day[DATE_TEXT], month[MONTH_TEXT];

		first = date_add_months(&today, -i);
		date_format(&first, day);
		text_copy(month, sizeof(month), day);
		rc = add_signoff(office, worker, month, out, err);
	}
	if (rc < 0)
		json_decref(out);
	else if (!json_put(page, "signoffs", out))
		rc = err_nomem(err);
	return rc;
}

/* ---- the page ---- */

int path_show(struct office *office, const struct care_worker *worker,
    const char *job, bool whole, json_t **out, struct err *err)
{
	char today[DATE_TEXT];
	json_t *page;
	int rc;

	*out = NULL;
	care_today(office, today);
	page = json_pack("{s:i, s:s, s:s, s:s}", "schema", 1, "worker",
	    worker->worker, "structure", worker->structure, "today", today);
	if (page == NULL)
		return err_nomem(err);
	if ((rc = put_person(office, worker, page, err)) < 0 ||
	    (rc = put_contracts(office, worker, today, page, err)) < 0 ||
	    (rc = path_hours(office, worker, page, err)) < 0 ||
	    (whole &&
		((rc = path_skills(office, worker, job, page, err)) < 0 ||
		    (rc = put_care(office, worker, today, page, err)) < 0)) ||
	    (rc = path_signoffs(office, worker, page, err)) < 0)
		json_decref(page);
	else
		*out = page;
	return rc;
}
