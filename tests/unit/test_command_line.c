/* From the members of a request to words, and what no member may do. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "shared/command_line.h"
#include "shared/lang.h"

static const struct opt options[] = {{"worker", 0, "W", "", ""},
    {"crews", 0, "LIST", "", ""}, {"whole", OPT_FLAG, NULL, "", ""},
    {"as", 0, "WHO", "", ""}, {"out", 0, "FILE", "", ""},
    {NULL, 0, NULL, NULL, NULL}};

static const struct command commands[] = {
    {"hours add", "", options, "", "", NULL, 0},
    {"hours", "", NULL, "", "", NULL, 0},
};

/* The command line of ${words} made from these members: the words with a
 * space after each, or the message that refuses them. */
static int make(struct buf *out, const char *words, const char *args,
    const char *members, struct err *err)
{
	static const char *const fixed[] = {"--data=/d", "--json", NULL};
	struct command_asked asked = {.program = "p",
	    .command = command_find(commands, 2, words),
	    .fixed = fixed,
	    .args = args,
	    .reserved = "as out"};
	struct command_line line;
	json_t *params;
	int rc;

	assert_int_equal(json_read(&params, members, strlen(members), NULL), 0);
	asked.params = params;
	rc = command_line_make(&line, &asked, err);
	buf_reset(out);
	for (int i = 0; i < line.count; i++)
		buf_printf(out, "%s ", line.words[i]);
	command_line_clear(&line);
	json_decref(params);
	return rc;
}

static void assert_line(const char *members, const char *expected)
{
	struct buf line = BUF_INIT;
	struct err err = ERR_INIT;

	if (make(&line, "hours add", "", members, &err) < 0)
		fail_msg("%s: %s", members, err.text);
	assert_string_equal(buf_text(&line), expected);
	buf_free(&line);
}

static void refuse(const char *members, const char *reason)
{
	struct buf line = BUF_INIT;
	struct err err = ERR_INIT;

	assert_int_equal(make(&line, "hours add", "", members, &err), E_USAGE);
	assert_int_equal(err.code, E_USAGE);
	if (strstr(err.text, reason) == NULL)
		fail_msg("%s: \"%s\" lacks \"%s\"", members, err.text, reason);
	buf_free(&line);
}

#define START "p hours add --data=/d --json "

static void members_become_one_word_each(void **state)
{
	(void)state;
	assert_line("{}", START "-- ");
	assert_line("{\"worker\":\"W1\"}", START "--worker=W1 -- ");
	/* No value is an option, whatever it begins with. */
	assert_line("{\"worker\":\"--json\"}", START "--worker=--json -- ");
	assert_line("{\"worker\":\"\"}", START "--worker= -- ");
	assert_line("{\"worker\":-7}", START "--worker=-7 -- ");
	/* An option that is not there is for the parser to refuse. */
	assert_line("{\"wrong\":\"x\"}", START "--wrong=x -- ");
}

static void what_is_null_or_false_is_not_given(void **state)
{
	(void)state;
	assert_line("{\"worker\":null}", START "-- ");
	assert_line("{\"worker\":false}", START "-- ");
	assert_line("{\"whole\":false}", START "-- ");
	assert_line("{\"wrong\":null}", START "-- ");
}

static void lists_are_joined_by_commas(void **state)
{
	static const char bad[] = "« crews » : un texte";

	(void)state;
	assert_line("{\"crews\":[\"A\",\"B\",3]}", START "--crews=A,B,3 -- ");
	assert_line("{\"crews\":[]}", START "--crews= -- ");
	/* One text that would be two. */
	refuse("{\"crews\":[\"A,B\"]}", bad);
	refuse("{\"crews\":[\"A\",[\"B\"]]}", bad);
	refuse("{\"crews\":[null]}", bad);
	refuse("{\"crews\":[true]}", bad);
	refuse("{\"crews\":{\"a\":1}}", bad);
}

/* A query has texts alone: "true" and "false" are a flag's two values. */
static void a_flag_is_its_name_alone(void **state)
{
	(void)state;
	assert_line("{\"whole\":true}", START "--whole -- ");
	assert_line("{\"whole\":\"true\"}", START "--whole -- ");
	assert_line("{\"whole\":\"false\"}", START "-- ");
	/* Which the parser refuses. */
	assert_line("{\"whole\":\"yes\"}", START "--whole=yes -- ");
	assert_line("{\"whole\":1}", START "--whole=1 -- ");
	/* Of other options they are values as any. */
	assert_line("{\"worker\":\"true\"}", START "--worker=true -- ");
	assert_line("{\"worker\":\"false\"}", START "--worker=false -- ");
	assert_line("{\"wrong\":\"true\"}", START "--wrong=true -- ");
	assert_line("{\"wrong\":true}", START "--wrong -- ");
	/* Its value would be the word that follows. */
	refuse("{\"worker\":true}", "« worker » : un texte");
}

static void names_are_in_small_letters(void **state)
{
	static const char letters[] = "est en lettres minuscules";

	(void)state;
	refuse("{\"\":\"x\"}", letters);
	refuse("{\"-worker\":\"x\"}", letters);
	refuse("{\"Worker\":\"x\"}", letters);
	refuse("{\"worker=x\":\"x\"}", letters);
	refuse("{\"worker x\":null}", letters);
	lang_set("en");
	refuse("{\"Worker\":\"x\"}", "an option's name is in small letters");
	lang_set("fr");
	assert_line("{\"abcdefghijklmnopqrstuvwxyz-abcde\":\"x\"}",
	    START "--abcdefghijklmnopqrstuvwxyz-abcde=x -- ");
	refuse("{\"abcdefghijklmnopqrstuvwxyz-abcdef\":\"x\"}", letters);
}

