/*
 * What the server's answers mean. Anything that does not speak our JSON is
 * not our server: a hotel's portal, a proxy.
 */
#ifndef POINTEAU_AGENT_ANSWER_H
#define POINTEAU_AGENT_ANSWER_H

#include "agent/https.h"
#include "shared/err.h"
#include "shared/json.h"

/* The JSON object of an answer whatever its status (own it). E_OFFLINE when
 * it holds none. */
int answer_object(
    const struct exchange_reply *reply, json_t **out, struct err *err);

/* The JSON object of a 200 (own it); otherwise as answer_refused. */
int answer_json(
    const struct exchange_reply *reply, json_t **out, struct err *err);

/*
 * The failure that an answer other than 200 stands for, in the server's
 * words: E_AUTH (401), E_REVOKED (403), E_BUSY (429, 503), E_OFFLINE (not our
 * server), else the code it names. Never 0.
 */
int answer_refused(const struct exchange_reply *reply, struct err *err);

/* E_OFFLINE, with the cause "portal": something else answers in the server's
 * place. */
int answer_foreign(struct err *err);

/* E_INVALID: our server, but not what the protocol says. ${what} is the
 * path. */
int answer_strange(const char *what, struct err *err);

#endif
