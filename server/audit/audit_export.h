/*
 * Write a month for an auditor: everything needed to check, with ssh-keygen
 * and sha256sum alone, who recorded or changed an hour. The same log gives
 * the same bytes. LISEZMOI.txt, among them, explains the rest.
 */
#ifndef POINTEAU_SERVER_AUDIT_EXPORT_H
#define POINTEAU_SERVER_AUDIT_EXPORT_H

#include "server/office.h"
#include "shared/buf.h"
#include "shared/crypto.h"
#include "shared/err.h"

/*
 * Write the sets, receipts and logs of every structure that has something in
 * ${month} ("2026-11") to the directory ${out}: absent or empty before, else
 * E_CONFLICT; whole afterwards, or untouched. E_NOT_FOUND when the month has
 * nothing. Append to ${summary}, for a person, what was written.
 */
int audit_export(struct office *office, const char *month, const char *out,
    struct buf *summary, struct err *err);

/* What such a directory has. Borrowed. */
struct audit_told {
	const char *month;
	const char *structures; /* one a line */
	struct hash sums;       /* of its SHA256SUMS, which names all others */
	size_t entries;
};

/* The same, and ${log} is told once all is written aside, before ${out} is
 * there: when it fails, nothing is left. Nothing is open in the database
 * then. */
typedef int audit_log(
    void *context, const struct audit_told *told, struct err *err);
int audit_export_logged(struct office *office, const char *month,
    const char *out, audit_log *log, void *context, struct buf *summary,
    struct err *err);

#endif
