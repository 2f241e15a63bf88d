/*
 * What a running page keeps open from one command to the next: the data
 * directory with its prepared statements, and the people and places read from
 * it. It is kept only while nobody else wrote there: after a sync, a command
 * in a terminal, an upgrade, another file put in its place, or any failure,
 * all is opened anew. In between nothing is locked. For one thread at a time.
 */
#ifndef POINTEAU_AGENT_RESIDENT_H
#define POINTEAU_AGENT_RESIDENT_H

#include "agent/agent.h"
#include "agent/roster.h"

/* All zeros at first. */
struct resident {
	struct agent agent; /* db NULL: nothing is kept */
	struct agent_loan loan;
	struct os_mark base; /* of the database's file, when last at rest */
	int64_t version;     /* db_version when it was opened */
	struct roster roster;
	bool listed;            /* the roster is read … */
	int64_t roster_version; /* … as it was then */
};

/* As agent_open without ${create}, from what is kept if that still stands.
 * agent_close gives it back. */
int resident_open(struct resident *resident, struct agent *out,
    const char *directory, const struct os *os, struct err *err);

/* As roster_load of an agent so opened; within its transaction the roster is
 * that transaction's. It is lent until resident_rest. */
int resident_roster(struct resident *resident, const struct agent *agent,
    struct roster *out, struct err *err);

/* The command is over, with result ${rc}, and all is given back: after a
 * failure nothing is kept. */
void resident_rest(struct resident *resident, int rc);

/* Close what is kept. */
void resident_drop(struct resident *resident);

#endif
