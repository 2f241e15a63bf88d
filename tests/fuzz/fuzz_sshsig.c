/*
 * Signature files ('-' first), and signatures over a message: nobody's
 * bytes verify under anybody's key unless that key signed them.
 */
#include <string.h>

#include "shared/enc.h"
#include "shared/sshsig.h"
#include "tests/fuzz/fuzz.h"

static const char *const namespaces[] = {SSHSIG_CHANGESET, SSHSIG_RECEIPT,
    SSHSIG_ENROL, SSHSIG_CERTIFICATE, SSHSIG_LOGIN, SSHSIG_EXPORT};

#define NAMESPACE_COUNT (sizeof(namespaces) / sizeof(namespaces[0]))

static void check_armor(const uint8_t *data, size_t size)
{
	uint8_t pub[KEY_LEN], sig[SIG_LEN];
	struct err err = ERR_INIT;
	size_t accepted = 0;

	for (size_t i = 0; i < NAMESPACE_COUNT; i++) {
		struct buf again = BUF_INIT;
		int rc =
		    sshsig_dearmor(pub, sig, namespaces[i], data, size, &err);

		fuzz_check_err(rc, &err);
		if (rc == 0) {
			sshsig_armor(&again, pub, sig, namespaces[i]);
			FUZZ_CHECK(fuzz_same(&again, data, size));
			accepted++;
		}
		buf_free(&again);
	}
	FUZZ_CHECK(accepted <= 1);
}

/* A key and a signature that the input alone decides. */
static void check_forged(struct fuzz in)
{
	uint8_t pub[KEY_LEN], sig[SIG_LEN];

	fuzz_fill(&in, pub, sizeof(pub));
	fuzz_fill(&in, sig, sizeof(sig));
	FUZZ_CHECK(sshsig_verify(pub, sig, SSHSIG_CHANGESET, in.at, in.left,
		       NULL) == E_SIGNATURE);
}

static void check_signed(struct fuzz *in)
{
	uint8_t pub[KEY_LEN], sig[SIG_LEN], again[SIG_LEN];
	size_t space = fuzz_pick(in, NAMESPACE_COUNT), at, len;
	struct buf text = BUF_INIT;
	struct key key;

	fuzz_key(in, &key);
	at = fuzz_pick(in, SIG_LEN);
	FUZZ_CHECK(sshsig_sign(sig, &key, namespaces[space], in->at, in->left,
		       NULL) == 0);
	for (size_t i = 0; i < NAMESPACE_COUNT; i++) {
		len = in->left;
		FUZZ_CHECK((sshsig_verify(key.pub, sig, namespaces[i], in->at,
				len, NULL) == 0) == (i == space));
	}
	sshsig_armor(&text, key.pub, sig, namespaces[space]);
	FUZZ_CHECK(sshsig_dearmor(pub, again, namespaces[space],
		       buf_text(&text), text.len, NULL) == 0);
	FUZZ_CHECK(memcmp(pub, key.pub, KEY_LEN) == 0);
	FUZZ_CHECK(memcmp(again, sig, SIG_LEN) == 0);
	text.data[at] ^= 1;
	FUZZ_CHECK(sshsig_dearmor(pub, again, namespaces[space],
		       buf_text(&text), text.len, NULL) < 0);
	sig[at] ^= 1;
	FUZZ_CHECK(sshsig_verify(key.pub, sig, namespaces[space], in->at,
		       in->left, NULL) == E_SIGNATURE);
	buf_free(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz in = FUZZ(data, size);

	if (size > 0 && data[0] == '-') {
		check_armor(data, size);
	} else if (size > 0) {
		check_forged(in);
		check_signed(&in);
	}
	return 0;
}
