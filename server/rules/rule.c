#include <assert.h>
#include <string.h>

#include "server/care/pmsmp.h"
#include "server/rules/rule.h"
#include "shared/kind.h"
#include "shared/lang.h"

#define ALL                                                                    \
	((unsigned)(STRUCTURE_ACI | STRUCTURE_EI | STRUCTURE_AI |              \
		    STRUCTURE_ETTI | STRUCTURE_EITI | STRUCTURE_GEIQ))
/* Those that hire by a CDDI; an ETTI has missions instead. */
#define CDDI ((unsigned)(STRUCTURE_ACI | STRUCTURE_EI | STRUCTURE_AI))

/* Every source but one is of this one. */
#define CODE     "Code du travail, art. "
#define H(hours) ((int64_t)(hours)*60)

/* Immersions: server/care/pmsmp.h. Bad weather: the scheme of the building
 * trade alone. */
/* clang-format off */
static const struct rule rules[RULE_COUNT] = {
    [RULE_DAY] = {"day",
	"plus de 10 h de travail effectif dans la journée",
	"more than 10 h of effective work in the day",
	CODE "L3121-18", H(10), RULE_MINUTES, false, RULE_LAW,
	RULE_NEEDS_NOTHING, ALL, ""},
    [RULE_WEEK] = {"week",
	"plus de 48 h de travail effectif dans la semaine",
	"more than 48 h of effective work in the week",
	CODE "L3121-20", H(48), RULE_MINUTES, false, RULE_LAW,
	RULE_NEEDS_NOTHING, ALL, ""},
    [RULE_MEAN] = {"mean",
	"plus de 44 h par semaine en moyenne sur 12 semaines",
	"more than 44 h a week on average over 12 weeks",
	CODE "L3121-22", H(44), RULE_MINUTES, false, RULE_LAW,
	RULE_NEEDS_NOTHING, ALL, ""},
    [RULE_REST_DAY] = {"rest_day",
	"moins de 11 h de repos entre deux journées",
	"less than 11 h of rest between two days",
	CODE "L3131-1", H(11), RULE_MINUTES, true, RULE_LAW,
	RULE_NEEDS_NOTHING, ALL, ""},
    [RULE_REST_WEEK] = {"rest_week",
	"moins de 35 h de repos d'affilée dans la semaine (24 h et 11 h)",
	"less than 35 h of rest on end in the week (24 h and 11 h)",
	CODE "L3132-2", H(35), RULE_MINUTES, true, RULE_LAW,
	RULE_NEEDS_NOTHING, ALL, ""},
    [RULE_DAYS_WEEK] = {"days_week",
	"plus de 6 jours travaillés dans la semaine",
	"more than 6 days worked in the week",
	CODE "L3132-1", 6, RULE_DAYS, false, RULE_LAW,
	RULE_NEEDS_NOTHING, ALL, ""},
    [RULE_BREAK] = {"break",
	"6 h de travail ou plus sans 20 min de pause",
	"6 h of work or more without a break of 20 min",
	CODE "L3121-16", 20, RULE_MINUTES, true, RULE_LAW,
	RULE_NEEDS_NOTHING, ALL, ""},
    [RULE_MINOR_DAY] = {"minor_day",
	"moins de 18 ans : plus de 8 h dans la journée",
	"under 18: more than 8 h in the day",
	CODE "L3162-1", H(8), RULE_MINUTES, false, RULE_LAW,
	RULE_NEEDS_BIRTH, ALL, ""},
    [RULE_MINOR_WEEK] = {"minor_week",
	"moins de 18 ans : plus de 35 h dans la semaine",
	"under 18: more than 35 h in the week",
	CODE "L3162-1", H(35), RULE_MINUTES, false, RULE_LAW,
	RULE_NEEDS_BIRTH, ALL, ""},
    [RULE_MINOR_REST] = {"minor_rest",
	"moins de 18 ans : moins de 12 h de repos entre deux journées",
	"under 18: less than 12 h of rest between two days",
	CODE "L3164-1", H(12), RULE_MINUTES, true, RULE_LAW,
	RULE_NEEDS_BIRTH, ALL, ""},
    [RULE_MINOR_DAYS] = {"minor_days",
	"moins de 18 ans : plus de 5 jours travaillés dans la semaine",
	"under 18: more than 5 days worked in the week",
	CODE "L3164-2", 5, RULE_DAYS, false, RULE_LAW,
	RULE_NEEDS_BIRTH, ALL, ""},
    [RULE_MINOR_BREAK] = {"minor_break",
	"moins de 18 ans : plus de 4 h 30 sans 30 min de pause",
	"under 18: more than 4 h 30 without a break of 30 min",
	CODE "L3162-3", 30, RULE_MINUTES, true, RULE_LAW,
	RULE_NEEDS_BIRTH, ALL, ""},
    [RULE_FULL_DAY] = {"full_day",
	"plus de 24 h notées dans la journée",
	"more than 24 h recorded in the day",
	CODE "D3171-8", H(24), RULE_MINUTES, false, RULE_ERROR,
	RULE_NEEDS_NOTHING, ALL, ""},
    [RULE_OVERLAP] = {"overlap",
	"deux créneaux se chevauchent",
	"two slots overlap",
	CODE "D3171-8", 0, RULE_MINUTES, false, RULE_ERROR,
	RULE_NEEDS_NOTHING, ALL, ""},
    [RULE_ABSENCE] = {"absence",
	"heures notées sur une demi-journée d'absence",
	"hours recorded in a half-day of absence",
	CODE "D3171-8", 0, RULE_MINUTES, false, RULE_ERROR,
	RULE_NEEDS_NOTHING, ALL, ""},
    [RULE_FUTURE] = {"future",
	"heures de travail notées pour un jour à venir",
	"hours of work recorded for a day to come",
	CODE "D3171-8", 0, RULE_MINUTES, false, RULE_ERROR,
	RULE_NEEDS_NOTHING, ALL, ""},
    [RULE_CONTRACT_TOTAL] = {"contract_total",
	"plus d'heures payées que le contrat n'en prévoit sur ces semaines",
	"more paid hours than the contract has over these weeks",
	CODE "L3121-28, L3123-28", 0, RULE_MINUTES, false, RULE_HINT,
	RULE_NEEDS_NOTHING, ALL, ""},
    [RULE_CONTRACT_OUT] = {"contract_out",
	"heures notées hors des dates du contrat",
	"hours recorded outside the contract's dates",
	CODE "L1242-12, L1243-11", 0, RULE_MINUTES, false, RULE_LAW,
	RULE_NEEDS_NOTHING, ALL, ""},
    [RULE_PASS_OUT] = {"pass_out",
	"heures notées après la fin du PASS IAE",
	"hours recorded after the end of the PASS IAE",
	CODE "R5132-1-2, R5132-1-8", 0, RULE_MINUTES, false, RULE_LAW,
	RULE_NEEDS_PASS, ALL & ~(unsigned)STRUCTURE_GEIQ, ""},
    [RULE_CDDI_SHORT] = {"cddi_short",
	"CDDI de moins de 4 mois",
	"CDDI of less than 4 months",
	CODE "L5132-5, L5132-11-1, L5132-15-1", 4, RULE_MONTHS, true,
	RULE_LAW, RULE_NEEDS_NOTHING, CDDI, ""},
    [RULE_CDDI_LONG] = {"cddi_long",
	"CDDI : plus de 24 mois en tout, sauf dérogation",
	"CDDI: more than 24 months in all, unless exempted",
	CODE "L5132-5, L5132-11-1, L5132-15-1", 24, RULE_MONTHS, false,
	RULE_LAW, RULE_NEEDS_NOTHING, CDDI, ""},
    [RULE_CDDI_WEEKLY] = {"cddi_weekly",
	"CDDI de moins de 20 h par semaine, sauf dérogation",
	"CDDI of less than 20 h a week, unless exempted",
	CODE "L5132-5, L5132-11-1, L5132-15-1", H(20), RULE_MINUTES, true,
	RULE_LAW, RULE_NEEDS_NOTHING, CDDI, ""},
    [RULE_RSA_WEEK] = {"rsa_week",
	"moins de 15 h d'activité dans la semaine (RSA)",
	"less than 15 h of activity in the week (RSA)",
	"Loi n° 2023-1196 du 18 décembre 2023, art. 1 à 3", H(15), RULE_MINUTES, true, RULE_HINT,
	RULE_NEEDS_NOTHING, ALL, ""},
    [RULE_PMSMP_LENGTH] = {"pmsmp_length",
	"immersion (PMSMP) de plus de 30 jours",
	"immersion (PMSMP) of more than 30 days",
	PMSMP_SOURCE, PMSMP_DAYS, RULE_DAYS, false, RULE_LAW,
	RULE_NEEDS_NOTHING, ALL, ""},
    [RULE_PMSMP_YEAR] = {"pmsmp_year",
	"plus de 60 jours d'immersion (PMSMP) en 12 mois chez un même hôte",
	"more than 60 days of immersion (PMSMP) in 12 months with one host",
	PMSMP_SOURCE, PMSMP_HOST_DAYS, RULE_DAYS, false, RULE_LAW,
	RULE_NEEDS_NOTHING, ALL, ""},
    [RULE_WEATHER_DAY] = {"weather_day",
	"plus de 9 h d'intempéries dans la journée",
	"more than 9 h of bad weather in the day",
	CODE "L5424-12, D5424-13", H(9), RULE_MINUTES, false, RULE_LAW,
	RULE_NEEDS_NOTHING, ALL, "batiment"},
    [RULE_WEATHER_WEEK] = {"weather_week",
	"plus de 45 h d'intempéries dans la semaine",
	"more than 45 h of bad weather in the week",
	CODE "L5424-12, D5424-13", H(45), RULE_MINUTES, false, RULE_LAW,
	RULE_NEEDS_NOTHING, ALL, "batiment"},
    [RULE_WEATHER_YEAR] = {"weather_year",
	"plus de 55 jours d'intempéries dans l'année",
	"more than 55 days of bad weather in the year",
	CODE "L5424-12, D5424-14", 55, RULE_DAYS, false, RULE_LAW,
	RULE_NEEDS_NOTHING, ALL, "batiment"},
};
/* clang-format on */

