#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "server/audit/audit_export.h"
#include "server/audit/audit_format.h"
#include "server/audit/audit_tree.h"
#include "server/audit/audit_verify.h"
#include "shared/ledger_set.h"
#include "shared/lang.h"
#include "shared/sshsig.h"
#include "tests/lib/audit_kit.h"

#define PATH_MAX_TEST 512
#define SET           "sets/" AUDIT_KIT_NAME "/"
#define REVOKED       "revoked/" AUDIT_KIT_NAME "/"
#define RECEIPT       "receipts/" AUDIT_KIT_NAME "/"
#define LOG           "log/" AUDIT_KIT_NAME ".log"

/* One office for all tests, its month exported once; each test spoils a
 * copy of the export. */
static struct audit_kit kit;
static char export[PATH_MAX_TEST];
static char copy[PATH_MAX_TEST];

static void in_kit(char out[PATH_MAX_TEST], const char *name)
{
	(void)snprintf(out, PATH_MAX_TEST, "%s/%s", kit.directory, name);
}

static int make_export(void **state)
{
	struct buf summary = BUF_INIT;
	struct err err = ERR_INIT;

	(void)state;
	lang_set("en");
	audit_kit_open(&kit);
	audit_kit_fill(&kit);
	in_kit(export, "export");
	in_kit(copy, "copy");
	if (audit_export(&kit.office, AUDIT_KIT_MONTH, export, &summary, &err) <
	    0)
		fail_msg("%s", err.text);
	buf_free(&summary);
	return 0;
}

static int remove_export(void **state)
{
	(void)state;
	audit_kit_close(&kit);
	return 0;
}

static int copy_export(void **state)
{
	(void)state;
	return kit_run("rm -rf '%s' && cp -a '%s' '%s'", copy, export, copy);
}

static int verify(const char *directory, struct buf *report)
{
	struct err err = ERR_INIT;
	int rc;

	buf_reset(report);
	rc = audit_verify(directory, NULL, report, &err);
	assert_int_equal(rc, err.code);
	return rc;
}

static void expect_sound(const char *directory)
{
	struct buf report = BUF_INIT;

	if (verify(directory, &report) < 0)
		fail_msg("%s", buf_text(&report));
	buf_free(&report);
}

/* The copy is refused, and a line of the report is about ${path}. */
static void expect_fault(const char *path, const char *words)
{
	struct buf report = BUF_INIT;
	const char *at;
	size_t len = strlen(path);

	assert_int_equal(verify(copy, &report), E_SIGNATURE);
	for (at = buf_text(&report); *at != '\0'; at += strcspn(at, "\n") + 1) {
		const char *end = at + strcspn(at, "\n");
		const char *found = strstr(at, words);

		assert_int_equal(*end, '\n');
		if (strncmp(at, path, len) == 0 &&
		    strncmp(at + len, ": ", 2) == 0 && found != NULL &&
		    found < end)
			break;
	}
	if (*at == '\0')
		fail_msg("%s (%s):\n%s", path, words, buf_text(&report));
	buf_free(&report);
}

static void spoil(const char *path, size_t offset)
{
	struct buf content = BUF_INIT;

	kit_read(&content, copy, path);
	assert_in_range(offset, 0, content.len - 1);
	content.data[offset] ^= 1;
	kit_write(copy, path, content.data, content.len);
	buf_free(&content);
}

/* Replace the first ${from} of a file by ${to}. */
static void edit(const char *path, const char *from, const char *to)
{
	struct buf before = BUF_INIT, after = BUF_INIT;
	const char *at;

	kit_read(&before, copy, path);
	at = strstr(buf_text(&before), from);
	assert_non_null(at);
	buf_add(&after, before.data, (size_t)(at - before.data));
	buf_add_text(&after, to);
	buf_add_text(&after, at + strlen(from));
	kit_write(copy, path, after.data, after.len);
	buf_free(&before);
	buf_free(&after);
}

/* Move or remove below the copy. */
static void move(const char *from, const char *to)
{
	char one[2 * PATH_MAX_TEST], other[2 * PATH_MAX_TEST];

	(void)snprintf(one, sizeof(one), "%s/%s", copy, from);
	(void)snprintf(other, sizeof(other), "%s/%s", copy, to);
	assert_int_equal(rename(one, other), 0);
}

static void take_out(const char *path)
{
	assert_int_equal(kit_run("rm -r '%s/%s'", copy, path), 0);
}

static void delete_line(const char *path, int line)
{
	assert_int_equal(kit_run("sed -i %dd '%s/%s'", line, copy, path), 0);
}

static bool is_there(const char *directory, const char *path)
{
	char full[2 * PATH_MAX_TEST];

	(void)snprintf(full, sizeof(full), "%s/%s", directory, path);
	return os_file_exists(full);
}

/* ---- exporting ---- */

