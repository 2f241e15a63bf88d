#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/lang.h"
#include "shared/os.h"
#include "shared/settings.h"

/* A program's settings, one of each type. */
struct values {
	char name[SETTING_VALUE_MAX];
	char hosts[SETTING_VALUE_MAX];
	char path[SETTING_VALUE_MAX];
	char token[SETTING_VALUE_MAX];
	int64_t count;
	int64_t wait;
	int64_t room;
	bool loud;
	int mode;
};

static int no_x(const char *value, struct err *err)
{
	return strchr(value, 'x') == NULL
	           ? 0
	           : err_set(err, E_INVALID, "no x, please");
}

static void together(struct settings *settings)
{
	const struct values *values = settings->values;

	if (values->loud && values->mode == 1)
		settings_fault(settings, "loud", "loud and proxy: choose");
	if (values->count == 7)
		settings_remark(settings, "count", "seven again");
}

#define AT(member) offsetof(struct values, member)

/* clang-format off */
static const struct setting rows[] = {
    {"name", SETTING_TEXT, AT(name), "Zoé", 0, 0, NULL, no_x, 0, "nom", "name"},
    {"hosts", SETTING_LIST, AT(hosts), "", 0, 0, NULL, NULL, 0, "hôtes",
	"hosts"},
    {"path", SETTING_PATH, AT(path), "", 0, 0, NULL, NULL, 0, "chemin",
	"path"},
    {"token", SETTING_TEXT, AT(token), "", 0, 0, NULL, no_x, SETTING_SECRET,
	"jeton", "token"},
    {"count", SETTING_INTEGER, AT(count), "3", -5, 10, NULL, NULL, 0,
	"nombre", "count"},
    {"wait", SETTING_DURATION, AT(wait), "20s", 0, 86400, NULL, NULL, 0,
	"attente", "wait"},
    {"room", SETTING_SIZE, AT(room), "1GiB", 1024, INT64_MAX, NULL, NULL, 0,
	"place", "room"},
    {"loud", SETTING_BOOLEAN, AT(loud), "no", 0, 0, NULL, NULL, 0, "bruit",
	"loud"},
    {"mode", SETTING_CHOICE, AT(mode), "own", 0, 0, "own|proxy|none", NULL, 0,
	"mode", "mode"},
};
/* clang-format on */

static const struct settings_table table = {
    .program = "essai",
    .environment = "ESSAI_",
    .foreign = "ESSAI_AUTRE_",
    .file = "essai.conf",
    .rows = rows,
    .count = sizeof(rows) / sizeof(rows[0]),
    .size = sizeof(struct values),
    .fr = "Réglages d'essai.",
    .en = "Settings to try.",
    .together = together,
};

static struct values values;
static struct settings settings;

static int clear(void **state)
{
	(void)state;
	settings_clear(&settings);
	lang_current = LANG_FR;
	return 0;
}

static void load_text(const char *text)
{
	settings_clear(&settings);
	assert_int_equal(
	    settings_load_text(&settings, &table, &values, text, NULL), 0);
}

/* The one fault of a file's text, in French. */
static const char *fault_of(const char *text)
{
	load_text(text);
	assert_int_equal(settings.fault_count, 1);
	return settings.faults[0].text;
}

static const struct setting *row_of(const char *name)
{
	for (size_t i = 0; i < table.count; i++) {
		if (strcmp(rows[i].name, name) == 0)
			return &rows[i];
	}
	return NULL;
}

/* What ${text} is once it is read and written again; "!" when refused. */
static const char *again(const char *name, const char *text)
{
	static char shown[SETTING_VALUE_MAX];
	struct buf out = BUF_INIT;

	if (setting_parse(row_of(name), &values, text, NULL) < 0)
		return "!";
	setting_format(&out, row_of(name), &values);
	(void)snprintf(shown, sizeof(shown), "%s", buf_text(&out));
	buf_free(&out);
	return shown;
}

/* ---- values ---- */

