#include <string.h>

#include "server/rgpd/retention.h"
#include "shared/lang.h"

/* clang-format off */
const struct retention_class retention_classes[] = {
    {"hours", "heures et motifs d'absence", "hours and reasons of absence",
	60, RETENTION_DAY, "hours",
	"référentiel CNIL « gestion du personnel » : 5 ans ; à la disposition "
	"de l'inspection 1 an (D3171-16), salaires réclamés 3 ans (L3245-1)",
	"CNIL reference on staff management: 5 years; at the inspectorate's "
	"disposal 1 year (D3171-16), wage claims 3 years (L3245-1)"},
    {"signoff", "émargements", "sign-offs", 60, RETENTION_MONTH, "signoff",
	"preuve du décompte signé : comme les heures",
	"proof of the signed count: as hours"},
    {"closing", "chiffres déclarés d'un salarié", "a worker's declared figures",
	60, RETENTION_MONTH, "close adjust",
	"double du bulletin de paie : 5 ans (L3243-4)",
	"copy of the payslip: 5 years (L3243-4)"},
    {"ack", "alertes acquittées d'un salarié", "a worker's acknowledged alerts",
	60, RETENTION_MONTH, "ack",
	"elles disent ses heures : comme les heures",
	"they tell of the worker's hours: as hours"},
    {"register", "fiche, identité et contrats", "person, identity, contracts",
	60, RETENTION_LEAVING, "worker newcomer identity contract project_link",
	"registre unique du personnel : 5 ans après le départ (R1221-26)",
	"staff register: 5 years after leaving (R1221-26)"},
    {"insertion", "compétences et accompagnement", "skills and accompaniment",
	24, RETENTION_EXIT, "skill meeting training pmsmp exit followup",
	"dossier d'insertion : 24 mois après la sortie",
	"insertion file: 24 months after the exit"},
    {"access", "lectures de données personnelles", "readings of personal data",
	12, RETENTION_ITSELF, "",
	"CNIL, journalisation : 6 à 12 mois", "CNIL, logging: 6 to 12 months"},
    {NULL, NULL, NULL, 0, RETENTION_DAY, NULL, NULL, NULL},
};
/* clang-format on */

const struct retention_class *retention_find(const char *slug)
{
	const struct retention_class *at = retention_classes;

	while (at->slug != NULL && strcmp(at->slug, slug) != 0)
		at++;
	return at->slug != NULL ? at : NULL;
}

const char *retention_label(const struct retention_class *row)
{
	return L(row->fr, row->en);
}

const char *retention_source(const struct retention_class *row)
{
	return L(row->source_fr, row->source_en);
}

bool retention_has(const struct retention_class *row, const char *family)
{
	size_t len = strlen(family);

	for (const char *at = row->families; *at != '\0';) {
		size_t word = strcspn(at, " ");

		if (word == len && strncmp(at, family, len) == 0)
			return true;
		at += word + (at[word] == ' ');
	}
	return false;
}

void retention_until(
    const struct retention_class *row, const char *start, char out[DATE_TEXT])
{
	struct date date;

	out[0] = '\0';
	if (date_parse(&date, start, NULL) < 0)
		return;
	date = date_add_months(&date, row->months);
	date_format(&date, out);
}

bool retention_is_over(
    const struct retention_class *row, const char *start, const char *today)
{
	char until[DATE_TEXT];

	retention_until(row, start, until);
	return until[0] != '\0' && strcmp(today, until) > 0;
}
