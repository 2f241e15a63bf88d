/*
 * One check of an export under way: what audit_verify.c (the list of sums,
 * the keys) and audit_check.c (the structures' logs and sets) share.
 */
#ifndef POINTEAU_SERVER_AUDIT_CHECK_H
#define POINTEAU_SERVER_AUDIT_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/audit/audit_tree.h"
#include "shared/buf.h"
#include "shared/crypto.h"
#include "shared/err.h"
#include "shared/succession.h"

struct audit_check {
	const char *root;
	struct audit_tree tree; /* what is really there */
	struct buf *report;
	size_t faults;
	uint8_t server[KEY_LEN];
	struct successions past; /* keys that were the server's */
	struct buf signers;      /* lines that allowed_signers should have */
	struct buf absent;       /* what absent should be */
	size_t sets;
	size_t entries;
	size_t missing;
};

/* Report one fault of the file ${path}. */
void audit_check_fault(struct audit_check *check, const char *path,
    const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Report ${why}, when it is a failure. But no memory is no fault of the file:
 * that fails. */
int audit_check_why(struct audit_check *check, const char *path,
    const struct err *why, struct err *err);

/*
 * Replace ${out} by the content of a file that the format knows, and mark it
 * known. A file that is not there or unreadable is a fault: then ${*there}
 * (may be NULL) is false and ${out} empty. Fails only without memory.
 */
int audit_check_read(struct audit_check *check, const char *path,
    struct buf *out, bool *there, struct err *err);

/* Is there a file of that name? Marks it known. */
bool audit_check_has(struct audit_check *check, const char *path);

/* Check the log "log/<name>.log" and all that belongs to its places. */
int audit_check_log(
    struct audit_check *check, const char *path, struct err *err);

#endif
