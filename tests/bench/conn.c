#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/err.h>

#include "tests/bench/conn.h"
#include "tests/bench/plan.h"

#define READ_STEP  16384
#define ANSWER_MAX ((size_t)8 * 1024 * 1024)

/* TLS 1.3 gives sessions when it likes, after the handshake: the last one is
 * the one to resume. */
static int on_session(SSL *ssl, SSL_SESSION *session)
{
	struct conn *conn = SSL_get_app_data(ssl);

	if (conn == NULL || conn->keep == NULL)
		return 0;
	SSL_SESSION_free(*conn->keep);
	*conn->keep = session;
	return 1;
}

SSL_CTX *conn_context(void)
{
	SSL_CTX *context = SSL_CTX_new(TLS_client_method());

	if (context == NULL)
		plan_die("no TLS");
	/* A laptop compares one hash (its pin), which costs nothing. */
	SSL_CTX_set_verify(context, SSL_VERIFY_NONE, NULL);
	SSL_CTX_set_session_cache_mode(
	    context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL_STORE);
	SSL_CTX_sess_set_new_cb(context, on_session);
	SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
	return context;
}

static void fail(struct conn *conn, const char *why)
{
	conn->state = CONN_FAILED;
	conn->why = why;
}

static void make_ssl(struct conn *conn, SSL_CTX *context)
{
	if ((conn->ssl = SSL_new(context)) == NULL ||
	    SSL_set_fd(conn->ssl, conn->fd) != 1)
		plan_die("no TLS");
	(void)SSL_set_app_data(conn->ssl, conn);
	SSL_set_connect_state(conn->ssl);
	if (conn->keep != NULL && *conn->keep != NULL &&
	    SSL_set_session(conn->ssl, *conn->keep) != 1)
		plan_die("no session");
}

