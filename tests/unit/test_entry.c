#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/entry.h"
#include "shared/lang.h"
#include "tests/lib/kit.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define SALT         "00112233445566778899"
#define DEVICE       "0123456789abcdef"
#define HOURS        "hours/W1/2026-11-20/am"
#define WORK         "{\"minutes\":210,\"kind\":\"work\"}"
#define BY           "\"by\":{\"device\":\"" DEVICE "\"}"

static const struct set_header header = {
    .structure = KIT_STRUCTURE, .device = DEVICE};

static struct kit_machine machine;

static int start(void **state)
{
	(void)state;
	kit_machine_init(&machine, 1);
	return crypto_init(NULL);
}

/* ---- building ---- */

static void an_entry_is_these_bytes(void **state)
{
	struct entry_draft draft = {.kind = "hours",
	    .structure = KIT_STRUCTURE,
	    .record = HOURS,
	    .note = "h\xc3\xa9",
	    .device = DEVICE,
	    .person = "Nadia",
	    .reason = "oubli",
	    .at_s = KIT_NOW_S};
	struct hash parents[2] = {{{0x11}}, {{0x22}}};
	struct buf out = BUF_INIT, expected = BUF_INIT;
	char one[HASH_TEXT], two[HASH_TEXT];

	(void)state;
	draft.parents = parents;
	draft.parent_count = 2;
	draft.from = &parents[1];
	draft.from_count = 1;
	hash_hex(&parents[0], one);
	hash_hex(&parents[1], two);
	buf_printf(&expected,
	    "{\"v\":1,\"kind\":\"hours\",\"structure\":\"remparts\","
	    "\"record\":\"" HOURS "\",\"parents\":[\"%s\",\"%s\"],"
	    "\"set\":" WORK ",\"note\":\"h\xc3\xa9\",\"from\":[\"%s\"],"
	    "\"by\":{\"device\":\"" DEVICE "\",\"person\":\"Nadia\"},"
	    "\"at\":\"2026-11-20T16:31:02Z\",\"reason\":\"oubli\"}\n",
	    one, two, two);
	kit_entry(&out, &draft, WORK, &machine);
	assert_int_equal(
	    strspn(buf_text(&out), "0123456789abcdef"), 2 * ENTRY_SALT_LEN);
	assert_int_equal(out.data[2 * ENTRY_SALT_LEN], '\n');
	assert_string_equal(
	    out.data + 2 * ENTRY_SALT_LEN + 1, buf_text(&expected));
	buf_free(&out);
	buf_free(&expected);
}

static const struct entry_draft plain = {
    .kind = "hours", .record = HOURS, .device = DEVICE};

static void salts_differ_so_that_a_purged_body_cannot_be_guessed(void **state)
{
	struct buf one = BUF_INIT, two = BUF_INIT;

	(void)state;
	kit_entry(&one, &plain, WORK, &machine);
	kit_entry(&two, &plain, WORK, &machine);
	assert_int_equal(one.len, two.len);
	assert_memory_not_equal(one.data, two.data, 2 * ENTRY_SALT_LEN);
	assert_string_equal(
	    one.data + 2 * ENTRY_SALT_LEN, two.data + 2 * ENTRY_SALT_LEN);
	buf_free(&one);
	buf_free(&two);
}

static void what_is_built_reads_back(void **state)
{
	struct buf out = BUF_INIT;
	struct hash hash;
	struct entry entry;

	(void)state;
	kit_entry(&out, &plain, WORK, &machine);
	assert_int_equal(entry_parse(&entry, out.data, out.len, NULL), 0);
	hash_of(&hash, out.data, out.len);
	assert_true(hash_equal(&entry.hash, &hash));
	assert_string_equal(entry.kind, "hours");
	assert_string_equal(entry.structure, KIT_STRUCTURE);
	assert_string_equal(entry.record, HOURS);
	assert_string_equal(entry.device, DEVICE);
	assert_string_equal(entry.person, "");
	assert_string_equal(entry.note, "");
	assert_string_equal(entry.reason, "");
	assert_string_equal(entry.at, "2026-11-20T16:31:02Z");
	assert_int_equal(entry.parent_count, 0);
	assert_null(entry_fault(&entry, &header, WRITER_LAPTOP, NULL));
	entry_clear(&entry);
	buf_free(&out);
}

