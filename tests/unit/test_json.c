#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "shared/json.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static int read_text(const char *text, size_t len)
{
	struct err err = ERR_INIT;
	json_t *json = (json_t *)(uintptr_t)1;
	char *copy = malloc(len > 0 ? len : 1);
	int rc;

	/* An exact copy, so that reading past its end is seen. */
	assert_non_null(copy);
	memcpy(copy, text, len);
	rc = json_read(&json, copy, len, &err);
	free(copy);
	assert_int_equal(rc, err.code);
	if (rc < 0)
		assert_null(json);
	else
		assert_non_null(json);
	json_decref(json);
	return rc;
}

static void refuse(const char *text)
{
	if (read_text(text, strlen(text)) != E_INVALID)
		fail_msg("accepted: %s", text);
}

static void accept(const char *text)
{
	if (read_text(text, strlen(text)) != 0)
		fail_msg("refused: %s", text);
}

static void eight_levels_and_no_more(void **state)
{
	(void)state;
	accept("[[[[[[[[]]]]]]]]");
	refuse("[[[[[[[[[]]]]]]]]]");
	accept("{\"a\":[{\"a\":[{\"a\":[{\"a\":[]}]}]}]}");
	refuse("{\"a\":[{\"a\":[{\"a\":[{\"a\":[{}]}]}]}]}");
	/* Side by side is not one within another. */
	accept("[[],[],[],[],[],[],[],[],[],[],[],{},{},{},{},{},{},{}]");
}

static void brackets_within_text_are_no_levels(void **state)
{
	(void)state;
	accept("[\"[[[[[[[[[[[[[[[[[[[[\"]");
	accept("[\"a\\\"[[[[[[[[[[[[[[[[[[[[\"]");
	accept("[\"\\\\\",\"[[[[[[[[[[[[[[[[[\"]");
	accept("{\"{{{{{{{{{{{{{{{{{{\":1}");
	refuse("[\"\\\\\",[[[[[[[[[[[[[[[[[\"]\"]]]]]]]]]]]]]]]]]]");
}

/* Deep enough to overflow a recursive parser's stack. */
static void a_million_levels_are_refused_without_harm(void **state)
{
	static const size_t len = 1000000;
	char *text = malloc(len);

	(void)state;
	assert_non_null(text);
	memset(text, '[', len);
	assert_int_equal(read_text(text, len), E_INVALID);
	for (size_t i = 0; i + 5 <= len; i += 5)
		memcpy(text + i, "{\"a\":", 5);
	assert_int_equal(read_text(text, len), E_INVALID);
	/* Closing what is not open does not buy depth. */
	memset(text, ']', len);
	memset(text + len / 2, '[', len / 2);
	assert_int_equal(read_text(text, len), E_INVALID);
	free(text);
}

static void numbers_are_integers(void **state)
{
	static const char *const reals[] = {"[1.0]", "[1e3]", "[-0.5]",
	    "{\"a\":{\"b\":[1,2,3.5]}}", "[[[1E0]]]", "[1e999]", "[01]", "[+1]",
	    "[.5]", "[1.]", "[0x10]", "[NaN]", "[Infinity]",
	    "[9223372036854775808]", "[-9223372036854775809]",
	    "[99999999999999999999999999999999]"};

	(void)state;
	accept("[0,1,-1,9223372036854775807,-9223372036854775808]");
	for (size_t i = 0; i < COUNT(reals); i++)
		refuse(reals[i]);
}

static void a_key_stands_once(void **state)
{
	(void)state;
	refuse("{\"a\":1,\"a\":2}");
	refuse("{\"a\":1,\"a\":1}");
	refuse("{\"x\":{\"a\":1,\"b\":2,\"a\":3}}");
	/* Two spellings of the same key. */
	refuse("{\"a\":1,\"\\u0061\":2}");
	accept("{\"a\":{\"a\":1},\"b\":{\"a\":1}}");
}

