#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/lang.h"
#include "shared/ledger.h"
#include "tests/lib/office_fixture.h"

static int open_empty(void **state)
{
	struct office_fixture *fixture = calloc(1, sizeof(*fixture));

	office_fixture_open(fixture);
	*state = fixture;
	return 0;
}

static int open_places(void **state)
{
	(void)open_empty(state);
	office_fixture_places(*state);
	return 0;
}

static int close_all(void **state)
{
	office_fixture_close(*state);
	free(*state);
	return 0;
}

static struct import_input input(const char *name, const char *text)
{
	return (struct import_input){name, {text, strlen(text)}};
}

/* A record's value as text, sorted, "" without one; for one assertion. */
static const char *value_of(
    struct office_fixture *fixture, const char *structure, const char *record)
{
	static char text[2048];
	struct buf out = BUF_INIT;
	json_t *value = office_fixture_value(fixture, structure, record);

	text[0] = '\0';
	if (value != NULL)
		json_write_sorted(&out, value);
	json_decref(value);
	(void)snprintf(text, sizeof(text), "%s", buf_text(&out));
	buf_free(&out);
	return text;
}

static void expect_counts(struct import_summary summary, size_t added,
    size_t changed, size_t unchanged)
{
	if (summary.added != added || summary.changed != changed ||
	    summary.unchanged != unchanged)
		fail_msg("%zu added, %zu changed, %zu unchanged", summary.added,
		    summary.changed, summary.unchanged);
}

/* Refused with every one of ${words} in the list of faults, nothing changed. */
static void expect_refused_bytes(struct office_fixture *fixture,
    const char *what, struct bytes data, const char *const *words)
{
	const struct import_input file = {"file.csv", data};
	struct hash before = office_fixture_digest(fixture), after;
	struct import_summary summary;
	struct err err = ERR_INIT;
	int rc =
	    import_run(&fixture->office, what, &file, 1, NULL, &summary, &err);

	assert_int_equal(rc, E_INVALID);
	assert_non_null(strstr(err.text, "file.csv"));
	for (size_t i = 0; words[i] != NULL; i++) {
		if (strstr(buf_text(&summary.faults), words[i]) == NULL &&
		    strstr(err.text, words[i]) == NULL)
			fail_msg("no « %s » in: %s", words[i], err.text);
	}
	expect_counts(summary, 0, 0, 0);
	import_summary_free(&summary);
	after = office_fixture_digest(fixture);
	assert_true(hash_equal(&before, &after));
}

#define WORDS(...)                                                             \
	(const char *const[])                                                  \
	{                                                                      \
		__VA_ARGS__, NULL                                              \
	}

static void expect_refused(struct office_fixture *fixture, const char *what,
    const char *text, const char *const *words)
{
	expect_refused_bytes(
	    fixture, what, (struct bytes){text, strlen(text)}, words);
}

/* The same import again changes and signs nothing. */
static void expect_idempotent(
    struct office_fixture *fixture, const char *what, const char *text)
{
	struct hash before = office_fixture_digest(fixture), after;
	struct import_summary again =
	    office_fixture_import(fixture, what, text);

	after = office_fixture_digest(fixture);
	assert_int_equal(again.added, 0);
	assert_int_equal(again.changed, 0);
	assert_true(again.unchanged > 0);
	assert_true(hash_equal(&before, &after));
}

/* ---- structures ---- */

#define STRUCTURES "structure;name;kind;siret\n"

static void structures_are_recorded_in_their_own_log(void **state)
{
	const char *csv =
	    STRUCTURES "RIVES;Chantier d'insertion;aci;041 207 689 00013\n";

	expect_counts(
	    office_fixture_import(*state, "structures", csv), 1, 0, 0);
	assert_string_equal(value_of(*state, "RIVES", "structure/RIVES"),
	    "{\"kind\":\"ACI\",\"name\":\"Chantier d'insertion\","
	    "\"siret\":\"04120768900013\"}");
	expect_idempotent(*state, "structures", csv);
}

static void a_siret_carries_several_kinds_each_once(void **state)
{
	office_fixture_import(*state, "structures",
	    STRUCTURES "A;Un;ACI;04120768900013\n"
		       "B;Deux;EI;04120768900013\n");
	expect_refused(*state, "structures",
	    STRUCTURES "C;Trois;ACI;04120768900013\n",
	    WORDS("line 2, column siret", "\"A\""));
	expect_refused(*state, "structures",
	    STRUCTURES "C;Trois;GEIQ;04120768900013\n"
		       "D;Quatre;geiq;0412 0768 9000 13\n",
	    WORDS("line 3, column siret", "\"C\""));
}

static void two_structures_may_swap_in_one_file(void **state)
{
	office_fixture_import(*state, "structures",
	    STRUCTURES "A;Un;ACI;04120768900013\n"
		       "B;Deux;ACI;04120768900021\n");
	expect_counts(office_fixture_import(*state, "structures",
			  STRUCTURES "A;Un;ACI;04120768900021\n"
				     "B;Deux;ACI;04120768900013\n"),
	    0, 2, 0);
}

static void every_faulty_structure_is_named(void **state)
{
	expect_refused(*state, "structures",
	    STRUCTURES "GOOD;Bonne;ACI;04120768900013\n"
		       "_;Bureau;ACI;04120768900021\n"
		       "K;Sorte;SARL;04120768900039\n"
		       "S;Siret;EI;04120768900014\n"
		       ";Rien;EI;04120768900047\n"
		       "a/b;Barre;EI;04120768900054\n"
		       "GOOD;Encore;AI;04120768900062\n"
		       "N;;EI;04120768900070\n",
	    WORDS("line 3, column structure", "line 4, column kind",
		"line 5, column siret", "line 6, column structure",
		"line 7, column structure: a/b: the characters",
		"line 8, column structure: GOOD: already at line 2",
		"line 9, column name: empty"));
	assert_string_equal(value_of(*state, "GOOD", "structure/GOOD"), "");
}

