/*
 * The one-time enrolment code: everything a laptop needs to find its server
 * and to know that it is the right one, in one text to paste or scan.
 */
#ifndef POINTEAU_SHARED_ENROLCODE_H
#define POINTEAU_SHARED_ENROLCODE_H

#include <stdbool.h>
#include <stdint.h>

#include "shared/buf.h"
#include "shared/err.h"

#define ENROLCODE_SECRET_LEN 16
#define ENROLCODE_SERVER_LEN 16 /* first bytes of SHA-256 of its key */
#define ENROLCODE_PIN_LEN    32
#define ENROLCODE_URL_MAX    255
#define ENROLCODE_LIFE_S     900 /* 15 minutes */

struct enrolcode {
	uint8_t secret[ENROLCODE_SECRET_LEN];
	uint8_t server[ENROLCODE_SERVER_LEN];
	bool has_pin; /* self-signed: the pin is the trust */
	uint8_t pin[ENROLCODE_PIN_LEN];
	char url[ENROLCODE_URL_MAX + 1]; /* "https://host:port" */
};

/* Append the text: "pto1." and base64url, with a check sum inside. */
int enrolcode_write(
    struct buf *out, const struct enrolcode *code, struct err *err);

/* Read it; white space within is ignored (pasted, wrapped lines). E_INVALID
 * tells a cut or mistyped code from something else altogether. */
int enrolcode_read(struct enrolcode *out, const char *text, struct err *err);

#endif
