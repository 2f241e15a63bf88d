#include "shared/os_look.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <inttypes.h>
#include <limits.h>
#include <netinet/in.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

#define ZONES "/usr/share/zoneinfo/"

/* ---- files ---- */

int os_look(const char *path, struct os_look *out, struct err *err)
{
	struct stat st;

	memset(out, 0, sizeof(*out));
	if (stat(path, &st) < 0)
		return err_errno(err,
		    errno == ENOENT || errno == ENOTDIR ? E_NOT_FOUND : E_IO,
		    "%s", path);
	out->owner = st.st_uid;
	out->mode = st.st_mode & 07777;
	out->disk = st.st_dev;
	out->is_directory = S_ISDIR(st.st_mode);
	out->is_file = S_ISREG(st.st_mode);
	return 0;
}

bool os_may_read(const char *path)
{
	struct os_look look;
	int wanted = R_OK;

	if (os_look(path, &look, NULL) == 0 && look.is_directory)
		wanted |= X_OK;
	return faccessat(AT_FDCWD, path, wanted, AT_EACCESS) == 0;
}

bool os_may_write(const char *path)
{
	return faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) == 0;
}

bool os_is_read_only(const char *path)
{
	struct statvfs disk;

	return statvfs(path, &disk) == 0 && (disk.f_flag & ST_RDONLY) != 0;
}

uint32_t os_account(void)
{
	return geteuid();
}

void os_account_name(char out[OS_ACCOUNT])
{
	const struct passwd *known = getpwuid(geteuid());

	if (known != NULL)
		(void)snprintf(out, OS_ACCOUNT, "%s", known->pw_name);
	else
		(void)snprintf(out, OS_ACCOUNT, "%ju", (uintmax_t)geteuid());
}

/* The groups of an account without a name: its own files' alone. */
static bool take_groups(const struct passwd *known, gid_t group)
{
	return known != NULL ? initgroups(known->pw_name, group) == 0
	                     : setgroups(0, NULL) == 0;
}

int os_become_owner(const char *path, struct err *err)
{
	const struct passwd *known;
	struct stat st;
	gid_t group;

	if (geteuid() != 0 || stat(path, &st) < 0 || st.st_uid == 0)
		return 0;
	known = getpwuid(st.st_uid);
	group = known != NULL ? known->pw_gid : st.st_gid;
	if (!take_groups(known, group) || setgid(group) < 0 ||
	    setuid(st.st_uid) < 0)
		return err_errno(err, E_IO, "%s", path);
	return 0;
}

/* ---- locks ---- */

/* "1: FLOCK  ADVISORY  WRITE 1234 fd:01:5678 0 EOF"; "->" begins one that only
 * waits. */
static bool holds(const char *line, const struct stat *st, int64_t *pid)
{
	char kind[16], word[16], way[16];
	unsigned major_number, minor_number;
	uint64_t inode;

	return sscanf(line,
		   "%*[0-9]: %15s %15s %15s %" SCNd64 " %x:%x:%" SCNu64, kind,
		   word, way, pid, &major_number, &minor_number, &inode) == 7 &&
	       strcmp(kind, "FLOCK") == 0 && inode == st->st_ino &&
	       major_number == major(st->st_dev) &&
	       minor_number == minor(st->st_dev);
}

int64_t os_lock_holder(const char *path)
{
	FILE *file = fopen("/proc/locks", "re");
	int64_t pid, found = 0;
	char line[256];
	struct stat st;

	if (file == NULL)
		return 0;
	if (stat(path, &st) == 0) {
		while (found == 0 && fgets(line, sizeof(line), file) != NULL) {
			if (holds(line, &st, &pid))
				found = pid > 0 ? pid : -1;
		}
	}
	(void)fclose(file);
	return found;
}

/* ---- the clock ---- */

int os_clock_is_kept(void)
{
	struct timex look = {.modes = 0};
	int state = adjtimex(&look);

	if (state < 0)
		return -1;
	return state != TIME_ERROR && (look.status & STA_UNSYNC) == 0;
}

/* A name of the system's, and not the rule of POSIX that it may be as well. */
static bool is_zone(const char *name)
{
	char path[PATH_MAX];

	if (name[0] == ':')
		name++;
	if (name[0] == '\0' || strpbrk(name, "0123456789,") != NULL)
		return true;
	(void)snprintf(
	    path, sizeof(path), "%s%s", name[0] == '/' ? "" : ZONES, name);
	return access(path, R_OK) == 0;
}

bool os_zone_is_known(int64_t now_s, int64_t *offset_s)
{
	const char *name = getenv("TZ");
	time_t now = (time_t)now_s;
	struct tm tm;

	*offset_s = localtime_r(&now, &tm) != NULL ? tm.tm_gmtoff : 0;
	if (name != NULL)
		return is_zone(name);
	return access("/etc/localtime", R_OK) == 0;
}

/* ---- what there is of it ---- */

/* The number after ${name} in a file of lines; -1 when there is none. */
static int64_t number_in(const char *path, const char *name)
{
	FILE *file = fopen(path, "re");
	int64_t number = -1;
	char line[256];

	if (file == NULL)
		return -1;
	while (number < 0 && fgets(line, sizeof(line), file) != NULL) {
		if (strncmp(line, name, strlen(name)) == 0)
			number = strtoll(line + strlen(name), NULL, 10);
	}
	(void)fclose(file);
	return number;
}

int64_t os_memory_free(void)
{
	int64_t kib = number_in("/proc/meminfo", "MemAvailable:");

	return kib < 0 ? -1 : kib * 1024;
}

int64_t os_files_limit(int64_t pid)
{
	char path[64];

	if (pid > 0)
		(void)snprintf(
		    path, sizeof(path), "/proc/%" PRId64 "/limits", pid);
	else
		(void)snprintf(path, sizeof(path), "/proc/self/limits");
	return number_in(path, "Max open files");
}

bool os_has_systemd(void)
{
	return access("/run/systemd/system", F_OK) == 0;
}

bool os_has_desktop(void)
{
	return getenv("DISPLAY") != NULL || getenv("WAYLAND_DISPLAY") != NULL;
}

/* ---- ports ---- */

static int say_port(int port, struct err *err)
{
	switch (errno) {
	case EADDRINUSE:
		return err_errno(err, E_CONFLICT, "port %d", port);
	case EACCES:
	case EPERM:
		return err_errno(err, E_FORBIDDEN, "port %d", port);
	case EADDRNOTAVAIL:
		return err_errno(err, E_NOT_FOUND, "port %d", port);
	default:
		return err_errno(err, E_IO, "port %d", port);
	}
}

int os_port_try(const char *address, int port, struct err *err)
{
	struct sockaddr_in name = {
	    .sin_family = AF_INET,
	    .sin_port = htons((uint16_t)port),
	    .sin_addr.s_addr = htonl(INADDR_ANY),
	};
	int fd, on = 1, rc = 0;

	if (address[0] != '\0' &&
	    inet_pton(AF_INET, address, &name.sin_addr) != 1) {
		errno = EADDRNOTAVAIL;
		return say_port(port, err);
	}
	if ((fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) < 0)
		return say_port(port, err);
	/* As the server does: what is left of a former one is no hindrance. */
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0 ||
	    bind(fd, (const struct sockaddr *)&name, sizeof(name)) < 0 ||
	    listen(fd, 1) < 0)
		rc = say_port(port, err);
	(void)close(fd);
	return rc;
}
