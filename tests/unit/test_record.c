#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "shared/record.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define KEY64        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

#define ID_OF_65_BYTES                                                         \
	"w0000000000000000000000000000000000000000000000000000000000000000"

static void keys_read_into_their_parts(void **state)
{
	struct record_key key;

	(void)state;
	assert_int_equal(
	    record_key_parse(&key, "hours/W 1\xc3\xa9/2026-11-20/am", NULL), 0);
	assert_string_equal(key.family, "hours");
	assert_string_equal(key.subject, "W 1\xc3\xa9");
	assert_string_equal(key.part, "2026-11-20");
	assert_string_equal(key.slot, "am");
	assert_int_equal(record_key_parse(&key, "worker/W1", NULL), 0);
	assert_string_equal(key.subject, "W1");
	assert_string_equal(key.part, "");
	assert_string_equal(key.slot, "");
	assert_int_equal(record_key_parse(&key, "future/W1/x/y", NULL), 0);
}

static void other_keys_are_refused(void **state)
{
	static const char *const bad[] = {"", "/", "hours", "hours/", "/W1",
	    "hours//am", "hours/W1/", "hours/W1/d/am/", "hours/W1/d/am/x",
	    "hours/ W1", "hours/W1 ", "hours/-x", "hours/W\n1", "hours/a\\b",
	    "hours/\xff", "fam\nily/W1", " hours/W1", "hou\trs/W1",
	    "ho\"urs/W1", "a-family-of-24-letters-x/W1",
	    ("hours/" ID_OF_65_BYTES)};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct record_key key;
		struct err err = ERR_INIT;

		if (record_key_parse(&key, bad[i], &err) != E_INVALID)
			fail_msg("accepted: %s", bad[i]);
		assert_int_equal(err.code, E_INVALID);
	}
}

static void a_key_too_long_is_refused(void **state)
{
	char text[RECORD_KEY_MAX + 1];
	struct record_key key;

	(void)state;
	memset(text, 'a', sizeof(text));
	text[RECORD_KEY_MAX] = '\0';
	text[5] = '/';
	assert_int_equal(record_key_parse(&key, text, NULL), E_INVALID);
}

static void the_longest_key_is_written_whole(void **state)
{
	char out[RECORD_KEY_MAX], long_id[TEXT_ID_MAX + 1];
	struct record_key key;

	(void)state;
	memset(long_id, 'x', TEXT_ID_MAX);
	long_id[TEXT_ID_MAX] = '\0';
	record_key_make(out, "family-of-23-letters-xx", long_id, long_id);
	assert_int_equal(record_key_parse(&key, out, NULL), 0);
	assert_string_equal(key.family, "family-of-23-letters-xx");
	assert_string_equal(key.part, long_id);
	strcat(out, "/");
	strcat(out, long_id);
	assert_int_equal(record_key_parse(&key, out, NULL), 0);
	assert_string_equal(key.slot, long_id);
}

static void keys_are_written_as_they_read(void **state)
{
	char out[RECORD_KEY_MAX];

	(void)state;
	record_key_hours(out, "W1", "2026-11-20", "x9");
	assert_string_equal(out, "hours/W1/2026-11-20/x9");
	record_key_make(out, "worker", "W1", NULL);
	assert_string_equal(out, "worker/W1");
	record_key_make(out, "skill", "W1", "o1");
	assert_string_equal(out, "skill/W1/o1");
}

static void slots_are_eleven(void **state)
{
	static const char *const good[] = {
	    "am", "pm", "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9"};
	static const char *const bad[] = {"", "x", "x0", "x10", "AM", "am ",
	    "a", "pmx", "1", "y1", "x:", "x\xc3"};

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++)
		assert_true(record_is_slot(good[i]));
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_false(record_is_slot(bad[i]));
}

