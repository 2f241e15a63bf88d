#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/ledger.h"
#include "tests/lib/kit.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Two laptops and the office. */
#define A      "aaaaaaaaaaaaaaaa"
#define B      "bbbbbbbbbbbbbbbb"
#define OFFICE "0ff1ce0ff1ce0ff1"

#define N1     "n-0000000001"
#define N2     "n-0000000002"
#define W1_AM  "hours/W1/2026-11-20/am"
#define N1_AM  "hours/" N1 "/2026-11-20/am"
#define N2_AM  "hours/" N2 "/2026-11-20/am"
#define H3     "{\"minutes\":180,\"kind\":\"work\"}"
#define H4     "{\"minutes\":240,\"kind\":\"work\"}"
#define WORKER "{\"first\":\"Ali\",\"crews\":[]}"
#define NEW    "{\"first\":\"Ali\",\"crew\":\"c1\"}"
#define MATCH(worker)                                                          \
	"{\"first\":\"Ali\",\"crew\":\"c1\",\"worker\":\"" worker "\"}"

static char directory[KIT_PATH];
static struct kit_machine machine;
static struct db *db;

/* An entry as it travels: bytes, and who signs them. */
struct item {
	struct buf body;
	struct hash hash;
	const char *device;
	bool revoked;
};

static enum writer writer_of(const char *device)
{
	return strcmp(device, OFFICE) == 0 ? WRITER_OFFICE : WRITER_LAPTOP;
}

static void make_item(
    struct item *item, const struct entry_draft *draft, const char *set)
{
	memset(item, 0, sizeof(*item));
	kit_entry(&item->body, draft, set, &machine);
	hash_of(&item->hash, item->body.data, item->body.len);
	item->device = draft->device;
}

/* Add bytes as ${device}'s; the fault's code, "" when it counts. */
static const char *add_bytes(
    const char *device, bool revoked, const void *data, size_t len)
{
	struct set_header header = {.structure = KIT_STRUCTURE};
	const struct ledger_author author = {
	    &header, writer_of(device), revoked};
	const char *fault = "never set";
	struct err err = ERR_INIT;
	int64_t id = 0;

	(void)snprintf(header.device, sizeof(header.device), "%s", device);
	if (ledger_add(
		db, &author, (struct bytes){data, len}, &id, &fault, &err) < 0)
		fail_msg("%s", err.text);
	assert_true(id > 0);
	return fault != NULL ? fault : "";
}

static const char *add_item(const struct item *item)
{
	return add_bytes(
	    item->device, item->revoked, item->body.data, item->body.len);
}

/* Make and add an entry in one line; its hash. */
static struct hash put(const char *device, const char *kind, const char *record,
    const char *set, const struct hash *parents, size_t parent_count)
{
	const struct entry_draft draft = {.kind = kind,
	    .record = record,
	    .device = device,
	    .reason = "r",
	    .parents = parents,
	    .parent_count = parent_count};
	struct item item;

	make_item(&item, &draft, set);
	assert_string_equal(add_item(&item), "");
	buf_free(&item.body);
	return item.hash;
}

static struct hash put_hours(
    const char *device, const char *record, const char *set)
{
	return put(device, "hours", record, set, NULL, 0);
}

/* ---- looking ---- */

static int note_state(
    void *context, const struct record_row *row, struct err *err)
{
	buf_printf(context, "%s %s", row->state, row->value);
	return buf_check(context, err);
}

/* A record's state and value: "merged {…}", or "none". */
static void assert_record(const char *record, const char *expected)
{
	struct buf out = BUF_INIT;
	bool found;

	assert_int_equal(ledger_record(db, KIT_STRUCTURE, record, note_state,
			     &out, &found, NULL),
	    0);
	if (!found)
		buf_add_text(&out, "none");
	assert_string_equal(buf_text(&out), expected);
	buf_free(&out);
}

#define C3 "{\"kind\":\"work\",\"minutes\":180}"
#define C4 "{\"kind\":\"work\",\"minutes\":240}"

static int add_minutes(
    void *context, const struct record_row *row, struct err *err)
{
	(void)err;
	if (strcmp(row->state, RECORD_MERGED) == 0)
		*(int64_t *)context += row->minutes;
	return 0;
}

/* The minutes that a payable total may hold. */
static void assert_minutes(int64_t expected)
{
	int64_t minutes = 0;

	assert_int_equal(ledger_days(db, KIT_STRUCTURE, "hours", "2026-11-01",
			     "2026-11-30", add_minutes, &minutes, NULL),
	    0);
	assert_int_equal(minutes, expected);
}

static int dump_row(
    void *context, const struct record_row *row, struct err *err)
{
	buf_printf(context, "%s|%s|%s|%s|%s|%s|%s|%s|%s|%s|%s|%d|%d\n",
	    row->structure, row->record, row->family, row->subject, row->day,
	    row->slot, row->state, row->value, row->kind, row->site,
	    row->activity, (int)row->live, (int)row->minutes);
	return buf_check(context, err);
}

