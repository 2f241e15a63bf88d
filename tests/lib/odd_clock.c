/*
 * A machine whose clock is wrong: a library to preload (LD_PRELOAD) under the
 * real programs. The time since 1970 is $CLOCK_SHIFT seconds away from the
 * right one; $CLOCK_KEPT is what adjtimex(2) tells: 1 that the network keeps
 * it, 0 that nobody does.
 */
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/timex.h>
#include <time.h>

#ifdef __clang__
#pragma clang diagnostic ignored "-Wmissing-prototypes"
#endif

/* A cast by way of memory, because ISO C has none from an object's address to
 * a function's. */
static void find(void *function, const char *name)
{
	void *address = dlsym(RTLD_NEXT, name);

	if (address == NULL)
		abort();
	memcpy(function, &address, sizeof(address));
}

static time_t shift(void)
{
	const char *text = getenv("CLOCK_SHIFT");

	return text != NULL ? (time_t)strtoll(text, NULL, 10) : 0;
}

int clock_gettime(clockid_t clock, struct timespec *out)
{
	int (*real)(clockid_t, struct timespec *);
	int rc;

	find(&real, "clock_gettime");
	rc = real(clock, out);
	if (rc == 0 &&
	    (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
		out->tv_sec += shift();
	return rc;
}

time_t time(time_t *out)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	if (out != NULL)
		*out = now.tv_sec;
	return now.tv_sec;
}

int gettimeofday(struct timeval *restrict out, void *restrict zone)
{
	struct timespec now;

	(void)zone;
	(void)clock_gettime(CLOCK_REALTIME, &now);
	out->tv_sec = now.tv_sec;
	out->tv_usec = now.tv_nsec / 1000;
	return 0;
}

int adjtimex(struct timex *look)
{
	const char *kept = getenv("CLOCK_KEPT");
	int (*real)(struct timex *);

	if (kept == NULL) {
		find(&real, "adjtimex");
		return real(look);
	}
	look->status = kept[0] == '1' ? 0 : STA_UNSYNC;
	return kept[0] == '1' ? TIME_OK : TIME_ERROR;
}
