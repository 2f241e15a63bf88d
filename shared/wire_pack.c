#include <stdlib.h>
#include <string.h>

#include "shared/lang.h"
#include "shared/wire_pack.h"
#include "shared/wire_words.h"
#include "shared/zip.h"

/* ---- for both ways ---- */

bool wire_sets_chain(struct wire_sets *sets, int64_t first, size_t count,
    const char *structure, const struct hash *base)
{
	if (first != 1 && base == NULL)
		return true;
	sets->first = first;
	if ((sets->chain = calloc(count + 1, sizeof(*sets->chain))) == NULL)
		return false;
	if (first == 1)
		log_first(&sets->chain[0], structure);
	else
		sets->chain[0] = *base;
	sets->chain_count = 1;
	return true;
}

void wire_sets_clear(struct wire_sets *sets)
{
	free(sets->sessions);
	free(sets->chain);
}

struct wire_session *wire_session_add(struct wire_sets *sets)
{
	if (sets->session_count == sets->session_max) {
		size_t max =
		    sets->session_max == 0 ? 16 : 2 * sets->session_max;
		struct wire_session *sessions =
		    realloc(sets->sessions, max * sizeof(*sessions));

		if (sessions == NULL)
			return NULL;
		sets->sessions = sessions;
		sets->session_max = max;
	}
	memset(
	    &sets->sessions[sets->session_count], 0, sizeof(*sets->sessions));
	return &sets->sessions[sets->session_count++];
}

void wire_sets_step(
    struct wire_sets *sets, int64_t time_s, const struct hash *manifest)
{
	if (sets->chain_count == 0)
		return;
	log_next(&sets->chain[sets->chain_count],
	    &sets->chain[sets->chain_count - 1], time_s, manifest);
	sets->chain_count++;
}

const struct hash *wire_sets_head(const struct wire_sets *sets, int64_t n)
{
	uint64_t i = (uint64_t)n - (uint64_t)sets->first + 1;

	return n >= sets->first - 1 && i < sets->chain_count ? &sets->chain[i]
	                                                     : NULL;
}

/* ---- writing ---- */

struct packing {
	struct wire_writer writer;
	struct wire_sets sets;
	struct buf head; /* of the message */
	int64_t bytes;   /* of all bodies */
};

static struct wire_session *find_session(
    struct packing *packing, const struct set_header *header)
{
	struct wire_sets *sets = &packing->sets;

	for (size_t i = sets->session_count; i-- > 0;) {
		struct wire_session *one = &sets->sessions[i];

		if (strcmp(one->session, header->session) == 0 &&
		    strcmp(one->device, header->device) == 0)
			return one;
	}
	return NULL;
}

static struct wire_session *write_session(
    struct packing *packing, const struct set_header *header)
{
	struct wire_session *one = find_session(packing, header);
	struct wire_writer *out = &packing->writer;

	if (one != NULL) {
		wire_column_int(
		    out, COL_PAIR, PAIR_KNOWN + (one - packing->sets.sessions));
		return one;
	}
	if ((one = wire_session_add(&packing->sets)) == NULL)
		return NULL;
	memcpy(one->device, header->device, sizeof(one->device));
	memcpy(one->session, header->session, sizeof(one->session));
	wire_column_int(out, COL_PAIR, PAIR_RAW);
	wire_put_device(&out->raw, header->device);
	wire_put_device(&out->raw, header->session);
	return one;
}

static void write_prev(struct packing *packing,
    const struct wire_session *session, const struct set_header *header)
{
	const struct wire_sets *sets = &packing->sets;
	struct wire_writer *out = &packing->writer;
	int64_t way = PREV_RAW;

	if (hash_is_zero(&header->prev))
		way = PREV_NONE;
	else if (hash_equal(&header->prev, &session->last))
		way = PREV_LAST;
	for (size_t i = 0; way == PREV_RAW && i < sets->session_count; i++) {
		if (hash_equal(&header->prev, &sets->sessions[i].last))
			way = PREV_PAIR + (int64_t)i;
	}
	wire_column_int(out, COL_PREV, way);
	if (way == PREV_RAW)
		buf_add(&out->raw, header->prev.bytes, HASH_LEN);
}

static void write_seen(struct packing *packing, const struct set_header *header)
{
	struct wire_writer *out = &packing->writer;
	struct wire_sets *sets = &packing->sets;
	const struct log_point *seen = &header->seen;
	const struct hash *known = wire_sets_head(sets, seen->n);
	struct hash first;
	int64_t way = HEAD_RAW;

	log_first(&first, header->structure);
	if (seen->n == 0 && hash_equal(&seen->head, &first))
		way = HEAD_FIRST;
	else if (hash_equal(&seen->head, &sets->seen.head))
		way = HEAD_AGAIN;
	else if (known != NULL && hash_equal(&seen->head, known))
		way = HEAD_CHAIN;
	wire_column_delta(out, COL_EPOCH, seen->epoch);
	wire_put_delta(&out->columns[COL_SEEN], seen->n, sets->n);
	wire_column_int(out, COL_HEAD, way);
	if (way == HEAD_RAW)
		buf_add(&out->raw, seen->head.bytes, HASH_LEN);
	sets->seen = *seen;
}

