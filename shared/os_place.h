/*
 * Places to copy to and from: sticks that are plugged in, their room, and
 * what a stranger may have put on them. Beside os.h, for what comes and goes
 * with people's hands.
 */
#ifndef POINTEAU_SHARED_OS_PLACE_H
#define POINTEAU_SHARED_OS_PLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/buf.h"
#include "shared/err.h"

/* Bytes free for us where ${path} is; -1 when the system does not tell. */
int64_t os_disk_free(const char *path);

/*
 * The file systems mounted where desktops put what is plugged in,
 * /media/X/Y and /run/media/X/Y: each one's path and its last part.
 */
int os_places(int (*each)(void *context, const char *path, const char *label,
		  struct err *err),
    void *context, struct err *err);
/* The same of a copy of /proc/mounts; for tests. */
int os_places_of(const char *mounts,
    int (*each)(
	void *context, const char *path, const char *label, struct err *err),
    void *context, struct err *err);

/*
 * The names in a directory itself, "." and ".." left out, in no order; not
 * below it. E_LIMIT beyond ${max} of them, E_NOT_FOUND, E_IO.
 */
int os_directory_names(const char *path, size_t max,
    int (*each)(void *context, const char *name, struct err *err),
    void *context, struct err *err);

/* Make a directory that others may read, for what is to be carried to them;
 * fine if there. A link is none. */
int os_directory_make_open(const char *path, struct err *err);

/* As os_file_read, of a file that a stranger gave: no link is followed, no
 * pipe or device is waited for (E_INVALID). */
int os_file_read_strange(
    struct buf *out, const char *path, size_t max, struct err *err);

#endif
