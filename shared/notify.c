#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "shared/lang.h"
#include "shared/notify.h"

bool notify_wanted(void)
{
	const char *path = getenv("NOTIFY_SOCKET");

	return path != NULL && path[0] != '\0';
}

static int address_of(
    const char *path, struct sockaddr_un *out, socklen_t *len, struct err *err)
{
	size_t text = strlen(path);

	/* vsock: is for virtual machines as a whole. */
	if ((path[0] != '/' && path[0] != '@') || text < 2 ||
	    text >= sizeof(out->sun_path))
		return err_set(err, E_INVALID,
		    L("NOTIFY_SOCKET : « %.120s » n'est ni un chemin ni « @nom "
		      "»",
			"NOTIFY_SOCKET: \"%.120s\" is no path and no "
			"\"@name\""),
		    path);
	memset(out, 0, sizeof(*out));
	out->sun_family = AF_UNIX;
	memcpy(out->sun_path, path, text);
	if (path[0] == '@')
		out->sun_path[0] = '\0';
	*len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + text);
	return 0;
}

int notify_send(const char *state, struct err *err)
{
	struct sockaddr_un address;
	size_t len = strlen(state);
	socklen_t address_len = 0;
	int fd, rc;

	if (!notify_wanted())
		return 0;
	if ((rc = address_of(
		 getenv("NOTIFY_SOCKET"), &address, &address_len, err)) < 0)
		return rc;
	if ((fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) < 0)
		return err_errno(err, E_IO, "NOTIFY_SOCKET");
	if (sendto(fd, state, len, MSG_NOSIGNAL, (struct sockaddr *)&address,
		address_len) != (ssize_t)len)
		rc = err_errno(err, E_IO, "NOTIFY_SOCKET");
	(void)close(fd);
	return rc;
}

static bool number_of(const char *text, intmax_t *out)
{
	char *end;

	if (text == NULL || strspn(text, "0123456789") == 0)
		return false;
	errno = 0;
	*out = strtoimax(text, &end, 10);
	return errno == 0 && *end == '\0';
}

int64_t notify_watchdog_ms(void)
{
	const char *pid_text = getenv("WATCHDOG_PID");
	intmax_t usec, pid;

	if (!number_of(getenv("WATCHDOG_USEC"), &usec) || usec <= 0)
		return 0;
	if (pid_text != NULL &&
	    (!number_of(pid_text, &pid) || pid != (intmax_t)getpid()))
		return 0;
	return usec < 1000 ? 1 : (int64_t)(usec / 1000);
}
