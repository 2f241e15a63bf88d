#include <stdlib.h>
#include <string.h>

#include "shared/lang.h"
#include "shared/wire.h"
#include "shared/wire_io.h"
#include "shared/wire_pack.h"
#include "shared/zip.h"

/* ---- writing ---- */

static void put_set(struct buf *out, const struct changeset *set)
{
	const struct set_header *header = &set->header;

	wire_put_text(out, header->structure);
	wire_put_device(out, header->device);
	wire_put_device(out, header->session);
	wire_put_int(out, header->seq);
	buf_add(out, header->prev.bytes, HASH_LEN);
	wire_put_int(out, header->seen.epoch);
	wire_put_int(out, header->seen.n);
	buf_add(out, header->seen.head.bytes, HASH_LEN);
	wire_put_int(out, header->at_s);
	buf_add(out, set->sig, SIG_LEN);
	wire_put_int(out, (int64_t)set->count);
	for (size_t i = 0; i < set->count; i++) {
		const struct set_entry *entry = &set->entries[i];

		/* 0: withheld, its hash follows; n: a body of n - 1 bytes. */
		if (entry->body.data == NULL) {
			wire_put_int(out, 0);
			buf_add(out, entry->hash.bytes, HASH_LEN);
		} else {
			wire_put_int(out, (int64_t)entry->body.len + 1);
			buf_add(out, entry->body.data, entry->body.len);
		}
	}
}

static int finish(struct buf *out, struct buf *plain, struct err *err)
{
	int rc;

	if ((rc = buf_check(plain, err)) == 0)
		rc = zip_deflate(out, plain->data, plain->len, err);
	buf_free(plain);
	return rc;
}

int wire_push_encode(struct buf *out, const struct changeset *sets,
    size_t count, struct err *err)
{
	struct buf plain = BUF_INIT;

	wire_put_int(&plain, WIRE_VERSION);
	wire_put_int(&plain, (int64_t)count);
	for (size_t i = 0; i < count; i++)
		put_set(&plain, &sets[i]);
	return finish(out, &plain, err);
}

int wire_pull_encode(struct buf *out, const struct pull *pull, struct err *err)
{
	struct buf plain = BUF_INIT;

	wire_put_int(&plain, WIRE_VERSION);
	wire_put_text(&plain, pull->structure);
	wire_put_int(&plain, pull->epoch);
	wire_put_int(&plain, pull->first);
	wire_put_int(&plain, pull->more);
	buf_add(&plain, pull->sig, SIG_LEN);
	wire_put_int(&plain, (int64_t)pull->count);
	for (size_t i = 0; i < pull->count; i++) {
		const struct pull_item *item = &pull->items[i];

		wire_put_int(&plain, item->type);
		wire_put_int(&plain, item->time_s);
		if (item->type == PULL_SET)
			put_set(&plain, &item->set);
		else
			buf_add(&plain, item->manifest.bytes, HASH_LEN);
	}
	return finish(out, &plain, err);
}

/* ---- reading ---- */

static int set_too_big(struct err *err)
{
	return err_set(err, E_LIMIT,
	    L("lot de plus de %zu octets", "change set over %zu bytes"),
	    CHANGESET_BYTES_MAX);
}

static int get_entry(
    struct wire_reader *in, struct set_entry *entry, struct err *err)
{
	int64_t len = wire_int(in, INT64_MAX);

	if (len == 0) {
		entry->body = (struct bytes){NULL, 0};
		wire_copy(in, entry->hash.bytes, HASH_LEN);
		return 0;
	}
	/* One body too long for an entry is that entry's fault alone. */
	if (len - 1 > (int64_t)CHANGESET_BYTES_MAX)
		return set_too_big(err);
	entry->body.len = (size_t)len - 1;
	entry->body.data = wire_raw(in, entry->body.len);
	if (!in->bad)
		hash_of(&entry->hash, entry->body.data, entry->body.len);
	return 0;
}

static void get_header(struct wire_reader *in, struct set_header *header)
{
	wire_id(in, header->structure, sizeof(header->structure));
	wire_device(in, header->device);
	wire_device(in, header->session);
	header->seq = wire_int(in, INT64_MAX);
	wire_copy(in, header->prev.bytes, HASH_LEN);
	header->seen.epoch = wire_int(in, INT64_MAX);
	header->seen.n = wire_int(in, INT64_MAX);
	wire_copy(in, header->seen.head.bytes, HASH_LEN);
	header->at_s = wire_int(in, WIRE_TIME_MAX_S);
	if (header->seq < 1)
		in->bad = true;
}

static int get_entries(struct wire_reader *in, struct changeset *set,
    size_t count, struct err *err)
{
	size_t total = 0;
	int rc = 0;

	if ((set->entries = calloc(count, sizeof(*set->entries))) == NULL)
		return err_nomem(err);
	set->count = count;
	for (size_t i = 0; rc == 0 && i < count; i++) {
		rc = get_entry(in, &set->entries[i], err);
		total += set->entries[i].body.len;
	}
	if (rc == 0 && total > CHANGESET_BYTES_MAX)
		rc = set_too_big(err);
	return rc;
}

