#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/command_line.h"
#include "shared/csv.h"
#include "shared/db.h"
#include "shared/entry.h"
#include "shared/enrolcode.h"
#include "shared/fold.h"
#include "shared/hours.h"
#include "shared/lang.h"
#include "shared/migrate.h"
#include "shared/opt.h"
#include "shared/out.h"
#include "shared/receipt.h"
#include "shared/sshsig.h"
#include "shared/wire.h"
#include "shared/zip.h"
#include "tests/lib/kit.h"
#include "tests/lib/scarce.h"

/* What every task works on, made while there is memory. */
static struct {
	struct kit_machine machine;
	struct key key;
	struct changeset set;
	struct receipt receipt;
	struct buf manifest, body, armor, push, pull, code;
	size_t header_len;
	json_t *value;
	json_t *params; /* of a page */
	size_t url_len;
	char directory[KIT_PATH];
} bench;

/*
 * Do ${task} with its first allocation failing, its second, and so on until
 * nothing fails: each time but the last it must say so, with no other words,
 * and leave nothing behind (LeakSanitizer tells).
 */
static void every_allocation(int (*task)(struct err *err), size_t least)
{
	for (int always = 0; always < 2; always++) {
		bool failed = true;
		size_t at;

		for (at = 1; failed; at++) {
			struct err err = ERR_INIT;
			int rc;

			scarce_start(at, always);
			rc = task(&err);
			failed = scarce_stop();
			assert_int_equal(rc, failed ? E_NOMEM : 0);
			assert_int_equal(rc, err.code);
		}
		/* The last round failed nothing; those before it did. */
		assert_true(at > least);
	}
}

static int fold_some(struct err *err)
{
	const struct fold_entry entries[] = {
	    {.hash = {{1}}, .value = "a"},
	    {.hash = {{2}}, .value = "b"},
	};
	struct fold_result result;
	int rc = fold_entries(&result, entries, 2, err);

	if (rc < 0) {
		/* Cleared already: not to be freed again. */
		assert_null(result.live);
		return rc;
	}
	assert_int_equal(result.state, FOLD_CONTESTED);
	fold_clear(&result);
	return 0;
}

static void folding(void **state)
{
	(void)state;
	every_allocation(fold_some, 5);
}

static int hash_set(struct err *err)
{
	struct hash hash;

	return changeset_hash(&hash, &bench.set, err);
}

static int sign_set(struct err *err)
{
	return changeset_sign(&bench.set, &bench.key, err);
}

static int verify_set(struct err *err)
{
	return changeset_verify(&bench.set, bench.key.pub, err);
}

static int parse_header(struct err *err)
{
	struct set_header header;

	return changeset_header_parse(
	    &header, buf_text(&bench.manifest), bench.header_len, err);
}

static void change_sets(void **state)
{
	(void)state;
	every_allocation(hash_set, 2);
	every_allocation(sign_set, 2);
	every_allocation(verify_set, 2);
	every_allocation(parse_header, 3);
}

static int sign_text(struct err *err)
{
	uint8_t sig[SIG_LEN];

	return sshsig_sign(sig, &bench.key, SSHSIG_LOGIN, "text", 4, err);
}

static int verify_text(struct err *err)
{
	return sshsig_verify(bench.key.pub, bench.set.sig, SSHSIG_CHANGESET,
	    bench.manifest.data, bench.manifest.len, err);
}

static int armor(struct err *err)
{
	struct buf out = BUF_INIT;
	int rc;

	sshsig_armor(&out, bench.key.pub, bench.set.sig, SSHSIG_CHANGESET);
	rc = buf_check(&out, err);
	if (rc == 0)
		assert_string_equal(buf_text(&out), buf_text(&bench.armor));
	buf_free(&out);
	return rc;
}

static int dearmor(struct err *err)
{
	uint8_t pub[KEY_LEN], sig[SIG_LEN];

	return sshsig_dearmor(
	    pub, sig, SSHSIG_CHANGESET, bench.armor.data, bench.armor.len, err);
}

