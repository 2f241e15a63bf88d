/* Who asks, behind proxies: what may be believed of X-Forwarded-For. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "shared/http/forwarded.h"

static void is(const char *list, const char *remote, const char *first,
    const char *second, const char *want)
{
	const char *const fields[] = {first, second};
	struct proxies *proxies = NULL;
	char got[FORWARDED_TEXT];

	if (list != NULL)
		assert_int_equal(proxies_parse(&proxies, list, NULL), 0);
	forwarded_client(got, proxies, remote, fields,
	    first == NULL    ? 0
	    : second == NULL ? 1
			     : 2);
	assert_string_equal(got, want);
	proxies_free(proxies);
}

static void nobody_else_is_believed(void **state)
{
	(void)state;
	is(NULL, "127.0.0.1", "203.0.113.7", NULL, "127.0.0.1");
	is("", "127.0.0.1", "203.0.113.7", NULL, "127.0.0.1");
	is("10.0.0.0/8", "192.0.2.1", "203.0.113.7", NULL, "192.0.2.1");
	is("127.0.0.1", "127.0.0.1", NULL, NULL, "127.0.0.1");
}

static void the_last_stranger_is_the_client(void **state)
{
	(void)state;
	is("127.0.0.1", "127.0.0.1", "203.0.113.7", NULL, "203.0.113.7");
	/* What the client wrote itself stands before. */
	is("127.0.0.1", "127.0.0.1", "1.2.3.4, 203.0.113.7", NULL,
	    "203.0.113.7");
	is("127.0.0.1,10.0.0.0/8", "127.0.0.1", "1.2.3.4,203.0.113.7,10.9.8.7",
	    NULL, "203.0.113.7");
	/* A proxy that adds a field of its own behind the client's. */
	is("127.0.0.1", "127.0.0.1", "1.2.3.4", "203.0.113.7", "203.0.113.7");
	is("127.0.0.1 10.0.0.0/8", "127.0.0.1", "1.2.3.4,203.0.113.7",
	    "10.1.1.1", "203.0.113.7");
	/* All of them are proxies: the furthest. */
	is("127.0.0.1, 10.0.0.0/8", "127.0.0.1", "10.1.1.1", NULL, "10.1.1.1");
}

static void nonsense_ends_it(void **state)
{
	(void)state;
	is("127.0.0.1", "127.0.0.1", "", NULL, "127.0.0.1");
	is("127.0.0.1", "127.0.0.1", "unknown", NULL, "127.0.0.1");
	is("127.0.0.1", "127.0.0.1", "203.0.113.7,", NULL, "127.0.0.1");
	is("127.0.0.1", "127.0.0.1", "203.0.113.7:1234", NULL, "127.0.0.1");
	is("127.0.0.1,10.0.0.0/8", "127.0.0.1", "x, 10.0.0.1", NULL,
	    "10.0.0.1");
	is("127.0.0.1", "127.0.0.1",
	    "1111111111111111111111111111111111111111111111111111111111111111",
	    NULL, "127.0.0.1");
	is(NULL, "not an address", NULL, NULL, "not an address");
}

static void ipv6_stands_for_a_subscriber(void **state)
{
	(void)state;
	is("127.0.0.1", "127.0.0.1", "2001:db8:1:2:3:4:5:6", NULL,
	    "2001:db8:1:2::/64");
	is("::1", "::1", "2001:db8:1:2:ffff:4:5:6", NULL, "2001:db8:1:2::/64");
	is("127.0.0.1", "127.0.0.1", "::ffff:203.0.113.7", NULL, "203.0.113.7");
	is("127.0.0.1, 2001:db8::/33", "127.0.0.1",
	    "203.0.113.9, 2001:db8:7fff::1", NULL, "203.0.113.9");
	is("127.0.0.1, 2001:db8::/33", "127.0.0.1",
	    "203.0.113.9, 2001:db8:8000::1", NULL, "2001:db8:8000::/64");
	is("0.0.0.0/0", "192.0.2.1", "203.0.113.9", NULL, "203.0.113.9");
}

static void refused(const char *list)
{
	struct proxies *proxies;
	struct err err = ERR_INIT;

	assert_int_equal(proxies_parse(&proxies, list, &err), E_INVALID);
	assert_true(strlen(err.text) > 0);
}

static void what_is_no_network_is_refused(void **state)
{
	struct proxies *proxies;
	char many[40 * 8 + 1] = "";

	(void)state;
	refused("localhost");
	refused("127.0.0.1, 10.0.0.0/33");
	refused("10.0.0.0/");
	refused("10.0.0.0/-1");
	refused("::1/129");
	refused("10.0.0.0/8/8");
	for (int i = 0; i < PROXIES_MAX + 1; i++)
		strcat(many, "1.1.1.1 ");
	assert_int_equal(proxies_parse(&proxies, many, NULL), E_LIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(nobody_else_is_believed),
	    cmocka_unit_test(the_last_stranger_is_the_client),
	    cmocka_unit_test(nonsense_ends_it),
	    cmocka_unit_test(ipv6_stands_for_a_subscriber),
	    cmocka_unit_test(what_is_no_network_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
