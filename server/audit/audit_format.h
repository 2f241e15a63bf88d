/*
 * How an export for an auditor is spelt, for whoever writes one
 * (audit_export.c) and whoever checks one (audit_check.c): names, lines,
 * manifests. Every text has one spelling only; readers refuse any other.
 */
#ifndef POINTEAU_SERVER_AUDIT_FORMAT_H
#define POINTEAU_SERVER_AUDIT_FORMAT_H

#include <stdint.h>

#include "shared/buf.h"
#include "shared/changeset.h"
#include "shared/err.h"
#include "shared/receipt.h"

#define AUDIT_SUMS     "SHA256SUMS"
#define AUDIT_SUMS_SIG "SHA256SUMS.sig"
#define AUDIT_README   "LISEZMOI.txt"
#define AUDIT_SIGNERS  "allowed_signers"
#define AUDIT_ABSENT   "absent"
/* How the server's keys followed one another; only when they did. */
#define AUDIT_SUCCESSION "succession"
#define AUDIT_LOGS       "log"
#define AUDIT_RECEIPTS   "receipts"
#define AUDIT_SETS       "sets"
/* Sets that came after their device's revocation: kept, never counted. */
#define AUDIT_REVOKED "revoked"

/* Why a body is not there: the server does not hold it, because it never
 * received it or because it was purged. */
#define AUDIT_NOT_HELD "not-held"

/* Larger files are refused, on both sides. */
#define AUDIT_FILE_MAX ((size_t)32 * 1024 * 1024)

/* Append a structure's id as a file's name: all but [A-Za-z0-9._-], and a
 * leading '.', as %XX. */
void audit_format_name(struct buf *out, const char *structure);

/* The id again, from the ${len} bytes at ${name}. E_INVALID. */
int audit_format_structure(
    char out[TEXT_ID_MAX + 1], const char *name, size_t len, struct err *err);

/* Append "<top>/<name>/<n, six digits>". */
void audit_format_set(
    struct buf *out, const char *top, const char *name, int64_t n);

/* Append "<n> <epoch> <time> <manifest> <H_n>\n". */
void audit_format_place(struct buf *out, const struct receipt *place);

/* Read such a line (without its line feed) back. E_INVALID. */
int audit_format_place_parse(
    struct receipt *out, const char *line, size_t len, struct err *err);

/* Append "<name> <n> <pos> <hash> not-held\n", numbers spelt as in paths. */
void audit_format_absent(struct buf *out, const char *name, int64_t n,
    size_t pos, const struct hash *hash);

/*
 * Read a manifest: exactly what changeset_manifest writes, 1 to
 * CHANGESET_ENTRIES_MAX entries, else E_INVALID. The signature and the
 * bodies stay empty. Clear ${out} with changeset_clear in both cases.
 */
int audit_format_manifest(
    struct changeset *out, const char *text, size_t len, struct err *err);

/* Append "SHA256:…" as ssh-keygen -lf shows a key. */
void audit_format_fingerprint(struct buf *out, const uint8_t pub[KEY_LEN]);

#endif
