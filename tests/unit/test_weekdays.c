#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "server/import/weekdays.h"

static const struct {
	const char *text;
	const char *digits; /* NULL: refused */
} cases[] = {
    {"lun-ven", "12345"},
    {"LUN-VEN", "12345"},
    {"lundi au vendredi", "12345"},
    {"du lundi au jeudi", "1234"},
    {"Lundi à Mercredi", "123"},
    {"lun – ven", "12345"},
    {"lun. - ven.", "12345"},
    {"lun\u00A0mar\u202Fjeu", "124"},
    {"lun mar jeu", "124"},
    {"lun, mar et jeu", "124"},
    {"jeu mar lun mar", "124"},
    {"1-5", "12345"},
    {"1,2,4", "124"},
    {"12345", "12345"},
    {"54321", "12345"},
    {"7", "7"},
    {"dimanche", "7"},
    {"mon-wed fri", "1235"},
    {"lun-mar jeu-sam", "12456"},
    {"1 à 3 5", "1235"},
    {"", NULL},
    {"   ", NULL},
    {"-", NULL},
    {"lun-", NULL},
    {"-ven", NULL},
    {"lun--ven", NULL},
    {"lun-mar-ven", NULL},
    {"ven-lun", NULL},
    {"0", NULL},
    {"8", NULL},
    {"1-8", NULL},
    {"12h", NULL},
    {"lu", NULL},
    {"lundredi", NULL},
    {"lundis", NULL},
    {"tous les jours", NULL},
    {"\xFF", NULL},
    {"-----------------------------------", NULL},
};

static void days_are_read_as_people_write_them(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char out[WEEKDAYS_TEXT] = "";
		struct err err = ERR_INIT;
		int rc = weekdays_parse(out, cases[i].text, &err);

		if (cases[i].digits == NULL) {
			if (rc != E_INVALID || err.text[0] == '\0')
				fail_msg("« %s » is accepted", cases[i].text);
		} else if (rc != 0 || strcmp(out, cases[i].digits) != 0) {
			fail_msg("« %s »: %d %s %s", cases[i].text, rc, out,
			    err.text);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(days_are_read_as_people_write_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
