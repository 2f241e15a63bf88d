/* What the system tells of networks and sleep: shared/os_net.h. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "shared/os.h"
#include "shared/os_net.h"
#include "tests/lib/kit.h"

/* ---- a clock that the test moves: tests/CMakeLists.txt ---- */

static _Atomic int64_t slept_s;

int __real_clock_gettime(clockid_t clock, struct timespec *out);
int __wrap_clock_gettime(clockid_t clock, struct timespec *out);

int __wrap_clock_gettime(clockid_t clock, struct timespec *out)
{
	int rc = __real_clock_gettime(clock, out);

	if (clock == CLOCK_BOOTTIME)
		out->tv_sec += slept_s;
	return rc;
}

/* ---- the kernel's datagrams ---- */

struct message {
	struct nlmsghdr head;
	char payload[12]; /* 28 bytes in all: aligned */
};

static struct message of_type(unsigned type)
{
	struct message message = {.head = {.nlmsg_len = sizeof(message),
				      .nlmsg_type = (uint16_t)type}};

	return message;
}

static void links_addresses_and_routes_tell(void **state)
{
	static const unsigned tells[] = {RTM_NEWLINK, RTM_DELLINK, RTM_NEWADDR,
	    RTM_DELADDR, RTM_NEWROUTE, RTM_DELROUTE};
	static const unsigned silent[] = {NLMSG_NOOP, NLMSG_DONE, NLMSG_ERROR,
	    RTM_NEWNEIGH, RTM_DELNEIGH, RTM_NEWRULE, 0xffff};

	(void)state;
	for (size_t i = 0; i < sizeof(tells) / sizeof(tells[0]); i++) {
		struct message message = of_type(tells[i]);

		assert_true(os_netlink_tells(&message, sizeof(message)));
	}
	for (size_t i = 0; i < sizeof(silent) / sizeof(silent[0]); i++) {
		struct message message = of_type(silent[i]);

		assert_false(os_netlink_tells(&message, sizeof(message)));
	}
	assert_false(os_netlink_tells("", 0));
}

static void every_message_of_a_datagram_is_read(void **state)
{
	struct message two[] = {of_type(RTM_NEWNEIGH), of_type(RTM_DELROUTE)};

	(void)state;
	assert_true(os_netlink_tells(two, sizeof(two)));
	two[1] = of_type(RTM_DELNEIGH);
	assert_false(os_netlink_tells(two, sizeof(two)));
	/* A length that is not aligned: the next one is after the padding. */
	two[0].head.nlmsg_len -= 3;
	two[1] = of_type(RTM_NEWADDR);
	assert_true(os_netlink_tells(two, sizeof(two)));
	/* The last one may leave its padding out. */
	two[1] = of_type(RTM_DELNEIGH);
	two[1].head.nlmsg_len -= 3;
	assert_false(os_netlink_tells(two, sizeof(two) - 3));
}

/* It ends, and a look too many costs nothing. */
static void a_datagram_that_makes_no_sense_tells(void **state)
{
	struct message message = of_type(RTM_NEWNEIGH);

	(void)state;
	for (size_t len = 1; len < sizeof(message.head); len++)
		assert_true(os_netlink_tells(&message, len));
	for (uint32_t len = 0; len < sizeof(message.head); len++) {
		message.head.nlmsg_len = len;
		assert_true(os_netlink_tells(&message, sizeof(message)));
	}
	message.head.nlmsg_len = sizeof(message) + 1;
	assert_true(os_netlink_tells(&message, sizeof(message)));
	message.head.nlmsg_len = UINT32_MAX;
	assert_true(os_netlink_tells(&message, sizeof(message)));
}

/* ---- waiting ---- */

static void *ring(void *context)
{
	os_watch_ring(context);
	return NULL;
}

static void a_ring_ends_the_wait(void **state)
{
	struct os_watch watch;
	pthread_t thread;

	(void)state;
	assert_int_equal(os_watch_open(&watch, NULL), 0);
	assert_true(watch.netlink >= 0 && watch.clock >= 0);
	assert_int_equal(pthread_create(&thread, NULL, ring, &watch), 0);
	assert_true(os_watch_wait(&watch, INT64_MAX) & OS_WATCH_BELL);
	(void)pthread_join(thread, NULL);
	/* Once. */
	assert_false(os_watch_wait(&watch, 0) & OS_WATCH_BELL);
	/* Before the wait: it is not lost. */
	os_watch_ring(&watch);
	os_watch_ring(&watch);
	assert_true(os_watch_wait(&watch, INT64_MAX) & OS_WATCH_BELL);
	os_watch_close(&watch);
}

static void time_ends_the_wait(void **state)
{
	struct os_watch watch;
	int64_t when_ms;

	(void)state;
	assert_int_equal(os_watch_open(&watch, NULL), 0);
	when_ms = os_monotonic_ms() + 50;
	while ((os_watch_wait(&watch, when_ms) & OS_WATCH_NETWORK) != 0)
		continue;
	assert_true(os_monotonic_ms() >= when_ms);
	os_watch_close(&watch);
}

