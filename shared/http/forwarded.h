/*
 * Who asks, behind a proxy: X-Forwarded-For is believed from the proxies that
 * the administrator names, and from nobody else, as anyone can write one.
 */
#ifndef POINTEAU_SHARED_HTTP_FORWARDED_H
#define POINTEAU_SHARED_HTTP_FORWARDED_H

#include <stdbool.h>
#include <stddef.h>

#include "shared/err.h"

#define FORWARDED_TEXT 48 /* an address of IPv6, "/64" and NUL */
#define PROXIES_MAX    32

struct proxies; /* opaque */

/* Parse "127.0.0.1, ::1, 10.0.0.0/8"; "" for none. E_INVALID names what is no
 * address. Free with proxies_free. */
int proxies_parse(struct proxies **out, const char *list, struct err *err);
void proxies_free(struct proxies *proxies);

/* Is it one of them, whose X-Forwarded-For is believed? */
bool forwarded_believes(const struct proxies *proxies, const char *remote);

/*
 * The client of a request that came from ${remote} with these X-Forwarded-For
 * fields, in their order: the last address that is not of ${proxies} (NULL:
 * none is), read from the end on; where something else than an address
 * stands, the one after it. An address of IPv6 stands for its network of 64
 * bits, which one subscriber has whole: a rate is limited for all of it.
 */
void forwarded_client(char out[FORWARDED_TEXT], const struct proxies *proxies,
    const char *remote, const char *const *fields, size_t count);

#endif
