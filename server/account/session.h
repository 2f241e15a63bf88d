/*
 * Who is logged in: in memory, so that a restart forgets everybody. A session
 * is known by the SHA-256 of its 256-bit name, and holds the account's signing
 * key for as long as it lives. Also how long a wrong password makes the next
 * one wait. Pure: the time, in milliseconds that never jump, is given. Safe
 * from many threads.
 */
#ifndef POINTEAU_SERVER_ACCOUNT_SESSION_H
#define POINTEAU_SERVER_ACCOUNT_SESSION_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "shared/crypto.h"
#include "shared/err.h"
#include "shared/os.h"
#include "shared/text.h"

#define SESSION_IDLE_MS ((int64_t)30 * 60 * 1000)
#define SESSION_LIFE_MS ((int64_t)12 * 60 * 60 * 1000)
#define SESSION_NAME    65 /* hexadecimal and NUL */
#define SESSIONS_MAX    512
#define SESSIONS_OF_ONE 8 /* of one account; then the idlest goes */

/* Who may have been wrong, and how often in a row without having to wait: a
 * whole office stands behind one address. */
#define SESSION_ACCOUNT       'a'
#define SESSION_ACCOUNT_TRIES 5
#define SESSION_ADDRESS       'r'
#define SESSION_ADDRESS_TRIES 20
#define SESSION_WAIT_MAX_S    3600
#define SESSION_NAMES_MAX     4096 /* whose waits are remembered */

struct session {
	char login[TEXT_ID_MAX + 1];
	char device[DEVICE_TEXT];
	struct key key;
	struct hash name;
	int64_t start_ms;
	int64_t seen_ms;
};

struct sessions; /* opaque */

int sessions_new(struct sessions **out, struct err *err);
void sessions_free(struct sessions *);

/* Begin one for ${login}, whose key is ${key}: ${name} is for its cookie. */
void session_begin(struct sessions *sessions, const struct os *os,
    const char *login, const struct key *key, int64_t now_ms,
    char name[SESSION_NAME]);

/*
 * The session called ${name}, copied to ${out} (clear it with session_clear);
 * false when there is none, or none any more. ${touch}: somebody is there.
 */
bool session_find(struct sessions *sessions, const char *name, bool touch,
    int64_t now_ms, struct session *out);
void session_clear(struct session *session);

void session_end(struct sessions *sessions, const char *name);
/* All of an account, but the one called ${keep} (NULL: all). */
void session_end_all(
    struct sessions *sessions, const char *login, const char *keep);

/* Seconds that ${who} (an account, an address) still has to wait. */
int64_t session_wait_s(
    struct sessions *sessions, char kind, const char *who, int64_t now_ms);
/* It was wrong; it was right. */
void session_wrong(
    struct sessions *sessions, char kind, const char *who, int64_t now_ms);
void session_right(struct sessions *sessions, char kind, const char *who);

#endif
