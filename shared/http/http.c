#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <civetweb.h>

#include "shared/http/crowd.h"
#include "shared/http/http.h"
#include "shared/http/http_gate.h"
#include "shared/lang.h"
#include "shared/log.h"
#include "shared/notice.h"
#include "shared/os.h"
#include "shared/text.h"

#define PIECE_MAX       512
#define QUICK_MS        20 /* bytes that came so soon were there already */
#define LISTEN_MAX      32 /* "255.255.255.255:65535s" and NUL */
#define DRAIN_MAX       HTTP_BODY_MAX /* thrown away after a refusal */
#define DRAIN_TIME_MS   2000
#define NO_SOCKET       (-1)   /* plain: never shut to make room */
#define CALL_TIME_S     2      /* CivetWeb looks by itself as soon */
#define STATUS_GONE     499    /* never sent: the client has left */
#define CIVET_MASTER    0      /* the type of its thread that accepts */
#define CACHE_TIME      "3600" /* seconds a TLS session may be resumed */
#define TLS_12_OR_NEWER "4"    /* CivetWeb's number for it */
#define CIPHERS         "ECDHE+AESGCM:ECDHE+CHACHA20"

#define COMMON_HEADERS                                                         \
	"Cross-Origin-Opener-Policy: same-origin\r\n"                          \
	"Cross-Origin-Resource-Policy: same-origin\r\n"                        \
	"Referrer-Policy: no-referrer\r\n"                                     \
	"X-Content-Type-Options: nosniff\r\n"
#define TLS_HEADERS "Strict-Transport-Security: max-age=31536000\r\n"

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
	atomic_int listening; /* the socket; NO_SOCKET until one came */
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
	char fault[ERR_TEXT_MAX /
		   4]; /* why the start failed, as CivetWeb says */
};

/* The request that the thread has: what is told when it is over. */
static _Thread_local struct {
	int64_t start_ms;
	int status;
	size_t in, out;
	const char *route;
	char device[HTTP_DEVICE_MAX];
	char remote[FORWARDED_TEXT];
	bool forwarded_ignored;
} current;

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
	struct bytes body;
};

/* ---- what is told of each request -------------------------------------- */

static void done_begin(void)
{
	memset(&current, 0, sizeof(current));
	current.start_ms = os_monotonic_ms();
	log_request_begin();
}

/* Methods are the client's words, which nobody need read again. */
static const char *known_method(const char *method)
{
	static const char *const known[] = {"GET", "POST"};

	for (size_t i = 0; method != NULL && i < 2; i++) {
		if (strcmp(known[i], method) == 0)
			return known[i];
	}
	return "-";
}

static void done_tell(struct http_server *server, struct mg_connection *conn)
{
	const struct mg_request_info *info = mg_get_request_info(conn);
	struct http_done done = {
	    .method = known_method(info != NULL ? info->request_method : NULL),
	    .route = current.route != NULL ? current.route : "-",
	    .device = current.device,
	    .remote = current.remote,
	    .status = current.status,
	    .ms = os_monotonic_ms() - current.start_ms,
	    .in = current.in,
	    .out = current.out,
	};

	if (server != NULL && server->done != NULL)
		server->done(server->context, &done);
	log_request_end();
}

/* ---- the crowd: a connection is known by the thread that serves it ----- */

static uintptr_t own_key(void)
{
	return (uintptr_t)pthread_self();
}

static void on_begin(void *context, int fd)
{
	struct http_server *server = context;

	crowd_enter(&server->crowd, own_key(), fd, os_monotonic_ms());
}

static void on_end(void *context)
{
	struct http_server *server = context;

	crowd_leave(&server->crowd, own_key());
}

static void move(struct http_server *server, enum crowd_phase phase)
{
	crowd_move(&server->crowd, own_key(), phase, os_monotonic_ms());
}

/* CivetWeb's thread that accepts: whose it is. accept(2) has no context. */
static _Thread_local struct http_server *accepting;

static void *on_thread(const struct mg_context *civet, int type)
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

