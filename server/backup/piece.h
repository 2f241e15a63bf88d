/*
 * Pieces: what a backup is made of. A piece is up to PIECE_MAX bytes of a
 * file, compressed and sealed under the backups' key, in a file that has the
 * SHA-256 of its own bytes as its name: equal content gives the same file, so
 * that a backup writes what changed; and anyone can tell a damaged one.
 */
#ifndef POINTEAU_SERVER_BACKUP_PIECE_H
#define POINTEAU_SERVER_BACKUP_PIECE_H

#include <stdbool.h>
#include <stdint.h>

#include "shared/buf.h"
#include "shared/crypto.h"
#include "shared/err.h"

#define PIECE_MAX       ((size_t)16 * 1024)
#define PIECE_DIRECTORY "p"
#define BACKUP_KEY_LEN  32

/* The backups' key and what is made of it; wipe it with backup_key_clear. */
struct backup_key {
	uint8_t whole[BACKUP_KEY_LEN];
	uint8_t seal[32];  /* seals pieces and manifests */
	uint8_t nonce[32]; /* names contents, for their nonce */
};

void backup_key_from(
    struct backup_key *out, const uint8_t whole[BACKUP_KEY_LEN]);
void backup_key_clear(struct backup_key *key);

/*
 * The key that the data directory ${directory} keeps (BACKUP_KEY_FILE), made
 * when there is none or when the recovery key, ${recovery}, has changed since.
 */
#define BACKUP_KEY_FILE "backup.key"
int backup_key_load(struct backup_key *out, const char *directory,
    const uint8_t recovery[32], struct err *err);
/* The same, without making one; E_NOT_FOUND. */
int backup_key_find(struct backup_key *out, const char *directory,
    const uint8_t recovery[32], struct err *err);
int backup_key_put(const struct backup_key *key, const char *directory,
    const uint8_t recovery[32], struct err *err);

/* Append "<backups>/p/ab/abcd…". */
void piece_path(struct buf *out, const char *backups, const struct hash *name);

/*
 * Put one into ${backups}; ${name} receives its name. One that is there, byte
 * for byte, stays; ${*written} grows by what was written. It is durable after
 * the next os_disk_settle: a backup has far too many to wait for each.
 */
int piece_put(struct hash *name, const char *backups,
    const struct backup_key *key, const void *data, size_t len,
    int64_t *written, struct err *err);

/* Append its file's bytes, which have its name: E_NOT_FOUND when there is no
 * such file, E_CORRUPT when it is not what was written, both naming it. */
int piece_read(struct buf *out, const char *backups, const struct hash *name,
    struct err *err);

/* Append its content. E_CORRUPT also when ${key} is another. */
int piece_open(struct buf *out, const char *backups,
    const struct backup_key *key, const struct hash *name, struct err *err);

#endif
