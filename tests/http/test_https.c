/* The laptop's HTTPS client, against the server's own HTTPS. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "agent/https.h"
#include "shared/http/http.h"
#include "server/tls.h"
#include "shared/lang.h"

#define TRIES 20

static char folder[] = "/tmp/pointeau-https-XXXXXX";
static char certificate[64];
static char url[64];
static uint8_t pin[TLS_PIN_LEN];
static struct http_server *server;
static atomic_int served;

static void add_large(struct buf *out, size_t len)
{
	static const char block[4096];

	for (size_t i = 0; i < len; i += sizeof(block))
		buf_add(out, block, sizeof(block));
}

/*
 *	/body   the body, as it came
 *	/busy   503 with Retry-After: 7
 *	/moved  302 with a body
 *	/limit  exactly as many bytes as the client takes
 *	/large  4096 more
 *	other   method, path, query, bearer, type, length
 */
static void answer(
    void *context, const struct request *request, struct reply *reply)
{
	(void)context;
	served++;
	reply->status = 200;
	reply->content_type = HTTP_TEXT_TYPE;
	if (strcmp(request->path, "/body") == 0) {
		buf_add(&reply->body, request->body.data, request->body.len);
	} else if (strcmp(request->path, "/busy") == 0) {
		reply->status = 503;
		reply->retry_after_seconds = 7;
	} else if (strcmp(request->path, "/moved") == 0) {
		reply->status = 302;
		buf_add_text(&reply->body, "ailleurs");
	} else if (strcmp(request->path, "/limit") == 0) {
		add_large(&reply->body, HTTPS_REPLY_MAX);
	} else if (strcmp(request->path, "/large") == 0) {
		add_large(&reply->body, HTTPS_REPLY_MAX + 4096);
	} else {
		buf_printf(&reply->body, "%s|%s|%s|%s|%s|%zu", request->method,
		    request->path, request->query, request->bearer,
		    request->content_type, request->body.len);
		if (lang_current == LANG_EN)
			buf_add_text(&reply->body, "|en");
	}
}

/* A port nobody has at this moment; another may take it before us. */
static int free_port(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	socklen_t len = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	int port = -1;

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd >= 0 && bind(fd, (struct sockaddr *)&address, len) == 0 &&
	    getsockname(fd, (struct sockaddr *)&address, &len) == 0)
		port = ntohs(address.sin_port);
	if (fd >= 0)
		(void)close(fd);
	return port;
}

static int serve(void **state)
{
	char listen[32];
	const char *const hosts[] = {listen, NULL};
	const struct http_config config = {.listen = listen,
	    .certificate = certificate,
	    .hosts = hosts,
	    .handler = answer,
	    .watch = tls_watch};
	struct err err = ERR_INIT;
	int rc = E_IO;

	(void)state;
	(void)setenv("no_proxy", "*", 1);
	if (mkdtemp(folder) == NULL)
		return -1;
	(void)snprintf(
	    certificate, sizeof(certificate), "%s/server.pem", folder);
	/* A name and dates that suit nobody: the pin is all that counts. */
	if (tls_certificate_make(certificate, "elsewhere.example",
		time(NULL) - 40L * 365 * 86400, &err) < 0 ||
	    tls_certificate_pin(certificate, pin, &err) < 0)
		return -1;
	for (int i = 0; i < TRIES && rc == E_IO; i++) {
		(void)snprintf(
		    listen, sizeof(listen), "127.0.0.1:%d", free_port());
		rc = http_start(&server, &config, &err);
	}
	(void)snprintf(url, sizeof(url), "https://%s", listen);
	return rc;
}

static int stop(void **state)
{
	(void)state;
	http_stop(server);
	(void)unlink(certificate);
	return rmdir(folder);
}

static struct https *open_pinned(const char *address)
{
	struct https *https = NULL;
	struct err err = ERR_INIT;

	if (https_open(&https, address, pin, &err) < 0)
		fail_msg("%s", err.text);
	return https;
}

static int get(struct https *https, const char *path,
    struct exchange_reply *reply, struct err *err)
{
	const struct exchange request = {"GET", path, "", "", {"", 0}};

	return https_exchange(https, &request, reply, err);
}

static void a_request_arrives_whole(void **state)
{
	static const char body[] = "{\"a\":1}";
	const struct exchange post = {"POST", "/v1/x?y=%20z", "b3arer",
	    "application/json", {body, sizeof(body) - 1}};
	struct https *https = open_pinned(url);
	struct exchange_reply reply = {0};
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(https_exchange(https, &post, &reply, &err), 0);
	assert_int_equal(reply.status, 200);
	assert_string_equal(buf_text(&reply.body),
	    "POST|/v1/x|y=%20z|b3arer|application/json|7");
	/* The next one brings nothing of it. */
	assert_int_equal(get(https, "/v1/heads", &reply, &err), 0);
	assert_string_equal(buf_text(&reply.body), "GET|/v1/heads||||0");
	lang_current = LANG_EN;
	assert_int_equal(get(https, "/", &reply, &err), 0);
	lang_current = LANG_FR;
	assert_string_equal(buf_text(&reply.body), "GET|/||||0|en");
	exchange_reply_clear(&reply);
	https_close(https);
}

static void a_large_body_comes_back_as_it_went(void **state)
{
	size_t len = HTTP_BODY_MAX;
	char *body = malloc(len);
	const struct exchange post = {
	    "POST", "/body", "", "application/octet-stream", {body, len}};
	struct https *https = open_pinned(url);
	struct exchange_reply reply = {0};
	struct err err = ERR_INIT;

	(void)state;
	for (size_t i = 0; i < len; i++)
		body[i] = (char)(i * 7 + i / 256);
	assert_int_equal(https_exchange(https, &post, &reply, &err), 0);
	assert_int_equal(reply.body.len, len);
	assert_memory_equal(reply.body.data, body, len);
	exchange_reply_clear(&reply);
	https_close(https);
	free(body);
}

