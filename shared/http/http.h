/*
 * The HTTP server: CivetWeb behind a gate, over TLS for the office, plain on
 * the loopback for the laptop's own page. Only its own files, which
 * http_parts.h names, know CivetWeb; the rest sees a request as bytes and
 * answers with bytes.
 */
#ifndef POINTEAU_SHARED_HTTP_HTTP_H
#define POINTEAU_SHARED_HTTP_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/buf.h"
#include "shared/err.h"
#include "shared/http/forwarded.h"
#include "shared/os.h"

#define HTTP_BODY_MAX     ((size_t)4 * 1024 * 1024) /* before inflation */
#define HTTP_HEADER_MAX   32 /* headers a request may have */
#define HTTP_PATH_MAX     512
#define HTTP_QUERY_MAX    1024
#define HTTP_COOKIES_MAX  8192 /* bytes of all that a browser keeps of us */
#define HTTP_COOKIE_MAX   256  /* of the one that we give */
#define HTTP_DEVICE_MAX   24
#define HTTP_FILE_MAX     128   /* of the name of a file that we give */
#define HTTP_BODY_TIME_MS 20000 /* deadline for a whole body */
#ifndef HTTP_IDLE_TIME_MS /* a build for memcheck is twenty times slower */
#define HTTP_IDLE_TIME_MS 5000
#endif
#define HTTP_THREADS     256 /* more than CROWD_MAX: crowd.h */
#define HTTP_QUEUE       64  /* accepted, not yet a thread's */
#define HTTP_BACKLOG     256 /* not yet accepted; the system's own bound too */
#define HTTP_ROOM_MS     10  /* between two looks for room in the crowd */
#define HTTP_STOP_TIME_S 10  /* then bodies under way are cut */
#define HTTP_PAUSE_MS    50  /* out of descriptors: until the next try */
#define HTTP_RETRY_S     5   /* Retry-After: from this to twice this */
#define HTTP_TEXT_TYPE   "text/plain; charset=utf-8"
#define HTTP_JSON_TYPE   "application/json"
#define HTTP_BINARY_TYPE "application/octet-stream"

/* A request that passed the gate. All pointers are borrowed for the call. */
struct request {
	const char *method; /* "GET", "POST" */
	const char *path;   /* begins with '/', no '%', no ".." */
	const char *query;  /* after '?', "" when there is none */
	const char *bearer; /* after "Authorization: Bearer ", "" if absent */
	const char *content_type;    /* "" if absent */
	const char *origin;          /* header Origin; NULL if absent */
	const char *fetch_site;      /* header Sec-Fetch-Site; NULL if absent */
	const char *if_none_match;   /* NULL if absent */
	const char *accept_encoding; /* NULL if absent */
	const char *cookie;          /* header Cookie; NULL if absent */
	/* The client's address, or its network (forwarded.h); NULL: unknown */
	const char *remote;
	/* Somebody who is none of our proxies said whose it is. */
	bool forwarded_ignored;
	int remote_port; /* of the connection */
	struct bytes body;
};

/* The answer; the handler fills it, the adapter sends and frees it. */
struct reply {
	int status;
	const char *content_type; /* static text, as all texts here */
	const char *encoding;     /* Content-Encoding; NULL: none */
	const char *policy;       /* Content-Security-Policy; NULL: nothing
	                             may be loaded */
	const char *etag;         /* quoted; NULL: none. With one the answer
	                             may be kept, and is checked each time */
	/* Set-Cookie, printable ASCII without line feeds; "" for none. */
	char set_cookie[HTTP_COOKIE_MAX];
	/* Name of the file to save the body as, of letters, digits, '-', '_'
	 * and '.'; "" for what is shown. */
	char file[HTTP_FILE_MAX];
	int retry_after_seconds; /* 0: no Retry-After header */
	struct buf body;
	/* For who counts and logs (http_done): the pattern that the request
	 * followed ("/v1/push"), static; NULL: none. And which device asked,
	 * or "". */
	const char *route;
	char device[HTTP_DEVICE_MAX];
};

