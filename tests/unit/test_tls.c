/*
 * The certificate file, judged by an independent reader: the openssl program.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "server/tls.h"
#include "shared/buf.h"

#define NOW_S    1750000000 /* 2025-06-15 */
#define LABEL_16 "aaaaaaaaaaaaaaaa"
#define LABEL_64 LABEL_16 LABEL_16 LABEL_16 LABEL_16

static char folder[] = "/tmp/pointeau-tls-XXXXXX";

/* ${name} in the folder; eight answers may be held at once. */
static const char *in_folder(const char *name)
{
	static char paths[8][128];
	static size_t next;
	char *path = paths[next++ % 8];

	(void)snprintf(path, sizeof(paths[0]), "%s/%s", folder, name);
	return path;
}

/* Run a command in the folder; its status, its output in ${out}. */
static int run(struct buf *out, const char *command)
{
	struct buf line = BUF_INIT;
	char piece[512];
	FILE *pipe;
	size_t len;

	buf_printf(&line, "cd %s && %s", folder, command);
	buf_reset(out);
	pipe = popen(buf_text(&line), "r");
	assert_non_null(pipe);
	while ((len = fread(piece, 1, sizeof(piece), pipe)) > 0)
		buf_add(out, piece, len);
	buf_free(&line);
	return pclose(pipe);
}

static void read_file(struct buf *out, const char *name)
{
	char piece[512];
	FILE *file = fopen(in_folder(name), "r");
	size_t len;

	assert_non_null(file);
	while ((len = fread(piece, 1, sizeof(piece), file)) > 0)
		buf_add(out, piece, len);
	assert_int_equal(fclose(file), 0);
}

static void write_file(const char *name, const char *text)
{
	FILE *file = fopen(in_folder(name), "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void make(const char *name, const char *host)
{
	struct err err = ERR_INIT;

	assert_int_equal(
	    tls_certificate_make(in_folder(name), host, NOW_S, &err), 0);
}

static int file_count(void)
{
	struct buf out = BUF_INIT;
	int count;

	assert_int_equal(run(&out, "ls -A | wc -l"), 0);
	count = atoi(buf_text(&out));
	buf_free(&out);
	return count;
}

static int folder_make(void **state)
{
	(void)state;
	(void)snprintf(folder, sizeof(folder), "/tmp/pointeau-tls-XXXXXX");
	return mkdtemp(folder) != NULL ? 0 : -1;
}

static int folder_remove(void **state)
{
	struct buf out = BUF_INIT;
	int rc;

	(void)state;
	rc = run(&out, "rm -rf -- \"$PWD\"");
	buf_free(&out);
	return rc;
}

static void assert_shows(const struct buf *out, const char *text)
{
	if (strstr(buf_text(out), text) == NULL)
		fail_msg("no '%s' in: %s", text, buf_text(out));
}

static void a_made_certificate_is_what_it_should_be(void **state)
{
	struct buf out = BUF_INIT;

	(void)state;
	make("s.pem", "pointeau.example");
	assert_int_equal(run(&out, "openssl x509 -in s.pem -noout -text"), 0);
	assert_shows(&out, "Version: 3");
	assert_shows(&out, "ecdsa-with-SHA256");
	assert_shows(&out, "NIST CURVE: P-256");
	assert_shows(&out, "DNS:pointeau.example\n");
	assert_shows(&out, "X509v3 Basic Constraints: critical");
	assert_shows(&out, "CA:FALSE");
	assert_shows(&out, "X509v3 Key Usage: critical");
	assert_shows(&out, "Digital Signature\n");
	assert_shows(&out, "TLS Web Server Authentication\n");
	assert_shows(&out, "Not Before: Jun 14 15:06:40 2025 GMT");
	assert_shows(&out, "Not After : Jun 15 11:30:40 2045 GMT");
	buf_free(&out);
}

static void clients_that_trust_it_verify_it_for_its_host(void **state)
{
	struct buf out = BUF_INIT;

	(void)state;
	make("s.pem", "pointeau.example");
	assert_int_equal(
	    run(&out, "openssl verify -attime 1750000000 -purpose sslserver "
		      "-verify_hostname pointeau.example -CAfile s.pem s.pem"),
	    0);
	assert_int_not_equal(
	    run(&out, "openssl verify -attime 1750000000 "
		      "-verify_hostname other.example -CAfile s.pem s.pem "
		      "2>&1"),
	    0);
	buf_free(&out);
}

static void an_address_becomes_an_address_name(void **state)
{
	static const char *const rows[][2] = {
	    {"192.168.1.20", "IP Address:192.168.1.20\n"},
	    {"127.0.0.1", "IP Address:127.0.0.1\n"},
	    {"::1", "IP Address:0:0:0:0:0:0:0:1"},
	    {"fd00::a", "IP Address:FD00:0:0:0:"},
	};
	struct buf out = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		(void)unlink(in_folder("s.pem"));
		make("s.pem", rows[i][0]);
		assert_int_equal(
		    run(&out, "openssl x509 -in s.pem -noout -text"), 0);
		assert_shows(&out, rows[i][1]);
		assert_null(strstr(buf_text(&out), "DNS:"));
	}
	buf_free(&out);
}

static void a_host_that_is_neither_name_nor_address_is_refused(void **state)
{
	static const char *const bad[] = {"", ".", "a.", ".a", "a..b", "a b",
	    "a/b", "https://a", "a:8443", "-a", "a-", "a_b", "*.example",
	    "é.fr", "a,DNS:b", "a\nb", "1.2.3", "1.2.3.400", "12", "::g",
	    "[::1]", LABEL_64 ".fr"};
	char name[260];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct err err = ERR_INIT;

		assert_int_equal(tls_certificate_make(
				     in_folder("s.pem"), bad[i], NOW_S, &err),
		    E_INVALID);
	}
	for (size_t i = 0; i < sizeof(name); i++)
		name[i] = i % 2 == 0 ? 'a' : '.';
	name[255] = '\0'; /* 255 characters, two too many */
	assert_int_equal(
	    tls_certificate_make(in_folder("s.pem"), name, NOW_S, NULL),
	    E_INVALID);
	name[253] = '\0';
	make("s.pem", name);
	assert_int_equal(file_count(), 1);
}

