/* The server's settings, and what `config check` sees around them. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/config.h"
#include "server/config_around.h"
#include "server/tls.h"
#include "shared/lang.h"
#include "shared/os.h"

#define URL "url = https://pointeau.exemple.fr:8443\n"

static struct config config;
static struct settings settings;

static int parse(const char *text)
{
	return config_parse(&config, text, NULL);
}

/* Faults and remarks of this text, what is around it looked at too. */
static void look(const char *text)
{
	assert_int_equal(
	    settings_load_text(&settings, &config_table, &config, text, NULL),
	    0);
	config_look_around(&settings);
}

/* ---- the file ---- */

/* Every setting had this name in the first release's files. */
static void the_first_files_are_read(void **state)
{
	(void)state;
	assert_int_equal(parse("# Réglages de pointeau-server.\n\n"
			       "# L'adresse\nurl = https://a.fr:8443\n"
			       "listen = 127.0.0.1:9000\nhosts = b.fr,c.fr:1\n"
			       "tls_certificate = \ntls_key = \n"),
	    0);
	assert_string_equal(config.url, "https://a.fr:8443");
	assert_string_equal(config.listen, "127.0.0.1:9000");
	assert_string_equal(config.hosts, "b.fr,c.fr:1");
	assert_string_equal(config.tls_certificate, "");
	assert_string_equal(config.tls_key, "");
	assert_int_equal(
	    parse(URL "tls_certificate = /c.pem\ntls_key = /k\n"), 0);
	assert_string_equal(config.tls_certificate, "/c.pem");
	assert_string_equal(config.tls_key, "/k");
}

static void where_to_listen_follows_from_the_url(void **state)
{
	(void)state;
	assert_int_equal(parse(URL), 0);
	assert_string_equal(config.listen, "8443");
	assert_int_equal(parse("url = https://127.0.0.1:9443\n"), 0);
	assert_string_equal(config.listen, "127.0.0.1:9443");
	assert_int_equal(parse(URL "listen = 1234\n"), 0);
	assert_string_equal(config.listen, "1234");
}

static void what_is_wrong_is_refused(void **state)
{
	(void)state;
	assert_int_equal(parse(""), E_INVALID);
	assert_int_equal(parse("url = http://a.fr:8443\n"), E_INVALID);
	assert_int_equal(parse("url = https://a.fr\n"), E_INVALID);
	assert_int_equal(parse(URL "listen = 0\n"), E_INVALID);
	assert_int_equal(parse(URL "listen = 1.2.3:8443\n"), E_INVALID);
	assert_int_equal(parse(URL "tls_key = /k\n"), E_INVALID);
	assert_int_equal(parse(URL "tls_certificate = /c\n"), E_INVALID);
	assert_int_equal(parse(URL URL), E_INVALID);
}

static void hosts_are_hosts(void **state)
{
	static const char *const bad[] = {"https://b.fr", "b.fr/x", "b_c", "é",
	    "b.fr:", "b.fr:0", "b.fr:65536", "b.fr:123456", ":8443", "[::1",
	    "a.fr,b c!", "-b.fr"};
	char text[200];

	(void)state;
	assert_int_equal(
	    parse(URL "hosts = b.fr, c.fr:65535,10.0.0.1:8443 [::1]:8443\n"),
	    0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		(void)snprintf(text, sizeof(text), URL "hosts = %s\n", bad[i]);
		assert_int_equal(parse(text), E_INVALID);
	}
}

static void what_says_too_much_or_too_little(void **state)
{
	(void)state;
	look(URL "disk_warn = 1MiB\ndisk_min = 2MiB\n");
	assert_int_equal(settings.fault_count, 1);
	assert_string_equal(settings.faults[0].setting, "disk_warn");
	look(URL "disk_warn = 2MiB\ndisk_min = 2MiB\n");
	assert_int_equal(settings.fault_count, 0);
	look(URL "proxies = 127.0.0.1, 0.0.0.0/0\n");
	assert_int_equal(settings.fault_count, 0);
	assert_int_equal(settings.remark_count, 1);
	assert_string_equal(settings.faults[0].setting, "proxies");
	look(URL "proxies = 10.0.0.0/8\nbackup_dir = /\n");
	assert_int_equal(settings.remark_count, 0);
	look(URL "backup_dir = /nowhere/at/all\n");
	assert_int_equal(settings.fault_count, 0);
	assert_int_equal(settings.remark_count, 1);
	assert_string_equal(settings.faults[0].setting, "backup_dir");
}

