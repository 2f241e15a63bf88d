#include <string.h>

#include "server/chart/chart.h"
#include "server/contracts.h"
#include "server/declare/declare.h"
#include "server/import/reference.h"
#include "server/rules/week.h"
#include "shared/text.h"

#define YEAR_MONTHS 12

struct etp {
	struct office *office;
	const char *structure;
	const char *name;
	char month[MONTH_TEXT];
	char now[MONTH_TEXT]; /* today's: it is not over */
	json_t *counted;      /* month to {annex:hours}, of the structure */
	json_t *rows;
	json_t *unattached;
};

static int64_t rounded(int64_t over, int64_t below)
{
	return below > 0 ? (2 * over + below) / (2 * below) : 0;
}

/* What the structure declares for a month, annex by annex. */
static int count(struct etp *etp, const char *month, struct err *err)
{
	json_t *declared = NULL, *hours = json_object();
	const json_t *rows;
	bool done = hours != NULL;
	int rc =
	    declare_rows(etp->office, etp->structure, month, &declared, err);

	rows = json_object_get(declared, "rows");
	for (size_t i = 0; rc == 0 && done && i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);
		const char *annex = json_text(row, "annex");

		done = json_put_int(hours, annex,
		    json_int(hours, annex, 0) + json_int(row, "hours", 0));
	}
	json_decref(declared);
	if (rc < 0 || !done) {
		json_decref(hours);
		return rc < 0 ? rc : err_nomem(err);
	}
	return json_put(etp->counted, month, hours) ? 0 : err_nomem(err);
}

static int hours_of(struct etp *etp, const char *month, const char *annex,
    int64_t *out, struct err *err)
{
	int rc = 0;

	if (json_object_get(etp->counted, month) == NULL)
		rc = count(etp, month, err);
	if (rc == 0)
		*out = json_int(json_object_get(etp->counted, month), annex, 0);
	return rc;
}

/* An annex being told, month by month. */
struct line {
	const char *annex;
	const json_t *value;
	int64_t per, posts;
	int64_t months; /* told so far */
	int64_t hours;  /* of those up to ${etp->month} */
	int64_t over;   /* how many of them are over, and their hours */
	int64_t over_hours;
	int64_t so_far; /* how many there are up to ${etp->month} */
	json_t *list;   /* owned */
};

static int add_known(
    struct etp *etp, struct line *line, const char *month, struct err *err)
{
	int64_t hours = 0;
	int rc = hours_of(etp, month, line->annex, &hours, err);

	if (rc < 0)
		return rc;
	line->months++;
	line->so_far++;
	line->hours += hours;
	if (strcmp(month, etp->now) < 0) {
		line->over++;
		line->over_hours += hours;
	}
	if (json_array_append_new(line->list,
		json_pack("{s:s,s:I,s:I,s:I,s:I,s:n}", "month", month, "hours",
		    (json_int_t)hours, "etp",
		    (json_int_t)declare_etp(hours, line->per, 1), "realised",
		    (json_int_t)rounded(line->hours * 100, line->per), "agreed",
		    (json_int_t)rounded(
			line->posts * line->months, YEAR_MONTHS),
		    "projected")) < 0)
		return err_nomem(err);
	return 0;
}

/* What the end of month ${index} (from 1) comes to at the pace of the months
 * that are over, in hundredths of ETP. */
static json_t *projection(const struct line *line, int64_t index)
{
	if (line->over == 0)
		return json_null();
	return json_integer(
	    rounded(line->over_hours * index * 100, line->over * line->per));
}

static int add_ahead(struct line *line, const char *month, struct err *err)
{
	line->months++;
	if (json_array_append_new(line->list,
		json_pack("{s:s,s:n,s:n,s:n,s:I,s:o}", "month", month, "hours",
		    "etp", "realised", "agreed",
		    (json_int_t)rounded(
			line->posts * line->months, YEAR_MONTHS),
		    "projected", projection(line, line->months))) < 0)
		return err_nomem(err);
	return 0;
}

static int finish(struct etp *etp, struct line *line, struct err *err)
{
	const json_t *value = line->value;

	if (json_array_append_new(etp->rows,
		json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:I,s:I,s:O,s:I,s:I,s:o,"
			  "s:I,s:I}",
		    "structure", etp->structure, "structure_name", etp->name,
		    "annex", line->annex, "measure",
		    json_text(value, "measure"), "start",
		    json_text(value, "start"), "end", json_text(value, "end"),
		    "etp_posts", (json_int_t)line->posts, "hours_per_etp",
		    (json_int_t)line->per, "months", line->list, "etp_so_far",
		    (json_int_t)rounded(line->hours * 100, line->per),
		    "agreed_so_far",
		    (json_int_t)rounded(
			line->posts * line->so_far, YEAR_MONTHS),
		    "projected", projection(line, line->months), "agreed",
		    (json_int_t)rounded(
			line->posts * line->months, YEAR_MONTHS),
		    "complete", (json_int_t)line->over)) < 0)
		return err_nomem(err);
	return 0;
}

