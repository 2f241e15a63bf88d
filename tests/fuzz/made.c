#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/made.h"

#define MADE_ENTRIES_MAX 6
#define MADE_TIME_MAX    7258118399 /* 2199-12-31T23:59:59Z */

static void made_hex(struct fuzz *in, char out[DEVICE_TEXT])
{
	uint8_t pub[KEY_LEN] = {0};

	pub[0] = fuzz_byte(in);
	key_device(pub, out);
}

static void made_entry(struct fuzz *in, struct set_entry *out)
{
	size_t len;

	if (fuzz_pick(in, 4) == 0) {
		fuzz_fill(in, out->hash.bytes, HASH_LEN);
		return;
	}
	len = fuzz_pick(in, 64);
	if (len > in->left)
		len = in->left;
	/* in->at is never NULL: an empty body is there, not withheld. */
	out->body = (struct bytes){in->at, len};
	in->at += len;
	in->left -= len;
	hash_of(&out->hash, out->body.data, len);
}

void made_set(struct fuzz *in, struct changeset *out)
{
	struct set_header *header = &out->header;

	memset(out, 0, sizeof(*out));
	fuzz_id(in, header->structure, sizeof(header->structure));
	made_hex(in, header->device);
	made_hex(in, header->session);
	header->seq = fuzz_int(in);
	header->seq += header->seq == 0;
	memset(header->prev.bytes, fuzz_byte(in), HASH_LEN);
	header->seen.epoch = fuzz_int(in);
	header->seen.n = fuzz_int(in);
	memset(header->seen.head.bytes, fuzz_byte(in), HASH_LEN);
	header->at_s = fuzz_int(in) % (MADE_TIME_MAX + 1);
	memset(out->sig, fuzz_byte(in), SIG_LEN);
	out->count = 1 + fuzz_pick(in, MADE_ENTRIES_MAX);
	out->entries = calloc(out->count, sizeof(*out->entries));
	if (out->entries == NULL)
		abort();
	for (size_t i = 0; i < out->count; i++)
		made_entry(in, &out->entries[i]);
}

static bool same_entry(const struct set_entry *a, const struct set_entry *b)
{
	return hash_equal(&a->hash, &b->hash) &&
	       (a->body.data == NULL) == (b->body.data == NULL) &&
	       a->body.len == b->body.len &&
	       (a->body.len == 0 ||
		   memcmp(a->body.data, b->body.data, a->body.len) == 0);
}

static bool same_header(const struct set_header *a, const struct set_header *b)
{
	return strcmp(a->structure, b->structure) == 0 &&
	       strcmp(a->device, b->device) == 0 &&
	       strcmp(a->session, b->session) == 0 && a->seq == b->seq &&
	       hash_equal(&a->prev, &b->prev) &&
	       a->seen.epoch == b->seen.epoch && a->seen.n == b->seen.n &&
	       hash_equal(&a->seen.head, &b->seen.head) && a->at_s == b->at_s;
}

bool made_same_set(const struct changeset *a, const struct changeset *b)
{
	if (!same_header(&a->header, &b->header) || a->count != b->count ||
	    memcmp(a->sig, b->sig, SIG_LEN) != 0)
		return false;
	for (size_t i = 0; i < a->count; i++) {
		if (!same_entry(&a->entries[i], &b->entries[i]))
			return false;
	}
	return true;
}
