/* The lines that are logged: both formats, levels, request ids, hostile
 * values. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/date.h"
#include "shared/json.h"
#include "shared/log.h"

#define SAID_MAX 8192

static char said[SAID_MAX];
static FILE *heard;
static int before;

static void listen_to_it(void)
{
	heard = tmpfile();
	before = dup(STDERR_FILENO);
	assert_non_null(heard);
	assert_true(before >= 0);
	assert_true(dup2(fileno(heard), STDERR_FILENO) >= 0);
}

static void heard_all(void)
{
	size_t len;

	assert_true(dup2(before, STDERR_FILENO) >= 0);
	assert_int_equal(close(before), 0);
	rewind(heard);
	len = fread(said, 1, sizeof(said) - 1, heard);
	said[len] = '\0';
	assert_int_equal(fclose(heard), 0);
}

/* What comes after the time, which must be one. */
static const char *after_time(const char *line, const char *mark)
{
	char stamp[STAMP_TEXT];
	int64_t second;

	assert_memory_equal(line, mark, strlen(mark));
	line += strlen(mark);
	memcpy(stamp, line, 19);
	stamp[19] = 'Z';
	stamp[20] = '\0';
	assert_int_equal(stamp_parse(&second, stamp, NULL), 0);
	assert_int_equal(line[19], '.');
	assert_int_equal(strspn(line + 20, "0123456789"), 3);
	assert_int_equal(line[23], 'Z');
	return line + 24;
}

static void say_one(enum log_level level)
{
	struct log_line line;

	log_begin(&line, level, "tried");
	log_text(&line, "plain", "2026-11");
	log_text(&line, "empty", "");
	log_text(&line, "quoted", "a \"b\" c\\d\ne\x1b[31m");
	log_text(&line, "name", "C\xc3\xa9line \xff \xc2\x9b \xe2\x82");
	log_number(&line, "count", -12);
	log_bool(&line, "fine", true);
	log_end(&line);
}

static void logfmt_is_one_line(void **state)
{
	(void)state;
	log_set(LOG_INFO, LOG_LOGFMT);
	listen_to_it();
	say_one(LOG_INFO);
	heard_all();
	assert_string_equal(after_time(said, "time="),
	    " level=info event=tried plain=2026-11 empty=\"\" "
	    "quoted=\"a \\\"b\\\" c\\\\d\\ne\\u001b[31m\" "
	    "name=\"C\xc3\xa9line \xef\xbf\xbd \xef\xbf\xbd\xef\xbf\xbd "
	    "\xef\xbf\xbd\xef\xbf\xbd\" count=-12 fine=true\n");
}

static void json_is_one_line(void **state)
{
	json_t *json;

	(void)state;
	log_set(LOG_INFO, LOG_JSON);
	listen_to_it();
	say_one(LOG_WARN);
	heard_all();
	(void)after_time(said, "{\"time\":\"");
	assert_int_equal(strcspn(said, "\n"), strlen(said) - 1);
	assert_int_equal(json_read(&json, said, strlen(said) - 1, NULL), 0);
	assert_string_equal(json_text(json, "level"), "warn");
	assert_string_equal(
	    json_text(json, "quoted"), "a \"b\" c\\d\ne\x1b[31m");
	assert_int_equal(json_int(json, "count", 0), -12);
	assert_true(json_is_true(json_object_get(json, "fine")));
	json_decref(json);
}

static void a_level_hides_what_is_below(void **state)
{
	enum log_level level;

	(void)state;
	assert_true(log_level_parse(&level, "warn"));
	assert_false(log_level_parse(&level, "Warn"));
	log_set(level, LOG_LOGFMT);
	listen_to_it();
	say_one(LOG_INFO);
	say_one(LOG_DEBUG);
	log_event(LOG_ERROR, "broken", "", "");
	log_event(LOG_WARN, "odd", "why", "x");
	heard_all();
	assert_string_equal(after_time(said, "time="),
	    strstr(said, " level=error event=broken"));
	assert_null(strstr(said, "tried"));
	assert_non_null(strstr(said, " level=warn event=odd why=x\n"));
}

static void a_request_has_its_id(void **state)
{
	char first[LOG_ID_TEXT], wanted[64];

	(void)state;
	log_set(LOG_INFO, LOG_LOGFMT);
	log_request_begin();
	(void)snprintf(first, sizeof(first), "%s", log_request());
	assert_int_equal(strspn(first, "0123456789abcdef"), 16);
	listen_to_it();
	log_event(LOG_INFO, "inside", "", "");
	heard_all();
	(void)snprintf(
	    wanted, sizeof(wanted), " level=info event=inside id=%s\n", first);
	assert_string_equal(after_time(said, "time="), wanted);
	log_request_begin();
	assert_string_not_equal(first, log_request());
	log_request_end();
	assert_string_equal(log_request(), "");
}

/* Members that do not fit are left out whole, in both formats. */
static void a_long_line_is_cut_between_members(void **state)
{
	static const enum log_format formats[] = {LOG_LOGFMT, LOG_JSON};
	char value[1501], name[8];
	struct log_line line;
	json_t *json;

	(void)state;
	memset(value, ' ', sizeof(value) - 1);
	value[sizeof(value) - 1] = '\0';
	for (size_t i = 0; i < 2; i++) {
		log_set(LOG_INFO, formats[i]);
		listen_to_it();
		log_begin(&line, LOG_INFO, "long");
		for (int n = 0; n < 4; n++) {
			(void)snprintf(name, sizeof(name), "v%d", n);
			log_text(&line, name, value);
		}
		log_end(&line);
		heard_all();
		assert_true(strlen(said) < 4096);
		assert_non_null(strstr(said, "v0"));
		assert_null(strstr(said, "v3"));
		assert_non_null(strstr(said, "cut"));
		if (formats[i] != LOG_JSON)
			continue;
		assert_int_equal(
		    json_read(&json, said, strlen(said) - 1, NULL), 0);
		json_decref(json);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(logfmt_is_one_line),
	    cmocka_unit_test(json_is_one_line),
	    cmocka_unit_test(a_level_hides_what_is_below),
	    cmocka_unit_test(a_request_has_its_id),
	    cmocka_unit_test(a_long_line_is_cut_between_members),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
