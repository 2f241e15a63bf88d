/* What goes out: an answer, or why there is none. */
#include <assert.h>
#include <string.h>

#include <civetweb.h>

#include "shared/http/http_parts.h"
#include "shared/log.h"

#define COMMON_HEADERS                                                         \
	"Cross-Origin-Opener-Policy: same-origin\r\n"                          \
	"Cross-Origin-Resource-Policy: same-origin\r\n"                        \
	"Referrer-Policy: no-referrer\r\n"                                     \
	"X-Content-Type-Options: nosniff\r\n"
#define TLS_HEADERS "Strict-Transport-Security: max-age=31536000\r\n"

int http_retry_after(const struct os *os, int base_s)
{
	uint32_t random;

	assert(base_s > 0);
	os_random(os, &random, sizeof(random));
	return base_s + (int)(random % (uint32_t)(base_s + 1));
}

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

/* Who shows a bearer is no browser, and nobody on the way may keep what it is
 * answered (RFC 9111, 3.5): how long the body is says all. On a poor network
 * each byte counts. */
static void head_build_lean(struct buf *head, const struct answer *answer)
{
	buf_printf(head, "HTTP/1.1 %d OK\r\nContent-Length: %zu\r\n%s\r\n",
	    answer->status, answer->body.len,
	    answer->keep_alive ? "" : "Connection: close\r\n");
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

void http_answer_send(struct mg_connection *conn, const struct answer *answer)
{
	struct buf head = BUF_INIT;
	bool sent = false;

	http_current.status = answer->status;
	http_current.out = answer->bodyless ? 0 : answer->body.len;
	if (answer->lean)
		head_build_lean(&head, answer);
	else
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

void http_refuse(struct mg_connection *conn, int status, const struct err *err)
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
	http_answer_send(conn, &answer);
	mg_disable_connection_keep_alive(conn);
	buf_free(&body);
}
