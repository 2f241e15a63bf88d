#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "shared/lang.h"
#include "shared/nearest.h"
#include "shared/opt.h"

static const struct opt add_options[] = {
    {"worker", OPT_REQUIRED, "W", "la personne", "the person"},
    {"time", 0, "T", "la durée", "the duration"},
    {"note", 0, "TEXT", "l'explication", "the explanation"},
    {"dry-run", OPT_FLAG, NULL, "essai", "trial"}, {NULL, 0, NULL, NULL, NULL}};

static const struct opt many_options[] = {{"a1", OPT_FLAG, NULL, "a", "a"},
    {"a2", OPT_FLAG, NULL, "a", "a"}, {"a3", OPT_FLAG, NULL, "a", "a"},
    {"a4", OPT_FLAG, NULL, "a", "a"}, {"a5", OPT_FLAG, NULL, "a", "a"},
    {"a6", OPT_FLAG, NULL, "a", "a"}, {"a7", OPT_FLAG, NULL, "a", "a"},
    {"a8", OPT_FLAG, NULL, "a", "a"}, {"a9", OPT_FLAG, NULL, "a", "a"},
    {"b1", OPT_FLAG, NULL, "a", "a"}, {"b2", OPT_FLAG, NULL, "a", "a"},
    {"b3", OPT_FLAG, NULL, "a", "a"}, {"b4", OPT_FLAG, NULL, "a", "a"},
    {"b5", OPT_FLAG, NULL, "a", "a"}, {"b6", OPT_FLAG, NULL, "a", "a"},
    {"b7", OPT_FLAG, NULL, "a", "a"}, {"b8", OPT_FLAG, NULL, "a", "a"},
    {"b9", OPT_FLAG, NULL, "a", "a"}, {"c1", OPT_FLAG, NULL, "a", "a"},
    {"c2", OPT_FLAG, NULL, "a", "a"}, {"c3", OPT_FLAG, NULL, "a", "a"},
    {"c4", OPT_FLAG, NULL, "a", "a"}, {"c5", OPT_FLAG, NULL, "a", "a"},
    {"c6", OPT_FLAG, NULL, "a", "a"}, {"c7", OPT_FLAG, NULL, "a", "a"},
    {NULL, 0, NULL, NULL, NULL}};

static const struct command commands[] = {
    {"hours add", "", add_options, "note des heures", "records hours", NULL, 0},
    {"hours import", "FILE.csv", NULL, "lit un fichier", "reads a file", NULL,
	0},
    {"status", "", NULL, "où on en est", "where things are", NULL, 0},
    {"report", "", NULL, "un rapport", "a report", NULL, 0},
    {"report month", "MONTH [DIR]", NULL, "le mois", "the month", NULL, 0},
    {"completion", "bash|zsh", NULL, "complète", "completes", NULL, 0},
    {"many", "", many_options, "tout", "all", NULL, 0},
};

#define COUNT (sizeof(commands) / sizeof(commands[0]))

static struct call call;
static struct err err;

/* Parse words separated by '|', as after the program's name. */
static int parse(const char *line)
{
	static char text[16 * 1024];
	static char *argv[5000];
	char *at = text, *save = NULL;
	int argc = 0;

	memset(&call, 0, sizeof(call));
	memset(&err, 0, sizeof(err));
	strncpy(text, line, sizeof(text) - 1);
	argv[argc++] = at;
	for (at = strtok_r(text, "|", &save); at != NULL;
	     at = strtok_r(NULL, "|", &save))
		argv[argc++] = at;
	return opt_parse(&call, commands, COUNT, argc, argv, &err);
}

static void refused(const char *line, const char *says)
{
	assert_int_equal(parse(line), E_USAGE);
	assert_int_equal(err.code, E_USAGE);
	if (strstr(err.text, says) == NULL)
		fail_msg("« %s » : pas de « %s »", err.text, says);
}

static void is_command(const char *words)
{
	assert_non_null(call.command);
	assert_string_equal(call.command->words, words);
}