/* Every column of every record, and the digest. */
static void dump(struct buf *out)
{
	static const char *const families[] = {"enrolment", "hours", "newcomer",
	    "revocation", "signoff", "skill", "weather", "worker"};
	struct hash digest;
	char hex[HASH_TEXT];

	buf_reset(out);
	for (size_t i = 0; i < COUNT(families); i++)
		assert_int_equal(ledger_family(db, KIT_STRUCTURE, families[i],
				     dump_row, out, NULL),
		    0);
	assert_int_equal(ledger_digest(db, KIT_STRUCTURE, &digest, NULL), 0);
	hash_hex(&digest, hex);
	buf_add_text(out, hex);
}

/* The live records are what folding everything again gives. */
static void assert_refolds_alike(void)
{
	struct buf live = BUF_INIT, again = BUF_INIT;
	struct err err = ERR_INIT;

	dump(&live);
	if (ledger_refold_all(db, KIT_STRUCTURE, &err) < 0)
		fail_msg("%s", err.text);
	dump(&again);
	assert_string_equal(buf_text(&live), buf_text(&again));
	buf_free(&live);
	buf_free(&again);
}

static void drop(const struct hash *hash)
{
	assert_int_equal(ledger_drop(db, KIT_STRUCTURE, hash, NULL), 0);
}

static int start(void **state)
{
	(void)state;
	assert_int_equal(crypto_init(NULL), 0);
	kit_machine_init(&machine, 1);
	kit_directory(directory);
	db = kit_ledger(directory);
	return db_commit(db, NULL);
}

static int stop(void **state)
{
	(void)state;
	db_close(db);
	kit_directory_remove(directory);
	return 0;
}

static int begin(void **state)
{
	(void)state;
	return db_begin(db, NULL);
}

static int forget(void **state)
{
	(void)state;
	db_rollback(db);
	return 0;
}

/* ---- keeping ---- */

static void stored_bytes_are_the_signed_bytes_I4(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
	} bodies[] = {
	    {"", 0},
	    {"\0", 1},
	    {"no entry\n", 9},
	    {"\xff\xfe\0\r\n\t", 6},
	    {"00112233445566778899\n{}\n", 24},
	    {"00112233445566778899\n{ \"v\" : 1 , \"kind\":\"hours\","
	     "\"record\":\"" W1_AM "\",\"structure\":\"remparts\","
	     "\"set\":{\"kind\":\"w\\u006frk\",\"minutes\":180},"
	     "\"by\":{\"device\":\"" A "\"}, \"more\" : [ 1 ] }\n",
		0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(bodies); i++) {
		size_t len = i < 5 ? bodies[i].len : strlen(bodies[i].bytes);
		struct buf out = BUF_INIT;
		struct hash hash;

		hash_of(&hash, bodies[i].bytes, len);
		assert_string_equal(add_bytes(A, false, bodies[i].bytes, len),
		    i < 5 ? "malformed" : "");
		assert_int_equal(
		    ledger_bytes(db, KIT_STRUCTURE, &hash, &out, NULL), 0);
		assert_int_equal(out.len, len);
		assert_memory_equal(buf_text(&out), bodies[i].bytes, len);
		buf_free(&out);
	}
	/* Space and escapes do not make another value. */
	(void)put(OFFICE, "worker", "worker/W1", WORKER, NULL, 0);
	(void)put_hours(B, W1_AM, H3);
	assert_record(W1_AM, "merged " C3);
}

static void the_same_entry_twice_is_kept_once_I7(void **state)
{
	const struct entry_draft draft = {
	    .kind = "hours", .record = W1_AM, .device = A};
	struct buf once = BUF_INIT, twice = BUF_INIT;
	struct item item;

	(void)state;
	(void)put(OFFICE, "worker", "worker/W1", WORKER, NULL, 0);
	make_item(&item, &draft, H3);
	assert_string_equal(add_item(&item), "");
	dump(&once);
	assert_string_equal(add_item(&item), "");
	dump(&twice);
	assert_string_equal(buf_text(&once), buf_text(&twice));
	assert_minutes(180);
	buf_free(&item.body);
	buf_free(&once);
	buf_free(&twice);
}

static void an_absent_entry_is_told(void **state)
{
	struct hash none = {{1}};
	struct buf out = BUF_INIT;

	(void)state;
	assert_int_equal(
	    ledger_bytes(db, KIT_STRUCTURE, &none, &out, NULL), E_NOT_FOUND);
	drop(&none);
	buf_free(&out);
}

/* ---- folding ---- */

