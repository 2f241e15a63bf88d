/* What is told to whoever started the service, on a socket of our own. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "shared/notify.h"

/* A socket under ${name}, "@…" for an abstract one. */
static int listener(const char *name)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	size_t len = strlen(name);
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	memcpy(address.sun_path, name, len);
	if (name[0] == '@')
		address.sun_path[0] = '\0';
	assert_int_equal(
	    bind(fd, (struct sockaddr *)&address,
		(socklen_t)(offsetof(struct sockaddr_un, sun_path) + len)),
	    0);
	return fd;
}

static void is_heard(const char *name)
{
	char got[128];
	int fd = listener(name);
	ssize_t len;

	assert_int_equal(setenv("NOTIFY_SOCKET", name, 1), 0);
	assert_true(notify_wanted());
	assert_int_equal(notify_send("READY=1\nSTATUS=x", NULL), 0);
	len = recv(fd, got, sizeof(got) - 1, MSG_DONTWAIT);
	assert_true(len > 0);
	got[len] = '\0';
	assert_string_equal(got, "READY=1\nSTATUS=x");
	assert_int_equal(close(fd), 0);
}

static void a_path_and_an_abstract_name(void **state)
{
	char folder[] = "/tmp/pointeau-notify-XXXXXX", path[64], name[64];

	(void)state;
	assert_non_null(mkdtemp(folder));
	(void)snprintf(path, sizeof(path), "%s/socket", folder);
	is_heard(path);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(folder), 0);
	(void)snprintf(name, sizeof(name), "@pointeau-notify-%d", getpid());
	is_heard(name);
}

static void nobody_or_nonsense(void **state)
{
	char longer[200];
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(unsetenv("NOTIFY_SOCKET"), 0);
	assert_false(notify_wanted());
	assert_int_equal(notify_send("READY=1", &err), 0);
	assert_int_equal(setenv("NOTIFY_SOCKET", "", 1), 0);
	assert_int_equal(notify_send("READY=1", &err), 0);
	assert_int_equal(setenv("NOTIFY_SOCKET", "vsock:2:1", 1), 0);
	assert_int_equal(notify_send("READY=1", &err), E_INVALID);
	assert_int_equal(setenv("NOTIFY_SOCKET", "/nowhere/at/all", 1), 0);
	assert_int_equal(notify_send("READY=1", &err), E_IO);
	memset(longer, 'a', sizeof(longer) - 1);
	longer[0] = '/';
	longer[sizeof(longer) - 1] = '\0';
	assert_int_equal(setenv("NOTIFY_SOCKET", longer, 1), 0);
	assert_int_equal(notify_send("READY=1", &err), E_INVALID);
	assert_int_equal(unsetenv("NOTIFY_SOCKET"), 0);
}

static void watchdog_is(const char *usec, const char *pid, int64_t want_ms)
{
	assert_int_equal(usec != NULL ? setenv("WATCHDOG_USEC", usec, 1)
				      : unsetenv("WATCHDOG_USEC"),
	    0);
	assert_int_equal(pid != NULL ? setenv("WATCHDOG_PID", pid, 1)
				     : unsetenv("WATCHDOG_PID"),
	    0);
	assert_int_equal(notify_watchdog_ms(), want_ms);
}

static void the_watchdog_is_ours_alone(void **state)
{
	char own[32];

	(void)state;
	(void)snprintf(own, sizeof(own), "%d", getpid());
	watchdog_is(NULL, NULL, 0);
	watchdog_is("30000000", NULL, 30000);
	watchdog_is("30000000", own, 30000);
	watchdog_is("30000000", "1", 0);
	watchdog_is("30000000", "x", 0);
	watchdog_is("500", NULL, 1);
	watchdog_is("0", NULL, 0);
	watchdog_is("-5", NULL, 0);
	watchdog_is("12s", NULL, 0);
	watchdog_is("99999999999999999999", NULL, 0);
	watchdog_is(NULL, NULL, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_path_and_an_abstract_name),
	    cmocka_unit_test(nobody_or_nonsense),
	    cmocka_unit_test(the_watchdog_is_ours_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
