/*
 * Backups of a server's directory, encrypted to the recovery key: made beside
 * whoever writes, each whole by itself, writing only what changed since the
 * one before. A directory of backups holds pieces (piece.h) and manifests
 * (manifest.h); what is cut short leaves pieces that nobody names.
 */
#ifndef POINTEAU_SERVER_BACKUP_BACKUP_H
#define POINTEAU_SERVER_BACKUP_BACKUP_H

#include <stdbool.h>
#include <stdint.h>

#include "server/backup/manifest.h"
#include "server/backup/owner.h"
#include "server/backup/recovery.h"
#include "server/office.h"
#include "shared/err.h"

/* In the data directory: the copy that is being backed up, and what the last
 * good backup was (backup_last). */
#define BACKUP_COPY "backup.copy"
#define BACKUP_LAST "backup.last"

struct backup_made {
	char name[MANIFEST_NAME];
	int64_t bytes;   /* of the files backed up */
	int64_t written; /* into the directory of backups */
	int64_t pieces;
};

/*
 * Back ${office}, which reads, up into ${backups} (made if need be), which is
 * its alone: E_CONFLICT when another server's backups are there. Good once
 * this returns: the copy was opened and checked, and every piece is on the
 * disk. E_NOT_FOUND without a recovery key, E_LOCKED when another backup is
 * being made there, E_CORRUPT, E_IO; what was there before stays whole.
 */
int backup_make(struct office *office, const char *backups,
    struct backup_made *out, struct err *err);

/*
 * Remove the copy in the clear that a backup which was struck down left in the
 * data directory, unless one is being made.
 */
int backup_sweep(const struct office *office, struct err *err);

/*
 * When the last good backup was made of the data directory ${directory}, for
 * whoever warns that it was long ago; E_NOT_FOUND when none ever was.
 */
int backup_last(const char *directory, int64_t *made_s, struct err *err);
/* Append where its manifest was put, "<backups>/m/<name>". E_NOT_FOUND. */
int backup_last_path(const char *directory, struct buf *out, struct err *err);

/* A look at every file of ${backups}. */
struct backup_check {
	const char *name;   /* one backup alone; NULL: all */
	const char *server; /* "SHA256:…" of the key that must have signed */
	const struct backup_owner *owner; /* whose they should be; or NULL */
	/* Either opens the pieces too; both may be NULL. */
	const struct recovery *recovery;
	const struct backup_key *key;
	uint8_t key_recovery[32]; /* whose ${key} is */
	/* Receives what was found: */
	int64_t backups;
	int64_t pieces;    /* each counted once */
	int64_t opened;    /* backups whose content was read */
	int64_t others;    /* backups of another server's than ${owner} */
	int64_t strangers; /* faults: signed by another than ${server} */
	json_t *faults;    /* [{"file","why"}], to own */
	char signer[64];   /* "SHA256:…" of the newest backup's key */
};

/* 0 also when there are faults. E_NOT_FOUND when there is no backup at all. */
int backup_check(
    const char *backups, struct backup_check *check, struct err *err);

/* How many backups stay: the newest of so many days, weeks and months that
 * have one. */
#define KEEP_DAYS   7
#define KEEP_WEEKS  5
#define KEEP_MONTHS 12

struct backup_kept {
	int64_t kept;
	int64_t others;  /* of another server's, left alone */
	json_t *dropped; /* names, to own */
	int64_t pieces;  /* swept */
	int64_t freed;   /* bytes of them */
};

/*
 * Drop the backups of the server in ${directory} that need not be kept any
 * more, then the pieces that none names. So many stay for each recovery key,
 * as the key of today does not open the others; another server's all stay.
 * With ${dry} only say so. E_CORRUPT when a manifest cannot be read, as nobody
 * knows its pieces: nothing is dropped then.
 */
int backup_keep(const char *directory, const char *backups, bool dry,
    struct backup_kept *out, struct err *err);

struct backup_restored {
	char name[MANIFEST_NAME];
	int64_t made_s;
	int64_t bytes;
	char program[MANIFEST_VERSION];
	char signer[64]; /* "SHA256:…" of the server's key that signed it */
	json_t *logs;    /* how far each log had come; to own */
};

/*
 * Put the backup ${name} (NULL: the newest) of ${backups} into ${directory},
 * which must be empty. Everything is verified and the server opened before
 * the first file is in its place. Enrolment codes of then are void.
 * E_CONFLICT, E_NOT_FOUND, E_CORRUPT naming the file, E_AUTH when ${recovery}
 * is another key, E_IO.
 */
int backup_restore(const char *backups, const char *name,
    const struct recovery *recovery, const char *directory, const struct os *os,
    struct backup_restored *out, struct err *err);

/* The key of ${manifest}'s pieces, by the recovery key. E_AUTH, saying which
 * key it wants. */
int backup_unlock(const struct manifest *manifest,
    const struct recovery *recovery, struct backup_key *out, struct err *err);

#endif
