/*
 * A word to whoever runs the server, in the log (log.h; the system's journal
 * keeps it): at most once in NOTICE_EVERY_S for one trouble, so that a trouble
 * that lasts fills no disk.
 */
#ifndef POINTEAU_SHARED_NOTICE_H
#define POINTEAU_SHARED_NOTICE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define NOTICE_EVERY_S 600

/* One kind of trouble; begin with zeros. Safe from many threads. */
struct notice {
	atomic_llong until_ms; /* silence until then; 0: nothing told yet */
};

/* Is it to be told at ${now_ms} (monotonic)? Then it counts as told. */
bool notice_due(struct notice *notice, int64_t now_ms);

/* Tell ${text}, one line, if it is due. */
void notice_tell(struct notice *notice, const char *text);

#endif