void conn_open(struct conn *conn, SSL_CTX *context,
    const struct sockaddr_in *address, SSL_SESSION **keep, int epoll, void *tag)
{
	struct epoll_event event = {
	    .events = EPOLLIN | EPOLLOUT | EPOLLET, .data = {.ptr = tag}};
	int one = 1;

	conn->keep = keep;
	conn->status = 0;
	conn->closes = false;
	conn->fd =
	    socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (conn->fd < 0)
		plan_die("no socket: %s", strerror(errno));
	(void)setsockopt(conn->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	make_ssl(conn, context);
	conn->state = CONN_TCP;
	if (connect(conn->fd, (const struct sockaddr *)address,
		sizeof(*address)) < 0 &&
	    errno != EINPROGRESS) {
		fail(conn, "connect");
		return;
	}
	if (epoll_ctl(epoll, EPOLL_CTL_ADD, conn->fd, &event) < 0)
		plan_die("epoll: %s", strerror(errno));
}

void conn_ask(struct conn *conn)
{
	conn->sent = 0;
	conn->head_len = conn->body_len = 0;
	conn->status = conn->retry_after_s = 0;
	buf_reset(&conn->in);
	if (conn->state == CONN_READY || conn->state == CONN_ANSWERED)
		conn->state = CONN_SENDING;
}

/* ---- steps: each true when there is more to do at once ---- */

static bool step_tcp(struct conn *conn)
{
	int found = 0;
	socklen_t len = sizeof(found);
	struct sockaddr_in peer;
	socklen_t peer_len = sizeof(peer);

	if (getsockopt(conn->fd, SOL_SOCKET, SO_ERROR, &found, &len) < 0 ||
	    found != 0) {
		fail(conn, "connect");
		return false;
	}
	if (getpeername(conn->fd, (struct sockaddr *)&peer, &peer_len) < 0)
		return false; /* not yet */
	conn->state = CONN_TLS;
	return true;
}

/* Did OpenSSL only want the socket to be ready? Otherwise it failed. */
static bool only_waits(struct conn *conn, int done, const char *why)
{
	int code = SSL_get_error(conn->ssl, done);

	ERR_clear_error();
	if (code == SSL_ERROR_WANT_READ || code == SSL_ERROR_WANT_WRITE)
		return true;
	fail(conn, why);
	return false;
}

static bool step_tls(struct conn *conn)
{
	int done = SSL_do_handshake(conn->ssl);

	if (done != 1) {
		(void)only_waits(conn, done, "handshake");
		return false;
	}
	conn->state = conn->out.len > 0 ? CONN_SENDING : CONN_READY;
	return conn->state == CONN_SENDING;
}

static bool send_some(struct conn *conn, size_t most)
{
	size_t left = conn->out.len - conn->sent;
	int done = SSL_write(conn->ssl, conn->out.data + conn->sent,
	    (int)(left < most ? left : most));

	if (done <= 0) {
		(void)only_waits(conn, done, "closed");
		return false;
	}
	conn->sent += (size_t)done;
	if (conn->sent == conn->out.len)
		conn->state = CONN_READING;
	return true;
}

/* ---- the answer ---- */

static const char *find_field(const struct conn *conn, const char *name)
{
	const char *at = strchr(conn->in.data, '\n');
	size_t len = strlen(name);

	for (; at != NULL && at < conn->in.data + conn->head_len;
	     at = strchr(at + 1, '\n')) {
		if (strncasecmp(at + 1, name, len) == 0 && at[1 + len] == ':')
			return at + len + 2 + strspn(at + len + 2, " ");
	}
	return NULL;
}

static void read_head(struct conn *conn)
{
	const char *end = strstr(conn->in.data, "\r\n\r\n"), *text;

	if (end == NULL)
		return;
	conn->head_len = (size_t)(end - conn->in.data) + 4;
	if (sscanf(conn->in.data, "HTTP/1.%*d %d", &conn->status) != 1) {
		fail(conn, "http");
		return;
	}
	if ((text = find_field(conn, "Content-Length")) != NULL)
		conn->body_len = strtoul(text, NULL, 10);
	if ((text = find_field(conn, "Retry-After")) != NULL)
		conn->retry_after_s = (int)strtol(text, NULL, 10);
	text = find_field(conn, "Connection");
	conn->closes = text != NULL && strncasecmp(text, "close", 5) == 0;
	if (conn->body_len > ANSWER_MAX)
		fail(conn, "http");
}

static bool step_read(struct conn *conn)
{
	char chunk[READ_STEP];
	int done = SSL_read(conn->ssl, chunk, sizeof(chunk));

	if (done <= 0) {
		(void)only_waits(conn, done, "closed");
		return false;
	}
	buf_add(&conn->in, chunk, (size_t)done);
	if (conn->in.failed)
		plan_die("no memory");
	if (conn->head_len == 0)
		read_head(conn);
	if (conn->state == CONN_READING && conn->head_len > 0 &&
	    conn->in.len >= conn->head_len + conn->body_len)
		conn->state = CONN_ANSWERED;
	return conn->state == CONN_READING;
}

/* Nothing is expected: a ticket, or the end. */
static bool step_idle(struct conn *conn)
{
	char byte;
	int done = SSL_read(conn->ssl, &byte, 1);

	if (done > 0)
		fail(conn, "http");
	else
		(void)only_waits(conn, done, "closed");
	return false;
}

void conn_step(struct conn *conn)
{
	bool more = true;

	while (more) {
		switch (conn->state) {
		case CONN_TCP:
			more = step_tcp(conn);
			break;
		case CONN_TLS:
			more = step_tls(conn);
			break;
		case CONN_SENDING:
			/* A refusal may come before all is sent. */
			more = !conn->trickles && send_some(conn, READ_STEP);
			if (conn->trickles)
				(void)step_idle(conn);
			break;
		case CONN_READING:
			more = step_read(conn);
			break;
		case CONN_READY:
			more = step_idle(conn);
			break;
		case CONN_CLOSED:
		case CONN_ANSWERED:
		case CONN_FAILED:
			return;
		}
	}
}

void conn_trickle(struct conn *conn)
{
	if (conn->state == CONN_SENDING)
		(void)send_some(conn, 1);
}

/* ---- the end ---- */

struct bytes conn_body(const struct conn *conn)
{
	return (struct bytes){conn->in.data + conn->head_len, conn->body_len};
}

bool conn_is_resumed(const struct conn *conn)
{
	return conn->ssl != NULL && SSL_session_reused(conn->ssl) == 1;
}

void conn_close(struct conn *conn)
{
	if (conn->state == CONN_CLOSED)
		return;
	if (conn->state != CONN_FAILED)
		(void)SSL_shutdown(conn->ssl);
	ERR_clear_error();
	conn->bytes_in += BIO_number_read(SSL_get_rbio(conn->ssl));
	conn->bytes_out += BIO_number_written(SSL_get_wbio(conn->ssl));
	SSL_free(conn->ssl);
	conn->ssl = NULL;
	(void)close(conn->fd);
	conn->state = CONN_CLOSED;
}

void conn_free(struct conn *conn)
{
	conn_close(conn);
	buf_free(&conn->in);
	buf_free(&conn->out);
}
