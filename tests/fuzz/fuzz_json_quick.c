/*
 * The scanner of ordinary entries beside the parser of all: what it takes,
 * jansson takes too, and reads alike; judged and compared alike as well.
 */
#include <stdlib.h>
#include <string.h>

#include "shared/entry.h"
#include "shared/json_quick.h"
#include "tests/fuzz/fuzz.h"

static const enum writer writers[] = {
    WRITER_LAPTOP, WRITER_OFFICE, WRITER_SERVER};

static char *copy_of(const uint8_t *data, size_t size)
{
	/* No byte beyond: a sanitizer sees one read too many. */
	char *copy = malloc(size > 0 ? size : 1);

	FUZZ_CHECK(copy != NULL);
	if (size > 0)
		memcpy(copy, data, size);
	return copy;
}

/* ---- a flat object ---- */

static json_t *without_blanks(const json_t *object)
{
	json_t *copy = json_clone(object), *value;
	const char *key;
	void *next;

	FUZZ_CHECK(copy != NULL);
	json_object_foreach_safe(copy, next, key, value)
	{
		if (json_is_blank(value))
			(void)json_object_del(copy, key);
	}
	return copy;
}

static void check_member(
    const struct json_flat *flat, const char *key, const json_t *value)
{
	const struct json_flat_value *found = json_flat_find(flat, key);

	FUZZ_CHECK(found != NULL);
	FUZZ_CHECK((found->type == JSON_FLAT_TEXT) == json_is_string(value));
	FUZZ_CHECK((found->type == JSON_FLAT_INT) == json_is_integer(value));
	FUZZ_CHECK((found->type == JSON_FLAT_NULL) == json_is_null(value));
	FUZZ_CHECK(json_flat_is_blank(found) == json_is_blank(value));
	if (!json_is_string(value)) {
		FUZZ_CHECK(found->text[0] == '\0' && found->len == 0);
		return;
	}
	FUZZ_CHECK(found->len == json_string_length(value));
	FUZZ_CHECK(strcmp(found->text, json_string_value(value)) == 0);
}

static void check_flat(const struct json_flat *flat, const json_t *json)
{
	struct buf quick = BUF_INIT, slow = BUF_INIT;
	const char *key;
	json_t *value, *rest;

	FUZZ_CHECK(json_is_object(json));
	FUZZ_CHECK(flat->count == json_object_size(json));
	json_object_foreach((json_t *)(uintptr_t)json, key, value)
	{
		check_member(flat, key, value);
		FUZZ_CHECK(strcmp(json_flat_text(flat, key),
			       json_text(json, key)) == 0);
		FUZZ_CHECK(
		    json_flat_int(flat, key, -1) == json_int(json, key, -1));
	}
	rest = without_blanks(json);
	json_write_sorted(&slow, rest);
	json_flat_canonical(&quick, flat);
	FUZZ_CHECK(fuzz_same(&slow, buf_text(&quick), quick.len));
	json_decref(rest);
	buf_free(&quick);
	buf_free(&slow);
}

/* Read either way, as json_read reads it. */
static void check_kept(const char *data, size_t size)
{
	struct json_kept kept;
	struct err one = ERR_INIT, two = ERR_INIT;
	json_t *json;
	int rc = json_read(&json, data, size, &one);

	FUZZ_CHECK(json_kept_read(&kept, data, size, &two) == rc);
	FUZZ_CHECK(strcmp(one.text, two.text) == 0);
	FUZZ_CHECK(
	    strcmp(json_kept_text(&kept, "a"), json_text(json, "a")) == 0);
	FUZZ_CHECK(json_kept_int(&kept, "a", -3) == json_int(json, "a", -3));
	json_kept_clear(&kept);
	json_decref(json);
}

static void check_object(const uint8_t *data, size_t size)
{
	char *copy = copy_of(data, size);
	struct json_flat flat;
	json_t *json;

	check_kept(copy, size);
	if (json_flat_read(&flat, copy, size)) {
		FUZZ_CHECK(json_read(&json, data, size, NULL) == 0);
		check_flat(&flat, json);
		json_decref(json);
	}
	free(copy);
}