static int add_annex(
    struct etp *etp, const char *annex, const json_t *value, struct err *err)
{
	struct line line = {
	    .annex = annex,
	    .value = value,
	    .per = json_int(value, "hours_per_etp", 0),
	    .posts = json_int(value, "etp_posts", 0),
	    .list = json_array(),
	};
	char month[MONTH_TEXT], last[MONTH_TEXT];
	int rc = line.list != NULL ? 0 : err_nomem(err);

	text_copy(month, sizeof(month), json_text(value, "start"));
	text_copy(last, sizeof(last), json_text(value, "end"));
	for (; rc == 0 && strcmp(month, last) <= 0 &&
	       line.months < CHART_MONTHS_MAX;
	     chart_month_step(month, 1))
		rc = strcmp(month, etp->month) <= 0
		         ? add_known(etp, &line, month, err)
		         : add_ahead(&line, month, err);
	if (rc == 0)
		rc = finish(etp, &line, err);
	json_decref(line.list);
	return rc;
}

/* Hours of the year up to the month that are under no annex yet. */
static int add_unattached(struct etp *etp, struct err *err)
{
	char month[MONTH_TEXT];
	int64_t hours = 0, sum = 0;
	int rc = 0;

	text_copy(month, sizeof(month), etp->month);
	memcpy(month + 5, "01", 2);
	for (; rc == 0 && strcmp(month, etp->month) <= 0;
	     chart_month_step(month, 1)) {
		rc = hours_of(etp, month, "", &hours, err);
		sum += hours;
	}
	if (rc == 0 && sum > 0 &&
	    json_array_append_new(etp->unattached,
		json_pack("{s:s,s:s,s:I}", "structure", etp->structure,
		    "structure_name", etp->name, "hours", (json_int_t)sum)) < 0)
		rc = err_nomem(err);
	return rc;
}

static int add_structure(struct etp *etp, struct err *err)
{
	struct contracts *contracts = NULL;
	char from[DATE_TEXT], to[DATE_TEXT];
	const char *key;
	json_t *value;
	int rc;

	if ((etp->counted = json_object()) == NULL)
		return err_nomem(err);
	memcpy(from, etp->month, 4);
	memcpy(from + 4, "-01-01", 7);
	memcpy(to, etp->month, 4);
	memcpy(to + 4, "-12-31", 7);
	rc = contracts_load(&contracts, etp->office->db, etp->structure, err);
	if (rc == 0)
		json_object_foreach(
		    (json_t *)(uintptr_t)contracts_annexes(contracts), key,
		    value)
		{
			if (rc == 0 && contract_meets(json_text(value, "start"),
					   json_text(value, "end"), from, to))
				rc = add_annex(
				    etp, strchr(key, '/') + 1, value, err);
		}
	if (rc == 0)
		rc = add_unattached(etp, err);
	contracts_free(contracts);
	json_decref(etp->counted);
	etp->counted = NULL;
	return rc;
}

int chart_etp(struct office *office, const char *month, const char *structure,
    json_t **out, struct err *err)
{
	struct etp etp = {.office = office};
	char first[DATE_TEXT], last[DATE_TEXT], today[DATE_TEXT];
	json_t *structures = NULL, *value;
	struct date date;
	const char *key;
	int rc;

	*out = NULL;
	date_local(os_now_s(office->os), &date);
	date_format(&date, today);
	text_copy(etp.now, sizeof(etp.now), today);
	etp.rows = json_array();
	etp.unattached = json_array();
	if ((rc = date_parse_month(month, first, last, err)) < 0 ||
	    (rc = reference_load(&structures, office->db, "structure", err)) <
		0 ||
	    (rc = chart_check_structure(structures, structure, err)) < 0)
		goto out;
	text_copy(etp.month, sizeof(etp.month), first);
	json_object_foreach(structures, key, value)
	{
		etp.structure = strchr(key, '/') + 1;
		etp.name = json_text(value, "name");
		if (rc == 0 && (structure == NULL ||
				   strcmp(structure, etp.structure) == 0))
			rc = add_structure(&etp, err);
	}
	if (rc == 0 && (*out = json_pack("{s:i,s:s,s:O,s:O}", "schema", 1,
			    "month", etp.month, "rows", etp.rows, "unattached",
			    etp.unattached)) == NULL)
		rc = err_nomem(err);
out:
	json_decref(structures);
	json_decref(etp.rows);
	json_decref(etp.unattached);
	return rc;
}
