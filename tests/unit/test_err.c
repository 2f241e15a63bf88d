#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/err.h"
#include "shared/lang.h"
#include "shared/text.h"

static void setting_fills_and_returns_the_code(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(
	    err_set(&err, E_CONFLICT, "%s %d", "ligne", 7), E_CONFLICT);
	assert_int_equal(err.code, E_CONFLICT);
	assert_string_equal(err.text, "ligne 7");
}

static void nobody_has_to_listen(void **state)
{
	(void)state;
	assert_int_equal(err_set(NULL, E_LIMIT, "x"), E_LIMIT);
	assert_int_equal(err_errno(NULL, E_BUSY, "x"), E_BUSY);
	assert_int_equal(err_nomem(NULL), E_NOMEM);
	assert_true(err_context(NULL, "x") < 0);
}

static void long_text_is_cut(void **state)
{
	struct err err = ERR_INIT;
	char text[2 * ERR_TEXT_MAX];

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(err_set(&err, E_IO, "%s", text), E_IO);
	assert_int_equal(strlen(err.text), ERR_TEXT_MAX - 1);
	assert_int_equal(err_context(&err, "ligne %d", 7), E_IO);
	assert_int_equal(strlen(err.text), ERR_TEXT_MAX - 1);
	assert_memory_equal(err.text, "ligne 7 : xxx", 13);
	assert_int_equal(err_context(&err, "%s", text), E_IO);
	assert_int_equal(strlen(err.text), ERR_TEXT_MAX - 1);
	errno = ENOENT;
	assert_int_equal(err_errno(&err, E_IO, "%s", text), E_IO);
	assert_true(strlen(err.text) < ERR_TEXT_MAX);
	assert_non_null(strstr(err.text, "x : ce fichier ou ce dossier"));
}

static void context_goes_before_the_reason(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	(void)err_set(&err, E_INVALID, "durée vide");
	assert_int_equal(err_context(&err, "ligne %d", 7), E_INVALID);
	assert_int_equal(err_context(&err, "%s", "semaine.csv"), E_INVALID);
	assert_string_equal(err.text, "semaine.csv : ligne 7 : durée vide");
	assert_int_equal(err.code, E_INVALID);
}

static void the_colon_follows_the_language(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	lang_set("en_GB.UTF-8");
	(void)err_set(&err, E_INVALID, "empty");
	(void)err_context(&err, "line 7");
	lang_set("fr_FR.UTF-8");
	assert_string_equal(err.text, "line 7: empty");
}

static void assert_english(bool english)
{
	lang_set_from_environment();
	assert_string_equal(
	    L("français", "English"), english ? "English" : "français");
}

static void the_environment_tells_the_language(void **state)
{
	(void)state;
	assert_int_equal(unsetenv("LC_ALL"), 0);
	assert_int_equal(unsetenv("LC_MESSAGES"), 0);
	assert_int_equal(setenv("LANG", "en_GB.UTF-8", 1), 0);
	assert_english(true);
	/* Before it, and also when empty: as if it were not there. */
	assert_int_equal(setenv("LC_MESSAGES", "", 1), 0);
	assert_english(true);
	assert_int_equal(setenv("LC_MESSAGES", "fr_FR.UTF-8", 1), 0);
	assert_english(false);
	assert_int_equal(setenv("LC_ALL", "en", 1), 0);
	assert_english(true);
	/* A language that only begins like English. */
	assert_int_equal(setenv("LC_ALL", "enm", 1), 0);
	assert_english(false);
	lang_set("en");
	lang_set(NULL);
	assert_string_equal(L("français", "English"), "français");
	/* Nothing is said: as it was. */
	assert_int_equal(unsetenv("LC_ALL"), 0);
	assert_int_equal(unsetenv("LC_MESSAGES"), 0);
	assert_int_equal(unsetenv("LANG"), 0);
	lang_set("en");
	assert_english(true);
	lang_set("fr");
}

static void errno_s_meaning_follows(void **state)
{
	struct err err = ERR_INIT;
	char expected[128];

	(void)state;
	errno = ENOENT;
	assert_int_equal(err_errno(&err, E_IO, "%s", "a.db"), E_IO);
	assert_string_equal(err.text,
	    "a.db : ce fichier ou ce dossier n'existe pas : vérifiez son nom");
	assert_int_equal(err.code, E_IO);
	errno = EDOM;
	(void)err_errno(&err, E_IO, "%s", "a.db");
	(void)snprintf(expected, sizeof(expected), "a.db : %s", strerror(EDOM));
	assert_string_equal(err.text, expected);
}

