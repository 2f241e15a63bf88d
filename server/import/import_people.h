/*
 * What supervisors and workers have in common when they are imported: an
 * identifier, a structure, one of its crews, a name.
 */
#ifndef POINTEAU_SERVER_IMPORT_PEOPLE_H
#define POINTEAU_SERVER_IMPORT_PEOPLE_H

#include "server/import/import_part.h"

/* The first columns of both kinds of file, in this order. */
enum import_people_column {
	PEOPLE_ID,
	PEOPLE_STRUCTURE,
	PEOPLE_CREW,
	PEOPLE_FIRST,
	PEOPLE_LAST,
	PEOPLE_MORE, /* where a file's own columns begin */
};

/* The lists that rows refer to. */
struct import_people_lists {
	json_t *structures;
	json_t *crews;
};

int import_people_load(
    struct import *import, struct import_people_lists *out, struct err *err);
void import_people_unload(struct import_people_lists *lists);

/* Check these columns of a row. */
void import_people_check(struct import *import,
    const struct import_people_lists *lists, size_t row, bool last_required);

#endif
