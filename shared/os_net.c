#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "shared/os.h"
#include "shared/os_net.h"

/* The kernel's own datagrams are smaller; larger ones are cut, and a cut one
 * counts as telling. */
#define DATAGRAM_MAX 16384
/* Of CLOCK_REALTIME: the year 2223; the kernel counts until 2262. */
#define FAR_AWAY_S INT64_C(8000000000)

/* ---- what the kernel tells ---- */

static bool is_about_networks(unsigned type)
{
	return type == RTM_NEWLINK || type == RTM_DELLINK ||
	       type == RTM_NEWADDR || type == RTM_DELADDR ||
	       type == RTM_NEWROUTE || type == RTM_DELROUTE;
}

bool os_netlink_tells(const void *data, size_t len)
{
	const char *at = data;

	while (len > 0) {
		struct nlmsghdr head;
		size_t step;

		if (len < sizeof(head))
			return true;
		memcpy(&head, at, sizeof(head));
		if (head.nlmsg_len < sizeof(head) || head.nlmsg_len > len)
			return true;
		if (is_about_networks(head.nlmsg_type))
			return true;
		step = NLMSG_ALIGN((size_t)head.nlmsg_len);
		if (step >= len)
			break;
		at += step;
		len -= step;
	}
	return false;
}

int os_socket(int family, int type, int protocol)
{
	return socket(family, type | SOCK_CLOEXEC, protocol);
}

