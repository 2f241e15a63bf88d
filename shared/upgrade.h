/*
 * A database brought up to date, with a copy of what it was before: one that
 * an upgrade spoils is put back by hand.
 */
#ifndef POINTEAU_SHARED_UPGRADE_H
#define POINTEAU_SHARED_UPGRADE_H

#include "shared/db.h"
#include "shared/err.h"
#include "shared/migrate.h"

/* In the data directory: UPGRADE_COPY and the name of the last file that was
 * applied then, "backup-before-server-0005_subject". */
#define UPGRADE_COPY "backup-before-"
#define UPGRADE_KEPT 2 /* copies; an older one goes when another comes */

/*
 * migrate_apply on ${db}, which is the whole of ${directory}'s database. When
 * it already lives and something is to be applied, it is first copied beside
 * itself, as private as it is, and the copy opened and checked: without one
 * (a full disk) nothing is changed.
 */
int upgrade_apply(struct db *db, const char *directory,
    const struct migration *list, struct err *err);

#endif
