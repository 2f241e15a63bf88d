#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>
#include <sys/resource.h>

#include "shared/crypto.h"
#include "shared/enc.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void assert_hex(const void *data, size_t len, const char *hex)
{
	char text[2 * 64 + 1];

	assert_in_range(len, 1, 64);
	enc_hex(data, len, text);
	assert_string_equal(text, hex);
}

static void unhex(void *out, size_t len, const char *hex)
{
	assert_int_equal(enc_unhex(out, len, hex, strlen(hex), NULL), 0);
}

/* Decode in place. */
static void unbase64(struct buf *text, size_t len)
{
	struct buf out = BUF_INIT;

	assert_int_equal(enc_unbase64(&out, text->data, text->len, NULL), 0);
	assert_int_equal(out.len, len);
	buf_free(text);
	*text = out;
}

/* The library that does not start, on demand: the call is redirected (see
 * tests/CMakeLists.txt). */
int __real_sodium_init(void);
int __wrap_sodium_init(void);

static bool library_fails;

int __wrap_sodium_init(void)
{
	return library_fails ? -1 : __real_sodium_init();
}

static void a_library_that_does_not_start_is_told(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	library_fails = true;
	assert_int_equal(crypto_init(&err), E_IO);
	library_fails = false;
	assert_non_null(strstr(err.text, "libsodium"));
	assert_int_equal(crypto_init(&err), 0);
}

static void sha256_gives_the_published_values(void **state)
{
	struct hash hash;

	(void)state;
	hash_of(&hash, "", 0);
	assert_hex(hash.bytes, HASH_LEN,
	    "e3b0c44298fc1c149afbf4c8996fb924"
	    "27ae41e4649b934ca495991b7852b855");
	hash_of(&hash, "abc", 3);
	assert_hex(hash.bytes, HASH_LEN,
	    "ba7816bf8f01cfea414140de5dae2223"
	    "b00361a396177a9cb410ff61f20015ad");
}

static void sha512_gives_the_published_value(void **state)
{
	uint8_t digest[64];

	(void)state;
	crypto_sha512(digest, "abc", 3);
	assert_hex(digest, sizeof(digest),
	    "ddaf35a193617abacc417349ae204131"
	    "12e6fa4e89a97ea20a9eeee64b55d39a"
	    "2192992a274fc1a836ba3c23a3feebbd"
	    "454d4423643ce80e2a9ac94fa54ca49f");
}

/* RFC 4231, test case 2 with its key padded to 32 bytes by zeros, which is
 * what HMAC does with short keys. */
static void hmac_gives_the_published_value(void **state)
{
	static const char text[] = "what do ya want for nothing?";
	uint8_t key[32] = "Jefe", mac[32];

	(void)state;
	crypto_mac(mac, key, text, strlen(text));
	assert_hex(mac, sizeof(mac),
	    "5bdcc146bf60754e6a042426089575c7"
	    "5a003f089d2739839dec58b964ec3843");
}

/* RFC 8032, section 7.1, tests 1 and 3. */
static const struct {
	const char *seed, *pub, *message, *sig;
} signatures[] = {
    {"9d61b19deffd5a60ba844af492ec2cc4"
     "4449c5697b326919703bac031cae7f60",
	"d75a980182b10ab7d54bfed3c964073a"
	"0ee172f3daa62325af021a68f707511a",
	"",
	"e5564300c360ac729086e2cc806e828a"
	"84877f1eb8e5d974d873e06522490155"
	"5fb8821590a33bacc61e39701cf9b46b"
	"d25bf5f0595bbe24655141438e7a100b"},
    {"c5aa8df43f9f837bedb7442f31dcb7b1"
     "66d38535076f094b85ce3a2e0b4458f7",
	"fc51cd8e6218a1a38da47ed00230f058"
	"0816ed13ba3303ac5deb911548908025",
	"af82",
	"6291d657deec24024827e69c3abe01a3"
	"0ce548a284743a445e3680d7db5ac3ac"
	"18ff9b538d16f290ae67f760984dc659"
	"4a7c15e9716ed28dc027beceea1ec40a"},
};

static void ed25519_gives_the_published_signatures(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(signatures); i++) {
		uint8_t seed[SEED_LEN], again[SEED_LEN], message[2], sig[64];
		size_t len = strlen(signatures[i].message) / 2;
		struct key key;

		unhex(seed, sizeof(seed), signatures[i].seed);
		unhex(message, len, signatures[i].message);
		key_from_seed(&key, seed);
		assert_hex(key.pub, KEY_LEN, signatures[i].pub);
		key_seed(&key, again);
		assert_memory_equal(again, seed, SEED_LEN);
		key_sign(sig, &key, message, len);
		assert_hex(sig, SIG_LEN, signatures[i].sig);
		assert_true(key_verify(key.pub, sig, message, len));
	}
}

