/*
 * People's words: any bytes at all go through what folds, measures, shows
 * and checks them.
 */
#include <stdlib.h>
#include <string.h>

#include "shared/record.h"
#include "shared/siret.h"
#include "shared/text.h"
#include "tests/fuzz/fuzz.h"

/* RFC 3629, written otherwise than in text.c: by ranges of the standard's
 * own table. */
static size_t sequence(const uint8_t *p, size_t len)
{
	static const struct {
		uint8_t first, last, low, high;
		size_t count;
	} rows[] = {{0x01, 0x7F, 0, 0, 1}, {0xC2, 0xDF, 0x80, 0xBF, 2},
	    {0xE0, 0xE0, 0xA0, 0xBF, 3}, {0xE1, 0xEC, 0x80, 0xBF, 3},
	    {0xED, 0xED, 0x80, 0x9F, 3}, {0xEE, 0xEF, 0x80, 0xBF, 3},
	    {0xF0, 0xF0, 0x90, 0xBF, 4}, {0xF1, 0xF3, 0x80, 0xBF, 4},
	    {0xF4, 0xF4, 0x80, 0x8F, 4}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (p[0] < rows[i].first || p[0] > rows[i].last)
			continue;
		if (rows[i].count > len ||
		    (rows[i].count > 1 &&
			(p[1] < rows[i].low || p[1] > rows[i].high)))
			return 0;
		for (size_t k = 2; k < rows[i].count; k++) {
			if ((p[k] & 0xC0) != 0x80)
				return 0;
		}
		return rows[i].count;
	}
	return 0;
}

static void check_utf8(const uint8_t *data, size_t size)
{
	size_t at = 0, count = 1;
	struct buf converted = BUF_INIT;

	while (at < size && (count = sequence(data + at, size - at)) > 0)
		at += count;
	FUZZ_CHECK(text_is_utf8(data, size) == (at == size));
	text_from_cp1252(&converted, data, size);
	FUZZ_CHECK(memchr(data, 0, size) != NULL ||
		   text_is_utf8(buf_text(&converted), converted.len));
	buf_free(&converted);
}

static void check_fold(const char *text)
{
	struct buf once = BUF_INIT, twice = BUF_INIT;

	text_fold(&once, text);
	FUZZ_CHECK(!once.failed);
	FUZZ_CHECK(text_same(text, text));
	/* Stray bytes may join into a letter once what parted them is gone. */
	if (!text_is_utf8(text, strlen(text)))
		goto out;
	text_fold(&twice, buf_text(&once));
	FUZZ_CHECK(fuzz_same(&once, buf_text(&twice), twice.len));
	FUZZ_CHECK(text_same(text, buf_text(&once)));
out:
	buf_free(&once);
	buf_free(&twice);
}

static void check_shown(const char *text)
{
	char *tidy = fuzz_whole_text((const uint8_t *)text, strlen(text));
	struct buf quoted = BUF_INIT;

	text_quote(&quoted, text);
	FUZZ_CHECK(text_is_utf8(buf_text(&quoted), quoted.len));
	FUZZ_CHECK(text_length(buf_text(&quoted)) <= 61);
	text_tidy(tidy);
	FUZZ_CHECK(text_is_utf8(tidy, strlen(tidy)));
	FUZZ_CHECK(strlen(tidy) <= strlen(text));
	for (const char *at = tidy; *at != '\0'; at++)
		FUZZ_CHECK((unsigned char)*at >= ' ' || *at == '\n');
	free(tidy);
	buf_free(&quoted);
}

static void check_measures(const char *text, size_t count)
{
	char copy[20];

	FUZZ_CHECK(text_columns(text) <= text_length(text));
	FUZZ_CHECK(text_length(text) <= strlen(text));
	FUZZ_CHECK(text_prefix(text, count) <= strlen(text));
	FUZZ_CHECK(text_prefix(text, text_length(text)) == strlen(text));
	text_copy(copy, sizeof(copy), text);
	FUZZ_CHECK(strncmp(copy, text, strlen(copy)) == 0);
	FUZZ_CHECK(
	    strlen(copy) == sizeof(copy) - 1 || strlen(copy) == strlen(text));
}

static void check_names(const char *text)
{
	struct err err = ERR_INIT;
	int rc = text_check_id(text, &err);
	char key[RECORD_KEY_MAX];
	struct record_key parts;

	fuzz_check_err(rc, &err);
	if (rc == 0) {
		FUZZ_CHECK(strlen(text) >= 1 && strlen(text) <= TEXT_ID_MAX);
		FUZZ_CHECK(text_check_name("", text, TEXT_ID_MAX, NULL) == 0);
		/* Every identifier may be a subject, a part, a slot. */
		record_key_make(key, "worker", text, text);
		FUZZ_CHECK(record_key_parse(&parts, key, NULL) == 0);
		FUZZ_CHECK(strcmp(parts.subject, text) == 0);
		FUZZ_CHECK(strcmp(parts.part, text) == 0);
	}
	rc = text_check_name("nom", text, TEXT_NAME_MAX, &err);
	fuzz_check_err(rc, &err);
	FUZZ_CHECK(rc < 0 || text_is_utf8(text, strlen(text)));
}

static void check_siret(const char *text)
{
	char siret[SIRET_TEXT], again[SIRET_TEXT];
	struct err err = ERR_INIT;
	int rc = siret_parse(siret, text, &err);

	fuzz_check_err(rc, &err);
	if (rc < 0)
		return;
	FUZZ_CHECK(strspn(siret, "0123456789") == SIRET_TEXT - 1);
	FUZZ_CHECK(siret_parse(again, siret, NULL) == 0);
	FUZZ_CHECK(strcmp(siret, again) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_whole_text(data, size);

	check_utf8(data, size);
	check_fold(text);
	check_shown(text);
	check_measures(text, size > 0 ? data[0] : 0);
	check_names(text);
	check_siret(text);
	free(text);
	return 0;
}
