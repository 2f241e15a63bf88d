#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "shared/sector.h"

static void assert_reads(const char *text, const char *slug)
{
	const struct sector *sector = sector_find(text);

	if (slug == NULL) {
		assert_null(sector);
		return;
	}
	assert_non_null(sector);
	assert_string_equal(sector->slug, slug);
}

static void sectors_are_read_as_people_write_them(void **state)
{
	(void)state;
	assert_reads("espaces_verts", "espaces_verts");
	assert_reads("Espaces verts", "espaces_verts");
	assert_reads("espace vert", "espaces_verts");
	assert_reads("BTP", "batiment");
	assert_reads("bâtiment", "batiment");
	assert_reads("Proprete", "nettoyage");
	assert_reads("AUTRES", "autre");
	assert_reads("autre", "autre");
	assert_reads("", NULL);
	assert_reads("bâti", NULL);
	assert_reads("maraîchage", NULL);
}

static void a_trade_is_of_a_sector_by_its_whole_code(void **state)
{
	const struct sector *green = sector_find("espaces_verts");
	const struct sector *other = sector_find("autre");

	(void)state;
	assert_non_null(green);
	assert_non_null(other);
	assert_true(sector_has_trade(green, "A1202")); /* the first */
	assert_true(sector_has_trade(green, "A1414"));
	assert_true(sector_has_trade(green, "F1707")); /* the last */
	assert_false(sector_has_trade(green, "F1703"));
	assert_false(sector_has_trade(green, "a1202"));
	assert_false(sector_has_trade(green, "A120"));
	assert_false(sector_has_trade(green, "1202"));
	assert_false(sector_has_trade(green, ""));
	/* Longer than any code: not cut into one that fits. */
	assert_false(sector_has_trade(green, "A1202 A1203 A1208"));
	assert_false(sector_has_trade(other, "A1202"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(sectors_are_read_as_people_write_them),
	    cmocka_unit_test(a_trade_is_of_a_sector_by_its_whole_code),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
