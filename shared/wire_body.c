#include <stdlib.h>
#include <string.h>

#include "shared/date.h"
#include "shared/enc.h"
#include "shared/entry.h"
#include "shared/wire_parts.h"
#include "shared/wire_words.h"

#define PROBES_MAX 16 /* of a table: what lies further is not found again */
#define DIGITS_MAX 15
#define SALT_TEXT  ((size_t)2 * ENTRY_SALT_LEN)
#define NOT_FOUND  SIZE_MAX

/* ---- tables ---- */

static uint32_t fingerprint(struct bytes bytes)
{
	const uint8_t *data = bytes.data;
	uint32_t sum = 2166136261U;

	for (size_t i = 0; i < bytes.len; i++)
		sum = (sum ^ data[i]) * 16777619U;
	return sum;
}

static bool same(struct bytes a, struct bytes b)
{
	return a.len == b.len &&
	       (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

static size_t table_find(const struct wire_table *table, struct bytes bytes)
{
	uint32_t at = fingerprint(bytes);

	for (size_t i = 0; i < PROBES_MAX && table->slot_count > 0; i++, at++) {
		uint32_t slot = table->slots[at & (table->slot_count - 1)];

		if (slot == 0)
			break;
		if (same(table->items[slot - 1], bytes))
			return slot - 1;
	}
	return NOT_FOUND;
}

static void table_index(struct wire_table *table, size_t number)
{
	uint32_t at = fingerprint(table->items[number]);

	for (size_t i = 0; i < PROBES_MAX; i++, at++) {
		uint32_t *slot = &table->slots[at & (table->slot_count - 1)];

		if (*slot == 0) {
			*slot = (uint32_t)number + 1;
			return;
		}
	}
}

static bool table_grow(struct wire_table *table)
{
	size_t max = table->max == 0 ? 64 : 2 * table->max;
	struct bytes *items = realloc(table->items, max * sizeof(*items));
	uint32_t *slots;

	if (items == NULL)
		return false;
	table->items = items;
	if ((slots = calloc(2 * max, sizeof(*slots))) == NULL)
		return false;
	free(table->slots);
	table->slots = slots;
	table->slot_count = 2 * max;
	table->max = max;
	for (size_t i = 0; i < table->count; i++)
		table_index(table, i);
	return true;
}

static bool table_add(struct wire_table *table, struct bytes bytes)
{
	if (table->count == table->max && !table_grow(table))
		return false;
	table->items[table->count] = bytes;
	table_index(table, table->count++);
	return true;
}

static void table_clear(struct wire_table *table)
{
	free(table->items);
	free(table->slots);
}

/* ---- columns ---- */

static bool add_columns(struct wire_writer *out, size_t more)
{
	size_t count = out->column_count + more;
	size_t max = out->column_max == 0 ? 64 : out->column_max;
	struct buf *columns;
	int64_t *last;

	while (max < count)
		max *= 2;
	if (max > out->column_max) {
		columns = realloc(out->columns, max * sizeof(*columns));
		if (columns == NULL)
			return false;
		out->columns = columns;
		if ((last = realloc(out->last, max * sizeof(*last))) == NULL)
			return false;
		out->last = last;
		out->column_max = max;
	}
	memset(&out->columns[out->column_count], 0, more * sizeof(*columns));
	memset(&out->last[out->column_count], 0, more * sizeof(*last));
	out->column_count = count;
	return true;
}

void wire_writer_init(struct wire_writer *out)
{
	struct bytes word;

	memset(out, 0, sizeof(*out));
	out->first = calloc(WIRE_SHAPES_MAX, sizeof(*out->first));
	out->failed = out->first == NULL || !add_columns(out, COL_FIXED);
	for (size_t i = 0; (word = wire_word(i)).data != NULL; i++)
		out->failed = out->failed || !table_add(&out->texts, word);
}

void wire_writer_clear(struct wire_writer *out)
{
	for (size_t i = 0; i < out->column_count; i++)
		buf_free(&out->columns[i]);
	for (size_t i = 0; i < out->shapes.count; i++)
		free((void *)(uintptr_t)out->shapes.items[i].data);
	free(out->columns);
	free(out->last);
	free(out->first);
	table_clear(&out->texts);
	table_clear(&out->shapes);
	table_clear(&out->hashes);
	buf_free(&out->shape_list);
	buf_free(&out->text);
	buf_free(&out->raw);
}

void wire_column_int(struct wire_writer *out, size_t column, int64_t value)
{
	wire_put_int(&out->columns[column], value);
}

void wire_column_delta(struct wire_writer *out, size_t column, int64_t value)
{
	wire_put_delta(&out->columns[column], value, out->last[column]);
	out->last[column] = value;
}

/* ---- taking a line apart ---- */

struct leaf {
	unsigned char mark;
	int64_t value;
	struct bytes text;
};

struct parting {
	const struct set_header *header;
	const char *at;
	const char *end;
	struct buf shape;
	struct leaf leaves[WIRE_LEAVES_MAX];
	size_t count;
};

bool wire_mark_speaks(unsigned char mark)
{
	return mark != MARK_STRUCTURE && mark != MARK_DEVICE;
}

static bool is_hex(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (!(text[i] >= '0' && text[i] <= '9') &&
		    !(text[i] >= 'a' && text[i] <= 'f'))
			return false;
	}
	return true;
}

static bool is_day(const char *text, size_t len, int64_t *days)
{
	char copy[DATE_TEXT];
	struct date date;

	if (len != DATE_TEXT - 1 || memchr(text, '\0', len) != NULL)
		return false;
	memcpy(copy, text, len);
	copy[len] = '\0';
	if (!date_is_iso(copy) || date_parse(&date, copy, NULL) < 0)
		return false;
	*days = date_days(&date);
	return true;
}

static bool is_stamp(const char *text, size_t len, int64_t *seconds)
{
	char copy[STAMP_TEXT], again[STAMP_TEXT];

	if (len != STAMP_TEXT - 1 || memchr(text, '\0', len) != NULL)
		return false;
	memcpy(copy, text, len);
	copy[len] = '\0';
	if (stamp_parse(seconds, copy, NULL) < 0 || *seconds < 0 ||
	    *seconds > WIRE_TIME_MAX_S)
		return false;
	stamp_format(*seconds, again);
	return strcmp(copy, again) == 0;
}

static bool is_text(const char *text, size_t len, const char *other)
{
	return strlen(other) == len && memcmp(text, other, len) == 0;
}

static void literal(struct parting *parting, const char *end)
{
	buf_add(&parting->shape, parting->at, (size_t)(end - parting->at));
	parting->at = end;
}

static void leave(struct parting *parting, struct leaf leaf, const char *end)
{
	if (parting->count == WIRE_LEAVES_MAX) {
		literal(parting, end);
		return;
	}
	buf_add_char(&parting->shape, (char)leaf.mark);
	if (wire_mark_speaks(leaf.mark))
		parting->leaves[parting->count++] = leaf;
	parting->at = end;
}

/* One part of a record's key, up to ${end}. */
static void part_leaf(struct parting *parting, const char *end)
{
	size_t len = (size_t)(end - parting->at);
	struct leaf leaf = {MARK_BARE_TEXT, 0, {parting->at, len}};

	if (is_day(parting->at, len, &leaf.value))
		leaf.mark = MARK_BARE_DAY;
	leave(parting, leaf, end);
}

/* The parts of a record's key; its family is of the shape. */
static void key_leaves(struct parting *parting, const char *end)
{
	const char *slash =
	    memchr(parting->at, '/', (size_t)(end - parting->at));

	while (slash != NULL) {
		literal(parting, slash + 1);
		slash = memchr(parting->at, '/', (size_t)(end - parting->at));
		part_leaf(parting, slash != NULL ? slash : end);
	}
	literal(parting, end);
}

/* A quoted text that is a value: ${end} is past its quote. */
static void text_leaf(struct parting *parting, const char *end)
{
	const char *text = parting->at + 1;
	size_t len = (size_t)(end - text) - 1;
	struct leaf leaf = {MARK_TEXT, 0, {text, len}};

	if (len == 0) {
		literal(parting, end);
		return;
	}
	if (is_text(text, len, parting->header->structure))
		leaf.mark = MARK_STRUCTURE;
	else if (is_text(text, len, parting->header->device))
		leaf.mark = MARK_DEVICE;
	else if (len == HASH_TEXT - 1 && is_hex(text, len))
		leaf.mark = MARK_HASH;
	else if (is_day(text, len, &leaf.value))
		leaf.mark = MARK_DAY;
	else if (is_stamp(text, len, &leaf.value))
		leaf.mark = MARK_STAMP;
	leave(parting, leaf, end);
}

/* Past the quote that ends the text at ${at}; the line's end without one. */
static const char *past_text(const char *at, const char *end)
{
	for (at++; at < end && *at != '"'; at++) {
		if (*at == '\\' && at + 1 < end)
			at++;
	}
	return at < end ? at + 1 : end;
}

static bool ends_with(const struct buf *shape, const char *text)
{
	size_t len = strlen(text);

	return shape->len >= len &&
	       memcmp(shape->data + shape->len - len, text, len) == 0;
}

static void part_text(struct parting *parting)
{
	const char *end = past_text(parting->at, parting->end);
	bool whole = end - parting->at >= 2 && end[-1] == '"';

	if (!whole || (end < parting->end && *end == ':') ||
	    ends_with(&parting->shape, "{\"v\":1,\"kind\":")) {
		literal(parting, end);
	} else if (ends_with(&parting->shape, ",\"record\":")) {
		literal(parting, parting->at + 1);
		key_leaves(parting, end - 1);
		literal(parting, end);
	} else {
		text_leaf(parting, end);
	}
}

static void part_number(struct parting *parting)
{
	const char *end = parting->at, *digits;
	struct leaf leaf = {MARK_INT, 0, {NULL, 0}};
	bool negative = *end == '-';

	digits = negative ? ++end : end;
	for (; end < parting->end && *end >= '0' && *end <= '9'; end++) {
		if (end - digits < DIGITS_MAX)
			leaf.value = 10 * leaf.value + (*end - '0');
	}
	if (end == digits || end - digits > DIGITS_MAX ||
	    (*digits == '0' && (negative || end - digits > 1)) ||
	    ends_with(&parting->shape, "{\"v\":") ||
	    (end < parting->end && strchr(".eE", *end) != NULL)) {
		while (end < parting->end && *end != '\0' &&
		       strchr("0123456789.eE+-", *end) != NULL)
			end++;
		literal(parting, end);
		return;
	}
	leaf.value = negative ? -leaf.value : leaf.value;
	leave(parting, leaf, end);
}

static void part_line(struct parting *parting)
{
	while (parting->at < parting->end) {
		char c = *parting->at;

		if (c == '"')
			part_text(parting);
		else if (c == '-' || (c >= '0' && c <= '9'))
			part_number(parting);
		else
			literal(parting, parting->at + 1);
	}
}

/* ---- writing what came of it ---- */

/* Texts with a random identity in them: its digits are bytes. */
static const char *const prefixes[] = {"", "o-", "n-"};
#define HEX_MIN 10

static void put_new_text(struct wire_writer *out, struct bytes text)
{
	const char *data = text.data;
	uint8_t raw[TEXT_ID_MAX / 2];

	for (size_t i = sizeof(prefixes) / sizeof(prefixes[0]); i-- > 0;) {
		size_t before = strlen(prefixes[i]), len = text.len - before;

		if (text.len < before + HEX_MIN || len > 2 * sizeof(raw) ||
		    len % 2 != 0 || memcmp(data, prefixes[i], before) != 0 ||
		    !is_hex(data + before, len) ||
		    enc_unhex(raw, len / 2, data + before, len, NULL) < 0)
			continue;
		wire_put_int(&out->text, (int64_t)(len / 2 * 4 + i + 1));
		buf_add(&out->raw, raw, len / 2);
		return;
	}
	wire_put_int(&out->text, (int64_t)text.len * 4);
	buf_add(&out->text, data, text.len);
}

static void put_text(struct wire_writer *out, size_t column, struct bytes text)
{
	size_t number = table_find(&out->texts, text);

	if (number == NOT_FOUND) {
		number = out->texts.count;
		put_new_text(out, text);
		out->failed = out->failed || !table_add(&out->texts, text);
	}
	wire_column_delta(out, column, (int64_t)number);
}

static void put_hash(struct wire_writer *out, size_t column, struct bytes hex)
{
	struct hash hash;
	size_t number;

	if (enc_unhex(hash.bytes, HASH_LEN, hex.data, hex.len, NULL) < 0) {
		out->failed = true;
		return;
	}
	number = table_find(&out->hashes, (struct bytes){hash.bytes, HASH_LEN});
	if (number != NOT_FOUND) {
		wire_column_int(
		    out, column, (int64_t)(out->hashes.count - number));
		return;
	}
	wire_column_int(out, column, 0);
	buf_add(&out->raw, hash.bytes, HASH_LEN);
}

static void put_leaf(struct wire_writer *out, size_t column,
    const struct leaf *leaf, const struct set_header *header)
{
	switch (leaf->mark) {
	case MARK_TEXT:
	case MARK_BARE_TEXT:
		put_text(out, column, leaf->text);
		break;
	case MARK_HASH:
		put_hash(out, column, leaf->text);
		break;
	default:
		wire_column_delta(out, column,
		    leaf->value - wire_leaf_base(leaf->mark, header));
		break;
	}
}

/* The number of the shape, new or met before; NOT_FOUND when there are too
 * many. */
static size_t shape_number(
    struct wire_writer *out, const struct parting *parting)
{
	struct bytes shape = buf_bytes(&parting->shape);
	size_t number = table_find(&out->shapes, shape);
	void *copy;

	if (number != NOT_FOUND)
		return number;
	number = out->shapes.count;
	if (number == WIRE_SHAPES_MAX || shape.len > WIRE_SHAPE_MAX ||
	    out->column_count + parting->count > WIRE_COLUMNS_MAX)
		return NOT_FOUND;
	if ((copy = malloc(shape.len)) == NULL) {
		out->failed = true;
		return NOT_FOUND;
	}
	memcpy(copy, shape.data, shape.len);
	out->first[number] = out->column_count;
	if (!table_add(&out->shapes, (struct bytes){copy, shape.len})) {
		free(copy);
		out->failed = true;
		return NOT_FOUND;
	}
	wire_put_bytes(&out->shape_list, shape.data, shape.len);
	if (!add_columns(out, parting->count))
		out->failed = true;
	return out->failed ? NOT_FOUND : number;
}

/* Twenty digits, one line without control characters. */
static bool is_plain(struct bytes body)
{
	const char *text = body.data;

	if (body.len < SALT_TEXT + 3 || !is_hex(text, SALT_TEXT) ||
	    text[SALT_TEXT] != '\n' || text[body.len - 1] != '\n')
		return false;
	for (size_t i = SALT_TEXT + 1; i < body.len - 1; i++) {
		if ((unsigned char)text[i] < ' ')
			return false;
	}
	return true;
}

static bool write_parted(
    struct wire_writer *out, const struct set_header *header, struct bytes body)
{
	const char *text = body.data;
	struct parting parting = {
	    .header = header,
	    .at = text + SALT_TEXT + 1,
	    .end = text + body.len - 1,
	};
	uint8_t salt[ENTRY_SALT_LEN];
	size_t number = NOT_FOUND;

	part_line(&parting);
	out->failed = out->failed || parting.shape.failed ||
	              enc_unhex(salt, sizeof(salt), text, SALT_TEXT, NULL) < 0;
	if (!out->failed)
		number = shape_number(out, &parting);
	if (number != NOT_FOUND) {
		wire_column_int(out, COL_SHAPE, (int64_t)number + 2);
		buf_add(&out->raw, salt, sizeof(salt));
		for (size_t i = 0; i < parting.count; i++)
			put_leaf(out, out->first[number] + i,
			    &parting.leaves[i], header);
	}
	buf_free(&parting.shape);
	return number != NOT_FOUND;
}

void wire_write_entry(struct wire_writer *out, const struct set_header *header,
    const struct set_entry *entry)
{
	struct bytes body = entry->body;

	if (body.data == NULL) {
		wire_column_int(out, COL_SHAPE, 0);
		buf_add(&out->raw, entry->hash.bytes, HASH_LEN);
	} else if (!is_plain(body) || !write_parted(out, header, body)) {
		wire_column_int(out, COL_SHAPE, 1);
		wire_column_int(out, COL_LENGTH, (int64_t)body.len);
		buf_add(&out->text, body.data, body.len);
	}
	out->failed =
	    out->failed || !table_add(&out->hashes,
			       (struct bytes){entry->hash.bytes, HASH_LEN});
}
