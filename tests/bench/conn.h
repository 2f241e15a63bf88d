/*
 * One laptop's connection: TLS over a socket that never waits, a request, its
 * answer. Whoever owns it calls conn_step when epoll says that something can
 * be done.
 */
#ifndef POINTEAU_TESTS_BENCH_CONN_H
#define POINTEAU_TESTS_BENCH_CONN_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/ssl.h>

#include "shared/buf.h"

enum conn_state {
	CONN_CLOSED = 0,
	CONN_TCP,   /* connecting */
	CONN_TLS,   /* shaking hands */
	CONN_READY, /* nothing is asked */
	CONN_SENDING,
	CONN_READING, /* the answer */
	CONN_ANSWERED,
	CONN_FAILED,
};

struct conn {
	enum conn_state state;
	const char *why; /* of a failure: static, one word */
	int fd;
	SSL *ssl;
	SSL_SESSION **keep; /* where a new session goes; or NULL */
	struct buf out;     /* the request */
	size_t sent;
	bool trickles;   /* one byte each time conn_trickle is called */
	struct buf in;   /* the answer */
	size_t head_len; /* 0: not whole yet */
	size_t body_len;
	int status;
	int retry_after_s; /* 0: none was given */
	bool closes;       /* the server will */
	uint64_t bytes_in; /* of the connections closed so far, TLS and all */
	uint64_t bytes_out;
};

/* What all connections share; NULL cannot happen. */
SSL_CTX *conn_context(void);

/* Begin to connect to ${address}, for epoll ${epoll} with ${tag}. With
 * ${*keep}, resume that session; a new one is put there (NULL: neither). */
void conn_open(struct conn *conn, SSL_CTX *context,
    const struct sockaddr_in *address, SSL_SESSION **keep, int epoll,
    void *tag);

/* Send the request in conn->out, as soon as the hands are shaken. */
void conn_ask(struct conn *conn);

/* Go as far as it goes without waiting. */
void conn_step(struct conn *conn);
/* One byte more of a request that trickles. */
void conn_trickle(struct conn *conn);

/* The body of the answer. */
struct bytes conn_body(const struct conn *conn);
bool conn_is_resumed(const struct conn *conn);

void conn_close(struct conn *conn);
/* … and forget its buffers. */
void conn_free(struct conn *conn);

#endif
