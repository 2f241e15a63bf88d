/*
 * The keys that were the server's: each followed by the next, as a statement
 * says that both have signed. It tells until when the old one was good.
 */
#ifndef POINTEAU_SHARED_SUCCESSION_H
#define POINTEAU_SHARED_SUCCESSION_H

#include <stddef.h>
#include <stdint.h>

#include "shared/buf.h"
#include "shared/crypto.h"
#include "shared/err.h"
#include "shared/json.h"
#include "shared/receipt.h"

#define SUCCESSION_MAX 32 /* changes of a server's key */

struct succession {
	uint8_t old[KEY_LEN];
	uint8_t new[KEY_LEN];
	int64_t at_s; /* nothing of the old key's is later */
	uint8_t sig_old[SIG_LEN];
	uint8_t sig_new[SIG_LEN];
};

/* Oldest first. */
struct successions {
	struct succession items[SUCCESSION_MAX];
	size_t count;
};

/* Sign what ${out} says of both keys and the time. */
int succession_sign(struct succession *out, const struct key *old,
    const struct key *new, int64_t at_s, struct err *err);

/* Append one as a line: both keys, the time, both signatures. */
void succession_line(struct buf *out, const struct succession *one);
/* Read the lines of ${text} after what ${out} has; E_INVALID, E_LIMIT. */
int succession_read(
    struct successions *out, const char *text, size_t len, struct err *err);

/* Does each follow the one before, by both signatures, up to ${server}?
 * E_SIGNATURE. */
int succession_verify(const struct successions *all,
    const uint8_t server[KEY_LEN], struct err *err);

/* The same lines (without their ends) as "/v1/hello" tells them: to own, NULL
 * without memory; and read back, verified. */
json_t *succession_to_json(const struct successions *all);
int succession_from_json(struct successions *out, const json_t *list,
    const uint8_t server[KEY_LEN], struct err *err);

/* The one that ended the key of ${device}; NULL for none. */
const struct succession *succession_of(
    const struct successions *all, const char *device);

/* The key that ${receipt} is by: ${server}, or one that was in use at its
 * time; borrowed. E_SIGNATURE. */
int succession_receipt(const struct successions *all,
    const struct receipt *receipt, const uint8_t server[KEY_LEN],
    const uint8_t **signer, struct err *err);

#endif
