/*
 * SHA-256 by OpenSSL, which uses the processor's own instructions where it has
 * some: several times as fast as libsodium's, which the agent stays with.
 */
#ifndef POINTEAU_SERVER_HASHING_H
#define POINTEAU_SERVER_HASHING_H

#include "shared/err.h"

/* Have hash_of (shared/crypto.h) use it from now on. Before any other thread
 * is born. On failure hash_of stays as it is. */
int hashing_start(struct err *err);
/* No more. */
void hashing_stop(void);

#endif
