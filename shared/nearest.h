/*
 * "Did you mean …?": how far a mistyped word is from a known one.
 */
#ifndef POINTEAU_SHARED_NEAREST_H
#define POINTEAU_SHARED_NEAREST_H

#include <stddef.h>

#define NEAREST_BYTES_MAX 64 /* longer words are compared by their start */

/*
 * The number of letters to add, drop, change or swap with their neighbour to
 * go from ${a} to ${b}, both taken without case and accents.
 */
size_t nearest_distance(const char *a, const char *b);

/* The largest distance at which ${word} is worth proposing another. */
size_t nearest_reach(const char *word);

#endif