static void a_changed_bit_anywhere_breaks_a_signature(void **state)
{
	uint8_t message[16] = "sixteen letters", seed[SEED_LEN] = {7};
	uint8_t sig[SIG_LEN], pub[KEY_LEN];
	struct key key;

	(void)state;
	key_from_seed(&key, seed);
	key_sign(sig, &key, message, sizeof(message));
	for (size_t bit = 0; bit < 8 * SIG_LEN; bit++) {
		sig[bit / 8] ^= (uint8_t)(1u << (bit % 8));
		assert_false(
		    key_verify(key.pub, sig, message, sizeof(message)));
		sig[bit / 8] ^= (uint8_t)(1u << (bit % 8));
	}
	for (size_t bit = 0; bit < 8 * sizeof(message); bit++) {
		message[bit / 8] ^= (uint8_t)(1u << (bit % 8));
		assert_false(
		    key_verify(key.pub, sig, message, sizeof(message)));
		message[bit / 8] ^= (uint8_t)(1u << (bit % 8));
	}
	for (size_t bit = 0; bit < 8 * KEY_LEN; bit++) {
		memcpy(pub, key.pub, KEY_LEN);
		pub[bit / 8] ^= (uint8_t)(1u << (bit % 8));
		assert_false(key_verify(pub, sig, message, sizeof(message)));
	}
	assert_false(key_verify(key.pub, sig, message, sizeof(message) - 1));
	assert_true(key_verify(key.pub, sig, message, sizeof(message)));
}

/* A key of small order would accept one signature for every message. */
static void the_zero_key_verifies_nothing(void **state)
{
	static const uint8_t zero_key[KEY_LEN], one_key[KEY_LEN] = {1};
	uint8_t sig[SIG_LEN] = {1};

	(void)state;
	assert_false(key_verify(zero_key, sig, "a", 1));
	assert_false(key_verify(one_key, sig, "a", 1));
	assert_false(key_verify(one_key, sig, "b", 1));
}

static void a_device_is_the_first_bytes_of_its_keys_hash(void **state)
{
	static const uint8_t pub[KEY_LEN];
	char device[DEVICE_TEXT];

	(void)state;
	/* sha256 of 32 zeros. */
	key_device(pub, device);
	assert_string_equal(device, "66687aadf862bd77");
}

static void a_hash_is_64_small_hexadecimal_digits(void **state)
{
	static const char *const bad[] = {"", "0",
	    "66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f292",
	    "66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f29255",
	    "66687AADf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925",
	    "66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f292g",
	    " 6687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925"};
	static const uint8_t zeros[32];
	struct hash hash, again;
	char hex[HASH_TEXT];

	(void)state;
	hash_of(&hash, zeros, sizeof(zeros));
	hash_hex(&hash, hex);
	assert_int_equal(hash_parse(&again, hex, NULL), 0);
	assert_true(hash_equal(&hash, &again));
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_int_equal(hash_parse(&again, bad[i], NULL), E_INVALID);
}

static void hashes_differ_by_their_last_bit(void **state)
{
	struct hash a = {{0}}, b = {{0}};

	(void)state;
	assert_true(hash_is_zero(&a));
	assert_true(hash_equal(&a, &b));
	b.bytes[HASH_LEN - 1] = 1;
	assert_false(hash_is_zero(&b));
	assert_false(hash_equal(&a, &b));
	assert_false(crypto_same(a.bytes, b.bytes, HASH_LEN));
	assert_true(crypto_same(a.bytes, b.bytes, HASH_LEN - 1));
}

static void a_cleared_key_is_zeros(void **state)
{
	static const struct key zero;
	uint8_t seed[SEED_LEN] = {1}, data[5] = "data";
	struct key key;

	(void)state;
	key_from_seed(&key, seed);
	key_clear(&key);
	assert_memory_equal(&key, &zero, sizeof(key));
	crypto_wipe(data, sizeof(data));
	assert_memory_equal(data, "\0\0\0\0", 5);
}

static void chance_does_not_repeat(void **state)
{
	uint8_t a[32], b[32], pub[2][32], secret[2][32];

	(void)state;
	crypto_random(a, sizeof(a));
	crypto_random(b, sizeof(b));
	assert_memory_not_equal(a, b, sizeof(a));
	crypto_box_pair(pub[0], secret[0]);
	crypto_box_pair(pub[1], secret[1]);
	assert_memory_not_equal(pub[0], pub[1], 32);
	assert_memory_not_equal(secret[0], secret[1], 32);
	assert_memory_not_equal(pub[0], secret[0], 32);
}

