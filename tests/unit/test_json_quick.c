#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "shared/entry.h"
#include "shared/json_quick.h"
#include "tests/fuzz/fuzz.h"
#include "tests/lib/kit.h"
#include "tests/lib/scarce.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define ROUNDS       20000
#define SALT         "00112233445566778899\n"
#define DEVICE       "0123456789abcdef"
#define BY           "\"by\":{\"device\":\"" DEVICE "\",\"person\":\"Nadia\"}"
#define HASH         "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define HEAD                                                                   \
	"{\"v\":1,\"kind\":\"hours\",\"structure\":\"remparts\","              \
	"\"record\":\"hours/W1/2026-11-20/am\","
#define WORK                                                                   \
	"\"set\":{\"minutes\":210,\"kind\":\"work\",\"site\":\"SAULNETTE\","   \
	"\"activity\":\"taille d'\xc3\xa9t\xc3\xa9\",\"start\":\"08:00\","     \
	"\"end\":\"11:30\",\"break\":15},"
#define AT "\"at\":\"2026-11-20T16:31:02Z\""

/* As laptops write them. */
static const char *const ordinary[] = {
    HEAD WORK BY "," AT "}",
    HEAD "\"parents\":[\"" HASH "\",\"" HASH "\"]," WORK
	 "\"note\":\"mis \xc3\xa0 jour\",\"from\":[\"" HASH "\"]," BY "," AT
	 ",\"reason\":\"oubli\"}",
    "{\"v\":1,\"kind\":\"skill\",\"structure\":\"remparts\","
    "\"record\":\"skill/W1/o-1\",\"set\":{\"skill\":\"100008\","
    "\"label\":\"Entretenir des espaces verts\",\"catalogue\":\"rome_v460\","
    "\"scale\":\"1-4\",\"level\":3,\"day\":\"2026-11-20\",\"phase\":2}," BY
    "," AT "}",
    "{\"v\":1,\"kind\":\"newcomer\",\"structure\":\"remparts\","
    "\"record\":\"newcomer/n-0123456789\",\"set\":{\"first\":\"Ana\","
    "\"initial\":\"B\",\"crew\":\"C1\"}," BY "," AT "}",
    "{\"v\":1,\"kind\":\"void\",\"structure\":\"remparts\","
    "\"record\":\"hours/W1/2026-11-20/am\",\"parents\":[\"" HASH "\"]," BY
    "," AT ",\"reason\":\"erreur\"}",
};

/* What json_read must look at, whether it then takes it or not. */
static const char *const unusual[] = {
    HEAD " " WORK BY "," AT "}",
    HEAD WORK BY "," AT ",\"note\":\"a \\\"word\\\"\"}",
    HEAD WORK BY "," AT ",\"note\":\"\\u00e9\"}",
    HEAD WORK BY "," AT ",\"note\":5}",
    HEAD WORK BY "," AT ",\"unknown\":1}",
    HEAD WORK BY "," AT ",\"at\":\"\"}",
    HEAD WORK BY "," AT ",}",
    HEAD WORK BY "," AT "}}",
    HEAD WORK BY "," AT,
    HEAD WORK AT "}",
    HEAD WORK "\"by\":{}," AT "}",
    HEAD WORK "\"by\":{\"device\":\"a\",\"device\":\"a\"}," AT "}",
    HEAD "\"set\":{\"minutes\":true}," BY "}",
    HEAD "\"set\":{\"minutes\":-1}," BY "}",
    HEAD "\"set\":{\"minutes\":01}," BY "}",
    HEAD "\"set\":{\"minutes\":1.5}," BY "}",
    HEAD "\"set\":{\"minutes\":1e2}," BY "}",
    HEAD "\"set\":{\"minutes\":9223372036854775807}," BY "}",
    HEAD "\"set\":{\"minutes\":9223372036854775808}," BY "}",
    HEAD "\"set\":{\"minutes\":1,\"minutes\":1}," BY "}",
    HEAD "\"set\":{\"a\":[]}," BY "}",
    HEAD "\"set\":{\"a\":{}}," BY "}",
    HEAD "\"set\":[]," BY "}",
    HEAD "\"set\":null," BY "}",
    HEAD "\"set\":{\"a\":\"\xed\xa0\x80\"}," BY "}",
    HEAD "\"set\":{\"a\":\"\xc0\x80\"}," BY "}",
    HEAD "\"set\":{\"a\":\"\t\"}," BY "}",
    HEAD "\"parents\":[\"0\"]," BY "}",
    HEAD "\"parents\":{}," BY "}",
    "{\"v\":0,\"kind\":\"hours\",\"record\":\"hours/W1\"," BY "}",
    "{\"v\":\"1\",\"kind\":\"hours\",\"record\":\"hours/W1\"," BY "}",
    "{\"kind\":\"hours\",\"record\":\"hours/W1\"," BY "}",
    "{}",
    "[]",
};

