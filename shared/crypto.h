/*
 * The cryptography used, all of it libsodium's (but hash_by): SHA-256, Ed25519,
 * HMAC, Argon2id, randomness. The only file that includes sodium.h is crypto.c.
 */
#ifndef POINTEAU_SHARED_CRYPTO_H
#define POINTEAU_SHARED_CRYPTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/err.h"

#define HASH_LEN    32
#define HASH_TEXT   65 /* hexadecimal and NUL */
#define KEY_LEN     32
#define SEED_LEN    32
#define SIG_LEN     64
#define DEVICE_LEN  8 /* bytes of a device's identity */
#define DEVICE_TEXT 17

struct hash {
	uint8_t bytes[HASH_LEN];
};

/* An Ed25519 key pair; wipe it with key_clear. */
struct key {
	uint8_t pub[KEY_LEN];
	uint8_t secret[64]; /* libsodium's form: seed, then public key */
};

/* Once per process, before anything else here. */
int crypto_init(struct err *err);

void crypto_random(void *out, size_t len);

void hash_of(struct hash *out, const void *data, size_t len);

/*
 * Another SHA-256 for hash_of, which must give the same (the server's uses
 * the processor's own instructions: server/hashing.h); false: it cannot now,
 * and libsodium's is taken. Before any other thread is born; NULL: none.
 */
typedef bool hash_function(uint8_t out[HASH_LEN], const void *data, size_t len);
void hash_by(hash_function *function);

bool hash_equal(const struct hash *a, const struct hash *b);
bool hash_is_zero(const struct hash *hash);
void hash_hex(const struct hash *hash, char out[HASH_TEXT]);
/* Exactly 64 lower-case hexadecimal digits. */
int hash_parse(struct hash *out, const char *text, struct err *err);

void key_from_seed(struct key *out, const uint8_t seed[SEED_LEN]);
void key_seed(const struct key *key, uint8_t seed[SEED_LEN]);
void key_clear(struct key *key);

/*
 * The identity that a public key gives its holder (a laptop, the office's
 * console, the server): the first 8 bytes of its SHA-256, in hexadecimal.
 */
void key_device(const uint8_t pub[KEY_LEN], char out[DEVICE_TEXT]);

void key_sign(
    uint8_t sig[SIG_LEN], const struct key *key, const void *data, size_t len);
bool key_verify(const uint8_t pub[KEY_LEN], const uint8_t sig[SIG_LEN],
    const void *data, size_t len);

/* SHA-512 of ${data}, as SSHSIG wants it. */
void crypto_sha512(uint8_t out[64], const void *data, size_t len);

/* HMAC-SHA-256 with a 32-byte key. */
void crypto_mac(
    uint8_t out[32], const uint8_t key[32], const void *data, size_t len);

/* Equal in constant time? */
bool crypto_same(const void *a, const void *b, size_t len);

void crypto_wipe(void *data, size_t len);

/*
 * A password (here a PIN) as it may be kept: Argon2id with a salt of its own,
 * 64 MiB of memory for a moment and some tenths of a second of work. E_NOMEM
 * when that memory is not there.
 */
#define PASSWORD_TEXT 128
int crypto_password_hash(
    char out[PASSWORD_TEXT], const char *password, struct err *err);
/* ${*same}: is ${kept} (crypto_password_hash) of ${password}? E_NOMEM. */
int crypto_password_verify(
    const char *kept, const char *password, bool *same, struct err *err);

/*
 * A key of 32 bytes out of a password: Argon2id as above, with this salt.
 * E_NOMEM.
 */
#define PASSWORD_SALT_LEN 16
int crypto_password_key(uint8_t key[32], const char *password,
    const uint8_t salt[PASSWORD_SALT_LEN], struct err *err);

/*
 * Seal ${len} bytes under a 32-byte key (XChaCha20-Poly1305, a random nonce
 * before it): ${out} receives CRYPTO_SEAL_LEN + len bytes. ${label} is sealed
 * along: whoever opens must give the same, so that one seal cannot stand in
 * for another.
 */
#define CRYPTO_SEAL_LEN 40
void crypto_seal(uint8_t *out, const uint8_t key[32], const char *label,
    const void *data, size_t len);
/* Open ${sealed_len} bytes into ${out} (CRYPTO_SEAL_LEN fewer); false when
 * key, label or bytes are not those of the seal. */
bool crypto_unseal(void *out, const uint8_t key[32], const char *label,
    const uint8_t *sealed, size_t sealed_len);

/* The same with a nonce of the caller's, which must never serve two contents:
 * equal contents then give equal bytes. Opened with crypto_unseal. */
#define CRYPTO_NONCE_LEN 24
void crypto_seal_as(uint8_t *out, const uint8_t key[32],
    const uint8_t nonce[CRYPTO_NONCE_LEN], const char *label, const void *data,
    size_t len);

/*
 * An envelope that only the holder of ${secret} opens (libsodium's sealed box,
 * X25519 and XSalsa20-Poly1305, its maker unknown): CRYPTO_ENVELOPE_LEN + len
 * bytes. Opening is false when the pair or the bytes are others.
 */
#define CRYPTO_ENVELOPE_LEN 48
void crypto_envelope(
    uint8_t *out, const uint8_t pub[32], const void *data, size_t len);
bool crypto_envelope_open(void *out, const uint8_t secret[32],
    const uint8_t *envelope, size_t envelope_len);
/* The public half of ${secret}. */
void crypto_box_public(uint8_t pub[32], const uint8_t secret[32]);

/* A new X25519 pair: backups are sealed to ${pub}, ${secret} is printed
 * once and kept by people alone. */
void crypto_box_pair(uint8_t pub[32], uint8_t secret[32]);

#endif
