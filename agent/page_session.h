/*
 * Who is at the page: one session per launch, whatever the number of tabs.
 * No clock here: the time, in milliseconds that never jump, is given.
 */
#ifndef POINTEAU_AGENT_PAGE_SESSION_H
#define POINTEAU_AGENT_PAGE_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/text.h"

#define PAGE_IDLE_MS ((int64_t)10 * 60 * 1000) /* without an act: locked */
#define PAGE_WAITS   64 /* supervisors of one laptop that have to wait */

/* Until when a supervisor's next PIN is not even looked at. */
struct page_wait {
	char structure[TEXT_ID_MAX + 1];
	char supervisor[TEXT_ID_MAX + 1];
	int64_t until_ms;
};

struct page_session {
	/* The last who unlocked it, "" before anybody did. */
	char structure[TEXT_ID_MAX + 1];
	char who[TEXT_ID_MAX + 1];
	bool unlocked;
	int64_t seen_ms;  /* the last act */
	int64_t start_ms; /* of this launch */
	struct page_wait waits[PAGE_WAITS];
	size_t wait_count;
};

void page_session_init(struct page_session *out, int64_t now_ms);

/* Locks it, too, once nobody has acted for PAGE_IDLE_MS. */
bool page_session_is_locked(struct page_session *session, int64_t now_ms);
/* Somebody is there; nothing on a locked page. */
void page_session_touch(struct page_session *session, int64_t now_ms);
void page_session_unlock(struct page_session *session, const char *structure,
    const char *supervisor, int64_t now_ms);
void page_session_lock(struct page_session *session);

/*
 * The supervisor has given ${wrong} wrong PINs in a row (pin.h), the last one
 * just now: note until when the next has to wait.
 */
void page_session_wrong(struct page_session *session, const char *structure,
    const char *supervisor, int64_t wrong, int64_t now_ms);

/*
 * Milliseconds that the next PIN has to wait, after ${wrong} wrong ones. What
 * was wrong before this launch waits from its start: another launch spares
 * nobody the wait.
 */
int64_t page_session_wait_ms(const struct page_session *session,
    const char *structure, const char *supervisor, int64_t wrong,
    int64_t now_ms);

#endif
