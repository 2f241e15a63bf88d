/*
 * A laptop changes its key: the new one is a new device, enrolled where the
 * old one is and naming it ("replaces"). Both are good until the new one
 * logs in; then the old one is revoked.
 */
#ifndef POINTEAU_SERVER_ROTATE_H
#define POINTEAU_SERVER_ROTATE_H

#include <stdint.h>

#include "server/office.h"
#include "shared/buf.h"
#include "shared/err.h"

/* What a laptop sends; all borrowed. */
struct rotate_request {
	const char *device; /* the old one */
	const char *key;    /* the new public key, hexadecimal */
	const char *proof;  /* base64: signed by the new key */
	const char *sig;    /* base64: signed by the old key */
};

/*
 * Enrol the new key and append its certificate; ${sig} receives its signature.
 * The same key again repeats the answer, also when the old one is revoked
 * since. E_AUTH (unknown device, wrong signatures), E_REVOKED, E_CONFLICT
 * (another key has replaced it, or the key is somebody's), E_LIMIT.
 */
int rotate_accept(struct office *office, const struct rotate_request *request,
    struct buf *certificate, uint8_t sig[SIG_LEN], struct err *err);

/* ${device} logs in, and has put ${old}'s key away: revoke that, and what it
 * replaced itself. Nothing when it is not what ${device} replaces. */
int rotate_retire(struct office *office, const char *device, const char *old,
    struct err *err);

/* The device that ${device} replaces, and one that replaces it; "" for none. */
int rotate_replaced(struct office *office, const char *device,
    char out[DEVICE_TEXT], struct err *err);
int rotate_successor(struct office *office, const char *device,
    char out[DEVICE_TEXT], struct err *err);

#endif
