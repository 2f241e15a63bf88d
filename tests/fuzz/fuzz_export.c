/*
 * What is read back of an export: the ASP's file, whoever changed it, and a
 * house's own map of payroll columns. The first byte chooses.
 */
#include <stdlib.h>
#include <string.h>

#include "server/document/asp.h"
#include "server/export/export_map.h"
#include "tests/fuzz/fuzz.h"

/* What is accepted has whole lines, and the sums that it says. */
static void try_asp(const char *text, size_t len)
{
	struct asp_summary summary;
	struct err err = ERR_INIT;
	struct buf end = BUF_INIT;
	int rc = asp_check(&summary, text, len, &err);

	fuzz_check_err(rc, &err);
	if (rc < 0)
		return;
	asp_end(&end, summary.rows, summary.hours);
	FUZZ_CHECK(len > end.len);
	FUZZ_CHECK(memcmp(text + len - end.len, end.data, end.len) == 0);
	buf_free(&end);
}

static void try_map(const char *text, size_t len)
{
	struct export_map map;
	struct err err = ERR_INIT;
	int rc = export_map_read(&map, text, len, &err);

	fuzz_check_err(rc, &err);
	FUZZ_CHECK(map.count <= EXPORT_MAP_COLUMNS_MAX);
	FUZZ_CHECK(rc < 0 || map.count > 0);
	for (size_t i = 0; i < map.count; i++) {
		FUZZ_CHECK(map.columns[i].title[0] != '\0');
		FUZZ_CHECK((map.columns[i].field == NULL) !=
			   (map.columns[i].constant == NULL));
	}
	export_map_clear(&map);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text;

	if (size == 0)
		return 0;
	text = fuzz_whole_text(data + 1, size - 1);
	if (data[0] == 'a')
		try_asp(text, strlen(text));
	else
		try_map(text, strlen(text));
	free(text);
	return 0;
}
