#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "shared/http/http.h"
#include "shared/http/http_gate.h"

#define FIELDS_MAX 64

static const char *const hosts[] = {"127.0.0.1:8443", "pointeau.example", NULL};

/* A request to spoil: starts as a POST that passes. */
struct probe {
	struct http_field fields[FIELDS_MAX];
	struct http_head head;
	struct http_gate gate;
	struct err err;
};

static void probe_add(struct probe *probe, const char *name, const char *value)
{
	assert_true(probe->head.field_count < FIELDS_MAX);
	probe->fields[probe->head.field_count].name = name;
	probe->fields[probe->head.field_count++].value = value;
}

static void probe_get(struct probe *probe, const char *target)
{
	memset(probe, 0, sizeof(*probe));
	probe->head = (struct http_head){
	    "GET", target, NULL, "1.1", probe->fields, 0, false};
	probe_add(probe, "Host", "pointeau.example");
}

static void probe_post(struct probe *probe, const char *length)
{
	probe_get(probe, "/v1/push");
	probe->head.method = "POST";
	probe_add(probe, "Content-Length", length);
}

static int probe_check(struct probe *probe)
{
	return http_gate_check(&probe->gate, &probe->head, hosts, &probe->err);
}

static void assert_passes(struct probe *probe)
{
	assert_int_equal(probe_check(probe), 0);
	assert_int_equal(probe->gate.status, 0);
}

static void assert_refused(struct probe *probe, int status, int code)
{
	assert_int_equal(probe_check(probe), code);
	assert_int_equal(probe->gate.status, status);
	assert_int_equal(probe->err.code, code);
	assert_true(strlen(probe->err.text) > 10);
}

static void a_plain_get_and_post_pass(void **state)
{
	struct probe probe;

	(void)state;
	probe_get(&probe, "/");
	assert_passes(&probe);
	assert_int_equal(probe.gate.body_len, 0);
	assert_string_equal(probe.gate.bearer, "");
	assert_string_equal(probe.gate.content_type, "");
	probe_post(&probe, "12");
	assert_passes(&probe);
	assert_int_equal(probe.gate.body_len, 12);
}

static void exactly_one_host_is_wanted(void **state)
{
	struct probe probe;

	(void)state;
	probe_get(&probe, "/");
	probe.head.field_count = 0;
	assert_refused(&probe, 400, E_INVALID);
	probe_get(&probe, "/");
	probe_add(&probe, "HOST", "pointeau.example");
	assert_refused(&probe, 400, E_INVALID);
}

static void a_host_outside_the_list_is_misdirected(void **state)
{
	static const char *const foreign[] = {"", "pointeau.example:443",
	    "evil.example", "pointeau.example.", " pointeau.example",
	    "pointeau.example, evil.example", "xpointeau.example",
	    "pointeau.exampl", "127.0.0.1", "127.0.0.1:8444"};
	struct probe probe;

	(void)state;
	for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++) {
		probe_get(&probe, "/");
		probe.fields[0].value = foreign[i];
		assert_refused(&probe, 421, E_INVALID);
	}
}

static void host_case_does_not_matter(void **state)
{
	struct probe probe;

	(void)state;
	probe_get(&probe, "/");
	probe.fields[0] = (struct http_field){"hOsT", "POINTEAU.Example"};
	assert_passes(&probe);
	probe.fields[0].value = "127.0.0.1:8443";
	assert_passes(&probe);
}

static void content_length_is_digits_alone(void **state)
{
	static const char *const bad[] = {"", "4zz", "+4", "-1", " 4", "4 ",
	    "0x10", "4,4", "1e3", "4.0", "\xD9\xA4"};
	struct probe probe;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		probe_post(&probe, bad[i]);
		assert_refused(&probe, 400, E_INVALID);
	}
	probe_post(&probe, "0000000000000000000000000007");
	assert_passes(&probe);
	assert_int_equal(probe.gate.body_len, 7);
}

static void content_length_is_given_once_even_if_equal(void **state)
{
	struct probe probe;

	(void)state;
	probe_post(&probe, "4");
	probe_add(&probe, "content-length", "4");
	assert_refused(&probe, 400, E_INVALID);
}

