#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "server/import/namesake.h"
#include "shared/text.h"

#define PEOPLE_MAX 8

/* Choose for people of one crew with one first name; compare what is shown
 * of each last name. */
static void expect(const char *const *last, const char *const *shown)
{
	struct namesake people[PEOPLE_MAX];
	struct err err = ERR_INIT;
	size_t count = 0;

	for (; last[count] != NULL; count++)
		people[count] =
		    (struct namesake){"VERTS", "Fatou", last[count], 1};
	assert_int_equal(namesake_choose(people, count, &err), 0);
	for (size_t i = 0; i < count; i++) {
		size_t len = text_prefix(last[i], people[i].letters);

		if (len != strlen(shown[i]) ||
		    memcmp(last[i], shown[i], len) != 0)
			fail_msg("%s: %.*s, not %s", last[i], (int)len, last[i],
			    shown[i]);
	}
}

#define NAMES(...)                                                             \
	(const char *const[])                                                  \
	{                                                                      \
		__VA_ARGS__, NULL                                              \
	}

static void one_letter_is_enough_for_one_person(void **state)
{
	(void)state;
	expect(NAMES("Diallo"), NAMES("D"));
	expect(NAMES("Élodie"), NAMES("É"));
}

static void letters_are_added_until_they_differ(void **state)
{
	(void)state;
	expect(NAMES("Diallo", "Diop"), NAMES("Dia", "Dio"));
	expect(NAMES("Diallo", "Diop", "Sow"), NAMES("Dia", "Dio", "S"));
	expect(NAMES("Diallo", "Diatta", "Diop"), NAMES("Dial", "Diat", "Dio"));
}

static void case_and_accents_do_not_tell_people_apart(void **state)
{
	(void)state;
	expect(NAMES("DIALLO", "diop"), NAMES("DIA", "dio"));
	expect(NAMES("Émond", "Emery"), NAMES("Émo", "Eme"));
}

static void a_name_that_begins_another_stays_whole(void **state)
{
	(void)state;
	expect(NAMES("Dia", "Diallo"), NAMES("Dia", "Dial"));
}

static void the_same_full_name_stays_whole_for_both(void **state)
{
	(void)state;
	expect(NAMES("Diop", "Diop", "Diallo"), NAMES("Diop", "Diop", "Dia"));
	expect(NAMES("Diop", "DIOP"), NAMES("Diop", "DIOP"));
}

static void the_last_letter_is_no_separator(void **state)
{
	(void)state;
	expect(NAMES("Le Goff", "Lesage"), NAMES("Le G", "Les"));
	expect(NAMES("N'Diaye", "Ndong"), NAMES("N'D", "Nd"));
}

static void crews_and_first_names_are_apart(void **state)
{
	struct namesake people[] = {
	    {"VERTS", "Fatou", "Diallo", 1},
	    {"BAT", "Fatou", "Diop", 1},
	    {"VERTS", "Aya", "Diop", 1},
	    {"VERTS", "FATOU", "Dione", 1},
	};
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(namesake_choose(people, 4, &err), 0);
	assert_int_equal(people[0].letters, 3);
	assert_int_equal(people[1].letters, 1);
	assert_int_equal(people[2].letters, 1);
	assert_int_equal(people[3].letters, 3);
}

static void letters_never_become_fewer(void **state)
{
	struct namesake people[] = {
	    {"VERTS", "Fatou", "Diallo", 3},
	    {"VERTS", "Aya", "Ba", 99},
	    {"VERTS", "Léa", "", 1},
	};
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(namesake_choose(people, 3, &err), 0);
	assert_int_equal(people[0].letters, 3);
	assert_int_equal(people[1].letters, 2);
	assert_int_equal(people[2].letters, 0);
	assert_int_equal(namesake_choose(people, 0, &err), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(one_letter_is_enough_for_one_person),
	    cmocka_unit_test(letters_are_added_until_they_differ),
	    cmocka_unit_test(case_and_accents_do_not_tell_people_apart),
	    cmocka_unit_test(a_name_that_begins_another_stays_whole),
	    cmocka_unit_test(the_same_full_name_stays_whole_for_both),
	    cmocka_unit_test(the_last_letter_is_no_separator),
	    cmocka_unit_test(crews_and_first_names_are_apart),
	    cmocka_unit_test(letters_never_become_fewer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
