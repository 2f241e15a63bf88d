/*
 * A disk whose every sync takes BENCH_SYNC_MS milliseconds more: loaded before
 * the C library (LD_PRELOAD) into the server and into bench_raw alike.
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/* A spinning disk at most. */
#define DELAY_MAX_MS 1000

static void delay(void)
{
	const char *text = getenv("BENCH_SYNC_MS");
	long ms = text != NULL ? strtol(text, NULL, 10) : 0;
	struct timespec left;

	if (ms <= 0 || ms > DELAY_MAX_MS)
		return;
	left.tv_sec = ms / 1000;
	left.tv_nsec = ms % 1000 * 1000000;
	while (nanosleep(&left, &left) < 0 && errno == EINTR)
		continue;
}

/* dlsym gives an object's address; a union makes it a function's. */
union entry {
	void *object;
	int (*call)(int fd);
};

static int pass_on(const char *name, int fd)
{
	union entry entry = {dlsym(RTLD_NEXT, name)};

	if (entry.object == NULL) {
		errno = ENOSYS;
		return -1;
	}
	delay();
	return entry.call(fd);
}

int fsync(int fd)
{
	return pass_on("fsync", fd);
}

int fdatasync(int fd)
{
	return pass_on("fdatasync", fd);
}