static void an_unknown_list_is_a_matter_of_usage(void **state)
{
	const struct import_input file = input("a.csv", "a\n1\n");
	const struct import_input two[] = {file, file};
	struct office_fixture *fixture = *state;
	struct import_summary summary;
	struct err err = ERR_INIT;

	assert_int_equal(import_run(&fixture->office, "dragons", &file, 1, NULL,
			     &summary, &err),
	    E_USAGE);
	import_summary_free(&summary);
	assert_int_equal(
	    import_run(&fixture->office, "sites", two, 2, NULL, &summary, &err),
	    E_USAGE);
	import_summary_free(&summary);
	assert_int_equal(import_run(&fixture->office, "sites", NULL, 0, NULL,
			     &summary, &err),
	    E_USAGE);
	import_summary_free(&summary);
	assert_false(db_in_transaction(fixture->office.db));
}

/* ---- sites ---- */

#define SITES "site;structure;name;sector\n"

static void sectors_are_read_as_people_write_them(void **state)
{
	const char *csv = SITES "S1;RIVES;Un;Espaces verts\n"
				"S2;RIVES;Deux;BÂTIMENT\n"
				"S3;RIVES;Trois;services-personne\n"
				"S4;RIVES;Quatre;Déchets\n";

	expect_counts(office_fixture_import(*state, "sites", csv), 4, 0, 0);
	assert_string_equal(value_of(*state, "RIVES", "site/S1"),
	    "{\"name\":\"Un\",\"sector\":\"espaces_verts\"}");
	assert_string_equal(value_of(*state, "RIVES", "site/S2"),
	    "{\"name\":\"Deux\",\"sector\":\"batiment\"}");
	assert_string_equal(value_of(*state, "RIVES", "site/S3"),
	    "{\"name\":\"Trois\",\"sector\":\"services_personne\"}");
	assert_string_equal(value_of(*state, "RIVES", "site/S4"),
	    "{\"name\":\"Quatre\",\"sector\":\"dechets\"}");
	expect_idempotent(*state, "sites", csv);
}

static void one_faulty_site_refuses_them_all(void **state)
{
	expect_refused(*state, "sites",
	    SITES "S1;RIVES;Un;autre\n"
		  "S2;NULLE;Deux;autre\n"
		  "S3;RIVES;Trois;jardin\n"
		  "S1;REMPARTS;Un;autre\n"
		  "S1;RIVES;Un;autre\n",
	    WORDS("line 3, column structure: NULLE: unknown structure",
		"line 4, column sector: jardin",
		"line 6, column site: S1: already at line 2"));
	assert_string_equal(value_of(*state, "RIVES", "site/S1"), "");
}

static void columns_come_in_any_order_and_unknown_ones_are_told(void **state)
{
	const struct import_input file =
	    input("s.csv", "Couleur,sector,NAME,structure,site,prix\n"
			   "vert,autre,Un,RIVES,S1,3\n");
	struct office_fixture *fixture = *state;
	struct import_summary summary;
	struct err err = ERR_INIT;

	assert_int_equal(import_run(&fixture->office, "sites", &file, 1, NULL,
			     &summary, &err),
	    0);
	assert_string_equal(buf_text(&summary.unknown), "Couleur, prix");
	import_summary_free(&summary);
	assert_string_equal(value_of(*state, "RIVES", "site/S1"),
	    "{\"name\":\"Un\",\"sector\":\"autre\"}");
}

static void a_missing_column_is_named(void **state)
{
	expect_refused(*state, "sites", "site;name;sector\nS1;Un;autre\n",
	    WORDS("structure"));
}

/* ---- files as people have them ---- */

static void windows_1252_with_crlf_is_read(void **state)
{
	office_fixture_import(*state, "sites",
	    "site;structure;name;sector\r\n"
	    "S1;RIVES;Jardins de l'ancienne gare \x96 c\xF4t\xE9 c\x9Cur;"
	    "d\xE9"
	    "chets\r\n");
	assert_string_equal(value_of(*state, "RIVES", "site/S1"),
	    "{\"name\":\"Jardins de l'ancienne gare – côté cœur\","
	    "\"sector\":\"dechets\"}");
}

static void a_byte_order_mark_is_no_text(void **state)
{
	office_fixture_import(
	    *state, "sites", "\xEF\xBB\xBF" SITES "S1;RIVES;Été;autre\r\n");
	assert_string_equal(value_of(*state, "RIVES", "site/S1"),
	    "{\"name\":\"Été\",\"sector\":\"autre\"}");
}

static void a_nul_byte_is_refused(void **state)
{
	static const char csv[] = SITES "S1;RIVES;U\0n;autre\n";

	expect_refused_bytes(*state, "sites",
	    (struct bytes){csv, sizeof(csv) - 1}, WORDS("line 2"));
}

static void broken_utf_8_is_refused_where_utf_8_was_announced(void **state)
{
	expect_refused(*state, "sites",
	    "\xEF\xBB\xBF" SITES "S1;RIVES;\xC3(;autre\n", WORDS("UTF-8"));
}

static void a_character_without_meaning_is_refused(void **state)
{
	/* 0x81 is undefined in Windows-1252. */
	expect_refused(*state, "sites", SITES "S1;RIVES;caf\xE9 \x81;autre\n",
	    WORDS("line 2", "neither UTF-8 nor"));
}

static void an_empty_file_is_refused(void **state)
{
	expect_refused(*state, "sites", "", WORDS("empty"));
	expect_refused(*state, "sites", "\n\r\n;;;\n", WORDS("empty"));
}

static void a_file_of_a_header_alone_does_nothing(void **state)
{
	struct hash before = office_fixture_digest(*state), after;

	expect_counts(office_fixture_import(*state, "sites", SITES), 0, 0, 0);
	after = office_fixture_digest(*state);
	assert_true(hash_equal(&before, &after));
}

