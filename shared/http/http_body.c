/* What comes in: a body, from senders fast, slow, or slow on purpose. */
#include <stdatomic.h>

#include <civetweb.h>

#include "shared/http/http_parts.h"
#include "shared/lang.h"
#include "shared/os.h"

#define PIECE_MAX     512
#define QUICK_MS      20 /* bytes that came so soon were there already */
#define DRAIN_MAX     HTTP_BODY_MAX /* thrown away after a refusal */
#define DRAIN_TIME_MS 2000

/* A body on its way in. */
struct flow {
	int64_t deadline_ms;
	size_t piece; /* how much to ask for while it comes quickly; 0: not */
};

/*
 * How much to ask of mg_read at once. It returns early only after a whole
 * idle time without a byte, so a sender of one byte per idle time holds it
 * for as many idle times as bytes were asked: ask no more than the deadline
 * leaves room for, unless the last bytes were there at once. Whoever then
 * slows down on purpose keeps its thread for longer, as long as nobody else
 * needs it (crowd.h).
 */
static size_t piece_len(
    const struct http_server *server, const struct flow *flow)
{
	int64_t left_ms = flow->deadline_ms - os_monotonic_ms();
	size_t len = left_ms < server->idle_time_ms
	                 ? 1
	                 : (size_t)(left_ms / server->idle_time_ms);

	if (len < flow->piece)
		len = flow->piece;
	return len > PIECE_MAX ? PIECE_MAX : len;
}

/* Some bytes, at most ${max}; 0: none yet, negative: the client has left. */
static int flow_read(const struct http_server *server,
    struct mg_connection *conn, struct flow *flow, char out[PIECE_MAX],
    size_t max)
{
	int64_t start_ms = os_monotonic_ms();
	size_t want = piece_len(server, flow);
	int got;

	if (want > max)
		want = max;
	got = mg_read(conn, out, want);
	flow->piece =
	    got == (int)want && os_monotonic_ms() - start_ms <= QUICK_MS
		? 2 * want
		: 0;
	return got;
}

/*
 * After a refusal, let the rest of the body in for a moment: closing a
 * socket with unread bytes resets it, and the client might lose the answer.
 */
void http_drain(const struct http_server *server, struct mg_connection *conn)
{
	struct flow flow = {os_monotonic_ms() + DRAIN_TIME_MS, 0};
	char piece[PIECE_MAX];
	size_t done = 0;
	int got;

	/* CivetWeb's chunk parser waits without bound for a chunk's length. */
	if (mg_get_header(conn, "Transfer-Encoding") != NULL)
		return;
	while (done < DRAIN_MAX && os_monotonic_ms() <= flow.deadline_ms) {
		got = flow_read(server, conn, &flow, piece, PIECE_MAX);
		if (got <= 0)
			return;
		done += (size_t)got;
	}
}

int http_body_read(struct buf *body, struct mg_connection *conn,
    struct http_server *server, size_t len, struct err *err)
{
	struct flow flow = {os_monotonic_ms() + server->body_time_ms, 0};
	char piece[PIECE_MAX];
	int got;

	while (body->len < len) {
		if (atomic_load(&server->stopping))
			return http_is_stopping(err);
		if (os_monotonic_ms() >= flow.deadline_ms)
			return err_set(err, E_TIMEOUT,
			    L("envoi trop lent : réessayez par petits envois, "
			      "ou avec un meilleur réseau",
				"body too slow: try again in smaller parts, "
				"or on a better network"));
		if ((got = flow_read(
			 server, conn, &flow, piece, len - body->len)) < 0)
			return err_set(err, E_OFFLINE,
			    L("le client est parti", "the client has left"));
		buf_add(body, piece, (size_t)got);
		if (buf_check(body, err) < 0)
			return E_NOMEM;
	}
	return 0;
}
