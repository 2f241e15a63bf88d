#include "agent/cadence.h"

void cadence_start(struct cadence *out, int64_t now_ms)
{
	*out = (struct cadence){
	    .due_ms = now_ms,
	    .kick_ms = CADENCE_NEVER,
	    .first_ms = CADENCE_NEVER,
	    .last_ms = CADENCE_NEVER,
	};
}

/* Many laptops are switched on at the same hour: they must not stay in
 * step. */
static int64_t usual(uint32_t random)
{
	const int64_t fifth = CADENCE_EVERY_MS / 5;

	return CADENCE_EVERY_MS - fifth + (int64_t)random % (2 * fifth + 1);
}

void cadence_began(struct cadence *cadence)
{
	cadence->kick_ms = CADENCE_NEVER;
	cadence->first_ms = CADENCE_NEVER;
}

void cadence_attempted(struct cadence *cadence, int64_t now_ms, bool failed,
    int64_t wait_ms, uint32_t random)
{
	if (wait_ms < 0)
		wait_ms = 0;
	cadence->last_ms = now_ms;
	cadence->failing = failed;
	cadence->due_ms = now_ms + (failed ? wait_ms : usual(random));
}

static void earlier(struct cadence *cadence, int64_t when_ms)
{
	if (when_ms < cadence->kick_ms)
		cadence->kick_ms = when_ms;
}

void cadence_saved(struct cadence *cadence, int64_t now_ms)
{
	int64_t when_ms = now_ms + CADENCE_QUIET_MS;

	/* What is to come at once stays so. */
	if (cadence->first_ms == CADENCE_NEVER) {
		cadence->first_ms = now_ms;
		earlier(cadence, when_ms);
		return;
	}
	/* Earlier saves wait for this one, but not for ever. */
	if (when_ms > cadence->first_ms + CADENCE_HOLD_MS)
		when_ms = cadence->first_ms + CADENCE_HOLD_MS;
	if (cadence->kick_ms >= cadence->first_ms + CADENCE_QUIET_MS)
		cadence->kick_ms = when_ms;
}

void cadence_kick(struct cadence *cadence, int64_t now_ms)
{
	earlier(cadence, now_ms);
}

void cadence_road(struct cadence *cadence, int64_t now_ms)
{
	earlier(cadence, now_ms + CADENCE_ROAD_MS);
}

int64_t cadence_next(const struct cadence *cadence)
{
	int64_t kick_ms = cadence->kick_ms;

	if (kick_ms != CADENCE_NEVER && cadence->failing &&
	    kick_ms < cadence->last_ms + CADENCE_SPARE_MS)
		kick_ms = cadence->last_ms + CADENCE_SPARE_MS;
	return kick_ms < cadence->due_ms ? kick_ms : cadence->due_ms;
}