/* A request that is over, whatever became of it. */
struct http_done {
	const char *method; /* "GET", "POST", or "-" for any other */
	const char *route;  /* as the reply's; "-": none */
	const char *device; /* "" for none */
	const char *remote; /* as the request's; "" when unknown */
	int status;         /* 499: the client left before */
	int64_t ms;
	size_t in, out; /* bytes of the bodies */
};

/*
 * Answer one request. Called from many threads at once. Must fill ${reply}
 * (status, 200 to 599, at least). The thread's stack is about 64 KiB, which
 * CivetWeb fixes: large buffers belong on the heap. Its language (lang.h) is
 * the client's (Accept-Language), French when none is asked for.
 */
typedef void http_handler(
    void *context, const struct request *request, struct reply *reply);

/* Told when a TLS connection begins and ends, on its own thread. */
struct http_watcher {
	void (*begin)(void *context, int fd);
	void (*end)(void *context); /* before the socket is closed */
	void *context;
};

struct http_config {
	const char *listen; /* "127.0.0.1:8443" or "8443" */
	/* PEM file: private key, then certificates. NULL: no TLS, for the
	 * loopback alone, or behind a proxy. */
	const char *certificate;
	/* Clients come by TLS, though it ends before us. */
	bool behind_tls;
	/* Who is believed about the client; borrowed; NULL: nobody. */
	const struct proxies *proxies;
	/* Host values served, NULL-terminated: "127.0.0.1:8443",
	 * "pointeau.example". */
	const char *const *hosts;
	http_handler *handler;
	void *context;
	int body_time_ms; /* 0: HTTP_BODY_TIME_MS */
	int threads;      /* 0: HTTP_THREADS */
	int stop_time_s;  /* 0: HTTP_STOP_TIME_S */
	/* Told of each request that is over, on its thread; NULL: nobody. */
	void (*done)(void *context, const struct http_done *done);
	/* With a certificate: have ${watcher} told of the connections of
	 * ${ssl_ctx}, an SSL_CTX (server/tls.h). */
	int (*watch)(
	    void *ssl_ctx, struct http_watcher *watcher, struct err *err);
};

/* Seconds of a Retry-After: ${base_s} to twice that, by chance, so that not
 * everyone returns at once. */
int http_retry_after(const struct os *os, int base_s);

/* E_INVALID unless ${listen} is an IPv4 address and port, or a port. */
int http_check_listen(const char *listen, struct err *err);

struct http_server; /* opaque */

/*
 * Start serving (TLS 1.2 or newer, ECDHE with AES-GCM or ChaCha20, unless
 * without a certificate) on its own threads. ${config}'s strings are copied.
 * E_INVALID when listen is not an IPv4 address and port, or a port; E_IO with
 * the reason when the address is taken or the certificate unusable. Stop with
 * http_stop. From then on the process ignores SIGPIPE.
 */
int http_start(struct http_server **out, const struct http_config *config,
    struct err *err);

/*
 * For accept_bridge.c: the calling thread could not accept a connection,
 * errno ${why}. When the system is short of descriptors or memory, and the
 * thread is one that accepts for a server, shut the connection that has
 * stood still for longest, tell the operator, and wait for a moment. When that
 * server is stopping, wait until it has nothing more to do with the socket.
 */
void http_not_accepted(int why);

/* For accept_bridge.c: the calling thread is about to accept on ${fd}. */
void http_accepting(int fd);

/* Connections now; one that idles without TLS does not count. */
size_t http_connections(struct http_server *server);

/*
 * Listen no more; refuse new requests and bodies still on their way (503),
 * finish the requests that the handler has, cut after stop_time_s who does not
 * read its answer, close, free. NULL is fine.
 */
void http_stop(struct http_server *);

#endif
