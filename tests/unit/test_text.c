#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "shared/lang.h"
#include "shared/text.h"

static void assert_utf8(const char *bytes, bool valid)
{
	assert_int_equal(text_is_utf8(bytes, strlen(bytes)), valid);
}

static void shortest_forms_are_utf8(void **state)
{
	(void)state;
	assert_true(text_is_utf8(NULL, 0));
	assert_utf8("abc", true);
	assert_utf8("\xC2\x80", true);
	assert_utf8("\xE0\xA0\x80", true);
	assert_utf8("\xED\x9F\xBF", true);
	assert_utf8("\xEE\x80\x80", true);
	assert_utf8("\xF0\x90\x80\x80", true);
	assert_utf8("\xF4\x8F\xBF\xBF", true);
}

static void overlong_surrogate_and_too_large_are_not_utf8(void **state)
{
	(void)state;
	assert_utf8("\xC0\x80", false);
	assert_utf8("\xC1\xBF", false);
	assert_utf8("\xE0\x9F\xBF", false);
	assert_utf8("\xF0\x8F\xBF\xBF", false);
	assert_utf8("\xED\xA0\x80", false);
	assert_utf8("\xED\xBF\xBF", false);
	assert_utf8("\xF4\x90\x80\x80", false);
	assert_utf8("\xF5\x80\x80\x80", false);
	assert_utf8("\xFF", false);
	assert_utf8("\xFE\xFF", false);
}

static void truncated_and_stray_bytes_are_not_utf8(void **state)
{
	(void)state;
	assert_utf8("\x80", false);
	assert_utf8("a\xBF", false);
	assert_utf8("\xC3", false);
	assert_utf8("\xC3z", false);
	assert_utf8("\xE2\x82", false);
	assert_utf8("\xE2\x82z", false);
	assert_utf8("\xF0\x9F\x98", false);
	assert_utf8("\xF0\x9F\x98z", false);
	assert_false(text_is_utf8("\xE2\x82\xAC", 2));
}

static void nul_is_not_utf8_text(void **state)
{
	(void)state;
	assert_false(text_is_utf8("a\0b", 3));
	assert_false(text_is_utf8("", 1));
}

/* A sequence cut at the end of its allocation must not be read beyond. */
static void a_cut_sequence_is_not_read_beyond_its_end(void **state)
{
	char *bytes = malloc(2);

	(void)state;
	assert_non_null(bytes);
	bytes[0] = '\xF0';
	bytes[1] = '\x9F';
	assert_false(text_is_utf8(bytes, 2));
	free(bytes);
}

static void windows_1252_becomes_utf8(void **state)
{
	struct buf out = BUF_INIT;

	(void)state;
	text_from_cp1252(&out, "\x80uro \x9Cuvre \xE9t\xE9 \x92 \xFF", 18);
	assert_string_equal(buf_text(&out), "€uro œuvre été ’ ÿ");
	buf_reset(&out);
	text_from_cp1252(&out, "", 0);
	assert_string_equal(buf_text(&out), "");
	text_from_cp1252(&out, "\xC7", 1);
	assert_string_equal(buf_text(&out), "Ç");
	buf_free(&out);
}

static void bytes_undefined_in_windows_1252_are_replaced(void **state)
{
	struct buf out = BUF_INIT;

	(void)state;
	text_from_cp1252(&out, "\x81\x8D\x8F\x90\x9D", 5);
	assert_string_equal(buf_text(&out), "\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD");
	buf_free(&out);
}

static void every_windows_1252_byte_gives_one_valid_code_point(void **state)
{
	struct buf out = BUF_INIT;

	(void)state;
	for (int byte = 1; byte < 256; byte++) {
		unsigned char c = (unsigned char)byte;

		buf_reset(&out);
		text_from_cp1252(&out, &c, 1);
		assert_true(text_is_utf8(out.data, out.len));
		assert_int_equal(text_length(buf_text(&out)), 1);
	}
	buf_free(&out);
}

static void assert_fold(const char *text, const char *expected)
{
	struct buf out = BUF_INIT;

	text_fold(&out, text);
	assert_int_equal(buf_check(&out, NULL), 0);
	assert_string_equal(buf_text(&out), expected);
	buf_free(&out);
}

