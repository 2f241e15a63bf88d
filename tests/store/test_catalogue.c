/* The skills that can be observed: read from the office's records, found by
 * code, label or words, and the steps of the scale. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "shared/catalogue.h"
#include "shared/lang.h"
#include "shared/ledger.h"
#include "tests/lib/kit.h"

#define OFFICE "0ff1ce0ff1ce0ff1"
#define GARDEN "catalogue/local/A1203"

static char directory[KIT_PATH];
static struct kit_machine machine;
static struct db *db;
static struct catalogue catalogue;

static int set_up(void **state)
{
	(void)state;
	lang_set("fr");
	kit_machine_init(&machine, 7);
	kit_directory(directory);
	db = kit_ledger(directory);
	memset(&catalogue, 0, sizeof(catalogue));
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	catalogue_clear(&catalogue);
	db_rollback(db);
	db_close(db);
	kit_directory_remove(directory);
	return 0;
}

/* Add an entry of the office's; its hash. */
static struct hash put(const char *kind, const char *record, const char *set,
    const struct hash *parent)
{
	const struct entry_draft draft = {.kind = kind,
	    .record = record,
	    .device = OFFICE,
	    .reason = "r",
	    .parents = parent,
	    .parent_count = parent != NULL};
	struct set_header header = {
	    .structure = KIT_STRUCTURE, .device = OFFICE};
	const struct ledger_author author = {&header, WRITER_OFFICE, false};
	const char *fault = NULL;
	struct buf body = BUF_INIT;
	struct err err = ERR_INIT;
	struct hash hash;
	int64_t id;

	kit_entry(&body, &draft, set, &machine);
	hash_of(&hash, body.data, body.len);
	if (ledger_add(db, &author, buf_bytes(&body), &id, &fault, &err) < 0)
		fail_msg("%s", err.text);
	assert_null(fault);
	buf_free(&body);
	return hash;
}

static void put_chunk(const char *record, const char *name, const char *rows)
{
	struct buf set = BUF_INIT;

	buf_printf(&set, "{\"name\":\"%s\",\"rows\":[%s]}", name, rows);
	(void)put("catalogue", record, buf_text(&set), NULL);
	buf_free(&set);
}

static void load(void)
{
	struct err err = ERR_INIT;

	catalogue_clear(&catalogue);
	if (catalogue_load(&catalogue, db, &err) < 0)
		fail_msg("%s", err.text);
}

/* Pruning, with an accent; mowing; planting. */
static void know_garden(void)
{
	put_chunk(GARDEN, "Jardin",
	    "[\"TAILLE\",\"Taille des haies\",[\"A1203\",\"a1416\"]],"
	    "[\"TONTE\",\"Tonte\",[\"A1203\"]],"
	    "[\"PLANTATION\",\"Planter un arbre\",[]]");
	load();
	assert_int_equal(catalogue.count, 3);
}

/* ---- loading ---- */

static void an_office_without_catalogue_has_no_skill(void **state)
{
	(void)state;
	load();
	assert_int_equal(catalogue.count, 0);
}

static void chunks_are_read_one_after_the_other(void **state)
{
	(void)state;
	put_chunk("catalogue/rome/B1", "ROME", "[\"B\",\"Bois\"]");
	put_chunk(GARDEN, "Jardin", "[\"A\",\"Arbre\",[\"A1203\"]]");
	load();
	assert_int_equal(catalogue.count, 2);
	assert_string_equal(catalogue.rows[0].name, "Jardin");
	assert_string_equal(catalogue.rows[0].code, "A");
	assert_string_equal(catalogue.rows[0].label, "Arbre");
	assert_int_equal(json_array_size(catalogue.rows[0].trades), 1);
	assert_string_equal(catalogue.rows[1].name, "ROME");
	assert_string_equal(catalogue.rows[1].code, "B");
	assert_null(catalogue.rows[1].trades);
}

/* As many as a trade of the ROME has, and more than are first made room
 * for. */
