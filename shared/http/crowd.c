#include <assert.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "shared/http/crowd.h"

int crowd_init(struct crowd *crowd)
{
	memset(crowd, 0, sizeof(*crowd));
	return pthread_mutex_init(&crowd->lock, NULL) == 0 ? 0 : -1;
}

void crowd_clear(struct crowd *crowd)
{
	(void)pthread_mutex_destroy(&crowd->lock);
}

static struct crowd_slot *find(struct crowd *crowd, uintptr_t key)
{
	for (size_t i = 0; i < CROWD_SLOTS; i++) {
		if (crowd->slots[i].phase != CROWD_GONE &&
		    crowd->slots[i].key == key)
			return &crowd->slots[i];
	}
	return NULL;
}

static struct crowd_slot *find_free(struct crowd *crowd)
{
	for (size_t i = 0; i < CROWD_SLOTS; i++) {
		if (crowd->slots[i].phase == CROWD_GONE)
			return &crowd->slots[i];
	}
	return NULL;
}

/* The one that has stood still for longest; only among the large ones when
 * ${large}. */
static struct crowd_slot *stillest(struct crowd *crowd, bool large)
{
	struct crowd_slot *found = NULL;

	for (size_t i = 0; i < CROWD_SLOTS; i++) {
		struct crowd_slot *slot = &crowd->slots[i];

		if (slot->phase != CROWD_WAITING || (large && !slot->large))
			continue;
		if (found == NULL || slot->since_ms < found->since_ms)
			found = slot;
	}
	return found;
}

/* Has it sent what nobody has read yet? Then it is we who stand still. */
static bool waits_for_us(const struct crowd_slot *slot)
{
	int bytes = 0;

	return ioctl(slot->fd, FIONREAD, &bytes) == 0 && bytes > 0;
}

/* The one that has kept us waiting for longest, and for a moment at least. */
static struct crowd_slot *slowest(struct crowd *crowd, int64_t now_ms)
{
	struct crowd_slot *found = NULL;

	for (size_t i = 0; i < CROWD_SLOTS; i++) {
		struct crowd_slot *slot = &crowd->slots[i];

		if (slot->phase == CROWD_WAITING &&
		    now_ms - slot->since_ms >= CROWD_STILL_MS &&
		    (found == NULL || slot->since_ms < found->since_ms) &&
		    !waits_for_us(slot))
			found = slot;
	}
	return found;
}

/* Its thread wakes, finds the socket at its end and leaves. Until it has,
 * the descriptor is not closed, so it cannot be another's. */
static void shut(struct crowd *crowd, struct crowd_slot *slot)
{
	assert(crowd->count > 0);
	slot->phase = CROWD_SHUT;
	crowd->count--;
	(void)shutdown(slot->fd, SHUT_RDWR);
}

static void enter(struct crowd *crowd, uintptr_t key, int fd, int64_t now_ms)
{
	struct crowd_slot *slot = find_free(crowd);

	/* More threads than slots there are not, but it costs nothing. */
	if (slot == NULL) {
		(void)shutdown(fd, SHUT_RDWR);
		return;
	}
	*slot = (struct crowd_slot){key, fd, CROWD_WAITING, false, now_ms};
	crowd->count++;
}

bool crowd_try_enter(struct crowd *crowd, uintptr_t key, int fd, int64_t now_ms)
{
	struct crowd_slot *last;
	bool room = true;

	(void)pthread_mutex_lock(&crowd->lock);
	if (find(crowd, key) != NULL)
		goto out;
	if (crowd->count >= CROWD_MAX) {
		last = slowest(crowd, now_ms);
		if (!(room = last != NULL))
			goto out;
		shut(crowd, last);
	}
	enter(crowd, key, fd, now_ms);
out:
	(void)pthread_mutex_unlock(&crowd->lock);
	return room;
}

void crowd_enter(struct crowd *crowd, uintptr_t key, int fd, int64_t now_ms)
{
	struct crowd_slot *last;

	(void)pthread_mutex_lock(&crowd->lock);
	if (find(crowd, key) == NULL) {
		if (crowd->count >= CROWD_MAX &&
		    (last = stillest(crowd, false)) != NULL)
			shut(crowd, last);
		enter(crowd, key, fd, now_ms);
	}
	(void)pthread_mutex_unlock(&crowd->lock);
}

static void give_back(struct crowd *crowd, struct crowd_slot *slot)
{
	if (slot->large) {
		assert(crowd->large_count > 0);
		crowd->large_count--;
		slot->large = false;
	}
}

void crowd_leave(struct crowd *crowd, uintptr_t key)
{
	struct crowd_slot *slot;

	(void)pthread_mutex_lock(&crowd->lock);
	if ((slot = find(crowd, key)) != NULL) {
		give_back(crowd, slot);
		if (slot->phase != CROWD_SHUT)
			crowd->count--;
		slot->phase = CROWD_GONE;
	}
	(void)pthread_mutex_unlock(&crowd->lock);
}

void crowd_move(
    struct crowd *crowd, uintptr_t key, enum crowd_phase phase, int64_t now_ms)
{
	struct crowd_slot *slot;

	assert(phase == CROWD_WAITING || phase == CROWD_ANSWERING);
	(void)pthread_mutex_lock(&crowd->lock);
	slot = find(crowd, key);
	if (slot != NULL && slot->phase != CROWD_SHUT) {
		slot->phase = phase;
		slot->since_ms = now_ms;
	}
	(void)pthread_mutex_unlock(&crowd->lock);
}

bool crowd_make_room(struct crowd *crowd)
{
	struct crowd_slot *last;

	(void)pthread_mutex_lock(&crowd->lock);
	if ((last = stillest(crowd, false)) != NULL)
		shut(crowd, last);
	(void)pthread_mutex_unlock(&crowd->lock);
	return last != NULL;
}

void crowd_shut_all(struct crowd *crowd)
{
	(void)pthread_mutex_lock(&crowd->lock);
	for (size_t i = 0; i < CROWD_SLOTS; i++) {
		if (crowd->slots[i].phase == CROWD_WAITING)
			shut(crowd, &crowd->slots[i]);
	}
	(void)pthread_mutex_unlock(&crowd->lock);
}

bool crowd_claim(struct crowd *crowd, uintptr_t key, int64_t now_ms)
{
	struct crowd_slot *slot, *last;
	bool given = false;

	(void)pthread_mutex_lock(&crowd->lock);
	slot = find(crowd, key);
	if (slot != NULL && slot->large) {
		given = true;
	} else if (slot != NULL && crowd->large_count < CROWD_LARGE_MAX) {
		slot->large = true;
		crowd->large_count++;
		given = true;
	} else if ((last = stillest(crowd, true)) != NULL &&
		   now_ms - last->since_ms >= CROWD_PATIENCE_MS) {
		/* Free once its thread has left: for the next. */
		shut(crowd, last);
	}
	(void)pthread_mutex_unlock(&crowd->lock);
	return given;
}

void crowd_release(struct crowd *crowd, uintptr_t key)
{
	struct crowd_slot *slot;

	(void)pthread_mutex_lock(&crowd->lock);
	if ((slot = find(crowd, key)) != NULL)
		give_back(crowd, slot);
	(void)pthread_mutex_unlock(&crowd->lock);
}