static void a_name_of_ten_kilobytes_is_refused(void **state)
{
	struct buf csv = BUF_INIT;

	buf_add_text(&csv, SITES "S1;RIVES;");
	for (int i = 0; i < 10 * 1024; i++)
		buf_add_char(&csv, 'a');
	buf_add_text(&csv, ";autre\n");
	expect_refused(*state, "sites", buf_text(&csv), WORDS("line 2"));
	buf_free(&csv);
}

static void names_keep_their_limits(void **state)
{
	struct buf csv = BUF_INIT;
	char name[TEXT_NAME_MAX + 2], id[TEXT_ID_MAX + 2];

	memset(name, 'n', sizeof(name));
	memset(id, 'i', sizeof(id));
	name[TEXT_NAME_MAX] = id[TEXT_ID_MAX] = '\0';
	buf_printf(&csv, SITES "%s;RIVES;%s;autre\n", id, name);
	expect_counts(
	    office_fixture_import(*state, "sites", buf_text(&csv)), 1, 0, 0);
	buf_reset(&csv);
	name[TEXT_NAME_MAX] = id[TEXT_ID_MAX] = 'x';
	name[TEXT_NAME_MAX + 1] = id[TEXT_ID_MAX + 1] = '\0';
	buf_printf(
	    &csv, SITES "%s;RIVES;Un;autre\nS1;RIVES;%s;autre\n", id, name);
	expect_refused(*state, "sites", buf_text(&csv),
	    WORDS("line 2, column site", "line 3, column name"));
	buf_free(&csv);
}

static void control_characters_are_refused(void **state)
{
	expect_refused(*state, "sites",
	    SITES "S1;RIVES;\"Un\nDeux\";autre\n"
		  "S2;RIVES;a\x1B[31mb;autre\n"
		  "S\x07;RIVES;Un;autre\n",
	    WORDS("line 2, column name", "line 4, column name",
		"line 5, column site"));
}

static void a_row_too_long_is_refused(void **state)
{
	expect_refused(*state, "sites", SITES "S1;RIVES;Un;autre;encore\n",
	    WORDS("line 2", "5 fields"));
}

static void a_refusal_in_french_says_so(void **state)
{
	lang_set("fr");
	expect_refused(*state, "sites", SITES "S2;NULLE;Deux;autre\n",
	    WORDS("ligne 2, colonne structure : NULLE : structure inconnue"));
}

/* ---- crews ---- */

#define CREWS "crew;structure;name;site;am;pm;days\n"

static void crews_are_kept_in_one_form(void **state)
{
	const char *csv =
	    CREWS "EV1;RIVES;Un;SAULNETTE;8h-11h30;13:00 – 16:30;lun mar jeu\n"
		  "EV2;RIVES;Deux;TILLEULS;;;\n";

	expect_counts(office_fixture_import(*state, "crews", csv), 2, 0, 0);
	assert_string_equal(value_of(*state, "RIVES", "crew/EV1"),
	    "{\"am\":\"08:00-11:30\",\"days\":\"124\",\"name\":\"Un\","
	    "\"pm\":\"13:00-16:30\",\"site\":\"SAULNETTE\"}");
	assert_string_equal(value_of(*state, "RIVES", "crew/EV2"),
	    "{\"name\":\"Deux\",\"site\":\"TILLEULS\"}");
	expect_idempotent(*state, "crews", csv);
}

static void an_emptied_cell_empties_and_an_absent_column_does_not(void **state)
{
	office_fixture_import(*state, "crews",
	    "crew;structure;name;site\nVERTS;RIVES;Verts;TILLEULS\n");
	assert_string_equal(value_of(*state, "RIVES", "crew/VERTS"),
	    "{\"am\":\"08:00-11:30\",\"days\":\"12345\",\"name\":\"Verts\","
	    "\"pm\":\"13:00-16:30\",\"site\":\"TILLEULS\"}");
	office_fixture_import(
	    *state, "crews", CREWS "VERTS;RIVES;Verts;TILLEULS;8h-12h;;\n");
	assert_string_equal(value_of(*state, "RIVES", "crew/VERTS"),
	    "{\"am\":\"08:00-12:00\",\"name\":\"Verts\","
	    "\"site\":\"TILLEULS\"}");
}

static void every_faulty_crew_is_named(void **state)
{
	expect_refused(*state, "crews",
	    CREWS "C1;RIVES;Un;NOYERS;;;\n"
		  "C2;RIVES;Un;SAULNETTE;11h-8h;;\n"
		  "C3;RIVES;Un;SAULNETTE;;matin;\n"
		  "C4;RIVES;Un;SAULNETTE;;;parfois\n"
		  "C5;NULLE;Un;SAULNETTE;;;\n"
		  "BAT;RIVES;Un;SAULNETTE;;;\n"
		  "C6;RIVES;Un;SAULNETTE;;;\n"
		  "C6;REMPARTS;Un;NOYERS;;;\n",
	    WORDS("line 2, column site: NOYERS", "line 3, column am",
		"line 4, column pm", "line 5, column days",
		"line 6, column structure",
		"line 7, column crew: BAT: this crew is already one of "
		"structure \"REMPARTS\"",
		"line 9, column crew: C6: already at line 8"));
}

/* ---- supervisors ---- */

static void supervisors_are_recorded(void **state)
{
	const char *csv = "supervisor;structure;crew;first_name;last_name\n"
			  "ENC-01;RIVES;VERTS;Maëlle;Le Goazouët\n"
			  "ENC-02;REMPARTS;BAT;Saïd;\n";

	expect_counts(
	    office_fixture_import(*state, "supervisors", csv), 2, 0, 0);
	assert_string_equal(value_of(*state, "RIVES", "supervisor/ENC-01"),
	    "{\"crew\":\"VERTS\",\"first\":\"Maëlle\","
	    "\"last\":\"Le Goazouët\"}");
	assert_string_equal(value_of(*state, "REMPARTS", "supervisor/ENC-02"),
	    "{\"crew\":\"BAT\",\"first\":\"Saïd\"}");
	expect_idempotent(*state, "supervisors", csv);
}

