/*
 * When to try the office again after a failed sync. Pure: the caller brings
 * the randomness and keeps the count. Many laptops that failed at the same
 * moment must not come back at the same moment.
 */
#ifndef POINTEAU_AGENT_BACKOFF_H
#define POINTEAU_AGENT_BACKOFF_H

#include <stdbool.h>
#include <stdint.h>

#define BACKOFF_BASE_S 30   /* after the first failure */
#define BACKOFF_MAX_S  3600 /* it doubles up to here */
#define BACKOFF_OFFLINE_S                                                      \
	120              /* at most, while the office is out of reach …      \
	                  */
#define BACKOFF_EAGER 30 /* … for so many tries: the better part of an hour */

/*
 * Seconds until the next attempt after ${failures} failures in a row: 0 when
 * there is none, else BACKOFF_BASE_S doubled for each further one up to
 * BACKOFF_MAX_S, give or take a half. ${retry_after_s}, what the server asked
 * for (0: nothing), is a minimum, to which up to as much again is added.
 * ${random}: 32 uniform bits.
 */
int64_t backoff_seconds(
    int64_t failures, int64_t retry_after_s, uint32_t random);

/*
 * The same while the office is out of reach: nobody is there to be burdened,
 * and people wait for the moment when somebody is. ${tries}: failures since the
 * network last changed. On a network (${connected}), no more than
 * BACKOFF_OFFLINE_S for BACKOFF_EAGER tries, as somebody may be logging in to a
 * portal, then doubled for each further one as above. Without one, as above:
 * its return is told (os_net.h).
 */
int64_t backoff_offline_seconds(int64_t tries, bool connected, uint32_t random);

#endif