/* A text of odd pieces; sometimes none. Own it. */
static char *odd_text(uint64_t *chance)
{
	static const char *const pieces[] = {"a", " ", "\xc3\xa9", "\"", "\\",
	    "\n", "\x01", "\x7f", "/", "\xe2\x82\xac", "\xf0\x9d\x84\x9e",
	    "<script>", "\t", "'", "\xef\xbb\xbf"};
	struct buf out = BUF_INIT;

	for (size_t n = kit_pick(chance, 6); n > 0; n--)
		buf_add_text(&out, pieces[kit_pick(chance, COUNT(pieces))]);
	return buf_take(&out);
}

static json_t *odd_value(uint64_t *chance)
{
	json_t *value = json_object();

	for (size_t n = kit_pick(chance, 5); n > 0; n--) {
		char *key = odd_text(chance), *text = odd_text(chance);
		const int64_t number = (int64_t)kit_random(chance);
		const size_t sort = kit_pick(chance, 5);

		assert_true(json_put(value, key,
		    sort == 0   ? json_integer(number)
		    : sort == 1 ? json_null()
		    : sort == 2 ? json_pack("[s{si}]", text, "n", 1)
		    : sort == 3 ? json_stringn("a\0b", 3)
				: json_string(text)));
		free(key);
		free(text);
	}
	return value;
}

/* The line ${body} is what jansson makes of what it reads there. */
static void assert_jansson_spells_it(const struct buf *body)
{
	const char *line = strchr(buf_text(body), '\n') + 1;
	struct buf again = BUF_INIT;
	json_t *root =
	    json_loads(line, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);

	assert_non_null(root);
	json_write(&again, root);
	buf_add_char(&again, '\n');
	assert_string_equal(buf_text(&again), line);
	json_decref(root);
	buf_free(&again);
}

static void what_is_built_is_spelt_as_jansson_does(void **state)
{
	uint64_t chance = 7;

	(void)state;
	for (size_t i = 0; i < 2000; i++) {
		char *texts[] = {odd_text(&chance), odd_text(&chance),
		    odd_text(&chance), odd_text(&chance)};
		json_t *value = odd_value(&chance);
		const struct entry_draft draft = {.kind = texts[0],
		    .structure = KIT_STRUCTURE,
		    .record = texts[1],
		    .value = kit_pick(&chance, 8) > 0 ? value : NULL,
		    .note = texts[2],
		    .device = DEVICE,
		    .person = texts[3],
		    .reason = texts[0]};
		struct buf body = BUF_INIT;

		assert_int_equal(
		    entry_build(&body, &draft, &machine.os, NULL), 0);
		assert_jansson_spells_it(&body);
		buf_free(&body);
		json_decref(value);
		for (size_t t = 0; t < COUNT(texts); t++)
			free(texts[t]);
	}
}

static void a_text_without_letters_is_left_out(void **state)
{
	struct entry_draft draft = plain;
	struct buf out = BUF_INIT;

	(void)state;
	draft.person = draft.note = draft.reason = "";
	kit_entry(&out, &draft, WORK, &machine);
	assert_null(strstr(out.data, "person"));
	assert_null(strstr(out.data, "note"));
	assert_null(strstr(out.data, "reason"));
	buf_free(&out);
}

