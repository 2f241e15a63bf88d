/* What one day may hold. */
#include <string.h>

#include "server/rules/check_part.h"

#define NOON 720
/* Two halves of a day of ten hours: an absence and work that fit in one half
 * are a half-day that was shared. */
#define HALF_MAX      300
#define STRETCH_MIN   360 /* work that calls for a break: reached */
#define STRETCH_MINOR 270 /* likewise under 18: exceeded */
#define SLOTS_OF_DAY  16

static void check_lengths(struct check *check, const struct rules_day *day)
{
	bool minor = check_is_minor(check, day->day);
	enum rule_id rule = minor ? RULE_MINOR_DAY : RULE_DAY;

	if (day->worked > 0 && day->effective > rule_of(rule)->limit)
		check_tell(check, rule, day->day, day->day, day->effective);
	if (day->is_here && day->all > rule_of(RULE_FULL_DAY)->limit)
		check_tell(check, RULE_FULL_DAY, day->day, day->day, day->all);
	if (day->weather > rule_of(RULE_WEATHER_DAY)->limit)
		check_tell(
		    check, RULE_WEATHER_DAY, day->day, day->day, day->weather);
	if (day->day > check->month->today && day->worked > 0)
		check_tell(check, RULE_FUTURE, day->day, day->day, day->worked);
}

/* ---- hours where somebody was absent ---- */

static bool is_half(const struct rules_slot *slot)
{
	return slot->elsewhere == NULL && slot->slot[0] != 'x';
}

/* Is a free slot in the half-day of ${half}? One that has no time of day is
 * where the whole day is absence. */
static bool is_inside(const struct rules_slot *slot,
    const struct rules_slot *half, bool whole_day)
{
	bool morning = half->slot[0] == 'a';

	if (slot->start < 0)
		return whole_day;
	return morning ? slot->start < NOON : slot->start >= NOON;
}

static void check_absence(struct check *check, const struct rules_day *day)
{
	bool absent[2] = {false, false}, whole_day;
	int64_t minutes = 0;

	for (size_t i = 0; i < day->count; i++) {
		if (is_half(&day->slots[i]) && day->slots[i].kind->absence)
			absent[day->slots[i].slot[0] == 'a' ? 0 : 1] = true;
	}
	whole_day = absent[0] && absent[1];
	for (size_t i = 0; i < day->count; i++) {
		const struct rules_slot *slot = &day->slots[i];

		if (slot->elsewhere != NULL || is_half(slot) ||
		    slot->kind->absence || slot->minutes == 0)
			continue;
		for (size_t j = 0; j < day->count; j++) {
			const struct rules_slot *half = &day->slots[j];

			if (!is_half(half) || !half->kind->absence ||
			    !is_inside(slot, half, whole_day) ||
			    (half->minutes > 0 &&
				half->minutes + slot->minutes <= HALF_MAX))
				continue;
			minutes += slot->minutes;
			break;
		}
	}
	if (minutes > 0)
		check_tell(check, RULE_ABSENCE, day->day, day->day, minutes);
}

/* ---- times of the day ---- */

/* The slots here whose start and end are known, by start. */
static size_t timed_slots(const struct rules_day *day, bool effective,
    const struct rules_slot *out[SLOTS_OF_DAY])
{
	size_t count = 0;

	for (size_t i = 0; i < day->count && count < SLOTS_OF_DAY; i++) {
		const struct rules_slot *slot = &day->slots[i];
		size_t at = count;

		if (slot->elsewhere != NULL || slot->start < 0 ||
		    slot->end < 0 ||
		    (effective &&
			(!slot->kind->effective || slot->minutes == 0)))
			continue;
		for (; at > 0 && out[at - 1]->start > slot->start; at--)
			out[at] = out[at - 1];
		out[at] = slot;
		count++;
	}
	return count;
}

static void check_overlap(struct check *check, const struct rules_day *day)
{
	const struct rules_slot *slots[SLOTS_OF_DAY];
	size_t count = timed_slots(day, false, slots);
	int64_t minutes = 0;
	int until = -1;

	for (size_t i = 0; i < count; i++) {
		int end = slots[i]->end;

		if (i > 0 && slots[i]->start < until)
			minutes +=
			    (end < until ? end : until) - slots[i]->start;
		if (end > until)
			until = end;
	}
	if (minutes > 0)
		check_tell(check, RULE_OVERLAP, day->day, day->day, minutes);
}

/* Work without a long enough break. */
struct stretch {
	int64_t minutes;
	int64_t pause; /* the longest within */
	int until;
};

/* The longest break that a slot has: noted, or left by its minutes. */
static int64_t pause_of(const struct rules_slot *slot)
{
	int left = slot->end - slot->start - slot->minutes;

	return slot->pause > left ? slot->pause : left;
}

static void end_stretch(struct check *check, const struct rules_day *day,
    const struct stretch *stretch)
{
	bool minor = check_is_minor(check, day->day);

	if (minor && stretch->minutes > STRETCH_MINOR)
		check_tell(check, RULE_MINOR_BREAK, day->day, day->day,
		    stretch->pause);
	else if (!minor && stretch->minutes >= STRETCH_MIN)
		check_tell(
		    check, RULE_BREAK, day->day, day->day, stretch->pause);
}

static void check_break(struct check *check, const struct rules_day *day)
{
	const struct rules_slot *slots[SLOTS_OF_DAY];
	size_t count = timed_slots(day, true, slots);
	int64_t enough = rule_of(
	    check_is_minor(check, day->day) ? RULE_MINOR_BREAK : RULE_BREAK)
	                     ->limit;
	struct stretch stretch = {0, 0, -1};

	for (size_t i = 0; i < count; i++) {
		int64_t pause = pause_of(slots[i]);
		int64_t gap = i > 0 ? slots[i]->start - stretch.until : 0;

		/* A slot with a break of its own accuses nobody: when it was
		 * taken is not known. */
		if (gap >= enough || pause >= enough) {
			end_stretch(check, day, &stretch);
			stretch = (struct stretch){0, 0, -1};
		}
		if (pause < enough) {
			stretch.minutes += slots[i]->minutes;
			stretch.pause =
			    pause > stretch.pause ? pause : stretch.pause;
			if (gap > stretch.pause && gap < enough)
				stretch.pause = gap;
		}
		if (slots[i]->end > stretch.until)
			stretch.until = slots[i]->end;
	}
	end_stretch(check, day, &stretch);
}

void check_days(struct check *check)
{
	for (size_t i = check_from(check, check->month->first);
	     i < check->count && check->days[i].day <= check->month->last;
	     i++) {
		const struct rules_day *day = &check->days[i];

		check_lengths(check, day);
		check_absence(check, day);
		check_overlap(check, day);
		check_break(check, day);
	}
}