/* May something of ${len} bytes be held in memory? */
static int claim(struct http_server *server, size_t len, struct err *err)
{
	if (len <= CROWD_SMALL ||
	    crowd_claim(&server->crowd, own_key(), os_monotonic_ms()))
		return 0;
	return err_set(err, E_BUSY,
	    L("trop de gros envois à la fois : réessayez plus tard",
		"too many large transfers at once: try again later"));
}

int http_retry_after(const struct os *os, int base_s)
{
	uint32_t random;

	assert(base_s > 0);
	os_random(os, &random, sizeof(random));
	return base_s + (int)(random % (uint32_t)(base_s + 1));
}

/* ---- sending ---------------------------------------------------------- */

static bool send_all(struct mg_connection *conn, struct bytes bytes)
{
	int sent;

	if (bytes.len == 0)
		return true;
	if (bytes.len > INT32_MAX)
		return false;
	sent = mg_write(conn, bytes.data, bytes.len);
	return sent >= 0 && (size_t)sent == bytes.len;
}

static void head_build(
    struct buf *head, struct mg_connection *conn, const struct answer *answer)
{
	const struct mg_request_info *info = mg_get_request_info(conn);
	const struct http_server *server = info->user_data;

	buf_printf(head, "HTTP/1.1 %d %s\r\n", answer->status,
	    mg_get_response_code_text(conn, answer->status));
	buf_add_text(head, COMMON_HEADERS);
	if (info->is_ssl || (server != NULL && server->behind_tls))
		buf_add_text(head, TLS_HEADERS);
	if (log_request()[0] != '\0')
		buf_printf(head, "X-Request-Id: %s\r\n", log_request());
	buf_printf(head, "Content-Security-Policy: %s\r\n",
	    answer->policy != NULL ? answer->policy : "default-src 'none'");
	if (answer->etag != NULL)
		buf_printf(head, "Cache-Control: no-cache\r\nETag: %s\r\n",
		    answer->etag);
	else
		buf_add_text(head, "Cache-Control: no-store\r\n");
	if (answer->encoding != NULL)
		buf_printf(head, "Content-Encoding: %s\r\n", answer->encoding);
	if (answer->set_cookie != NULL && answer->set_cookie[0] != '\0')
		buf_printf(head, "Set-Cookie: %s\r\n", answer->set_cookie);
	if (answer->file != NULL && answer->file[0] != '\0')
		buf_printf(head,
		    "Content-Disposition: attachment; filename=\"%s\"\r\n",
		    answer->file);
	if (answer->status == 405)
		buf_add_text(head, "Allow: GET, POST\r\n");
	if (answer->retry_after_seconds > 0)
		buf_printf(
		    head, "Retry-After: %d\r\n", answer->retry_after_seconds);
	if (answer->status != 204 && answer->status != 304) {
		if (answer->content_type != NULL)
			buf_printf(
			    head, "Content-Type: %s\r\n", answer->content_type);
		buf_printf(head, "Content-Length: %zu\r\n", answer->body.len);
	}
	buf_printf(head, "Connection: %s\r\n\r\n",
	    answer->keep_alive ? "keep-alive" : "close");
}

static void answer_send(struct mg_connection *conn, const struct answer *answer)
{
	struct buf head = BUF_INIT;
	bool sent = false;

	current.status = answer->status;
	current.out = answer->bodyless ? 0 : answer->body.len;
	head_build(&head, conn, answer);
	if (buf_check(&head, NULL) == 0)
		sent = send_all(conn, buf_bytes(&head));
	if (sent && !answer->bodyless && answer->status != 204 &&
	    answer->status != 304)
		sent = send_all(conn, answer->body);
	if (!sent || !answer->keep_alive)
		mg_disable_connection_keep_alive(conn);
	buf_free(&head);
}

static void json_text(struct buf *out, const char *text)
{
	buf_add_char(out, '"');
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			buf_add_char(out, '\\');
		if (*text >= '\0' && *text < ' ')
			buf_printf(out, "\\u%04x", (unsigned)*text);
		else
			buf_add_char(out, *text);
	}
	buf_add_char(out, '"');
}

