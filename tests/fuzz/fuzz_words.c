/*
 * The words of a row of hours and of a crew: slot, kind of hours, kind of
 * structure, days of the week; and "did you mean?". What is accepted reads
 * the same again.
 */
#include <stdlib.h>
#include <string.h>

#include "agent/acts.h"
#include "server/import/weekdays.h"
#include "shared/kind.h"
#include "shared/nearest.h"
#include "shared/record.h"
#include "tests/fuzz/fuzz.h"

static void check_slot(const char *text)
{
	char slot[ACTS_SLOT_TEXT], again[ACTS_SLOT_TEXT];
	struct err err = ERR_INIT;
	int rc = acts_slot(slot, text, &err);

	fuzz_check_err(rc, &err);
	if (rc < 0)
		return;
	FUZZ_CHECK(record_is_slot(slot));
	FUZZ_CHECK(acts_slot(again, slot, NULL) == 0);
	FUZZ_CHECK(strcmp(slot, again) == 0);
}

static void check_kind(const char *text)
{
	const struct kind *kind = kind_find(text);

	if (kind != NULL) {
		FUZZ_CHECK(kind_by_slug(kind->slug) == kind);
		FUZZ_CHECK(kind_find(kind->slug) == kind);
		FUZZ_CHECK(kind_find(kind->fr) == kind);
		FUZZ_CHECK(kind_find(kind->en) == kind);
	}
	FUZZ_CHECK(kind_by_slug(text) == NULL || kind_by_slug(text) == kind);
	(void)structure_kind_find(text);
}

static void check_weekdays(const char *text)
{
	char days[WEEKDAYS_TEXT], again[WEEKDAYS_TEXT];
	struct err err = ERR_INIT;
	int rc = weekdays_parse(days, text, &err);

	fuzz_check_err(rc, &err);
	if (rc < 0)
		return;
	FUZZ_CHECK(days[0] >= '1' && days[strlen(days) - 1] <= '7');
	for (size_t i = 1; days[i] != '\0'; i++)
		FUZZ_CHECK(days[i - 1] < days[i]);
	FUZZ_CHECK(weekdays_parse(again, days, NULL) == 0);
	FUZZ_CHECK(strcmp(days, again) == 0);
}

/* A distance: none to itself, the same both ways. */
static void check_nearest(const char *text, const char *other)
{
	FUZZ_CHECK(nearest_distance(text, text) == 0);
	FUZZ_CHECK(
	    nearest_distance(text, other) == nearest_distance(other, text));
	(void)nearest_reach(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz in = FUZZ(data, size);
	char *text = fuzz_text(&in, 400), *other = fuzz_text(&in, 100);

	check_slot(text);
	check_kind(text);
	check_weekdays(text);
	check_nearest(text, other);
	free(text);
	free(other);
	return 0;
}