static void nothing_said_is_by_default(void **state)
{
	(void)state;
	load_text("");
	assert_int_equal(settings.fault_count, 0);
	assert_string_equal(values.name, "Zoé");
	assert_string_equal(values.path, "");
	assert_int_equal(values.count, 3);
	assert_int_equal(values.wait, 20);
	assert_int_equal(values.room, INT64_C(1) << 30);
	assert_false(values.loud);
	assert_int_equal(values.mode, 0);
}

static void durations_have_a_unit(void **state)
{
	(void)state;
	assert_string_equal(again("wait", "90s"), "90s");
	assert_int_equal(values.wait, 90);
	assert_string_equal(again("wait", "120 s"), "2min");
	assert_string_equal(again("wait", "60min"), "1h");
	assert_string_equal(again("wait", "24h"), "1d");
	assert_string_equal(again("wait", "1j"), "1d");
	assert_string_equal(again("wait", "0"), "0");
	assert_string_equal(again("wait", "90"), "!");
	assert_string_equal(again("wait", "86401s"), "!");
	assert_string_equal(again("wait", "2d"), "!");
	assert_string_equal(again("wait", "-1s"), "!");
	assert_string_equal(again("wait", "1s2"), "!");
	assert_string_equal(again("wait", ""), "!");
	assert_string_equal(again("wait", "min"), "!");
}

static void sizes_and_numbers_have_bounds(void **state)
{
	(void)state;
	assert_string_equal(again("room", "2048KiB"), "2MiB");
	assert_string_equal(again("room", "3Gio"), "3GiB");
	assert_string_equal(again("room", "1025B"), "1025B");
	assert_string_equal(again("room", "1023B"), "!");
	assert_string_equal(again("room", "999999999999999GiB"), "!");
	assert_string_equal(again("room", "9999999999999999B"), "!");
	assert_string_equal(again("count", "-5"), "-5");
	assert_string_equal(again("count", "10"), "10");
	assert_string_equal(again("count", "11"), "!");
	assert_string_equal(again("count", "-6"), "!");
	assert_string_equal(again("count", "0x3"), "!");
	assert_string_equal(again("count", "3s"), "!");
	assert_string_equal(again("count", "--3"), "!");
}

static void words_are_known_ones(void **state)
{
	(void)state;
	assert_string_equal(again("loud", "oui"), "yes");
	assert_string_equal(again("loud", "OUI"), "yes");
	assert_string_equal(again("loud", "Yes"), "yes");
	assert_true(values.loud);
	assert_string_equal(again("loud", "NON"), "no");
	assert_string_equal(again("loud", "off"), "no");
	assert_string_equal(again("loud", "maybe"), "!");
	assert_string_equal(again("mode", "none"), "none");
	assert_int_equal(values.mode, 2);
	assert_string_equal(again("mode", "own|proxy"), "!");
	assert_string_equal(again("mode", "pro"), "!");
	assert_string_equal(again("mode", ""), "!");
}

static void texts_are_one_line_and_paths_whole(void **state)
{
	char text[SETTING_VALUE_MAX + 1];

	(void)state;
	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_string_equal(again("name", text), "!");
	text[sizeof(text) - 2] = '\0';
	assert_string_equal(again("name", text), text);
	assert_string_equal(again("name", "a\nb"), "!");
	assert_string_equal(again("name", "\xff"), "!");
	assert_string_equal(again("name", "axe"), "!");
	assert_string_equal(again("name", ""), "");
	assert_string_equal(again("path", "/etc/x"), "/etc/x");
	assert_string_equal(again("path", "etc/x"), "!");
	assert_string_equal(again("path", ""), "");
}

/* ---- the file ---- */

static void a_file_sets_what_it_names(void **state)
{
	(void)state;
	load_text("# comment\r\n\n  count=7  \r\n\tmode = proxy\nname =\n"
		  "hosts = a, b = c # not a comment\n");
	assert_int_equal(settings.fault_count, 0);
	assert_int_equal(settings.remark_count, 1);
	assert_int_equal(values.count, 7);
	assert_int_equal(values.mode, 1);
	assert_string_equal(values.name, "");
	assert_string_equal(values.hosts, "a, b = c # not a comment");
	assert_int_equal(settings_origin_of(&settings, "count")->line, 3);
	assert_int_equal(
	    settings_origin_of(&settings, "wait")->source, SETTINGS_DEFAULT);
	assert_int_equal(settings_verdict(&settings, NULL), 0);
}

