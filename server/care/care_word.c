#include <stddef.h>
#include <string.h>

#include "server/care/care_word.h"
#include "shared/lang.h"
#include "shared/text.h"

/* clang-format off */
static const struct care_word themes[] = {
    {"welcome", "accueil, intégration", "welcome", NULL, false},
    {"project", "projet professionnel", "professional project", NULL, false},
    {"search", "recherche d'emploi", "job search", NULL, false},
    {"training", "formation", "training", NULL, false},
    {"review", "bilan", "review", NULL, false},
    {"literacy", "lecture, écriture, langue", "reading, writing, language",
	"illetrisme", false},
    {"paperwork", "démarches administratives", "paperwork", "demarch", false},
    {"housing", "logement", "housing", "heberg", false},
    {"mobility", "mobilité", "mobility", "mobilite", false},
    {"health", "santé", "health", "sante", true},
    {"justice", "justice", "justice", "justice", true},
    {"debt", "surendettement", "debt", "surendet", false},
    {"availability", "disponibilité, garde d'enfants",
	"availability, childcare", "manque_dispo", false},
    {"other", "autre", "other", NULL, false},
    {NULL, NULL, NULL, NULL, false}};

static const struct care_word objectives[] = {
    {"discover", "découvrir un métier ou un secteur",
	"discover a trade or a sector", "1", false},
    {"confirm", "confirmer un projet professionnel",
	"confirm a professional project", "2", false},
    {"recruit", "initier une démarche de recrutement",
	"begin a recruitment", "3", false},
    {NULL, NULL, NULL, NULL, false}};

static const struct care_word categories[] = {
    {"lasting", "emploi durable", "lasting job", "durable", false},
    {"transition", "emploi de transition", "transition job", NULL, false},
    {"positive", "sortie positive", "positive leaving", "positif", false},
    {"other", "autre sortie", "other leaving", "autre", false},
    {"withdrawn", "retrait des sorties constatées",
	"withdrawn from the count", "retrait", false},
    {NULL, NULL, NULL, NULL, false}};

static const struct care_word outcomes[] = {
    {"lasting", "en emploi durable", "in a lasting job", "durable", false},
    {"transition", "en emploi de transition", "in a transition job", NULL,
	false},
    {"training", "en formation", "in training", "formation", false},
    {"searching", "en recherche d'emploi", "looking for a job", "recherche",
	false},
    {"inactive", "sans activité ni recherche", "neither working nor looking",
	"inactif", false},
    {"unreachable", "injoignable", "could not be reached", NULL, false},
    {NULL, NULL, NULL, NULL, false}};

static const struct care_word *const lists[CARE_LISTS] = {
    [CARE_THEMES] = themes,
    [CARE_OBJECTIVES] = objectives,
    [CARE_CATEGORIES] = categories,
    [CARE_OUTCOMES] = outcomes,
};
/* clang-format on */

const struct care_word *care_word(enum care_list list, const char *slug)
{
	for (const struct care_word *at = lists[list]; at->slug != NULL; at++) {
		if (strcmp(at->slug, slug) == 0)
			return at;
	}
	return NULL;
}

static bool is_called(const struct care_word *word, const char *text)
{
	return strcmp(word->slug, text) == 0 || text_same(word->fr, text) ||
	       text_same(word->en, text) ||
	       (word->code != NULL && strcmp(word->code, text) == 0);
}

/* Does ${label} begin with the words ${text}: "lecture" of "lecture,
 * écriture, langue"? */
static bool begins(const char *label, const char *text)
{
	struct buf whole = BUF_INIT, start = BUF_INIT;
	bool found;

	text_fold(&whole, label);
	text_fold(&start, text);
	found = start.len > 0 && start.len < whole.len &&
	        memcmp(whole.data, start.data, start.len) == 0 &&
	        (whole.data[start.len] == ' ' || whole.data[start.len] == ',');
	buf_free(&whole);
	buf_free(&start);
	return found;
}

/* The only one whose label begins so, or NULL. */
static const struct care_word *find_start(enum care_list list, const char *text)
{
	const struct care_word *found = NULL;

	for (const struct care_word *at = lists[list]; at->slug != NULL; at++) {
		if (!begins(at->fr, text) && !begins(at->en, text))
			continue;
		if (found != NULL)
			return NULL;
		found = at;
	}
	return found;
}

int care_word_find(const struct care_word **out, enum care_list list,
    const char *what, const char *text, struct err *err)
{
	struct buf choices = BUF_INIT, shown = BUF_INIT;

	for (const struct care_word *at = lists[list]; at->slug != NULL; at++) {
		if (is_called(at, text)) {
			*out = at;
			buf_free(&choices);
			return 0;
		}
		buf_printf(&choices, "%s%s (%s)", choices.len > 0 ? ", " : "",
		    at->slug, L(at->fr, at->en));
	}
	if ((*out = find_start(list, text)) != NULL) {
		buf_free(&choices);
		return 0;
	}
	text_quote(&shown, text);
	(void)err_set(err, E_INVALID,
	    L("%s « %s » : choisissez %s", "%s \"%s\": choose one of %s"), what,
	    buf_text(&shown), buf_text(&choices));
	buf_free(&shown);
	buf_free(&choices);
	return E_INVALID;
}

const char *care_word_label(enum care_list list, const char *slug)
{
	const struct care_word *word = care_word(list, slug);

	return word != NULL ? L(word->fr, word->en) : slug;
}

json_t *care_words_json(enum care_list list)
{
	json_t *out = json_array();

	for (const struct care_word *at = lists[list];
	     out != NULL && at->slug != NULL; at++) {
		if (json_array_append_new(out,
			json_pack("{s:s, s:s, s:b}", "slug", at->slug, "label",
			    L(at->fr, at->en), "sensitive", at->sensitive)) <
		    0) {
			json_decref(out);
			out = NULL;
		}
	}
	return out;
}

int care_objective_number(const char *slug)
{
	for (int i = 0; objectives[i].slug != NULL; i++) {
		if (strcmp(objectives[i].slug, slug) == 0)
			return i + 1;
	}
	return 0;
}

const char *care_objective_slug(int64_t number)
{
	if (number < 1 || number > 3)
		return "";
	return objectives[number - 1].slug;
}