static void a_missing_url_is_one_fault(void **state)
{
	(void)state;
	look("");
	assert_int_equal(settings.fault_count, 1);
	assert_string_equal(settings.faults[0].setting, "url");
	look("url = nowhere\n");
	assert_int_equal(settings.fault_count, 1);
}

static void what_is_made_from_a_url_is_written_and_read(void **state)
{
	static const struct {
		const char *url, *listen;
	} rows[] = {{"https://localhost:8443", "8443"},
	    {"https://127.0.0.1:8443", "127.0.0.1:8443"},
	    {"https://127.0.0.1:008443", "127.0.0.1:8443"},
	    {"https://127.example.org:8443", "8443"},
	    {"https://example.org.:443", "443"}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf text = BUF_INIT;
		struct config again;

		assert_int_equal(
		    config_from_url(&config, rows[i].url, NULL), 0);
		config_write(&text, &config);
		assert_int_equal(
		    config_parse(&again, buf_text(&text), NULL), 0);
		assert_string_equal(again.url, rows[i].url);
		assert_string_equal(again.listen, rows[i].listen);
		buf_free(&text);
	}
}

static void a_number_that_is_no_address_is_no_host(void **state)
{
	static const char *const bad[] = {"https://127.0.02.1:8443",
	    "https://127.1:8443", "https://1.2.3.4.5:8443", "https://7:8443"};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(
		    config_from_url(&config, bad[i], NULL), E_USAGE);
}

/* ---- around it ---- */

static void addresses_that_cannot_be_reached(void **state)
{
	(void)state;
	/* Of the block for documentation (RFC 5737): nobody has it. */
	look(URL "listen = 192.0.2.1:8443\n");
	assert_int_equal(settings.fault_count, 1);
	assert_int_equal(settings.faults[0].origin.line, 2);
	look(URL "listen = 127.0.0.1:8443\n");
	assert_int_equal(settings.fault_count, 0);
	assert_int_equal(settings.remark_count, 1);
	look(URL "listen = 443\n");
	assert_int_equal(settings.fault_count, 0);
	assert_int_equal(settings.remark_count, 1);
	look("url = https://127.0.0.1:8443\nlisten = 127.0.0.1:8443\n");
	assert_int_equal(settings.fault_count + settings.remark_count, 0);
}

static void files_that_cannot_be_read(void **state)
{
	char directory[] = "/tmp/test-config-XXXXXX", path[64];
	struct buf text = BUF_INIT;

	(void)state;
	assert_non_null(mkdtemp(directory));
	look(URL "tls_certificate = /nonexistent/c\ntls_key = "
		 "/nonexistent/k\n");
	assert_int_equal(settings.fault_count, 2);
	assert_string_equal(settings.faults[0].setting, "tls_certificate");
	assert_string_equal(settings.faults[1].setting, "tls_key");
	/* One of ours holds both. */
	(void)snprintf(path, sizeof(path), "%s/tls.pem", directory);
	assert_int_equal(tls_certificate_make(path, "pointeau.exemple.fr",
			     os_now_s(&os_system), NULL),
	    0);
	buf_printf(
	    &text, URL "tls_certificate = %s\ntls_key = %s\n", path, path);
	look(buf_text(&text));
	assert_int_equal(settings.fault_count, 0);
	assert_int_equal(unlink(path), 0);
	/* Its twenty years are over. */
	assert_int_equal(
	    tls_certificate_make(path, "pointeau.exemple.fr", 0, NULL), 0);
	look(buf_text(&text));
	assert_int_equal(settings.fault_count, 1);
	assert_string_equal(settings.faults[0].setting, "tls_certificate");
	assert_int_equal(os_file_write(path, "text\n", 5, 0600, NULL), 0);
	look(buf_text(&text));
	assert_int_equal(settings.fault_count, 2);
	buf_free(&text);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(directory), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_first_files_are_read),
	    cmocka_unit_test(where_to_listen_follows_from_the_url),
	    cmocka_unit_test(what_is_wrong_is_refused),
	    cmocka_unit_test(hosts_are_hosts),
	    cmocka_unit_test(what_says_too_much_or_too_little),
	    cmocka_unit_test(a_missing_url_is_one_fault),
	    cmocka_unit_test(what_is_made_from_a_url_is_written_and_read),
	    cmocka_unit_test(a_number_that_is_no_address_is_no_host),
	    cmocka_unit_test(addresses_that_cannot_be_reached),
	    cmocka_unit_test(files_that_cannot_be_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
