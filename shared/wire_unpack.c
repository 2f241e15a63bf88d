#include <stdlib.h>
#include <string.h>

#include "shared/lang.h"
#include "shared/wire_pack.h"
#include "shared/wire_words.h"
#include "shared/zip.h"

struct unpacking {
	struct wire_unpacker in;
	struct wire_sets sets;
	const char *structure;
};

static int unreadable(struct err *err)
{
	return err_set(err, E_INVALID,
	    L("message compact illisible", "unreadable packed message"));
}

static int limit(struct err *err)
{
	return err_set(err, E_LIMIT,
	    L("message compact hors des limites",
		"packed message beyond the limits"));
}

/* ---- opening: the columns found before anything is read ---- */

/* Inflate the packed part into ${storage}. */
static int open_packed(struct unpacking *un, struct buf *storage,
    const void *data, size_t len, struct err *err)
{
	const uint8_t *bytes = data;
	size_t used = 0;
	int rc;

	if (!wire_unpacker_init(&un->in))
		return err_nomem(err);
	if (len == 0 || bytes[0] != WIRE_PACKED)
		return unreadable(err);
	if ((rc = zip_unpack(storage, wire_dictionary(), bytes + 1, len - 1,
		 WIRE_INFLATED_MAX, &used, err)) < 0)
		return rc;
	un->in.plain.at = (const uint8_t *)buf_text(storage);
	un->in.plain.end = un->in.plain.at + storage->len;
	un->in.raw.at = bytes + 1 + used;
	un->in.raw.end = bytes + len;
	return 0;
}

static bool read_shape(struct wire_unpacker *in, struct wire_shape *shape)
{
	const unsigned char *text;

	shape->text.len = (size_t)wire_int(&in->plain, WIRE_SHAPE_MAX);
	shape->text.data = text = wire_raw(&in->plain, shape->text.len);
	if (in->plain.bad || shape->text.len == 0)
		return false;
	shape->first = in->column_count;
	for (size_t i = 0; i < shape->text.len; i++) {
		if (text[i] >= ' ')
			continue;
		if (text[i] != MARK_BARE_DAY &&
		    (text[i] < MARK_TEXT || text[i] > MARK_BARE_TEXT))
			return false;
		shape->leaves += wire_mark_speaks(text[i]);
	}
	in->column_count += shape->leaves;
	return shape->leaves <= WIRE_LEAVES_MAX &&
	       in->column_count <= WIRE_COLUMNS_MAX;
}

static int read_shapes(struct wire_unpacker *in, struct err *err)
{
	in->column_count = COL_FIXED;
	in->shape_count = (size_t)wire_int(&in->plain, WIRE_SHAPES_MAX);
	if (in->plain.bad)
		return unreadable(err);
	in->shapes = calloc(in->shape_count + 1, sizeof(*in->shapes));
	if (in->shapes == NULL)
		return err_nomem(err);
	for (size_t i = 0; i < in->shape_count; i++) {
		if (!read_shape(in, &in->shapes[i]))
			return unreadable(err);
	}
	in->columns = calloc(in->column_count, sizeof(*in->columns));
	in->last = calloc(in->column_count, sizeof(*in->last));
	return in->columns == NULL || in->last == NULL ? err_nomem(err) : 0;
}

static void find_column(struct wire_unpacker *in, size_t column, size_t count)
{
	in->columns[column].at = in->plain.at;
	wire_skip(&in->plain, count);
	in->columns[column].end = in->plain.at;
	in->columns[column].bad = in->plain.bad;
}

/* How often each shape is used: a look ahead through its column. */
static void find_leaves(struct wire_unpacker *in, size_t entries)
{
	struct wire_reader ways;
	size_t *uses = calloc(in->shape_count + 2, sizeof(*uses));

	in->no_memory = in->no_memory || uses == NULL;
	find_column(in, COL_SHAPE, entries);
	ways = in->columns[COL_SHAPE];
	for (size_t i = 0; uses != NULL && !ways.bad && i < entries; i++)
		uses[wire_int(&ways, (int64_t)in->shape_count + 1)]++;
	if (uses == NULL || ways.bad) {
		in->plain.bad = true;
		free(uses);
		return;
	}
	find_column(in, COL_LENGTH, uses[1]);
	for (size_t i = 0; i < in->shape_count; i++) {
		const struct wire_shape *shape = &in->shapes[i];

		for (size_t leaf = 0; leaf < shape->leaves; leaf++)
			find_column(in, shape->first + leaf, uses[i + 2]);
	}
	free(uses);
}

