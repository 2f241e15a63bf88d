/*
 * HTTPS client. The only file that includes curl's headers is https.c.
 */
#ifndef POINTEAU_AGENT_HTTPS_H
#define POINTEAU_AGENT_HTTPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/proxy.h"
#include "shared/buf.h"
#include "shared/err.h"

#define HTTPS_REPLY_MAX      ((size_t)5 * 1024 * 1024)
#define HTTPS_CONNECT_TIME_S 10
#define HTTPS_STALL_TIME_S   30 /* next to no byte for so long: give up */

/* One request, as the sync engine wants it. Borrowed. */
struct exchange {
	const char *method; /* "GET" or "POST" */
	const char *path;   /* "/v1/heads", with its query */
	const char *bearer; /* "" for none */
	const char *content_type;
	struct bytes body;
};

/* What came back; own it, free with exchange_reply_clear. */
struct exchange_reply {
	int status;
	int retry_after_seconds; /* 0: none */
	struct buf body;
};

void exchange_reply_clear(struct exchange_reply *reply);

/*
 * The proxy of every connection opened from now on: "" the environment's
 * (https_proxy), "none" none at all; and the hosts that need none. Both are
 * borrowed for ever. Before any other thread is born.
 */
void https_use_proxy(const char *proxy, const char *no_proxy);

struct https; /* opaque: one connection, kept between requests */

/* ${pin} NULL: the system's authorities and the host's name are the trust;
 * otherwise the pin alone is (SHA-256 of the SubjectPublicKeyInfo). */
int https_open(
    struct https **out, const char *url, const uint8_t *pin, struct err *err);
void https_close(struct https *https);

/* Every exchange fails (E_OFFLINE) once os_monotonic_ms() reaches ${*when_ms},
 * which another thread may bring forward. It outlives ${https}. */
void https_give_up(struct https *https, const _Atomic int64_t *when_ms);

/*
 * After E_AUTH without a pin: what is wrong with the certificate.
 * "expired", "early" (not valid yet), "host" (for another one), "unknown" (to
 * the system's authorities). Static.
 */
const char *https_certificate_fault(const struct https *https);

/*
 * After an exchange that failed or was given up: was it still the proxy that
 * had to answer? Then ${place} is where it is, without its password.
 */
bool https_awaits_proxy(const struct https *https, char place[PROXY_PLACE_MAX]);

/* After an exchange that failed: is it certain that no byte of the request
 * left? */
bool https_said_nothing(const struct https *https);

/*
 * Do one exchange. Any HTTP status is a success here. E_OFFLINE when the
 * server cannot be reached, stalls or cuts; E_AUTH when it is not the one
 * trusted (pin or certificate); E_LIMIT when the reply is too large.
 */
int https_exchange(struct https *https, const struct exchange *request,
    struct exchange_reply *reply, struct err *err);

#endif