static void text_is_strict_utf8(void **state)
{
	static const char *const bad[] = {"[\"\xff\"]", "[\"\xc3\"]",
	    "[\"\xc0\x80\"]", "[\"\xc0\xaf\"]", "[\"\xe0\x80\xaf\"]",
	    "[\"\xed\xa0\x80\"]", "[\"\xf4\x90\x80\x80\"]",
	    "[\"\xf8\x88\x80\x80\x80\"]", "[\"\x80\"]", "[\"a\xc3\x28\"]",
	    "{\"\xe9\":1}", "[\"\\ud800\"]", "[\"\\udc00\"]",
	    "[\"\\ud800\\ud800\"]", "[\"\\ud800x\"]", "[\"\\uZZZZ\"]",
	    "[\"\\u12\"]", "[\"\\x41\"]"};

	(void)state;
	accept("[\"h\xc3\xa9h\xc3\xa9 \xe2\x82\xac \xf0\x9f\x8c\xb3\"]");
	accept("[\"\\u00e9\\ud83c\\udf33\"]");
	for (size_t i = 0; i < COUNT(bad); i++)
		refuse(bad[i]);
}

static void no_nul_hides_in_text(void **state)
{
	static const char in_text[] = "[\"a\0b\"]", after[] = "[]\0",
			  before[] = "\0[]", between[] = "[1,\0 2]";

	(void)state;
	refuse("[\"\\u0000\"]");
	refuse("[\"a\\u0000b\"]");
	refuse("{\"a\\u0000\":1}");
	assert_int_equal(read_text(in_text, sizeof(in_text) - 1), E_INVALID);
	assert_int_equal(read_text(after, sizeof(after) - 1), E_INVALID);
	assert_int_equal(read_text(before, sizeof(before) - 1), E_INVALID);
	assert_int_equal(read_text(between, sizeof(between) - 1), E_INVALID);
	/* Found by fuzz_json: a NUL after a number was passed over. */
	assert_int_equal(read_text("[1\0]", 4), E_INVALID);
	assert_int_equal(read_text("{\"v\":1\0}", 8), E_INVALID);
}

static void only_one_whole_object_or_array_is_read(void **state)
{
	static const char *const bad[] = {"", " ", "1", "\"a\"", "null", "true",
	    "[", "]", "{", "}", "[]]", "[] []", "{}x", "{\"a\"}", "{\"a\":}",
	    "{a:1}", "[1,]", "[,1]", "[1 2]", "{\"a\":1,}", "'a'", "[\"a]",
	    "// c\n[]", "/* c */[]", "[\"a\nb\"]", "[\"\t\"]", "\xef\xbb\xbf[]",
	    "[tru]", "[nul]"};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		refuse(bad[i]);
	accept(" [ ] ");
	accept("{}\n");
}

static void every_truncation_is_refused(void **state)
{
	static const char text[] =
	    "{\"a\":[1,-2,\"\\u00e9\\ud83c\\udf33h\xc3\xa9\",true,null],"
	    "\"b\":{\"c\":\"\\\\\\\"\"}}";

	(void)state;
	accept(text);
	for (size_t len = 0; len < strlen(text); len++)
		assert_int_equal(read_text(text, len), E_INVALID);
}

static json_t *parse(const char *text)
{
	json_t *json;

	assert_int_equal(json_read(&json, text, strlen(text), NULL), 0);
	return json;
}

static void writing_keeps_the_order_and_sorting_does_not(void **state)
{
	json_t *json = parse("{ \"b\" : 1 , \"a\" : { \"d\":[2, 1],"
			     "\"c\":\"\\u00e9/\" } }");
	struct buf out = BUF_INIT;

	(void)state;
	json_write(&out, json);
	assert_string_equal(buf_text(&out),
	    "{\"b\":1,\"a\":{\"d\":[2,1],\"c\":\"\xc3\xa9/\"}}");
	buf_reset(&out);
	json_write_sorted(&out, json);
	assert_string_equal(buf_text(&out),
	    "{\"a\":{\"c\":\"\xc3\xa9/\",\"d\":[2,1]},\"b\":1}");
	buf_free(&out);
	json_decref(json);
}

static void equal_values_sort_to_equal_bytes(void **state)
{
	json_t *a = parse("{\"k\":\"\\u00e9\\/\",\"i\":-0,\"z\":{}}");
	json_t *b = parse("{\"z\":{},\"i\":0,\"k\":\"\xc3\xa9/\"}");
	struct buf one = BUF_INIT, two = BUF_INIT;

	(void)state;
	json_write_sorted(&one, a);
	json_write_sorted(&two, b);
	assert_string_equal(buf_text(&one), buf_text(&two));
	buf_free(&one);
	buf_free(&two);
	json_decref(a);
	json_decref(b);
}