static void a_large_catalogue_is_read_whole(void **state)
{
	enum { COUNT = 700 };
	struct buf rows = BUF_INIT;
	char code[16];

	(void)state;
	for (int i = 0; i < COUNT; i++)
		buf_printf(
		    &rows, "%s[\"C%d\",\"Label %d\"]", i > 0 ? "," : "", i, i);
	put_chunk(GARDEN, "Jardin", buf_text(&rows));
	buf_free(&rows);
	load();
	assert_int_equal(catalogue.count, COUNT);
	for (int i = 0; i < COUNT; i++) {
		(void)snprintf(code, sizeof(code), "C%d", i);
		assert_string_equal(catalogue.rows[i].code, code);
	}
}

static void rows_that_are_no_skills_are_left_out(void **state)
{
	(void)state;
	put_chunk(GARDEN, "Jardin",
	    "\"A\",[],[\"A\"],[7,\"seven\"],[\"A\",7],[\"A/B\",\"a path\"],"
	    "[\"-A\",\"an option\"],[\"\",\"nothing\"],[\"B\",\"good\"]");
	load();
	assert_int_equal(catalogue.count, 1);
	assert_string_equal(catalogue.rows[0].code, "B");
}

static void a_voided_chunk_has_no_skill(void **state)
{
	struct hash hash;

	(void)state;
	put_chunk("catalogue/rome/B1", "ROME", "[\"B\",\"Bois\"]");
	hash = put("catalogue", GARDEN,
	    "{\"name\":\"Jardin\",\"rows\":[[\"A\",\"Arbre\"]]}", NULL);
	load();
	assert_int_equal(catalogue.count, 2);
	(void)put("void", GARDEN, NULL, &hash);
	load();
	assert_int_equal(catalogue.count, 1);
	assert_string_equal(catalogue.rows[0].code, "B");
}

/* ---- finding ---- */

static void assert_found(const char *text, const char *code)
{
	const struct catalogue_row *row;
	struct err err = ERR_INIT;

	if (catalogue_find(&catalogue, text, &row, &err) < 0)
		fail_msg("%s: %s", text, err.text);
	assert_string_equal(row->code, code);
}

static void assert_unknown(const char *text, const char *message)
{
	const struct catalogue_row other, *row = &other;
	struct err err = ERR_INIT;

	assert_int_equal(
	    catalogue_find(&catalogue, text, &row, &err), E_NOT_FOUND);
	assert_null(row);
	assert_int_equal(err.code, E_NOT_FOUND);
	assert_string_equal(err.text, message);
}

static void a_skill_has_its_code_or_its_label(void **state)
{
	(void)state;
	know_garden();
	assert_found("TAILLE", "TAILLE");
	assert_found("tonte", "TONTE");
	assert_found("taille des HAIES", "TAILLE");
	assert_found("Planter_un arbre", "PLANTATION");
}

/* Of skills that read the same, the first; but the very code goes before. */
static void a_code_as_written_goes_before_what_reads_the_same(void **state)
{
	(void)state;
	put_chunk(GARDEN, "Jardin",
	    "[\"Bois\",\"Scier\"],[\"SCIER\",\"Bois\"],[\"bois\",\"x\"]");
	load();
	assert_found("scier", "Bois");
	assert_found("BOIS", "Bois");
	assert_found("SCIER", "SCIER");
	assert_found("bois", "bois");
}

static void a_mistyped_code_gets_the_nearest(void **state)
{
	(void)state;
	know_garden();
	assert_unknown("TONTTE",
	    "compétence « TONTTE » inconnue : vouliez-vous dire TONTE (Tonte) "
	    "?");
	assert_unknown("TONTAILLE",
	    "compétence « TONTAILLE » inconnue : vouliez-vous dire TAILLE "
	    "(Taille des haies) ?");
	lang_set("en");
	assert_unknown(
	    "TONTTE", "unknown skill \"TONTTE\": did you mean TONTE (Tonte)?");
}