static int open_netlink(void)
{
	struct sockaddr_nl address = {
	    .nl_family = AF_NETLINK,
	    .nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV4_ROUTE |
	                 RTMGRP_IPV6_IFADDR | RTMGRP_IPV6_ROUTE,
	};
	int fd = socket(
	    AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);

	if (fd < 0)
		return -1;
	if (bind(fd, (const struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	(void)close(fd);
	return -1;
}

/* Read all that waits; what did not fit in the kernel's queue (ENOBUFS) may
 * have told something too. */
static bool read_netlink(int fd)
{
	static _Thread_local char datagram[DATAGRAM_MAX];
	bool told = false;

	for (;;) {
		ssize_t got = recv(fd, datagram, sizeof(datagram), MSG_TRUNC);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0 && errno == ENOBUFS) {
			told = true;
			continue;
		}
		if (got <= 0)
			return told;
		if ((size_t)got > sizeof(datagram) ||
		    os_netlink_tells(datagram, (size_t)got))
			told = true;
	}
}

/*
 * timerfd_create(2), TFD_TIMER_CANCEL_ON_SET: reading one that waits for a day
 * to come fails with ECANCELED once the clock was set, and the kernel sets it
 * when the machine wakes up.
 */
static bool arm_clock(int fd)
{
	const struct itimerspec never = {.it_value = {.tv_sec = FAR_AWAY_S}};

	return timerfd_settime(fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET,
		   &never, NULL) == 0;
}

static int open_clock(void)
{
	int fd = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);

	if (fd < 0 || arm_clock(fd))
		return fd;
	(void)close(fd);
	return -1;
}

/* ---- waiting ---- */

static int64_t slept_ms(void)
{
	return os_boot_ms() - os_monotonic_ms();
}

int os_watch_open(struct os_watch *out, struct err *err)
{
	out->netlink = open_netlink();
	out->clock = open_clock();
	out->bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	/* After what tells of changes: none is missed in between. */
	out->network = os_network();
	out->slept_ms = slept_ms();
	return out->bell < 0 ? err_errno(err, E_IO, "eventfd") : 0;
}

static void shut(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
	*fd = -1;
}

void os_watch_close(struct os_watch *watch)
{
	shut(&watch->netlink);
	shut(&watch->clock);
	shut(&watch->bell);
}

void os_watch_ring(const struct os_watch *watch)
{
	const uint64_t one = 1;

	/* Full means rung already. */
	if (write(watch->bell, &one, sizeof(one)) < 0)
		return;
}

/* How long poll may wait; longer waits are made of several. */
static int patience(const struct os_watch *watch, int64_t when_ms)
{
	int64_t left_ms = when_ms - os_monotonic_ms();

	if (left_ms < 0)
		left_ms = 0;
	if ((watch->netlink < 0 || watch->clock < 0) &&
	    left_ms > OS_WATCH_LOOK_MS)
		left_ms = OS_WATCH_LOOK_MS;
	return left_ms > INT_MAX ? INT_MAX : (int)left_ms;
}

static void empty(const struct os_watch *watch, short bell, short clock)
{
	uint64_t count;

	if (bell != 0 && read(watch->bell, &count, sizeof(count)) < 0)
		return;
	/* Whatever it says: the clocks themselves tell a sleep. */
	if (clock != 0 && read(watch->clock, &count, sizeof(count)) < 0)
		(void)arm_clock(watch->clock);
}

static unsigned look_around(struct os_watch *watch)
{
	int64_t slept = slept_ms();
	uint64_t network = os_network();
	unsigned found = 0;

	if (slept - watch->slept_ms >= OS_WATCH_SLEPT_MS)
		found |= OS_WATCH_WAKE;
	if (network != 0 && network != watch->network)
		found |= OS_WATCH_NETWORK;
	watch->slept_ms = slept;
	watch->network = network;
	return found;
}

unsigned os_watch_wait(struct os_watch *watch, int64_t when_ms)
{
	unsigned found = 0;

	do {
		/* poll passes over a descriptor of -1. */
		struct pollfd fds[] = {
		    {.fd = watch->bell, .events = POLLIN},
		    {.fd = watch->netlink, .events = POLLIN},
		    {.fd = watch->clock, .events = POLLIN},
		};

		if (poll(fds, 3, patience(watch, when_ms)) < 0)
			continue;
		empty(watch, fds[0].revents, fds[2].revents);
		if (fds[0].revents != 0)
			found |= OS_WATCH_BELL;
		if ((fds[1].revents != 0 && read_netlink(watch->netlink)) ||
		    watch->netlink < 0 || fds[2].revents != 0)
			found |= look_around(watch);
	} while (found == 0 && os_monotonic_ms() < when_ms);
	/* A sleep passes unnoticed by a poll that was woken for its time. */
	return found | look_around(watch);
}

/* ---- what a network costs ---- */

#define NAME_MAX_LEN 32
#define ROUTE_UP     0x1 /* RTF_UP */

/* The interface and the gateway of the way out: the default route of the
 * smallest metric. Addresses are as /proc/net/route writes them. */
static bool find_way_out(
    const char *route, char interface[NAME_MAX_LEN], uint32_t *gateway)
{
	FILE *file = fopen(route, "re");
	unsigned best = UINT_MAX;
	bool found = false;
	char line[512];

	if (file == NULL)
		return false;
	while (fgets(line, sizeof(line), file) != NULL) {
		char name[NAME_MAX_LEN], target[16];
		unsigned flags, metric;
		uint32_t gate;

		if (sscanf(line, "%31s %15s %" SCNx32 " %x %*s %*s %u", name,
			target, &gate, &flags, &metric) != 5 ||
		    strcmp(target, "00000000") != 0 ||
		    (flags & ROUTE_UP) == 0 || (found && metric >= best))
			continue;
		found = true;
		best = metric;
		*gateway = gate;
		(void)snprintf(interface, NAME_MAX_LEN, "%s", name);
	}
	(void)fclose(file);
	return found;
}

static bool is_named(const char *names, const char *interface)
{
	static const char between[] = ", \t";

	while (names != NULL && *names != '\0') {
		size_t len = strcspn(names, between);

		if ((len == 1 && names[0] == '*') ||
		    (len == strlen(interface) &&
			memcmp(names, interface, len) == 0))
			return true;
		names += len;
		names += strspn(names, between);
	}
	return false;
}

/* Does a line of the interface's file begin so? */
static bool has_line(const char *interfaces, const char *interface,
    const char *name, const char *wanted)
{
	char path[512], line[256];
	bool found = false;
	FILE *file;

	(void)snprintf(
	    path, sizeof(path), "%s/%s/%s", interfaces, interface, name);
	if ((file = fopen(path, "re")) == NULL)
		return false;
	while (!found && fgets(line, sizeof(line), file) != NULL)
		found = strncmp(line, wanted, strlen(wanted)) == 0;
	(void)fclose(file);
	return found;
}

/*
 * A modem says so in its uevent (the kernel's SET_NETDEV_DEVTYPE of wwan and
 * of USB modems); a telephone on a cable is driven by one of these.
 */
static bool is_modem(const char *interfaces, const char *interface)
{
	static const char *const drivers[] = {
	    "DRIVER=ipheth", "DRIVER=rndis_host"};

	if (strncmp(interface, "ppp", 3) == 0 ||
	    strncmp(interface, "ww", 2) == 0 ||
	    has_line(interfaces, interface, "uevent", "DEVTYPE=wwan"))
		return true;
	for (size_t i = 0; i < sizeof(drivers) / sizeof(drivers[0]); i++) {
		if (has_line(
			interfaces, interface, "device/uevent", drivers[i]))
			return true;
	}
	return false;
}

/* Gateways that telephones give themselves: iOS 172.20.10.1 (always), Android
 * before 11 192.168.43.1 by radio and 192.168.42.129 by cable. In the order
 * of the network's bytes. */
static bool is_telephone(uint32_t gateway)
{
	static const uint8_t known[][4] = {
	    {172, 20, 10, 1}, {192, 168, 43, 1}, {192, 168, 42, 129}};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (memcmp(&gateway, known[i], sizeof(gateway)) == 0)
			return true;
	}
	return false;
}

bool os_network_metered_of(
    const char *names, const char *route, const char *interfaces)
{
	char interface[NAME_MAX_LEN];
	uint32_t gateway = 0;

	return find_way_out(route, interface, &gateway) &&
	       (is_named(names, interface) || is_modem(interfaces, interface) ||
		   is_telephone(gateway));
}

bool os_network_metered(const char *names)
{
	return os_network_metered_of(
	    names, "/proc/net/route", "/sys/class/net");
}