/* ---- an entry ---- */

static void check_texts(const struct entry *a, const struct entry *b)
{
	FUZZ_CHECK(hash_equal(&a->hash, &b->hash));
	FUZZ_CHECK(strcmp(a->kind, b->kind) == 0);
	FUZZ_CHECK(strcmp(a->structure, b->structure) == 0);
	FUZZ_CHECK(strcmp(a->record, b->record) == 0);
	FUZZ_CHECK(strcmp(a->note, b->note) == 0);
	FUZZ_CHECK(strcmp(a->reason, b->reason) == 0);
	FUZZ_CHECK(strcmp(a->at, b->at) == 0);
	FUZZ_CHECK(strcmp(a->device, b->device) == 0);
	FUZZ_CHECK(strcmp(a->person, b->person) == 0);
}

static void check_verdicts(const struct entry *a, const struct entry *b)
{
	struct set_header header;

	memset(&header, 0, sizeof(header));
	text_copy(header.structure, sizeof(header.structure), a->structure);
	text_copy(header.device, sizeof(header.device), a->device);
	for (size_t i = 0; i < sizeof(writers) / sizeof(writers[0]); i++) {
		struct err x = ERR_INIT, y = ERR_INIT;
		const char *one = entry_fault(a, &header, writers[i], &x);
		const char *two = entry_fault(b, &header, writers[i], &y);

		FUZZ_CHECK((one == NULL) == (two == NULL));
		FUZZ_CHECK(one == NULL || strcmp(one, two) == 0);
		FUZZ_CHECK(strcmp(x.text, y.text) == 0);
	}
}

static void check_values(const struct entry *a, const struct entry *b)
{
	struct buf one = BUF_INIT, two = BUF_INIT;

	FUZZ_CHECK(entry_value(&one, a) == entry_value(&two, b));
	FUZZ_CHECK(fuzz_same(&one, buf_text(&two), two.len));
	FUZZ_CHECK(strcmp(entry_text(a, "day"), entry_text(b, "day")) == 0);
	FUZZ_CHECK(entry_int(a, "minutes", -7) == entry_int(b, "minutes", -7));
	buf_free(&one);
	buf_free(&two);
}

static void check_same(const struct entry *scanned, const struct entry *full)
{
	check_texts(scanned, full);
	FUZZ_CHECK(scanned->parent_count == full->parent_count);
	for (size_t i = 0; i < full->parent_count; i++)
		FUZZ_CHECK(hash_equal(&scanned->parents[i], &full->parents[i]));
	check_verdicts(scanned, full);
	check_values(scanned, full);
	if (scanned->held != NULL && scanned->sets)
		check_flat(&scanned->flat, full->value);
	FUZZ_CHECK(scanned->held == NULL || scanned->root == NULL);
	FUZZ_CHECK(scanned->held == NULL || scanned->sets ||
		   json_object_get(full->root, "set") == NULL);
}

static void check_entry(const uint8_t *data, size_t size)
{
	char *copy = copy_of(data, size);
	struct bytes body = {copy, size};
	struct entry scanned, full;
	bool parsed, known;

	FUZZ_CHECK(entry_scan(&scanned, body, NULL, &parsed, NULL) == 0);
	FUZZ_CHECK(entry_try(&full, body, &known, NULL) == 0);
	FUZZ_CHECK(parsed == known);
	if (parsed)
		check_same(&scanned, &full);
	else
		check_texts(&scanned, &full);
	entry_clear(&scanned);
	entry_clear(&full);
	free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char salt[] = "00112233445566778899\n";
	struct buf body = BUF_INIT;

	check_object(data, size);
	check_entry(data, size);
	/* Most inputs are no entry for want of a salt alone. */
	buf_add(&body, salt, sizeof(salt) - 1);
	buf_add(&body, data, size);
	buf_add_char(&body, '\n');
	if (!body.failed)
		check_entry((const uint8_t *)body.data, body.len);
	buf_free(&body);
	return 0;
}