static void every_fault_is_told_with_its_line(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	load_text("count = 11\nloud = oui\nmood = own\nnothing\nwait = 3\n"
		  "mode = proxy\n");
	assert_int_equal(settings.fault_count, 5);
	assert_int_equal(settings.faults[0].origin.line, 1);
	assert_int_equal(settings.faults[1].origin.line, 3);
	assert_int_equal(settings.faults[2].origin.line, 4);
	assert_int_equal(settings.faults[3].origin.line, 5);
	/* Together: where the value that it blames came from. */
	assert_int_equal(settings.faults[4].origin.line, 2);
	assert_int_equal(settings_verdict(&settings, &err), E_INVALID);
	assert_non_null(strstr(err.text, "ligne 1 : count « 11 » refusé"));
	assert_non_null(strstr(err.text, "4 autres"));
	assert_non_null(strstr(err.text, "essai config check"));
	/* What is at fault leaves what was below it. */
	assert_int_equal(values.count, 3);
	assert_int_equal(values.wait, 20);
}

static void more_faults_than_are_kept_are_counted(void **state)
{
	struct buf text = BUF_INIT;

	(void)state;
	for (int i = 0; i < SETTINGS_FAULTS_MAX + 10; i++)
		buf_add_text(&text, "count = a\n");
	load_text(buf_text(&text));
	assert_int_equal(settings.fault_count, SETTINGS_FAULTS_MAX + 10);
	assert_int_equal(settings.kept, SETTINGS_FAULTS_MAX);
	buf_free(&text);
}

static void a_fault_says_what_to_do(void **state)
{
	(void)state;
	assert_string_equal(fault_of("moed = own\n"),
	    "réglage inconnu « moed » : vouliez-vous dire mode ?");
	assert_string_equal(fault_of("quantity = 1\n"),
	    "réglage inconnu « quantity » : « essai config default » montre "
	    "ceux qui existent");
	assert_string_equal(fault_of("wait = 3d\n"),
	    "wait « 3d » refusé : donnez une durée de 0 à 1d, par exemple "
	    "20s, 15min, 2h ou 7d");
	assert_string_equal(fault_of("room = 5\n"),
	    "room « 5 » refusé : donnez une taille de 1KiB ou plus, par "
	    "exemple 512KiB ou 20MiB");
	assert_string_equal(fault_of("mode = us\n"),
	    "mode « us » refusé : donnez own, proxy ou none");
	assert_string_equal(
	    fault_of("name = xx\n"), "name « xx » refusé : no x, please");
	assert_string_equal(fault_of("name = a\nname = b\n"),
	    "name est déjà donné ligne 1 : gardez une seule des deux");
	assert_non_null(strstr(fault_of("name = \xe9\n"), "UTF-8"));
}

static void a_secret_is_in_no_fault(void **state)
{
	(void)state;
	assert_null(strstr(fault_of("token = xyzzy\n"), "xyzzy"));
}

/* ---- one over the other ---- */

/* Values of --set, as opt.h has them. */
static void call_with(struct call *out, const char *first, const char *second)
{
	static const struct opt set = {"set", OPT_REPEAT, "X", "x", "x"};

	memset(out, 0, sizeof(*out));
	for (const char *at = first; at != NULL;
	     at = at == first ? second : NULL) {
		out->given[out->given_count] = &set;
		out->values[out->given_count++] = at;
	}
}

/* A file of this text in a directory of its own; its name in ${path}. */
static void put_file(char directory[64], char path[96], const char *text)
{
	(void)snprintf(directory, 64, "/tmp/test-settings-XXXXXX");
	assert_non_null(mkdtemp(directory));
	(void)snprintf(path, 96, "%s/essai.conf", directory);
	assert_int_equal(
	    os_file_write(path, text, strlen(text), 0600, NULL), 0);
}

