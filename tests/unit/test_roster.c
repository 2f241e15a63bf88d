#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "tests/lib/crew_fixture.h"

#define TODAY "2026-11-20"

static struct err err;

static void finds(struct crew_fixture *crew, const char *text,
    const char *structure, const char *id)
{
	const struct roster_item *found;

	memset(&err, 0, sizeof(err));
	if (roster_worker(&crew->roster, text, structure, TODAY, &found, &err) <
	    0)
		fail_msg("%s : %s", text, err.text);
	assert_string_equal(found->id, id);
}

static void fails(
    struct crew_fixture *crew, const char *text, int code, const char *says)
{
	const struct roster_item *found;

	memset(&err, 0, sizeof(err));
	assert_int_equal(
	    roster_worker(&crew->roster, text, "", TODAY, &found, &err), code);
	if (strstr(err.text, says) == NULL)
		fail_msg("« %s » : pas de « %s »", err.text, says);
}

static void a_worker_is_found_by_identifier(void **state)
{
	finds(*state, "V01", "", "V01");
	finds(*state, "b01", "", "B01");
}

static void a_worker_is_found_by_display_name(void **state)
{
	finds(*state, "Fatou Dia.", "", "V01");
	finds(*state, "fatou dio", "", "V02");
	finds(*state, "jean pierre M.", "", "V04");
	finds(*state, "INES F", "", "B01");
	finds(*state, "lea", "", "V05");
}

static void a_name_that_two_have_names_no_one(void **state)
{
	struct crew_fixture *crew = *state;

	crew_office(crew, "RIVES", "worker", "worker/V77",
	    "{\"first\":\"Léa\",\"crews\":[]}");
	crew_reload(crew);
	/* Only one of them is in a crew that day. */
	finds(crew, "Léa", "", "V05");
	crew_office(crew, "RIVES", "worker", "worker/V78",
	    "{\"first\":\"Léa\",\"crews\":"
	    "[{\"crew\":\"VERTS\",\"from\":\"2026-11-01\"}]}");
	crew_reload(crew);
	fails(crew, "Léa", E_INVALID, "V78");
}

static void one_identifier_in_two_structures_must_be_told_apart(void **state)
{
	struct crew_fixture *crew = *state;
	const struct roster_item *found;

	fails(crew, "V04", E_INVALID, "REMPARTS");
	assert_int_equal(roster_worker(&crew->roster, "V04", "REMPARTS", TODAY,
			     &found, &err),
	    0);
	assert_string_equal(found->structure, "REMPARTS");
	assert_int_equal(
	    roster_worker(&crew->roster, "V04", "RIVES", TODAY, &found, &err),
	    0);
	assert_string_equal(found->structure, "RIVES");
}

static void an_unknown_worker_is_refused_with_the_nearest(void **state)
{
	fails(*state, "V0", E_NOT_FOUND, "pointeau crew");
	fails(*state, "Fatou", E_NOT_FOUND, "peut-être V01 (Fatou Dia.), V02");
	fails(*state, "Oleksander T.", E_NOT_FOUND, "V03");
	fails(*state, "zzzzzzzzzz", E_NOT_FOUND, "newcomer add");
	fails(*state, "", E_NOT_FOUND, "inconnu");
	fails(*state, "\x1b[2J", E_NOT_FOUND, "?[2J");
	assert_null(strchr(err.text, '\x1b'));
}

static void names_are_first_name_and_initial(void **state)
{
	struct crew_fixture *crew = *state;
	char name[ROSTER_NAME_TEXT];

	roster_name(roster_person(&crew->roster, "RIVES", "V01"), name);
	assert_string_equal(name, "Fatou Dia.");
	roster_name(roster_person(&crew->roster, "REMPARTS", "B01"), name);
	assert_string_equal(name, "Inês F.");
	roster_name(roster_person(&crew->roster, "RIVES", "V05"), name);
	assert_string_equal(name, "Léa");
	roster_name(
	    roster_find(&crew->roster.supervisors, "RIVES", "ENC-01"), name);
	assert_string_equal(name, "Maëlle Le Goazouët");
	assert_null(roster_person(&crew->roster, "REMPARTS", "V01"));
}

static const char *crew_on(
    struct crew_fixture *crew, const char *worker, const char *day, bool *on)
{
	const struct roster_item *found = roster_crew_of(&crew->roster,
	    roster_person(&crew->roster, "RIVES", worker), day, on);

	return found != NULL ? found->id : "";
}