static int show_key(struct err *err)
{
	struct buf out = BUF_INIT;
	int rc;

	sshsig_public(&out, bench.key.pub);
	rc = buf_check(&out, err);
	buf_free(&out);
	return rc;
}

static void signatures(void **state)
{
	(void)state;
	every_allocation(sign_text, 1);
	every_allocation(verify_text, 1);
	every_allocation(armor, 4);
	every_allocation(dearmor, 8);
	every_allocation(show_key, 2);
}

static int sign_receipt(struct err *err)
{
	return receipt_sign(&bench.receipt, &bench.key, err);
}

static int verify_receipt(struct err *err)
{
	return receipt_verify(&bench.receipt, bench.key.pub, err);
}

static void receipts(void **state)
{
	(void)state;
	every_allocation(sign_receipt, 2);
	every_allocation(verify_receipt, 2);
}

static int encode_push(struct err *err)
{
	struct buf out = BUF_INIT;
	int rc = wire_push_encode(&out, &bench.set, 1, err);

	buf_free(&out);
	return rc;
}

static int decode_push(struct err *err)
{
	struct push push;
	int rc = wire_push_decode(&push, bench.push.data, bench.push.len, err);

	wire_push_clear(&push);
	return rc;
}

static void make_pull(struct pull *pull, struct pull_item items[2])
{
	memset(pull, 0, sizeof(*pull));
	strcpy(pull->structure, KIT_STRUCTURE);
	pull->first = 1;
	pull->count = 2;
	pull->items = items;
	memset(items, 0, 2 * sizeof(*items));
	items[0].type = PULL_KNOWN;
	items[1].type = PULL_SET;
	items[1].set = bench.set;
}

static int encode_pull(struct err *err)
{
	struct pull_item items[2];
	struct pull pull;
	struct buf out = BUF_INIT;
	int rc;

	make_pull(&pull, items);
	rc = wire_pull_encode(&out, &pull, err);
	buf_free(&out);
	return rc;
}

static int decode_pull(struct err *err)
{
	struct pull pull;
	int rc = wire_pull_decode(&pull, bench.pull.data, bench.pull.len, err);

	wire_pull_clear(&pull);
	return rc;
}

static void messages(void **state)
{
	(void)state;
	every_allocation(encode_push, 3);
	every_allocation(decode_push, 2);
	every_allocation(encode_pull, 3);
	every_allocation(decode_pull, 4);
}

static int build_entry(struct err *err)
{
	const struct hash parent = {{7}};
	const struct entry_draft draft = {.kind = "hours",
	    .structure = KIT_STRUCTURE,
	    .record = "hours/W1/2026-11-20/am",
	    .parents = &parent,
	    .parent_count = 1,
	    .value = bench.value,
	    .note = "a note of more than fifteen bytes",
	    .from = &parent,
	    .from_count = 1,
	    .device = "0123456789abcdef",
	    .person = "Nadia",
	    .reason = "oubli",
	    .at_s = KIT_NOW_S};
	struct buf out = BUF_INIT;
	int rc = entry_build(&out, &draft, &bench.machine.os, err);

	buf_free(&out);
	return rc;
}

/* jansson would drop a character, or call the text invalid. */
static int read_entry(struct err *err)
{
	struct entry entry;
	int rc = entry_parse(&entry, bench.body.data, bench.body.len, err);

	if (rc == 0)
		assert_string_equal(
		    entry.note, "a note of more than fifteen bytes");
	entry_clear(&entry);
	return rc;
}

static int try_entry(struct err *err)
{
	struct entry entry;
	bool parsed;
	int rc = entry_try(&entry, buf_bytes(&bench.body), &parsed, err);

	assert_int_equal(parsed, rc == 0);
	entry_clear(&entry);
	return rc;
}

static int scan_entry(struct err *err)
{
	struct entry entry;
	bool parsed;
	int rc = entry_scan(&entry, buf_bytes(&bench.body), NULL, &parsed, err);

	assert_int_equal(parsed, rc == 0);
	entry_clear(&entry);
	return rc;
}