static void a_body_is_at_most_the_bound(void **state)
{
	static const char *const huge[] = {"9223372036854775808",
	    "18446744073709551616", "18446744073709551617",
	    "99999999999999999999999999999999999999999999"};
	struct probe probe;
	char text[32];

	(void)state;
	(void)snprintf(text, sizeof(text), "%zu", HTTP_BODY_MAX);
	probe_post(&probe, text);
	assert_passes(&probe);
	assert_int_equal(probe.gate.body_len, HTTP_BODY_MAX);
	(void)snprintf(text, sizeof(text), "%zu", HTTP_BODY_MAX + 1);
	probe_post(&probe, text);
	assert_refused(&probe, 413, E_LIMIT);
	for (size_t i = 0; i < sizeof(huge) / sizeof(huge[0]); i++) {
		probe_post(&probe, huge[i]);
		assert_refused(&probe, 413, E_LIMIT);
	}
}

static void any_transfer_encoding_is_refused(void **state)
{
	static const char *const codings[] = {
	    "chunked", "identity", "", "gzip", "\vchunked"};
	struct probe probe;

	(void)state;
	for (size_t i = 0; i < sizeof(codings) / sizeof(codings[0]); i++) {
		probe_post(&probe, "4");
		probe_add(&probe, "tRANSFER-Encoding", codings[i]);
		assert_refused(&probe, 400, E_INVALID);
		probe_get(&probe, "/");
		probe_add(&probe, "Transfer-Encoding", codings[i]);
		assert_refused(&probe, 400, E_INVALID);
	}
}

static void a_space_before_a_colon_is_refused(void **state)
{
	struct probe probe;

	(void)state;
	probe_get(&probe, "/");
	probe.head.spaced = true;
	assert_refused(&probe, 400, E_INVALID);
}

static void a_post_says_its_length(void **state)
{
	struct probe probe;

	(void)state;
	probe_get(&probe, "/");
	probe.head.method = "POST";
	assert_refused(&probe, 411, E_INVALID);
	probe_post(&probe, "0");
	assert_passes(&probe);
}

static void a_get_has_no_body(void **state)
{
	struct probe probe;

	(void)state;
	probe_get(&probe, "/");
	probe_add(&probe, "Content-Length", "1");
	assert_refused(&probe, 400, E_INVALID);
	probe_get(&probe, "/");
	probe_add(&probe, "Content-Length", "99999999999");
	assert_refused(&probe, 400, E_INVALID);
	probe_get(&probe, "/");
	probe_add(&probe, "Content-Length", "0");
	assert_passes(&probe);
}

static void only_get_and_post_are_served(void **state)
{
	static const char *const methods[] = {"HEAD", "OPTIONS", "PUT",
	    "DELETE", "PATCH", "CONNECT", "TRACE", "PROPFIND", "get", "Post",
	    "GETX", ""};
	struct probe probe;

	(void)state;
	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
		probe_get(&probe, "/");
		probe.head.method = methods[i];
		assert_refused(&probe, 405, E_METHOD);
	}
}

static void a_target_is_a_plain_absolute_path(void **state)
{
	static const char *const bad[] = {"", "*", "x", "v1/push",
	    "https://pointeau.example/v1", "//..", "/..", "/a/../b", "/a..b",
	    "/%2e%2e", "/a%00b", "/a%", "/a b", "/a\tb", "/a\x01", "/a\x7f",
	    "/\xC3\xA9", "/a\nb", "/\xff"};
	static const char *const good[] = {
	    "/", "/v1/push", "/a.b", "/a/.b", "/~x", "/a;b=c", "/!$&'()*+,=:@"};
	struct probe probe;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		probe_get(&probe, bad[i]);
		assert_refused(&probe, 400, E_INVALID);
	}
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		probe_get(&probe, good[i]);
		assert_passes(&probe);
	}
}

