/*
 * What a crew's laptop shows of a last name: its first letters, as many as
 * it takes to tell apart the people of one crew with the same first name.
 */
#ifndef POINTEAU_SERVER_NAMESAKE_H
#define POINTEAU_SERVER_NAMESAKE_H

#include <stddef.h>

#include "shared/err.h"

struct namesake {
	const char *crew; /* any text that is the same for one crew alone */
	const char *first;
	const char *last;
	size_t letters; /* in: at least so many code points of the last name;
	                   out: how many, the whole name when need be */
};

/*
 * Choose ${letters} for all. Names compare as text_same; two people of the
 * same full name keep it whole. The last letter is no space, hyphen or
 * apostrophe.
 */
int namesake_choose(struct namesake *people, size_t count, struct err *err);

#endif
