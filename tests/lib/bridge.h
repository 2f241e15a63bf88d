/*
 * From a laptop's request to the server's handlers by a function call: what
 * HTTPS does between two programs.
 */
#ifndef POINTEAU_TESTS_LIB_BRIDGE_H
#define POINTEAU_TESTS_LIB_BRIDGE_H

#include "agent/https.h"
#include "server/service.h"

/* Answer ${exchange}; ${out} is cleared first and is the caller's. */
void bridge_answer(struct service *service, const struct exchange *exchange,
    struct exchange_reply *out);

#endif
