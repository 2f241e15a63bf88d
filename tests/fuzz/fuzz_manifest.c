/*
 * Manifests: as text (a whole one, or its header alone), and made from
 * choices. What is accepted has one spelling; what is signed is all of it.
 */
#include <string.h>

#include "server/audit/audit_format.h"
#include "tests/fuzz/made.h"

static void check_text(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct buf again = BUF_INIT;
	struct err err = ERR_INIT;
	struct set_header header;
	struct changeset set;
	int rc;

	rc = changeset_header_parse(&header, text, size, &err);
	fuzz_check_err(rc, &err);
	if (rc == 0) {
		changeset_header(&again, &header);
		FUZZ_CHECK(fuzz_same(&again, data, size));
	}
	rc = audit_format_manifest(&set, text, size, &err);
	fuzz_check_err(rc, &err);
	if (rc == 0) {
		buf_reset(&again);
		changeset_manifest(&again, &set);
		FUZZ_CHECK(fuzz_same(&again, data, size));
		FUZZ_CHECK(
		    set.count >= 1 && set.count <= CHANGESET_ENTRIES_MAX);
	}
	changeset_clear(&set);
	buf_free(&again);
}

/* A signature stands for every byte of the manifest. */
static void check_signed(struct fuzz *in, struct changeset *set)
{
	struct key key;

	fuzz_key(in, &key);
	FUZZ_CHECK(changeset_sign(set, &key, NULL) == 0);
	FUZZ_CHECK(changeset_verify(set, key.pub, NULL) == 0);
	switch (fuzz_pick(in, 5)) {
	case 0:
		set->sig[fuzz_pick(in, SIG_LEN)] ^= 1;
		break;
	case 1:
		set->header.seq ^= 1;
		break;
	case 2:
		set->header.at_s ^= 1;
		break;
	case 3:
		set->entries[set->count - 1].hash.bytes[0] ^= 1;
		break;
	default:
		key.pub[fuzz_pick(in, KEY_LEN)] ^= 1;
	}
	FUZZ_CHECK(changeset_verify(set, key.pub, NULL) == E_SIGNATURE);
}

static void check_made(const uint8_t *data, size_t size)
{
	struct fuzz in = FUZZ(data, size);
	struct changeset set, again;
	struct buf text = BUF_INIT;

	made_set(&in, &set);
	changeset_manifest(&text, &set);
	FUZZ_CHECK(audit_format_manifest(
		       &again, buf_text(&text), text.len, NULL) == 0);
	FUZZ_CHECK(again.count == set.count);
	for (size_t i = 0; i < set.count; i++)
		FUZZ_CHECK(
		    hash_equal(&again.entries[i].hash, &set.entries[i].hash));
	FUZZ_CHECK(strcmp(again.header.structure, set.header.structure) == 0);
	FUZZ_CHECK(again.header.seq == set.header.seq);
	FUZZ_CHECK(again.header.at_s == set.header.at_s);
	FUZZ_CHECK(again.header.seen.n == set.header.seen.n);
	check_signed(&in, &set);
	changeset_clear(&set);
	changeset_clear(&again);
	buf_free(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > 0 && data[0] == '#')
		check_text(data, size);
	else if (size > 0)
		check_made(data + 1, size - 1);
	return 0;
}