static void folding_drops_case_and_accents(void **state)
{
	(void)state;
	assert_fold("Éléonore ÇA", "eleonore ca");
	assert_fold("ÀÂÄÈÉÊËÎÏÔÖÙÛÜŸÑ", "aaaeeeeiioouuuyn");
	assert_fold("Œuvre cœur Æ æ Straße", "oeuvre coeur ae ae strasse");
	assert_fold("Łódź Šimůnek Åse Ðorđe İı", "lodz simunek ase dorde ii");
	assert_fold("Őŷſĳŉĸ", "oysijnk");
}

static void folding_keeps_signs_and_other_scripts(void **state)
{
	(void)state;
	assert_fold("3×4÷2", "3×4÷2");
	assert_fold("Олександр", "Олександр");
	assert_fold("سلام 😀", "سلام 😀");
	assert_fold("ƀ¿", "ƀ¿");
}

static void folding_drops_combining_marks(void **state)
{
	(void)state;
	assert_fold("E\u0301le\u0300ve", "eleve");
	assert_true(text_same("e\u0301", "é"));
}

static void folding_makes_every_gap_one_space(void **state)
{
	(void)state;
	assert_fold("  a \u00A0\u202F b__c--d _- e\t\r\nf  ", "a b c d e f");
	assert_fold("Jean-Pierre", "jean pierre");
	assert_fold("paid_leave", "paid leave");
	assert_fold("-_ \u00A0", "");
	assert_fold("a\u2000b\u200Ac\u2010d\u2011e", "a b c d e");
	assert_fold("a\u1FFF\u200B\u200F\u2012z", "a\u1FFF\u200B\u200F\u2012z");
	assert_fold("", "");
}

static void folding_straightens_apostrophes(void **state)
{
	(void)state;
	assert_fold("L’Île ‘x’ ʼ", "l'ile 'x' '");
}

static void folding_passes_stray_bytes_on(void **state)
{
	(void)state;
	assert_fold("A\xE9", "a\xE9");
	assert_fold("\xF0\x9F", "\xF0\x9F");
}

static void the_same_words_read_the_same(void **state)
{
	(void)state;
	assert_true(text_same("Date d’arrivée", "date_d'arrivee"));
	assert_true(text_same(" Congés  Payés", "CONGES-PAYES"));
	assert_true(text_same("", " "));
	assert_false(text_same("congé", "congés"));
	assert_false(text_same("ab", "a b"));
}

static void names_read_the_same_without_final_dots(void **state)
{
	(void)state;
	assert_true(text_same_name("Léa M.", "lea m"));
	assert_true(text_same_name("lea m", "Léa M."));
	assert_true(text_same_name("A..", "a."));
	assert_false(text_same_name("Léa M.", "lea mo"));
	assert_false(text_same_name("lea mo", "Léa M."));
	assert_false(text_same_name("a.b", "ab"));
	assert_false(text_same_name("..", "."));
	assert_false(text_same_name("", ""));
}

static void columns_leave_out_combining_marks(void **state)
{
	(void)state;
	assert_int_equal(text_columns(""), 0);
	assert_int_equal(text_columns("été"), 3);
	assert_int_equal(text_columns("e\u0301te\u036F"), 3);
	assert_int_equal(text_columns("a\u02FF\u0370"), 3);
	assert_int_equal(text_columns("a\xFF\xC3"), 3);
}

static void length_counts_code_points(void **state)
{
	(void)state;
	assert_int_equal(text_length(""), 0);
	assert_int_equal(text_length("œ€😀a"), 4);
	assert_int_equal(text_length("e\u0301"), 2);
}

static void prefix_never_splits_a_code_point(void **state)
{
	(void)state;
	assert_int_equal(text_prefix("é€😀a", 0), 0);
	assert_int_equal(text_prefix("é€😀a", 1), 2);
	assert_int_equal(text_prefix("é€😀a", 2), 5);
	assert_int_equal(text_prefix("é€😀a", 3), 9);
	assert_int_equal(text_prefix("é€😀a", 4), 10);
	assert_int_equal(text_prefix("é€😀a", SIZE_MAX), 10);
	assert_int_equal(text_prefix("", 5), 0);
}

