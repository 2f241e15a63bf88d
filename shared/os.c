#include <dirent.h>
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "shared/crypto.h"
#include "shared/lang.h"
#include "shared/os.h"

static int64_t system_now_s(void *context)
{
	(void)context;
	return (int64_t)time(NULL);
}

static void system_random(void *context, void *out, size_t len)
{
	(void)context;
	crypto_random(out, len);
}

/* The first line of a small file of the system, "" when there is none. */
static void first_line(const char *path, char out[64])
{
	FILE *file = fopen(path, "re");

	out[0] = '\0';
	if (file == NULL)
		return;
	if (fgets(out, 64, file) == NULL)
		out[0] = '\0';
	out[strcspn(out, "\r\n")] = '\0';
	(void)fclose(file);
}

static void system_boot_id(void *context, char out[64])
{
	(void)context;
	first_line("/proc/sys/kernel/random/boot_id", out);
}

static void system_machine_id(void *context, char out[64])
{
	(void)context;
	first_line("/etc/machine-id", out);
}

const struct os os_system = {
    .context = NULL,
    .now_s = system_now_s,
    .random = system_random,
    .boot_id = system_boot_id,
    .machine_id = system_machine_id,
};

int64_t os_now_s(const struct os *os)
{
	return os->now_s(os->context);
}

void os_random(const struct os *os, void *out, size_t len)
{
	os->random(os->context, out, len);
}

int64_t os_wall_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t os_ticks_ms(const struct os *os)
{
	return os->ticks_ms != NULL ? os->ticks_ms(os->context)
	                            : os_monotonic_ms();
}

uint64_t os_network_seen(const struct os *os)
{
	return os->network != NULL ? os->network(os->context) : os_network();
}

int64_t os_monotonic_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t os_boot_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_BOOTTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- networks ---- */

#define ROUTE_UP 0x1 /* RTF_UP of both files */

/* FNV-1a: names a line, keeps no secret. */
static uint64_t hash_text(const char *text)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (; *text != '\0'; text++)
		hash = (hash ^ (uint8_t)*text) * UINT64_C(0x100000001b3);
	return hash;
}

/* What lasts of a route of IPv4; "" for one that does not count. */
static void route_4(const char *line, char out[256])
{
	char interface[32], target[16], gate[16];
	unsigned flags;

	out[0] = '\0';
	/* The line of titles has "Flags", which begins as a number does. */
	if (sscanf(line, "%31s %15s %15s %x", interface, target, gate,
		&flags) == 4 &&
	    strspn(target, "0123456789ABCDEF") == 8 &&
	    (flags & ROUTE_UP) != 0 && strcmp(interface, "lo") != 0)
		(void)snprintf(out, 256, "%s %s %s", interface, target, gate);
}

/* Likewise of IPv6: addresses of the link alone (fe80, ff00) lead nowhere. */
static void route_6(const char *line, char out[256])
{
	char interface[32], target[40], width[8], gate[40];
	unsigned flags;

	out[0] = '\0';
	if (sscanf(line, "%39s %7s %*s %*s %39s %*s %*s %*s %x %31s", target,
		width, gate, &flags, interface) == 5 &&
	    (flags & ROUTE_UP) != 0 && strcmp(interface, "lo") != 0 &&
	    strncmp(target, "fe80", 4) != 0 && strncmp(target, "ff", 2) != 0)
		(void)snprintf(
		    out, 256, "%s %s/%s %s", interface, target, width, gate);
}

/* In whatever order the system lists them. */
static uint64_t hash_routes(
    const char *path, void (*read)(const char *line, char out[256]))
{
	FILE *file = fopen(path, "re");
	char line[512], route[256];
	uint64_t sum = 0;

	if (file == NULL)
		return 0;
	while (fgets(line, sizeof(line), file) != NULL) {
		read(line, route);
		if (route[0] != '\0')
			sum += hash_text(route);
	}
	(void)fclose(file);
	return sum;
}

uint64_t os_network_of(const char *route, const char *ipv6_route)
{
	return hash_routes(route, route_4) + hash_routes(ipv6_route, route_6);
}

uint64_t os_network(void)
{
	return os_network_of("/proc/net/route", "/proc/net/ipv6_route");
}

/* ---- who is at the other end ---- */

/*
 * One line of /proc/net/tcp or tcp6: is it the peer's socket, and whose? A
 * socket whose program has closed it has no inode, and shows user 0.
 */
static bool is_own_socket(const char *line, const char *peer, const char *own)
{
	char local[64], remote[64];
	unsigned long inode;
	unsigned uid;

	return sscanf(line, " %*d: %63s %63s %*x %*s %*s %*s %u %*s %lu", local,
		   remote, &uid, &inode) == 4 &&
	       strcmp(local, peer) == 0 && strcmp(remote, own) == 0 &&
	       inode != 0 && uid == (unsigned)geteuid();
}

static bool find_own_socket(const char *path, const char *peer, const char *own)
{
	FILE *file = fopen(path, "re");
	char line[512];
	bool found = false;

	if (file == NULL)
		return false;
	while (!found && fgets(line, sizeof(line), file) != NULL)
		found = is_own_socket(line, peer, own);
	(void)fclose(file);
	return found;
}

/* IPv4 in an IPv6 socket, as tcp6 writes it. */
#define MAPPED "0000000000000000FFFF0000"

