/* What http_start refuses, and that it can be started again. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "shared/http/http.h"
#include "server/tls.h"

static char folder[] = "/tmp/pointeau-http-XXXXXX";
static char certificate[64];

static void answer(
    void *context, const struct request *request, struct reply *reply)
{
	(void)context;
	(void)request;
	reply->status = 200;
}

static int start(struct http_server **server, const char *listen,
    const char *pem, struct err *err)
{
	static const char *const hosts[] = {"pointeau.example", NULL};
	const struct http_config config = {.listen = listen,
	    .certificate = pem,
	    .hosts = hosts,
	    .handler = answer,
	    .watch = tls_watch};

	return http_start(server, &config, err);
}

/* Hold a loopback port; its number goes to ${text} as an address. */
static int port_hold(char text[32])
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	socklen_t len = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, len), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &len), 0);
	(void)snprintf(text, 32, "127.0.0.1:%d", ntohs(address.sin_port));
	return fd;
}

static int folder_make(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	if (mkdtemp(folder) == NULL)
		return -1;
	(void)snprintf(
	    certificate, sizeof(certificate), "%s/server.pem", folder);
	return tls_certificate_make(certificate, "localhost", time(NULL), &err);
}

static int folder_remove(void **state)
{
	(void)state;
	(void)unlink(certificate);
	return rmdir(folder);
}

static void a_listening_address_is_ipv4_and_port_or_port(void **state)
{
	static const char *const bad[] = {"", ":", "8443s", "8443,8444",
	    "127.0.0.1", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536",
	    "127.0.0.1:8443s", "127.0.0.1:+1", "127.0.0.1: 1", "127.0.0.01:1",
	    "0", "08443", "-1", "x:1", "localhost:8443", "[::1]:8443", "::1",
	    "127.0.0.1:8443,80", "1.2.3.4.5:80", "65536", "99999999999",
	    "127.0.0.1:8443r", "255.255.255.255.255.255:1"};
	struct http_server *server = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct err err = ERR_INIT;

		assert_int_equal(
		    start(&server, bad[i], certificate, &err), E_INVALID);
		assert_non_null(strstr(err.text, bad[i]));
		assert_null(server);
	}
}

static void a_taken_address_is_an_io_error_that_names_it(void **state)
{
	struct http_server *server = NULL;
	struct err err = ERR_INIT;
	char address[32];
	int fd = port_hold(address);

	(void)state;
	assert_int_equal(listen(fd, 1), 0);
	assert_int_equal(start(&server, address, certificate, &err), E_IO);
	assert_null(server);
	assert_non_null(strstr(err.text, address));
	assert_non_null(strstr(err.text, "écoute déjà"));
	assert_int_equal(close(fd), 0);
}

static void an_unusable_certificate_is_an_io_error_that_names_it(void **state)
{
	static const char *const bad[] = {
	    "/nonexistent/server.pem", "/dev/null", "/etc/passwd", "/"};
	struct http_server *server = NULL;
	char address[32];

	(void)state;
	assert_int_equal(close(port_hold(address)), 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct err err = ERR_INIT;

		assert_int_equal(start(&server, address, bad[i], &err), E_IO);
		assert_non_null(strstr(err.text, bad[i]));
		assert_non_null(strstr(err.text, "certificat"));
		assert_null(server);
	}
}

static void a_stopped_server_frees_its_address(void **state)
{
	struct http_server *server = NULL;
	struct err err = ERR_INIT;
	char address[32];

	(void)state;
	assert_int_equal(close(port_hold(address)), 0);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(start(&server, address, certificate, &err), 0);
		http_stop(server);
	}
}

static void stopping_nothing_is_fine(void **state)
{
	(void)state;
	http_stop(NULL);
}

/* CivetWeb asks for 102,400 bytes; stack_bridge.c gives its handlers room. */
static void threads_get_a_stack_of_a_mebibyte_at_least(void **state)
{
	pthread_attr_t attributes;
	size_t size = 0;

	(void)state;
	assert_int_equal(pthread_attr_init(&attributes), 0);
	assert_int_equal(pthread_attr_setstacksize(&attributes, 102400), 0);
	assert_int_equal(pthread_attr_getstacksize(&attributes, &size), 0);
	assert_true(size >= (size_t)1024 * 1024);
	(void)pthread_attr_destroy(&attributes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_listening_address_is_ipv4_and_port_or_port),
	    cmocka_unit_test(a_taken_address_is_an_io_error_that_names_it),
	    cmocka_unit_test(
		an_unusable_certificate_is_an_io_error_that_names_it),
	    cmocka_unit_test(a_stopped_server_frees_its_address),
	    cmocka_unit_test(stopping_nothing_is_fine),
	    cmocka_unit_test(threads_get_a_stack_of_a_mebibyte_at_least),
	};

	return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
