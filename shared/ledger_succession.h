/*
 * The server's keys that a ledger knows beside the one in use, and what they
 * signed while they were in use.
 */
#ifndef POINTEAU_SHARED_LEDGER_SUCCESSION_H
#define POINTEAU_SHARED_LEDGER_SUCCESSION_H

#include "shared/db.h"
#include "shared/receipt.h"
#include "shared/succession.h"

int ledger_successions(struct db *db, struct successions *out, struct err *err);

/* Replace them by ${all}, which is verified. In a transaction. */
int ledger_successions_put(
    struct db *db, const struct successions *all, struct err *err);

/*
 * Is ${receipt} the server's? By the key in use, ${server}, or by one that
 * was in use at the receipt's time. E_SIGNATURE.
 */
int ledger_receipt_verify(struct db *db, const struct receipt *receipt,
    const uint8_t server[KEY_LEN], struct err *err);

#endif
