/* TLS sessions resumed by tickets, between a client and a server of OpenSSL
 * that talk in memory; the clock is ours. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <openssl/ssl.h>

#include "server/tickets.h"
#include "server/tls.h"
#include "shared/crypto.h"

#define STEPS 20
#define NOW_S 1750000000 /* 2025-06-15 */

static char path[] = "/tmp/pointeau-tickets-XXXXXX";
static int64_t now_ms;
static SSL_CTX *server, *client;

static int64_t test_clock(void)
{
	return now_ms;
}

/* What the server gave last: in TLS 1.3 it comes after the handshake. */
static SSL_SESSION *given;

static void open_with(int version)
{
	tickets_forget();
	server = SSL_CTX_new(TLS_server_method());
	client = SSL_CTX_new(TLS_client_method());
	assert_non_null(server);
	assert_non_null(client);
	assert_int_equal(
	    SSL_CTX_use_PrivateKey_file(server, path, SSL_FILETYPE_PEM), 1);
	assert_int_equal(
	    SSL_CTX_use_certificate_file(server, path, SSL_FILETYPE_PEM), 1);
	assert_int_equal(SSL_CTX_set_min_proto_version(client, version), 1);
	assert_int_equal(SSL_CTX_set_max_proto_version(client, version), 1);
	assert_int_equal(tickets_use(server, NULL), 0);
	/* Tickets alone are to be seen. */
	SSL_CTX_set_session_cache_mode(server, SSL_SESS_CACHE_OFF);
}

static void close_both(void)
{
	SSL_SESSION_free(given);
	given = NULL;
	SSL_CTX_free(server);
	SSL_CTX_free(client);
}

static SSL *connection(SSL_CTX *context, BIO *in, BIO *out)
{
	SSL *ssl = SSL_new(context);

	assert_non_null(ssl);
	SSL_set_bio(ssl, in, out);
	return ssl;
}

/* Connect with ${session} (NULL: none), and hear one byte. Was it resumed? */
static bool connect_with(SSL_SESSION *session)
{
	BIO *up = BIO_new(BIO_s_mem()), *down = BIO_new(BIO_s_mem());
	SSL *office, *laptop;
	bool resumed;
	char byte = 'x';

	(void)BIO_up_ref(up);
	(void)BIO_up_ref(down);
	office = connection(server, up, down);
	laptop = connection(client, down, up);
	SSL_set_accept_state(office);
	SSL_set_connect_state(laptop);
	/* A copy: TLS 1.2 puts a new ticket into the session itself. */
	if (session != NULL) {
		SSL_SESSION *copy = SSL_SESSION_dup(session);

		assert_int_equal(SSL_set_session(laptop, copy), 1);
		SSL_SESSION_free(copy);
	}
	for (int i = 0; i < STEPS; i++) {
		(void)SSL_do_handshake(laptop);
		(void)SSL_do_handshake(office);
	}
	assert_true(SSL_is_init_finished(laptop));
	assert_true(SSL_is_init_finished(office));
	assert_int_equal(SSL_write(office, &byte, 1), 1);
	assert_int_equal(SSL_read(laptop, &byte, 1), 1);
	resumed = SSL_session_reused(laptop) == 1;
	assert_int_equal(resumed, SSL_session_reused(office));
	SSL_SESSION_free(given);
	given = SSL_get1_session(laptop);
	(void)SSL_shutdown(laptop);
	(void)SSL_shutdown(office);
	SSL_free(laptop);
	SSL_free(office);
	return resumed;
}

static void play(int version)
{
	SSL_SESSION *first, *second;

	now_ms = 1000;
	open_with(version);
	assert_false(connect_with(NULL));
	assert_non_null(given);
	first = given;
	given = NULL;
	now_ms += TICKETS_LIFE_MS - 1;
	assert_true(connect_with(first));
	/* The key changes: what it sealed is good still, and replaced. */
	now_ms += 1;
	assert_true(connect_with(first));
	second = given;
	given = NULL;
	/* And again: the first key is forgotten, the second is the last. */
	now_ms += TICKETS_LIFE_MS;
	assert_false(connect_with(first));
	assert_true(connect_with(second));
	/* Nobody came for long: no key is left. */
	now_ms += 2 * TICKETS_LIFE_MS;
	assert_false(connect_with(second));
	SSL_SESSION_free(first);
	SSL_SESSION_free(second);
	close_both();
}

static void tls_1_3_resumes_until_its_key_is_old(void **state)
{
	(void)state;
	play(TLS1_3_VERSION);
}

static void tls_1_2_resumes_until_its_key_is_old(void **state)
{
	(void)state;
	play(TLS1_2_VERSION);
}

/* As after a new certificate, or another process: full handshakes. */
static void forgotten_keys_open_nothing(void **state)
{
	(void)state;
	open_with(TLS1_3_VERSION);
	assert_false(connect_with(NULL));
	tickets_forget();
	assert_false(connect_with(given));
	close_both();
}

static int setup(void **state)
{
	int fd = mkstemp(path);

	(void)state;
	tickets_clock(test_clock);
	if (fd < 0 || close(fd) < 0 || unlink(path) < 0 ||
	    crypto_init(NULL) < 0)
		return -1;
	return tls_certificate_make(path, "localhost", NOW_S, NULL);
}

static int teardown(void **state)
{
	(void)state;
	tickets_clock(NULL);
	return unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(tls_1_3_resumes_until_its_key_is_old),
	    cmocka_unit_test(tls_1_2_resumes_until_its_key_is_old),
	    cmocka_unit_test(forgotten_keys_open_nothing),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
