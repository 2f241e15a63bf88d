/*
 * The commands of backups. None of them needs the running server: making one
 * reads beside it.
 */
#ifndef POINTEAU_SERVER_CMD_BACKUP_H
#define POINTEAU_SERVER_CMD_BACKUP_H

#include "server/backup/recovery.h"
#include "shared/opt.h"

int cmd_backup_key(struct call *call, struct err *err);
int cmd_backup_make(struct call *call, struct err *err);
int cmd_backup_list(struct call *call, struct err *err);
int cmd_backup_verify(struct call *call, struct err *err);
int cmd_backup_keep(struct call *call, struct err *err);
int cmd_restore(struct call *call, struct err *err);

/* The recovery key of --key: E_INVALID. Wipe it with recovery_clear. */
int cmd_backup_read_key(
    const struct call *call, struct recovery *out, struct err *err);

#endif
