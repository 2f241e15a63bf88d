/*
 * How far long work has come, told while it runs, and its end at Ctrl-C. The
 * engine says where it is; only a thread that called progress_start (or
 * progress_start_for) shows it and can be interrupted: what the pages have
 * done and tests never do, and then all of this is nothing. One piece of work
 * at a time.
 *
 *	progress_begin(&work, total);
 *	while (…) {
 *		…
 *		if ((rc = progress_step(done, err)) < 0)
 *			goto out;
 *	}
 * out:
 *	progress_end();
 */
#ifndef POINTEAU_SHARED_PROGRESS_H
#define POINTEAU_SHARED_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "shared/err.h"

/* What is being done: static, so that machines may rely on the words. */
struct progress_work {
	const char *phase; /* "pieces": a fixed word */
	/* "bytes", "pieces", "entries", "sets"…; "": nothing is counted. */
	const char *unit;
	const char *fr; /* for people: "Écriture" */
	const char *en;
	/* What the same command does when it is given again. */
	const char *again_fr;
	const char *again_en;
};

/*
 * From now on show work on standard error: ${how} is "line" (one line, drawn
 * again at most four times a second), "json" (JSON Lines, as often), "none",
 * or NULL: a line when standard error is a terminal, else nothing. E_USAGE.
 */
int progress_start(const char *how, struct err *err);

/* Who is told instead, as often; nobody's SIGINT is minded then. */
struct progress_sink {
	/* False when an end is asked for. */
	bool (*tell)(void *context, const struct progress_work *work,
	    int64_t done, int64_t total);
	void *context;
};

void progress_start_for(const struct progress_sink *sink);
void progress_stop(void);

/* Has this thread started? */
bool progress_is_on(void);

/*
 * From here the work is somebody else's (a running server's), who is asked to
 * end it: a second SIGINT is counted as well instead of ending the program,
 * which has to say that the other goes on.
 */
void progress_follow(void);

/* How many SIGINT came since the first progress_begin. */
int progress_interrupts(void);

/* ${total} is 0 when nobody knows it. From here SIGINT asks for an end at
 * the next step; a second one ends the program at once. A sink is told at
 * once: somebody waits for the first word. */
void progress_begin(const struct progress_work *work, int64_t total);

/* The total, where it is known only now. */
void progress_total(int64_t total);

/*
 * ${done} of the total is done, and here is a safe point: E_INTERRUPTED when
 * an end was asked for, saying how to go on.
 */
int progress_step(int64_t done, struct err *err);

/*
 * The last safe point, before what is done is kept: whoever is told from afar
 * is asked now, however lately that was. The rest as progress_step.
 */
int progress_last(struct err *err);

/* The work is over, however it went; without progress_begin a no-op. */
void progress_end(void);

#endif
