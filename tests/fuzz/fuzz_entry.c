/*
 * An entry's bytes, as any device may sign them: what they mean does not
 * depend on how the JSON was spelt, and what passes the checks still passes
 * them in the canonical form that values are compared by.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/entry.h"
#include "shared/hours.h"
#include "tests/fuzz/fuzz.h"

static const enum writer writers[] = {
    WRITER_LAPTOP, WRITER_OFFICE, WRITER_SERVER};

/* ---- keys ---- */

static void check_key(const char *text)
{
	char again[2 * RECORD_KEY_MAX];
	struct err err = ERR_INIT;
	struct record_key key;
	int rc = record_key_parse(&key, text, &err);

	fuzz_check_err(rc, &err);
	if (rc < 0)
		return;
	(void)snprintf(again, sizeof(again), "%s/%s%s%s%s%s", key.family,
	    key.subject, key.part[0] != '\0' ? "/" : "", key.part,
	    key.slot[0] != '\0' ? "/" : "", key.slot);
	FUZZ_CHECK(strcmp(again, text) == 0);
	FUZZ_CHECK(text_check_id(key.subject, NULL) == 0);
	FUZZ_CHECK(key.part[0] == '\0' || text_check_id(key.part, NULL) == 0);
	FUZZ_CHECK(key.slot[0] == '\0' || text_check_id(key.slot, NULL) == 0);
}

/* ---- the same entry, spelt otherwise ---- */

/* The salt line of ${body} and ${root} below it. */
static void respell(
    struct buf *out, const uint8_t *body, const json_t *root, bool sorted)
{
	const uint8_t *end = memchr(body, '\n', 129);

	FUZZ_CHECK(end != NULL);
	buf_add(out, body, (size_t)(end - body) + 1);
	if (sorted)
		json_write_sorted(out, root);
	else
		json_write(out, root);
	buf_add_char(out, '\n');
}

static void check_fault(const struct entry *a, const struct entry *b)
{
	struct set_header header;

	memset(&header, 0, sizeof(header));
	text_copy(header.structure, sizeof(header.structure), a->structure);
	text_copy(header.device, sizeof(header.device), a->device);
	for (size_t i = 0; i < sizeof(writers) / sizeof(writers[0]); i++) {
		const char *x = entry_fault(a, &header, writers[i], NULL);
		const char *y = entry_fault(b, &header, writers[i], NULL);

		FUZZ_CHECK((x == NULL) == (y == NULL));
		FUZZ_CHECK(x == NULL || strcmp(x, y) == 0);
		FUZZ_CHECK(x == NULL || entry_fault_text(x)[0] != '\0');
	}
}

static void check_respelt(
    const struct entry *entry, const uint8_t *body, bool sorted)
{
	struct buf text = BUF_INIT, before = BUF_INIT, after = BUF_INIT;
	struct entry again;

	respell(&text, body, entry->root, sorted);
	/* Longer only when escapes were needed less than bytes. */
	if (text.len <= ENTRY_BYTES_MAX) {
		FUZZ_CHECK(
		    entry_parse(&again, buf_text(&text), text.len, NULL) == 0);
		FUZZ_CHECK(strcmp(again.kind, entry->kind) == 0);
		FUZZ_CHECK(strcmp(again.record, entry->record) == 0);
		FUZZ_CHECK(strcmp(again.device, entry->device) == 0);
		FUZZ_CHECK(again.parent_count == entry->parent_count);
		FUZZ_CHECK(entry->parent_count == 0 ||
			   memcmp(again.parents, entry->parents,
			       entry->parent_count * sizeof(struct hash)) == 0);
		FUZZ_CHECK(
		    entry_value(&before, entry) == entry_value(&after, &again));
		FUZZ_CHECK(fuzz_same(&before, buf_text(&after), after.len));
		check_fault(entry, &again);
		entry_clear(&again);
	}
	buf_free(&text);
	buf_free(&before);
	buf_free(&after);
}

/* ---- the canonical value ---- */

static void check_hours(const json_t *a, const json_t *b)
{
	struct hours x, y;

	hours_read(&x, a);
	hours_read(&y, b);
	FUZZ_CHECK(x.minutes == y.minutes && x.pause == y.pause);
	FUZZ_CHECK(x.start == y.start && x.end == y.end);
	FUZZ_CHECK(strcmp(x.kind, y.kind) == 0);
	FUZZ_CHECK(strcmp(x.site, y.site) == 0);
	FUZZ_CHECK(strcmp(x.activity, y.activity) == 0);
	FUZZ_CHECK(hours_check(a, NULL) == hours_check(b, NULL));
}

static void check_canonical(const struct entry *entry, const struct buf *text)
{
	const struct record_kind *kind = record_kind_find(entry->kind);
	struct entry again = *entry;
	struct buf twice = BUF_INIT;
	struct err err = ERR_INIT;
	json_t *value = NULL;

	FUZZ_CHECK(kind != NULL);
	FUZZ_CHECK(json_read(&value, buf_text(text), text->len, &err) == 0);
	again.value = value;
	FUZZ_CHECK(entry_value(&twice, &again));
	FUZZ_CHECK(fuzz_same(&twice, buf_text(text), text->len));
	for (size_t i = 0; i < sizeof(writers) / sizeof(writers[0]); i++) {
		int rc =
		    record_check_value(kind, entry->value, writers[i], &err);

		fuzz_check_err(rc, &err);
		if (json_is_object(entry->value))
			FUZZ_CHECK(rc == record_check_value(
					     kind, value, writers[i], NULL));
	}
	if (kind->shape == SHAPE_HOURS && json_is_object(entry->value))
		check_hours(entry->value, value);
	json_decref(value);
	buf_free(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf value = BUF_INIT;
	struct err err = ERR_INIT;
	struct entry entry;
	char *text = fuzz_whole_text(data, size);
	int rc = entry_parse(&entry, data, size, &err);

	fuzz_check_err(rc, &err);
	if (rc == 0) {
		check_key(entry.record);
		check_respelt(&entry, data, false);
		check_respelt(&entry, data, true);
		if (entry_value(&value, &entry) &&
		    strcmp(buf_text(&value), ENTRY_VOID) != 0)
			check_canonical(&entry, &value);
	}
	check_key(text);
	entry_clear(&entry);
	buf_free(&value);
	free(text);
	return 0;
}