static void target_and_query_are_bounded(void **state)
{
	char target[HTTP_PATH_MAX + 2], query[HTTP_QUERY_MAX + 2];
	struct probe probe;

	(void)state;
	memset(target, 'a', sizeof(target));
	target[0] = '/';
	target[HTTP_PATH_MAX] = '\0';
	memset(query, 'q', sizeof(query));
	query[HTTP_QUERY_MAX] = '\0';
	probe_get(&probe, target);
	probe.head.query = query;
	assert_passes(&probe);
	target[HTTP_PATH_MAX] = 'a';
	target[HTTP_PATH_MAX + 1] = '\0';
	assert_refused(&probe, 414, E_LIMIT);
	target[HTTP_PATH_MAX] = '\0';
	query[HTTP_QUERY_MAX] = 'q';
	query[HTTP_QUERY_MAX + 1] = '\0';
	assert_refused(&probe, 414, E_LIMIT);
}

static void a_query_is_printable_ascii(void **state)
{
	static const char *const bad[] = {"a b", "a\x01", "\x7f", "\xC3\xA9"};
	struct probe probe;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		probe_get(&probe, "/");
		probe.head.query = bad[i];
		assert_refused(&probe, 400, E_INVALID);
	}
	probe_get(&probe, "/");
	probe.head.query = "a=%C3%A9&b=../..";
	assert_passes(&probe);
}

static void headers_are_counted(void **state)
{
	struct probe probe;

	(void)state;
	probe_get(&probe, "/");
	while (probe.head.field_count < HTTP_HEADER_MAX)
		probe_add(&probe, "X-More", "1");
	assert_passes(&probe);
	probe_add(&probe, "X-More", "1");
	assert_refused(&probe, 431, E_LIMIT);
	while (probe.head.field_count < FIELDS_MAX)
		probe_add(&probe, "X-More", "1");
	assert_refused(&probe, 431, E_LIMIT);
}

static void the_bearer_is_found(void **state)
{
	struct probe probe;

	(void)state;
	probe_get(&probe, "/");
	probe_add(&probe, "authorization", "bearer abc-_=");
	assert_passes(&probe);
	assert_string_equal(probe.gate.bearer, "abc-_=");
	probe.fields[1].value = "Basic abc";
	assert_passes(&probe);
	assert_string_equal(probe.gate.bearer, "");
	probe.fields[1].value = "Bearer";
	assert_passes(&probe);
	assert_string_equal(probe.gate.bearer, "");
}

static void a_malformed_or_double_bearer_is_refused(void **state)
{
	static const char *const bad[] = {"Bearer a b", "Bearer  a",
	    "Bearer a\x01", "Bearer \xC3\xA9", "Bearer a "};
	struct probe probe;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		probe_get(&probe, "/");
		probe_add(&probe, "Authorization", bad[i]);
		assert_refused(&probe, 400, E_INVALID);
	}
	probe_get(&probe, "/");
	probe_add(&probe, "Authorization", "Bearer a");
	probe_add(&probe, "Authorization", "Bearer b");
	assert_refused(&probe, 400, E_INVALID);
}

static void the_content_type_is_found_once(void **state)
{
	struct probe probe;

	(void)state;
	probe_post(&probe, "1");
	probe_add(&probe, "Content-type", "application/json; charset=utf-8");
	assert_passes(&probe);
	assert_string_equal(
	    probe.gate.content_type, "application/json; charset=utf-8");
	probe_add(&probe, "Content-Type", "text/plain");
	assert_refused(&probe, 400, E_INVALID);
	probe_post(&probe, "1");
	probe_add(&probe, "Content-Type", "text/\xC3\xA9");
	assert_refused(&probe, 400, E_INVALID);
}

