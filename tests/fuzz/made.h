/*
 * Change sets made from the choices of an input, always well formed.
 */
#ifndef POINTEAU_TESTS_FUZZ_MADE_H
#define POINTEAU_TESTS_FUZZ_MADE_H

#include "shared/changeset.h"
#include "tests/fuzz/fuzz.h"

/* Bodies are borrowed from the input; clear with changeset_clear. */
void made_set(struct fuzz *in, struct changeset *out);

/* Equal in all that travels? */
bool made_same_set(const struct changeset *a, const struct changeset *b);

#endif
