/*
 * JSON from outside: what is accepted is strict, and writing it again, as it
 * stands or with its keys sorted, changes nothing.
 */
#include "shared/json.h"
#include "shared/text.h"
#include "tests/fuzz/fuzz.h"

static size_t depth_of(const json_t *json)
{
	size_t most = 0, depth;
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)(uintptr_t)json, key, value)
	{
		depth = depth_of(value);
		most = depth > most ? depth : most;
	}
	for (size_t i = 0; i < json_array_size(json); i++) {
		depth = depth_of(json_array_get(json, i));
		most = depth > most ? depth : most;
	}
	FUZZ_CHECK(!json_is_real(json));
	return most + (json_is_object(json) || json_is_array(json));
}

static void check_again(const json_t *json, const struct buf *text)
{
	struct buf sorted = BUF_INIT, twice = BUF_INIT;
	json_t *again = NULL;

	FUZZ_CHECK(json_read(&again, buf_text(text), text->len, NULL) == 0);
	FUZZ_CHECK(json_equal(json, again));
	json_write_sorted(&sorted, json);
	json_write_sorted(&twice, again);
	FUZZ_CHECK(fuzz_same(&sorted, buf_text(&twice), twice.len));
	json_decref(again);
	FUZZ_CHECK(json_read(&again, buf_text(&sorted), sorted.len, NULL) == 0);
	FUZZ_CHECK(json_equal(json, again));
	json_decref(again);
	buf_free(&sorted);
	buf_free(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf text = BUF_INIT;
	struct err err = ERR_INIT;
	json_t *json;
	int rc = json_read(&json, data, size, &err);

	fuzz_check_err(rc, &err);
	FUZZ_CHECK((rc == 0) == (json != NULL));
	if (rc == 0) {
		FUZZ_CHECK(text_is_utf8(data, size));
		FUZZ_CHECK(depth_of(json) <= JSON_READ_DEPTH_MAX);
		json_write(&text, json);
		FUZZ_CHECK(!text.failed);
		check_again(json, &text);
	}
	json_decref(json);
	buf_free(&text);
	return 0;
}