static void newcomers_are_n_and_ten_digits(void **state)
{
	static const char *const bad[] = {"", "n-", "n-012345678",
	    "n-0123456789a", "N-0123456789", "n-012345678G", "n_0123456789",
	    "n-012345678A", "W1"};

	(void)state;
	assert_true(record_is_newcomer("n-0123456789"));
	assert_true(record_is_newcomer("n-abcdefabcd"));
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_false(record_is_newcomer(bad[i]));
}

/* The table of docs/protocol.md, said a second time. */
static const struct {
	const char *kind, *family;
	enum record_shape shape;
	unsigned writers;
	bool reason, reference;
} table[] = {
    {"hours", "hours", SHAPE_HOURS, 3, false, false},
    {"skill", "skill", SHAPE_PART, 3, false, false},
    {"newcomer", "newcomer", SHAPE_SUBJECT, 3, false, false},
    {"signoff", "signoff", SHAPE_PART, 3, false, false},
    {"void", NULL, SHAPE_ANY, 3, true, false},
    {"resolve", "hours", SHAPE_HOURS, 2, true, false},
    {"structure", "structure", SHAPE_SUBJECT, 2, false, true},
    {"site", "site", SHAPE_SUBJECT, 2, false, true},
    {"crew", "crew", SHAPE_SUBJECT, 2, false, true},
    {"supervisor", "supervisor", SHAPE_SUBJECT, 2, false, true},
    {"worker", "worker", SHAPE_SUBJECT, 2, false, false},
    {"identity", "identity", SHAPE_SUBJECT, 2, false, false},
    {"annex", "annex", SHAPE_SUBJECT, 2, false, true},
    {"contract", "contract", SHAPE_PART, 2, false, false},
    {"catalogue", "catalogue", SHAPE_PART, 2, false, true},
    {"enrolment", "enrolment", SHAPE_SUBJECT, 6, false, true},
    {"scope", "scope", SHAPE_SUBJECT, 2, false, true},
    {"revocation", "revocation", SHAPE_SUBJECT, 2, true, true},
    {"close", "close", SHAPE_ANY, 2, false, true},
    {"closed", "closed", SHAPE_SUBJECT, 2, false, true},
    {"adjust", "adjust", SHAPE_ANY, 2, true, true},
    {"checked", "checked", SHAPE_SUBJECT, 2, false, true},
    {"declared", "declared", SHAPE_SUBJECT, 2, false, true},
    {"reopening", "reopening", SHAPE_SUBJECT, 2, true, true},
    {"quarantine", "quarantine", SHAPE_ANY, 2, true, true},
    {"release", "release", SHAPE_SUBJECT, 2, true, true},
    {"suspension", "suspension", SHAPE_SUBJECT, 2, true, true},
    {"purge_run", "purge_run", SHAPE_SUBJECT, 2, true, true},
    {"hold", "hold", SHAPE_SUBJECT, 2, true, true},
    {"purge", "purge", SHAPE_SUBJECT, 2, true, true},
    {"epoch", "epoch", SHAPE_SUBJECT, 4, false, true},
    {"meeting", "meeting", SHAPE_PART, 2, false, false},
    {"training", "training", SHAPE_PART, 2, false, false},
    {"pmsmp", "pmsmp", SHAPE_PART, 2, false, false},
    {"exit", "exit", SHAPE_PART, 2, false, false},
    {"followup", "followup", SHAPE_PART, 2, false, false},
    {"exit_code", "exit_code", SHAPE_SUBJECT, 2, false, true},
};

static void kinds_and_authority_are_those_of_the_protocol(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(table); i++) {
		const struct record_kind *kind =
		    record_kind_find(table[i].kind);

		assert_non_null(kind);
		if (table[i].family == NULL)
			assert_null(kind->family);
		else
			assert_string_equal(kind->family, table[i].family);
		assert_int_equal(kind->shape, table[i].shape);
		assert_int_equal(kind->writers, table[i].writers);
		assert_int_equal(kind->needs_reason, table[i].reason);
		assert_int_equal(kind->reference, table[i].reference);
	}
	assert_null(record_kind_find(""));
	assert_null(record_kind_find("Hours"));
	assert_null(record_kind_find("weather"));
}