static void an_export_verifies(void **state)
{
	struct buf report = BUF_INIT, key = BUF_INIT;

	(void)state;
	assert_int_equal(verify(export, &report), 0);
	audit_format_fingerprint(&key, kit.office.server.pub);
	assert_non_null(strstr(report.data, key.data));
	assert_non_null(strstr(report.data, "compare"));
	assert_non_null(strstr(report.data, "14 set(s), 17 entries, 2"));
	buf_free(&report);
	buf_free(&key);
}

static void the_same_log_gives_the_same_bytes(void **state)
{
	struct buf summary = BUF_INIT;
	struct err err = ERR_INIT;
	char again[PATH_MAX_TEST];

	(void)state;
	in_kit(again, "again");
	kit.machine.now_s += 86400;
	/* An empty directory is as good as none. */
	assert_int_equal(mkdir(again, 0700), 0);
	assert_int_equal(
	    audit_export(&kit.office, AUDIT_KIT_MONTH, again, &summary, &err),
	    0);
	assert_int_equal(kit_run("diff -r '%s' '%s'", export, again), 0);
	assert_int_equal(kit_run("rm -rf '%s'", again), 0);
	buf_free(&summary);
}

/* ---- as one file ---- */

/* What is told before the file is given. */
struct heard {
	size_t count;
	size_t bytes;
	bool place_was_there;
	int answer;
};

static bool is_place_there(void)
{
	return kit_run("find '%s' -name 'audit-zip.*' | grep -q .",
		   kit.directory) == 0;
}

static int hear(void *context, const struct audit_told *told, struct err *err)
{
	struct heard *heard = context;

	heard->count++;
	heard->bytes = told->zip->len;
	heard->place_was_there = is_place_there();
	return heard->answer == 0 ? 0 : err_set(err, heard->answer, "no log");
}

/* The month as a ZIP; code and log as wished, nothing left in any case. */
static void zip_it(const char *month, const char *structure, int answer,
    int code, struct buf *zip)
{
	struct heard heard = {.answer = answer};
	const struct audit_ask ask = {month, structure, hear, &heard};
	struct buf summary = BUF_INIT;
	struct err err = ERR_INIT;

	assert_int_equal(audit_export_zip(&kit.office, &ask, "audit-2026-11",
			     zip, &summary, &err),
	    code);
	assert_int_equal(err.code, code);
	assert_int_equal(heard.count, code == 0 || answer != 0 ? 1 : 0);
	assert_int_equal(heard.place_was_there, heard.count == 1);
	if (code == 0) {
		assert_int_equal(heard.bytes, zip->len);
		assert_non_null(strstr(summary.data, "SHA256:"));
	} else {
		assert_int_equal(zip->len, 0);
		assert_int_equal(summary.len, 0);
	}
	assert_false(is_place_there());
	assert_false(db_in_transaction(kit.office.db));
	buf_free(&summary);
}

/* Unpacked by another program, it is the directory, byte for byte. */
static void a_zip_has_the_very_directory(void **state)
{
	struct buf zip = BUF_INIT, again = BUF_INIT;

	(void)state;
	zip_it(AUDIT_KIT_MONTH, NULL, 0, 0, &zip);
	kit_write(kit.directory, "it.zip", zip.data, zip.len);
	assert_int_equal(kit_run("cd '%s' && python3 -m zipfile -e it.zip un",
			     kit.directory),
	    0);
	assert_int_equal(kit_run("diff -r '%s' '%s/un/audit-2026-11'", export,
			     kit.directory),
	    0);
	/* Another day, another time zone: the same bytes. */
	kit.machine.now_s += 86400;
	assert_int_equal(setenv("TZ", "Pacific/Kiritimati", 1), 0);
	tzset();
	zip_it(AUDIT_KIT_MONTH, NULL, 0, 0, &again);
	assert_int_equal(unsetenv("TZ"), 0);
	tzset();
	assert_int_equal(again.len, zip.len);
	assert_memory_equal(again.data, zip.data, zip.len);
	assert_int_equal(
	    kit_run("cd '%s' && rm -r it.zip un", kit.directory), 0);
	buf_free(&zip);
	buf_free(&again);
}

static void no_log_no_zip(void **state)
{
	struct buf zip = BUF_INIT;

	(void)state;
	zip_it(AUDIT_KIT_MONTH, NULL, E_IO, E_IO, &zip);
	zip_it("2026-10", NULL, 0, E_NOT_FOUND, &zip);
	zip_it("2026-13", NULL, 0, E_INVALID, &zip);
	zip_it(AUDIT_KIT_MONTH, "NULLE", 0, E_NOT_FOUND, &zip);
	buf_free(&zip);
}

static void a_zip_of_one_structure_has_it_alone(void **state)
{
	struct buf zip = BUF_INIT;
	char out[PATH_MAX_TEST];

	(void)state;
	zip_it(AUDIT_KIT_MONTH, AUDIT_KIT_OTHER, 0, 0, &zip);
	kit_write(kit.directory, "it.zip", zip.data, zip.len);
	assert_int_equal(kit_run("cd '%s' && python3 -m zipfile -e it.zip un",
			     kit.directory),
	    0);
	in_kit(out, "un/audit-2026-11");
	expect_sound(out);
	assert_true(is_there(out, "log/remparts.log"));
	assert_false(is_there(out, LOG));
	assert_int_equal(
	    kit_run("cd '%s' && rm -r it.zip un", kit.directory), 0);
	buf_free(&zip);
}

