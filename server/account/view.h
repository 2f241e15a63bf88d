/*
 * The reading office of the page: a second office open beside the writer, its
 * every query seen through the structures of who asks (server/store/view.h).
 * Belongs to one thread at a time.
 */
#ifndef POINTEAU_SERVER_ACCOUNT_VIEW_H
#define POINTEAU_SERVER_ACCOUNT_VIEW_H

#include "server/office.h"
#include "server/store/account.h"
#include "shared/err.h"

struct view {
	struct office office; /* must not move */
	bool opened;
	bool set;
	char structures[ACCOUNT_STRUCTURES_MAX]; /* shown now */
};

/* Open the directory of ${writer} for reading. Close with view_close. */
int view_open(struct view *out, const struct office *writer, struct err *err);
void view_close(struct view *view);

/*
 * Show ${signer}'s structures alone from now on. On failure the view shows
 * nothing until it succeeds: do not read.
 */
int view_look(struct view *view, const struct signer *signer, struct err *err);

#endif
