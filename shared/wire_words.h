/*
 * What both ends of wire 2 know before anything is said: the words that
 * entries are made of, and the text that deflate may refer to. Part of the
 * protocol: tests/vectors/wire2 holds them, and they never change.
 */
#ifndef POINTEAU_SHARED_WIRE_WORDS_H
#define POINTEAU_SHARED_WIRE_WORDS_H

#include "shared/buf.h"

/* Word ${i}; its data is NULL when there is none. */
struct bytes wire_word(size_t i);

struct bytes wire_dictionary(void);

#endif
