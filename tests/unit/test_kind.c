#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "shared/kind.h"
#include "shared/lang.h"
#include "shared/text.h"

#define ALL                                                                    \
	((unsigned)(STRUCTURE_ACI | STRUCTURE_EI | STRUCTURE_AI |              \
		    STRUCTURE_ETTI | STRUCTURE_EITI))
#define ACI ((unsigned)STRUCTURE_ACI)

static const struct {
	const char *slug;
	bool paid, effective, absence;
	unsigned asp;
} expected[] = {
    {"work", true, true, false, ALL},
    {"training", true, true, false, ALL},
    {"afest", true, true, false, ALL},
    {"counselling", true, true, false, ALL},
    {"immersion", true, false, false, ACI},
    {"travel", true, true, false, ALL},
    {"medical", true, true, false, ALL},
    {"paid_leave", true, false, true, ACI},
    {"public_holiday", true, false, true, ACI},
    {"sick", false, false, true, 0},
    {"accident", false, false, true, 0},
    {"absence_authorised", false, false, true, 0},
    {"absence_unjustified", false, false, true, 0},
    {"bad_weather", false, false, true, 0},
    {"suspension", false, false, true, 0},
};

static void the_table_says_what_each_kind_is_worth(void **state)
{
	size_t count = 0;
	const struct kind *kinds = kind_all(&count);

	(void)state;
	assert_int_equal(count, sizeof(expected) / sizeof(expected[0]));
	for (size_t i = 0; i < count; i++) {
		assert_string_equal(kinds[i].slug, expected[i].slug);
		assert_int_equal(kinds[i].paid, expected[i].paid);
		assert_int_equal(kinds[i].effective, expected[i].effective);
		assert_int_equal(kinds[i].absence, expected[i].absence);
		assert_int_equal(kinds[i].asp, expected[i].asp);
	}
}

static void effective_work_is_paid_and_no_absence(void **state)
{
	size_t count = 0;
	const struct kind *kinds = kind_all(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		assert_true(!kinds[i].effective || kinds[i].paid);
		assert_false(kinds[i].effective && kinds[i].absence);
		/* Only paid hours are ever declared, none by a GEIQ. */
		assert_true(kinds[i].paid || kinds[i].asp == 0);
		assert_false(kinds[i].asp & STRUCTURE_GEIQ);
		/* What is declared elsewhere than in an ACI was worked. */
		assert_true(kinds[i].effective ||
			    (kinds[i].asp & ~(unsigned)STRUCTURE_ACI) == 0);
	}
}

static void every_name_finds_its_own_kind(void **state)
{
	size_t count = 0;
	const struct kind *kinds = kind_all(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		const char *alias = kinds[i].aliases;

		assert_ptr_equal(kind_find(kinds[i].slug), &kinds[i]);
		assert_ptr_equal(kind_find(kinds[i].fr), &kinds[i]);
		assert_ptr_equal(kind_find(kinds[i].en), &kinds[i]);
		while (*alias != '\0') {
			char name[64] = "";
			size_t len = strcspn(alias, "|");

			assert_in_range(len, 1, sizeof(name) - 1);
			memcpy(name, alias, len);
			assert_ptr_equal(kind_find(name), &kinds[i]);
			alias += len + (alias[len] == '|');
		}
	}
}

static void assert_found(const char *name, const char *slug)
{
	const struct kind *kind = kind_find(name);

	if (kind == NULL)
		fail_msg("\"%s\" is unknown", name);
	assert_string_equal(kind->slug, slug);
}

static void names_are_found_as_people_write_them(void **state)
{
	(void)state;
	assert_found("Travail", "work");
	assert_found("RDV", "counselling");
	assert_found("Rendez vous", "counselling");
	assert_found("RDV_accompagnement", "counselling");
	assert_found("CIP", "counselling");
	assert_found("immersion", "immersion");
	assert_found("Immersion (PMSMP)", "immersion");
	assert_found("DEPLACEMENT", "travel");
	assert_found(" visite  medicale ", "medical");
	assert_found("Congés payés", "paid_leave");
	assert_found("conge", "paid_leave");
	assert_found("CP", "paid_leave");
	assert_found("Ferie", "public_holiday");
	assert_found("arrêt-maladie", "sick");
	assert_found("AT", "accident");
	assert_found("Absence injustifiee", "absence_unjustified");
	assert_found("INTEMPÉRIE", "bad_weather");
	assert_found("meteo", "bad_weather");
	assert_found("Paid-Leave", "paid_leave");
}

static void what_is_no_kind_is_not_found(void **state)
{
	static const char *const names[] = {"", " ", "-", "|", "wor", "works",
	    "absence", "rdv|rendez-vous", "cip|", "\xFF", "travail effectif"};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_null(kind_find(names[i]));
}

static void slugs_are_exact(void **state)
{
	(void)state;
	assert_non_null(kind_by_slug("paid_leave"));
	assert_ptr_equal(kind_by_slug("work"), kind_find("travail"));
	assert_null(kind_by_slug("Work"));
	assert_null(kind_by_slug("travail"));
	assert_null(kind_by_slug("paid leave"));
	assert_null(kind_by_slug(""));
}

static void labels_follow_the_language(void **state)
{
	const struct kind *kind = kind_by_slug("sick");

	(void)state;
	assert_string_equal(kind_label(kind), "maladie");
	lang_set("en");
	assert_string_equal(kind_label(kind), "sick leave");
	lang_set("fr");
}

static void the_choices_name_every_kind(void **state)
{
	const char *choices = kind_choices();
	size_t count = 0;
	const struct kind *kinds = kind_all(&count);
	struct buf all = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < count; i++)
		buf_printf(&all, "%s%s (%s)", i > 0 ? ", " : "", kinds[i].slug,
		    kinds[i].fr);
	assert_string_equal(choices, buf_text(&all));
	assert_ptr_equal(kind_choices(), choices);
	buf_free(&all);
}

static void structures_are_found_in_any_case(void **state)
{
	(void)state;
	assert_int_equal(structure_kind_find("ACI"), STRUCTURE_ACI);
	assert_int_equal(structure_kind_find("aci"), STRUCTURE_ACI);
	assert_int_equal(structure_kind_find("Ei"), STRUCTURE_EI);
	assert_int_equal(structure_kind_find("AI"), STRUCTURE_AI);
	assert_int_equal(structure_kind_find("etti"), STRUCTURE_ETTI);
	assert_int_equal(structure_kind_find("EITI"), STRUCTURE_EITI);
	assert_int_equal(structure_kind_find("GEIQ"), STRUCTURE_GEIQ);
	assert_int_equal(structure_kind_find(""), 0);
	assert_int_equal(structure_kind_find("AC"), 0);
	assert_int_equal(structure_kind_find("ACI_DC"), 0);
	assert_int_equal(structure_kind_find("EA"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_table_says_what_each_kind_is_worth),
	    cmocka_unit_test(effective_work_is_paid_and_no_absence),
	    cmocka_unit_test(every_name_finds_its_own_kind),
	    cmocka_unit_test(names_are_found_as_people_write_them),
	    cmocka_unit_test(what_is_no_kind_is_not_found),
	    cmocka_unit_test(slugs_are_exact),
	    cmocka_unit_test(labels_follow_the_language),
	    cmocka_unit_test(the_choices_name_every_kind),
	    cmocka_unit_test(structures_are_found_in_any_case),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