static void cookies_come_in_one_header_of_a_bounded_length(void **state)
{
	static char cookies[HTTP_COOKIES_MAX + 2];
	struct probe probe;

	(void)state;
	probe_get(&probe, "/");
	assert_passes(&probe);
	assert_null(probe.gate.cookie);
	probe_add(&probe, "cookie", "a=1; b=2");
	assert_passes(&probe);
	assert_string_equal(probe.gate.cookie, "a=1; b=2");
	probe_add(&probe, "Cookie", "a=1; b=2");
	assert_refused(&probe, 400, E_INVALID);
	memset(cookies, 'a', sizeof(cookies) - 2);
	probe_get(&probe, "/");
	probe_add(&probe, "Cookie", cookies);
	assert_passes(&probe);
	cookies[sizeof(cookies) - 2] = 'a';
	assert_refused(&probe, 400, E_INVALID);
	probe_get(&probe, "/");
	probe_add(&probe, "Cookie", "a=\x01");
	assert_refused(&probe, 400, E_INVALID);
	probe_get(&probe, "/");
	probe_add(&probe, "Cookie", "a=\xC3\xA9");
	assert_refused(&probe, 400, E_INVALID);
}

/* Which of two tells where a request comes from? */
static void an_origin_is_given_once(void **state)
{
	static const char *const names[] = {"Origin", "Sec-Fetch-Site"};
	struct probe probe;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		probe_get(&probe, "/");
		probe_add(&probe, names[i], "same-origin");
		assert_passes(&probe);
		probe_add(&probe, names[i], "same-origin");
		assert_refused(&probe, 400, E_INVALID);
	}
}

static void a_connection_lives_on_only_in_the_plain_cases(void **state)
{
	struct probe probe;

	(void)state;
	probe_get(&probe, "/");
	assert_passes(&probe);
	assert_true(probe.gate.keep_alive);
	probe_add(&probe, "connection", "Keep-Alive");
	assert_passes(&probe);
	assert_true(probe.gate.keep_alive);
	probe.head.version = "1.0";
	assert_passes(&probe);
	assert_false(probe.gate.keep_alive);
	probe.head.version = "1.1";
	probe.fields[1].value = "close";
	assert_passes(&probe);
	assert_false(probe.gate.keep_alive);
	probe.fields[1].value = "keep-alive, upgrade";
	assert_passes(&probe);
	assert_false(probe.gate.keep_alive);
	probe.fields[1].value = "keep-alive";
	probe_add(&probe, "Connection", "keep-alive");
	assert_passes(&probe);
	assert_false(probe.gate.keep_alive);
}

static void a_refusal_never_leaves_the_connection_open(void **state)
{
	struct probe probe;

	(void)state;
	probe_get(&probe, "/..");
	assert_refused(&probe, 400, E_INVALID);
	assert_false(probe.gate.keep_alive);
	probe_get(&probe, "/");
	probe.head.method = "HEAD";
	assert_refused(&probe, 405, E_METHOD);
	assert_false(probe.gate.keep_alive);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_plain_get_and_post_pass),
	    cmocka_unit_test(exactly_one_host_is_wanted),
	    cmocka_unit_test(a_host_outside_the_list_is_misdirected),
	    cmocka_unit_test(host_case_does_not_matter),
	    cmocka_unit_test(content_length_is_digits_alone),
	    cmocka_unit_test(content_length_is_given_once_even_if_equal),
	    cmocka_unit_test(a_body_is_at_most_the_bound),
	    cmocka_unit_test(any_transfer_encoding_is_refused),
	    cmocka_unit_test(a_space_before_a_colon_is_refused),
	    cmocka_unit_test(a_post_says_its_length),
	    cmocka_unit_test(a_get_has_no_body),
	    cmocka_unit_test(only_get_and_post_are_served),
	    cmocka_unit_test(a_target_is_a_plain_absolute_path),
	    cmocka_unit_test(target_and_query_are_bounded),
	    cmocka_unit_test(a_query_is_printable_ascii),
	    cmocka_unit_test(headers_are_counted),
	    cmocka_unit_test(the_bearer_is_found),
	    cmocka_unit_test(a_malformed_or_double_bearer_is_refused),
	    cmocka_unit_test(the_content_type_is_found_once),
	    cmocka_unit_test(cookies_come_in_one_header_of_a_bounded_length),
	    cmocka_unit_test(an_origin_is_given_once),
	    cmocka_unit_test(a_connection_lives_on_only_in_the_plain_cases),
	    cmocka_unit_test(a_refusal_never_leaves_the_connection_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