static void contested_minutes_enter_no_total_I7(void **state)
{
	struct hash heads[2];

	(void)state;
	(void)put(OFFICE, "worker", "worker/W1", WORKER, NULL, 0);
	heads[0] = put_hours(A, W1_AM, H3);
	assert_minutes(180);
	heads[1] = put_hours(B, W1_AM, H4);
	assert_minutes(0);
	(void)put(OFFICE, "resolve", W1_AM, H4, heads, 2);
	assert_record(W1_AM, "merged " C4);
	assert_minutes(240);
	assert_refolds_alike();
}

static void corroborated_hours_count_once_I7(void **state)
{
	(void)state;
	(void)put(OFFICE, "worker", "worker/W1", WORKER, NULL, 0);
	(void)put_hours(A, W1_AM, H3);
	(void)put_hours(B, W1_AM, H3);
	assert_record(W1_AM, "merged " C3);
	assert_minutes(180);
}

static void a_void_counts_nothing_and_beats_only_what_it_saw(void **state)
{
	struct hash first;

	(void)state;
	(void)put(OFFICE, "worker", "worker/W1", WORKER, NULL, 0);
	first = put_hours(A, W1_AM, H3);
	(void)put(A, "void", W1_AM, NULL, &first, 1);
	assert_record(W1_AM, "void void");
	assert_minutes(0);
	(void)put_hours(B, W1_AM, H4);
	assert_minutes(0);
	assert_refolds_alike();
}

static void a_quarantined_entry_counts_nothing_but_links(void **state)
{
	struct entry_draft draft = {
	    .kind = "worker", .record = "worker/W1", .device = A};
	struct hash first, link;
	struct item item;

	(void)state;
	make_item(&item, &draft, WORKER);
	assert_string_equal(add_item(&item), "authority");
	buf_free(&item.body);
	assert_record("worker/W1", "empty ");
	first = put(OFFICE, "worker", "worker/W1", WORKER, NULL, 0);
	draft.parents = &first;
	draft.parent_count = 1;
	make_item(&item, &draft, "{\"first\":\"Eve\",\"crews\":[]}");
	assert_string_equal(add_item(&item), "authority");
	link = item.hash;
	buf_free(&item.body);
	assert_record("worker/W1", "merged {\"crews\":[],\"first\":\"Ali\"}");
	(void)put(OFFICE, "worker", "worker/W1",
	    "{\"first\":\"Zoe\",\"crews\":[]}", &link, 1);
	assert_record("worker/W1", "merged {\"crews\":[],\"first\":\"Zoe\"}");
	assert_refolds_alike();
}

static void hours_of_nobody_known_wait_for_their_worker(void **state)
{
	struct hash worker;

	(void)state;
	(void)put_hours(A, W1_AM, H3);
	assert_record(W1_AM, "unknown " C3);
	assert_minutes(0);
	worker = put(OFFICE, "worker", "worker/W1", WORKER, NULL, 0);
	assert_record(W1_AM, "merged " C3);
	assert_minutes(180);
	(void)put(OFFICE, "void", "worker/W1", NULL, &worker, 1);
	assert_record(W1_AM, "unknown " C3);
	assert_minutes(0);
	assert_refolds_alike();
}

static void a_newcomers_hours_count_before_any_match(void **state)
{
	(void)state;
	(void)put_hours(A, N1_AM, H3);
	assert_record(N1_AM, "unknown " C3);
	(void)put(A, "newcomer", "newcomer/" N1, NEW, NULL, 0);
	assert_record(N1_AM, "merged " C3);
	assert_minutes(180);
	assert_refolds_alike();
}

static void a_matched_newcomers_hours_count_once_under_the_worker_I7(
    void **state)
{
	struct hash newcomer;
	char worker[TEXT_ID_MAX + 1];

	(void)state;
	(void)put(OFFICE, "worker", "worker/W1", WORKER, NULL, 0);
	newcomer = put(A, "newcomer", "newcomer/" N1, NEW, NULL, 0);
	(void)put_hours(A, N1_AM, H3);
	(void)put(
	    OFFICE, "newcomer", "newcomer/" N1, MATCH("W1"), &newcomer, 1);
	assert_record(N1_AM, "matched ");
	assert_record(W1_AM, "merged " C3);
	assert_minutes(180);
	assert_int_equal(ledger_alias(db, KIT_STRUCTURE, N1, worker, NULL), 0);
	assert_string_equal(worker, "W1");
	/* Another laptop, which knew him already: contested, not added. */
	(void)put_hours(B, W1_AM, H4);
	assert_minutes(0);
	/* Hours that come after the match find their way too. */
	(void)put_hours(A, "hours/" N1 "/2026-11-20/pm", H3);
	assert_record("hours/W1/2026-11-20/pm", "merged " C3);
	assert_minutes(180);
	assert_refolds_alike();
}