/* Saved but never sendable: the office would refuse the whole push. */
static void an_entry_nobody_could_read_is_not_built(void **state)
{
	struct entry_draft draft = plain;
	struct buf out = BUF_INIT, note = BUF_INIT;
	struct hash *parents = calloc(ENTRY_PARENTS_MAX + 1, sizeof(*parents));
	struct err err = ERR_INIT;
	struct entry entry;

	(void)state;
	assert_non_null(parents);
	draft.structure = KIT_STRUCTURE;
	draft.parents = parents;
	draft.parent_count = ENTRY_PARENTS_MAX;
	assert_int_equal(entry_build(&out, &draft, &machine.os, &err), 0);
	assert_int_equal(entry_parse(&entry, out.data, out.len, NULL), 0);
	assert_int_equal(entry.parent_count, ENTRY_PARENTS_MAX);
	entry_clear(&entry);
	draft.parent_count++;
	assert_int_equal(entry_build(&out, &draft, &machine.os, &err), E_LIMIT);
	draft.parent_count = 0;
	while (note.len < ENTRY_BYTES_MAX)
		buf_add_text(&note, "x");
	draft.note = buf_text(&note);
	assert_int_equal(entry_build(&out, &draft, &machine.os, &err), E_LIMIT);
	free(parents);
	buf_free(&out);
	buf_free(&note);
}

/* ---- parsing ---- */

static int parse_bytes(struct entry *entry, const char *body, size_t len)
{
	struct err err = ERR_INIT;
	char *copy = malloc(len > 0 ? len : 1);
	int rc;

	assert_non_null(copy);
	memcpy(copy, body, len);
	rc = entry_parse(entry, copy, len, &err);
	free(copy);
	assert_int_equal(rc, err.code);
	return rc;
}

/* Parse the JSON ${line} behind a good salt. */
static int parse_line(struct entry *entry, const char *line)
{
	struct buf body = BUF_INIT;
	int rc;

	buf_printf(&body, SALT "\n%s\n", line);
	rc = parse_bytes(entry, body.data, body.len);
	buf_free(&body);
	return rc;
}

static void refuse_body(const char *body, size_t len)
{
	struct entry entry;

	if (parse_bytes(&entry, body, len) != E_INVALID)
		fail_msg("accepted: %s", body);
	entry_clear(&entry);
}

#define LINE                                                                   \
	"{\"v\":1,\"kind\":\"hours\",\"structure\":\"remparts\","              \
	"\"record\":\"" HOURS "\",\"set\":" WORK "," BY "}"

static void a_body_is_a_salt_line_and_one_json_line(void **state)
{
	static const char *const bad[] = {"", "\n", SALT, SALT "\n",
	    SALT "\n\n", SALT "\n" LINE, LINE "\n", "\n" LINE "\n",
	    "0011223344556677889\n" LINE "\n",
	    "0011223344556677889A\n" LINE "\n",
	    "0011223344556677889g\n" LINE "\n", SALT "\r\n" LINE "\n",
	    SALT "\n" LINE "\n\n", SALT "\n" LINE "\n" LINE "\n",
	    SALT "\n\n" LINE "\n", " " SALT "\n" LINE "\n",
	    SALT "\n" LINE "x\n", SALT "\n[]\n", SALT "\n{}\n"};
	static const char nul[] = SALT "\0\n" LINE "\n";
	struct entry entry;

	(void)state;
	assert_int_equal(parse_line(&entry, LINE), 0);
	entry_clear(&entry);
	for (size_t i = 0; i < COUNT(bad); i++)
		refuse_body(bad[i], strlen(bad[i]));
	refuse_body(nul, sizeof(nul) - 1);
}

static void a_body_cut_anywhere_is_refused(void **state)
{
	static const char body[] = SALT "\n" LINE "\n";

	(void)state;
	for (size_t len = 0; len < strlen(body); len++)
		refuse_body(body, len);
}

