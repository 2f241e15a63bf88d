/*
 * The lines of an auditor's export, read back: each has one spelling.
 */
#include <stdlib.h>
#include <string.h>

#include "server/audit/audit_format.h"
#include "server/audit/audit_signers.h"
#include "shared/text.h"
#include "tests/fuzz/fuzz.h"

static void check_place(const char *line, size_t len)
{
	struct err err = ERR_INIT;
	struct buf again = BUF_INIT;
	struct receipt place;
	int rc = audit_format_place_parse(&place, line, len, &err);

	fuzz_check_err(rc, &err);
	if (rc == 0) {
		audit_format_place(&again, &place);
		FUZZ_CHECK(again.len == len + 1);
		FUZZ_CHECK(memcmp(again.data, line, len) == 0);
	}
	buf_free(&again);
}

static void check_structure(const char *name, size_t len)
{
	char id[TEXT_ID_MAX + 1], back[TEXT_ID_MAX + 1];
	struct err err = ERR_INIT;
	struct buf file = BUF_INIT;
	char *text = fuzz_whole_text((const uint8_t *)name, len);
	int rc = audit_format_structure(id, name, len, &err);

	fuzz_check_err(rc, &err);
	if (rc == 0) {
		audit_format_name(&file, id);
		FUZZ_CHECK(fuzz_same(&file, name, len));
	}
	if (text_check_id(text, NULL) == 0) {
		buf_reset(&file);
		audit_format_name(&file, text);
		FUZZ_CHECK(strpbrk(buf_text(&file), "/ \\\n") == NULL);
		FUZZ_CHECK(buf_text(&file)[0] != '.');
		FUZZ_CHECK(audit_format_structure(
			       back, buf_text(&file), file.len, NULL) == 0);
		FUZZ_CHECK(strcmp(back, text) == 0);
	}
	free(text);
	buf_free(&file);
}

static void check_signers(const char *text)
{
	static const struct successions none = {.count = 0};
	uint8_t pub[KEY_LEN], again[KEY_LEN];
	struct buf file = BUF_INIT, lines = BUF_INIT;
	struct err err = ERR_INIT;
	int rc = audit_signers_server(pub, text, &err);

	fuzz_check_err(rc, &err);
	if (rc == 0) {
		FUZZ_CHECK(
		    audit_signers_file(&file, pub, &none, &lines, NULL) == 0);
		FUZZ_CHECK(
		    audit_signers_server(again, buf_text(&file), NULL) == 0);
		FUZZ_CHECK(memcmp(pub, again, KEY_LEN) == 0);
	}
	buf_free(&file);
	buf_free(&lines);
}

static void check_successions(const char *text, size_t len)
{
	struct successions all = {.count = 0};
	struct err err = ERR_INIT;
	struct buf again = BUF_INIT;
	int rc = succession_read(&all, text, len, &err);

	fuzz_check_err(rc, &err);
	for (size_t i = 0; rc == 0 && i < all.count; i++)
		succession_line(&again, &all.items[i]);
	if (rc == 0) {
		FUZZ_CHECK(again.len == len);
		FUZZ_CHECK(len == 0 || memcmp(again.data, text, len) == 0);
	}
	buf_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_whole_text(data, size);

	check_place((const char *)data, size);
	check_structure((const char *)data, size);
	check_signers(text);
	check_successions((const char *)data, size);
	free(text);
	return 0;
}
