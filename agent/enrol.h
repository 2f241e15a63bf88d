/*
 * Enrolment: from a one-time code to a certificate. A step function too:
 * hello, then enrol; the reply may be lost and asked for again.
 */
#ifndef POINTEAU_AGENT_ENROL_H
#define POINTEAU_AGENT_ENROL_H

#include "agent/agent.h"
#include "agent/https.h"
#include "shared/enrolcode.h"
#include "shared/err.h"

#define ENROL_PROTOCOL 1 /* of docs/protocol.md: what we speak */

struct enrol; /* opaque */

int enrol_new(struct enrol **out, struct agent *agent,
    const struct enrolcode *code, const char *name, struct err *err);
void enrol_free(struct enrol *enrol);

/* As sync_next and sync_take (SYNC_REQUEST, SYNC_DONE). */
int enrol_next(struct enrol *enrol, struct exchange *request, struct err *err);
int enrol_take(
    struct enrol *enrol, const struct exchange_reply *reply, struct err *err);

/* The six words to compare with the office, once done. */
int enrol_words(struct agent *agent, struct buf *out, struct err *err);

/* Run it over HTTPS. */
int enrol_run(struct agent *agent, const struct enrolcode *code,
    const char *name, struct err *err);

#endif
