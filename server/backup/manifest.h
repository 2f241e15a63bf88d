/*
 * One backup's manifest: which files it holds, of which pieces, signed by the
 * server's key. What a stranger may see stands first, line by line (when,
 * which program, which recovery key opens it, which pieces), so that anyone
 * can check that all of it is there; the rest is sealed.
 *
 *	# pointeau backup 1
 *	# …                              (what this file is, for people)
 *	# made 2026-11-23T15:04:05Z
 *	# program 0.6.0
 *	# server <public key>
 *	# recovery <public half>
 *	# key <base64: an envelope to the recovery key with the backups' key>
 *	# body <base64: sealed, compressed JSON: files, indexes, logs>
 *	<SHA-256 of a piece's file>      one a line, in the files' order
 *	-----BEGIN SSH SIGNATURE-----    of all before, by the server's key
 */
#ifndef POINTEAU_SERVER_BACKUP_MANIFEST_H
#define POINTEAU_SERVER_BACKUP_MANIFEST_H

#include <stddef.h>
#include <stdint.h>

#include "server/backup/piece.h"
#include "shared/buf.h"
#include "shared/crypto.h"
#include "shared/err.h"
#include "shared/json.h"

#define MANIFEST_DIRECTORY "m"
/* "2026-11-23T150405Z": when it was made, fit for any disk. */
#define MANIFEST_NAME      24
#define MANIFEST_FILES_MAX 64
#define MANIFEST_FILE_NAME 64
#define MANIFEST_VERSION   32

struct manifest_file {
	char name[MANIFEST_FILE_NAME]; /* in the data directory */
	int64_t size;
	size_t pieces; /* they follow those of the file before */
};

struct manifest {
	char name[MANIFEST_NAME];
	int64_t made_s;
	char program[MANIFEST_VERSION];
	uint8_t server[KEY_LEN];
	uint8_t recovery[32];
	uint8_t envelope[CRYPTO_ENVELOPE_LEN + BACKUP_KEY_LEN];
	struct hash *pieces; /* owned */
	size_t piece_count, piece_room;
	struct buf sealed; /* the body, until manifest_open */
	/* What the body says: */
	struct manifest_file files[MANIFEST_FILES_MAX];
	size_t file_count;
	struct buf indexes; /* DDL that the database's copy lacks (db_slim.h) */
	json_t *logs;       /* [{"structure","epoch","n"}], owned */
	size_t written;     /* bytes of its file, once manifest_write returns */
};

void manifest_clear(struct manifest *manifest);

int manifest_add_piece(
    struct manifest *manifest, const struct hash *name, struct err *err);

/* The name of a backup made at ${made_s}. */
void manifest_name(char out[MANIFEST_NAME], int64_t made_s);
/* Append "<backups>/m/<name>". */
void manifest_path(struct buf *out, const char *backups, const char *name);

/* Seal the body and the key, sign, and put it in its place: the backup is
 * there once this returns. Its name must be free. */
int manifest_write(struct manifest *manifest, const char *backups,
    const struct backup_key *key, const struct key *server, struct err *err);

/*
 * Read the backup ${name} and verify its signature by the key that it names
 * (whose that is, the caller judges). Clear it, on failure too. E_NOT_FOUND,
 * E_CORRUPT naming the file, E_IO.
 */
int manifest_read(struct manifest *out, const char *backups, const char *name,
    struct err *err);

/* Read the body. E_CORRUPT when ${key} is another. */
int manifest_open(struct manifest *manifest, const char *backups,
    const struct backup_key *key, struct err *err);

/*
 * ${rc} of a look at ${path}, in ${backups}; where this account may not read
 * it, E_IO saying so, and whose to make it.
 */
int manifest_denied(
    const char *backups, const char *path, int rc, struct err *err);

/* Every backup of ${backups} by name, oldest first, also unreadable ones;
 * other files are no backups. ${each} returns 0 or a negative code. Fine when
 * there is no such directory. */
int manifest_each(const char *backups,
    int (*each)(void *context, const char *name, struct err *err),
    void *context, struct err *err);

#endif