/* A scope is told by worker for families not yet invented. */
static void an_unknown_family_is_about_a_worker(void **state)
{
	(void)state;
	assert_true(record_is_reference("site"));
	assert_true(record_is_reference("scope"));
	assert_false(record_is_reference("hours"));
	assert_false(record_is_reference("worker"));
	assert_false(record_is_reference("newcomer"));
	assert_false(record_is_reference("weather"));
}

static int check(const char *kind, const char *value, enum writer writer)
{
	struct err err = ERR_INIT;
	json_t *json = NULL;
	int rc;

	if (value != NULL)
		assert_int_equal(
		    json_read(&json, value, strlen(value), NULL), 0);
	rc = record_check_value(record_kind_find(kind), json, writer, &err);
	assert_int_equal(rc, err.code);
	json_decref(json);
	return rc;
}

static void values_within_their_fields_are_accepted_I10(void **state)
{
	static const struct {
		const char *kind, *value;
	} good[] = {
	    {"hours", "{\"minutes\":0,\"kind\":\"sick\"}"},
	    {"hours", "{\"minutes\":1440,\"kind\":\"w\",\"site\":\"s\","
		      "\"activity\":\"a\",\"start\":\"00:00\","
		      "\"end\":\"24:00\",\"break\":0}"},
	    {"hours", "{\"minutes\":1,\"kind\":\"a-kind-to-come\"}"},
	    {"hours", "{\"minutes\":1,\"kind\":\"work\",\"new\":[1]}"},
	    {"hours", "{\"minutes\":1,\"kind\":\"work\",\"site\":\"\","
		      "\"start\":null,\"break\":null}"},
	    {"newcomer", "{\"first\":\"A\",\"crew\":\"c\","
			 "\"initial\":\"\",\"worker\":\"\"}"},
	    {"skill", "{\"skill\":\"s\",\"label\":\"l\",\"catalogue\":\"c\","
		      "\"scale\":\"4\",\"day\":\"2026-11-20\"}"},
	    {"newcomer", "{\"first\":\"A\",\"crew\":\"c\"}"},
	    {"worker", "{\"first\":\"A\",\"crews\":[]}"},
	    {"enrolment", "{\"key\":\"" KEY64 "\",\"name\":\"n\","
			  "\"role\":\"laptop\"}"},
	    {"contract", "{}"},
	    {"signoff", "{\"month\":\"2026-11\",\"answer\":\"agree\","
			"\"how\":\"paper\",\"text\":1,\"sum\":\"" KEY64
			"\",\"covers\":[],\"payable\":0,\"days\":31}"},
	    {"closed", "{\"version\":1,\"closing\":\"" KEY64 "\"}"},
	    {"void", NULL},
	    {"annex", "{\"measure\":\"ACI_DC\",\"start\":\"2026-01-01\","
		      "\"end\":\"2026-12-31\",\"etp_posts\":1250,"
		      "\"hours_per_etp\":1820}"},
	    {"checked", "{\"sum\":\"" KEY64 "\"}"},
	    {"declared", "{\"version\":1,\"closing\":\"" KEY64
			 "\",\"sum\":\"" KEY64 "\"}"},
	    {"reopening", "{\"closing\":\"" KEY64 "\"}"},
	    {"close", "[1]"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		if (check(good[i].kind, good[i].value, WRITER_LAPTOP) != 0)
			fail_msg("refused: %s", good[i].value);
	}
}

static void values_out_of_their_fields_are_refused(void **state)
{
	static const struct {
		const char *kind, *value;
	} bad[] = {
	    {"hours", NULL},
	    {"hours", "[]"},
	    {"hours", "{}"},
	    {"hours", "{\"minutes\":60}"},
	    {"hours", "{\"kind\":\"work\"}"},
	    {"hours", "{\"minutes\":-1,\"kind\":\"work\"}"},
	    {"hours", "{\"minutes\":1441,\"kind\":\"work\"}"},
	    {"hours", "{\"minutes\":\"60\",\"kind\":\"work\"}"},
	    {"hours", "{\"minutes\":60,\"kind\":7}"},
	    {"hours", "{\"minutes\":60,\"kind\":\"\"}"},
	    {"hours", "{\"minutes\":null,\"kind\":\"work\"}"},
	    {"hours", "{\"minutes\":60,\"kind\":\"work\",\"site\":\"a/b\"}"},
	    {"hours", "{\"minutes\":60,\"kind\":\"work\",\"site\":[]}"},
	    {"hours", "{\"minutes\":60,\"kind\":\"work\",\"start\":\"8h\"}"},
	    {"hours", "{\"minutes\":60,\"kind\":\"work\",\"start\":\"8:00\"}"},
	    {"hours", "{\"minutes\":60,\"kind\":\"work\",\"end\":\"24:01\"}"},
	    {"hours", "{\"minutes\":60,\"kind\":\"work\",\"break\":1441}"},
	    {"skill", "{\"skill\":\"s\",\"label\":\"l\",\"catalogue\":\"c\","
		      "\"scale\":\"4\",\"day\":\"2026-11-31\"}"},
	    {"skill", "{\"skill\":\"s\",\"label\":\"l\",\"catalogue\":\"c\","
		      "\"scale\":\"4\",\"day\":\"20/11/2026\"}"},
	    {"skill", "{\"skill\":\"s\",\"label\":\"l\",\"catalogue\":\"c\","
		      "\"scale\":\"4\",\"day\":\"2026-11-20\",\"level\":0}"},
	    {"skill", "{\"skill\":\"s\",\"label\":\"l\",\"catalogue\":\"c\","
		      "\"scale\":\"4\",\"day\":\"2026-11-20\",\"level\":5}"},
	    {"worker", "{\"first\":\"A\"}"},
	    {"worker", "{\"first\":\"A\",\"crews\":{}}"},
	    {"worker", "{\"first\":\"\",\"crews\":[]}"},
	    {"worker", "{\"first\":\"a\\nb\",\"crews\":[]}"},
	    {"enrolment", "{\"key\":\"abc\",\"name\":\"n\",\"role\":\"x\"}"},
	    {"structure", "{\"name\":\"n\",\"kind\":\"ACI\"}"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		if (check(bad[i].kind, bad[i].value, WRITER_OFFICE) !=
		    E_INVALID)
			fail_msg("accepted: %s", bad[i].value);
	}
}

static void only_the_office_matches_a_newcomer(void **state)
{
	static const char match[] =
	    "{\"first\":\"A\",\"crew\":\"c\",\"worker\":\"W1\"}";

	(void)state;
	assert_int_equal(check("newcomer", match, WRITER_LAPTOP), E_INVALID);
	assert_int_equal(check("newcomer", match, WRITER_OFFICE), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(keys_read_into_their_parts),
	    cmocka_unit_test(other_keys_are_refused),
	    cmocka_unit_test(a_key_too_long_is_refused),
	    cmocka_unit_test(the_longest_key_is_written_whole),
	    cmocka_unit_test(keys_are_written_as_they_read),
	    cmocka_unit_test(slots_are_eleven),
	    cmocka_unit_test(newcomers_are_n_and_ten_digits),
	    cmocka_unit_test(kinds_and_authority_are_those_of_the_protocol),
	    cmocka_unit_test(an_unknown_family_is_about_a_worker),
	    cmocka_unit_test(values_within_their_fields_are_accepted_I10),
	    cmocka_unit_test(values_out_of_their_fields_are_refused),
	    cmocka_unit_test(only_the_office_matches_a_newcomer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
