#include <string.h>

#include "server/journal/journal.h"
#include "shared/entry.h"
#include "shared/lang.h"

/* clang-format off */
const struct journal_action journal_actions[] = {
    {"hours_add",   "heures notées", "hours recorded"},
    {"hours_set",   "heures corrigées", "hours corrected"},
    {"resolve",     "conflit tranché", "conflict settled"},
    {"void",        "annulation", "cancelled"},
    {"skill",       "compétence observée", "skill observed"},
    {"signoff",     "émargement", "sign-off"},
    {"newcomer",    "nouveau venu", "newcomer"},
    {"match",       "nouveau venu rattaché", "newcomer matched"},
    {"people",      "fiche ou contrat", "person or contract"},
    {"reference",   "structures, chantiers, équipes, référentiels",
	"structures, sites, crews, catalogues"},
    {"annex",       "annexe financière", "annex"},
    {"accompany",   "accompagnement", "accompaniment"},
    {"ack",         "alerte acceptée", "alert acknowledged"},
    {"check",       "mois vérifié", "month checked"},
    {"close",       "clôture", "closing"},
    {"reopen",      "réouverture", "reopening"},
    {"adjust",      "ajustement", "adjustment"},
    {"declare",     "déclaration", "declaration"},
    {"export",      "export", "export"},
    {"project",     "projet", "project"},
    {"enrol",       "clé enrôlée", "key enrolled"},
    {"account",     "compte", "account"},
    {"scope",       "périmètre d'un poste", "device's scope"},
    {"suspend",     "poste suspendu ou repris", "device suspended or resumed"},
    {"revoke",      "révocation", "revocation"},
    {"release",     "saisie mise à part, admise", "entry set aside, released"},
    {"hold",        "conservation prolongée", "retention hold"},
    {"purge",       "destruction", "purge"},
    {"epoch",       "serveur restauré", "server restored"},
    {"other",       "autre", "other"},
    {NULL, NULL, NULL},
};

/* What an entry's kind is called here; hours and newcomers depend on more. */
static const struct {
	const char *kind;
	const char *slug;
} kinds[] = {
    {"resolve", "resolve"}, {"void", "void"}, {"skill", "skill"},
    {"signoff", "signoff"}, {"worker", "people"}, {"identity", "people"},
    {"contract", "people"}, {"structure", "reference"}, {"site", "reference"},
    {"crew", "reference"}, {"supervisor", "reference"},
    {"catalogue", "reference"}, {"exit_code", "reference"}, {"annex", "annex"},
    {"meeting", "accompany"}, {"training", "accompany"},
    {"pmsmp", "accompany"}, {"exit", "accompany"}, {"followup", "accompany"},
    {"ack", "ack"}, {"checked", "check"}, {"close", "close"},
    {"closed", "close"}, {"reopening", "reopen"}, {"adjust", "adjust"},
    {"declared", "declare"}, {"export", "export"}, {"project", "project"},
    {"project_link", "project"}, {"enrolment", "enrol"}, {"account", "account"},
    {"scope", "scope"},
    {"suspension", "suspend"}, {"revocation", "revoke"},
    {"release", "release"}, {"hold", "hold"}, {"purge", "purge"},
    {"purge_run", "purge"}, {"epoch", "epoch"},
};
/* clang-format on */

static const struct journal_action *find(const char *slug)
{
	const struct journal_action *at = journal_actions;

	while (at->slug != NULL && strcmp(at->slug, slug) != 0)
		at++;
	return at->slug != NULL ? at : NULL;
}

const struct journal_action *journal_action_of(
    const struct chronicle_row *row, size_t parents, const json_t *value)
{
	if (strcmp(row->kind, "hours") == 0)
		return find(parents > 0 ? "hours_set" : "hours_add");
	if (strcmp(row->kind, "newcomer") == 0)
		return find(json_text(value, "worker")[0] != '\0' ? "match"
								  : "newcomer");
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(kinds[i].kind, row->kind) == 0)
			return find(kinds[i].slug);
	}
	return find("other");
}

int journal_action_check(const char *slug, struct err *err)
{
	struct buf all = BUF_INIT, shown = BUF_INIT;

	if (slug[0] == '\0' || find(slug) != NULL)
		return 0;
	for (const struct journal_action *at = journal_actions;
	     at->slug != NULL; at++)
		buf_printf(
		    &all, "%s%s", at == journal_actions ? "" : ", ", at->slug);
	text_quote(&shown, slug);
	(void)err_set(err, E_USAGE,
	    L("action « %s » inconnue ; il y a %s",
		"unknown action \"%s\"; there are %s"),
	    buf_text(&shown), buf_text(&all));
	buf_free(&all);
	buf_free(&shown);
	return E_USAGE;
}
