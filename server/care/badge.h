/*
 * A skill as a badge that anyone can verify: an Open Badges 3.0 credential
 * (1EdTech, §8.2: the token's payload is the credential, with the registered
 * claims beside it) as a JSON Web Token signed with the server's Ed25519 key
 * (RFC 8037, "EdDSA"). The issuer is a did:jwk, which holds that public key:
 * nothing needs to be fetched. Who was badged is a name made of a hash: the
 * worker shows the badge, the badge does not show the worker.
 */
#ifndef POINTEAU_SERVER_CARE_BADGE_H
#define POINTEAU_SERVER_CARE_BADGE_H

#include "server/care/care.h"

/*
 * Append the token, "header.payload.signature", of ${skill} (its code) of a
 * worker: the level last observed. ${key} is the server's. E_NOT_FOUND when it
 * was never assessed; E_CONFLICT when two observations of that last day tell
 * different levels.
 */
int badge_make(struct office *office, const struct key *key,
    const struct care_worker *worker, const char *skill, struct buf *out,
    struct err *err);

/* The public key as a JSON Web Key on one line, as the did:jwk holds it. */
int badge_jwk(const struct key *key, struct buf *out, struct err *err);

#endif
