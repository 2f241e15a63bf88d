#include <stdlib.h>
#include <string.h>

#include "server/backup/manifest.h"
#include "server/backup/piece.h"
#include "shared/enc.h"
#include "shared/lang.h"
#include "shared/os.h"
#include "shared/zip.h"

#define LABEL    "pointeau backup piece"
#define FILE_MAX (PIECE_MAX + 1024)       /* deflate adds a little at worst */
#define KEY_TEXT (2 * BACKUP_KEY_LEN + 1) /* hexadecimal and what ends it */

void backup_key_from(
    struct backup_key *out, const uint8_t whole[BACKUP_KEY_LEN])
{
	memcpy(out->whole, whole, BACKUP_KEY_LEN);
	crypto_mac(out->seal, whole, "seal", 4);
	crypto_mac(out->nonce, whole, "nonce", 5);
}

void backup_key_clear(struct backup_key *key)
{
	crypto_wipe(key, sizeof(*key));
}

/* ---- where the server keeps it ---- */

/* "<key> <recovery>\n" */
static bool parse_key(
    uint8_t whole[BACKUP_KEY_LEN], uint8_t recovery[32], const struct buf *text)
{
	return text->len == (size_t)2 * KEY_TEXT &&
	       text->data[KEY_TEXT - 1] == ' ' &&
	       text->data[2 * KEY_TEXT - 1] == '\n' &&
	       enc_unhex(whole, BACKUP_KEY_LEN, text->data, KEY_TEXT - 1,
		   NULL) == 0 &&
	       enc_unhex(recovery, 32, text->data + KEY_TEXT, KEY_TEXT - 1,
		   NULL) == 0;
}

int backup_key_find(struct backup_key *out, const char *directory,
    const uint8_t recovery[32], struct err *err)
{
	struct buf path = BUF_INIT, text = BUF_INIT;
	uint8_t whole[BACKUP_KEY_LEN], of[32];
	int rc;

	buf_printf(&path, "%s/" BACKUP_KEY_FILE, directory);
	if ((rc = buf_check(&path, err)) < 0 ||
	    (rc = os_file_read(&text, path.data, (size_t)4 * KEY_TEXT, err)) <
		0)
		goto out;
	/* Another recovery key was made since, or the file is spoilt: what
	 * was sealed so far stays so, the rest gets a key of its own. */
	if (!parse_key(whole, of, &text) || memcmp(of, recovery, 32) != 0)
		rc = err_set(err, E_NOT_FOUND,
		    L("%s : la clé des sauvegardes d'une autre clé de secours",
			"%s: the backups' key of another recovery key"),
		    path.data);
	else
		backup_key_from(out, whole);
out:
	crypto_wipe(whole, sizeof(whole));
	if (text.data != NULL)
		crypto_wipe(text.data, text.len);
	buf_free(&text);
	buf_free(&path);
	return rc;
}

int backup_key_put(const struct backup_key *key, const char *directory,
    const uint8_t recovery[32], struct err *err)
{
	struct buf path = BUF_INIT;
	char text[2 * KEY_TEXT + 1];
	int rc;

	enc_hex(key->whole, BACKUP_KEY_LEN, text);
	text[KEY_TEXT - 1] = ' ';
	enc_hex(recovery, 32, text + KEY_TEXT);
	text[2 * KEY_TEXT - 1] = '\n';
	buf_printf(&path, "%s/" BACKUP_KEY_FILE, directory);
	if ((rc = buf_check(&path, err)) == 0)
		rc = os_file_write(
		    path.data, text, (size_t)2 * KEY_TEXT, 0600, err);
	crypto_wipe(text, sizeof(text));
	buf_free(&path);
	return rc;
}

int backup_key_load(struct backup_key *out, const char *directory,
    const uint8_t recovery[32], struct err *err)
{
	uint8_t whole[BACKUP_KEY_LEN];
	int rc = backup_key_find(out, directory, recovery, err);

	if (rc != E_NOT_FOUND)
		return rc;
	crypto_random(whole, sizeof(whole));
	backup_key_from(out, whole);
	crypto_wipe(whole, sizeof(whole));
	return backup_key_put(out, directory, recovery, err);
}

/* ---- pieces ---- */

static void folder_path(
    struct buf *out, const char *backups, const char hex[HASH_TEXT])
{
	buf_printf(out, "%s/" PIECE_DIRECTORY "/%.2s", backups, hex);
}

void piece_path(struct buf *out, const char *backups, const struct hash *name)
{
	char hex[HASH_TEXT];

	hash_hex(name, hex);
	folder_path(out, backups, hex);
	buf_printf(out, "/%s", hex);
}

