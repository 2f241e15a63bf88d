/*
 * The rules that a month's hours are held against: one table says what each
 * is called, which text of law it comes from, its limit, and for which
 * structures it stands. A rule warns; it never refuses an entry, and blocks
 * no closing (docs/office.md).
 */
#ifndef POINTEAU_SERVER_RULE_H
#define POINTEAU_SERVER_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum rule_id {
	RULE_DAY,
	RULE_WEEK,
	RULE_MEAN,
	RULE_REST_DAY,
	RULE_REST_WEEK,
	RULE_DAYS_WEEK,
	RULE_BREAK,
	RULE_MINOR_DAY,
	RULE_MINOR_WEEK,
	RULE_MINOR_REST,
	RULE_MINOR_DAYS,
	RULE_MINOR_BREAK,
	RULE_FULL_DAY,
	RULE_OVERLAP,
	RULE_ABSENCE,
	RULE_FUTURE,
	RULE_CONTRACT_TOTAL,
	RULE_CONTRACT_OUT,
	RULE_PASS_OUT,
	RULE_CDDI_SHORT,
	RULE_CDDI_LONG,
	RULE_CDDI_WEEKLY,
	RULE_RSA_WEEK,
	RULE_PMSMP_LENGTH,
	RULE_PMSMP_YEAR,
	RULE_WEATHER_DAY,
	RULE_WEATHER_WEEK,
	RULE_WEATHER_YEAR,
	RULE_COUNT
};

/* What limits and values are counted in. */
enum rule_unit { RULE_MINUTES, RULE_DAYS, RULE_MONTHS };

/* How much it presses: a figure that cannot be, the law, a thing to know. */
enum rule_severity { RULE_ERROR, RULE_LAW, RULE_HINT };

/* What must be known of a person, else the rule is left out and said so. */
enum rule_needs { RULE_NEEDS_NOTHING, RULE_NEEDS_BIRTH, RULE_NEEDS_PASS };

struct rule {
	const char *slug;
	const char *fr, *en;
	const char *source; /* the text of law */
	int64_t limit;
	enum rule_unit unit;
	bool least; /* a minimum: less is the fault */
	enum rule_severity severity;
	enum rule_needs needs;
	unsigned structures; /* enum structure_kind bits */
	const char *sector;  /* of the site; "" any */
};

/* Static. */
const struct rule *rule_of(enum rule_id id);
/*
 * Does it hold for the person, whoever employs them (Code du travail, article
 * L8261-1: nobody works beyond the maximum in all their jobs)? Then hours in
 * the office's other structures count too. The others are of one contract.
 */
bool rule_counts_person(enum rule_id id);
#define RULE_SOURCE_TOGETHER "L8261-1"
/* NULL when there is none of this name. */
const struct rule *rule_find(const char *slug);
/* In the user's language. */
const char *rule_text(const struct rule *rule);
/* "minutes", "days", "months"; "error", "law", "hint". */
const char *rule_unit_name(enum rule_unit unit);
const char *rule_severity_name(enum rule_severity severity);

#endif
