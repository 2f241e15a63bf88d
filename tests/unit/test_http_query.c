/* The arguments of a request's query. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "shared/http/http_query.h"

/* The whole query as "name>value;"; "!" where it is refused. */
static void assert_reads(const char *query, const char *wanted)
{
	struct buf name = BUF_INIT, value = BUF_INIT, found = BUF_INIT;
	struct err err = ERR_INIT;
	int rc;

	while ((rc = http_query_next(&query, &name, &value, &err)) > 0)
		buf_printf(&found, "%s>%s;", buf_text(&name), buf_text(&value));
	if (rc < 0) {
		assert_int_equal(rc, E_INVALID);
		assert_true(err.text[0] != '\0');
		buf_add_char(&found, '!');
	}
	assert_string_equal(buf_text(&found), wanted);
	buf_free(&name);
	buf_free(&value);
	buf_free(&found);
}

static void arguments_come_in_order(void **state)
{
	(void)state;
	assert_reads("", "");
	assert_reads("a=1", "a>1;");
	assert_reads("a=1&b=2&a=3", "a>1;b>2;a>3;");
	assert_reads("a=1&&b=2&", "a>1;b>2;");
	assert_reads("&&&", "");
	assert_reads("a=&b", "a>;b>;");
	assert_reads("=x&=", ">x;>;");
	assert_reads("a=b=c", "a>b=c;");
}

static void escapes_are_decoded(void **state)
{
	(void)state;
	assert_reads("a=%41%62+%2B%26%3d", "a>Ab +&=;");
	assert_reads("%C3%A9t%c3%a9=L%C3%A9a", "été>Léa;");
	assert_reads("a=%25", "a>%;");
}

static void what_is_badly_written_is_refused(void **state)
{
	static const char *const bad[] = {"a=%", "a=%4", "a=%zz", "a=%4g",
	    "a=%00", "a=x%00y", "a=%ff", "a=%c3", "a=%ed%a0%80", "%=1",
	    "%ff=1"};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_reads(bad[i], "!");
	assert_reads("a=1&b=%&c=2", "a>1;!");
	/* An escape stays in its argument. */
	assert_reads("a=%&41=1", "!");
}

static void the_members_are_told_once_each(void **state)
{
	json_t *members = json_object();
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(
	    http_query_members(members, "month=2026-11&who=L%C3%A9a", &err), 0);
	assert_int_equal(json_object_size(members), 2);
	assert_string_equal(json_text(members, "who"), "Léa");
	assert_int_equal(
	    http_query_members(members, "day=1&month=2026-12", &err), E_USAGE);
	assert_non_null(strstr(err.text, "month"));
	assert_string_equal(json_text(members, "month"), "2026-11");
	assert_int_equal(http_query_members(members, "x=%zz", &err), E_INVALID);
	json_decref(members);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(arguments_come_in_order),
	    cmocka_unit_test(escapes_are_decoded),
	    cmocka_unit_test(what_is_badly_written_is_refused),
	    cmocka_unit_test(the_members_are_told_once_each),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
