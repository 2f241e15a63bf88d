/*
 * The members of what is recorded, in words: for the journal and for a
 * worker's extract. What has no word here is shown by its own name.
 */
#ifndef POINTEAU_SERVER_MEMBER_WORDS_H
#define POINTEAU_SERVER_MEMBER_WORDS_H

#include "shared/buf.h"
#include "shared/json.h"

/* "hours a week" of "weekly", in the user's language. */
const char *member_word(const char *name);

/* Append the value as people read it: durations of minutes, lists without
 * brackets; the rest as it is. */
void member_value(struct buf *out, const char *name, const json_t *value);

#endif
