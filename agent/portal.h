/*
 * Does a captive portal (a hotel's, a train's) answer in the office's place?
 * It lets no TLS through, or answers it with a certificate of its own, and
 * leads whoever asks in plain HTTP to its page. So one small request without
 * any secret is sent to port 80 of the office's host; only after a failure,
 * and never where nobody stands in between (this machine itself, a proxy).
 */
#ifndef POINTEAU_AGENT_PORTAL_H
#define POINTEAU_AGENT_PORTAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PORTAL_TIME_S     5
#define PORTAL_ANSWER_MAX 65536

/* How HTTPS failed just before. */
enum portal_sign {
	PORTAL_SILENCE,  /* nobody answered, or who did cut */
	PORTAL_STRANGER, /* another certificate, or no TLS at all */
};

/*
 * Ask the host of ${url} ("https://host[:port][/…]"). False also when nobody
 * answers within PORTAL_TIME_S, or once os_monotonic_ms() reaches
 * ${*give_up_ms} (NULL: never).
 */
bool portal_answers(
    const char *url, enum portal_sign sign, const _Atomic int64_t *give_up_ms);

/*
 * Is an answer of plain HTTP a portal's? ${location}: where it leads, "" for
 * nowhere. 511 (RFC 6585) always is; a redirection is when it leads to another
 * host than ${host} (an office's own web server leads to its own https); a page
 * in its place is one only after PORTAL_STRANGER.
 */
bool portal_judge(
    const char *host, enum portal_sign sign, int status, const char *location);

/* The host of an address, without its port, into ${out}; false: none, or one
 * that is too long, or this machine itself. */
bool portal_host(const char *url, char *out, size_t size);

#endif