static void take_away(const char *directory, const char *path)
{
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(directory), 0);
}

static void each_goes_over_the_one_before(void **state)
{
	char first[] = "ESSAI_COUNT=5", second[] = "ESSAI_WAIT=2h",
	     other[] = "AUTRE=1", foreign[] = "ESSAI_AUTRE_COUNT=9",
	     named[] = "ESSAI_CONFIG=";
	char *environment[] = {first, second, other, foreign, named, NULL};
	struct settings_given given = {.environment = environment};
	char directory[64], path[96];
	struct buf text = BUF_INIT;
	struct call call;

	(void)state;
	put_file(directory, path, "count = 4\nwait = 1h\nroom = 1MiB\n");
	call_with(&call, "count=6", "count=8");
	given.call = &call;
	assert_int_equal(
	    settings_load(&settings, &table, &values, directory, &given, NULL),
	    0);
	assert_int_equal(settings.fault_count, 0);
	assert_int_equal(values.room, 1 << 20); /* of the file */
	assert_int_equal(values.wait, 7200);    /* of the environment */
	assert_int_equal(values.count, 8);      /* the last that was said */
	settings_add_origin(
	    &text, &settings, settings_origin_of(&settings, "wait"), "wait");
	assert_string_equal(buf_text(&text), "variable ESSAI_WAIT");
	buf_reset(&text);
	settings_add_origin(
	    &text, &settings, settings_origin_of(&settings, "room"), "room");
	assert_non_null(strstr(buf_text(&text), "/essai.conf, ligne 3"));
	buf_free(&text);
	take_away(directory, path);
}

static void variables_and_options_are_checked_too(void **state)
{
	char first[] = "ESSAI_CONT=5", second[] = "ESSAI_WAIT=x";
	char *environment[] = {first, second, NULL};
	struct settings_given given = {.environment = environment};
	struct err err = ERR_INIT;
	struct call call;

	(void)state;
	call_with(&call, "count", "loud=maybe");
	given.call = &call;
	assert_int_equal(settings_load(&settings, &table, &values,
			     "/nonexistent", &given, NULL),
	    0);
	assert_int_equal(settings.fault_count, 4);
	assert_int_equal(settings_verdict(&settings, &err), E_INVALID);
	assert_non_null(strstr(err.text, "variable ESSAI_CONT"));
	settings_clear(&settings);
	given.environment = NULL;
	assert_int_equal(settings_load(&settings, &table, &values,
			     "/nonexistent", &given, NULL),
	    0);
	/* The command line's own slip. */
	assert_int_equal(settings_verdict(&settings, &err), E_USAGE);
}

/* Test harnesses and shells have variables that begin like the agent's. */
static void a_shared_beginning_is_only_ours_when_it_is_near(void **state)
{
	char far[] = "ESSAI_CHROMIUM=/x", near[] = "ESSAI_COUNTS=4";
	char *environment[] = {far, near, NULL};
	const struct settings_given given = {.environment = environment};
	struct settings_table shared = table;

	(void)state;
	shared.shared_environment = true;
	assert_int_equal(settings_load(&settings, &shared, &values,
			     "/nonexistent", &given, NULL),
	    0);
	assert_int_equal(settings.fault_count, 1);
	assert_string_equal(settings.faults[0].setting, "counts");
}

static void a_file_that_was_named_must_be_there(void **state)
{
	char variable[] = "ESSAI_CONFIG=/nonexistent/b";
	char *environment[] = {variable, NULL};
	struct settings_given given = {.environment = environment};
	char directory[64], path[96];

	(void)state;
	put_file(directory, path, "count = 4\n");
	assert_int_equal(
	    settings_load(&settings, &table, &values, directory, &given, NULL),
	    E_NOT_FOUND);
	settings_clear(&settings);
	given.file = path;
	assert_int_equal(settings_load(&settings, &table, &values,
			     "/nonexistent", &given, NULL),
	    0);
	assert_int_equal(values.count, 4);
	settings_clear(&settings);
	given.file = "";
	assert_int_equal(
	    settings_load(&settings, &table, &values, directory, &given, NULL),
	    E_USAGE);
	settings_clear(&settings);
	given.file = directory;
	assert_true(settings_load(&settings, &table, &values, directory, &given,
			NULL) < 0);
	take_away(directory, path);
}