static int start(void **state)
{
	(void)state;
	return crypto_init(NULL);
}

static void make_body(struct buf *out, const char *line)
{
	buf_reset(out);
	buf_add_text(out, SALT);
	buf_add_text(out, line);
	buf_add_char(out, '\n');
}

static bool scan(struct entry *out, const struct buf *body)
{
	bool parsed;

	assert_int_equal(
	    entry_scan(out, buf_bytes(body), NULL, &parsed, NULL), 0);
	return parsed;
}

static void what_laptops_write_needs_no_tree(void **state)
{
	struct buf body = BUF_INIT;
	struct entry entry;

	(void)state;
	for (size_t i = 0; i < COUNT(ordinary); i++) {
		make_body(&body, ordinary[i]);
		assert_true(scan(&entry, &body));
		assert_null(entry.root);
		assert_non_null(entry.held);
		entry_clear(&entry);
	}
	buf_free(&body);
}

static void what_we_build_needs_no_tree(void **state)
{
	const struct hash parent = {{0x42}};
	const struct entry_draft draft = {.kind = "hours",
	    .structure = KIT_STRUCTURE,
	    .record = "hours/W1/2026-11-20/am",
	    .parents = &parent,
	    .parent_count = 1,
	    .from = &parent,
	    .from_count = 1,
	    .note = "n",
	    .device = DEVICE,
	    .person = "Nadia",
	    .reason = "oubli"};
	struct kit_machine machine;
	struct buf body = BUF_INIT;
	struct entry entry;

	(void)state;
	kit_machine_init(&machine, 1);
	kit_entry(&body, &draft, "{\"minutes\":1,\"kind\":\"work\"}", &machine);
	assert_true(scan(&entry, &body));
	assert_null(entry.root);
	assert_string_equal(entry.reason, "oubli");
	assert_int_equal(entry.parent_count, 1);
	assert_true(hash_equal(&entry.parents[0], &parent));
	assert_int_equal(entry_int(&entry, "minutes", 0), 1);
	assert_string_equal(entry_text(&entry, "kind"), "work");
	entry_clear(&entry);
	buf_free(&body);
}

static void an_ordinary_entry_takes_one_allocation(void **state)
{
	struct buf body = BUF_INIT;
	struct entry entry;

	(void)state;
	make_body(&body, ordinary[0]);
	scarce_start(SIZE_MAX, false);
	assert_true(scan(&entry, &body));
	assert_int_equal(scarce_calls(), 1);
	(void)scarce_stop();
	entry_clear(&entry);
	buf_free(&body);
}

static void a_hash_that_is_known_is_taken(void **state)
{
	const struct hash known = {{0x42}};
	struct buf body = BUF_INIT;
	struct entry entry;
	bool parsed;

	(void)state;
	make_body(&body, ordinary[0]);
	assert_int_equal(
	    entry_scan(&entry, buf_bytes(&body), &known, &parsed, NULL), 0);
	assert_true(hash_equal(&entry.hash, &known));
	entry_clear(&entry);
	buf_free(&body);
}

/* ---- beside jansson ---- */

static void what_is_unusual_is_left_to_jansson(void **state)
{
	struct buf body = BUF_INIT;
	struct entry entry;

	(void)state;
	for (size_t i = 0; i < COUNT(unusual); i++) {
		make_body(&body, unusual[i]);
		(void)scan(&entry, &body);
		assert_null(entry.held);
		entry_clear(&entry);
		LLVMFuzzerTestOneInput((const uint8_t *)body.data, body.len);
	}
	buf_free(&body);
}

