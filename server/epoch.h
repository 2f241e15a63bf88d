/*
 * A server restored from a backup. A laptop presents the furthest receipt it
 * holds; when it is ours and our log does not have it, the log went back: it
 * goes on in a new epoch, opened by a set of the server's own key that names
 * the receipt. Everything any device holds is then taken in again.
 */
#ifndef POINTEAU_SERVER_EPOCH_H
#define POINTEAU_SERVER_EPOCH_H

#include <stddef.h>
#include <stdint.h>

#include "server/office.h"
#include "shared/err.h"
#include "shared/receipt.h"

#define EPOCH_POINTS_MAX 64

/*
 * Judge ${receipt}, and open an epoch when it proves one. ${points} are
 * places of the same log as the laptop verified them: *common receives the
 * furthest on which it and our log agree, 0 for none. E_SIGNATURE when the
 * receipt is not ours.
 */
int epoch_witness(struct office *office, const struct receipt *receipt,
    const struct log_point *points, size_t count, int64_t *common,
    struct err *err);

#endif