const struct rule *rule_of(enum rule_id id)
{
	assert(id < RULE_COUNT);
	return &rules[id];
}

const struct rule *rule_find(const char *slug)
{
	for (size_t i = 0; i < RULE_COUNT; i++) {
		if (strcmp(rules[i].slug, slug) == 0)
			return &rules[i];
	}
	return NULL;
}

bool rule_counts_person(enum rule_id id)
{
	switch (id) {
	case RULE_DAY:
	case RULE_WEEK:
	case RULE_MEAN:
	case RULE_REST_DAY:
	case RULE_REST_WEEK:
	case RULE_DAYS_WEEK:
	case RULE_MINOR_DAY:
	case RULE_MINOR_WEEK:
	case RULE_MINOR_REST:
	case RULE_MINOR_DAYS:
	case RULE_FULL_DAY:
	case RULE_RSA_WEEK:
		return true;
	default:
		return false;
	}
}

const char *rule_text(const struct rule *rule)
{
	return L(rule->fr, rule->en);
}

const char *rule_unit_name(enum rule_unit unit)
{
	static const char *const names[] = {"minutes", "days", "months"};

	return names[unit];
}

const char *rule_severity_name(enum rule_severity severity)
{
	static const char *const names[] = {"error", "law", "hint"};

	return names[severity];
}
