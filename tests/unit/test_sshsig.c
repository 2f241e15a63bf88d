#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "shared/enc.h"
#include "shared/sshsig.h"
#include "tests/lib/kit.h"

static const char text[] = "# pointeau change set 1\nhéhé\n";

struct bench {
	char directory[KIT_PATH];
	struct key key;
	uint8_t sig[SIG_LEN];
};

static struct bench bench;

/* A message, its signature and who may sign, as files for ssh-keygen. */
static int start(void **state)
{
	struct buf armor = BUF_INIT, signers = BUF_INIT;

	(void)state;
	assert_int_equal(crypto_init(NULL), 0);
	kit_directory(bench.directory);
	kit_key(&bench.key, 3);
	assert_int_equal(sshsig_sign(bench.sig, &bench.key, SSHSIG_CHANGESET,
			     text, strlen(text), NULL),
	    0);
	sshsig_armor(&armor, bench.key.pub, bench.sig, SSHSIG_CHANGESET);
	buf_add_text(&signers, "poste namespaces=\"" SSHSIG_CHANGESET "\" ");
	sshsig_public(&signers, bench.key.pub);
	buf_add_char(&signers, '\n');
	kit_write(bench.directory, "text", text, strlen(text));
	kit_write(bench.directory, "text.sig", armor.data, armor.len);
	kit_write(bench.directory, "signers", signers.data, signers.len);
	buf_free(&armor);
	buf_free(&signers);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	kit_directory_remove(bench.directory);
	return 0;
}

static int openssh_verify(
    const char *message, const char *sig, const char *namespace)
{
	return kit_run("cd %s && ssh-keygen -Y verify -f signers -I poste"
		       " -n %s -s %s <%s >/dev/null 2>&1",
	    bench.directory, namespace, sig, message);
}

static void openssh_accepts_our_signature(void **state)
{
	(void)state;
	assert_int_equal(
	    openssh_verify("text", "text.sig", SSHSIG_CHANGESET), 0);
}

static void openssh_refuses_a_tampered_text(void **state)
{
	char copy[sizeof(text)];

	(void)state;
	memcpy(copy, text, sizeof(text));
	copy[5] ^= 1;
	kit_write(bench.directory, "other", copy, strlen(text));
	assert_int_not_equal(
	    openssh_verify("other", "text.sig", SSHSIG_CHANGESET), 0);
	kit_write(bench.directory, "other", text, strlen(text) - 1);
	assert_int_not_equal(
	    openssh_verify("other", "text.sig", SSHSIG_CHANGESET), 0);
}

static void openssh_refuses_another_namespace(void **state)
{
	struct buf armor = BUF_INIT;

	(void)state;
	assert_int_not_equal(
	    openssh_verify("text", "text.sig", SSHSIG_RECEIPT), 0);
	/* The right name written around a signature made for another. */
	sshsig_armor(&armor, bench.key.pub, bench.sig, SSHSIG_RECEIPT);
	kit_write(bench.directory, "forged.sig", armor.data, armor.len);
	assert_int_not_equal(
	    openssh_verify("text", "forged.sig", SSHSIG_RECEIPT), 0);
	buf_free(&armor);
}

static void openssh_knows_our_public_key(void **state)
{
	struct buf key = BUF_INIT;

	(void)state;
	sshsig_public(&key, bench.key.pub);
	buf_add_char(&key, '\n');
	kit_write(bench.directory, "key.pub", key.data, key.len);
	assert_int_equal(kit_run("cd %s && ssh-keygen -l -f key.pub | grep -q"
				 " '^256 SHA256:.*(ED25519)'",
			     bench.directory),
	    0);
	buf_free(&key);
}

/* Take the seed out of an unencrypted OpenSSH private key: after the last
 * "ssh-ed25519" come the public key, then seed and public key again, each
 * preceded by its length. */