static void some_options_are_not_the_pages(void **state)
{
	static const char reason[] = "ce n'est pas à la page de le dire";

	(void)state;
	refuse("{\"as\":\"N1\"}", "membre « as » : ce n'est pas à la page");
	refuse("{\"out\":\"/etc/passwd\"}", reason);
	/* Common ones, also when they say nothing. */
	refuse("{\"data\":\"/d\"}", reason);
	refuse("{\"help\":false}", reason);
	refuse("{\"yes\":true}", reason);
	lang_set("en");
	refuse("{\"as\":\"N1\"}", "it is not for the page to say");
	lang_set("fr");
	/* The whole name, not its start. */
	assert_line("{\"outer\":\"x\"}", START "--outer=x -- ");
	assert_line("{\"ou\":\"x\"}", START "--ou=x -- ");
}

static void arguments_come_last_in_their_order(void **state)
{
	struct buf line = BUF_INIT;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(
	    make(&line, "hours", "month day",
		"{\"worker\":\"W1\",\"day\":\"-x\",\"month\":\"11\"}", NULL),
	    0);
	assert_string_equal(
	    buf_text(&line), "p hours --data=/d --json --worker=W1 -- 11 -x ");
	/* What is not given leaves no empty word. */
	assert_int_equal(
	    make(&line, "hours", "month day", "{\"day\":\"20\"}", NULL), 0);
	assert_string_equal(buf_text(&line), "p hours --data=/d --json -- 20 ");
	/* Standard input. */
	assert_int_equal(
	    make(&line, "hours", "file", "{\"file\":\"-\"}", &err), E_USAGE);
	assert_non_null(strstr(err.text, "membre « file » : un texte"));
	buf_free(&line);
}

/* The words before the members count too. */
static void a_line_has_at_most_64_words(void **state)
{
	enum { BEFORE = 5, AFTER = 1 };
	struct buf members = BUF_INIT, line = BUF_INIT;

	(void)state;
	for (int count = 0; count <= COMMAND_LINE_MAX; count++) {
		struct err err = ERR_INIT;
		int rc;

		buf_reset(&members);
		buf_add_char(&members, '{');
		for (int i = 0; i < count; i++)
			buf_printf(&members, "%s\"a%c%c\":1", i > 0 ? "," : "",
			    'a' + i / 26, 'a' + i % 26);
		buf_add_char(&members, '}');
		rc = make(&line, "hours add", "", buf_text(&members), &err);
		if (BEFORE + count + AFTER <= COMMAND_LINE_MAX) {
			assert_int_equal(rc, 0);
			continue;
		}
		assert_int_equal(rc, E_USAGE);
		assert_non_null(strstr(err.text, "trop de membres"));
	}
	buf_free(&members);
	buf_free(&line);
}

static void a_command_has_all_its_words(void **state)
{
	(void)state;
	assert_ptr_equal(command_find(commands, 2, "hours add"), &commands[0]);
	assert_ptr_equal(command_find(commands, 2, "hours"), &commands[1]);
	assert_null(command_find(commands, 2, "hours ad"));
	assert_null(command_find(commands, 2, ""));
	assert_null(command_find(commands, 0, "hours"));
}

static void assert_notes(
    const char *answer, const char *notes, const char *expected)
{
	struct buf out = BUF_INIT, note = BUF_INIT;

	buf_add_text(&out, answer);
	buf_add_text(&note, notes);
	assert_int_equal(command_add_notes(&out, &note, NULL), 0);
	assert_string_equal(buf_text(&out), expected);
	buf_free(&out);
	buf_free(&note);
}

static void remarks_are_a_member_of_the_answer(void **state)
{
	(void)state;
	assert_notes("{\"a\":1}\n", "one\n", "{\"a\":1,\"notes\":[\"one\"]}");
	assert_notes("{\"a\":1}", "one\n\n\"two\"",
	    "{\"a\":1,\"notes\":[\"one\",\"\\\"two\\\"\"]}");
	assert_notes("{}\n\n", "one\n", "{\"notes\":[\"one\"]}");
	assert_notes("{}", "", "{}");
}

/* What is no object has no place for them. */
static void an_answer_that_is_no_object_stays_as_it_is(void **state)
{
	(void)state;
	assert_notes("", "one\n", "");
	assert_notes("\n", "one\n", "");
	assert_notes("}", "one\n", "}");
	assert_notes("[1]\n", "one\n", "[1]");
	assert_notes("a;b\n", "one\n", "a;b");
}

static int start(void **state)
{
	(void)state;
	lang_set("fr");
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(members_become_one_word_each),
	    cmocka_unit_test(what_is_null_or_false_is_not_given),
	    cmocka_unit_test(lists_are_joined_by_commas),
	    cmocka_unit_test(a_flag_is_its_name_alone),
	    cmocka_unit_test(names_are_in_small_letters),
	    cmocka_unit_test(some_options_are_not_the_pages),
	    cmocka_unit_test(arguments_come_last_in_their_order),
	    cmocka_unit_test(a_line_has_at_most_64_words),
	    cmocka_unit_test(a_command_has_all_its_words),
	    cmocka_unit_test(remarks_are_a_member_of_the_answer),
	    cmocka_unit_test(an_answer_that_is_no_object_stays_as_it_is),
	};

	return cmocka_run_group_tests(tests, start, NULL);
}