static int value_of_entry(struct err *err)
{
	struct entry entry;
	struct buf out = BUF_INIT;
	int rc = entry_parse(&entry, bench.body.data, bench.body.len, err);

	if (rc == 0) {
		assert_true(entry_value(&out, &entry));
		rc = buf_check(&out, err);
	}
	buf_free(&out);
	entry_clear(&entry);
	return rc;
}

static void entries(void **state)
{
	(void)state;
	every_allocation(build_entry, 4);
	every_allocation(read_entry, 20);
	every_allocation(try_entry, 20);
	every_allocation(value_of_entry, 22);
	every_allocation(scan_entry, 1);
}

static int print_json(struct err *err)
{
	struct buf out = BUF_INIT;
	json_t *json = json_object();
	int rc;

	if (json != NULL && !(json_put_text(json, "text", "value") &&
				json_put_int(json, "number", 7))) {
		json_decref(json);
		json = NULL;
	}
	rc = json_print(&out, json, err);
	buf_free(&out);
	return rc;
}

static int value_of_hours(struct err *err)
{
	const struct hours hours = {.minutes = 210,
	    .kind = "work",
	    .site = "TILLEULS",
	    .activity = "taille",
	    .start = 8 * 60,
	    .end = 12 * 60,
	    .pause = 30};
	json_t *json = hours_value(&hours);

	if (json == NULL)
		return err_nomem(err);
	json_decref(json);
	return 0;
}

static void json(void **state)
{
	(void)state;
	every_allocation(print_json, 6);
	every_allocation(value_of_hours, 6);
}

/* What cannot be read is cited: also that takes memory. */
static void unreadable_json(void **state)
{
	bool failed = true;
	size_t at;

	(void)state;
	for (at = 1; failed; at++) {
		struct err err = ERR_INIT;
		json_t *out;
		int rc;

		scarce_start(at, false);
		rc = json_read(&out, "[nonsense]", 10, &err);
		failed = scarce_stop();
		assert_int_equal(rc, failed ? E_NOMEM : E_INVALID);
		assert_int_equal(err.code, rc);
		assert_null(out);
	}
	assert_true(at > 3);
}

/* jansson's buffer of a text grows at 16, 32, 64… characters: where the
 * growth fails at the quote that ends it, jansson itself would read on. */
static void json_of_any_length(void **state)
{
	(void)state;
	for (size_t len = 0; len < 140; len++) {
		struct buf text = BUF_INIT;
		bool failed = true;

		buf_printf(&text, "{\"a\":\"\\n");
		for (size_t i = 0; i < len; i++)
			buf_add_char(&text, 'x');
		buf_add_text(&text, "\",\"b\":[1,\"é\"]}");
		for (size_t at = 1; failed; at++) {
			struct err err = ERR_INIT;
			json_t *out;
			int rc;

			scarce_start(at, false);
			rc = json_read(&out, text.data, text.len, &err);
			failed = scarce_stop();
			assert_int_equal(rc, failed ? E_NOMEM : 0);
			assert_int_equal(out == NULL, failed);
			if (!failed)
				assert_int_equal(
				    strlen(json_text(out, "a")), len + 1);
			json_decref(out);
		}
		buf_free(&text);
	}
}

/* Is that fault listed? Then with its whole reason. */
static bool has_fault(const struct csv *csv, size_t i)
{
	struct csv_fault fault;

	if (!csv_fault_at(csv, i, &fault))
		return false;
	assert_string_equal(
	    fault.why, "4 fields for 3 columns: there is a delimiter too many");
	return true;
}