/* A word of a label goes before codes that look alike. */
static void words_of_a_label_are_proposed_first(void **state)
{
	(void)state;
	put_chunk(GARDEN, "Jardin",
	    "[\"ARBRES\",\"Forêt\"],[\"P\",\"Planter un arbre\"]");
	load();
	assert_unknown("arbre",
	    "compétence « arbre » inconnue : vouliez-vous dire ARBRES "
	    "(Forêt), P (Planter un arbre) ?");
	assert_unknown("un arbre",
	    "compétence « un arbre » inconnue : vouliez-vous dire P (Planter "
	    "un arbre) ?");
	assert_unknown("arbers",
	    "compétence « arbers » inconnue : vouliez-vous dire ARBRES "
	    "(Forêt) ?");
}

/* Five, the nearest ones, whatever their order in the catalogue. */
static void five_at_most_are_proposed_the_nearest_first(void **state)
{
	(void)state;
	put_chunk(GARDEN, "Jardin",
	    "[\"ABCDEXYZ\",\"3\"],[\"ABCDEFXY\",\"2\"],"
	    "[\"ABCDEFXZ\",\"2\"],[\"ABCDEFGX\",\"1\"],"
	    "[\"LOIN\",\"9\"],[\"ABCDEFG\",\"1\"],"
	    "[\"ABCDEFYY\",\"2\"],[\"ABCDEFZZ\",\"2\"],"
	    "[\"ABCDEXXX\",\"3\"]");
	load();
	assert_unknown("ABCDEFGH",
	    "compétence « ABCDEFGH » inconnue : vouliez-vous dire ABCDEFGX "
	    "(1), ABCDEFG (1), ABCDEFXY (2), ABCDEFXZ (2), ABCDEFYY (2) ?");
}

static void what_resembles_nothing_is_to_be_searched(void **state)
{
	(void)state;
	know_garden();
	assert_unknown("xxxxxxxxxxxx",
	    "compétence « xxxxxxxxxxxx » inconnue ; pour chercher : skills "
	    "catalogue --search TEXTE");
	assert_unknown("", "compétence «  » inconnue ; pour chercher : skills "
			   "catalogue --search TEXTE");
	lang_set("en");
	assert_unknown("xxxxxxxxxxxx",
	    "unknown skill \"xxxxxxxxxxxx\"; to search: skills catalogue "
	    "--search TEXT");
}

static void without_a_catalogue_a_sync_is_proposed(void **state)
{
	(void)state;
	load();
	assert_unknown("TAILLE",
	    "aucun catalogue de compétences n'est arrivé ici : lancez "
	    "« pointeau sync »");
	lang_set("en");
	assert_unknown("TAILLE",
	    "no catalogue of skills has come here: run \"pointeau sync\"");
}

static void a_search_is_of_every_word(void **state)
{
	const struct catalogue_row *row;

	(void)state;
	put_chunk(GARDEN, "Jardin",
	    "[\"PRE\",\"Élaguer près des haies\",[7,\"A1203\",\"a1416\"]]");
	load();
	row = &catalogue.rows[0];
	assert_true(catalogue_matches(row, NULL, NULL));
	assert_true(catalogue_matches(row, "", NULL));
	assert_true(catalogue_matches(row, " - ", NULL));
	assert_true(catalogue_matches(row, "elag", NULL));
	assert_true(catalogue_matches(row, "HAIES élaguer", NULL));
	/* The code's words too. */
	assert_true(catalogue_matches(row, "pre haie", NULL));
	assert_false(catalogue_matches(row, "haies arbre", NULL));
	assert_false(catalogue_matches(row, "arbre haies", NULL));
}

