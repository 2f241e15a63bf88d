/* Stopping: nobody comes any more, and whoever is at work may finish. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <civetweb.h>

#include "shared/http/http_parts.h"
#include "shared/lang.h"

#define CALL_TIME_S 2 /* CivetWeb looks by itself as soon */

int http_is_stopping(struct err *err)
{
	return err_set(err, E_INTERRUPTED,
	    L("le serveur s'arrête : réessayez plus tard",
		"the server is stopping: try again later"));
}

/* Until nobody is at work: a body that trickles in may not make it last. */
static void wait_idle(struct http_server *server)
{
	struct timespec until;

	(void)clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += server->stop_time_s;
	while (server->active_count > 0) {
		if (pthread_cond_timedwait(
			&server->idle, &server->lock, &until) != ETIMEDOUT)
			continue;
		crowd_shut_all(&server->crowd);
		until.tv_sec += HTTP_STOP_TIME_S;
	}
}

/*
 * Whoever connects now is refused at once, and comes back to the next one who
 * listens. CivetWeb goes on looking at its descriptor until it is stopped:
 * give it one that it will close, and that is always ready, so that its thread
 * comes to stand_by() at once, though it may have begun to wait on the former
 * (poll(2) looks again by the number, but waits on what was there).
 */
static void listen_no_more(struct http_server *server)
{
	int fd = atomic_load(&server->listening), ready;

	if (fd == HTTP_NO_SOCKET || (ready = eventfd(1, EFD_CLOEXEC)) < 0)
		return;
	(void)shutdown(fd, SHUT_RD);
	server->calling = dup3(ready, fd, O_CLOEXEC) == fd;
	(void)close(ready);
}

/*
 * All that is left idles. The thread that accepts is waited for, as it may
 * first have to wait for another: what was done to its descriptor is over then,
 * before CivetWeb is told to end and closes it.
 */
static void hurry(struct http_server *server)
{
	struct timespec until;
	int rc = 0;

	crowd_shut_all(&server->crowd);
	(void)clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += CALL_TIME_S;
	while (server->calling && !server->standing_by && rc != ETIMEDOUT)
		rc = pthread_cond_timedwait(
		    &server->idle, &server->lock, &until);
	server->hurried = true;
	(void)pthread_cond_broadcast(&server->idle);
}

void http_stop(struct http_server *server)
{
	if (server == NULL)
		return;
	(void)pthread_mutex_lock(&server->lock);
	atomic_store(&server->stopping, true);
	listen_no_more(server);
	wait_idle(server);
	hurry(server);
	(void)pthread_mutex_unlock(&server->lock);
	mg_stop(server->civet);
	(void)mg_exit_library();
	http_free(server);
}