static void a_match_undone_gives_the_hours_back(void **state)
{
	struct hash match, other;

	(void)state;
	(void)put(OFFICE, "worker", "worker/W1", WORKER, NULL, 0);
	(void)put(OFFICE, "worker", "worker/W2", WORKER, NULL, 0);
	(void)put_hours(A, N1_AM, H3);
	match = put(OFFICE, "newcomer", "newcomer/" N1, MATCH("W1"), NULL, 0);
	assert_record(W1_AM, "merged " C3);
	other = put(OFFICE, "newcomer", "newcomer/" N1, MATCH("W2"), &match, 1);
	assert_record(W1_AM, "none");
	assert_record("hours/W2/2026-11-20/am", "merged " C3);
	assert_refolds_alike();
	(void)put(OFFICE, "newcomer", "newcomer/" N1, NEW, &other, 1);
	assert_record("hours/W2/2026-11-20/am", "none");
	assert_record(N1_AM, "merged " C3);
	assert_minutes(180);
	assert_refolds_alike();
}

static void a_contested_match_moves_nothing(void **state)
{
	(void)state;
	(void)put(OFFICE, "worker", "worker/W1", WORKER, NULL, 0);
	(void)put_hours(A, N1_AM, H3);
	(void)put(OFFICE, "newcomer", "newcomer/" N1, MATCH("W1"), NULL, 0);
	(void)put(OFFICE, "newcomer", "newcomer/" N1, MATCH("W2"), NULL, 0);
	assert_record(W1_AM, "none");
	assert_record(N1_AM, "merged " C3);
	assert_minutes(180);
	assert_refolds_alike();
}

/* A newcomer is no worker: matched to one, the hours stay where they are,
 * and are not counted there besides. */
static void a_newcomer_matched_to_a_newcomer_counts_once_I7(void **state)
{
	(void)state;
	(void)put(A, "newcomer", "newcomer/" N1, NEW, NULL, 0);
	(void)put(A, "newcomer", "newcomer/" N2, NEW, NULL, 0);
	(void)put_hours(A, N1_AM, H3);
	(void)put(OFFICE, "newcomer", "newcomer/" N1, MATCH(N2), NULL, 0);
	(void)put_hours(A, N2_AM, H4);
	assert_record(N2_AM, "merged " C4);
	assert_refolds_alike();
	assert_minutes(180 + 240);
}

static void two_newcomers_who_are_one_worker_count_once_I7(void **state)
{
	(void)state;
	(void)put(OFFICE, "worker", "worker/W1", WORKER, NULL, 0);
	(void)put_hours(A, N1_AM, H3);
	(void)put_hours(B, N2_AM, H3);
	(void)put(OFFICE, "newcomer", "newcomer/" N1, MATCH("W1"), NULL, 0);
	(void)put(OFFICE, "newcomer", "newcomer/" N2, MATCH("W1"), NULL, 0);
	assert_record(W1_AM, "merged " C3);
	assert_minutes(180);
	assert_refolds_alike();
}

static void a_move_is_a_void_and_a_new_value(void **state)
{
	struct hash first;

	(void)state;
	(void)put(OFFICE, "worker", "worker/W1", WORKER, NULL, 0);
	first = put_hours(A, W1_AM, H3);
	(void)put(A, "void", W1_AM, NULL, &first, 1);
	(void)put_hours(A, "hours/W1/2026-11-20/pm", H3);
	assert_minutes(180);
	assert_record(W1_AM, "void void");
}

static void an_unknown_kind_is_kept_and_changes_nothing_I10(void **state)
{
	struct hash first, unknown;
	struct buf out = BUF_INIT;

	(void)state;
	(void)put(OFFICE, "worker", "worker/W1", WORKER, NULL, 0);
	first = put_hours(A, W1_AM, H3);
	unknown = put(A, "weather", W1_AM, "{\"rain\":1}", &first, 1);
	assert_record(W1_AM, "merged " C3);
	(void)put(A, "weather", "weather/W1/2026-11-20", "{}", NULL, 0);
	assert_record("weather/W1/2026-11-20", "empty ");
	assert_int_equal(
	    ledger_bytes(db, KIT_STRUCTURE, &unknown, &out, NULL), 0);
	assert_refolds_alike();
	buf_free(&out);
}

/* What cannot be placed is kept apart, and stops no later folding. */
static void a_hostile_key_stops_no_refold(void **state)
{
	static const char *const records[] = {"fam\\nily/W1", "a\\nb/c\\nd",
	    "hours/W1\\n/2026-11-20/am", "hours", "/", "hours//"};

	(void)state;
	(void)put(OFFICE, "worker", "worker/W1", WORKER, NULL, 0);
	(void)put_hours(A, W1_AM, H3);
	for (size_t i = 0; i < COUNT(records); i++) {
		struct buf body = BUF_INIT;

		buf_printf(&body,
		    "00112233445566778899\n{\"v\":1,\"kind\":\"weather\","
		    "\"structure\":\"remparts\",\"record\":\"%s\","
		    "\"by\":{\"device\":\"" A "\"}}\n",
		    records[i]);
		assert_string_equal(
		    add_bytes(A, false, body.data, body.len), "record");
		buf_free(&body);
	}
	assert_refolds_alike();
	assert_minutes(180);
}