static bool is_of(const char *kept, const char *password)
{
	bool same = false;

	assert_int_equal(
	    crypto_password_verify(kept, password, &same, NULL), 0);
	return same;
}

static void a_password_is_kept_as_argon2id(void **state)
{
	char first[PASSWORD_TEXT], second[PASSWORD_TEXT];

	(void)state;
	assert_int_equal(crypto_password_hash(first, "4711", NULL), 0);
	assert_int_equal(crypto_password_hash(second, "4711", NULL), 0);
	/* 64 MiB, three passes, and a salt of its own. */
	assert_int_equal(
	    strncmp(first, "$argon2id$v=19$m=65536,t=3,p=1$", 31), 0);
	assert_string_not_equal(first, second);
	assert_true(is_of(first, "4711"));
	assert_true(is_of(second, "4711"));
	assert_false(is_of(first, "4712"));
	assert_false(is_of(first, "471"));
	assert_false(is_of(first, ""));
}

static void what_is_no_kept_password_is_of_none(void **state)
{
	char kept[PASSWORD_TEXT];

	(void)state;
	assert_int_equal(crypto_password_hash(kept, "4711", NULL), 0);
	kept[strlen(kept) - 2] ^= 1;
	assert_false(is_of(kept, "4711"));
	assert_false(is_of("", ""));
	assert_false(is_of("4711", "4711"));
}

/* What a kept password has in it: "$argon2id$v=19$m=…,t=…,p=…$SALT$KEY". */
static void a_key_of_a_password_is_what_argon2id_gives(void **state)
{
	static const uint8_t other_salt[PASSWORD_SALT_LEN];
	char kept[PASSWORD_TEXT];
	struct buf salt = BUF_INIT, expected = BUF_INIT;
	const char *last, *before;
	uint8_t key[32];

	(void)state;
	assert_int_equal(crypto_password_hash(kept, "4711", NULL), 0);
	last = strrchr(kept, '$');
	assert_non_null(last);
	for (before = last - 1; *before != '$';)
		before--;
	/* Base64 without its padding. */
	buf_add(&salt, before + 1, (size_t)(last - before - 1));
	buf_add_text(&salt, "==");
	buf_printf(&expected, "%s=", last + 1);
	unbase64(&salt, PASSWORD_SALT_LEN);
	unbase64(&expected, sizeof(key));
	assert_int_equal(
	    crypto_password_key(key, "4711", (const uint8_t *)salt.data, NULL),
	    0);
	assert_memory_equal(key, expected.data, sizeof(key));
	assert_int_equal(
	    crypto_password_key(key, "4712", (const uint8_t *)salt.data, NULL),
	    0);
	assert_memory_not_equal(key, expected.data, sizeof(key));
	assert_int_equal(crypto_password_key(key, "4711", other_salt, NULL), 0);
	assert_memory_not_equal(key, expected.data, sizeof(key));
	buf_free(&salt);
	buf_free(&expected);
}

/* draft-irtf-cfrg-xchacha-03, appendix A.3.1: nonce, ciphertext, tag. */
static void a_published_seal_opens(void **state)
{
	static const char text[] =
	    "Ladies and Gentlemen of the class of '99: If I could offer you "
	    "only one tip for the future, sunscreen would be it.";
	static const char label[] =
	    "\x50\x51\x52\x53\xc0\xc1\xc2\xc3\xc4\xc5\xc6\xc7";
	static const char seal[] =
	    "404142434445464748494a4b4c4d4e4f5051525354555657"
	    "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb"
	    "731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b452"
	    "2f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9"
	    "21f9664c97637da9768812f615c68b13b52e"
	    "c0875924c1c7987947deafd8780acf49";
	uint8_t sealed[CRYPTO_SEAL_LEN + sizeof(text) - 1], key[32];
	char out[sizeof(text)] = "";

	(void)state;
	for (size_t i = 0; i < sizeof(key); i++)
		key[i] = (uint8_t)(0x80 + i);
	unhex(sealed, sizeof(sealed), seal);
	assert_true(crypto_unseal(out, key, label, sealed, sizeof(sealed)));
	assert_string_equal(out, text);
}