/* Say why and end the connection: what follows on it cannot be trusted. */
static void refuse(
    struct mg_connection *conn, int status, const struct err *err)
{
	const struct mg_request_info *info = mg_get_request_info(conn);
	struct buf body = BUF_INIT;
	struct answer answer = {
	    .status = status,
	    .content_type = HTTP_JSON_TYPE,
	    .bodyless = info != NULL && info->request_method != NULL &&
	                strcmp(info->request_method, "HEAD") == 0,
	};

	if (status == 503)
		answer.retry_after_seconds =
		    http_retry_after(&os_system, HTTP_RETRY_S);
	buf_add_text(&body, "{\"error\":");
	json_text(&body, err_slug(err->code));
	buf_add_text(&body, ",\"message\":");
	json_text(&body, err->text);
	if (log_request()[0] != '\0')
		buf_printf(&body, ",\"id\":\"%s\"", log_request());
	buf_add_text(&body, "}");
	if (buf_check(&body, NULL) == 0)
		answer.body = buf_bytes(&body);
	answer_send(conn, &answer);
	mg_disable_connection_keep_alive(conn);
	buf_free(&body);
}

/* ---- receiving -------------------------------------------------------- */

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
static void drain(const struct http_server *server, struct mg_connection *conn)
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

static int is_stopping(struct err *err)
{
	return err_set(err, E_INTERRUPTED,
	    L("le serveur s'arrête : réessayez plus tard",
		"the server is stopping: try again later"));
}

/* E_OFFLINE: the client has left, there is nobody to tell. */
static int body_read(struct buf *body, struct mg_connection *conn,
    struct http_server *server, size_t len, struct err *err)
{
	struct flow flow = {os_monotonic_ms() + server->body_time_ms, 0};
	char piece[PIECE_MAX];
	int got;

