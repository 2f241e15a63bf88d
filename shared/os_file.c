#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shared/lang.h"
#include "shared/os.h"

#define WALK_DEPTH_MAX 16

static int write_all(int fd, const char *data, size_t len)
{
	while (len > 0) {
		ssize_t done = write(fd, data, len);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return -1;
		data += done;
		len -= (size_t)done;
	}
	return 0;
}

/* A new name in a directory is durable only once the directory is synced. */
static int sync_parent(const char *path, struct err *err)
{
	const char *slash = strrchr(path, '/');
	char *parent;
	int fd, rc = 0;

	parent = slash == NULL   ? strdup(".")
	         : slash == path ? strdup("/")
	                         : strndup(path, (size_t)(slash - path));
	if (parent == NULL)
		return err_nomem(err);
	fd = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fsync(fd) < 0)
		rc = err_errno(err, E_IO, "%s", parent);
	if (fd >= 0)
		(void)close(fd);
	free(parent);
	return rc;
}

/* When the bytes are on the disk. */
enum durable { NOW, SOON };

/* Write ${path}.XXXXXX; ${temporary} receives its name. */
static int write_beside(struct buf *temporary, const char *path,
    const void *data, size_t len, unsigned mode, enum durable durable,
    struct err *err)
{
	int fd, rc = 0;

	buf_printf(temporary, "%s.XXXXXX", path);
	if ((rc = buf_check(temporary, err)) < 0)
		return rc;
	if ((fd = mkostemp(temporary->data, O_CLOEXEC)) < 0)
		return err_errno(err, E_IO, "%s", path);
	if (fchmod(fd, (mode_t)mode) < 0 || write_all(fd, data, len) < 0 ||
	    (durable == NOW && fsync(fd) < 0))
		rc = err_errno(err, E_IO, "%s", path);
	if (close(fd) < 0 && rc == 0)
		rc = err_errno(err, E_IO, "%s", path);
	if (rc < 0)
		(void)unlink(temporary->data);
	return rc;
}

static int write_over(const char *path, const void *data, size_t len,
    unsigned mode, enum durable durable, struct err *err)
{
	struct buf temporary = BUF_INIT;
	int rc;

	rc = write_beside(&temporary, path, data, len, mode, durable, err);
	if (rc < 0)
		goto out;
	if (rename(temporary.data, path) < 0) {
		rc = err_errno(err, E_IO, "%s", path);
		(void)unlink(temporary.data);
		goto out;
	}
	if (durable == NOW)
		rc = sync_parent(path, err);
out:
	buf_free(&temporary);
	return rc;
}

int os_file_write(const char *path, const void *data, size_t len, unsigned mode,
    struct err *err)
{
	return write_over(path, data, len, mode, NOW, err);
}

int os_file_write_soon(const char *path, const void *data, size_t len,
    unsigned mode, struct err *err)
{
	return write_over(path, data, len, mode, SOON, err);
}

int os_disk_settle(const char *path, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), rc = 0;

	if (fd < 0 || syncfs(fd) < 0)
		rc = err_errno(err, E_IO, "%s", path);
	if (fd >= 0)
		(void)close(fd);
	return rc;
}

int os_file_create(const char *path, const void *data, size_t len,
    unsigned mode, struct err *err)
{
	struct buf temporary = BUF_INIT;
	int rc;

	if ((rc = write_beside(&temporary, path, data, len, mode, NOW, err)) <
	    0)
		goto out;
	if (link(temporary.data, path) < 0) {
		rc = errno == EEXIST
		         ? err_set(err, E_CONFLICT,
			       L("%s existe déjà", "%s exists already"), path)
		         : err_errno(err, E_IO, "%s", path);
	}
	(void)unlink(temporary.data);
	if (rc == 0)
		rc = sync_parent(path, err);
out:
	buf_free(&temporary);
	return rc;
}

int os_file_read(struct buf *out, const char *path, size_t max, struct err *err)
{
	char chunk[16384];
	size_t total = 0;
	ssize_t got;
	int fd, rc = 0;

	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) < 0) {
		return err_errno(
		    err, errno == ENOENT ? E_NOT_FOUND : E_IO, "%s", path);
	}
	while ((got = read(fd, chunk, sizeof(chunk))) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			rc = err_errno(err, E_IO, "%s", path);
			break;
		}
		if ((size_t)got > max - total) {
			rc = err_set(err, E_LIMIT,
			    L("%s : plus de %zu octets", "%s: over %zu bytes"),
			    path, max);
			break;
		}
		total += (size_t)got;
		buf_add(out, chunk, (size_t)got);
	}
	(void)close(fd);
	return rc < 0 ? rc : buf_check(out, err);
}

bool os_file_exists(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0;
}

int os_file_move(const char *from, const char *to, struct err *err)
{
	if (rename(from, to) < 0)
		return err_errno(err, E_IO, "%s", to);
	return sync_parent(to, err);
}

int os_file_remove(const char *path, struct err *err)
{
	if (unlink(path) < 0 && errno != ENOENT)
		return err_errno(err, E_IO, "%s", path);
	return sync_parent(path, err);
}

static bool is_regular(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

int64_t os_file_size(const char *path)
{
	struct stat file;

	return stat(path, &file) == 0 && S_ISREG(file.st_mode)
	           ? (int64_t)file.st_size
	           : 0;
}

int os_file_facts(
    const char *path, int64_t *size, int64_t *written_s, struct err *err)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return err_errno(
		    err, errno == ENOENT ? E_NOT_FOUND : E_IO, "%s", path);
	if (size != NULL)
		*size = st.st_size;
	if (written_s != NULL)
		*written_s = st.st_mtime;
	return 0;
}