static void a_search_may_be_of_one_trade(void **state)
{
	const struct catalogue_row *row;

	(void)state;
	put_chunk(GARDEN, "Jardin",
	    "[\"A\",\"Arbre\",[7,\"A1203\",\"a1416\"]],[\"B\",\"Bois\"]");
	load();
	row = &catalogue.rows[0];
	assert_true(catalogue_matches(row, NULL, "A1203"));
	assert_true(catalogue_matches(row, "arbre", "A1416"));
	assert_false(catalogue_matches(row, "bois", "A1203"));
	assert_false(catalogue_matches(row, "arbre", "A12"));
	assert_false(catalogue_matches(row, NULL, "7"));
	/* Of no trade. */
	assert_false(catalogue_matches(&catalogue.rows[1], NULL, "A1203"));
	assert_true(catalogue_matches(&catalogue.rows[1], NULL, NULL));
}

/* ---- levels ---- */

static void a_level_is_its_number_or_its_words(void **state)
{
	static const struct {
		const char *text;
		int level;
	} good[] = {
	    {"1", 1},
	    {"2", 2},
	    {"3", 3},
	    {"4", 4},
	    {"3 seul", 3},
	    {"Seul", 3},
	    {"avec aide", 2},
	    {"2 AVEC AIDE", 2},
	    {"with help", 2},
	    {"2 with help", 2},
	    {"découvre", 1},
	    {"decouvre", 1},
	    {"discovers", 1},
	    {"4 shows others", 4},
	    {"montre aux autres", 4},
	    {"non évalué", 0},
	    {"Non evalue", 0},
	    {"not assessed", 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct err err = ERR_INIT;
		int level = -1;

		if (catalogue_level(&level, good[i].text, &err) < 0)
			fail_msg("%s: %s", good[i].text, err.text);
		assert_int_equal(level, good[i].level);
	}
}

static void what_is_no_step_is_no_level(void **state)
{
	static const char *const bad[] = {"", " ", "0", "5", "-1", "10", "33",
	    "3 alone seul", "2 seul", "n évalué", "évalué", "é"};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct err err = ERR_INIT;
		int level = -1;

		if (catalogue_level(&level, bad[i], &err) != E_INVALID)
			fail_msg("\"%s\" is %d", bad[i], level);
		assert_int_equal(level, -1);
		assert_non_null(strstr(err.text, CATALOGUE_SCALE));
	}
}

static void a_level_is_told_in_the_users_language(void **state)
{
	(void)state;
	assert_string_equal(catalogue_level_text(3), "3 seul");
	assert_string_equal(catalogue_level_text(0), "non évalué");
	assert_string_equal(catalogue_level_text(4), "4 montre aux autres");
	/* A newer office may have more steps. */
	assert_string_equal(catalogue_level_text(5), "non évalué");
	assert_string_equal(catalogue_level_text(-1), "non évalué");
	lang_set("en");
	assert_string_equal(catalogue_level_text(1), "1 discovers");
	assert_string_equal(catalogue_level_text(0), "not assessed");
}

#define PLAY(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    PLAY(an_office_without_catalogue_has_no_skill),
	    PLAY(chunks_are_read_one_after_the_other),
	    PLAY(a_large_catalogue_is_read_whole),
	    PLAY(rows_that_are_no_skills_are_left_out),
	    PLAY(a_voided_chunk_has_no_skill),
	    PLAY(a_skill_has_its_code_or_its_label),
	    PLAY(a_code_as_written_goes_before_what_reads_the_same),
	    PLAY(a_mistyped_code_gets_the_nearest),
	    PLAY(words_of_a_label_are_proposed_first),
	    PLAY(five_at_most_are_proposed_the_nearest_first),
	    PLAY(what_resembles_nothing_is_to_be_searched),
	    PLAY(without_a_catalogue_a_sync_is_proposed),
	    PLAY(a_search_is_of_every_word),
	    PLAY(a_search_may_be_of_one_trade),
	    PLAY(a_level_is_its_number_or_its_words),
	    PLAY(what_is_no_step_is_no_level),
	    PLAY(a_level_is_told_in_the_users_language),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
