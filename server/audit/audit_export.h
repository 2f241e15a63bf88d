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
	const char *structures; /* one a line */
	struct hash sums;       /* of its SHA256SUMS, which names all others */
	size_t entries;
	const struct bytes *zip; /* the file that leaves; NULL: the directory */
};

typedef int audit_log(
    void *context, const struct audit_told *told, struct err *err);

struct audit_ask {
	const char *month;
	const char *structure; /* one alone; NULL: all that ${office} shows */
	audit_log *log;
	void *context;
};

/* The same, and ${ask->log} is told once all is written aside, before ${out}
 * is there: when it fails, nothing is left. Nothing is open in the database
 * then. */
int audit_export_logged(struct office *office, const struct audit_ask *ask,
    const char *out, struct buf *summary, struct err *err);

/* Bytes of such a file at most: it is made in memory at last. */
#define AUDIT_ZIP_MAX ((size_t)128 * 1024 * 1024)

/*
 * The same directory as one file: append to ${zip} a ZIP of it, whose one
 * folder is called ${name}. It is made below the office's own directory, out
 * of sight of others, and nothing of it stays there. E_LIMIT when it would
 * pass AUDIT_ZIP_MAX, or the disk's share that it may take meanwhile.
 */
int audit_export_zip(struct office *office, const struct audit_ask *ask,
    const char *name, struct buf *zip, struct buf *summary, struct err *err);

#endif