static void a_sleep_is_noticed(void **state)
{
	struct os_watch watch;
	uint64_t one = 1;

	(void)state;
	assert_int_equal(os_watch_open(&watch, NULL), 0);
	/* While nobody waited. */
	slept_s += 3600;
	assert_true(os_watch_wait(&watch, 0) & OS_WATCH_WAKE);
	assert_false(os_watch_wait(&watch, 0) & OS_WATCH_WAKE);
	/* While it waits, for ever: the kernel cancels the timer; here an
	 * eventfd in its place, which may be read at once. */
	(void)close(watch.clock);
	watch.clock = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	assert_int_equal(write(watch.clock, &one, sizeof(one)), sizeof(one));
	slept_s += 2;
	assert_true(os_watch_wait(&watch, INT64_MAX) & OS_WATCH_WAKE);
	/* A clock that was set is no sleep. */
	assert_int_equal(write(watch.clock, &one, sizeof(one)), sizeof(one));
	assert_false(
	    os_watch_wait(&watch, os_monotonic_ms() + 20) & OS_WATCH_WAKE);
	os_watch_close(&watch);
}

/* A sandbox without netlink: it looks now and then. */
static void without_netlink_it_looks_itself(void **state)
{
	struct os_watch watch;

	(void)state;
	assert_int_equal(os_watch_open(&watch, NULL), 0);
	(void)close(watch.netlink);
	watch.netlink = -1;
	watch.network = 12345;
	if (os_network() != 0)
		assert_true(os_watch_wait(&watch, 0) & OS_WATCH_NETWORK);
	assert_int_equal(watch.network, os_network());
	os_watch_close(&watch);
	os_watch_close(&watch);
}

/* ---- what a network costs ---- */

static char folder[KIT_PATH];

#define TITLE "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\n"
#define LOCAL "eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\n"

static bool is_metered(const char *names, const char *routes)
{
	char route[KIT_PATH + 8], interfaces[KIT_PATH + 8];

	kit_write(folder, "route", routes, strlen(routes));
	(void)snprintf(route, sizeof(route), "%s/route", folder);
	(void)snprintf(interfaces, sizeof(interfaces), "%s/net", folder);
	return os_network_metered_of(names, route, interfaces);
}

static void modems_and_telephones_are_metered(void **state)
{
	static const char office[] =
	    TITLE LOCAL "eth0\t00000000\t010200C0\t0003\t0\t0\t100\t00000000\n";
	static const char modem[] =
	    TITLE "wwan0\t00000000\t0100000A\t0003\t0\t0\t700\t00000000\n";
	static const char iphone[] =
	    TITLE "wlan0\t00000000\t010A14AC\t0003\t0\t0\t600\t00000000\n";
	static const char android[] =
	    TITLE "wlan0\t00000000\t012BA8C0\t0003\t0\t0\t600\t00000000\n";
	static const char usb[] =
	    TITLE "enx02\t00000000\t0100000A\t0003\t0\t0\t600\t00000000\n";
	static const char renamed[] =
	    TITLE "mobile\t00000000\t0100000A\t0003\t0\t0\t600\t00000000\n";

	(void)state;
	assert_false(is_metered(NULL, ""));
	assert_false(is_metered("*", TITLE LOCAL));
	assert_false(is_metered(NULL, office));
	assert_true(is_metered(NULL, modem));
	assert_true(is_metered(NULL, iphone));
	assert_true(is_metered(NULL, android));
	assert_true(is_metered(NULL, usb));
	assert_true(is_metered(NULL, renamed));
}

static void people_may_name_more(void **state)
{
	static const char way[] =
	    TITLE "wlan0\t00000000\t0101A8C0\t0003\t0\t0\t600\t00000000\n";

	(void)state;
	assert_false(is_metered("", way));
	assert_false(is_metered("wlan1, wlan", way));
	assert_true(is_metered("eth0,wlan0", way));
	assert_true(is_metered("eth0 , wlan0", way));
	assert_true(is_metered("*", way));
}

/* Beside a cable the modem is not the way out. */
static void the_way_out_counts(void **state)
{
	(void)state;
	assert_false(is_metered(NULL,
	    TITLE "wwan0\t00000000\t0100000A\t0003\t0\t0\t700\t00000000\n"
		  "eth0\t00000000\t010200C0\t0003\t0\t0\t100\t00000000\n"));
	/* A route that is down is no way. */
	assert_true(is_metered(NULL,
	    TITLE "wwan0\t00000000\t0100000A\t0003\t0\t0\t700\t00000000\n"
		  "eth0\t00000000\t010200C0\t0002\t0\t0\t100\t00000000\n"));
}

static int make_folder(void **state)
{
	(void)state;
	kit_directory(folder);
	return kit_run("mkdir -p %s/net/enx02/device %s/net/mobile "
		       "%s/net/wlan0 && "
		       "printf 'DRIVER=rndis_host\\n' "
		       ">%s/net/enx02/device/uevent && "
		       "printf 'INTERFACE=mobile\\nDEVTYPE=wwan\\n' "
		       ">%s/net/mobile/uevent && "
		       "printf 'DEVTYPE=wlan\\n' >%s/net/wlan0/uevent",
	    folder, folder, folder, folder, folder, folder);
}

static int remove_folder(void **state)
{
	(void)state;
	kit_directory_remove(folder);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(links_addresses_and_routes_tell),
	    cmocka_unit_test(every_message_of_a_datagram_is_read),
	    cmocka_unit_test(a_datagram_that_makes_no_sense_tells),
	    cmocka_unit_test(a_ring_ends_the_wait),
	    cmocka_unit_test(time_ends_the_wait),
	    cmocka_unit_test(a_sleep_is_noticed),
	    cmocka_unit_test(without_netlink_it_looks_itself),
	    cmocka_unit_test(modems_and_telephones_are_metered),
	    cmocka_unit_test(people_may_name_more),
	    cmocka_unit_test(the_way_out_counts),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