bool os_peer_is_self(const char *address, int port, int own_port)
{
	char peer[64], own[64];
	struct in_addr parsed;

	if (strncmp(address, "::ffff:", 7) == 0)
		address += 7;
	if (inet_pton(AF_INET, address, &parsed) != 1)
		return false;
	(void)snprintf(peer, sizeof(peer), MAPPED "%08" PRIX32 ":%04X",
	    (uint32_t)parsed.s_addr, (unsigned)port);
	(void)snprintf(own, sizeof(own), MAPPED "%08" PRIX32 ":%04X",
	    (uint32_t)htonl(INADDR_LOOPBACK), (unsigned)own_port);
	return find_own_socket("/proc/net/tcp", peer + strlen(MAPPED),
		   own + strlen(MAPPED)) ||
	       find_own_socket("/proc/net/tcp6", peer, own);
}

/* ---- other programs ---- */

static int spawn(const char *const *words, posix_spawn_file_actions_t *files,
    posix_spawnattr_t *attributes)
{
	char *const *arguments;
	sigset_t none, all;
	pid_t child;
	int why;

	(void)sigemptyset(&none);
	(void)sigfillset(&all);
	/* posix_spawn's parameter lacks a const it deserves. */
	memcpy(&arguments, &words, sizeof(arguments));
	if ((why = posix_spawnattr_setflags(
		 attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK |
				 POSIX_SPAWN_SETSIGDEF)) != 0 ||
	    (why = posix_spawnattr_setsigmask(attributes, &none)) != 0 ||
	    (why = posix_spawnattr_setsigdefault(attributes, &all)) != 0 ||
	    (why = posix_spawn_file_actions_addopen(
		 files, 0, "/dev/null", O_RDONLY, 0)) != 0 ||
	    (why = posix_spawn_file_actions_addopen(
		 files, 1, "/dev/null", O_WRONLY, 0)) != 0 ||
	    (why = posix_spawn_file_actions_addopen(
		 files, 2, "/dev/null", O_WRONLY, 0)) != 0)
		return why;
	return posix_spawnp(
	    &child, words[0], files, attributes, arguments, environ);
}

int os_spawn(const char *const *words, struct err *err)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	int why;

	/* Nobody waits for it, and it must leave nothing when it ends. */
	(void)signal(SIGCHLD, SIG_IGN);
	if ((why = posix_spawn_file_actions_init(&files)) != 0)
		goto out;
	if ((why = posix_spawnattr_init(&attributes)) == 0) {
		why = spawn(words, &files, &attributes);
		(void)posix_spawnattr_destroy(&attributes);
	}
	(void)posix_spawn_file_actions_destroy(&files);
out:
	if (why == 0)
		return 0;
	errno = why;
	return err_errno(
	    err, why == ENOENT ? E_NOT_FOUND : E_IO, "%s", words[0]);
}

void os_say(const void *data, size_t len)
{
	const char *at = data;

	while (len > 0) {
		ssize_t written = write(STDERR_FILENO, at, len);

		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return;
		at += written;
		len -= (size_t)written;
	}
}

static int64_t count_files(void)
{
	DIR *folder = opendir("/proc/self/fd");
	int64_t count = 0;

	if (folder == NULL)
		return 0;
	while (readdir(folder) != NULL)
		count++;
	(void)closedir(folder);
	return count > 3 ? count - 3 : 0; /* ".", ".." and the folder itself */
}

/* Fields 20, 22 and 24 of proc(5)'s stat: threads, start, pages. */
static void read_stat(struct os_usage *out)
{
	long long threads = 0, start = 0, pages = 0;
	char text[1024] = "";
	const char *after;
	FILE *file = fopen("/proc/self/stat", "re");

	if (file == NULL)
		return;
	if (fgets(text, sizeof(text), file) != NULL &&
	    (after = strrchr(text, ')')) != NULL &&
	    sscanf(after + 1,
		" %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d "
		"%*d %*d %*d %lld %*d %lld %*u %lld",
		&threads, &start, &pages) == 3) {
		out->threads = threads;
		out->resident = pages * sysconf(_SC_PAGESIZE);
		out->start_s = (os_wall_ms() - os_boot_ms()) / 1000 +
		               (int64_t)(start / sysconf(_SC_CLK_TCK));
	}
	(void)fclose(file);
}

void os_usage(struct os_usage *out)
{
	memset(out, 0, sizeof(*out));
	read_stat(out);
	out->files = count_files();
}

int os_disk(
    const char *path, int64_t *free_out, int64_t *size_out, struct err *err)
{
	struct statvfs disk;

	if (statvfs(path, &disk) < 0)
		return err_errno(err, E_IO, "%s", path);
	*free_out = (int64_t)disk.f_bavail * (int64_t)disk.f_frsize;
	*size_out = (int64_t)disk.f_blocks * (int64_t)disk.f_frsize;
	return 0;
}

void os_host_name(char *out, size_t size)
{
	if (gethostname(out, size) < 0 && errno != ENAMETOOLONG)
		out[0] = '\0';
	out[size - 1] = '\0';
}

int os_data_directory(struct buf *out, struct err *err)
{
	const char *xdg = getenv("XDG_DATA_HOME");
	const char *home = getenv("HOME");

	if (xdg != NULL && xdg[0] == '/') {
		buf_printf(out, "%s/pointeau", xdg);
	} else if (home != NULL && home[0] == '/') {
		buf_printf(out, "%s/.local/share/pointeau", home);
	} else {
		return err_set(err, E_USAGE,
		    L("dossier de données inconnu : HOME n'est pas défini ; "
		      "donnez --data DOSSIER",
			"unknown data directory: HOME is not set; give "
			"--data DIR"));
	}
	return buf_check(out, err);
}