/* Of somebody who was struck down: removed after a day, not before. */
static void what_was_left_behind_is_swept(void **state)
{
	const struct audit_ask ask = {.month = AUDIT_KIT_MONTH};
	const char *base = kit.office.directory;
	struct buf zip = BUF_INIT, summary = BUF_INIT;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(
	    kit_run("mkdir -p '%s/audit-zip.old/a/b' '%s/audit-zip.new' && "
		    "touch '%s/audit-zip.old/a/b/c' && "
		    "touch -d '@%lld' '%s/audit-zip.old' && "
		    "touch -d '@%lld' '%s/audit-zip.new'",
		base, base, base, (long long)kit.machine.now_s - 86500, base,
		(long long)kit.machine.now_s - 3600, base),
	    0);
	assert_int_equal(
	    audit_export_zip(&kit.office, &ask, "a", &zip, &summary, &err), 0);
	assert_false(is_there(base, "audit-zip.old"));
	assert_true(is_there(base, "audit-zip.new"));
	assert_int_equal(kit_run("rmdir '%s/audit-zip.new'", base), 0);
	buf_free(&zip);
	buf_free(&summary);
}

/* ---- refusals ---- */

static void refuse_to(const char *month, const char *name, int code)
{
	struct buf summary = BUF_INIT;
	struct err err = ERR_INIT;
	char out[PATH_MAX_TEST];

	in_kit(out, name);
	assert_int_equal(
	    audit_export(&kit.office, month, out, &summary, &err), code);
	assert_int_equal(err.code, code);
	assert_true(strlen(err.text) > 0);
	assert_int_equal(summary.len, 0);
	assert_int_equal(
	    kit_run("ls '%s' | grep -q partial", kit.directory), 1);
	assert_false(db_in_transaction(kit.office.db));
}

static void a_directory_in_use_is_left_alone(void **state)
{
	(void)state;
	refuse_to(AUDIT_KIT_MONTH, "copy", E_CONFLICT);
	expect_sound(copy);
	kit_write(kit.directory, "file", "x", 1);
	refuse_to(AUDIT_KIT_MONTH, "file", E_CONFLICT);
	refuse_to(AUDIT_KIT_MONTH, "no-such/directory", E_IO);
}

static void a_month_without_rows_is_refused(void **state)
{
	(void)state;
	refuse_to("2026-10", "none", E_NOT_FOUND);
	refuse_to("2027-01", "none", E_NOT_FOUND);
	assert_false(is_there(kit.directory, "none"));
	refuse_to("2026-13", "none", E_INVALID);
	refuse_to("novembre", "none", E_INVALID);
}

static void only_sets_of_the_month_and_of_signers_are_there(void **state)
{
	static const int there[] = {1, 3, 4, 5, 6, 7, 8, 11, 12, 13};
	char path[PATH_MAX_TEST];
	size_t at = 0;

	(void)state;
	/* 2 names a site, 9 came from a revoked laptop, 10 is December. */
	for (int n = 1; n <= 13; n++) {
		(void)snprintf(path, sizeof(path), "%s%06d/manifest", SET, n);
		assert_int_equal(is_there(export, path), there[at] == n);
		if (there[at] == n && at + 1 < sizeof(there) / sizeof(int))
			at++;
	}
	assert_true(is_there(export, REVOKED "000009/manifest"));
	assert_true(is_there(export, RECEIPT "000009.receipt.sig"));
	assert_false(is_there(export, RECEIPT "000010.receipt"));
	assert_true(is_there(export, "log/remparts.log"));
	assert_false(is_there(export, "log/_.log"));
}

static void december_alone_holds_its_set_and_the_signers(void **state)
{
	struct buf summary = BUF_INIT;
	struct err err = ERR_INIT;
	char out[PATH_MAX_TEST];

	(void)state;
	in_kit(out, "december");
	assert_int_equal(
	    audit_export(&kit.office, "2026-12", out, &summary, &err), 0);
	assert_true(is_there(out, SET "000010/e/0001"));
	assert_false(is_there(out, SET "000005"));
	assert_false(is_there(out, SET "000013"));
	assert_false(is_there(out, "log/remparts.log"));
	expect_sound(out);
	assert_int_equal(kit_run("rm -rf '%s'", out), 0);
	buf_free(&summary);
}

