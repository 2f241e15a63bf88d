#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "server/page/page_parts.h"

/* ${before} masked is ${after}, keys sorted. */
static void masks(const char *before, const char *after)
{
	struct buf told = BUF_INIT;
	json_t *json = json_loads(before, 0, NULL);

	assert_non_null(json);
	assert_int_equal(door_mask(json, NULL), 0);
	json_write_sorted(&told, json);
	assert_string_equal(buf_text(&told), after);
	json_decref(json);
	buf_free(&told);
}

static void kinds_of_health_become_an_absence(void **state)
{
	(void)state;
	masks("{\"rows\":[{\"kind\":\"sick\"},{\"kind\":\"medical\"},"
	      "{\"kind\":\"work\"},{\"kind\":\"paid_leave\"}]}",
	    "{\"rows\":[{\"kind\":\"absence\"},{\"kind\":\"absence\"},"
	    "{\"kind\":\"work\"},{\"kind\":\"paid_leave\"}]}");
	masks("{\"label\":\"maladie\",\"text\":\"3h30 Sick leave, maladie : "
	      "maladies\"}",
	    "{\"label\":\"absence\",\"text\":\"3h30 Sick leave, absence : "
	    "maladies\"}");
	masks("{\"after\":\"{\\\"kind\\\":\\\"accident\\\",\\\"minutes\\\":0}"
	      "\"}",
	    "{\"after\":\"{\\\"kind\\\":\\\"absence\\\",\\\"minutes\\\":0}"
	    "\"}");
	masks("[\"visite médicale\",\"1h accident du travail\",\"accident\"]",
	    "[\"absence\",\"1h absence\",\"absence\"]");
}

static void their_minutes_are_summed(void **state)
{
	(void)state;
	masks("{\"minutes\":{\"work\":210,\"sick\":100,\"accident\":30,"
	      "\"medical\":7}}",
	    "{\"minutes\":{\"absence\":137,\"work\":210}}");
	masks("{\"sick\":{\"minutes\":10,\"days\":1,\"list\":[1]},"
	      "\"medical\":{\"minutes\":5,\"list\":[2],\"other\":3}}",
	    "{\"absence\":{\"days\":1,\"list\":[1,2],\"minutes\":15,"
	    "\"other\":3}}");
	masks("{\"medical\":\"x\"}", "{\"absence\":\"x\"}");
}

static void notes_and_reasons_of_hours_are_left_out(void **state)
{
	(void)state;
	masks("{\"slot\":\"am\",\"note\":\"x\",\"reason\":\"y\"}",
	    "{\"slot\":\"am\"}");
	masks("{\"record\":\"hours/V01/2026-11-16/am\",\"reason\":\"y\"}",
	    "{\"record\":\"hours/V01/2026-11-16/am\"}");
	/* Why a month was opened again is for the auditor to read. */
	masks("{\"month\":\"2026-11\",\"reason\":\"y\"}",
	    "{\"month\":\"2026-11\",\"reason\":\"y\"}");
}

static void an_accidents_alert_is_gone(void **state)
{
	(void)state;
	masks("{\"rows\":[{\"alert\":\"silent\"},{\"alert\":\"accident\","
	      "\"text\":\"Jean\"},{\"what\":\"alert_accident\"}]}",
	    "{\"rows\":[{\"alert\":\"silent\"}]}");
}

static void words_that_only_look_alike_stay(void **state)
{
	static const char text[] =
	    "[\"accidentel\",\"Medical Services\",\"maladies\",\"sicker\"]";

	(void)state;
	masks(text, text);
}

static void a_filter_by_health_is_seen(void **state)
{
	static const char *const kinds[] = {"sick", "Maladie", "arrêt maladie",
	    "AT", "medical", "work,sick", ",medical"};

	json_t *params;

	(void)state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		params = json_pack("{s:s}", "kind", kinds[i]);
		assert_true(door_asks_health(params));
		json_decref(params);
	}
	params = json_pack("{s:[s,i,s]}", "kind", "work", 1, "sick");
	assert_true(door_asks_health(params));
	json_decref(params);
	params = json_pack("{s:s}", "kind", "work,paid_leave");
	assert_false(door_asks_health(params));
	json_decref(params);
	assert_false(door_asks_health(NULL));
}

static void rows_for_another_role_are_left_out(void **state)
{
	json_t *json = json_loads("{\"rows\":[{\"right\":\"devices\"},"
				  "{\"right\":\"close\"},{\"right\":\"zz\"},"
				  "{\"what\":\"x\"}]}",
	    0, NULL);
	struct buf told = BUF_INIT;

	(void)state;
	door_keep_rights(json, "devices");
	json_write(&told, json);
	assert_string_equal(buf_text(&told),
	    "{\"rows\":[{\"right\":\"devices\"},{\"what\":\"x\"}]}");
	json_decref(json);
	buf_free(&told);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(kinds_of_health_become_an_absence),
	    cmocka_unit_test(their_minutes_are_summed),
	    cmocka_unit_test(notes_and_reasons_of_hours_are_left_out),
	    cmocka_unit_test(an_accidents_alert_is_gone),
	    cmocka_unit_test(words_that_only_look_alike_stay),
	    cmocka_unit_test(a_filter_by_health_is_seen),
	    cmocka_unit_test(rows_for_another_role_are_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