static int parse_csv(struct err *err)
{
	static const struct csv_column columns[] = {
	    {"name", true, "nom;prénom"}, {"time", false, NULL},
	    {NULL, false, NULL}};
	static const char text[] = "Name;Time;Other\r\n"
				   "\"L\xe9"
				   "a \"\"K\"\"\";7h\r\n"
				   "Max;8h;x;y\r\n"
				   "Zo\xe9;9h;a;z\r\n";
	struct csv *csv = NULL;
	int rc = csv_parse(&csv, text, sizeof(text) - 1, columns, err);

	/* Rows with a field too many are faults, told to the user: all of
	 * them, or that memory lacked. */
	if (rc == 0) {
		bool listed = has_fault(csv, 0) && has_fault(csv, 1);

		if (csv_verdict(csv, NULL) != E_INVALID)
			rc = err_nomem(err);
		else
			assert_true(listed);
	}
	csv_free(csv);
	return rc;
}

/* A column that lacks is the user's fault, for want of a lack of memory. */
static int miss_column(struct err *err)
{
	static const struct csv_column columns[] = {
	    {"name", true, NULL}, {"time", true, NULL}, {NULL, false, NULL}};
	static const char text[] = "Name\r\nMax\r\n";
	struct err local = ERR_INIT;
	struct csv *csv = NULL;
	int rc = csv_parse(&csv, text, sizeof(text) - 1, columns, &local);

	csv_free(csv);
	if (rc == E_INVALID)
		return 0;
	*err = local;
	return rc;
}

static int show_table(struct err *err)
{
	struct buf out = BUF_INIT, cell = BUF_INIT;
	struct table *table = NULL;
	int rc = table_new(&table, err);

	if (rc < 0)
		goto out;
	table_column(table, "Name", OUT_TEXT);
	table_column(table, "Hours", OUT_MINUTES);
	for (int i = 0; i < 20; i++) {
		table_row(table);
		table_text(table, "Zo\xc3\xa9");
		table_int(table, 210);
	}
	buf_add_text(&cell, "a cell of its own");
	table_row(table);
	table_buf(table, &cell);
	if ((rc = table_check(table, err)) < 0)
		goto out;
	out_terminal(&out, table);
	out_csv_fr(&out, table);
	out_csv_rfc4180(&out, table);
	rc = buf_check(&out, err);
out:
	buf_free(&cell);
	buf_free(&out);
	table_free(table);
	return rc;
}

static void tables(void **state)
{
	(void)state;
	every_allocation(parse_csv, 10);
	every_allocation(miss_column, 4);
	every_allocation(show_table, 8);
}

static int write_code(struct err *err)
{
	struct enrolcode code = {.url = "https://"};
	struct buf out = BUF_INIT;
	int rc;

	memset(code.url + strlen(code.url), 'a', bench.url_len);
	rc = enrolcode_write(&out, &code, err);

	buf_free(&out);
	return rc;
}

static int read_code(struct err *err)
{
	struct enrolcode code;

	return enrolcode_read(&code, buf_text(&bench.code), err);
}

static void enrolment_codes(void **state)
{
	(void)state;
	/* Wherever a block ends, the next one may lack. */
	for (bench.url_len = 1; bench.url_len < 100; bench.url_len++)
		every_allocation(write_code, 2);
	every_allocation(read_code, 2);
}

static int zip_there_and_back(struct err *err)
{
	struct buf packed = BUF_INIT, plain = BUF_INIT;
	int rc =
	    zip_deflate(&packed, bench.manifest.data, bench.manifest.len, err);

	if (rc == 0)
		rc = zip_inflate(
		    &plain, packed.data, packed.len, bench.manifest.len, err);
	buf_free(&packed);
	buf_free(&plain);
	return rc;
}

static void compression(void **state)
{
	(void)state;
	every_allocation(zip_there_and_back, 3);
}

/* ---- files and databases ---- */

static const char *in(const char *name)
{
	static char path[2 * KIT_PATH];

	(void)snprintf(path, sizeof(path), "%s/%s", bench.directory, name);
	return path;
}

static int write_file(struct err *err)
{
	return os_file_write(in("file"), "text", 4, 0600, err);
}

static int make_directory(struct err *err)
{
	return os_directory_make(in("a/b"), err);
}