static void assert_quote(const char *text, const char *expected)
{
	struct buf out = BUF_INIT;

	text_quote(&out, text);
	assert_string_equal(buf_text(&out), expected);
	buf_free(&out);
}

static void quoting_shows_no_control_character(void **state)
{
	(void)state;
	assert_quote("", "");
	assert_quote("Chloé", "Chloé");
	assert_quote("a\x1B[31mb\nc\x7F", "a?[31mb?c?");
	assert_quote("a\xC2\x85"
		     "b\u202Ec\u2066d\u2028e\uFEFF",
	    "a?b?c?d?e?");
	assert_quote("a\u200Eb\u200Fc\u2070d\u2030e", "a?b?c\u2070d\u2030e");
	assert_quote("caf\xE9 \xF0\x9F", "caf? ??");
}

static void quoting_cuts_at_sixty_code_points(void **state)
{
	char text[2 * 61 + 1] = "", expected[2 * 60 + 4] = "";

	(void)state;
	for (int i = 0; i < 60; i++)
		strcat(text, "é");
	assert_quote(text, text);
	strcpy(expected, text);
	strcat(expected, "…");
	strcat(text, "é");
	assert_quote(text, expected);
}

static void refuse_id(const char *text, const char *reason)
{
	struct err err = ERR_INIT;

	assert_int_equal(text_check_id(text, &err), E_INVALID);
	assert_int_equal(err.code, E_INVALID);
	if (strstr(err.text, reason) == NULL)
		fail_msg("\"%s\" lacks \"%s\"", err.text, reason);
	for (const char *c = err.text; *c != '\0'; c++)
		assert_true((unsigned char)*c >= ' ' && *c != 0x7F);
	assert_true(text_is_utf8(err.text, strlen(err.text)));
	assert_int_equal(text_check_id(text, NULL), E_INVALID);
}

static void people_s_identifiers_are_fit(void **state)
{
	static const char *const ids[] = {"V01", "ENC-01", "Éloïse D.", "a",
	    "Second œuvre", "12'b", "x-", "équipe (matin)"};

	(void)state;
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		assert_int_equal(text_check_id(ids[i], NULL), 0);
}

static void identifiers_have_no_reserved_character(void **state)
{
	const char *reserved = "/\\\"<>|*?#";

	(void)state;
	for (const char *c = reserved; *c != '\0'; c++) {
		char id[] = "a.b";

		id[1] = *c;
		refuse_id(id, "interdits");
	}
}

static void identifiers_have_no_control_character(void **state)
{
	char id[] = "a.b";

	(void)state;
	for (char c = 1; c < ' '; c++) {
		id[1] = c;
		refuse_id(id, "caractère invisible");
	}
	refuse_id("a\x7F", "« a? »");
	refuse_id("a\xC2\x9B"
		  "b",
	    "« a?b »");
	refuse_id("a\u202Eb", "caractère invisible");
}

static void identifiers_are_strict_utf8(void **state)
{
	(void)state;
	refuse_id("Chlo\xE9", "« Chlo? » : ce n'est pas de l'UTF-8");
	refuse_id("\xC0\xAF", "UTF-8");
	refuse_id("a\xED\xA0\x80", "UTF-8");
}

static void identifiers_neither_start_nor_end_with_a_space(void **state)
{
	(void)state;
	refuse_id(" a", "espace");
	refuse_id("a ", "espace");
	refuse_id("\u00A0a", "espace");
	refuse_id("a\u202F", "espace");
	refuse_id("-a", "tiret");
	refuse_id("--help", "tiret");
}

static void identifiers_have_1_to_64_bytes(void **state)
{
	char id[TEXT_ID_MAX + 2] = "";

	(void)state;
	refuse_id("", "vide");
	refuse_id("   ", "vide");
	memset(id, 'x', TEXT_ID_MAX);
	assert_int_equal(text_check_id(id, NULL), 0);
	id[TEXT_ID_MAX] = 'x';
	refuse_id(id, "trop long (65 octets, 64 au plus");
	refuse_id("éééééééééééééééééééééééééééééééée", "65 octets");
}