static void a_supervisor_needs_a_crew_of_the_structure(void **state)
{
	expect_refused(*state, "supervisors",
	    "supervisor;structure;crew;first_name;last_name\n"
	    "E1;RIVES;BAT;Saïd;B\n"
	    "E2;RIVES;;Saïd;B\n"
	    "E3;RIVES;VERTS;;B\n",
	    WORDS("line 2, column crew: BAT", "line 3, column crew: empty",
		"line 4, column first_name: empty"));
}

/* ---- workers ---- */

#define WORKERS                                                                \
	"worker;structure;crew;first_name;last_name;weekly;contract_start;"    \
	"contract_end\n"

static void a_worker_makes_three_records(void **state)
{
	const char *csv =
	    WORKERS "V01;RIVES;VERTS;Fatou;Diallo;26h;02/03/2026;2027-03-01\n";

	expect_counts(office_fixture_import(*state, "workers", csv), 1, 0, 0);
	assert_string_equal(value_of(*state, "RIVES", "worker/V01"),
	    "{\"crews\":[{\"crew\":\"VERTS\",\"from\":\"1900-01-01\"}],"
	    "\"first\":\"Fatou\",\"initial\":\"D\"}");
	assert_string_equal(
	    value_of(*state, "RIVES", "identity/V01"), "{\"last\":\"Diallo\"}");
	assert_string_equal(value_of(*state, "RIVES", "contract/V01/1"),
	    "{\"end\":\"2027-03-01\",\"start\":\"2026-03-02\","
	    "\"weekly\":1560}");
	expect_idempotent(*state, "workers", csv);
}

static void a_contract_may_be_unknown(void **state)
{
	const char *csv = WORKERS "V01;RIVES;VERTS;Fatou;Diallo;;;\n";

	office_fixture_import(*state, "workers", csv);
	assert_string_equal(value_of(*state, "RIVES", "worker/V01"),
	    "{\"crews\":[{\"crew\":\"VERTS\",\"from\":\"1900-01-01\"}],"
	    "\"first\":\"Fatou\",\"initial\":\"D\"}");
	assert_string_equal(value_of(*state, "RIVES", "contract/V01/1"), "");
	expect_idempotent(*state, "workers", csv);
	expect_counts(office_fixture_import(*state, "workers",
			  WORKERS "V01;RIVES;VERTS;Fatou;Diallo;35;;\n"),
	    0, 1, 0);
	assert_string_equal(
	    value_of(*state, "RIVES", "contract/V01/1"), "{\"weekly\":2100}");
	office_fixture_import(*state, "workers", csv);
	assert_string_equal(value_of(*state, "RIVES", "contract/V01/1"), "{}");
	expect_idempotent(*state, "workers", csv);
}

#define IDENTITIES                                                             \
	"worker;structure;crew;first_name;last_name;birth;pass;pass_end\n"

static void a_worker_may_have_a_birth_and_a_pass(void **state)
{
	static const char whole[] =
	    "{\"birth\":\"1998-04-17\",\"last\":\"Diallo\","
	    "\"pass\":\"999991234567\",\"pass_end\":\"2027-06-30\"}";

	office_fixture_import(*state, "workers",
	    IDENTITIES "V01;RIVES;VERTS;Fatou;Diallo;17/04/1998;"
		       "999991234567;30/06/2027\n");
	assert_string_equal(value_of(*state, "RIVES", "identity/V01"), whole);
	/* A file without these columns takes nothing away. */
	office_fixture_import(*state, "workers",
	    "worker;structure;crew;first_name;last_name\n"
	    "V01;RIVES;VERTS;Fatou;Diallo\n");
	assert_string_equal(value_of(*state, "RIVES", "identity/V01"), whole);
	expect_refused(*state, "workers",
	    IDENTITIES "V02;RIVES;VERTS;A;B;17/04/2020;;\n"
		       "V03;RIVES;VERTS;C;D;;99999123456;\n"
		       "V04;RIVES;VERTS;E;F;;99999123456a;\n"
		       "V05;RIVES;VERTS;G;H;;;30/13/2027\n",
	    WORDS("line 2, column birth", "line 3, column pass",
		"line 4, column pass", "line 5, column pass_end"));
}

static void a_worker_may_have_days_of_their_own(void **state)
{
	const char *csv = "worker;structure;crew;first_name;last_name;days\n"
			  "V01;RIVES;VERTS;Fatou;Diallo;lun-jeu\n"
			  "V02;RIVES;VERTS;Fatou;Diop;\n";

	office_fixture_import(*state, "workers", csv);
	assert_string_equal(
	    value_of(*state, "RIVES", "contract/V01/1"), "{\"days\":\"1234\"}");
	assert_string_equal(value_of(*state, "RIVES", "contract/V02/1"), "");
	expect_idempotent(*state, "workers", csv);
	expect_refused(*state, "workers",
	    "worker;structure;crew;first_name;last_name;days\n"
	    "V03;RIVES;VERTS;Ali;Nom;demain\n",
	    WORDS("line 2, column days: demain"));
}

static void every_faulty_worker_is_named(void **state)
{
	expect_refused(*state, "workers",
	    WORKERS "V1;RIVES;BAT;Un;Nom;;;\n"
		    "V2;RIVES;VERTS;Un;;;;\n"
		    "V3;RIVES;VERTS;Un;Nom;beaucoup;;\n"
		    "V4;RIVES;VERTS;Un;Nom;;31/02/2026;\n"
		    "V5;RIVES;VERTS;Un;Nom;;2026-03-02;2026-03-01\n"
		    "n-0123456789;RIVES;VERTS;Un;Nom;;;\n"
		    "V6;RIVES;VERTS;Un;Nom;;;\n"
		    "V6;RIVES;VERTS;Deux;Nom;;;\n"
		    "V6;REMPARTS;BAT;Un;Nom;;;\n"
		    "V7;RIVES;VERTS;Un;Nom;200h;;\n",
	    WORDS("line 2, column crew: BAT", "line 3, column last_name",
		"line 4, column weekly: beaucoup",
		"line 5, column contract_start", "line 6, column contract_end",
		"line 7, column worker: n-0123456789",
		"line 9, column worker: V6: already at line 8",
		"line 11, column weekly"));
	assert_string_equal(value_of(*state, "RIVES", "worker/V6"), "");
}