static void crews_are_dated(void **state)
{
	struct crew_fixture *crew = *state;
	bool on;

	crew_office(crew, "RIVES", "worker", "worker/V50",
	    "{\"first\":\"X\",\"crews\":["
	    "{\"crew\":\"VERTS\",\"from\":\"2026-01-01\","
	    "\"to\":\"2026-06-30\"},"
	    "{\"crew\":\"NUIT\",\"from\":\"2026-07-01\"}]}");
	crew_reload(crew);
	assert_string_equal(crew_on(crew, "V50", "2026-01-01", &on), "VERTS");
	assert_true(on);
	assert_string_equal(crew_on(crew, "V50", "2026-06-30", &on), "VERTS");
	assert_true(on);
	assert_string_equal(crew_on(crew, "V50", "2026-07-01", &on), "NUIT");
	assert_true(on);
	assert_string_equal(crew_on(crew, "V50", "2025-12-31", &on), "NUIT");
	assert_false(on);
	assert_string_equal(crew_on(crew, "V03", "2026-11-20", &on), "VERTS");
	assert_false(on);
}

static void a_crew_has_its_usual_stretches(void **state)
{
	struct crew_fixture *crew = *state;
	const struct roster_item *verts =
	    roster_find(&crew->roster.crews, "RIVES", "VERTS");
	int start, end;

	assert_true(roster_stretch(verts, "pm", &start, &end));
	assert_int_equal(start, 13 * 60);
	assert_int_equal(end, 16 * 60 + 30);
	assert_false(roster_stretch(verts, "x1", &start, &end));
	assert_false(roster_stretch(verts, "name", &start, &end));
	assert_false(roster_stretch(NULL, "am", &start, &end));
	assert_false(
	    roster_stretch(roster_find(&crew->roster.crews, "RIVES", "NUIT"),
		"am", &start, &end));
}

static void the_first_supervisor_is_by_identifier(void **state)
{
	struct crew_fixture *crew = *state;

	assert_string_equal(
	    roster_first_supervisor(&crew->roster,
		roster_find(&crew->roster.crews, "RIVES", "VERTS"))
		->id,
	    "ENC-01");
	assert_null(roster_first_supervisor(
	    &crew->roster, roster_find(&crew->roster.crews, "RIVES", "NUIT")));
	assert_null(roster_first_supervisor(&crew->roster, NULL));
}

static void sites_and_supervisors_go_by_name_too(void **state)
{
	struct crew_fixture *crew = *state;
	const struct roster_item *found;

	assert_int_equal(
	    roster_site(&crew->roster, "RIVES", "ancienne GARE", &found, &err),
	    0);
	assert_string_equal(found->id, "GARE");
	assert_int_equal(
	    roster_site(&crew->roster, "REMPARTS", "GARE", &found, &err),
	    E_NOT_FOUND);
	assert_non_null(strstr(err.text, "NOYERS (Les Noyers)"));
	assert_null(strstr(err.text, "SAULNETTE"));
	assert_int_equal(
	    roster_supervisor(&crew->roster, "said", &found, &err), 0);
	assert_string_equal(found->id, "ENC-09");
	assert_int_equal(
	    roster_supervisor(&crew->roster, "personne", &found, &err),
	    E_NOT_FOUND);
	assert_non_null(strstr(err.text, "ENC-01"));
	assert_int_equal(
	    roster_crew(&crew->roster, "batiment", &found, &err), 0);
	assert_string_equal(found->id, "BAT");
}

static void a_matched_newcomer_is_its_worker(void **state)
{
	struct crew_fixture *crew = *state;

	crew_office(crew, "RIVES", "newcomer", "newcomer/n-0123456789",
	    "{\"first\":\"Soraya\",\"crew\":\"VERTS\"}");
	crew_reload(crew);
	finds(crew, "soraya", "", "n-0123456789");
	crew_office(crew, "RIVES", "newcomer", "newcomer/n-0000000001",
	    "{\"first\":\"Aya\",\"crew\":\"VERTS\",\"worker\":\"V02\"}");
	crew_reload(crew);
	finds(crew, "n-0000000001", "", "V02");
	/* Their former name is not theirs any more. */
	fails(crew, "Aya", E_NOT_FOUND, "inconnu");
}

static void an_empty_roster_says_to_sync(void **state)
{
	struct crew_fixture *crew = *state;
	struct roster empty = {0};
	const struct roster_item *found;

	assert_int_equal(
	    roster_site(&empty, NULL, "X", &found, &err), E_NOT_FOUND);
	assert_non_null(strstr(err.text, "pointeau sync"));
	roster_clear(&empty);
	assert_null(roster_find(&crew->roster.workers, "RIVES", "NOPE"));
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, crew_setup, crew_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(a_worker_is_found_by_identifier),
	    CASE(a_worker_is_found_by_display_name),
	    CASE(a_name_that_two_have_names_no_one),
	    CASE(one_identifier_in_two_structures_must_be_told_apart),
	    CASE(an_unknown_worker_is_refused_with_the_nearest),
	    CASE(names_are_first_name_and_initial),
	    CASE(crews_are_dated),
	    CASE(a_crew_has_its_usual_stretches),
	    CASE(the_first_supervisor_is_by_identifier),
	    CASE(sites_and_supervisors_go_by_name_too),
	    CASE(a_matched_newcomer_is_its_worker),
	    CASE(an_empty_roster_says_to_sync),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