/*
 * The nonce is a keyed hash of what is sealed, compressed already: the same
 * content gives the same bytes, and a zlib that compresses otherwise another
 * nonce. 24 bytes of it are as good as random ones.
 */
static int seal(struct buf *out, const struct backup_key *key, const void *data,
    size_t len, struct err *err)
{
	struct buf small = BUF_INIT;
	uint8_t nonce[32], *sealed = NULL;
	int rc;

	if ((rc = zip_deflate(&small, data, len, err)) < 0)
		goto out;
	if ((sealed = malloc(CRYPTO_SEAL_LEN + small.len)) == NULL) {
		rc = err_nomem(err);
		goto out;
	}
	crypto_mac(nonce, key->nonce, small.data, small.len);
	crypto_seal_as(sealed, key->seal, nonce, LABEL, small.data, small.len);
	buf_add(out, sealed, CRYPTO_SEAL_LEN + small.len);
	rc = buf_check(out, err);
out:
	free(sealed);
	buf_free(&small);
	return rc;
}

static bool is_there(const char *path, const struct buf *sealed)
{
	struct buf there = BUF_INIT;
	bool same = os_file_read(&there, path, FILE_MAX, NULL) == 0 &&
	            there.len == sealed->len && there.len > 0 &&
	            memcmp(there.data, sealed->data, sealed->len) == 0;

	buf_free(&there);
	return same;
}

static int write_piece(
    const char *path, const struct buf *sealed, struct err *err)
{
	const char *slash = strrchr(path, '/');
	struct buf folder = BUF_INIT;
	int rc;

	buf_add(&folder, path, (size_t)(slash - path));
	if ((rc = buf_check(&folder, err)) == 0 &&
	    (rc = os_directory_make(folder.data, err)) == 0)
		rc = os_file_write_soon(
		    path, sealed->data, sealed->len, 0600, err);
	buf_free(&folder);
	return rc;
}

int piece_put(struct hash *name, const char *backups,
    const struct backup_key *key, const void *data, size_t len,
    int64_t *written, struct err *err)
{
	struct buf sealed = BUF_INIT, path = BUF_INIT;
	int rc;

	if ((rc = seal(&sealed, key, data, len, err)) < 0)
		goto out;
	hash_of(name, sealed.data, sealed.len);
	piece_path(&path, backups, name);
	if ((rc = buf_check(&path, err)) < 0 || is_there(path.data, &sealed))
		goto out;
	if ((rc = write_piece(path.data, &sealed, err)) == 0)
		*written += (int64_t)sealed.len;
out:
	buf_free(&sealed);
	buf_free(&path);
	return rc;
}

int piece_read(struct buf *out, const char *backups, const struct hash *name,
    struct err *err)
{
	struct buf path = BUF_INIT;
	size_t before = out->len;
	struct hash is;
	int rc;

	piece_path(&path, backups, name);
	if ((rc = buf_check(&path, err)) < 0)
		goto out;
	rc = os_file_read(out, path.data, FILE_MAX, err);
	if (rc < 0)
		rc = manifest_denied(backups, path.data, rc, err);
	if (rc == 0)
		hash_of(&is, out->data + before, out->len - before);
	if (rc == E_LIMIT || (rc == 0 && !hash_equal(&is, name)))
		rc = err_set(
		    err, E_CORRUPT, L("%s : abîmé", "%s: damaged"), path.data);
	else if (rc == E_NOT_FOUND)
		rc = err_set(err, E_NOT_FOUND, L("%s : manque", "%s: missing"),
		    path.data);
out:
	buf_free(&path);
	return rc;
}

int piece_open(struct buf *out, const char *backups,
    const struct backup_key *key, const struct hash *name, struct err *err)
{
	struct buf sealed = BUF_INIT, path = BUF_INIT;
	uint8_t *small = NULL;
	size_t len;
	int rc;

	if ((rc = piece_read(&sealed, backups, name, err)) < 0)
		goto out;
	len = sealed.len > CRYPTO_SEAL_LEN ? sealed.len - CRYPTO_SEAL_LEN : 0;
	if ((small = malloc(len + 1)) == NULL) {
		rc = err_nomem(err);
		goto out;
	}
	if (len == 0 ||
	    !crypto_unseal(small, key->seal, LABEL,
		(const uint8_t *)sealed.data, sealed.len) ||
	    zip_inflate(out, small, len, PIECE_MAX, NULL) < 0) {
		piece_path(&path, backups, name);
		rc = err_set(err, E_CORRUPT,
		    L("%s : scellé avec une autre clé",
			"%s: sealed with another key"),
		    buf_text(&path));
	}
out:
	free(small);
	buf_free(&sealed);
	buf_free(&path);
	return rc;
}