static void the_file_is_private_and_begins_with_the_key(void **state)
{
	struct buf text = BUF_INIT;
	struct stat info;
	mode_t before = umask(0);

	(void)state;
	make("s.pem", "localhost");
	(void)umask(before);
	assert_int_equal(stat(in_folder("s.pem"), &info), 0);
	assert_int_equal(info.st_mode & 07777, 0600);
	read_file(&text, "s.pem");
	assert_int_equal(
	    strncmp(buf_text(&text), "-----BEGIN PRIVATE KEY-----\n", 28), 0);
	assert_shows(&text, "-----BEGIN CERTIFICATE-----\n");
	assert_int_equal(file_count(), 1);
	buf_free(&text);
}

static void a_certificate_is_never_overwritten(void **state)
{
	struct buf before = BUF_INIT, after = BUF_INIT;
	struct err err = ERR_INIT;

	(void)state;
	make("s.pem", "localhost");
	read_file(&before, "s.pem");
	assert_int_equal(
	    tls_certificate_make(in_folder("s.pem"), "localhost", NOW_S, &err),
	    E_CONFLICT);
	read_file(&after, "s.pem");
	assert_string_equal(buf_text(&before), buf_text(&after));
	assert_int_equal(file_count(), 1);
	buf_free(&before);
	buf_free(&after);
}

static void a_folder_that_is_missing_is_an_io_error(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(tls_certificate_make(
			     in_folder("no/s.pem"), "localhost", NOW_S, &err),
	    E_IO);
	assert_non_null(strstr(err.text, "no/s.pem"));
}