static void options_come_in_both_forms(void **state)
{
	(void)state;
	assert_int_equal(parse("hours|add|--worker|V01|--time=3h30"), 0);
	is_command("hours add");
	assert_string_equal(opt_value(&call, "worker"), "V01");
	assert_string_equal(opt_value(&call, "time"), "3h30");
	assert_null(opt_value(&call, "note"));
	assert_false(opt_given(&call, "json"));
}

static void a_value_may_be_empty_or_hold_an_equals_sign(void **state)
{
	(void)state;
	assert_int_equal(parse("hours|add|--worker=a=b|--note="), 0);
	assert_string_equal(opt_value(&call, "worker"), "a=b");
	assert_string_equal(opt_value(&call, "note"), "");
	assert_true(opt_given(&call, "note"));
}

static void options_may_follow_arguments_and_precede_the_command(void **state)
{
	(void)state;
	assert_int_equal(parse("--data|/x|report|month|2026-11|--json"), 0);
	is_command("report month");
	assert_int_equal(call.arg_count, 1);
	assert_string_equal(call.args[0], "2026-11");
	assert_string_equal(opt_value(&call, "data"), "/x");
	assert_true(opt_given(&call, "json"));
	assert_int_equal(parse("hours|--json|import|--data=/y|a.csv"), 0);
	is_command("hours import");
	assert_string_equal(call.args[0], "a.csv");
}

static void the_longest_command_wins(void **state)
{
	(void)state;
	assert_int_equal(parse("report"), 0);
	is_command("report");
	assert_int_equal(parse("report|month|2026-11"), 0);
	is_command("report month");
	refused("report|mouth", "mouth");
}

static void two_dashes_end_the_options(void **state)
{
	(void)state;
	assert_int_equal(parse("hours|import|--|--json"), 0);
	assert_int_equal(call.arg_count, 1);
	assert_string_equal(call.args[0], "--json");
	assert_false(opt_given(&call, "json"));
	assert_int_equal(parse("hours|import|--|--"), 0);
	assert_string_equal(call.args[0], "--");
}

static void a_dash_alone_is_an_argument(void **state)
{
	(void)state;
	assert_int_equal(parse("hours|import|-"), 0);
	assert_string_equal(call.args[0], "-");
}

static void unknown_options_suggest_the_nearest(void **state)
{
	(void)state;
	refused("hours|add|--workr|V01", "--worker");
	refused("hours|add|--worker|V01|--Note|x", "--note");
	refused("hours|add|--zzzzzzzz", "--help");
	refused("status|-j", "-j");
	refused("status|-xjson", "-xjson");
	refused("--jsn", "--json");
	refused("status|--worker|V01", "--worker");
	refused("status|--=x", "--=x");
	refused("-=x", "-=x");
}

static void unknown_commands_suggest_the_nearest(void **state)
{
	(void)state;
	refused("statsu", "status");
	refused("huors|add", "hours add");
	refused("hours|ad", "hours add");
	refused("hours|xxxxxxx", "hours add, hours import");
	refused("hours", "hours add, hours import");
	refused("qqqqqqqqqq", "--help");
	refused("", "--help");
}

static void missing_and_surplus_arguments_are_told(void **state)
{
	(void)state;
	refused("hours|import", "FILE.csv");
	refused("hours|import|a.csv|b.csv", "b.csv");
	refused("status|now", "now");
	assert_int_equal(parse("report|month|2026-11|/tmp"), 0);
	assert_int_equal(call.arg_count, 2);
	refused("report|month|1|2|3", "3");
	refused("status|1|2|3|4|5|6|7|8|9|10|11|12", "longue");
}

static void required_options_are_told(void **state)
{
	(void)state;
	refused("hours|add|--time|3h", "--worker W");
	refused("hours|add|--worker=", "--worker W");
}