static void missing_bodies_are_told(void **state)
{
	struct buf absent = BUF_INIT;
	const char *second;

	(void)state;
	kit_read(&absent, export, AUDIT_ABSENT);
	second = strchr(absent.data, '\n') + 1;
	assert_int_equal(strncmp(absent.data, AUDIT_KIT_NAME " 000005 0002 ",
			     strlen(AUDIT_KIT_NAME " 000005 0002 ")),
	    0);
	assert_int_equal(strncmp(second, AUDIT_KIT_NAME " 000005 0004 ",
			     strlen(AUDIT_KIT_NAME " 000005 0004 ")),
	    0);
	assert_string_equal(strrchr(second, ' '), " " AUDIT_NOT_HELD "\n");
	assert_false(is_there(export, SET "000005/e/0002"));
	assert_false(is_there(export, SET "000005/e/0004"));
	buf_free(&absent);
}

static void signers_have_their_times(void **state)
{
	struct audit_author lea, theft;
	struct buf text = BUF_INIT, line = BUF_INIT;

	(void)state;
	audit_kit_author(&lea, AUDIT_KIT_STRUCTURE, 11, "");
	audit_kit_author(&theft, AUDIT_KIT_STRUCTURE, 12, "");
	kit_read(&text, export, AUDIT_SIGNERS);
	buf_printf(&line,
	    "%s namespaces=\"changeset@pointeau\","
	    "valid-after=\"20261120163104Z\" ",
	    lea.device);
	sshsig_public(&line, lea.key.pub);
	buf_add_char(&line, '\n');
	assert_non_null(strstr(text.data, line.data));
	buf_reset(&line);
	buf_printf(&line,
	    "%s namespaces=\"changeset@pointeau\","
	    "valid-after=\"20261120163105Z\",valid-before=\"20261120163407Z\" ",
	    theft.device);
	sshsig_public(&line, theft.key.pub);
	buf_printf(&line,
	    "\n%s namespaces=\"changeset@pointeau\","
	    "valid-after=\"20261120163608Z\" ",
	    theft.device);
	assert_non_null(strstr(text.data, line.data));
	buf_reset(&line);
	buf_printf(&line, "%s namespaces=\"changeset@pointeau\" ",
	    kit.office.server_device);
	sshsig_public(&line, kit.office.server.pub);
	assert_non_null(strstr(text.data, line.data));
	buf_free(&text);
	buf_free(&line);
}

/* ---- spoiling what nobody signs again ---- */

static void every_flipped_byte_names_its_file(void **state)
{
	struct audit_tree tree = {0};
	struct err err = ERR_INIT;
	struct buf content = BUF_INIT;

	(void)state;
	assert_int_equal(audit_tree_scan(&tree, export, &err), 0);
	assert_true(tree.count > 60);
	for (size_t i = 0; i < tree.count; i++) {
		const char *path = tree.files[i].path;

		buf_reset(&content);
		kit_read(&content, export, path);
		const size_t at[] = {0, 1, content.len / 3, content.len / 2,
		    content.len - 2, content.len - 1};

		for (size_t j = 0; j < sizeof(at) / sizeof(at[0]); j++) {
			spoil(path, at[j]);
			expect_fault(path, "");
			spoil(path, at[j]);
		}
	}
	expect_sound(copy);
	audit_tree_clear(&tree);
	buf_free(&content);
}

static void every_byte_of_what_signs_the_rest_counts(void **state)
{
	static const char *const files[] = {AUDIT_SUMS_SIG, AUDIT_ABSENT};
	struct buf content = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		buf_reset(&content);
		kit_read(&content, export, files[i]);
		for (size_t at = 0; at < content.len; at++) {
			spoil(files[i], at);
			expect_fault(files[i], "");
			spoil(files[i], at);
		}
	}
	expect_sound(copy);
	buf_free(&content);
}

static void a_truncated_or_longer_file_is_named(void **state)
{
	struct audit_tree tree = {0};
	struct err err = ERR_INIT;
	struct buf content = BUF_INIT;

	(void)state;
	assert_int_equal(audit_tree_scan(&tree, export, &err), 0);
	for (size_t i = 0; i < tree.count; i++) {
		const char *path = tree.files[i].path;

		buf_reset(&content);
		kit_read(&content, export, path);
		kit_write(copy, path, content.data, content.len / 2);
		expect_fault(path, "");
		kit_write(copy, path, "", 0);
		expect_fault(path, "");
		buf_add_char(&content, '\n');
		kit_write(copy, path, content.data, content.len);
		expect_fault(path, "");
		kit_write(copy, path, content.data, content.len - 1);
	}
	expect_sound(copy);
	audit_tree_clear(&tree);
	buf_free(&content);
}

static void a_missing_file_is_named(void **state)
{
	struct audit_tree tree = {0};
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(audit_tree_scan(&tree, export, &err), 0);
	for (size_t i = 0; i < tree.count; i++) {
		const char *path = tree.files[i].path;

		move(path, "../aside");
		expect_fault(path, "missing");
		move("../aside", path);
	}
	expect_sound(copy);
	audit_tree_clear(&tree);
}

