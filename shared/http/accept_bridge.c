/*
 * Why this file: without a free descriptor accept(2) fails and the caller
 * stays in the queue, so CivetWeb, which does not look at the reason, asks
 * again at once and for ever: a whole processor for nothing. So the program
 * answers accept itself, and when there is no descriptor has http_accept.c make
 * room before CivetWeb asks again. And the server learns so on which socket it
 * listens, which CivetWeb tells nobody. Like tls_bridge.c it must be an object
 * of the executable, with -rdynamic.
 */
#include <dlfcn.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "shared/http/http.h"

/* glibc's own header has a transparent union here, which is no standard C. */
int accept(int fd, __SOCKADDR_ARG address, socklen_t *restrict len)
{
	int (*next)(int, __SOCKADDR_ARG, socklen_t *);
	void *symbol = dlsym(RTLD_NEXT, "accept");
	int taken, why;

	if (symbol == NULL) {
		errno = ENOSYS;
		return -1;
	}
	/* ISO C has no cast from an object to a function pointer. */
	memcpy(&next, &symbol, sizeof(next));
	http_accepting(fd);
	if ((taken = next(fd, address, len)) < 0) {
		why = errno;
		http_not_accepted(why);
		errno = why;
	}
	return taken;
}