static void write_set(struct packing *packing, const struct changeset *set,
    const struct hash *manifest)
{
	const struct set_header *header = &set->header;
	struct wire_writer *out = &packing->writer;
	struct wire_session *session = write_session(packing, header);

	if (session == NULL) {
		out->failed = true;
		return;
	}
	wire_put_delta(&out->columns[COL_SEQ], header->seq, session->seq + 1);
	write_prev(packing, session, header);
	write_seen(packing, header);
	wire_put_delta(&out->columns[COL_AT], header->at_s, packing->sets.at_s);
	wire_column_int(out, COL_COUNT, (int64_t)set->count);
	buf_add(&out->raw, set->sig, SIG_LEN);
	session->seq = header->seq;
	session->last = *manifest;
	for (size_t i = 0; i < set->count; i++) {
		wire_write_entry(out, header, &set->entries[i]);
		packing->bytes += (int64_t)set->entries[i].body.len;
	}
}

/* The whole: what is packed, then what would not shrink. */
static int finish(struct buf *out, struct packing *packing, struct err *err)
{
	struct wire_writer *writer = &packing->writer;
	struct buf *plain = &packing->head;
	int rc;

	wire_put_int(plain, packing->bytes);
	wire_put_int(plain, (int64_t)writer->shapes.count);
	buf_add(plain, writer->shape_list.data, writer->shape_list.len);
	writer->failed = writer->failed || writer->shape_list.failed;
	for (size_t i = 0; i < writer->column_count; i++) {
		writer->failed = writer->failed || writer->columns[i].failed;
		buf_add(plain, writer->columns[i].data, writer->columns[i].len);
	}
	buf_add(plain, writer->text.data, writer->text.len);
	if (writer->failed || writer->text.failed)
		return err_nomem(err);
	if ((rc = buf_check(plain, err)) < 0 ||
	    (rc = buf_check(&writer->raw, err)) < 0)
		return rc;
	buf_add_char(out, WIRE_PACKED);
	if ((rc = zip_pack(
		 out, wire_dictionary(), plain->data, plain->len, err)) < 0)
		return rc;
	buf_add(out, writer->raw.data, writer->raw.len);
	return buf_check(out, err);
}

static void packing_clear(struct packing *packing)
{
	wire_writer_clear(&packing->writer);
	wire_sets_clear(&packing->sets);
	buf_free(&packing->head);
}

static int write_push(struct packing *packing, const struct changeset *sets,
    size_t count, struct err *err)
{
	for (size_t i = 0; i < count; i++) {
		struct hash manifest;
		int rc;

		if (strcmp(sets[i].header.structure,
			sets[0].header.structure) != 0)
			return err_set(err, E_INVALID,
			    L("un envoi compact est d'une seule structure",
				"a packed push is of one structure alone"));
		if ((rc = changeset_hash(&manifest, &sets[i], err)) < 0)
			return rc;
		write_set(packing, &sets[i], &manifest);
		packing->sets.at_s = sets[i].header.at_s;
		packing->sets.n = sets[i].header.seen.n;
	}
	return 0;
}

int wire_packed_push_encode(struct buf *out, const struct changeset *sets,
    size_t count, const struct push_told *told, struct err *err)
{
	struct packing packing = {.bytes = 0};
	struct buf *head = &packing.head;
	int rc;

	wire_writer_init(&packing.writer);
	wire_put_text(head, sets[0].header.structure);
	wire_put_int(head, (int64_t)count);
	wire_put_int(head, told->asked);
	if (told->asked) {
		wire_put_int(head, told->cursor);
		wire_put_int(head, told->at_s);
		wire_put_int(head, told->unsent);
		buf_add(&packing.writer.raw, told->known, WIRE_KNOWN_LEN);
		packing.sets.at_s = told->at_s;
		packing.sets.n = told->cursor;
	}
	if ((rc = write_push(&packing, sets, count, err)) == 0)
		rc = finish(out, &packing, err);
	packing_clear(&packing);
	return rc;
}

static void write_item(
    struct packing *packing, const struct pull *pull, size_t i)
{
	const struct pull_item *item = &pull->items[i];
	struct wire_writer *out = &packing->writer;

	wire_column_int(out, COL_TYPE, item->type);
	wire_column_delta(out, COL_TIME, item->time_s);
	packing->sets.at_s = item->time_s;
	packing->sets.n = (int64_t)((uint64_t)pull->first + i);
	if (item->type == PULL_SET)
		write_set(packing, &item->set, &item->manifest);
	else
		buf_add(&out->raw, item->manifest.bytes, HASH_LEN);
	wire_sets_step(&packing->sets, item->time_s, &item->manifest);
}

int wire_packed_pull_encode(
    struct buf *out, const struct pull *pull, struct err *err)
{
	struct packing packing = {.bytes = 0};
	struct buf *head = &packing.head;
	int rc;

	wire_writer_init(&packing.writer);
	wire_put_text(head, pull->structure);
	wire_put_int(head, pull->epoch);
	wire_put_int(head, pull->first);
	wire_put_int(head, pull->more);
	wire_put_int(head, pull->based);
	wire_put_int(head, (int64_t)pull->count);
	buf_add(&packing.writer.raw, pull->sig, SIG_LEN);
	if (pull->based)
		buf_add(&packing.writer.raw, pull->base.bytes, HASH_LEN);
	if (!wire_sets_chain(&packing.sets, pull->first, pull->count,
		pull->structure, pull->based ? &pull->base : NULL))
		packing.writer.failed = true;
	for (size_t i = 0; !packing.writer.failed && i < pull->count; i++)
		write_item(&packing, pull, i);
	rc = finish(out, &packing, err);
	packing_clear(&packing);
	return rc;
}
