/*
 * The inside of http.h, and all that knows CivetWeb: starting (http.c),
 * stopping (http_stop.c), the address (http_listen.c), the thread that accepts
 * (http_accept.c), a request (http_request.c), what comes in of it
 * (http_body.c) and what goes out (http_answer.c). For these alone.
 */
#ifndef POINTEAU_SHARED_HTTP_HTTP_PARTS_H
#define POINTEAU_SHARED_HTTP_HTTP_PARTS_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/buf.h"
#include "shared/err.h"
#include "shared/http/crowd.h"
#include "shared/http/forwarded.h"
#include "shared/http/http.h"
#include "shared/notice.h"

struct mg_connection; /* CivetWeb's, as the next one */
struct mg_context;

#define HTTP_NO_SOCKET (-1) /* plain: never shut to make room */

struct http_server {
	struct mg_context *civet; /* NULL until started */
	char *listen;
	char *certificate;
	char **hosts;
	http_handler *handler;
	void *context;
	int (*watch)(
	    void *ssl_ctx, struct http_watcher *watcher, struct err *err);
	int body_time_ms;
	int idle_time_ms;
	int threads;
	int stop_time_s;
	bool behind_tls;
	const struct proxies *proxies;
	void (*done)(void *context, const struct http_done *done);
	atomic_int listening; /* HTTP_NO_SOCKET until one came */
	atomic_bool stopping;
	/* Under the lock, at the end, of the thread that accepts: */
	bool calling;     /* it has been called away from its socket */
	bool standing_by; /* it came, and waits */
	bool hurried;     /* it may go back, to find that all ends */
	struct crowd crowd;
	struct http_watcher watcher;
	struct notice short_of_files;
	pthread_mutex_t lock;
	pthread_cond_t idle;   /* nobody is at work; standing_by, or hurried */
	unsigned active_count; /* requests past the stop check */
	pthread_t starter;
	/* Why the start failed, as CivetWeb says. */
	char fault[ERR_TEXT_MAX / 4];
};

/* The request that the thread has: what is told when it is over. */
struct http_current {
	int64_t start_ms;
	int status;
	size_t in, out;
	const char *route;
	char device[HTTP_DEVICE_MAX];
	char remote[FORWARDED_TEXT];
	bool forwarded_ignored;
};
extern _Thread_local struct http_current http_current;

/* An answer on its way out. */
struct answer {
	int status;
	const char *content_type;
	const char *encoding;
	const char *policy;
	const char *etag;
	int retry_after_seconds;
	const char *set_cookie; /* NULL or "": none */
	const char *file;       /* NULL or "": none */
	bool keep_alive;
	bool bodyless; /* the headers of an answer to HEAD */
	bool lean;     /* to a program: nothing that only a browser reads */
	struct bytes body;
};

/* In the crowd a connection is known by the thread that serves it. */
static inline uintptr_t http_own_key(void)
{
	return (uintptr_t)pthread_self();
}

/* CivetWeb's first call for a request whose head it could split. A positive
 * answer tells it that all is done. */
int http_on_request(struct mg_connection *conn);
/* CivetWeb could not split the head, so http_on_request is not called. */
int http_on_library_error(
    struct mg_connection *conn, int status, const char *message);
/* A thread of CivetWeb's begins: whose it is, if it accepts. */
void *http_on_thread(const struct mg_context *civet, int type);

/* Send it; when it could not all be sent, the connection ends. */
void http_answer_send(struct mg_connection *conn, const struct answer *answer);
/* Say why and end the connection: what follows on it cannot be trusted. */
void http_refuse(struct mg_connection *conn, int status, const struct err *err);

/* Append to ${body} until it has ${len} bytes. E_TIMEOUT; E_INTERRUPTED: the
 * server is stopping; E_OFFLINE: the client has left, there is nobody to
 * tell. */
int http_body_read(struct buf *body, struct mg_connection *conn,
    struct http_server *server, size_t len, struct err *err);
/* After a refusal, let the rest of the body in for a moment. */
void http_drain(const struct http_server *server, struct mg_connection *conn);

/* E_INTERRUPTED, with the words for the client. */
int http_is_stopping(struct err *err);

/* E_IO: why it cannot listen, by CivetWeb's words ${fault}. */
int http_not_listening(
    const struct http_server *server, const char *fault, struct err *err);

/* Free what http_start made; CivetWeb has ended. NULL is fine. */
void http_free(struct http_server *server);

#endif
