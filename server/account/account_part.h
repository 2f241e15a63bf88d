/* What account.c and account_secret.c share. */
#ifndef POINTEAU_SERVER_ACCOUNT_ACCOUNT_PART_H
#define POINTEAU_SERVER_ACCOUNT_ACCOUNT_PART_H

#include "server/account/account.h"
#include "server/act.h"

/* "ready", "invited" or "disabled". */
const char *account_state(const struct account_row *row);

/* The row, and its entry for the journal. */
int account_write(
    struct act *act, const struct account_row *row, struct err *err);

/* E_CONFLICT when the login is taken; E_INVALID when it is none. */
int account_check_new(struct db *db, const char *login, struct err *err);

#endif