static int parse_padded(size_t len)
{
	struct buf body = BUF_INIT;
	struct entry entry;
	int rc;

	buf_add_text(&body, SALT "\n" LINE);
	while (body.len < len - 1)
		buf_add_char(&body, ' ');
	buf_add_char(&body, '\n');
	assert_int_equal(body.len, len);
	rc = parse_bytes(&entry, body.data, body.len);
	entry_clear(&entry);
	buf_free(&body);
	return rc;
}

static void a_body_too_long_is_refused(void **state)
{
	(void)state;
	assert_int_equal(parse_padded(ENTRY_BYTES_MAX), 0);
	assert_int_equal(parse_padded(ENTRY_BYTES_MAX + 1), E_INVALID);
}

static void a_longer_salt_is_read(void **state)
{
	static const char body[] = SALT SALT SALT "\n" LINE "\n";
	struct entry entry;

	(void)state;
	assert_int_equal(parse_bytes(&entry, body, strlen(body)), 0);
	entry_clear(&entry);
}

static void a_salt_without_end_is_refused(void **state)
{
	struct buf body = BUF_INIT;

	(void)state;
	for (int i = 0; i < 10; i++)
		buf_add_text(&body, SALT);
	buf_add_text(&body, "\n" LINE "\n");
	refuse_body(body.data, body.len);
	buf_free(&body);
}

static void needed_members_are_needed(void **state)
{
	static const char *const bad[] = {
	    "{\"kind\":\"a\",\"record\":\"a/b\"," BY "}",
	    "{\"v\":0,\"kind\":\"a\",\"record\":\"a/b\"," BY "}",
	    "{\"v\":\"1\",\"kind\":\"a\",\"record\":\"a/b\"," BY "}",
	    "{\"v\":1,\"record\":\"a/b\"," BY "}",
	    "{\"v\":1,\"kind\":7,\"record\":\"a/b\"," BY "}",
	    "{\"v\":1,\"kind\":\"a\"," BY "}",
	    "{\"v\":1,\"kind\":\"a\",\"record\":\"a/b\"}",
	    "{\"v\":1,\"kind\":\"a\",\"record\":\"a/b\",\"by\":\"x\"}",
	    "{\"v\":1,\"kind\":\"a\",\"record\":\"a/b\",\"by\":{}}",
	    "{\"v\":1,\"v\":1,\"kind\":\"a\",\"record\":\"a/b\"," BY "}",
	    "{\"v\":1.0,\"kind\":\"a\",\"record\":\"a/b\"," BY "}",
	};
	struct entry entry;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		if (parse_line(&entry, bad[i]) != E_INVALID)
			fail_msg("accepted: %s", bad[i]);
		entry_clear(&entry);
	}
}

#define WITH_PARENTS(list)                                                     \
	"{\"v\":1,\"kind\":\"a\",\"record\":\"a/b\",\"parents\":" list "," BY  \
	"}"
#define HEX64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void parents_are_hashes_and_not_too_many(void **state)
{
	static const char *const bad[] = {WITH_PARENTS("{}"),
	    WITH_PARENTS("\"" HEX64 "\""), WITH_PARENTS("[1]"),
	    WITH_PARENTS("[\"" HEX64 "0\"]"), WITH_PARENTS("[\"x\"]"),
	    WITH_PARENTS("[null]"), WITH_PARENTS("null")};
	struct buf line = BUF_INIT;
	struct entry entry;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		if (parse_line(&entry, bad[i]) != E_INVALID)
			fail_msg("accepted: %s", bad[i]);
		entry_clear(&entry);
	}
	for (int count = ENTRY_PARENTS_MAX; count < ENTRY_PARENTS_MAX + 2;
	     count++) {
		buf_reset(&line);
		buf_add_text(&line, "{\"v\":1,\"kind\":\"a\",\"record\":"
				    "\"a/b\"," BY ",\"parents\":[");
		for (int i = 0; i < count; i++)
			buf_printf(&line, "%s\"" HEX64 "\"", i ? "," : "");
		buf_add_text(&line, "]}");
		assert_int_equal(parse_line(&entry, buf_text(&line)),
		    count <= ENTRY_PARENTS_MAX ? 0 : E_INVALID);
		entry_clear(&entry);
	}
	buf_free(&line);
}

