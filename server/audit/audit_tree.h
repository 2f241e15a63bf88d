/*
 * The files of an export: what is really in a directory, and the list of
 * their sums. Symbolic links and devices are never followed nor opened.
 */
#ifndef POINTEAU_SERVER_AUDIT_TREE_H
#define POINTEAU_SERVER_AUDIT_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include "shared/buf.h"
#include "shared/crypto.h"
#include "shared/err.h"

#define AUDIT_TREE_FILES_MAX ((size_t)1000000)
#define AUDIT_TREE_DEPTH_MAX 8

struct audit_file {
	char *path; /* owned; relative to the export */
	struct hash hash;
	bool odd;    /* neither a plain file nor a directory */
	bool listed; /* among the sums */
	bool known;  /* has a place in the format */
};

/* Sorted by path, byte for byte, except while it grows. */
struct audit_tree {
	struct audit_file *files; /* owned; audit_tree_clear */
	size_t count;
	size_t room;
};

void audit_tree_clear(struct audit_tree *tree);
int audit_tree_add(struct audit_tree *tree, const char *path,
    const struct hash *hash, struct err *err);
void audit_tree_sort(struct audit_tree *tree);

/* The file of this path in a sorted tree, or NULL. Borrowed. */
struct audit_file *audit_tree_find(
    const struct audit_tree *tree, const char *path);

/* Append "<hash>  <path>\n" for every file, as sha256sum does. */
void audit_tree_sums(const struct audit_tree *tree, struct buf *out);

/*
 * Add everything below ${root} that is no directory, without looking into
 * it, and sort. E_NOT_FOUND when ${root} is no directory, E_LIMIT.
 */
int audit_tree_scan(struct audit_tree *tree, const char *root, struct err *err);

/* Append the content of ${root}/${path}, a plain file of AUDIT_FILE_MAX
 * bytes at most; E_NOT_FOUND, E_LIMIT, E_IO. */
int audit_tree_read(
    struct buf *out, const char *root, const char *path, struct err *err);

/* Remove ${root} and all below it: an export that could not be finished. */
void audit_tree_remove(const char *root);

#endif