static void read_openssh_key(struct key *out)
{
	static const char type[] = "ssh-ed25519";
	struct buf base64 = BUF_INIT, blob = BUF_INIT;
	size_t at = 0;

	kit_read(&base64, bench.directory, "id.base64");
	assert_int_equal(enc_unbase64(&blob, base64.data, base64.len, NULL), 0);
	for (size_t i = 0; i + strlen(type) < blob.len; i++) {
		if (memcmp(blob.data + i, type, strlen(type)) == 0)
			at = i + strlen(type);
	}
	assert_in_range(at, 1, blob.len - (4 + 32 + 4 + 64));
	key_from_seed(out, (const uint8_t *)blob.data + at + 4 + 32 + 4);
	assert_memory_equal(out->pub, blob.data + at + 4, KEY_LEN);
	buf_free(&base64);
	buf_free(&blob);
}

/* Ed25519 leaves no freedom: OpenSSH, signing with the same key, must write
 * the very bytes that we write. */
static void openssh_signs_the_same_bytes(void **state)
{
	struct buf theirs = BUF_INIT, ours = BUF_INIT;
	uint8_t sig[SIG_LEN];
	struct key key;

	(void)state;
	kit_write(bench.directory, "own", text, strlen(text));
	assert_int_equal(
	    kit_run("cd %s && ssh-keygen -q -t ed25519 -N ''"
		    " -C x -f id && ssh-keygen -q -Y sign -f id"
		    " -n %s own 2>/dev/null && grep -v -e ----- id |"
		    " tr -d '\\n' >id.base64",
		bench.directory, SSHSIG_CHANGESET),
	    0);
	read_openssh_key(&key);
	kit_read(&theirs, bench.directory, "own.sig");
	assert_int_equal(
	    sshsig_sign(sig, &key, SSHSIG_CHANGESET, text, strlen(text), NULL),
	    0);
	sshsig_armor(&ours, key.pub, sig, SSHSIG_CHANGESET);
	assert_string_equal(buf_text(&ours), buf_text(&theirs));
	buf_free(&theirs);
	buf_free(&ours);
}

static void only_the_signed_bytes_under_their_namespace_verify(void **state)
{
	char copy[sizeof(text)];
	struct err err = ERR_INIT;
	struct key other;

	(void)state;
	assert_int_equal(sshsig_verify(bench.key.pub, bench.sig,
			     SSHSIG_CHANGESET, text, strlen(text), &err),
	    0);
	for (size_t i = 0; i < strlen(text); i++) {
		memcpy(copy, text, sizeof(text));
		copy[i] ^= 0x20;
		assert_int_equal(
		    sshsig_verify(bench.key.pub, bench.sig, SSHSIG_CHANGESET,
			copy, strlen(text), &err),
		    E_SIGNATURE);
	}
	assert_int_equal(sshsig_verify(bench.key.pub, bench.sig, SSHSIG_RECEIPT,
			     text, strlen(text), &err),
	    E_SIGNATURE);
	kit_key(&other, 4);
	assert_int_equal(sshsig_verify(other.pub, bench.sig, SSHSIG_CHANGESET,
			     text, strlen(text), &err),
	    E_SIGNATURE);
}

/* The signed bytes, written by hand: all four bytes of a length count. */
static void a_long_namespace_is_signed_with_its_length(void **state)
{
	static const char rest[] = {
	    0, 0, 0, 0, 0, 0, 0, 6, 's', 'h', 'a', '5', '1', '2', 0, 0, 0, 64};
	static const size_t len = 0x01020304;
	char *namespace = malloc(len + 1);
	struct buf message = BUF_INIT;
	uint8_t sig[SIG_LEN], digest[64];

	(void)state;
	assert_non_null(namespace);
	memset(namespace, 'n', len);
	namespace[len] = '\0';
	crypto_sha512(digest, text, strlen(text));
	buf_add(&message, "SSHSIG\1\2\3\4", 10);
	buf_add(&message, namespace, len);
	buf_add(&message, rest, sizeof(rest));
	buf_add(&message, digest, sizeof(digest));
	assert_int_equal(buf_check(&message, NULL), 0);
	assert_int_equal(
	    sshsig_sign(sig, &bench.key, namespace, text, strlen(text), NULL),
	    0);
	assert_true(key_verify(bench.key.pub, sig, message.data, message.len));
	buf_free(&message);
	free(namespace);
}

