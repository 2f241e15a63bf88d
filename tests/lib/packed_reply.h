/*
 * The answer to a push, whichever wire it came in, as the JSON that wire 1
 * would have said: what watches an office's answers reads one form alone.
 */
#ifndef POINTEAU_TESTS_LIB_PACKED_REPLY_H
#define POINTEAU_TESTS_LIB_PACKED_REPLY_H

#include "shared/db.h"
#include "shared/json.h"
#include "shared/wire.h"

/* Own it; NULL when it is no answer. ${db} is the office's, which has the
 * signatures that a packed answer leaves out. */
json_t *packed_reply_json(
    struct db *db, const struct push *push, struct bytes reply);

#endif
