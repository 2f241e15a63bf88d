/*
 * An open data directory of the laptop program: its database, its key, its
 * settings. Everything else in agent/ works on one.
 */
#ifndef POINTEAU_AGENT_AGENT_H
#define POINTEAU_AGENT_AGENT_H

#include <stdbool.h>

#include "shared/buf.h"
#include "shared/crypto.h"
#include "shared/db.h"
#include "shared/err.h"
#include "shared/os.h"

#define AGENT_DB_NAME  "pointeau.db"
#define AGENT_KEY_NAME "device.key" /* 0600: the seed, hexadecimal */

struct agent {
	char *directory; /* owned */
	struct db *db;
	struct key key;
	char device[DEVICE_TEXT];
	const struct os *os;
};

/*
 * Open ${directory}. Without ${create}, E_NOT_INIT when it was never
 * enrolled ("pointeau enrol CODE"). With it, make the directory, a key
 * (kept if there is one) and the database. Close with agent_close.
 */
int agent_open(struct agent *out, const char *directory, const struct os *os,
    bool create, struct err *err);
void agent_close(struct agent *agent);

#endif
