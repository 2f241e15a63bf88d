/*
 * Files that the office imports, rows and all, into an office of its own
 * each time: a refused file changes nothing, an accepted one changes nothing
 * the second time. The first byte chooses what is imported.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/text.h"
#include "tests/fuzz/fuzz.h"
#include "tests/lib/office_fixture.h"

static const char *const whats[] = {
    "structures", "sites", "crews", "supervisors", "workers", "skills"};

#define WHAT_COUNT (sizeof(whats) / sizeof(whats[0]))

static int run(struct office_fixture *fixture, const char *what,
    const struct fuzz *in, struct import_summary *summary)
{
	const struct import_input input = {"essai.csv", {in->at, in->left}};
	struct err err = ERR_INIT;
	int rc;

	*summary = (struct import_summary)IMPORT_SUMMARY_INIT;
	rc = import_run(&fixture->office, what, &input, 1, NULL, summary, &err);
	fuzz_check_err(rc, &err);
	return rc;
}

static void check_import(
    struct office_fixture *fixture, const char *what, const struct fuzz *in)
{
	struct hash before = office_fixture_digest(fixture), after, again;
	struct import_summary first, second;
	int rc = run(fixture, what, in, &first);

	after = office_fixture_digest(fixture);
	if (rc < 0) {
		FUZZ_CHECK(hash_equal(&before, &after));
		FUZZ_CHECK(first.added + first.changed + first.unchanged == 0);
	} else {
		FUZZ_CHECK(run(fixture, what, in, &second) == 0);
		again = office_fixture_digest(fixture);
		FUZZ_CHECK(hash_equal(&after, &again));
		FUZZ_CHECK(second.added == 0 && second.changed == 0);
		FUZZ_CHECK(second.unchanged ==
			   first.added + first.changed + first.unchanged);
		import_summary_free(&second);
	}
	FUZZ_CHECK(text_is_utf8(buf_text(&first.faults), first.faults.len));
	import_summary_free(&first);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct office_fixture fixture;
	struct fuzz in = FUZZ(data, size);
	const char *what = whats[fuzz_pick(&in, WHAT_COUNT)];

	if (size == 0)
		return 0;
	/* In memory where the system has such a place: syncs cost nothing. */
	if (access("/dev/shm", W_OK) == 0)
		(void)setenv("TMPDIR", "/dev/shm", 1);
	office_fixture_open(&fixture);
	office_fixture_places(&fixture);
	check_import(&fixture, what, &in);
	office_fixture_close(&fixture);
	return 0;
}
