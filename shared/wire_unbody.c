#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/date.h"
#include "shared/enc.h"
#include "shared/entry.h"
#include "shared/wire_parts.h"
#include "shared/wire_words.h"

void wire_unpacker_clear(struct wire_unpacker *in)
{
	free(in->columns);
	free(in->last);
	free(in->shapes);
	free(in->texts);
	free(in->hashes);
}

int64_t wire_column_get(struct wire_unpacker *in, size_t column, int64_t max)
{
	int64_t value = wire_int(&in->columns[column], max);

	in->plain.bad = in->plain.bad || in->columns[column].bad;
	return value;
}

int64_t wire_column_next(struct wire_unpacker *in, size_t column)
{
	in->last[column] = wire_delta(&in->columns[column], in->last[column]);
	in->plain.bad = in->plain.bad || in->columns[column].bad;
	return in->last[column];
}

/* ---- what bodies are written into: bounded by what was promised ---- */

static void *room(struct wire_unpacker *in, size_t len)
{
	void *at = in->out + in->used;

	if (in->plain.bad || len > in->room - in->used) {
		in->plain.bad = true;
		return NULL;
	}
	in->used += len;
	return at;
}

static void add(struct wire_unpacker *in, const void *data, size_t len)
{
	void *at = data != NULL && len > 0 ? room(in, len) : NULL;

	if (at != NULL)
		memcpy(at, data, len);
}

static void add_hex(struct wire_unpacker *in, size_t len)
{
	const uint8_t *data = wire_raw(&in->raw, len);
	char text[2 * HASH_LEN + 1];

	if (data == NULL || len > HASH_LEN) {
		in->plain.bad = true;
		return;
	}
	enc_hex(data, len, text);
	add(in, text, 2 * len);
}

/* ---- leaves ---- */

static bool note_text(struct wire_unpacker *in, struct bytes text)
{
	if (in->text_count == in->text_max) {
		size_t max = in->text_max == 0 ? 256 : 2 * in->text_max;
		struct bytes *texts = realloc(in->texts, max * sizeof(*texts));

		if (texts == NULL) {
			in->no_memory = true;
			return false;
		}
		in->texts = texts;
		in->text_max = max;
	}
	in->texts[in->text_count++] = text;
	return true;
}

bool wire_unpacker_init(struct wire_unpacker *in)
{
	struct bytes word;

	for (size_t i = 0; (word = wire_word(i)).data != NULL; i++) {
		if (!note_text(in, word))
			return false;
	}
	return true;
}

static void new_text(struct wire_unpacker *in)
{
	static const char *const prefixes[] = {"", "o-", "n-"};
	int64_t told = wire_int(&in->plain, INT64_MAX / 8);
	size_t way = (size_t)told % 4, len = (size_t)told / 4;
	struct bytes text = {in->out + in->used, in->used};

	if (way == 0) {
		add(in, wire_raw(&in->plain, len), len);
	} else {
		add(in, prefixes[way - 1], strlen(prefixes[way - 1]));
		add_hex(in, len);
	}
	text.len = in->used - text.len;
	if (!in->plain.bad && !note_text(in, text))
		in->plain.bad = true;
}

static void read_text(struct wire_unpacker *in, size_t column)
{
	int64_t number = wire_column_next(in, column);

	if (number < 0 || (uint64_t)number > in->text_count)
		in->plain.bad = true;
	else if ((size_t)number == in->text_count)
		new_text(in);
	else
		add(in, in->texts[number].data, in->texts[number].len);
}

static void read_hash(struct wire_unpacker *in, size_t column)
{
	int64_t back = wire_column_get(in, column, (int64_t)in->hash_count);
	char hex[HASH_TEXT];

	if (back == 0) {
		add_hex(in, HASH_LEN);
		return;
	}
	if (in->plain.bad)
		return;
	hash_hex(&in->hashes[in->hash_count - (size_t)back], hex);
	add(in, hex, HASH_TEXT - 1);
}

#define DAY_FIRST INT64_C(-25567) /* 1900-01-01 */
#define DAY_LAST  INT64_C(84005)  /* 2199-12-31 */
#define INT_LIMIT INT64_C(1000000000000000)
#define A_DAY_S   86400

int64_t wire_leaf_base(unsigned char mark, const struct set_header *header)
{
	switch (mark) {
	case MARK_STAMP:
		return header->at_s;
	case MARK_DAY:
	case MARK_BARE_DAY:
		return header->at_s / A_DAY_S;
	default:
		return 0;
	}
}