/* ---- what counts ---- */

static const char *fault_of(const char *line, enum writer writer)
{
	struct err err = ERR_INIT;
	struct entry entry;
	const char *fault;

	if (parse_line(&entry, line) != 0)
		fail_msg("malformed: %s", line);
	fault = entry_fault(&entry, &header, writer, &err);
	entry_clear(&entry);
	return fault != NULL ? fault : "";
}

static void assert_fault(
    const char *line, enum writer writer, const char *expected)
{
	const char *fault = fault_of(line, writer);

	if (strcmp(fault, expected) != 0)
		fail_msg("%s: \"%s\", not \"%s\"", line, fault, expected);
}

#define ENTRY(kind, record, more)                                              \
	"{\"v\":1,\"kind\":\"" kind                                            \
	"\",\"structure\":\"remparts\",\"record\":\"" record "\"," more BY "}"
#define FROM(structure, device)                                                \
	"{\"v\":1,\"kind\":\"hours\"," structure "\"record\":\"" HOURS         \
	"\",\"set\":" WORK ",\"by\":{\"device\":\"" device "\"}}"
#define SET(value) "\"set\":" value ","
#define WHY        "\"reason\":\"r\","
#define NEWCOMER   "newcomer/n-0123456789"
#define PERSON     "{\"first\":\"A\",\"crew\":\"c\"}"

#define H(rest)  "hours/W1" rest
#define D        "/2026-11-20"
#define NO_WORK  SET("{\"minutes\":0,\"kind\":\"work\"}")
#define TOO_LONG SET("{\"minutes\":1441,\"kind\":\"work\"}")
#define IS_ALI   SET("{\"first\":\"Ali\",\"crews\":[]}")
#define IS_NEW   SET(PERSON)

#define KEY64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define SIGNED                                                                 \
	SET("{\"month\":\"2026-11\",\"answer\":\"agree\",\"how\":\"paper\","   \
	    "\"text\":1,\"sum\":\"" KEY64 "\",\"covers\":[\"" KEY64            \
	    "\"],\"payable\":210,\"days\":1}")
#define CLOSED SET("{\"version\":1,\"closing\":\"" KEY64 "\"}")