/* ---- who signs, whatever comes first ---- */

/* Add the same entry as ${first} would, then as ${second}, and tell what is
 * left; then the other way round: it must be the same. */
static void assert_either_order(
    const struct item *first, const struct item *second, const char *expected)
{
	for (int swapped = 0; swapped < 2; swapped++) {
		db_rollback(db);
		assert_int_equal(db_begin(db, NULL), 0);
		(void)put(OFFICE, "worker", "worker/W1", WORKER, NULL, 0);
		(void)add_item(swapped ? second : first);
		(void)add_item(swapped ? first : second);
		assert_record(W1_AM, expected);
		assert_refolds_alike();
	}
}

static void a_copied_entry_counts_as_its_authors_in_any_order_I5(void **state)
{
	const struct entry_draft draft = {
	    .kind = "hours", .record = W1_AM, .device = A};
	struct item own, copied;

	(void)state;
	make_item(&own, &draft, H3);
	copied = own;
	copied.device = B;
	assert_string_equal(add_item(&copied), "author");
	assert_string_equal(add_item(&own), "");
	/* Another's copy takes nothing back. */
	assert_string_equal(add_item(&copied), "");
	assert_either_order(&own, &copied, "merged " C3);
	buf_free(&own.body);
}

static void a_set_before_a_revocation_counts_in_any_order_I15(void **state)
{
	const struct entry_draft draft = {
	    .kind = "hours", .record = W1_AM, .device = A};
	struct item before, after;

	(void)state;
	make_item(&before, &draft, H3);
	after = before;
	after.revoked = true;
	assert_string_equal(add_item(&after), "revoked");
	assert_record(W1_AM, "empty ");
	assert_either_order(&before, &after, "merged " C3);
	buf_free(&before.body);
}

/* ---- dropping ---- */

static void a_dropped_body_leaves_the_fold(void **state)
{
	struct hash first, second;
	struct buf out = BUF_INIT;

	(void)state;
	(void)put(OFFICE, "worker", "worker/W1", WORKER, NULL, 0);
	first = put_hours(A, W1_AM, H3);
	second = put_hours(B, W1_AM, H4);
	drop(&second);
	assert_record(W1_AM, "merged " C3);
	assert_int_equal(
	    ledger_bytes(db, KIT_STRUCTURE, &second, &out, NULL), E_NOT_FOUND);
	drop(&second);
	drop(&first);
	assert_record(W1_AM, "none");
	assert_refolds_alike();
	buf_free(&out);
}

static void a_dropped_worker_is_known_no_more_I18(void **state)
{
	struct hash worker;

	(void)state;
	(void)put_hours(A, W1_AM, H3);
	worker = put(OFFICE, "worker", "worker/W1", WORKER, NULL, 0);
	drop(&worker);
	assert_record(W1_AM, "unknown " C3);
	assert_minutes(0);
	assert_refolds_alike();
}

static void a_dropped_match_gives_the_hours_back_I18(void **state)
{
	struct hash match;

	(void)state;
	(void)put(OFFICE, "worker", "worker/W1", WORKER, NULL, 0);
	(void)put_hours(A, N1_AM, H3);
	match = put(OFFICE, "newcomer", "newcomer/" N1, MATCH("W1"), NULL, 0);
	drop(&match);
	assert_record(W1_AM, "none");
	assert_record(N1_AM, "unknown " C3);
	assert_refolds_alike();
}

static void dropped_hours_of_a_matched_newcomer_leave_no_mark_I18(void **state)
{
	struct hash hours;

	(void)state;
	(void)put(OFFICE, "worker", "worker/W1", WORKER, NULL, 0);
	hours = put_hours(A, N1_AM, H3);
	(void)put(OFFICE, "newcomer", "newcomer/" N1, MATCH("W1"), NULL, 0);
	drop(&hours);
	assert_record(N1_AM, "none");
	assert_record(W1_AM, "none");
	assert_refolds_alike();
}

/* ---- reading ---- */

static int note_entry(
    void *context, const struct entry_row *row, struct err *err)
{
	buf_printf(context, "%s%s%s ", row->fault, row->live ? "+" : "-",
	    row->value != NULL ? row->value : "none");
	assert_non_null(row->entry);
	return buf_check(context, err);
}