static int see_file(void *context, const char *relative, struct err *err)
{
	(void)context;
	(void)relative;
	(void)err;
	return 0;
}

static int walk_directory(struct err *err)
{
	return os_directory_walk(bench.directory, see_file, NULL, err);
}

static void files(void **state)
{
	(void)state;
	every_allocation(write_file, 2);
	every_allocation(make_directory, 2);
	every_allocation(walk_directory, 4);
}

static int note_row(void *context, const struct db_row *row, struct err *err)
{
	*(int64_t *)context = db_row_int(row, "n");
	(void)err;
	return 0;
}

/* SQLite has its own memory: only what we allocate beside it lacks. */
static int use_database(struct err *err)
{
	static const struct migration list[] = {
	    {"test/0001_thing.sql", "1", "CREATE TABLE thing (n BIGINT)"},
	    {NULL, NULL, NULL}};
	static const struct db_statement put = {
	    "thing.put", "INSERT INTO thing (n) VALUES ($n)"};
	static const struct db_statement get = {
	    "thing.get", "SELECT n FROM thing"};
	char dsn[3 * KIT_PATH];
	struct err local = ERR_INIT;
	struct db *db = NULL;
	int64_t n = 0;
	int rc;

	(void)snprintf(dsn, sizeof(dsn), "sqlite:%s", in("thing.db"));
	/* That the file is there already is told, and no failure. */
	if ((rc = db_open(&db, dsn, DB_AGENT, true, &local)) < 0) {
		*err = local;
		return rc;
	}
	if ((rc = migrate_apply(db, list, err)) < 0 ||
	    (rc = db_exec(db, &put, DB_PARAMS(DB_INT("n", 7)), NULL, err)) <
		0 ||
	    (rc = db_query(db, &get, DB_NO_PARAMS, note_row, &n, err)) < 0)
		goto out;
	assert_int_equal(n, 7);
	db_close(db);
	db = NULL;
	/* What is there already is looked for first. */
	if ((rc = db_open(&db, dsn, DB_AGENT, false, &local)) < 0)
		*err = local;
out:
	db_close(db);
	return rc;
}

static void databases(void **state)
{
	(void)state;
	every_allocation(use_database, 6);
}

/* ---- the command line ---- */

static int complete(struct err *err)
{
	static const struct opt options[] = {
	    {"day", 0, "DAY", "jour", "day"}, {NULL, 0, NULL, NULL, NULL}};
	static const struct command commands[] = {
	    {"hours add", "FILE", options, "ajoute", "adds", NULL, 0},
	    {"status", "one|two", NULL, "état", "status", NULL, 0},
	};
	static const char *const shells[] = {"bash", "zsh", "fish"};
	struct buf out = BUF_INIT;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < 3; i++) {
		if ((rc = opt_completion(
			 &out, shells[i], "p", commands, 2, err)) == 0)
			rc = buf_check(&out, err);
	}
	buf_free(&out);
	return rc;
}

static void completion(void **state)
{
	(void)state;
	every_allocation(complete, 10);
}

static int make_line(struct err *err)
{
	static const struct opt options[] = {
	    {"whole", OPT_FLAG, NULL, "", ""}, {NULL, 0, NULL, NULL, NULL}};
	static const struct command command = {
	    "hours add", "", options, "", "", NULL, 0};
	static const char *const fixed[] = {"--json", NULL};
	const struct command_asked asked = {
	    "p", &command, fixed, "day", "as", bench.params};
	struct command_line line;
	int rc = command_line_make(&line, &asked, err);

	if (rc == 0) {
		assert_int_equal(line.count, 8);
		assert_string_equal(line.words[4], "--whole");
		assert_string_equal(line.words[5], "--crews=A,B");
		assert_string_equal(line.words[7], "20");
	}
	command_line_clear(&line);
	return rc;
}

