/*
 * The kinds of hours: one table says what each is called, whether it is
 * paid, whether it is effective work, and for which kinds of structure it
 * counts in the declaration to the ASP.
 */
#ifndef POINTEAU_SHARED_KIND_H
#define POINTEAU_SHARED_KIND_H

#include <stdbool.h>
#include <stddef.h>

/* Kinds of structure (les emplois de l'inclusion, CompanyKind). */
enum structure_kind {
	STRUCTURE_ACI = 1 << 0,
	STRUCTURE_EI = 1 << 1,
	STRUCTURE_AI = 1 << 2,
	STRUCTURE_ETTI = 1 << 3,
	STRUCTURE_EITI = 1 << 4,
	STRUCTURE_GEIQ = 1 << 5,
};

/* The kind called ${name} ("ACI", any case), or 0. */
int structure_kind_find(const char *name);

struct kind {
	const char *slug;    /* what records hold: "paid_leave" */
	const char *fr;      /* what French people read: "congé payé" */
	const char *en;      /* "paid leave" */
	const char *aliases; /* other accepted words, separated by '|' */
	bool paid;           /* minutes are payable */
	bool effective;      /* effective work (Code du travail L3121-1) */
	bool absence;        /* minutes may be 0: the slot was not worked */
	unsigned asp;        /* enum structure_kind bits that may declare it */
};

/* The kind whose slug, label or alias reads like ${name} (text_same), or
 * NULL. Borrowed, static. */
const struct kind *kind_find(const char *name);

/* The kind with exactly this slug, or NULL. */
const struct kind *kind_by_slug(const char *slug);

/* All kinds in the order of display; ${count} receives how many. */
const struct kind *kind_all(size_t *count);

/* Its label in the user's language. */
const char *kind_label(const struct kind *kind);

/* Every slug and French label, for error messages: "work (travail), …".
 * Borrowed, static, the same in every language. */
const char *kind_choices(void);

#endif
