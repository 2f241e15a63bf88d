#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "shared/hours.h"

static json_t *parse(const char *text)
{
	json_t *json;

	assert_int_equal(json_read(&json, text, strlen(text), NULL), 0);
	return json;
}

static int check(const char *text)
{
	json_t *value = parse(text);
	struct err err = ERR_INIT;
	int rc = hours_check(value, &err);

	assert_int_equal(rc, err.code);
	json_decref(value);
	return rc;
}

static void hours_read_back_to_the_same(void **state)
{
	const struct hours hours = {
	    210, "work", "quai nord", "taille", 480, 690, 15};
	json_t *value = hours_value(&hours);
	struct buf out = BUF_INIT;
	struct hours again;

	(void)state;
	json_write(&out, value);
	assert_string_equal(buf_text(&out),
	    "{\"minutes\":210,\"kind\":\"work\",\"site\":\"quai nord\","
	    "\"activity\":\"taille\",\"start\":\"08:00\",\"end\":\"11:30\","
	    "\"break\":15}");
	hours_read(&again, value);
	assert_int_equal(again.minutes, 210);
	assert_string_equal(again.kind, "work");
	assert_string_equal(again.site, "quai nord");
	assert_string_equal(again.activity, "taille");
	assert_int_equal(again.start, 480);
	assert_int_equal(again.end, 690);
	assert_int_equal(again.pause, 15);
	buf_free(&out);
	json_decref(value);
}

static void what_is_unknown_is_left_out(void **state)
{
	const struct hours hours = {0, "sick", "", "", -1, -1, 0};
	json_t *value = hours_value(&hours);
	struct buf out = BUF_INIT;
	struct hours again;

	(void)state;
	json_write(&out, value);
	assert_string_equal(
	    buf_text(&out), "{\"minutes\":0,\"kind\":\"sick\"}");
	hours_read(&again, value);
	assert_string_equal(again.site, "");
	assert_int_equal(again.start, -1);
	assert_int_equal(again.end, -1);
	assert_int_equal(again.pause, 0);
	buf_free(&out);
	json_decref(value);
}

static void midnight_is_a_known_time(void **state)
{
	const struct hours hours = {1440, "work", "", "", 0, 1440, 0};
	json_t *value = hours_value(&hours);
	struct hours again;

	(void)state;
	assert_string_equal(json_text(value, "start"), "00:00");
	assert_string_equal(json_text(value, "end"), "24:00");
	hours_read(&again, value);
	assert_int_equal(again.start, 0);
	assert_int_equal(again.end, 1440);
	assert_int_equal(hours_check(value, NULL), 0);
	json_decref(value);
}

static void no_minutes_is_for_absences_alone(void **state)
{
	size_t count;
	const struct kind *kinds = kind_all(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		struct hours hours = {0, kinds[i].slug, "", "", -1, -1, 0};
		json_t *value = hours_value(&hours);

		assert_int_equal(
		    hours_check(value, NULL), kinds[i].absence ? 0 : E_INVALID);
		json_decref(value);
		hours.minutes = 1;
		value = hours_value(&hours);
		assert_int_equal(hours_check(value, NULL), 0);
		json_decref(value);
	}
}

static void a_kind_to_come_is_accepted_I10(void **state)
{
	(void)state;
	assert_int_equal(check("{\"minutes\":0,\"kind\":\"to_come\"}"), 0);
	assert_int_equal(check("{\"minutes\":60,\"kind\":\"to_come\"}"), 0);
}

static void the_end_comes_after_the_start(void **state)
{
	(void)state;
	assert_int_equal(check("{\"minutes\":1,\"kind\":\"work\","
			       "\"start\":\"08:00\",\"end\":\"08:00\"}"),
	    E_INVALID);
	assert_int_equal(check("{\"minutes\":60,\"kind\":\"work\","
			       "\"start\":\"11:30\",\"end\":\"08:00\"}"),
	    E_INVALID);
	assert_int_equal(check("{\"minutes\":1,\"kind\":\"work\","
			       "\"start\":\"08:00\",\"end\":\"08:01\"}"),
	    0);
	assert_int_equal(
	    check("{\"minutes\":600,\"kind\":\"work\",\"start\":\"23:00\"}"),
	    0);
	assert_int_equal(
	    check("{\"minutes\":600,\"kind\":\"work\",\"end\":\"01:00\"}"), 0);
}

static void the_minutes_fit_between_start_and_end(void **state)
{
	(void)state;
	assert_int_equal(check("{\"minutes\":210,\"kind\":\"work\","
			       "\"start\":\"08:00\",\"end\":\"11:30\"}"),
	    0);
	assert_int_equal(check("{\"minutes\":211,\"kind\":\"work\","
			       "\"start\":\"08:00\",\"end\":\"11:30\"}"),
	    E_INVALID);
	assert_int_equal(check("{\"minutes\":195,\"kind\":\"work\","
			       "\"start\":\"08:00\",\"end\":\"11:30\","
			       "\"break\":15}"),
	    0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(hours_read_back_to_the_same),
	    cmocka_unit_test(what_is_unknown_is_left_out),
	    cmocka_unit_test(midnight_is_a_known_time),
	    cmocka_unit_test(no_minutes_is_for_absences_alone),
	    cmocka_unit_test(a_kind_to_come_is_accepted_I10),
	    cmocka_unit_test(the_end_comes_after_the_start),
	    cmocka_unit_test(the_minutes_fit_between_start_and_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
