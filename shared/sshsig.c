#include <assert.h>
#include <string.h>

#include "shared/enc.h"
#include "shared/lang.h"
#include "shared/sshsig.h"

#define MAGIC         "SSHSIG"
#define KEY_TYPE      "ssh-ed25519"
#define HASH_NAME     "sha512"
#define ARMOR_BEGIN   "-----BEGIN SSH SIGNATURE-----\n"
#define ARMOR_END     "-----END SSH SIGNATURE-----\n"
#define ARMOR_COLUMNS 70
#define ARMOR_MAX     1024

/* SSH's wire form: 32-bit big-endian length, then the bytes. */
static void add_u32(struct buf *out, size_t value)
{
	const uint8_t bytes[4] = {(uint8_t)(value >> 24),
	    (uint8_t)(value >> 16), (uint8_t)(value >> 8), (uint8_t)value};

	buf_add(out, bytes, sizeof(bytes));
}

static void add_string(struct buf *out, const void *data, size_t len)
{
	add_u32(out, len);
	buf_add(out, data, len);
}

static void add_text(struct buf *out, const char *text)
{
	add_string(out, text, strlen(text));
}

/* What is really signed: magic, namespace, reserved, hash name, hash. */
static void add_signed(
    struct buf *out, const char *namespace, const void *data, size_t len)
{
	uint8_t digest[64];

	crypto_sha512(digest, data, len);
	buf_add(out, MAGIC, strlen(MAGIC));
	add_text(out, namespace);
	add_text(out, "");
	add_text(out, HASH_NAME);
	add_string(out, digest, sizeof(digest));
}

static void add_key(struct buf *out, const uint8_t pub[KEY_LEN])
{
	add_text(out, KEY_TYPE);
	add_string(out, pub, KEY_LEN);
}

int sshsig_sign(uint8_t sig[SIG_LEN], const struct key *key,
    const char *namespace, const void *data, size_t len, struct err *err)
{
	struct buf message = BUF_INIT;
	int rc;

	assert(namespace[0] != '\0');
	add_signed(&message, namespace, data, len);
	if ((rc = buf_check(&message, err)) == 0)
		key_sign(sig, key, message.data, message.len);
	buf_free(&message);
	return rc;
}

int sshsig_verify(const uint8_t pub[KEY_LEN], const uint8_t sig[SIG_LEN],
    const char *namespace, const void *data, size_t len, struct err *err)
{
	struct buf message = BUF_INIT;
	int rc;

	add_signed(&message, namespace, data, len);
	if ((rc = buf_check(&message, err)) < 0)
		goto out;
	if (!key_verify(pub, sig, message.data, message.len)) {
		rc = err_set(err, E_SIGNATURE,
		    L("signature fausse (%s) : ces octets ne sont pas ceux "
		      "qui ont été signés",
			"wrong signature (%s): these are not the bytes that "
			"were signed"),
		    namespace);
	}
out:
	buf_free(&message);
	return rc;
}

/* The binary blob inside the armour. */
static void add_blob(struct buf *out, const uint8_t pub[KEY_LEN],
    const uint8_t sig[SIG_LEN], const char *namespace)
{
	struct buf part = BUF_INIT;

	buf_add(out, MAGIC, strlen(MAGIC));
	add_u32(out, 1);
	add_key(&part, pub);
	add_string(out, part.data, part.len);
	add_text(out, namespace);
	add_text(out, "");
	add_text(out, HASH_NAME);
	out->failed = out->failed || part.failed;
	buf_reset(&part);
	add_text(&part, KEY_TYPE);
	add_string(&part, sig, SIG_LEN);
	add_string(out, part.data, part.len);
	out->failed = out->failed || part.failed;
	buf_free(&part);
}

void sshsig_armor(struct buf *out, const uint8_t pub[KEY_LEN],
    const uint8_t sig[SIG_LEN], const char *namespace)
{
	struct buf blob = BUF_INIT, text = BUF_INIT;

	add_blob(&blob, pub, sig, namespace);
	enc_base64(&text, blob.data, blob.len);
	buf_add_text(out, ARMOR_BEGIN);
	for (size_t at = 0; at < text.len; at += ARMOR_COLUMNS) {
		size_t len = text.len - at;

		buf_add(out, text.data + at,
		    len < ARMOR_COLUMNS ? len : ARMOR_COLUMNS);
		buf_add_char(out, '\n');
	}
	buf_add_text(out, ARMOR_END);
	out->failed = out->failed || blob.failed || text.failed;
	buf_free(&blob);
	buf_free(&text);
}

/*
 * The only thing an Ed25519 armour hides is the key and the signature, each
 * at its place in a blob of known length: take them out, make the armour
 * again, and compare. So no parser of foreign lengths is needed.
 */
int sshsig_dearmor(uint8_t pub[KEY_LEN], uint8_t sig[SIG_LEN],
    const char *namespace, const void *text, size_t len, struct err *err)
{
	static const size_t key_at = 6 + 4 + 4 + 4 + 11 + 4;
	const size_t sig_at = key_at + KEY_LEN + 4 + strlen(namespace) + 4 + 4 +
	                      6 + 4 + 4 + 11 + 4;
	struct buf base64 = BUF_INIT, blob = BUF_INIT, again = BUF_INIT;
	const char *chars = text;
	int rc = 0;

	if (len > ARMOR_MAX)
		goto bad;
	for (size_t i = strlen(ARMOR_BEGIN); i + strlen(ARMOR_END) < len; i++) {
		if (chars[i] != '\n')
			buf_add_char(&base64, chars[i]);
	}
	if ((rc = buf_check(&base64, err)) < 0)
		goto out;
	rc = enc_unbase64(&blob, buf_text(&base64), base64.len, err);
	if (rc == E_NOMEM)
		goto out;
	if (rc < 0 || blob.len != sig_at + SIG_LEN)
		goto bad;
	memcpy(pub, blob.data + key_at, KEY_LEN);
	memcpy(sig, blob.data + sig_at, SIG_LEN);
	sshsig_armor(&again, pub, sig, namespace);
	if ((rc = buf_check(&again, err)) < 0)
		goto out;
	if (again.len != len || memcmp(again.data, text, len) != 0)
		goto bad;
	goto out;
bad:
	rc = err_set(err, E_SIGNATURE,
	    L("fichier de signature altéré ou d'un autre usage",
		"signature file altered, or made for another use"));
out:
	buf_free(&base64);
	buf_free(&blob);
	buf_free(&again);
	return rc;
}

void sshsig_public(struct buf *out, const uint8_t pub[KEY_LEN])
{
	struct buf blob = BUF_INIT;

	add_key(&blob, pub);
	buf_add_text(out, KEY_TYPE " ");
	enc_base64(out, blob.data, blob.len);
	out->failed = out->failed || blob.failed;
	buf_free(&blob);
}
