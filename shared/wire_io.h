/*
 * The smallest parts of the wire: LEB128 integers, texts, raw bytes. For
 * shared/wire*.c and server/push_words.c alone.
 */
#ifndef POINTEAU_SHARED_WIRE_IO_H
#define POINTEAU_SHARED_WIRE_IO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/buf.h"
#include "shared/crypto.h"

/* 2199-12-31T23:59:59Z: the last instant that a manifest can say, so that
 * what is accepted can be written down and read back. */
#define WIRE_TIME_MAX_S INT64_C(7258118399)

void wire_put_int(struct buf *out, int64_t value);
void wire_put_bytes(struct buf *out, const void *data, size_t len);
void wire_put_text(struct buf *out, const char *text);
/* Small either way of 0: 0, -1, 1, -2 … as 0, 1, 2, 3 …, wrapping. */
void wire_put_delta(struct buf *out, int64_t value, int64_t before);
/* Identities are hexadecimal everywhere but here. */
void wire_put_device(struct buf *out, const char *hex);

/* Past the end or out of bounds: ${bad}, and zeros. */
struct wire_reader {
	const uint8_t *at;
	const uint8_t *end;
	bool bad;
};

const uint8_t *wire_raw(struct wire_reader *in, size_t len);
void wire_copy(struct wire_reader *in, void *out, size_t len);
/* A varint of 0..max; longer spellings than needed are refused. */
int64_t wire_int(struct wire_reader *in, int64_t max);
/* What wire_put_delta wrote; any 64 bits. */
int64_t wire_delta(struct wire_reader *in, int64_t before);
/* Pass over ${count} integers. */
void wire_skip(struct wire_reader *in, size_t count);
/* An identifier of at most ${size} - 1 bytes. */
void wire_id(struct wire_reader *in, char *out, size_t size);
void wire_device(struct wire_reader *in, char out[DEVICE_TEXT]);

#endif
