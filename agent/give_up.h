/*
 * Ending what curl does at a moment that another thread may bring forward:
 * its progress callback, for whoever talks by it (https.c, portal.c).
 */
#ifndef POINTEAU_AGENT_GIVE_UP_H
#define POINTEAU_AGENT_GIVE_UP_H

#include <curl/curl.h>
#include <stdint.h>

/* From now on, when os_monotonic_ms() has reached ${*when_ms}, which outlives
 * what ${curl} does; NULL: never. */
CURLcode give_up_at(CURL *curl, const _Atomic int64_t *when_ms);

#endif