static void a_history_tells_every_entry_and_its_place(void **state)
{
	struct entry_draft draft = {
	    .kind = "hours", .record = N1_AM, .device = A};
	struct buf out = BUF_INIT;
	struct hash first;
	struct item bad;

	(void)state;
	(void)put(OFFICE, "worker", "worker/W1", WORKER, NULL, 0);
	first = put_hours(A, W1_AM, H3);
	(void)put(OFFICE, "hours", W1_AM, H4, &first, 1);
	make_item(&bad, &draft, "{}");
	assert_string_equal(add_item(&bad), "value");
	(void)put_hours(B, N1_AM, H3);
	(void)put(OFFICE, "newcomer", "newcomer/" N1, MATCH("W1"), NULL, 0);
	assert_int_equal(
	    ledger_history(db, KIT_STRUCTURE, W1_AM, note_entry, &out, NULL),
	    0);
	assert_string_equal(
	    buf_text(&out), "-" C3 " +" C4 " value-none +" C3 " ");
	buf_free(&out);
	buf_free(&bad.body);
}

static int stop_at_once(
    void *context, const struct entry_row *row, struct err *err)
{
	(void)row;
	(void)err;
	++*(int *)context;
	return 1;
}

static void a_history_may_be_stopped(void **state)
{
	int seen = 0;

	(void)state;
	(void)put_hours(A, W1_AM, H3);
	(void)put_hours(B, W1_AM, H4);
	assert_int_equal(
	    ledger_history(db, KIT_STRUCTURE, W1_AM, stop_at_once, &seen, NULL),
	    0);
	assert_int_equal(seen, 1);
	assert_int_equal(
	    ledger_history(db, KIT_STRUCTURE, "x", stop_at_once, &seen, NULL),
	    E_INVALID);
}

static void the_heads_are_the_live_entries(void **state)
{
	struct hash heads[3], first, live[2];
	size_t count;

	(void)state;
	first = put_hours(A, W1_AM, H3);
	live[0] = put(A, "hours", W1_AM, H4, &first, 1);
	live[1] = put_hours(B, W1_AM, H3);
	assert_int_equal(
	    ledger_heads(db, KIT_STRUCTURE, W1_AM, heads, 3, &count, NULL), 0);
	assert_int_equal(count, 2);
	assert_true(hash_equal(&heads[0], &live[0]));
	assert_true(hash_equal(&heads[1], &live[1]));
	assert_int_equal(
	    ledger_heads(db, KIT_STRUCTURE, W1_AM, heads, 1, &count, NULL),
	    E_LIMIT);
	assert_int_equal(ledger_heads(db, KIT_STRUCTURE,
			     "hours/W9/2026-11-20/am", heads, 3, &count, NULL),
	    0);
	assert_int_equal(count, 0);
}

static void a_value_is_that_of_a_merged_record_alone(void **state)
{
	json_t *value;
	struct hash first;

	(void)state;
	first = put(OFFICE, "worker", "worker/W1", WORKER, NULL, 0);
	assert_int_equal(
	    ledger_value(db, KIT_STRUCTURE, "worker/W1", &value, NULL), 0);
	assert_string_equal(json_text(value, "first"), "Ali");
	json_decref(value);
	(void)put(OFFICE, "worker", "worker/W1",
	    "{\"first\":\"Zoe\",\"crews\":[]}", NULL, 0);
	assert_int_equal(
	    ledger_value(db, KIT_STRUCTURE, "worker/W1", &value, NULL), 0);
	assert_null(value);
	(void)put(OFFICE, "void", "worker/W2", NULL, &first, 1);
	assert_int_equal(
	    ledger_value(db, KIT_STRUCTURE, "worker/W2", &value, NULL), 0);
	assert_null(value);
	assert_int_equal(
	    ledger_value(db, KIT_STRUCTURE, "worker/W3", &value, NULL), 0);
	assert_null(value);
	assert_int_equal(
	    ledger_value(db, "berges", "worker/W1", &value, NULL), 0);
	assert_null(value);
}

static int note_name(void *context, const char *structure, struct err *err)
{
	buf_printf(context, "%s ", structure);
	return buf_check(context, err);
}

static int note_record(
    void *context, const struct record_row *row, struct err *err)
{
	buf_printf(context, "%s ", row->record);
	return buf_check(context, err);
}

