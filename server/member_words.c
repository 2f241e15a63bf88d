#include <inttypes.h>
#include <string.h>

#include "server/member_words.h"
#include "shared/date.h"
#include "shared/kind.h"
#include "shared/lang.h"

/* clang-format off */
static const struct word {
	const char *name;
	const char *fr, *en;
} words[] = {
    {"activity", "activité", "activity"},
    {"all", "lignes en tout", "rows in all"},
    {"am", "matin", "morning"},
    {"annex", "annexe", "annex"},
    {"answer", "réponse", "answer"},
    {"break", "pause", "break"},
    {"category", "catégorie", "category"},
    {"class", "données", "data"},
    {"classes", "données", "data"},
    {"code", "code", "code"},
    {"crew", "équipe", "crew"},
    {"crews", "équipes", "crews"},
    {"day", "jour", "day"},
    {"days", "jours", "days"},
    {"end", "fin", "end"},
    {"entries", "écritures", "entries"},
    {"etp_posts", "postes (centièmes d'ETP)", "posts (hundredths of FTE)"},
    {"exit", "sortie", "exit"},
    {"filter", "filtre", "filter"},
    {"files", "fichiers", "files"},
    {"first", "prénom", "first name"},
    {"format", "format", "format"},
    {"from", "depuis", "from"},
    {"fund", "financement", "funding"},
    {"held", "retenus", "held"},
    {"host", "accueil", "host"},
    {"hours", "heures", "hours"},
    {"hours_per_etp", "heures par ETP", "hours per FTE"},
    {"how", "comment", "how"},
    {"initial", "initiale", "initial"},
    {"key", "clé", "key"},
    {"kind", "genre", "kind"},
    {"label", "libellé", "label"},
    {"lang", "langue", "language"},
    {"last", "nom", "last name"},
    {"level", "niveau", "level"},
    {"limit", "limite", "limit"},
    {"measure", "mesure", "measure"},
    {"minutes", "durée", "time"},
    {"month", "mois", "month"},
    {"name", "nom", "name"},
    {"outcome", "situation", "outcome"},
    {"payable", "durée payable", "payable time"},
    {"phase", "phase", "phase"},
    {"pm", "après-midi", "afternoon"},
    {"project", "projet", "project"},
    {"quota", "part du temps (centièmes de %)", "share of time (1/100 %)"},
    {"real_end", "fin réelle", "real end"},
    {"replaces", "remplace", "replaces"},
    {"role", "rôle", "role"},
    {"rows", "lignes", "rows"},
    {"rule", "règle", "rule"},
    {"scale", "échelle", "scale"},
    {"sector", "secteur", "sector"},
    {"siret", "SIRET", "SIRET"},
    {"site", "chantier", "site"},
    {"skill", "compétence", "skill"},
    {"slot", "créneau", "slot"},
    {"start", "début", "start"},
    {"structures", "structures", "structures"},
    {"subject", "objet", "subject"},
    {"sum", "empreinte", "hash"},
    {"suspended", "suspendu", "suspended"},
    {"to", "jusqu'au", "to"},
    {"tutor", "tuteur", "tutor"},
    {"until", "jusqu'au", "until"},
    {"value", "valeur", "value"},
    {"version", "version", "version"},
    {"weekly", "durée par semaine", "time a week"},
    {"what", "quoi", "what"},
    {"worker", "salarié", "worker"},
};
/* clang-format on */

const char *member_word(const char *name)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(words[i].name, name) == 0)
			return L(words[i].fr, words[i].en);
	}
	return name;
}

static bool is_minutes(const char *name)
{
	static const char *const names[] = {
	    "minutes", "weekly", "break", "payable"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(names[i], name) == 0)
			return true;
	}
	return false;
}

static void add_text(struct buf *out, const char *name, const char *text)
{
	const struct kind *kind =
	    strcmp(name, "kind") == 0 ? kind_by_slug(text) : NULL;

	buf_add_text(out, kind != NULL ? kind_label(kind) : text);
}

/* "équipe : VERTS, depuis : 2026-03-02". */
static void add_object(struct buf *out, const json_t *object)
{
	const char *name, *between = "";
	const json_t *value;

	json_object_foreach((json_t *)(uintptr_t)object, name, value)
	{
		const struct kind *kind = kind_by_slug(name);

		buf_printf(out, "%s%s%s", between,
		    kind != NULL ? kind_label(kind) : member_word(name),
		    L(" : ", ": "));
		/* Of {"work":210,…}. */
		member_value(out, kind != NULL ? "minutes" : name, value);
		between = ", ";
	}
}

void member_value(struct buf *out, const char *name, const json_t *value)
{
	char duration[DURATION_TEXT];

	if (value == NULL || json_is_null(value))
		return;
	if (json_is_string(value)) {
		add_text(out, name, json_string_value(value));
	} else if (json_is_integer(value) && is_minutes(name)) {
		duration_format(json_integer_value(value), duration);
		buf_add_text(out, duration);
	} else if (json_is_integer(value)) {
		buf_printf(out, "%" PRId64, (int64_t)json_integer_value(value));
	} else if (json_is_boolean(value)) {
		buf_add_text(out,
		    json_is_true(value) ? L("oui", "yes") : L("non", "no"));
	} else if (json_is_object(value)) {
		add_object(out, value);
	} else {
		for (size_t i = 0; i < json_array_size(value); i++) {
			if (i > 0)
				buf_add_text(out, " ; ");
			member_value(out, name, json_array_get(value, i));
		}
	}
}