static void a_forgotten_value_is_told(void **state)
{
	(void)state;
	refused("hours|add|--worker", "--worker W");
	refused("hours|add|--worker|--time|3h", "--worker W");
	refused("hours|add|--worker|--json", "--worker W");
	refused("hour", "");
	refused("hours|add|--worker|--=x", "--worker W");
	refused("--data", "--data DIR");
	/* What merely begins with dashes is a value all the same. */
	assert_int_equal(parse("hours|add|--worker|V|--note|--- fin"), 0);
	assert_string_equal(opt_value(&call, "note"), "--- fin");
	assert_int_equal(parse("hours|add|--worker|V|--note=--time"), 0);
	assert_string_equal(opt_value(&call, "note"), "--time");
}

static void flags_take_no_value(void **state)
{
	(void)state;
	refused("status|--json=1", "--json");
	assert_int_equal(parse("status|--json|--json"), 0);
}

static void an_option_given_twice_is_refused(void **state)
{
	(void)state;
	refused("hours|add|--worker|A|--worker|B", "deux fois");
	refused("--data|a|status|--data|b", "deux fois");
}

static void help_needs_nothing_else(void **state)
{
	(void)state;
	assert_int_equal(parse("--help"), 0);
	assert_null(call.command);
	assert_true(opt_given(&call, "help"));
	assert_int_equal(parse("-h"), 0);
	assert_true(opt_given(&call, "help"));
	assert_int_equal(parse("-h|status"), 0);
	is_command("status");
	assert_int_equal(parse("hours|add|--help"), 0);
	is_command("hours add");
	assert_int_equal(parse("hours|--help"), 0);
	assert_null(call.command);
	assert_int_equal(parse("--help|status"), 0);
	is_command("status");
	refused("--help=yes", "--help");
}

static void text_that_is_no_utf8_is_refused(void **state)
{
	(void)state;
	refused("hours|add|--worker|L\xe9"
		"a",
	    "UTF-8");
	refused("st\xff", "UTF-8");
	refused("hours|import|\xc3", "UTF-8");
}

static void what_is_refused_is_shown_without_control_characters(void **state)
{
	(void)state;
	refused("\x1b[31mred", "?[31mred");
	assert_null(strchr(err.text, '\x1b'));
	refused("status|--\x1b]0;x", "?]0;x");
	assert_null(strchr(err.text, '\x1b'));
	refused("status|a\nb", "a?b");
}

static void too_many_of_anything_is_refused(void **state)
{
	char line[16 * 1024] = "hours|add";
	size_t len = strlen(line);

	(void)state;
	refused("many|--a1|--a2|--a3|--a4|--a5|--a6|--a7|--a8|--a9|--b1|--b2|"
		"--b3|--b4|--b5|--b6|--b7|--b8|--b9|--c1|--c2|--c3|--c4|--c5|"
		"--c6|--c7",
	    "longue");
	for (int i = 0; i < 4500; i++, len += 2)
		memcpy(line + len, "|x", 3);
	refused(line, "longue");
	memset(line, 'x', sizeof(line));
	line[sizeof(line) - 1] = '\0';
	refused(line, "xxx…");
}

static void no_argument_at_all_is_no_crash(void **state)
{
	char *none[] = {NULL};

	(void)state;
	memset(&call, 0, sizeof(call));
	assert_int_equal(
	    opt_parse(&call, commands, COUNT, 0, none, &err), E_USAGE);
}

static void has(const struct buf *out, const char *text)
{
	if (strstr(buf_text(out), text) == NULL)
		fail_msg("pas de « %s » dans :\n%s", text, buf_text(out));
}

static void help_lists_every_command_and_option(void **state)
{
	struct buf out = BUF_INIT;

	(void)state;
	opt_help(&out, "prog", commands, COUNT);
	for (size_t i = 0; i < COUNT; i++) {
		has(&out, commands[i].words);
		has(&out, commands[i].fr);
	}
	has(&out, "--data DIR");
	buf_reset(&out);
	opt_help_command(&out, "prog", &commands[0]);
	has(&out, "prog hours add --worker W [OPTIONS]");
	has(&out, "--dry-run");
	has(&out, "(obligatoire)");
	has(&out, "--json");
	buf_reset(&out);
	lang_current = LANG_EN;
	opt_help_command(&out, "prog", &commands[4]);
	lang_current = LANG_FR;
	has(&out, "prog report month MONTH [DIR]");
	has(&out, "the month");
	buf_free(&out);
}

