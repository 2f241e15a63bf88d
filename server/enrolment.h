/*
 * How a laptop becomes one of ours, and proves that it is: one-time codes,
 * certificates, challenges and bearers; and how it stops being one.
 */
#ifndef POINTEAU_SERVER_ENROLMENT_H
#define POINTEAU_SERVER_ENROLMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "server/office.h"
#include "server/recall.h"
#include "shared/buf.h"
#include "shared/err.h"
#include "shared/json.h"
#include "shared/ledger_device.h"

#define BEARER_LIFE_S    86400
#define CHALLENGE_LIFE_S 120
#define CHALLENGE_TEXT   (2 * (8 + 16 + 32) + 1)
#define BEARER_TEXT      64

#define ENROLMENT_CREWS_MAX      32   /* of one code, or one scope */
#define ENROLMENT_STRUCTURES_MAX 64   /* of one device, in all its codes */
#define ENROLMENT_DEVICES_MAX    2000 /* of an office, revoked ones too */

/*
 * Make a code for ${crews} (names separated by commas; each must exist,
 * E_NOT_FOUND) and append its text. Only its hash is kept.
 */
int enrolment_code(
    struct office *office, const char *crews, struct buf *out, struct err *err);

/*
 * Make a code for a laptop that takes the place of ${device}: its crews
 * (appended to ${crews}, separated by commas). ${device} is revoked at once,
 * or when the code is used. E_NOT_FOUND; E_CONFLICT when it sees no crew.
 */
int enrolment_replace(struct office *office, const char *device, bool now,
    const char *reason, struct buf *crews, struct buf *out, struct err *err);

/* Append the crews that a device sees in ${structures} (one a line),
 * separated by commas. */
int enrolment_crews(struct office *office, const char *device,
    const char *structures, struct buf *out, struct err *err);

/* What a laptop sends to enrol; all borrowed. */
struct enrolment_request {
	const char *code;  /* the secret, hexadecimal */
	const char *key;   /* the laptop's public key, hexadecimal */
	const char *name;  /* what people call it */
	const char *proof; /* base64 */
};

/*
 * Enrol: check the code and the proof of possession, write enrolment and
 * scope into the log of each structure, name a supervisor where a crew has
 * none. Append the certificate's text; ${sig} receives its signature and
 * ${structures} one name a line. The same code and key again repeat the
 * answer. E_AUTH (unknown or expired code, wrong proof), E_CONFLICT (used by
 * another key), E_REVOKED.
 */
int enrolment_accept(struct office *office,
    const struct enrolment_request *request, struct buf *certificate,
    uint8_t sig[SIG_LEN], struct buf *structures, struct err *err);

/* Replace the crews that a device sees. E_NOT_FOUND. */
int enrolment_scope(struct office *office, const char *device,
    const char *crews, struct err *err);

/* Revoke it in every structure, and what replaced it (rotate.h): from then on
 * it may read nothing, and what it still sends is set aside. E_NOT_FOUND. */
int enrolment_revoke(struct office *office, const char *device,
    const char *reason, struct err *err);
/* … without what replaced it. */
int enrolment_retire(struct office *office, const char *device,
    const char *reason, struct err *err);

/* Who it is, as its first structure knows it. Not found is no error. */
int enrolment_device(struct office *office, const char *device,
    struct device *out, struct err *err);

/* The value of a laptop's enrolment, to own; NULL without memory. */
json_t *enrolment_value(
    const char *key, const char *name, const char *replaces);

/* Append the certificate of ${device}, for all the structures that it is
 * enrolled in; ${sig} receives its signature. */
int enrolment_certificate(struct office *office, const char *device,
    const char *key, struct buf *out, uint8_t sig[SIG_LEN], struct err *err);

/* The structures a device is enrolled in, one a line; *revoked tells whether
 * it is revoked in all of them. Nothing when it is unknown, or of none of the
 * structures of who acts; E_FORBIDDEN when it is of others too. */
int enrolment_structures(struct office *office, const char *device,
    struct buf *out, bool *revoked, struct err *err);

/* A challenge for ${device}: stateless, bound to ${secret} and the time. */
void enrolment_challenge(const uint8_t secret[32], const char *device,
    const struct os *os, char out[CHALLENGE_TEXT]);

/* What a laptop sends to log in; all borrowed. */
struct login_request {
	const char *device;
	const char *challenge;
	const char *sig;     /* base64 */
	const char *version; /* of its program, for people; may be "" */
	/* The device whose key it has put away for its own; or "" */
	const char *replaces;
	struct recall recall;
};

/* Check the answer to a challenge and make a bearer. A server restored from
 * a backup that does not know the laptop yet learns it again from its
 * certificate. E_AUTH. */
int enrolment_login(struct office *office, const uint8_t secret[32],
    const struct login_request *request, char bearer[BEARER_TEXT],
    int64_t *expires_s, struct err *err);

/* Whose bearer it is; E_AUTH when unknown or expired. */
int enrolment_bearer(struct office *office, const char *bearer,
    char device[DEVICE_TEXT], struct err *err);

#endif
