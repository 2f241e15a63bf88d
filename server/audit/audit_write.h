/*
 * An export for an auditor under way: its files, and what one structure
 * adds to it. audit_export.c makes a whole of it.
 */
#ifndef POINTEAU_SERVER_AUDIT_WRITE_H
#define POINTEAU_SERVER_AUDIT_WRITE_H

#include <stdbool.h>
#include <stddef.h>

#include "server/audit/audit_tree.h"
#include "server/office.h"
#include "server/store/audit_sets.h"
#include "shared/buf.h"
#include "shared/crypto.h"
#include "shared/date.h"
#include "shared/err.h"
#include "shared/succession.h"

/* Of the disk, for one that does not stay: each file takes whole blocks. */
#define AUDIT_PASSING_MAX ((size_t)1024 * 1024 * 1024)
#define AUDIT_BLOCK       ((size_t)4096)

struct audit_write {
	struct office *office;
	const char *root; /* the unfinished directory */
	const char *only; /* the one structure asked for, or NULL */
	/* It will not stay: written without waiting for the disk, and only so
	 * much of it (AUDIT_PASSING_MAX). */
	bool passing;
	size_t taken;
	char first[DATE_TEXT];
	char last[DATE_TEXT];
	struct audit_sets_month month;
	struct audit_tree tree;
	struct successions past; /* keys that were the server's */
	struct buf signers;      /* lines of allowed_signers */
	struct buf absent;
	struct buf names; /* of the structures, one a line */
	struct hash sums; /* of its SHA256SUMS */
	size_t structures;
	size_t sets;
	size_t entries;
	size_t missing;
};

/* Write a file below the root, with its directories. */
int audit_write_unlisted(const struct audit_write *ex, const char *path,
    struct bytes bytes, struct err *err);

/* The same, and note its sum in the tree. E_LIMIT. */
int audit_write_file(struct audit_write *ex, const char *path,
    struct bytes bytes, struct err *err);

/* Write the log, sets and receipts of a structure that has something in the
 * month; nothing of any other. */
int audit_write_structure(
    struct audit_write *ex, const char *structure, struct err *err);

#endif