static void two_certificates_differ_in_key_and_serial(void **state)
{
	struct buf first = BUF_INIT, second = BUF_INIT;
	uint8_t pins[2][TLS_PIN_LEN];
	struct err err = ERR_INIT;

	(void)state;
	make("a.pem", "localhost");
	make("b.pem", "localhost");
	assert_int_equal(
	    run(&first, "openssl x509 -in a.pem -noout -serial"), 0);
	assert_int_equal(
	    run(&second, "openssl x509 -in b.pem -noout -serial"), 0);
	assert_string_not_equal(buf_text(&first), buf_text(&second));
	assert_true(first.len >= strlen("serial=") + 38);
	assert_int_equal(
	    tls_certificate_pin(in_folder("a.pem"), pins[0], &err), 0);
	assert_int_equal(
	    tls_certificate_pin(in_folder("b.pem"), pins[1], &err), 0);
	assert_memory_not_equal(pins[0], pins[1], TLS_PIN_LEN);
	buf_free(&first);
	buf_free(&second);
}

static void the_pin_is_the_hash_of_the_public_key(void **state)
{
	struct buf out = BUF_INIT, hex = BUF_INIT;
	uint8_t pin[TLS_PIN_LEN];
	struct err err = ERR_INIT;

	(void)state;
	make("s.pem", "localhost");
	assert_int_equal(tls_certificate_pin(in_folder("s.pem"), pin, &err), 0);
	for (size_t i = 0; i < sizeof(pin); i++)
		buf_printf(&hex, "%02x", pin[i]);
	assert_int_equal(
	    run(&out, "openssl x509 -in s.pem -noout -pubkey | openssl pkey "
		      "-pubin -outform der | sha256sum"),
	    0);
	assert_int_equal(
	    strncmp(buf_text(&out), buf_text(&hex), (size_t)2 * TLS_PIN_LEN),
	    0);
	buf_free(&out);
	buf_free(&hex);
}

static void a_pin_needs_a_certificate(void **state)
{
	uint8_t pin[TLS_PIN_LEN];
	struct err err = ERR_INIT;
	struct buf out = BUF_INIT;

	(void)state;
	assert_int_equal(
	    tls_certificate_pin(in_folder("no.pem"), pin, &err), E_NOT_FOUND);
	write_file("empty.pem", "");
	assert_int_equal(
	    tls_certificate_pin(in_folder("empty.pem"), pin, &err), E_INVALID);
	write_file("bad.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n"
			      "-----END CERTIFICATE-----\n");
	assert_int_equal(
	    tls_certificate_pin(in_folder("bad.pem"), pin, &err), E_INVALID);
	make("s.pem", "localhost");
	assert_int_equal(run(&out, "openssl pkey -in s.pem -out key.pem"), 0);
	assert_int_equal(
	    tls_certificate_pin(in_folder("key.pem"), pin, &err), E_INVALID);
	assert_int_equal(tls_certificate_pin(folder, pin, &err), E_INVALID);
	buf_free(&out);
}

/* A chain file, leaf first, and the leaf's key, as an authority gives them. */
static void make_chain(const char *key_options)
{
	struct buf command = BUF_INIT, out = BUF_INIT;

	buf_printf(&command,
	    "exec 2>&1; openssl req -x509 -newkey %s -nodes -days 30 "
	    "-subj /CN=authority -keyout ca.key -out ca.crt && "
	    "openssl req -newkey %s -nodes -subj /CN=leaf "
	    "-keyout leaf.key -out leaf.csr && "
	    "openssl x509 -req -in leaf.csr -CA ca.crt -CAkey ca.key "
	    "-days 30 -CAcreateserial -text -out leaf.crt && "
	    "cat leaf.crt ca.crt > chain.crt && "
	    "cat ca.crt leaf.crt > reversed.crt",
	    key_options, key_options);
	if (run(&out, buf_text(&command)) != 0)
		fail_msg("%s", buf_text(&out));
	buf_free(&command);
	buf_free(&out);
}

static int adopt(const char *certificate, const char *key, struct err *err)
{
	return tls_certificate_adopt(
	    in_folder("s.pem"), in_folder(certificate), in_folder(key), err);
}

