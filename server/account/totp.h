/*
 * Time-based one-time codes (RFC 6238: SHA-1, six digits, thirty seconds),
 * as every authenticator on a telephone makes them. liboath's one home is
 * totp.c.
 */
#ifndef POINTEAU_SERVER_ACCOUNT_TOTP_H
#define POINTEAU_SERVER_ACCOUNT_TOTP_H

#include <stddef.h>
#include <stdint.h>

#include "shared/buf.h"
#include "shared/err.h"

#define TOTP_STEP_S   30
#define TOTP_DIGITS   6
#define TOTP_CODE_MAX 9 /* eight digits (the RFC's examples) and NUL */
#define TOTP_DRIFT    1 /* steps that a telephone may be early or late */

/* The code of ${step} (seconds since 1970 / TOTP_STEP_S), 6 to 8 digits.
 * E_NOMEM. */
int totp_code(const uint8_t *secret, size_t len, int64_t step, unsigned digits,
    char out[TOTP_CODE_MAX], struct err *err);

/*
 * The step whose code is ${code} (six digits; spaces are ignored), of those
 * within TOTP_DRIFT of ${now_s} and after ${last}: a code is good once.
 * ${*step} is 0 when it is none of them. E_NOMEM.
 */
int totp_find(const uint8_t *secret, size_t len, const char *code,
    int64_t now_s, int64_t last, int64_t *step, struct err *err);

/* Append "otpauth://totp/…" for ${issuer} (a host) and ${login} ("": none),
 * as telephones read it from a QR code. */
int totp_uri(struct buf *out, const char *issuer, const char *login,
    const uint8_t *secret, size_t len, struct err *err);
/* Append the secret in base32, in groups of four, for fingers. */
void totp_secret_text(struct buf *out, const uint8_t *secret, size_t len);

#endif
