/*
 * The HTTPS server: CivetWeb behind a gate. The only file that knows
 * CivetWeb is http.c; the rest of the server sees a request as bytes and
 * answers with bytes.
 */
#ifndef POINTEAU_SERVER_HTTP_H
#define POINTEAU_SERVER_HTTP_H

#include <stddef.h>
#include <stdint.h>

#include "shared/buf.h"
#include "shared/err.h"

#define HTTP_BODY_MAX     ((size_t)4 * 1024 * 1024) /* before inflation */
#define HTTP_HEADER_MAX   32 /* headers a request may have */
#define HTTP_PATH_MAX     512
#define HTTP_QUERY_MAX    1024
#define HTTP_BODY_TIME_MS 20000 /* deadline for a whole body */
#define HTTP_IDLE_TIME_MS 5000
#define HTTP_THREADS      256 /* more than CROWD_MAX: crowd.h */
#define HTTP_QUEUE        64  /* accepted, not yet a thread's */
#define HTTP_STOP_TIME_S  10  /* then bodies under way are cut */
#define HTTP_PAUSE_MS     50  /* out of descriptors: until the next try */
#define HTTP_RETRY_S      5   /* Retry-After: from this to twice this */
#define HTTP_TEXT_TYPE    "text/plain; charset=utf-8"
#define HTTP_JSON_TYPE    "application/json"
#define HTTP_BINARY_TYPE  "application/octet-stream"

/* A request that passed the gate. All pointers are borrowed for the call. */
struct request {
	const char *method; /* "GET", "POST" */
	const char *path;   /* begins with '/', no '%', no ".." */
	const char *query;  /* after '?', "" when there is none */
	const char *bearer; /* after "Authorization: Bearer ", "" if absent */
	const char *content_type; /* "" if absent */
	const char *remote;       /* the other side's address; NULL: unknown */
	struct bytes body;
};

/* The answer; the handler fills it, the adapter sends and frees it. */
struct reply {
	int status;
	const char *content_type; /* static text */
	int retry_after_seconds;  /* 0: no Retry-After header */
	struct buf body;
};

/*
 * Answer one request. Called from many threads at once. Must fill ${reply}
 * (status, 200 to 599, at least). The thread's stack is about 64 KiB, which
 * CivetWeb fixes: large buffers belong on the heap. Its language (lang.h) is
 * the client's (Accept-Language), French when none is asked for.
 */
typedef void http_handler(
    void *context, const struct request *request, struct reply *reply);

struct http_config {
	const char *listen;       /* "127.0.0.1:8443" or "8443" */
	const char *certificate;  /* PEM file: private key, then certificates */
	const char *const *hosts; /* Host values served, NULL-terminated:
	                             "127.0.0.1:8443", "pointeau.example" */
	http_handler *handler;
	void *context;
	int body_time_ms; /* 0: HTTP_BODY_TIME_MS */
};

/* E_INVALID unless ${listen} is an IPv4 address and port, or a port. */
int http_check_listen(const char *listen, struct err *err);

struct http_server; /* opaque */

/*
 * Start serving HTTPS (TLS 1.2 or newer, ECDHE with AES-GCM or ChaCha20) on
 * its own threads. ${config}'s strings are copied. E_INVALID when listen is
 * not an IPv4 address and port, or a port; E_IO with the reason when the
 * address is taken or the certificate unusable. Stop with http_stop. From
 * then on the process ignores SIGPIPE.
 */
int http_start(struct http_server **out, const struct http_config *config,
    struct err *err);

/*
 * For accept_bridge.c: the calling thread could not accept a connection,
 * errno ${why}. When the system is short of descriptors or memory, and the
 * thread is one that accepts for a server, shut the connection that has
 * stood still for longest, tell the operator, and wait for a moment.
 */
void http_not_accepted(int why);

/*
 * Refuse new requests and bodies still on their way, finish the requests
 * that the handler has, close, free. NULL is fine.
 */
void http_stop(struct http_server *);

#endif