/* A table with what ours has not. */
static const struct opt odd_options[] = {
    {"from", 0, "FILE.csv", "d'où", "from where"},
    {"crew", 0, "C", "équipe", "crew"}, {NULL, 0, NULL, NULL, NULL}};
static const struct opt no_options[] = {{NULL, 0, NULL, NULL, NULL}};
static const struct command odd_commands[] = {
    {"hours add", "", odd_options, "note", "records", NULL, 0},
    {"hour", "", no_options, "une heure", "an hour", NULL, 0},
    {"show a-command-with-a-name-of-many-words-indeed-and-more", "", NULL,
	"montre", "shows", NULL, 0},
};

static void a_group_is_shown_before_a_near_name(void **state)
{
	char program[] = "p", hours[] = "hours";
	char *argv[] = {program, hours};

	(void)state;
	memset(&call, 0, sizeof(call));
	assert_int_equal(
	    opt_parse(&call, odd_commands, 3, 2, argv, &err), E_USAGE);
	assert_non_null(strstr(err.text, "hours add"));
	assert_null(strstr(err.text, "vouliez-vous"));
}

static void help_keeps_a_long_name_on_its_line(void **state)
{
	struct buf out = BUF_INIT;

	(void)state;
	opt_help(&out, "prog", odd_commands, 3);
	has(&out, "of-many-words-indeed-and-more\n    ");
	has(&out, "  hour       une heure\n");
	buf_reset(&out);
	opt_help_command(&out, "prog", &odd_commands[1]);
	has(&out, "prog hour");
	buf_free(&out);
}

static void a_setting_may_be_given_again(void **state)
{
	(void)state;
	assert_int_equal(parse("--set|a=1|status|--set=b=2|--set|a=3"), 0);
	assert_int_equal(call.given_count, 3);
	assert_string_equal(opt_value(&call, "set"), "a=1");
	assert_string_equal(call.values[1], "b=2");
	assert_string_equal(call.values[2], "a=3");
	refused("status|--set", "manque sa valeur");
	refused("status|--config|a|--config|b", "deux fois");
}

/* Commands for our tools run, and nobody is told of them. */
static void a_hidden_command_is_in_no_list(void **state)
{
	static const struct command some[] = {
	    {"config show", "", NULL, "montre", "shows", NULL, 0},
	    {"config secret", "", NULL, NULL, NULL, NULL, 0},
	    {"secret", "", NULL, NULL, NULL, NULL, 0}};
	static char program[] = "p", secret[] = "secret", group[] = "config",
		    near[] = "secre";
	char *line[] = {program, secret}, *half[] = {program, group},
	     *typo[] = {program, near};
	struct buf out = BUF_INIT;

	(void)state;
	memset(&call, 0, sizeof(call));
	assert_int_equal(opt_parse(&call, some, 3, 2, line, &err), 0);
	is_command("secret");
	opt_help(&out, "p", some, 3);
	opt_help_command(&out, "p", &some[0]);
	assert_int_equal(opt_completion(&out, "bash", "p", some, 3, &err), 0);
	assert_int_equal(opt_completion(&out, "zsh", "p", some, 3, &err), 0);
	assert_int_equal(opt_completion(&out, "fish", "p", some, 3, &err), 0);
	assert_non_null(strstr(buf_text(&out), "show"));
	assert_null(strstr(buf_text(&out), "secret"));
	buf_free(&out);
	memset(&call, 0, sizeof(call));
	assert_int_equal(opt_parse(&call, some, 3, 2, half, &err), E_USAGE);
	assert_null(strstr(err.text, "secret"));
	memset(&call, 0, sizeof(call));
	assert_int_equal(opt_parse(&call, some, 3, 2, typo, &err), E_USAGE);
	assert_null(strstr(err.text, "secret"));
}

