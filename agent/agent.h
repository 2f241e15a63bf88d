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

#define AGENT_DB_NAME       "pointeau.db"
#define AGENT_KEY_NAME      "device.key"     /* 0600: the seed, hexadecimal */
#define AGENT_NEXT_KEY_NAME "device.key.new" /* of a rotation under way */

/* Of a directory that somebody else keeps open (resident.h). */
struct agent_loan {
	bool out;   /* an agent has it */
	bool lists; /* … and recorded more than hours */
};

struct agent {
	char *directory; /* owned */
	struct db *db;
	struct key key;
	char device[DEVICE_TEXT];
	const struct os *os;
	/* When talking with the office ends, by os_monotonic_ms(); another
	 * thread may bring it forward. NULL: it takes its time. */
	const _Atomic int64_t *give_up_ms;
	/* Is this the first attempt since the network changed? */
	bool new_road;
	struct os_mark key_mark; /* of the file the key was read from */
	/* NULL: all is its own. Else agent_close gives back what was lent. */
	struct agent_loan *loan;
};

/*
 * Open ${directory}. Without ${create}, E_NOT_INIT when it was never
 * enrolled ("pointeau enrol CODE"). With it, make the directory, a key
 * (kept if there is one) and the database. Close with agent_close.
 */
int agent_open(struct agent *out, const char *directory, const struct os *os,
    bool create, struct err *err);
void agent_close(struct agent *agent);

/* Read the key again: another program may have put a new one in its place
 * since. Whoever signs does so first, in the transaction of what it signs. */
int agent_key_again(struct agent *agent, struct err *err);
/* The same only if the file is another one than was read: for whoever needs
 * no more than the device's name. */
int agent_key_if_new(struct agent *agent, struct err *err);

/* The key that is to follow (rotate.h); nothing is found before
 * agent_next_key_make. */
int agent_next_key(
    struct agent *agent, struct key *out, bool *found, struct err *err);
/* Make it, durably; one that is there already is kept. */
int agent_next_key_make(struct agent *agent, struct err *err);
/* Put it in the place of the key. */
int agent_next_key_take(struct agent *agent, struct err *err);
/* Give it up. */
int agent_next_key_drop(struct agent *agent, struct err *err);

#endif