static size_t count_entries(struct wire_unpacker *in, size_t sets)
{
	struct wire_reader counts = in->columns[COL_COUNT];
	size_t total = 0;

	for (size_t i = 0; i < sets && !counts.bad; i++)
		total += (size_t)wire_int(&counts, CHANGESET_ENTRIES_MAX);
	in->plain.bad = in->plain.bad || counts.bad;
	return total;
}

static size_t count_sets(struct wire_unpacker *in, size_t items)
{
	struct wire_reader types = in->columns[COL_TYPE];
	size_t total = 0;

	for (size_t i = 0; i < items && !types.bad; i++)
		total += wire_int(&types, PULL_SET) == PULL_SET;
	in->plain.bad = in->plain.bad || types.bad;
	return total;
}

/* ${bodies} receives the room that the message says its bodies take. */
static int open_columns(struct unpacking *un, size_t items, size_t sets,
    struct buf *bodies, struct err *err)
{
	struct wire_unpacker *in = &un->in;
	int64_t total = wire_int(&in->plain, INT64_MAX);
	int rc;

	if (in->plain.bad)
		return unreadable(err);
	if (total > (int64_t)WIRE_INFLATED_MAX)
		return limit(err);
	if ((rc = read_shapes(in, err)) < 0)
		return rc;
	find_column(in, COL_TYPE, items);
	find_column(in, COL_TIME, items);
	if (items > 0)
		sets = count_sets(in, items);
	for (size_t column = COL_PAIR; column <= COL_COUNT; column++)
		find_column(in, column, sets);
	find_leaves(in, count_entries(in, sets));
	if (in->no_memory)
		return err_nomem(err);
	if (in->plain.bad)
		return unreadable(err);
	/* One more than asked: bodies of no bytes lie somewhere too. */
	bodies->data = malloc((size_t)total + 1);
	if (bodies->data == NULL)
		return err_nomem(err);
	bodies->cap = (size_t)total + 1;
	in->out = (uint8_t *)bodies->data;
	in->room = (size_t)total;
	return 0;
}

/* ---- sets ---- */

static struct wire_session *read_session(struct unpacking *un)
{
	struct wire_sets *sets = &un->sets;
	struct wire_unpacker *in = &un->in;
	int64_t way = wire_column_get(
	    in, COL_PAIR, (int64_t)sets->session_count + PAIR_KNOWN - 1);
	struct wire_session *one;

	if (in->plain.bad)
		return NULL;
	if (way >= PAIR_KNOWN)
		return &sets->sessions[way - PAIR_KNOWN];
	if ((one = wire_session_add(sets)) == NULL) {
		in->no_memory = true;
		return NULL;
	}
	wire_device(&in->raw, one->device);
	wire_device(&in->raw, one->session);
	return one;
}

static void read_prev(struct unpacking *un, const struct wire_session *session,
    struct set_header *header)
{
	const struct wire_sets *sets = &un->sets;
	int64_t way = wire_column_get(
	    &un->in, COL_PREV, PREV_PAIR + (int64_t)sets->session_count - 1);

	switch (way) {
	case PREV_LAST:
		header->prev = session->last;
		break;
	case PREV_RAW:
		wire_copy(&un->in.raw, header->prev.bytes, HASH_LEN);
		break;
	case PREV_NONE:
		memset(&header->prev, 0, sizeof(header->prev));
		break;
	default:
		header->prev = sets->sessions[way - PREV_PAIR].last;
		break;
	}
}

static void read_head(struct unpacking *un, struct set_header *header)
{
	const struct hash *chain;

	switch (wire_column_get(&un->in, COL_HEAD, HEAD_CHAIN)) {
	case HEAD_FIRST:
		log_first(&header->seen.head, header->structure);
		break;
	case HEAD_RAW:
		wire_copy(&un->in.raw, header->seen.head.bytes, HASH_LEN);
		break;
	case HEAD_AGAIN:
		header->seen.head = un->sets.seen.head;
		break;
	default:
		chain = wire_sets_head(&un->sets, header->seen.n);
		if (chain != NULL)
			header->seen.head = *chain;
		else
			un->in.plain.bad = true;
		break;
	}
}

