/*
 * Fingerprints that people can read to each other on the phone: each byte is
 * one of 256 short, common French words chosen to sound unlike one another.
 */
#ifndef POINTEAU_SHARED_WORDS_H
#define POINTEAU_SHARED_WORDS_H

#include <stddef.h>
#include <stdint.h>

#include "shared/buf.h"

/* Append the words of ${len} bytes, separated by spaces. */
void words_add(struct buf *out, const uint8_t *data, size_t len);

#endif