/* Hostile numbers wrap, and are then out of bounds. */
static int64_t wrapped(int64_t a, int64_t b)
{
	return (int64_t)((uint64_t)a + (uint64_t)b);
}

static void read_number(struct wire_unpacker *in, size_t column,
    unsigned char mark, const struct set_header *header)
{
	int64_t value = wire_column_next(in, column);
	int64_t min = -INT_LIMIT, max = INT_LIMIT;
	char text[24];
	struct date date;

	if (mark == MARK_STAMP) {
		min = 0;
		max = WIRE_TIME_MAX_S;
	} else if (mark != MARK_INT) {
		min = DAY_FIRST;
		max = DAY_LAST;
	}
	value = wrapped(value, wire_leaf_base(mark, header));
	if (value < min || value > max || in->plain.bad) {
		in->plain.bad = true;
		return;
	}
	if (mark == MARK_INT) {
		(void)snprintf(text, sizeof(text), "%" PRId64, value);
	} else if (mark == MARK_STAMP) {
		stamp_format(value, text);
	} else {
		date = date_from_days(value);
		date_format(&date, text);
	}
	add(in, text, strlen(text));
}

static void read_leaf(struct wire_unpacker *in, unsigned char mark,
    const struct set_header *header, size_t column)
{
	bool bare =
	    mark == MARK_INT || mark == MARK_BARE_TEXT || mark == MARK_BARE_DAY;

	if (!bare)
		add(in, "\"", 1);
	switch (mark) {
	case MARK_TEXT:
	case MARK_BARE_TEXT:
		read_text(in, column);
		break;
	case MARK_STRUCTURE:
		add(in, header->structure, strlen(header->structure));
		break;
	case MARK_DEVICE:
		add(in, header->device, strlen(header->device));
		break;
	case MARK_HASH:
		read_hash(in, column);
		break;
	default:
		read_number(in, column, mark, header);
		break;
	}
	if (!bare)
		add(in, "\"", 1);
}

/* ---- entries ---- */

static void read_shaped(struct wire_unpacker *in,
    const struct set_header *header, const struct wire_shape *shape)
{
	const unsigned char *text = shape->text.data;
	size_t column = shape->first, from = 0;

	add_hex(in, ENTRY_SALT_LEN);
	add(in, "\n", 1);
	for (size_t i = 0; i < shape->text.len && !in->plain.bad; i++) {
		if (text[i] >= ' ')
			continue;
		add(in, text + from, i - from);
		from = i + 1;
		read_leaf(in, text[i], header, column);
		column += wire_mark_speaks(text[i]);
	}
	add(in, text + from, shape->text.len - from);
	add(in, "\n", 1);
}

bool wire_note_hash(struct wire_unpacker *in, const struct hash *hash)
{
	if (in->hash_count == in->hash_max) {
		size_t max = in->hash_max == 0 ? 256 : 2 * in->hash_max;
		struct hash *hashes =
		    realloc(in->hashes, max * sizeof(*hashes));

		if (hashes == NULL) {
			in->no_memory = true;
			return false;
		}
		in->hashes = hashes;
		in->hash_max = max;
	}
	in->hashes[in->hash_count++] = *hash;
	return true;
}

bool wire_read_entry(struct wire_unpacker *in, const struct set_header *header,
    struct set_entry *entry)
{
	int64_t way =
	    wire_column_get(in, COL_SHAPE, (int64_t)in->shape_count + 1);
	size_t start = in->used, len;

	if (in->plain.bad)
		return false;
	entry->body = (struct bytes){NULL, 0};
	if (way == 0) {
		wire_copy(&in->raw, entry->hash.bytes, HASH_LEN);
	} else {
		if (way == 1) {
			len =
			    (size_t)wire_column_get(in, COL_LENGTH, INT32_MAX);
			add(in, wire_raw(&in->plain, len), len);
		} else {
			read_shaped(in, header, &in->shapes[way - 2]);
		}
		if (in->plain.bad || in->raw.bad)
			return false;
		entry->body = (struct bytes){in->out + start, in->used - start};
		hash_of(&entry->hash, entry->body.data, entry->body.len);
	}
	return !in->raw.bad && wire_note_hash(in, &entry->hash);
}
