#include <sodium.h>
#include <string.h>

#include "shared/crypto.h"
#include "shared/enc.h"
#include "shared/lang.h"

_Static_assert(crypto_sign_SEEDBYTES == SEED_LEN, "seed");
_Static_assert(crypto_sign_PUBLICKEYBYTES == KEY_LEN, "public key");
_Static_assert(crypto_sign_SECRETKEYBYTES == 64, "secret key");
_Static_assert(crypto_sign_BYTES == SIG_LEN, "signature");
_Static_assert(crypto_pwhash_STRBYTES <= PASSWORD_TEXT, "password");

/* Memory of the interactive limits, which a laptop of 4 GB has to spare; work
 * of the moderate ones. */
#define PASSWORD_WORK   crypto_pwhash_OPSLIMIT_MODERATE
#define PASSWORD_MEMORY crypto_pwhash_MEMLIMIT_INTERACTIVE

int crypto_init(struct err *err)
{
	if (sodium_init() < 0) {
		return err_set(err, E_IO,
		    L("la bibliothèque libsodium refuse de démarrer",
			"libsodium refuses to start"));
	}
	return 0;
}

void crypto_random(void *out, size_t len)
{
	randombytes_buf(out, len);
}

static hash_function *hash_other;

void hash_by(hash_function *function)
{
	hash_other = function;
}

void hash_of(struct hash *out, const void *data, size_t len)
{
	if (hash_other != NULL && hash_other(out->bytes, data, len))
		return;
	(void)crypto_hash_sha256(out->bytes, data, len);
}

bool hash_equal(const struct hash *a, const struct hash *b)
{
	return memcmp(a->bytes, b->bytes, HASH_LEN) == 0;
}

bool hash_is_zero(const struct hash *hash)
{
	static const struct hash zero;

	return hash_equal(hash, &zero);
}

void hash_hex(const struct hash *hash, char out[HASH_TEXT])
{
	enc_hex(hash->bytes, HASH_LEN, out);
}

int hash_parse(struct hash *out, const char *text, struct err *err)
{
	size_t len = strnlen(text, HASH_TEXT);
	bool lower = len == HASH_TEXT - 1;

	for (size_t i = 0; lower && i < len; i++)
		lower = (text[i] >= '0' && text[i] <= '9') ||
		        (text[i] >= 'a' && text[i] <= 'f');
	if (!lower) {
		return err_set(err, E_INVALID,
		    L("empreinte : 64 chiffres hexadécimaux minuscules "
		      "attendus",
			"hash: 64 lower-case hexadecimal digits expected"));
	}
	return enc_unhex(out->bytes, HASH_LEN, text, len, err);
}

void key_from_seed(struct key *out, const uint8_t seed[SEED_LEN])
{
	(void)crypto_sign_seed_keypair(out->pub, out->secret, seed);
}

void key_seed(const struct key *key, uint8_t seed[SEED_LEN])
{
	(void)crypto_sign_ed25519_sk_to_seed(seed, key->secret);
}

void key_clear(struct key *key)
{
	sodium_memzero(key, sizeof(*key));
}

void key_device(const uint8_t pub[KEY_LEN], char out[DEVICE_TEXT])
{
	struct hash hash;

	hash_of(&hash, pub, KEY_LEN);
	enc_hex(hash.bytes, DEVICE_LEN, out);
}

void key_sign(
    uint8_t sig[SIG_LEN], const struct key *key, const void *data, size_t len)
{
	(void)crypto_sign_detached(sig, NULL, data, len, key->secret);
}

bool key_verify(const uint8_t pub[KEY_LEN], const uint8_t sig[SIG_LEN],
    const void *data, size_t len)
{
	return crypto_sign_verify_detached(sig, data, len, pub) == 0;
}

void crypto_sha512(uint8_t out[64], const void *data, size_t len)
{
	(void)crypto_hash_sha512(out, data, len);
}

void crypto_mac(
    uint8_t out[32], const uint8_t key[32], const void *data, size_t len)
{
	(void)crypto_auth_hmacsha256(out, data, len, key);
}

