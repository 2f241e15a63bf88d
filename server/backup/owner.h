/*
 * Whose backups a directory holds: it belongs to one server. A server whose
 * key was changed is the same one: server.succession says so.
 */
#ifndef POINTEAU_SERVER_BACKUP_OWNER_H
#define POINTEAU_SERVER_BACKUP_OWNER_H

#include <stdbool.h>

#include "server/backup/manifest.h"
#include "shared/err.h"
#include "shared/succession.h"

struct backup_owner {
	uint8_t server[KEY_LEN];
	struct successions before;
};

/* The server of the data directory ${directory}. E_NOT_INIT when there is
 * none; E_SIGNATURE, E_INVALID of a server.succession that is not its. */
int backup_owner_load(
    struct backup_owner *out, const char *directory, struct err *err);

/* Did it sign ${manifest}, by its key of today or one before? */
bool backup_owner_made(
    const struct backup_owner *owner, const struct manifest *manifest);

/* E_CONFLICT when ${backups} holds a backup of another server's. A damaged
 * one is nobody's. */
int backup_owner_alone(
    const struct backup_owner *owner, const char *backups, struct err *err);

#endif
