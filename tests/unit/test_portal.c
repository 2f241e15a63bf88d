/* Who is a captive portal, and who is not: agent/portal.h. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "agent/portal.h"

static void the_host_of_an_address(void **state)
{
	static const struct {
		const char *url, *host; /* NULL: none to be asked */
	} rows[] = {
	    {"https://bureau.example:8443", "bureau.example"},
	    {"https://bureau.example/pointeau/", "bureau.example"},
	    {"https://bureau.example", "bureau.example"},
	    {"https://192.0.2.7:1/x:y@z", "192.0.2.7"},
	    {"https://[2001:db8::7]:8443/", "[2001:db8::7]"},
	    {"https://nom@bureau.example:1", "bureau.example"},
	    {"https://localhost:8443", NULL},
	    {"https://127.0.0.1:8443", NULL},
	    {"https://[::1]:8443", NULL},
	    {"https://[2001:db8::7", NULL},
	    {"https://:8443", NULL},
	    {"https:///x", NULL},
	    {"bureau.example", NULL},
	    {"", NULL},
	};
	char host[32];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bool found = portal_host(rows[i].url, host, sizeof(host));

		assert_int_equal(found, rows[i].host != NULL);
		if (found)
			assert_string_equal(host, rows[i].host);
	}
	assert_false(
	    portal_host("https://0123456789012345678901234567890.example", host,
		sizeof(host)));
}

static void a_portal_leads_elsewhere_or_says_so(void **state)
{
	static const struct {
		enum portal_sign sign;
		int status;
		const char *location;
		bool portal;
	} rows[] = {
	    {PORTAL_SILENCE, 302, "http://portail.hotel/login", true},
	    {PORTAL_SILENCE, 307, "https://10.0.0.1:8000/", true},
	    {PORTAL_SILENCE, 511, "", true},
	    {PORTAL_STRANGER, 511, "", true},
	    {PORTAL_STRANGER, 200, "", true},
	    /* The office's own web server, in front of it. */
	    {PORTAL_SILENCE, 301, "https://bureau.example/", false},
	    {PORTAL_SILENCE, 308, "https://BUREAU.example:8443/", false},
	    {PORTAL_STRANGER, 302, "/login", false},
	    {PORTAL_SILENCE, 200, "", false},
	    {PORTAL_STRANGER, 404, "", false},
	    {PORTAL_STRANGER, 302, "", false},
	    {PORTAL_SILENCE, 0, "", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(portal_judge("bureau.example", rows[i].sign,
				     rows[i].status, rows[i].location),
		    rows[i].portal);
}

static void nobody_is_asked_on_this_machine(void **state)
{
	(void)state;
	assert_false(
	    portal_answers("https://127.0.0.1:1", PORTAL_STRANGER, NULL));
	assert_false(portal_answers("nonsense", PORTAL_STRANGER, NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_host_of_an_address),
	    cmocka_unit_test(a_portal_leads_elsewhere_or_says_so),
	    cmocka_unit_test(nobody_is_asked_on_this_machine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