static void the_same_person_may_work_in_two_structures(void **state)
{
	expect_counts(office_fixture_import(*state, "workers",
			  WORKERS "V6;RIVES;VERTS;Un;Nom;;;\n"
				  "V6;REMPARTS;BAT;Un;Nom;;;\n"),
	    2, 0, 0);
}

static const char *initial_of(struct office_fixture *fixture, const char *id)
{
	static char text[TEXT_NAME_MAX + 1];
	char record[RECORD_KEY_MAX];
	json_t *value;

	record_key_make(record, "worker", id, NULL);
	value = office_fixture_value(fixture, "RIVES", record);
	(void)snprintf(text, sizeof(text), "%s", json_text(value, "initial"));
	json_decref(value);
	return text;
}

static const char *warned_of(
    struct office_fixture *fixture, const char *text, bool dry)
{
	static char told[1024];
	const struct import_options options = {.dry = dry};
	const struct import_input file = input("w.csv", text);
	struct import_summary summary;
	struct err err = ERR_INIT;

	if (import_run(&fixture->office, "workers", &file, 1, &options,
		&summary, &err) < 0)
		fail_msg("%s", err.text);
	(void)snprintf(told, sizeof(told), "%s", buf_text(&summary.warnings));
	import_summary_free(&summary);
	return told;
}

/* The rules add up the hours of one identifier: two people would share them. */
static void one_identifier_of_two_people_is_warned_of(void **state)
{
	static const char twins[] =
	    "worker;structure;crew;first_name;last_name\n"
	    "V01;RIVES;VERTS;Fatou;Diallo\n"
	    "V01;REMPARTS;BAT;Jean;Martin\n"
	    "V02;RIVES;VERTS;Léa;Petit\n"
	    "V02;REMPARTS;BAT;LEA;PETIT\n";
	const char *told = warned_of(*state, twins, true);

	assert_non_null(strstr(told, "line 3: \"V01\" is also Fatou Diallo"));
	assert_non_null(strstr(told, "\"RIVES\""));
	assert_null(strstr(told, "V02"));
	assert_null(strstr(told, "\nline"));
	assert_non_null(strstr(warned_of(*state, twins, false), "line 3"));
	/* What is known counts as what the file tells. */
	told = warned_of(*state,
	    "worker;structure;crew;first_name;last_name\n"
	    "V01;RIVES;VERTS;Fatou;Diallo\n",
	    false);
	assert_non_null(
	    strstr(told, "is also Jean Martin, in structure \"REMPARTS\""));
	assert_string_equal(warned_of(*state,
				"worker;structure;crew;first_name;last_name\n"
				"V01;REMPARTS;BAT;Fatou;Diallo\n",
				false),
	    "");
}

static void french_headers_are_read(void **state)
{
	expect_counts(office_fixture_import(*state, "workers",
			  "Identifiant;Établissement;Équipe;Prénom;Nom;"
			  "Début du contrat;Date de naissance\n"
			  "V07;RIVES;VERTS;Fatou;Diallo;02/03/2026;"
			  "17/04/1998\n"),
	    1, 0, 0);
	expect_counts(office_fixture_import(*state, "contracts",
			  "Contrat;Salarié;Type de contrat;Date de début;"
			  "Date de fin\n"
			  "C1;V07;CDDI;02/03/2026;01/03/2027\n"),
	    1, 0, 0);
	expect_refused(*state, "workers",
	    "identifiant;matricule;structure;crew;first_name;last_name\n",
	    WORDS("\"identifiant\" and \"matricule\" tell the same"));
	expect_refused(*state, "workers",
	    "identifiant;structure;équipe;prénom;nom\n"
	    "V08;RIVES;VERTS;;Diallo\n",
	    WORDS("column prénom"));
}

static void a_cell_that_the_sheet_could_not_calculate_is_a_fault(void **state)
{
	expect_refused(*state, "workers",
	    "worker;structure;crew;first_name;last_name;weekly\n"
	    "V01;RIVES;VERTS;#REF!;Diallo;\n"
	    "V02;RIVES;VERTS;Léa;#N/A;\n"
	    "V03;RIVES;VERTS;Léa;#NOM?;\n",
	    WORDS("line 2, column first_name: #REF!: the spreadsheet could not",
		"line 3, column last_name: #N/A:",
		"line 4, column last_name: #NOM?:"));
	expect_counts(office_fixture_import(*state, "workers",
			  "worker;structure;crew;first_name;last_name\n"
			  "V01;RIVES;VERTS;#Fa;N/A\n"
			  "V02;RIVES;VERTS;Léa!;#1\n"),
	    2, 0, 0);
}

static void a_kind_of_contract_is_one_that_exists(void **state)
{
	(void)office_fixture_import(*state, "workers",
	    "worker;structure;crew;first_name;last_name\n"
	    "V01;RIVES;VERTS;Fatou;Diallo\n");
	expect_refused(*state, "contracts",
	    "contract;worker;kind;start\nC1;V01;CDX;2026-03-02\n",
	    WORDS("column kind: CDX: unknown kind of contract; there are CDDI",
		"CDI inclusion"));
	expect_counts(office_fixture_import(*state, "contracts",
			  "contract;worker;kind;start\n"
			  "C1;V01;cdi INCLUSION;2026-03-02\n"),
	    1, 0, 0);
}

static void initials_grow_until_a_crew_can_tell_people_apart(void **state)
{
	office_fixture_import(*state, "workers",
	    WORKERS "V1;RIVES;VERTS;Fatou;Diallo;;;\n"
		    "V2;RIVES;VERTS;FATOU;Diop;;;\n"
		    "V3;RIVES;VERTS;Oleksandr;Tkatchenko;;;\n");
	assert_string_equal(initial_of(*state, "V1"), "Dia");
	assert_string_equal(initial_of(*state, "V2"), "Dio");
	assert_string_equal(initial_of(*state, "V3"), "T");
}