/* A number told from another one, in its column. */
static int64_t read_from(struct wire_unpacker *in, size_t column, int64_t from)
{
	int64_t value = wire_delta(&in->columns[column], from);

	in->plain.bad = in->plain.bad || in->columns[column].bad || value < 0;
	return in->plain.bad ? 0 : value;
}

static int read_header(struct unpacking *un, struct set_header *header,
    struct wire_session **session, struct err *err)
{
	struct wire_unpacker *in = &un->in;

	if ((*session = read_session(un)) == NULL)
		return in->no_memory ? err_nomem(err) : unreadable(err);
	text_copy(header->structure, sizeof(header->structure), un->structure);
	memcpy(header->device, (*session)->device, sizeof(header->device));
	memcpy(header->session, (*session)->session, sizeof(header->session));
	header->seq =
	    read_from(in, COL_SEQ, (int64_t)((uint64_t)(*session)->seq + 1));
	if (header->seq < 1)
		return unreadable(err);
	read_prev(un, *session, header);
	header->seen.epoch = wire_column_next(in, COL_EPOCH);
	header->seen.n = read_from(in, COL_SEEN, un->sets.n);
	if (in->plain.bad || header->seen.epoch < 0)
		return unreadable(err);
	read_head(un, header);
	header->at_s = read_from(in, COL_AT, un->sets.at_s);
	if (in->plain.bad || header->at_s > WIRE_TIME_MAX_S)
		return unreadable(err);
	un->sets.seen = header->seen;
	return 0;
}

static int read_entries(
    struct unpacking *un, struct changeset *set, struct err *err)
{
	struct wire_unpacker *in = &un->in;
	size_t total = 0;
	size_t count =
	    (size_t)wire_column_get(in, COL_COUNT, CHANGESET_ENTRIES_MAX);

	if (in->plain.bad || count == 0)
		return unreadable(err);
	if ((set->entries = calloc(count, sizeof(*set->entries))) == NULL)
		return err_nomem(err);
	set->count = count;
	for (size_t i = 0; i < count; i++) {
		if (!wire_read_entry(in, &set->header, &set->entries[i]))
			return in->no_memory ? err_nomem(err) : unreadable(err);
		total += set->entries[i].body.len;
	}
	return total > CHANGESET_BYTES_MAX ? limit(err) : 0;
}

static int read_set(struct unpacking *un, struct changeset *set,
    struct hash *manifest, struct err *err)
{
	struct wire_session *session;
	int rc;

	if ((rc = read_header(un, &set->header, &session, err)) < 0)
		return rc;
	wire_copy(&un->in.raw, set->sig, SIG_LEN);
	if (un->in.raw.bad)
		return unreadable(err);
	if ((rc = read_entries(un, set, err)) < 0 ||
	    (rc = changeset_hash(manifest, set, err)) < 0)
		return rc;
	session->seq = set->header.seq;
	session->last = *manifest;
	return 0;
}

/* Nothing is left over, and everything that was promised came. */
static int close_packed(struct unpacking *un, struct err *err)
{
	const struct wire_unpacker *in = &un->in;

	return in->plain.bad || in->raw.bad || in->plain.at != in->plain.end ||
	               in->raw.at != in->raw.end || in->used != in->room
	           ? unreadable(err)
	           : 0;
}

static void unpacking_clear(struct unpacking *un)
{
	wire_unpacker_clear(&un->in);
	wire_sets_clear(&un->sets);
}

/* ---- messages ---- */

static int read_told(struct unpacking *un, struct push_told *told,
    char structure[TEXT_ID_MAX + 1], size_t *count, struct err *err)
{
	struct wire_reader *plain = &un->in.plain;
	int64_t sets;

	wire_id(plain, structure, TEXT_ID_MAX + 1);
	sets = wire_int(plain, INT64_MAX);
	told->asked = wire_int(plain, 1) == 1;
	if (told->asked) {
		told->cursor = wire_int(plain, INT64_MAX);
		told->at_s = wire_int(plain, WIRE_TIME_MAX_S);
		told->unsent = wire_int(plain, INT32_MAX);
		wire_copy(&un->in.raw, told->known, WIRE_KNOWN_LEN);
		un->sets.at_s = told->at_s;
		un->sets.n = told->cursor;
	}
	if (plain->bad || un->in.raw.bad || sets == 0)
		return unreadable(err);
	if (sets > WIRE_SETS_MAX)
		return limit(err);
	*count = (size_t)sets;
	return 0;
}

