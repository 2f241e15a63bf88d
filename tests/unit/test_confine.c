/*
 * What a confined process may not do any more, in a child of its own: the rest
 * of the test is not. Where the kernel has no Landlock, only what is left.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/confine.h"
#include "tests/lib/kit.h"

static char top[KIT_PATH];
static char inside[KIT_PATH + 16], outside[KIT_PATH + 16];
static char paths[2][KIT_PATH + 64];

static const char *at(int which, const char *place, const char *name)
{
	(void)snprintf(
	    paths[which], sizeof(paths[which]), "%s/%s", place, name);
	return paths[which];
}

static bool writes(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	bool done = fd >= 0 && write(fd, "x", 1) == 1;

	if (fd >= 0)
		(void)close(fd);
	return done;
}

static bool is_refused(int rc)
{
	return rc < 0 && errno == EACCES;
}

/* The number of what went wrong; 0: all is as promised. */
static int see_inside(void)
{
	if (!writes(at(0, inside, "new")) || !writes(at(0, inside, "kept")))
		return 10;
	if (mkdir(at(0, inside, "below"), 0700) < 0 ||
	    rename(at(0, inside, "new"), at(1, inside, "below/moved")) < 0 ||
	    truncate(at(0, inside, "below/moved"), 0) < 0 ||
	    unlink(at(0, inside, "below/moved")) < 0 ||
	    mkfifo(at(0, inside, "pipe"), 0600) < 0)
		return 11;
	return 0;
}

static int see_outside(void)
{
	char byte;
	int fd = open(at(0, outside, "kept"), O_RDONLY | O_CLOEXEC);

	if (fd < 0 || read(fd, &byte, 1) != 1)
		return 20;
	(void)close(fd);
	if (writes(at(0, outside, "kept")) || writes(at(0, outside, "new")))
		return 21;
	if (!is_refused(unlink(at(0, outside, "kept"))) ||
	    !is_refused(mkdir(at(0, outside, "below"), 0700)) ||
	    !is_refused(
		rename(at(0, inside, "kept"), at(1, outside, "stolen"))))
		return 22;
	if (!is_refused(execl("/bin/true", "true", (char *)NULL)))
		return 23;
	return 0;
}

static void *see_from_thread(void *context)
{
	int *found = context;

	*found = writes(at(0, outside, "new")) ? 30 : 0;
	return NULL;
}

static int see(void)
{
	struct rlimit core;
	pthread_t thread;
	int found;

	if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1 ||
	    prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0 ||
	    getrlimit(RLIMIT_CORE, &core) < 0 || core.rlim_max != 0)
		return 1;
	if ((found = see_inside()) != 0 || (found = see_outside()) != 0)
		return found;
	if (pthread_create(&thread, NULL, see_from_thread, &found) != 0 ||
	    pthread_join(thread, NULL) != 0)
		return 2;
	return found;
}

static void only_its_directory_is_written(void **state)
{
	const int unconfined = 99;
	pid_t child = fork();
	int status = 0;

	(void)state;
	if (child == 0)
		_exit(confine(inside) ? see() : unconfined);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == unconfined)
		skip();
	assert_int_equal(WEXITSTATUS(status), 0);
	/* What was refused was not done, and this process is free. */
	assert_int_equal(access(at(0, outside, "kept"), F_OK), 0);
	assert_int_equal(access(at(0, outside, "new"), F_OK), -1);
	assert_true(writes(at(0, outside, "kept")));
}

static void a_directory_that_is_not_there_confines_not(void **state)
{
	pid_t child = fork();
	int status = 0;

	(void)state;
	if (child == 0)
		_exit(confine(at(0, top, "nowhere"))         ? 1
		      : writes(at(0, outside, "by a child")) ? 0
							     : 2);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static int start(void **state)
{
	(void)state;
	kit_directory(top);
	(void)snprintf(inside, sizeof(inside), "%s/inside", top);
	(void)snprintf(outside, sizeof(outside), "%s/outside", top);
	return mkdir(inside, 0700) < 0 || mkdir(outside, 0700) < 0 ||
	       !writes(at(0, outside, "kept"));
}

static int stop(void **state)
{
	(void)state;
	kit_directory_remove(top);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		only_its_directory_is_written, start, stop),
	    cmocka_unit_test_setup_teardown(
		a_directory_that_is_not_there_confines_not, start, stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