static int dearmor(const void *armor, size_t len, const char *namespace)
{
	uint8_t pub[KEY_LEN], sig[SIG_LEN];
	struct err err = ERR_INIT;
	int rc = sshsig_dearmor(pub, sig, namespace, armor, len, &err);

	assert_int_equal(rc, err.code);
	if (rc == 0) {
		struct buf again = BUF_INIT;

		sshsig_armor(&again, pub, sig, namespace);
		assert_int_equal(again.len, len);
		assert_memory_equal(again.data, armor, len);
		buf_free(&again);
	}
	return rc;
}

static void an_armour_gives_back_key_and_signature(void **state)
{
	struct buf armor = BUF_INIT;
	uint8_t pub[KEY_LEN], sig[SIG_LEN];

	(void)state;
	sshsig_armor(&armor, bench.key.pub, bench.sig, SSHSIG_LOGIN);
	assert_int_equal(
	    sshsig_dearmor(pub, sig, SSHSIG_LOGIN, armor.data, armor.len, NULL),
	    0);
	assert_memory_equal(pub, bench.key.pub, KEY_LEN);
	assert_memory_equal(sig, bench.sig, SIG_LEN);
	buf_free(&armor);
}

/* Where a flip spells another key or signature, the armour is whole, but
 * the signature is not: no flipped file passes both. */
static void no_flipped_armour_verifies_I14(void **state)
{
	struct buf armor = BUF_INIT;
	size_t whole = 0;

	(void)state;
	sshsig_armor(&armor, bench.key.pub, bench.sig, SSHSIG_CHANGESET);
	for (size_t bit = 0; bit < 8 * armor.len; bit++) {
		uint8_t pub[KEY_LEN], sig[SIG_LEN];

		armor.data[bit / 8] ^= (char)(1 << (bit % 8));
		if (dearmor(armor.data, armor.len, SSHSIG_CHANGESET) == 0) {
			whole++;
			(void)sshsig_dearmor(pub, sig, SSHSIG_CHANGESET,
			    armor.data, armor.len, NULL);
			assert_int_equal(
			    memcmp(pub, bench.key.pub, KEY_LEN) == 0 &&
				sshsig_verify(pub, sig, SSHSIG_CHANGESET, text,
				    strlen(text), NULL) == 0,
			    0);
		}
		armor.data[bit / 8] ^= (char)(1 << (bit % 8));
	}
	/* Some flips stay within the alphabet: the loop met both cases. */
	assert_in_range(whole, 1, 4 * armor.len);
	buf_free(&armor);
}

/* What is not key or signature has one spelling only: for every byte there,
 * every other value is refused. */
static void an_armour_has_one_spelling(void **state)
{
	struct buf armor = BUF_INIT;
	size_t refused = 0;

	(void)state;
	sshsig_armor(&armor, bench.key.pub, bench.sig, SSHSIG_CHANGESET);
	/* The header line and the base64 of all that precedes the key. */
	for (size_t at = 0; at < 30 + 33 / 3 * 4; at++) {
		char kept = armor.data[at];

		for (int c = 0; c < 256; c++) {
			armor.data[at] = (char)c;
			if (armor.data[at] == kept)
				continue;
			refused++;
			assert_int_equal(
			    dearmor(armor.data, armor.len, SSHSIG_CHANGESET),
			    E_SIGNATURE);
		}
		armor.data[at] = kept;
	}
	assert_int_equal(refused, 74 * 255);
	buf_free(&armor);
}

