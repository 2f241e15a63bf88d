#include <string.h>

#include "agent/page_session.h"
#include "agent/pin.h"

void page_session_init(struct page_session *out, int64_t now_ms)
{
	memset(out, 0, sizeof(*out));
	out->start_ms = now_ms;
}

bool page_session_is_locked(struct page_session *session, int64_t now_ms)
{
	if (session->unlocked && now_ms - session->seen_ms >= PAGE_IDLE_MS)
		session->unlocked = false;
	return !session->unlocked;
}

void page_session_touch(struct page_session *session, int64_t now_ms)
{
	if (!page_session_is_locked(session, now_ms))
		session->seen_ms = now_ms;
}

void page_session_unlock(struct page_session *session, const char *structure,
    const char *supervisor, int64_t now_ms)
{
	text_copy(session->structure, sizeof(session->structure), structure);
	text_copy(session->who, sizeof(session->who), supervisor);
	session->unlocked = true;
	session->seen_ms = now_ms;
}

void page_session_lock(struct page_session *session)
{
	session->unlocked = false;
}

static const struct page_wait *find(const struct page_session *session,
    const char *structure, const char *supervisor)
{
	for (size_t i = 0; i < session->wait_count; i++) {
		const struct page_wait *wait = &session->waits[i];

		if (strcmp(wait->structure, structure) == 0 &&
		    strcmp(wait->supervisor, supervisor) == 0)
			return wait;
	}
	return NULL;
}

/* A new place, or that of the wait which ends first. */
static struct page_wait *make(struct page_session *session)
{
	struct page_wait *first = &session->waits[0];

	if (session->wait_count < PAGE_WAITS)
		return &session->waits[session->wait_count++];
	for (size_t i = 1; i < PAGE_WAITS; i++) {
		if (session->waits[i].until_ms < first->until_ms)
			first = &session->waits[i];
	}
	return first;
}

void page_session_wrong(struct page_session *session, const char *structure,
    const char *supervisor, int64_t wrong, int64_t now_ms)
{
	const struct page_wait *found = find(session, structure, supervisor);
	struct page_wait *wait = found != NULL
	                             ? &session->waits[found - session->waits]
	                             : make(session);

	text_copy(wait->structure, sizeof(wait->structure), structure);
	text_copy(wait->supervisor, sizeof(wait->supervisor), supervisor);
	wait->until_ms = now_ms + 1000 * pin_wait_s(wrong);
}

int64_t page_session_wait_ms(const struct page_session *session,
    const char *structure, const char *supervisor, int64_t wrong,
    int64_t now_ms)
{
	const struct page_wait *wait = find(session, structure, supervisor);
	int64_t until_ms = wait != NULL
	                       ? wait->until_ms
	                       : session->start_ms + 1000 * pin_wait_s(wrong);

	if (pin_wait_s(wrong) == 0 || until_ms <= now_ms)
		return 0;
	return until_ms - now_ms;
}
