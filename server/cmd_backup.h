/*
 * The commands of backups. None of them needs the running server: making one
 * reads beside it.
 */
#ifndef POINTEAU_SERVER_CMD_BACKUP_H
#define POINTEAU_SERVER_CMD_BACKUP_H

#include "shared/opt.h"

int cmd_backup_key(struct call *call, struct err *err);
int cmd_backup_make(struct call *call, struct err *err);
int cmd_backup_list(struct call *call, struct err *err);
int cmd_backup_verify(struct call *call, struct err *err);
int cmd_backup_keep(struct call *call, struct err *err);
int cmd_restore(struct call *call, struct err *err);

#endif
