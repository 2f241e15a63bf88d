/*
 * Receipts as JSON, on the wire and in the entry that opens an epoch
 * (docs/protocol.md §5, §7). The structure is never a member of these: what
 * carries the receipt names it. A receipt in place says where a set is that
 * both sides know; a whole one also says which set.
 */
#ifndef POINTEAU_SHARED_RECEIPT_JSON_H
#define POINTEAU_SHARED_RECEIPT_JSON_H

#include <stdbool.h>

#include "shared/err.h"
#include "shared/json.h"
#include "shared/receipt.h"

/* Set "epoch", "n", "time", "head" and "sig" of ${object}, in this order.
 * False without memory: members may then lack. */
bool receipt_json_put_place(json_t *object, const struct receipt *receipt);

/* Set "epoch", "n", "manifest", "head", "time" and "sig", as above. */
bool receipt_json_put_whole(json_t *object, const struct receipt *receipt);

/*
 * Read what receipt_json_put_place sets; ${out}'s structure and manifest are
 * cleared, for the caller to fill in. Nothing is verified but the form: the
 * epoch from 1 to below INT32_MAX, ${n} from 1, a hash, a time, a signature of
 * SIG_LEN bytes; other members are ignored. E_INVALID; E_NOMEM.
 */
int receipt_json_read_place(
    struct receipt *out, const json_t *object, struct err *err);

/* Read what receipt_json_put_whole sets: the manifest too. */
int receipt_json_read_whole(
    struct receipt *out, const json_t *object, struct err *err);

#endif
