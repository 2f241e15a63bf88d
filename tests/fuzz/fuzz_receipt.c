/*
 * Receipts and the log's chain, made from choices: the server's signature
 * stands for every field, and each place depends on all before it.
 */
#include <string.h>

#include "shared/receipt.h"
#include "tests/fuzz/fuzz.h"

#define STAMP_MAX 7258118400

static void made_receipt(struct fuzz *in, struct receipt *out)
{
	memset(out, 0, sizeof(*out));
	fuzz_id(in, out->structure, sizeof(out->structure));
	out->epoch = fuzz_int(in);
	out->n = fuzz_int(in);
	fuzz_fill(in, out->manifest.bytes, HASH_LEN);
	fuzz_fill(in, out->head.bytes, HASH_LEN);
	out->time_s = fuzz_int(in) % STAMP_MAX;
}

static void change(struct fuzz *in, struct receipt *receipt)
{
	switch (fuzz_pick(in, 7)) {
	case 0:
		receipt->epoch ^= 1;
		break;
	case 1:
		receipt->n ^= 1;
		break;
	case 2:
		receipt->manifest.bytes[fuzz_pick(in, HASH_LEN)] ^= 1;
		break;
	case 3:
		receipt->head.bytes[fuzz_pick(in, HASH_LEN)] ^= 1;
		break;
	case 4:
		receipt->time_s ^= 1;
		break;
	case 5:
		receipt->sig[fuzz_pick(in, SIG_LEN)] ^= 1;
		break;
	default:
		receipt->structure[0] ^= 1;
	}
}

static void check_chain(const struct receipt *receipt)
{
	struct hash first, next, other;
	struct hash manifest = receipt->manifest;

	log_first(&first, receipt->structure);
	log_next(&next, &first, receipt->time_s, &manifest);
	log_next(&other, &first, receipt->time_s + 1, &manifest);
	FUZZ_CHECK(!hash_equal(&next, &other));
	manifest.bytes[0] ^= 1;
	log_next(&other, &first, receipt->time_s, &manifest);
	FUZZ_CHECK(!hash_equal(&next, &other));
	log_next(&other, &next, receipt->time_s, &receipt->manifest);
	FUZZ_CHECK(!hash_equal(&next, &other));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz in = FUZZ(data, size);
	struct receipt receipt;
	struct err err = ERR_INIT;
	struct key key;

	fuzz_key(&in, &key);
	made_receipt(&in, &receipt);
	FUZZ_CHECK(receipt_sign(&receipt, &key, NULL) == 0);
	FUZZ_CHECK(receipt_verify(&receipt, key.pub, NULL) == 0);
	check_chain(&receipt);
	change(&in, &receipt);
	FUZZ_CHECK(receipt_verify(&receipt, key.pub, &err) == E_SIGNATURE);
	fuzz_check_err(E_SIGNATURE, &err);
	return 0;
}