	while (body->len < len) {
		if (atomic_load(&server->stopping))
			return is_stopping(err);
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

/* ---- one request ------------------------------------------------------ */

static bool server_enter(struct http_server *server)
{
	bool open;

	(void)pthread_mutex_lock(&server->lock);
	open = !atomic_load(&server->stopping);
	if (open)
		server->active_count++;
	(void)pthread_mutex_unlock(&server->lock);
	return open;
}

static void server_leave(struct http_server *server)
{
	(void)pthread_mutex_lock(&server->lock);
	assert(server->active_count > 0);
	if (--server->active_count == 0)
		(void)pthread_cond_broadcast(&server->idle);
	(void)pthread_mutex_unlock(&server->lock);
}

static int request_handle(struct http_server *server,
    struct mg_connection *conn, const struct request *request, bool keep_alive,
    struct err *err)
{
	struct reply reply = {.body = BUF_INIT};
	struct answer answer;
	int rc;

	move(server, CROWD_ANSWERING);
	server->handler(server->context, request, &reply);
	assert(reply.status >= 200 && reply.status <= 599);
	current.route = reply.route;
	text_copy(current.device, sizeof(current.device), reply.device);
	move(server, CROWD_WAITING);
	if ((rc = buf_check(&reply.body, err)) < 0 ||
	    (rc = claim(server, reply.body.len, err)) < 0) {
		reply.status = err_http_status(rc);
		refuse(conn, reply.status, err);
	} else {
		answer = (struct answer){
		    .status = reply.status,
		    .content_type = reply.content_type,
		    .encoding = reply.encoding,
		    .policy = reply.policy,
		    .etag = reply.etag,
		    .retry_after_seconds = reply.retry_after_seconds,
		    .set_cookie = reply.set_cookie,
		    .file = reply.file,
		    .keep_alive = keep_alive,
		    .body = buf_bytes(&reply.body),
		};
		answer_send(conn, &answer);
	}
	buf_free(&reply.body);
	return reply.status;
}

/* Read the body, have the handler answer; return the HTTP status. */
static int request_receive(struct http_server *server,
    struct mg_connection *conn, const struct http_head *head,
    const struct http_gate *gate, struct err *err)
{
	struct buf body = BUF_INIT;
	struct request request = {
	    .method = head->method,
	    .path = head->target,
	    .query = head->query != NULL ? head->query : "",
	    .bearer = gate->bearer,
	    .content_type = gate->content_type,
	    .origin = mg_get_header(conn, "Origin"),
	    .fetch_site = mg_get_header(conn, "Sec-Fetch-Site"),
	    .if_none_match = mg_get_header(conn, "If-None-Match"),
	    .accept_encoding = mg_get_header(conn, "Accept-Encoding"),
	    .cookie = gate->cookie,
	    .remote = current.remote,
	    .forwarded_ignored = current.forwarded_ignored,
	    .remote_port = mg_get_request_info(conn)->remote_port,
	};
	int rc, status;

	move(server, CROWD_WAITING);
	if ((rc = claim(server, gate->body_len, err)) == 0)
		rc = body_read(&body, conn, server, gate->body_len, err);
	if (rc == E_OFFLINE) {
		mg_disable_connection_keep_alive(conn);
		status = current.status = STATUS_GONE;
	} else if (rc < 0) {
		status = err_http_status(rc);
		refuse(conn, status, err);
		if (rc == E_BUSY)
			drain(server, conn);
	} else {
		request.body = buf_bytes(&body);
		current.in = body.len;
		status = request_handle(
		    server, conn, &request, gate->keep_alive, err);
	}
	buf_free(&body);
	crowd_release(&server->crowd, own_key());
	move(server, CROWD_WAITING);
	return status;
}

/*
 * CivetWeb ends a name at the first of the spaces before its colon, and drops
 * them without a word. In its buffer each becomes a NUL, like the colon: two
 * in a row before the value tell that there was one.
 */
static bool is_spaced(const struct mg_header *field)
{
	const char *end = field->name + strlen(field->name);

	return field->value > end + 1 && end[1] == '\0';
}

static void head_from(struct http_head *head,
    struct http_field fields[MG_MAX_HEADERS],
    const struct mg_request_info *info)
{
	/*
	 * request_uri, not local_uri_raw: they are the same bytes, except for
	 * an absolute URI, which must be seen as such to be refused.
	 */
	head->method = info->request_method;
	head->target = info->request_uri;
	head->query = info->query_string;
	head->version = info->http_version;
	head->fields = fields;
	head->field_count = (size_t)info->num_headers;
	head->spaced = false;
	for (size_t i = 0; i < head->field_count; i++) {
		fields[i].name = info->http_headers[i].name;
		fields[i].value = info->http_headers[i].value;
		head->spaced |= is_spaced(&info->http_headers[i]);
	}
}

static int request_admit(struct http_server *server, struct mg_connection *conn,
    const struct mg_request_info *info, struct err *err)
{
	struct http_field fields[MG_MAX_HEADERS];
	struct http_head head;
	struct http_gate gate;

	head_from(&head, fields, info);
	if (http_gate_check(
		&gate, &head, (const char *const *)server->hosts, err) < 0) {
		refuse(conn, gate.status, err);
		drain(server, conn);
		return gate.status;
	}
	return request_receive(server, conn, &head, &gate, err);
}

/* Whose request it is, by what the proxies say. */
static void find_client(
    const struct http_server *server, const struct mg_request_info *info)
{
	const char *fields[MG_MAX_HEADERS];
	size_t count = 0;

	for (int i = 0; i < info->num_headers; i++) {
		if (strcasecmp(info->http_headers[i].name, "X-Forwarded-For") ==
		    0)
			fields[count++] = info->http_headers[i].value;
	}
	forwarded_client(
	    current.remote, server->proxies, info->remote_addr, fields, count);
	current.forwarded_ignored =
	    count > 0 &&
	    !forwarded_believes(server->proxies, info->remote_addr);
}

/*
 * CivetWeb's first call for a request whose head it could split. A positive
 * answer tells it that all is done.
 */
static int on_request(struct mg_connection *conn)
{
	const struct mg_request_info *info = mg_get_request_info(conn);
	struct http_server *server = info->user_data;
	struct err err = ERR_INIT;
	int status;

	lang_set(mg_get_header(conn, "Accept-Language"));
	done_begin();
	find_client(server, info);
	if (!server_enter(server)) {
		(void)is_stopping(&err);
		status = err_http_status(E_INTERRUPTED);
		refuse(conn, status, &err);
		done_tell(server, conn);
		return status;
	}
	/* With TLS the watcher has told of it. */
	if (server->certificate == NULL)
		crowd_enter(
		    &server->crowd, own_key(), NO_SOCKET, os_monotonic_ms());
	status = request_admit(server, conn, info, &err);
	if (server->certificate == NULL)
		crowd_leave(&server->crowd, own_key());
	done_tell(server, conn);
	server_leave(server);
	return status;
}

/* Before the first connection. 0: CivetWeb sets up the rest. */
static int on_tls(void *ssl_ctx, void *user_data)
{
	struct http_server *server = user_data;
	struct err err = ERR_INIT;

	return server->watch(ssl_ctx, &server->watcher, &err) < 0 ? -1 : 0;
}

/* CivetWeb could not split the head, so on_request is not called. */
static int on_library_error(
    struct mg_connection *conn, int status, const char *message)
{
	struct err err = ERR_INIT;

	(void)message;
	lang_set(NULL);
	if (status == 411) /* a Content-Length that is no number */
		status = 400;
	(void)err_set(&err, status >= 500 && status != 505 ? E_IO : E_INVALID,
	    L("requête refusée : en-têtes illisibles, trop longs ou trop lents",
		"request refused: headers malformed, too long or too slow"));
	done_begin();
	refuse(conn, status, &err);
	done_tell(mg_get_user_data(mg_get_context(conn)), conn);
	return 0;
}

/*
 * What the starting thread hears is the reason why it fails. Later, a failed
 * handshake is a client's affair; the rest is the operator's.
 */
static int on_log(const struct mg_connection *conn, const char *message)
{
	struct http_server *server = mg_get_user_data(mg_get_context(conn));

	if (server != NULL && pthread_equal(pthread_self(), server->starter)) {
		if (server->fault[0] == '\0')
			(void)snprintf(server->fault, sizeof(server->fault),
			    "%s", message);
	} else if (strncmp(message, "sslize error", 12) != 0 &&
		   strncmp(message, "SSL syscall error", 17) != 0) {
		log_event(LOG_WARN, "http", "text", message);
	}
	return 1;
}

/* ---- starting and stopping -------------------------------------------- */

static bool port_is_valid(const char *text)
{
	size_t len = strspn(text, "0123456789");

	return len > 0 && len <= 5 && text[len] == '\0' && text[0] != '0' &&
	       atoi(text) <= UINT16_MAX;
}

/* Strict, because CivetWeb would read a list, or plain HTTP, out of it. */
int http_check_listen(const char *listen, struct err *err)
{
	const char *colon = strrchr(listen, ':');
	char address[INET_ADDRSTRLEN] = "0.0.0.0";
	struct in_addr parsed;
	size_t len;

	if (colon != NULL) {
		len = (size_t)(colon - listen);
		if (len >= sizeof(address))
			goto bad;
		memcpy(address, listen, len);
		address[len] = '\0';
	}
	if (inet_pton(AF_INET, address, &parsed) == 1 &&
	    port_is_valid(colon != NULL ? colon + 1 : listen))
		return 0;
bad:
	return err_set(err, E_INVALID,
	    L("adresse d'écoute « %.60s » refusée : donnez une adresse IPv4 et "
	      "un "
	      "port (127.0.0.1:8443) ou un port seul (8443) ; IPv6 n'est pas "
	      "géré, mettez un relais devant",
		"listening address '%.60s' refused: give an IPv4 address and a "
		"port (127.0.0.1:8443) or a port alone (8443); IPv6 is not "
		"supported, put a proxy in front"),
	    listen);
}

static int hosts_copy(char ***out, const char *const *hosts, struct err *err)
{
	size_t count = 0;

	while (hosts[count] != NULL)
		count++;
	if ((*out = calloc(count + 1, sizeof(**out))) == NULL)
		return err_nomem(err);
	for (size_t i = 0; i < count; i++) {
		if (((*out)[i] = strdup(hosts[i])) == NULL)
			return err_nomem(err);
	}
	return 0;
}

static void server_free(struct http_server *server)
{
	if (server == NULL)
		return;
	for (char **host = server->hosts; host != NULL && *host != NULL; host++)
		free(*host);
	free(server->hosts);
	free(server->listen);
	free(server->certificate);
	crowd_clear(&server->crowd);
	(void)pthread_cond_destroy(&server->idle);
	(void)pthread_mutex_destroy(&server->lock);
	free(server);
}

static int server_new(
    struct http_server **out, const struct http_config *config, struct err *err)
{
	struct http_server *server = calloc(1, sizeof(*server));
	pthread_condattr_t monotonic;
	int rc;

	if (server == NULL || crowd_init(&server->crowd) < 0) {
		free(server);
		return err_nomem(err);
	}
	server->watcher = (struct http_watcher){on_begin, on_end, server};
	(void)pthread_mutex_init(&server->lock, NULL);
	(void)pthread_condattr_init(&monotonic);
	(void)pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&server->idle, &monotonic);
	(void)pthread_condattr_destroy(&monotonic);
	atomic_init(&server->stopping, false);
	atomic_init(&server->listening, NO_SOCKET);
	server->starter = pthread_self();
	server->handler = config->handler;
	server->context = config->context;
	server->watch = config->watch;
	server->threads = config->threads != 0 ? config->threads : HTTP_THREADS;
	server->body_time_ms = config->body_time_ms != 0 ? config->body_time_ms
	                                                 : HTTP_BODY_TIME_MS;
	server->stop_time_s =
	    config->stop_time_s != 0 ? config->stop_time_s : HTTP_STOP_TIME_S;
	server->behind_tls = config->behind_tls;
	server->proxies = config->proxies;
	server->done = config->done;
	server->idle_time_ms = server->body_time_ms < HTTP_IDLE_TIME_MS
	                           ? server->body_time_ms
	                           : HTTP_IDLE_TIME_MS;
	server->listen = strdup(config->listen);
	if (config->certificate != NULL)
		server->certificate = strdup(config->certificate);
	rc = server->listen == NULL || (config->certificate != NULL &&
					   server->certificate == NULL)
	         ? err_nomem(err)
	         : hosts_copy(&server->hosts, config->hosts, err);
	if (rc < 0) {
		server_free(server);
		return rc;
	}
	*out = server;
	return 0;
}

/* The library says "cannot bind to 127.0.0.1:8443s: 98 (…)", 's' its own sign
 * of TLS and the number errno's. */
static int not_listening(
    const struct http_server *server, const char *fault, struct err *err)
{
	const char *number = strrchr(fault, ':');
	const char *port = strrchr(server->listen, ':');
	long code = number != NULL ? strtol(number + 1, NULL, 10) : 0;

	port = port != NULL ? port + 1 : server->listen;
	if (code == EADDRINUSE)
		return err_set(err, E_IO,
		    L("impossible d'écouter sur %s : un autre programme y "
		      "écoute déjà ; « sudo ss -ltnp 'sport = :%s' » dit "
		      "lequel : arrêtez-le, ou choisissez un autre port",
			"cannot listen on %s: another program listens there "
			"already; \"sudo ss -ltnp 'sport = :%s'\" says which: "
			"stop it, or choose another port"),
		    server->listen, port);
	if (code == EADDRNOTAVAIL)
		return err_set(err, E_IO,
		    L("impossible d'écouter sur %s : cette adresse n'est pas à "
		      "cette machine ; donnez l'une des siennes (« ip address "
		      "»), ou le port seul",
			"cannot listen on %s: this address is not this "
			"machine's; give one of its own (\"ip address\"), or "
			"the port alone"),
		    server->listen);
	if (code == EACCES)
		return err_set(err, E_IO,
		    L("impossible d'écouter sur %s : ce compte n'y a pas droit "
		      "(ports sous 1024) ; choisissez un autre port",
			"cannot listen on %s: this account may not (ports "
			"below 1024); choose another port"),
		    server->listen);
	return err_set(err, E_IO,
	    L("impossible d'écouter sur %s : adresse prise ou interdite ; "
	      "arrêtez l'autre programme ou choisissez une autre adresse "
	      "(erreur %ld)",
		"cannot listen on %s: the address is taken or forbidden; stop "
		"the other program or choose another address (error %ld)"),
	    server->listen, code);
}

static int start_failed(
    const struct http_server *server, const char *fault, struct err *err)
{
	if (server->fault[0] != '\0')
		fault = server->fault;
	if (strncmp(fault, "cannot bind", 11) == 0 ||
	    strncmp(fault, "cannot listen", 13) == 0)
		return not_listening(server, fault, err);
	if (server->certificate == NULL)
		return err_set(err, E_IO,
		    L("le serveur HTTP ne démarre pas (%s)",
			"the HTTP server does not start (%s)"),
		    fault);
	return err_set(err, E_IO,
	    L("le serveur HTTPS ne démarre pas avec le certificat %s : "
	      "vérifiez que ce fichier est lisible et contient la clé puis le "
	      "certificat (%s)",
		"the HTTPS server does not start with the certificate %s: "
		"check that the file is readable and holds the key, then the "
		"certificate (%s)"),
	    server->certificate, fault);
}

static int civet_start(struct http_server *server, struct err *err)
{
	char ports[LISTEN_MAX], threads[16], idle[16], queue[16];
	char text[256] = "";
	/* clang-format off */
	const char *options[] = {
	    "listening_ports", ports,
	    "num_threads", threads,
	    "connection_queue", queue,
	    "request_timeout_ms", idle,
	    "keep_alive_timeout_ms", idle,
	    "enable_keep_alive", "yes",
	    "tcp_nodelay", "1",
	    /* Decoding would turn /a%00b into /a before we see it. */
	    "decode_url", "no",
	    /* An absolute URI must reach the gate, to be answered. */
	    "enable_auth_domain_check", "no",
	    "enable_directory_listing", "no",
	    "access_control_allow_origin", "",
	    "access_control_allow_methods", "",
	    /* The end, without TLS. */
	    server->certificate != NULL ? "ssl_certificate" : NULL,
	    server->certificate,
	    "ssl_protocol_version", TLS_12_OR_NEWER,
	    "ssl_cipher_list", CIPHERS,
	    "ssl_cache_timeout", CACHE_TIME,
	    NULL,
	};
	/* clang-format on */
	struct mg_callbacks callbacks = {.begin_request = on_request,
	    .init_ssl = server->certificate != NULL ? on_tls : NULL,
	    .init_thread = on_thread,
	    .http_error = on_library_error,
	    .log_message = on_log};
	struct mg_init_data init = {&callbacks, server, options};
	struct mg_error_data error = {NULL, text, sizeof(text)};

	/* 's': TLS. */
	(void)snprintf(ports, sizeof(ports), "%s%s", server->listen,
	    server->certificate != NULL ? "s" : "");
	(void)snprintf(threads, sizeof(threads), "%d", server->threads);
	(void)snprintf(queue, sizeof(queue), "%d", HTTP_QUEUE);
	(void)snprintf(idle, sizeof(idle), "%d", server->idle_time_ms);
	if ((server->civet = mg_start2(&init, &error)) == NULL)
		return start_failed(server, text, err);
	return 0;
}

int http_start(
    struct http_server **out, const struct http_config *config, struct err *err)
{
	const unsigned features =
	    config->certificate != NULL ? MG_FEATURES_TLS : 0;
	struct http_server *server = NULL;
	int rc;

	assert(config->certificate == NULL || config->watch != NULL);
	assert(config->handler != NULL && config->hosts != NULL);
	assert(config->body_time_ms >= 0);
	if ((rc = http_check_listen(config->listen, err)) < 0)
		return rc;
	if ((rc = server_new(&server, config, err)) < 0)
		return rc;
	if ((mg_init_library(features) & features) != features) {
		rc = err_set(err, E_IO,
		    L("TLS indisponible : ce programme a été mal assemblé "
		      "(server/tls_bridge.c manque)",
			"no TLS: this program was linked wrongly "
			"(server/tls_bridge.c is missing)"));
		goto out;
	}
	if ((rc = civet_start(server, err)) < 0)
		goto out;
	*out = server;
	server = NULL;
out:
	http_stop(server);
	return rc;
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

	if (fd == NO_SOCKET || (ready = eventfd(1, EFD_CLOEXEC)) < 0)
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

size_t http_connections(struct http_server *server)
{
	size_t count;

	(void)pthread_mutex_lock(&server->crowd.lock);
	count = server->crowd.count;
	(void)pthread_mutex_unlock(&server->crowd.lock);
	return count;
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
	server_free(server);
}
