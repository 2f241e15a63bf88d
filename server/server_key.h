/*
 * The server changes its key. server.succession says how its keys followed
 * one another; who puts a backup back puts today's server.key and this file
 * back with it. The ledger's table is a copy of it.
 */
#ifndef POINTEAU_SERVER_SERVER_KEY_H
#define POINTEAU_SERVER_SERVER_KEY_H

#include "server/office.h"
#include "shared/err.h"
#include "shared/succession.h"

/*
 * Take a new key, which signs all that follows; what the old one signed so
 * far stands. Enrolment codes made before are void. E_LIMIT.
 */
int server_key_rotate(struct office *office, struct err *err);

/* What server.succession says, unverified; empty without one. E_INVALID. */
int server_key_before(
    const struct office *office, struct successions *out, struct err *err);

/* Before the keys are read: end, or undo, a change that was cut short. */
int server_key_settle(const struct office *office, struct err *err);
/* Once they are: bring the ledger's copy up to date. */
int server_key_record(struct office *office, struct err *err);

/* Did this key, or one before it, open every log? E_CORRUPT when not: a
 * directory put back without its key or its server.succession, which would
 * believe no set any more. */
int server_key_check(struct office *office, struct err *err);

#endif