static void what_is_said_moves_no_cursor(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	(void)err_set(&err, E_INVALID,
	    "a%sb\xff"
	    "c\xc3",
	    "\x1b[31m\r\xe2\x80\xae");
	assert_string_equal(err.text, "a?[31m??b?c?");
	(void)err_context(&err, "\tligne\n%s", "\a");
	assert_string_equal(err.text, "?ligne\n? : a?[31m??b?c?");
	errno = ENOENT;
	(void)err_errno(&err, E_IO, "\x7f");
	assert_string_equal(err.text,
	    "? : ce fichier ou ce dossier n'existe pas : vérifiez son nom");
}

static void a_long_text_is_cut_between_characters(void **state)
{
	struct err err = ERR_INIT;
	char text[2 * ERR_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i + 2 < sizeof(text); i += 2)
		memcpy(text + i, "é", 3);
	(void)err_set(&err, E_INVALID, "%s", text);
	assert_int_equal(strlen(err.text), ERR_TEXT_MAX - 1);
	assert_true(text_is_utf8(err.text, strlen(err.text)));
}

static void no_memory_is_reported(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(err_nomem(&err), E_NOMEM);
	assert_int_equal(err.code, E_NOMEM);
	assert_non_null(strstr(err.text, "mémoire insuffisante"));
}

static void every_code_has_its_own_word(void **state)
{
	(void)state;
	for (int code = E_FORBIDDEN; code <= E_USAGE; code++) {
		assert_string_not_equal(err_slug(code), "failure");
		assert_int_equal(err_from_slug(err_slug(code)), code);
		for (int other = code + 1; other <= E_USAGE; other++)
			assert_string_not_equal(
			    err_slug(code), err_slug(other));
	}
	assert_string_equal(err_slug(0), "ok");
	assert_string_equal(err_slug(1), "failure");
	assert_string_equal(err_slug(E_BLOCKED - 1), "failure");
	assert_int_equal(err_from_slug("nonsense"), E_IO);
	assert_int_equal(err_from_slug(""), E_IO);
}

static void exit_statuses_are_the_documented_ones(void **state)
{
	(void)state;
	assert_int_equal(err_exit_status(0), 0);
	assert_int_equal(err_exit_status(E_USAGE), 2);
	assert_int_equal(err_exit_status(E_PARTIAL), 3);
	assert_int_equal(err_exit_status(E_AUTH), 4);
	assert_int_equal(err_exit_status(E_REVOKED), 4);
	assert_int_equal(err_exit_status(E_NOT_INIT), 10);
	assert_int_equal(err_exit_status(E_LOCKED), 11);
	assert_int_equal(err_exit_status(E_OFFLINE), 20);
	assert_int_equal(err_exit_status(E_INTERRUPTED), 130);
	assert_int_equal(err_exit_status(E_INVALID), 1);
	assert_int_equal(err_exit_status(-1000), 1);
	assert_int_equal(err_exit_status(1000), 1);
}

static void failures_never_look_like_success(void **state)
{
	(void)state;
	for (int code = E_FORBIDDEN; code <= E_USAGE; code++) {
		assert_in_range(err_exit_status(code), 1, 255);
		assert_in_range(err_http_status(code), 400, 599);
	}
	assert_int_equal(err_http_status(-1000), 500);
}

static void http_statuses_tell_whose_fault_it_is(void **state)
{
	(void)state;
	assert_int_equal(err_http_status(0), 200);
	assert_int_equal(err_http_status(E_INVALID), 400);
	assert_int_equal(err_http_status(E_AUTH), 401);
	assert_int_equal(err_http_status(E_REVOKED), 403);
	assert_int_equal(err_http_status(E_NOT_FOUND), 404);
	assert_int_equal(err_http_status(E_METHOD), 405);
	assert_int_equal(err_http_status(E_TIMEOUT), 408);
	assert_int_equal(err_http_status(E_CONFLICT), 409);
	assert_int_equal(err_http_status(E_LIMIT), 413);
	/* A full disk: the server says when to come back. */
	assert_int_equal(err_http_status(E_IO), 503);
	assert_int_equal(err_http_status(E_BUSY), 503);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(setting_fills_and_returns_the_code),
	    cmocka_unit_test(nobody_has_to_listen),
	    cmocka_unit_test(long_text_is_cut),
	    cmocka_unit_test(context_goes_before_the_reason),
	    cmocka_unit_test(the_colon_follows_the_language),
	    cmocka_unit_test(the_environment_tells_the_language),
	    cmocka_unit_test(errno_s_meaning_follows),
	    cmocka_unit_test(what_is_said_moves_no_cursor),
	    cmocka_unit_test(a_long_text_is_cut_between_characters),
	    cmocka_unit_test(no_memory_is_reported),
	    cmocka_unit_test(every_code_has_its_own_word),
	    cmocka_unit_test(exit_statuses_are_the_documented_ones),
	    cmocka_unit_test(failures_never_look_like_success),
	    cmocka_unit_test(http_statuses_tell_whose_fault_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