static void records_are_listed_in_order(void **state)
{
	struct buf out = BUF_INIT;

	(void)state;
	(void)put_hours(A, "hours/W2/2026-11-20/am", H3);
	(void)put_hours(A, "hours/W1/2026-11-21/am", H3);
	(void)put_hours(A, "hours/W1/2026-11-20/pm", H3);
	(void)put_hours(A, "hours/W1/2026-11-20/am", H3);
	(void)put_hours(A, "hours/W1/2026-12-01/am", H3);
	assert_int_equal(ledger_days(db, KIT_STRUCTURE, "hours", "2026-11-20",
			     "2026-11-30", note_record, &out, NULL),
	    0);
	assert_string_equal(buf_text(&out),
	    "hours/W1/2026-11-20/am hours/W1/2026-11-20/pm "
	    "hours/W1/2026-11-21/am hours/W2/2026-11-20/am ");
	buf_reset(&out);
	assert_int_equal(ledger_subject(db, KIT_STRUCTURE, "hours", "W2",
			     note_record, &out, NULL),
	    0);
	assert_string_equal(buf_text(&out), "hours/W2/2026-11-20/am ");
	buf_reset(&out);
	assert_int_equal(
	    ledger_family(db, NULL, "hours", note_record, &out, NULL), 0);
	assert_int_equal(out.len, 5 * strlen("hours/W1/2026-11-20/am "));
	buf_reset(&out);
	assert_int_equal(ledger_structures(db, note_name, &out, NULL), 0);
	assert_string_equal(buf_text(&out), KIT_STRUCTURE " ");
	buf_free(&out);
}

static void a_skill_is_listed_by_its_day(void **state)
{
	struct buf out = BUF_INIT;

	(void)state;
	(void)put(A, "skill", "skill/W1/o1",
	    "{\"skill\":\"s\",\"label\":\"l\",\"catalogue\":\"c\","
	    "\"scale\":\"4\",\"day\":\"2026-11-20\"}",
	    NULL, 0);
	assert_int_equal(ledger_days(db, KIT_STRUCTURE, "skill", "2026-11-20",
			     "2026-11-20", note_record, &out, NULL),
	    0);
	assert_string_equal(buf_text(&out), "skill/W1/o1 ");
	buf_free(&out);
}

/* ---- many entries in any order ---- */

#define POOL_MAX 24

struct pool {
	struct item items[POOL_MAX];
	const char *records[POOL_MAX];
	size_t count;
};

#define SIGNED                                                                 \
	"{\"month\":\"2026-11\",\"answer\":\"agree\",\"how\":\"paper\","       \
	"\"text\":1,"                                                          \
	"\"sum\":\"00000000000000000000000000000000"                           \
	"00000000000000000000000000000000\","                                  \
	"\"covers\":[],\"payable\":0,\"days\":0}"

static const struct {
	const char *device, *kind, *record, *set;
} acts[] = {
    {A, "hours", W1_AM, H3},
    {B, "hours", W1_AM, H4},
    {A, "hours", N1_AM, H3},
    {B, "hours", N2_AM, H4},
    {A, "hours", "hours/" N1 "/2026-11-20/pm", H4},
    {B, "hours", "hours/W2/2026-11-20/am", H3},
    {A, "hours", W1_AM, "{}"},
    {A, "void", W1_AM, NULL},
    {B, "void", N1_AM, NULL},
    {OFFICE, "resolve", W1_AM, H4},
    {OFFICE, "worker", "worker/W1", WORKER},
    {OFFICE, "void", "worker/W1", NULL},
    {OFFICE, "worker", "worker/W2", WORKER},
    {A, "worker", "worker/W2", WORKER},
    {A, "newcomer", "newcomer/" N1, NEW},
    {B, "newcomer", "newcomer/" N2, NEW},
    {OFFICE, "newcomer", "newcomer/" N1, MATCH("W1")},
    {OFFICE, "newcomer", "newcomer/" N1, MATCH("W2")},
    {OFFICE, "newcomer", "newcomer/" N2, MATCH("W1")},
    {OFFICE, "newcomer", "newcomer/" N2, MATCH(N1)},
    {OFFICE, "void", "newcomer/" N1, NULL},
    {A, "signoff", "signoff/" N1 "/2026-11", SIGNED},
    {A, "weather", W1_AM, "{\"r\":1}"},
    {B, "weather", "weather/W1/x", "{\"r\":1}"},
};

/* Acts at random, each naming some of what was done before it. */
static void make_pool(struct pool *pool, uint64_t *chance)
{
	memset(pool, 0, sizeof(*pool));
	while (pool->count < POOL_MAX) {
		size_t act = kit_pick(chance, COUNT(acts));
		struct hash parents[4];
		struct entry_draft draft = {.kind = acts[act].kind,
		    .record = acts[act].record,
		    .device = acts[act].device,
		    .reason = "r",
		    .parents = parents};

		for (size_t i = pool->count; i-- > 0;) {
			bool same = strcmp(pool->records[i], draft.record) == 0;

			if (draft.parent_count < 4 &&
			    kit_pick(chance, same ? 2 : 12) == 0)
				parents[draft.parent_count++] =
				    pool->items[i].hash;
		}
		make_item(&pool->items[pool->count], &draft, acts[act].set);
		pool->items[pool->count].revoked = kit_pick(chance, 15) == 0;
		pool->records[pool->count++] = acts[act].record;
	}
}

