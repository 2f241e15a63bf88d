/* One request: from CivetWeb's call to what is told of it when it is over. */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <strings.h>

#include <civetweb.h>

#include "shared/http/http_gate.h"
#include "shared/http/http_parts.h"
#include "shared/lang.h"
#include "shared/log.h"
#include "shared/os.h"
#include "shared/text.h"

#define STATUS_GONE 499 /* never sent: the client has left */

_Thread_local struct http_current http_current;

/* ---- what is told of each request ---- */

static void done_begin(void)
{
	memset(&http_current, 0, sizeof(http_current));
	http_current.start_ms = os_monotonic_ms();
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
	    .route = http_current.route != NULL ? http_current.route : "-",
	    .device = http_current.device,
	    .remote = http_current.remote,
	    .status = http_current.status,
	    .ms = os_monotonic_ms() - http_current.start_ms,
	    .in = http_current.in,
	    .out = http_current.out,
	};

	if (server != NULL && server->done != NULL)
		server->done(server->context, &done);
	log_request_end();
}

/* ---- the crowd ---- */

static void move(struct http_server *server, enum crowd_phase phase)
{
	crowd_move(&server->crowd, http_own_key(), phase, os_monotonic_ms());
}

/* May something of ${len} bytes be held in memory? */
static int claim(struct http_server *server, size_t len, struct err *err)
{
	if (len <= CROWD_SMALL ||
	    crowd_claim(&server->crowd, http_own_key(), os_monotonic_ms()))
		return 0;
	return err_set(err, E_BUSY,
	    L("trop de gros envois à la fois : réessayez plus tard",
		"too many large transfers at once: try again later"));
}

/* ---- one request ---- */

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

/* A laptop that syncs, and nothing went wrong. */
static bool is_lean(const struct request *request, const struct reply *reply)
{
	return reply->status == 200 && request->bearer[0] != '\0' &&
	       strncmp(request->path, "/v1/", 4) == 0;
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
	http_current.route = reply.route;
	text_copy(
	    http_current.device, sizeof(http_current.device), reply.device);
	move(server, CROWD_WAITING);
	if ((rc = buf_check(&reply.body, err)) < 0 ||
	    (rc = claim(server, reply.body.len, err)) < 0) {
		reply.status = err_http_status(rc);
		http_refuse(conn, reply.status, err);
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
		    .lean = is_lean(request, &reply),
		    .body = buf_bytes(&reply.body),
		};
		http_answer_send(conn, &answer);
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
	    .remote = http_current.remote,
	    .forwarded_ignored = http_current.forwarded_ignored,
	    .remote_port = mg_get_request_info(conn)->remote_port,
	};
	int rc, status;

	move(server, CROWD_WAITING);
	if ((rc = claim(server, gate->body_len, err)) == 0)
		rc = http_body_read(&body, conn, server, gate->body_len, err);
	if (rc == E_OFFLINE) {
		mg_disable_connection_keep_alive(conn);
		status = http_current.status = STATUS_GONE;
	} else if (rc < 0) {
		status = err_http_status(rc);
		http_refuse(conn, status, err);
		if (rc == E_BUSY)
			http_drain(server, conn);
	} else {
		request.body = buf_bytes(&body);
		http_current.in = body.len;
		status = request_handle(
		    server, conn, &request, gate->keep_alive, err);
	}
	buf_free(&body);
	crowd_release(&server->crowd, http_own_key());
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
		http_refuse(conn, gate.status, err);
		http_drain(server, conn);
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
	forwarded_client(http_current.remote, server->proxies,
	    info->remote_addr, fields, count);
	http_current.forwarded_ignored =
	    count > 0 &&
	    !forwarded_believes(server->proxies, info->remote_addr);
}

int http_on_request(struct mg_connection *conn)
{
	const struct mg_request_info *info = mg_get_request_info(conn);
	struct http_server *server = info->user_data;
	struct err err = ERR_INIT;
	int status;

	lang_set(mg_get_header(conn, "Accept-Language"));
	done_begin();
	find_client(server, info);
	if (!server_enter(server)) {
		(void)http_is_stopping(&err);
		status = err_http_status(E_INTERRUPTED);
		http_refuse(conn, status, &err);
		done_tell(server, conn);
		return status;
	}
	/* With TLS the watcher has told of it. */
	if (server->certificate == NULL)
		crowd_enter(&server->crowd, http_own_key(), HTTP_NO_SOCKET,
		    os_monotonic_ms());
	status = request_admit(server, conn, info, &err);
	if (server->certificate == NULL)
		crowd_leave(&server->crowd, http_own_key());
	done_tell(server, conn);
	server_leave(server);
	return status;
}

int http_on_library_error(
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
	http_refuse(conn, status, &err);
	done_tell(mg_get_user_data(mg_get_context(conn)), conn);
	return 0;
}
