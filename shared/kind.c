#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "shared/buf.h"
#include "shared/kind.h"
#include "shared/lang.h"
#include "shared/text.h"

#define ALIAS_MAX 64 /* bytes of one alias, at most */
#define NONE      0U
#define ACI       ((unsigned)STRUCTURE_ACI)
#define ALL                                                                    \
	((unsigned)(STRUCTURE_ACI | STRUCTURE_EI | STRUCTURE_AI |              \
		    STRUCTURE_ETTI | STRUCTURE_EITI))

#define CHOICES_MAX 1024

/*
 * Where the flags come from (articles of the Code du travail).
 *
 * asp: an ACI declares the hours it pays, paid leave included; the other SIAE
 * declare the hours worked. A GEIQ has no ASP measure.
 *
 * work           L3121-1: effective work
 * training       L6321-2, L6321-6: on working time with the wage maintained
 * afest          L6313-2, D6313-3-2: training at the workplace is work
 * counselling    L5132-1: social and vocational support is part of the job
 * immersion      L5135-1 and following: with a host, so not effective work
 *                here; the employer keeps paying
 * travel         L3121-4: between two places of work
 * medical        R4624-39: on working time, or paid as working time
 * paid_leave     L3141-1 and following
 * public_holiday L3133-3: a day off without loss of wage
 * sick           L1226-1: an allowance replaces the wage
 * accident       L1226-7: the contract is suspended
 * bad_weather    L5424-6 and following: the building trade's scheme pays an
 *                allowance of 75 %, which is no hour of wage
 * absences and suspension: no work, no wage
 */
static const struct kind kinds[] = {
    {
	.slug = "work",
	.fr = "travail",
	.en = "work",
	.aliases = "",
	.paid = true,
	.effective = true,
	.asp = ALL,
    },
    {
	.slug = "training",
	.fr = "formation",
	.en = "training",
	.aliases = "",
	.paid = true,
	.effective = true,
	.asp = ALL,
    },
    {
	.slug = "afest",
	.fr = "AFEST",
	.en = "AFEST",
	.aliases = "",
	.paid = true,
	.effective = true,
	.asp = ALL,
    },
    {
	.slug = "counselling",
	.fr = "accompagnement",
	.en = "counselling",
	.aliases = "rdv|rendez-vous|rdv accompagnement|cip",
	.paid = true,
	.effective = true,
	.asp = ALL,
    },
    {
	.slug = "immersion",
	.fr = "immersion (PMSMP)",
	.en = "immersion (PMSMP)",
	.aliases = "pmsmp|immersion",
	.paid = true,
	.asp = ACI,
    },
    {
	.slug = "travel",
	.fr = "trajet",
	.en = "travel",
	.aliases = "déplacement",
	.paid = true,
	.effective = true,
	.asp = ALL,
    },
    {
	.slug = "medical",
	.fr = "visite médicale",
	.en = "medical visit",
	.aliases = "",
	.paid = true,
	.effective = true,
	.asp = ALL,
    },
    {
	.slug = "paid_leave",
	.fr = "congé payé",
	.en = "paid leave",
	.aliases = "cp|congés payés|congé",
	.paid = true,
	.absence = true,
	.asp = ACI,
    },
    {
	.slug = "public_holiday",
	.fr = "férié",
	.en = "public holiday",
	.aliases = "jour férié|férié chômé",
	.paid = true,
	.absence = true,
	.asp = ACI,
    },
    {
	.slug = "sick",
	.fr = "maladie",
	.en = "sick leave",
	.aliases = "arrêt maladie",
	.absence = true,
	.asp = NONE,
    },
    {
	.slug = "accident",
	.fr = "accident du travail",
	.en = "accident at work",
	.aliases = "at",
	.absence = true,
	.asp = NONE,
    },
    {
	.slug = "absence_authorised",
	.fr = "absence autorisée",
	.en = "authorised absence",
	.aliases = "",
	.absence = true,
	.asp = NONE,
    },
    {
	.slug = "absence_unjustified",
	.fr = "absence non justifiée",
	.en = "unjustified absence",
	.aliases = "absence injustifiée",
	.absence = true,
	.asp = NONE,
    },
    {
	.slug = "bad_weather",
	.fr = "intempéries",
	.en = "bad weather",
	.aliases = "pluie|intempérie|météo",
	.absence = true,
	.asp = NONE,
    },
    {
	.slug = "suspension",
	.fr = "suspension",
	.en = "suspension",
	.aliases = "",
	.absence = true,
	.asp = NONE,
    },
};

#define KIND_COUNT (sizeof(kinds) / sizeof(kinds[0]))

static const struct {
	const char *name;
	enum structure_kind kind;
} structures[] = {
    {"ACI", STRUCTURE_ACI},
    {"EI", STRUCTURE_EI},
    {"AI", STRUCTURE_AI},
    {"ETTI", STRUCTURE_ETTI},
    {"EITI", STRUCTURE_EITI},
    {"GEIQ", STRUCTURE_GEIQ},
};

int structure_kind_find(const char *name)
{
	assert(name != NULL);
	for (size_t i = 0; i < sizeof(structures) / sizeof(structures[0]);
	     i++) {
		if (strcasecmp(structures[i].name, name) == 0)
			return (int)structures[i].kind;
	}
	return 0;
}

static bool has_alias(const char *aliases, const char *name)
{
	char alias[ALIAS_MAX];

	for (size_t len; *aliases != '\0';) {
		len = strcspn(aliases, "|");
		assert(len < sizeof(alias));
		memcpy(alias, aliases, len);
		alias[len] = '\0';
		if (text_same(alias, name))
			return true;
		aliases += len + (aliases[len] == '|' ? 1 : 0);
	}
	return false;
}

const struct kind *kind_find(const char *name)
{
	assert(name != NULL);
	for (size_t i = 0; i < KIND_COUNT; i++) {
		const struct kind *kind = &kinds[i];

		if (text_same(kind->slug, name) || text_same(kind->fr, name) ||
		    text_same(kind->en, name) || has_alias(kind->aliases, name))
			return kind;
	}
	return NULL;
}

const struct kind *kind_by_slug(const char *slug)
{
	assert(slug != NULL);
	for (size_t i = 0; i < KIND_COUNT; i++) {
		if (strcmp(kinds[i].slug, slug) == 0)
			return &kinds[i];
	}
	return NULL;
}

const struct kind *kind_all(size_t *count)
{
	assert(count != NULL);
	*count = KIND_COUNT;
	return kinds;
}

const char *kind_label(const struct kind *kind)
{
	assert(kind != NULL);
	return L(kind->fr, kind->en);
}

static char choices[CHOICES_MAX];

static void choices_fill(void)
{
	size_t len = 0;

	for (size_t i = 0; i < KIND_COUNT; i++) {
		len += (size_t)snprintf(choices + len, sizeof(choices) - len,
		    "%s%s (%s)", i > 0 ? ", " : "", kinds[i].slug, kinds[i].fr);
		assert(len < sizeof(choices));
	}
}

const char *kind_choices(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	(void)pthread_once(&once, choices_fill);
	return choices;
}