static void a_huge_identifier_is_not_echoed_whole(void **state)
{
	char *id = malloc(1000001);
	struct err err = ERR_INIT;

	(void)state;
	assert_non_null(id);
	memset(id, 'x', 1000000);
	id[1000000] = '\0';
	assert_int_equal(text_check_id(id, &err), E_INVALID);
	assert_true(strlen(err.text) < 300);
	free(id);
}

static void names_may_hold_what_identifiers_may_not(void **state)
{
	(void)state;
	assert_int_equal(
	    text_check_name("nom", "Taille / tonte #2", 20, NULL), 0);
	assert_int_equal(text_check_name("nom", "- x", 3, NULL), 0);
}

static void refuse_name(const char *text, size_t max, const char *reason)
{
	struct err err = ERR_INIT;

	assert_int_equal(text_check_name("prénom", text, max, &err), E_INVALID);
	assert_ptr_equal(strstr(err.text, "prénom"), err.text);
	if (strstr(err.text, reason) == NULL)
		fail_msg("\"%s\" lacks \"%s\"", err.text, reason);
}

static void names_are_short_visible_utf8(void **state)
{
	(void)state;
	refuse_name("", 10, "vide");
	refuse_name(" \u00A0", 10, "vide");
	refuse_name("a\nb", 10, "caractère invisible");
	refuse_name("a\xFF", 10, "UTF-8");
	refuse_name("été", 4, "5 octets, 4 au plus");
	assert_int_equal(text_check_name("prénom", "été", 5, NULL), 0);
}

static void refusals_speak_english_too(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	lang_set("en");
	assert_int_equal(text_check_id("a*", &err), E_INVALID);
	lang_set("fr");
	assert_non_null(strstr(err.text, "identifier \"a*\": the characters"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(shortest_forms_are_utf8),
	    cmocka_unit_test(overlong_surrogate_and_too_large_are_not_utf8),
	    cmocka_unit_test(truncated_and_stray_bytes_are_not_utf8),
	    cmocka_unit_test(nul_is_not_utf8_text),
	    cmocka_unit_test(a_cut_sequence_is_not_read_beyond_its_end),
	    cmocka_unit_test(windows_1252_becomes_utf8),
	    cmocka_unit_test(bytes_undefined_in_windows_1252_are_replaced),
	    cmocka_unit_test(
		every_windows_1252_byte_gives_one_valid_code_point),
	    cmocka_unit_test(folding_drops_case_and_accents),
	    cmocka_unit_test(folding_keeps_signs_and_other_scripts),
	    cmocka_unit_test(folding_drops_combining_marks),
	    cmocka_unit_test(folding_makes_every_gap_one_space),
	    cmocka_unit_test(folding_straightens_apostrophes),
	    cmocka_unit_test(folding_passes_stray_bytes_on),
	    cmocka_unit_test(the_same_words_read_the_same),
	    cmocka_unit_test(names_read_the_same_without_final_dots),
	    cmocka_unit_test(columns_leave_out_combining_marks),
	    cmocka_unit_test(length_counts_code_points),
	    cmocka_unit_test(prefix_never_splits_a_code_point),
	    cmocka_unit_test(quoting_shows_no_control_character),
	    cmocka_unit_test(quoting_cuts_at_sixty_code_points),
	    cmocka_unit_test(people_s_identifiers_are_fit),
	    cmocka_unit_test(identifiers_have_no_reserved_character),
	    cmocka_unit_test(identifiers_have_no_control_character),
	    cmocka_unit_test(identifiers_are_strict_utf8),
	    cmocka_unit_test(identifiers_neither_start_nor_end_with_a_space),
	    cmocka_unit_test(identifiers_have_1_to_64_bytes),
	    cmocka_unit_test(a_huge_identifier_is_not_echoed_whole),
	    cmocka_unit_test(names_may_hold_what_identifiers_may_not),
	    cmocka_unit_test(names_are_short_visible_utf8),
	    cmocka_unit_test(refusals_speak_english_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