static void a_chain_and_its_key_are_adopted(void **state)
{
	static const char *const kinds[] = {
	    "rsa:2048", "ec -pkeyopt ec_paramgen_curve:P-256"};
	uint8_t expected[TLS_PIN_LEN], pin[TLS_PIN_LEN];
	struct buf text = BUF_INIT;
	struct err err = ERR_INIT;
	struct stat info;

	(void)state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		make_chain(kinds[i]);
		assert_int_equal(adopt("chain.crt", "leaf.key", &err), 0);
		assert_int_equal(stat(in_folder("s.pem"), &info), 0);
		assert_int_equal(info.st_mode & 07777, 0600);
		assert_int_equal(run(&text, "grep -c BEGIN s.pem"), 0);
		assert_string_equal(buf_text(&text), "3\n");
		assert_int_equal(run(&text, "head -n 1 s.pem"), 0);
		assert_string_equal(
		    buf_text(&text), "-----BEGIN PRIVATE KEY-----\n");
		assert_int_equal(
		    tls_certificate_pin(in_folder("s.pem"), pin, &err), 0);
		assert_int_equal(
		    tls_certificate_pin(in_folder("leaf.crt"), expected, &err),
		    0);
		assert_memory_equal(pin, expected, TLS_PIN_LEN);
	}
	buf_free(&text);
}

static void a_key_of_another_certificate_is_refused(void **state)
{
	struct buf before = BUF_INIT, after = BUF_INIT;
	struct err err = ERR_INIT;

	(void)state;
	make_chain("ec -pkeyopt ec_paramgen_curve:P-256");
	make("s.pem", "localhost");
	make("b.pem", "localhost");
	read_file(&before, "s.pem");
	assert_int_equal(adopt("chain.crt", "ca.key", &err), E_INVALID);
	assert_int_equal(adopt("reversed.crt", "leaf.key", &err), E_INVALID);
	assert_int_equal(adopt("b.pem", "leaf.key", &err), E_INVALID);
	read_file(&after, "s.pem");
	assert_string_equal(buf_text(&before), buf_text(&after));
	assert_int_equal(adopt("b.pem", "b.pem", &err), 0);
	buf_free(&before);
	buf_free(&after);
}

static void damaged_or_locked_files_are_refused(void **state)
{
	struct buf out = BUF_INIT;
	struct err err = ERR_INIT;

	(void)state;
	make_chain("ec -pkeyopt ec_paramgen_curve:P-256");
	assert_int_equal(
	    run(&out,
		"openssl pkey -in leaf.key -aes256 -passout pass:secret "
		"-out locked.key && (cat leaf.crt; sed 's/^MII/!!!/' ca.crt) "
		"> damaged.crt && (cat leaf.crt; head -n 5 ca.crt) > cut.crt "
		"&& for i in $(seq 17); do cat leaf.crt; done > many.crt"),
	    0);
	assert_int_equal(adopt("leaf.crt", "locked.key", &err), E_INVALID);
	assert_int_equal(adopt("damaged.crt", "leaf.key", &err), E_INVALID);
	assert_int_equal(adopt("cut.crt", "leaf.key", &err), E_INVALID);
	assert_int_equal(adopt("leaf.key", "leaf.key", &err), E_INVALID);
	assert_int_equal(adopt("leaf.crt", "leaf.crt", &err), E_INVALID);
	assert_int_equal(adopt("many.crt", "leaf.key", &err), E_LIMIT);
	assert_int_equal(adopt("no.crt", "leaf.key", &err), E_NOT_FOUND);
	assert_int_equal(adopt("leaf.crt", "no.key", &err), E_NOT_FOUND);
	assert_int_equal(access(in_folder("s.pem"), F_OK), -1);
	buf_free(&out);
}

int main(void)
{
#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, folder_make, folder_remove)
	const struct CMUnitTest tests[] = {
	    TEST(a_made_certificate_is_what_it_should_be),
	    TEST(clients_that_trust_it_verify_it_for_its_host),
	    TEST(an_address_becomes_an_address_name),
	    TEST(a_host_that_is_neither_name_nor_address_is_refused),
	    TEST(the_file_is_private_and_begins_with_the_key),
	    TEST(a_certificate_is_never_overwritten),
	    TEST(a_folder_that_is_missing_is_an_io_error),
	    TEST(two_certificates_differ_in_key_and_serial),
	    TEST(the_pin_is_the_hash_of_the_public_key),
	    TEST(a_pin_needs_a_certificate),
	    TEST(a_chain_and_its_key_are_adopted),
	    TEST(a_key_of_another_certificate_is_refused),
	    TEST(damaged_or_locked_files_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