static int add_notes(struct err *err)
{
	struct buf out = BUF_INIT, note = BUF_INIT;
	int rc;

	buf_add_text(&out, "{\"a\":1}\n");
	buf_add_text(&note, "a remark of more than fifteen bytes\nanother\n");
	if ((rc = buf_check(&note, err)) == 0)
		rc = command_add_notes(&out, &note, err);
	if (rc == 0)
		assert_string_equal(buf_text(&out),
		    "{\"a\":1,\"notes\":[\"a remark of more than fifteen "
		    "bytes\",\"another\"]}");
	buf_free(&out);
	buf_free(&note);
	return rc;
}

static void page_commands(void **state)
{
	(void)state;
	every_allocation(make_line, 8);
	every_allocation(add_notes, 6);
}

static void make_entry(void)
{
	struct entry_draft draft = {.kind = "hours",
	    .structure = KIT_STRUCTURE,
	    .record = "hours/W1/2026-11-20/am",
	    .note = "a note of more than fifteen bytes",
	    .device = "0123456789abcdef",
	    .at_s = KIT_NOW_S};

	kit_entry(&bench.body, &draft, "{\"minutes\":210,\"kind\":\"work\"}",
	    &bench.machine);
}

static int start(void **state)
{
	struct enrolcode code = {.url = "https://rives.example:8443"};
	struct pull_item items[2];
	struct pull pull;

	(void)state;
	assert_int_equal(crypto_init(NULL), 0);
	lang_set("en");
	kit_directory(bench.directory);
	kit_machine_init(&bench.machine, 1);
	kit_key(&bench.key, 1);
	make_entry();
	strcpy(bench.set.header.structure, KIT_STRUCTURE);
	strcpy(bench.set.header.device, "0123456789abcdef");
	strcpy(bench.set.header.session, "fedcba9876543210");
	bench.set.header.seq = 1;
	bench.set.entries = calloc(1, sizeof(*bench.set.entries));
	assert_non_null(bench.set.entries);
	bench.set.count = 1;
	bench.set.entries[0].body = buf_bytes(&bench.body);
	hash_of(&bench.set.entries[0].hash, bench.body.data, bench.body.len);
	assert_int_equal(sign_set(NULL), 0);
	changeset_manifest(&bench.manifest, &bench.set);
	bench.header_len = bench.manifest.len - (64 + 9);
	sshsig_armor(
	    &bench.armor, bench.key.pub, bench.set.sig, SSHSIG_CHANGESET);
	strcpy(bench.receipt.structure, KIT_STRUCTURE);
	assert_int_equal(sign_receipt(NULL), 0);
	assert_int_equal(wire_push_encode(&bench.push, &bench.set, 1, NULL), 0);
	make_pull(&pull, items);
	assert_int_equal(wire_pull_encode(&bench.pull, &pull, NULL), 0);
	assert_int_equal(enrolcode_write(&bench.code, &code, NULL), 0);
	bench.value = json_pack("{s:i}", "minutes", 210);
	assert_non_null(bench.value);
	bench.params = json_pack(
	    "{s:b,s:[s,s],s:s}", "whole", 1, "crews", "A", "B", "day", "20");
	assert_non_null(bench.params);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	changeset_clear(&bench.set);
	buf_free(&bench.manifest);
	buf_free(&bench.body);
	buf_free(&bench.armor);
	buf_free(&bench.push);
	buf_free(&bench.pull);
	buf_free(&bench.code);
	json_decref(bench.value);
	json_decref(bench.params);
	kit_directory_remove(bench.directory);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(folding),
	    cmocka_unit_test(change_sets),
	    cmocka_unit_test(signatures),
	    cmocka_unit_test(receipts),
	    cmocka_unit_test(messages),
	    cmocka_unit_test(entries),
	    cmocka_unit_test(json),
	    cmocka_unit_test(unreadable_json),
	    cmocka_unit_test(json_of_any_length),
	    cmocka_unit_test(tables),
	    cmocka_unit_test(enrolment_codes),
	    cmocka_unit_test(compression),
	    cmocka_unit_test(files),
	    cmocka_unit_test(databases),
	    cmocka_unit_test(completion),
	    cmocka_unit_test(page_commands),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
