#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "shared/siret.h"

static void accept(const char *text, const char *expected)
{
	struct err err = ERR_INIT;
	char out[SIRET_TEXT] = "";

	if (siret_parse(out, text, &err) != 0)
		fail_msg("\"%s\": %s", text, err.text);
	assert_string_equal(out, expected);
}

static void refuse(const char *text, const char *reason)
{
	struct err err = ERR_INIT;
	char out[SIRET_TEXT] = "kept";

	if (siret_parse(out, text, &err) == 0)
		fail_msg("\"%s\" accepted", text);
	assert_int_equal(err.code, E_INVALID);
	if (strstr(err.text, reason) == NULL)
		fail_msg("\"%s\" lacks \"%s\"", err.text, reason);
	assert_string_equal(out, "kept");
}

static void fourteen_digits_by_luhn_are_a_siret(void **state)
{
	(void)state;
	accept("73282932000074", "73282932000074");
	accept("04120768900013", "04120768900013");
}

static void spaces_may_stand_between_digits(void **state)
{
	(void)state;
	accept("732 829 320 00074", "73282932000074");
	accept(" 732\u00A0829\u202F320 00074 ", "73282932000074");
}

static void any_single_wrong_digit_is_found(void **state)
{
	(void)state;
	for (int i = 0; i < SIRET_TEXT - 1; i++) {
		for (char c = '0'; c <= '9'; c++) {
			char text[] = "73282932000074";

			if (text[i] == c)
				continue;
			text[i] = c;
			refuse(text, "clé de contrôle");
		}
	}
}

static void a_wrong_length_is_told_from_a_wrong_digit(void **state)
{
	(void)state;
	refuse("", "celui-ci en a 0");
	refuse("   ", "celui-ci en a 0");
	refuse("7328293200007", "celui-ci en a 13");
	refuse("732829320", "celui-ci en a 9");
	refuse("732829320000741", "celui-ci en a 15");
	refuse("7328293200007400000000000000000000000000", "en a 40");
	refuse("73282932000075", "clé de contrôle");
}

static void other_characters_are_refused(void **state)
{
	(void)state;
	refuse("7328293200007x", "que des chiffres");
	refuse("732.829.320.00074", "que des chiffres");
	refuse("-73282932000074", "que des chiffres");
	refuse("7,32829E+13", "que des chiffres");
	refuse("73282932000074\n", "que des chiffres");
	refuse("7328293200007\xC2", "que des chiffres");
	refuse("٧٣٢٨٢٩٣٢٠٠٠٠٧٤", "que des chiffres");
}

static void la_poste_follows_its_own_rule(void **state)
{
	(void)state;
	/* The sum of the digits is 25, though Luhn's rule does not hold. */
	accept("35600000000047", "35600000000047");
	refuse("35600000000046", "clé de contrôle");
	/* The head office is the one exception. */
	accept("356 000 000 00048", "35600000000048");
}

static void only_la_poste_follows_it(void **state)
{
	(void)state;
	/* The sum of the digits is a multiple of 5 here too. */
	refuse("36500000000047", "clé de contrôle");
	refuse("35600000100055", "clé de contrôle");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(fourteen_digits_by_luhn_are_a_siret),
	    cmocka_unit_test(spaces_may_stand_between_digits),
	    cmocka_unit_test(any_single_wrong_digit_is_found),
	    cmocka_unit_test(a_wrong_length_is_told_from_a_wrong_digit),
	    cmocka_unit_test(other_characters_are_refused),
	    cmocka_unit_test(la_poste_follows_its_own_rule),
	    cmocka_unit_test(only_la_poste_follows_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
