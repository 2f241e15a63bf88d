#include <string.h>

#include "server/contracts.h"
#include "server/import/reference.h"
#include "server/lists.h"
#include "shared/ledger.h"
#include "shared/ledger_device.h"

/* Members of a record's value that a list shows, beside structure and id. */
static const struct listed {
	const char *list, *family;
	const char *members[3];
} listed[] = {
    {"structures", "structure", {"name", "kind", NULL}},
    {"sites", "site", {"name", NULL, NULL}},
    {"crews", "crew", {"name", "site", NULL}},
    {"annexes", "annex", {"start", "end", NULL}},
};

struct listing {
	const struct listed *of;
	json_t *rows;
};

static int add_row(void *context, const struct record_row *row, struct err *err)
{
	struct listing *listing = context;
	const char *const *member = listing->of->members;
	json_t *value = NULL, *item;
	int rc = reference_value(&value, row, err);
	bool done;

	if (rc < 0 || value == NULL)
		return rc;
	item = json_pack(
	    "{s:s, s:s}", "structure", row->structure, "id", row->subject);
	done = item != NULL;
	for (; done && *member != NULL; member++)
		done = json_put_text(item, *member, json_text(value, *member));
	json_decref(value);
	if (done && json_array_append(listing->rows, item) == 0)
		rc = 0;
	else
		rc = err_nomem(err);
	json_decref(item);
	return rc;
}

int lists_json(struct office *office, json_t **out, struct err *err)
{
	json_t *all = json_object();
	int rc = all != NULL ? 0 : err_nomem(err);

	for (size_t i = 0; rc == 0 && i < sizeof(listed) / sizeof(listed[0]);
	     i++) {
		struct listing listing = {&listed[i], json_array()};

		if (!json_put(all, listed[i].list, listing.rows))
			rc = err_nomem(err);
		else
			rc = ledger_family(office->db, NULL, listed[i].family,
			    add_row, &listing, err);
	}
	if (rc < 0) {
		json_decref(all);
		all = NULL;
	}
	*out = all;
	return rc;
}

/* ---- counts ---- */

struct count {
	json_t *seen; /* identifiers counted once; NULL: each row counts */
	int64_t n;
};

static int is_laptop(
    const struct record_row *row, bool *laptop, struct err *err)
{
	json_t *value = NULL;
	int rc = reference_value(&value, row, err);

	*laptop = rc == 0 && strcmp(json_text(value, "role"), ROLE_LAPTOP) == 0;
	json_decref(value);
	return rc;
}

static int count_row(
    void *context, const struct record_row *row, struct err *err)
{
	struct count *count = context;
	bool laptop = true;
	int rc;

	if (row->value[0] != '{')
		return 0;
	if (strcmp(row->family, "enrolment") == 0) {
		if ((rc = is_laptop(row, &laptop, err)) < 0 || !laptop)
			return rc;
	}
	if (count->seen != NULL) {
		if (json_object_get(count->seen, row->subject) != NULL)
			return 0;
		if (!json_put(count->seen, row->subject, json_true()))
			return err_nomem(err);
	}
	count->n++;
	return 0;
}

/* Those that count: one that another has replaced does not. */
static int count_contracts(struct office *office, json_t *all, struct err *err)
{
	struct contracts *contracts = NULL;
	int rc = contracts_load(&contracts, office->db, NULL, err);

	if (rc == 0 &&
	    !json_put_int(all, "contracts", contracts_count(contracts)))
		rc = err_nomem(err);
	contracts_free(contracts);
	return rc;
}

int lists_count(struct office *office, json_t **out, struct err *err)
{
	static const struct {
		const char *name, *family;
	} counted[] = {
	    {"structures", "structure"},
	    {"annexes", "annex"},
	    {"sites", "site"},
	    {"crews", "crew"},
	    {"workers", "worker"},
	    {"supervisors", "supervisor"},
	    {"skills", "skill"},
	    {"laptops", "enrolment"},
	};
	json_t *all = json_object();
	int rc = all != NULL ? 0 : err_nomem(err);

	for (size_t i = 0; rc == 0 && i < sizeof(counted) / sizeof(counted[0]);
	     i++) {
		bool once = strcmp(counted[i].family, "enrolment") == 0;
		struct count count = {once ? json_object() : NULL, 0};

		if (once && count.seen == NULL)
			rc = err_nomem(err);
		else
			rc = ledger_family(office->db, NULL, counted[i].family,
			    count_row, &count, err);
		json_decref(count.seen);
		if (rc == 0 && !json_put_int(all, counted[i].name, count.n))
			rc = err_nomem(err);
	}
	if (rc == 0)
		rc = count_contracts(office, all, err);
	if (rc < 0) {
		json_decref(all);
		all = NULL;
	}
	*out = all;
	return rc;
}