bool crypto_same(const void *a, const void *b, size_t len)
{
	return sodium_memcmp(a, b, len) == 0;
}

void crypto_wipe(void *data, size_t len)
{
	sodium_memzero(data, len);
}

void crypto_box_pair(uint8_t pub[32], uint8_t secret[32])
{
	(void)crypto_box_keypair(pub, secret);
}

int crypto_password_hash(
    char out[PASSWORD_TEXT], const char *password, struct err *err)
{
	memset(out, 0, PASSWORD_TEXT);
	if (crypto_pwhash_str(out, password, strlen(password), PASSWORD_WORK,
		PASSWORD_MEMORY) != 0)
		return err_nomem(err);
	return 0;
}

int crypto_password_verify(
    const char *kept, const char *password, bool *same, struct err *err)
{
	char again[PASSWORD_TEXT];
	int rc;

	*same = crypto_pwhash_str_verify(kept, password, strlen(password)) == 0;
	if (*same)
		return 0;
	/* libsodium says "no", errno included, for a lack of memory too: what
	 * takes as much of it tells. */
	rc = crypto_password_hash(again, password, err);
	crypto_wipe(again, sizeof(again));
	return rc;
}

_Static_assert(crypto_pwhash_SALTBYTES == PASSWORD_SALT_LEN, "salt");

int crypto_password_key(uint8_t key[32], const char *password,
    const uint8_t salt[PASSWORD_SALT_LEN], struct err *err)
{
	if (crypto_pwhash(key, 32, password, strlen(password), salt,
		PASSWORD_WORK, PASSWORD_MEMORY,
		crypto_pwhash_ALG_ARGON2ID13) != 0)
		return err_nomem(err);
	return 0;
}

#define NONCE_LEN crypto_aead_xchacha20poly1305_ietf_NPUBBYTES

_Static_assert(NONCE_LEN == CRYPTO_NONCE_LEN, "nonce");
_Static_assert(crypto_box_SEALBYTES == CRYPTO_ENVELOPE_LEN, "envelope");
_Static_assert(
    NONCE_LEN + crypto_aead_xchacha20poly1305_ietf_ABYTES == CRYPTO_SEAL_LEN,
    "seal");

void crypto_seal(uint8_t *out, const uint8_t key[32], const char *label,
    const void *data, size_t len)
{
	randombytes_buf(out, NONCE_LEN);
	(void)crypto_aead_xchacha20poly1305_ietf_encrypt(out + NONCE_LEN, NULL,
	    data, len, (const uint8_t *)label, strlen(label), NULL, out, key);
}

void crypto_seal_as(uint8_t *out, const uint8_t key[32],
    const uint8_t nonce[CRYPTO_NONCE_LEN], const char *label, const void *data,
    size_t len)
{
	memcpy(out, nonce, NONCE_LEN);
	(void)crypto_aead_xchacha20poly1305_ietf_encrypt(out + NONCE_LEN, NULL,
	    data, len, (const uint8_t *)label, strlen(label), NULL, out, key);
}

void crypto_envelope(
    uint8_t *out, const uint8_t pub[32], const void *data, size_t len)
{
	(void)crypto_box_seal(out, data, len, pub);
}

bool crypto_envelope_open(void *out, const uint8_t secret[32],
    const uint8_t *envelope, size_t envelope_len)
{
	uint8_t pub[32];

	if (envelope_len < CRYPTO_ENVELOPE_LEN)
		return false;
	crypto_box_public(pub, secret);
	return crypto_box_seal_open(out, envelope, envelope_len, pub, secret) ==
	       0;
}

void crypto_box_public(uint8_t pub[32], const uint8_t secret[32])
{
	(void)crypto_scalarmult_base(pub, secret);
}

bool crypto_unseal(void *out, const uint8_t key[32], const char *label,
    const uint8_t *sealed, size_t sealed_len)
{
	if (sealed_len < CRYPTO_SEAL_LEN)
		return false;
	return crypto_aead_xchacha20poly1305_ietf_decrypt(out, NULL, NULL,
		   sealed + NONCE_LEN, sealed_len - NONCE_LEN,
		   (const uint8_t *)label, strlen(label), sealed, key) == 0;
}