static void every_fault_has_its_code(void **state)
{
	static const struct {
		const char *kind, *record, *members, *laptop, *office;
	} cases[] = {
	    {"hours", HOURS, SET(WORK), "", ""},
	    {"hours", "hours", SET(WORK), "record", "record"},
	    {"hours", "worker/W1", SET(WORK), "record", "record"},
	    {"hours", H(""), SET(WORK), "record", "record"},
	    {"hours", H(D), SET(WORK), "record", "record"},
	    {"hours", H("/2026-11-31/am"), SET(WORK), "record", "record"},
	    {"hours", H(D "/x0"), SET(WORK), "record", "record"},
	    {"hours", HOURS, "", "value", "value"},
	    {"hours", HOURS, SET("{}"), "value", "value"},
	    {"hours", HOURS, NO_WORK, "value", "value"},
	    {"hours", HOURS, TOO_LONG, "value", "value"},
	    {"resolve", HOURS, SET(WORK) WHY, "authority", ""},
	    {"resolve", HOURS, SET(WORK), "authority", "reason"},
	    {"resolve", HOURS, WHY, "authority", "value"},
	    {"void", HOURS, WHY, "", ""},
	    {"void", HOURS, "", "reason", "reason"},
	    {"void", HOURS, "\"reason\":\"\",", "reason", "reason"},
	    {"void", "worker/W1", WHY, "authority", ""},
	    {"void", "weather/W1", WHY, "authority", ""},
	    {"void", "revocation/d", WHY, "authority", ""},
	    {"void", "skill/W1/o1", WHY, "", ""},
	    {"skill", "skill/W1", SET("{}"), "record", "record"},
	    {"skill", "skill/W1/o1/x", SET("{}"), "record", "record"},
	    {"signoff", "signoff/W1/2026-11", SIGNED, "", ""},
	    {"signoff", "signoff/W1/2026-10", SIGNED, "value", "value"},
	    {"signoff", "signoff/W1/2026-11", "", "value", "value"},
	    {"signoff", "signoff/W1", SIGNED, "record", "record"},
	    {"closed", "closed/2026-11", CLOSED, "authority", ""},
	    {"closed", "closed/2026-11/W1", CLOSED, "authority", "record"},
	    {"void", "closed/2026-11", WHY, "authority", ""},
	    {"newcomer", NEWCOMER, IS_NEW, "", ""},
	    {"newcomer", "newcomer/W1", IS_NEW, "record", "record"},
	    {"worker", "worker/W1", IS_ALI, "authority", ""},
	    {"worker", "worker/W1/x", IS_ALI, "authority", "record"},
	    {"revocation", "revocation/d", "", "authority", "reason"},
	    {"revocation", "revocation/d", WHY, "authority", ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buf line = BUF_INIT;

		buf_printf(&line,
		    "{\"v\":1,\"kind\":\"%s\",\"structure\":\"remparts\","
		    "\"record\":\"%s\",%s" BY "}",
		    cases[i].kind, cases[i].record, cases[i].members);
		assert_fault(buf_text(&line), WRITER_LAPTOP, cases[i].laptop);
		assert_fault(buf_text(&line), WRITER_OFFICE, cases[i].office);
		buf_free(&line);
	}
}

static void an_entry_belongs_to_its_sets_structure_and_device(void **state)
{
	static const char *const others[] = {FROM("", DEVICE),
	    FROM("\"structure\":7,", DEVICE),
	    FROM("\"structure\":\"berges\",", DEVICE)};
	static const char stranger[] =
	    FROM("\"structure\":\"remparts\",", "fedcba9876543210");

	(void)state;
	for (size_t i = 0; i < COUNT(others); i++)
		assert_fault(others[i], WRITER_OFFICE, "structure");
	assert_fault(stranger, WRITER_LAPTOP, "author");
	assert_fault(stranger, WRITER_OFFICE, "author");
	assert_fault(
	    FROM("\"structure\":\"remparts\",", DEVICE), WRITER_LAPTOP, "");
}

static void the_server_only_enrols(void **state)
{
	(void)state;
	assert_string_equal(
	    fault_of(ENTRY("enrolment", "enrolment/" DEVICE,
			 SET("{\"key\":\"" HEX64
			     "\",\"name\":\"n\",\"role\":\"office\"}")),
		WRITER_SERVER),
	    "");
	assert_string_equal(
	    fault_of(ENTRY("hours", HOURS, SET(WORK)), WRITER_SERVER),
	    "authority");
	assert_string_equal(
	    fault_of(ENTRY("void", HOURS, WHY), WRITER_SERVER), "authority");
}

static void every_code_is_told_in_both_languages(void **state)
{
	static const char *const codes[] = {"malformed", "structure", "author",
	    "authority", "record", "reason", "value", "revoked"};

	(void)state;
	for (size_t i = 0; i < COUNT(codes); i++) {
		struct buf french = BUF_INIT;

		lang_set("fr");
		buf_add_text(&french, entry_fault_text(codes[i]));
		lang_set("en");
		assert_string_not_equal(buf_text(&french), codes[i]);
		assert_string_not_equal(
		    buf_text(&french), entry_fault_text(codes[i]));
		lang_set("fr");
		buf_free(&french);
	}
	assert_string_equal(entry_fault_text("to-come"), "to-come");
}

/* ---- values ---- */

/* The value that ${line} sets, or "-" for none. */
static void value_of(struct buf *out, const char *line)
{
	struct entry entry;

	buf_reset(out);
	assert_int_equal(parse_line(&entry, line), 0);
	if (!entry_value(out, &entry)) {
		assert_int_equal(out->len, 0);
		buf_add_text(out, "-");
	}
	entry_clear(&entry);
}

static void assert_value(const char *line, const char *value)
{
	struct buf out = BUF_INIT;

	value_of(&out, line);
	assert_string_equal(buf_text(&out), value);
	buf_free(&out);
}

static void equal_values_have_equal_texts_I5(void **state)
{
	(void)state;
	assert_value(
	    ENTRY("hours", HOURS, SET("{\"minutes\":210,\"kind\":\"work\"}")),
	    "{\"kind\":\"work\",\"minutes\":210}");
	assert_value(ENTRY("hours", HOURS,
			 SET("{ \"kind\" : \"w\\u006frk\", \"minutes\" : 210,"
			     "\"site\":\"\",\"activity\":null}")),
	    "{\"kind\":\"work\",\"minutes\":210}");
	assert_value(ENTRY("resolve", HOURS, SET(WORK) WHY),
	    "{\"kind\":\"work\",\"minutes\":210}");
	/* A note never contests anything. */
	assert_value(ENTRY("hours", HOURS, SET(WORK) "\"note\":\"n\","),
	    "{\"kind\":\"work\",\"minutes\":210}");
}

static void zero_is_a_value_and_empty_is_not(void **state)
{
	(void)state;
	assert_value(ENTRY("hours", HOURS,
			 SET("{\"minutes\":0,\"kind\":\"sick\","
			     "\"site\":\"\"}")),
	    "{\"kind\":\"sick\",\"minutes\":0}");
	assert_value(
	    ENTRY("worker", "worker/W1", SET("{\"first\":\"A\",\"crews\":[]}")),
	    "{\"crews\":[],\"first\":\"A\"}");
}

static void unknown_members_are_part_of_a_value_I10(void **state)
{
	(void)state;
	assert_value(ENTRY("hours", HOURS,
			 SET("{\"minutes\":210,\"kind\":\"work\","
			     "\"weather\":{\"rain\":1,\"cold\":\"\"}}")),
	    "{\"kind\":\"work\",\"minutes\":210,"
	    "\"weather\":{\"cold\":\"\",\"rain\":1}}");
	assert_string_equal(
	    fault_of(ENTRY("hours", HOURS,
			 SET("{\"minutes\":210,\"kind\":\"work\","
			     "\"weather\":1}") "\"mood\":\"good\","),
		WRITER_LAPTOP),
	    "");
}

static void a_void_sets_void(void **state)
{
	(void)state;
	assert_value(ENTRY("void", HOURS, WHY), "void");
	assert_value(ENTRY("void", HOURS, WHY SET(WORK)), "void");
	/* No JSON value reads like it. */
	assert_value(ENTRY("signoff", "signoff/W1/m", SET("\"void\"")), "{}");
	assert_value(ENTRY("revocation", "revocation/d", WHY), "{}");
}

static void an_unknown_kind_counts_and_sets_nothing_I10(void **state)
{
	static const char line[] =
	    ENTRY("weather", "weather/W1/x/y", SET("{\"rain\":1}"));

	(void)state;
	assert_string_equal(fault_of(line, WRITER_LAPTOP), "");
	assert_string_equal(fault_of(line, WRITER_OFFICE), "");
	assert_value(line, "-");
	/* Of hours too: a kind to come changes no minutes here. */
	assert_value(ENTRY("weather", HOURS, SET(WORK)), "-");
}

static void a_later_version_is_read_I10(void **state)
{
	struct entry entry;

	(void)state;
	assert_int_equal(
	    parse_line(&entry,
		"{\"v\":2,\"kind\":\"hours\",\"structure\":\"remparts\","
		"\"record\":\"" HOURS "\",\"set\":" WORK "," BY "}"),
	    0);
	assert_null(entry_fault(&entry, &header, WRITER_LAPTOP, NULL));
	entry_clear(&entry);
}

/* Ten years off, or no clock at all: nothing reads it. */
static void no_rule_reads_the_clock_I8(void **state)
{
	static const char *const clocks[] = {"\"at\":\"1970-01-01T00:00:00Z\",",
	    "\"at\":\"2036-11-20T16:31:02Z\",", "\"at\":\"later\",",
	    "\"at\":7,", ""};

	(void)state;
	for (size_t i = 0; i < COUNT(clocks); i++) {
		struct buf line = BUF_INIT;

		buf_printf(&line,
		    "{\"v\":1,\"kind\":\"hours\",\"structure\":\"remparts\","
		    "\"record\":\"" HOURS "\",%s\"set\":" WORK "," BY "}",
		    clocks[i]);
		assert_string_equal(
		    fault_of(buf_text(&line), WRITER_LAPTOP), "");
		assert_value(
		    buf_text(&line), "{\"kind\":\"work\",\"minutes\":210}");
		buf_free(&line);
	}
}

/* Whatever bytes come, parsing ends, and what parses can be judged. */
static void damaged_bodies_never_crash(void **state)
{
	static const char body[] = SALT "\n" LINE "\n";
	uint64_t chance = 7;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		char copy[sizeof(body)];
		struct entry entry;

		memcpy(copy, body, sizeof(body));
		for (size_t flips = 1 + kit_pick(&chance, 4); flips > 0;
		     flips--)
			copy[kit_pick(&chance, sizeof(body) - 1)] ^=
			    (char)(1 << kit_pick(&chance, 8));
		if (parse_bytes(&entry, copy, sizeof(body) - 1) == 0) {
			struct buf value = BUF_INIT;

			(void)entry_fault(&entry, &header, WRITER_OFFICE, NULL);
			(void)entry_value(&value, &entry);
			buf_free(&value);
		}
		entry_clear(&entry);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_entry_is_these_bytes),
	    cmocka_unit_test(
		salts_differ_so_that_a_purged_body_cannot_be_guessed),
	    cmocka_unit_test(what_is_built_reads_back),
	    cmocka_unit_test(what_is_built_is_spelt_as_jansson_does),
	    cmocka_unit_test(a_text_without_letters_is_left_out),
	    cmocka_unit_test(an_entry_nobody_could_read_is_not_built),
	    cmocka_unit_test(a_body_is_a_salt_line_and_one_json_line),
	    cmocka_unit_test(a_body_cut_anywhere_is_refused),
	    cmocka_unit_test(a_body_too_long_is_refused),
	    cmocka_unit_test(a_longer_salt_is_read),
	    cmocka_unit_test(a_salt_without_end_is_refused),
	    cmocka_unit_test(needed_members_are_needed),
	    cmocka_unit_test(parents_are_hashes_and_not_too_many),
	    cmocka_unit_test(every_fault_has_its_code),
	    cmocka_unit_test(an_entry_belongs_to_its_sets_structure_and_device),
	    cmocka_unit_test(the_server_only_enrols),
	    cmocka_unit_test(every_code_is_told_in_both_languages),
	    cmocka_unit_test(equal_values_have_equal_texts_I5),
	    cmocka_unit_test(zero_is_a_value_and_empty_is_not),
	    cmocka_unit_test(unknown_members_are_part_of_a_value_I10),
	    cmocka_unit_test(a_void_sets_void),
	    cmocka_unit_test(an_unknown_kind_counts_and_sets_nothing_I10),
	    cmocka_unit_test(a_later_version_is_read_I10),
	    cmocka_unit_test(no_rule_reads_the_clock_I8),
	    cmocka_unit_test(damaged_bodies_never_crash),
	};

	return cmocka_run_group_tests(tests, start, NULL);
}
