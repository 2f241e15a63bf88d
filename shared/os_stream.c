#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shared/lang.h"
#include "shared/os.h"
#include "shared/os_stream.h"

/* As much of ${size} as the file still has, or -1. */
static ssize_t read_slice(int fd, char *data, size_t size)
{
	size_t len = 0;

	while (len < size) {
		ssize_t got = read(fd, data + len, size - len);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -1;
		if (got == 0)
			break;
		len += (size_t)got;
	}
	return (ssize_t)len;
}

int os_file_slices(const char *path, size_t slice,
    int (*each)(void *context, const void *data, size_t len, struct err *err),
    void *context, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char *data = malloc(slice);
	ssize_t len = 1;
	int rc = 0;

	if (fd < 0) {
		rc = err_errno(
		    err, errno == ENOENT ? E_NOT_FOUND : E_IO, "%s", path);
		goto out;
	}
	if (data == NULL) {
		rc = err_nomem(err);
		goto out;
	}
	while (rc == 0 && (len = read_slice(fd, data, slice)) > 0)
		rc = each(context, data, (size_t)len, err);
	if (len < 0)
		rc = err_errno(err, E_IO, "%s", path);
out:
	if (fd >= 0)
		(void)close(fd);
	free(data);
	return rc;
}

static int write_slice(
    int fd, const char *path, const struct buf *slice, struct err *err)
{
	size_t at = 0;

	while (at < slice->len) {
		ssize_t done = write(fd, slice->data + at, slice->len - at);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return err_errno(err, E_IO, "%s", path);
		at += (size_t)done;
	}
	return 0;
}

static int pour(int fd, const char *path,
    int (*next)(void *context, struct buf *out, struct err *err), void *context,
    struct err *err)
{
	struct buf slice = BUF_INIT;
	int rc;

	do {
		buf_reset(&slice);
		if ((rc = next(context, &slice, err)) == 0 &&
		    (rc = buf_check(&slice, err)) == 0)
			rc = write_slice(fd, path, &slice, err);
	} while (rc == 0 && slice.len > 0);
	buf_free(&slice);
	return rc;
}

int os_file_pour(const char *path, unsigned mode,
    int (*next)(void *context, struct buf *out, struct err *err), void *context,
    struct err *err)
{
	int fd =
	    open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, (mode_t)mode);
	int rc;

	if (fd < 0)
		return errno == EEXIST
		           ? err_set(err, E_CONFLICT,
				 L("%s existe déjà", "%s exists already"), path)
		           : err_errno(err, E_IO, "%s", path);
	rc = fchmod(fd, (mode_t)mode) < 0 ? err_errno(err, E_IO, "%s", path)
	                                  : pour(fd, path, next, context, err);
	if (rc == 0 && fsync(fd) < 0)
		rc = err_errno(err, E_IO, "%s", path);
	if (close(fd) < 0 && rc == 0)
		rc = err_errno(err, E_IO, "%s", path);
	if (rc < 0)
		(void)unlink(path);
	/* Its name is durable once the directory is: moving it does that. */
	return rc;
}