static void a_seal_opens_with_its_key_and_label_alone(void **state)
{
	static const char data[] = "sixteen letters";
	uint8_t first[CRYPTO_SEAL_LEN + sizeof(data)], second[sizeof(first)];
	uint8_t key[32] = {1}, other[32] = {2};
	char out[sizeof(data)];

	(void)state;
	crypto_seal(first, key, "N1", data, sizeof(data));
	crypto_seal(second, key, "N1", data, sizeof(data));
	/* A nonce of its own each time. */
	assert_memory_not_equal(first, second, sizeof(first));
	assert_true(crypto_unseal(out, key, "N1", first, sizeof(first)));
	assert_string_equal(out, data);
	assert_false(crypto_unseal(out, other, "N1", first, sizeof(first)));
	assert_false(crypto_unseal(out, key, "N2", first, sizeof(first)));
	assert_false(crypto_unseal(out, key, "", first, sizeof(first)));
	for (size_t bit = 0; bit < 8 * sizeof(first); bit++) {
		first[bit / 8] ^= (uint8_t)(1u << (bit % 8));
		assert_false(
		    crypto_unseal(out, key, "N1", first, sizeof(first)));
		first[bit / 8] ^= (uint8_t)(1u << (bit % 8));
	}
	for (size_t len = 0; len < sizeof(first); len++)
		assert_false(crypto_unseal(out, key, "N1", first, len));
	/* Of nothing. */
	crypto_seal(first, key, "N1", "", 0);
	assert_true(crypto_unseal(out, key, "N1", first, CRYPTO_SEAL_LEN));
	assert_false(crypto_unseal(out, key, "N2", first, CRYPTO_SEAL_LEN));
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define HAS_OWN_MEMORY 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define HAS_OWN_MEMORY 1
#endif
#endif

/* No more memory than the process has: the 64 MiB are not to be had. It must
 * not read as a wrong password. */
static void a_password_without_memory_is_told(void **state)
{
	char kept[PASSWORD_TEXT], other[PASSWORD_TEXT];
	static const uint8_t salt[PASSWORD_SALT_LEN];
	struct err hashing = ERR_INIT, verifying = ERR_INIT, keying = ERR_INIT;
	struct rlimit before, none;
	uint8_t key[32];
	bool same = true;
	int hashed, verified, keyed;

	(void)state;
#ifdef HAS_OWN_MEMORY
	skip();
#endif
	assert_int_equal(crypto_password_hash(kept, "4711", NULL), 0);
	assert_int_equal(getrlimit(RLIMIT_AS, &before), 0);
	none = before;
	none.rlim_cur = 1;
	assert_int_equal(setrlimit(RLIMIT_AS, &none), 0);
	hashed = crypto_password_hash(other, "4711", &hashing);
	verified = crypto_password_verify(kept, "4711", &same, &verifying);
	keyed = crypto_password_key(key, "4711", salt, &keying);
	assert_int_equal(setrlimit(RLIMIT_AS, &before), 0);
	assert_int_equal(hashed, E_NOMEM);
	assert_int_equal(verified, E_NOMEM);
	assert_int_equal(keyed, E_NOMEM);
	assert_int_equal(hashing.code, E_NOMEM);
	assert_int_equal(verifying.code, E_NOMEM);
	assert_int_equal(keying.code, E_NOMEM);
	assert_false(same);
	assert_true(is_of(kept, "4711"));
}

static int start(void **state)
{
	(void)state;
	return crypto_init(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_library_that_does_not_start_is_told),
	    cmocka_unit_test(sha256_gives_the_published_values),
	    cmocka_unit_test(sha512_gives_the_published_value),
	    cmocka_unit_test(hmac_gives_the_published_value),
	    cmocka_unit_test(ed25519_gives_the_published_signatures),
	    cmocka_unit_test(a_changed_bit_anywhere_breaks_a_signature),
	    cmocka_unit_test(the_zero_key_verifies_nothing),
	    cmocka_unit_test(a_device_is_the_first_bytes_of_its_keys_hash),
	    cmocka_unit_test(a_hash_is_64_small_hexadecimal_digits),
	    cmocka_unit_test(hashes_differ_by_their_last_bit),
	    cmocka_unit_test(a_cleared_key_is_zeros),
	    cmocka_unit_test(chance_does_not_repeat),
	    cmocka_unit_test(a_password_is_kept_as_argon2id),
	    cmocka_unit_test(a_password_without_memory_is_told),
	    cmocka_unit_test(what_is_no_kept_password_is_of_none),
	    cmocka_unit_test(a_key_of_a_password_is_what_argon2id_gives),
	    cmocka_unit_test(a_published_seal_opens),
	    cmocka_unit_test(a_seal_opens_with_its_key_and_label_alone),
	};

	return cmocka_run_group_tests(tests, start, NULL);
}