static void members_of_another_type_are_absent(void **state)
{
	json_t *json = parse("{\"t\":\"x\",\"n\":5,\"o\":{},\"z\":null}");

	(void)state;
	assert_string_equal(json_text(json, "t"), "x");
	assert_string_equal(json_text(json, "n"), "");
	assert_string_equal(json_text(json, "o"), "");
	assert_string_equal(json_text(json, "z"), "");
	assert_string_equal(json_text(json, "none"), "");
	assert_string_equal(json_text(NULL, "t"), "");
	assert_int_equal(json_int(json, "n", -1), 5);
	assert_int_equal(json_int(json, "t", -1), -1);
	assert_int_equal(json_int(json, "none", -1), -1);
	assert_int_equal(json_int(NULL, "n", -1), -1);
	json_decref(json);
}

static void nothing_null_and_no_text_are_blank(void **state)
{
	json_t *json = parse("[null,\"\",\" \",0,false,[],{}]");

	(void)state;
	assert_true(json_is_blank(NULL));
	for (size_t i = 0; i < json_array_size(json); i++)
		assert_int_equal(json_is_blank(json_array_get(json, i)), i < 2);
	json_decref(json);
}

static void members_are_put_or_the_failure_is_told(void **state)
{
	json_t *json = json_object();
	struct buf out = BUF_INIT;

	(void)state;
	assert_true(json_put_text(json, "t", "h\xc3\xa9"));
	assert_true(json_put_int(json, "n", INT64_MIN));
	assert_true(json_put(json, "a", json_array()));
	assert_false(json_put(json, "none", NULL));
	assert_false(json_put_text(json, "bad", "\xff"));
	json_write(&out, json);
	assert_string_equal(buf_text(&out),
	    "{\"t\":\"h\xc3\xa9\",\"n\":-9223372036854775808,\"a\":[]}");
	buf_free(&out);
	json_decref(json);
}

/* What was sent is cited, and is no line of ours. */
static void a_refusal_is_one_line(void **state)
{
	static const char text[] = "{\"a\":\"_\\ud\n\x1b[2J\xe2\x80\xae\"}";
	struct err err = ERR_INIT;
	json_t *json;

	(void)state;
	assert_int_equal(json_read(&json, text, strlen(text), &err), E_INVALID);
	for (const char *at = err.text; *at != '\0'; at++)
		assert_true((unsigned char)*at >= ' ');
	assert_null(strstr(err.text, "\xe2\x80\xae"));
}

static void our_own_words_may_be_deep(void **state)
{
	static const char deep[] = "[[[[[[[[[[[[1.5]]]]]]]]]]]]";
	struct err err = ERR_INIT;
	json_t *json;

	(void)state;
	assert_int_equal(json_read(&json, deep, strlen(deep), &err), E_INVALID);
	assert_int_equal(json_read_own(&json, deep, strlen(deep), &err), 0);
	json_decref(json);
	assert_int_equal(json_read_own(&json, "[1", 2, &err), E_INVALID);
	assert_null(json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(our_own_words_may_be_deep),
	    cmocka_unit_test(eight_levels_and_no_more),
	    cmocka_unit_test(a_refusal_is_one_line),
	    cmocka_unit_test(brackets_within_text_are_no_levels),
	    cmocka_unit_test(a_million_levels_are_refused_without_harm),
	    cmocka_unit_test(numbers_are_integers),
	    cmocka_unit_test(a_key_stands_once),
	    cmocka_unit_test(text_is_strict_utf8),
	    cmocka_unit_test(no_nul_hides_in_text),
	    cmocka_unit_test(only_one_whole_object_or_array_is_read),
	    cmocka_unit_test(every_truncation_is_refused),
	    cmocka_unit_test(writing_keeps_the_order_and_sorting_does_not),
	    cmocka_unit_test(equal_values_sort_to_equal_bytes),
	    cmocka_unit_test(members_of_another_type_are_absent),
	    cmocka_unit_test(nothing_null_and_no_text_are_blank),
	    cmocka_unit_test(members_are_put_or_the_failure_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
