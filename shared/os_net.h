/*
 * What happens around a laptop, told by the system instead of looked for
 * again and again: a network that came, went or changed (rtnetlink), a sleep
 * that is over. One thread waits here; any other may ring it.
 */
#ifndef POINTEAU_SHARED_OS_NET_H
#define POINTEAU_SHARED_OS_NET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/err.h"

/* Of a system that tells nothing (a sandbox without AF_NETLINK): look so
 * often. */
#define OS_WATCH_LOOK_MS 10000
/* Slept at least so long: it is no hiccup of two clocks. */
#define OS_WATCH_SLEPT_MS 1000

/* Bits of what happened. */
#define OS_WATCH_BELL    1U /* os_watch_ring was called */
#define OS_WATCH_NETWORK 2U /* there is a network again, or another one */
#define OS_WATCH_WAKE    4U /* the machine slept and woke up */

struct os_watch {
	int netlink;      /* -1: the system tells nothing */
	int clock;        /* -1: likewise */
	int bell;         /* an eventfd */
	uint64_t network; /* as last seen */
	int64_t slept_ms; /* since the boot, as last seen */
};

/* A system that tells nothing is watched by looking: no error. E_IO when not
 * even the bell can be had. End it with os_watch_close, a failed one too. */
int os_watch_open(struct os_watch *out, struct err *err);
void os_watch_close(struct os_watch *watch);

/*
 * Wait until os_monotonic_ms() is ${when_ms} (INT64_MAX: for ever) or until
 * something happens; the bits of what did, 0 when it was time alone.
 */
unsigned os_watch_wait(struct os_watch *watch, int64_t when_ms);

/* From any thread, at no cost: os_watch_wait returns. */
void os_watch_ring(const struct os_watch *watch);

/*
 * Does a datagram of rtnetlink(7) tell of a link, an address or a route that
 * came, went or changed? One that is cut or makes no sense counts as telling:
 * a look too many costs nothing.
 */
bool os_netlink_tells(const void *data, size_t len);

/*
 * Is the network that leads out of this machine paid for by the volume, as
 * far as a look at the system's files tells: a modem (DEVTYPE=wwan, ppp), a
 * telephone on a cable, an iPhone's or an old Android's access point by its
 * address? ${names}: interfaces that people named, between commas or spaces;
 * "*" is all of them, NULL or "" none.
 */
bool os_network_metered(const char *names);
/* The same of copies of /proc/net/route and /sys/class/net; for tests. */
bool os_network_metered_of(
    const char *names, const char *route, const char *interfaces);

/* socket(2), closed when another program is started; -1 and errno. For a
 * library that wants to be told how to make its own. */
int os_socket(int family, int type, int protocol);

#endif