static void free_pool(struct pool *pool)
{
	for (size_t i = 0; i < pool->count; i++)
		buf_free(&pool->items[i].body);
}

/* Add those that ${wanted}, shuffled, some of them twice. */
static void deliver(
    const struct pool *pool, const bool *wanted, uint64_t *chance)
{
	size_t order[2 * POOL_MAX];

	kit_shuffle(order, 2 * POOL_MAX, chance);
	for (size_t i = 0; i < 2 * POOL_MAX; i++) {
		size_t at = order[i] % POOL_MAX;

		if (wanted[at] &&
		    (order[i] < POOL_MAX || kit_pick(chance, 4) == 0))
			(void)add_item(&pool->items[at]);
	}
}

static void start_over(void)
{
	db_rollback(db);
	assert_int_equal(db_begin(db, NULL), 0);
}

static void any_order_gives_the_same_records_I5_I18(void **state)
{
	struct buf first = BUF_INIT, other = BUF_INIT;
	bool all[POOL_MAX];
	uint64_t chance = 11;

	(void)state;
	memset(all, true, sizeof(all));
	for (int round = 0; round < 100; round++) {
		struct pool pool;

		make_pool(&pool, &chance);
		for (int replica = 0; replica < 4; replica++) {
			struct buf *out = replica == 0 ? &first : &other;

			start_over();
			deliver(&pool, all, &chance);
			dump(out);
			assert_refolds_alike();
			if (replica > 0)
				assert_string_equal(
				    buf_text(out), buf_text(&first));
		}
		free_pool(&pool);
	}
	buf_free(&first);
	buf_free(&other);
}

static void dropping_is_as_if_it_never_came_I5_I18(void **state)
{
	struct buf never = BUF_INIT, dropped = BUF_INIT;
	uint64_t chance = 12;

	(void)state;
	for (int round = 0; round < 100; round++) {
		bool all[POOL_MAX], kept[POOL_MAX];
		size_t order[POOL_MAX];
		struct pool pool;

		make_pool(&pool, &chance);
		memset(all, true, sizeof(all));
		for (size_t i = 0; i < POOL_MAX; i++)
			kept[i] = kit_pick(&chance, 3) > 0;
		start_over();
		deliver(&pool, kept, &chance);
		dump(&never);
		start_over();
		deliver(&pool, all, &chance);
		kit_shuffle(order, POOL_MAX, &chance);
		for (size_t i = 0; i < POOL_MAX; i++) {
			if (!kept[order[i]])
				drop(&pool.items[order[i]].hash);
		}
		dump(&dropped);
		assert_string_equal(buf_text(&never), buf_text(&dropped));
		free_pool(&pool);
	}
	buf_free(&never);
	buf_free(&dropped);
}

#define test(name) cmocka_unit_test_setup_teardown(name, begin, forget)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    test(stored_bytes_are_the_signed_bytes_I4),
	    test(the_same_entry_twice_is_kept_once_I7),
	    test(an_absent_entry_is_told),
	    test(contested_minutes_enter_no_total_I7),
	    test(corroborated_hours_count_once_I7),
	    test(a_void_counts_nothing_and_beats_only_what_it_saw),
	    test(a_quarantined_entry_counts_nothing_but_links),
	    test(hours_of_nobody_known_wait_for_their_worker),
	    test(a_newcomers_hours_count_before_any_match),
	    test(a_matched_newcomers_hours_count_once_under_the_worker_I7),
	    test(a_match_undone_gives_the_hours_back),
	    test(a_contested_match_moves_nothing),
	    test(a_newcomer_matched_to_a_newcomer_counts_once_I7),
	    test(two_newcomers_who_are_one_worker_count_once_I7),
	    test(a_move_is_a_void_and_a_new_value),
	    test(an_unknown_kind_is_kept_and_changes_nothing_I10),
	    test(a_hostile_key_stops_no_refold),
	    test(a_copied_entry_counts_as_its_authors_in_any_order_I5),
	    test(a_set_before_a_revocation_counts_in_any_order_I15),
	    test(a_dropped_body_leaves_the_fold),
	    test(a_dropped_worker_is_known_no_more_I18),
	    test(a_dropped_match_gives_the_hours_back_I18),
	    test(dropped_hours_of_a_matched_newcomer_leave_no_mark_I18),
	    test(a_history_tells_every_entry_and_its_place),
	    test(a_history_may_be_stopped),
	    test(the_heads_are_the_live_entries),
	    test(a_value_is_that_of_a_merged_record_alone),
	    test(records_are_listed_in_order),
	    test(a_skill_is_listed_by_its_day),
	    test(any_order_gives_the_same_records_I5_I18),
	    test(dropping_is_as_if_it_never_came_I5_I18),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