static void the_value_is_sorted_and_has_no_blanks(void **state)
{
	char text[] =
	    "{\"b\":\"x\",\"a\":0,\"c\":\"\",\"aa\":null,\"ab\":\"\xc3"
	    "\xa9\",\"\":7}";
	struct json_flat flat;
	struct buf out = BUF_INIT;

	(void)state;
	assert_true(json_flat_read(&flat, text, sizeof(text) - 1));
	json_flat_canonical(&out, &flat);
	assert_string_equal(
	    buf_text(&out), "{\"\":7,\"a\":0,\"ab\":\"\xc3\xa9\",\"b\":\"x\"}");
	assert_int_equal(json_flat_int(&flat, "a", 9), 0);
	assert_int_equal(json_flat_int(&flat, "b", 9), 9);
	assert_string_equal(json_flat_text(&flat, "a"), "");
	assert_null(json_flat_find(&flat, "d"));
	buf_free(&out);
}

static const char *const pieces[] = {"\"", "\\", "{", "}", "[", "]", ",", ":",
    " ", "null", "true", "0", "-1", "1.5", "9223372036854775808", "\xc3\xa9",
    "\xed\xa0\x80", "\x7f", "\x01", "\"\"", "{}", "[]", "\"v\":1,",
    "\"set\":{},", "\"kind\":\"void\"", "\"\":1,", "\"minutes\":1,",
    "\"" HASH "\"", "\n"};

/* Replace up to ${cut} bytes somewhere by a piece or by others of it. */
static void mutate(struct buf *body, uint64_t *chance)
{
	struct buf out = BUF_INIT;
	size_t at = kit_pick(chance, body->len + 1);
	size_t cut = kit_pick(chance, 8), from, len;

	if (cut > body->len - at)
		cut = body->len - at;
	buf_add(&out, body->data, at);
	switch (kit_pick(chance, 4)) {
	case 0:
		buf_add_text(&out, pieces[kit_pick(chance, COUNT(pieces))]);
		break;
	case 1:
		from = kit_pick(chance, body->len);
		len = kit_pick(chance, 40);
		if (len > body->len - from)
			len = body->len - from;
		buf_add(&out, body->data + from, len);
		break;
	case 2:
		buf_add_char(&out, (char)kit_pick(chance, 256));
		break;
	default:
		break;
	}
	buf_add(&out, body->data + at + cut, body->len - at - cut);
	buf_free(body);
	*body = out;
}

/* The fuzz target's facts, of entries that are nearly right. */
static void spoilt_entries_are_read_as_jansson_reads_them(void **state)
{
	uint64_t chance = 20261120;
	struct buf body = BUF_INIT;
	size_t scanned = 0, malformed = 0;
	struct entry entry;

	(void)state;
	for (size_t i = 0; i < ROUNDS; i++) {
		make_body(&body, ordinary[kit_pick(&chance, COUNT(ordinary))]);
		for (size_t n = 1 + kit_pick(&chance, 3); n > 0; n--)
			mutate(&body, &chance);
		LLVMFuzzerTestOneInput(
		    (const uint8_t *)buf_text(&body), body.len);
		malformed += !scan(&entry, &body);
		scanned += entry.held != NULL;
		entry_clear(&entry);
	}
	buf_free(&body);
	/* Both ways were gone. */
	assert_true(scanned > ROUNDS / 20);
	assert_true(malformed > ROUNDS / 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_laptops_write_needs_no_tree),
	    cmocka_unit_test(what_we_build_needs_no_tree),
	    cmocka_unit_test(an_ordinary_entry_takes_one_allocation),
	    cmocka_unit_test(a_hash_that_is_known_is_taken),
	    cmocka_unit_test(what_is_unusual_is_left_to_jansson),
	    cmocka_unit_test(the_value_is_sorted_and_has_no_blanks),
	    cmocka_unit_test(spoilt_entries_are_read_as_jansson_reads_them),
	};

	return cmocka_run_group_tests(tests, start, NULL);
}
