/*
 * ETP realised beside ETP agreed, annex by annex. A month's ETP is its hours
 * divided by the annex's own hours_per_etp, times 12.
 */
#include <string.h>

#include "server/contracts.h"
#include "server/declare/declare.h"
#include "server/import/reference.h"
#include "shared/date.h"
#include "shared/text.h"

int64_t declare_etp(int64_t hours, int64_t hours_per_etp, int64_t months)
{
	int64_t below = hours_per_etp * months;

	if (below <= 0)
		return 0;
	return (hours * 12 * 100 * 2 + below) / (2 * below);
}

/* The hours of one month by annex. */
static int month_hours(struct office *office, const char *structure,
    const char *month, json_t **out, struct err *err)
{
	json_t *declared = NULL;
	const json_t *rows;
	bool done;
	int rc = declare_rows(office, structure, month, &declared, err);

	if (rc < 0)
		return rc;
	*out = json_object();
	done = *out != NULL;
	rows = json_object_get(declared, "rows");
	for (size_t i = 0; done && i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);
		const char *annex = json_text(row, "annex");

		done = json_put_int(*out, annex,
		    json_int(*out, annex, 0) + json_int(row, "hours", 0));
	}
	json_decref(declared);
	return done ? 0 : err_nomem(err);
}

static void next_month(char month[MONTH_TEXT])
{
	char first[DATE_TEXT], last[DATE_TEXT], day[DATE_TEXT];
	struct date date;

	if (date_parse_month(month, first, last, NULL) < 0 ||
	    date_parse(&date, last, NULL) < 0)
		return;
	date = date_from_days(date_days(&date) + 1);
	date_format(&date, day);
	text_copy(month, MONTH_TEXT, day);
}

/* Months already counted, so that annexes of one structure share them. */
struct counting {
	struct office *office;
	const char *structure;
	json_t *months; /* month to {annex:hours} */
};

static int hours_of(struct counting *counting, const char *month,
    const char *annex, int64_t *hours, struct err *err)
{
	json_t *found = json_object_get(counting->months, month);
	int rc;

	if (found == NULL) {
		if ((rc = month_hours(counting->office, counting->structure,
			 month, &found, err)) < 0)
			return rc;
		if (!json_put(counting->months, month, found))
			return err_nomem(err);
	}
	*hours = json_int(found, annex, 0);
	return 0;
}

static int add_annex(struct counting *counting, const char *annex,
    const json_t *value, const char *month, json_t *list, struct err *err)
{
	int64_t per = json_int(value, "hours_per_etp", 0);
	int64_t posts = json_int(value, "etp_posts", 0);
	int64_t hours = 0, sum = 0, months = 0;
	char first[MONTH_TEXT], at[MONTH_TEXT];
	int rc = 0;

	text_copy(first, sizeof(first), json_text(value, "start"));
	text_copy(at, sizeof(at), first);
	for (; rc == 0 && strcmp(at, month) <= 0; next_month(at)) {
		if ((rc = hours_of(counting, at, annex, &hours, err)) < 0)
			return rc;
		sum += hours;
		months++;
	}
	if (json_array_append_new(list,
		json_pack("{s:s, s:s, s:s, s:s, s:I, s:I, s:{s:I, s:I},"
			  " s:{s:s, s:s, s:I, s:I, s:I, s:I}}",
		    "annex", annex, "measure", json_text(value, "measure"),
		    "start", json_text(value, "start"), "end",
		    json_text(value, "end"), "etp_posts", (json_int_t)posts,
		    "hours_per_etp", (json_int_t)per, "month", "hours",
		    (json_int_t)hours, "etp",
		    (json_int_t)declare_etp(hours, per, 1), "period", "first",
		    first, "last", month, "months", (json_int_t)months, "hours",
		    (json_int_t)sum, "etp",
		    (json_int_t)declare_etp(sum, per, months), "agreed",
		    (json_int_t)((posts * per * months * 2 + 1200) / 2400))) <
	    0)
		return err_nomem(err);
	return 0;
}

static int add_all(struct counting *counting, const struct contracts *contracts,
    const char *month, json_t *list, struct err *err)
{
	const json_t *annexes = contracts_annexes(contracts);
	char first[DATE_TEXT], last[DATE_TEXT];
	const char *key;
	json_t *value;
	int rc = date_parse_month(month, first, last, err);

	json_object_foreach((json_t *)(uintptr_t)annexes, key, value)
	{
		if (rc == 0 && contract_meets(json_text(value, "start"),
				   json_text(value, "end"), first, last))
			rc = add_annex(counting, strchr(key, '/') + 1, value,
			    month, list, err);
	}
	return rc;
}

int declare_annexes(struct office *office, const char *structure,
    const char *month, json_t **out, struct err *err)
{
	struct counting counting = {office, structure, json_object()};
	struct contracts *contracts = NULL;
	json_t *list = json_array();
	int rc;

	*out = NULL;
	if (counting.months == NULL || list == NULL)
		rc = err_nomem(err);
	else if ((rc = contracts_load(
		      &contracts, office->db, structure, err)) == 0)
		rc = add_all(&counting, contracts, month, list, err);
	if (rc == 0)
		*out = json_incref(list);
	json_decref(list);
	json_decref(counting.months);
	contracts_free(contracts);
	return rc;
}
