#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/audit/audit_format.h"
#include "server/audit/audit_tree.h"
#include "shared/lang.h"

void audit_tree_clear(struct audit_tree *tree)
{
	for (size_t i = 0; i < tree->count; i++)
		free(tree->files[i].path);
	free(tree->files);
	memset(tree, 0, sizeof(*tree));
}

static int grow(struct audit_tree *tree, struct err *err)
{
	size_t room = tree->room == 0 ? 64 : 2 * tree->room;
	struct audit_file *files;

	if (tree->count < tree->room)
		return 0;
	if (tree->count >= AUDIT_TREE_FILES_MAX) {
		return err_set(err, E_LIMIT,
		    L("plus de %zu fichiers", "over %zu files"),
		    AUDIT_TREE_FILES_MAX);
	}
	if ((files = realloc(tree->files, room * sizeof(*files))) == NULL)
		return err_nomem(err);
	tree->files = files;
	tree->room = room;
	return 0;
}

int audit_tree_add(struct audit_tree *tree, const char *path,
    const struct hash *hash, struct err *err)
{
	struct audit_file *file;
	int rc;

	if ((rc = grow(tree, err)) < 0)
		return rc;
	file = &tree->files[tree->count];
	memset(file, 0, sizeof(*file));
	if ((file->path = strdup(path)) == NULL)
		return err_nomem(err);
	if (hash != NULL)
		file->hash = *hash;
	tree->count++;
	return 0;
}

static int compare(const void *a, const void *b)
{
	const struct audit_file *one = a, *other = b;

	return strcmp(one->path, other->path);
}

void audit_tree_sort(struct audit_tree *tree)
{
	if (tree->count > 0)
		qsort(tree->files, tree->count, sizeof(*tree->files), compare);
}

static int compare_path(const void *path, const void *file)
{
	return strcmp(path, ((const struct audit_file *)file)->path);
}

struct audit_file *audit_tree_find(
    const struct audit_tree *tree, const char *path)
{
	if (tree->count == 0)
		return NULL;
	return bsearch(
	    path, tree->files, tree->count, sizeof(*tree->files), compare_path);
}

void audit_tree_sums(const struct audit_tree *tree, struct buf *out)
{
	for (size_t i = 0; i < tree->count; i++) {
		char hex[HASH_TEXT];

		hash_hex(&tree->files[i].hash, hex);
		buf_printf(out, "%s  %s\n", hex, tree->files[i].path);
	}
}

/* ---- the disk ---- */

static int scan_into(struct audit_tree *tree, const char *root,
    const char *below, int depth, struct err *err);

static int scan_one(struct audit_tree *tree, const char *root,
    const char *below, const char *name, int depth, struct err *err)
{
	struct buf path = BUF_INIT, full = BUF_INIT;
	struct stat st;
	int rc;

	buf_printf(&path, "%s%s%s", below, below[0] != '\0' ? "/" : "", name);
	buf_printf(&full, "%s/%s", root, buf_text(&path));
	if ((rc = buf_check(&path, err)) < 0 ||
	    (rc = buf_check(&full, err)) < 0)
		goto out;
	if (lstat(full.data, &st) < 0) {
		rc = err_errno(err, E_IO, "%s", full.data);
	} else if (S_ISDIR(st.st_mode)) {
		rc = scan_into(tree, root, path.data, depth + 1, err);
	} else {
		rc = audit_tree_add(tree, path.data, NULL, err);
		if (rc == 0)
			tree->files[tree->count - 1].odd = !S_ISREG(st.st_mode);
	}
out:
	buf_free(&path);
	buf_free(&full);
	return rc;
}

static int scan_into(struct audit_tree *tree, const char *root,
    const char *below, int depth, struct err *err)
{
	struct buf full = BUF_INIT;
	struct dirent *entry;
	DIR *dir = NULL;
	int rc;

	buf_printf(&full, "%s/%s", root, below);
	if ((rc = buf_check(&full, err)) < 0)
		goto out;
	if (depth > AUDIT_TREE_DEPTH_MAX) {
		rc = err_set(err, E_LIMIT,
		    L("%s : dossiers trop imbriqués",
			"%s: directories nested too deep"),
		    full.data);
		goto out;
	}
	if ((dir = opendir(full.data)) == NULL) {
		rc = err_errno(err,
		    errno == ENOENT || errno == ENOTDIR ? E_NOT_FOUND : E_IO,
		    "%s", full.data);
		goto out;
	}
	while (rc == 0 && (entry = readdir(dir)) != NULL) {
		if (strcmp(entry->d_name, ".") != 0 &&
		    strcmp(entry->d_name, "..") != 0)
			rc = scan_one(
			    tree, root, below, entry->d_name, depth, err);
	}
out:
	if (dir != NULL)
		(void)closedir(dir);
	buf_free(&full);
	return rc;
}

int audit_tree_scan(struct audit_tree *tree, const char *root, struct err *err)
{
	int rc = scan_into(tree, root, "", 0, err);

	audit_tree_sort(tree);
	return rc;
}

static int read_open(struct buf *out, int fd, const char *path, struct err *err)
{
	struct stat st;
	char chunk[16384];
	size_t total = 0;
	ssize_t got;

	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		return err_set(err, E_IO,
		    L("%s n'est pas un fichier ordinaire",
			"%s is no plain file"),
		    path);
	}
	while ((got = read(fd, chunk, sizeof(chunk))) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_errno(err, E_IO, "%s", path);
		total += (size_t)got;
		if (total > AUDIT_FILE_MAX) {
			return err_set(err, E_LIMIT,
			    L("%s : plus de %zu octets", "%s: over %zu bytes"),
			    path, AUDIT_FILE_MAX);
		}
		buf_add(out, chunk, (size_t)got);
	}
	return buf_check(out, err);
}

int audit_tree_read(
    struct buf *out, const char *root, const char *path, struct err *err)
{
	struct buf full = BUF_INIT;
	int fd, rc;

	buf_printf(&full, "%s/%s", root, path);
	if ((rc = buf_check(&full, err)) < 0)
		goto out;
	/* A pipe must not make us wait. */
	fd = open(full.data, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0) {
		rc = err_errno(
		    err, errno == ENOENT ? E_NOT_FOUND : E_IO, "%s", path);
		goto out;
	}
	rc = read_open(out, fd, path, err);
	(void)close(fd);
out:
	buf_free(&full);
	return rc;
}

static void remove_below(const char *root, int depth)
{
	DIR *dir = opendir(root);
	struct dirent *entry;

	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		struct buf full = BUF_INIT;

		buf_printf(&full, "%s/%s", root, entry->d_name);
		if (strcmp(entry->d_name, ".") != 0 &&
		    strcmp(entry->d_name, "..") != 0 && !full.failed &&
		    unlink(full.data) < 0 && depth < AUDIT_TREE_DEPTH_MAX)
			remove_below(full.data, depth + 1);
		buf_free(&full);
	}
	if (dir != NULL)
		(void)closedir(dir);
	(void)rmdir(root);
}

void audit_tree_remove(const char *root)
{
	remove_below(root, 0);
}