static void a_cut_or_longer_armour_is_refused(void **state)
{
	struct buf armor = BUF_INIT;

	(void)state;
	sshsig_armor(&armor, bench.key.pub, bench.sig, SSHSIG_CHANGESET);
	for (size_t len = 0; len < armor.len; len++)
		assert_int_equal(
		    dearmor(armor.data, len, SSHSIG_CHANGESET), E_SIGNATURE);
	for (size_t at = 0; at <= armor.len; at++) {
		static const char extra[] = {'\n', ' ', '\r', 'A', '=', '-'};

		for (size_t i = 0; i < sizeof(extra); i++) {
			struct buf longer = BUF_INIT;

			buf_add(&longer, armor.data, at);
			buf_add_char(&longer, extra[i]);
			buf_add(&longer, armor.data + at, armor.len - at);
			assert_int_equal(
			    dearmor(longer.data, longer.len, SSHSIG_CHANGESET),
			    E_SIGNATURE);
			buf_free(&longer);
		}
	}
	buf_free(&armor);
}

static void an_armour_of_another_namespace_is_refused(void **state)
{
	struct buf armor = BUF_INIT;

	(void)state;
	sshsig_armor(&armor, bench.key.pub, bench.sig, SSHSIG_CHANGESET);
	assert_int_equal(
	    dearmor(armor.data, armor.len, SSHSIG_RECEIPT), E_SIGNATURE);
	assert_int_equal(dearmor(armor.data, armor.len, ""), E_SIGNATURE);
	assert_int_equal(dearmor("", 0, SSHSIG_CHANGESET), E_SIGNATURE);
	buf_free(&armor);
}

/* 1024 bytes are read, more are not. */
static void an_armour_has_a_greatest_length(void **state)
{
	char namespace[1024] = "";
	size_t read = 0, refused = 0;

	(void)state;
	for (size_t len = 400; len < 700; len++) {
		struct buf armor = BUF_INIT;
		bool fits;

		memset(namespace, 'n', len);
		sshsig_armor(&armor, bench.key.pub, bench.sig, namespace);
		fits = armor.len <= 1024;
		assert_int_equal(dearmor(armor.data, armor.len, namespace),
		    fits ? 0 : E_SIGNATURE);
		read += fits;
		refused += !fits;
		buf_free(&armor);
	}
	assert_true(read > 0 && refused > 0);
}

static void a_huge_file_is_refused(void **state)
{
	struct buf huge = BUF_INIT;

	(void)state;
	buf_add_text(&huge, "-----BEGIN SSH SIGNATURE-----\n");
	for (size_t i = 0; i < 100000; i++)
		buf_add_char(&huge, 'A');
	buf_add_text(&huge, "\n-----END SSH SIGNATURE-----\n");
	assert_int_equal(
	    dearmor(huge.data, huge.len, SSHSIG_CHANGESET), E_SIGNATURE);
	buf_free(&huge);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(openssh_accepts_our_signature),
	    cmocka_unit_test(openssh_refuses_a_tampered_text),
	    cmocka_unit_test(openssh_refuses_another_namespace),
	    cmocka_unit_test(openssh_knows_our_public_key),
	    cmocka_unit_test(openssh_signs_the_same_bytes),
	    cmocka_unit_test(
		only_the_signed_bytes_under_their_namespace_verify),
	    cmocka_unit_test(an_armour_gives_back_key_and_signature),
	    cmocka_unit_test(no_flipped_armour_verifies_I14),
	    cmocka_unit_test(an_armour_has_one_spelling),
	    cmocka_unit_test(a_cut_or_longer_armour_is_refused),
	    cmocka_unit_test(an_armour_of_another_namespace_is_refused),
	    cmocka_unit_test(a_long_namespace_is_signed_with_its_length),
	    cmocka_unit_test(an_armour_has_a_greatest_length),
	    cmocka_unit_test(a_huge_file_is_refused),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
