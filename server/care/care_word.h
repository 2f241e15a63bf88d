/*
 * The closed lists of accompaniment: what a meeting was about, what an
 * immersion is for, how somebody left. Coarse on purpose: no list names an
 * illness, and no text is kept beside them.
 */
#ifndef POINTEAU_SERVER_CARE_WORD_H
#define POINTEAU_SERVER_CARE_WORD_H

#include <stdbool.h>

#include "shared/buf.h"
#include "shared/err.h"
#include "shared/json.h"

enum care_list {
	/* Themes of a meeting: the ASP's barriers to employment, by their
	 * codes too (domain: "freins"), and the steps of a path. */
	CARE_THEMES,
	/* Objectives of an immersion, in the order of Code du travail,
	 * article L5135-1. */
	CARE_OBJECTIVES,
	/* Categories of leaving, as the ASP counts them. */
	CARE_CATEGORIES,
	/* How somebody stands six months after leaving. */
	CARE_OUTCOMES,
	CARE_LISTS,
};

struct care_word {
	const char *slug; /* what records hold */
	const char *fr;
	const char *en;
	const char *code; /* the ASP's, or a short word: also accepted */
	bool sensitive;   /* says something of health or of justice */
};

/* Of ${list}, the word with this slug, or NULL. Static. */
const struct care_word *care_word(enum care_list list, const char *slug);

/* The same for what people type: slug, label or code (text_same), or the first
 * words of one label alone. E_INVALID lists the choices; ${what} names the
 * field. */
int care_word_find(const struct care_word **out, enum care_list list,
    const char *what, const char *text, struct err *err);

/* Its label in the user's language; ${slug} itself when it is none of ours. */
const char *care_word_label(enum care_list list, const char *slug);

/* [{"slug","label","sensitive"}], own it; NULL when out of memory. */
json_t *care_words_json(enum care_list list);

/* The number (from 1) of an objective's slug, and back ("" for none). */
int care_objective_number(const char *slug);
const char *care_objective_slug(int64_t number);

#endif
