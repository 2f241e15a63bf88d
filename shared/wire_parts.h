/*
 * Inside wire 2: how the bodies of entries are taken apart into a shape and
 * its leaves, and put together again. For shared/wire_*.c alone.
 *
 * A body that is 20 digits of salt and one line without control characters
 * is its salt, a shape (the line, each leaf replaced by a mark) and leaves,
 * each in the column of its place in its shape. Nothing is parsed as JSON:
 * whatever the line is, putting it together gives the same bytes.
 */
#ifndef POINTEAU_SHARED_WIRE_PARTS_H
#define POINTEAU_SHARED_WIRE_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/changeset.h"
#include "shared/wire_io.h"

#define WIRE_SHAPES_MAX  1024
#define WIRE_LEAVES_MAX  128 /* of one shape; what is beyond is its text */
#define WIRE_SHAPE_MAX   ((size_t)8 * 1024)
#define WIRE_COLUMNS_MAX 16384

/* The marks of a shape. A text and a day come with quotes or without. */
enum wire_mark {
	MARK_TEXT = 1,
	MARK_STRUCTURE = 2, /* the set's, quoted: says nothing */
	MARK_DAY = 3,
	MARK_INT = 4,
	MARK_DEVICE = 5, /* the set's, quoted: says nothing */
	MARK_STAMP = 6,
	MARK_HASH = 7,
	MARK_BARE_TEXT = 8,
	MARK_BARE_DAY = 11,
};

/* What a leaf's number is told from: days and times from the set's. */
int64_t wire_leaf_base(unsigned char mark, const struct set_header *header);

/* Does a mark have a column? */
bool wire_mark_speaks(unsigned char mark);

/* The columns about sets and entries, before those of the leaves. */
enum wire_column {
	COL_TYPE, /* of pulls, an item each */
	COL_TIME,
	COL_PAIR, /* a set each */
	COL_SEQ,
	COL_PREV,
	COL_EPOCH,
	COL_SEEN,
	COL_HEAD,
	COL_AT,
	COL_COUNT,
	COL_SHAPE,  /* an entry each: 0 withheld, 1 as it is, shape + 2 */
	COL_LENGTH, /* of those that are as they are */
	COL_FIXED,
};

/* ---- writing (wire_body.c) ---- */

/* Things met, numbered from 0, found again by their bytes. */
struct wire_table {
	struct bytes *items; /* owned array; the bytes are borrowed */
	size_t count;
	size_t max;
	uint32_t *slots; /* number + 1 */
	size_t slot_count;
};

struct wire_writer {
	struct buf *columns; /* owned */
	int64_t *last;
	size_t column_count;
	size_t column_max;
	size_t *first; /* column of each shape's first leaf */
	struct wire_table texts, shapes, hashes;
	struct buf shape_list; /* as sent */
	struct buf text;       /* what is met first */
	struct buf raw;        /* what does not compress */
	bool failed;           /* out of memory */
};

void wire_writer_init(struct wire_writer *out);
void wire_writer_clear(struct wire_writer *out);
/* Append to a column: the value, or its distance from the one before. */
void wire_column_int(struct wire_writer *out, size_t column, int64_t value);
void wire_column_delta(struct wire_writer *out, size_t column, int64_t value);
/* One entry of a set. Its bytes stay until the writer is cleared. */
void wire_write_entry(struct wire_writer *out, const struct set_header *header,
    const struct set_entry *entry);

/* ---- reading (wire_unbody.c) ---- */

struct wire_shape {
	struct bytes text; /* borrowed from the message */
	size_t first;
	size_t leaves;
};

struct wire_unpacker {
	struct wire_reader *columns; /* owned */
	int64_t *last;
	size_t column_count;
	struct wire_shape *shapes; /* owned */
	size_t shape_count;
	struct bytes *texts; /* owned array */
	size_t text_count;
	size_t text_max;
	struct hash *hashes; /* owned */
	size_t hash_count;
	size_t hash_max;
	struct wire_reader plain; /* what is left of the packed part */
	struct wire_reader raw;
	uint8_t *out; /* where bodies go: borrowed */
	size_t room;
	size_t used;
	bool no_memory;
};

/* Zeros before; false without memory. */
bool wire_unpacker_init(struct wire_unpacker *in);
void wire_unpacker_clear(struct wire_unpacker *in);
int64_t wire_column_get(struct wire_unpacker *in, size_t column, int64_t max);
int64_t wire_column_next(struct wire_unpacker *in, size_t column);
/* Put one entry together, its hash too. False when it cannot be. */
bool wire_read_entry(struct wire_unpacker *in, const struct set_header *header,
    struct set_entry *entry);
/* Number a hash that others may be told by. */
bool wire_note_hash(struct wire_unpacker *in, const struct hash *hash);

#endif