static void a_newcomer_lengthens_the_initial_of_who_was_there(void **state)
{
	const char *late = WORKERS "V2;RIVES;VERTS;Fatou;Diop;;;\n";

	office_fixture_import(*state, "workers",
	    WORKERS "V1;RIVES;VERTS;Fatou;Diallo;;;\n"
		    "V4;RIVES;VERTS;Fatou;Sow;;;\n");
	assert_string_equal(initial_of(*state, "V1"), "D");
	expect_counts(office_fixture_import(*state, "workers", late), 1, 1, 0);
	assert_string_equal(initial_of(*state, "V1"), "Dia");
	assert_string_equal(initial_of(*state, "V2"), "Dio");
	assert_string_equal(initial_of(*state, "V4"), "S");
	expect_idempotent(*state, "workers", late);
	/* The first list again does not shorten it. */
	expect_idempotent(*state, "workers",
	    WORKERS "V1;RIVES;VERTS;Fatou;Diallo;;;\n"
		    "V4;RIVES;VERTS;Fatou;Sow;;;\n");
	assert_string_equal(initial_of(*state, "V1"), "Dia");
}

static void another_crew_is_a_dated_change(void **state)
{
	office_fixture_import(*state, "crews",
	    "crew;structure;name;site\nNEUVE;RIVES;N;TILLEULS\n");
	office_fixture_import(*state, "workers",
	    WORKERS "V1;RIVES;VERTS;Fatou;Diallo;;2026-03-02;\n");
	office_fixture_day(*state, "2026-11-23");
	expect_counts(office_fixture_import(*state, "workers",
			  WORKERS "V1;RIVES;NEUVE;Fatou;Diallo;;2026-03-02;\n"),
	    0, 1, 0);
	assert_string_equal(value_of(*state, "RIVES", "worker/V1"),
	    "{\"crews\":[{\"crew\":\"VERTS\",\"from\":\"1900-01-01\","
	    "\"to\":\"2026-11-22\"},{\"crew\":\"NEUVE\","
	    "\"from\":\"2026-11-23\"}],\"first\":\"Fatou\","
	    "\"initial\":\"D\"}");
	office_fixture_day(*state, "2026-12-01");
	expect_idempotent(*state, "workers",
	    WORKERS "V1;RIVES;NEUVE;Fatou;Diallo;;2026-03-02;\n");
}

static void who_left_a_crew_makes_no_initial_grow(void **state)
{
	office_fixture_import(*state, "crews",
	    "crew;structure;name;site\nNEUVE;RIVES;N;TILLEULS\n");
	office_fixture_import(*state, "workers",
	    WORKERS "V1;RIVES;VERTS;Fatou;Diallo;;2026-03-02;\n");
	office_fixture_import(*state, "workers",
	    WORKERS "V1;RIVES;NEUVE;Fatou;Diallo;;2026-03-02;\n");
	office_fixture_import(
	    *state, "workers", WORKERS "V2;RIVES;VERTS;Fatou;Diop;;;\n");
	assert_string_equal(initial_of(*state, "V1"), "D");
	assert_string_equal(initial_of(*state, "V2"), "D");
}

static void members_that_a_newer_version_set_are_kept(void **state)
{
	office_fixture_import(
	    *state, "workers", WORKERS "V1;RIVES;VERTS;Fatou;Diallo;;;\n");
	office_fixture_set(*state, "RIVES", "worker", "worker/V1",
	    "{\"first\":\"Fatou\",\"initial\":\"D\",\"plan\":\"5\","
	    "\"crews\":[{\"crew\":\"VERTS\",\"from\":\"1900-01-01\"}]}");
	expect_counts(office_fixture_import(*state, "workers",
			  WORKERS "V1;RIVES;VERTS;Fatoumata;Diallo;;;\n"),
	    0, 1, 0);
	assert_string_equal(value_of(*state, "RIVES", "worker/V1"),
	    "{\"crews\":[{\"crew\":\"VERTS\",\"from\":\"1900-01-01\"}],"
	    "\"first\":\"Fatoumata\",\"initial\":\"D\",\"plan\":\"5\"}");
}

/* ---- skills ---- */

static void skills_are_kept_by_trade(void **state)
{
	const char *csv = "code;label;trade\n"
			  "A1203-01;Tondre;A1203\n"
			  "A1203-02;Tailler;A1203\n"
			  "X1;Être à l'heure;\n";

	expect_counts(office_fixture_import(*state, "skills", csv), 3, 0, 0);
	assert_string_equal(value_of(*state, "_", "catalogue/local/A1203"),
	    "{\"name\":\"Catalogue local\",\"rows\":["
	    "[\"A1203-01\",\"Tondre\",[\"A1203\"]],"
	    "[\"A1203-02\",\"Tailler\",[\"A1203\"]]]}");
	assert_string_equal(value_of(*state, "_", "catalogue/local/_"),
	    "{\"name\":\"Catalogue local\",\"rows\":["
	    "[\"X1\",\"Être à l'heure\",[]]]}");
	expect_idempotent(*state, "skills", csv);
}

static void skills_are_added_and_updated_never_removed(void **state)
{
	office_fixture_import(*state, "skills",
	    "code;label;trade\nA-1;Tondre;A\nA-2;Tailler;A\n");
	expect_counts(office_fixture_import(*state, "skills",
			  "code;label;trade\nA-3;Semer;A\nA-2;Élaguer;A\n"),
	    1, 1, 0);
	assert_string_equal(value_of(*state, "_", "catalogue/local/A"),
	    "{\"name\":\"Catalogue local\",\"rows\":["
	    "[\"A-1\",\"Tondre\",[\"A\"]],[\"A-2\",\"Élaguer\",[\"A\"]],"
	    "[\"A-3\",\"Semer\",[\"A\"]]]}");
	/* A code that changes trade stays one code. */
	office_fixture_import(
	    *state, "skills", "code;label;trade\nA-1;Tondre;B\n");
	assert_string_equal(value_of(*state, "_", "catalogue/local/B"), "");
	assert_string_equal(value_of(*state, "_", "catalogue/local/A"),
	    "{\"name\":\"Catalogue local\",\"rows\":["
	    "[\"A-1\",\"Tondre\",[\"B\"]],[\"A-2\",\"Élaguer\",[\"A\"]],"
	    "[\"A-3\",\"Semer\",[\"A\"]]]}");
}

