/*
 * TLS sessions that are resumed: a ticket, which the client keeps, sealed with
 * a key that only this process has. A laptop that returns soon is spared the
 * certificate and its signature; nothing is kept here for it.
 *
 * The key changes every TICKETS_LIFE_MS. The one before is still good, to be
 * replaced at once by a ticket of the new; older ones are forgotten, and with
 * them whatever was recorded under them cannot be read from this memory.
 */
#ifndef POINTEAU_SERVER_TICKETS_H
#define POINTEAU_SERVER_TICKETS_H

#include <stdint.h>

#include "shared/err.h"

#define TICKETS_LIFE_MS ((int64_t)3600 * 1000)

/* Have ${ssl_ctx}, an SSL_CTX, give and take tickets. */
int tickets_use(void *ssl_ctx, struct err *err);
/* Forget the keys: no ticket is good any more. */
void tickets_forget(void);

/* For tests: another clock than os_monotonic_ms; NULL: that one again. */
void tickets_clock(int64_t (*now_ms)(void));

#endif
