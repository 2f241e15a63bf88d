/* CivetWeb's thread that accepts connections, and what it runs into. */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>

#include <civetweb.h>

#include "shared/http/http_parts.h"
#include "shared/lang.h"

#define CIVET_MASTER 0 /* the type of its thread that accepts */

/* CivetWeb's thread that accepts: whose it is. accept(2) has no context. */
static _Thread_local struct http_server *accepting;

void *http_on_thread(const struct mg_context *civet, int type)
{
	if (type == CIVET_MASTER)
		accepting = mg_get_user_data(civet);
	return NULL;
}

void http_accepting(int fd)
{
	if (accepting != NULL)
		atomic_store(&accepting->listening, fd);
}

/* The thread that accepts has nothing more to do until it may end. */
static void stand_by(struct http_server *server)
{
	(void)pthread_mutex_lock(&server->lock);
	server->standing_by = true;
	(void)pthread_cond_broadcast(&server->idle);
	while (!server->hurried)
		(void)pthread_cond_wait(&server->idle, &server->lock);
	(void)pthread_mutex_unlock(&server->lock);
	(void)poll(NULL, 0, HTTP_PAUSE_MS / 10);
}

void http_not_accepted(int why)
{
	struct http_server *server = accepting;

	if (server != NULL && atomic_load(&server->stopping)) {
		stand_by(server);
		return;
	}
	if (server == NULL ||
	    (why != EMFILE && why != ENFILE && why != ENOBUFS && why != ENOMEM))
		return;
	/* A connection that CivetWeb has accepted and no thread has yet is
	 * not in the crowd: then the pause alone is what there is to do. */
	(void)crowd_make_room(&server->crowd);
	notice_tell(&server->short_of_files,
	    L("plus assez de fichiers ouverts pour de nouvelles connexions : "
	      "relevez la limite (ulimit -n, LimitNOFILE)",
		"not enough open files for new connections: raise the limit "
		"(ulimit -n, LimitNOFILE)"));
	(void)poll(NULL, 0, HTTP_PAUSE_MS);
}