/* ---- what follows from the table ---- */

static void what_is_written_reads_the_same(void **state)
{
	struct buf first = BUF_INIT, second = BUF_INIT;

	(void)state;
	load_text("count = -4\nwait = 15min\nname = Éloi # 2\nloud = on\n"
		  "path = /a b\n");
	settings_write(&first, &table, &values);
	assert_non_null(strstr(buf_text(&first), "\nwait = 15min\n"));
	assert_non_null(strstr(buf_text(&first), "\n#mode = own\n"));
	load_text(buf_text(&first));
	assert_int_equal(settings.fault_count, 0);
	assert_int_equal(values.count, -4);
	assert_string_equal(values.name, "Éloi # 2");
	assert_string_equal(values.path, "/a b");
	settings_write(&second, &table, &values);
	assert_string_equal(buf_text(&first), buf_text(&second));
	buf_free(&first);
	buf_free(&second);
}

/* The whole file of defaults, its '#' taken off, is a file too. */
static void the_defaults_are_a_file(void **state)
{
	struct buf text = BUF_INIT, lines = BUF_INIT;

	(void)state;
	load_text("");
	settings_write(&text, &table, &values);
	for (const char *at = buf_text(&text); *at != '\0'; at++) {
		if (*at != '#' || at[1] == ' ')
			buf_add_char(&lines, *at);
	}
	load_text(buf_text(&lines));
	assert_int_equal(settings.fault_count, 0);
	for (size_t i = 0; i < table.count; i++)
		assert_int_equal(
		    settings_origin_of(&settings, rows[i].name)->source,
		    SETTINGS_FILE);
	buf_free(&text);
	buf_free(&lines);
}

static void the_man_page_escapes(void **state)
{
	struct buf out = BUF_INIT;

	(void)state;
	settings_man(&out, &table);
	assert_non_null(strstr(buf_text(&out), ".SH RÉGLAGES\n"));
	assert_non_null(strstr(buf_text(&out), "\\-\\-set"));
	assert_non_null(strstr(buf_text(&out), ".B wait\n"));
	assert_non_null(strstr(buf_text(&out), "\\fB20s\\fR"));
	assert_null(strstr(buf_text(&out), " --"));
	buf_free(&out);
}

/* Windows' Notepad begins a file with a mark. */
static void a_byte_order_mark_is_skipped(void **state)
{
	(void)state;
	load_text("\xef\xbb\xbfname = Ali\ncount = 4\n");
	assert_int_equal(settings.fault_count, 0);
	assert_string_equal(values.name, "Ali");
	assert_int_equal(settings_origin_of(&settings, "count")->line, 2);
	load_text("count = 4\n\xef\xbb\xbfname = Ali\n");
	assert_int_equal(settings.fault_count, 1);
}

#define TEST(name) cmocka_unit_test_teardown(name, clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_byte_order_mark_is_skipped),
	    TEST(nothing_said_is_by_default),
	    TEST(durations_have_a_unit),
	    TEST(sizes_and_numbers_have_bounds),
	    TEST(words_are_known_ones),
	    TEST(texts_are_one_line_and_paths_whole),
	    TEST(a_file_sets_what_it_names),
	    TEST(every_fault_is_told_with_its_line),
	    TEST(more_faults_than_are_kept_are_counted),
	    TEST(a_fault_says_what_to_do),
	    TEST(a_secret_is_in_no_fault),
	    TEST(each_goes_over_the_one_before),
	    TEST(variables_and_options_are_checked_too),
	    TEST(a_shared_beginning_is_only_ours_when_it_is_near),
	    TEST(a_file_that_was_named_must_be_there),
	    TEST(what_is_written_reads_the_same),
	    TEST(the_defaults_are_a_file),
	    TEST(the_man_page_escapes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