static void a_file_too_many_is_named(void **state)
{
	static const char *const files[] = {"notes.txt", ".hidden",
	    SET "000001/e/0002", "log/other.log", "log/.log",
	    "receipts/x.receipt"};

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		kit_write(copy, files[i], "x\n", 2);
		expect_fault(files[i], "too many");
		take_out(files[i]);
	}
	expect_sound(copy);
}

static void a_hostile_name_cannot_forge_a_line(void **state)
{
	char path[2 * PATH_MAX_TEST];

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/a\nVerified: b\033[2J", copy);
	assert_int_equal(mkdir(path, 0700), 0);
	kit_write(path, "x", "", 0);
	expect_fault("a?Verified: b?[2J/x", "too many");
}

static void swapped_files_are_both_named(void **state)
{
	static const char *const pairs[][2] = {
	    {SET "000007/e/0001", SET "000007/e/0002"},
	    {SET "000005/manifest", SET "000007/manifest"},
	    {RECEIPT "000005.receipt", RECEIPT "000007.receipt"},
	    {RECEIPT "000005.receipt.sig", RECEIPT "000007.receipt.sig"},
	    {LOG, "log/remparts.log"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		const char *a = pairs[i][0], *b = pairs[i][1];

		for (int twice = 0; twice < 2; twice++) {
			move(a, "../aside");
			move(b, a);
			move("../aside", b);
			if (twice == 0) {
				expect_fault(a, "altered");
				expect_fault(b, "altered");
			}
		}
	}
	expect_sound(copy);
}

static void links_and_pipes_are_not_followed(void **state)
{
	char path[2 * PATH_MAX_TEST];

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/absent", copy);
	move("absent", "../aside");
	assert_int_equal(symlink("../aside", path), 0);
	expect_fault("absent", "neither");
	take_out("absent");
	assert_int_equal(mkfifo(path, 0600), 0);
	expect_fault("absent", "neither");
	take_out("absent");
	move("../aside", "absent");
	(void)snprintf(path, sizeof(path), "%s/sets", copy);
	move("sets", "../aside");
	assert_int_equal(symlink("../aside", path), 0);
	expect_fault("sets", "neither");
	take_out("sets");
	move("../aside", "sets");
	expect_sound(copy);
}

static void an_export_that_is_not_there_is_not_found(void **state)
{
	struct buf report = BUF_INIT;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(
	    audit_verify("/no/such", NULL, &report, &err), E_NOT_FOUND);
	buf_free(&report);
}

static void an_empty_directory_is_no_export(void **state)
{
	(void)state;
	assert_int_equal(kit_run("rm -rf '%s'/*", copy), 0);
	expect_fault(AUDIT_SUMS, "missing");
	expect_fault(AUDIT_SIGNERS, "missing");
	expect_fault(AUDIT_LOGS, "empty");
}

static void the_expected_fingerprint_is_required(void **state)
{
	struct buf report = BUF_INIT, key = BUF_INIT;
	struct err err = ERR_INIT;
	struct key other;

	(void)state;
	audit_format_fingerprint(&key, kit.office.server.pub);
	assert_int_equal(audit_verify(export, key.data, &report, &err), 0);
	assert_null(strstr(report.data, "compare"));
	kit_key(&other, 99);
	buf_reset(&key);
	audit_format_fingerprint(&key, other.pub);
	assert_int_equal(
	    audit_verify(export, key.data, &report, &err), E_SIGNATURE);
	assert_int_equal(audit_verify(export, "", &report, &err), E_SIGNATURE);
	buf_free(&report);
	buf_free(&key);
}

/* ---- what the server itself cannot forge unnoticed ---- */

static void a_signed_list_hides_no_altered_entry(void **state)
{
	(void)state;
	edit(SET "000007/e/0002", "210", "420");
	audit_kit_resign(&kit, copy);
	expect_fault(SET "000007/e/0002", "not the entry");
}

static void a_signed_list_hides_no_altered_manifest(void **state)
{
	(void)state;
	edit(SET "000005/manifest", "# seq 1\n", "# seq 2\n");
	audit_kit_resign(&kit, copy);
	expect_fault(SET "000005/manifest", "not the set");
	expect_fault(SET "000005/manifest.sig", "wrong signature");
	edit(SET "000005/manifest", "e/0004\n", "e/0005\n");
	audit_kit_resign(&kit, copy);
	expect_fault(SET "000005/manifest", "unreadable");
}

static void a_signed_list_hides_no_altered_receipt(void **state)
{
	(void)state;
	edit(RECEIPT "000007.receipt", "# time 2026-", "# time 2025-");
	audit_kit_resign(&kit, copy);
	expect_fault(RECEIPT "000007.receipt", "the log");
	move(RECEIPT "000006.receipt.sig", RECEIPT "000005.receipt.sig");
	audit_kit_resign(&kit, copy);
	expect_fault(RECEIPT "000005.receipt.sig", "wrong signature");
}

static void a_signed_list_hides_no_altered_log(void **state)
{
	(void)state;
	edit(LOG, "2 1 2026-11-20T16:31:03Z", "2 1 2026-11-20T16:31:02Z");
	audit_kit_resign(&kit, copy);
	expect_fault(LOG, "line 2: the chain is broken");
	expect_fault(LOG, "line 2: time or epoch");
	edit(LOG, "\n10 1 ", "\n10 0 ");
	audit_kit_resign(&kit, copy);
	expect_fault(LOG, "line 10: time or epoch");
	edit(LOG, "\n11 ", "\n+11 ");
	audit_kit_resign(&kit, copy);
	expect_fault(LOG, "line 11 is unreadable");
}

static void a_line_taken_out_of_the_log_is_seen(void **state)
{
	(void)state;
	delete_line(LOG, 10);
	audit_kit_resign(&kit, copy);
	expect_fault(LOG, "line 10: number 11");
	expect_fault(LOG, "line 10: the chain");
}

static void a_log_cut_short_leaves_sets_without_a_place(void **state)
{
	(void)state;
	delete_line(LOG, 13);
	audit_kit_resign(&kit, copy);
	expect_fault(SET "000013/manifest", "no place");
}

/* The whole log rewritten by the server, receipts and all. */
static void rewrite_log(size_t changed, int64_t delay_s)
{
	struct buf lines = BUF_INIT, again = BUF_INIT, out = BUF_INIT;
	char *at, *save = NULL, path[PATH_MAX_TEST];
	struct err err = ERR_INIT;
	struct receipt place;
	struct hash head;
	size_t n = 0;

	kit_read(&lines, copy, LOG);
	log_first(&head, AUDIT_KIT_STRUCTURE);
	for (at = strtok_r(lines.data, "\n", &save); at != NULL;
	     at = strtok_r(NULL, "\n", &save)) {
		assert_int_equal(
		    audit_format_place_parse(&place, at, strlen(at), &err), 0);
		if (++n >= changed)
			place.time_s += delay_s;
		strcpy(place.structure, AUDIT_KIT_STRUCTURE);
		log_next(&head, &head, place.time_s, &place.manifest);
		place.head = head;
		audit_format_place(&again, &place);
		(void)snprintf(
		    path, sizeof(path), "%s%06zu.receipt", RECEIPT, n);
		if (!is_there(copy, path))
			continue;
		assert_int_equal(
		    receipt_sign(&place, &kit.office.server, &err), 0);
		buf_reset(&out);
		receipt_text(&out, &place);
		kit_write(copy, path, out.data, out.len);
		strcat(path, ".sig");
		buf_reset(&out);
		sshsig_armor(
		    &out, kit.office.server.pub, place.sig, SSHSIG_RECEIPT);
		kit_write(copy, path, out.data, out.len);
	}
	kit_write(copy, LOG, again.data, again.len);
	buf_free(&lines);
	buf_free(&again);
	buf_free(&out);
}

static void laptops_betray_a_rewritten_log(void **state)
{
	(void)state;
	rewrite_log(99, 0);
	audit_kit_resign(&kit, copy);
	expect_sound(copy);
	rewrite_log(4, 1);
	audit_kit_resign(&kit, copy);
	expect_fault(SET "000005/manifest", "seen another log at place 4");
}

static void absent_must_be_exact(void **state)
{
	(void)state;
	edit(AUDIT_ABSENT, " not-held\n", " purged\n");
	audit_kit_resign(&kit, copy);
	expect_fault(AUDIT_ABSENT, "follows");
	delete_line(AUDIT_ABSENT, 1);
	audit_kit_resign(&kit, copy);
	expect_fault(AUDIT_ABSENT, "follows");
}

static void allowed_signers_must_follow_from_the_log(void **state)
{
	(void)state;
	edit(AUDIT_SIGNERS, ",valid-before=\"20261120163407Z\"", "");
	audit_kit_resign(&kit, copy);
	expect_fault(AUDIT_SIGNERS, "follows");
}

static void a_revoked_set_cannot_pass_as_another(void **state)
{
	(void)state;
	move(REVOKED "000009", SET "000009");
	audit_kit_resign(&kit, copy);
	expect_fault(SET "000009/manifest.sig", "was revoked");
	move(SET "000006", REVOKED "000006");
	audit_kit_resign(&kit, copy);
	expect_fault(REVOKED "000006/manifest.sig", "was not revoked");
}

static void a_file_without_a_place_is_named_though_signed(void **state)
{
	(void)state;
	kit_write(copy, "notes.txt", "x\n", 2);
	kit_write(copy, "log/-%2f.log", "x\n", 2);
	take_out(SET "000005/manifest");
	audit_kit_resign(&kit, copy);
	expect_fault("notes.txt", "no place");
	expect_fault("log/-%2f.log", "no place");
	expect_fault(SET "000005/e/0001", "no place");
	expect_fault(RECEIPT "000005.receipt", "no place");
}

static void a_list_that_names_itself_or_a_file_twice_is_refused(void **state)
{
	struct buf sums = BUF_INIT, armor = BUF_INIT;
	struct err err = ERR_INIT;
	uint8_t sig[SIG_LEN];
	size_t line;

	(void)state;
	kit_read(&sums, export, AUDIT_SUMS);
	line = strcspn(sums.data, "\n") + 1;
	for (int i = 0; i < 3; i++) {
		static const char zeros[] =
		    "00000000000000000000000000000000000000000000000000000000"
		    "00000000";
		struct buf text = BUF_INIT;

		if (i == 0)
			buf_add(&text, sums.data, line);
		if (i == 1)
			buf_printf(&text, "%s  ../../etc/passwd\n", zeros);
		buf_add(&text, sums.data, sums.len);
		if (i == 2)
			buf_printf(&text, "%s  zz", zeros);
		assert_int_equal(sshsig_sign(sig, &kit.office.server,
				     SSHSIG_EXPORT, text.data, text.len, &err),
		    0);
		buf_reset(&armor);
		sshsig_armor(&armor, kit.office.server.pub, sig, SSHSIG_EXPORT);
		kit_write(copy, AUDIT_SUMS, text.data, text.len);
		kit_write(copy, AUDIT_SUMS_SIG, armor.data, armor.len);
		if (i == 1)
			expect_fault("../../etc/passwd", "missing");
		else
			expect_fault(AUDIT_SUMS, "malformed");
		buf_free(&text);
	}
	buf_free(&sums);
	buf_free(&armor);
}

/* ---- logs that went wrong ---- */

static const char work[] = "{\"minutes\":210,\"kind\":\"work\"}";

static const struct audit_line one_hour[] = {
    {"hours", "hours/lea/2026-11-27/am", work, NULL, false},
    {NULL, NULL, NULL, NULL, false},
};

/* Another office, whose export is the copy. */
static void export_other(struct audit_kit *other)
{
	struct buf summary = BUF_INIT;
	struct err err = ERR_INIT;

	assert_int_equal(kit_run("rm -rf '%s'", copy), 0);
	if (audit_export(
		&other->office, AUDIT_KIT_MONTH, copy, &summary, &err) < 0)
		fail_msg("%s", err.text);
	buf_free(&summary);
}

static void a_broken_session_is_seen(void **state)
{
	struct audit_author author;
	struct audit_kit other;

	(void)state;
	audit_kit_open(&other);
	audit_kit_author(&author, "..", 11, "00000000000000a1");
	audit_kit_enrol(&other, &author);
	audit_kit_push(&other, &author, one_hour);
	audit_kit_push(&other, &author, one_hour);
	export_other(&other);
	expect_sound(copy);
	assert_true(is_there(copy, "log/%2E..log"));
	memset(&author.prev, 7, sizeof(author.prev));
	audit_kit_push(&other, &author, one_hour);
	export_other(&other);
	expect_fault("log/%2E..log", "set 5 does not follow set 4");
	audit_kit_close(&other);
}

static void a_set_of_an_unknown_device_is_seen(void **state)
{
	struct audit_author author;
	struct audit_kit other;

	(void)state;
	audit_kit_open(&other);
	audit_kit_author(&author, AUDIT_KIT_OTHER, 11, "00000000000000a1");
	audit_kit_push(&other, &author, one_hour);
	export_other(&other);
	expect_fault("sets/remparts/000001/manifest.sig", "never enrolled");
	audit_kit_close(&other);
}

static void a_laptop_enrols_nobody(void **state)
{
	struct audit_author author, friend;
	struct audit_line forged[] = {
	    {"enrolment", NULL, NULL, NULL, false},
	    {NULL, NULL, NULL, NULL, false},
	};
	char record[RECORD_KEY_MAX], set[256], hex[HASH_TEXT];
	struct audit_kit other;
	struct hash pub;

	(void)state;
	audit_kit_open(&other);
	audit_kit_author(&author, AUDIT_KIT_OTHER, 11, "00000000000000a1");
	audit_kit_author(&friend, AUDIT_KIT_OTHER, 12, "00000000000000b1");
	audit_kit_enrol(&other, &author);
	memcpy(pub.bytes, friend.key.pub, KEY_LEN);
	hash_hex(&pub, hex);
	record_key_make(record, "enrolment", friend.device, NULL);
	(void)snprintf(set, sizeof(set),
	    "{\"key\":\"%s\",\"name\":\"x\",\"role\":\"office\"}", hex);
	forged[0].record = record;
	forged[0].set = set;
	audit_kit_push(&other, &author, forged);
	audit_kit_push(&other, &friend, one_hour);
	export_other(&other);
	expect_fault("sets/remparts/000004/manifest.sig", "never enrolled");
	audit_kit_close(&other);
}

/* ---- names ---- */

static void names_of_structures_have_one_spelling(void **state)
{
	static const char *const ids[][2] = {
	    {"remparts", "remparts"},
	    {"A-b_c.d9", "A-b_c.d9"},
	    {".", "%2E"},
	    {"..", "%2E."},
	    {"a b", "a%20b"},
	    {"é%~", "%C3%A9%25%7E"},
	    {AUDIT_KIT_STRUCTURE, AUDIT_KIT_NAME},
	};
	static const char too_long[] = "1234567890123456789012345678901234567"
				       "8901234567890123456789012345";
	static const char *const wrong[] = {"", "a b", "%2e", "%41", ".x", "%",
	    "%2", "%zz", "a%2Fb", "%00", "%FF", "x%20", "\xc3\xa9", too_long};
	char id[TEXT_ID_MAX + 1];
	struct buf name = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		buf_reset(&name);
		audit_format_name(&name, ids[i][0]);
		assert_string_equal(name.data, ids[i][1]);
		assert_int_equal(
		    audit_format_structure(id, name.data, name.len, NULL), 0);
		assert_string_equal(id, ids[i][0]);
	}
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(audit_format_structure(
				     id, wrong[i], strlen(wrong[i]), NULL),
		    E_INVALID);
	buf_free(&name);
}

static void lines_of_a_log_have_one_spelling(void **state)
{
	static const char hex[] =
	    "0000000000000000000000000000000000000000000000000000000000000001";
	static const char *const starts[] = {"1 1 2026-11-20T16:31:03Z",
	    "01 1 2026-11-20T16:31:03Z", "1 1 2026-11-20T16:31:03",
	    "1  1 2026-11-20T16:31:03Z", " 1 1 2026-11-20T16:31:03Z",
	    "1 1 2026-02-30T16:31:03Z", "1 1", ""};
	struct receipt place;
	char line[512];

	(void)state;
	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
		int len = snprintf(
		    line, sizeof(line), "%s %s %s", starts[i], hex, hex);

		assert_int_equal(
		    audit_format_place_parse(&place, line, (size_t)len, NULL),
		    i == 0 ? 0 : E_INVALID);
	}
	memset(line, '1', sizeof(line));
	assert_int_equal(
	    audit_format_place_parse(&place, line, sizeof(line), NULL),
	    E_INVALID);
}

