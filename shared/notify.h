/*
 * What a service tells the one who started it: systemd's protocol
 * (sd_notify(3), NOTIFY_SOCKET and WATCHDOG_USEC), by a datagram, without its
 * library. Where nobody listens it does nothing.
 */
#ifndef POINTEAU_SHARED_NOTIFY_H
#define POINTEAU_SHARED_NOTIFY_H

#include <stdbool.h>
#include <stdint.h>

#include "shared/err.h"

/*
 * Send ${state}, lines of NAME=VALUE ("READY=1\nSTATUS=serving"), to the
 * socket that the environment's NOTIFY_SOCKET names: a path, or "@name" in the
 * abstract namespace. 0 also when it names none; E_INVALID for another kind of
 * address, E_IO when nobody takes it.
 */
int notify_send(const char *state, struct err *err);

bool notify_wanted(void);

/*
 * How often, in milliseconds, WATCHDOG=1 is awaited at the latest: 0 when
 * nobody does (WATCHDOG_USEC absent or no number, or WATCHDOG_PID is somebody
 * else's). Tell twice as often.
 */
int64_t notify_watchdog_ms(void);

#endif
