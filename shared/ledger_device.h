/*
 * Who a device is for a structure, as its log says: enrolled with which key,
 * as a laptop or as the office, revoked or not.
 */
#ifndef POINTEAU_SHARED_LEDGER_DEVICE_H
#define POINTEAU_SHARED_LEDGER_DEVICE_H

#include <stdbool.h>
#include <stdint.h>

#include "shared/changeset.h"
#include "shared/crypto.h"
#include "shared/db.h"
#include "shared/err.h"
#include "shared/record.h"

#define ROLE_LAPTOP "laptop"
#define ROLE_OFFICE "office"

struct device {
	bool found;
	bool revoked;
	enum writer writer;
	uint8_t pub[KEY_LEN];
	char name[TEXT_NAME_MAX + 1];
	bool past; /* a key that was the server's, until ${until_s} */
	int64_t until_s;
};

/*
 * Look ${device} up in ${structure}'s records. ${server} is the server's own
 * public key, trusted from the start (pinned by the enrolment code): it is
 * found without any record, and so are those that it followed. Not found is
 * no error.
 */
int ledger_device(struct db *db, const char *structure, const char *device,
    const uint8_t server[KEY_LEN], struct device *out, struct err *err);

/* The first place of the log that revokes ${device}; 0 when none does. What
 * has a place before it counts, whenever its bodies come. */
int ledger_revoked_at(struct db *db, const char *structure, const char *device,
    int64_t *out, struct err *err);

/* After a set of a revoked device was put: each entry is judged by the first
 * place that names it. Before the revocation it counts, though its body comes
 * now (a restored server had the earlier set without it); after it, it does
 * not, though it did here (the server took it in again, later). */
int ledger_judge_by_place(
    struct db *db, const struct changeset *set, struct err *err);

#endif