#define ON_COPY(test) cmocka_unit_test_setup(test, copy_export)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_export_verifies),
	    cmocka_unit_test(the_same_log_gives_the_same_bytes),
	    cmocka_unit_test(a_zip_has_the_very_directory),
	    cmocka_unit_test(no_log_no_zip),
	    cmocka_unit_test(a_zip_of_one_structure_has_it_alone),
	    cmocka_unit_test(what_was_left_behind_is_swept),
	    ON_COPY(a_directory_in_use_is_left_alone),
	    cmocka_unit_test(a_month_without_rows_is_refused),
	    cmocka_unit_test(only_sets_of_the_month_and_of_signers_are_there),
	    cmocka_unit_test(december_alone_holds_its_set_and_the_signers),
	    cmocka_unit_test(missing_bodies_are_told),
	    cmocka_unit_test(signers_have_their_times),
	    ON_COPY(every_flipped_byte_names_its_file),
	    ON_COPY(every_byte_of_what_signs_the_rest_counts),
	    ON_COPY(a_truncated_or_longer_file_is_named),
	    ON_COPY(a_missing_file_is_named),
	    ON_COPY(a_file_too_many_is_named),
	    ON_COPY(a_hostile_name_cannot_forge_a_line),
	    ON_COPY(swapped_files_are_both_named),
	    ON_COPY(links_and_pipes_are_not_followed),
	    cmocka_unit_test(an_export_that_is_not_there_is_not_found),
	    ON_COPY(an_empty_directory_is_no_export),
	    cmocka_unit_test(the_expected_fingerprint_is_required),
	    ON_COPY(a_signed_list_hides_no_altered_entry),
	    ON_COPY(a_signed_list_hides_no_altered_manifest),
	    ON_COPY(a_signed_list_hides_no_altered_receipt),
	    ON_COPY(a_signed_list_hides_no_altered_log),
	    ON_COPY(a_line_taken_out_of_the_log_is_seen),
	    ON_COPY(a_log_cut_short_leaves_sets_without_a_place),
	    ON_COPY(laptops_betray_a_rewritten_log),
	    ON_COPY(absent_must_be_exact),
	    ON_COPY(allowed_signers_must_follow_from_the_log),
	    ON_COPY(a_revoked_set_cannot_pass_as_another),
	    ON_COPY(a_file_without_a_place_is_named_though_signed),
	    ON_COPY(a_list_that_names_itself_or_a_file_twice_is_refused),
	    cmocka_unit_test(a_broken_session_is_seen),
	    cmocka_unit_test(a_set_of_an_unknown_device_is_seen),
	    cmocka_unit_test(a_laptop_enrols_nobody),
	    cmocka_unit_test(names_of_structures_have_one_spelling),
	    cmocka_unit_test(lines_of_a_log_have_one_spelling),
	};

	return cmocka_run_group_tests(tests, make_export, remove_export);
}
