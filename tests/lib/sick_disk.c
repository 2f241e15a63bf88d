/*
 * A disk that falls ill: a library to preload (LD_PRELOAD) under the real
 * programs. While the file $SICK_SWITCH exists, every write and every sync
 * of a file under the directory $SICK_PLACE fails: with EIO, or as a full
 * disk does (writes only, ENOSPC) when the file says "full". $SICK_AFTER=N
 * lets the first N calls pass, so that the illness begins anywhere in a
 * command.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#ifdef __clang__
#pragma clang diagnostic ignored "-Wmissing-prototypes"
#endif

static atomic_long calls;

/* The programs write through these; a cast by way of memory, because ISO C
 * has none from an object's address to a function's. */
static void find(void *function, const char *name)
{
	void *address = dlsym(RTLD_NEXT, name);

	if (address == NULL)
		abort();
	memcpy(function, &address, sizeof(address));
}

static bool is_there(int fd)
{
	const char *place = getenv("SICK_PLACE");
	char link[64], path[PATH_MAX];
	ssize_t len;

	(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	if (place == NULL || (len = readlink(link, path, sizeof(path))) < 0)
		return false;
	return (size_t)len > strlen(place) &&
	       strncmp(path, place, strlen(place)) == 0;
}

/* The switch's first letter: 'f' full, anything else ill; 0 in health. */
static char illness(void)
{
	const char *path = getenv("SICK_SWITCH");
	char letter = 0;
	int fd;

	if (path == NULL || (fd = open(path, O_RDONLY | O_CLOEXEC)) < 0)
		return 0;
	if (read(fd, &letter, 1) != 1)
		letter = 'e';
	(void)close(fd);
	return letter;
}

static bool fails(int fd, bool writes)
{
	const char *after = getenv("SICK_AFTER");
	int saved = errno;
	char letter = is_there(fd) ? illness() : 0;

	errno = saved;
	if (letter == 0 || (letter == 'f' && !writes))
		return false;
	if (atomic_fetch_add(&calls, 1) < (after != NULL ? atol(after) : 0))
		return false;
	errno = letter == 'f' ? ENOSPC : EIO;
	return true;
}

ssize_t write(int fd, const void *data, size_t len)
{
	ssize_t (*real)(int, const void *, size_t);

	if (fails(fd, true))
		return -1;
	find(&real, "write");
	return real(fd, data, len);
}

ssize_t pwrite(int fd, const void *data, size_t len, off_t at)
{
	ssize_t (*real)(int, const void *, size_t, off_t);

	if (fails(fd, true))
		return -1;
	find(&real, "pwrite");
	return real(fd, data, len, at);
}

ssize_t pwrite64(int fd, const void *data, size_t len, off64_t at)
{
	ssize_t (*real)(int, const void *, size_t, off64_t);

	if (fails(fd, true))
		return -1;
	find(&real, "pwrite64");
	return real(fd, data, len, at);
}

int fsync(int fd)
{
	int (*real)(int);

	if (fails(fd, false))
		return -1;
	find(&real, "fsync");
	return real(fd);
}

int fdatasync(int fd)
{
	int (*real)(int);

	if (fails(fd, false))
		return -1;
	find(&real, "fdatasync");
	return real(fd);
}

int syncfs(int fd)
{
	int (*real)(int);

	if (fails(fd, false))
		return -1;
	find(&real, "syncfs");
	return real(fd);
}