static void the_starter_catalogue_is_a_scheme_of_its_own(void **state)
{
	const struct import_options options = {.scheme = IMPORT_SCHEME_STARTER};
	const struct import_input file =
	    input("starter.csv", "code;label;trade\nA-1;Tondre;A\n");
	struct office_fixture *fixture = *state;
	struct import_summary summary;
	struct err err = ERR_INIT;

	assert_int_equal(import_run(&fixture->office, "skills", &file, 1,
			     &options, &summary, &err),
	    0);
	import_summary_free(&summary);
	assert_string_equal(value_of(*state, "_", "catalogue/pointeau/A"),
	    "{\"name\":\"Pointeau, catalogue de départ\",\"rows\":["
	    "[\"A-1\",\"Tondre\",[\"A\"]]]}");
}

static void faulty_skills_are_named(void **state)
{
	expect_refused(*state, "skills",
	    "code;label;trade\nA-1;Tondre;A\nA-1;Tailler;B\n;Semer;A\n"
	    "A-2;;A\nA-3;Planter;a/b\n",
	    WORDS("line 3, column code: A-1: already at line 2",
		"line 4, column code: empty", "line 5, column label: empty",
		"line 6, column trade: a/b"));
}

static int longest_entry(
    void *context, const struct record_row *row, struct err *err)
{
	size_t *longest = context;

	(void)err;
	if (strlen(row->value) > *longest)
		*longest = strlen(row->value);
	return 0;
}

static void a_large_catalogue_is_several_records(void **state)
{
	struct office_fixture *fixture = *state;
	struct buf csv = BUF_INIT;
	struct err err = ERR_INIT;
	char label[401];
	size_t longest = 0;

	/* The longest form of the longest label. */
	memset(label, '\\', sizeof(label) - 1);
	label[sizeof(label) - 1] = '\0';
	buf_add_text(&csv, "code;label\n");
	for (int i = 0; i < 1000; i++)
		buf_printf(&csv, "SKILL-%04d;%s\n", i, label);
	expect_counts(office_fixture_import(fixture, "skills", buf_text(&csv)),
	    1000, 0, 0);
	expect_idempotent(fixture, "skills", buf_text(&csv));
	assert_int_equal(ledger_subject(fixture->office.db, "_", "catalogue",
			     "local", longest_entry, &longest, &err),
	    0);
	assert_in_range(longest, 1000, 200 * 1024);
	assert_string_not_equal(
	    value_of(fixture, "_", "catalogue/local/_.5"), "");
	buf_free(&csv);
}

/* ---- the ROME's files ---- */

#define ROME_SKILLS                                                            \
	"\"code_ogr\",\"nature\",\"libelle_competence\",\"definition\"\n"      \
	"\"100023\",\"Compétence\",\"Abattre un arbre\",\"une\nligne,\n"      \
	"\"\"puis\"\" une autre\"\n"                                           \
	"\"300230\",\"Macro-compétence\",\"Entretenir\",\"\"\n"               \
	"\"100063\",\"Compétence\",\"Tailler\nles arbres\",\"\"\n"            \
	"\"900\",\"Compétence\",\"Compter\",\"\"\n"

#define ROME_LINKS                                                             \
	"\"code_rome\",\"code_compo_bloc\",\"code_rubrique\",\"code_ogr\"\n"   \
	"\"A1201\",\"5\",\"1\",\"100023\"\n"                                   \
	"\"A1203\",\"2\",\"\",\"100063\"\n"                                    \
	"\"A1203\",\"5\",\"1\",\"100023\"\n"                                   \
	"\"A1203\",\"5\",\"2\",\"100023\"\n"                                   \
	"\"A1203\",\"5\",\"1\",\"100063\"\n"                                   \
	"\"A1203\",\"5\",\"1\",\"300230\"\n"

#define ROME_SKILLS_NAME "unix_referentiel_competence_v460_utf8.csv"
#define ROME_LINKS_NAME  "unix_liens_rome_referentiels_v460_utf8.csv"

static int import_rome_files(struct office_fixture *fixture,
    const struct import_input *files, size_t count,
    struct import_summary *summary, struct err *err)
{
	int rc = import_run(
	    &fixture->office, "skills", files, count, NULL, summary, err);

	import_summary_free(
	    &(struct import_summary){.unknown = summary->unknown,
		.faults = summary->faults,
		.preview = summary->preview});
	return rc;
}

static void the_rome_is_read_from_its_official_files(void **state)
{
	const struct import_input files[] = {
	    input("version.txt", "Numero de version : 60"),
	    input(ROME_LINKS_NAME, ROME_LINKS),
	    input("unix_referentiel_savoir_v460_utf8.csv", "not,read\n"),
	    input(ROME_SKILLS_NAME, ROME_SKILLS),
	};
	struct import_summary summary;
	struct err err = ERR_INIT;
	struct hash before, after;

	assert_int_equal(
	    import_rome_files(*state, files, 4, &summary, &err), 0);
	expect_counts(summary, 3, 0, 0);
	assert_string_equal(value_of(*state, "_", "catalogue/rome-v460/500"),
	    "{\"name\":\"France Travail, ROME 4.0 v60, Licence Ouverte 2.0\","
	    "\"rows\":[[\"100023\",\"Abattre un arbre\","
	    "[\"A1201\",\"A1203\"]],[\"100063\",\"Tailler les arbres\","
	    "[\"A1203\"]]]}");
	assert_string_equal(value_of(*state, "_", "catalogue/rome-v460/4"),
	    "{\"name\":\"France Travail, ROME 4.0 v60, Licence Ouverte 2.0\","
	    "\"rows\":[[\"900\",\"Compter\",[]]]}");
	before = office_fixture_digest(*state);
	assert_int_equal(
	    import_rome_files(*state, files, 4, &summary, &err), 0);
	expect_counts(summary, 0, 0, 3);
	after = office_fixture_digest(*state);
	assert_true(hash_equal(&before, &after));
}

