/*
 * Bytes as text: hexadecimal and base64 (RFC 4648 §4 and the URL-safe §5
 * without padding), and Crockford-free plain base32 in capitals (RFC 4648
 * §6, also without padding) for codes that people type. Decoding is strict:
 * no white space, no missing or superfluous padding, no loose final bits; a
 * refusal (E_INVALID) appends nothing to ${out}.
 */
#ifndef POINTEAU_SHARED_ENC_H
#define POINTEAU_SHARED_ENC_H

#include <stddef.h>
#include <stdint.h>

#include "shared/buf.h"
#include "shared/err.h"

/* ${out} holds 2 * len + 1 characters, lower case. */
void enc_hex(const void *data, size_t len, char *out);
/* Decode exactly ${len} bytes from the 2 * len digits at ${text} (either
 * case), of which ${text_len} characters are there. */
int enc_unhex(
    void *out, size_t len, const char *text, size_t text_len, struct err *err);

void enc_base64(struct buf *out, const void *data, size_t len);
int enc_unbase64(
    struct buf *out, const char *text, size_t len, struct err *err);

void enc_base64url(struct buf *out, const void *data, size_t len);
int enc_unbase64url(
    struct buf *out, const char *text, size_t len, struct err *err);

void enc_base32(struct buf *out, const void *data, size_t len);
int enc_unbase32(
    struct buf *out, const char *text, size_t len, struct err *err);

#endif
