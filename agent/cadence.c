#include "agent/cadence.h"

void cadence_start(struct cadence *out, int64_t first_ms)
{
	*out = (struct cadence){
	    .due_ms = first_ms,
	    .kick_ms = CADENCE_NEVER,
	    .road_ms = CADENCE_NEVER,
	    .first_ms = CADENCE_NEVER,
	    .last_ms = CADENCE_NEVER,
	};
}

/* Many laptops are switched on at the same hour: they must not stay in
 * step. */
static int64_t usual(enum cadence_pace pace, uint32_t random)
{
	static const int64_t every_ms[] = {
	    [CADENCE_FREE] = CADENCE_EVERY_MS,
	    [CADENCE_SPARING] = CADENCE_SPARING_MS,
	    [CADENCE_ASKED] = CADENCE_ASKED_MS,
	};
	const int64_t fifth = every_ms[pace] / 5;

	return every_ms[pace] - fifth + (int64_t)random % (2 * fifth + 1);
}

void cadence_began(struct cadence *cadence)
{
	cadence->kick_ms = CADENCE_NEVER;
	cadence->road_ms = CADENCE_NEVER;
	cadence->first_ms = CADENCE_NEVER;
}

void cadence_attempted(struct cadence *cadence, int64_t now_ms, bool failed,
    int64_t wait_ms, uint32_t random)
{
	if (wait_ms < 0)
		wait_ms = 0;
	cadence->last_ms = now_ms;
	cadence->failing = failed;
	cadence->hold_ms = 0;
	cadence->due_ms =
	    now_ms + (failed ? wait_ms : usual(cadence->pace, random));
}

void cadence_waits(struct cadence *cadence, int64_t now_ms, int64_t wait_ms)
{
	cadence->failing = false;
	cadence->hold_ms = 0;
	cadence->due_ms = now_ms + wait_ms;
}

void cadence_hold(struct cadence *cadence, int64_t now_ms, int64_t wait_ms)
{
	cadence->hold_ms = now_ms + wait_ms;
}

static void earlier(struct cadence *cadence, int64_t when_ms)
{
	if (when_ms < cadence->kick_ms)
		cadence->kick_ms = when_ms;
}

void cadence_set_pace(
    struct cadence *cadence, int64_t now_ms, enum cadence_pace pace)
{
	bool freer = pace < cadence->pace;

	cadence->pace = pace;
	if (freer)
		earlier(cadence, now_ms + CADENCE_ROAD_MS);
}

void cadence_saved(struct cadence *cadence, int64_t now_ms)
{
	int64_t when_ms = now_ms + CADENCE_QUIET_MS;

	if (cadence->pace == CADENCE_ASKED)
		return;
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
	int64_t when_ms = now_ms + CADENCE_ROAD_MS;

	if (cadence->pace == CADENCE_ASKED)
		return;
	if (cadence->last_ms != CADENCE_NEVER &&
	    when_ms < cadence->last_ms + CADENCE_FLAP_MS)
		when_ms = cadence->last_ms + CADENCE_FLAP_MS;
	if (when_ms < cadence->road_ms)
		cadence->road_ms = when_ms;
}

bool cadence_by_clock(const struct cadence *cadence, int64_t now_ms)
{
	return cadence->kick_ms > now_ms && cadence->road_ms > now_ms &&
	       cadence->last_ms != CADENCE_NEVER;
}

int64_t cadence_next(const struct cadence *cadence)
{
	int64_t kick_ms = cadence->kick_ms, next_ms;

	if (kick_ms != CADENCE_NEVER && cadence->failing &&
	    kick_ms < cadence->last_ms + CADENCE_SPARE_MS)
		kick_ms = cadence->last_ms + CADENCE_SPARE_MS;
	next_ms = kick_ms < cadence->due_ms ? kick_ms : cadence->due_ms;
	if (cadence->road_ms < next_ms)
		next_ms = cadence->road_ms;
	return next_ms > cadence->hold_ms ? next_ms : cadence->hold_ms;
}