static void a_rome_without_its_links_is_refused(void **state)
{
	const struct import_input files[] = {
	    input(ROME_SKILLS_NAME, ROME_SKILLS),
	    input("unix_liens_rome_referentiels_v459_utf8.csv", ROME_LINKS),
	    input("unix_liens_rome_referentiels_v460_utf8.csv", ROME_LINKS),
	};
	struct import_summary summary;
	struct err err = ERR_INIT;

	assert_int_equal(
	    import_rome_files(*state, files, 1, &summary, &err), E_INVALID);
	assert_non_null(strstr(err.text, "unix_liens_rome_referentiels_"));
	/* Two versions. */
	assert_int_equal(
	    import_rome_files(*state, files, 2, &summary, &err), E_INVALID);
	assert_int_equal(
	    import_rome_files(*state, files, 3, &summary, &err), E_INVALID);
}

static void a_faulty_rome_changes_nothing(void **state)
{
	const struct import_input files[] = {
	    input(ROME_SKILLS_NAME,
		"code_ogr,nature,libelle_competence\n1,Compétence,Un\n"
		"x,Compétence,Deux\n1,Compétence,Trois\n2,Compétence,\n"),
	    input(ROME_LINKS_NAME, ROME_LINKS),
	};
	const struct import_input none[] = {
	    input(ROME_SKILLS_NAME, "code_ogr,nature,libelle_competence\n"),
	    input(ROME_LINKS_NAME, ROME_LINKS),
	};
	struct hash before = office_fixture_digest(*state), after;
	struct import_summary summary;
	struct err err = ERR_INIT;

	assert_int_equal(
	    import_rome_files(*state, files, 2, &summary, &err), E_INVALID);
	assert_non_null(strstr(err.text, ROME_SKILLS_NAME));
	assert_non_null(strstr(err.text, "line 3"));
	assert_non_null(strstr(err.text, "line 4"));
	assert_non_null(strstr(err.text, "line 5"));
	assert_int_equal(
	    import_rome_files(*state, none, 2, &summary, &err), E_INVALID);
	after = office_fixture_digest(*state);
	assert_true(hash_equal(&before, &after));
}

#define EMPTY(name) cmocka_unit_test_setup_teardown(name, open_empty, close_all)
#define PLACES(name)                                                           \
	cmocka_unit_test_setup_teardown(name, open_places, close_all)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    EMPTY(structures_are_recorded_in_their_own_log),
	    EMPTY(a_siret_carries_several_kinds_each_once),
	    EMPTY(two_structures_may_swap_in_one_file),
	    EMPTY(every_faulty_structure_is_named),
	    EMPTY(an_unknown_list_is_a_matter_of_usage),
	    PLACES(sectors_are_read_as_people_write_them),
	    PLACES(one_faulty_site_refuses_them_all),
	    PLACES(columns_come_in_any_order_and_unknown_ones_are_told),
	    PLACES(a_missing_column_is_named),
	    PLACES(windows_1252_with_crlf_is_read),
	    PLACES(a_byte_order_mark_is_no_text),
	    PLACES(a_nul_byte_is_refused),
	    PLACES(broken_utf_8_is_refused_where_utf_8_was_announced),
	    PLACES(a_character_without_meaning_is_refused),
	    PLACES(an_empty_file_is_refused),
	    PLACES(a_file_of_a_header_alone_does_nothing),
	    PLACES(a_name_of_ten_kilobytes_is_refused),
	    PLACES(names_keep_their_limits),
	    PLACES(control_characters_are_refused),
	    PLACES(a_row_too_long_is_refused),
	    PLACES(a_refusal_in_french_says_so),
	    PLACES(crews_are_kept_in_one_form),
	    PLACES(an_emptied_cell_empties_and_an_absent_column_does_not),
	    PLACES(every_faulty_crew_is_named),
	    PLACES(supervisors_are_recorded),
	    PLACES(a_supervisor_needs_a_crew_of_the_structure),
	    PLACES(a_worker_makes_three_records),
	    PLACES(a_contract_may_be_unknown),
	    PLACES(a_worker_may_have_a_birth_and_a_pass),
	    PLACES(a_worker_may_have_days_of_their_own),
	    PLACES(every_faulty_worker_is_named),
	    PLACES(the_same_person_may_work_in_two_structures),
	    PLACES(one_identifier_of_two_people_is_warned_of),
	    PLACES(french_headers_are_read),
	    PLACES(a_cell_that_the_sheet_could_not_calculate_is_a_fault),
	    PLACES(a_kind_of_contract_is_one_that_exists),
	    PLACES(initials_grow_until_a_crew_can_tell_people_apart),
	    PLACES(a_newcomer_lengthens_the_initial_of_who_was_there),
	    PLACES(another_crew_is_a_dated_change),
	    PLACES(who_left_a_crew_makes_no_initial_grow),
	    PLACES(members_that_a_newer_version_set_are_kept),
	    EMPTY(skills_are_kept_by_trade),
	    EMPTY(skills_are_added_and_updated_never_removed),
	    EMPTY(the_starter_catalogue_is_a_scheme_of_its_own),
	    EMPTY(faulty_skills_are_named),
	    EMPTY(a_large_catalogue_is_several_records),
	    EMPTY(the_rome_is_read_from_its_official_files),
	    EMPTY(a_rome_without_its_links_is_refused),
	    EMPTY(a_faulty_rome_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