static int read_push(struct unpacking *un, struct push *out, struct err *err)
{
	char structure[TEXT_ID_MAX + 1];
	struct hash manifest;
	size_t count = 0;
	int rc;

	if ((rc = read_told(un, &out->told, structure, &count, err)) < 0 ||
	    (rc = open_columns(un, 0, count, &out->storage, err)) < 0)
		return rc;
	un->structure = structure;
	for (size_t i = 0; i < count; i++) {
		out->count++;
		if ((rc = read_set(un, &out->sets[i], &manifest, err)) < 0)
			return rc;
		un->sets.at_s = out->sets[i].header.at_s;
		un->sets.n = out->sets[i].header.seen.n;
	}
	return close_packed(un, err);
}

int wire_packed_push_decode(
    struct push *out, const void *data, size_t len, struct err *err)
{
	struct unpacking un = {.structure = ""};
	struct buf packed = BUF_INIT;
	int rc;

	memset(out, 0, sizeof(*out));
	if ((rc = open_packed(&un, &packed, data, len, err)) == 0)
		rc = read_push(&un, out, err);
	unpacking_clear(&un);
	buf_free(&packed);
	return rc;
}

static int read_item(
    struct unpacking *un, struct pull *out, size_t i, struct err *err)
{
	struct pull_item *item = &out->items[i];
	struct wire_unpacker *in = &un->in;
	int rc = 0;

	item->type = (enum pull_type)wire_column_get(in, COL_TYPE, PULL_SET);
	item->time_s = wire_column_next(in, COL_TIME);
	if (in->plain.bad || item->time_s < 0 || item->time_s > WIRE_TIME_MAX_S)
		return unreadable(err);
	un->sets.at_s = item->time_s;
	un->sets.n = (int64_t)((uint64_t)out->first + i);
	if (item->type == PULL_SET)
		rc = read_set(un, &item->set, &item->manifest, err);
	else
		wire_copy(&in->raw, item->manifest.bytes, HASH_LEN);
	if (rc == 0)
		wire_sets_step(&un->sets, item->time_s, &item->manifest);
	return rc;
}

static int read_pull(struct unpacking *un, struct pull *out, struct err *err)
{
	struct wire_reader *plain = &un->in.plain;
	size_t count;
	int rc;

	wire_id(plain, out->structure, sizeof(out->structure));
	out->epoch = wire_int(plain, INT64_MAX);
	out->first = wire_int(plain, INT64_MAX);
	out->more = wire_int(plain, 1) == 1;
	out->based = wire_int(plain, 1) == 1;
	count = (size_t)wire_int(plain, WIRE_ITEMS_MAX);
	wire_copy(&un->in.raw, out->sig, SIG_LEN);
	if (out->based)
		wire_copy(&un->in.raw, out->base.bytes, HASH_LEN);
	if (plain->bad || un->in.raw.bad)
		return unreadable(err);
	if ((rc = open_columns(un, count, 0, &out->storage, err)) < 0)
		return rc;
	un->structure = out->structure;
	out->items = calloc(count + 1, sizeof(*out->items));
	if (out->items == NULL ||
	    !wire_sets_chain(&un->sets, out->first, count, out->structure,
		out->based ? &out->base : NULL))
		return err_nomem(err);
	out->count = count;
	for (size_t i = 0; i < count; i++) {
		if ((rc = read_item(un, out, i, err)) < 0)
			return rc;
	}
	return close_packed(un, err);
}

int wire_packed_pull_decode(
    struct pull *out, const void *data, size_t len, struct err *err)
{
	struct unpacking un = {.structure = ""};
	struct buf packed = BUF_INIT;
	int rc;

	memset(out, 0, sizeof(*out));
	if ((rc = open_packed(&un, &packed, data, len, err)) == 0)
		rc = read_pull(&un, out, err);
	unpacking_clear(&un);
	buf_free(&packed);
	return rc;
}