static int get_set(
    struct wire_reader *in, struct changeset *set, struct err *err)
{
	int64_t count;

	get_header(in, &set->header);
	wire_copy(in, set->sig, SIG_LEN);
	count = wire_int(in, INT64_MAX);
	if (in->bad || count == 0)
		return err_set(err, E_INVALID,
		    L("lot illisible", "unreadable change set"));
	if (count > CHANGESET_ENTRIES_MAX)
		return err_set(err, E_LIMIT,
		    L("lot de plus de %d écritures",
			"change set of over %d entries"),
		    CHANGESET_ENTRIES_MAX);
	return get_entries(in, set, (size_t)count, err);
}

static int unreadable(struct err *err)
{
	return err_set(err, E_INVALID,
	    L("message illisible : tronqué, abîmé ou d'une autre version",
		"unreadable message: cut short, damaged or of another "
		"version"));
}

/* Inflate a message into ${storage} and read its version. */
static int open_message(struct wire_reader *in, struct buf *storage,
    const void *data, size_t len, struct err *err)
{
	int rc = zip_inflate(storage, data, len, WIRE_INFLATED_MAX, err);

	if (rc < 0)
		return rc;
	in->at = (const uint8_t *)buf_text(storage);
	in->end = in->at + storage->len;
	in->bad = false;
	return wire_int(in, WIRE_VERSION) == WIRE_VERSION ? 0 : unreadable(err);
}

/* No zlib stream begins so. */
static bool is_packed(const void *data, size_t len)
{
	return len > 0 && *(const uint8_t *)data == WIRE_PACKED;
}

int wire_push_decode(
    struct push *out, const void *data, size_t len, struct err *err)
{
	struct wire_reader in;
	int64_t count;
	int rc;

	if (is_packed(data, len))
		return wire_packed_push_decode(out, data, len, err);
	memset(out, 0, sizeof(*out));
	if ((rc = open_message(&in, &out->storage, data, len, err)) < 0)
		return rc;
	count = wire_int(&in, INT64_MAX);
	if (in.bad || count == 0)
		return unreadable(err);
	if (count > WIRE_SETS_MAX)
		return err_set(err, E_LIMIT,
		    L("envoi de plus de %d lots",
			"push of over %d change sets"),
		    WIRE_SETS_MAX);
	for (int64_t i = 0; i < count; i++) {
		out->count++;
		if ((rc = get_set(&in, &out->sets[i], err)) < 0)
			return rc;
	}
	return in.bad || in.at != in.end ? unreadable(err) : 0;
}

void wire_push_clear(struct push *push)
{
	for (size_t i = 0; i < push->count; i++)
		changeset_clear(&push->sets[i]);
	push->count = 0;
	buf_free(&push->storage);
}

static int get_item(
    struct wire_reader *in, struct pull_item *item, struct err *err)
{
	int rc;

	item->type = (enum pull_type)wire_int(in, PULL_SET);
	item->time_s = wire_int(in, WIRE_TIME_MAX_S);
	if (item->type != PULL_SET) {
		wire_copy(in, item->manifest.bytes, HASH_LEN);
		return 0;
	}
	if ((rc = get_set(in, &item->set, err)) < 0)
		return rc;
	return in->bad ? unreadable(err)
	               : changeset_hash(&item->manifest, &item->set, err);
}

int wire_pull_decode(
    struct pull *out, const void *data, size_t len, struct err *err)
{
	struct wire_reader in;
	size_t count;
	int rc;

	if (is_packed(data, len))
		return wire_packed_pull_decode(out, data, len, err);
	memset(out, 0, sizeof(*out));
	if ((rc = open_message(&in, &out->storage, data, len, err)) < 0)
		return rc;
	wire_id(&in, out->structure, sizeof(out->structure));
	out->epoch = wire_int(&in, INT64_MAX);
	out->first = wire_int(&in, INT64_MAX);
	out->more = wire_int(&in, 1) == 1;
	wire_copy(&in, out->sig, SIG_LEN);
	count = (size_t)wire_int(&in, WIRE_ITEMS_MAX);
	if (in.bad)
		return unreadable(err);
	if (count > 0 &&
	    (out->items = calloc(count, sizeof(*out->items))) == NULL)
		return err_nomem(err);
	out->count = count;
	for (size_t i = 0; i < count; i++) {
		if ((rc = get_item(&in, &out->items[i], err)) < 0)
			return rc;
	}
	return in.bad || in.at != in.end ? unreadable(err) : 0;
}

void wire_pull_clear(struct pull *pull)
{
	for (size_t i = 0; i < pull->count; i++)
		changeset_clear(&pull->items[i].set);
	free(pull->items);
	pull->items = NULL;
	pull->count = 0;
	buf_free(&pull->storage);
}