static int64_t in_ns(const struct timespec *time)
{
	return (int64_t)time->tv_sec * 1000000000 + time->tv_nsec;
}

int os_file_mark(const char *path, struct os_mark *out, struct err *err)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return err_errno(
		    err, errno == ENOENT ? E_NOT_FOUND : E_IO, "%s", path);
	*out = (struct os_mark){st.st_dev, st.st_ino, st.st_size,
	    in_ns(&st.st_mtim), in_ns(&st.st_ctim)};
	return 0;
}

bool os_mark_is(const struct os_mark *a, const struct os_mark *b)
{
	return a->disk == b->disk && a->file == b->file && a->size == b->size &&
	       a->written_ns == b->written_ns && a->changed_ns == b->changed_ns;
}

int os_directory_remove(const char *path, struct err *err)
{
	if (rmdir(path) < 0 && errno != ENOENT)
		return err_errno(err, E_IO, "%s", path);
	return sync_parent(path, err);
}

bool os_is_directory(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

int os_directory_make(const char *path, struct err *err)
{
	char *copy = strdup(path);
	int rc = 0;

	if (copy == NULL)
		return err_nomem(err);
	for (char *at = copy; rc == 0 && *at != '\0'; at++) {
		if (*at != '/' || at == copy)
			continue;
		*at = '\0';
		if (mkdir(copy, 0700) < 0 && errno != EEXIST)
			rc = err_errno(err, E_IO, "%s", copy);
		*at = '/';
	}
	if (rc == 0 && mkdir(copy, 0700) < 0 && errno != EEXIST)
		rc = err_errno(err, E_IO, "%s", copy);
	if (rc == 0 && !os_is_directory(path)) {
		rc = err_set(err, E_IO,
		    L("%s n'est pas un dossier", "%s is no directory"), path);
	}
	if (rc == 0)
		rc = sync_parent(path, err);
	free(copy);
	return rc;
}

bool os_directory_is_empty(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	bool empty = true;

	if (dir == NULL)
		return errno == ENOENT;
	while (empty && (entry = readdir(dir)) != NULL) {
		empty = strcmp(entry->d_name, ".") == 0 ||
		        strcmp(entry->d_name, "..") == 0;
	}
	(void)closedir(dir);
	return empty;
}

struct walk {
	const char *root;
	int (*each)(void *context, const char *relative, struct err *err);
	void *context;
};

static int walk_into(
    const struct walk *walk, const char *relative, int depth, struct err *err);

static int walk_one(const struct walk *walk, const char *relative,
    const char *name, int depth, struct err *err)
{
	struct buf below = BUF_INIT, path = BUF_INIT;
	int rc;

	buf_printf(&below, "%s%s%s", relative, relative[0] ? "/" : "", name);
	buf_printf(&path, "%s/%s", walk->root, buf_text(&below));
	if ((rc = buf_check(&path, err)) < 0 ||
	    (rc = buf_check(&below, err)) < 0)
		goto out;
	if (os_is_directory(path.data))
		rc = walk_into(walk, below.data, depth + 1, err);
	else if (is_regular(path.data))
		rc = walk->each(walk->context, below.data, err);
out:
	buf_free(&below);
	buf_free(&path);
	return rc;
}

static int walk_into(
    const struct walk *walk, const char *relative, int depth, struct err *err)
{
	struct buf path = BUF_INIT;
	struct dirent **names = NULL;
	int count = 0, rc = 0;

	buf_printf(&path, "%s/%s", walk->root, relative);
	if ((rc = buf_check(&path, err)) < 0)
		goto out;
	if (depth > WALK_DEPTH_MAX) {
		rc = err_set(err, E_LIMIT,
		    L("%s : dossiers trop imbriqués",
			"%s: directories nested too deep"),
		    path.data);
		goto out;
	}
	if ((count = scandir(path.data, &names, NULL, alphasort)) < 0) {
		rc = err_errno(err, E_IO, "%s", path.data);
		goto out;
	}
	for (int i = 0; rc == 0 && i < count; i++) {
		const char *name = names[i]->d_name;

		if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0)
			rc = walk_one(walk, relative, name, depth, err);
	}
out:
	for (int i = 0; i < count; i++)
		free(names[i]);
	free(names);
	buf_free(&path);
	return rc;
}

int os_directory_walk(const char *path,
    int (*each)(void *context, const char *relative, struct err *err),
    void *context, struct err *err)
{
	const struct walk walk = {path, each, context};

	return walk_into(&walk, "", 0, err);
}

int os_lock(int *out, const char *path, struct err *err)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0)
		return err_errno(err, E_IO, "%s", path);
	if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		int rc = errno == EWOULDBLOCK
		             ? err_set(err, E_LOCKED,
				   L("%s : un autre programme travaille ici ; "
				     "attendez sa fin, puis recommencez",
				       "%s: another program works here; wait "
				       "for its end, then try again"),
				   path)
		             : err_errno(err, E_IO, "%s", path);

		(void)close(fd);
		return rc;
	}
	*out = fd;
	return 0;
}

void os_unlock(int fd)
{
	if (fd >= 0)
		(void)close(fd);
}