static void completion_offers_files_where_they_go(void **state)
{
	struct buf out = BUF_INIT;

	(void)state;
	assert_int_equal(
	    opt_completion(&out, "fish", "p", odd_commands, 3, &err), 0);
	has(&out, "-l from -r -F");
	has(&out, "-l crew -r -d");
	buf_free(&out);
}

static void completion_knows_the_same_table(void **state)
{
	static const char *const shells[] = {"bash", "zsh", "fish"};
	struct buf out = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		buf_reset(&out);
		assert_int_equal(opt_completion(&out, shells[i], "my-prog",
				     commands, COUNT, &err),
		    0);
		has(&out, "worker");
		has(&out, "dry-run");
		has(&out, "import");
		has(&out, "status");
		has(&out, i == 1 ? "'zsh'" : "bash zsh");
		has(&out, "my-prog");
	}
	buf_reset(&out);
	assert_int_equal(
	    opt_completion(&out, "tcsh", "p", commands, COUNT, &err), E_USAGE);
	assert_int_equal(out.len, 0);
	buf_free(&out);
}

static void completion_quotes_apostrophes_for_its_shell(void **state)
{
	struct buf out = BUF_INIT;

	(void)state;
	(void)opt_completion(&out, "zsh", "p", commands, COUNT, &err);
	has(&out, "'--note:l'\\''explication'");
	buf_reset(&out);
	(void)opt_completion(&out, "fish", "p", commands, COUNT, &err);
	has(&out, "-d 'l\\'explication'");
	buf_free(&out);
}

static void distance_counts_letters_changed(void **state)
{
	(void)state;
	assert_int_equal(nearest_distance("", ""), 0);
	assert_int_equal(nearest_distance("abc", ""), 3);
	assert_int_equal(nearest_distance("", "abc"), 3);
	assert_int_equal(nearest_distance("status", "statsu"), 1);
	assert_int_equal(nearest_distance("Léa", "lea"), 0);
	assert_int_equal(nearest_distance("worker", "workr"), 1);
	assert_int_equal(nearest_distance("kitten", "sitting"), 3);
	assert_int_equal(nearest_distance("ab", "ba"), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(options_come_in_both_forms),
	    cmocka_unit_test(a_value_may_be_empty_or_hold_an_equals_sign),
	    cmocka_unit_test(
		options_may_follow_arguments_and_precede_the_command),
	    cmocka_unit_test(the_longest_command_wins),
	    cmocka_unit_test(two_dashes_end_the_options),
	    cmocka_unit_test(a_dash_alone_is_an_argument),
	    cmocka_unit_test(unknown_options_suggest_the_nearest),
	    cmocka_unit_test(unknown_commands_suggest_the_nearest),
	    cmocka_unit_test(missing_and_surplus_arguments_are_told),
	    cmocka_unit_test(required_options_are_told),
	    cmocka_unit_test(a_forgotten_value_is_told),
	    cmocka_unit_test(flags_take_no_value),
	    cmocka_unit_test(an_option_given_twice_is_refused),
	    cmocka_unit_test(help_needs_nothing_else),
	    cmocka_unit_test(text_that_is_no_utf8_is_refused),
	    cmocka_unit_test(
		what_is_refused_is_shown_without_control_characters),
	    cmocka_unit_test(too_many_of_anything_is_refused),
	    cmocka_unit_test(no_argument_at_all_is_no_crash),
	    cmocka_unit_test(help_lists_every_command_and_option),
	    cmocka_unit_test(a_group_is_shown_before_a_near_name),
	    cmocka_unit_test(help_keeps_a_long_name_on_its_line),
	    cmocka_unit_test(a_setting_may_be_given_again),
	    cmocka_unit_test(a_hidden_command_is_in_no_list),
	    cmocka_unit_test(completion_offers_files_where_they_go),
	    cmocka_unit_test(completion_knows_the_same_table),
	    cmocka_unit_test(completion_quotes_apostrophes_for_its_shell),
	    cmocka_unit_test(distance_counts_letters_changed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