static void an_empty_post_is_a_post(void **state)
{
	const struct exchange post = {"POST", "/e", "", "", {"", 0}};
	struct https *https = open_pinned(url);
	struct exchange_reply reply = {0};

	(void)state;
	assert_int_equal(https_exchange(https, &post, &reply, NULL), 0);
	assert_int_equal(strncmp(buf_text(&reply.body), "POST|/e||", 9), 0);
	exchange_reply_clear(&reply);
	https_close(https);
}

static void a_final_slash_of_the_address_is_no_matter(void **state)
{
	struct exchange_reply reply = {0};
	struct https *https;
	char address[80];

	(void)state;
	(void)snprintf(address, sizeof(address), "%s//", url);
	https = open_pinned(address);
	assert_int_equal(get(https, "/a", &reply, NULL), 0);
	assert_string_equal(buf_text(&reply.body), "GET|/a||||0");
	exchange_reply_clear(&reply);
	https_close(https);
}

static void the_path_of_the_address_comes_first(void **state)
{
	struct exchange_reply reply = {0};
	struct https *https;
	char address[80];

	(void)state;
	(void)snprintf(address, sizeof(address), "%s/under/here/", url);
	https = open_pinned(address);
	assert_int_equal(get(https, "/a?b=c", &reply, NULL), 0);
	assert_string_equal(buf_text(&reply.body), "GET|/under/here/a|b=c|||0");
	exchange_reply_clear(&reply);
	https_close(https);
}

static void any_status_is_an_answer(void **state)
{
	struct https *https = open_pinned(url);
	struct exchange_reply reply = {0};

	(void)state;
	assert_int_equal(get(https, "/busy", &reply, NULL), 0);
	assert_int_equal(reply.status, 503);
	assert_int_equal(reply.retry_after_seconds, 7);
	assert_int_equal(get(https, "/moved", &reply, NULL), 0);
	assert_int_equal(reply.status, 302);
	assert_int_equal(reply.retry_after_seconds, 0);
	assert_string_equal(buf_text(&reply.body), "ailleurs");
	exchange_reply_clear(&reply);
	https_close(https);
}

static void an_answer_too_large_is_refused(void **state)
{
	struct https *https = open_pinned(url);
	struct exchange_reply reply = {0};
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(get(https, "/limit", &reply, &err), 0);
	assert_int_equal(reply.body.len, HTTPS_REPLY_MAX);
	assert_int_equal(get(https, "/large", &reply, &err), E_LIMIT);
	assert_int_equal(get(https, "/after", &reply, &err), 0);
	exchange_reply_clear(&reply);
	https_close(https);
}

static void expect_not_ours(struct https *https)
{
	struct exchange_reply reply = {0};
	struct err err = ERR_INIT;
	int before = served;

	assert_int_equal(get(https, "/secret", &reply, &err), E_AUTH);
	assert_non_null(strstr(err.text, "n'est pas celui"));
	assert_int_equal(err_exit_status(E_AUTH), 4);
	assert_int_equal(served, before);
	exchange_reply_clear(&reply);
	https_close(https);
}

static void another_pin_is_another_server(void **state)
{
	struct https *https = NULL;
	uint8_t other[TLS_PIN_LEN];

	(void)state;
	memcpy(other, pin, sizeof(other));
	other[31] ^= 1;
	assert_int_equal(https_open(&https, url, other, NULL), 0);
	expect_not_ours(https);
}

static void without_a_pin_the_authorities_decide(void **state)
{
	struct https *https = NULL;

	(void)state;
	assert_int_equal(https_open(&https, url, NULL, NULL), 0);
	expect_not_ours(https);
}

static void nobody_there_is_being_offline(void **state)
{
	struct exchange_reply reply = {0};
	struct err err = ERR_INIT;
	struct https *https;
	char address[64];

	(void)state;
	(void)snprintf(
	    address, sizeof(address), "https://127.0.0.1:%d", free_port());
	https = open_pinned(address);
	assert_int_equal(get(https, "/", &reply, &err), E_OFFLINE);
	assert_non_null(strstr(err.text, "hors connexion"));
	assert_non_null(strstr(err.text, "rien n'est perdu"));
	assert_int_equal(err_exit_status(E_OFFLINE), 20);
	exchange_reply_clear(&reply);
	https_close(https);
}

static void only_https_is_spoken(void **state)
{
	static const char *const bad[] = {"http://127.0.0.1:1",
	    "file:///etc/passwd", "ftp://127.0.0.1", "https://", ""};
	struct exchange_reply reply = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct https *https = open_pinned(bad[i]);
		struct err err = ERR_INIT;

		assert_int_equal(get(https, "/", &reply, &err), E_INVALID);
		https_close(https);
	}
	exchange_reply_clear(&reply);
	https_close(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_request_arrives_whole),
	    cmocka_unit_test(a_large_body_comes_back_as_it_went),
	    cmocka_unit_test(an_empty_post_is_a_post),
	    cmocka_unit_test(a_final_slash_of_the_address_is_no_matter),
	    cmocka_unit_test(the_path_of_the_address_comes_first),
	    cmocka_unit_test(any_status_is_an_answer),
	    cmocka_unit_test(an_answer_too_large_is_refused),
	    cmocka_unit_test(another_pin_is_another_server),
	    cmocka_unit_test(without_a_pin_the_authorities_decide),
	    cmocka_unit_test(nobody_there_is_being_offline),
	    cmocka_unit_test(only_https_is_spoken),
	};

	return cmocka_run_group_tests(tests, serve, stop);
}
